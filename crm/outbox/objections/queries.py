"""Every reason why a mail must not leave at this moment. The same questions are asked at the claim and at the gate."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import Session

from crm.contacts import service as contacts
from crm.models.accounts import Organisation, Project
from crm.models.batches import Batch, Enrollment
from crm.models.contacts import Contact, PersonAddress
from crm.models.mail import InboundMessage, Message
from crm.models.mailboxes import Mailbox
from crm.models.outcomes import Placement
from crm.models.prospects import Prospect
from crm.models.targets import HealthCheck
from crm.outbox import schedule, states
from crm.outbox.schedule import ALLOWED, PREFERRED, Caps, NeverOpen, Rules
from crm.outbox.zones import country_of
from crm.vocabulary import (
    BatchState,
    EnrollmentState,
    MailboxState,
    MailKind,
    PlacementState,
    Stage,
    StopReason,
)

FRESH = timedelta(hours=1)  # how long ago the inbox may have been read when a follow-up leaves
LATE = timedelta(days=7)
RECIPIENT_DOMAIN_HOUR_CAP = 5
BUSY_DOMAIN_WAIT = timedelta(hours=24)
PAGE_WAIT = timedelta(hours=6)
ANSWERS = (MailKind.REPLY.value, MailKind.OPTOUT.value, MailKind.COMPLAINT.value)
_BY_STAGE = {
    Stage.PLACED.value: StopReason.PLACED,
    Stage.REPLIED.value: StopReason.REPLY,
    Stage.INTERESTED.value: StopReason.REPLY,
    Stage.DECLINED.value: StopReason.BY_HAND,
    Stage.SET_ASIDE.value: StopReason.BY_HAND,
}


# Built once: putting a statement of this size together costs more than running it.
_AROUND = (
    select(Organisation, Mailbox, Enrollment, Batch, Project, Prospect, Contact, PersonAddress)
    .select_from(Enrollment)
    .join(Batch, Batch.id == Enrollment.batch_id)
    .join(Project, Project.id == Batch.project_id)
    .join(Mailbox, Mailbox.id == bindparam("mailbox"))
    .join(Organisation, Organisation.id == Mailbox.organisation_id)
    .join(Prospect, Prospect.id == Enrollment.prospect_id)
    .outerjoin(Contact, Contact.id == Enrollment.contact_id)
    .outerjoin(PersonAddress, PersonAddress.id == Contact.address_id)
    .where(Enrollment.id == bindparam("enrollment"))
    .execution_options(populate_existing=True)
)
_OVER = select(
    exists().where(
        InboundMessage.enrollment_id == bindparam("enrollment"),
        InboundMessage.kind.in_(ANSWERS),
        InboundMessage.is_own.is_(False),
    ),
    exists().where(Placement.prospect_id == bindparam("prospect"), Placement.state == PlacementState.LIVE.value),
    select(HealthCheck.passed)
    .where(HealthCheck.target_page_id == bindparam("target"))
    .order_by(HealthCheck.id.desc())
    .limit(1)
    .scalar_subquery(),
)
_THERE = select(func.count(), func.min(Message.claimed_at)).where(
    Message.organisation_id == bindparam("organisation"),
    Message.rcpt_domain == bindparam("host"),
    Message.claimed_at > bindparam("since"),
    Message.state.in_([x.value for x in states.COUNTS]),
    Message.enrollment_id.is_not(None),
    Message.id != bindparam("own"),
)


class Then(StrEnum):
    """What follows from an objection."""

    STOP = "stop"  # the sequence ends
    WAIT = "wait"  # not now; later by itself
    MOVE = "move"  # not before `until`


@dataclass(frozen=True)
class Objection:
    """Why not now, in words for the screen."""

    then: Then
    words: str
    stop: StopReason = StopReason.BY_HAND
    until: datetime | None = None


@dataclass(frozen=True)
class Case:
    """Everything the questions are about. An answer by hand has no enrollment."""

    organisation: Organisation
    mailbox: Mailbox
    enrollment: Enrollment | None = None
    batch: Batch | None = None
    project: Project | None = None
    prospect: Prospect | None = None
    contact: Contact | None = None
    address: PersonAddress | None = None


@dataclass(frozen=True)
class Asked:
    """The mail in question."""

    normal: str
    rcpt_domain: str
    step_no: int
    due_at: datetime
    message_pk: int | None = None


def load(s: Session, mailbox_id: int, enrollment_id: int | None, *, lock: bool = False) -> Case:
    """The rows around one mail. With `lock`, the enrollment is locked and what can be paused is held still, so that no
    pause or stop can slip between the question and the change that follows it (PostgreSQL; SQLite has one writer)."""
    if enrollment_id is None:
        query = select(Mailbox, Organisation).join(Organisation, Organisation.id == Mailbox.organisation_id)
        query = query.where(Mailbox.id == mailbox_id)
        mailbox, organisation = s.execute(query.with_for_update(read=True) if lock else query).one()
        return Case(organisation, mailbox)
    locks = lock and s.get_bind().dialect.name == "postgresql"
    if locks:
        s.execute(select(Enrollment.id).where(Enrollment.id == enrollment_id).with_for_update())
    around = _AROUND.with_for_update(read=True, of=(Organisation, Mailbox, Batch, Project)) if locks else _AROUND
    return Case(*s.execute(around, {"mailbox": mailbox_id, "enrollment": enrollment_id}).one())


def objection(s: Session, case: Case, asked: Asked, now: datetime) -> Objection | None:
    """The first reason why this mail must not leave at `now`, or None."""
    paused = _paused(case, now)
    if paused is not None:
        return paused
    if case.enrollment is None:
        entry = contacts.suppressed(s, case.organisation.id, asked.normal)
        return Objection(Then.STOP, "this address must never be written to", StopReason.SUPPRESSED) if entry else None
    return (
        _over(s, case, now)
        or _not_allowed(s, case, asked)
        or _unread(case, asked, now)
        or _too_many_there(s, case, asked, now)
        or _closed(case, now)
    )


def rules_of(project: Project, mailbox: Mailbox, domain: str) -> Rules:
    """The windows that hold for a recipient at `domain`: the project's, the mailbox's, and public holidays."""
    sending: dict[str, Any] = dict(project.settings or {}).get("sending") or {}
    prefer = sending.get("prefer", {})
    return Rules(
        allowed=schedule.window_from(sending.get("window") or {}, ALLOWED) or ALLOWED,
        preferred=None if prefer is None else schedule.window_from(prefer, PREFERRED),
        sender=schedule.window_from(mailbox.window or {}, None),
        sender_zone=mailbox.time_zone,
        country=country_of(domain) if sending.get("holidays", True) else "",
    )


def caps_of(mailbox: Mailbox) -> Caps:
    """The caps of a mailbox today, its warm-up counted in."""
    new = schedule.ramp_from(mailbox.ramp or {}).new_cap(mailbox.new_cap)
    return Caps(mailbox.hour_cap, mailbox.day_cap, new, mailbox.min_gap_s, mailbox.jitter_s)


def _paused(case: Case, now: datetime) -> Objection | None:
    box = case.mailbox
    if case.organisation.stopped_at is not None:
        return Objection(Then.WAIT, "everything is stopped")
    if box.removed_at is not None or box.state != MailboxState.OK:
        return Objection(Then.WAIT, f"{box.address} does not send: {box.pause_reason or box.state.replace('_', ' ')}")
    if box.paused_until is not None and box.paused_until > now:
        return Objection(Then.WAIT, f"{box.address} rests: {box.pause_reason or 'paused'}")
    if case.project is not None and case.project.paused_at is not None:
        return Objection(Then.WAIT, "the project is paused")
    if case.batch is not None and case.batch.state == BatchState.PAUSED:
        return Objection(Then.WAIT, case.batch.paused_reason or "the batch is paused")
    return None


def _over(s: Session, case: Case, now: datetime) -> Objection | None:
    """The sequence has ended, or should have; or the page that it offers is out of order."""
    assert case.enrollment is not None and case.batch is not None and case.prospect is not None
    enrollment = case.enrollment
    if enrollment.state == EnrollmentState.PAUSED:
        return Objection(Then.WAIT, "the sequence is paused")
    if enrollment.state != EnrollmentState.ACTIVE or case.batch.state != BatchState.RUNNING:
        reason = StopReason(enrollment.stop_reason) if enrollment.stop_reason else StopReason.BY_HAND
        return Objection(Then.STOP, "the sequence is over", reason)
    values = {"enrollment": enrollment.id, "prospect": enrollment.prospect_id, "target": case.prospect.target_page_id}
    answered, placed, healthy = s.execute(_OVER, values).one()
    if answered:
        return Objection(Then.STOP, "there is an answer", StopReason.REPLY)
    stage = case.prospect.stage
    if stage in _BY_STAGE or placed:
        reason = _BY_STAGE.get(stage, StopReason.PLACED)
        return Objection(Then.STOP, f"the prospect is {stage.replace('_', ' ')}", reason)
    if healthy is False and not case.batch.gate_override:
        return Objection(Then.MOVE, "your page that this mail offers failed its check", until=now + PAGE_WAIT)
    return None


def _not_allowed(s: Session, case: Case, asked: Asked) -> Objection | None:
    assert case.enrollment is not None
    if case.contact is None or case.contact.retired_at is not None:
        return Objection(Then.STOP, "the contact was taken out of use", StopReason.BY_HAND)
    if case.address is not None and case.address.stale_at is not None:
        return Objection(Then.STOP, "mail to this address came back", StopReason.BOUNCE)
    never = Objection(Then.STOP, "this address must never be written to", StopReason.SUPPRESSED)
    if asked.step_no > 1:  # the conversation is open; only a lasting "never" ends it
        return never if contacts.suppressed(s, case.organisation.id, asked.normal) is not None else None
    verdict = contacts.may_contact(
        s,
        organisation_id=case.organisation.id,
        address_normal=asked.normal,
        root_domain=case.enrollment.root_domain,
        enrollment_id=case.enrollment.id,
    )
    if verdict.ok:
        return None
    if contacts.suppressed(s, case.organisation.id, asked.normal) is not None:
        return never
    return Objection(Then.MOVE, verdict.reason, until=asked.due_at + BUSY_DOMAIN_WAIT)


def _unread(case: Case, asked: Asked, now: datetime) -> Objection | None:
    """A follow-up leaves only when the whole inbox was read after it became due."""
    assert case.enrollment is not None
    until = case.enrollment.postponed_until
    if until is not None and until > now:
        return Objection(Then.MOVE, "out of office", until=until)
    read_at = case.mailbox.inbound_synced_at
    if asked.step_no > 1 and (read_at is None or read_at < max(asked.due_at, now - FRESH)):
        return Objection(Then.WAIT, "the inbox was not read since this became due")
    return None


def _too_many_there(s: Session, case: Case, asked: Asked, now: datetime) -> Objection | None:
    """The cap per recipient domain and hour, over all mailboxes of the organisation."""
    values = {
        "organisation": case.organisation.id,
        "host": asked.rcpt_domain,
        "since": now - timedelta(hours=1),
        "own": asked.message_pk or 0,
    }
    n, oldest = s.execute(_THERE, values).one()
    if n < RECIPIENT_DOMAIN_HOUR_CAP or oldest is None:
        return None
    until = oldest + timedelta(hours=1, seconds=1)
    return Objection(Then.MOVE, f"{n} mails went to {asked.rcpt_domain} in the last hour", until=until)


def _closed(case: Case, now: datetime) -> Objection | None:
    assert case.enrollment is not None and case.project is not None
    zone = schedule.zone_of(case.enrollment.time_zone) or schedule.zone_of("UTC")
    assert zone is not None
    rules = rules_of(case.project, case.mailbox, case.enrollment.root_domain)
    if schedule.is_open(now, zone, rules):
        return None
    try:
        return Objection(Then.MOVE, "outside of the hours", until=schedule.next_open(now, zone, rules))
    except NeverOpen as error:
        return Objection(Then.WAIT, str(error))
