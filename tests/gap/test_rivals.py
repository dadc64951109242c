"""Search competitors: ranking files of several tools, the proposed set, places over time, the planner's top 3."""

import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from crm import db, undo, work
from crm.accounts import service as accounts
from crm.cli import all_commands
from crm.gap import reader, service
from crm.gap.reader import Tally
from crm.gap.rivals import queries, rankings
from crm.gap.rivals.choosing import Stand, candidates, change, kind_of, newest
from crm.gap.rivals.giants import giant
from crm.models.accounts import Competitor, Project
from crm.models.events import Event
from crm.models.gap import Import, Snapshot
from crm.models.targets import KeywordPosition, TargetPage
from crm.vocabulary import PageType
from tests.conftest import MONDAY, World

SERP_HEAD = "Keyword,Position,Title,URL,Type,DR,UR,Backlinks,Domains,Traffic,Keywords,Updated\n"


def serp(keyword: str, sites: list[str], *, on: str = "2026-11-20", domains: list[int] | None = None) -> str:
    """A result page in the layout of a SERP overview, with an advertisement above the results."""
    lines = [f'{keyword},1,Ad,https://ad.example/,"Paid top",10,1,1,1,5,5,{on}\n']
    for place, site in enumerate(sites, 1):
        url = site if "://" in site else f"https://{site}/blog/{keyword.replace(' ', '-')}"
        n = (domains or [55, 1, 15, 8, 9, 7, 4, 3, 2, 1])[place - 1]
        lines.append(f"{keyword},{place},About {keyword},{url},Organic,{60 - place},{20},{n * 3},{n},100,9,{on}\n")
    return "".join(lines)


def ranks_of(
    tmp_path: Path, name: str, text: str, mapping: dict[str, str] | None = None
) -> tuple[list[rankings.Rank], Tally]:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    found = rankings.recognise(reader.tables(path)[0], name, mapping)
    assert found is not None
    tally = Tally()
    return list(found.rows(tally)), tally


def test_a_serp_overview_gives_places_with_links_and_refuses_advertisements(tmp_path: Path) -> None:
    found, tally = ranks_of(tmp_path, "serps.csv", SERP_HEAD + serp("Invoice  Template", ["a.example", "b.example"]))
    assert [(r.keyword, r.site, r.position, r.ref_domains, r.backlinks, r.dr) for r in found] == [
        ("invoice template", "a.example", 1, 55, 165, 59.0),
        ("invoice template", "b.example", 2, 1, 3, 58.0),
    ]
    assert (tally.rows_read, tally.accepted, tally.duplicates) == (3, 2, 0)
    assert [(r.row, r.reason) for r in tally.rejected] == [(1, "not an organic result (Paid top)")]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "a-organic-keywords_2026-11-02.csv",
            "Keyword\tCountry\tVolume\tKD\tCPC\tOrganic traffic\tCurrent position\tCurrent URL\n"
            "time sheet\tUS\t1,900\t12\t0.5\t40\t4\thttps://a.example/sheet\n",
            [("time sheet", "https://a.example/sheet", 4, "2026-11-02", 1900)],
        ),
        (
            "a.example-organic.Positions-us-20261101.csv",
            "Keyword,Position,Previous position,Search Volume,Keyword Difficulty,CPC,URL,Traffic,Traffic Cost,Timestamp,Position Type\n"
            "time sheet,7,9,1900,30,1.2,https://a.example/sheet,12,1,2026-11-03,Organic\n",
            [("time sheet", "https://a.example/sheet", 7, "2026-11-03", 1900)],
        ),
        (
            "keyword-gap.csv",
            "Keyword,Intents,a.example,b.example,Volume,Keyword Difficulty,a.example (pages)\n"
            "time sheet,i,3,0,1900,30,https://a.example/sheet\n"
            "clock app,i,,12,400,30,\n"
            "nobody,i,,,10,3,\n",
            [
                ("time sheet", "https://a.example/sheet", 3, None, 1900),
                ("clock app", "https://b.example/", 12, None, 400),
            ],
        ),
        (
            "content-gap.csv",
            "Keyword,Volume,KD,CPC,https://a.example/: Organic Position,https://a.example/: URL,b.example: Position\n"
            "time sheet,1900,12,0.3,5,https://a.example/s,2\n",
            [
                ("time sheet", "https://a.example/s", 5, None, 1900),
                ("time sheet", "https://b.example/", 2, None, 1900),
            ],
        ),
        (
            "google_us_time-sheet_serps_2026-11-05_10-11-12.csv",
            "Position,Title,URL,UR,DR,Backlinks,Domains,Traffic\n1,T,https://a.example/s,10,40,30,12,5\n",
            [("time sheet", "https://a.example/s", 1, "2026-11-05", None)],
        ),
        (
            "time-sheet-serp-20261105.csv",
            "Position,URL,Page AS,Ref.Domains,Backlinks,Search Traffic,URL Keywords\n2,https://a.example/s,10,40,30,12,5\n",
            [("time sheet", "https://a.example/s", 2, "2026-11-05", None)],
        ),
        (
            "https___tidyclock.example_-Performance-2026-11-06.csv",
            "Top queries,Clicks,Impressions,CTR,Position\ntime sheet,3,90,3.3%,11.6\n",
            [("time sheet", "https://tidyclock.example", 12, "2026-11-06", None)],
        ),
    ],
)
def test_each_layout_is_read(tmp_path: Path, name: str, text: str, expected: list[tuple[object, ...]]) -> None:
    found, tally = ranks_of(tmp_path, name, text)
    got = [
        (
            r.keyword,
            r.url.rstrip("/") if r.url.count("/") == 3 else r.url,
            r.position,
            r.on and r.on.isoformat(),
            r.volume,
        )
        for r in found
    ]
    wanted = [(k, str(u).rstrip("/") if str(u).count("/") == 3 else u, *rest) for k, u, *rest in expected]  # type: ignore[misc]
    assert got == wanted
    assert tally.accepted + tally.duplicates + len(tally.rejected) == tally.rows_read


