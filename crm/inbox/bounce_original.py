"""The two halves of a delivery report: what the system says, and the mail that came back."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from crm.inbox.bounce_text import Prose, split
from crm.inbox.html_text import html_to_text
from crm.inbox.parse import Mail, addresses_in, message_ids

_FOR = re.compile(r"\bfor <([^<>\s@]{1,120}@[^<>\s@]{1,200})>")


@dataclass(frozen=True)
class Original:
    """What can be told of the mail that came back."""

    to: tuple[str, ...] = ()
    sender: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()


def report_text(mail: Mail) -> str:
    """What the mail system itself says, without the mail that came back."""
    own = [p for p in mail.parts if not p.inside and not p.kind.endswith(";headers")]
    plain = [p.text for p in own if p.kind in ("text/plain",) and p.text.strip() and not _is_returned(p.text)]
    if plain:
        return "\n".join(plain)
    html = [html_to_text(p.text) for p in own if p.kind in ("text/html", "application/xhtml+xml")]
    if any(h.strip() for h in html):
        return "\n".join(html)
    return "\n".join(
        p.text for p in own if p.kind.startswith(("text/", "multipart/")) and p.kind != "text/rfc822-headers"
    )


def _is_returned(text: str) -> bool:
    return not split(text).report and bool(split(text).original)


def pasted_fields(prose: Prose) -> tuple[str, ...]:
    """Fields that stand after the mark of the returned mail still belong to the report in some systems."""
    return (
        tuple(
            line
            for line in prose.original[:40]
            if line.lower().startswith(("final-recipient", "action:", "diagnostic-code"))
        )
        and prose.original[:60]
    )


def original_of(mail: Mail, prose: Prose) -> Original:
    """Recipients, writer and Message-IDs of the mail that came back, as far as it was sent along."""
    heads = [
        p.text
        for p in mail.parts
        if p.kind in ("message/rfc822;headers", "text/rfc822-headers", "message/rfc822", "message/global;headers")
    ]
    heads += [p.text for p in mail.parts if p.kind == "text/plain" and not p.inside and _is_returned(p.text)]
    text = "\n".join(heads)[:60_000] or "\n".join(prose.original)[:60_000]
    to: list[str] = []
    sender: list[str] = []
    ids: list[str] = []
    for line in _unfolded(text)[:400]:
        name, _, value = line.partition(":")
        key = name.strip(" >").lower()
        if key in ("to", "cc", "bcc", "x-original-to", "delivered-to", "x-failed-recipients", "apparently-to"):
            to += addresses_in(value)
        elif key in ("from", "sender", "return-path", "reply-to", "x-sender"):
            sender += addresses_in(value)
        elif key == "message-id":
            ids += message_ids(value) or [value.strip()]
        elif key == "received" and not to:
            to += [a.lower() for a in _FOR.findall(value)]
    ids += mail.references
    return Original(tuple(unique(to)), tuple(unique(sender)), tuple(dict.fromkeys(i for i in ids if i)))


def _unfolded(text: str) -> list[str]:
    out: list[str] = []
    for line in text.split("\n"):
        if line[:1] in (" ", "\t") and out and line.strip():
            out[-1] = (out[-1] + " " + line.strip())[:4000]
        else:
            out.append(line)
    return out


def unique(addresses: Iterable[str]) -> list[str]:
    """The addresses in lower case, each once, in order."""
    return list(dict.fromkeys(a.lower() for a in addresses if a))
