"""Which parts of a large mail hold words: reads BODYSTRUCTURE (RFC 3501 section 7.4.2) and puts a small mail together
from the parts that were fetched. Pure; anything that cannot be understood is a ValueError."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MAX_DEPTH, MAX_PARTS = 20, 200
MAX_TEXTS = 8
BOUNDARY = b"=_parts"
_TOKEN = re.compile(rb'\s*(?:(\()|(\))|"((?:[^"\\]|\\.)*)"|([^\s()"]+))', re.DOTALL)
_WORDS = ("text/plain", "text/html", "message/delivery-status", "message/feedback-report", "text/rfc822-headers")
_CONTENT_TYPE = re.compile(rb"(?im)^content-type:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n?")
_BOUNDARY = re.compile(rb'(?i)boundary\s*=\s*(?:"([^"\r\n]*)"|([^\s;"]+))')


@dataclass(frozen=True)
class Section:
    """One part: its number as FETCH wants it, its media type and its size in octets."""

    number: str
    kind: str
    size: int


def flat(data: list[Any]) -> bytes:
    """An answer of imaplib as one line; literals become quoted strings."""
    pieces = []
    for part in data:
        if isinstance(part, tuple):
            quoted = bytes(part[1]).replace(b"\\", b"\\\\").replace(b'"', b'\\"')
            pieces.append(re.sub(rb"\{\d+\}$", b"", bytes(part[0])) + b'"' + quoted + b'"')
        elif part:
            pieces.append(bytes(part))
    return b" ".join(pieces)


def sections(line: bytes) -> list[Section]:
    """All leaf parts that `* n FETCH (... BODYSTRUCTURE (...))` names. Raises ValueError."""
    at = line.upper().find(b"BODYSTRUCTURE")
    if at < 0:
        raise ValueError("no BODYSTRUCTURE in the answer")
    tree, _ = _list(line, line.index(b"(", at) + 1, 0)
    found: list[Section] = []
    _walk(tree, "", found, 0)
    return found


def wanted(found: list[Section]) -> list[str]:
    """The numbers of the parts with words in them, in order; the headers alone of a returned mail."""
    numbers = [s.number for s in found if s.kind in _WORDS][:MAX_TEXTS]
    numbers += [f"{s.number}.HEADER" for s in found if s.kind == "message/rfc822"][:2]
    return numbers


def assemble(head: bytes, bodies: Mapping[str, tuple[bytes, bytes]]) -> bytes:
    """A mail of these headers whose parts are `bodies`: number -> (the part's own headers, its content)."""
    typed = _CONTENT_TYPE.search(head)
    if typed is None or b"multipart/" not in typed.group(0).lower():
        return head.rstrip(b"\r\n") + b"\r\n\r\n" + next((body for _, body in bodies.values()), b"")
    named = _BOUNDARY.search(typed.group(0))
    boundary = (named.group(1) or named.group(2)) if named else BOUNDARY
    parts = []
    for number, (own, body) in bodies.items():
        if number.endswith(".HEADER"):
            own = b"Content-Type: text/rfc822-headers\r\n"
        parts.append(b"--" + boundary + b"\r\n" + own.strip() + b"\r\n\r\n" + body.rstrip(b"\r\n") + b"\r\n")
    return head.rstrip(b"\r\n") + b"\r\n\r\n" + b"".join(parts) + b"--" + boundary + b"--\r\n"


def _list(line: bytes, at: int, depth: int) -> tuple[list[Any], int]:
    if depth > 4 * MAX_DEPTH:
        raise ValueError("nested too deeply")
    made: list[Any] = []
    while True:
        token = _TOKEN.match(line, at)
        if token is None:
            raise ValueError("the structure ends too early")
        at = token.end()
        if token.group(1):
            inner, at = _list(line, at, depth + 1)
            made.append(inner)
        elif token.group(2):
            return made, at
        elif token.group(3) is not None:
            made.append(token.group(3).decode("utf-8", "replace"))
        else:
            made.append(token.group(4).decode("ascii", "replace"))


def _walk(tree: list[Any], number: str, found: list[Section], depth: int) -> None:
    if depth > MAX_DEPTH or len(found) >= MAX_PARTS or not tree:
        return
    if isinstance(tree[0], list):
        for n, child in enumerate([c for c in tree if isinstance(c, list) and _is_part(c)], start=1):
            _walk(child, f"{number}.{n}" if number else str(n), found, depth + 1)
        return
    if len(tree) < 2:
        raise ValueError("a part without a type")
    kind = f"{tree[0]}/{tree[1]}".lower()
    size = int(tree[6]) if len(tree) > 6 and str(tree[6]).isdigit() else 0
    found.append(Section(number or "1", kind, size))


def _is_part(tree: list[Any]) -> bool:
    """A multipart begins with a part; a part with two words and its parameters. What follows the parts does neither."""
    if isinstance(tree[0] if tree else None, list):
        return _is_part(tree[0])
    return len(tree) >= 7 and all(isinstance(x, str) for x in tree[:2])
