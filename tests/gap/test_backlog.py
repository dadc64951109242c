"""Content ideas of a project: found with the gap, closed by covering the topic, published to bring the sites back."""

import io
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from crm import db, work
from crm.accounts import service as accounts
from crm.gap import queries, run, service
from crm.gap.backlog import publications
from crm.gap.backlog import service as backlog
from crm.journal import SYSTEM
from crm.models.accounts import Project
from crm.models.prospects import Prospect
from crm.models.targets import ContentIdea
from crm.prospects import service as prospects
from crm.targets import service as targets

HEAD = "Referring page title,Referring page URL,Domain rating,UR,Target URL,Anchor\n"


@pytest.fixture
def project(world) -> Project:  # type: ignore[no-untyped-def]
    with db.transaction() as s:
        here = s.get_one(Project, world.project.id)
        accounts.add_competitor(s, here, "rival-a.example")
        lines = [
            f"Useful links,https://s{i}.example/links,6{i},1,https://rival-a.example/tools/overtime-calculator,overtime calculator\n"
            for i in range(4)
        ]
        imp = service.receive(s, here, "a.csv", io.BytesIO((HEAD + "".join(lines)).encode()))
        service.start(s, here, imp)
    work.run_until_idle()
    return here


def test_an_idea_shows_how_many_sites_it_opens_and_opens_them(project: Project, ada: FlaskClient) -> None:
    page = ada.get("/gap/content").text
    assert "Overtime calculator" in page
    with db.reading() as s:
        idea = s.scalar(select(ContentIdea))
        assert idea is not None and idea.n_domains == 4 and idea.expected_links > 0
    assert "s3.example" in ada.get(f"/gap?stage=all&idea={idea.public_id}").text


def test_covering_the_topic_takes_the_idea_away(project: Project) -> None:
    with db.transaction() as s:
        targets.add(s, s.get_one(Project, project.id), "https://tidyclock.example/overtime-calculator")
    run.compute(project.id)
    with db.reading() as s:
        assert s.scalar(select(ContentIdea)) is None


def test_publishing_gives_the_waiting_sites_their_page(project: Project, ada: FlaskClient) -> None:
    with db.reading() as s:
        idea = s.scalar(select(ContentIdea))
    assert idea is not None
    answer = ada.post(f"/gap/content/{idea.public_id}/publish", data={"url": "tidyclock.example/overtime"})
    assert answer.status_code == 303
    with db.reading() as s:
        pages = {p.domain: p.target_page_id for p in s.scalars(select(Prospect))}
    assert None not in pages.values() and len(pages) == 4
    assert "Online since" in ada.get("/gap/content").text


def test_an_idea_can_be_dismissed_and_a_stranger_sees_none(
    project: Project, ada: FlaskClient, cleo: FlaskClient
) -> None:
    with db.reading() as s:
        idea = s.scalar(select(ContentIdea))
    assert idea is not None
    assert cleo.post(f"/gap/content/{idea.public_id}/dismiss").status_code == 404
    assert "Overtime" not in cleo.get("/gap/content").text
    assert ada.post(f"/gap/content/{idea.public_id}/dismiss").status_code == 303
    page = ada.get("/gap/content").text
    assert "off the backlog" in page and "No idea yet" in page


def _rankings(project: Project, text: str) -> None:
    with db.transaction() as s:
        here = s.get_one(Project, project.id)
        service.start(s, here, service.receive(s, here, "keyword-gap.csv", io.BytesIO(text.encode())))
    work.run_until_idle()


def test_an_idea_whose_searches_rivals_win_and_we_miss_comes_first(project: Project, ada: FlaskClient) -> None:
    with db.transaction() as s:
        lines = [
            f"Useful links,https://t{i}.example/links,6{i},1,https://rival-a.example/guides/shift-planning-basics,shift planning\n"
            for i in range(4)
        ]
        here = s.get_one(Project, project.id)
        service.start(s, here, service.receive(s, here, "a2.csv", io.BytesIO((HEAD + "".join(lines)).encode())))
    work.run_until_idle()

    def order() -> list[tuple[str, list[str], int]]:
        with db.reading() as s:
            ideas = queries.ideas(s, s.get_one(Project, project.id))
            return [(i.title, i.evidence["keywords"], i.evidence["searches"]) for i in ideas]

    first, second = (title for title, _k, _v in order())
    topic = {"Overtime calculator": "overtime calculator", "Shift planning basics": "shift planning"}
    head = "Keyword,Intents,rival-a.example,tidyclock.example,Volume,Keyword Difficulty\n"
    _rankings(project, f"{head}{topic[second]},i,4,,5400,20\n{topic[first]},i,3,7,9900,20\nfar away,i,1,,9900,2\n")
    assert order() == [(second, [topic[second]], 5400), (first, [], 0)]  # for the other one we are found
    shown = ada.get("/gap/content").text
    assert "content gap too" in shown and "5,400 a month" in shown


def test_publications_named_by_the_user_raise_ideas_and_are_counted(
    project: Project, ada: FlaskClient, cleo: FlaskClient
) -> None:
    with db.reading() as s:
        before = s.scalars(select(ContentIdea.priority)).one()
    text = "Trade press: s0.example, https://www.s1.example/\nClubs: far.example"
    assert ada.post("/gap/content/publications", data={"publications": text}).status_code == 303
    with db.reading() as s:
        idea = s.scalars(select(ContentIdea)).one()
        assert idea.evidence["publications"] == {"Trade press": 2, "other sites": 2}
        assert idea.priority == pytest.approx(before * 1.5)
    shown = ada.get("/gap/content").text
    assert "Trade press: s0.example, s1.example" in shown and "Trade press 2" in shown
    wrong = ada.post("/gap/content/publications", data={"publications": "Trade press: s0.example\nno sites here"})
    assert wrong.status_code == 422 and "Line 2" in wrong.text
    assert "s0.example" not in cleo.get("/gap/content").text


def test_a_site_that_asked_for_the_page_comes_back_when_it_is_online(project: Project, now: datetime) -> None:
    with db.transaction() as s:
        p = s.scalars(select(Prospect).where(Prospect.domain == "s2.example")).one()
        p.stage, p.action = "replied", "pitch_existing_page"
        prospects.needs_asset(s, [p], "asked for a calculator", SYSTEM)
        q = s.scalars(select(Prospect).where(Prospect.domain == "s3.example")).one()
        q.stage = "declined"
    with db.transaction() as s:
        here = s.get_one(Project, project.id)
        n = backlog.publish(s, here, s.scalars(select(ContentIdea)).one(), "tidyclock.example/overtime")
    assert n == 3  # two open ones and the one that asked; who declined is left alone
    with db.reading() as s:
        back = s.scalars(select(Prospect).where(Prospect.domain == "s2.example")).one()
        assert back.action == "pitch_existing_page" and back.wake_on == now
        assert "the page it waited for is online" in back.action_why
        left = s.scalars(select(Prospect).where(Prospect.domain == "s3.example")).one()
        assert left.wake_on is None


@pytest.mark.parametrize(
    ("site", "kind"),
    [
        ("daily-herald.example", "news"),
        ("cs.stateschool.edu", "universities"),
        ("labour.gov.uk", "authorities"),
        ("bookkeepers-association.example", "associations"),
        ("dev.example", "developers"),
        ("seo-corner.example", "marketing"),
        ("plain.example", "other sites"),
    ],
)
def test_the_kind_of_a_publication_is_told_by_its_name(site: str, kind: str) -> None:
    assert publications.kind_of(site, {}) == kind
    assert publications.kind_of(site, {"Mine": [site]}) == "Mine"
