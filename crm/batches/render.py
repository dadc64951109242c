"""From a pitch to the words of one mail. Pure; the preview and the sender both come through here.

Jinja's sandbox alone lets a template burn CPU and memory and call methods of what it is given. So a pitch may only use
the node kinds, names, filters and tests listed here; everything else is refused when it is saved, by name.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, Undefined, nodes
from jinja2.environment import Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from crm.batches.fields import FIELDS, clean

MAX_SOURCE = 20_000
MAX_OUTPUT = 20_000
MAX_DEPTH = 12
_NODES = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Filter,
    nodes.If,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Const,
    nodes.Test,
)
_TESTS = ("defined", "none")
_OPEN, _CLOSE = "\ue000", "\ue001"
OPT_OUT = "If you would rather not hear from me, reply “no thanks” and I will not write again."


@dataclass(frozen=True)
class Problem:
    """Why a pitch cannot be saved: `code` for programs, `words` for people, `line` 1-based."""

    code: str
    words: str
    line: int = 1


@dataclass(frozen=True)
class Piece:
    """A run of text; `field` names the value it came from, or is empty for the pitch's own words."""

    text: str
    field: str = ""


class NotRendered(Exception):
    """A pitch could not become a mail; the message names the field or the fault."""


def check_source(source: str) -> list[Problem]:
    """Everything that is wrong with a pitch, in reading order. Empty: it may be saved."""
    if len(source.encode("utf-8", "replace")) > MAX_SOURCE:
        return [Problem("too_long", f"The text is longer than {MAX_SOURCE:,} bytes.")]
    try:
        tree = _environment.parse(source)
        problems = list(_faults(tree, 0))
    except TemplateSyntaxError as error:
        return [Problem("syntax", f"Line {error.lineno}: {error.message}", error.lineno)]
    except (RecursionError, MemoryError):
        return [Problem("too_deep", "The text has too many conditions inside each other.")]
    if not problems:
        problems = _uncompilable(source)
    return problems


@lru_cache(maxsize=512)
def names_used(source: str) -> frozenset[str]:
    """The fields that a pitch mentions."""
    return frozenset(n.name for n in _environment.parse(source).find_all(nodes.Name))


def render(source: str, fields: Mapping[str, str]) -> str:
    """The words for one recipient. Raises NotRendered for a refused pitch, a missing field or too long a result."""
    return _run(source, {name: clean(text) for name, text in fields.items() if name in FIELDS})


def pieces(source: str, fields: Mapping[str, str]) -> list[Piece]:
    """The same words as render(), cut so that a screen can mark what was filled in."""
    plain = render(source, fields)
    wrapped = {n: _wrap(n, clean(t)) if clean(t) else "" for n, t in fields.items() if n in FIELDS}
    found = _cut(_run(source, wrapped))
    return found if "".join(p.text for p in found) == plain else [Piece(plain)]


def closing(postal_address: str, unsubscribe_url: str = "") -> str:
    """What stands under every mail: how to opt out, and who wrote from where (CAN-SPAM, CASL)."""
    link = f"\nOr use this page: {unsubscribe_url}" if unsubscribe_url else ""
    address = ", ".join(" ".join(line.split()) for line in postal_address.splitlines() if line.strip())
    return f"{OPT_OUT}{link}" + (f"\n{address}" if address else "")


def with_closing(body: str, words: str) -> str:
    """The whole text of a mail: body, a rule, closing words."""
    return f"{body.rstrip()}\n\n--\n{words}\n"


@lru_cache(maxsize=512)
def _compiled(source: str) -> Template:
    problems = check_source(source)
    if problems:
        raise NotRendered(problems[0].words)
    return _environment.from_string(source)


def _run(source: str, context: dict[str, str]) -> str:
    try:
        text = _compiled(source).render(context)
    except TemplateError as error:
        raise NotRendered(str(error)) from error
    if len(text) > MAX_OUTPUT:
        raise NotRendered(f"The mail is longer than {MAX_OUTPUT:,} characters.")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in text.splitlines())).strip()


