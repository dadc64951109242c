"""Failed addresses in the prose of delivery reports, by rules that no single mail system owns.

A line names a failed address when it stands alone with it, when the server's answer follows it, when a failure
sentence holds it, or when it is the RCPT TO of a refused command. What the returned mail itself says comes later.
"""

import re
from dataclasses import dataclass

from crm.inbox.bounce_words import HELPFUL, ORIGINAL_MARKS, SENTENCES
from crm.inbox.verdict import fold, reply_codes

_EAST = "\u3000-\u9fff\uac00-\ud7af\uff00-\uffef"  # their words stand without a space before and after an address
_OUTSIDE = r"""\s<>"',;:()\[\]{}|=*!`""" + _EAST
_ADDRESS = re.compile(
    r"(?<![^" + _OUTSIDE + r"])[^@" + _OUTSIDE + r"]{1,120}@(?:[A-Za-z0-9\u0080-\u2fff_-]{1,63}\.){1,10}"
    r"[A-Za-z\u0080-\u2fff][A-Za-z0-9\u0080-\u2fff-]{1,40}"
)
_QUOTED = re.compile(r'"[^"@\s]{1,60}[^"@]{0,20}"@(?:[A-Za-z0-9-]{1,63}\.){1,10}[A-Za-z][A-Za-z0-9-]{1,40}')
_HEADER = re.compile(r"^[> *•\t-]{0,8}([A-Za-z][A-Za-z0-9\-]{1,40})[ \t]{0,2}:(?:[ \t]|$|\S)")
_RETURNED = {
    "received",
    "return-path",
    "dkim-signature",
    "x-received",
    "x-mailer",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "user-agent",
    "x-priority",
    "references",
    "in-reply-to",
}
_NAMED = {"from", "to", "cc", "subject", "date", "message-id", "sent", "reply-to", "sender"}
_ALONE = re.compile(
    r"^[\s>*\-•·\[\]<\"'(|.&]{0,20}(?:(?:to|recipient|address|e-?mail|mailto|rcpt|user|empfänger|destinataire|destinatario|收件人)[\w\s-]{0,20}:\s{0,3})?$",
    re.I,
)
LIMIT_LINES = 2_000


@dataclass(frozen=True)
class Found:
    """A candidate: how strongly its line speaks of failure (3 sure .. 1 weak) and what was said about it."""

    address: str
    strength: int
    said: str
    line: int
    line_text: str = ""


@dataclass(frozen=True)
class Prose:
    """The text of a report cut in two: what the system says, and the mail that came back."""

    report: tuple[str, ...]
    original: tuple[str, ...]


def split(text: str) -> Prose:
    """Cuts the report from the returned mail, by its mark or by the first block of real header lines."""
    lines = text.split("\n")[:LIMIT_LINES]
    for at, line in enumerate(lines):
        if _is_mark(line) and at + 1 < len(lines):
            return Prose(tuple(lines[:at]), tuple(lines[at + 1 :]))
        if _starts_mail(lines, at):
            return Prose(tuple(lines[:at]), tuple(lines[at:]))
    return Prose(tuple(lines), ())


def found_in(report: tuple[str, ...]) -> list[Found]:
    """Every address of the report's own words, with the strength of its place."""
    out: list[Found] = []
    rcpt = ""
    failing = 0  # lines since a failure sentence; 0 = none yet
    echoed = _echoed(report)
    for at, line in enumerate(report):
        words = fold(line)
        if _tells(words):
            failing = 1
        elif words:
            failing += bool(failing)
        command = _rcpt(words)
        if command:
            rcpt = command
        refused = bool(rcpt) and words.startswith("<<<") and bool(reply_codes(words[:14]))
        if refused:
            out.append(Found(rcpt, 3, _following(report, at), at, line))
            rcpt = ""
        hits = [*_QUOTED.finditer(line[:2000]), *_ADDRESS.finditer(line[:2000])][:20]
        for hit in hits if at not in echoed and not command else []:
            address = _tidy(hit.group(0))
            if hit is not hits[0] and not _listed(line[: hit.start()]) and address != _tidy(hits[0].group(0)):
                continue  # what follows the first address of a line is its alias or the server's own words
            if address:
                out.append(
                    Found(address, _strength(line, words, hit, failing, report, at), _following(report, at), at, line)
                )
    return out


def has_sentence(text: str) -> bool:
    """Whether the text says, in one of the known languages, that a mail did not arrive."""
    return _tells(fold(text))


def _tells(words: str) -> bool:
    return any(s in words for s in SENTENCES)


def _tidy(address: str) -> str:
    address = address.strip(".-_/&").lower()
    local, _, domain = address.rpartition("@")
    local = local.removeprefix("rfc822;").removeprefix("mailto:").lstrip("/.")
    return f"{local}@{domain}" if local and "." in domain else ""


