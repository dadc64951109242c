"""Intention and fact: planned touches, outgoing messages, attempts, threads and incoming mail."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Base, HasId, HasPublicId, one_of
from crm.vocabulary import MailKind, MessageState, TouchState

_OPEN = "state IN ('queued', 'claimed', 'sending', 'in_doubt')"


class Thread(HasPublicId, Base):
    """Messages joined by References."""

    __tablename__ = "thread"
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), index=True)
    mailbox_id: Mapped[int | None] = mapped_column(ForeignKey("mailbox.id", ondelete="SET NULL"))
    enrollment_id: Mapped[int | None] = mapped_column(ForeignKey("enrollment.id", ondelete="SET NULL"), index=True)
    prospect_id: Mapped[int | None] = mapped_column(ForeignKey("prospect.id", ondelete="SET NULL"), index=True)
    subject: Mapped[str] = mapped_column(default="")
    last_at: Mapped[datetime]
    needs_you_at: Mapped[datetime | None]  # set while an answer waits for a person
    sorted_line: Mapped[str | None]  # what was done without a person


class Touch(HasPublicId, Base):
    """One planned mail; its words may still be edited until it is frozen into a Message."""

    __tablename__ = "touch"
    __table_args__ = (UniqueConstraint("enrollment_id", "step_no", "generation"), one_of("state", TouchState))
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id", ondelete="CASCADE"))
    step_no: Mapped[int]
    generation: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(default=TouchState.PLANNED.value)
    state_reason: Mapped[str | None]
    planned_local: Mapped[str | None]  # "2026-11-24T09:10" in `time_zone`; due_at is derived from it
    time_zone: Mapped[str] = mapped_column(default="UTC")
    due_at: Mapped[datetime] = mapped_column(index=True)
    created_at: Mapped[datetime]


class Message(HasPublicId, Base):
    """An outgoing mail with its Message-ID; `rendered` is the exact wire copy, frozen."""

    __tablename__ = "message"
    __table_args__ = (
        one_of("state", MessageState),
        UniqueConstraint("enrollment_id", "step_no", "generation"),
        Index("uq_message_open", "enrollment_id", unique=True, sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
        Index(
            "ix_message_due",
            "mailbox_id",
            "due_at",
            "id",
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
        Index("ix_message_lease", "state", "lease_until"),
        Index("ix_message_mailbox_claimed", "mailbox_id", "claimed_at"),
        Index("ix_message_domain_claimed", "rcpt_domain", "claimed_at"),
    )
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id"))
    enrollment_id: Mapped[int | None] = mapped_column(
        ForeignKey("enrollment.id", ondelete="SET NULL")
    )  # NULL: an answer by hand
    touch_id: Mapped[int | None] = mapped_column(ForeignKey("touch.id", ondelete="SET NULL"))
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("thread.id", ondelete="SET NULL"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    step_no: Mapped[int | None]
    generation: Mapped[int] = mapped_column(default=1)
    rcpt: Mapped[str]  # exactly one address
    rcpt_normal: Mapped[str] = mapped_column(index=True)
    rcpt_domain: Mapped[str]
    root_domain: Mapped[str] = mapped_column(index=True)
    message_id: Mapped[str] = mapped_column(unique=True)  # without angle brackets
    in_reply_to: Mapped[str | None]
    references: Mapped[list[str]] = mapped_column(default=list)
    subject: Mapped[str]
    body_text: Mapped[str]
    rendered: Mapped[bytes]
    body_sha256: Mapped[str]
    state: Mapped[str] = mapped_column(default=MessageState.QUEUED.value)
    state_reason: Mapped[str | None]
    due_at: Mapped[datetime]
    not_before_real: Mapped[datetime | None]  # back-off after a temporary failure, in real time
    not_after: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]  # product time, for the caps
    owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]  # real time
    attempt: Mapped[int] = mapped_column(default=0)
    doubt_since: Mapped[datetime | None]  # real time
    n_doubts: Mapped[int] = mapped_column(default=0)
    n_lookups: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    filed_at: Mapped[datetime | None]  # a copy lies in the Sent folder
    last_phase: Mapped[str | None]
    last_code: Mapped[int | None]
    last_enhanced: Mapped[str | None]
    created_at: Mapped[datetime]


class MessageAlias(HasId, Base):
    """Another Message-ID under which a provider filed our mail."""

    __tablename__ = "message_alias"
    message_pk: Mapped[int] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), index=True)
    seen_id: Mapped[str] = mapped_column(unique=True)


class SendAttempt(HasId, Base):
    """One conversation with an SMTP server; append-only."""

    __tablename__ = "send_attempt"
    message_pk: Mapped[int] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), index=True)
    attempt: Mapped[int]
    owner: Mapped[str]
    phase: Mapped[str]
    verdict: Mapped[str]
    code: Mapped[int | None]
    enhanced: Mapped[str | None]
    text: Mapped[str] = mapped_column(default="")
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]


class InboundMessage(HasPublicId, Base):
    """One incoming (or manually sent) mail, read once. Raw bytes are a blob; nothing human is lost."""

    __tablename__ = "inbound_message"
    __table_args__ = (
        UniqueConstraint("mailbox_id", "content_sha256"),
        UniqueConstraint("mailbox_id", "folder", "uidvalidity", "uid"),
        one_of("kind", MailKind),
    )
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id", ondelete="CASCADE"))
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("thread.id", ondelete="SET NULL"), index=True)
    enrollment_id: Mapped[int | None] = mapped_column(ForeignKey("enrollment.id", ondelete="SET NULL"), index=True)
    folder: Mapped[str]
    uidvalidity: Mapped[int]
    uid: Mapped[int]
    message_id: Mapped[str | None] = mapped_column(index=True)
    content_sha256: Mapped[str]
    from_address: Mapped[str] = mapped_column(default="")
    from_name: Mapped[str] = mapped_column(default="")
    subject: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]  # Date header, or the time of reading
    read_at: Mapped[datetime]
    kind: Mapped[str]
    is_own: Mapped[bool] = mapped_column(default=False)  # written by the user in another mail program
    trusted: Mapped[bool | None]  # Authentication-Results of the own provider
    matched_by: Mapped[str | None]  # message_id, alias, address, domain
    reply_text: Mapped[str] = mapped_column(default="")
    full_text: Mapped[str] = mapped_column(default="")
    intent: Mapped[str | None]  # leading
    intents: Mapped[list[Any]] = mapped_column(default=list)
    phrases: Mapped[list[Any]] = mapped_column(default=list)
    intent_by: Mapped[str] = mapped_column(default="machine")
    verdict: Mapped[dict[str, Any]] = mapped_column(default=dict)  # bounce verdict, recipients, status, return_on
    return_on: Mapped[date | None]
    quarantined: Mapped[str | None]  # why it could not be parsed
    raw_sha256: Mapped[str | None]
