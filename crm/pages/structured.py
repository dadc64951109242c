"""What a page says about itself for machines: JSON-LD and meta elements. Pure."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from selectolax.lexbor import LexborHTMLParser

_MAX_JSON = 400_000
_ARTICLES = (
    "BlogPosting NewsArticle Article TechArticle ScholarlyArticle Report ReportageNewsArticle OpinionNewsArticle "
    "AnalysisNewsArticle ReviewNewsArticle BackgroundNewsArticle SocialMediaPosting LiveBlogPosting "
    "DiscussionForumPosting AdvertiserContentArticle HowTo Recipe Review Guide LearningResource PodcastEpisode "
    "MedicalWebPage APIReference CreativeWork"
).split()
_PAGES = ("ProfilePage", "WebPage", "ItemPage", "AboutPage", "FAQPage", "QAPage")
_LISTS = ("Blog", "CollectionPage", "ItemList", "SearchResultsPage")


@dataclass(frozen=True)
class Structured:
    """`nodes` are all JSON-LD objects of the top level and of @graph; `meta` the meta elements by lower-case name."""

    nodes: tuple[dict[str, Any], ...] = ()
    by_id: dict[str, dict[str, Any]] = field(default_factory=dict)
    meta: dict[str, list[str]] = field(default_factory=dict)

    def first(self, *names: str) -> str:
        """The first filled meta value of these names, or ""."""
        return next((v for name in names for v in self.meta.get(name, ()) if v), "")

    def main(self) -> dict[str, Any] | None:
        """The node that describes the page itself: its article before its web page; None on lists of articles."""
        articles = [n for n in self.nodes if _is(n, _ARTICLES)]
        if len({str(a.get("headline") or a.get("name") or a.get("@id")) for a in articles}) > 1:
            return None
        if articles:
            return articles[0]
        return next((n for n in self.nodes if _is(n, _PAGES)), None)

    def lists_others(self) -> bool:
        """True when the page calls itself a blog, a collection or a list."""
        return any(_is(n, _LISTS) for n in self.nodes) or self.first("og:type").lower() in ("blog", "website.blog")

    def is_article(self) -> bool:
        """True when the page calls itself one article."""
        found = self.main()
        return self.first("og:type").lower() == "article" or (found is not None and _is(found, _ARTICLES))

    def resolve(self, value: Any) -> Any:
        """An object given by its @id alone, looked up."""
        if isinstance(value, dict) and set(value) <= {"@id", "@type"} and value.get("@id") in self.by_id:
            return self.by_id[str(value["@id"])]
        return value


def read(tree: LexborHTMLParser) -> Structured:
    """Everything the page says in JSON-LD and meta elements; broken JSON is left out."""
    nodes: list[dict[str, Any]] = []
    for script in tree.css('script[type*="ld+json"]')[:40]:
        nodes.extend(_flat(_parsed(script.text() or "")))
    by_id = {str(n["@id"]): n for n in _everything(nodes) if n.get("@id") and len(n) > 1}
    meta: dict[str, list[str]] = {}
    for element in tree.css("meta[content]"):
        name = element.attributes.get("property") or element.attributes.get("name") or ""
        name = name or element.attributes.get("itemprop") or element.attributes.get("http-equiv") or ""
        meta.setdefault(name.strip().lower(), []).append(" ".join((element.attributes.get("content") or "").split()))
    return Structured(tuple(nodes), by_id, meta)


def is_type(node: Any, *types: str) -> bool:
    """Is this a JSON-LD object of one of these types?"""
    return isinstance(node, dict) and _is(node, types)


def values(value: Any) -> list[Any]:
    """A JSON-LD value as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _is(node: dict[str, Any], types: tuple[str, ...] | list[str]) -> bool:
    return any(str(t).rpartition("/")[2] in types for t in values(node.get("@type")))


def _parsed(text: str) -> Any:
    text = text.strip()[:_MAX_JSON]
    text = re.sub(r"\A(<!--|/\*\s*<!\[CDATA\[\s*\*/|//\s*<!\[CDATA\[|<!\[CDATA\[)", "", text)
    text = re.sub(r"(-->|/\*\s*\]\]>\s*\*/|//\s*\]\]>|\]\]>)\s*\Z", "", text).strip().rstrip(";")
    for attempt in (text, re.sub(r",(\s*[}\]])", r"\1", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _flat(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if isinstance(value, list) and depth < 4:
        for item in value:
            yield from _flat(item, depth + 1)
    elif isinstance(value, dict):
        if isinstance(value.get("@graph"), list):
            yield from _flat(value["@graph"], depth + 1)
        if value.get("@type"):
            yield value
            inner = value.get("mainEntity")
            if isinstance(inner, dict) and _is(value, _PAGES) and _is(inner, _ARTICLES):
                yield inner


def _everything(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > 6:
        return
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _everything(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _everything(inner, depth + 1)