def test_a_localised_table_is_read_with_columns_named_by_hand(tmp_path: Path) -> None:
    text = "Hakusana;Sija;Osoite;Haut\nlaskupohja;2;https://a.example/fi;1 900\n"
    named = {"Hakusana": "keyword", "Sija": "position", "Osoite": "url", "Haut": "volume"}
    found, _tally = ranks_of(tmp_path, "sijoitukset.csv", text, named)
    assert [(r.keyword, r.site, r.position, r.volume) for r in found] == [("laskupohja", "a.example", 2, 1900)]


def test_a_list_of_links_or_of_keywords_without_places_is_no_ranking(tmp_path: Path) -> None:
    for name, text in (
        (
            "links.csv",
            "Referring page URL,Domain rating,Target URL,Anchor\nhttps://a.example/x,40,https://b.example/,b\n",
        ),
        ("ideas.csv", "Keyword,Country,Difficulty,Volume,CPC,Clicks\ntime sheet,us,3,10,1,1\n"),
        ("Pages.csv", "Top pages,Clicks,Impressions,CTR,Position\nhttps://a.example/x,3,90,3%,11\n"),
    ):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        assert rankings.recognise(reader.tables(path)[0], name) is None, name


def _stand(
    keyword: str, site: str, place: int, *, url: str = "", on: int = 20, serp: bool = True, dr: float = 50
) -> Stand:
    day = MONDAY.date().replace(day=on)
    return Stand(keyword, url or f"https://{site}/blog/{keyword}", site, place, day, 100, dr, 5, serp)


def test_who_ranks_again_and_again_is_proposed_and_giants_are_flagged() -> None:
    rows = []
    for n, keyword in enumerate("abcdefgh"):
        rows += [_stand(keyword, "often.example", 1), _stand(keyword, "also.example", 2 + n % 2)]
        rows += [_stand(keyword, "en.wikipedia.org", 4), _stand(keyword, "huge.example", 5, dr=95)]
    rows += [_stand("a", "once.example", 3), _stand("b", "us.example", 6)]
    found = {c.site: c for c in candidates(rows, own={"us.example"})}
    assert [s for s, c in found.items() if c.proposed] == ["often.example", "also.example"]
    assert found["often.example"].top == 8
    assert found["often.example"].why == "on the first page for 8 of 8 keywords, 8 times among the first three"
    assert "part of this landscape" in found["en.wikipedia.org"].against
    assert found["huge.example"].giant.startswith("DR 95")
    assert found["once.example"].against == "ranks for 1 of 8 keywords; 2 make a pattern"
    assert "us.example" not in found


def test_a_list_holds_one_kind_of_page() -> None:
    rows = [_stand(k, "guide.example", 1) for k in "ab"]
    rows += [_stand(k, "seller.example", 2, url="https://seller.example/pricing") for k in "ab"]
    found = {c.site: c for c in candidates(rows, own=set(), page_type=PageType.GUIDE)}
    assert found["guide.example"].proposed
    assert not found["seller.example"].proposed
    assert found["seller.example"].against == "ranks with a product page, yours is a guide page: another list"


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://a.example/", PageType.HOMEPAGE),
        ("https://a.example/blog/how-to-invoice", PageType.GUIDE),
        ("https://a.example/best-invoice-apps", PageType.COMPARISON),
        ("https://a.example/invoice-template", PageType.ASSET),
        ("https://a.example/pricing", PageType.PRODUCT),
        ("https://a.example/zebra", None),
    ],
)
def test_the_kind_of_a_page_is_told_by_its_address(url: str, kind: PageType | None) -> None:
    assert kind_of(url) == kind


