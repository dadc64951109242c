"""Verbs on incoming mail: keep one that concerns us and follow it; a mail that cannot be read is kept apart."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import clock, journal
from crm.adapters import blobs
from crm.inbox.classify import Classified
from crm.inbox.following.service import Arrival, by_hand, follow
from crm.inbox.matching.queries import Match, by_any_id, copy_of, match
from crm.inbox.trust import trusted
from crm.journal import Actor
from crm.models.accounts import Project
from crm.models.mail import InboundMessage, MessageAlias, Thread
from crm.models.mailboxes import Mailbox
from crm.models.prospects import Prospect
from crm.outbox import service as outbox
from crm.vocabulary import MailKind, MessageState

KEPT_BYTES = 1_000_000


@dataclass(frozen=True)
class Place:
    """Where in the mailbox a mail stands."""

    folder: str
    role: str
    uidvalidity: int
    uid: int


def receive(
    s: Session, mailbox: Mailbox, place: Place, raw: bytes, found: Classified, own: frozenset[str]
) -> InboundMessage | None:
    """Keep a mail that concerns us and do what follows; None for one that does not, or that was read before."""
    if known(s, mailbox.id, place, found.mail.content_sha256):
        return None
    now = clock.now()
    at = min(found.mail.date or now, now)
    if place.role == "sent" or found.mail.from_address in own:
        return _own(s, mailbox, place, raw, found, at)
    matched = match(s, mailbox, found, at)
    if not _concerns(found, matched):
        return None
    thread = matched.thread or _new_thread(s, mailbox, matched, found, at)
    inbound = _keep(s, mailbox, place, raw, found, at)
    inbound.thread_id = thread.id if thread else None
    inbound.enrollment_id = matched.enrollment.id if matched.enrollment else None
    inbound.matched_by = matched.by.value if matched.by else None
    inbound.trusted = trusted(found.mail.get_all("authentication-results"), mailbox.authserv_id)
    s.flush()
    if thread is not None:
        thread.last_at = max(thread.last_at, at)
    _note(s, inbound, mailbox, thread)
    follow(s, Arrival(mailbox.organisation_id, inbound, found, matched, thread, inbound.trusted))
    s.flush()
    return inbound


def quarantine(s: Session, mailbox: Mailbox, place: Place, raw: bytes, why: str, sha: str) -> InboundMessage | None:
    """Keep a mail that could not be read, with its bytes, so that the rest can go on and a person can look."""
    if known(s, mailbox.id, place, sha):
        return None
    now = clock.now()
    row = InboundMessage(
        mailbox_id=mailbox.id, folder=place.folder, uidvalidity=place.uidvalidity, uid=place.uid, content_sha256=sha,
        at=now, read_at=now, kind=MailKind.OTHER.value, quarantined=why[:300], subject="(could not be read)",
        raw_sha256=blobs.put(raw[:KEPT_BYTES], "message/rfc822"),
    )  # fmt: skip
    s.add(row)
    s.flush()
    return row


def known(s: Session, mailbox_id: int, place: Place, sha: str) -> bool:
    """Whether this mail was read before, under this number or another (a copy, a renumbered folder)."""
    same_place = (
        (InboundMessage.folder == place.folder)
        & (InboundMessage.uidvalidity == place.uidvalidity)
        & (InboundMessage.uid == place.uid)
    )
    query = select(InboundMessage.id).where(InboundMessage.mailbox_id == mailbox_id)
    return s.scalar(query.where(same_place | (InboundMessage.content_sha256 == sha)).limit(1)) is not None


def _concerns(found: Classified, matched: Match) -> bool:
    """Mail of nobody we wrote to stays where it is: it is the user's own, and no business of ours."""
    if found.kind in (MailKind.BOUNCE, MailKind.COMPLAINT, MailKind.DELIVERED):
        return matched.message is not None
    if found.kind in (MailKind.LIST, MailKind.OTHER):
        return matched.message is not None and matched.by is not None and matched.by.value == "message_id"
    return matched.found


