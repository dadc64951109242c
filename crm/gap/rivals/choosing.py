"""From results to competitors: who ranks again and again, who is too big, whose page is of another kind. Pure."""

import math
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlsplit

from crm.gap.rivals.giants import LANDSCAPE, giant
from crm.vocabulary import PageType

FIRST_PAGE = 10
TOP = 3
SHARE = 0.25  # of the keywords for which a site ranks before it counts as "again and again"
MOST = 5  # competitors proposed: three to five give the clearest gap
LEAST_SITES = 4  # different sites for one keyword in one file make a whole result page
WATCHED = 5  # sites whose coming and going is a change of the set
_KINDS: tuple[tuple[PageType, str], ...] = (
    (PageType.COMPARISON, r"\bvs\b|\bversus\b|alternatives?\b|\bcompar|\breviews?\b|\bbest[ -]|\btop[ -]\d+"),
    (
        PageType.ASSET,
        r"\btemplates?\b|\bcalculators?\b|\bgenerators?\b|\bcheckers?\b|\bconverters?\b|\bstud(?:y|ies)\b|statistics"
        r"|\bsurvey\b|\breport\b|\bchecklists?\b|\btools?\b|\bmuster\b|\bvorlagen?\b|\brechner\b|\bmod[eè]les?\b",
    ),
    (
        PageType.PRODUCT,
        r"\bproducts?\b|\bpricing\b|\bfeatures?\b|\bshop\b|\bbuy\b|\bsolutions?\b|\bsoftware\b|\bplans?\b",
    ),
    (
        PageType.GUIDE,
        r"\bblog\b|\bguides?\b|\bhow[ -]to\b|\blearn\b|\barticles?\b|\bwhat[ -]is\b|\btutorials?\b|\bhelp\b"
        r"|\bresources?\b|\bthread\b|\bforum\b|\bratgeber\b|\bwiki\b|/\d{4}/\d\d/",
    ),
)
_COMPILED = [(kind, re.compile(pattern)) for kind, pattern in _KINDS]


@dataclass(frozen=True, slots=True)
class Stand:
    """One result as stored. `serp`: its file held the whole result page of this keyword."""

    keyword: str
    url: str
    site: str
    position: int
    on: date
    volume: int | None = None
    dr: float | None = None
    ref_domains: int | None = None
    serp: bool = False
    title: str = ""


@dataclass(frozen=True)
class Candidate:
    """A site that ranks for the keywords, with the figures and reasons behind `proposed`."""

    site: str
    pages: tuple[str, ...]  # addresses that rank on the first page, most keywords first
    first_page: int  # keywords for which it stands on the first page
    top: int  # ... among the first three
    of: int  # keywords looked at
    best: int
    visibility: float  # 0 to 1: share of what the first places of all keywords would bring
    dr: float | None
    kind: PageType | None
    giant: str
    proposed: bool
    why: str
    against: str = ""
    examples: tuple[tuple[str, int], ...] = field(default_factory=tuple)  # (keyword, place), best first


def whole(results: Iterable[tuple[str, int]]) -> bool:
    """Whether (site, place) pairs of one keyword in one file are a whole result page: four sites, first place too."""
    found = list(results)
    return len({site for site, _place in found}) >= LEAST_SITES and any(place == 1 for _site, place in found)


def newest(stands: Iterable[Stand]) -> list[Stand]:
    """What holds now: per keyword the newest whole result page and what came after it; else each site's newest."""
    rows = list(stands)
    pages: dict[str, date] = {}
    for one in rows:
        if one.serp and one.on > pages.get(one.keyword, date.min):
            pages[one.keyword] = one.on
    last: dict[tuple[str, str], date] = {}
    for one in rows:
        key = (one.keyword, one.site)
        if one.on >= pages.get(one.keyword, date.min) and one.on > last.get(key, date.min):
            last[key] = one.on
    return [one for one in rows if last.get((one.keyword, one.site)) == one.on]


