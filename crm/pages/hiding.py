"""What a reader does not see: inline styles, the hidden attribute, and the rules of the page's own style sheets. Pure.

Outside style sheets count when the caller has put them into the page as style elements. What a click opens (a tab, an
accordion, a menu) can be read and is not hidden.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crm.pages import styles
from crm.pages.styles import names, squeeze

_END = r"(?:;|$|!)"
_FAR = r"-(?:\d{4,}|9\d\d|[5-9]00)"
HIDES: Mapping[str, list[tuple[re.Pattern[str], str]]] = {
    "display": [
        (re.compile(r"(?:^|;)display:none"), "display: none"),
        (re.compile(r"(?:^|;)content-visibility:hidden"), "content-visibility: hidden"),
    ],
    "visibility": [(re.compile(r"(?:^|;)visibility:(hidden|collapse)"), "visibility: hidden")],
    "opacity": [
        (re.compile(rf"(?:^|;)opacity:(?:0?\.0\d*|0+(?:\.0\d*)?%?){_END}"), "opacity 0"),
        (re.compile(r"(?:^|;)filter:[^;]*opacity\(0(?:\.0+)?%?\)"), "opacity 0"),
    ],
    "size": [
        (re.compile(rf"(?:^|;)font-size:(?:0|0?\.\d+px|1px|0\.0\d*)(?:px|pt|em|rem|%|vw)?{_END}"), "font size 0"),
        (re.compile(r"(?:^|;)font:(?:[a-z]+)?(?:0|1px)(?:px|/|[a-z])"), "font size 0"),
        (re.compile(r"(?:^|;)(?:transform|scale):[^;]*scale(?:x|y|3d)?\(0[,)]"), "shrunk to nothing"),
        (re.compile(r"(?=.*overflow(?:-[xy])?:(?:hidden|clip))(?:^|.*;)(?:height|width|max-height|max-width):[01](?:px|em|rem|%)?(?:;|$|!)"), "a box of no size"),  # noqa: E501
    ],
    "place": [
        (re.compile(r"(?:^|;)text-indent:-\d{3,}"), "moved out of sight"),
        (re.compile(rf"(?:^|;)(?:left|top|right|bottom|inset-inline-start):{_FAR}"), "moved out of sight"),
        (re.compile(r"(?:^|;)(?:left|top|right):-\d{3,}(?:em|rem|vw|vh)"), "moved out of sight"),
        (re.compile(r"(?:^|;)margin(?:-left|-top|-right)?:[^;]*-(?:\d{4,}|9\d\d)(?:px|em|rem)"), "moved out of sight"),
        (re.compile(r"(?:^|;)transform:[^;]*translate[xy3d]*\([^)]*-\d{4,}px"), "moved out of sight"),
        (re.compile(r"(?:^|;)clip:rect\((?:0|1px)[,p0 ]"), "clipped away"),
        (re.compile(r"(?:^|;)clip-path:(?:inset\((?:50|100)%|circle\(0|polygon\(00(?:,00)*\))"), "clipped away"),
    ],
    "colour": [
        (re.compile(r"(?:^|;)color:(?:transparent|rgba\([^)]*,0(?:\.0+)?\)|#[0-9a-f]{6}00)"), "transparent text"),
    ],
}  # fmt: skip
_PART_OF = {words: part for part, signs in HIDES.items() for _, words in signs}
_MIRROR = re.compile(r"unicode-bidi:bidi-override")
_COLOUR = re.compile(r"(?:^|;)color:([^;!]+)")
_BACK = re.compile(r"(?:^|;)background(?:-color)?:([^;!]+)")
_OPENED = re.compile(
    r"tab-?(pane|panel|content)|accordion|collaps|toggle-?content|dropdown|sub-?menu|mobile-?menu|nav-?menu|faq|"
    r"read-?more|more-?text|expand|spoiler|drawer|off-?canvas",
    re.IGNORECASE,
)
_BY_CLICK = frozenset({"display: none", "hidden attribute", "visibility: hidden", "a box of no size", "opacity 0"})


@dataclass(frozen=True)
class Hiding:
    """Elements that the page's rules hide, classes and ids that mirror text, and ids that some control opens."""

    hidden: Mapping[int, str]
    mirrored_by: frozenset[str]
    opened: frozenset[str]

    @classmethod
    def of(cls, tree: LexborHTMLParser) -> "Hiding":
        """Read the page's own style elements."""
        rules = styles.rules(tree)
        mirrored = frozenset(r.last for r in rules if r.last and _MIRROR.search(r.style))
        hidden = styles.winning(tree, rules, HIDES) if rules else {}
        same = [r for r in rules if _same_colours(r.style)][:40]
        for rule in same:
            for node in styles.matching(tree, rule.selector):
                hidden.setdefault(node.mem_id, "text in the colour of its background")
        return cls(hidden, mirrored, _opened(tree))

    def why(self, node: LexborNode, tag: str, attributes: Mapping[str, str | None]) -> str:
        """Why a reader does not see this element, or ""."""
        found = self._why(node, tag, attributes)
        return "" if found in _BY_CLICK and self._opens(attributes) else found

    def mirrored(self, attributes: Mapping[str, str | None]) -> bool:
        """True when the browser shows the text back to front."""
        if _MIRROR.search(squeeze(attributes.get("style") or "")):
            return True
        return bool(self.mirrored_by) and any(s in self.mirrored_by for s in names(attributes))

    def _why(self, node: LexborNode, tag: str, attributes: Mapping[str, str | None]) -> str:
        if tag == "noscript":
            return "only shown without JavaScript"
        if tag == "dialog" and "open" not in attributes:
            return "a closed dialog"
        if "hidden" in attributes and attributes.get("hidden") != "until-found":
            return "hidden attribute"
        style = squeeze(attributes.get("style") or "")
        if style and (found := why_hidden(style)):
            return found
        found = self.hidden.get(node.mem_id, "") if self.hidden else ""
        shows = styles.SHOWS.get(_PART_OF.get(found, "")) if style and found else None
        return "" if shows is not None and shows.search(style) else found

    def _opens(self, attributes: Mapping[str, str | None]) -> bool:
        if (attributes.get("role") or "").lower() == "tabpanel" or (attributes.get("id") or "") in self.opened:
            return True
        return bool(_OPENED.search(attributes.get("class") or ""))


