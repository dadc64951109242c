"""Is the link there? One page as fetched, looked through for a link to our target. Pure.

`present` is True when a reader of the page can follow such a link, False when the page was read and there is none,
None when that cannot be told: no answer, a refusal, robots.txt, or a page that scripts write. None is never a loss.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from crm import domains, fetched
from crm.fetched import Fetched
from crm.pages import zones
from crm.pages.dom import Link, Page, clean, read
from crm.pages.kinds import kinds
from crm.pages.structured import read as read_structured

SNIPPET = 160  # letters on either side of the link
MAX_CANDIDATES = 8
_NOFOLLOW = ("nofollow", "ugc", "sponsored")
_GO = re.compile(
    r"/(go|out|visit|recommends?|refer|redirect|redir|link|exit|click|away|jump|r|goto)([/?.]|$)", re.IGNORECASE
)
_SHORT = frozenset("bit.ly t.co tinyurl.com ow.ly buff.ly is.gd goo.gl lnkd.in rebrand.ly cutt.ly amzn.to".split())
_NOINDEX = re.compile(r"\b(noindex|none)\b", re.IGNORECASE)
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
    wanted = _keys(target_url, target)
    ours = _Look.at(page, wanted, resolved or {})
    result = _judged(ours, unread, target_url, engines_allowed)
    if browser is not None and browser.readable:
        result = _compared(result, _Look.at(browser, wanted, resolved or {}), unread, target_url, engines_allowed)
    return result


def candidates(page: Fetched, target_url: str) -> list[str]:
    """Links that may lead to the target by a redirect: to our own site, through a redirector or a short name."""
    wanted, site = _keys(target_url, None), domains.registrable(target_url)
    found: list[str] = []
    for link in read(page.text, page.final_url).links if page.readable else []:
        if domains.url_key(link.url) in wanted or link.url in found or not link.url.startswith("http"):
            continue
        parts = urlsplit(link.url)
        host = (domains.host(link.url) or "").removeprefix("www.")
        if site and domains.is_within(host, site) or host in _SHORT or _GO.search(parts.path + "/"):
            found.append(link.url)
    return found[:MAX_CANDIDATES]


@dataclass(frozen=True)
class _Look:
    fetched: Fetched
    page: Page
    link: Link | None
    via: tuple[dict[str, Any], ...]

    @classmethod
    def at(cls, fetched_page: Fetched, wanted: frozenset[str], resolved: Mapping[str, Fetched]) -> "_Look":
        page = read(fetched_page.text, fetched_page.final_url)
        found = [(link, via) for link in page.links if (via := _leads(link.url, wanted, resolved)) is not None]
        best = min(found, key=lambda f: _rank(f[0]), default=(None, ()))
        return cls(fetched_page, page, best[0], best[1])


def _rank(link: Link) -> tuple[bool, bool, int, int]:
    nofollow = any(word in _NOFOLLOW for word in link.rel.split())
    return bool(link.hidden), nofollow, _PLACE.index(link.zone), link.start


def _keys(target_url: str, target: Fetched | None) -> frozenset[str]:
    keys = {domains.url_key(target_url)}
    if target is not None and target.readable:
        keys.add(domains.url_key(target.final_url))
    return frozenset(keys)


def _leads(url: str, wanted: frozenset[str], resolved: Mapping[str, Fetched]) -> tuple[dict[str, Any], ...] | None:
    """The redirects from this link to the target, () for a direct one, None when it leads elsewhere."""
    if domains.url_key(url) in wanted:
        return ()
    end = resolved.get(url)
    if end is not None and end.chain and domains.url_key(end.final_url) in wanted:
        return tuple({"of": "link", "url": hop.url, "status": hop.status} for hop in end.chain)
    inner = [unquote(v) for _, v in parse_qsl(urlsplit(url).query) if v.startswith(("http://", "https://"))]
    if end is None and any(domains.url_key(v) in wanted for v in inner):
        return ({"of": "link", "url": url, "status": None},)
    return None


def _judged(seen: _Look, unread: LinkEvidence, target_url: str, engines_allowed: bool | None) -> LinkEvidence:
    canonical, indexable, notes = _indexing(seen, engines_allowed)
    base = replace(unread, canonical=canonical, indexable=indexable, status=seen.fetched.status)
    link = seen.link
    if link is None:
        return _absent(seen, base, target_url)
    before, after = _around(seen.page, link)
    anchor = link.anchor or link.image_alt
    found = replace(
        base,
        present=not link.hidden,
        rel=link.rel,
        anchor=anchor,
        position=link.zone,
        snippet=clean(f"{before}{anchor}{after}"),
        before=before,
        after=after,
        link_url=link.url,
        hidden=link.hidden,
        chain=base.chain + seen.via,
    )
    if link.hidden:
        return replace(found, why=f"the link is in the source but no reader sees it ({link.hidden})")
    words = [w for w in _NOFOLLOW if w in link.rel.split()]
    notes = ([f"rel is {' '.join(words)}"] if words else []) + notes
    if seen.via:
        notes.insert(0, f"it reaches the target through {len(seen.via)} redirect{'s' if len(seen.via) > 1 else ''}")
    place = "in a visitor's comment" if link.zone == zones.COMMENT else f"in the {link.zone} part"
    return replace(found, why="; ".join([f"the link stands {place} of the page", *notes]))


def _absent(seen: _Look, base: LinkEvidence, target_url: str) -> LinkEvidence:
    key = domains.url_key(target_url)
    scripts = " ".join(node.text() or "" for node in seen.page.tree.css("script")).replace("\\/", "/")
    visible = seen.page.text
    if base.outcome == fetched.TOO_LARGE:
        return replace(base, why="the page is very long; in the part that was read there is no link to the target")
    if key and key in scripts:
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
    text = clean(seen.page.text)
    if len(text) > 250 or tree.css_first("script") is None:
        return False
    root = tree.css_first("#root, #app, #__next, #__nuxt, #___gatsby, app-root, [data-reactroot], [ng-app], #main-app")
    noscript = " ".join(n.text() or "" for n in tree.css("noscript")).lower()
    empty_root = root is not None and len(clean(root.text())) < 60
    return empty_root or "javascript" in noscript or "javascript" in text.lower()


def _compared(
    ours: LinkEvidence, theirs: _Look, unread: LinkEvidence, target_url: str, engines_allowed: bool | None
) -> LinkEvidence:
    """Set what we are shown against what a browser is shown."""
    shown = _judged(theirs, unread, target_url, engines_allowed)
    if ours.present is True and shown.present is False:
        return replace(
            ours, present=False, why="the link is shown to our reader only; a browser gets a page without it"
        )
    if ours.present is False and shown.present is True:
        return replace(shown, why=f"{shown.why}; a browser is shown it, our own reader is not")
    return ours


def _indexing(seen: _Look, engines_allowed: bool | None) -> tuple[str | None, bool | None, list[str]]:
    """(canonical, indexable, remarks)."""
    tree, notes = seen.page.tree, []
    node = tree.css_first('link[rel~="canonical"]')
    href = (node.attributes.get("href") or "").strip() if node is not None else ""
    canonical = _joined(href, seen.fetched.final_url) if href else None
    said = [m.attributes.get("content") or "" for m in tree.css("meta[name]") if _for_engines(m.attributes.get("name"))]
    header = seen.fetched.headers.get("x-robots-tag", "")
    if any(_NOINDEX.search(s) for s in said) or _NOINDEX.search(_for_google(header)):
        notes.append("the page asks search engines not to list it (noindex)")
    if any(re.search(r"\bnofollow\b", s, re.IGNORECASE) for s in [*said, header]):
        notes.append("the page asks engines to follow none of its links")
    if canonical and seen.fetched.final_url and domains.url_key(canonical) != domains.url_key(seen.fetched.final_url):
        notes.append(f"it names another page as canonical: {canonical}")
    if engines_allowed is False:
        notes.append("robots.txt shuts search engines out of it")
    bad = [n for n in notes if "follow none" not in n]
    return canonical, not bad, notes


def _for_engines(name: str | None) -> bool:
    return (name or "").strip().lower() in ("robots", "googlebot")


def _for_google(header: str) -> str:
    """X-Robots-Tag without parts that speak to other robots: "otherbot: noindex, nofollow"."""
    kept: list[str] = []
    speaks_to_all = True
    for part in header.split(","):
        name, colon, rest = part.partition(":")
        if colon and name.strip().lower() not in ("unavailable_after", "max-snippet", "max-image-preview"):
            speaks_to_all = name.strip().lower() == "googlebot"
            part = rest
        if speaks_to_all:
            kept.append(part)
    return ",".join(kept)


def _joined(href: str, address: str) -> str:
    try:
        return urljoin(address, href)
    except ValueError:
        return href


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
