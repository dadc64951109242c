"""Mailboxes, mails and touches that are due. Each locks what it returns (PostgreSQL) and skips what others hold."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from crm.models.accounts import Organisation, Project
from crm.models.batches import Batch, Enrollment
from crm.models.mail import Message, Touch
from crm.models.mailboxes import Mailbox
from crm.outbox import states
from crm.outbox.objections.queries import FRESH
from crm.outbox.schedule import Used
from crm.vocabulary import BatchState, EnrollmentState, MailboxState, TouchState
from crm.vocabulary import MessageState as M

CANDIDATES = 25
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def next_mailbox(s: Session, now: datetime) -> Mailbox | None:
    """A mailbox that may send now and has something to send; the one that waited longest first."""
    return s.scalar(_NEXT, {"now": now, "fresh": now - FRESH})


def used(s: Session, mailbox_id: int, now: datetime) -> Used:
    """What counts against the caps; a mail in doubt counts as sent."""
    values = {"mailbox": mailbox_id, "hour": now - timedelta(hours=1), "day": now - timedelta(days=1)}
    hour, day, new, in_hour, in_day = s.execute(_USED, values).one()
    return Used(hour, day, new, in_hour, in_day)


def queued(s: Session, mailbox: Mailbox, now: datetime, *, by_hand: bool) -> list[Message]:
    """Frozen mails of this mailbox that are due: answers by hand, or mails of sequences."""
    return list(s.scalars(_BY_HAND if by_hand else _QUEUED, {"mailbox": mailbox.id, "now": now}))


def planned(s: Session, mailbox: Mailbox, now: datetime, *, first_mails: bool) -> list[Touch]:
    """Due touches; a follow-up only when the inbox was read after it became due, and lately."""
    read_at = mailbox.inbound_synced_at
    fresh = read_at if read_at is not None and read_at >= now - FRESH else NEVER
    wanted = _PLANNED if first_mails else _FOLLOW_UPS
    return list(s.scalars(wanted, {"mailbox": mailbox.id, "now": now, "read": fresh}))


def _was_read(due_at: InstrumentedAttribute[datetime]) -> ColumnElement[bool]:
    """The inbox of the mailbox was read completely after this moment, and not long ago."""
    return and_(Mailbox.inbound_synced_at >= due_at, Mailbox.inbound_synced_at >= _at("fresh"))


def _at(name: str) -> BindParameter[datetime]:
    return bindparam(name, type_=Message.due_at.type)


def _has_mail(*, by_hand: bool = False) -> ColumnElement[bool]:
    due = [Message.mailbox_id == Mailbox.id, Message.state == M.QUEUED.value, Message.due_at <= _at("now")]
    if by_hand:
        return exists().where(*due, Message.enrollment_id.is_(None))
    first = or_(Message.step_no.is_(None), Message.step_no == 1)
    return exists().where(*due, or_(first, _was_read(Message.due_at)))


_DUE_TOUCH = (
    Touch.enrollment_id == Enrollment.id,
    Enrollment.batch_id == Batch.id,
    Batch.project_id == Project.id,
    Touch.state == TouchState.PLANNED.value,
    Touch.planned_local.is_not(None),
    Touch.due_at <= _at("now"),
    Enrollment.state == EnrollmentState.ACTIVE.value,
    Batch.state == BatchState.RUNNING.value,
    Project.paused_at.is_(None),
)


def _next() -> Select[Mailbox]:
    ready = or_(Mailbox.next_slot_at.is_(None), Mailbox.next_slot_at <= _at("now"))
    wanted = or_(Touch.step_no == 1, _was_read(Touch.due_at))
    has_touch = exists().where(Enrollment.mailbox_id == Mailbox.id, *_DUE_TOUCH, wanted)
    return (
        select(Mailbox)
        .join(Organisation, Organisation.id == Mailbox.organisation_id)
        .where(
            Organisation.stopped_at.is_(None),
            Mailbox.removed_at.is_(None),
            Mailbox.state == MailboxState.OK.value,
            or_(Mailbox.paused_until.is_(None), Mailbox.paused_until <= _at("now")),
            or_(and_(ready, or_(_has_mail(), has_touch)), _has_mail(by_hand=True)),
        )
        .order_by(Mailbox.next_slot_at.nulls_first(), Mailbox.id)
        .limit(1)
        .with_for_update(of=Mailbox, skip_locked=True)
        .execution_options(populate_existing=True)
    )


def _used() -> Select[int, int, int, Any, datetime | None]:
    last_hour = Message.claimed_at > _at("hour")
    return select(
        func.count(case((last_hour, 1))),
        func.count(),
        func.count(case((Message.step_no == 1, 1))),
        func.min(case((last_hour, Message.claimed_at))),
        func.min(Message.claimed_at),
    ).where(
        Message.mailbox_id == bindparam("mailbox"),
        Message.claimed_at > _at("day"),
        Message.state.in_([x.value for x in states.COUNTS]),
    )


def _frozen(whose: ColumnElement[bool]) -> Select[Message]:
    mine = (Message.mailbox_id == bindparam("mailbox"), Message.state == M.QUEUED.value, Message.due_at <= _at("now"))
    query = select(Message).where(*mine, whose).order_by(Message.due_at, Message.id)
    return query.limit(CANDIDATES).with_for_update(skip_locked=True)


def _touches(wanted: ColumnElement[bool]) -> Select[Touch]:
    return (
        select(Touch)
        .join(Enrollment, Enrollment.id == Touch.enrollment_id)
        .join(Batch, Batch.id == Enrollment.batch_id)
        .join(Project, Project.id == Batch.project_id)
        .where(Enrollment.mailbox_id == bindparam("mailbox"), *_DUE_TOUCH, wanted)
        .order_by(Touch.due_at, Touch.id)
        .limit(CANDIDATES)
        .with_for_update(of=Touch, skip_locked=True)
    )


# Built once: putting a statement of this size together costs more than running it.
_NEXT, _USED = _next(), _used()
_QUEUED, _BY_HAND = _frozen(Message.enrollment_id.is_not(None)), _frozen(Message.enrollment_id.is_(None))
_PLANNED = _touches(or_(Touch.step_no == 1, Touch.due_at <= _at("read")))
_FOLLOW_UPS = _touches(and_(Touch.step_no > 1, Touch.due_at <= _at("read")))
