"""Pure: geometry of the charts. Everything is a percentage of the plot, so the pages need no inline styles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crm.learning.axes import Line, line, nice

__all__ = ["Bar", "Line", "axis", "bars", "line", "nice"]


@dataclass(frozen=True)
class Bar:
    """One column of a bar chart of height 40."""

    x: float
    y: float
    height: float
    last: bool
    words: str


def bars(values: Sequence[float], labels: Sequence[str]) -> list[Bar]:
    """Columns side by side in a box of 200 x 40."""
    top, width = max([*values, 1]), 200 / max(1, len(values))
    return [
        Bar(_round(i * width), _round(40 - 40 * v / top), _round(40 * v / top), i == len(values) - 1, f"{label}: {v:g}")
        for i, (v, label) in enumerate(zip(values, labels, strict=True))
    ]


@dataclass(frozen=True)
class Column:
    """One column of a stacked chart: a label, its sum, and the pieces from the bottom up (percent of the height)."""

    label: str
    total: int
    pieces: list[tuple[str, int, float, float]]  # key, n, top, height


def stack(rows: Sequence[tuple[str, Mapping[str, int]]], keys: Sequence[str]) -> list[Column]:
    """Columns of counts by key, the highest 100 percent."""
    top = max([sum(counts.get(k, 0) for k in keys) for _, counts in rows], default=0) or 1
    columns = []
    for label, counts in rows:
        at, pieces = 100.0, []
        for key in keys:
            height = 100 * counts.get(key, 0) / top
            at -= height
            if height:
                pieces.append((key, counts[key], _round(at), _round(height)))
        columns.append(Column(label, sum(counts.get(k, 0) for k in keys), pieces))
    return columns


def axis(highest: float) -> tuple[float, list[str]]:
    """Right end of an axis of shares and its five labels."""
    for end in (0.04, 0.08, 0.12, 0.2, 0.4, 0.6, 0.8, 1.0):
        if highest <= end:
            break
    digits = 0 if end >= 0.12 or end in (0.04, 0.08) else 1
    return end, [f"{100 * end * i / 4:.{digits}f}" + ("%" if i in (0, 4) else "") for i in range(5)]


def _round(value: float) -> float:
    return round(value, 1)
