"""Everything on the first report screen, gathered once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm import clock
from crm.learning import axes
from crm.learning import queries as learning
from crm.learning.model import Fitted
from crm.learning.verdict import Weight, learned
from crm.models.accounts import Project
from crm.models.batches import Batch
from crm.models.learning import LearnedFit
from crm.models.targets import Goal
from crm.reports import charts, overview, queries
from crm.reports.conversion import Rate
from crm.reports.overview import Link, Step
from crm.reports.periods import Choice
from crm.reports.showing import queries as showing
from crm.reports.tables import Table


@dataclass(frozen=True)
class WeightRow:
    """One learned weight, placed on the axis (percent from the left)."""

    weight: Weight
    before: float
    low: float
    now: float
    high: float


@dataclass(frozen=True)
class Overview:
    """The first screen."""

    links: queries.Links
    rate: Rate | None
    closed: queries.Closed
    pace: str
    gap: charts.Line
    half: float | None
    steps: list[Step]
    bounced: int
    rates: list[Rate]
    rates_end: float
    rates_labels: list[str]
    weights: list[WeightRow]
    weights_labels: list[str]
    fit: LearnedFit | None
    judgement: showing.Judgement
    goals: list[tuple[Goal, int, dict[str, int]]]
    first: date
    last: date


def overview_of(s: Session, project: Project, wanted: Choice, url: Link) -> Overview:
    """Figures and geometry of /report; `url(state=...)` opens the rows behind a number."""
    found = showing.funnel(s, project, wanted)
    batches = s.scalar(
        select(func.count(Batch.id)).where(Batch.project_id == project.id, Batch.approved_at.is_not(None))
    )
    closed = queries.closed(s, project.id, wanted)
    lines = showing.rates(s, project, "link_type", wanted)
    end, labels = overview.whiskers(lines)
    fit = learning.latest_fit(s, project.id)
    weights, weight_labels = placed(_told(fit)[:6])
    linked = showing.waits(s, project, wanted)[1]
    return Overview(
        links=queries.links(s, project.id, wanted),
        rate=showing.overall(s, project, wanted),
        closed=closed,
        pace=overview.pace(closed.three, wanted.first, wanted.last, closed.open_three),
        gap=overview.gap_line(closed.rows, wanted.first, wanted.last),
        half=linked.half,
        steps=overview.funnel(found, batches or 0, url),
        bounced=found["bounced"],
        rates=lines,
        rates_end=end,
        rates_labels=labels,
        weights=weights,
        weights_labels=weight_labels,
        fit=fit,
        judgement=showing.judgement(s, project, wanted),
        goals=queries.goals(s, project.id, clock.now().date()),
        first=wanted.first,
        last=wanted.last,
    )


def tables(s: Session, project: Project, wanted: Choice) -> dict[str, Table]:
    """The same as tables."""
    return {name: showing.table(s, project, name, wanted) for name in ("funnel", "gap", "conversion", "changes")}


def wait_lines(s: Session, project: Project, wanted: Choice) -> list[tuple[str, Any, charts.Line]]:
    """(words, curve, line) of the days to an answer and to a link; the axis ends at 60 days."""
    found = []
    for words, waited in zip(("First answer", "Link seen"), showing.waits(s, project, wanted), strict=True):
        points = _stairs(waited.days, waited.shares, 60.0)
        text = f"{words}: {waited.came} of {waited.n} pitches; half of those within {waited.half or 0:.0f} days."
        found.append((words, waited, charts.line(points, ["0", "15", "30", "45", "60 days"], text, percent=True)))
    return found


def placed(weights: Sequence[Weight]) -> tuple[list[WeightRow], list[str]]:
    """Weights on a common axis of factors."""
    reach, labels = axes.log_axis([v for w in weights for v in (w.before, w.now, w.low, w.high)])
    rows = [WeightRow(w, *(axes.place(v, reach) for v in (w.before, w.low, w.now, w.high))) for w in weights]
    return rows, labels


def weights_of(fit: LearnedFit | None) -> list[Weight]:
    """All weights of a fit in words; the shipped ones when there is none."""
    return learned(Fitted.from_params(fit.params if fit else None))


def _told(fit: LearnedFit | None) -> list[Weight]:
    """Those that moved most, without the finest."""
    told = [w for w in weights_of(fit) if not w.name.startswith("dr:")]
    return sorted(told, key=lambda w: -max(w.change, 1 / w.change))


def _stairs(days: Sequence[float], shares: Sequence[float], end: float) -> list[tuple[float, float]]:
    points, last = [], 0.0
    for day, share in zip(days, shares, strict=True):
        if day > end:
            break
        points += [(day / end, last), (day / end, share)]
        last = share
    return [*points, (1.0, last)]
