"""Pages of many systems and languages, with the traps of real ones; truth.json beside them says what each holds."""

import json
from pathlib import Path
from typing import Any

import pytest

from crm.pages.facts import PageFacts, facts

PAGES = Path(__file__).parents[1] / "specimens" / "pages" / "wild"
TRUTH: dict[str, dict[str, Any]] = json.loads((PAGES / "truth.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def all_facts() -> dict[str, PageFacts]:
    return {
        name: facts((PAGES / name).read_bytes(), "" if TRUTH[name]["set"] >= 10 else "https://x.example/p/")
        for name in TRUTH
    }


def test_each_page_has_its_truth() -> None:
    assert {p.name for p in PAGES.glob("*.html")} == set(TRUTH)


def test_no_name_is_invented_and_none_is_missed(all_facts: dict[str, PageFacts]) -> None:
    assert {n: f.author for n, f in all_facts.items()} == {n: t["author"] for n, t in TRUTH.items()}


def test_addresses_and_languages_are_those_of_the_page(all_facts: dict[str, PageFacts]) -> None:
    for name, found in all_facts.items():
        assert sorted(e.value for e in found.emails) == sorted(TRUTH[name]["emails"]), name
        assert found.language == TRUTH[name]["language"], name


@pytest.mark.parametrize("key", ["published_on", "updated_on"])
def test_dates_are_those_of_the_page(all_facts: dict[str, PageFacts], key: str) -> None:
    wanted = {n: t[key] for n, t in TRUTH.items() if key in t}
    assert {n: getattr(all_facts[n], key) for n in wanted} == wanted


def test_links_stand_where_they_stand_and_kinds_are_found(all_facts: dict[str, PageFacts]) -> None:
    for name, found in all_facts.items():
        seen: dict[str, list[str]] = {}
        for link in found.links:
            seen.setdefault(link.url, [link.position, link.rel])
        assert {u: seen.get(u) for u in TRUTH[name]["links"]} == TRUTH[name]["links"], name
        assert set(TRUTH[name]["kinds"]) <= set(found.kinds), name
