"""What finding contacts teaches of a prospect: dead links to replace, names without a link, decisions that stay."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm import clock, db
from crm.adapters import web
from crm.batches.overview import queries as overview
from crm.batches.service import create
from crm.batches.writing import queries as writing
from crm.contacts import run
from crm.domains import url_key
from crm.journal import Actor
from crm.models.accounts import Competitor, Project
from crm.models.gap import Import, LinkingPage
from crm.models.prospects import Prospect
from crm.pages import run as reading_run
from crm.pages import service as reading_pages
from crm.prospects import service as prospects
from crm.prospects.found import FoundDomain
from crm.prospects.signs import PageSigns
from crm.targets import service as targets
from crm.vocabulary import Action, Angle, LinkType
from tests.batches.conftest import make_mailbox
from tests.conftest import World
from tests.little_web import Answer, LittleWeb

RIVAL = "https://rival.example"
TITLE = "Useful time tracking links for freelancers"
DESK = '<p>Write to <a href="mailto:ines@{site}">Ines</a></p>'


def html(site: str, body: str, title: str = TITLE) -> str:
    article = f"<main><h1>{title}</h1><p>{'How freelancers track time and hours. ' * 12}</p>{body}</main>"
    return f"<html lang=en><head><title>{title}</title></head><body>{article}{DESK.format(site=site)}</body></html>"


def link(path: str = "/guide", words: str = "time tracking guide") -> str:
    return f'<p>Start with the <a href="{RIVAL}{path}">{words}</a> before you quote a price.</p>'


@pytest.fixture
def pages() -> Iterator[LittleWeb]:
    with LittleWeb() as served:
        served["rival.example", "/guide"] = "<html><body><h1>Time tracking guide</h1><p>All of it.</p></body></html>"
        before = web.default_fetcher()
        web.install(served.fetcher(pause=0.0))
        yield served
        web.install(before)


def take(world: World, site: str, path: str = "/links", target: str = f"{RIVAL}/guide") -> int:
    """A prospect with one linking page, as an import and a person's acceptance leave it; its inner id."""
    with db.transaction() as s:
        project = s.get_one(Project, world.project.id)
        project.brand_names = ["Tidyclock"]
        if s.scalar(select(Competitor.id)) is None:
            s.add(Competitor(project_id=project.id, domain="rival.example", position=0, created_at=clock.now()))
            s.add(Import(project_id=project.id, filename="a.csv", sha256="0" * 64, size=1, uploaded_at=clock.now()))
            address = "https://tidyclock.example/guide"
            words = {"title": "Time tracking guide", "topic": "time tracking", "keywords": ["track time", "hours"]}
            targets.add(s, project, address, **words)
        upload, n = s.scalars(select(Import)).one(), len(s.scalars(select(LinkingPage.id)).all())
        known = {"source_url": f"https://{site}{path}", "title": TITLE, "target_url": target}
        known["anchor"] = "time tracking guide"
        page = LinkingPage(
            project_id=project.id,
            import_id=upload.id,
            file_row=n,
            source_key=url_key(known["source_url"]),
            source_domain=site,
            **known,
        )
        s.add(page)
        s.flush()
        found = FoundDomain(site, "A", 1, best_page_id=page.id, pages=(PageSigns(**known),), dr=40.0, language="en")
        prospects.upsert(s, project, [found])
        row = s.scalars(select(Prospect).where(Prospect.domain == site)).one()
        prospects.accept(s, [row], Actor("user", "ben"))
        return row.id


def one(prospect_id: int) -> Prospect:
    with db.reading() as s:
        return s.get_one(Prospect, prospect_id)


def test_a_dead_link_to_a_competitor_makes_a_broken_link_and_a_batch_of_it(
    world: World, now: object, pages: LittleWeb
) -> None:
    pages["kit.example", "/links"] = html("kit.example", link("/old-guide"))
    prospect_id = take(world, "kit.example", target=f"{RIVAL}/old-guide")
    assert one(prospect_id).link_type == LinkType.RESOURCE_PAGE
    assert run.find(prospect_id).n_contacts == 1
    row = one(prospect_id)
    assert row.link_type == LinkType.BROKEN_LINK and row.angle == Angle.BROKEN_LINK
    assert row.action == Action.REPLACE_BROKEN
    assert row.link_type_why[0] == "its link “time tracking guide” is dead (404)"
    with db.transaction() as s:
        project = s.get_one(Project, world.project.id)
        group = overview.suggest(s, project)[0]
        assert (group.link_type, group.angle) == (LinkType.BROKEN_LINK, Angle.BROKEN_LINK)
        chosen = overview.prospects_of(s, project, [p.candidate.id for p in group.picked])
        box = make_mailbox(s, project)
        made = create(s, project, chosen, group.angle, None, box)
        facts = writing.facts_of(writing.enrolled(s, made.batch)[0], project, box, Angle.BROKEN_LINK)
    assert facts.competitor_url == f"{RIVAL}/old-guide" and facts.anchor == "time tracking guide"
    assert facts.heading and facts.anchor in row.brief["quote"]["anchor"]
    assert facts.dead_since == ""  # seen for the first time today: since when is not known


