"""What the link screens show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm import clock, domains
from crm.adapters import blobs
from crm.errors import NotFound
from crm.models.batches import Batch, Enrollment
from crm.models.gap import LinkingPage
from crm.models.outcomes import Placement, PlacementCheck, Referral, Reminder
from crm.models.prospects import Prospect
from crm.models.targets import TargetPage
from crm.outcomes import monitor
from crm.outcomes.proof import write
from crm.vocabulary import PlacementState

PER_PAGE = 50
SOURCES_SHOWN = 200
ORDER = (PlacementState.LOST, PlacementState.CHANGED, PlacementState.WATCHING, PlacementState.LIVE)


@dataclass(frozen=True)
class LinkRow:
    """One line of the list."""

    placement: Placement
    site: str
    prospect_id: str | None
    why: str


@dataclass(frozen=True)
class LinkPage:
    """One link: its checks newest first, the last one that saw it, and what follows."""

    site: str
    prospect: Prospect | None
    checks: list[PlacementCheck]
    seen: PlacementCheck | None
    reminders: list[Reminder]
    in_export: LinkingPage | None
    rhythm: str
    visits: int
    conversions: float


def placements(s: Session, project_id: int, *, state: PlacementState | None = None) -> Sequence[Placement]:
    """Watched links of a project, newest first."""
    query = select(Placement).where(Placement.project_id == project_id).order_by(Placement.id.desc())
    return s.scalars(query.where(Placement.state == state.value) if state else query).all()


def counts(s: Session, project_id: int) -> dict[str, int]:
    """How many links are in each state."""
    query = select(Placement.state, func.count()).where(Placement.project_id == project_id).group_by(Placement.state)
    found: dict[str, int] = dict(s.execute(query).all())
    return {state.value: found.get(state.value, 0) for state in PlacementState}


def rows(s: Session, project_id: int, *, state: str, batch: str, number: int) -> tuple[list[LinkRow], int]:
    """One page of the list with the last finding of each, and how many there are in all. "" filters nothing."""
    newest_look = select(func.max(PlacementCheck.id)).where(PlacementCheck.placement_id == Placement.id)
    last = newest_look.correlate(Placement).scalar_subquery()
    query = (
        select(Placement, Prospect.public_id, PlacementCheck.why)
        .outerjoin(Prospect, Prospect.id == Placement.prospect_id)
        .outerjoin(PlacementCheck, PlacementCheck.id == last)
        .where(Placement.project_id == project_id)
    )
    total = select(func.count()).select_from(Placement).where(Placement.project_id == project_id)
    if state:
        query, total = query.where(Placement.state == state), total.where(Placement.state == state)
    if batch:
        mine = select(Enrollment.id).join(Batch, Batch.id == Enrollment.batch_id).where(Batch.public_id == batch)
        query, total = query.where(Placement.enrollment_id.in_(mine)), total.where(Placement.enrollment_id.in_(mine))
    newest = func.coalesce(Placement.lost_at, Placement.live_at, Placement.reported_at).desc()
    found = s.execute(query.order_by(newest, Placement.id.desc()).limit(PER_PAGE).offset((number - 1) * PER_PAGE)).all()
    made = [LinkRow(p, site_of(p), prospect, why or "not looked at yet") for p, prospect, why in found]
    return made, s.scalar(total) or 0


def checks(s: Session, placement_id: int, limit: int = 60) -> Sequence[PlacementCheck]:
    """The looks at one link, newest first."""
    query = select(PlacementCheck).where(PlacementCheck.placement_id == placement_id)
    return s.scalars(query.order_by(PlacementCheck.id.desc()).limit(limit)).all()


def last_seen(s: Session, placement_id: int) -> PlacementCheck | None:
    """The newest look at which the link was there."""
    query = select(PlacementCheck).where(PlacementCheck.placement_id == placement_id, PlacementCheck.present.is_(True))
    return s.scalar(query.order_by(PlacementCheck.id.desc()).limit(1))


def reminders(s: Session, placement: Placement) -> Sequence[Reminder]:
    """Open reminders of the link's prospect."""
    if placement.prospect_id is None:
        return []
    query = select(Reminder).where(Reminder.prospect_id == placement.prospect_id, Reminder.done_at.is_(None))
    return s.scalars(query.order_by(Reminder.due_on)).all()


def targets(s: Session, project_id: int) -> Sequence[TargetPage]:
    """Our pages, for the form."""
    query = select(TargetPage).where(TargetPage.project_id == project_id, TargetPage.archived_at.is_(None))
    return s.scalars(query.order_by(TargetPage.id)).all()


