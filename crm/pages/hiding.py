"""What a reader does not see: inline styles, the hidden attribute, and plain rules of the page's own <style>. Pure.

Outside style sheets are not read; a page that hides by them looks visible here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

_MAX_CSS = 200_000
_RULE = re.compile(r"([^{}@]{1,400})\{([^{}]{0,2000})\}")
_AT_BLOCK = re.compile(r"@(media|supports|keyframes|font-face)[^{]{0,300}\{")
_SIMPLE = re.compile(r"(?:[a-z0-9]+)?([.#][\w-]+)", re.IGNORECASE)
_COMMENTS = re.compile(r"/\*.{0,5000}?\*/", re.DOTALL)
_SIGNS = (
    (re.compile(r"(?:^|;)display:none"), "display: none"),
    (re.compile(r"(?:^|;)visibility:(hidden|collapse)"), "visibility: hidden"),
    (re.compile(r"(?:^|;)opacity:0(\.0+)?(;|$|!)"), "opacity 0"),
    (re.compile(r"(?:^|;)font-size:0(px|pt|em|rem|%)?(;|$|!)"), "font size 0"),
    (re.compile(r"(?:^|;)text-indent:-\d{3,}"), "moved out of sight"),
    (re.compile(r"(?:^|;)(left|top|right|margin-left|margin-top):-\d{3,}"), "moved out of sight"),
    (re.compile(r"(?:^|;)clip:rect\(0"), "clipped away"),
)
_MIRROR = re.compile(r"unicode-bidi:bidi-override")
_COLOUR = re.compile(r"(?:^|;)color:([^;!]+)")
_BACK = re.compile(r"(?:^|;)background(?:-color)?:([^;!]+)")
_TINY = re.compile(r"(?:^|;)(?:height|width|max-height):[01](?:px)?(?:;|$)")


@dataclass(frozen=True)
class Hiding:
    """Class and id selectors of the page that hide or mirror text."""

    hidden: Mapping[str, str]
    mirrored_by: frozenset[str]

    @classmethod
    def of(cls, tree: LexborHTMLParser) -> "Hiding":
        """Read the page's own style elements."""
        css = "\n".join(node.text() or "" for node in tree.css("style"))[:_MAX_CSS]
        css = _without_at_blocks(_COMMENTS.sub("", css)) if css else ""
        hidden: dict[str, str] = {}
        mirrored: set[str] = set()
        for selectors, body in _RULE.findall(css):
            style = squeeze(body)
            why, mirror = why_hidden(style), bool(_MIRROR.search(style))
            if not (why or mirror):
                continue
            for selector in selectors.split(","):
                if simple := _SIMPLE.fullmatch(selector.strip()):
                    hidden.update({simple.group(1): why} if why else {})
                    mirrored.update([simple.group(1)] if mirror else [])
        return cls(hidden, frozenset(mirrored))

    def why(self, tag: str, attributes: Mapping[str, str | None]) -> str:
        """Why a reader does not see this element, or ""."""
        if tag == "noscript":
            return "only shown without JavaScript"
        if "hidden" in attributes and attributes.get("hidden") != "until-found":
            return "hidden attribute"
        style = attributes.get("style")
        if style and (found := why_hidden(squeeze(style))):
            return found
        return next((self.hidden[s] for s in _selectors(attributes) if s in self.hidden), "") if self.hidden else ""

    def mirrored(self, attributes: Mapping[str, str | None]) -> bool:
        """True when the browser shows the text back to front."""
        if _MIRROR.search(squeeze(attributes.get("style") or "")):
            return True
        return bool(self.mirrored_by) and any(s in self.mirrored_by for s in _selectors(attributes))


def why_hidden(style: str) -> str:
    """The reason in a squeezed style, or ""."""
    for pattern, words in _SIGNS:
        if pattern.search(style):
            return words
    if "overflow:hidden" in style and _TINY.search(style):
        return "a box of no size"
    colour, back = _COLOUR.search(style), _BACK.search(style)
    if colour and back and colour.group(1) == back.group(1):
        return "text in the colour of its background"
    return ""


def squeeze(style: str) -> str:
    """A style without spaces, in lower case."""
    return "".join(style.lower().split())


def _selectors(attributes: Mapping[str, str | None]) -> list[str]:
    found = ["." + word for word in (attributes.get("class") or "").split()]
    if name := attributes.get("id"):
        found.append("#" + name)
    return found


def _without_at_blocks(css: str) -> str:
    """Rules inside @media and the like hold only sometimes; they are left out."""
    kept, position = [], 0
    while found := _AT_BLOCK.search(css, position):
        kept.append(css[position : found.start()])
        depth, position = 1, found.end()
        while depth and position < len(css):
            depth += {"{": 1, "}": -1}.get(css[position], 0)
            position += 1
    return "".join([*kept, css[position:]])
