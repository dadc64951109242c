"""Pure: who goes into the next batch. Nine in ten by what is expected, one in ten to learn from."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crm.learning.model import Fitted

LEARN_AFTER = 50  # pitches sent before any place of a batch is given to exploring
# A draw is normal, the priors are Student-t with three times its variance. With draws as narrow as the fit alone a
# project whose best link type is the worst by the priors can take a year to find it; at full width it strays more.
WIDE = 2.0


@dataclass(frozen=True)
class Picks:
    """Positions into the frame, in order, and which of them are there to be learned from."""

    positions: NDArray[np.intp]
    exploring: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.positions)


def pick(
    prospects: pd.DataFrame,
    fitted: Fitted,
    *,
    size: int,
    rng: np.random.Generator,
    explore: float = 0.10,
    rank: Literal["value", "links"] = "value",
) -> Picks:
    """The next `size` prospects: best first by chance x worth ("value") or by chance ("links").

    After 50 sent pitches the share `explore` goes to those that look best under random draws of the weights, a fresh
    draw for each place so that one batch tries several things.
    `worth` (0-100) is needed for "value"; unknown worth counts as 50. Fewer rows than `size` give fewer picks.
    """
    if rank not in ("value", "links"):
        raise ValueError(f'rank must be "value" or "links", not {rank!r}')
    size = max(0, min(int(size), len(prospects)))
    worth = _worth(prospects) if rank == "value" else np.ones(len(prospects))
    best = np.argsort(-fitted.chance(prospects) * worth, kind="stable")
    n_explore = _places(size, explore, rng) if fitted.n_sent >= LEARN_AFTER else 0
    positions = best[: size - n_explore].tolist()
    left = np.ones(len(prospects), dtype=bool)
    left[positions] = False
    for _ in range(n_explore):
        value = np.where(left, fitted.draw(prospects, rng, wide=WIDE) * worth, -1.0)
        positions.append(int(np.argmax(value)))
        left[positions[-1]] = False
    return Picks(np.array(positions, dtype=np.intp), np.arange(size) >= size - n_explore)


def _worth(prospects: pd.DataFrame) -> NDArray[np.float64]:
    if "worth" not in prospects:
        return np.full(len(prospects), 50.0)
    values = pd.to_numeric(prospects["worth"], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    return np.asarray(np.where(np.isfinite(values), np.clip(values, 0.0, 100.0), 50.0), dtype=np.float64)


def _places(size: int, share: float, rng: np.random.Generator) -> int:
    """The share of the places as a whole number; a fraction is one more place with that probability."""
    exact = size * min(max(share, 0.0), 1.0)
    whole = int(exact + 1e-9)
    return whole + int(rng.random() < exact - whole - 1e-9)