def _own(
    s: Session, mailbox: Mailbox, place: Place, raw: bytes, found: Classified, at: datetime
) -> InboundMessage | None:
    """A mail of the user's own hand. One that we sent ourselves is known already, whatever its Message-ID is now."""
    if _is_our_copy(s, mailbox, place, found, at):
        return None
    stopped = by_hand(s, mailbox.organisation_id, found.mail.to, at)
    matched = match(s, mailbox, found, at) if found.mail.references else Match()
    enrollment = matched.enrollment or next(iter(stopped), None)
    if enrollment is None and matched.thread is None:
        return None
    thread = (
        matched.thread or s.scalar(select(Thread).where(Thread.enrollment_id == enrollment.id).limit(1))
        if enrollment
        else matched.thread
    )
    inbound = _keep(s, mailbox, place, raw, found, at)
    inbound.is_own, inbound.kind, inbound.intent, inbound.intents, inbound.phrases = (
        True,
        MailKind.OTHER.value,
        None,
        [],
        [],
    )
    inbound.thread_id = thread.id if thread else None
    inbound.enrollment_id = enrollment.id if enrollment else None
    if thread is not None:
        thread.last_at, thread.needs_you_at = max(thread.last_at, at), None
    s.flush()
    return inbound


def _is_our_copy(s: Session, mailbox: Mailbox, place: Place, found: Classified, at: datetime) -> bool:
    """Whether this is a mail that the outbox sent. A copy in the Sent folder proves that it left; one under another
    Message-ID teaches us that id, because answers will name it."""
    seen_id = found.mail.message_id
    known = by_any_id(s, mailbox.organisation_id, seen_id) if seen_id else None
    ours = known or (copy_of(s, mailbox, found, at) if place.role == "sent" else None)
    if ours is None:
        return False
    if known is None and seen_id:
        s.add(MessageAlias(message_pk=ours.id, seen_id=seen_id))
        mailbox.rewrites_message_id = True
    if place.role == "sent" and ours.state in (MessageState.IN_DOUBT, MessageState.REVIEW):
        outbox.mark_sent(s, ours, ours.claimed_at or at, "found in the Sent folder")
    s.flush()
    return True


def _keep(s: Session, mailbox: Mailbox, place: Place, raw: bytes, found: Classified, at: datetime) -> InboundMessage:
    mail, said = found.mail, found.as_dict()
    row = InboundMessage(
        mailbox_id=mailbox.id, folder=place.folder, uidvalidity=place.uidvalidity, uid=place.uid,
        message_id=mail.message_id, content_sha256=mail.content_sha256, from_address=mail.from_address,
        from_name=mail.from_name, subject=mail.subject, at=at, read_at=clock.now(), kind=found.kind.value,
        reply_text=found.reply_text, full_text=mail.text, intent=said["intent"], intents=said["intents"],
        phrases=said["phrases"], verdict=_verdict(said, found), return_on=found.return_on,
        quarantined=None, raw_sha256=blobs.put(raw[:KEPT_BYTES], "message/rfc822"),
    )  # fmt: skip
    s.add(row)
    s.flush()
    return row


def _verdict(said: dict[str, Any], found: Classified) -> dict[str, Any]:
    keys = ("recipients", "suppress", "status", "reason")
    kept = {k: said[k] for k in keys if said[k]}
    return kept | {"problems": list(found.mail.problems)} if found.mail.problems else kept


def _new_thread(s: Session, mailbox: Mailbox, matched: Match, found: Classified, at: datetime) -> Thread | None:
    """A conversation for a mail whose sequence is known but that has none yet (a copy restored, a thread deleted)."""
    enrollment, message = matched.enrollment, matched.message
    if message is None:
        return None
    prospect = s.get(Prospect, enrollment.prospect_id) if enrollment else None
    thread = Thread(
        organisation_id=mailbox.organisation_id, project_id=prospect.project_id if prospect else mailbox.project_id,
        mailbox_id=mailbox.id, enrollment_id=enrollment.id if enrollment else None,
        prospect_id=prospect.id if prospect else None, subject=found.mail.subject or message.subject, last_at=at,
    )  # fmt: skip
    s.add(thread)
    s.flush()
    message.thread_id = thread.id
    return thread


def _note(s: Session, inbound: InboundMessage, mailbox: Mailbox, thread: Thread | None) -> None:
    project = s.get(Project, thread.project_id) if thread is not None and thread.project_id else None
    data = {"kind": inbound.kind, "intent": inbound.intent, "matched_by": inbound.matched_by}
    journal.record(
        s,
        "mail.received",
        inbound,
        project=project,
        organisation_id=mailbox.organisation_id,
        actor=Actor("recipient"),
        data=data,
    )
