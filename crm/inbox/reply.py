"""The visible answer of a mail: without quotes, attribution lines, signatures after '-- ' and device lines.

Line by line and in linear time (patterns with nested stars on mail text have hung other readers). Losing a human
sentence is worse than showing a quoted line: whatever is not surely quoted stays.
"""

import re
from dataclasses import dataclass

from crm.inbox.reply_words import DEVICE, FIELDS, OPENS, ORIGINAL, WROTE

LIMIT_CHARS = 262_144
LIMIT_LINES = 4_000
_SPACES = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"), None) | {0xA0: " ", 0x202F: " ", 0x2009: " "}
_DATE = re.compile(r"\d{1,2}[:.hH]\d{2}|(?:19|20)\d\d|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}[月월]")
_ADDRESS = re.compile(r"[^\s<>]@[\w.-]|mailto:")
_RULE = re.compile(r"^[\s>*]{0,6}[_=\-–—*#]{4,200}[\s]{0,4}$")
_FIELD = re.compile(r"^[\s>*_]{0,10}([^\W\d_][^:：<>@\d]{0,28}?)[\s*_]{0,6}[:：]")
_LATER_FIELD = re.compile(
    r"\s(?:objet|subject|betreff|sent|date|à|to|an|oggetto|asunto|onderwerp|emne|temat)\s?:\s", re.I
)
_TITLE = re.compile(r"^[\s>]{0,6}[-–—_=*+~#>\[]{1,60}\s{0,3}(.{3,60}?)\s{0,3}[-–—_=*+~#<\]:]{0,60}\s{0,3}$")
_FIELD_NAMES = {word: name for name, words in FIELDS.items() for word in words}


@dataclass(frozen=True)
class Visible:
    """The answer as a person reads it, and the rest that was taken away."""

    text: str
    quoted: str


def visible(body: str) -> Visible:
    """The writer's own words in `body`, and what was cut."""
    lines = _lines(body)
    kept: list[str] = []
    cut: list[str] = []
    at = 0
    quoting = False
    last_quoted = max((i for i, line in enumerate(lines) if _is_quoted(line)), default=-1)
    while at < len(lines):
        line = lines[at]
        if _is_quoted(line):
            quoting = True
            cut.append(line)
            at += 1
            continue
        if quoting and _continues(lines, at, kept):
            cut.append(line)
            at += 1
            continue
        quoting = quoting and not line.strip()
        length = _introduction(lines, at)
        if length:
            if not _quote_follows(lines, at + length):
                cut.extend(lines[at:])
                break
            cut.extend(lines[at : at + length])
            at += length
            continue
        length = _footer(lines, at, kept, at < last_quoted)
        if length:
            cut.extend(lines[at : at + length])
            at += length
            continue
        kept.append(line)
        at += 1
    return Visible(_tidy(kept), _tidy(cut))


def reply_text(body: str) -> str:
    """The visible answer alone."""
    return visible(body).text


def _lines(body: str) -> list[str]:
    text = body[:LIMIT_CHARS].replace("\r\n", "\n").replace("\r", "\n").translate(_SPACES)
    return [line.rstrip() for line in text.split("\n")[:LIMIT_LINES]]


def _is_quoted(line: str) -> bool:
    bare = line.lstrip()
    return bare[:1] == ">" or bare[:2] in ("|>", "| ") and len(bare) > 2 or bare[:4] == "&gt;"


def _continues(lines: list[str], at: int, kept: list[str]) -> bool:
    """A quoted line that a mail program broke in two: the second half has no mark and begins in mid-sentence."""
    before, line = lines[at - 1].rstrip(), lines[at]
    if not line.strip() or not _is_quoted(lines[at - 1]) or not any(k.strip() for k in kept):
        return False
    return (
        len(before) >= 58
        and before[-1:] not in "?:!"
        and line.lstrip()[:1].islower()
        and at + 1 < len(lines)
        and (_is_quoted(lines[at + 1]) or len(line) > 70)
    )


def _introduction(lines: list[str], at: int) -> int:
    """How many lines from `at` introduce what is quoted (0: none): 'On ... wrote:', a pasted head, a separator."""
    line = lines[at]
    if not line.strip():
        return 0
    return _separator(lines, at) or _head(lines, at) or _attribution(lines, at)


def _attribution(lines: list[str], at: int) -> int:
    """'On <date>, <person> wrote:' in any of the languages, on up to four lines."""
    first = lines[at].strip().lower()
    if not first.startswith(OPENS) and not _starts_name(first):
        return 0
    joined = ""
    for length in range(1, 5):
        if at + length > len(lines) or not lines[at + length - 1].strip():
            return 0
        # A long address breaks before its bracket: the next line then begins with '>' and is no quote.
        if _is_quoted(lines[at + length - 1]) and joined.rfind("<") <= joined.rfind(">"):
            return 0
        joined = (joined + " " + lines[at + length - 1].strip())[:700]
        if _introduces(joined.strip(), lines, at + length):
            return 0 if length > 1 and _begins_later(lines, at, length) else length
    return 0


def _begins_later(lines: list[str], at: int, length: int) -> bool:
    """Whether the introduction is whole without its first line: then that line is the writer's own."""
    if _DATE.search(lines[at]) or _ADDRESS.search(lines[at]):
        return False
    for begin in range(at + 1, at + length):
        joined = " ".join(line.strip() for line in lines[begin : at + length])
        if joined.lower().startswith(OPENS) and _introduces(joined, lines, at + length):
            return True
    return False


