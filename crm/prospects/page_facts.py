"""Signs of the link type that only the fetched page gives: its heading, its list, its dead links, its author box."""

from collections.abc import Iterator
from typing import Any

from crm.prospects.phrases import Phrases
from crm.prospects.phrases import words as split
from crm.prospects.reading import Reading
from crm.prospects.type_words import HEADLINE

_HEADLINE = Phrases(HEADLINE)
_POINTS = {"resource_page": 0.8, "list_post": 0.8, "guest_contribution": 0.8, "partnership": 0.6, "digital_pr": 0.3}
MANY_LINKS = 25


def signs(r: Reading) -> Iterator[tuple[str, float, str]]:
    """(link type, points, why) from `PageFacts.to_dict()`; nothing when the page was not fetched."""
    facts = r.signs.facts
    if not facts:
        return
    heading = _text(facts, "h1") or _text(facts, "title")
    for kind, phrase in _HEADLINE.find(split(heading), heading).items():
        if kind in _POINTS:
            yield kind, _POINTS[kind], f"the page's heading says “{phrase}”"
    if _number(facts, "n_external_links") >= MANY_LINKS and not shape_of_article(facts):
        yield "resource_page", 0.6, f"the page links to {int(_number(facts, 'n_external_links'))} other sites"
    if facts.get("dead_target"):
        yield "broken_link", 4.0, "the linked page no longer answers"
    if facts.get("author_is_guest"):
        yield "guest_contribution", 1.2, "the author box names somebody from outside"


def shape_of_article(facts: dict[str, Any]) -> bool:
    """Whether the fetched page has an author or a date of publication, as articles do."""
    return bool(facts.get("author") or facts.get("published_on") or facts.get("published"))


def _text(facts: dict[str, Any], key: str) -> str:
    value = facts.get(key)
    return value if isinstance(value, str) else ""


def _number(facts: dict[str, Any], key: str) -> float:
    value = facts.get(key)
    return float(value) if isinstance(value, int | float) else 0.0