def why_hidden(style: str) -> str:
    """The reason in a squeezed style, or ""."""
    for signs in HIDES.values():
        for pattern, words in signs:
            if pattern.search(style):
                return words
    return "text in the colour of its background" if _same_colours(style) else ""


def colour_of(style: str) -> tuple[str, str]:
    """(text colour, colour behind it) that a squeezed style sets, in one spelling; "" for each that it does not."""
    colour, back = _COLOUR.search(style), _BACK.search(style)
    return plain_colour(colour.group(1)) if colour else "", plain_colour(back.group(1)) if back else ""


def plain_colour(said: str) -> str:
    """A colour as six hexadecimal digits where it is plain, else as it was written."""
    if short := re.fullmatch(r"#([0-9a-f])([0-9a-f])([0-9a-f])", said):
        return "#" + "".join(2 * digit for digit in short.groups())
    if numbers := re.fullmatch(r"rgba?\((\d{1,3}),(\d{1,3}),(\d{1,3})(?:,1(?:\.0+)?)?\)", said):
        return "#" + "".join(f"{min(255, int(n)):02x}" for n in numbers.groups())
    return {"white": "#ffffff", "black": "#000000", "#ffffffff": "#ffffff"}.get(said, said)


def _same_colours(style: str) -> bool:
    colour, back = colour_of(style)
    return bool(colour) and colour == back and colour not in ("inherit", "currentcolor")


def _opened(tree: LexborHTMLParser) -> frozenset[str]:
    """Ids that a button, tab or summary of the page opens."""
    found: set[str] = set()
    for node in tree.css("[aria-controls], [data-target], [data-bs-target], [data-toggle][href], [role=tab][href]")[
        :500
    ]:
        for name in ("aria-controls", "data-target", "data-bs-target", "href"):
            found.update(word.lstrip("#") for word in (node.attributes.get(name) or "").split())
    return frozenset(found)
