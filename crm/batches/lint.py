"""The mail checker. Pure.

Levels: `error` holds this recipient (never the batch), `warn` wants a look, `info` is said once. The rules and their
levels follow the project's lint table (sources: CAN-SPAM, Google's link spam policy, published reply studies).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from crm.batches import wordlists
from crm.batches.fields import FIELDS
from crm.batches.openings import same_words

WORDS_WARN, WORDS_MAX = 150, 200
SUBJECT_MIN, SUBJECT_MAX = 15, 60
LINKS_MAX = 2
SAME_SHARE = 0.9
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"“”]+", re.IGNORECASE)
_LEFTOVER = re.compile(r"\{\{|\}\}|\{%|%\}|\[(?:name|first[ _]?name|site|company|url|page)\]", re.IGNORECASE)
_NOTHING = re.compile(r"(?:^|[\s“(])(?:None|nan|NaN|null|undefined)(?=[\s.,;:!?”)]|$)")
_EMPTY_GREETING = re.compile(r"^\s*(?:hi|hello|hey|dear)\s*[,!]", re.IGNORECASE)
_BARE_HELLO = re.compile(r"^\s*hello,", re.IGNORECASE)
_EMPTY_SLOT = re.compile(r"“\s*”|\(\s*\)|\"\s*\"")
_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf\U0001f1e6-\U0001f1ff]")
_HTML = re.compile(r"</?(?:a|b|br|p|div|img|span|table|html)\b[^>]*>", re.IGNORECASE)


@dataclass(frozen=True)
class Finding:
    """One remark: the rule's name, its level, a sentence, and the field or part that mends it."""

    rule: str
    level: str
    words: str
    mend: str = ""


@dataclass(frozen=True)
class Draft:
    """One rendered mail and what its checker must know. `used` are the fields that really filled it."""

    key: str
    step_no: int
    subject: str
    body: str
    values: dict[str, str] = field(default_factory=dict)
    used: frozenset[str] = frozenset()
    uses_opening: bool = True
    own_domains: tuple[str, ...] = ()
    site: str = ""
    long_allowed: bool = False


def word_count(text: str) -> int:
    """Words as people count them: addresses and rules of dashes are no words."""
    return sum(1 for w in _URL.sub(" ", text).split() if any(c.isalnum() for c in w))


def links(text: str) -> list[str]:
    """The addresses in a text, without the punctuation that follows them."""
    return [u.rstrip(".,;:!?)’'") for u in _URL.findall(text)]


def check(draft: Draft) -> list[Finding]:
    """All remarks on one mail by itself, errors first."""
    found = [
        *_unfilled(draft),
        *_subject(draft),
        *_length(draft),
        *_personal(draft),
        *_links(draft),
        *_words(draft),
    ]
    return sorted(found, key=lambda f: ("error", "warn", "info").index(f.level))


def compare(drafts: Sequence[Draft]) -> dict[str, list[Finding]]:
    """Remarks that need the other first mails of the batch: the same first line, nearly the same mail. By key."""
    found: dict[str, list[Finding]] = {d.key: [] for d in drafts}
    seen: list[tuple[str, Draft]] = []
    for draft in drafts:
        line = first_line(draft)
        twin = next((d for text, d in seen if same_words(text, line)), None)
        if twin is not None:
            words = f"The first line is the same as for {twin.site or twin.key}. Write one that fits only this page."
            found[draft.key].append(Finding("opening_repeated", "error", words, "opening_line"))
        seen.append((line, draft))
    for key, other in _near_copies(drafts).items():
        words = f"Almost the same mail as to {other}: nine in ten phrases are equal."
        found[key].append(Finding("copy_paste", "warn", words, "opening_line"))
    return found


def holds(findings: Sequence[Finding]) -> bool:
    """Whether this recipient must wait for a person."""
    return any(f.level == "error" for f in findings)


def first_line(draft: Draft) -> str:
    """The personal line; when the pitch has none, the first paragraph after the greeting."""
    if draft.uses_opening:
        return draft.values.get("opening_line", "")
    parts = [p.strip() for p in draft.body.split("\n\n") if p.strip()]
    return parts[1] if len(parts) > 1 and len(parts[0]) < 40 else (parts[0] if parts else "")


def _unfilled(draft: Draft) -> list[Finding]:
    found = []
    if draft.uses_opening and draft.step_no == 1 and not draft.values.get("opening_line", "").strip():
        words = "There is no personal first line, and the linking page gives too little to propose one."
        found.append(Finding("opening_empty", "error", words, "opening_line"))
    for part, text in (("subject", draft.subject), ("body", draft.body)):
        match = _LEFTOVER.search(text)
        if match:
            found.append(Finding("unresolved", "error", f"“{match.group()}” is left in the {part}.", part))
        match = _NOTHING.search(text)
        if match:
            found.append(Finding("empty_value", "error", f"The {part} says “{match.group().strip()}”.", part))
    if _EMPTY_GREETING.match(draft.body) and not _BARE_HELLO.match(draft.body):
        found.append(Finding("empty_greeting", "error", "The greeting has no name.", "first_name"))
    if _EMPTY_SLOT.search(draft.body) or _EMPTY_SLOT.search(draft.subject):
        found.append(Finding("empty_slot", "error", "Something is missing between quotes or brackets.", "body"))
    if not draft.body.strip():
        found.append(Finding("empty_body", "error", "The mail has no text.", "body"))
    return found


