"""Who wrote the page, when the page names a person; else nobody. Pure.

Visible bylines of the content go before what the page tells machines, a guest before the account that posted. Names
in comments, sidebars, cards of other articles, captions and footers never count; neither do offices and teams.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from selectolax.lexbor import LexborNode

from crm.pages import bylines, eastern, leaves, names, signatures, zones
from crm.pages.dom import Page, clean, node_text
from crm.pages.given import GIVEN
from crm.pages.structured import Structured, is_type, values

_MARKED = (
    ".md-post__profile, "
    '[itemprop~="author"], [rel~="author"], [property~="schema:author"], [rel~="schema:author"], .p-author, .byline, '
    ".by-line, .entry-author, .post-author, .article-author, .author-name, .author, .autor, .auteur, .writer, "
    ".posted-by, .submitted, .node__submitted, .written-by, .post-byline, .meta-author, .username, "
    '[class*="byline"], [class*="author"], [class*="Author"], [class*="Byline"], [class*="writer"], '
    '[class*="autor"], [class*="auteur"], [data-author]'
)
_INNER = '[itemprop~="name"], .fn, .p-name, .author-name, .name, .nombre, .nom, .naam, [rel~="author"], [property~="schema:name"], .username, a, h2, h3, h4, h5, strong'  # noqa: E501
_NOT_AUTHOR = re.compile(
    r"comment|related|review|rating|avatar|authority|authoriz|photographer|editor|translator|quote|testimonial", re.I
)
_CARD = re.compile(
    r"\b(card|teaser|related|post-preview|summary|excerpt|entry-list|more-|item-preview|read-next|list-item)"
)


_LEAD = re.compile(
    r"^(about( the author:?)?|meet|(articles|posts|stories|all posts) by|über|à propos de|sobre|written by|posted by|by"
    r"|von|par|por|di|door|av)\s+",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Author:
    """A person's name and where it stood: byline, guest, json-ld, microdata, meta, text or about."""

    name: str
    source: str


def author(page: Page, said: Structured, kinds: tuple[str, ...] = ()) -> Author | None:
    """The author that the page names, or None."""
    if {"wiki", "not_found", "soft_404"} & set(kinds) or ("product" in kinds and not said.is_article()):
        return None
    sites = _site_names(page, said)
    visible = list(_visible(page, sites))
    declared = _declared(said, sites)
    if guest := bylines.guest(page.text_of(zones.MAIN), sites):
        return Author(guest, "guest")
    if bylines.is_review(page) and (declared or (critic := bylines.reviewed(page, sites))):
        return declared or Author(str(critic), "text")  # a name marked as author may be that of the work
    if "forum" in kinds:
        return _opening_author(page, sites)
    listing = _is_listing(page, said, visible)
    if visible and not listing:
        return _fuller(visible[0][0], declared)
    if declared is not None and not (listing and declared.source == "meta"):
        return declared
    if "profile" in kinds and page.heading is not None:
        text = re.sub(r"^\W*[\w ]{2,20}:\s*", "", node_text(page.heading))
        if name := names.person(_by_stripped(text), sites=sites):
            return Author(name, "heading")
    if listing:
        return None
    if name := bylines.in_lines(page, sites, changed_by_many="docs" in kinds) or _eastern(page):
        return Author(name, "text")
    if "home" not in kinds and (name := _signed(page, sites)):
        return Author(name, "text")
    if {"about", "profile", "contact"} & set(kinds) and (name := bylines.introduced(page.text_of(zones.MAIN))):
        return Author(name, "about")
    return None


def _signed(page: Page, sites: tuple[str, ...]) -> str | None:
    return (
        signatures.linked(page, sites)
        or signatures.dated(page, sites)
        or signatures.signed_off(page, sites)
        or bylines.reviewed(page, sites)
    )


def _eastern(page: Page) -> str | None:
    lines = [clean(x) for x in page.text_of(zones.MAIN).split("\n") if x.strip()]
    return eastern.byline([*lines[:8], *lines[-4:], *(leaf.text for leaf in leaves.near_heading(page))])


