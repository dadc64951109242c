"""What became of it: outcomes, placements, checks with proof, reminders."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Base, HasId, HasPublicId, one_of
from crm.vocabulary import Channel, OutcomeKind, PlacementState


class Outcome(HasPublicId, Base):
    """One thing that happened to a prospect. `machine` ones are suggestions until confirmed or trusted."""

    __tablename__ = "outcome"
    __table_args__ = (one_of("kind", OutcomeKind), Index("ix_outcome_prospect", "prospect_id", "at"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), index=True)
    prospect_id: Mapped[int] = mapped_column(ForeignKey("prospect.id", ondelete="CASCADE"))
    enrollment_id: Mapped[int | None] = mapped_column(ForeignKey("enrollment.id", ondelete="SET NULL"), index=True)
    inbound_id: Mapped[int | None] = mapped_column(ForeignKey("inbound_message.id", ondelete="SET NULL"))
    kind: Mapped[str]
    machine: Mapped[bool] = mapped_column(default=False)
    confirmed_at: Mapped[datetime | None]
    at: Mapped[datetime]
    by: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    replaced_at: Mapped[datetime | None]  # a later word of a person took its place


class Reminder(HasPublicId, Base):
    """Something to look at again on a day; shown on Today."""

    __tablename__ = "reminder"
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), index=True)
    prospect_id: Mapped[int | None] = mapped_column(ForeignKey("prospect.id", ondelete="CASCADE"), index=True)
    due_on: Mapped[date]
    text: Mapped[str]
    done_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Placement(HasPublicId, Base):
    """A link that is watched. LIVE only after our own check saw it."""

    __tablename__ = "placement"
    __table_args__ = (
        UniqueConstraint("project_id", "page_key", "target_key"),
        one_of("state", PlacementState),
        one_of("channel", Channel),
    )
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    prospect_id: Mapped[int | None] = mapped_column(ForeignKey("prospect.id", ondelete="SET NULL"), index=True)
    enrollment_id: Mapped[int | None] = mapped_column(ForeignKey("enrollment.id", ondelete="SET NULL"), index=True)
    page_url: Mapped[str]
    page_key: Mapped[str]
    target_url: Mapped[str]
    target_key: Mapped[str]
    channel: Mapped[str] = mapped_column(default=Channel.OUTREACH.value)
    state: Mapped[str] = mapped_column(default=PlacementState.WATCHING.value)
    rel: Mapped[str] = mapped_column(default="")
    anchor: Mapped[str] = mapped_column(default="")
    position: Mapped[str] = mapped_column(default="")
    indexable: Mapped[bool | None]
    paid: Mapped[bool] = mapped_column(default=False)
    cost_minor: Mapped[int] = mapped_column(default=0)
    currency: Mapped[str] = mapped_column(default="EUR")
    reported_at: Mapped[datetime]
    live_at: Mapped[datetime | None]  # first seen by our check
    lost_at: Mapped[datetime | None]
    failed_on: Mapped[list[Any]] = mapped_column(default=list)  # ISO days of failed checks since the last good one
    last_checked_at: Mapped[datetime | None]
    next_check_at: Mapped[datetime | None] = mapped_column(index=True)
    note: Mapped[str] = mapped_column(default="")


class PlacementCheck(HasId, Base):
    """One look for the link, with the proof of what was there."""

    __tablename__ = "placement_check"
    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    present: Mapped[bool | None]  # None: could not be told (timeout, 403, script-only)
    why: Mapped[str]
    status: Mapped[int | None]
    facts: Mapped[dict[str, Any]] = mapped_column(
        default=dict
    )  # rel, anchor, position, canonical, indexable, chain, headers
    snippet: Mapped[str] = mapped_column(default="")
    proof_sha256: Mapped[str | None]  # blob with the page as fetched


class Referral(HasId, Base):
    """Visits that a placed link brought, from an analytics file."""

    __tablename__ = "referral"
    __table_args__ = (UniqueConstraint("project_id", "source_domain", "landing_url", "starts_on", "ends_on"),)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    source_domain: Mapped[str]
    landing_url: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    sessions: Mapped[int] = mapped_column(default=0)
    engaged: Mapped[int] = mapped_column(default=0)
    conversions: Mapped[float] = mapped_column(default=0.0)