def in_export(s: Session, placement: Placement) -> LinkingPage | None:
    """The line of an own export that names the same page: a second witness that the link is there."""
    query = select(LinkingPage).where(
        LinkingPage.project_id == placement.project_id,
        LinkingPage.source_key == placement.page_key,
        LinkingPage.competitor_id.is_(None),
    )
    return s.scalar(query.order_by(LinkingPage.id.desc()).limit(1))


def one(s: Session, placement: Placement) -> LinkPage:
    """Everything the screen of one link shows."""
    prospect = s.get(Prospect, placement.prospect_id) if placement.prospect_id else None
    looks = checks(s, placement.id)
    started = placement.live_at or placement.reported_at
    visits, conversions = visits_from(s, placement)
    return LinkPage(
        site_of(placement),
        prospect,
        list(looks),
        last_seen(s, placement.id),
        list(reminders(s, placement)),
        in_export(s, placement),
        monitor.schedule_words(started, clock.now()),
        visits,
        conversions,
    )


def visits_from(s: Session, placement: Placement) -> tuple[int, float]:
    """Visits and conversions that analytics files count from the link's site since it is live."""
    query = select(
        func.coalesce(func.sum(Referral.sessions), 0), func.coalesce(func.sum(Referral.conversions), 0.0)
    ).where(
        Referral.project_id == placement.project_id,
        Referral.source_domain == domains.registrable(placement.page_url),
        Referral.ends_on >= (placement.live_at or placement.reported_at).date(),
    )
    sessions, conversions = s.execute(query).one()
    return int(sessions), float(conversions)


@dataclass(frozen=True)
class Source:
    """Visits from one site: the link of ours that brings them, or the prospect there, or neither."""

    site: str
    sessions: int
    engaged: int
    conversions: float
    link: Placement | None
    prospect: Prospect | None
    landings: tuple[str, ...]


def sources(s: Session, project_id: int) -> list[Source]:
    """Visits by referring site from all files, most first, each with its link or prospect where there is one."""
    totals: dict[str, list[float]] = {}
    landings: dict[str, dict[str, int]] = {}
    for row in s.scalars(select(Referral).where(Referral.project_id == project_id)):
        kept = totals.setdefault(row.source_domain, [0.0, 0.0, 0.0])
        for i, value in enumerate((row.sessions, row.engaged, row.conversions)):
            kept[i] += value
        seen = landings.setdefault(row.source_domain, {})
        seen[row.landing_url] = seen.get(row.landing_url, 0) + row.sessions
    links: dict[str, Placement] = {}
    for placement in s.scalars(select(Placement).where(Placement.project_id == project_id).order_by(Placement.id)):
        links.setdefault(domains.registrable(placement.page_url) or "", placement)
    mine = select(Prospect).where(Prospect.project_id == project_id, Prospect.domain.in_(list(totals)[:900]))
    found = {p.domain: p for p in s.scalars(mine)}
    rows = [
        Source(domains.display(site), int(n), int(e), c, links.get(site), found.get(site), _most(landings[site]))
        for site, (n, e, c) in totals.items()
    ]
    return sorted(rows, key=lambda r: (-r.sessions, r.site))[:SOURCES_SHOWN]


def visits_span(s: Session, project_id: int) -> tuple[date, date] | None:
    """The first and the last day that the files tell of."""
    query = select(func.min(Referral.starts_on), func.max(Referral.ends_on)).where(Referral.project_id == project_id)
    first, last = s.execute(query).one()
    return (first, last) if first and last else None


def _most(landings: dict[str, int]) -> tuple[str, ...]:
    return tuple(sorted((url for url in landings if url), key=lambda url: -landings[url])[:3])


def proof(s: Session, placement: Placement, number: int) -> tuple[str, str]:
    """(file name, text) of the proof of one check of this link. Raises NotFound."""
    query = select(PlacementCheck).where(PlacementCheck.id == number, PlacementCheck.placement_id == placement.id)
    check = s.scalar(query)
    if check is None:
        raise NotFound("There is no such check of this link.")
    body = blobs.get(check.proof_sha256) if check.proof_sha256 else None
    host = (domains.host(placement.page_url) or "page").replace(":", "-")
    return f"proof-{host}-{check.at:%Y-%m-%d}.txt", write(placement, check, body)


def site_of(placement: Placement) -> str:
    """The site that links, as people write it."""
    url = placement.page_url
    return domains.display(domains.registrable(url) or domains.host(url) or url)
