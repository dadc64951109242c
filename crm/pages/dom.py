"""A page as one walk over its tree sees it: the visible text, and every link with its place in that text. Pure.

HTML is parsed as browsers do (lexbor). Text that a reader does not see (hidden, scripts, templates) is left out, so
that decoys in addresses and hidden links can be told from real ones.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crm.pages import zones
from crm.pages.hiding import Hiding

BLOCKS = frozenset(
    "address article aside blockquote body br button caption center dd details dialog div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol option p pre section select summary table tbody td "
    "tfoot th thead tr ul html".split()
)
SKIPPED = frozenset({"script", "style", "template", "svg", "iframe", "object", "head", "title", "textarea", "math"})
MAIN_TAGS = "main, [role=main]"
MAIN_PLACES = (
    "article .entry-content, article .post-content, .entry-content, .post-content, .post-body, .article-body, "
    ".gh-content, .available-content, #mw-content-text, .md-content, .rst-content, #bodyContent, .markdown-body, "
    "#main-content, #maincontent, #main, #content, .hentry, .post, .article, .content, #wiki, .postbody"
)
MAX_NODES = 200_000
_SPACES = re.compile(r"[ \t\r\f\v\u00a0]+")


@dataclass
class Link:
    """One <a href> with its place: `start` and `end` are offsets in the page's text."""

    href: str
    url: str  # absolute where the page's address is known
    rel: str
    zone: str
    hidden: str  # why a reader cannot see it, or ""
    start: int
    anchor: str = ""
    end: int = 0
    image_alt: str = ""


@dataclass
class Span:
    """A run of text in one zone. `code` marks program text, in which addresses mean nothing."""

    start: int
    end: int
    zone: str
    code: bool = False


@dataclass
class Page:
    """What the walk brings. `main_node` is the element that holds the content."""

    tree: LexborHTMLParser
    address: str
    text: str = ""
    spans: list[Span] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    main_node: LexborNode | None = None
    heading: LexborNode | None = None  # the <h1> of the content
    zone_by_node: dict[int, str] = field(default_factory=dict)

    def zone_of(self, node: LexborNode) -> str:
        """The zone an element stands in; "hidden" when a reader does not see it or the walk did not reach it."""
        return self.zone_by_node.get(node.mem_id, "hidden")

    def zone_at(self, offset: int) -> str:
        """The zone of the text at this offset."""
        return next((s.zone for s in self.spans if s.start <= offset < s.end), zones.MAIN)

    def text_of(self, *wanted: str) -> str:
        """The text of some zones, one line per block."""
        joined = "".join(self.text[s.start : s.end] for s in self.spans if s.zone in wanted)
        return re.sub(r"\n{2,}", "\n", joined).strip()


@dataclass(frozen=True)
class _Where:
    zone: str = zones.MAIN
    seen_as: str = zones.MAIN  # as zone; what has no sign and stands outside of <main> belongs to head or foot
    in_main: bool = False
    in_article: bool = False
    hidden: str = ""
    code: bool = False
    mirrored: bool = False


def read(html: str, address: str = "") -> Page:
    """Walk a page. `address` is where it came from, or "" for a file; then the page's own word is used if it has one."""  # noqa: E501
    tree = LexborHTMLParser(html.replace("\0", "") or "<html></html>")
    page = Page(tree, _own_address(tree, address))
    page.main_node = _main_node(tree)
    page.heading = _heading(tree, page.main_node)
    walk = _Walk(page)
    root = tree.body or tree.root
    if root is not None:
        walk.element(root, _Where())
    page.text = "".join(walk.parts)
    _mark_bare_footer(page)
    return page


def clean(text: str) -> str:
    """Text with single spaces and no ends."""
    return " ".join(text.split())


def node_text(node: LexborNode) -> str:
    """The visible text of one element in one line."""
    return clean("".join(_pieces(node)))


def _pieces(node: LexborNode) -> Iterator[str]:
    for child in node.iter(include_text=True):
        if child.tag == "-text":
            yield child.text_content or ""
        elif child.tag not in SKIPPED and (child.tag or "")[:1] not in "-!":
            edge = " " if child.tag in BLOCKS else ""
            yield edge
            yield from _pieces(child)
            yield edge


