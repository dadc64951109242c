"""Short elements without others inside, in the order of the page, around its heading: where themes put who and when.

Pure. A style sheet may be all that sets "Ann Lee" apart from "4 June 2024", so that lines of text are not enough.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from crm.pages import zones
from crm.pages.dom import BLOCKS, Page, clean, node_text

_TAGS = "span, div, p, small, li, td, a, em, strong, b, i, h2, h3, h4, h5, h6, address, dd, time, label"
_BEFORE, _AFTER, _MAX = 6, 12, 80
_RUBRIC = ("/tag", "/categor", "/topic", "/section", "/rubri", "/kategor", "/thema", "/tema", "/search")


@dataclass(frozen=True)
class Leaf:
    """One such element: its text, the target of the link it is or stands in ("" without one), and its whole line."""

    node: LexborNode
    text: str
    href: str = ""
    line: str = ""

    def before(self) -> str:
        """What stands before it in its own line."""
        return self.line.partition(self.text)[0].strip()

    def is_rubric(self) -> bool:
        """Does it lead to a tag or section, so that it names a subject and nobody?"""
        return any(sign in self.href.lower() for sign in _RUBRIC)


def near_heading(page: Page) -> list[Leaf]:
    """The leaves just before and after the heading, its own left out. Empty on pages without one."""
    if page.heading is None:
        return []
    before: list[Leaf] = []
    after: list[Leaf] = []
    passed = False
    inside = {page.heading.mem_id}
    place = page.main_node
    if place is None or not any(above.mem_id == place.mem_id for above in _above(page.heading)):
        place = page.tree.body or page.heading
    for node in place.css(f"h1, .entry-title, .post-title, {_TAGS}"):
        if node.parent is not None and node.parent.mem_id in inside:
            inside.add(node.mem_id)
        if node.mem_id in inside:
            passed = passed or node.mem_id == page.heading.mem_id
            continue
        if page.zone_of(node) not in (zones.MAIN, zones.NAV) or not _is_leaf(node) or _in_list_of_links(node):
            continue
        text = clean(node_text(node))
        if not text or len(text) > _MAX:
            if passed and len(text) > _MAX * 3:
                break
            continue
        line = _line(node)
        if len(line) > 2 * _MAX:  # part of a sentence
            continue
        (after if passed else before).append(Leaf(node, text, _href(node), line))
        if len(after) >= _AFTER:
            break
    return [*before[-_BEFORE:], *after] if passed else []


def _is_leaf(node: LexborNode) -> bool:
    return not any(child.tag not in ("-text", "br", "wbr", "svg", "i", "img", "-comment") for child in node.iter())


def _above(node: LexborNode | None) -> Iterator[LexborNode]:
    while node is not None and (node := node.parent) is not None:
        yield node


def _line(node: LexborNode) -> str:
    while node.tag not in BLOCKS and node.parent is not None:
        node = node.parent
    return clean(node_text(node))


def _in_list_of_links(node: LexborNode) -> bool:
    above = next((a for a in (node, node.parent) if a is not None and a.tag == "li"), None)
    return above is not None and above.parent is not None and len(above.parent.css("li a[href]")) >= 4


def _href(node: LexborNode) -> str:
    for one in (node, node.parent):
        if one is not None and one.tag == "a":
            return one.attributes.get("href") or ""
    return ""
