"""The facts of one page, read from its HTML alone. Pure: the same bytes always give the same facts."""

from dataclasses import asdict, dataclass, field, fields
from typing import Any
from urllib.parse import urlsplit

from crm import charset
from crm.pages import dates as page_dates
from crm.pages import zones
from crm.pages.author import author
from crm.pages.dom import Link, Page, clean, node_text, read
from crm.pages.emails import Email, emails
from crm.pages.kinds import kinds
from crm.pages.language import language
from crm.pages.structured import Structured
from crm.pages.structured import read as read_structured

_NO_ARTICLES = frozenset("article forum wiki docs profile about contact product directory coupon home".split())
MAX_LINKS = 2000
MAX_TEXT = 20_000


@dataclass(frozen=True)
class PageLink:
    """A link out of the page. `position` is main, nav, sidebar, footer or comment; `hidden` says why none sees it."""

    url: str
    anchor: str
    rel: str
    position: str
    hidden: str = ""


@dataclass(frozen=True)
class PageFacts:
    """What a page says of itself. Days are ISO; `author` is None unless the page names a person.

    `words` counts the content; `link_density` is the share of its letters that stand in links; `text` is the
    content, one line per block, cut at 20,000 letters.
    """

    url: str
    title: str
    language: str | None
    author: str | None
    author_source: str | None
    published_on: str | None
    updated_on: str | None
    emails: tuple[Email, ...] = ()
    links: tuple[PageLink, ...] = ()
    kinds: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    description: str = ""
    canonical: str = ""
    robots: str = ""
    generator: str = ""
    words: int = 0
    link_density: float = 0.0
    text: str = field(default="", repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, and three that others ask for: `h1`, `n_external_links`, `author_is_guest`."""
        plain = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}
        plain["h1"] = self.headings[0] if self.headings else ""
        plain["n_external_links"] = len({x.url for x in self.outgoing()})
        plain["author_is_guest"] = self.author_source == "guest"
        return plain

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> "PageFacts":
        """Back from `to_dict`; unknown keys of an older version are left out."""
        known = {f.name: stored[f.name] for f in fields(cls) if f.name in stored}
        known["emails"] = tuple(Email(**e) for e in stored.get("emails", ()))
        known["links"] = tuple(PageLink(**x) for x in stored.get("links", ()))
        for name in ("kinds", "headings"):
            known[name] = tuple(stored.get(name, ()))
        return cls(**known)

    def outgoing(self) -> tuple[PageLink, ...]:
        """Links to other hosts than the page's own."""
        own = _host(self.url)
        return tuple(x for x in self.links if (host := _host(x.url)) and host != own)


def facts(
    html: bytes | str,
    url: str = "",
    *,
    content_type: str | None = None,
    headers: dict[str, str] | None = None,
    status: int | None = None,
) -> PageFacts:
    """Read a page. `url` is where it came from, "" for a file without address. Never raises on bad HTML."""
    kind = content_type or (headers or {}).get("content-type", "")
    text = charset.decode(html, kind) if isinstance(html, bytes) else html
    page = read(text, url)
    said = read_structured(page.tree)
    found_kinds = kinds(page, said, status)
    who = author(page, said, found_kinds)
    when = page_dates.dates(page, said, lists_others="profile" in found_kinds)
    if who and when.published_on and not _NO_ARTICLES & set(found_kinds):
        found_kinds = (*found_kinds, "article")  # short, but signed and dated
    main = page.text_of(zones.MAIN)
    return PageFacts(
        url=url or page.address,
        title=_title(page, said),
        language=language(main or page.text, _declared_language(page), said),
        author=who.name if who else None,
        author_source=who.source if who else None,
        published_on=when.published_on,
        updated_on=when.updated_on,
        emails=tuple(emails(page, said)),
        links=tuple(_link(x) for x in page.links if _is_web(x))[:MAX_LINKS],
        kinds=found_kinds,
        headings=tuple(
            t for h in page.tree.css("h1, h2, h3")[:60] if (t := node_text(h)) and page.zone_of(h) == zones.MAIN
        ),
        description=said.first("description", "og:description")[:500],
        canonical=_canonical(page),
        robots=said.first("robots")[:200],
        generator=said.first("generator")[:100],
        words=len(main.split()),
        link_density=_density(page, main),
        text="\n".join(line.strip() for line in main.split("\n") if line.strip())[:MAX_TEXT],
    )


def _link(link: Link) -> PageLink:
    return PageLink(link.url, link.anchor or link.image_alt, link.rel, link.zone, link.hidden)


def _is_web(link: Link) -> bool:
    href = link.href.lower()
    if not href or href.startswith("#"):
        return False
    scheme, colon, _ = href.partition(":")
    return not colon or scheme in ("http", "https") or "/" in scheme or "?" in scheme or "." in scheme


def _title(page: Page, said: Structured) -> str:
    node = page.tree.css_first("head title, title")
    heading = node_text(page.heading) if page.heading is not None else ""
    return (clean(node.text()) if node is not None else "") or said.first("og:title", "twitter:title") or heading


def _declared_language(page: Page) -> str:
    html = page.tree.css_first("html")
    return ((html.attributes.get("lang") or html.attributes.get("xml:lang")) if html is not None else "") or ""


def _canonical(page: Page) -> str:
    node = page.tree.css_first('link[rel~="canonical"]')
    return (node.attributes.get("href") or "").strip() if node is not None else ""


def _density(page: Page, main: str) -> float:
    linked = sum(len(x.anchor) for x in page.links if x.zone == zones.MAIN and not x.hidden)
    return round(min(1.0, linked / len(main)), 3) if main else 0.0


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower().removeprefix("www.")
    except ValueError:
        return ""
