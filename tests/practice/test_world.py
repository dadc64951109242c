"""The practice web: the same seed gives the same world, big and varied enough to be worth playing."""

from collections import Counter
from pathlib import Path

from crm.practice.cast import EPOCH, OWN, RIVALS, Kind
from crm.practice.exports import write_all
from crm.practice.ledger import Ledger
from crm.practice.web import answer
from crm.practice.world import world


def test_the_same_seed_gives_the_same_world_and_another_seed_another() -> None:
    first = world(7)
    world.cache_clear()
    assert first.sites == world(7).sites
    assert first.sites != world(8).sites


def test_there_are_400_small_sites_of_every_kind_and_some_link_to_all_four_rivals() -> None:
    made = world(1)
    kinds = Counter(site.kind for site in made.sites.values())
    assert sum(kinds.values()) - kinds[Kind.OWNER] >= 400
    assert all(kinds[kind] >= 10 for kind in Kind if kind is not Kind.OWNER)
    overlap = Counter(len({link.target.split("/")[2] for p in site.pages for link in p.links} & set(RIVALS))
                      for site in made.sites.values())  # fmt: skip
    assert all(overlap[n] >= 20 for n in (1, 2, 3, 4))


def test_every_page_of_the_world_is_served_and_dead_pages_of_rivals_are_404(tmp_path: Path) -> None:
    made, ledger = world(1), Ledger(tmp_path / "l.db")
    for site in made.sites.values():
        for page in site.pages:
            status, _, text = answer(made, ledger, EPOCH, site.domain, page.path)
            assert status == 200 and page.title.split("'")[0] in text.replace("&#x27;", "'"), page
    dead = [link.target for s in made.sites.values() if s.kind is Kind.DEAD for p in s.pages for link in p.links[:1]]
    host, _, path = dead[0].removeprefix("https://").partition("/")
    assert answer(made, ledger, EPOCH, host, "/" + path)[0] == 404


def test_a_placed_link_stands_on_its_page_from_its_day_on(tmp_path: Path) -> None:
    made, ledger = world(1), Ledger(tmp_path / "l.db")
    site = next(s for s in made.sites.values() if s.kind is Kind.RESOURCE)
    path = site.linking_pages[0].path
    ledger.place(EPOCH.replace(day=20), site.domain, path, f"https://{OWN}/templates/timesheet/", "timesheet")
    before = answer(made, ledger, EPOCH, site.domain, path)[2]
    after = answer(made, ledger, EPOCH.replace(day=21), f"www.{site.domain}", path)[2]
    assert "templates/timesheet" not in before and f'href="https://{OWN}/templates/timesheet/"' in after


def test_five_exports_are_written_with_the_dirt_of_the_real_tools(tmp_path: Path) -> None:
    ahrefs, semrush, majestic, moz, console = write_all(world(1), tmp_path)
    assert ahrefs.read_bytes().startswith(b'\xff\xfe"\x00')
    head = ahrefs.read_bytes().decode("utf-16").splitlines()[0]
    assert "\t" in head and head.split("\t")[1] == '"Referring page URL"'
    assert semrush.read_bytes().startswith(b"\xef\xbb\xbfPage ascore")
    assert b",+," in majestic.read_bytes()
    lines = moz.read_text().splitlines()
    assert lines[1].startswith("Inbound Links to,") and lines[5] == "" and lines[6].startswith("URL ")
    assert console.name.startswith(f"https___{OWN}_-Latest links-") and console.read_text().startswith("Linking page,")
    everything = b"".join(p.read_bytes() for p in (semrush, majestic, moz)).decode()
    for sign in ("utm_", "gclid", "wordpress.com", "na.example", "North West", "=HYPERLINK", "user:pw@"):
        assert sign in everything, sign


def test_the_files_of_one_seed_are_equal_byte_for_byte(tmp_path: Path) -> None:
    one = write_all(world(3), tmp_path / "a")
    world.cache_clear()
    two = write_all(world(3), tmp_path / "b")
    assert [p.read_bytes() for p in one] == [p.read_bytes() for p in two]
