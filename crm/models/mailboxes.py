"""The user's own mail accounts."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Base, HasId, HasPublicId, one_of
from crm.vocabulary import MailboxState


class Mailbox(HasPublicId, Base):
    """A sending and receiving account. Secrets are sealed; see adapters/vault.py."""

    __tablename__ = "mailbox"
    __table_args__ = (
        UniqueConstraint("organisation_id", "address"),
        one_of("state", MailboxState),
        Index("ix_mailbox_slot", "next_slot_at"),
    )
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id", ondelete="SET NULL"), index=True)
    address: Mapped[str]
    sender_name: Mapped[str] = mapped_column(default="")
    signature: Mapped[str] = mapped_column(default="")
    postal_address: Mapped[str] = mapped_column(default="")
    time_zone: Mapped[str] = mapped_column(default="UTC")
    provider: Mapped[str] = mapped_column(default="other")  # google_workspace, gmail, microsoft, other, practice
    smtp_host: Mapped[str]
    smtp_port: Mapped[int]
    smtp_security: Mapped[str] = mapped_column(default="tls")  # tls, starttls, plain (loopback only)
    imap_host: Mapped[str]
    imap_port: Mapped[int]
    imap_security: Mapped[str] = mapped_column(default="tls")
    username: Mapped[str]
    auth: Mapped[str] = mapped_column(default="password")  # password, xoauth2
    secret: Mapped[str] = mapped_column(default="")  # sealed by adapters/vault.py, bound to "mailbox:<public_id>"
    state: Mapped[str] = mapped_column(default=MailboxState.OK.value)
    paused_until: Mapped[datetime | None]
    pause_reason: Mapped[str | None]
    hour_cap: Mapped[int] = mapped_column(default=20)
    day_cap: Mapped[int] = mapped_column(default=30)
    new_cap: Mapped[int] = mapped_column(default=20)  # first mails a day
    min_gap_s: Mapped[int] = mapped_column(default=90)
    jitter_s: Mapped[int] = mapped_column(default=210)
    window: Mapped[dict[str, Any]] = mapped_column(default=dict)  # {"days": [0..6], "from": "08:00", "to": "18:00"}
    ramp: Mapped[dict[str, Any]] = mapped_column(default=dict)  # {"steps": [5, 8], "at": 0, "skip": false}
    next_slot_at: Mapped[datetime | None]
    inbound_synced_at: Mapped[datetime | None]  # product time; all folders were read completely at this moment
    saves_sent: Mapped[bool | None]  # from the probe; None: not probed
    rewrites_message_id: Mapped[bool | None]
    searches_message_id: Mapped[bool | None]
    sent_folder: Mapped[str | None]
    authserv_id: Mapped[str | None]
    probed_at: Mapped[datetime | None]
    login_failures: Mapped[int] = mapped_column(default=0)
    instance_epoch: Mapped[str | None]  # differs after a restore from backup or a clone: recovering
    connected_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class MailboxCheck(HasId, Base):
    """One run of the mailbox check (MX, SPF, DKIM, DMARC, certificate, clock)."""

    __tablename__ = "mailbox_check"
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    passed: Mapped[bool]
    findings: Mapped[list[Any]] = mapped_column(default=list)  # [{check, level, words, record}]


class FolderCursor(HasId, Base):
    """Where reading of a folder stands: the highest contiguous UID that was processed."""

    __tablename__ = "folder_cursor"
    __table_args__ = (UniqueConstraint("mailbox_id", "folder"),)
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id", ondelete="CASCADE"))
    folder: Mapped[str]
    role: Mapped[str] = mapped_column(default="inbox")  # inbox, sent, junk, all
    uidvalidity: Mapped[int]
    last_uid: Mapped[int] = mapped_column(default=0)
    synced_at: Mapped[datetime | None]
    audited_at: Mapped[datetime | None]
