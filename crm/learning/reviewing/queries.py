"""The seven lines of the review with what the project says to each, and the reasons to run the gap again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm import clock
from crm.learning import queries
from crm.learning.triggers import response_drop
from crm.models.accounts import Competitor, Project
from crm.models.batches import Batch
from crm.models.events import Event
from crm.models.gap import Import, Snapshot
from crm.models.outcomes import Placement
from crm.models.prospects import Prospect
from crm.models.targets import HealthCheck, TargetPage
from crm.vocabulary import Angle, ImportState, Stage

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


@dataclass(frozen=True)
class Reason:
    """Why the gap should be looked at again."""

    words: str
    url: str


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


def reasons(s: Session, project: Project) -> list[Reason]:
    """Rerun triggers: answers fell, an asset is out, pages or rivals changed, a PR push began, the gap is old."""
    last = s.scalar(select(Snapshot).where(Snapshot.project_id == project.id).order_by(Snapshot.id.desc()).limit(1))
    found = []
    drop = response_drop(queries.pitches(s, project.id), pd.Timestamp(clock.now()))
    if drop and drop.fell:
        found.append(Reason(drop.words(), "/report/conversion?by=template"))
    fit = queries.latest_fit(s, project.id)
    if fit and fit.measures.get("stepped_back"):
        found.append(Reason("The score stepped back to the shipped weights.", "/report/learned"))
    if last is None:
        return found
    if clock.now() - last.at > QUARTER:
        found.append(Reason(f"The last gap is {(clock.now() - last.at).days} days old.", "/import"))
    for side, more in ((last.changes or {}).get("spikes") or {}).items():
        found.append(Reason(f"{side} gained {more} referring domains: something of theirs earns links.", "/gap"))
    return found + _since(s, project.id, last.at)


def _since(s: Session, project_id: int, at: datetime) -> list[Reason]:
    """What happened after the last gap that makes it out of date."""
    asked = [
        (
            ("content.published",),
            "A new asset is published: its waiting prospects can be pitched.",
            "/prospects?stage=open",
        ),
        (("target.added", "target.archived"), "The target pages changed: other rivals may matter now.", "/import"),
        (("competitor.added", "competitor.removed"), "The set of competitors changed.", "/import"),
        (("rivals.changed",), "Other sites lead the results for your keywords now.", "/gap/rivals"),
        (("learning.reset",), "The scoring was changed by hand.", "/gap"),
    ]
    kinds = set(s.scalars(select(Event.kind).where(Event.project_id == project_id, Event.at > at).distinct()))
    found = [Reason(words, url) for names, words, url in asked if kinds & set(names)]
    pr = select(Batch.id).where(Batch.project_id == project_id, Batch.angle == Angle.PR.value, Batch.approved_at > at)
    if s.scalar(pr.limit(1)):
        found.append(Reason("A digital PR push began: the media list should be fresh.", "/prospects?type=digital_pr"))
    mended = (
        select(HealthCheck.id)
        .join(TargetPage, TargetPage.id == HealthCheck.target_page_id)
        .where(TargetPage.project_id == project_id, HealthCheck.passed, HealthCheck.at > at)
        .where(HealthCheck.target_page_id.in_(select(HealthCheck.target_page_id).where(HealthCheck.passed.is_(False))))
    )
    if s.scalar(mended.limit(1)):
        found.append(Reason("Own pages were repaired: prospects that waited for them can be pitched.", "/targets"))
    return found


def internal_links(s: Session, project: Project, limit: int = 5) -> list[tuple[Placement, list[TargetPage]]]:
    """For the newest wins: up to three other pages of ours to link from and to the page that was linked."""
    won = select(Placement).where(
        Placement.project_id == project.id, Placement.live_at.is_not(None), Placement.lost_at.is_(None)
    )
    pages = list(
        s.scalars(select(TargetPage).where(TargetPage.project_id == project.id, TargetPage.archived_at.is_(None)))
    )
    found = []
    for placement in s.scalars(won.order_by(Placement.live_at.desc()).limit(limit)):
        linked = next((p for p in pages if p.url.rstrip("/") == placement.target_url.rstrip("/")), None)
        near = sorted((p for p in pages if p is not linked), key=lambda p: (-_common(linked, p), p.id))
        found.append((placement, near[:3]))
    return found


def _common(a: TargetPage | None, b: TargetPage) -> int:
    """Words that two pages share in title, topic and keywords."""
    return len(_words(a) & _words(b)) if a else 0


def _words(page: TargetPage) -> set[str]:
    text = " ".join([page.title, page.topic, *(page.keywords or [])])
    return {w for w in text.lower().split() if len(w) > 3}


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
