"""Authority, referring domains and ranks over the project's files, and the gap closed by quarter and by whom."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.learning.quarters import quarter_name
from crm.models.accounts import Project
from crm.models.gap import Snapshot
from crm.models.targets import KeywordPosition
from crm.reports import charts, queries
from crm.reports.periods import Choice
from crm.reports.tables import Table
from crm.vocabulary import Channel

WAYS = (Channel.OUTREACH.value, Channel.PROGRAMME.value, Channel.ORGANIC.value, Channel.BOUGHT.value)
FIRST_PAGE = 10


@dataclass(frozen=True)
class Series:
    """One figure over time with its plot; `line` is None with fewer than two days."""

    key: str
    title: str
    points: list[tuple[date, float]]
    line: charts.Line | None

    @property
    def change(self) -> float:
        """Last against first."""
        return self.points[-1][1] - self.points[0][1] if self.points else 0.0


def quarters(s: Session, project: Project, wanted: Choice) -> list[dict[str, Any]]:
    """Per quarter: gap domains closed by outreach, programme, themselves, bought elsewhere; new ones; those left."""
    ways: dict[str, Counter[str]] = {}
    for day, _, how in queries.closed(s, project.id, wanted).rows:
        ways.setdefault(quarter_name(day), Counter())[how] += 1
    shots = list(s.scalars(_shots(project.id, wanted)))
    first = s.scalar(select(func.min(Snapshot.id)).where(Snapshot.project_id == project.id))
    new, left = Counter[str](), {}
    for shot in shots:
        name = quarter_name(shot.at.date())
        left[name] = shot.n_gap
        if shot.id != first:  # everything is new in the first one
            new[name] += int((shot.changes or {}).get("counts", {}).get("new") or 0)
    return [
        {
            "quarter": name, **{way: ways.get(name, Counter())[way] for way in WAYS},
            "closed": sum(ways.get(name, Counter()).values()), "new": new[name], "left": left.get(name),
        }
        for name in (_between(wanted.first, wanted.last) if ways or left else [])
    ]  # fmt: skip


def quarters_table(s: Session, project: Project, wanted: Choice) -> Table:
    """The same as a table."""
    words = {"organic": "By themselves", "bought": "Bought elsewhere", "closed": "Closed in all"}
    words |= {"new": "New in the gap", "left": "Gap at the last file"}
    names = ("quarter", *WAYS, "closed", "new", "left")
    rows = [{**row, "_url": f"/report/gap?quarter={row['quarter']}"} for row in quarters(s, project, wanted)]
    return Table("Gap closed by quarter", [(n, words.get(n, n.capitalize())) for n in names], rows)


def series(s: Session, project: Project, wanted: Choice) -> list[Series]:
    """Figures of our own site, one point per file that tells them."""
    shots = list(s.scalars(_shots(project.id, wanted)))
    ranks = _ranks(s, project, wanted)
    found: list[tuple[str, str, list[tuple[date, float | None]]]] = [
        ("domains", "Referring domains", [(x.at.date(), _own(x, "domains")) for x in shots]),
        ("quality", "Live and followed domains", [(x.at.date(), _own(x, "quality")) for x in shots]),
        ("dr", "Authority (DR)", _authority(s, project, wanted)),
        ("first_page", "Keywords on the first page", [(day, float(n)) for day, (_, n, _) in ranks.items()]),
        ("rank", "Mean rank of your pages", [(day, rank) for day, (rank, _, _) in ranks.items()]),
    ]
    return [_series(key, title, points) for key, title, points in found]


def progress(s: Session, project: Project, wanted: Choice) -> Table:
    """One line per day on which a file told something, oldest first."""
    rows: dict[date, dict[str, Any]] = {}
    for shot in s.scalars(_shots(project.id, wanted)):
        told = {"domains": _own(shot, "domains"), "quality": _own(shot, "quality"), "gap": shot.n_gap}
        rows.setdefault(shot.at.date(), {}).update(told)
    for day, dr in _authority(s, project, wanted):
        rows.setdefault(day, {})["dr"] = dr
    for day, (rank, first_page, n) in _ranks(s, project, wanted).items():
        rows.setdefault(day, {}).update(rank=round(rank, 1), first_page=first_page, keywords=n)
    columns = [
        ("day", "Day"),
        ("domains", "Referring domains"),
        ("quality", "Live and followed"),
        ("gap", "Gap domains"),
        ("dr", "DR"),
        ("rank", "Mean rank of your pages"),
        ("first_page", "On the first page"),
        ("keywords", "Keywords"),
    ]
    return Table("Progress over time", columns, [{"day": str(day), **rows[day]} for day in sorted(rows)])


def _shots(project_id: int, wanted: Choice) -> Any:
    within = queries.within(Snapshot.at, wanted)
    return select(Snapshot).where(Snapshot.project_id == project_id, *within).order_by(Snapshot.id)


def _own(shot: Snapshot, name: str) -> int | None:
    value = (shot.benchmark or {}).get("", {}).get(name)
    return int(value) if value is not None else None


def _positions(s: Session, project: Project, wanted: Choice) -> Any:
    own = [project.domain, *(project.own_domains or [])]
    return select(KeywordPosition).where(
        KeywordPosition.project_id == project.id,
        KeywordPosition.domain.in_(own),
        KeywordPosition.on.between(wanted.first, wanted.last),
    )


def _authority(s: Session, project: Project, wanted: Choice) -> list[tuple[date, float | None]]:
    """Our own DR as the ranking files give it, the highest of a day."""
    found: dict[date, float] = {}
    for row in s.scalars(_positions(s, project, wanted)):
        dr = (row.data or {}).get("dr")
        if isinstance(dr, int | float):
            found[row.on] = max(found.get(row.on, 0.0), float(dr))
    return sorted(found.items())


def _ranks(s: Session, project: Project, wanted: Choice) -> dict[date, tuple[float, int, int]]:
    """Per day: mean of the best place for each keyword, how many stand on the first page, how many keywords."""
    best: dict[date, dict[str, int]] = {}
    for row in s.scalars(_positions(s, project, wanted)):
        of = best.setdefault(row.on, {})
        of[row.keyword] = min(row.position, of.get(row.keyword, row.position))
    return {
        day: (sum(of.values()) / len(of), sum(p <= FIRST_PAGE for p in of.values()), len(of))
        for day, of in sorted(best.items())
    }


def _series(key: str, title: str, points: Sequence[tuple[date, float | None]]) -> Series:
    known = [(day, float(v)) for day, v in points if v is not None]
    if len({day for day, _ in known}) < 2:
        return Series(key, title, known, None)
    first, last = known[0][0], known[-1][0]
    span = max(1, (last - first).days)
    shape = [((day - first).days / span, v) for day, v in known]
    words = f"{title}: {known[0][1]:g} on {first}, {known[-1][1]:g} on {last}."
    return Series(key, title, known, charts.line(shape, [f"{first:%-d %b %Y}", f"{last:%-d %b %Y}"], words))


def _between(first: date, last: date) -> list[str]:
    """Every quarter of a period."""
    n = (last.year - first.year) * 4 + (last.month - 1) // 3 - (first.month - 1) // 3
    start = first.year * 4 + (first.month - 1) // 3
    return [f"{(start + i) // 4}-Q{(start + i) % 4 + 1}" for i in range(n + 1)]
