"""What the set-up screens show."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from crm import domains
from crm.models.accounts import Competitor, Project
from crm.models.batches import Enrollment
from crm.models.events import Event
from crm.models.gap import Import, LinkingPage
from crm.models.prospects import Prospect
from crm.models.targets import HealthCheck, OwnPage, TargetPage
from crm.targets import service
from crm.targets.sitegraph import SiteSummary, summary
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

    @property
    def unjudged(self) -> list[str]:
        """Ticks that a person has not given yet."""
        return service.unjudged(self.page)


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


def known_of(s: Session, page: TargetPage) -> dict[str, Any]:
    """What crawls and files say of an own page, as health takes it. Our own crawl stands above a crawler's file."""
    rows = s.scalars(
        select(OwnPage).where(OwnPage.project_id == page.project_id, OwnPage.url_key == domains.url_key(page.url))
    )
    by = {row.source: row.data for row in rows}
    crawl, frog, console = by.get(service.CRAWL, {}), by.get("screamingfrog", {}), by.get("search_console", {})
    n_read = s.scalar(
        select(func.count(OwnPage.id)).where(OwnPage.project_id == page.project_id, OwnPage.source == service.CRAWL)
    )
    following = crawl.get("next") or ""
    dead = following and s.scalar(
        select(OwnPage.id).where(
            OwnPage.project_id == page.project_id,
            OwnPage.url_key == domains.url_key(following),
            OwnPage.data["status"].as_integer().in_((404, 410)),
        )
    )
    is_home = is_start(page.url)
    return {
        "inlinks": None if is_home else crawl.get("inlinks", frog.get("inlinks")),
        "depth": crawl.get("depth", frog.get("depth")),
        "in_sitemap": crawl.get("in_sitemap"),
        "read_pages": n_read if crawl else None,
        "search_console": console.get("reason") or "",
        "crawler": _against(frog),
        "next_page": following if dead else "",
    }


def rival_page(s: Session, page: TargetPage) -> str | None:
    """The competitor's page that most prospects of this page link to; None when they link to start pages only."""
    query = (
        select(LinkingPage.target_url, func.count())
        .join(Prospect, Prospect.best_page_id == LinkingPage.id)
        .where(Prospect.target_page_id == page.id, LinkingPage.competitor_id.is_not(None))
        .group_by(LinkingPage.target_url)
        .order_by(func.count().desc(), LinkingPage.target_url)
        .limit(20)
    )
    return next((url for url, _ in s.execute(query) if url and not is_start(url)), None)


def site(s: Session, project: Project) -> tuple[SiteSummary, datetime] | None:
    """The newest crawl of the own site in figures, and when it was."""
    rows = list(s.scalars(select(OwnPage).where(OwnPage.project_id == project.id, OwnPage.source == service.CRAWL)))
    if not rows:
        return None
    last = select(Event).where(Event.project_id == project.id, Event.kind == "targets.crawled")
    event = s.scalar(last.order_by(Event.id.desc()).limit(1))
    whole = bool(event and event.data.get("whole"))
    return summary([(r.url, r.data) for r in rows], whole=whole), max(r.at for r in rows)


def judged(s: Session, page: TargetPage) -> list[Event]:
    """What people said of the page, newest first."""
    query = select(Event).where(
        Event.subject_type == "target_page", Event.subject_id == page.id, Event.kind == "target.judged"
    )
    return list(s.scalars(query.order_by(Event.id.desc()).limit(10)))


def is_start(url: str) -> bool:
    """Whether the address is a start page."""
    return urlsplit(url).path.strip("/") == ""


def _against(frog: dict[str, Any]) -> str:
    """What a crawler's line holds against a page, in words."""
    said = []
    if frog.get("status") not in (None, 200):
        said.append(f"HTTP {frog['status']}" + (f" to {frog['redirect']}" if frog.get("redirect") else ""))
    if str(frog.get("indexability") or "").lower().startswith(("non", "nicht", "no ", "false")):
        said.append(f"not indexable ({frog['why']})" if frog.get("why") else "not indexable")
    return ", ".join(said)
