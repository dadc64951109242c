"""Pure: axes and lines of charts as percentages of the plot, so that pages need no inline styles."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """A line plot in a box of 100 x 100, y downwards. `ticks` are the four labels from top to bottom."""

    path: str
    area: str
    other: str
    ticks: list[str]
    labels: list[str]
    words: str


def log_axis(values: Sequence[float]) -> tuple[float, list[str]]:
    """Reach of a symmetric axis of factors around 1 (as log) and its five labels."""
    reach = max([abs(math.log(v)) for v in values if v > 0], default=0.0)
    end = next((e for e in (2.0, 4.0, 9.0) if reach <= math.log(e)), 16.0)
    middle = math.sqrt(end)
    return math.log(end), [f"÷{end:g}", f"÷{middle:.2g}", "×1", f"×{middle:.2g}", f"×{end:g}"]


def place(factor: float, reach: float) -> float:
    """Percent from the left of a factor on such an axis."""
    return round(50 + 50 * max(-1.0, min(1.0, math.log(max(factor, 1e-9)) / reach)), 1)


def nice(value: float) -> float:
    """The next round number that three equal steps divide into short labels."""
    if value <= 3:
        return 3.0
    step = 10.0 ** math.floor(math.log10(value / 3))
    for factor in (1, 2, 4, 5, 10):
        if 3 * factor * step >= value:
            return 3.0 * factor * step
    return 30.0 * step


def line(
    points: Sequence[tuple[float, float]],
    labels: Sequence[str],
    words: str,
    *,
    other: Sequence[tuple[float, float]] = (),
    percent: bool = False,
) -> Line:
    """A line over x in 0..1; `other` is a second, dashed one. Y starts at 0."""
    top = max([v for _, v in (*points, *other)], default=0.0)
    top = nice(top * 100) / 100 if percent else nice(top)
    steps = [top, top * 2 / 3, top / 3, 0.0]
    path = _path(points, top)
    return Line(
        path=path,
        area=f"{path} L{_n(100 * points[-1][0])},100 L{_n(100 * points[0][0])},100 Z" if points else "",
        other=_path(other, top),
        ticks=[f"{100 * v:.0f}%" if percent else f"{v:,.0f}" for v in steps],
        labels=list(labels),
        words=words,
    )


def _path(points: Sequence[tuple[float, float]], top: float) -> str:
    if not points:
        return ""
    spots = [f"{_n(100 * x)},{_n(100 - 100 * y / top)}" for x, y in points]
    return "M" + " L".join(spots)


def _n(value: float) -> str:
    return f"{_round(value):g}"


def _round(value: float) -> float:
    return round(value, 1)
