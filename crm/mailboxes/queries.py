"""What the screens and commands show of mailboxes."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from crm import clock
from crm.errors import NotFound
from crm.models.accounts import Project
from crm.models.events import Job
from crm.models.mail import Message
from crm.models.mailboxes import Mailbox, MailboxCheck
from crm.vocabulary import JobState, MailboxState, MessageState

COUNTS = tuple(
    m.value
    for m in (MessageState.CLAIMED, MessageState.SENDING, MessageState.IN_DOUBT, MessageState.REVIEW, MessageState.SENT)
)


@dataclass(frozen=True)
class Card:
    """A mailbox with what happened in the last 24 hours and its last check."""

    mailbox: Mailbox
    sent_today: int
    findings: list[dict[str, Any]] = field(default_factory=list)
    checked_at: datetime | None = None
    passed: bool | None = None


def of_project(s: Session, project: Project) -> list[Mailbox]:
    """The mailboxes that this project may send from: its own and those of the whole organisation."""
    query = (
        select(Mailbox)
        .where(Mailbox.organisation_id == project.organisation_id, Mailbox.removed_at.is_(None))
        .where(or_(Mailbox.project_id == project.id, Mailbox.project_id.is_(None)))
        .order_by(Mailbox.id)
    )
    return list(s.scalars(query))


def cards(s: Session, project: Project) -> list[Card]:
    """Everything the list of mailboxes shows."""
    return [card(s, mailbox) for mailbox in of_project(s, project)]


def card(s: Session, mailbox: Mailbox) -> Card:
    """One mailbox with its day and its last check."""
    since = clock.now() - timedelta(days=1)
    sent = select(func.count()).where(
        Message.mailbox_id == mailbox.id, Message.claimed_at > since, Message.state.in_(COUNTS)
    )
    last = s.scalar(
        select(MailboxCheck).where(MailboxCheck.mailbox_id == mailbox.id).order_by(MailboxCheck.id.desc()).limit(1)
    )
    n = s.scalar(sent) or 0
    return Card(mailbox, n, last.findings, last.at, last.passed) if last else Card(mailbox, n)


def open_check(s: Session, mailbox: Mailbox) -> Job | None:
    """The newest check of this mailbox that still runs or failed."""
    query = select(Job).where(Job.kind == "mailbox_check", Job.organisation_id == mailbox.organisation_id)
    newest = s.scalars(query.order_by(Job.id.desc()).limit(20))
    job = next((j for j in newest if j.params.get("mailbox") == mailbox.id), None)
    return job if job is not None and job.state != JobState.DONE else None


def by_address(s: Session, address: str) -> Mailbox:
    """The connected mailbox of this address. Raises NotFound."""
    query = select(Mailbox).where(Mailbox.address == address.strip().lower(), Mailbox.removed_at.is_(None))
    found = s.scalar(query.limit(1))
    if found is None:
        raise NotFound(f"There is no mailbox {address}. See `flask mailbox list`.")
    return found


def due_for_check(s: Session, before: datetime) -> list[int]:
    """Mailboxes whose last check is older than `before`."""
    last = select(func.max(MailboxCheck.at)).where(MailboxCheck.mailbox_id == Mailbox.id).scalar_subquery()
    query = select(Mailbox.id).where(Mailbox.removed_at.is_(None), or_(last.is_(None), last < before))
    return list(s.scalars(query.order_by(Mailbox.id)))


def due_for_probe(s: Session, before: datetime) -> list[int]:
    """Mailboxes that send and whose last mail to themselves is older than `before`."""
    working = (Mailbox.removed_at.is_(None), Mailbox.state == MailboxState.OK.value)
    query = select(Mailbox.id).where(Mailbox.probed_at < before, *working)
    return list(s.scalars(query.order_by(Mailbox.id)))


def with_oauth(s: Session) -> list[int]:
    """Mailboxes that sign in with a token."""
    query = select(Mailbox.id).where(Mailbox.auth == "xoauth2", Mailbox.removed_at.is_(None), Mailbox.secret != "")
    return list(s.scalars(query))
