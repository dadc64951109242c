"""Content ideas of a project: found with the gap, closed by covering the topic, published to bring the sites back."""

import io

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from crm import db, work
from crm.accounts import service as accounts
from crm.gap import run, service
from crm.models.accounts import Project
from crm.models.prospects import Prospect
from crm.models.targets import ContentIdea
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