def test_another_dead_link_counts_when_a_page_of_ours_can_replace_it(
    world: World, now: object, pages: LittleWeb
) -> None:
    other = '<p>And the <a href="https://gone.example/time-tracking">time tracking hours sheet</a>.</p>'
    far = '<p>And the <a href="https://lost.example/cakes">recipes for lemon cake</a>.</p>'
    for site, body in (("a.example", link() + other), ("b.example", link() + far)):
        pages[site, "/links"] = html(site, body)
    pages["gone.example", "/robots.txt"] = pages["lost.example", "/robots.txt"] = Answer("", 404)
    near, unlike = take(world, "a.example"), take(world, "b.example")
    run.find(near)
    run.find(unlike)
    assert one(near).link_type == LinkType.BROKEN_LINK
    assert one(near).brief["dead_url"] == "https://gone.example/time-tracking"
    assert one(unlike).link_type == LinkType.RESOURCE_PAGE
    assert one(unlike).inputs["page"]["dead_links"] == 1


def test_a_page_that_names_us_without_a_link_becomes_an_unlinked_mention(
    world: World, now: object, pages: LittleWeb
) -> None:
    named = "<p>We also tried Tidyclock for two weeks and liked it.</p>"
    pages["blog.example", "/post"] = html("blog.example", link() + named, "How we track time")
    prospect_id = take(world, "blog.example", "/post")
    run.find(prospect_id)
    row = one(prospect_id)
    assert row.link_type == LinkType.UNLINKED_MENTION and row.angle == Angle.UNLINKED_MENTION
    assert row.brief["mention"]["before"].startswith("We also tried")


def test_a_persons_link_type_stays_whatever_the_page_says(world: World, now: object, pages: LittleWeb) -> None:
    pages["kit.example", "/links"] = html("kit.example", link("/old-guide"))
    prospect_id = take(world, "kit.example", target=f"{RIVAL}/old-guide")
    with db.transaction() as s:
        prospects.set_link_type(s, s.get_one(Prospect, prospect_id), LinkType.LIST_POST, Actor("user", "ben"))
    run.find(prospect_id)
    assert (one(prospect_id).link_type, one(prospect_id).link_type_by) == (LinkType.LIST_POST, "ben")


def test_a_mended_link_gives_the_type_of_the_export_back_and_a_new_import_keeps_what_was_read(
    world: World, now: object, pages: LittleWeb
) -> None:
    pages["kit.example", "/links"] = html("kit.example", link("/old-guide"))
    prospect_id = take(world, "kit.example", target=f"{RIVAL}/old-guide")
    run.find(prospect_id)
    take_again = {"source_url": "https://kit.example/links", "title": TITLE, "target_url": f"{RIVAL}/old-guide"}
    with db.transaction() as s:
        row = s.scalars(
            select(Prospect).options(joinedload(Prospect.best_page)).where(Prospect.id == prospect_id)
        ).one()
        found = FoundDomain(row.domain, "A", 1, best_page_id=row.best_page_id, pages=(PageSigns(**take_again),))
        prospects.upsert(s, s.get_one(Project, world.project.id), [found])
        assert row.link_type == LinkType.BROKEN_LINK
        prospects.reassess(s, row, {"url": "https://kit.example/links", "title": TITLE, "dead_links": []})
        assert row.link_type == LinkType.RESOURCE_PAGE and "dead_url" not in row.brief


def test_eight_links_of_a_page_are_followed_at_most_and_known_hosts_are_left_alone(
    world: World, now: object, pages: LittleWeb
) -> None:
    many = "".join(f'<p><a href="https://site{n}.example/x">site {n}</a></p>' for n in range(20))
    pages["kit.example", "/links"] = html("kit.example", many + link())
    run.find(take(world, "kit.example"))
    asked = {host for host, path, _ in pages.asked if path != "/robots.txt"}
    assert "rival.example" in asked and len({h for h in asked if h.startswith("site")}) == 7
    before = len(pages.asked)
    pages["two.example", "/links"] = html("two.example", many[: many.index("site 7")] + link())
    run.find(take(world, "two.example"))
    assert {host for host, _, _ in pages.asked[before:]} <= {"two.example", "site7.example"}


def test_a_linking_page_that_the_queue_has_read_is_judged_once(world: World, now: object, pages: LittleWeb) -> None:
    pages["kit.example", "/links"] = html("kit.example", link("/old-guide"))
    prospect_id = take(world, "kit.example", target=f"{RIVAL}/old-guide")
    with db.transaction() as s:
        project = s.get_one(Project, world.project.id)
        wanted = {"organisation_id": project.organisation_id, "project_id": project.id, "purpose": "linking_page"}
        reading_pages.want(s, url="https://kit.example/links", **wanted)
    assert reading_run.tick() == 1
    assert run.judge_read_pages() == 1
    assert one(prospect_id).link_type == LinkType.BROKEN_LINK
    assert run.judge_read_pages() == 0
