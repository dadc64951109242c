"""Taking a linking page apart once, so that every rule reads the same words."""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlsplit

from crm import domains
from crm.prospects.phrases import words
from crm.prospects.signs import PageSigns

_DATE_PATH = re.compile(r"/(?:19|20)\d\d/(?:[01]?\d|[a-z]{3})(?:/|$)")
_TITLE_PARTS = re.compile(r"\s+[|\u2013\u2014·•»]+\s+|\s+::\s+|\s+-\s+|\s*\|\s*")
_FILE_END = re.compile(r"\.(?:html?|php\d?|aspx?|jsp|cfm|do|shtml)$", re.IGNORECASE)
_LANGUAGE_PART = re.compile(r"[a-z]{2}(?:[-_][a-zA-Z]{2,4})?")


@dataclass(frozen=True, slots=True)
class Reading:
    """The parts of one page. All words are folded (lower case, no accents)."""

    signs: PageSigns
    host: str
    domain: str  # registrable, without the host of a shared platform's customers merged
    labels: tuple[str, ...]  # host labels below the suffix, e.g. ("blog", "example")
    tld: str
    path: str  # lower case, unquoted, leading slash
    segments: tuple[str, ...]
    query: dict[str, str]
    slug: tuple[str, ...]  # words of the last meaningful path segment
    path_words: tuple[str, ...]
    title: tuple[str, ...]
    headline: tuple[str, ...]  # title without the site's own name at its end
    title_parts: tuple[tuple[str, ...], ...]  # the title cut at its dashes and bars
    anchor: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    is_home: bool
    has_date: bool
    target_slug: tuple[str, ...]
    target_is_home: bool | None
    brands: frozenset[str]  # compact brand names of the linked site: "lamicrobyflo"


def read(page: PageSigns) -> Reading:
    """Take a page apart. Never fails: a broken URL gives empty parts."""
    host, path, query = _url(page.source_url)
    domain = domains.registrable(page.source_url) or host
    labels, tld = _labels(host)
    segments = tuple(s for s in path.split("/") if s)
    meaningful = segments[1:] if segments and _LANGUAGE_PART.fullmatch(segments[0]) else segments
    target_path = _url(page.target_url)[1] if page.target_url else ""
    target_parts = [s for s in target_path.split("/") if s]
    slug = tuple(words(_FILE_END.sub("", meaningful[-1]).replace("-", " "))) if meaningful else ()
    return Reading(
        signs=page,
        host=host,
        domain=domain,
        labels=labels,
        tld=tld,
        path=path,
        segments=segments,
        query=query,
        slug=slug,
        path_words=tuple(words(" ".join(meaningful).replace("-", " "))),
        title=tuple(words(page.title)),
        headline=tuple(words(headline(page.title, slug))),
        title_parts=tuple(tuple(words(part)) for part in _TITLE_PARTS.split(page.title.strip())),
        anchor=tuple(words(page.anchor)),
        before=tuple(words(page.ctx_before)),
        after=tuple(words(page.ctx_after)),
        is_home=not meaningful and not query,
        has_date=bool(_DATE_PATH.search(path)),
        target_slug=tuple(words(target_parts[-1].replace("-", " "))) if target_parts else (),
        target_is_home=(not target_parts) if page.target_url else None,
        brands=_brands(page),
    )


def headline(title: str, slug: tuple[str, ...] = ()) -> str:
    """A page's title without the site's name that most systems add: the part nearest to the slug, else the first."""
    parts = [p for p in _TITLE_PARTS.split(title.strip()) if p.strip()]
    if len(parts) < 2:
        return title
    wanted = set(slug)
    return max(parts, key=lambda p: (len(wanted & set(words(p))), -parts.index(p)))


def _url(url: str) -> tuple[str, str, dict[str, str]]:
    text = url.strip()
    if "://" not in text:
        text = "https://" + text
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return "", "", {}
    query = {k.lower(): v for k, v in parse_qsl(parts.query, keep_blank_values=True)[:20]}
    return host, unquote(parts.path).lower(), query


@lru_cache(maxsize=8192)
def _labels(host: str) -> tuple[tuple[str, ...], str]:
    registrable = domains.registrable(host, private=False) if host else None
    if not registrable:
        return tuple(host.split(".")), ""
    name, _, tld = registrable.partition(".")
    below = host[: -len(registrable)].rstrip(".")
    return (*filter(None, below.split(".")), name), tld


def _brands(page: PageSigns) -> frozenset[str]:
    """Names of the linked site, run together: given ones and the name in its domain."""
    found = {"".join(words(b)) for b in page.brands}
    if page.target_url:
        labels, tld = _labels(_url(page.target_url)[0])
        if labels:
            found.add("".join(words(labels[-1])))
            found.add("".join(words(labels[-1])) + "".join(words(tld)))
    return frozenset(b for b in found if len(b) >= 3)
