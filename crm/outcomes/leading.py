"""Ways to the target that are no direct link: redirects, redirectors, moved pages; and style sheets. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser

from crm import domains
from crm.fetched import Fetched
from crm.pages import zones
from crm.pages.dom import read
from crm.pages.indexing import joined, refresh_of

NOFOLLOWED = frozenset({"nofollow", "ugc", "sponsored"})
MAX_CANDIDATES = 10
MAX_SHEETS = 4
_GO = re.compile(
    r"/(go|out|visit|recommends?|refer|redirect|redir|link|exit|click|away|jump|r|goto)([/?.]|$)", re.IGNORECASE
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
    if domains.url_key(url) in wanted:
        return ()
    end = resolved.get(url)
    if end is not None:
        hops = tuple({"of": "link", "url": hop.url, "status": hop.status} for hop in end.chain)
        if hops and domains.url_key(end.final_url) in wanted:
            return hops
        going = sent_on(end)
        if going and domains.url_key(going) in wanted:
            return (*hops, {"of": "link", "url": end.final_url, "status": end.status})
    inner = [unquote(v) for _, v in parse_qsl(urlsplit(url).query) if v.startswith(("http://", "https://"))]
    if end is None and any(domains.url_key(v) in wanted for v in inner):
        return ({"of": "link", "url": url, "status": None},)
    return None