def missing(names: frozenset[str], values: dict[str, str], may_be_empty: frozenset[str]) -> list[Finding]:
    """An error for each field that a pitch uses and that is empty for this recipient."""
    gone = [n for n in FIELDS if n in names and n not in may_be_empty and n != "opening_line" and not values.get(n)]
    return [Finding("field_empty", "error", f"{FIELDS[n].words}: not known here ({n}).", n) for n in gone]


def _subject(draft: Draft) -> list[Finding]:
    text = draft.subject.strip()
    found = []
    if not text:
        found.append(Finding("subject_empty", "error", "The subject is empty.", "subject"))
    elif draft.step_no == 1 and re.match(r"(?:re|fwd?|aw|wg|tr|rv)\s*(?:\[\d+\])?\s*:", text, re.IGNORECASE):
        words = "A first mail must not look like an answer or a forwarded mail."
        found.append(Finding("false_reply", "error", words, "subject"))
    if draft.step_no > 1 or not text:
        return found
    if len(text) > SUBJECT_MAX:
        found.append(
            Finding("subject_long", "warn", f"The subject has {len(text)} characters; 60 is enough.", "subject")
        )
    if len(text) < SUBJECT_MIN:
        found.append(Finding("subject_short", "warn", "The subject says too little.", "subject"))
    letters = [c for c in text if c.isalpha()]
    if len(letters) > 8 and sum(c.isupper() for c in letters) > 0.7 * len(letters):
        found.append(Finding("subject_caps", "warn", "The subject is in capitals.", "subject"))
    if text.count("!") >= 2 or _EMOJI.search(text):
        found.append(Finding("subject_loud", "warn", "Exclamation marks or emoji in the subject.", "subject"))
    return found


def _length(draft: Draft) -> list[Finding]:
    n = word_count(draft.body)
    if n > WORDS_MAX:
        level = "warn" if draft.long_allowed else "error"
        return [Finding("too_long", level, f"{n} words. Over {WORDS_MAX}, cut it down.", "body")]
    if n > WORDS_WARN:
        return [Finding("long", "warn", f"{n} words; 50 to 125 are read most.", "body")]
    return []


def _personal(draft: Draft) -> list[Finding]:
    """The mail must name the page, and say where the link would go."""
    if draft.step_no > 1:
        return []
    found = []
    filled = [n for n in draft.used if FIELDS[n].personal and draft.values.get(n)]
    if len(filled) < 2:
        words = "Fewer than two personal facts outside the greeting: it reads like a mass mail."
        found.append(Finding("not_personal", "warn", words, "body"))
    page = [draft.values.get("page_title", ""), draft.values.get("page_url", "").split("://")[-1]]
    places = [draft.values.get(n, "") for n in ("anchor", "link_context", "placement", "competitor_site")]
    body = draft.body.casefold()
    named = any(p and p.casefold() in body for p in page)
    if not named or not any(p and p.casefold() in body for p in places):
        words = "It does not name the linking page and where on it the link would go."
        found.append(Finding("no_placement", "warn", words, "page_title"))
    return found


def _links(draft: Draft) -> list[Finding]:
    found = []
    all_links = list(dict.fromkeys(links(draft.body)))
    if len(all_links) > LINKS_MAX:
        found.append(Finding("many_links", "warn", f"{len(all_links)} links; two are enough.", "body"))
    for link in all_links:
        host = re.sub(r"^(?:https?://)?(?:www\.)?", "", link, flags=re.IGNORECASE).split("/")[0].lower()
        if host in wordlists.SHORTENERS:
            found.append(
                Finding("shortener", "error", f"{host} hides where the link goes. Use the full address.", "body")
            )
        elif not _belongs(host, (*draft.own_domains, draft.site)):
            found.append(Finding("foreign_link", "warn", f"A link to {host}, neither your site nor theirs.", "body"))
        if link.lower().startswith("http://") and _belongs(host, draft.own_domains):
            found.append(Finding("plain_http", "warn", f"{link} is not https.", "target_url"))
    return found


def _words(draft: Draft) -> list[Finding]:
    text = f"{draft.subject}\n{draft.body}".casefold()
    own = " ".join(v.casefold() for n, v in draft.values.items() if FIELDS[n].personal)
    found = []
    for rule, level, phrases, words in wordlists.GROUPS:
        hit = next((p for p in phrases if _says(text, p) and not _says(own, p)), None)
        if hit:
            found.append(Finding(rule, level, words.format(hit), "body"))
    if _HTML.search(draft.body):
        found.append(Finding("html", "warn", "Plain text only: take the HTML out.", "body"))
    return found


def _says(text: str, phrase: str) -> bool:
    return phrase in text and re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", text) is not None


def _belongs(host: str, domains: Sequence[str]) -> bool:
    return any(d and (host == d or host.endswith("." + d)) for d in domains)


def _near_copies(drafts: Sequence[Draft]) -> dict[str, str]:
    """Keys of mails of which 90 % of the five-word runs stand in one earlier mail, with that mail's site."""
    found: dict[str, str] = {}
    before: list[tuple[str, set[tuple[str, ...]]]] = []
    for draft in drafts:
        words = re.findall(r"\w+", draft.body.casefold())
        runs = {tuple(words[i : i + 5]) for i in range(len(words) - 4)}
        for site, other in before:
            if runs and len(runs & other) >= SAME_SHARE * len(runs):
                found[draft.key] = site
                break
        before.append((draft.site or draft.key, runs))
    return found
