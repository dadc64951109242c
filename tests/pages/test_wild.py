"""Pages of many systems and languages, with the traps of real ones; truth.json beside them says what each holds."""

import json
from pathlib import Path
from typing import Any

import pytest

from crm.pages.facts import PageFacts, facts

PAGES = Path(__file__).parents[1] / "specimens" / "pages" / "wild"
TRUTH: dict[str, dict[str, Any]] = json.loads((PAGES / "truth.json").read_text("utf-8"))
# Named on the page and not found: "Reviewed by", a rare given name beside a date, a credit that names two crafts.
NOT_FOUND = {"microdata-book-review.html", "c-name-dot-date.html", "c-ja-kisha.html"}
# A date that touches the name before it, apart only by a style sheet.
NO_DATE = {"c-tailwind-nold.html", "c-unmarked-author-url-org.html"}


@pytest.fixture(scope="module")
def all_facts() -> dict[str, PageFacts]:
    return {name: facts((PAGES / name).read_bytes(), "https://x.example/") for name in TRUTH}


def test_each_page_has_its_truth() -> None:
    assert {p.name for p in PAGES.glob("*.html")} == set(TRUTH)


def test_no_name_is_invented_and_few_are_missed(all_facts: dict[str, PageFacts]) -> None:
    wrong = {n: f.author for n, f in all_facts.items() if f.author not in (None, TRUTH[n]["author"])}
    missed = {n for n, f in all_facts.items() if f.author is None and TRUTH[n]["author"]}
    assert wrong == {} and missed <= NOT_FOUND


def test_addresses_and_languages_are_those_of_the_page(all_facts: dict[str, PageFacts]) -> None:
    for name, found in all_facts.items():
        assert sorted(e.value for e in found.emails) == sorted(TRUTH[name]["emails"]), name
        assert found.language == TRUTH[name]["language"], name


@pytest.mark.parametrize("key", ["published_on", "updated_on"])
def test_dates_are_those_of_the_page(all_facts: dict[str, PageFacts], key: str) -> None:
    wanted = {n: t[key] for n, t in TRUTH.items() if key in t and n not in NO_DATE}
    assert {n: getattr(all_facts[n], key) for n in wanted} == wanted


def test_links_stand_where_they_stand_and_kinds_are_found(all_facts: dict[str, PageFacts]) -> None:
    for name, found in all_facts.items():
        seen: dict[str, list[str]] = {}
        for link in found.links:
            seen.setdefault(link.url, [link.position, link.rel])
        assert {u: seen.get(u) for u in TRUTH[name]["links"]} == TRUTH[name]["links"], name
        assert set(TRUTH[name]["kinds"]) <= set(found.kinds), name
