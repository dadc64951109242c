"""Practice time passes: people act, the product's timetable runs, the clock goes on to the next moment that matters.

Everything runs in step and in order, so that two runs of one world are equal. A worker that runs beside it does no
harm: whatever it does first is not done again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select

from crm import work
from crm.db import reading
from crm.inbox import run as inbox
from crm.learning import run as learning
from crm.models.batches import Batch, Enrollment
from crm.models.mail import Message, Touch
from crm.models.mailboxes import Mailbox
from crm.outbox import run as outbox
from crm.outcomes import run as outcomes
from crm.practice.actors import Post, act
from crm.practice.cast import World
from crm.practice.clock import Movable
from crm.practice.ledger import Ledger
from crm.vocabulary import BatchState, EnrollmentState, MailboxState, MessageState, TouchState

DAY = range(7, 20)  # hours (UTC) in which somebody may send or write
CHECKS = (8, 14)  # hours in which links are looked at
MORNING = 8
MAX_SENDS = 400  # of one hour; a stop against a sender that never gets idle


@dataclass
class Passed:
    """What happened while time passed."""

    hours: int = 0
    sent: int = 0
    received: int = 0


@dataclass
class Stage:
    """A world that plays, and the product in front of it. `after_reading` may answer in place of a person."""

    world: World
    ledger: Ledger
    post: Post
    clock: Movable
    after_reading: Callable[[], object] = lambda: None
    on_hour: Callable[[datetime], object] = lambda moment: None
    passed: Passed = field(default_factory=Passed)
    hours: int = 1  # length of one step


def next_morning(now: datetime) -> datetime:
    """08:00 UTC of the next business day."""
    day = now.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    day += timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return day


def advance(stage: Stage, until: datetime) -> Passed:
    """Let time pass until `until`, hour by hour; nights and weekends only have people in them."""
    while stage.clock() < until:
        moment = min(until, _next_step(stage.clock(), stage.hours))
        stage.clock.move_to(moment)
        stage.on_hour(moment)
        stage.passed.hours += stage.hours
        _hour(stage, moment)
    learning.refit_due()
    return stage.passed


def _next_step(now: datetime, hours: int) -> datetime:
    """The next full hour of a day at which something can happen, in steps of so many hours from the first one."""
    moment = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    while moment.hour not in DAY or (moment.hour - DAY.start) % hours:
        moment += timedelta(hours=1)
    return moment


def _hour(stage: Stage, moment: datetime) -> None:
    outbox.reap()
    came = act(stage.world, stage.ledger, stage.post, moment)
    stage.passed.received += came
    end = moment + timedelta(hours=stage.hours)
    waiting = _to_send(end)
    if came or any(step > 1 for step in waiting):  # a follow-up leaves only after the inbox was read
        for mailbox_id in _mailboxes():
            inbox.poll(mailbox_id)
        stage.after_reading()
    if waiting:
        stage.passed.sent += _send(stage, end - timedelta(minutes=5))
    if any(moment.hour <= hour < moment.hour + stage.hours for hour in CHECKS):
        outcomes.check_due()
    work.run_until_idle()


def _send(stage: Stage, until: datetime) -> int:
    """Let the sender send what is due, moving the clock on to its next slot as long as that lies in this hour."""
    before = _n_sent()
    for _ in range(MAX_SENDS):
        slot = _slot() if outbox.tick() else _next_due(stage.clock(), until)
        if slot is None or slot > until:
            break
        stage.clock.move_to(slot)
    return _n_sent() - before


def _slot() -> datetime | None:
    """When the first mailbox may send again."""
    with reading() as s:
        return s.scalar(select(func.min(Mailbox.next_slot_at)).where(Mailbox.removed_at.is_(None)))


def _next_due(now: datetime, until: datetime) -> datetime | None:
    """When the next planned mail of the hour becomes due, not before a mailbox may send."""
    with reading() as s:
        planned = select(func.min(Touch.due_at)).where(Touch.state == TouchState.PLANNED)
        due = s.scalar(planned.where(Touch.due_at > now, Touch.due_at <= until))
    slot = _slot()
    return max(due, slot) if due is not None and slot is not None else due


def _to_send(until: datetime) -> set[int]:
    """The steps of the mails that become due by `until` in mailboxes that may send."""
    with reading() as s:
        touch = (
            select(Touch.step_no)
            .join(Enrollment, Enrollment.id == Touch.enrollment_id)
            .join(Batch, Batch.id == Enrollment.batch_id)
            .join(Mailbox, Mailbox.id == Batch.mailbox_id)
            .where(Touch.state == TouchState.PLANNED, Touch.due_at <= until, Batch.state == BatchState.RUNNING)
            .where(Enrollment.state == EnrollmentState.ACTIVE, Mailbox.state == MailboxState.OK)
        )
        message = select(Message.step_no).where(Message.state == MessageState.QUEUED, Message.due_at <= until)
        return {step or 1 for step in (*s.scalars(touch.distinct()), *s.scalars(message.distinct()))}


def _mailboxes() -> list[int]:
    with reading() as s:
        return list(s.scalars(select(Mailbox.id).where(Mailbox.removed_at.is_(None)).order_by(Mailbox.id)))


def _n_sent() -> int:
    with reading() as s:
        return s.scalar(select(func.count()).where(Message.state == MessageState.SENT)) or 0
