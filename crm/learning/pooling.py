"""Pure: what the team's other projects say, as a prior for this one; never more than the shipped weight again."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

import pandas as pd

from crm.learning.model import fit
from crm.learning.priors import Priors

MOST = 60.0  # pseudo pitches per link type that other projects may add


def pooled(priors: Priors, logs: Iterable[pd.DataFrame], now: datetime) -> Priors:
    """Priors with the counts of other projects' logs added per link type, scaled down to at most 60 pitches."""
    wins, matured = dict.fromkeys(priors.types, 0.0), dict.fromkeys(priors.types, 0.0)
    for log in logs:
        table = fit(log, now=now, priors=priors).rates("link_type")
        for link_type, n, won in zip(table.index, table["n_matured"], table["wins"], strict=True):
            if link_type in wins:
                wins[str(link_type)] += float(won)
                matured[str(link_type)] += float(n)
    types = {}
    for name, (a, b) in priors.types.items():
        share = min(1.0, MOST / matured[name]) if matured[name] else 0.0
        types[name] = (a + share * wins[name], b + share * max(0.0, matured[name] - wins[name]))
    return replace(priors, types=types)
