"""What the gap and import screens show. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from crm.models.accounts import Competitor, Project
from crm.models.events import Job
from crm.models.gap import GapDomain, Import, ImportReject, Snapshot
from crm.models.learning import RerunReason
from crm.models.prospects import Prospect
from crm.models.targets import ContentIdea
from crm.prospects.filters import ACTIVE
from crm.vocabulary import ImportState, Stage

PAGE_SIZE = 50
CLOSED_STATES = (ImportState.UNDONE.value, ImportState.CANCELLED.value)


@dataclass(frozen=True)
class Head:
    """The four numbers above the gap and what they rest on."""

    snapshot: Snapshot | None
    n_gap: int
    n_set_aside: int
    n_prospects: int
    n_ready: int
    n_three: int
    n_all: int
    n_imports: int
    tools: list[str]


@dataclass(frozen=True)
class TypeCount:
    """Prospects of one link type, their mean chance, and what came of those already contacted."""

    link_type: str
    n: int
    chance: float
    contacted: int
    placed: int


@dataclass(frozen=True)
class Overlap:
    """The overlap chart: rivals with their counts, and how many prospects link to exactly each set of them."""

    sets: list[dict[str, Any]]
    columns: list[dict[str, Any]]
    largest: int


@dataclass(frozen=True)
class Screen:
    """Everything above the list on the gap screen."""

    head: Head
    rivals: list[Competitor]
    chart: Overlap
    types: list[TypeCount]
    job: Job | None
    reasons: list[RerunReason]


def screen(s: Session, project: Project) -> Screen:
    """The numbers, the charts and the computation under way."""
    letters = rivals(s, project)
    chart = overlap(s, project, letters)
    return Screen(
        head(s, project, len(letters)), letters, chart, types(s, project), open_gap_job(s, project), fired(s, project)
    )


def fired(s: Session, project: Project) -> list[RerunReason]:
    """Reasons to look at the gap again that fired and are open, newest first."""
    query = select(RerunReason).where(RerunReason.project_id == project.id, RerunReason.closed_at.is_(None))
    return list(s.scalars(query.order_by(RerunReason.id.desc()).limit(6)))


def current(s: Session, project: Project) -> Snapshot | None:
    """The newest finished snapshot."""
    query = select(Snapshot).where(Snapshot.project_id == project.id, Snapshot.n_domains > 0)
    return s.scalar(query.order_by(Snapshot.id.desc()).limit(1))


def head(s: Session, project: Project, n_rivals: int) -> Head:
    """The numbers of the gap screen, two statements."""
    open_ = Prospect.stage != Stage.SET_ASIDE.value
    flags = (
        (~open_, "aside"),
        (open_, "open"),
        (Prospect.stage == Stage.READY.value, "ready"),
        (and_(open_, Prospect.overlap >= 3), "three"),
        (and_(open_, Prospect.overlap >= max(n_rivals, 1)), "all"),
    )
    sums = [func.coalesce(func.sum(case((flag, 1), else_=0)), 0).label(name) for flag, name in flags]
    row = s.execute(select(*sums).where(Prospect.project_id == project.id)).one()
    done = Import.state == ImportState.DONE.value
    tools = s.execute(
        select(Import.tool, func.count()).where(Import.project_id == project.id, done).group_by(Import.tool)
    )
    found = [(tool or "generic", n) for tool, n in tools]
    snapshot = current(s, project)
    return Head(
        snapshot,
        snapshot.n_gap if snapshot else 0,
        row.aside,
        row.open,
        row.ready,
        row.three,
        row.all,
        sum(n for _tool, n in found),
        sorted(tool for tool, _n in found),
    )


def rivals(s: Session, project: Project) -> list[Competitor]:
    """Competitors in the order of their letters."""
    query = select(Competitor).where(Competitor.project_id == project.id)
    return list(s.scalars(query.order_by(Competitor.position)))


def overlap(s: Session, project: Project, competitors: Sequence[Competitor]) -> Overlap:
    """Counts for the overlap chart, over prospects that are not set aside; the 20 largest columns."""
    query = select(Prospect.competitors, func.count()).where(
        Prospect.project_id == project.id, Prospect.stage != Stage.SET_ASIDE.value, Prospect.competitors != ""
    )
    counts = {str(row[0]): int(row[1]) for row in s.execute(query.group_by(Prospect.competitors))}
    sets = [
        {
            "k": c.letter,
            "name": c.domain,
            "n": sum(n for letters, n in counts.items() if c.letter in letters),
            "url": f"/gap/pages?rival={c.letter}",
        }
        for c in competitors
    ]
    known = {c.letter for c in competitors}
    shown = sorted(((k, n) for k, n in counts.items() if set(k) <= known), key=lambda kn: (len(kn[0]), -kn[1], kn[0]))
    largest = sorted(shown, key=lambda kn: -kn[1])[:20]
    columns = [{"k": k, "n": n, "url": f"/gap?only={k}"} for k, n in shown if (k, n) in largest]
    return Overlap(sets, columns, max((n for _k, n in shown), default=1))


def types(s: Session, project: Project) -> list[TypeCount]:
    """Prospects per link type, most first, with the chance and the record so far."""
    name = func.coalesce(Prospect.link_type, "unknown")
    contacted = func.sum(case((Prospect.stage.in_([stage.value for stage in ACTIVE]), 1), else_=0))
    placed = func.sum(case((Prospect.stage.in_([Stage.PLACED.value, Stage.LOST.value]), 1), else_=0))
    query = select(name, func.count(), func.avg(Prospect.chance), contacted, placed)
    query = query.where(Prospect.project_id == project.id, Prospect.stage != Stage.SET_ASIDE.value).group_by(name)
    rows = [TypeCount(t, n, float(c or 0), int(m or 0), int(p or 0)) for t, n, c, m, p in s.execute(query)]
    return sorted(rows, key=lambda row: (-row.n, row.link_type))


def outside(s: Session, snapshot: Snapshot, why: str, after: str) -> tuple[list[GapDomain], str]:
    """Referring domains that are not in the gap, with the reason; and the key of the next page."""
    query = select(GapDomain).where(GapDomain.snapshot_id == snapshot.id, GapDomain.in_gap.is_(False))
    query = query.where(GapDomain.why_not == why) if why else query
    rows = list(s.scalars(query.where(GapDomain.domain > after).order_by(GapDomain.domain).limit(PAGE_SIZE + 1)))
    return rows[:PAGE_SIZE], rows[PAGE_SIZE - 1].domain if len(rows) > PAGE_SIZE else ""


def why_not(s: Session, snapshot: Snapshot) -> dict[str, int]:
    """How many domains are outside the gap for each reason."""
    query = select(GapDomain.why_not, func.count()).where(
        GapDomain.snapshot_id == snapshot.id, GapDomain.in_gap.is_(False)
    )
    return {str(why): n for why, n in s.execute(query.group_by(GapDomain.why_not))}


def snapshots(s: Session, project: Project) -> list[Snapshot]:
    """All finished snapshots, newest first."""
    query = select(Snapshot).where(Snapshot.project_id == project.id, Snapshot.n_domains > 0)
    return list(s.scalars(query.order_by(Snapshot.id.desc()).limit(50)))


def imports(s: Session, project: Project) -> list[tuple[Import, Competitor | None, Job | None]]:
    """Uploads of the project, newest first, without those taken out or cancelled."""
    query = (
        select(Import, Competitor, Job)
        .outerjoin(Competitor, Competitor.id == Import.competitor_id)
        .outerjoin(Job, Job.id == Import.job_id)
        .where(Import.project_id == project.id, Import.state.not_in(CLOSED_STATES))
    )
    return [(imp, rival, job) for imp, rival, job in s.execute(query.order_by(Import.id.desc()).limit(200))]


def rejects(s: Session, imp: Import, limit: int = 200) -> list[ImportReject]:
    """Lines of an import that could not be used, in order."""
    query = select(ImportReject).where(ImportReject.import_id == imp.id)
    return list(s.scalars(query.order_by(ImportReject.row).limit(limit)))


def ideas(s: Session, project: Project) -> list[ContentIdea]:
    """The content backlog, what pays most first; dismissed ideas are left out."""
    query = select(ContentIdea).where(ContentIdea.project_id == project.id, ContentIdea.dismissed_at.is_(None))
    return list(
        s.scalars(
            query.order_by(ContentIdea.priority.desc(), ContentIdea.expected_links.desc(), ContentIdea.id).limit(100)
        )
    )


def open_gap_job(s: Session, project: Project) -> Job | None:
    """The computation that runs or waits now."""
    return next(iter(open_jobs(s, project, "gap")), None)


def open_jobs(s: Session, project: Project, kind: str) -> list[Job]:
    """Jobs of a kind that run or wait now, newest first."""
    query = select(Job).where(Job.project_id == project.id, Job.kind == kind)
    return list(s.scalars(query.where(Job.state.in_(["queued", "running", "paused"])).order_by(Job.id.desc()).limit(5)))
