"""The gap page by page: every order walks through everything once, filters hold, and say what they throw away."""

from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import db
from crm.accounts import service as accounts
from crm.gap.linking import queries
from crm.gap.linking.wanted import SORTS, PagesWanted, chips, pages_wanted, query, turned
from crm.gap.queries import rivals as queries_rivals
from crm.models.accounts import Project
from crm.models.gap import GapDomain, Import, LinkingPage, Snapshot
from crm.models.prospects import Prospect
from tests.conftest import MONDAY, World, populate

N = 130


def fill(s: Session, project: Project) -> None:
    """130 sites with one page each, every third with a second; many equal values and many unknown ones."""
    rivals = [accounts.add_competitor(s, project, f"rival-{x}.example") for x in "abc"]
    file = Import(project_id=project.id, filename="a.csv", sha256="0" * 64, size=1, uploaded_at=MONDAY)
    shot = Snapshot(project_id=project.id, at=MONDAY, n_domains=N, n_gap=N)
    s.add_all([file, shot])
    s.flush()
    for i in range(N):
        site = f"site{i:03d}.example"
        overlap = 1 + i % 3
        s.add(
            Prospect(
                project_id=project.id,
                domain=site,
                stage=("prospect", "contacted", "set_aside", "found")[i % 4],
                stage_at=MONDAY,
                overlap=overlap,
                competitors="ABC"[:overlap],
                dr=None if i % 5 == 0 else float(i % 90),
                traffic=None if i % 7 == 0 else float(i * 3),
                chance=(i % 10) / 100,
                rank_value=float(i % 6),
                created_at=MONDAY,
            )
        )
        links = {rival.public_id: 1 + i for rival in rivals[:overlap]}
        s.add(
            GapDomain(
                snapshot_id=shot.id,
                domain=site,
                links=links,
                overlap=overlap,
                links_total=(1 + i) * overlap,
                in_gap=True,
            )
        )
        for n in range(2 if i % 3 == 0 else 1):
            s.add(
                LinkingPage(
                    project_id=project.id,
                    import_id=file.id,
                    competitor_id=rivals[(i + n) % 3].id,
                    file_row=2 * i + n,
                    source_url=f"https://{site}/p{n}",
                    source_key=f"{site}/p{n}",
                    source_domain=site,
                    title="" if i % 4 == 0 else f"Title {i % 9}",
                    anchor="see = here" if i % 2 else "",
                    target_url="https://rival-a.example/x",
                    link_type=None if i % 6 == 0 else ("resource_page", "list_post")[i % 2],
                    nofollow=(True, False, None)[i % 3],
                    is_lost=i % 8 == 0,
                    first_seen=None if i % 3 == 0 else MONDAY.date() - timedelta(days=i % 11),
                    last_seen=MONDAY.date() - timedelta(days=i % 4),
                )
            )


@pytest.fixture
def loaded(ada: FlaskClient, world: World) -> FlaskClient:
    with db.transaction() as s:
        fill(s, s.get_one(Project, world.project.id))
    return ada


def _walk(s: Session, project: Project, w: PagesWanted) -> list[int]:
    found: list[int] = []
    while True:
        shown = queries.pages(s, project, w)
        found += [row.page.id for row in shown.rows]
        if not shown.after:
            assert shown.total == len(found)
            return found
        w = pages_wanted(dict(parse_qsl(query(w))) | {"after": shown.after})


def test_every_order_walks_through_everything_once_on_both_databases(both: str) -> None:
    with db.transaction() as s:
        project = populate(s).project
        fill(s, project)
    with db.reading() as s:
        everything = set(s.scalars(select(LinkingPage.id)))
        aside = select(LinkingPage.id).join(Prospect, Prospect.domain == LinkingPage.source_domain)
        everything -= set(s.scalars(aside.where(Prospect.stage == "set_aside")))
        for name in SORTS:
            falling = _walk(s, project, PagesWanted(sort=f"-{name}"))
            rising = _walk(s, project, PagesWanted(sort=name))
            assert len(falling) == len(set(falling)) and set(falling) == everything, name
            assert rising == falling[::-1], name
        rows = queries.pages(s, project, PagesWanted(sort="-dr")).rows
        known = [row.prospect.dr for row in rows if row.prospect.dr is not None]
        assert known == sorted(known, reverse=True)


@pytest.mark.parametrize(
    ("asked", "holds"),
    [
        ({"overlap": "3"}, lambda p, d: d.overlap >= 3),
        ({"only": "ba"}, lambda p, d: d.competitors == "AB"),
        (
            {"type": "resource_page", "contacted": "no"},
            lambda p, d: p.link_type == "resource_page" and d.stage != "contacted",
        ),
        ({"follow": "yes"}, lambda p, d: p.nofollow is False),
        ({"follow": "no"}, lambda p, d: p.nofollow is True),
        ({"lost": "no"}, lambda p, d: not p.is_lost),
        ({"dr": "40"}, lambda p, d: d.dr is not None and d.dr >= 40),
        ({"traffic": "100"}, lambda p, d: d.traffic is not None and d.traffic >= 100),
        ({"difficulty": "easy"}, lambda p, d: d.chance >= 0.06),
        ({"difficulty": "hard"}, lambda p, d: d.chance < 0.025),
        ({"stage": "set_aside"}, lambda p, d: d.stage == "set_aside"),
        ({"noise": "yes"}, lambda p, d: p.link_type is None),
        ({"q": "see = h"}, lambda p, d: p.anchor == "see = here"),
    ],
)
def test_each_filter_keeps_what_it_says(loaded: FlaskClient, world: World, asked: dict[str, str], holds) -> None:  # type: ignore[no-untyped-def]
    w = pages_wanted(asked)
    with db.reading() as s:
        project = s.get_one(Project, world.project.id)
        pairs = s.execute(
            select(LinkingPage, Prospect).join(Prospect, Prospect.domain == LinkingPage.source_domain)
        ).all()
        want = {p.id for p, d in pairs if holds(p, d) and (w.stage or d.stage != "set_aside")}
        assert want and set(_walk(s, project, w)) == want
    assert len(chips(w)) == len(asked)


