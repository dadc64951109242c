"""Words by language and role, and where roles stand near each other in a sentence.

A file of roles holds lines "en cease: stop | no more | refrain*": a language, a role, and words or short turns, folded
like the text; '*' leaves the ending open. A wording that nobody listed is heard when its roles meet.
"""

from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path

from crm.inbox.lexicon import fold_word

_FOLDER = Path(__file__).parent / "phrases"
_LONGEST = 4  # words of an entry
_DEEPEST = 24  # letters of an open entry
Marks = dict[tuple[str, str], list[int]]


class Roles:
    """The words of one file, found in sentences."""

    def __init__(self, name: str) -> None:
        self._whole: dict[str, set[tuple[str, str]]] = {}
        self._stems: dict[str, set[tuple[str, str]]] = {}
        for line in (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
            head, _, listed = line.partition(": ")
            language, _, role = head.partition(" ")
            for entry in listed.split("|"):
                plain = entry.strip()
                key = " ".join(fold_word(w) for w in plain.rstrip("*").split())
                if key:
                    (self._stems if plain.endswith("*") else self._whole).setdefault(key, set()).add((language, role))

    def marks(self, words: list[str]) -> Marks:
        """For each language and role, at which of the words it stands."""
        out: Marks = {}
        for at in range(len(words)):
            for length in range(1, min(_LONGEST, len(words) - at) + 1):
                run = " ".join(words[at : at + length])
                held = set(self._whole.get(run, ()))
                for cut in range(2, min(len(run), _DEEPEST) + 1):
                    held |= self._stems.get(run[:cut], set())
                for key in held:
                    places = out.setdefault(key, [])
                    if not places or places[-1] != at:
                        places.append(at)
        return out


def languages(marks: Marks, role: str) -> list[str]:
    """In which languages a role stands."""
    return sorted({lang for lang, held in marks if held == role})


def together(marks: Marks, language: str, roles: tuple[str, ...], within: int) -> Iterator[tuple[int, int]]:
    """Where all the roles stand within so many words of the first one, each on a word of its own."""
    for at in marks.get((language, roles[0]), ())[:30]:
        taken = [at]
        for role in roles[1:]:
            places = marks.get((language, role), [])
            near = places[bisect_left(places, at - within) :][: 2 * within + 1]
            free = min(
                (p for p in near if p not in taken and p <= at + within), key=lambda p: abs(p - at), default=None
            )
            if free is None:
                break
            taken.append(free)
        if len(taken) == len(roles):
            yield min(taken), max(taken)
