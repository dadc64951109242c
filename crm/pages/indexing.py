"""What a page tells search engines: may they list it, and under which address. Pure."""

import re
from collections.abc import Mapping
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from crm import domains

_NOINDEX = re.compile(r"\b(noindex|none)\b", re.IGNORECASE)
_NOFOLLOW = re.compile(r"\b(nofollow|none)\b", re.IGNORECASE)
# Directives with a value after a colon; anything else before a colon is the name of a robot.
_VALUED = ("unavailable_after", "max-snippet", "max-image-preview", "max-video-preview")
_WITH_VALUE = re.compile(rf"(?:{'|'.join(_VALUED)})\s*:[^,]*", re.IGNORECASE)
_LINK_HEADER = re.compile(r"<([^>]{1,2000})>([^<]{0,300})")


def indexing(
    tree: LexborHTMLParser, address: str, headers: Mapping[str, str], engines_allowed: bool | None
) -> tuple[str | None, bool, list[str]]:
    """(canonical, whether engines may list the page under its own address, remarks)."""
    canonical = canonical_of(tree, address, headers)
    said = [m.attributes.get("content") or "" for m in tree.css("meta[name]") if _for_engines(m.attributes.get("name"))]
    said = [_WITH_VALUE.sub("", s) for s in [*said, for_google(headers.get("x-robots-tag", ""))]]
    bad = ["the page asks search engines not to list it (noindex)"] if any(_NOINDEX.search(s) for s in said) else []
    if canonical and address and domains.url_key(canonical) != domains.url_key(address):
        bad.append(f"it names another page as canonical: {canonical}")
    if engines_allowed is False:
        bad.append("robots.txt shuts search engines out of it")
    follow = ["the page asks engines to follow none of its links"] if any(_NOFOLLOW.search(s) for s in said) else []
    return canonical, not bad, [*bad, *follow]


def canonical_of(tree: LexborHTMLParser, address: str, headers: Mapping[str, str]) -> str | None:
    """The address the page names as its own, in its head or in the Link header; None when it names none."""
    node = tree.css_first('link[rel~="canonical" i]')
    href = (node.attributes.get("href") or "").strip() if node is not None else ""
    if not href:
        found = _LINK_HEADER.findall(headers.get("link", ""))
        href = next((url for url, said in found if re.search(r'rel="?[^";]*\bcanonical\b', said, re.IGNORECASE)), "")
    return joined(href, address) if href else None


def refresh_of(tree: LexborHTMLParser, address: str) -> str | None:
    """Where the page sends a browser on by itself within ten seconds; None when it stays."""
    for node in tree.css("meta[http-equiv]"):
        if (node.attributes.get("http-equiv") or "").strip().lower() != "refresh":
            continue
        found = re.match(
            r"\s*(\d{1,3})[.\d]*\s*[;,]\s*(?:url\s*=\s*)?['\"]?([^'\"]+)", node.attributes.get("content") or "", re.I
        )
        if found and int(found.group(1)) <= 10:
            return joined(found.group(2).strip(), address)
    return None


def for_google(header: str) -> str:
    """X-Robots-Tag without parts that speak to other robots: "otherbot: noindex, nofollow"."""
    kept: list[str] = []
    speaks_to_all = True
    for part in header.split(","):
        name, colon, rest = part.partition(":")
        if colon and name.strip().lower() not in _VALUED:
            speaks_to_all = name.strip().lower() in ("googlebot", "*", "robots")
            part = rest
        if speaks_to_all:
            kept.append(part)
    return ",".join(kept)


def joined(href: str, address: str) -> str:
    """The whole address; the words themselves when they cannot be joined."""
    try:
        return urljoin(address, href)
    except ValueError:
        return href


def _for_engines(name: str | None) -> bool:
    return (name or "").strip().lower() in ("robots", "googlebot")
