"""The plan: templates, batches, their steps, and who is enrolled."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.db import Base, HasId, HasPublicId, one_of
from crm.models.contacts import Contact
from crm.models.prospects import Prospect
from crm.vocabulary import Angle, BatchState, EnrollmentState


class PitchTemplate(HasPublicId, Base):
    """Words for one angle; a change makes a new version. Steps: [{subject, body, delay_days}]."""

    __tablename__ = "pitch_template"
    __table_args__ = (UniqueConstraint("organisation_id", "name", "version"), one_of("angle", Angle))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str]
    angle: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    steps: Mapped[list[Any]] = mapped_column(default=list)
    starter: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class Batch(HasPublicId, Base):
    """A small group of prospects, one angle, one sequence, approved together."""

    __tablename__ = "batch"
    __table_args__ = (one_of("state", BatchState), one_of("angle", Angle))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    angle: Mapped[str]
    link_type: Mapped[str | None]
    mailbox_id: Mapped[int | None] = mapped_column(ForeignKey("mailbox.id", ondelete="SET NULL"))
    template_id: Mapped[int | None] = mapped_column(ForeignKey("pitch_template.id", ondelete="SET NULL"))
    state: Mapped[str] = mapped_column(default=BatchState.DRAFT.value)
    paused_reason: Mapped[str | None]
    start_at: Mapped[datetime | None]  # not before
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str | None]
    gate_override: Mapped[dict[str, Any] | None]  # {reason, by, at}: started although the target page failed its check
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class BatchStep(HasId, Base):
    """One of the 1-3 mails of a batch. Variants A, B, C of step 1 may exist; `version` grows with each edit."""

    __tablename__ = "batch_step"
    __table_args__ = (UniqueConstraint("batch_id", "step_no", "variant"),)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id", ondelete="CASCADE"))
    step_no: Mapped[int]  # 1-based
    variant: Mapped[str] = mapped_column(default="A")
    subject: Mapped[str]
    body: Mapped[str]
    delay_days: Mapped[int] = mapped_column(default=0)  # business days after the previous mail was sent
    version: Mapped[int] = mapped_column(default=1)


class Enrollment(HasPublicId, Base):
    """One contact in one sequence; at most one live per person of the organisation."""

    __tablename__ = "enrollment"
    __table_args__ = (
        one_of("state", EnrollmentState),
        UniqueConstraint("batch_id", "prospect_id"),
        Index(
            "uq_enrollment_live_person",
            "organisation_id",
            "person_id",
            unique=True,
            sqlite_where=text("state IN ('active', 'paused')"),
            postgresql_where=text("state IN ('active', 'paused')"),
        ),
        Index("ix_enrollment_root", "organisation_id", "root_domain", "state"),
    )
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id", ondelete="CASCADE"))
    prospect_id: Mapped[int] = mapped_column(ForeignKey("prospect.id", ondelete="CASCADE"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="SET NULL"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    mailbox_id: Mapped[int | None] = mapped_column(ForeignKey("mailbox.id", ondelete="SET NULL"))
    root_domain: Mapped[str]  # of the prospect
    variant: Mapped[str] = mapped_column(default="A")
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)  # personal values written by hand: opening_line ...
    words: Mapped[dict[str, Any]] = mapped_column(default=dict)  # {"1": {"subject": ..., "body": ...}}
    time_zone: Mapped[str] = mapped_column(default="UTC")
    time_zone_assumed: Mapped[bool] = mapped_column(default=True)
    state: Mapped[str] = mapped_column(default=EnrollmentState.DRAFT.value)
    hold_reason: Mapped[str | None]
    reviewed_at: Mapped[datetime | None]
    generation: Mapped[int] = mapped_column(default=1)
    postponed_until: Mapped[datetime | None]  # out-of-office
    stopped_at: Mapped[datetime | None]
    stop_reason: Mapped[str | None]
    exploring: Mapped[bool] = mapped_column(default=False)
    snapshot: Mapped[dict[str, Any]] = mapped_column(
        default=dict
    )  # link_type, relevance, dr, overlap, contact_kind ... when first sent
    created_at: Mapped[datetime]
    batch: Mapped[Batch] = relationship(lazy="raise")
    prospect: Mapped[Prospect] = relationship(lazy="raise")
    contact: Mapped[Contact | None] = relationship(lazy="raise")
