"""Dead links of a page, how a site links out, and pages that name us without linking."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from crm import clock, db
from crm.models.accounts import Project
from crm.pages import mentions
from crm.pages.facts import PageFacts, facts
from crm.pages.linking import pattern
from crm.pages.outgoing import run as outgoing
from crm.pages.run import read_now
from tests.little_web import Answer, LittleWeb


@pytest.fixture
def web() -> Iterator[LittleWeb]:
    with LittleWeb() as running:
        yield running


def page(inner: str) -> str:
    return f"<html lang=en><body><nav><a href='/'>Home</a></nav><main><article><h1>Links</h1>{inner}</article></main></body></html>"


def test_dead_links_are_told_with_their_words_and_the_first_day(world: Any, now: Any, web: LittleWeb) -> None:
    web["list.example", "/x"] = page(
        "<p><a href='https://dead.example/a'>Old tool</a> <a href='https://alive.example/'>Fine</a>"
        "<a href='https://wall.example/'>Wall</a> <a href='https://soft.example/'>Soft</a> <a href='/own'>own</a></p>"
    )
    web["alive.example", "/"] = page("<p>Here I am.</p>")
    web["wall.example", "/"] = Answer("no", 403)
    web["soft.example", "/"] = "<title>Page not found</title><h1>Page not found</h1><p>Sorry.</p>"
    owner, fetcher = world.project.organisation_id, web.fetcher()
    first = outgoing.dead_links(owner, "https://list.example/x", fetcher=fetcher)
    assert [(d.url, d.anchor, d.status) for d in first] == [
        ("https://dead.example/a", "Old tool", 404),
        ("https://soft.example/", "Soft", 200),
    ]
    with clock.at(clock.now() + timedelta(days=9)):
        again = outgoing.dead_links(owner, "https://list.example/x", fetcher=fetcher)
    assert {d.since for d in again} == {"2026-11-23"} or {d.since for d in again} == {"2026-12-02"}


def article(n_links: int, host: str = "tool{n}.example", rel: str = "") -> PageFacts:
    links = "".join(f"<p><a rel='{rel}' href='https://{host.format(n=n)}/'>x</a></p>" for n in range(n_links))
    return facts(page(links + "<a href='https://facebook.com/x'>f</a>"), "https://blog.example/a")


def test_a_site_that_hardly_links_out_is_told_from_one_that_does() -> None:
    assert "rarely links out: 0 of 5" in pattern([article(0)] * 5).words
    assert "links out on 4 of 4" in pattern([article(3)] * 4).words
    assert "too few" in pattern([article(3)]).words and pattern([]).n_pages == 0


def test_the_sort_of_things_a_site_links_to_is_told() -> None:
    seen = pattern([article(2, "survey-data{n}.example")] * 4)
    assert seen.sorts[0][0] == "data" and "nearly always to data" in seen.words
    assert "mostly nofollow" in pattern([article(2, rel="nofollow")] * 4).words


@pytest.mark.parametrize(
    ("html", "n"),
    [
        ("<p>We like Tidyclock for this.</p>", 1),
        ("<p>We like <a href='https://tidyclock.example/'>Tidyclock</a>.</p>", 0),
        ("<p>We like tidyclock.example a lot.</p>", 0),
        ("<p>We like Tidyclocks and untidyclock.</p>", 0),
        ("<p style='display:none'>Tidyclock</p>", 0),
    ],
)
def test_a_mention_counts_only_without_a_link_to_us(html: str, n: int) -> None:
    found = mentions.unlinked(facts(page(html), "https://blog.example/a"), ["Tidyclock"], ["tidyclock.example"])
    assert len(found) == n


def test_pages_already_read_are_searched_for_mentions(world: Any, now: Any, web: LittleWeb) -> None:
    web["blog.example", "/a"] = page("<p>My timer is Tidyclock, which I love.</p>")
    read_now(world.project.organisation_id, "https://blog.example/a", fetcher=web.fetcher())
    with db.transaction() as s:
        s.get_one(Project, world.project.id).brand_names = ["Tidyclock"]
    [(url, mention)] = outgoing.mentions_without_link(world.project.id)
    assert url == "https://blog.example/a" and (mention.before, mention.after) == ("My timer is ", ", which I love.")
