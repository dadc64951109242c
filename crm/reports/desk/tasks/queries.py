"""The tasks of Today, each counted where it lives."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.models.accounts import Project
from crm.models.batches import Batch, Enrollment
from crm.models.contacts import Contact
from crm.models.gap import Snapshot
from crm.models.learning import RerunReason
from crm.models.mail import InboundMessage, Message, Thread
from crm.models.outcomes import Placement, Reminder
from crm.models.prospects import Prospect
from crm.reports.today import Task, expected, ordered, task
from crm.vocabulary import BatchState, EnrollmentState, MessageState, PlacementState, Stage

STRONG = 60
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Count:
    """Tasks in order, and how many people wait for an answer."""

    tasks: list[Task]
    people: int


def tasks(s: Session, project: Project, now: datetime) -> Count:
    """Everything that waits, in the order of expected links."""
    people, replies = _replies(s, project, now)
    found = [
        replies,
        _lost(s, project, now),
        _doubt(s, project),
        _batch(s, project),
        _contacts(s, project),
        _gap(s, project, now),
        _reminders(s, project, now),
        _awake(s, project, now),
        _alert(s, project, now),
        _rerun(s, project),
    ]
    return Count(ordered(found), people)


def _replies(s: Session, project: Project, now: datetime) -> tuple[int, Task | None]:
    waiting = select(Thread).where(Thread.project_id == project.id, Thread.needs_you_at.is_not(None))
    threads = list(s.scalars(waiting.order_by(Thread.needs_you_at)))
    if not threads:
        return 0, None
    oldest = threads[0]
    last = s.scalar(
        select(InboundMessage).where(InboundMessage.thread_id == oldest.id).order_by(InboundMessage.at.desc()).limit(1)
    )
    who = (last.from_name or last.from_address) if last else oldest.subject
    hours = max(0, int((now - (oldest.needs_you_at or now)).total_seconds() // 3600))
    waited = f"{hours} hours" if hours < 48 else f"{hours // 24} days"
    line = f"{who} wrote first. That has waited {waited}."
    n = len(threads)
    return n, task("replies", n, ("Answer 1 reply", "Answer %s replies"), line, "Triage", "/inbox", 3.0 * n)


def _lost(s: Session, project: Project, now: datetime) -> Task | None:
    query = select(Placement).where(
        Placement.project_id == project.id,
        Placement.state == PlacementState.LOST.value,
        Placement.lost_at >= now - WEEK,
    )
    lost = list(s.scalars(query.order_by(Placement.lost_at.desc())))
    names = ", ".join(p.page_url.split("//")[-1].split("/")[0] for p in lost[:2])
    title = ("1 placed link was lost this week", "%s placed links were lost this week")
    return task("lost", len(lost), title, f"Gone from {names}.", "Win them back", "/links?state=lost", 5.0 * len(lost))


def _doubt(s: Session, project: Project) -> Task | None:
    query = (
        select(Message.rcpt_domain)
        .join(Enrollment, Enrollment.id == Message.enrollment_id)
        .join(Batch, Batch.id == Enrollment.batch_id)
        .where(Batch.project_id == project.id, Message.state == MessageState.REVIEW.value)
    )
    domains = list(s.scalars(query))
    title = ("1 mail may or may not have left", "%s mails may or may not have left")
    line = f"The server of {domains[0]} gave no clear answer." if domains else ""
    return task("doubt", len(domains), title, line, "Decide", "/outbox/review", 1.0 * len(domains))


def _batch(s: Session, project: Project) -> Task | None:
    """The draft nearest to ready."""
    best: tuple[float, int, int, Batch] | None = None
    for batch in s.scalars(select(Batch).where(Batch.project_id == project.id, Batch.state == BatchState.DRAFT.value)):
        rows = list(s.execute(select(Enrollment.state, Enrollment.hold_reason).where(Enrollment.batch_id == batch.id)))
        ready = sum(state == EnrollmentState.DRAFT.value and not hold for state, hold in rows)
        if rows and (best is None or ready / len(rows) > best[0]):
            best = (ready / len(rows), ready, len(rows), batch)
    if best is None:
        return None
    _, ready, of, batch = best
    chances = select(Prospect.chance).join(Enrollment, Enrollment.prospect_id == Prospect.id)
    promise = expected(list(s.scalars(chances.where(Enrollment.batch_id == batch.id))))
    held = f"{of - ready} still need you. " if of > ready else "Everybody is ready to be reviewed. "
    title = f"“{batch.name}” is {ready} of {of} ready"
    return task("batch", 1, (title, title), held + promise, "Finish", f"/batches/{batch.public_id}", 2.0 + of - ready)


def _contacts(s: Session, project: Project) -> Task | None:
    with_contact = select(Contact.prospect_id).where(Contact.retired_at.is_(None))
    query = select(func.count(Prospect.id), func.max(Prospect.score)).where(
        Prospect.project_id == project.id,
        Prospect.stage == Stage.PROSPECT.value,
        Prospect.score >= STRONG,
        Prospect.id.not_in(with_contact),
    )
    n, top = s.execute(query).one()
    title = ("1 strong prospect has no contact", "%s strong prospects have no contact")
    url = f"/prospects?stage=prospect&contact=no&score={STRONG}"
    line = f"Each scores {STRONG} or more, the best {top or 0:.0f}."
    return task("contacts", n, title, line, "Find", url, min(20.0, 1.0 * n))


def _gap(s: Session, project: Project, now: datetime) -> Task | None:
    new = (Prospect.project_id == project.id, Prospect.stage == Stage.FOUND.value, Prospect.created_at >= now - WEEK)
    n = s.scalar(select(func.count(Prospect.id)).where(*new)) or 0
    three = s.scalar(select(func.count(Prospect.id)).where(*new, Prospect.overlap >= 3)) or 0
    title = ("1 new gap domain this week", "%s new gap domains this week")
    line = f"{three:,} of them link to three or more rivals." if three else "None of them links to three rivals yet."
    return task("gap", n, title, line, "Review", "/prospects?stage=found&sort=-rank", min(20.0, 0.3 * n))


def _reminders(s: Session, project: Project, now: datetime) -> Task | None:
    due = select(Reminder).where(
        Reminder.project_id == project.id, Reminder.done_at.is_(None), Reminder.due_on <= now.date()
    )
    found = list(s.scalars(due.order_by(Reminder.due_on)))
    line = found[0].text if found else ""
    return task(
        "reminders",
        len(found),
        ("1 reminder is due", "%s reminders are due"),
        line,
        "Look",
        "/reminders",
        2.0 * len(found),
    )


def _awake(s: Session, project: Project, now: datetime) -> Task | None:
    query = (
        select(Prospect.domain)
        .where(Prospect.project_id == project.id, Prospect.wake_on <= now)
        .order_by(Prospect.wake_on)
    )
    domains = list(s.scalars(query))
    line = f"{domains[0]} asked for that." if domains else ""
    title = ("1 site may be asked again", "%s sites may be asked again")
    return task("awake", len(domains), title, line, "Ask again", "/reminders", 1.0 * len(domains))


def _alert(s: Session, project: Project, now: datetime) -> Task | None:
    """Strong sites that began to link to rivals, by the newest files, while that is news."""
    last = s.scalar(select(Snapshot).where(Snapshot.project_id == project.id).order_by(Snapshot.id.desc()).limit(1))
    found = (last.changes or {}).get("strong", []) if last is not None and last.at >= now - 2 * WEEK else []
    if not found:
        return None
    one = found[0]
    title = ("1 strong site began to link to a rival", "%s strong sites began to link to rivals")
    who = f"{one['domain']} (DR {one['dr']:.0f})"
    line = f"{who} links to {', '.join(one['to'])} now. Be quick: it is looking at the topic."
    return task("alert", len(found), title, line, "Look", "/gap/changes?kind=strong", 1.0 * min(10, len(found)))


def _rerun(s: Session, project: Project) -> Task | None:
    query = select(RerunReason).where(RerunReason.project_id == project.id, RerunReason.closed_at.is_(None))
    found = list(s.scalars(query.order_by(RerunReason.id.desc())))
    title = ("1 reason to look at the gap again", "%s reasons to look at the gap again")
    line = found[0].words if found else ""
    return task("rerun", len(found), title, line, "Look", "/gap#reasons", 3.0)
