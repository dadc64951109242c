"""Circuit breakers: a mailbox that rests for a while or until a person looks, and a batch whose words are refused."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import clock, journal
from crm.models.batches import Batch, Enrollment
from crm.models.mail import InboundMessage, Message
from crm.models.mailboxes import Mailbox
from crm.outbox import answers
from crm.outbox.answers import Consequence, Effect
from crm.vocabulary import BatchState, MailboxState, MailKind
from crm.vocabulary import MessageState as M


def on_mailbox(s: Session, message: Message, c: Consequence) -> None:
    """Let the mailbox rest, ask for a new sign-in, or stop it, as the answer demands."""
    if c.effect in (Effect.SENT, Effect.DOUBT):
        return
    mailbox = s.get_one(Mailbox, message.mailbox_id)
    if c.needs_login:
        mailbox.login_failures += 1
        mailbox.state = MailboxState.NEEDS_LOGIN.value
        mailbox.pause_reason = "the server refused the sign-in; enter the password again"
        _note_mailbox(s, mailbox, "mailbox.needs_login", c.reason)
    elif c.stop_mailbox:
        pause_mailbox(s, mailbox, f"the server refused a mail as against its policy ({message.last_enhanced or '5.7'})")
    elif c.rest is not None:
        mailbox.paused_until = clock.now() + c.rest
        mailbox.pause_reason = c.reason.replace("_", " ")
        _note_mailbox(s, mailbox, "mailbox.rests", c.reason)
    if c.effect is Effect.FAIL:
        check_breakers(s, message)


def check_breakers(s: Session, message: Message) -> None:
    """Stop the mailbox when too many of its last mails came back, and the batch when its words are refused."""
    mailbox = s.get_one(Mailbox, message.mailbox_id)
    words = answers.breaker(_came_back(s, mailbox.id))
    if words and mailbox.state == MailboxState.OK:
        pause_mailbox(s, mailbox, words)
    ramp = dict(mailbox.ramp or {})
    if ramp.get("last_day"):
        mailbox.ramp = ramp | {"held_on": ramp["last_day"]}
    enrollment = s.get(Enrollment, message.enrollment_id) if message.enrollment_id else None
    if enrollment is None:
        return
    query = (
        select(Message.state_reason)
        .join(Enrollment, Enrollment.id == Message.enrollment_id)
        .where(Enrollment.batch_id == enrollment.batch_id, Message.state.in_((M.SENT.value, M.FAILED.value)))
        .order_by(Message.claimed_at.desc())
        .limit(50)
    )
    reasons = [reason == "content" for reason in s.scalars(query)]
    if message.state_reason == "too_large" or answers.content_breaker(reasons):
        _pause_batch(s, enrollment.batch_id, "servers refuse the words of this batch")


def pause_mailbox(s: Session, mailbox: Mailbox, words: str) -> None:
    """Nothing leaves this mailbox until a person has looked."""
    mailbox.state, mailbox.pause_reason = MailboxState.PAUSED.value, words
    _note_mailbox(s, mailbox, "mailbox.paused", words)


def _came_back(s: Session, mailbox_id: int) -> list[bool]:
    """For the last 40 mails of a mailbox, newest first: did it come back for good, at once or by a report?"""
    report = (
        select(InboundMessage.id)
        .where(
            InboundMessage.enrollment_id == Message.enrollment_id,
            InboundMessage.kind == MailKind.BOUNCE.value,
            InboundMessage.at >= Message.claimed_at,
        )
        .exists()
    )
    query = (
        select(Message.state == M.FAILED.value, report)
        .where(Message.mailbox_id == mailbox_id, Message.state.in_((M.SENT.value, M.FAILED.value)))
        .where(Message.enrollment_id.is_not(None))
        .order_by(Message.claimed_at.desc(), Message.id.desc())
        .limit(40)
    )
    return [bool(failed) or bool(reported) for failed, reported in s.execute(query)]


def _pause_batch(s: Session, batch_id: int, words: str) -> None:
    batch = s.get_one(Batch, batch_id)
    if batch.state == BatchState.RUNNING:
        batch.state, batch.paused_reason = BatchState.PAUSED.value, words


def _note_mailbox(s: Session, mailbox: Mailbox, kind: str, words: str) -> None:
    journal.record(s, kind, mailbox, organisation_id=mailbox.organisation_id, data={"why": words})