def _faults(node: nodes.Node, depth: int) -> list[Problem]:
    found = _fault(node, depth)
    if found is not None:
        return [found]
    deeper = depth + isinstance(node, (nodes.If, nodes.CondExpr, nodes.Filter, nodes.Not, nodes.And, nodes.Or))
    return [p for child in node.iter_child_nodes() for p in _faults(child, deeper)]


def _fault(node: nodes.Node, depth: int) -> Problem | None:
    line = node.lineno or 1
    if depth > MAX_DEPTH:
        return Problem("too_deep", f"Line {line}: too many conditions or filters inside each other.", line)
    if not isinstance(node, _NODES) or type(node) not in _NODES:
        what = re.sub(r"(?<!^)([A-Z])", r" \1", type(node).__name__).lower()
        return Problem("not_allowed", f"Line {line}: “{what}” cannot be used in a pitch.", line)
    if isinstance(node, nodes.Name) and (node.name not in FIELDS or node.ctx != "load"):
        return Problem("unknown_field", f"Line {line}: there is no field “{node.name}”.{_nearest(node.name)}", line)
    if isinstance(node, nodes.Filter) and (node.name not in _FILTERS or node.node is None or _spread(node)):
        return Problem("unknown_filter", f"Line {line}: the filter “{node.name}” cannot be used in a pitch.", line)
    if isinstance(node, nodes.Test) and (node.name not in _TESTS or _spread(node)):
        return Problem("unknown_test", f"Line {line}: “is {node.name}” cannot be used in a pitch.", line)
    return None


def _spread(node: nodes.Filter | nodes.Test) -> bool:
    return node.dyn_args is not None or node.dyn_kwargs is not None


def _nearest(name: str) -> str:
    near = get_close_matches(name, FIELDS, n=1)
    return f" Did you mean “{near[0]}”?" if near else ""


def _uncompilable(source: str) -> list[Problem]:
    try:
        _environment.from_string(source)
    except TemplateSyntaxError as error:
        return [Problem("syntax", f"Line {error.lineno}: {error.message}", error.lineno)]
    except (SyntaxError, RecursionError, MemoryError, OverflowError, ValueError):
        return [Problem("too_deep", "The text is too deeply nested to be used.")]
    return []


def _wrap(name: str, text: str) -> str:
    return f"{_OPEN}{chr(0xE100 + list(FIELDS).index(name))}{text}{_CLOSE}"


def _cut(marked: str) -> list[Piece]:
    found: list[Piece] = []
    for part in re.split(f"({_OPEN}[^{_CLOSE}]*{_CLOSE})", marked):
        if part.startswith(_OPEN):
            found.append(Piece(part[2:-1], list(FIELDS)[ord(part[1]) - 0xE100]))
        elif part:
            found.append(Piece(part))
    return found


def _default(value: Any, other: str = "") -> Any:
    """An empty field counts as missing: for people there is no difference."""
    return other if value is None or isinstance(value, Undefined) or not str(value).strip() else value


def _first_name(value: Any) -> str:
    words = str(value).split()
    if not words:
        return ""
    return words[0] + _CLOSE if words[0].startswith(_OPEN) and len(words) > 1 else words[0]


def _inside(change: Any) -> Any:
    """Let a filter change the words and leave the marks of pieces() alone."""

    def changed(value: Any) -> str:
        text = str(value)
        if text.startswith(_OPEN) and text.endswith(_CLOSE):
            return text[:2] + str(change(text[2:-1])) + _CLOSE
        return str(change(text))

    return changed


_FILTERS: dict[str, Any] = {
    "default": _default,
    "title": _inside(str.title),
    "capitalize": _inside(str.capitalize),
    "lower": _inside(str.lower),
    "upper": _inside(str.upper),
    "trim": _inside(str.strip),
    "first_name": _first_name,
}


def _make_environment() -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, keep_trailing_newline=False, trim_blocks=True, extensions=[]
    )
    made.globals.clear()
    made.filters = dict(_FILTERS)
    made.tests = {name: made.tests[name] for name in _TESTS}
    return made


_environment = _make_environment()
