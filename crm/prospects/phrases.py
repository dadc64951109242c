"""Finding words and phrases of many languages in short texts, fast and with the place where they stood.

A table gives each tag its phrases in one string, split by `;`. `*` at the end of a word means "any ending", `#` stands
for a number. Latin and Cyrillic text is compared without case and accents, word by word; phrases of scripts that do
not part words (Chinese, Japanese, Thai) are found anywhere in the text.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_EAST = str.maketrans("ıøłđßæœ", "iold\u0073ao")
_STEM = 3  # letters of a stem that index it; shorter stems are not allowed


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Lower case without accents, so that `Réalisations` and `realisations` are one word."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    return "".join(c for c in plain if not unicodedata.combining(c)).translate(_EAST)


def words(text: str) -> list[str]:
    """The words of a text, folded; numbers are words."""
    return _WORD.findall(fold(text))


class Phrases:
    """A compiled table of phrases."""

    def __init__(self, table: Mapping[str, str]) -> None:
        self._exact: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        self._stems: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        self._numbers: list[tuple[str, tuple[str, ...]]] = []
        self._unspaced: list[tuple[str, str]] = []
        for tag, listed in table.items():
            for phrase in filter(None, (p.strip() for p in listed.split(";"))):
                self._add(tag, phrase)

    def _add(self, tag: str, phrase: str) -> None:
        if _UNSPACED.search(phrase):
            self._unspaced.append((tag, fold(phrase)))
            return
        parts = tuple("#" if w == "#" else fold(w) for w in phrase.split())
        first = parts[0]
        if first == "#":
            self._numbers.append((tag, parts))
        elif first.endswith("*"):
            if len(first) <= _STEM:
                raise ValueError(f"the stem {first!r} is too short to index")
            self._stems.setdefault(first[:_STEM], []).append((tag, parts))
        else:
            self._exact.setdefault(first, []).append((tag, parts))

    def find(self, found: Sequence[str], text: str = "") -> dict[str, str]:
        """Tag -> the words that matched first, for a list of words and, for unspaced scripts, the text itself."""
        hits: dict[str, str] = {}
        exact, stems = self._exact, self._stems
        for at, word in enumerate(found):
            here = exact.get(word)
            near = stems.get(word[:_STEM])
            if here is None and near is None and not (self._numbers and word.isdigit()):
                continue
            for tag, parts in self._candidates(word):
                if tag not in hits and _matches(found, at, parts):
                    hits[tag] = " ".join(found[at : at + len(parts)])
        if text and self._unspaced and _UNSPACED.search(text):
            plain = fold(text)
            for tag, phrase in self._unspaced:
                if tag not in hits and phrase in plain:
                    hits[tag] = phrase
        return hits

    def _candidates(self, word: str) -> Iterable[tuple[str, tuple[str, ...]]]:
        yield from self._exact.get(word, ())
        yield from self._stems.get(word[:_STEM], ())
        if word.isdigit():
            yield from self._numbers


def _matches(found: Sequence[str], at: int, parts: tuple[str, ...]) -> bool:
    if at + len(parts) > len(found):
        return False
    return all(_same(found[at + i], part) for i, part in enumerate(parts))


def _same(word: str, part: str) -> bool:
    if part == "#":
        return word.isdigit() and len(word) <= 3
    if part == "*":
        return True
    if part.endswith("*"):
        return word.startswith(part[:-1])
    return word == part