class _Walk:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.parts: list[str] = []
        self.length = 0
        self.n_nodes = 0
        self.hiding = Hiding.of(page.tree)
        self.around_main = {*_ancestors(page.main_node), *_ancestors(page.heading), *_ancestors(_core(page.main_node))}
        self.after_main = False
        self.semantic_main = page.main_node is not None and page.main_node.css_matches(MAIN_TAGS)

    def element(self, node: LexborNode, at: _Where, depth: int = 0) -> None:
        self.n_nodes += 1
        if self.n_nodes > MAX_NODES or depth > 180:  # Python's own recursion limit is not to be met by a page
            return
        tag = node.tag or ""
        inner = self._inside(node, tag, at)
        self.page.zone_by_node[node.mem_id] = "hidden" if inner.hidden else inner.seen_as
        link = self._open_link(node, inner) if tag == "a" else None
        edge = "\n" if tag in BLOCKS else (" " if link is not None and link.href.lower().startswith("mailto:") else "")
        self._text(edge, inner)
        for child in node.iter(include_text=True):
            if child.tag == "-text":
                self._text(child.text_content or "", inner)
            elif child.tag == "img" and link is not None:
                link.image_alt = link.image_alt or clean(child.attributes.get("alt") or "")
            elif child.tag not in SKIPPED and (child.tag or "-")[0] not in "-!":
                self.element(child, inner, depth + 1)
        if link is not None:
            link.end = self.length
            link.anchor = node_text(node)
        self._text(edge, inner)
        if self.page.main_node is not None and node.mem_id == self.page.main_node.mem_id:
            self.after_main = True

    def _inside(self, node: LexborNode, tag: str, at: _Where) -> _Where:
        attributes = node.attributes
        is_main = self.page.main_node is not None and node.mem_id == self.page.main_node.mem_id
        zone = at.zone
        if is_main:
            zone = zones.MAIN
        elif node.mem_id not in self.around_main:
            opened = zones.opened_by(tag, attributes, in_main=at.in_main, in_article=at.in_article)
            zone = zones.nested(at.zone, opened)
        why = at.hidden or self.hiding.why(node, tag, attributes)
        in_main = at.in_main or is_main or tag == "main"
        loose = zone == zones.MAIN and self.semantic_main and not in_main and node.mem_id not in self.around_main
        return _Where(
            zone=zone,
            seen_as=(zones.FOOTER if self.after_main else zones.NAV) if loose else zone,
            in_main=in_main,
            in_article=at.in_article or tag == "article" or zones.is_article(attributes),
            hidden=why,
            code=at.code or tag in ("code", "pre", "kbd", "samp", "tt"),
            mirrored=at.mirrored or self.hiding.mirrored(attributes),
        )

    def _text(self, text: str, at: _Where) -> None:
        if at.hidden or not text:
            return
        text = _SPACES.sub(" ", text.replace("\n", " ")) if text != "\n" else text
        text = text[::-1] if at.mirrored else text
        self.parts.append(text)
        start, self.length = self.length, self.length + len(text)
        spans = self.page.spans
        if spans and spans[-1].zone == at.seen_as and spans[-1].code == at.code:
            spans[-1].end = self.length
        else:
            spans.append(Span(start, self.length, at.seen_as, at.code))

    def _open_link(self, node: LexborNode, at: _Where) -> Link | None:
        href = node.attributes.get("href")
        if href is None:
            return None
        rel = " ".join(dict.fromkeys((node.attributes.get("rel") or "").lower().split()))
        link = Link(href.strip(), absolute(href, self.page.address), rel, at.seen_as, at.hidden, self.length)
        self.page.links.append(link)
        return link


def absolute(href: str, address: str) -> str:
    """The address a browser would open, without spaces around; the href itself when it cannot be joined."""
    href = "".join(href.split("\n")).replace("\t", "").strip()
    try:
        return urljoin(address, href)
    except ValueError:
        return href


def _own_address(tree: LexborHTMLParser, address: str) -> str:
    base = tree.css_first("base[href]")
    said = absolute(base.attributes.get("href") or "", address) if base is not None else address
    if said:
        return said
    for selector, name in (('link[rel~="canonical"]', "href"), ('meta[property="og:url"]', "content")):
        found = tree.css_first(selector)
        value = (found.attributes.get(name) or "").strip() if found is not None else ""
        if value.startswith(("http://", "https://")):
            return value
    return ""


def _main_node(tree: LexborHTMLParser) -> LexborNode | None:
    for selector in (MAIN_TAGS, "article", MAIN_PLACES):
        found = [(len(node_text(n)), -i, n) for i, n in enumerate(tree.css(selector)[:40]) if not _in_comments(n)]
        if found and (best := max(found, key=lambda f: f[:2]))[0] > 0:
            return best[2] if selector != MAIN_PLACES else found[0][2]
    return tree.css_first("h1")


def _heading(tree: LexborHTMLParser, main: LexborNode | None) -> LexborNode | None:
    inside = main.css_first("h1") if main is not None else None
    if inside is not None:
        return inside
    found = [h for h in tree.css("h1") if node_text(h)]
    titled = main.css_first(".entry-title, .post-title, .topic-title") if main is not None else None
    if titled is not None and (not found or _in_site_head(found[-1])):
        return titled
    return found[-1] if found else None


def _in_site_head(node: LexborNode) -> bool:
    return any(a.tag == "header" or (a.attributes.get("role") or "") == "banner" for a in _nodes_above(node))


def _core(main: LexborNode | None) -> LexborNode | None:
    """The article inside of the main element: boxes around it (a "widget" of Blogger) say nothing about it."""
    if main is None:
        return None
    found = [
        (len(node_text(n)), n) for n in main.css("article, .hentry, .entry-content, .post-body, .post-content")[:20]
    ]
    return max(found, key=lambda f: f[0])[1] if found else None


def _in_comments(node: LexborNode) -> bool:
    signs = [
        (a.attributes.get("class") or "") + " " + (a.attributes.get("id") or "") for a in [node, *_nodes_above(node)]
    ]
    return any("comment" in s.lower() and "comments-o" not in s for s in signs[:4])


def _ancestors(node: LexborNode | None) -> Iterator[int]:
    yield from (a.mem_id for a in _nodes_above(node))


def _nodes_above(node: LexborNode | None) -> Iterator[LexborNode]:
    while node is not None and (node := node.parent) is not None:
        yield node


_FOOTER_WORDS = re.compile(
    r"©|\(c\) ?\d{4}|copyright|all rights reserved|powered by|theme by|alle rechte vorbehalten", re.I
)


def _mark_bare_footer(page: Page) -> None:
    """Old pages name nothing: a last short line with a copyright sign is a footer all the same."""
    tail = page.text.rstrip()
    lines = tail.split("\n")
    offset = len(tail)
    for line in reversed(lines[-12:]):
        offset -= len(line)
        if _FOOTER_WORDS.search(line) and len(line) < 400 and offset > len(tail) * 0.5:
            for link in page.links:
                if offset <= link.start <= offset + len(line) and link.zone == zones.MAIN:
                    link.zone = zones.FOOTER
        offset -= 1