def _fuller(seen: Author, declared: Author | None) -> Author:
    """The visible "Maria" is the declared "Maria Lopez"."""
    if (
        declared
        and len(declared.name) > len(seen.name)
        and set(names.fold(seen.name).split()) <= set(names.fold(declared.name).split())
    ):
        return declared
    return seen


def _declared(said: Structured, sites: tuple[str, ...]) -> Author | None:
    main = said.main()
    if main is not None:
        holders = [main.get("author"), main.get("creator")]
        if is_type(main, "ProfilePage"):
            holders.insert(0, main.get("mainEntity"))
        for value in (v for h in holders for v in values(h)):
            if name := _person_of(said.resolve(value), sites):
                return Author(name, "json-ld")
    label = next((i for i in ("1", "2") if names.fold(said.first(f"twitter:label{i}")) in _WRITTEN), "")
    candidates = [said.first(f"twitter:data{label}")] if label else []
    keys = ("article:author", "author", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author", "byl",
            "citation_author", "article.author", "og:article:author", "twitter:creator:name", "dc.contributor.author")  # fmt: skip  # noqa: E501
    candidates += [v for key in keys for v in said.meta.get(key, [])]
    for text in candidates:
        if name := names.person(names.first_of_several(_by_stripped(text)), sites=sites):
            return Author(name, "meta")
    return None


_WRITTEN = frozenset({"written by", "verfasst von", "geschrieben von", "ecrit par", "escrito por", "scritto da", "by", "author",  # noqa: E501
                      "geschreven door", "skriven av", "autor", "auteur"})  # fmt: skip


def _person_of(value: Any, sites: tuple[str, ...]) -> str | None:
    if isinstance(value, dict):
        if is_type(value, "Organization", "Corporation", "NewsMediaOrganization", "Thing", "LocalBusiness", "Brand"):
            return None
        text = next((str(v) for v in values(value.get("name"))), "")
        if not text and value.get("givenName"):
            text = f"{value['givenName']} {value.get('familyName', '')}"
        return names.person(_by_stripped(text), sites=sites, single=is_type(value, "Person"))
    return names.person(names.first_of_several(_by_stripped(value)), sites=sites) if isinstance(value, str) else None


def _by_stripped(text: str) -> str:
    return _LEAD.sub("", text.strip())


def _visible(page: Page, sites: tuple[str, ...]) -> Iterator[tuple[Author, int]]:
    """Names in marked elements of the content, in the order of the page, with the card each stands in."""
    seen: set[int] = set()
    for node in page.tree.css(_MARKED)[:80]:
        beside = "md-post__profile" in (node.attributes.get("class") or "")  # this theme has its bylines in the sidebar
        if (page.zone_of(node) != zones.MAIN and not beside) or not _is_author_mark(node) or _of_another_work(node):
            continue
        if any(above.mem_id in seen for above in _above(node)) or _is_paid(node):
            continue
        found = _name_in(node, sites)
        if found is None:
            continue
        card, is_other = _card(node, page)
        if is_other:
            continue
        seen.add(node.mem_id)
        marked = "author" in (node.attributes.get("itemprop") or "")
        yield Author(found, "microdata" if marked else "byline"), card


def _opening_author(page: Page, sites: tuple[str, ...]) -> Author | None:
    """Who opened the topic, if under a person's name; answers of others never count."""
    for node in page.tree.css('.author .username, .postprofile .username, [itemprop~="author"], .username'):
        if page.zone_of(node) == zones.MAIN and (text := node_text(node)):
            name = names.person(text, sites=sites) or _name_in(
                node, sites
            )  # "Rusty Spokes" is a nickname: only a known given name tells
            return Author(name, "byline") if name and names.fold(name.split(" ")[0]) in GIVEN else None
    return None


def _is_author_mark(node: LexborNode) -> bool:
    signs = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"
    if _NOT_AUTHOR.search(signs) and "author-name" not in signs and "authored" not in signs:
        return False
    if node.tag in ("body", "html", "main", "article", "img", "time", "input", "form", "meta", "link"):
        return False
    if "username" in signs.split():
        return any("submitted" in (a.attributes.get("class") or "") for a in _above(node))
    return True


