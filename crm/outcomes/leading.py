"""Ways to the target that are no direct link: redirects, redirectors, moved pages; and style sheets. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser

from crm import domains
from crm.fetched import Fetched
from crm.pages import zones
from crm.pages.dom import Link, Page, read
from crm.pages.indexing import canonical_of, joined, refresh_of

NOFOLLOWED = frozenset({"nofollow", "ugc", "sponsored"})
MAX_CANDIDATES = 6
MAX_SHEETS = 4
_GO = re.compile(
    r"/(go|out|visit|recommends?|refer|redirect|redir|link|exit|click|away|jump|r|goto)([/?.]|$)", re.IGNORECASE
)
_INDEX = re.compile(r"/index\.(?:html?|php\d?|aspx?)$", re.IGNORECASE)
_CAMPAIGN = re.compile(
    r"(?:utm|hsa|pk|mtm|mc|_hs|vero|at|ga)_\w+|src|source|from|via|campaign|aff(?:iliate)?(?:_?id)?|partner|igshid|yclid|"
    r"dclid|twclid|ttclid|li_fat_id|cmpid|trk|referr?er",
    re.IGNORECASE,
)
_SHORT = frozenset("bit.ly t.co tinyurl.com ow.ly buff.ly is.gd goo.gl lnkd.in rebrand.ly cutt.ly amzn.to".split())


def candidates(page: Fetched, target_url: str) -> list[str]:
    """Links that may lead to the target by a redirect, the likeliest first: to our own site, through a redirector or
    a short name, links that the page calls paid or unfollowed, then other links of its text."""
    wanted, site = keys(target_url, None), domains.registrable(target_url)
    own = domains.registrable(page.final_url)
    found: dict[str, int] = {}
    for link in read(page.text, page.final_url).links if page.readable else []:
        if not link.url.startswith("http") or domains.url_key(link.url) in wanted or link.hidden:
            continue
        host, path = (domains.host(link.url) or "").removeprefix("www."), urlsplit(link.url).path + "/"
        if site and domains.is_within(host, site):
            likely = 0
        elif host in _SHORT or _GO.search(path):
            likely = 1
        elif NOFOLLOWED.intersection(link.rel.split()):
            likely = 2
        elif link.zone == zones.MAIN and domains.registrable(link.url) != own:
            likely = 3
        else:
            continue
        found[link.url] = min(likely, found.get(link.url, 9))
    return sorted(found, key=lambda url: found[url])[:MAX_CANDIDATES]


def stylesheets(page: Fetched) -> list[str]:
    """Style sheets of the page's own site that may hide its links, a few at most."""
    if not page.readable:
        return []
    own = domains.registrable(page.final_url)
    found = [
        joined(node.attributes.get("href") or "", page.final_url)
        for node in LexborHTMLParser(page.text or "<html></html>").css('link[rel~="stylesheet" i][href]')
        if "print" not in (node.attributes.get("media") or "").lower()
    ]
    return [url for url in dict.fromkeys(found) if own and domains.registrable(url) == own][:MAX_SHEETS]


def dressed(page: Fetched, sheets: Sequence[str]) -> Fetched:
    """The page with these style sheets as if they stood in its head."""
    if not sheets:
        return page
    css = "".join(f"<style>{sheet.replace('</', '<')}</style>" for sheet in sheets)
    head = re.search(r"<head\b[^>]*>", page.text[:20_000], re.IGNORECASE)
    at = head.end() if head else 0
    return replace(page, text=page.text[:at] + css + page.text[at:])


def sent_on(page: Fetched) -> str | None:
    """Where a page without a redirect of its server sends every browser all the same; None when it stays."""
    if not page.readable or "refresh" not in page.text[:50_000].lower():
        return None
    going = refresh_of(LexborHTMLParser(page.text), page.final_url)
    return going if going and domains.url_key(going) != domains.url_key(page.final_url) else None


def keys(target_url: str, target: Fetched | None) -> frozenset[str]:
    """The keys under which the target is known: its address, and the one it has moved to."""
    keys = {domains.url_key(target_url)}
    if target is not None and target.readable:
        keys.add(domains.url_key(target.final_url))
    return frozenset(keys)


def leads(url: str, wanted: frozenset[str], resolved: Mapping[str, Fetched]) -> tuple[dict[str, Any], ...] | None:
    """The redirects from this link to the target, () for a direct one, None when it leads elsewhere."""
    if domains.url_key(url) in wanted or domains.url_key(_plain(url)) in wanted:
        return ()
    end = resolved.get(url)
    if end is not None:
        hops = tuple({"of": "link", "url": hop.url, "status": hop.status} for hop in end.chain)
        if hops and domains.url_key(end.final_url) in wanted:
            return hops
        going = sent_on(end)
        if going and domains.url_key(going) in wanted:
            return (*hops, {"of": "link", "url": end.final_url, "status": end.status})
        if end.readable and domains.url_key(_canonical(end)) in wanted:
            return (*hops, {"of": "canonical", "url": end.final_url, "status": end.status})
    inner = [unquote(v) for _, v in parse_qsl(urlsplit(url).query) if v.startswith(("http://", "https://"))]
    if end is None and any(domains.url_key(v) in wanted for v in inner):
        return ({"of": "link", "url": url, "status": None},)
    return None


def other_links(page: Page) -> list[Link]:
    """Areas of image maps and links of drawings, which are no <a> of the text."""
    found = []
    for node in page.tree.css("area[href], svg a")[:200]:
        href = (node.attributes.get("href") or node.attributes.get("xlink:href") or "").strip()
        above = node.parent
        while above is not None and above.mem_id not in page.zone_by_node:
            above = above.parent
        zone = page.zone_of(above) if above is not None else zones.MAIN
        if href:
            rel = (node.attributes.get("rel") or "").lower()
            hidden = "inside of what is hidden" if zone == "hidden" else ""
            place = zones.MAIN if hidden else zone
            words = (node.attributes.get("alt") or node.text() or "").strip() or "(drawing)"
            at = len(page.text)
            found.append(Link(href, joined(href, page.address), rel, place, hidden, at, words, at))
    return found


def in_scripts(page: Page, source: str, key: str) -> bool:
    """Whether the target's address stands where only a script can make a link of it."""
    code = " ".join(node.text() or "" for node in page.tree.css("script")).replace("\\/", "/")
    if key in code or (("%3a" in code.lower()) and key in unquote(code)):
        return True
    made = (
        rf"""\s(?:on[a-z]+|data-[\w-]+)\s*=\s*(?:"[^"<>]{{0,500}}{re.escape(key)}|'[^'<>]{{0,500}}{re.escape(key)})"""
    )
    return re.search(made, source) is not None


def _plain(url: str) -> str:
    """An address without the marks of campaigns and without the name of an index file."""
    parts = urlsplit(url)
    if not parts.query and not _INDEX.search(parts.path):
        return url
    kept = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _CAMPAIGN.fullmatch(k)]
    return urlunsplit(parts._replace(query=urlencode(kept), path=_INDEX.sub("/", parts.path)))


def _canonical(page: Fetched) -> str:
    return canonical_of(LexborHTMLParser(page.text or "<html></html>"), page.final_url, page.headers) or ""
