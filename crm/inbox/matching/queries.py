"""Looks up which of our mails, threads and sequences an incoming mail belongs to."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from crm import domains
from crm.contacts import addresses
from crm.inbox.classify import Classified
from crm.inbox.match import ANSWER_WINDOW, BOUNCE_WINDOW, MatchedBy, Sent, choose, named_ids
from crm.models.batches import Enrollment
from crm.models.contacts import PersonAddress
from crm.models.mail import InboundMessage, Message, MessageAlias, Thread
from crm.models.mailboxes import Mailbox
from crm.vocabulary import MailKind, MessageState

_OPT_OUT = re.compile(r"subject=unsubscribe(?:%20|\s|\+)([A-Za-z0-9_-]+)")
COPY_WINDOW = timedelta(hours=12)
LEFT = (MessageState.SENT.value, MessageState.IN_DOUBT.value, MessageState.REVIEW.value, MessageState.SENDING.value)


@dataclass(frozen=True)
class Match:
    """What a mail belongs to. `domain` alone means: somebody of a site we write to, but of what is unknown."""

    message: Message | None = None
    thread: Thread | None = None
    enrollment: Enrollment | None = None
    by: MatchedBy | None = None
    domain: str = ""

    @property
    def found(self) -> bool:
        """Whether a conversation or a site is known."""
        return self.message is not None or self.thread is not None or bool(self.domain)


def own_addresses(s: Session, organisation_id: int) -> frozenset[str]:
    """The addresses of the organisation's mailboxes; nothing from them is ever an answer."""
    rows = s.execute(select(Mailbox.address, Mailbox.username).where(Mailbox.organisation_id == organisation_id))
    return frozenset(a.lower() for row in rows for a in row if a and "@" in a)


def match(s: Session, mailbox: Mailbox, found: Classified, at: datetime) -> Match:
    """What `found` belongs to: by Message-ID, then by the failed address, then by writer and subject, then by site."""
    by_id = _by_ids(s, mailbox.organisation_id, named_ids(found.mail, found.report))
    if by_id is not None:
        return by_id
    if found.kind in (MailKind.BOUNCE, MailKind.COMPLAINT, MailKind.DELIVERED):
        return _by_recipient(s, mailbox, found, at)
    return _by_writer(s, mailbox, found, at)


def sent_to(s: Session, organisation_id: int, normals: list[str], since: datetime) -> list[Enrollment]:
    """The sequences in which a mail to one of these addresses left since then, the newest first."""
    query = (
        select(Enrollment)
        .join(Message, Message.enrollment_id == Enrollment.id)
        .where(Message.organisation_id == organisation_id, Message.rcpt_normal.in_(normals), Message.sent_at >= since)
        .order_by(Message.sent_at.desc())
    )
    return list(dict.fromkeys(s.scalars(query)))


def copy_of(s: Session, mailbox: Mailbox, found: Classified, at: datetime) -> Message | None:
    """Which of our mails lies in the Sent folder under an id that the provider wrote in place of ours.

    The address to opt out names our mail; without one it is recipient, time and every word that must agree.
    """
    named = _OPT_OUT.search(found.mail.get("list-unsubscribe"))
    ours = select(Message).where(Message.organisation_id == mailbox.organisation_id, Message.mailbox_id == mailbox.id)
    if named is not None:
        return s.scalar(ours.where(Message.public_id == named.group(1)))
    normals = [n for n in (_normal(a) for a in found.mail.to) if n]
    left = Message.claimed_at.between(at - COPY_WINDOW, at + COPY_WINDOW)
    words = "".join(found.mail.text.split())
    for message in s.scalars(ours.where(Message.rcpt_normal.in_(normals), left).limit(20)) if normals else ():
        if "".join(message.body_text.split()) == words:
            return message
    return None


def by_any_id(s: Session, organisation_id: int, message_id: str) -> Message | None:
    """Our mail of this Message-ID, ours or the provider's."""
    own = select(Message).where(Message.organisation_id == organisation_id)
    known = s.scalar(own.where(Message.message_id == message_id))
    alias = own.join(MessageAlias, MessageAlias.message_pk == Message.id).where(MessageAlias.seen_id == message_id)
    return known or s.scalar(alias.limit(1))


def answered(s: Session, enrollment_id: int) -> bool:
    """Whether a person of this sequence has written to us."""
    kinds = (MailKind.REPLY.value, MailKind.OPTOUT.value)
    mine = InboundMessage.enrollment_id == enrollment_id
    return s.scalar(select(InboundMessage.id).where(mine, InboundMessage.kind.in_(kinds)).limit(1)) is not None


