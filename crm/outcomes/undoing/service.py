"""Verbs that remember how things stood before an outcome, and put them back: stage, next step, sequence, reminders,
the do-not-contact list. A sequence that had ended before (by the answer itself, by its last mail) stays ended."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from crm import clock, domains, undo
from crm.models.accounts import Project
from crm.models.batches import Batch, Enrollment
from crm.models.contacts import Contact, PersonAddress, Suppression
from crm.models.events import Event
from crm.models.mail import Message, Touch
from crm.models.outcomes import Outcome, Reminder
from crm.models.prospects import Prospect
from crm.outbox.stopping.service import close_batch
from crm.prospects import service as prospects
from crm.vocabulary import MessageState, Stage, TouchState

FIELDS = ("action", "action_why", "overrides")


def before(s: Session, prospect: Prospect, enrollment: Enrollment | None) -> dict[str, Any]:
    """How things stand now, as plain values."""
    kept: dict[str, Any] = {name: getattr(prospect, name) for name in FIELDS}
    kept["wake_on"] = _iso(prospect.wake_on)
    kept["reminders"] = list(s.scalars(select(Reminder.id).where(Reminder.prospect_id == prospect.id)))
    kept["never"] = [row.id for row in _never(s, prospect, enrollment)]
    if enrollment is None:
        return kept
    touches = select(Touch.id, Touch.state, Touch.state_reason).where(Touch.enrollment_id == enrollment.id)
    mails = select(Message.id, Message.state, Message.state_reason).where(Message.enrollment_id == enrollment.id)
    batch = s.get_one(Batch, enrollment.batch_id)
    kept["sequence"] = {
        "id": enrollment.id,
        "state": enrollment.state,
        "reason": enrollment.stop_reason,
        "stopped_at": _iso(enrollment.stopped_at),
        "touches": [list(row) for row in s.execute(touches)],
        "mails": [list(row) for row in s.execute(mails)],
        "batch": [batch.state, _iso(batch.finished_at)],
    }
    return kept


def offer(s: Session, outcome: Outcome, *, stage_before: str, user_id: int | None = None) -> str:
    """An undo token for an outcome just marked."""
    params = {"outcome": outcome.id, "stage": stage_before}
    words = f"Marked as {outcome.kind.replace('_', ' ')}"
    return undo.offer(s, "outcome.mark", params, words, project_id=outcome.project_id, user_id=user_id)


@undo.handler("outcome.mark")
def _unmark(s: Session, params: dict[str, Any]) -> None:
    outcome = s.get_one(Outcome, params["outcome"])
    outcome.replaced_at = clock.now()
    prospect = s.get_one(Prospect, outcome.prospect_id)
    event = s.scalar(
        select(Event).where(Event.kind == "outcome.marked", Event.subject_id == outcome.id).order_by(Event.id).limit(1)
    )
    kept = (event.data if event is not None else {}).get("before") or {}
    prospects.step_back(s, prospect, Stage(params["stage"]))
    if not kept:
        return
    for name in FIELDS:
        setattr(prospect, name, kept[name])
    prospect.wake_on = _time(kept["wake_on"])
    new = Reminder.id.not_in(kept["reminders"]) & (Reminder.prospect_id == prospect.id) & Reminder.done_at.is_(None)
    s.execute(update(Reminder).where(new, Reminder.created_at >= outcome.at).values(done_at=clock.now()))
    enrollment = s.get(Enrollment, outcome.enrollment_id) if outcome.enrollment_id else None
    for row in _never(s, prospect, enrollment):
        if row.id not in kept["never"] and row.created_at >= outcome.at:
            s.delete(row)
    if kept.get("sequence") and enrollment is not None:
        _go_on(s, enrollment, kept["sequence"])


def _go_on(s: Session, enrollment: Enrollment, kept: dict[str, Any]) -> None:
    """Give a sequence back what the outcome took: only what is still as the outcome left it."""
    enrollment.state, enrollment.stop_reason = kept["state"], kept["reason"]
    enrollment.stopped_at = _time(kept["stopped_at"])
    for number, state, reason in kept["touches"]:
        cancelled = (Touch.id == number) & (Touch.state == TouchState.CANCELLED.value)
        s.execute(update(Touch).where(cancelled).values(state=state, state_reason=reason))
    for number, state, reason in kept["mails"]:
        cancelled = (Message.id == number) & (Message.state == MessageState.CANCELLED.value)
        s.execute(update(Message).where(cancelled).values(state=state, state_reason=reason))
    batch = s.get_one(Batch, enrollment.batch_id)
    batch.state, batch.finished_at = kept["batch"][0], _time(kept["batch"][1])
    s.flush()
    close_batch(s, batch.id)


def _never(s: Session, prospect: Prospect, enrollment: Enrollment | None) -> list[Suppression]:
    """Entries of the do-not-contact list that concern this site or this person's address."""
    home = s.get_one(Project, prospect.project_id).organisation_id
    values = [prospect.domain, domains.display(prospect.domain)]
    if enrollment is not None and enrollment.contact_id is not None:
        contact = s.get_one(Contact, enrollment.contact_id)
        values.append(s.get_one(PersonAddress, contact.address_id).normal)
    query = select(Suppression).where(Suppression.organisation_id == home, Suppression.value.in_(values))
    return list(s.scalars(query))


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