def _introduces(words: str, lines: list[str], after: int) -> bool:
    low = words.lower()
    ends = low.endswith((":", "：", ":>", ": *", ":*"))
    wrote = any(w in low[-60:] for w in WROTE) or any(w in low for w in WROTE)
    address, day = bool(_ADDRESS.search(low)), bool(_DATE.search(low))
    if ends and wrote and (day or address) and len(low) < 420:
        return not _sentence_before(low) or address
    if ends and address and day:
        return True
    if wrote and address and day and low.rstrip(" *>").endswith(WROTE):
        return True
    return ends and wrote and len(low) < 60 and _quote_follows(lines, after)


def _sentence_before(low: str) -> bool:
    """Whether a person's own sentence stands in the same line: 'I saw it on 2 May. He wrote:'."""
    head = low.split(":")[0]
    return (
        ". " in head.replace("a.m. ", "").replace("p.m. ", "").replace("г. ", "")[12:]
        and "@" not in head
        and not _DATE.search(low[:30])
    )


def _starts_name(first: str) -> bool:
    return (
        "@" in first
        and first.rstrip().endswith((":", "："))
        or "<" in first[:60]
        and "@" in first
        or first.endswith(("写道：", "寫道：", "写道:"))
    )


def _head(lines: list[str], at: int) -> int:
    """A pasted head of From, Sent, To, Subject: two of them, the first of a kind that begins one."""
    first = _field(lines[at])
    if first not in ("from", "date", "sent", "to", "subject"):
        return 0
    names = [first]
    end = at + 1
    blanks = 0
    for nxt in range(at + 1, min(at + 14, len(lines))):
        name = _field(lines[nxt])
        if name and name not in names:
            names.append(name)
            end = nxt + 1
            blanks = 0
        elif not lines[nxt].strip():
            blanks += 1
            if blanks > 1:
                break
        elif nxt - end > 1:
            break
    if first == "from" and len(names) == 1 and _LATER_FIELD.search(lines[at].lower()):
        names.append("later")
    personal = first == "from" and (
        _ADDRESS.search(lines[at]) or _DATE.search(" ".join(lines[at : at + 4])) or len(names) >= 3
    )
    enough = len(names) >= 2 and personal or len(names) >= 3 and "from" in names
    return end - at if enough else 0


def _field(line: str) -> str:
    hit = _FIELD.match(line[:80])
    return _FIELD_NAMES.get(" ".join(hit.group(1).lower().split()), "") if hit else ""


def _separator(lines: list[str], at: int) -> int:
    """'-----Original Message-----' in its many tongues, or a ruled line above a pasted head."""
    line = lines[at].strip()
    low = line.lower().rstrip(":")
    hit = _TITLE.match(line[:140]) if len(line) < 130 else None
    if (
        hit
        or len(low) < 45
        and low.startswith(
            (
                "begin forwarded",
                "anfang der weitergeleiteten",
                "début du message",
                "inizio messaggio inoltrato",
                "inicio del mensaje reenviado",
            )
        )
    ) and any(w in low for w in (*ORIGINAL, "begin forwarded", "anfang der weiter", "début du message")):
        return 1
    if not _RULE.match(line):
        return 0
    for nxt in range(at + 1, min(at + 4, len(lines))):
        if lines[nxt].strip():
            return nxt - at if _head(lines, nxt) or _separator_title(lines[nxt]) or _attribution(lines, nxt) else 0
    return 0


def _separator_title(line: str) -> bool:
    low = line.strip().lower()
    return len(low) < 80 and any(w in low for w in ORIGINAL)


def _quote_follows(lines: list[str], at: int) -> bool:
    """Whether marked lines come next: then unmarked ones below may be answers and are kept."""
    for line in lines[at : at + 5]:
        if line.strip():
            return _is_quoted(line)
    return False


def _footer(lines: list[str], at: int, kept: list[str], marked: bool) -> int:
    """Lines to drop from `at`: a signature after '-- ', a device line, a list's footer. 0: none.
    `marked` says whether marked lines follow somewhere below."""
    line = lines[at].strip()
    if len(line) > 200 or not (line[:1] in "-—–_=*#" or _is_device(line)):
        return 0
    rest = lines[at + 1 :]
    if line in ("--", "—", "– –", "-- --", "--=20") and at:
        # The signature ends where the quoted mail begins, if anything is quoted below.
        return 1 + (
            next((i for i, r in enumerate(rest) if _is_quoted(r) or _introduction(lines, at + 1 + i)), len(rest))
            if marked
            else len(rest)
        )
    if _is_device(line):
        above = any(k.strip() for k in kept)
        return 1 if marked or not above or _introduced(lines, at + 1) else 1 + len(rest)
    if _RULE.match(line) and len(line) >= 10 and any(k.strip() for k in kept):
        tail = [r for r in rest if r.strip()]
        listed = any("list" in r.lower() or "http" in r.lower() for r in tail)
        return 1 + len(rest) if len(tail) <= 4 and (not tail or listed) else 0
    return 0


def _introduced(lines: list[str], at: int) -> bool:
    return any(_introduction(lines, i) for i in range(at, min(at + 6, len(lines))))


def _is_device(line: str) -> bool:
    low = line.lower().lstrip("*_[( ").split("<http")[0].split("<https")[0].strip()
    if not 5 < len(low) < 75 or not (
        low.startswith(DEVICE) or low.endswith(("から送信", "'umdan gönderildi", "den gönderildi", "에서 보냄"))
    ):
        return False
    return low.count(",") == 0 and len(low.split()) <= 10 and not low.rstrip(".!").count(". ")


def _tidy(lines: list[str]) -> str:
    out: list[str] = []
    for line in lines:
        if line.strip() or (out and out[-1].strip()):
            out.append(line)
    return "\n".join(out).strip("\n ")
