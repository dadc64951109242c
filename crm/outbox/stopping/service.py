"""Ending or moving sequences. What is on the wire at that moment cannot be called back, and the caller is told so."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from crm import clock, journal
from crm.journal import SYSTEM, Actor
from crm.models.accounts import Project
from crm.models.batches import Batch, Enrollment
from crm.models.mail import Message, Touch
from crm.outbox import schedule, states
from crm.vocabulary import BatchState, EnrollmentState, MessageState, StopReason, TouchState

LIVE = (EnrollmentState.ACTIVE.value, EnrollmentState.PAUSED.value)
OPEN_TOUCHES = (TouchState.PLANNED.value, TouchState.NEEDS_DATA.value)
STOPPABLE = tuple(x.value for x in states.STOPPABLE)
ON_THE_WIRE = tuple(x.value for x in states.ON_THE_WIRE)


@dataclass(frozen=True)
class Stopped:
    """How many sequences ended, and how many mails were already on the wire."""

    n: int = 0
    on_the_wire: int = 0


def stop(s: Session, enrollment: Enrollment, reason: StopReason, actor: Actor = SYSTEM, words: str = "") -> Stopped:
    """End one sequence: no further touch leaves. Doing it again is harmless; the first reason stays, except that an
    answer after the last mail is written over "sequence done"."""
    s.execute(select(Enrollment.id).where(Enrollment.id == enrollment.id).with_for_update())
    s.refresh(enrollment, ["state", "stop_reason", "stopped_at"])
    finished = enrollment.state == EnrollmentState.FINISHED and reason is not StopReason.COMPLETED
    if enrollment.state in LIVE or finished:
        enrollment.state = EnrollmentState.STOPPED.value
        enrollment.stop_reason, enrollment.stopped_at = reason.value, clock.now()
        batch = s.get_one(Batch, enrollment.batch_id)
        project = s.get_one(Project, batch.project_id)
        data = {"reason": reason.value, "words": words}
        journal.record(s, "enrollment.stopped", enrollment, project=project, actor=actor, batch_id=batch.id, data=data)
        n = 1
    else:
        n = 0
    said = words or reason.value.replace("_", " ")
    s.execute(
        update(Touch)
        .where(Touch.enrollment_id == enrollment.id, Touch.state.in_(OPEN_TOUCHES))
        .values(state=TouchState.CANCELLED.value, state_reason=said)
    )
    s.execute(
        update(Message)
        .where(Message.enrollment_id == enrollment.id, Message.state.in_(STOPPABLE))
        .values(state=MessageState.CANCELLED.value, state_reason=said)
    )
    s.flush()
    close_batch(s, enrollment.batch_id)
    return Stopped(n, len(_wire(s, Message.enrollment_id == enrollment.id)))


def stop_domain(
    s: Session, organisation_id: int, root_domain: str, reason: StopReason, actor: Actor = SYSTEM, words: str = ""
) -> Stopped:
    """End every live sequence to people of one site."""
    query = select(Enrollment).where(
        Enrollment.organisation_id == organisation_id,
        Enrollment.root_domain == root_domain,
        Enrollment.state.in_(LIVE),
    )
    done = [stop(s, enrollment, reason, actor, words) for enrollment in s.scalars(query.order_by(Enrollment.id))]
    return Stopped(sum(d.n for d in done), sum(d.on_the_wire for d in done))


def postpone(s: Session, enrollment: Enrollment, until: datetime, words: str = "out of office") -> None:
    """Nothing of this sequence leaves before `until`; a mail that was already made waits as it is."""
    enrollment.postponed_until = max(until, enrollment.postponed_until or until)
    touches = select(Touch).where(Touch.enrollment_id == enrollment.id, Touch.state == TouchState.PLANNED.value)
    for touch in s.scalars(touches):
        move(touch, enrollment.postponed_until, words)
    s.execute(
        update(Message)
        .where(
            Message.enrollment_id == enrollment.id,
            Message.state == MessageState.QUEUED.value,
            Message.due_at < enrollment.postponed_until,
        )
        .values(due_at=enrollment.postponed_until, state_reason=words)
    )
    s.flush()


def hold(s: Session, enrollment: Enrollment, until: datetime, words: str) -> None:
    """Keep a sequence back for a while without calling it out of office (an answer that could not be placed)."""
    postpone(s, enrollment, until, words)


def move(touch: Touch, until: datetime, words: str) -> None:
    """A planned touch leaves at `until` at the earliest; its plan moves with it."""
    zone = schedule.zone_of(touch.time_zone) or schedule.zone_of("UTC")
    touch.due_at = max(touch.due_at, until)
    touch.planned_local = touch.due_at.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S")
    touch.state_reason = words


def close_batch(s: Session, batch_id: int) -> None:
    """A batch in which nothing can happen any more is done."""
    s.flush()
    open_states = (*LIVE, EnrollmentState.DRAFT.value, EnrollmentState.HELD.value)
    still = select(Enrollment.id).where(Enrollment.batch_id == batch_id, Enrollment.state.in_(open_states)).limit(1)
    if s.scalar(still) is None:
        s.execute(
            update(Batch)
            .where(Batch.id == batch_id, Batch.state.in_((BatchState.RUNNING.value, BatchState.PAUSED.value)))
            .values(state=BatchState.DONE.value, finished_at=clock.now())
        )


def on_the_wire(s: Session, *where: object) -> int:
    """How many mails are between our last word and the server's answer, among those that match."""
    return len(_wire(s, *where))


def _wire(s: Session, *where: object) -> list[int]:
    return list(s.scalars(select(Message.id).where(Message.state.in_(ON_THE_WIRE), *where)))  # type: ignore[arg-type]