def test_a_customer_of_a_shared_host_is_no_giant() -> None:
    assert giant("amazon.co.uk") and giant("irs.gov") and giant("wordpress.com")
    assert giant("tinyblog.wordpress.com") == "" and giant("amazonia-travel.example") == ""
    assert giant("strong.example", dr=84, own_dr=30) and giant("strong.example", dr=84, own_dr=60) == ""


def test_a_newer_result_page_replaces_the_older_one_whole() -> None:
    old = [_stand("a", site, n, on=1) for n, site in enumerate(("x.example", "y.example"), 1)]
    new = [_stand("a", site, n) for n, site in enumerate(("y.example", "z.example"), 1)]
    assert {one.site for one in newest([*old, *new])} == {"y.example", "z.example"}
    assert change(["x", "y"], ["y", "z"]) == (["z"], ["x"]) and change([], ["z"]) == ([], [])


@pytest.fixture
def project(world: World, now: object) -> Project:
    with db.transaction() as s:
        page = TargetPage(
            project_id=world.project.id, url="https://tidyclock.example/kit", title="Kit", created_at=MONDAY
        )
        page.keywords = ["Time sheet", "clock app"]
        s.add(page)
        return s.get_one(Project, world.project.id)


def _import(project: Project, name: str, text: str) -> Import:
    with db.transaction() as s:
        here = s.get_one(Project, project.id)
        imp = service.receive(s, here, name, io.BytesIO(text.encode()))
        service.start(s, here, imp)
    work.run_until_idle()
    return imp


SITES = ["a.example", "b.example", "c.example", "d.example", "tidyclock.example", "youtube.com"]


def test_a_file_of_rankings_becomes_competitors_with_one_press(
    ada: FlaskClient, cleo: FlaskClient, project: Project
) -> None:
    text = SERP_HEAD + serp("time sheet", SITES) + serp("clock app", SITES) + serp("far away", ["other.example"])
    answer = ada.post("/gap/rivals/files", data={"files": (io.BytesIO(text.encode()), "serps.csv")})
    assert answer.status_code == 303
    work.run_until_idle()
    with db.reading() as s:
        page = s.scalars(select(TargetPage)).one()
        counts = s.execute(select(Import.state, Import.grain, Import.rows_read, Import.accepted, Import.rejected)).one()
    assert tuple(counts) == ("done", "keyword", 16, 13, 3)
    shown = ada.get(f"/gap/rivals?page={page.public_id}").get_data(as_text=True)
    assert "other.example" not in shown and "giant" in shown
    assert "on the first page for 2 of 2 keywords" in shown.lower()
    chosen = ["a.example", "b.example", "https://c.example/blog/time-sheet"]
    said = ada.post("/gap/rivals/take", data={"page": page.public_id, "site": chosen}, follow_redirects=True)
    assert "a.example (A)" in said.get_data(as_text=True)
    with db.reading() as s:
        rivals = s.scalars(select(Competitor).order_by(Competitor.position)).all()
        assert [(c.domain, c.url) for c in rivals] == [
            ("a.example", ""),
            ("b.example", ""),
            ("c.example", "https://c.example/blog/time-sheet"),
        ]
        assert rivals[0].why == (
            "on the first page for 2 of 2 keywords, 2 times among the first three, "
            "for https://tidyclock.example/kit, 2026-11-23"
        )
        token = s.scalar(select(undo.Undo.public_id))
    with db.transaction() as s:
        undo.take_back(s, token or "", project.id)
    with db.reading() as s:
        assert s.scalar(select(func.count(Competitor.id))) == 0
    assert "a.example" not in cleo.get("/gap/rivals").get_data(as_text=True)
    assert cleo.post("/gap/rivals/take", data={"page": page.public_id, "site": ["a.example"]}).status_code == 404


def test_places_are_followed_and_a_changed_set_is_said(ada: FlaskClient, project: Project) -> None:
    _import(project, "old.csv", SERP_HEAD + serp("time sheet", SITES, on="2026-08-01"))
    with db.reading() as s:
        assert s.scalar(select(func.count(Event.id)).where(Event.kind == "rivals.changed")) == 0
    newer = ["tidyclock.example", "new.example", "a.example", "b.example", "youtube.com"]
    _import(project, "new.csv", SERP_HEAD + serp("time sheet", newer, on="2026-11-20"))
    with db.reading() as s:
        here = s.get_one(Project, project.id)
        said = s.scalars(select(Event.data).where(Event.kind == "rivals.changed")).one()
        assert said == {"came": ["new.example"], "went": ["c.example", "d.example"], "keywords": 1}
        line = queries.lines(s, here, ["time sheet"], [("", "tidyclock.example")])[0]
        assert line.places[""] == (1, 4)  # first now, four places better
    shown = ada.get("/gap/rivals").get_data(as_text=True)
    assert "new.example came" in shown and "c.example, d.example went" in shown