def test_filters_say_how_many_expected_links_they_throw_away(loaded: FlaskClient, world: World) -> None:
    with db.reading() as s:
        project = s.get_one(Project, world.project.id)
        whole, losses = queries.expected(s, project, PagesWanted(type="list_post"))
        lost = {loss.key: loss for loss in losses}
        for key in ("follow", "contacted", "dr", "difficulty", "noise"):
            narrowed, _ = queries.expected(s, project, pages_wanted({"type": "list_post"} | _text(lost[key].change)))
            assert lost[key].links == pytest.approx(whole - narrowed, abs=1e-9), key
        assert lost["noise"].links == 0 and lost["difficulty"].links > 0
        _, fewer = queries.expected(s, project, PagesWanted(follow="yes"))
        assert "follow" not in {loss.key for loss in fewer}
    shown = loaded.get("/gap/pages?type=list_post&filters=1").text
    assert f"of {whole:.1f} expected links" in shown and "loses" in shown


def _text(change: dict[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in change.items()}


def test_a_page_that_several_files_list_is_shown_once_with_all_its_rivals(loaded: FlaskClient, world: World) -> None:
    with db.transaction() as s:
        project = s.get_one(Project, world.project.id)
        one = s.scalars(select(LinkingPage).where(LinkingPage.source_url == "https://site001.example/p0")).one()
        again = Import(project_id=project.id, filename="b.csv", sha256="1" * 64, size=1, uploaded_at=MONDAY)
        s.add(again)
        s.flush()
        rivals = [c for c in queries_rivals(s, project) if c.id != one.competitor_id]
        for n, rival in enumerate(rivals):
            copy = {
                c: getattr(one, c) for c in ("source_url", "source_key", "source_domain", "target_url", "link_type")
            }
            s.add(LinkingPage(project_id=project.id, import_id=again.id, competitor_id=rival.id, file_row=n, **copy))
    with db.reading() as s:
        project = s.get_one(Project, world.project.id)
        for w in (PagesWanted(domain="site001.example"), PagesWanted(domain="site001.example", rival="A")):
            shown = queries.pages(s, project, w)
            assert [(row.page.source_url, row.letters) for row in shown.rows] == [("https://site001.example/p0", "ABC")]
            assert shown.total == 1


def test_the_query_string_goes_there_and_back() -> None:
    w = pages_wanted({"overlap": "3", "only": "AC", "sort": "first", "dr": "x", "stage": "nowhere", "rival": "AB"})
    assert w == PagesWanted(overlap=3, only="AC", sort="first")
    assert query(w) == "only=AC&overlap=3&sort=first"
    assert turned(w, "first") == "only=AC&overlap=3&sort=-first" and "sort=-dr" in turned(w, "dr")


def test_hostile_places_in_the_list_are_taken_for_its_beginning(loaded: FlaskClient) -> None:
    for after in ("~", "x~1", "1~99999999999999999999", "nan~1", "2026-13-01~1"):
        for sort in ("-rank", "first", "title"):
            assert loaded.get(f"/gap/pages?sort={sort}&after={after}").status_code == 200
            assert loaded.get(f"/gap/matches?sort=matches&after={after}").status_code == 200


def test_matches_list_the_links_of_each_rival_and_open_them(
    loaded: FlaskClient, cleo: FlaskClient, world: World
) -> None:
    shown = loaded.get("/gap/matches").text
    assert "3 of 3" in shown and "1 of 3" not in shown  # most rivals first
    assert "/gap/pages?domain=site128.example&amp;rival=A" in shown
    assert "1 of 3" in loaded.get("/gap/matches?sort=matches").text
    with db.reading() as s:
        shot, rivals = s.scalars(select(Snapshot)).one(), []
        for sort in ("matches", "-matches", "links", "-links", "site", "-site"):
            seen, after = [], ""
            while True:
                rows, after = queries.matches(s, shot, rivals, sort=sort, exactly=0, after=after)
                seen += [row.domain for row in rows]
                if not after:
                    break
            assert len(seen) == len(set(seen)) == N, sort
        only, _ = queries.matches(s, shot, rivals, sort="-links", exactly=2, after="")
        assert {row.overlap for row in only} == {2}
    assert "site128.example" not in cleo.get("/gap/matches").text


def test_a_view_can_be_saved(loaded: FlaskClient) -> None:
    url = "/gap/pages?overlap=3&type=resource_page&contacted=no"
    assert loaded.post("/views", data={"name": "Best pages", "url": url}).status_code == 303
    assert url.replace("&", "&amp;") in loaded.get("/gap/pages").text
