"""Pure: how long until an answer or a link, when some are still out (Kaplan-Meier), as the share that came by a day."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Curve:
    """Share arrived by each day, of all pitches; `half` is the median wait of those that came."""

    days: list[float]
    shares: list[float]
    n: int
    came: int
    half: float | None


def curve(waited: Sequence[float | None], could_wait: Sequence[float]) -> Curve:
    """`waited`: days until it came, None while it has not. `could_wait`: days since the mail left (censoring)."""
    came = np.array([w is not None and w >= 0 for w in waited], dtype=bool)
    at = np.array([w if w is not None and w >= 0 else c for w, c in zip(waited, could_wait, strict=True)], dtype=float)
    if not len(at) or not came.any():
        return Curve([0.0], [0.0], len(at), 0, None)
    alive, days, shares = 1.0, [0.0], [0.0]
    for day in np.unique(at[came]):
        alive *= 1 - (came & (at == day)).sum() / (at >= day).sum()
        days.append(float(day))
        shares.append(float(1 - alive))
    return Curve(days, shares, len(at), int(came.sum()), float(np.median(at[came])))
