"""The place on their page where our link would stand, and the words of ours that belong there. Pure.

Their sentence is found in the text of the page as it was read, not in the export: by the words of the link to the
competitor, and by which of several equal ones it is.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import Any

from crm import domains
from crm.prospects.relevance import tokens

BESIDE = 220  # letters of their sentence on either side of the link
LONGEST = 320  # letters of a passage of ours
ENOUGH = 2  # words in common below which nothing is said
SUBJECTS, OFTEN = 12, 3  # so many subjects of a page are kept; each stands on it so often
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+")
_WORD = re.compile(r"[^\W\d_][\w-]{3,}", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Quote:
    """Their sentence around the link, the heading above it, and the part of the page in which it stands."""

    before: str
    anchor: str
    after: str
    heading: str = ""
    position: str = ""
    rel: str = ""


def quote(facts: Mapping[str, Any], linked: str, context: str = "") -> Quote | None:
    """The passage of a read page around its link to `linked`; to another page of the same site when that one is gone.

    Where the words of the link stand several times, the place counts that shares words with `context` (the export's
    words around the link) or names the linked site. None when the page has no such link, or none that a reader sees.
    """
    links = [x for x in facts.get("links") or () if not x.get("hidden") and (x.get("anchor") or "").strip()]
    link = _chosen(links, linked)
    if link is None:
        return None
    anchor = " ".join(str(link["anchor"]).split())
    lines = str(facts.get("text") or "").split("\n")
    near = {*tokens(context), *tokens((domains.registrable(link["url"]) or "").partition(".")[0])}
    at = _line_of(lines, anchor, near - set(tokens(anchor)), _turn(links, link))
    if at is None:
        return Quote("", anchor, "", "", link.get("position") or "", link.get("rel") or "")
    line = " ".join(lines[at].split())
    start = line.casefold().find(anchor.casefold())
    before, after = _cut(line[:start], line[start + len(anchor) :])
    headings = {" ".join(str(h).split()) for h in facts.get("headings") or ()}
    above = next((x for x in reversed([" ".join(y.split()) for y in lines[:at]]) if x in headings), "")
    return Quote(before, anchor, after, above[:120], link.get("position") or "", link.get("rel") or "")


def ours(text: str, theirs: Sequence[str]) -> str:
    """The passage of our page that answers what they speak of; empty when nothing of it does."""
    passages = [p for p in _passages(text) if len(p) >= 40]
    wanted = {w for part in theirs for w in tokens(part)}
    if not passages or not wanted:
        return ""
    words = [Counter(tokens(p)) for p in passages]
    spread = Counter(w for counted in words for w in counted)
    best, score, common = "", 0.0, 0
    for passage, counted in zip(passages, words, strict=True):
        shared = [w for w in counted if w in wanted]
        near = sum(log(1 + len(passages) / spread[w]) for w in shared) / sqrt(4 + len(counted))
        whole = sum(not w.startswith("~") for w in shared)
        if near > score and len(shared) >= ENOUGH:
            best, score, common = passage, near, whole
    return best if common else ""


def subjects(text: str, names: Sequence[str] = ()) -> list[str]:
    """The words a page keeps coming back to, most frequent first; without `names` (of sites, which are no subject)."""
    left_out = {w for name in names for w in tokens(name)}
    counted: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for word in _WORD.findall(text):
        form = next((f for f in tokens(word)), "")
        if form and form not in left_out and len(word) >= 5:
            key = form.rstrip("s")
            counted[key] += 1
            shown.setdefault(key, word.lower())
    return [shown[key] for key, n in counted.most_common(SUBJECTS) if n >= OFTEN]


def shared(text: str, theirs: Sequence[str], most: int = 4) -> list[str]:
    """Subjects of theirs that our page speaks of as well: the common ground."""
    have = set(tokens(text))
    return [word for word in theirs if any(form in have for form in tokens(word) if form[0] != "~")][:most]


def lacking(text: str, theirs: Sequence[str], most: int = 3) -> list[str]:
    """Words of their link and of the page it leads to that ours never uses: what their readers came for."""
    have = set(tokens(text))
    said = dict.fromkeys(word.lower() for part in theirs for word in _WORD.findall(part))
    return [w for w in said if (forms := list(tokens(w))) and not any(f in have for f in forms)][:most]


def _chosen(links: Sequence[Mapping[str, Any]], linked: str) -> Mapping[str, Any] | None:
    key, site = domains.url_key(linked), domains.registrable(linked)
    exact = next((x for x in links if domains.url_key(x["url"]) == key), None)
    return exact or next((x for x in links if site and domains.registrable(x["url"]) == site), None)


def _turn(links: Sequence[Mapping[str, Any]], link: Mapping[str, Any]) -> int:
    """How many links of the same part of the page have the same words before this one."""
    same = [x for x in links if x["anchor"] == link["anchor"] and x.get("position") == link.get("position")]
    return next((n for n, x in enumerate(same) if x is link), 0)


def _line_of(lines: Sequence[str], anchor: str, near: set[str], turn: int) -> int | None:
    found = [n for n, line in enumerate(lines) if anchor.casefold() in " ".join(line.split()).casefold()]
    shared = [len(near & set(tokens(lines[n]))) for n in found]
    if shared and max(shared) > min(shared):
        return found[shared.index(max(shared))]
    return found[min(turn, len(found) - 1)] if found else None


def _cut(before: str, after: str) -> tuple[str, str]:
    """The sentence alone, and at most so much of it."""
    before, after = _SENTENCE.split(before)[-1], _SENTENCE.split(after)[0]
    if len(before) > BESIDE:
        before = "… " + before[-BESIDE:].partition(" ")[2]
    if len(after) > BESIDE:
        after = after[:BESIDE].rpartition(" ")[0] + " …"
    return before, after


def _passages(text: str) -> list[str]:
    """Our page in pieces of one or two sentences."""
    made: list[str] = []
    for line in text.split("\n"):
        sentences = [x.strip() for x in _SENTENCE.split(line) if x.strip()]
        for n, sentence in enumerate(sentences):
            following = sentences[n + 1] if n + 1 < len(sentences) else ""
            both = f"{sentence} {following}".strip()
            made.append(both if len(both) <= LONGEST else sentence[:LONGEST])
    return list(dict.fromkeys(made))