def _by_ids(s: Session, organisation_id: int, ids: list[str]) -> Match | None:
    if not ids:
        return None
    rows = s.scalars(select(Message).where(Message.organisation_id == organisation_id, Message.message_id.in_(ids)))
    known = {m.message_id: m for m in rows}
    first = next((known[i] for i in ids if i in known), None)
    if first is not None:
        return _of(s, first, MatchedBy.MESSAGE_ID)
    alias = s.scalar(
        select(Message)
        .join(MessageAlias, MessageAlias.message_pk == Message.id)
        .where(Message.organisation_id == organisation_id, MessageAlias.seen_id.in_(ids))
        .limit(1)
    )
    if alias is not None:
        return _of(s, alias, MatchedBy.ALIAS)
    return _by_thread(s, organisation_id, ids)


def _by_thread(s: Session, organisation_id: int, ids: list[str]) -> Match | None:
    """An answer to a mail that the user wrote by hand, or to an earlier answer: its thread is known."""
    thread = s.scalar(
        select(Thread)
        .join(InboundMessage, InboundMessage.thread_id == Thread.id)
        .where(Thread.organisation_id == organisation_id, InboundMessage.message_id.in_(ids))
        .limit(1)
    )
    if thread is None:
        return None
    enrollment = s.get(Enrollment, thread.enrollment_id) if thread.enrollment_id else None
    return Match(None, thread, enrollment, MatchedBy.ADDRESS)


def _by_recipient(s: Session, mailbox: Mailbox, found: Classified, at: datetime) -> Match:
    report = found.report
    named = [*(report.recipients if report else ()), *(report.original_to if report else ())]
    normals = [n for n in (_normal(a) for a in named) if n]
    query = select(Message).where(
        Message.organisation_id == mailbox.organisation_id,
        Message.rcpt_normal.in_(normals),
        Message.state.in_(LEFT),
        Message.sent_at >= at - BOUNCE_WINDOW,
    )
    message = s.scalar(query.order_by(Message.sent_at.desc()).limit(1)) if normals else None
    return _of(s, message, MatchedBy.RECIPIENT) if message is not None else Match()


def _by_writer(s: Session, mailbox: Mailbox, found: Classified, at: datetime) -> Match:
    normal = _normal(found.mail.from_address)
    host = normal.rpartition("@")[2]
    site = domains.registrable(host) or host
    if not normal:
        return Match()
    shared = addresses.is_free_mail(site)
    here = or_(Message.root_domain == site, Message.rcpt_domain == site)
    mine = _addresses_of_the_same(s, mailbox.organisation_id, normal)
    query = select(Message).where(
        Message.organisation_id == mailbox.organisation_id,
        Message.sent_at >= at - ANSWER_WINDOW,
        Message.state.in_(LEFT),
        Message.rcpt_normal.in_(mine) if shared else or_(Message.rcpt_normal.in_(mine), here),
    )
    rows = {m.id: m for m in s.scalars(query.order_by(Message.sent_at.desc()).limit(200))}
    sent = [Sent(m.id, m.rcpt_normal, m.root_domain, m.subject, m.sent_at) for m in rows.values() if m.sent_at]
    choice = choose(found.mail.subject, [x for x in sent if x.rcpt_normal in mine], sent, at)
    if choice is not None:
        return _of(s, rows[choice.sent.message_pk], choice.by)
    return Match(domain=site) if sent else Match()


def _addresses_of_the_same(s: Session, organisation_id: int, normal: str) -> set[str]:
    """This address and the others of the same person."""
    person = select(PersonAddress.person_id).where(
        PersonAddress.organisation_id == organisation_id, PersonAddress.normal == normal
    )
    others = select(PersonAddress.normal).where(PersonAddress.person_id.in_(person))
    return {normal, *s.scalars(others)}


def _of(s: Session, message: Message, by: MatchedBy) -> Match:
    thread = s.get(Thread, message.thread_id) if message.thread_id else None
    number = message.enrollment_id or (thread.enrollment_id if thread else None)
    enrollment = s.get(Enrollment, number) if number else None
    return Match(message, thread, enrollment, by, message.root_domain)


def _normal(address: str) -> str:
    try:
        return addresses.normal_form(address)
    except ValueError:
        return ""
