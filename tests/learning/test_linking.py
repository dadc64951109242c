"""Each win proposes up to three internal links, by topic, only where one is missing."""

from datetime import UTC, datetime, timedelta

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import clock
from crm.db import transaction
from crm.learning.linking import queries
from crm.models.accounts import Project
from crm.models.targets import HealthCheck, TargetPage
from tests.conftest import World
from tests.learning.stage import ground, mailed, placed

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
TOPICS = {
    "invoice-template": "invoice template for freelancers with hourly rates",
    "invoicing-guide": "guide to invoicing freelancers hourly rates and invoice terms",
    "invoice-numbers": "invoice numbers and invoice dates for freelancers",
    "late-invoices": "late invoice reminders freelancers hourly rates template",
    "sourdough": "bread sourdough starter flour oven",
}


def furnish(s: Session, world: World, links: dict[str, list[str]]) -> Project:
    """A page per topic, each read with these links in its text; three links won by the template."""
    project = s.get_one(Project, world.project.id)
    on = ground(s, project, NOW - timedelta(days=60))
    on.target.archived_at = NOW
    for slug, words in TOPICS.items():
        page = TargetPage(
            project_id=project.id, url=f"https://tidyclock.example/{slug}", title=slug.replace("-", " "), text=words * 5,
            keywords=[slug.replace("-", " ")], created_at=NOW,
        )  # fmt: skip
        s.add(page)
        s.flush()
        told = [{"url": f"https://tidyclock.example/{to}/", "position": "main"} for to in links.get(slug, [])]
        menu = [{"url": f"https://tidyclock.example/{to}", "position": "nav"} for to in TOPICS]
        found = [{"rule": "inlinks", "level": "warn", "words": "1 of your own pages link to it.", "fix": ""}]
        check = HealthCheck(target_page_id=page.id, at=NOW, passed=True, findings=found, facts={"links": told + menu})
        s.add(check)
    for n in range(3):
        target = "https://tidyclock.example/invoice-template"
        placed(s, mailed(s, on, NOW - timedelta(days=40)), NOW - timedelta(days=9 + n), target_url=target,
               target_key=str(n))  # fmt: skip
    s.flush()
    return project


def test_a_linked_page_is_tied_to_pages_of_its_topic_where_no_link_stands(ada: FlaskClient, world: World) -> None:
    links = {"invoice-template": ["invoicing-guide", "invoice-numbers"], "invoicing-guide": ["invoice-template"]}
    with clock.at(NOW), transaction() as s:
        project = furnish(s, world, links)
        (win,) = queries.wins(s, project)
    assert len(win.links) == 3 and win.place == ["1 of your own pages link to it."]
    told = {p.page.url.rsplit("/", 1)[1]: (p.onward, p.back) for p in win.proposals}
    assert told == {"invoice-numbers": (False, True), "late-invoices": (True, True), "invoicing-guide": (False, False)}
    assert win.proposals[-1].page.title == "invoicing guide"
    with clock.at(NOW):
        text = ada.get("/review/quarter").text
    assert "3 new links" in text and "Link to it from" in text and "as “late invoices”" in text
    assert "Tied already, both ways:" in text


def test_a_page_that_nobody_read_is_proposed_with_that_doubt_and_old_wins_rest(
    ada: FlaskClient, cleo: FlaskClient, world: World
) -> None:
    with clock.at(NOW), transaction() as s:
        project = furnish(s, world, {})
        for check in s.scalars(select(HealthCheck)):
            s.delete(check)
        s.flush()
        (win,) = queries.wins(s, project)
        assert len(win.proposals) == 3 and not any(p.known for p in win.proposals)
        assert "sourdough" not in {p.page.title for p in win.proposals}
    with clock.at(NOW):
        assert "a link may be there" in ada.get("/review/quarter").text
        assert "Let the new links work" not in cleo.get("/review/quarter").text
    with clock.at(NOW + timedelta(days=120)), transaction() as s:
        assert queries.wins(s, s.get_one(Project, world.project.id)) == []
