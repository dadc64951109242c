"""The seven lines of the review with what the project says to each, and what new links could do for other pages."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm import clock
from crm.learning import queries
from crm.models.accounts import Competitor, Project
from crm.models.batches import Batch
from crm.models.events import Event
from crm.models.gap import Import
from crm.models.prospects import Prospect
from crm.models.targets import HealthCheck, TargetPage
from crm.vocabulary import ImportState, Stage

STEP_DONE, STEP_OPENED = "review.step_done", "review.step_opened"
QUARTER = timedelta(days=92)


@dataclass(frozen=True)
class Step:
    """One line of the review."""

    key: str
    title: str
    words: str
    url: str
    action: str
    done: bool


def review(s: Session, project: Project, quarter: str) -> list[Step]:
    """The seven lines: pages, competitors, exports, types, scores, actions, results."""
    done = _done(s, project.id, quarter)
    lines = [
        ("pages", "Choose the pages and check them", _pages(s, project.id), "/targets", "Open target pages"),
        (
            "competitors",
            "Confirm three to five competitors",
            _competitors(s, project.id),
            "/settings/competitors",
            "Open",
        ),
        ("exports", "Export and clean", _exports(s, project.id), "/import", "Import fresh files"),
        ("classify", "Classify", _untyped(s, project.id), "/prospects?type=unknown", "Look at them"),
        ("score", "Score", _scores(s, project.id), "/gap", "Open the gap"),
        ("actions", "Assign next actions, start small batches", _batches(s, project.id), "/batches/new", "New batch"),
        ("learn", "Track and fold in", _results(s, project.id), "/report/learned", "What was learned"),
    ]
    return [Step(key, title, words, url, action, key in done) for key, title, words, url, action in lines]


def _done(s: Session, project_id: int, quarter: str) -> set[str]:
    done: set[str] = set()
    query = select(Event.kind, Event.data).where(
        Event.project_id == project_id, Event.kind.in_((STEP_DONE, STEP_OPENED))
    )
    for kind, data in s.execute(query.order_by(Event.id)):
        if data.get("quarter") == quarter:
            (done.add if kind == STEP_DONE else done.discard)(str(data.get("step")))
    return done


def _count(s: Session, what: Any, *where: Any) -> int:
    return s.scalar(select(func.count(what)).where(*where)) or 0


def _pages(s: Session, project_id: int) -> str:
    own = select(TargetPage.id).where(TargetPage.project_id == project_id, TargetPage.archived_at.is_(None))
    bad = 0
    pages = list(s.scalars(own))
    for page_id in pages:
        last = select(HealthCheck.passed).where(HealthCheck.target_page_id == page_id).order_by(HealthCheck.id.desc())
        bad += s.scalar(last.limit(1)) is not True
    return f"{_many(len(pages), 'target page')}; {bad} failed or not checked."


def _competitors(s: Session, project_id: int) -> str:
    n = _count(s, Competitor.id, Competitor.project_id == project_id)
    return f"{_many(n, 'competitor')}. " + (
        "That is a good number." if 3 <= n <= 5 else "Three to five give the clearest gap."
    )


def _exports(s: Session, project_id: int) -> str:
    done = select(func.max(Import.imported_at)).where(
        Import.project_id == project_id, Import.state == ImportState.DONE.value
    )
    at = s.scalar(done)
    return f"The newest export is {(clock.now() - at).days} days old." if at else "Nothing was imported yet."


def _untyped(s: Session, project_id: int) -> str:
    n = _count(s, Prospect.id, Prospect.project_id == project_id, Prospect.link_type.is_(None))
    return f"{_many(n, 'prospect')} without a link type."


def _scores(s: Session, project_id: int) -> str:
    open_ = Prospect.stage.in_((Stage.FOUND.value, Stage.PROSPECT.value, Stage.READY.value))
    n = _count(s, Prospect.id, Prospect.project_id == project_id, open_, Prospect.score >= 50)
    return f"{_many(n, 'open prospect')} with a score of 50 or more."


def _batches(s: Session, project_id: int) -> str:
    n = _count(s, Batch.id, Batch.project_id == project_id, Batch.approved_at >= clock.now() - QUARTER)
    return f"{_many(n, 'batch', 'es')} started in the last three months."


def _results(s: Session, project_id: int) -> str:
    fit = queries.latest_fit(s, project_id)
    return fit.verdict if fit else "Nothing was learned yet."


def _many(n: int, word: str, ending: str = "s") -> str:
    return f"{n} {word}{ending if n != 1 else ''}"
