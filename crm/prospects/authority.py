"""Pure: other tools' authority figures on the DR scale, by quantile matching; else as they are, with a warning."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

ENOUGH = 30  # domains that have both figures


@dataclass(frozen=True)
class Mapped:
    """Values on the DR scale and, where they are only taken over, why."""

    values: list[float]
    warning: str = ""


def on_dr_scale(vendor: str, values: Sequence[float], both: Sequence[tuple[float, float]]) -> Mapped:
    """Map `values` of a vendor's metric to DR.

    `both` are (metric, DR) of domains that have both figures. A value at a quantile of the metric gets the DR at the
    same quantile, so that two scales of different bend meet; ties and ends are handled by interpolation.
    """
    found = [pair for pair in both if np.isfinite(pair[0]) and np.isfinite(pair[1])]
    if len(found) < ENOUGH:
        words = f"{vendor} is used as if it were DR: only {len(found)} domains have both, {ENOUGH} are needed."
        return Mapped([min(100.0, max(0.0, float(v))) for v in values], words)
    shares = np.linspace(0, 1, 21)
    metric = np.quantile([m for m, _ in found], shares)
    dr = np.quantile([d for _, d in found], shares)
    steps, first = np.unique(metric, return_index=True)
    middle = np.array([dr[metric == step].mean() for step in steps]) if len(first) < len(metric) else dr
    return Mapped([float(v) for v in np.interp(np.asarray(values, dtype=float), steps, middle)])
