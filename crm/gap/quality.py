"""The gap without what does not count: noise, nofollow, foreign and weak sites; and what it says in words. Pure.

Of a thousand links of a rival eight hundred may be weak or beside the topic: the real gap is smaller than the counted
one. And fifteen strong links close more of it than fifty weak ones, so sites are weighed by authority as well.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from crm.prospects.classify import Assessed

WEAK = 20.0  # authority on the DR scale below which a site adds nothing that ranks
RELEVANT = 20.0  # least topic fit, as for prospects
PRESENT = 0.05  # share from which a link type counts as one of a side's types


@dataclass(frozen=True, slots=True)
class Held:
    """What one side holds of one site, judged. None: the files do not say."""

    side: str
    clean: bool  # at least one page is no noise
    live: bool
    nofollow: bool | None  # every link is
    link_type: str | None


@dataclass
class SideQuality:
    """One side's sums."""

    judged: float = 0.0
    noise: float = 0.0
    irrelevant: float = 0.0
    nofollow: float = 0.0
    weak: float = 0.0
    adjusted: float = 0.0
    strength: float = 0.0
    types: dict[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for storing."""
        whole = {name: round(getattr(self, name)) for name in ("judged", "noise", "irrelevant", "nofollow", "weak")}
        types = {name: round(n) for name, n in sorted(self.types.items(), key=lambda kn: (-kn[1], kn[0]))}
        return {**whole, "adjusted": round(self.adjusted), "strength": round(self.strength, 1), "types": types}


class Quality:
    """All sides at once; `add` takes one site after the other."""

    def __init__(self) -> None:
        self.sides: dict[str, SideQuality] = {}

    def add(
        self, held: Sequence[Held], *, dr: float | None, relevance: float | None = None, weight: float = 1.0
    ) -> None:
        """Count a site for each side that holds it; `weight` > 1 where only a sample is judged."""
        for one in held:
            side = self.sides.setdefault(one.side, SideQuality())
            side.judged += weight
            if not one.clean or not one.live:
                side.noise += weight
                continue
            kind = one.link_type or "unknown"
            side.types[kind] = side.types.get(kind, 0.0) + weight
            if relevance is not None and relevance < RELEVANT:
                side.irrelevant += weight
            elif one.nofollow:
                side.nofollow += weight
            elif dr is not None and dr < WEAK:
                side.weak += weight
            else:
                side.adjusted += weight
                side.strength += weight * strength(dr)

    def as_dict(self) -> dict[str, dict[str, Any]]:
        """{side: figures}; our own side is the empty name."""
        return {side: figures.as_dict() for side, figures in self.sides.items()}


def held_of(rows: Sequence[Mapping[str, Any]], judged: Sequence[Assessed]) -> list[Held]:
    """What each side holds of one site, from its evidence: the cleanest page counts."""
    sides: dict[str, list[tuple[Mapping[str, Any], Assessed]]] = {}
    for row, found in zip(rows, judged, strict=True):
        sides.setdefault(row["side"], []).append((row, found))
    held = []
    for side, pages in sides.items():
        clean = [(row, found) for row, found in pages if not found.noise]
        live = [(row, found) for row, found in clean if not row["is_lost"]]
        flags = [row["nofollow"] for row, _found in live]
        best = max((found.classified for _row, found in live), key=lambda c: c.confidence, default=None)
        kind = best.link_type.value if best is not None and best.link_type else None
        held.append(Held(side, bool(clean), bool(live), all(flags) if flags and None not in flags else None, kind))
    return held


def strength(dr: float | None) -> float:
    """What one link of such a site brings, 0 to 1: nothing at DR 10, all of it from DR 70; unknown counts as DR 40."""
    return min(1.0, max(0.0, ((40.0 if dr is None else dr) - 10.0) / 60.0))


def links_to_close(missing: float, dr: float) -> int:
    """How many links of sites of this authority close a gap in strength."""
    return math.ceil(missing / strength(dr) - 1e-9) if missing > 0 and strength(dr) else 0


def standing(figures: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The gap in words, from the stored figures of all sides ("" is ours): count, strength, kinds of links."""
    mine = figures.get("", {})
    theirs = [f for side, f in figures.items() if side and f.get("judged")]
    if not theirs or not mine:
        return []
    raw = median(f.get("domains", 0) for f in theirs) - mine.get("domains", 0)
    behind = median(f["adjusted"] for f in theirs) - mine.get("adjusted", 0)
    found = [
        f"Counted, you are {_far(raw)} the median competitor in referring domains; without noise, nofollow, weak and "
        f"unrelated sites you are {_far(behind)} it."
    ]
    missing = median(f["strength"] for f in theirs) - mine.get("strength", 0.0)
    if missing > 0:
        found.append(
            f"Weighed by authority you are {missing:.0f} full-strength links behind: {links_to_close(missing, 70)} "
            f"links of DR 70 close that, or {links_to_close(missing, 30)} of DR 30."
        )
    else:
        found.append(f"Weighed by authority you are {-missing:.0f} full-strength links ahead of the median competitor.")
    lacking = _lacking(mine, theirs)
    if lacking:
        words = ", ".join(name.replace("_", " ") for name in lacking)
        found.append(f"Kinds of links that most competitors have and you do not: {words}.")
    return found


def _far(behind: float) -> str:
    if round(behind) == 0:
        return "level with"
    return f"{abs(behind):,.0f} {'behind' if behind > 0 else 'ahead of'}"


def _lacking(mine: Mapping[str, Any], theirs: Sequence[Mapping[str, Any]]) -> list[str]:
    """Link types that most rivals have and we do not, commonest first."""
    ours = _present(mine.get("types", {}))
    found: dict[str, int] = {}
    for one in theirs:
        for name in _present(one.get("types", {})) - ours - {"unknown"}:
            found[name] = found.get(name, 0) + 1
    return sorted((n for n, k in found.items() if k > len(theirs) / 2), key=lambda n: (-found[n], n))


def _present(types: Mapping[str, float]) -> set[str]:
    total = sum(types.values())
    return {name for name, n in types.items() if total and n >= PRESENT * total}
