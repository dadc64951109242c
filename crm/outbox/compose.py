"""The exact bytes of one mail: headers, threading, opt-out, Message-ID. Pure.

Header names are constants; values go through EmailMessage, which refuses line ends. A mail is built once and then
frozen: every retry sends the same bytes, so that receivers can tell a copy from a new mail (RFC 5322 section 3.6.4).
"""

import base64
import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import quote

MAX_REFERENCES = 20
MAX_SUBJECT = 200
_ID = re.compile(r"^[^\s<>@]+@[^\s<>@]+$")
_POLICY = SMTP.clone(max_line_length=78, refold_source="none")


class CannotCompose(ValueError):
    """The mail cannot be built from these words; the message says which field and why."""


@dataclass(frozen=True)
class Draft:
    """Everything that goes into one mail. Times are aware; `references` is oldest first, ids without brackets."""

    message_id: str
    sender: str
    sender_name: str
    rcpt: str
    rcpt_name: str
    subject: str
    body: str
    at: datetime
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    unsubscribe_mailto: str = ""
    unsubscribe_url: str = ""


def message_id(key: bytes, enrollment: str, step_no: int, generation: int, sender: str) -> str:
    """The Message-ID of one step, always the same for the same step, so that it can be looked for after a crash.

    HMAC-SHA256 in base32, 26 characters, on the sender's own domain; says nothing about the product.
    """
    digest = hmac.new(key, f"{enrollment}:{step_no}:{generation}".encode(), hashlib.sha256).digest()
    return f"{base64.b32encode(digest).decode().lower()[:26]}@{ascii_domain(sender)}"


def reply_subject(subject: str) -> str:
    """ "Re: " in front of a subject, once."""
    return subject if re.match(r"(?i)^\s*re\s*:", subject) else f"Re: {subject}"


def compose(draft: Draft) -> bytes:
    """The wire copy, CRLF line ends, every line at most 998 octets. Raises CannotCompose."""
    mail = EmailMessage(policy=_POLICY)
    try:
        mail["From"] = _address(draft.sender_name, draft.sender)
        mail["To"] = _address(draft.rcpt_name, draft.rcpt)
        mail["Subject"] = header_text(draft.subject, "subject")[:MAX_SUBJECT]
        mail["Date"] = draft.at
        mail["Message-ID"] = f"<{_checked_id(draft.message_id)}>"
        if draft.in_reply_to:
            mail["In-Reply-To"] = f"<{_checked_id(draft.in_reply_to)}>"
        chain = [f"<{_checked_id(r)}>" for r in draft.references][-MAX_REFERENCES:]
        if chain:
            mail["References"] = " ".join(chain)
        _unsubscribe(mail, draft)
        mail.set_content(body_text(draft.body), charset="utf-8", cte=_transfer(draft.body))
    except CannotCompose:
        raise
    except (ValueError, IndexError, UnicodeError) as error:
        raise CannotCompose(f"The mail to {draft.rcpt!r} cannot be written: {error}") from error
    wire = _one_line_headers(mail)
    if any(len(line) > 998 for line in wire.split(b"\r\n")):
        raise CannotCompose("A line of this mail is longer than mail allows.")
    return wire


def header_text(text: str, what: str) -> str:
    """`text` for a header. Raises CannotCompose when it holds a line end or another control character."""
    for letter in text:
        if unicodedata.category(letter) in ("Cc", "Zl", "Zp", "Cs"):
            raise CannotCompose(f"The {what} contains a line end or control character ({ascii(letter)}).")
    return " ".join(text.split())


def body_text(text: str) -> str:
    """The body with plain line ends and without control characters (tabs become spaces)."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    kept = (c if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs") else " " for c in plain)
    return "".join(kept).rstrip() + "\n"


def ascii_domain(address: str) -> str:
    """The domain of an address as an A-label. Raises CannotCompose when there is none."""
    domain = address.rpartition("@")[2]
    try:
        return domain.encode("idna").decode() if domain and not domain.isascii() else domain.lower()
    except UnicodeError as error:
        raise CannotCompose(f"{domain} is not a domain.") from error


def envelope(address: str) -> str:
    """The address for MAIL and RCPT: the domain as an A-label, the local part as written."""
    return f"{address.rpartition('@')[0]}@{ascii_domain(address)}"


def _address(name: str, address: str) -> Address:
    header_text(address, "address")
    if not _ID.match(address):
        raise CannotCompose(f"{address!r} is not one mail address.")
    local, _, _ = address.rpartition("@")
    return Address(header_text(name, "name"), local, ascii_domain(address))


def _checked_id(value: str) -> str:
    header_text(value, "Message-ID")
    if not _ID.match(value):
        raise CannotCompose(f"{value!r} is not a Message-ID.")
    return value


def _unsubscribe(mail: EmailMessage, draft: Draft) -> None:
    """RFC 2369 and 8058; on one line, since a folded header broke DKIM at a real server."""
    ways = []
    if draft.unsubscribe_url:
        ways.append(f"<{draft.unsubscribe_url}>")
    if draft.unsubscribe_mailto:
        address, _, subject = draft.unsubscribe_mailto.partition("?subject=")
        ways.append(f"<mailto:{address}?subject={quote(subject)}>")
    if ways:
        mail["List-Unsubscribe"] = ", ".join(ways)
    if draft.unsubscribe_url:
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _transfer(text: str) -> str:
    return "7bit" if text.isascii() and all(len(x) <= 900 for x in text.splitlines()) else "quoted-printable"


def _one_line_headers(mail: EmailMessage) -> bytes:
    """Serialise with usual folding; List-Unsubscribe stays on one line, References has one id per line."""
    ways, chain = mail.get("List-Unsubscribe", ""), str(mail.get("References", "")).split()
    del mail["List-Unsubscribe"]
    del mail["References"]
    wire = mail.as_bytes(policy=_POLICY)
    head, _, body = wire.partition(b"\r\n\r\n")
    extra = f"\r\nList-Unsubscribe: {ways}" if ways else ""
    extra += "\r\nReferences: " + "\r\n ".join(chain) if chain else ""
    return head + extra.encode("ascii") + b"\r\n\r\n" + body
