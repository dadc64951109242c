"""Whether a link can be seen at all: has it words or a picture, and do they differ from what is behind them. Pure."""

from selectolax.lexbor import LexborNode

from crm.pages import styles
from crm.pages.dom import Link, Page
from crm.pages.hiding import colour_of
from crm.pages.styles import Rule, squeeze

_OLD = (("color", "color"), ("bgcolor", "background"), ("text", "color"))  # attributes of old pages
PICTURES = "img, svg, picture, i, span[class], button, video, canvas, input, object"


def unseen(page: Page, link: Link) -> str:
    """Why nobody would find this link on the page, or ""."""
    if link.hidden:
        return link.hidden
    node = _node(page, link)
    if node is None:
        return ""
    if not link.anchor.strip("\u200b\u200c\u200d\u2060\ufeff .,;:|-–—·") and not link.image_alt and not _pictured(node):
        return "it has no words and no picture"
    return "text in the colour of its background" if link.anchor and _same_colour(page, node) else ""


def _node(page: Page, link: Link) -> LexborNode | None:
    same = [x for x in page.links if x.href == link.href]
    nodes = [n for n in page.tree.css("a[href]") if (n.attributes.get("href") or "").strip() == link.href]
    turn = next((n for n, x in enumerate(same) if x is link), 0)
    if not nodes or not same:
        return None
    return nodes[turn] if len(nodes) == len(same) else nodes[0]


def _pictured(node: LexborNode) -> bool:
    """Pictures, or a box that a style sheet may fill."""
    has_class = bool(node.attributes.get("class") or node.attributes.get("style"))
    return has_class or node.css_first(PICTURES) is not None


def _same_colour(page: Page, node: LexborNode) -> bool:
    """The colour of the text against the nearest one behind it. Unknown colours are never called equal."""
    if "<link" in (page.tree.html or "")[:50_000] and page.tree.css_first('link[rel~="stylesheet" i]') is not None:
        default = ""  # a sheet that may not have been read can paint anything
    else:
        default = "#ffffff"
    rules = [r for r in styles.rules(page.tree) if "color" in r.style or "background" in r.style][:2000]
    colour = back = ""
    at: LexborNode | None = node
    while at is not None and at.tag not in ("-document", "-undef") and not (colour and back):
        said_colour, said_back = _painted(at, rules)
        if said_back == "?":
            return False
        colour, back = colour or said_colour, back or said_back
        at = at.parent
    back = back or default
    return bool(colour) and colour == back and colour.startswith("#")


def _painted(node: LexborNode, rules: list[Rule]) -> tuple[str, str]:
    """(colour, background) that an element gets itself; "?" for a picture behind it."""
    style = squeeze(node.attributes.get("style") or "")
    said = [style] if style else []
    old = "".join(f"{name}:{squeeze(node.attributes.get(a) or '')};" for a, name in _OLD if node.attributes.get(a))
    said += [old] if old else []
    own = set(styles.names(node.attributes))
    tag = node.tag or ""
    for rule in reversed(rules):
        last = rule.last
        if (last in own if last else _tag_of(rule.selector) == tag) and node.css_matches(rule.selector):
            said.append(rule.style)
    colour = back = ""
    for one in said:
        if "url(" in one or "gradient(" in one:
            return colour, back or "?"
        new_colour, new_back = colour_of(one)
        colour, back = (
            colour or new_colour,
            back or ("" if new_back in ("none", "transparent", "inherit") else new_back),
        )
    return ("" if colour in ("inherit", "currentcolor") else colour), back


def _tag_of(selector: str) -> str:
    return selector.replace(">", " ").split(" ")[-1].partition(":")[0].partition("[")[0]
