"""Pure: the first report screen from its figures: steps of the funnel, the gap over time, lines with their axis."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from crm.reports import charts
from crm.reports.conversion import Rate

Link = Callable[..., str]


@dataclass(frozen=True)
class Step:
    """One bar of the funnel."""

    words: str
    n: int
    url: str
    note: str


def funnel(found: Mapping[str, int], batches: int, url: Link) -> list[Step]:
    """Pitched to placed, each with its share of the step above."""
    sent, arrived = found["sent"], found["delivered"]
    replied, interested, placed = found["replied"], found["interested"], found["placed"]
    steps = [
        ("Pitched", "sent", sent, f"{batches} batch" + ("es" if batches != 1 else "")),
        ("Delivered", "delivered", arrived, _share(arrived, sent, "delivered")),
        ("Replied", "replied", replied, _share(replied, arrived, "replied")),
        ("Interested", "interested", interested, _share(interested, replied, "of replies")),
        ("Placed", "placed", placed, _share(placed, interested, "of interested")),
    ]
    return [Step(words, n, url(state=state), note) for words, state, n, note in steps]


def gap_line(rows: Sequence[tuple[date, str, str]], first: date, last: date) -> charts.Line:
    """Closed gap domains over time; dashed: those that came by themselves, "if nothing was done"."""
    span = max(1, (last - first).days)

    def running(keep: Callable[[str], bool]) -> list[tuple[float, float]]:
        points, n = [(0.0, 0.0)], 0
        for day, _, how in sorted(rows):
            if keep(how):
                n += 1
                points.append((max(0.0, min(1.0, (day - first).days / span)), float(n)))
        return [*points, (1.0, float(n))]

    ours, alone = running(lambda how: True), running(lambda how: how == "organic")
    words = f"Gap domains closed: {ours[-1][1]:.0f} by {last}. By themselves {alone[-1][1]:.0f}."
    return charts.line(ours, _months(first, last), words, other=alone)


def pace(closed: int, first: date, last: date, left: int) -> str:
    """How long the strong rest would take at the pace of the strong ones closed; empty when nothing can be said."""
    days = max(1, (last - first).days)
    if not closed or not left:
        return ""
    months = left * days / closed / 30.4
    long = f"{months:.0f} months" if months < 36 else f"{months / 12:.0f} years"
    return (
        f"Of those that link to three or more rivals {closed:,} closed in {days} days and {left:,} are left: "
        f"{long} at this pace."
    )


def whiskers(lines: Sequence[Rate]) -> tuple[float, list[str]]:
    """Right end and labels of an axis that holds all intervals."""
    return charts.axis(max([line.high for line in lines], default=0.1))


def _share(n: int, of: int, words: str) -> str:
    return f"{n / of:.0%} {words}" if of else "–"


def _months(first: date, last: date) -> list[str]:
    days = (last - first).days
    steps = min(5, max(2, days // 28 + 1))
    form = "%b" if days > 60 else "%-d %b"
    return [(first + timedelta(days=round(i * days / (steps - 1)))).strftime(form) for i in range(steps)]