def _listed(before: str) -> bool:
    return before.rstrip(" <\"'").endswith((",", ";", " and", " und", " et", " y"))


def _rcpt(words: str) -> str:
    at = words.find("rcpt to")
    if (
        at < 0
        or not words.lstrip("> ").startswith(("rcpt to", "sent <<<", "<<< rcpt", "tried", "hmailserver sent", "sent:"))
        and not words.startswith(">>>")
    ):
        return ""
    hit = _ADDRESS.search(words, at)
    return _tidy(hit.group(0)) if hit else ""


def _strength(line: str, words: str, hit: "re.Match[str]", failing: int, report: tuple[str, ...], at: int) -> int:
    before, after = line[: hit.start()], line[hit.end() :].strip()
    if any(h in words for h in HELPFUL) and not reply_codes(words) and not _tells(words):
        return 0
    if any(h in fold(before)[-30:] for h in ("from:", "from ", "sender", "mailto:", "contact", "from <", "by ", "id ")):
        return 0
    alone = bool(_ALONE.match(before))
    bare = after.strip("<>()[]\"'.,;:*| ")
    if reply_codes(after[:160]) or reply_codes(before[-40:]):
        return 3 if alone or failing or before.strip()[:3].isdigit() or ":" in after[:3] else 2
    if alone and (not bare or after.lstrip(">\"') ")[:1] in (":", "(", "[", "-", ",")):
        return 3 if failing else 2 if bare or _answer_follows(report, at) else 1
    if _tells(words):
        return 3 if not _asks(words) else 1
    if alone and failing:
        return 2
    return 2 if failing and failing <= 6 and _tells(fold(after)) else 1 if failing else 0


def _asks(words: str) -> bool:
    return words.startswith(("please", "to ", "if ", "for "))


def _answer_follows(report: tuple[str, ...], at: int) -> bool:
    return any(reply_codes(line) or _tells(fold(line)) for line in report[at + 1 : at + 5])


def _following(report: tuple[str, ...], at: int) -> str:
    """The line and what follows it up to the next blank line or the next address that stands alone."""
    out = [report[at]]
    blanks = 0
    for line in report[at + 1 : at + 14]:
        if not line.strip():
            blanks += 1
            if len(out) > 1 or blanks > 1:
                break
            continue
        if _next_one(line):
            break
        out.append(line)
    return "\n".join(out)[:3000]


def _next_one(line: str) -> bool:
    """Whether the line begins the paragraph of another recipient."""
    hit = _QUOTED.search(line[:400]) or _ADDRESS.search(line[:400])
    if not hit or not _ALONE.match(line[: hit.start()]):
        return False
    return line[hit.end() :].lstrip(">\"') ")[:1] in ("", ":", "(")


def _is_mark(line: str) -> bool:
    words = fold(line)
    if len(words) > 120 or not any(m in words for m in ORIGINAL_MARKS):
        return False
    if "@" in words:
        return False
    early = any(0 <= words.find(m) <= 14 for m in ORIGINAL_MARKS)
    dressed = (
        words[:2] in ("--", "==", "__", "**", "|-", "*-")
        or words.endswith((":", "--"))
        or early
        and words.endswith((".", "|"))
    )
    return dressed and not words.startswith(("if ", "please", "the first"))


def _starts_mail(lines: list[str], at: int) -> bool:
    """A run of header lines of which one only a real mail head has (Received, MIME-Version ...)."""
    hit = _HEADER.match(lines[at][:300])
    if not hit or hit.group(1).lower() not in _RETURNED | _NAMED:
        return False
    names = []
    for line in lines[at : at + 40]:
        if line[:1] in (" ", "\t") and line.strip():
            continue
        inner = _HEADER.match(line[:300])
        if not inner:
            break
        names.append(inner.group(1).lower())
    return (
        len(names) >= 3
        and bool(set(names) & (_RETURNED - {"references", "in-reply-to"}))
        and not set(names) & {"final-recipient", "diagnostic-code"}
    )


def _echoed(report: tuple[str, ...]) -> set[int]:
    """Lines that merely repeat the head of our mail (From, To, Subject, Date in one block)."""
    out: set[int] = set()
    block: list[tuple[int, str]] = []
    for at, line in enumerate((*report, "")):
        hit = _HEADER.match(line[:300])
        name = hit.group(1).lower() if hit else ""
        if name in _NAMED | _RETURNED:
            block.append((at, name))
            continue
        if (
            not line.strip()
            and block
            and at < len(report)
            and at + 1 < len(report)
            and _HEADER.match(report[at + 1][:300])
        ):
            continue
        if len({n for _, n in block} & _NAMED) >= 2:
            out |= {i for i, _ in block}
        block = []
    return out
