"""Pure: how long answers and links take, and what a silence of some days says. Log-normal, days."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtr

from crm.learning.priors import Delay

Floats = NDArray[np.float64]
ENOUGH = 25  # observed delays before the curve is drawn towards the project's own
MOST = 250  # observations looked at, spread evenly over all of them; more change nothing but the time
PSEUDO = 30.0  # weight of the shipped curve, in observations
_FACTORS = np.exp(np.linspace(np.log(0.2), np.log(5.0), 33))
_SPREADS = np.linspace(0.5, 1.7, 13)


def arrived(days: Floats, delay: Delay) -> Floats:
    """Share of those that will come at all which have come after so many days (0 for negative or unknown ages)."""
    known = np.where(np.isfinite(days) & (days > 0), days, 1.0)
    share = ndtr(np.log(known / delay.median) / delay.spread)
    return np.asarray(np.where(np.isfinite(days) & (days > 0), share, 0.0), dtype=np.float64)


def estimate(waited: Floats, could_wait: Floats, shipped: Delay) -> Delay:
    """The delay curve of this project, drawn towards the shipped one.

    `waited`: days until it came, for those that came. `could_wait`: days since the mail left, the longest delay that
    could have been seen; without it young projects would look fast. Grid search, deterministic. With fewer than 25
    observations the shipped curve stays.
    """
    good = np.isfinite(waited) & np.isfinite(could_wait) & (waited > 0) & (could_wait >= waited)
    if good.sum() < ENOUGH:
        return shipped
    order = np.lexsort((could_wait[good], waited[good]))
    chosen_rows = order[np.linspace(0, len(order) - 1, min(len(order), MOST)).round().astype(int)]
    seen, longest = np.log(waited[good][chosen_rows])[:, None], np.log(could_wait[good][chosen_rows])[:, None]
    weight = len(order) / len(chosen_rows)
    best, chosen = -np.inf, shipped
    for spread in _SPREADS:
        centre = np.log(shipped.median * _FACTORS)[None, :]
        z, zmax = (seen - centre) / spread, (longest - centre) / spread
        fit = (-0.5 * z**2 - np.log(spread) - log_ndtr(zmax)).sum(axis=0) * weight
        drift = (centre[0] - np.log(shipped.median)) ** 2 + (spread - shipped.spread) ** 2
        value = fit - 0.5 * PSEUDO * drift
        at = int(np.argmax(value))
        if value[at] > best:
            best, chosen = float(value[at]), Delay(float(shipped.median * _FACTORS[at]), float(spread))
    return chosen
