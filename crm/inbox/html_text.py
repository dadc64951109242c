"""The HTML part of a mail as plain text: quoted blocks get '> ' in front, links keep their words only."""

from selectolax.lexbor import LexborHTMLParser, LexborNode

_SKIP = {"script", "style", "head", "title", "meta", "link", "template", "noscript"}
_BLOCK = {
    "p", "div", "br", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "hr",
    "section", "article", "header", "footer", "address", "dd", "dt", "tbody", "body",
}  # fmt: skip
_PARAGRAPH = {"p", "blockquote", "h1", "h2", "h3", "h4", "ul", "ol", "table"}
LIMIT_NODES = 40_000


class _Writer:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.depth = 0

    def words(self, text: str) -> None:
        folded = " ".join(text.split())
        if not folded:
            if self.line:
                self.line.append(" ")
            return
        lead = " " if text[:1].isspace() and self.line else ""
        self.line.append(lead + folded + (" " if text[-1:].isspace() else ""))

    def end_line(self, blank: bool = False) -> None:
        text = " ".join("".join(self.line).split())
        prefix = "> " * self.depth
        if text:
            self.lines.append(prefix + text)
        elif self.line or (blank and self.lines and self.lines[-1].strip("> ")):
            self.lines.append(prefix.rstrip())
        self.line = []


def html_to_text(html: str) -> str:
    """Readable lines of an HTML mail. Iterative, so that nesting of any depth is harmless."""
    writer = _Writer()
    root = LexborHTMLParser(html).root
    if root is None:
        return ""
    todo: list[tuple[LexborNode, bool]] = [(root, False)]
    seen = 0
    while todo and seen < LIMIT_NODES:
        node, leaving = todo.pop()
        seen += 1
        tag = (node.tag or "").lower()
        if leaving:
            _leave(writer, node, tag)
            continue
        if tag == "-text":
            writer.words(node.text(deep=False) or "")
            continue
        if tag in _SKIP or tag.startswith(("-", "_")) or "display:none" in _style(node):
            continue
        _enter(writer, node, tag)
        todo.append((node, True))
        todo.extend((child, False) for child in reversed(_children(node)))
    writer.end_line()
    while writer.lines and not writer.lines[-1].strip("> "):
        writer.lines.pop()
    return "\n".join(writer.lines).strip("\n")


def _children(node: LexborNode) -> list[LexborNode]:
    return list(node.iter(include_text=True))


def _style(node: LexborNode) -> str:
    return (node.attributes.get("style") or "").replace(" ", "").lower()


def _enter(writer: _Writer, node: LexborNode, tag: str) -> None:
    if tag == "br":
        # A line break at the start of an empty line is a blank line of the writer's own.
        writer.line.append(" ") if not writer.line else None
        writer.end_line()
    elif tag in _BLOCK:
        writer.end_line(blank=tag in _PARAGRAPH)
    if tag == "blockquote":
        writer.depth = min(writer.depth + 1, 20)
    elif tag == "hr":
        writer.lines.append("________________________________")
    elif tag == "li":
        writer.line.append("- ")


def _leave(writer: _Writer, node: LexborNode, tag: str) -> None:
    if tag in ("td", "th"):
        writer.line.append(" ")
    if tag in _BLOCK and tag != "br":
        writer.end_line(blank=tag in _PARAGRAPH)
    if tag == "blockquote":
        writer.depth = max(writer.depth - 1, 0)
