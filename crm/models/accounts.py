"""Organisations, users, projects and who may do what in them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.db import Base, HasId, HasPublicId, one_of
from crm.vocabulary import CompetitorKind, Role


class Organisation(HasPublicId, Base):
    """Owner of all data; a single user is an organisation of one."""

    __tablename__ = "organisation"
    name: Mapped[str]
    created_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]  # Stop all: while set, no mail leaves
    stop_reason: Mapped[str | None]


class User(HasPublicId, Base):
    __tablename__ = "user_account"
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str | None]
    session_epoch: Mapped[int] = mapped_column(default=1)
    time_zone: Mapped[str] = mapped_column(default="UTC")
    preferences: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class Project(HasPublicId, Base):
    """One site for which we win links."""

    __tablename__ = "project"
    __table_args__ = (UniqueConstraint("organisation_id", "domain"),)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str]
    domain: Mapped[str]
    own_domains: Mapped[list[str]] = mapped_column(
        default=list
    )  # further domains that are ours; subdomains are implied
    brand_names: Mapped[list[str]] = mapped_column(default=list)
    languages: Mapped[list[str]] = mapped_column(default=list)  # ISO 639-1; empty: any
    countries: Mapped[list[str]] = mapped_column(default=list)
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    paused_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    organisation: Mapped[Organisation] = relationship(lazy="raise")


class ProjectMember(HasId, Base):
    """The only way to a project's rows."""

    __tablename__ = "project_member"
    __table_args__ = (UniqueConstraint("project_id", "user_id"), one_of("role", Role))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(default=Role.MEMBER.value)


class Competitor(HasPublicId, Base):
    """A domain, or one page, whose links we compare with."""

    __tablename__ = "competitor"
    __table_args__ = (UniqueConstraint("project_id", "domain", "url"), one_of("kind", CompetitorKind))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    domain: Mapped[str]
    url: Mapped[str] = mapped_column(default="")  # set when the rival is a single page
    kind: Mapped[str] = mapped_column(default=CompetitorKind.SERP.value)
    position: Mapped[int]  # 0-based, fixed: its letter A, B, C ...
    why: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]

    @property
    def letter(self) -> str:
        """The letter that stands for this rival on every screen."""
        return chr(ord("A") + self.position)


class SavedView(HasPublicId, Base):
    """A named URL of a project."""

    __tablename__ = "saved_view"
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    url: Mapped[str]
    created_at: Mapped[datetime]


class LoginAttempt(HasId, Base):
    """Failed sign-ins, for the growing delay per account and address."""

    __tablename__ = "login_attempt"
    key: Mapped[str] = mapped_column(index=True)  # "email:..." or "ip:..."
    at: Mapped[datetime]


class AuditEntry(HasId, Base):
    """Security events: append-only, each row carries the hash of the one before."""

    __tablename__ = "audit_entry"
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    kind: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    chain: Mapped[str | None]  # sha256 over the previous chain and this row; written by one job
