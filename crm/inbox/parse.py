"""A mail in its parts: raw bytes in, a frozen Mail out. Never raises; what is broken is noted in `problems`.

The compat32 policy is used because it is many times faster than the modern one and keeps broken mail readable;
only what is shown or judged is decoded. RFC 5322, 2045-2049, 3464, 5965.
"""

import email
import email.policy
import email.utils
import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message

from crm.inbox.charsets import header_text, raw_text, text_of
from crm.inbox.html_text import html_to_text

LIMIT_RAW = 2_000_000
LIMIT_PARTS = 200
LIMIT_DEPTH = 20
LIMIT_TEXT = 262_144
_ID = re.compile(r"<([^<>\s]{1,400})>")
_ADDRESS = re.compile(r"[^\s<>\"',;:()\[\]]{1,120}@[^\s<>\"',;:()\[\]]{1,200}")


@dataclass(frozen=True)
class Part:
    """One leaf of the MIME tree. `inside` is true for what belongs to an attached message."""

    kind: str
    text: str
    disposition: str = ""
    inside: bool = False


@dataclass(frozen=True)
class Mail:
    """What the product reads of one mail. Header names are lower case, values decoded; addresses lower case."""

    headers: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    subject: str = ""
    from_address: str = ""
    from_name: str = ""
    message_id: str | None = None
    references: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    date: datetime | None = None
    text: str = ""
    content_type: str = ""
    report_type: str = ""
    content_sha256: str = ""
    problems: tuple[str, ...] = ()
    _index: dict[str, list[str]] = field(default_factory=dict, repr=False, compare=False)

    def get(self, name: str) -> str:
        """The first header of that name, or an empty string."""
        return (self._index.get(name.lower()) or [""])[0]

    def get_all(self, name: str) -> list[str]:
        """Every header of that name, the top-most first."""
        return self._index.get(name.lower(), [])

    def kinds(self, *kinds: str) -> list[Part]:
        """The parts whose media type is one of `kinds`."""
        return [p for p in self.parts if p.kind in kinds]


def parse(raw: bytes) -> Mail:
    """The mail in `raw`; at most the first 2 MB are looked at, 200 parts, depth 20, 256 KB of text."""
    problems: list[str] = []
    data = _without_mbox_line(raw[:LIMIT_RAW])
    if len(raw) > LIMIT_RAW:
        problems.append(f"only the first {LIMIT_RAW} of {len(raw)} bytes were read")
    if b"\n" not in data and b"\r" in data:
        data = data.replace(b"\r", b"\n")
    message = _message(data, problems)
    headers = tuple((k.lower(), header_text(v)) for k, v in message.raw_items())
    index: dict[str, list[str]] = {}
    for name, value in headers:
        index.setdefault(name, []).append(value)
    parts = tuple(_parts(message, problems))
    name, address = first_address(_first(index, "from"))
    return Mail(
        headers=headers, parts=parts, subject=_first(index, "subject")[:998],
        from_address=address, from_name=name[:200],
        message_id=_message_id(_first(index, "message-id")), references=_references(index),
        to=tuple(a for h in ("to", "cc", "delivered-to") for v in index.get(h, []) for a in addresses_in(v))[:100],
        date=_date(_first(index, "date")), text=_visible(parts)[:LIMIT_TEXT], content_type=_safe_type(message),
        report_type=_report_type(message), content_sha256=content_key(headers, data), problems=tuple(problems),
        _index=index,
    )  # fmt: skip


def first_address(value: str) -> tuple[str, str]:
    """(name, address) of an address header as people write it; the address in lower case, '' when there is none."""
    try:
        name, address = email.utils.parseaddr(value[:2000])
    except (ValueError, IndexError, TypeError):
        name, address = "", ""
    if "@" not in address or " " in address:
        found = _ADDRESS.search(value[:2000])
        address = found.group(0) if found else ""
        name = name or value.split("<")[0].strip(' "')
    return name.strip(), address.strip().strip(".").lower()


def addresses_in(value: str) -> list[str]:
    """Every address that stands in a header value, in lower case."""
    return [a.strip(".").lower() for a in _ADDRESS.findall(value[:8000])]


def message_ids(value: str) -> list[str]:
    """The Message-IDs in a header value, without their brackets."""
    return _ID.findall(value[:20_000])


def content_key(headers: tuple[tuple[str, str], ...], data: bytes) -> str:
    """One key for one mail, whichever folder or numbering shows it: the lasting headers and the body (fault 69)."""
    lasting = {"message-id", "date", "from", "to", "subject", "in-reply-to"}
    head = "\n".join(sorted(f"{k}:{v}" for k, v in headers if k in lasting))
    body = re.split(rb"\r?\n\r?\n", data, maxsplit=1)[-1]
    folded = b"\n".join(line.rstrip() for line in body.splitlines()).strip()
    return hashlib.sha256(head.encode("utf-8", "replace") + b"\0" + folded).hexdigest()


def _first(index: dict[str, list[str]], name: str) -> str:
    return (index.get(name) or [""])[0]


def _without_mbox_line(data: bytes) -> bytes:
    data = data.lstrip(b"\r\n \t\xef\xbb\xbf") if data[:1] in b"\r\n \t\xef" else data
    if data[:5] == b"From " or data[:6] == b">From ":
        return data.split(b"\n", 1)[-1]
    return data


