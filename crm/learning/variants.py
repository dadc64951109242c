"""Pure: at most three wordings of a first mail against each other. Small tests rarely have a winner, and say so."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

MOST = 3
SURE = 0.95
DRAWS = 20_000
USUAL, FAINT = 0.085, 4.0  # of pitches are answered at all; believed only until a few answers are in
WEIGHT = 24.0  # pitches that the share of all wordings together counts for in each of them


@dataclass(frozen=True)
class Variant:
    """One wording: pitches old enough to judge, answers, rate with its 80 % interval, chance of being the best."""

    name: str
    n: int
    answers: int
    rate: float
    low: float
    high: float
    best: float

    @property
    def wins(self) -> bool:
        """Named the better one only from 95 % on."""
        return self.best >= SURE


def compare(counts: Sequence[tuple[str, int, int]]) -> list[Variant]:
    """Variants as (name, matured pitches, answers). Deterministic."""
    if not counts:
        return []
    a, b = _posterior(counts)
    draws = np.random.default_rng(1).beta(a, b, size=(DRAWS, len(counts)))
    best = np.bincount(draws.argmax(axis=1), minlength=len(counts)) / DRAWS
    low, high = betaincinv(a, b, 0.10), betaincinv(a, b, 0.90)
    return [
        Variant(name, n, won, float(a[i] / (a[i] + b[i])), float(low[i]), float(high[i]), float(best[i]))
        for i, (name, n, won) in enumerate(counts)
    ]


def next_variant(counts: Sequence[tuple[str, int, int]], rng: np.random.Generator) -> str:
    """Which wording the next recipient gets: one Thompson draw on matured answers, of at most three."""
    shown = list(counts)[:MOST]
    a, b = _posterior(shown)
    return shown[int(np.argmax(rng.beta(a, b)))][0]


def _posterior(counts: Sequence[tuple[str, int, int]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Beta of each wording. All start from the answers of all together: from a fixed share, the wording with fewer
    pitches would look the worse one wherever people answer more often than that."""
    n, won = (np.array([float(c[i]) for c in counts]) for i in (1, 2))
    shared = (FAINT * USUAL + won.sum()) / (FAINT + np.maximum(n, won).sum())
    return WEIGHT * shared + won, WEIGHT * (1 - shared) + np.maximum(0.0, n - won)
