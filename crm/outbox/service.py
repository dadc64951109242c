"""Verbs on what leaves: stop, pause, resume, answer by hand, decide a doubt. Sending itself is in run.py."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import clock, journal, undo
from crm.batches import service as batches
from crm.contacts import addresses
from crm.contacts import service as contacts
from crm.db import new_public_id
from crm.errors import BadInput, NotFound, Refused
from crm.journal import SYSTEM, Actor
from crm.models.accounts import Organisation, Project
from crm.models.batches import Batch, Enrollment
from crm.models.mail import InboundMessage, Message, Thread, Touch
from crm.models.mailboxes import Mailbox
from crm.models.prospects import Prospect
from crm.outbox import compose, schedule
from crm.outbox.compose import CannotCompose, Draft
from crm.outbox.doubting.service import resolve as resolve_doubt
from crm.outbox.freezing.service import message_id_key
from crm.outbox.recording.service import mark_sent
from crm.outbox.resting.service import check_breakers
from crm.outbox.stopping.service import Stopped, hold, on_the_wire, postpone, stop, stop_domain
from crm.prospects import service as prospects
from crm.vocabulary import EnrollmentState, MailboxState, MessageState, Stage, StopReason, TouchState

__all__ = [
    "Stopped",
    "check_breakers",
    "drop_touch",
    "hold",
    "mark_sent",
    "opt_out",
    "pause",
    "postpone",
    "resolve_doubt",
    "resume",
    "send_again",
    "send_reply",
    "stop",
    "stop_domain",
    "take_reply_back",
    "undo_reply",
]

UNDO_TIME = timedelta(seconds=15)
Pausable = Batch | Mailbox | Project | Organisation


def pause(s: Session, what: Pausable, reason: str, actor: Actor = SYSTEM, until: datetime | None = None) -> int:
    """Nothing of this batch, mailbox, project or organisation (Stop all) enters the wire any more.

    Returns how many mails were already on the wire and cannot be called back. `until` is for mailboxes.
    """
    now = clock.now()
    if isinstance(what, Batch):
        batches.pause(s, what, reason, actor)
        s.flush()
        enrollments = select(Enrollment.id).where(Enrollment.batch_id == what.id)
        return on_the_wire(s, Message.enrollment_id.in_(enrollments))
    if isinstance(what, Mailbox):
        what.pause_reason = reason
        if until is None:
            what.state = MailboxState.PAUSED.value
        else:
            what.paused_until = until
        _note(s, "mailbox.paused", what, what.organisation_id, actor, reason)
        return on_the_wire(s, Message.mailbox_id == what.id)
    if isinstance(what, Project):
        what.paused_at = now
        _note(s, "project.paused", what, what.organisation_id, actor, reason)
        own = select(Enrollment.id).join(Batch, Batch.id == Enrollment.batch_id).where(Batch.project_id == what.id)
        return on_the_wire(s, Message.enrollment_id.in_(own))
    what.stopped_at, what.stop_reason = now, reason
    _note(s, "organisation.stopped", what, what.id, actor, reason)
    return on_the_wire(s, Message.organisation_id == what.id)


def resume(s: Session, what: Pausable, actor: Actor = SYSTEM) -> None:
    """Go on. What became due meanwhile leaves in the next open hours, under the same caps and gaps."""
    if isinstance(what, Batch):
        batches.resume(s, what, actor)
        return
    if isinstance(what, Mailbox):
        if what.state == MailboxState.NEEDS_LOGIN:
            raise Refused(f"{what.address} needs its password first: Settings, Mailboxes.")
        if what.state == MailboxState.PAUSED:
            what.state = MailboxState.OK.value
        what.paused_until = what.pause_reason = None
        _note(s, "mailbox.resumed", what, what.organisation_id, actor, "")
    elif isinstance(what, Project):
        what.paused_at = None
        _note(s, "project.resumed", what, what.organisation_id, actor, "")
    else:
        what.stopped_at = what.stop_reason = None
        _note(s, "organisation.resumed", what, what.id, actor, "")


def send_reply(s: Session, thread: Thread, text: str, actor: Actor) -> Message:
    """Queue an answer written by a person. It leaves after 15 seconds, in which it can be taken back.

    Goes to whoever wrote last in the thread. Raises BadInput for an empty text, Refused for an address that asked
    never to be written to.
    """
    if not text.strip():
        raise BadInput("The answer is empty.", field="text")
    mailbox = s.get(Mailbox, thread.mailbox_id) if thread.mailbox_id else None
    if mailbox is None or mailbox.removed_at is not None:
        raise Refused("The mailbox of this conversation is no longer connected.")
    last = _last_inbound(s, thread)
    address = addresses.parse(last.from_address)
    entry = contacts.suppressed(s, thread.organisation_id, address.normal)
    if entry is not None:
        raise Refused(f"{address.written} asked never to be written to ({entry.reason.replace('_', ' ')}).")
    message = _reply(s, thread, mailbox, last, address, text)
    s.add(message)
    s.flush()
    enrollment = s.get(Enrollment, thread.enrollment_id) if thread.enrollment_id else None
    if enrollment is not None and enrollment.state in (EnrollmentState.ACTIVE, EnrollmentState.PAUSED):
        stop(s, enrollment, StopReason.MANUAL_MAIL, actor, "answered by hand")
    _note(s, "reply.written", message, thread.organisation_id, actor, "")
    return message


def take_reply_back(s: Session, message: Message) -> None:
    """Undo an answer in its 15 seconds. Raises Refused when it has left."""
    if message.enrollment_id is not None:
        raise Refused("Only an answer by hand can be taken back; stop the sequence instead.")
    if message.state != MessageState.QUEUED:
        raise Refused("This answer is already on its way.")
    message.state, message.state_reason = MessageState.CANCELLED.value, "taken back"


def undo_reply(s: Session, message: Message, project_id: int, user_id: int | None = None) -> str:
    """A token that takes the answer back while it waits."""
    return undo.offer(s, "outbox.reply", {"message": message.id}, "Answer sent", project_id=project_id, user_id=user_id)


def send_again(s: Session, touch: Touch, actor: Actor) -> None:
    """A touch that waited for a person (missing words, too late) may leave as soon as its hours allow."""
    if touch.state != TouchState.NEEDS_DATA:
        raise Refused("This mail is not waiting for anybody.")
    enrollment = s.get_one(Enrollment, touch.enrollment_id)
    if enrollment.state != EnrollmentState.ACTIVE:
        raise Refused("This sequence is over.")
    touch.state, touch.state_reason, touch.due_at = TouchState.PLANNED.value, None, clock.now()
    local = touch.due_at.astimezone(schedule.zone_of(touch.time_zone)).strftime("%Y-%m-%dT%H:%M:%S")
    touch.planned_local = local if touch.step_no > 1 else None  # a first mail is planned anew
    _note(s, "touch.released", touch, enrollment.organisation_id, actor, "")


def drop_touch(s: Session, touch: Touch, actor: Actor) -> None:
    """A touch that waited for a person is given up, and with it the rest of its sequence."""
    if touch.state != TouchState.NEEDS_DATA:
        raise Refused("This mail is not waiting for anybody.")
    stop(s, s.get_one(Enrollment, touch.enrollment_id), StopReason.BY_HAND, actor, "given up by a person")


def opt_out(s: Session, message_public_id: str) -> bool:
    """The recipient of this mail wants no more: suppressed for good, every sequence to the address ends. Idempotent."""
    message = s.scalar(select(Message).where(Message.public_id == message_public_id))
    if message is None:
        return False
    me = Actor("recipient", message.public_id)
    contacts.suppress(
        s,
        organisation_id=message.organisation_id,
        kind="address",
        value=message.rcpt_normal,
        reason="opt_out",
        detail="the opt-out link",
        actor=me,
    )
    for enrollment in s.scalars(select(Enrollment).where(Enrollment.person_id == message.person_id)):
        if enrollment.organisation_id == message.organisation_id:
            stop(s, enrollment, StopReason.OPT_OUT, me, "the opt-out link")
            prospect = s.get_one(Prospect, enrollment.prospect_id)
            if prospect.stage in (Stage.CONTACTED, Stage.REPLIED, Stage.IN_BATCH):
                prospects.set_stage(s, prospect, Stage.DECLINED, "asked not to be written to", me)
    return True


def save_sending(s: Session, project: Project, rules: dict[str, Any], actor: Actor) -> None:
    """Keep a project's windows (see outbox/forms.py). Who said that consent is there, and when, stays with it."""
    before = (dict(project.settings or {}).get("sending") or {}).get("consent")
    said = before or {"by": actor.id or actor.kind, "at": clock.now().isoformat()}
    rules = rules | {"consent": said if rules.get("consent") else None}
    project.settings = dict(project.settings or {}) | {"sending": rules}
    journal.record(s, "project.sending_changed", project, project=project, actor=actor, data=rules)


