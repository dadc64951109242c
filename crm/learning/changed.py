"""Pure: why a prospect's chance changed between two fits, in the terms of its explanation."""

from collections.abc import Sequence

WORTH_SAYING = 1.02  # a term nearer to its old value than this explains nothing
MOST = 2

Lines = Sequence[tuple[str, float]]


def why(before: Lines, after: Lines, placed_before: float, placed_after: float) -> str:
    """The terms that moved most, such as "your own results with resource pages ×1.12 → ×2.96"; empty when none did.

    `placed_before` and `placed_after` are the shares of interested people who place the link.
    """
    old, new = ({_term(words): factor for words, factor in lines} for lines in (before, after))
    moved = [(name, old.get(name, 1.0), new.get(name, 1.0)) for name in dict.fromkeys([*new, *old])]
    moved.append(("placed once interested", placed_before, placed_after))
    told = sorted((_ratio(a, b), name, a, b) for name, a, b in moved)
    strongest = [(name, a, b) for ratio, name, a, b in reversed(told) if ratio >= WORTH_SAYING][:MOST]
    return "; ".join(_words(name, a, b) for name, a, b in strongest)


def _ratio(a: float, b: float) -> float:
    return max(a, b) / max(min(a, b), 1e-12)


def _term(words: str) -> str:
    """The part of the words that stays the same from fit to fit: "resource page", "DR", "your own results with ..."."""
    return words.split(":")[0].rstrip("0123456789 ")


def _words(name: str, a: float, b: float) -> str:
    if name == "placed once interested":
        return f"{name} {a:.0%} → {b:.0%}"
    return f"{name} ×{a:.2f} → ×{b:.2f}"
