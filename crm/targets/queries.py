"""What the set-up screens show."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from crm import domains
from crm.models.accounts import Competitor, Project
from crm.models.batches import Enrollment
from crm.models.gap import Import
from crm.models.prospects import Prospect
from crm.models.targets import HealthCheck, TargetPage
from crm.targets import service
from crm.vocabulary import EnrollmentState

TICK_WORDS = (
    ("deserves_inclusion", "A stranger's page would be better with a link to this one"),
    ("meets_intent", "It answers what people search for, as well as the pages that rank"),
    ("shows_trust", "It shows who stands behind it, sources and dates"),
)


@dataclass(frozen=True)
class SetupState:
    """How far the first steps are."""

    project: Project
    targets: list[TargetPage]
    rivals: list[Competitor]
    n_files: int


@dataclass(frozen=True)
class TargetRow:
    """A target page with its last check and how many prospects it is meant for."""

    page: TargetPage
    check: HealthCheck | None
    n_prospects: int


def setup_state(s: Session, project: Project) -> SetupState:
    """Target pages, rivals and files of the project so far."""
    n = s.scalar(select(func.count(Import.id)).where(Import.project_id == project.id)) or 0
    return SetupState(project, service.targets(s, project), rivals(s, project), n)


def rivals(s: Session, project: Project) -> list[Competitor]:
    """The competitors in the order of their letters."""
    query = select(Competitor).where(Competitor.project_id == project.id).order_by(Competitor.position)
    return list(s.scalars(query))


def project_for_page(s: Session, url: str, mine: list[Project]) -> Project | None:
    """The project of mine to which the page belongs."""
    host = domains.host(url if "//" in url else f"https://{url}")
    return next((p for p in mine if host and service.is_own(p, host)), None)


def target_rows(s: Session, project: Project) -> list[TargetRow]:
    """Every page in use, with its newest check."""
    pages = service.targets(s, project)
    counts = (
        select(Prospect.target_page_id, func.count())
        .where(Prospect.project_id == project.id)
        .group_by(Prospect.target_page_id)
    )
    n_by_page = {row[0]: row[1] for row in s.execute(counts)}
    newest = select(func.max(HealthCheck.id)).group_by(HealthCheck.target_page_id)
    checks = {c.target_page_id: c for c in s.scalars(select(HealthCheck).where(HealthCheck.id.in_(newest)))}
    return [TargetRow(p, checks.get(p.id), n_by_page.get(p.id, 0)) for p in pages]


def target_detail(s: Session, page: TargetPage) -> TargetRow:
    """One page with its newest check."""
    n = s.scalar(select(func.count(Prospect.id)).where(Prospect.target_page_id == page.id)) or 0
    return TargetRow(page, service.last_check(s, page), n)


def offered_and_unchecked(s: Session, now: datetime) -> list[int]:
    """Own pages that running sequences offer and whose last check is a day old, or failed an hour ago."""
    newest = aliased(HealthCheck)
    last = select(func.max(newest.id)).where(newest.target_page_id == TargetPage.id).correlate(TargetPage)
    offered = (
        select(Prospect.target_page_id)
        .join(Enrollment, Enrollment.prospect_id == Prospect.id)
        .where(Enrollment.state == EnrollmentState.ACTIVE.value)
    )
    day_old = HealthCheck.at < now - timedelta(days=1)
    failed = HealthCheck.passed.is_(False) & (HealthCheck.at < now - timedelta(hours=1))
    query = (
        select(TargetPage.id)
        .outerjoin(HealthCheck, HealthCheck.id == last.scalar_subquery())
        .where(TargetPage.id.in_(offered), TargetPage.archived_at.is_(None))
        .where(or_(HealthCheck.id.is_(None), day_old, failed))
    )
    return list(s.scalars(query.order_by(TargetPage.id)))