def _of_another_work(node: LexborNode) -> bool:
    """Does the mark stand in a quotation, a caption, or the microdata of a book, film or product the page speaks of?"""
    for above in _above(node):
        if above.tag in ("blockquote", "figcaption", "q") or "testimonial" in (above.attributes.get("class") or ""):
            return True
        kind = (above.attributes.get("itemtype") or "").rstrip("/").rpartition("/")[2]
        if kind in _WORKS:
            return True
    return False


_WORKS = frozenset(
    "Book Movie Product MusicRecording MusicAlbum TVSeries Quotation SoftwareApplication Comment".split()
)


def _is_paid(node: LexborNode) -> bool:
    around = node_text(node.parent) if node.parent is not None else ""
    return len(around) <= 160 and bool(bylines.PAID.search(around))


def _name_in(node: LexborNode, sites: tuple[str, ...]) -> str | None:
    whole = node_text(node)
    if (said := node.attributes.get("data-author")) and (name := names.person(said, sites=sites)):
        return name
    if not whole or len(whole) > 2500:
        return None
    for inner in node.css(_INNER)[:12]:
        if inner.mem_id == node.mem_id or _NOT_AUTHOR.search(inner.attributes.get("class") or ""):
            continue
        text = node_text(inner)
        name = names.person(names.first_of_several(_by_stripped(text)), sites=sites, single=_is_short(whole))
        if name and bylines.leads_to(whole, text):
            return name
    if name := bylines.in_marked(whole, sites):
        return name
    for part in node.css("div, span, p")[:12]:  # a box of name and office, told apart by a style sheet alone
        name = names.person(node_text(part), sites=sites) if len(whole) <= 300 else None
        if name and names.fold(name.split(" ")[0]) in GIVEN and bylines.leads_to(whole, node_text(part)):
            return name
    return None


def _is_short(text: str) -> bool:
    return len(text) <= 120


def _card(node: LexborNode, page: Page) -> tuple[int, bool]:
    """The item that the element stands in, and whether that is another article than the page's own."""
    heading_above = {a.mem_id for a in _above(page.heading)} if page.heading is not None else set()
    card, other = 0, False
    for above in _above(node):
        signs = (above.attributes.get("class") or "").lower()
        if above.tag in ("body", "main") or above.mem_id in heading_above:
            break
        if above.tag in ("article", "li") or _CARD.search(signs):
            card = above.mem_id
            other = page.heading is not None and bool(above.css_first("h2 a, h3 a, h4 a"))
    return card, other


def _is_listing(page: Page, said: Structured, visible: list[tuple[Author, int]]) -> bool:
    if said.is_article():
        return False
    cards = [n for n in page.tree.css("article, .post, .hentry, .card") if page.zone_of(n) == zones.MAIN]
    linked = [c for c in cards if c.css_first("h2 a, h3 a, h1 a, .entry-title a") is not None]
    different = {names.fold(a.name) for a, _ in visible}
    return said.lists_others() or len(linked) >= 3 or (len(different) >= 3 and len({c for _, c in visible}) >= 3)


def _above(node: LexborNode | None) -> Iterator[LexborNode]:
    while node is not None and (node := node.parent) is not None:
        yield node


def _site_names(page: Page, said: Structured) -> tuple[str, ...]:
    found = [said.first("og:site_name"), said.first("application-name"), said.first("apple-mobile-web-app-title")]
    for node in said.nodes:
        if is_type(node, "Organization", "WebSite", "NewsMediaOrganization", "Corporation", "LocalBusiness"):
            found.extend(str(v) for v in values(node.get("name")))
        for value in values(node.get("publisher")):
            publisher = said.resolve(value)
            if isinstance(publisher, dict):
                found.extend(str(v) for v in values(publisher.get("name")))
    for selector in (".site-title", ".logo", ".site-name", ".navbar-brand", ".gh-head-logo", "#logo", ".brand"):
        node_found = page.tree.css_first(selector)
        if node_found is not None:
            found.append(node_text(node_found)[:60])
    title = page.tree.css_first("title")
    parts = re.split(r"\s+[|–—·•»«:-]\s+", node_text(title)) if title is not None else []
    found.extend(parts[-1:] if len(parts) > 1 else [])
    return tuple(dict.fromkeys(f for f in found if f))
