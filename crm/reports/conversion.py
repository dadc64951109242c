"""Pure: how often pitches win a link, by anything they have in common, always with interval and n."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from crm.learning.counts import COUNTS, DIMENSIONS
from crm.learning.priors import DEFAULT
from crm.learning.tally import POOLED, posterior

NAMES: Mapping[str, str] = {
    "link_type": "link type",
    "angle": "angle",
    "competitor": "competitor",
    "target_page": "target page",
    "template": "template",
    "mailbox": "mailbox",
    "batch": "batch",
    "dr_band": "DR band",
    "overlap": "rivals linked",
    "contact_kind": "contact",
}
assert tuple(NAMES) == DIMENSIONS
ENOUGH = 25  # matured pitches before a line is more than a guess
COLUMNS = (
    ("key", "Value"),
    *((name, name.capitalize()) for name in COUNTS),
    ("matured", "Matured"),
    ("rate", "Rate"),
    ("low", "Low 80 %"),
    ("high", "High 80 %"),
    ("enough", "Enough data"),
)


@dataclass(frozen=True)
class Rate:
    """One line: counts, the posterior rate with its 80 % interval, and the prior it started from."""

    key: str
    counts: Mapping[str, float]
    rate: float
    low: float
    high: float
    prior: float

    @property
    def enough(self) -> bool:
        """Whether the project's own pitches, not the guess, carry this line."""
        return self.counts["matured"] >= ENOUGH

    def share(self, of: str) -> float | None:
        """Share of one count in the pitches that were sent."""
        return self.counts[of] / self.counts["sent"] if self.counts["sent"] else None

    def row(self) -> dict[str, Any]:
        """For CSV and JSON."""
        whole = {name: int(self.counts[name]) for name in COUNTS}
        figures = {"rate": self.rate, "low": self.low, "high": self.high, "matured": self.counts["matured"]}
        return {"key": self.key, **whole, **{k: round(v, 4) for k, v in figures.items()}, "enough": self.enough}


def rates(dimension: str, counted: Mapping[str, Mapping[str, float]]) -> list[Rate]:
    """Lines of a dimension, best rate first; `counted` as add_up() makes it. Link types that were never sent are
    left out here; their guess stands on the plan screen.
    """
    keys = sorted(counted)
    sent, matured, wins = (np.array([counted[k][name] for k in keys]) for name in ("sent", "matured", "placed"))
    overall = (wins.sum() + POOLED * 0.05) / (max(matured.sum(), wins.sum()) + POOLED)
    pairs = [DEFAULT.types.get(k, (POOLED * overall, POOLED * (1 - overall))) for k in keys]
    if dimension != "link_type":
        pairs = [(POOLED * overall, POOLED * (1 - overall))] * len(keys)
    a, b = (np.array([pair[i] for pair in pairs], dtype=float) for i in (0, 1))
    table = posterior(a, b, wins, matured) if keys else None
    if table is None:
        return []
    lines = [
        Rate(key, counted[key], float(table["mean"].iloc[i]), float(table["low"].iloc[i]), float(table["high"].iloc[i]),
             float(a[i] / (a[i] + b[i])))
        for i, key in enumerate(keys)
        if sent[i]
    ]  # fmt: skip
    return sorted(lines, key=lambda line: (-line.rate, line.key))


def total(counted: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """All lines of a dimension together."""
    return {name: sum(line[name] for line in counted.values()) for name in (*COUNTS, "matured")}
