"""Pure: what a refit changed, in sentences."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crm.learning.measures import Judged
from crm.learning.model import Fitted
from crm.learning.words import many, spoken

WORTH_SAYING = 1.15  # a factor on the odds nearer to 1 than this is not mentioned
GROUP_WORDS = {"competitor": "links seen at rival", "target_page": "pitches for", "template": "template"}


@dataclass(frozen=True)
class Weight:
    """One weight before any data and now, as factors on the odds of interest, with its 80 % interval."""

    name: str
    words: str
    before: float
    now: float
    low: float
    high: float

    @property
    def enough(self) -> bool:
        """Whether the data say which way it moved."""
        return not self.low <= self.before <= self.high

    @property
    def change(self) -> float:
        """Now against before."""
        return self.now / self.before


def learned(fitted: Fitted) -> list[Weight]:
    """Every weight in words. Relevance per 25 points, DR per 20, overlap per doubling, the rest as they are."""
    layout, z = fitted.layout, 1.2815515655446004
    means, sd = layout.means(fitted.priors), np.sqrt(np.diag(fitted.covariance))
    names = [
        ("base", "all pitches"),
        ("relevance", "25 points more relevance"),
        ("overlap", "twice as many rivals linked"),
        ("dr", "20 points more DR"),
        *((f"type:{t}", many(t)) for t in layout.link_types),
        *((f"dr:{t}", f"20 points more DR with {many(t)}") for t in layout.link_types),
        *((f"contact:{c}", f"contact: {spoken(c)}") for c in layout.contacts),
    ]
    for group, levels in layout.levels.items():
        names += [(f"{group}:{level}", f"{GROUP_WORDS[group]} {level}") for level in levels]
    return [
        Weight(name, words, *(float(np.exp(v)) for v in (m, b, b - z * s, b + z * s)))
        for (name, words), m, b, s in zip(names, means, fitted.weights, sd, strict=True)
    ]


def verdict(fitted: Fitted, judged: Judged, moved: int) -> str:
    """What was learned, in a few sentences."""
    if not fitted.n_sent:
        return "Nothing has been sent yet: the shipped guesses score."
    if judged.worse_than_priors:
        return (
            f"Stepped back: on {judged.n} matured pitches the learned weights predicted worse than the link type alone "
            f"(Brier {judged.brier:.4f} against {judged.prior_brier:.4f}). The shipped ones score until that changes."
        )
    head = f"Learned from {fitted.n_sent} pitches, {fitted.n_matured:.0f} of them matured, {fitted.n_wins} links."
    weights = sorted(learned(fitted), key=lambda w: -abs(np.log(w.change)))
    said = [
        _sentence(w) for w in weights if max(w.change, 1 / w.change) >= WORTH_SAYING and not w.name.startswith("dr:")
    ]
    capped = [f"{many(t)} stand at the limit of what one refit may believe" for t in fitted.capped]
    tail = f"{moved} prospects changed their place." if moved else "The order stayed as it was."
    return " ".join([head, *([("; ".join([*said[:4], *capped]) + ".").capitalize()] if said or capped else []), tail])


def _sentence(weight: Weight) -> str:
    way = "up" if weight.change > 1 else "down"
    sure = "" if weight.enough else ", not yet sure"
    return f"{weight.words} {way} ×{weight.change:.2f}{sure}"


def ranks(frame: pd.DataFrame, value: np.ndarray) -> np.ndarray:
    """1 for the best; ties by the frame's order."""
    place = np.empty(len(frame), dtype=int)
    place[np.argsort(-value, kind="stable")] = np.arange(1, len(frame) + 1)
    return place
