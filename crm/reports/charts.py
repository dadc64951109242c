"""Pure: geometry of the charts. Everything is a percentage of the plot, so the pages need no inline styles."""

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


@dataclass(frozen=True)
class Bar:
    """One column of a bar chart of height 40."""

    x: float
    y: float
    height: float
    last: bool
    words: str


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


def bars(values: Sequence[float], labels: Sequence[str]) -> list[Bar]:
    """Columns side by side in a box of 200 x 40."""
    top, width = max([*values, 1]), 200 / max(1, len(values))
    return [
        Bar(_round(i * width), _round(40 - 40 * v / top), _round(40 * v / top), i == len(values) - 1, f"{label}: {v:g}")
        for i, (v, label) in enumerate(zip(values, labels, strict=True))
    ]


def axis(highest: float) -> tuple[float, list[str]]:
    """Right end of an axis of shares and its five labels."""
    for end in (0.04, 0.08, 0.12, 0.2, 0.4, 0.6, 0.8, 1.0):
        if highest <= end:
            break
    digits = 0 if end >= 0.12 or end in (0.04, 0.08) else 1
    return end, [f"{100 * end * i / 4:.{digits}f}" + ("%" if i in (0, 4) else "") for i in range(5)]


def _path(points: Sequence[tuple[float, float]], top: float) -> str:
    if not points:
        return ""
    spots = [f"{_n(100 * x)},{_n(100 - 100 * y / top)}" for x, y in points]
    return "M" + " L".join(spots)


def _n(value: float) -> str:
    return f"{_round(value):g}"


def _round(value: float) -> float:
    return round(value, 1)
