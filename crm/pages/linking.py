"""How a site links out, seen over several of its recent pages: does it link at all, and to what sort of thing. Pure.

Some sites hardly ever add a link to elsewhere; some link only to tools, data or communities. Ask them accordingly.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from crm.pages.facts import PageFacts, PageLink

ENOUGH = 3
_SOCIAL = re.compile(
    r"(^|\.)(facebook|twitter|x|linkedin|instagram|pinterest|youtube|tiktok|threads|whatsapp|mastodon|bsky|t|wa)\."
    r"(com|social|app|me|net)$"
)
_SORTS = (
    (
        "data",
        re.compile(
            r"(stat|data|survey|report|research|study|census|ourworldindata|eurostat|\.gov|\.edu|doi\.org)", re.I
        ),
    ),
    ("code", re.compile(r"(github|gitlab|bitbucket|npmjs|pypi|stackoverflow|docs?\.|developer)", re.I)),
    ("community", re.compile(r"(reddit|forum|community|discord|slack|meetup|discourse|groups?\.)", re.I)),
    ("news", re.compile(r"(news|times|post|guardian|bbc|reuters|gazette|herald|zeitung|spiegel|lemonde)", re.I)),
    ("tools", re.compile(r"(app\.|tool|calculator|template|generator|software|planner|\.io$|\.app$|\.dev$)", re.I)),
)


@dataclass(frozen=True)
class LinkingPattern:
    """What several pages of one site show. Shares are 0-1 of the pages or links seen."""

    n_pages: int
    pages_with_links: float
    links_a_page: float
    nofollow: float
    newest_on: str | None
    sorts: tuple[tuple[str, int], ...]
    words: str


def pattern(pages: Sequence[PageFacts]) -> LinkingPattern:
    """The habit of a site, from pages of its content. Fewer than three pages give figures and no judgement."""
    per_page = [editorial_links(p) for p in pages]
    links = [link for found in per_page for link in found]
    sorts = Counter(sort_of(link.url) for link in links)
    n = len(pages)
    share = sum(bool(found) for found in per_page) / n if n else 0.0
    days = [d for p in pages for d in (p.updated_on, p.published_on) if d]
    nofollow = sum("nofollow" in link.rel or "sponsored" in link.rel for link in links) / len(links) if links else 0.0
    each = len(links) / n if n else 0.0
    return LinkingPattern(
        n, share, round(each, 1), round(nofollow, 2), max(days, default=None), tuple(sorts.most_common()),
        _words(n, share, each, nofollow, sorts),
    )  # fmt: skip


def editorial_links(page: PageFacts) -> list[PageLink]:
    """Links of the content to other sites, one per site, without social networks."""
    seen: dict[str, PageLink] = {}
    for link in page.outgoing():
        host = urlsplit(link.url).netloc.lower().removeprefix("www.")
        if link.position == "main" and not link.hidden and not _SOCIAL.search(host):
            seen.setdefault(host, link)
    return list(seen.values())


def sort_of(url: str) -> str:
    """data, code, community, news, tools or sites."""
    host = urlsplit(url).netloc.lower()
    return next(
        (name for name, words in _SORTS if words.search(host) or words.search(urlsplit(url).path[:40])), "sites"
    )


def _words(n: int, share: float, each: float, nofollow: float, sorts: Counter[str]) -> str:
    if n < ENOUGH:
        return f"only {n} of its pages read; too few to tell a habit"
    if share < 0.25:
        return f"rarely links out: {round(share * n)} of {n} recent pages link to another site"
    top, count = sorts.most_common(1)[0]
    total = sum(sorts.values())
    said = f"links out on {round(share * n)} of {n} recent pages, {each:.1f} sites a page"
    if count / total >= 0.7 and top != "sites":
        said += f"; nearly always to {top}"
    return said + ("; mostly nofollow" if nofollow > 0.6 else "")
