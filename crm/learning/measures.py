"""Pure: how good is the score? Each pitch is judged by a model that did not yet know its outcome."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from crm.learning import delays, features
from crm.learning.model import fit, total_delay
from crm.learning.priors import DEFAULT, Priors

FOLDS = 4
MATURED = 0.9  # share of links that would have come by a pitch's age before it is judged
ENOUGH = 200  # matured pitches before the model may be called worse than the priors


@dataclass(frozen=True)
class Judged:
    """Figures over matured pitches that the judging fits had not seen. Lower Brier and log loss are better."""

    n: int = 0
    predicted: float = 0.0
    actual: int = 0
    brier: float | None = None
    prior_brier: float | None = None
    log_loss: float | None = None
    skill: float | None = None  # share of the Brier score of "everybody alike" that the model removes
    lift: float | None = None  # wins among the best fifth, against a fifth taken blindly
    reliability: tuple[tuple[float, float, int], ...] = ()  # predicted, actual, n per group of equal size

    def as_dict(self) -> dict[str, Any]:
        """For LearnedFit.measures."""
        return {**asdict(self), "reliability": [list(point) for point in self.reliability]}

    @property
    def worse_than_priors(self) -> bool:
        """Whether the link type alone would have predicted better, on enough pitches to say so."""
        return (
            self.n >= ENOUGH
            and self.brier is not None
            and self.prior_brier is not None
            and self.brier > self.prior_brier
        )


def judge(pitches: pd.DataFrame, now: datetime, priors: Priors = DEFAULT) -> Judged:
    """Time split in four: each part of the log is predicted by a fit on what was known when the part began.

    Pitches count when they were decided or are old enough that nine of ten links would have come.
    """
    rows = features.sent_rows(pitches, now)
    if rows.empty:
        return Judged()
    rows = rows.sort_values("sent_at", kind="stable")
    events = features.happened(rows, now)
    delay = total_delay(priors.reply, priors.placement)
    ripe = events.linked | events.refused | (delays.arrived(events.age, delay) >= MATURED)
    guessed = np.full(len(rows), np.nan)
    bounds = np.linspace(0, len(rows), FOLDS + 1).astype(int)
    for low, high in zip(bounds[:-1], bounds[1:], strict=True):
        if high > low:
            known = fit(rows.iloc[:low], now=rows["sent_at"].iloc[low].to_pydatetime(), priors=priors)
            guessed[low:high] = known.chance(rows.iloc[low:high])
    prior = _type_prior(rows, priors)
    return _figures(guessed[ripe], prior[ripe], events.linked[ripe])


def _type_prior(rows: pd.DataFrame, priors: Priors) -> features.Floats:
    means = {t: priors.mean(t) for t in priors.types}
    if "link_type" not in rows:
        return np.full(len(rows), float(np.mean(list(means.values()))))
    known = rows["link_type"].map(means).fillna(float(np.mean(list(means.values()))))
    return np.asarray(known, dtype=np.float64)


def _figures(p: features.Floats, prior: features.Floats, won: features.Bools) -> Judged:
    n = len(p)
    if not n:
        return Judged()
    brier, base = float(np.mean((p - won) ** 2)), float(np.mean((won.mean() - won) ** 2))
    safe = np.clip(p, 1e-6, 1 - 1e-6)
    best = np.argsort(-p, kind="stable")[: max(1, n // 5)]
    return Judged(
        n=n,
        predicted=float(p.sum()),
        actual=int(won.sum()),
        brier=brier,
        prior_brier=float(np.mean((prior - won) ** 2)),
        log_loss=float(-np.mean(np.where(won, np.log(safe), np.log(1 - safe)))),
        skill=1 - brier / base if base > 0 else None,
        lift=float(won[best].mean() / won.mean()) if won.any() else None,
        reliability=_reliability(p, won),
    )


def _reliability(p: features.Floats, won: features.Bools) -> tuple[tuple[float, float, int], ...]:
    groups = np.array_split(np.argsort(p, kind="stable"), max(1, min(5, len(p) // 30)))
    return tuple((float(p[g].mean()), float(won[g].mean()), len(g)) for g in groups)
