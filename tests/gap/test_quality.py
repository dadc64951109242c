"""The gap without what does not count, by the guides' own numbers."""

import io

from flask.testing import FlaskClient
from sqlalchemy import select

from crm import db, work
from crm.accounts import service as accounts
from crm.gap import run, service  # noqa: F401  registers the handlers of imports and the gap
from crm.gap.quality import Held, Quality, links_to_close, standing, strength
from crm.models.accounts import Project
from crm.models.gap import Snapshot
from tests.conftest import World


def _side(side: str, *, clean: bool = True, live: bool = True, nofollow: bool | None = False) -> list[Held]:
    return [Held(side, clean, live, nofollow, "resource_page" if clean else None)]


def test_of_a_thousand_links_eight_hundred_may_not_count() -> None:
    q = Quality()
    for i in range(1000):
        if i < 200:
            q.add(_side("A"), dr=55, relevance=60)
        elif i < 500:
            q.add(_side("A"), dr=12, relevance=60)
        elif i < 700:
            q.add(_side("A"), dr=55, relevance=5)
        elif i < 900:
            q.add(_side("A", clean=False), dr=55)
        else:
            q.add(_side("A", nofollow=True), dr=55, relevance=60)
    for _ in range(50):
        q.add(_side(""), dr=55)
    sides = q.as_dict()
    assert (sides["A"]["judged"], sides["A"]["adjusted"], sides[""]["adjusted"]) == (1000, 200, 50)
    assert [sides["A"][k] for k in ("weak", "irrelevant", "noise", "nofollow")] == [300, 200, 200, 100]
    sides["A"]["domains"], sides[""]["domains"] = 1000, 50
    assert standing(sides)[0] == (
        "Counted, you are 950 behind the median competitor in referring domains; without noise, nofollow, weak and "
        "unrelated sites you are 150 behind it."
    )


def test_fifteen_strong_links_close_more_of_a_gap_of_fifty_than_fifty_weak_ones() -> None:
    missing = 50 * strength(25)  # a gap of fifty middling sites
    assert links_to_close(missing, 70) == 13 <= 15
    assert 50 * strength(12) < missing / 5  # fifty weak ones leave most of it open
    assert 15 * strength(72) > 8 * 50 * strength(12)
    assert links_to_close(0, 70) == 0 and links_to_close(5, 8) == 0


def test_what_is_not_known_is_not_held_against_a_site() -> None:
    q = Quality()
    q.add(_side("A", nofollow=None), dr=None, relevance=None, weight=2.5)
    q.add(_side("A", live=False), dr=90)
    side = q.as_dict()["A"]
    assert (side["adjusted"], side["noise"]) == (2, 1) and side["strength"] == 1.2
    assert standing({"A": {"domains": 3}}) == [] and standing({}) == []


def test_being_ahead_and_kinds_that_are_lacking_are_said() -> None:
    mine = {"domains": 90, "judged": 90, "adjusted": 80, "strength": 40.0, "types": {"resource_page": 80}}
    theirs = {
        "domains": 50,
        "judged": 50,
        "adjusted": 40,
        "strength": 20.0,
        "types": {"resource_page": 9, "digital_pr": 30},
    }
    words = standing({"": mine, "A": theirs, "B": theirs})
    assert words[0].startswith("Counted, you are 40 ahead of") and "20 full-strength links ahead" in words[1]
    assert words[2] == "Kinds of links that most competitors have and you do not: digital pr."


HEAD = "Referring page title,Referring page URL,Language,Domain rating,UR,Target URL,Anchor,Nofollow,Lost\n"


def test_every_side_is_judged_when_the_gap_is_computed_our_own_too(ada: FlaskClient, world: World) -> None:
    def lines(target: str, rows: list[tuple[str, int, str]]) -> bytes:
        made = [f"Useful resources,{url},en,{dr},1,https://{target}/,see,{nofollow},\n" for url, dr, nofollow in rows]
        return (HEAD + "".join(made)).encode()

    rival = [(f"https://s{i}.example/useful-resources", 50, "false") for i in range(6)]
    rival += [
        ("https://weak.example/useful-resources", 5, "false"),
        ("https://no.example/useful-resources", 50, "true"),
    ]
    rival += [
        ("https://talk.example/forum/viewtopic.php?t=1", 50, "false"),
        ("https://both.example/links", 50, "false"),
    ]
    own = [("https://both.example/links", 50, "false"), ("https://zz.example/useful-resources", 70, "false")]
    with db.transaction() as s:
        project = s.get_one(Project, world.project.id)
        accounts.add_competitor(s, project, "rival.example")
        for name, data in (("own.csv", lines("tidyclock.example", own)), ("a.csv", lines("rival.example", rival))):
            service.start(s, project, service.receive(s, project, name, io.BytesIO(data)))
    work.run_until_idle()
    with db.reading() as s:
        sides = s.scalars(select(Snapshot.benchmark)).one()
    counted = {k: sides["A"][k] for k in ("domains", "judged", "noise", "weak", "nofollow", "adjusted")}
    assert counted == {"domains": 10, "judged": 10, "noise": 1, "weak": 1, "nofollow": 1, "adjusted": 7}
    assert (sides[""]["judged"], sides[""]["adjusted"]) == (2, 2)
    assert sides[""]["types"].get("resource_page", 0) >= 1
    shown = ada.get("/gap/benchmark").text
    assert "8 behind the median competitor" in shown and "5 behind it" in shown and "What of it counts" in shown
