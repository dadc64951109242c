"""Reads the phrase lists in phrases/: lines of one language, phrases between bars, '~' for a gap, '*' for any ending.

Text and phrases go through the same folding (lower case, no accents, contractions written out), so that a list
holds each phrase once however people type it.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).parent / "phrases"
GAP = 46  # letters that may stand in a '~'
_TOKEN = re.compile(
    r"https?://[^\s<>]{1,300}|www\.[^\s<>]{1,300}|[^\s<>@,;:()\[\]\"']{1,80}@[^\s<>@,;:()\[\]\"']{2,120}|\d[\d.,]{0,12}|[eE]-[mM]ails?(?![^\W\d_])|[^\W\d_]+(?:['’`´][^\W\d_]+){0,2}|[€$£¥?!]|[.;:\n…。！？]"
)
_ENDS = set(".!?;\n…。！？")
_SPECIAL = str.maketrans(
    {"ß": "ss", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ı": "i", "’": "'", "`": "'", "´": "'"}
)
_CONTRACTED = {
    "won't": "will not", "wont": "will not", "can't": "can not", "cant": "can not", "cannot": "can not",
    "dont": "do not", "doesnt": "does not", "didnt": "did not", "isnt": "is not", "arent": "are not",
    "im": "i am", "ive": "i have", "thats": "that is", "let's": "let us", "lets": "let us", "u": "you",
    "pls": "please", "plz": "please", "thx": "thanks",
}  # fmt: skip
_ENDINGS = {"n't": " not", "'m": " am", "'re": " are", "'ll": " will", "'ve": " have", "'d": " would"}
_IS = {"it", "that", "there", "here", "what", "who", "he", "she", "where", "everything", "link", "nobody"}


@dataclass(frozen=True)
class Token:
    """One folded word and where it stands in the text."""

    word: str
    start: int
    end: int


@dataclass(frozen=True)
class Sentence:
    """A sentence: its folded words with single spaces around, and a way back to the text."""

    words: str
    tokens: tuple[Token, ...]
    asks: bool
    commas: tuple[int, ...] = ()

    def broken(self, start: int, end: int) -> bool:
        """Whether a comma stands between the folded letters from `start` to `end`."""
        first, last = self.span(start, end)
        return any(first < at < last for at in self.commas)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the text of the folded letters from `start` to `end`."""
        offset, first, last = 1, None, None
        for token in self.tokens:
            if offset < end and offset + len(token.word) > start:
                first = token if first is None else first
                last = token
            offset += len(token.word) + 1
        return (first.start, last.end) if first and last else (0, 0)


def fold_word(word: str) -> str:
    """Lower case, no accents; an English contraction is written out, other apostrophes part words."""
    low = word.lower().translate(_SPECIAL).replace("e-mail", "email")
    if low in _CONTRACTED:
        return _CONTRACTED[low]
    for ending, full in _ENDINGS.items():
        if low.endswith(ending) and len(low) > len(ending):
            return low.removesuffix(ending) + full
    if low.endswith("'s") and low[:-2] in _IS:
        return low[:-2] + " is"
    plain = unicodedata.normalize("NFKD", low)
    return "".join(c for c in plain if not unicodedata.combining(c)).replace("'", " ")


def sentences(text: str) -> list[Sentence]:
    """The sentences of a text; one line break does not end one, a blank line does."""
    out: list[Sentence] = []
    tokens: list[Token] = []
    asks = False
    commas = tuple(i for i, c in enumerate(text[:20_000]) if c in ",;:")
    for hit in _TOKEN.finditer(text[:20_000]):
        word = hit.group(0)
        if word == "\n" and not _paragraph(text, hit.start()):
            continue
        if word == "." and _abbreviated(text, hit.start()):
            continue
        if word in _ENDS:
            if word == "?" or word == "？":
                asks = True
            if tokens or asks:
                out.append(_sentence(tokens, asks, commas))
            tokens, asks = [], False
            continue
        tokens += [Token(w, hit.start(), hit.end()) for w in _folded(word).split()]
    if tokens:
        out.append(_sentence(tokens, asks, commas))
    return out[:400]


def phrases(name: str) -> tuple[str, ...]:
    """The folded phrases of the list `name`; the language marks at the start of its lines are for the reader."""
    found = []
    for line in (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        found += [_phrase(p) for p in line.partition(": ")[2].split("|")]
    return tuple(dict.fromkeys(p for p in found if p))


class Phrases:
    """A list of phrases by their first word, so that a sentence meets only those that can begin in it."""

    def __init__(self, listed: tuple[str, ...]) -> None:
        self.listed = listed
        self._whole: dict[str, list[str]] = {}
        self._stems: dict[str, list[str]] = {}
        for phrase in listed:
            head = phrase.partition("~")[0][1:]
            word, space, _ = head.partition(" ")
            (self._whole if space else self._stems).setdefault(word if space else word[:2], []).append(phrase)

    def places(self, words: str) -> Iterator[tuple[int, int]]:
        """Every phrase of the list that stands in the folded words, where it stands, in the order of the words."""
        for word in dict.fromkeys(words.split()):
            for phrase in (*self._whole.get(word, ()), *self._stems.get(word[:2], ())):
                place = find(words, phrase)
                if place is not None:
                    yield place

    def __contains__(self, words: str) -> bool:
        return next(self.places(words), None) is not None


def find(words: str, phrase: str) -> tuple[int, int] | None:
    """Where the folded `phrase` stands in the folded `words`, or None. Linear: the gap is bounded."""
    head, *tails = phrase.split("~")
    at = words.find(head)
    for _ in range(20):
        if at < 0:
            return None
        end = at + len(head)
        for tail in tails:
            found = words.find(tail, end - 1, end + GAP + len(tail))
            end = found + len(tail) if found >= 0 else -1
            if end < 0:
                break
        if end >= 0:
            return at + 1, end
        at = words.find(head, at + 1)
    return None


def _phrase(text: str) -> str:
    out = []
    for side in text.strip().split("~"):
        open_end = side.rstrip().endswith("*")
        words = " ".join(w for t in _TOKEN.findall(side.strip().rstrip("*")) for w in _folded(t).split())
        if not words:
            return ""
        out.append(" " + words + ("" if open_end else " "))
    return "~".join(out)


def _folded(word: str) -> str:
    if word.startswith(("http", "www.")):
        return "@url"
    return "@mail" if "@" in word else fold_word(word)


def _abbreviated(text: str, at: int) -> bool:
    """The full stop of "a.u.b." or "z.B." ends no sentence."""
    follows = text[at + 1 : at + 2].isalpha()
    return (
        follows
        or at >= 2
        and text[at - 2] == "."
        or at >= 1
        and text[at - 1 : at].isalpha()
        and text[at - 2 : at - 1] in (" ", "")
    )


def _paragraph(text: str, at: int) -> bool:
    following = text[at + 1 : at + 60].lstrip(" \t\r>")
    line = text[text.rfind("\n", 0, at) + 1 : at].strip()
    return following[:1] in ("\n", "-", "*", "•", "") or len(line) < 32


def _sentence(tokens: list[Token], asks: bool, commas: tuple[int, ...]) -> Sentence:
    return Sentence(" " + " ".join(t.word for t in tokens) + " ", tuple(tokens), asks, commas)
