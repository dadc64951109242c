"""Pure: a frame of pitches or prospects, as loose as it comes, becomes clean arrays of numbers.

Missing columns, unknown words, NaN, naive or mixed times and impossible values all have one stated meaning here, so
that the model itself never meets them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
Bools = NDArray[np.bool_]

GROUPS = ("competitor", "target_page", "template")
MAX_LEVELS = 40  # per group; the rarest share the average, which keeps a fit of 50,000 rows fast
SLACK_DAYS = 1 / 24  # two clocks may differ by an hour; later events have not happened yet
MAX_OVERLAP = 32.0


@dataclass(frozen=True)
class Traits:
    """What is known of each prospect. A code equal to the number of levels means "another or unknown"."""

    link_type: Codes
    contact: Codes
    relevance_z: Floats
    dr_z: Floats
    overlap_log2: Floats
    groups: Mapping[str, Codes]

    def __len__(self) -> int:
        return len(self.link_type)

    def part(self, rows: slice) -> "Traits":
        """Some of the rows."""
        return Traits(
            self.link_type[rows],
            self.contact[rows],
            self.relevance_z[rows],
            self.dr_z[rows],
            self.overlap_log2[rows],
            {name: found[rows] for name, found in self.groups.items()},
        )


@dataclass(frozen=True)
class Happened:
    """What became of each pitch by `now`; ages in days."""

    age: Floats
    interested: Bools
    refused: Bools  # without having been interested
    linked: Bools
    settled: Bools  # interested, and then either linked or refused
    wait_interest: Floats
    wait_link: Floats  # from interest to link
    since_interest: Floats


def traits(
    frame: pd.DataFrame,
    link_types: Sequence[str],
    contacts: Sequence[str],
    levels: Mapping[str, Sequence[str]],
    dr_fill: float,
) -> Traits:
    """Numbers of each row. Relevance unknown counts as 55 and DR as `dr_fill`; overlap unknown as 1."""
    relevance = np.clip(_numbers(frame, "relevance", 55.0), 0.0, 100.0)
    dr = np.clip(_numbers(frame, "dr", dr_fill), 0.0, 100.0)
    overlap = np.clip(_numbers(frame, "overlap", 1.0), 1.0, MAX_OVERLAP)
    contact = codes(frame, "contact_kind", contacts)
    if "unknown" in contacts:
        contact = np.where(contact == len(contacts), list(contacts).index("unknown"), contact)
    return Traits(
        link_type=codes(frame, "link_type", link_types),
        contact=contact,
        relevance_z=(relevance / 100.0 - 0.55) / 0.25,
        dr_z=(dr - 45.0) / 20.0,
        overlap_log2=np.log2(overlap),
        groups={name: codes(frame, name, levels.get(name, ())) for name in GROUPS},
    )


def sent_rows(frame: pd.DataFrame, now: datetime) -> pd.DataFrame:
    """The rows that count: mailed by now, and not bounced (a bounce speaks of the address, not of the pitch).

    Raises TypeError or ValueError, with the column, for what cannot be a log of pitches at all.
    """
    _refuse_nonsense(frame, now)
    age = _days(frame, "sent_at", now)
    bounced = np.zeros(len(frame), dtype=bool)
    if "bounced" in frame:
        said = frame["bounced"]
        bounced = (said if said.dtype == bool else said.map(_truthy)).to_numpy(dtype=bool)
    return frame[np.isfinite(age) & (age >= -SLACK_DAYS) & ~bounced].reset_index(drop=True)


def happened(frame: pd.DataFrame, now: datetime) -> Happened:
    """Events of each row up to `now`. A link outweighs everything, a yes outweighs a no before it."""
    age = np.maximum(_days(frame, "sent_at", now), 0.0)
    said_yes, said_no, placed = (_ago(frame, name, now) for name in ("interested_at", "refused_at", "linked_at"))
    linked = np.isfinite(placed)
    interested = linked | np.isfinite(said_yes)
    refused = np.isfinite(said_no) & ~interested
    backed_out = interested & ~linked & (said_no < said_yes)  # both are days ago: the no is the later word
    since_interest = np.where(np.isfinite(said_yes), said_yes, np.maximum(age - 4.0, 0.0))
    return Happened(
        age=age,
        interested=interested,
        refused=refused,
        linked=linked,
        settled=linked | backed_out,
        wait_interest=np.where(interested, age - said_yes, np.nan),
        wait_link=np.where(linked, said_yes - placed, np.nan),
        since_interest=np.minimum(since_interest, age),
    )


def top_levels(frame: pd.DataFrame, name: str) -> tuple[str, ...]:
    """The commonest values of a column, at most 40, in alphabetical order so that row order cannot matter."""
    if name not in frame:
        return ()
    values = frame[name].dropna().astype(str)
    counts = values[values != ""].value_counts()
    ranked = sorted(counts.items(), key=lambda item: (-int(item[1]), str(item[0])))[:MAX_LEVELS]
    return tuple(sorted(str(level) for level, _ in ranked))


def codes(frame: pd.DataFrame, name: str, levels: Sequence[str]) -> Codes:
    """Position of each value in `levels`; len(levels) for anything else."""
    other = len(levels)
    if name not in frame or not other:
        return np.full(len(frame), other, dtype=np.intp)
    at = {level: i for i, level in enumerate(levels)}
    found, values = pd.factorize(frame[name])
    table = np.array([*(at.get(str(v), other) for v in values), other], dtype=np.intp)
    return np.asarray(table[found], dtype=np.intp)


def median_dr(frame: pd.DataFrame) -> float:
    """Median DR of the rows that have one; 45 when none has."""
    known = _numbers(frame, "dr", np.nan)
    known = known[np.isfinite(known)]
    return float(np.median(np.clip(known, 0.0, 100.0))) if len(known) else 45.0


def _numbers(frame: pd.DataFrame, name: str, missing: float) -> Floats:
    if name not in frame:
        return np.full(len(frame), missing)
    values = pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    return np.asarray(np.where(np.isfinite(values), values, missing), dtype=np.float64)


def _days(frame: pd.DataFrame, name: str, now: datetime) -> Floats:
    """Days from the moment in the column to `now`, NaN where there is none. Naive times are read as UTC."""
    if name not in frame:
        return np.full(len(frame), np.nan)
    moments = pd.to_datetime(frame[name], utc=True, errors="coerce")
    today = pd.Timestamp(now)
    today = today.tz_localize("UTC") if today.tzinfo is None else today.tz_convert("UTC")
    return np.asarray((today - moments) / pd.Timedelta(days=1), dtype=np.float64)


def _ago(frame: pd.DataFrame, name: str, now: datetime) -> Floats:
    days = _days(frame, name, now)
    return np.asarray(np.where(days >= -SLACK_DAYS, np.maximum(days, 0.0), np.nan), dtype=np.float64)


def _refuse_nonsense(frame: object, now: object) -> None:
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"pitches must be a pandas DataFrame with a row per prospect, not a {type(frame).__name__}")
    if not isinstance(now, datetime) or pd.isna(now):
        raise TypeError(f"now must be a datetime in UTC, not {now!r}")
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        raise ValueError(f"column {twice[0]} stands twice in the frame; keep one of them")


def _truthy(value: object) -> bool:
    return str(value).strip().lower() in ("true", "1", "1.0", "yes")
