"""Nobody knows whether these mails left: worker dead, answer missing, database older than the world.

Evidence first (the Sent folder, an answer, the server's late word), then patience (the settle time), then a person.
A mail goes again by itself only once, and only where the mailbox files every mail it sends under our own Message-ID.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from crm import clock, journal
from crm.adapters import workers
from crm.errors import Refused
from crm.journal import Actor
from crm.models.batches import Enrollment
from crm.models.events import Setting
from crm.models.mail import Message, Touch
from crm.models.mailboxes import Mailbox
from crm.outbox import schedule, states
from crm.outbox.claim import db_now
from crm.outbox.freezing import service as freezing
from crm.outbox.objections import queries as objections
from crm.outbox.recording.service import mark_sent
from crm.vocabulary import EnrollmentState, MailboxState, TouchState
from crm.vocabulary import MessageState as M

SILENCE = timedelta(minutes=10)
LOOKUPS = 2
BEAT = "outbox"


@dataclass(frozen=True)
class Doubts:
    """The open questions of one mailbox: Message-ID -> mail."""

    mailbox_id: int
    ids: dict[str, int]


def release(s: Session) -> int:
    """Take mails from workers whose lease is over or who are certainly dead. Before DATA: back to the queue. After the
    gate: in doubt. Returns how many."""
    now = db_now(s)
    held = select(Message).where(Message.state.in_((M.CLAIMED.value, M.SENDING.value)))
    n = 0
    for message in s.scalars(held.with_for_update(skip_locked=True)):
        over = message.lease_until is None or message.lease_until <= now
        if not over and not workers.is_dead(message.owner or ""):
            continue
        n += 1
        if message.state == M.CLAIMED:
            message.state, message.claimed_at = states.must(M.CLAIMED, M.QUEUED), None
            message.state_reason = "the worker ended before it was sent"
        else:
            message.state, message.doubt_since = states.must(M.SENDING, M.IN_DOUBT), now
            message.n_doubts, message.n_lookups = message.n_doubts + 1, 0
            message.state_reason = "the worker ended while it was being sent"
            journal.record(s, "message.in_doubt", message, organisation_id=message.organisation_id)
        message.owner = message.lease_until = None
        message.attempt += 1  # whoever comes back late is fenced out
    s.flush()
    return n


def open_doubts(s: Session) -> list[Doubts]:
    """All mails in doubt, by mailbox."""
    query = select(Message.mailbox_id, Message.message_id, Message.id).where(Message.state == M.IN_DOUBT.value)
    found: dict[int, dict[str, int]] = {}
    for mailbox_id, message_id, pk in s.execute(query):
        found.setdefault(mailbox_id, {})[message_id] = pk
    return [Doubts(mailbox_id, ids) for mailbox_id, ids in found.items()]


def judge(s: Session, pk: int, *, in_sent: bool, settle: timedelta) -> str:
    """What one look into the Sent folder decides; returns the mail's state afterwards."""
    message = s.get_one(Message, pk, with_for_update=True)
    if message.state != M.IN_DOUBT:
        return message.state
    if in_sent:
        mark_sent(s, message, message.claimed_at or clock.now(), "found in the Sent folder")
        return message.state
    assert message.doubt_since is not None
    if db_now(s) - message.doubt_since < settle:
        return message.state
    message.n_lookups += 1
    mailbox = s.get_one(Mailbox, message.mailbox_id)
    testifies = mailbox.saves_sent is True and not mailbox.rewrites_message_id
    if testifies and message.n_doubts <= 1 and message.n_lookups < LOOKUPS:
        return message.state
    if testifies and message.n_doubts <= 1:
        message.state, message.claimed_at = states.must(M.IN_DOUBT, M.QUEUED), None
        message.state_reason = "not in the Sent folder after the settle time"
    else:
        message.state = states.must(M.IN_DOUBT, M.REVIEW)
        message.state_reason = "no evidence whether it left; please decide"
        journal.record(s, "message.review", message, organisation_id=message.organisation_id)
    s.flush()
    return message.state


def resolve(s: Session, message: Message, decision: str, actor: Actor) -> None:
    """A person decides about a mail in review (or one that came too late): `sent`, `again` or `drop`.

    `again` makes a new touch of a new generation, so that the two can never be confused.
    """
    if message.state == M.EXPIRED:
        _resolve_late(s, message, decision)
    elif message.state != M.REVIEW:
        raise Refused("This mail is not waiting for a decision.")
    elif decision == "sent":
        mark_sent(s, message, message.claimed_at or clock.now(), "a person says so")
    elif decision in ("again", "drop"):
        message.state = states.must(M.REVIEW, M.CANCELLED)
        message.state_reason = f"decided by a person: {decision}"
        if decision == "again":
            _again(s, message)
    else:
        raise Refused("Say sent, again or drop.")
    data = {"decision": decision}
    journal.record(s, "message.resolved", message, organisation_id=message.organisation_id, actor=actor, data=data)


