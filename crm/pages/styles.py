"""The rules of a page's own style sheets, as far as they hide or show: selectors, weights, and which rule wins. Pure.

Rules that hold only sometimes (print, a screen's width, hover) are left out: what they do to a reader is not known.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_CSS = 600_000
MAX_RULES = 200  # hiding rules that are matched
MAX_DEPTH = 4
MAX_SELECTOR = 300
_COMMENTS = re.compile(r"/\*.{0,20000}?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}@;]{1,4000})\{([^{}]{0,4000})\}")
_AT = re.compile(r"@([\w-]+)([^{};]{0,400})(\{|;)")
_ALWAYS = re.compile(r"^(only)?(screen|all)?$")
_UNSURE = re.compile(r"::|:(?!link\b|any-link\b|not\(|first-child|last-child|nth-child|first-of-type|root\b)", re.I)
_IDS = re.compile(r"#[\w-]+")
_CLASSES = re.compile(r"\.[\w-]+|\[[^\]]*\]|:(?!not\()[\w-]+")
_TAGS = re.compile(r"(?:^|[\s>+~(])[a-z][\w-]*", re.I)
_LAST = re.compile(r"([.#][\w-]+)[^\s>+~]*$")
SHOWS = {
    "display": re.compile(r"(?:^|;)display:(?!none)[a-z]"),
    "visibility": re.compile(r"(?:^|;)visibility:visible"),
    "opacity": re.compile(r"(?:^|;)opacity:(?:1|0?\.[1-9]|\d\d%|100%)"),
    "place": re.compile(
        r"(?:^|;)(?:position:(?:static|relative)|(?:left|top|right|text-indent|margin-left):0?[;p]|clip:auto)"
    ),
    "size": re.compile(r"(?:^|;)(?:height|max-height|width|font-size):(?!0)[\da-z]"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One selector with its squeezed declarations and its weight against others."""

    selector: str
    style: str
    weight: tuple[int, int, int, int]

    @property
    def last(self) -> str:
        """The class or id that an element must have to be meant, or ""."""
        found = _LAST.search(self.selector)
        return found.group(1) if found else ""


def squeeze(style: str) -> str:
    """A style without spaces, in lower case."""
    return "".join(style.lower().split())


def rules(tree: LexborHTMLParser) -> list[Rule]:
    """Every rule of the page's own style elements that always holds, in their order."""
    sheets = [n.text() or "" for n in tree.css("style") if _holds(n.attributes.get("media") or "")]
    css = _COMMENTS.sub("", "\n".join(sheets)[:MAX_CSS])
    found: list[Rule] = []
    for selectors, body in _RULE.findall(_flat(css)):
        style = squeeze(body)
        for selector in _apart(selectors):
            if selector and len(selector) <= MAX_SELECTOR and not _UNSURE.search(selector):
                found.append(Rule(selector, style, (*_weight(selector), len(found))))
    return found


def winning(
    tree: LexborHTMLParser, found: list[Rule], hides: Mapping[str, list[tuple[re.Pattern[str], str]]]
) -> dict[int, str]:
    """mem_id -> why, for elements that rules hide and no stronger rule shows again."""
    nodes: dict[int, LexborNode] = {}
    marks: dict[tuple[int, str], tuple[tuple[int, ...], str]] = {}
    hiding = [(rule, part, why) for rule in found for part, why in _said(rule.style, hides)]
    present = {name for node in tree.css("[class], [id]") for name in names(node.attributes)} if hiding else set()
    hiding = [(rule, part, why) for rule, part, why in hiding if not rule.last or rule.last in present]
    for rule, part, why in hiding[:MAX_RULES]:
        for node in matching(tree, rule.selector):
            nodes[node.mem_id] = node
            _put(marks, (node.mem_id, part), rule, why)
    if not nodes:
        return {}
    by_last: dict[str, list[LexborNode]] = {}
    for node in nodes.values():
        for name in names(node.attributes):
            by_last.setdefault(name, []).append(node)
    for rule in found:
        hid = {part for part, _ in _said(rule.style, hides)}
        parts = [part for part, shows in SHOWS.items() if part not in hid and shows.search(rule.style)]
        for node in by_last.get(rule.last, []) if parts else []:
            if _matches(node, rule.selector):
                for part in parts:
                    if (node.mem_id, part) in marks:
                        _put(marks, (node.mem_id, part), rule, "")
    return {key[0]: why for key, (_, why) in marks.items() if why}


def names(attributes: Mapping[str, str | None]) -> list[str]:
    """Classes and id of an element as simple selectors."""
    found = ["." + word for word in (attributes.get("class") or "").split()]
    return [*found, "#" + name] if (name := attributes.get("id")) else found


def _put(marks: dict[tuple[int, str], tuple[tuple[int, ...], str]], key: tuple[int, str], rule: Rule, why: str) -> None:
    weight = ("!important" in rule.style, *rule.weight)
    if key not in marks or weight >= marks[key][0]:
        marks[key] = (weight, why)


def _said(style: str, hides: Mapping[str, list[tuple[re.Pattern[str], str]]]) -> Iterator[tuple[str, str]]:
    for part, signs in hides.items():
        why = next((words for pattern, words in signs if pattern.search(style)), "")
        if why:
            yield part, why


def matching(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    try:
        return list(tree.css(selector))
    except Exception:  # the parser refuses selectors it does not know, each with another error
        return []


def _matches(node: LexborNode, selector: str) -> bool:
    try:
        return bool(node.css_matches(selector))
    except Exception:  # as above
        return False


def _apart(selectors: str) -> list[str]:
    """Selectors at their commas, but not inside of brackets."""
    if "(" not in selectors:
        return [" ".join(s.split()) for s in selectors.split(",")]
    return [" ".join(s.split()) for s in re.split(r",(?![^()]*\))", selectors)]


def _weight(selector: str) -> tuple[int, int, int]:
    return len(_IDS.findall(selector)), len(_CLASSES.findall(selector)), len(_TAGS.findall(selector))


def _holds(media: str) -> bool:
    return any(_ALWAYS.match(squeeze(part)) for part in media.split(",")) if media.strip() else True


def _flat(css: str, depth: int = 0) -> str:
    """The rules without at-blocks; those of @media screen, @layer and @supports are kept without their frame."""
    if depth > MAX_DEPTH:
        return ""
    kept: list[str] = []
    position = 0
    while found := _AT.search(css, position):
        kept.append(css[position : found.start()])
        position = found.end()
        if found.group(3) == ";":
            continue
        end = _end_of_block(css, position)
        name, said = found.group(1).lower(), found.group(2)
        if name in ("layer", "supports") or (name == "media" and _holds(said)):
            kept.append(_flat(css[position:end], depth + 1))
        position = end + 1
    return "".join([*kept, css[position:]])


def _end_of_block(css: str, position: int) -> int:
    depth = 1
    while depth and position < len(css):
        depth += {"{": 1, "}": -1}.get(css[position], 0)
        position += 1
    return position - 1 if not depth else position
