"""Facts of 300 pages of the practice web, whose truth the world knows: each field with its precision and recall."""

from random import Random

import pytest

from crm.pages.facts import PageFacts, facts
from crm.practice.cast import Kind, Page, Site
from crm.practice.markup import render
from crm.practice.world import world

JUNK = (Kind.COUPON, Kind.SPAM, Kind.SCRAPER)
Read = tuple[Site, Page, PageFacts]


@pytest.fixture(scope="module")
def pages() -> list[Read]:
    every = [(site, page) for site in world(1).sites.values() for page in site.pages]
    chosen = Random(5).sample(every, 300)
    return [(s, p, facts(render(s, p), f"https://{s.domain}{p.path}")) for s, p in chosen]


def signed(page: Page) -> str | None:
    return page.author if page.author and page.author != "Guest author" and page.form != "author" else None


def shown(site: Site, page: Page) -> set[str]:
    """The addresses of the people of the site that stand in the source of the page, plain or spelled out."""
    html = render(site, page)
    found = set()
    for person in site.people:
        local, _, host = person.address.partition("@")
        if person.address in html or f"{local} [at] {host.replace('.', ' [dot] ')}" in html:
            found.add(person.address)
    return found


def test_there_are_enough_pages_with_and_without_an_author(pages: list[Read]) -> None:
    n_signed = sum(signed(p) is not None for _, p, _ in pages)
    assert len(pages) >= 150 and n_signed >= 40 and len(pages) - n_signed >= 40


def test_every_author_is_named_and_none_is_invented(pages: list[Read]) -> None:
    others = [(s, p, f) for s, p, f in pages if p.form != "author"]
    truth = {(s.domain, p.path): signed(p) for s, p, _ in others}
    assert {(s.domain, p.path): f.author for s, p, f in others} == truth


def test_every_address_is_found_and_none_is_invented(pages: list[Read]) -> None:
    found = {(s.domain, p.path): {e.value for e in f.emails} for s, p, f in pages}
    assert found == {(s.domain, p.path): shown(s, p) for s, p, _ in pages}
    assert sum(map(len, found.values())) >= 30


def test_dates_and_languages_are_those_of_the_page(pages: list[Read]) -> None:
    dated = [(p, f) for _, p, f in pages if p.form in ("article", "list")]
    assert [f.published_on for _, f in dated] == [p.published.isoformat() for p, _ in dated]
    wrong = [(s.domain, p.path, f.language) for s, p, f in pages if f.language != (s.language or "en")]
    assert len(wrong) <= len(pages) // 50


def test_links_stand_in_the_content_with_their_rel(pages: list[Read]) -> None:
    n_links = 0
    for _, page, found in pages:
        seen = {x.url: (x.position, x.rel) for x in found.links}
        for link in page.links:
            n_links += 1
            assert seen[link.target] == ("main", link.rel), (page.path, link.target)
    assert n_links >= 150


@pytest.mark.parametrize(
    ("form", "kind", "least"),
    [("contact", "contact", 0.95), ("about", "about", 0.95), ("list", "list", 0.9), ("article", "article", 0.9),
     ("resources", "resources", 0.8), ("write", "write_for_us", 0.9), ("home", "home", 1.0)],
)  # fmt: skip
def test_kinds_are_told_from_each_other(pages: list[Read], form: str, kind: str, least: float) -> None:
    of_form = [f for s, p, f in pages if p.form == form and s.kind not in JUNK]
    others = [f for _, p, f in pages if p.form != form]
    assert of_form, form
    assert sum(kind in f.kinds for f in of_form) / len(of_form) >= least
    if kind in ("contact", "write_for_us", "home"):
        assert sum(kind in f.kinds for f in others) <= len(others) * 0.02