@undo.handler("outbox.reply")
def _undo_reply(s: Session, params: dict[str, int]) -> None:
    take_reply_back(s, s.get_one(Message, params["message"], with_for_update=True))


def _last_inbound(s: Session, thread: Thread) -> InboundMessage:
    query = (
        select(InboundMessage)
        .where(InboundMessage.thread_id == thread.id, InboundMessage.is_own.is_(False))
        .where(InboundMessage.from_address != "")
        .order_by(InboundMessage.at.desc(), InboundMessage.id.desc())
    )
    for mail in s.scalars(query.limit(20)):
        try:
            if not addresses.is_forbidden(addresses.parse(mail.from_address).written):
                return mail
        except ValueError:
            continue
    raise NotFound("Nobody who can be answered has written in this conversation.")


def _reply(
    s: Session, thread: Thread, mailbox: Mailbox, last: InboundMessage, address: addresses.Address, text: str
) -> Message:
    sent = select(Message.message_id).where(Message.thread_id == thread.id, Message.state == MessageState.SENT.value)
    chain = [i for i in s.scalars(sent.order_by(Message.sent_at)) if i]
    chain += [last.message_id] if last.message_id else []
    public_id, now = new_public_id(), clock.now()
    message_id = compose.message_id(message_id_key(), f"reply-{public_id}", 0, 1, mailbox.address)
    subject = compose.reply_subject(" ".join((last.subject or thread.subject).split()) or "your mail")
    body = f"{text.rstrip()}\n\n{mailbox.signature.strip()}".rstrip() + "\n"
    try:
        rcpt = compose.envelope(address.written)
        wire = compose.compose(
            Draft(
                message_id=message_id,
                sender=mailbox.address,
                sender_name=mailbox.sender_name,
                rcpt=rcpt,
                rcpt_name="",
                subject=subject,
                body=body,
                at=now,
                in_reply_to=last.message_id or (chain[-1] if chain else None),
                references=tuple(chain),
            )
        )
    except CannotCompose as error:
        raise BadInput(str(error), field="text") from error
    return Message(
        public_id=public_id,
        organisation_id=thread.organisation_id,
        mailbox_id=mailbox.id,
        thread_id=thread.id,
        rcpt=rcpt,
        rcpt_normal=address.normal,
        rcpt_domain=address.domain,
        root_domain=address.domain,
        message_id=message_id,
        in_reply_to=last.message_id,
        references=chain,
        subject=subject,
        body_text=body,
        rendered=wire,
        body_sha256=hashlib.sha256(wire).hexdigest(),
        state=MessageState.QUEUED.value,
        due_at=now + UNDO_TIME,
        created_at=now,
    )


def _note(
    s: Session, kind: str, what: Pausable | Message | Touch, organisation_id: int, actor: Actor, reason: str
) -> None:
    project = what if isinstance(what, Project) else None
    data = {"reason": reason} if reason else {}
    journal.record(s, kind, what, project=project, organisation_id=organisation_id, actor=actor, data=data)
