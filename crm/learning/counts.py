"""Pure: what became of pitches, counted by anything that they have in common; rollups and full counts share it."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import numpy as np
import pandas as pd

from crm.learning import features
from crm.learning.delays import arrived
from crm.learning.priors import Delay

DIMENSIONS = (
    "link_type",
    "angle",
    "competitor",
    "target_page",
    "template",
    "mailbox",
    "batch",
    "dr_band",
    "overlap",
    "contact_kind",
)
COUNTS = ("sent", "bounced", "replied", "interested", "refused", "payment", "placed")
UNKNOWN = "not known"


def with_bands(pitches: pd.DataFrame) -> pd.DataFrame:
    """The log with a column per dimension as text, and the month of the first mail."""
    frame = pitches.copy()
    frame["dr_band"] = [dr_band(value) for value in frame["dr"]]
    frame["overlap"] = [overlap_band(value) for value in frame["overlap"]]
    for name in DIMENSIONS:
        text = frame[name].astype(object).where(frame[name].notna(), UNKNOWN).astype(str)
        frame[name] = text.where(text != "", UNKNOWN)
    frame["month"] = frame["sent_at"].dt.strftime("%Y-%m")
    return frame


def counted(pitches: pd.DataFrame, now: datetime, delay: Delay) -> pd.DataFrame:
    """One row per pitch with 0/1 columns COUNTS and `matured` (its share of links that would have come by now)."""
    frame = with_bands(pitches)
    events = features.happened(frame, now)
    arrived_share = np.where(events.linked | events.refused, 1.0, arrived(events.age, delay))
    frame["sent"] = 1
    frame["placed"] = events.linked.astype(int)
    frame["interested_n"] = events.interested.astype(int)
    frame["refused_n"] = events.refused.astype(int)
    frame["replied_n"] = (pitches["replied_at"].notna() | events.interested | events.refused).to_numpy().astype(int)
    frame["payment_n"] = pitches["payment_at"].notna().to_numpy().astype(int)
    frame["bounced_n"] = pitches["bounced"].to_numpy().astype(int)
    frame["matured"] = np.where(pitches["bounced"].to_numpy(dtype=bool), 0.0, arrived_share)
    return frame


def by(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Sums of COUNTS and matured per combination of `keys`; `frame` comes from counted()."""
    sums = {name: (name if name in ("sent", "placed") else f"{name}_n", "sum") for name in COUNTS}
    grouped = frame.groupby(keys, sort=True, dropna=False)
    return grouped.agg(**sums, matured=("matured", "sum")).reset_index()


def add_up(lines: Iterable[tuple[str, Mapping[str, float]]]) -> dict[str, dict[str, float]]:
    """Sum rollup rows over the months: {key: counts}."""
    total: dict[str, dict[str, float]] = {}
    for key, counts in lines:
        into = total.setdefault(key, dict.fromkeys((*COUNTS, "matured"), 0.0))
        for name in into:
            into[name] += float(counts.get(name, 0.0))
    return total


def dr_band(value: float) -> str:
    """ "20-39"; bands of 20."""
    if not np.isfinite(value):
        return UNKNOWN
    low = min(80, int(value // 20) * 20)
    return f"{low}-{low + 19 if low < 80 else 100}"


def overlap_band(value: float) -> str:
    """ "1", "2", "3" or "4+" rivals."""
    if not np.isfinite(value):
        return UNKNOWN
    return "4+" if value >= 4 else str(int(max(1, value)))
