"""Tables known by the shape of their cells: Search Console in any language, plain lists of addresses. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crm import domains
from crm.gap import values
from crm.gap.headers import normal
from crm.vocabulary import Grain

_GOOGLE = "Links > External links > More: 'Latest links' (Export external links) or 'Top linking sites'"
_LISTS = frozenset(
    "url urls domain domains website websites site sites page pages link links address host hosts dominio".split()
)
# How Search Console heads the address column of its page-indexing lists, next to a date of the last visit.
_OWN_PAGES = frozenset(
    {"url", "urls", "adresseurl", "webadresse", "urladdress", "網址", "网址", "urlадрес", "direcciónurl", "addressurl"}
)
_NAMED_BY_GOOGLE = re.compile(
    r"https?___|sc-domain|latest.links|sample.links|more.sample|top.linking|search.console|gsc", re.IGNORECASE
)


@dataclass(frozen=True)
class Shape:
    """What the cells look like."""

    tool: str
    report: str
    grain: Grain | None
    has_header: bool
    columns: Mapping[int, str] = field(default_factory=dict)
    instead: str = ""


def recognise(rows: Sequence[Sequence[str]], filename: str) -> Shape | None:
    """The shape of a table from its first records, or None. A header only counts when its words are no values."""
    if not rows:
        return None
    width = max(len(row) for row in rows)
    first = [cell.strip() for cell in rows[0]]
    plain = not any(_kind(cell) for cell in first)
    body = [list(row) for row in (rows[1:] if plain else rows)][:200]
    if not body:
        return None
    kinds = [_column_kind([row[i] if i < len(row) else "" for row in body]) for i in range(min(width, 8))]
    if plain and (found := _console(first, kinds, filename)):
        return found
    return _address_list(first, kinds, body, plain, filename)


def _console(first: list[str], kinds: list[str], filename: str) -> Shape | None:
    if kinds == ["url", "date"]:
        if normal(first[0]) in _OWN_PAGES:
            return Shape("google", "page indexing", None, True, instead=_GOOGLE)
        return Shape("google", "latest links", Grain.BACKLINK, True, {0: "source_url", 1: "last_seen"})
    if kinds == ["url"] and normal(first[0]) not in _LISTS:
        return Shape("google", "sample links", Grain.BACKLINK, True, {0: "source_url"})
    if kinds == ["url", "whole"] or kinds == ["url", "whole", "whole"]:
        return Shape("google", "top linked pages", None, True, instead=_GOOGLE)
    if kinds == ["host", "whole", "whole"]:
        columns = {0: "source_domain", 1: "backlinks", 2: "target_pages"}
        return Shape("google", "top linking sites", Grain.DOMAIN, True, columns)
    if len(kinds) == 5 and kinds[1:3] == ["whole", "whole"] and (kinds[3] == "percent" or "ctr" in map(normal, first)):
        return Shape("google", "performance", None, True, instead=_GOOGLE)
    if kinds == ["text"] and _NAMED_BY_GOOGLE.search(filename):
        return Shape("google", "top linking text", None, True, instead=_GOOGLE)
    return None


def _address_list(
    first: list[str], kinds: list[str], body: list[list[str]], plain: bool, filename: str
) -> Shape | None:
    if kinds and kinds[0] in ("url", "host"):
        if len(kinds) == 1 or (not plain and kinds[1:].count("blank") == len(kinds) - 1):
            return Shape("generic", "list of addresses", Grain.URL, plain, {0: "source_url"})
        if not plain and len(kinds) == 2 and kinds[1] == "date" and _NAMED_BY_GOOGLE.search(filename):
            return Shape("google", "latest links", Grain.BACKLINK, False, {0: "source_url", 1: "last_seen"})
        if not plain:
            return Shape("generic", "list of addresses", Grain.URL, False, {0: "source_url"})
    if not plain and kinds == ["whole", "whole"]:
        instead = "the domain-level ranks file, or run the Common Crawl pass with vertices and edges"
        return Shape("commoncrawl", "edges", None, False, instead=instead)
    if not plain and kinds[:2] == ["whole", "reversed"] and len(kinds) <= 3:
        instead = "the domain-level ranks file, or run the Common Crawl pass with vertices and edges"
        return Shape("commoncrawl", "vertices", None, False, instead=instead)
    return None


def _column_kind(cells: list[str]) -> str:
    """The kind that at least nine of ten filled cells have; "text" when none does, "blank" without filled cells."""
    kinds = [_kind(cell) or "text" for cell in cells if cell.strip()]
    if not kinds:
        return "blank"
    for wanted in ("url", "date", "whole", "percent", "host", "reversed"):
        if kinds.count(wanted) >= 0.9 * len(kinds):
            return wanted
    return "url" if kinds.count("url") + kinds.count("host") >= 0.9 * len(kinds) and "url" in kinds else "text"


def _kind(cell: str) -> str:
    text = cell.strip()
    if text.startswith(("http://", "https://")):
        return "url"
    if re.fullmatch(r"\d{1,3}([ ,.\u00a0\u202f]?\d{3})*", text):
        return "whole"
    if re.fullmatch(r"[\d.,]+\s?%", text):
        return "percent"
    if values.moment(text, day_leads=True):
        return "date"
    if "." not in text or " " in text:
        return ""
    name = domains.host(text)
    if name is None:
        return ""
    if "/" in text.rstrip("/"):
        return "url" if domains.has_known_suffix(name) else ""
    if domains.has_known_suffix(name):
        return "host"
    return "reversed" if domains.has_known_suffix(".".join(reversed(name.split(".")))) else ""
