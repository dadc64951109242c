"""Pure: how far a link type may be believed to be better than its prior, and what a flood of wins is worth.

Each type's pitches are looked at week by week. Its best weeks are left out of the record that says how many wins a week
may hold, so that wins invented in a few weeks are worth little. A type may go 2 beyond its prior on the log odds, or
further where that record goes further, as long as wins and losses come mixed as they do among people.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from crm.learning import newton
from crm.learning.features import Bools, Floats, Happened, Traits
from crm.learning.priors import CAP

WEEKS = 4  # with wins or losses of a type before its record moves what is believed of it
LEFT_OUT = 0.25  # share of its weeks, the best, that the record does without
SMOOTH = 10.0  # pitches at the prior that the record is mixed with
FEW = 3.0  # wins of one type that any week may have
PLAUSIBLE, FLOOD = 0.5, 0.65  # share of average sites interested: believed up to the first, not at all from the second


@dataclass(frozen=True)
class Trust:
    """Weight of each row, and the lowest and highest offset of each type from its prior (last: type unknown)."""

    weight: Floats
    low: Floats
    high: Floats


def trust(traits: Traits, events: Happened, arrived: Floats, expected: Floats, base: Floats) -> Trust:
    """What each row counts. `expected`: log odds that the priors give it; `arrived`: how far its silence is a no."""
    n, types = len(base), traits.link_type
    wins = events.interested.astype(np.float64)
    losses = np.where(events.refused, 1.0, arrived * ~events.interested)
    middle = _sum(types, expected, n) / np.maximum(_sum(types, np.ones(len(types)), n), 1.0)
    week = np.minimum(np.floor(events.age / 7), 9999).astype(np.intp)
    where, cell = np.unique(types * 10_000 + week, return_inverse=True)
    won, lost, rows = (_sum(cell, v, len(where)) for v in (wins, losses, np.ones(len(types))))
    all_won, all_lost = _sum(types, wins, n), _sum(types, losses, n)
    share = expit(np.log((all_won + 1e-9) / (all_lost + 0.5)) - middle + base)
    flood = np.clip((share - PLAUSIBLE) / (FLOOD - PLAUSIBLE), 0.0, 1.0)
    record = _record(where // 10_000, won, lost, middle)
    record = np.where(record > 0, record * (1 - flood), record)
    fair = np.exp(_sum(cell, expected, len(where)) / np.maximum(rows, 1.0) + record[where // 10_000] + CAP)
    kept = np.minimum(1.0, np.maximum(FEW, (lost + 1.0) * fair) / np.maximum(won, 1.0))[cell]
    high = np.maximum(CAP, np.minimum(record + 1.0, logit(PLAUSIBLE) - base))
    allowed = (all_lost + 2.0) * np.exp(middle + high - flood)
    share_kept = np.minimum(1.0, allowed / np.maximum(_sum(types, wins * kept, n), 1.0))
    weight = np.where(events.interested, kept * share_kept[types], 1.0)
    return Trust(weight, -CAP + np.minimum(record, 0.0), high)


def climb(problem: newton.Problem, low: Floats, high: Floats) -> tuple[Floats, Bools]:
    """The peak with every offset from the prior inside its cap, and which of them are held there."""
    free, weights = np.ones(len(high), dtype=bool), problem.mean.copy()
    for _ in range(8):
        weights = newton.maximise(problem, free, weights)
        off = weights - problem.mean
        beyond = free & ((off > high) | (off < low))
        if not beyond.any():
            break
        weights = np.clip(weights, problem.mean + low, problem.mean + high)
        free &= ~beyond
    return weights, ~free


def _record(of_type: np.ndarray, won: Floats, lost: Floats, middle: Floats) -> Floats:
    """Each type's offset from its prior over all its weeks but the best; 0 with too few weeks."""
    record, p = np.zeros(len(middle)), expit(middle)
    told = won + lost >= 0.5
    for t in np.unique(of_type[told]):
        weeks = np.flatnonzero(told & (of_type == t))
        if len(weeks) >= WEEKS:
            order = np.lexsort((-won[weeks], -won[weeks] / (won[weeks] + lost[weeks])))
            rest = weeks[order[int(len(weeks) * LEFT_OUT) :]]
            a, b = won[rest].sum() + SMOOTH * p[t], lost[rest].sum() + SMOOTH * (1 - p[t])
            record[t] = np.log(a / b) - middle[t]
    return record


def _sum(codes: np.ndarray, values: Floats, n: int) -> Floats:
    return np.asarray(np.bincount(codes, weights=values, minlength=n), dtype=np.float64)