def test_the_same_file_again_adds_nothing_and_taking_it_out_forgets_it(project: Project) -> None:
    imp = _import(project, "s.csv", SERP_HEAD + serp("time sheet", SITES))
    with db.transaction() as s:
        here = s.get_one(Project, project.id)
        assert (
            service.receive(s, here, "copy.csv", io.BytesIO((SERP_HEAD + serp("time sheet", SITES)).encode())).id
            == imp.id
        )
        assert s.scalar(select(func.count(KeywordPosition.id))) == 6
        token = service.take_out(s, here, s.get_one(Import, imp.id))
    with db.transaction() as s:
        assert s.scalar(select(func.count(KeywordPosition.id))) == 0
        undo.take_back(s, token, project.id)
    work.run_until_idle()
    with db.reading() as s:
        assert s.scalar(select(func.count(KeywordPosition.id))) == 6


def test_a_file_of_rankings_among_files_of_links_does_not_hold_up_the_gap(project: Project) -> None:
    head = "Referring page URL,Domain rating,Target URL,Anchor\n"
    with db.transaction() as s:
        here = s.get_one(Project, project.id)
        accounts.add_competitor(s, here, "rival.example")
        links = f"{head}https://one.example/useful-links,40,https://rival.example/,r\n"
        for name, text in (("links.csv", links), ("serp.csv", SERP_HEAD + serp("time sheet", SITES))):
            service.start(s, here, service.receive(s, here, name, io.BytesIO(text.encode())))
    work.run_until_idle()
    with db.reading() as s:
        assert s.scalars(select(Snapshot.n_gap)).all() == [1]


def test_a_file_of_links_given_as_rankings_says_where_it_belongs(ada: FlaskClient, project: Project) -> None:
    text = b"Referring page URL,Domain rating,Target URL,Anchor\nhttps://a.example/x,40,https://b.example/,b\n"
    answer = ada.post("/gap/rivals/files", data={"files": (io.BytesIO(text), "links.csv")})
    assert answer.status_code == 422 and "lists no places" in answer.get_data(as_text=True)


def test_the_planner_is_filled_from_the_first_three(ada: FlaskClient, project: Project) -> None:
    _import(project, "s.csv", SERP_HEAD + serp("time sheet", ["a.example", "b.example", "c.example", "d.example"]))
    shown = ada.get("/plan?serp=time+sheet").get_data(as_text=True)
    for name, figure in (("top1", 55), ("top2", 1), ("top3", 15), ("dr1", 59)):
        assert f'name="{name}" type="number" value="{figure}"' in shown, name


def test_the_commands_work_on_files_alone(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "serps.csv"
    path.write_text(SERP_HEAD + serp("time sheet", SITES) + serp("clock app", SITES), encoding="utf-8")
    commands = {c.name: c for c in all_commands()}
    run = CliRunner().invoke
    told = run(commands["gap"], ["rivals", str(path), "--mine", "tidyclock.example", "--json"])
    found = json.loads(told.output)
    assert [c["site"] for c in found if c["proposed"]] == ["a.example", "b.example", "c.example", "d.example"]
    assert [c["site"] for c in found if c["giant"]] == ["youtube.com"]
    plan = run(commands["plan"], ["needed", "--serp", str(path), "--keyword", "Time sheet", "--json"])
    assert json.loads(plan.output)["mean"] == 23.67
    several = run(commands["plan"], ["needed", "--serp", str(path)])
    assert several.exit_code != 0 and "name one keyword" in several.output
    assert run(commands["plan"], ["needed"]).exit_code != 0


def test_the_import_command_takes_rankings_too(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "serps.csv"
    path.write_text(SERP_HEAD + serp("time sheet", SITES), encoding="utf-8")
    commands = {c.name: c for c in all_commands()}
    told = CliRunner().invoke(commands["import"], [str(path), "--project", "tidyclock.example"])
    assert told.exit_code == 0, told.output
    assert "ahrefs SERP overview, places in search results, done; 7 rows: 6 used" in told.output


def test_rankings_are_kept_on_both_databases(both: str, now: object) -> None:
    from tests.conftest import populate

    with db.transaction() as s:
        project = populate(s).project
    _import(project, "old.csv", SERP_HEAD + serp("time sheet", SITES, on="2026-08-01"))
    _import(project, "new.csv", SERP_HEAD + serp("time sheet", list(reversed(SITES))))
    with db.reading() as s:
        shown = queries.screen(s, s.get_one(Project, project.id))
        assert next(c.site for c in shown.found if not c.giant) == "d.example" and len(shown.days[""]) == 2