def _message(data: bytes, problems: list[str]) -> Message:
    try:
        return email.message_from_bytes(data, policy=email.policy.compat32)
    except Exception as error:  # noqa: BLE001 - RecursionError on deep nesting and several kinds on broken boundaries
        problems.append(f"the structure could not be read ({type(error).__name__}); headers and raw text only")
    head, _, body = data.partition(b"\n\n")
    flat = Message()
    for line in head.splitlines()[:200]:
        name, colon, value = line.partition(b":")
        if colon and re.fullmatch(rb"[!-9;-~]{1,70}", name) and name.lower() not in (b"content-type",):
            flat[name.decode("ascii")] = value.decode("latin-1").strip()
    flat.set_payload(body[:LIMIT_TEXT].decode("latin-1"))
    return flat


def _parts(message: Message, problems: list[str]) -> list[Part]:
    out: list[Part] = []
    todo: list[tuple[Message, int, bool]] = [(message, 0, False)]
    size = 0
    while todo:
        node, depth, inside = todo.pop()
        kind = _safe_type(node)
        children = _payload(node) if node.is_multipart() else None
        if isinstance(children, list) and kind == "message/delivery-status":
            out.append(Part(kind, "\n\n".join(_block(c) for c in children[:LIMIT_PARTS]), inside=inside))
            continue
        if isinstance(children, list) and children:
            if kind.startswith("message/"):
                out.append(Part(kind + ";headers", _block(children[0]), inside=inside))
                inside = True
            if depth >= LIMIT_DEPTH or len(out) + len(todo) > LIMIT_PARTS:
                problems.append("the mail has too many parts or is nested too deeply; the rest was left out")
                continue
            todo.extend((c, depth + 1, inside) for c in reversed(children[:LIMIT_PARTS]) if isinstance(c, Message))
            continue
        part = _leaf(node, kind, inside, LIMIT_TEXT * 2 - size)
        size += len(part.text)
        out.append(part)
    return out[:LIMIT_PARTS]


def _leaf(node: Message, kind: str, inside: bool, room: int) -> Part:
    disposition = str(node.get("content-disposition", "")).split(";")[0].strip().lower()[:20]
    readable = kind.startswith(("text/", "message/")) or kind in (
        "multipart/mixed",
        "multipart/report",
        "multipart/alternative",
    )
    if not (readable or kind.startswith("multipart/") or kind == "application/xhtml+xml") or room <= 0:
        return Part(kind, "", disposition, inside)
    try:
        data = node.get_payload(decode=True)
    except Exception:  # noqa: BLE001 - a broken transfer encoding; the undecoded text is still worth a look
        data = str(_payload(node)).encode("utf-8", "replace")
    if not isinstance(data, bytes):
        data = str(_payload(node) or "").encode("utf-8", "surrogateescape")
    try:
        charset = node.get_content_charset()
    except Exception:  # noqa: BLE001 - RFC 2231 parameters with nonsense inside
        charset = None
    return Part(kind, text_of(data[: min(room, LIMIT_TEXT)], charset), disposition, inside)


def _payload(node: Message) -> object:
    """What a part holds; without its character set where that one cannot be decoded with errors replaced (idna)."""
    for _ in range(2):
        try:
            return node.get_payload()
        except Exception:  # noqa: BLE001 - LookupError, UnicodeError and others, by the codec that was named
            del node["content-type"]
    return ""


def _block(node: object) -> str:
    """The header lines of a sub-message (one group of a delivery report), and its body when that is text."""
    if not isinstance(node, Message):
        return str(node)[:LIMIT_TEXT]
    lines = [f"{k}: {raw_text(v)}" for k, v in list(node.raw_items())[:200]]
    payload = _payload(node)
    if isinstance(payload, str) and payload.strip() and len(lines) < 3:
        lines.append(payload[:20_000])
    return "\n".join(lines)


def _safe_type(node: Message) -> str:
    try:
        return node.get_content_type().lower()[:80]
    except Exception:  # noqa: BLE001 - a Content-Type of nonsense
        return "text/plain"


def _report_type(node: Message) -> str:
    try:
        value = node.get_param("report-type")
    except Exception:  # noqa: BLE001 - see _safe_type
        return ""
    return str(value or "").lower()[:40]


def _visible(parts: tuple[Part, ...]) -> str:
    """What a reader sees: the plain parts; the HTML part where no plain one has words."""
    own = [p for p in parts if not p.inside and p.disposition != "attachment"]
    plain = [p.text for p in own if p.kind == "text/plain" and p.text.strip()]
    if plain:
        return "\n\n".join(plain)
    html = [p.text for p in own if p.kind in ("text/html", "application/xhtml+xml") and p.text.strip()]
    if html:
        return "\n\n".join(html_to_text(h) for h in html[:5])
    return "\n\n".join(p.text for p in own if p.kind.startswith(("text/", "multipart/")) and p.text.strip())


def _message_id(value: str) -> str | None:
    found = _ID.search(value)
    bare = found.group(1) if found else value.strip().strip("<>")
    return bare[:400] or None


def _references(index: dict[str, list[str]]) -> tuple[str, ...]:
    """Every Message-ID that the mail names as its forerunner, the nearest first, each once."""
    found: list[str] = []
    for name in ("in-reply-to", "references", "x-original-message-id", "thread-topic-id"):
        for value in index.get(name, []):
            ids = message_ids(value)
            found.extend(reversed(ids) if name == "references" else ids)
    return tuple(dict.fromkeys(found))[:60]


def _date(value: str) -> datetime | None:
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
