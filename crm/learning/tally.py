"""Pure: counts per link type, competitor and so on, with honest intervals. For people; the ranking does not use it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import betaincinv

from crm.learning.delays import arrived
from crm.learning.features import Floats, Happened
from crm.learning.priors import Delay, Priors

COLUMNS = ("n_sent", "n_matured", "wins", "mean", "low", "high")
POOLED = 60.0  # weight of the project's overall rate as the prior of a competitor, page, template ...


@dataclass(frozen=True)
class Tally:
    """The sent rows with what counts of each: matured share and win."""

    rows: pd.DataFrame
    link_types: tuple[str, ...]
    overall: float

    @classmethod
    def empty(cls) -> "Tally":
        """Counts of nothing."""
        return cls(pd.DataFrame({"_matured": [], "_win": []}), (), 0.0)

    @classmethod
    def of(
        cls, rows: pd.DataFrame, events: Happened, delay: Delay, link_types: Sequence[str], priors: Priors
    ) -> "Tally":
        """A win or a no is matured at once; a silent pitch by the share of links that would have come by its age."""
        decided = events.linked | events.refused
        matured = np.where(decided, 1.0, arrived(events.age, delay))
        counted = rows.assign(_matured=matured, _win=events.linked.astype(float))
        return cls(counted, tuple(link_types), _overall(counted, priors))

    @property
    def n_matured(self) -> float:
        """Matured pitches in all."""
        return float(self.rows["_matured"].sum())

    def record(self) -> dict[str, tuple[int, float]]:
        """Wins and matured pitches per link type that was pitched."""
        if "link_type" not in self.rows or self.rows.empty:
            return {}
        sums = self.rows[["_win", "_matured"]].groupby(self.rows["link_type"].astype(str)).sum()
        return {str(t): (int(w), float(m)) for t, w, m in zip(sums.index, sums["_win"], sums["_matured"], strict=True)}

    def rates(self, by: str, priors: Priors) -> pd.DataFrame:
        """See Fitted.rates()."""
        names = list(priors.types) if by == "link_type" else []
        found = self.rows[by].dropna().astype(str) if by in self.rows else pd.Series([], dtype=str)
        levels = [*names, *sorted(set(found) - set(names) - {""})]
        grouped = self.rows.loc[found.index, ["_matured", "_win"]].groupby(found.to_numpy()) if len(found) else None
        sums = grouped.sum().reindex(levels, fill_value=0.0) if grouped is not None else None
        sent = grouped.size().reindex(levels, fill_value=0).to_numpy() if grouped is not None else np.zeros(len(levels))
        matured = sums["_matured"].to_numpy(dtype=float) if sums is not None else np.zeros(len(levels))
        wins = sums["_win"].to_numpy(dtype=float) if sums is not None else np.zeros(len(levels))
        prior = [priors.types.get(level, self._pooled(priors)) if by == "link_type" else self._pooled(priors)
                 for level in levels]  # fmt: skip
        a, b = (np.array([pair[i] for pair in prior], dtype=float) for i in (0, 1))
        table = posterior(a, b, wins, matured)
        table.insert(0, "n_sent", np.asarray(sent, dtype=int))
        table.insert(0, by, levels)
        table.index = pd.Index(levels, dtype=object)
        return table

    def _pooled(self, priors: Priors) -> tuple[float, float]:
        rate = self.overall or float(np.mean([priors.mean(t) for t in priors.types]))
        return POOLED * rate, POOLED * (1 - rate)


def posterior(a: Floats, b: Floats, wins: Floats, matured: Floats) -> pd.DataFrame:
    """Beta posterior of each line: n_matured, wins, mean, low and high (80 %)."""
    alpha, beta = a + wins, b + np.maximum(0.0, matured - wins)
    return pd.DataFrame(
        {
            "n_matured": matured,
            "wins": wins.astype(int),
            "mean": alpha / (alpha + beta),
            "low": betaincinv(alpha, beta, 0.10),
            "high": betaincinv(alpha, beta, 0.90),
        }
    )


def _overall(counted: pd.DataFrame, priors: Priors) -> float:
    """The project's rate, drawn towards the priors of the types it pitched."""
    types = counted["link_type"].astype(str) if "link_type" in counted else pd.Series([], dtype=str)
    means = types.map({t: priors.mean(t) for t in priors.types}).dropna()
    expected = float(means.mean()) if len(means) else float(np.mean([priors.mean(t) for t in priors.types]))
    wins, matured = float(counted["_win"].sum()), float(counted["_matured"].sum())
    return (wins + POOLED * expected) / (max(matured, wins) + POOLED)
