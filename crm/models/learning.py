"""What was learned: fits of the model, score changes they caused, rollups of rates, labels by people."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Base, HasId, HasPublicId


class LearnedFit(HasId, Base):
    """One refit of a project's model. `active` is the one that scores; the shipped priors are the fit of none."""

    __tablename__ = "learned_fit"
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    n_sent: Mapped[int]
    n_matured: Mapped[int]
    n_wins: Mapped[int]
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    measures: Mapped[dict[str, Any]] = mapped_column(default=dict)  # brier, prior_brier, calibration ...
    verdict: Mapped[str] = mapped_column(default="")  # in words: what changed and why, or why it stepped back
    active: Mapped[bool] = mapped_column(default=True)


class ScoreChange(HasId, Base):
    """A prospect whose rank moved by a refit."""

    __tablename__ = "score_change"
    __table_args__ = (Index("ix_score_change_fit", "fit_id", "prospect_id"),)
    fit_id: Mapped[int] = mapped_column(ForeignKey("learned_fit.id", ondelete="CASCADE"))
    prospect_id: Mapped[int] = mapped_column(ForeignKey("prospect.id", ondelete="CASCADE"), index=True)
    chance_before: Mapped[float]
    chance_after: Mapped[float]
    rank_before: Mapped[int]
    rank_after: Mapped[int]


class Rollup(HasId, Base):
    """Counts behind the reports, per dimension and key; a test proves that they equal the full count."""

    __tablename__ = "rollup"
    __table_args__ = (UniqueConstraint("project_id", "dimension", "key", "month"),)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    dimension: Mapped[str]  # link_type, angle, competitor, target_page, template, mailbox, batch, dr_band, overlap ...
    key: Mapped[str]
    month: Mapped[str]  # "2026-11" of the first mail
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)


class IntentLabel(HasId, Base):
    """A person's word on what an answer meant; kept as a label for the rules."""

    __tablename__ = "intent_label"
    inbound_id: Mapped[int] = mapped_column(ForeignKey("inbound_message.id", ondelete="CASCADE"), index=True)
    machine_intent: Mapped[str | None]
    intent: Mapped[str]
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]


class RerunReason(HasPublicId, Base):
    """A reason to look at the gap again that fired by itself; open until it no longer holds or a person closes it."""

    __tablename__ = "rerun_reason"
    __table_args__ = (Index("ix_rerun_open", "project_id", "closed_at"),)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    kind: Mapped[str]
    words: Mapped[str]
    url: Mapped[str]
    fired_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str] = mapped_column(default="")  # machine: it no longer holds; else a user's public_id