def _resolve_late(s: Session, message: Message, decision: str) -> None:
    if decision == "again":
        message.state, message.due_at = states.must(M.EXPIRED, M.QUEUED), clock.now()
        message.not_after = clock.now() + objections.LATE
    elif decision == "drop":
        message.state = states.must(M.EXPIRED, M.CANCELLED)
    else:
        raise Refused("This mail never left; say again or drop.")


def _again(s: Session, message: Message) -> None:
    enrollment = s.get(Enrollment, message.enrollment_id) if message.enrollment_id else None
    if enrollment is None:
        raise Refused("An answer by hand is written again in the inbox.")
    if enrollment.state != EnrollmentState.ACTIVE:
        raise Refused("This sequence is over; nothing can be sent again.")
    now = clock.now()
    zone = enrollment.time_zone
    local = now.astimezone(schedule.zone_of(zone)).strftime("%Y-%m-%dT%H:%M:%S")
    enrollment.generation = message.generation + 1
    s.add(
        Touch(
            enrollment_id=enrollment.id,
            step_no=message.step_no or 1,
            generation=enrollment.generation,
            planned_local=local,
            time_zone=zone,
            due_at=now,
            created_at=now,
        )
    )


def wake_up(s: Session) -> bool:
    """Called by every tick. After a silence (a stop, a restored backup, another machine) nothing is sent from any
    mailbox with open sequences until its Sent folder was scanned. Returns True when that was ordered."""
    now, here = clock.real_now(), workers.home()
    row = s.scalar(select(Setting).where(Setting.name == BEAT))
    if row is None:
        s.add(Setting(name=BEAT, value={"at": now.isoformat(), "homes": [here]}))
        return False
    at = datetime.fromisoformat(row.value["at"])
    new_home = here not in row.value["homes"]
    if not new_home and timedelta(0) <= now - at < timedelta(seconds=30):
        return False
    row.value = {"at": now.isoformat(), "homes": sorted({*row.value["homes"], here})}
    if not new_home and now - at < SILENCE:
        return False
    busy = select(Enrollment.mailbox_id).where(Enrollment.state == EnrollmentState.ACTIVE.value)
    result = s.execute(
        update(Mailbox)
        .where(Mailbox.state == MailboxState.OK.value, Mailbox.id.in_(busy))
        .values(state=MailboxState.RECOVERING.value, pause_reason="reading the Sent folder after a silence")
    )
    assert isinstance(result, CursorResult)
    return bool(result.rowcount)


def recovering(s: Session) -> list[int]:
    """Mailboxes whose Sent folder must be scanned."""
    return list(s.scalars(select(Mailbox.id).where(Mailbox.state == MailboxState.RECOVERING.value)))


def not_known_as_sent(s: Session, mailbox_id: int) -> dict[str, tuple[str, int]]:
    """Message-ID -> ("touch" or "message", id) of everything that would still be sent from this mailbox."""
    touches = (
        select(Touch)
        .join(Enrollment, Enrollment.id == Touch.enrollment_id)
        .where(
            Enrollment.mailbox_id == mailbox_id,
            Enrollment.state == EnrollmentState.ACTIVE.value,
            Touch.state.in_((TouchState.PLANNED.value, TouchState.NEEDS_DATA.value)),
        )
    )
    open_mails = select(Message).where(
        Message.mailbox_id == mailbox_id, Message.state.in_((M.QUEUED.value, M.IN_DOUBT.value, M.REVIEW.value))
    )
    found: dict[str, tuple[str, int]] = {freezing.expected_id(s, t): ("touch", t.id) for t in s.scalars(touches)}
    return found | {m.message_id: ("message", m.id) for m in s.scalars(open_mails)}


def found_in_sent(s: Session, kind: str, pk: int) -> None:
    """A mail that this database does not know as sent lies in the Sent folder: catch up with the world."""
    now = clock.now()
    if kind == "message":
        message = s.get_one(Message, pk)
    else:
        touch = s.get_one(Touch, pk)
        enrollment = s.get_one(Enrollment, touch.enrollment_id)
        assert enrollment.mailbox_id is not None
        made = freezing.freeze(s, touch, objections.load(s, enrollment.mailbox_id, enrollment.id))
        if made is None:
            return
        message = made
    mark_sent(s, message, now, "found in the Sent folder after a silence")


def recovered(s: Session, mailbox_id: int) -> None:
    """The Sent folder was read; the mailbox may send again."""
    s.execute(
        update(Mailbox)
        .where(Mailbox.id == mailbox_id, Mailbox.state == MailboxState.RECOVERING.value)
        .values(state=MailboxState.OK.value, pause_reason=None)
    )


def copies_to_file(s: Session, limit: int = 50) -> list[int]:
    """Sent mails of mailboxes that keep no copy by themselves."""
    query = (
        select(Message.id)
        .join(Mailbox, Mailbox.id == Message.mailbox_id)
        .where(
            Message.state == M.SENT.value,
            Message.filed_at.is_(None),
            Mailbox.saves_sent.is_(False),
            Message.sent_at > clock.now() - timedelta(days=2),
        )
        .order_by(Message.id)
        .limit(limit)
    )
    return list(s.scalars(query))
