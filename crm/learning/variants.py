"""Pure: at most three wordings of a first mail against each other. Small tests rarely have a winner, and say so."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv

MOST = 3
SURE = 0.95
DRAWS = 20_000
PRIOR = (2.0, 22.0)  # 8.5 % of pitches are answered at all; weak


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
    a = np.array([PRIOR[0] + won for _, _, won in counts])
    b = np.array([PRIOR[1] + max(0, n - won) for _, n, won in counts])
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
    a = [PRIOR[0] + won for _, _, won in shown]
    b = [PRIOR[1] + max(0, n - won) for _, n, won in shown]
    return shown[int(np.argmax(rng.beta(a, b)))][0]
