"""Verbs on what was read of a linking page: keep a pasted source, keep a site's habit, wish for pages to be read."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm import clock, work
from crm.errors import BadInput
from crm.models.accounts import Project
from crm.models.events import Job
from crm.models.gap import LinkingPage
from crm.models.pages import FetchedPage, FetchTask
from crm.models.prospects import Prospect
from crm.pages import service as pages
from crm.pages.facts import facts
from crm.pages.linking import LinkingPattern
from crm.prospects.taking.service import reassess
from crm.vocabulary import Stage

OPEN = (Stage.FOUND.value, Stage.PROSPECT.value, Stage.READY.value)


def paste(s: Session, project: Project, prospect: Prospect, source: str) -> None:
    """Take the source of the linking page as a person copied it, and judge the prospect by it. Raises BadInput."""
    page = s.get(LinkingPage, prospect.best_page_id) if prospect.best_page_id else None
    if page is None:
        raise BadInput("The export names no page of this site; import a backlinks export first.", field="source")
    found = facts(source, page.source_url)
    pages.paste(s, project.organisation_id, page.source_url, source, found)
    reassess(s, prospect, found.to_dict())


def study_soon(s: Session, project: Project, prospect: Prospect) -> Job:
    """Queue a closer look: every link of the page followed, six recent pages of its site read."""
    params = {"prospect_ids": [prospect.id]}
    title = f"Looking closer at {prospect.domain}"
    return work.start(
        s, "study_sites", title, params, organisation_id=project.organisation_id, project_id=project.id
    )  # fmt: skip


def keep_habit(s: Session, prospect: Prospect, habit: LinkingPattern) -> None:
    """Remember how the site links out."""
    said: dict[str, Any] = {**asdict(habit), "on": clock.now().date().isoformat()}
    prospect.brief = {**(prospect.brief or {}), "habit": said}
    s.flush()


def want_best(s: Session, project: Project, budget: int) -> int:
    """Queue the linking pages of the best prospects that nobody has read, within what is left of today's budget.
    Returns how many were queued."""
    today = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    asked = select(func.count(FetchTask.id)).where(
        FetchTask.project_id == project.id, FetchTask.purpose == "linking_page", FetchTask.due_at >= today
    )
    left = budget - (s.scalar(asked) or 0)
    if left <= 0:
        return 0
    home = project.organisation_id
    waiting = select(FetchTask.id).where(
        FetchTask.organisation_id == home,
        FetchTask.purpose == "linking_page",
        FetchTask.url_key == LinkingPage.source_key,
    )
    seen = select(FetchedPage.id).where(
        FetchedPage.organisation_id == home, FetchedPage.url_key == LinkingPage.source_key
    )
    query = (
        select(LinkingPage.source_url, Prospect.rank_value)
        .join(Prospect, Prospect.best_page_id == LinkingPage.id)
        .where(Prospect.project_id == project.id, Prospect.stage.in_(OPEN), ~waiting.exists(), ~seen.exists())
        .order_by(Prospect.rank_value.desc(), Prospect.id)
        .limit(left)
    )
    rows = s.execute(query).all()
    for url, worth in rows:
        pages.want(
            s, organisation_id=home, project_id=project.id, url=url, purpose="linking_page", priority=float(worth or 0)
        )  # fmt: skip
    return len(rows)