def candidates(
    stands: Iterable[Stand],
    *,
    own: Collection[str],
    own_dr: float | None = None,
    page_type: PageType | None = None,
) -> list[Candidate]:
    """Sites on the first page, most visible first; up to five are proposed as competitors.

    Proposed is who ranks for at least two keywords and a quarter of them (for one or two keywords: for one), is no
    giant, and ranks with the kind of page that shall be supported: a list holds one kind of page.
    """
    first = [one for one in stands if one.position <= FIRST_PAGE and one.site not in own]
    keywords = {one.keyword: one.volume or 0 for one in first}
    by_site: dict[str, list[Stand]] = {}
    for one in sorted(first, key=lambda x: (x.position, x.url)):
        by_site.setdefault(one.site, []).append(one)
    most = sum(_weight(1, volume) for volume in keywords.values()) or 1.0
    found = [_candidate(site, rows, len(keywords), most, own_dr, page_type) for site, rows in by_site.items()]
    found.sort(key=lambda c: (-c.visibility, -c.first_page, c.site))
    chosen = [c.site for c in found if not c.against][:MOST]
    return [_with_word(c, c.site in chosen) for c in found]


def leaders(stands: Iterable[Stand], *, own: Collection[str], own_dr: float | None = None) -> list[str]:
    """The sites whose coming and going counts: the most visible that are no giants."""
    found = candidates(stands, own=own, own_dr=own_dr)
    return [c.site for c in found if not c.giant][:WATCHED]


def change(before: Sequence[str], now: Sequence[str]) -> tuple[list[str], list[str]]:
    """(sites that came, sites that went) between two sets of leaders; nothing while there was no set before."""
    if not before or not now:
        return [], []
    return [x for x in now if x not in before], [x for x in before if x not in now]


def kind_of(url: str, title: str = "") -> PageType | None:
    """What kind of page an address and a title speak of; None when they do not say."""
    parts = urlsplit(url)
    if parts.path in ("", "/") and not parts.query:
        return PageType.HOMEPAGE
    path = re.sub(r"[-_/.]+", " ", parts.path.casefold())
    for text in (f"{path} {parts.path.casefold()}", title.casefold()):
        for kind, pattern in _COMPILED:
            if pattern.search(text):
                return kind
    return None


def _candidate(
    site: str, rows: Sequence[Stand], of: int, most: float, own_dr: float | None, page_type: PageType | None
) -> Candidate:
    best: dict[str, Stand] = {}
    for one in rows:
        best.setdefault(one.keyword, one)
    urls: dict[str, int] = {}
    for one in best.values():
        urls[one.url] = urls.get(one.url, 0) + 1
    pages = tuple(sorted(urls, key=lambda url: (-urls[url], url)))
    dr = max((one.dr for one in rows if one.dr is not None), default=None)
    top = sum(one.position <= TOP for one in best.values())
    title = next((one.title for one in rows if one.url == pages[0]), "")
    kind, big = kind_of(pages[0], title), giant(site, dr=dr, own_dr=own_dr)
    gain = sum(_weight(one.position, one.volume or 0) for one in best.values())
    against = _against(len(best), of, big, kind, page_type)
    shown = tuple(
        (one.keyword, one.position) for one in sorted(best.values(), key=lambda x: (x.position, x.keyword))[:3]
    )
    return Candidate(
        *(site, pages, len(best), top, of, min(one.position for one in rows), gain / most, dr, kind, big, False, ""),
        against,
        shown,
    )


def _against(n: int, of: int, big: str, kind: PageType | None, page_type: PageType | None) -> str:
    """Why a site is not proposed; empty when nothing speaks against it."""
    if big and n >= LANDSCAPE * of and of >= 3:
        return f"{big}; yet it is part of this landscape: take its page, not the site"
    if big:
        return big
    needed = 1 if of < 3 else max(2, math.ceil(SHARE * of))
    if n < needed:
        return f"ranks for {n} of {of} keywords; {needed} make a pattern"
    if page_type and kind and kind is not page_type:
        return f"ranks with a {kind.value} page, yours is a {page_type.value} page: another list"
    return ""


def _with_word(c: Candidate, proposed: bool) -> Candidate:
    words = f"on the first page for {c.first_page} of {c.of} keyword{'s' if c.of != 1 else ''}"
    if c.top:
        words += f", {c.top} time{'s' if c.top != 1 else ''} among the first three"
    against = c.against or ("" if proposed else f"{MOST} stronger ones are proposed")
    return replace(c, proposed=proposed, why=words, against=against)


def _weight(position: int, volume: int) -> float:
    """What a place brings: falls with the place, grows slowly with the searches."""
    return (1 + math.log10(1 + volume)) / position
