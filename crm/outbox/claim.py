"""Taking one mail out of the queue, and asking a last time right before DATA. Short transactions, one code path.

SQLite: every writing transaction begins IMMEDIATE, so there is one writer and `FOR UPDATE` is not needed (SQLAlchemy
leaves it out there). PostgreSQL: a mailbox is locked with SKIP LOCKED, so that one worker at a time counts its caps;
what holds across mailboxes is counted under the lock of `lock_scope`.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select, text, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from crm import clock, journal
from crm.models.mail import Message, Touch
from crm.models.mailboxes import Mailbox
from crm.outbox import schedule
from crm.outbox.compose import envelope
from crm.outbox.due import queries as due
from crm.outbox.freezing import service as freezing
from crm.outbox.objections import queries as objections
from crm.outbox.objections.queries import Asked, Case, Objection, Then, caps_of
from crm.outbox.stopping import service as stopping
from crm.vocabulary import MessageState, TouchState

IDLE = timedelta(seconds=60)  # before a mailbox without anything that may leave is looked at again
M = MessageState


@dataclass(frozen=True)
class Claimed:
    """One mail in our hands until the lease ends; (owner, attempt) is the fencing mark."""

    pk: int
    owner: str
    attempt: int
    mailbox_id: int
    sender: str
    rcpt: str
    wire: bytes
    message_id: str
    mailbox: Mailbox = field(repr=False, compare=False)  # as it was at the claim, for its servers and its secret


@dataclass(frozen=True)
class Turn:
    """One try at claiming: what was claimed, and whether another try makes sense."""

    claimed: Claimed | None
    again: bool


def db_now(s: Session) -> datetime:
    """Real time as all workers see it: the database's on PostgreSQL, the machine's otherwise."""
    if s.get_bind().dialect.name != "postgresql":
        return clock.real_now()
    found: datetime = s.execute(select(func.clock_timestamp())).scalar_one()
    return found


def lock_scope(s: Session, scope: str) -> None:
    """Until the end of this transaction nobody else counts within `scope` (a recipient's domain, a site). On SQLite
    the writer is alone anyway; on PostgreSQL row locks do not see rows that others are about to write."""
    if s.get_bind().dialect.name == "postgresql":
        key = int.from_bytes(hashlib.sha256(scope.encode()).digest()[:8], "big", signed=True)
        s.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


def claim(s: Session, owner: str, lease: timedelta) -> Turn:
    """Take the next mail that may leave now."""
    now = clock.now()
    mailbox = due.next_mailbox(s, now)
    if mailbox is None:
        return Turn(None, False)
    by_hand = _next_by_hand(s, mailbox, now)
    if by_hand is not None:
        return Turn(_take(s, by_hand, mailbox, owner, lease, now), True)
    caps, used = caps_of(mailbox), due.used(s, mailbox.id, now)
    room = schedule.room_at(now, caps, used)
    if room > now:
        mailbox.next_slot_at = room
        return Turn(None, True)
    found = _choose(s, mailbox, now, first_mails=used.new < caps.new)
    if found is None:
        mailbox.next_slot_at = now + IDLE
        return Turn(None, True)
    claimed = _take(s, found, mailbox, owner, lease, now)
    mailbox.next_slot_at = now + schedule.gap(caps, found.message_id)
    return Turn(claimed, True)


def gate(s: Session, claimed: Claimed) -> bool:
    """Right before DATA: still ours, in time, and no reason against it. True moves the mail to `sending`.

    What is decided here stands: after this transaction only the server can say what became of the mail.
    """
    message = s.get_one(Message, claimed.pk)
    around = objections.load(s, claimed.mailbox_id, message.enrollment_id, lock=True)
    found = objections.objection(s, around, _asked(message), clock.now())
    mine = and_(
        Message.id == claimed.pk,
        Message.owner == claimed.owner,
        Message.attempt == claimed.attempt,
        Message.state == M.CLAIMED.value,
    )
    if found is not None:
        if _changed(s, mine, state=M.QUEUED.value, claimed_at=None, owner=None, lease_until=None):
            _obey(s, found, around, message)
        return False
    going = and_(mine, Message.lease_until > db_now(s))
    return _changed(s, going, state=M.SENDING.value, state_reason=None)


def _next_by_hand(s: Session, mailbox: Mailbox, now: datetime) -> Message | None:
    """An answer written by a person waits for no window and no gap, only for its own undo time."""
    for message in due.queued(s, mailbox, now, by_hand=True):
        around = objections.load(s, mailbox.id, None)
        found = objections.objection(s, around, _asked(message), now)
        if found is None:
            return message
        _obey(s, found, around, message)
    return None


def _choose(s: Session, mailbox: Mailbox, now: datetime, *, first_mails: bool) -> Message | None:
    """The first mail of this mailbox that nothing speaks against: frozen ones that wait for another try come first."""
    for message in due.queued(s, mailbox, now, by_hand=False):
        if message.not_after is not None and message.not_after < now:
            message.state, message.state_reason = M.EXPIRED.value, "too late; say whether it shall still leave"
        elif _free(s, message, mailbox, now):
            return message
    for touch in due.planned(s, mailbox, now, first_mails=first_mails):
        frozen = _from_touch(s, touch, mailbox, now)
        if frozen is not None:
            return frozen
    return None


def _free(s: Session, message: Message, mailbox: Mailbox, now: datetime) -> bool:
    around = objections.load(s, mailbox.id, message.enrollment_id)
    found = _objection(s, around, _asked(message), now)
    if found is not None:
        _obey(s, found, around, message)
    return found is None


def _from_touch(s: Session, touch: Touch, mailbox: Mailbox, now: datetime) -> Message | None:
    around = objections.load(s, mailbox.id, touch.enrollment_id)
    assert around.enrollment is not None
    if touch.time_zone != around.enrollment.time_zone:
        freezing.replan(touch, around.enrollment)
        if touch.due_at > now:
            return None
    if freezing.is_late(touch, now):
        touch.state = TouchState.NEEDS_DATA.value
        touch.state_reason = f"planned for {touch.due_at:%d %b}; nothing was sent for more than a week"
        return None
    if around.address is None:
        found: Objection | None = Objection(Then.STOP, "there is no contact any more")
    else:
        asked = Asked(around.address.normal, around.address.domain, touch.step_no, touch.due_at)
        found = _objection(s, around, asked, now)
    if found is not None:
        _obey_touch(s, found, around, touch)
        return None
    return freezing.freeze(s, touch, around)


def _objection(s: Session, around: Case, asked: Asked, now: datetime) -> Objection | None:
    """Asked without a lock first, then again alone in the scope of the recipient's domain and site."""
    found = objections.objection(s, around, asked, now)
    if found is not None or s.get_bind().dialect.name != "postgresql":
        return found
    lock_scope(s, f"domain:{around.organisation.id}:{asked.rcpt_domain}")
    return objections.objection(s, around, asked, now)


def _take(
    s: Session, message: Message, mailbox: Mailbox, owner: str, lease: timedelta, now: datetime
) -> Claimed | None:
    attempt = message.attempt + 1
    where = and_(Message.id == message.id, Message.state == M.QUEUED.value)
    new = {"owner": owner, "lease_until": db_now(s) + lease, "attempt": attempt, "claimed_at": now}
    if not _changed(s, where, state=M.CLAIMED.value, **new):
        return None
    return Claimed(
        message.id,
        owner,
        attempt,
        mailbox.id,
        envelope(mailbox.address),
        message.rcpt,
        bytes(message.rendered),
        message.message_id,
        mailbox,
    )


def _asked(message: Message) -> Asked:
    return Asked(message.rcpt_normal, message.rcpt_domain, message.step_no or 1, message.due_at, message.id)


def _obey(s: Session, found: Objection, around: Case, message: Message) -> None:
    """What an objection does to a queued mail."""
    if found.then is Then.STOP:
        if around.enrollment is not None:
            stopping.stop(s, around.enrollment, found.stop, words=found.words)
        end = and_(Message.id == message.id, Message.state == M.QUEUED.value)
        _changed(s, end, state=M.CANCELLED.value, state_reason=found.words)
        journal.record(s, "message.cancelled", message, organisation_id=message.organisation_id, project=around.project)
    elif found.until is not None:
        later = and_(Message.id == message.id, Message.state == M.QUEUED.value)
        _changed(s, later, due_at=max(found.until, message.due_at), state_reason=found.words)
    else:
        message.state_reason = found.words


def _obey_touch(s: Session, found: Objection, around: Case, touch: Touch) -> None:
    if found.then is Then.STOP and around.enrollment is not None:
        stopping.stop(s, around.enrollment, found.stop, words=found.words)
    elif found.until is not None:
        stopping.move(touch, found.until, found.words)
    else:
        touch.state_reason = found.words


def _changed(s: Session, where: ColumnElement[bool], **values: object) -> bool:
    """Run one conditional UPDATE; True when it changed exactly one row."""
    s.flush()
    result = s.execute(update(Message).where(where).values(**values).execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return result.rowcount == 1
