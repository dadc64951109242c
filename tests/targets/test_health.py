"""An own page is pitched only when it deserves it: one fixture per finding."""

from dataclasses import replace

import pytest

from crm.targets.health import Seen, examine

GOOD = Seen(
    url="https://tidyclock.example/guide",
    final_url="https://tidyclock.example/guide",
    status=200,
    why="",
    chain=(),
    elapsed_s=0.4,
    size=40_000,
    canonical="https://tidyclock.example/guide",
    noindex=False,
    robots_blocked=False,
    words=900,
    title="Guide",
    inlinks=5,
)
CASES = [
    ("status", {"status": 404}, "bad"),
    ("status", {"status": None, "why": "timed out"}, "bad"),
    ("redirect", {"final_url": "https://tidyclock.example/new"}, "warn"),
    (
        "redirect",
        {
            "final_url": "https://tidyclock.example/new",
            "chain": ("https://tidyclock.example/a", "https://tidyclock.example/b"),
        },
        "bad",
    ),
    ("canonical", {"canonical": "https://tidyclock.example/other"}, "bad"),
    ("canonical", {"canonical": ""}, "warn"),
    ("index", {"noindex": True}, "bad"),
    ("index", {"robots_blocked": True}, "bad"),
    ("speed", {"elapsed_s": 6.0}, "warn"),
    ("text", {"words": 80}, "warn"),
    ("text", {"words": 400, "rival_words": 2000}, "warn"),
    ("inlinks", {"inlinks": 0}, "warn"),
    ("depth", {"depth": 6}, "warn"),
    ("sitemap", {"in_sitemap": False}, "warn"),
]


def test_a_good_page_has_nothing_to_fix() -> None:
    assert {f.level for f in examine(GOOD)} == {"ok"}


@pytest.mark.parametrize(("rule", "change", "level"), CASES)
def test_each_fault_is_found_and_says_what_to_do(rule: str, change: dict[str, object], level: str) -> None:
    found = next(f for f in examine(replace(GOOD, **change)) if f.rule == rule)  # type: ignore[arg-type]
    assert found.level == level
    assert found.fix


def test_the_worst_finding_stands_first() -> None:
    assert examine(replace(GOOD, canonical="", status=500))[0].level == "bad"
