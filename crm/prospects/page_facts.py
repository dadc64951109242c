"""Signs of the link type that only the fetched page gives: its heading, its list, its dead links, its author box."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from crm.prospects.phrases import Phrases
from crm.prospects.phrases import words as split
from crm.prospects.reading import Reading
from crm.prospects.type_words import HEADLINE

_HEADLINE = Phrases(HEADLINE)
_POINTS = {"resource_page": 0.8, "list_post": 0.8, "guest_contribution": 0.8, "partnership": 0.6, "digital_pr": 0.3}
MANY_LINKS = 25
SURE = 8.0  # what was seen on the page itself stands above every word of a headline or address
KEPT = ("url", "title", "h1", "author", "author_is_guest", "published_on", "updated_on", "n_external_links")


def digest(facts: dict[str, Any], dead: dict[str, Any] | None) -> dict[str, Any]:
    """What is kept of a page's facts with the prospect. `dead` is the dead link that a page of ours may replace."""
    kept = {name: facts[name] for name in KEPT if facts.get(name)}
    kept |= {"dead_links": len(facts.get("dead_links") or ()), "mention": next(iter(facts.get("mentions") or ()), None)}
    return {**kept, "dead_target": dead}


def changed_on(facts: dict[str, Any], *, is_list: bool) -> date | None:
    """The day of the page's last change. That of publication counts for pages of links alone: an article that nobody
    touched is finished, such a page is left behind."""
    said = _text(facts, "updated_on") or (_text(facts, "published_on") if is_list else "")
    try:
        return date.fromisoformat(said[:10]) if said else None
    except ValueError:
        return None


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
    dead = facts.get("dead_target")
    if dead:
        yield "broken_link", SURE, _dead_words(dead)
    if facts.get("mention"):
        yield "unlinked_mention", SURE + 0.5, "the page names you without a link"
    if facts.get("author_is_guest"):
        yield "guest_contribution", 1.2, "the author box names somebody from outside"


def shape_of_article(facts: dict[str, Any]) -> bool:
    """Whether the fetched page has an author or a date of publication, as articles do."""
    return bool(facts.get("author") or facts.get("published_on") or facts.get("published"))


def _dead_words(dead: Any) -> str:
    if not isinstance(dead, dict):
        return "the linked page no longer answers"
    words = f"its link “{dead['anchor'][:60]}”" if dead.get("anchor") else f"its link to {dead.get('url', '')[:80]}"
    return f"{words} is dead ({dead.get('status') or 'not found'})"


def _text(facts: dict[str, Any], key: str) -> str:
    value = facts.get(key)
    return value if isinstance(value, str) else ""


def _number(facts: dict[str, Any], key: str) -> float:
    value = facts.get(key)
    return float(value) if isinstance(value, int | float) else 0.0
