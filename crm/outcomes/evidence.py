"""Is the link there? One page as fetched, looked through for a link to our target. Pure.

`present` is True when a reader of the page can follow such a link, False when the page was read and there is none,
None when that cannot be told: no answer, a refusal, robots.txt, or a page that scripts write. None is never a loss.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from crm import domains, fetched
from crm.fetched import Fetched
from crm.outcomes.leading import NOFOLLOWED, in_scripts, keys, leads, other_links
from crm.outcomes.painted import unseen
from crm.pages import zones
from crm.pages.dom import Link, Page, clean, read
from crm.pages.indexing import indexing
from crm.pages.kinds import kinds
from crm.pages.structured import read as read_structured

SNIPPET = 160  # letters on either side of the link
_NOFOLLOW = ("nofollow", "ugc", "sponsored")
_PLACE = (zones.MAIN, zones.SIDEBAR, zones.NAV, zones.FOOTER, zones.COMMENT)


@dataclass(frozen=True)
class LinkEvidence:
    """What was seen. `rel`, `anchor`, `position`, `snippet` belong to the best link found and are empty without one.

    `indexable` is False when the page asks search engines not to list it, names another page as canonical, or
    robots.txt shuts them out; None when unknown. `chain` lists redirects of the page and of the link.
    """

    present: bool | None
    why: str
    rel: str = ""
    anchor: str = ""
    position: str = ""
    indexable: bool | None = None
    canonical: str | None = None
    status: int | None = None
    chain: tuple[dict[str, Any], ...] = ()
    snippet: str = ""
    before: str = ""
    after: str = ""
    link_url: str = ""
    hidden: str = ""
    outcome: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self) | {"chain": list(self.chain)}


def look(
    page: Fetched,
    target_url: str,
    *,
    browser: Fetched | None = None,
    engines_allowed: bool | None = None,
    resolved: Mapping[str, Fetched] | None = None,
    target: Fetched | None = None,
) -> LinkEvidence:
    """Judge one page.

    `browser` is the same page as a browser is shown it, to find a site that shows us something else;
    `engines_allowed` what robots.txt says to search engines; `resolved` where links of `candidates` led; `target`
    our own page as fetched, whose final address counts as the target too.
    """
    chain = tuple({"of": "page", "url": hop.url, "status": hop.status} for hop in page.chain)
    unread = LinkEvidence(None, "", status=page.status, chain=chain, outcome=page.outcome)
    if page.dead:
        return replace(unread, present=False, why=f"the page is gone (HTTP {page.status})")
    if not page.readable:
        return replace(unread, why=f"the page could not be read: {page.why}")
    wanted = keys(target_url, target)
    more = _More(unread, target_url, engines_allowed, resolved or {})
    result = _judged(_Look.at(page, wanted, more.resolved), more)
    return _compared(result, browser, wanted, more) if browser is not None else result


@dataclass(frozen=True)
class _Look:
    fetched: Fetched
    page: Page
    link: Link | None
    via: tuple[dict[str, Any], ...]

    @classmethod
    def at(cls, fetched_page: Fetched, wanted: frozenset[str], resolved: Mapping[str, Fetched]) -> "_Look":
        page = read(fetched_page.text, fetched_page.final_url)
        found = [
            (link, via)
            for link in [*page.links, *other_links(page)]
            if (via := leads(link.url, wanted, resolved)) is not None
        ]
        best = min(found, key=lambda f: _rank(page, f[0]), default=(None, ()))
        return cls(fetched_page, page, best[0], best[1])


def _rank(page: Page, link: Link) -> tuple[bool, bool, int, int]:
    nofollow = any(word in _NOFOLLOW for word in link.rel.split())
    return bool(link.hidden or unseen(page, link)), nofollow, _PLACE.index(link.zone), link.start


@dataclass(frozen=True)
class _More:
    """What a judgement needs beside the page."""

    unread: LinkEvidence
    target_url: str
    engines_allowed: bool | None
    resolved: Mapping[str, Fetched]


def _judged(seen: _Look, more: _More) -> LinkEvidence:
    tree, address = seen.page.tree, seen.fetched.final_url
    canonical, indexable, notes = indexing(tree, address, seen.fetched.headers, more.engines_allowed)
    base = replace(more.unread, canonical=canonical, indexable=indexable, status=seen.fetched.status)
    link = seen.link
    if link is None:
        return _absent(seen, base, more.target_url)
    before, after = _around(seen.page, link)
    anchor = link.anchor or link.image_alt
    hidden = link.hidden or unseen(seen.page, link)
    found = replace(
        base,
        present=not hidden,
        rel=link.rel,
        anchor=anchor,
        position=link.zone,
        snippet=clean(f"{before}{anchor}{after}"),
        before=before,
        after=after,
        link_url=link.url,
        hidden=hidden,
        chain=base.chain + seen.via,
    )
    if hidden:
        return replace(found, why=f"the link is in the source but no reader sees it ({hidden})")
    words = [w for w in _NOFOLLOW if w in link.rel.split()]
    notes = ([f"rel is {' '.join(words)}"] if words else []) + notes
    hops = [hop for hop in seen.via if hop["of"] == "link"]
    if hops:
        notes.insert(0, f"it reaches the target through {len(hops)} redirect{'s' if len(hops) > 1 else ''}")
    if len(hops) < len(seen.via):
        notes.insert(0, f"it leads to {link.url}, which names the target as its canonical address")
    place = "in a visitor's comment" if link.zone == zones.COMMENT else f"in the {link.zone} part"
    return replace(found, why="; ".join([f"the link stands {place} of the page", *notes]))


def _absent(seen: _Look, base: LinkEvidence, target_url: str) -> LinkEvidence:
    key = domains.url_key(target_url)
    visible = seen.page.text
    if base.outcome == fetched.TOO_LARGE:
        return replace(base, why="the page is very long; in the part that was read there is no link to the target")
    if key and in_scripts(seen.page, seen.fetched.text, key):
        return replace(
            base, why="the address is only in a script of the page; open the page to see whether it is shown"
        )
    if _is_shell(seen):
        return replace(base, why="the page is written by scripts and cannot be read; open it, or paste its source")
    gone = [k for k in kinds(seen.page, read_structured(seen.page.tree), seen.fetched.status) if k in ("soft_404",)]
    if gone:
        return replace(base, present=False, why="the page says that it was not found")
    if key and re.search(rf"<!--(?:(?!-->).){{0,2000}}{re.escape(key)}", seen.fetched.text, re.DOTALL):
        return replace(base, present=False, why="the link is only in a remark of the source that browsers leave out")
    site = domains.registrable(target_url)
    other = next((x for x in seen.page.links if site and domains.registrable(x.url) == site), None)
    if other is not None:
        return replace(base, present=False, link_url=other.url, why=f"the page links to {other.url}, not to the target")
    if key and key in visible:
        return replace(base, present=False, why="the address is written on the page but is not a link")
    return replace(base, present=False, why="the page was read and has no link to the target")


def _is_shell(seen: _Look) -> bool:
    """Hardly any text, but scripts and an empty root: the content comes later in a browser."""
    tree = seen.page.tree
    text = clean(seen.page.text_of(zones.MAIN))
    if len(text) > 250 or tree.css_first("script") is None:
        return False
    root = tree.css_first("#root, #app, #__next, #__nuxt, #___gatsby, app-root, [data-reactroot], [ng-app], #main-app")
    noscript = " ".join(n.text() or "" for n in tree.css("noscript")).lower()
    empty_root = root is not None and len(clean(root.text())) < 60
    return empty_root or "javascript" in noscript or "javascript" in text.lower()


def _compared(ours: LinkEvidence, browser: Fetched, wanted: frozenset[str], more: _More) -> LinkEvidence:
    """Set what we are shown against what a browser is shown."""
    if browser.dead:
        why = f"a browser is told that the page is gone (HTTP {browser.status}); our reader is shown one"
        return replace(ours, present=False, why=why) if ours.present else ours
    if not browser.readable:
        return ours
    shown = _judged(_Look.at(browser, wanted, more.resolved), more)
    if ours.present is True and shown.present is False:
        why = (
            f"a browser is shown it, but hidden ({shown.hidden})"
            if shown.hidden
            else "a browser gets a page without it"
        )
        return replace(ours, present=False, why=f"the link is shown to our reader only; {why}")
    if ours.present is not True and shown.present is True:
        return replace(shown, why=f"{shown.why}; a browser is shown it, our own reader is not")
    if ours.present and shown.present:
        return _worse(ours, shown)
    return ours


def _worse(ours: LinkEvidence, shown: LinkEvidence) -> LinkEvidence:
    """Both are shown the link; where the two differ in what it is worth, the browser's page counts and that is said."""
    told = []
    if set(ours.rel.split()) & NOFOLLOWED != set(shown.rel.split()) & NOFOLLOWED:
        told.append(f"our reader is shown rel “{ours.rel or 'none'}”, a browser “{shown.rel or 'none'}”")
    if ours.indexable != shown.indexable:
        told.append("our reader and a browser are told different things about listing the page")
    return replace(shown, chain=ours.chain or shown.chain, why="; ".join([shown.why, *told])) if told else ours


def _around(page: Page, link: Link) -> tuple[str, str]:
    """The words of the same block before and after the link, cut at whole words."""
    text = page.text
    start = max(text.rfind("\n", 0, link.start) + 1, 0)
    stop = text.find("\n", link.end)
    before, after = text[start : link.start], text[link.end : stop if stop >= 0 else len(text)]
    if len(before) > SNIPPET:
        before = "… " + before[-SNIPPET:].partition(" ")[2]
    if len(after) > SNIPPET:
        after = after[:SNIPPET].rpartition(" ")[0] + " …"
    return before.lstrip(), after.rstrip()
