"""Mailboxes, mails and touches that are due. Each locks what it returns (PostgreSQL) and skips what others hold."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select, text
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


def next_mailbox(s: Session, now: datetime) -> Mailbox | None:
    """A mailbox that may send now and has something to send; the one that waited longest first."""
    ready = or_(Mailbox.next_slot_at.is_(None), Mailbox.next_slot_at <= now)
    query = (
        select(Mailbox)
        .join(Organisation, Organisation.id == Mailbox.organisation_id)
        .where(
            Organisation.stopped_at.is_(None),
            Mailbox.removed_at.is_(None),
            Mailbox.state == MailboxState.OK.value,
            or_(Mailbox.paused_until.is_(None), Mailbox.paused_until <= now),
            or_(and_(ready, or_(_has_mail(now), _has_touch(now))), _has_mail(now, by_hand=True)),
        )
        .order_by(Mailbox.next_slot_at.nulls_first(), Mailbox.id)
        .limit(1)
        .with_for_update(of=Mailbox, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return s.scalar(query)


def _has_mail(now: datetime, *, by_hand: bool = False) -> ColumnElement[bool]:
    due = [Message.mailbox_id == Mailbox.id, Message.state == M.QUEUED.value, Message.due_at <= now]
    if by_hand:
        return exists().where(*due, Message.enrollment_id.is_(None))
    first = or_(Message.step_no.is_(None), Message.step_no == 1)
    return exists().where(*due, or_(first, _was_read(Message.due_at, now)))


def _has_touch(now: datetime) -> ColumnElement[bool]:
    wanted = or_(Touch.step_no == 1, _was_read(Touch.due_at, now))
    return exists().where(Enrollment.mailbox_id == Mailbox.id, *_due_touch(now), wanted)


def _was_read(due_at: InstrumentedAttribute[datetime], now: datetime) -> ColumnElement[bool]:
    """The inbox of the mailbox was read completely after this moment, and not long ago."""
    return and_(Mailbox.inbound_synced_at >= due_at, Mailbox.inbound_synced_at >= now - FRESH)


def _due_touch(now: datetime) -> list[ColumnElement[bool]]:
    return [
        Touch.enrollment_id == Enrollment.id,
        Enrollment.batch_id == Batch.id,
        Batch.project_id == Project.id,
        Touch.state == TouchState.PLANNED.value,
        Touch.planned_local.is_not(None),
        Touch.due_at <= now,
        Enrollment.state == EnrollmentState.ACTIVE.value,
        Batch.state == BatchState.RUNNING.value,
        Project.paused_at.is_(None),
    ]


def used(s: Session, mailbox_id: int, now: datetime) -> Used:
    """What counts against the caps; a mail in doubt counts as sent."""
    last_hour = Message.claimed_at > now - timedelta(hours=1)
    query = select(
        func.count(case((last_hour, 1))),
        func.count(),
        func.count(case((Message.step_no == 1, 1))),
        func.min(case((last_hour, Message.claimed_at))),
        func.min(Message.claimed_at),
    ).where(
        Message.mailbox_id == mailbox_id,
        Message.claimed_at > now - timedelta(days=1),
        Message.state.in_([x.value for x in states.COUNTS]),
    )
    hour, day, new, in_hour, in_day = s.execute(query).one()
    return Used(hour, day, new, in_hour, in_day)


def queued(mailbox: Mailbox, now: datetime) -> Select[Message]:
    """Frozen mails of this mailbox that are due."""
    return (
        select(Message)
        .where(Message.mailbox_id == mailbox.id, Message.state == M.QUEUED.value, Message.due_at <= now)
        .order_by(Message.due_at, Message.id)
        .limit(CANDIDATES)
        .with_for_update(skip_locked=True)
    )


def planned(mailbox: Mailbox, now: datetime, *, first_mails: bool) -> Select[Touch]:
    """Due touches; a follow-up only when the inbox was read after it became due."""
    read_at = mailbox.inbound_synced_at
    fresh = Touch.due_at <= read_at if read_at is not None and read_at >= now - FRESH else text("1 = 0")
    wanted = or_(Touch.step_no == 1, fresh) if first_mails else and_(Touch.step_no > 1, fresh)
    return (
        select(Touch)
        .join(Enrollment, Enrollment.id == Touch.enrollment_id)
        .join(Batch, Batch.id == Enrollment.batch_id)
        .join(Project, Project.id == Batch.project_id)
        .where(Enrollment.mailbox_id == mailbox.id, *_due_touch(now), wanted)
        .order_by(Touch.due_at, Touch.id)
        .limit(CANDIDATES)
        .with_for_update(of=Touch, skip_locked=True)
    )
