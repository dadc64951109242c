"""Prospects: referring domains in one project that we may pitch."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.db import Base, HasId, HasPublicId, one_of
from crm.models.gap import LinkingPage
from crm.models.targets import TargetPage
from crm.vocabulary import Stage


class Prospect(HasPublicId, Base):
    """All machine values keep their reasons; a person's word (`*_by`, `overrides`) stands above them."""

    __tablename__ = "prospect"
    __table_args__ = (
        UniqueConstraint("project_id", "domain"),
        one_of("stage", Stage),
        CheckConstraint("score >= 0 AND score <= 100", name="score_range"),
        Index("ix_prospect_rank", "project_id", "stage", "rank_value", "id"),
        Index("ix_prospect_score", "project_id", "score", "id"),
        Index("ix_prospect_overlap", "project_id", "overlap", "id"),
        Index("ix_prospect_type", "project_id", "link_type"),
        Index("ix_prospect_best", "project_id", "rank_value", "id"),
        # Every column that the figures beside a list add up, so that they are read from the index alone.
        Index(
            "ix_prospect_figures",
            *("project_id", "stage", "link_type", "chance", "overlap", "dr", "nofollow", "traffic", "set_aside_rule"),
        ),
    )
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    domain: Mapped[str]  # registrable, A-label; domains.display() shows Unicode
    stage: Mapped[str] = mapped_column(default=Stage.FOUND.value)
    stage_at: Mapped[datetime]
    stage_reason: Mapped[str] = mapped_column(default="")
    set_aside_rule: Mapped[str | None]  # name of the rule when stage is set_aside
    link_type: Mapped[str | None]
    link_type_confidence: Mapped[float | None]
    link_type_why: Mapped[list[Any]] = mapped_column(default=list)
    link_type_by: Mapped[str] = mapped_column(default="machine")  # machine or a user's public_id
    realism: Mapped[str] = mapped_column(default="realistic")
    earned_because: Mapped[str | None]
    angle: Mapped[str | None]
    action: Mapped[str | None]
    action_why: Mapped[str] = mapped_column(default="")
    target_page_id: Mapped[int | None] = mapped_column(ForeignKey("target_page.id"))
    best_page_id: Mapped[int | None] = mapped_column(ForeignKey("linking_page.id", ondelete="SET NULL"))
    content_idea_id: Mapped[int | None] = mapped_column(ForeignKey("content_idea.id", ondelete="SET NULL"))
    competitors: Mapped[str] = mapped_column(default="")  # letters of the rivals it links to, sorted: "ACD"
    overlap: Mapped[int] = mapped_column(default=0)
    links_total: Mapped[int] = mapped_column(default=0)
    dr: Mapped[float | None]  # domain authority on the DR scale, mapped when another vendor's
    dr_source: Mapped[str] = mapped_column(default="")
    traffic: Mapped[float | None]  # organic visits a month of the domain
    nofollow: Mapped[bool | None]
    language: Mapped[str] = mapped_column(default="")
    n_ext_links: Mapped[int | None]
    relevance: Mapped[float] = mapped_column(default=0.0)  # 0-100, machine
    feasibility: Mapped[float] = mapped_column(default=0.0)
    value: Mapped[float] = mapped_column(default=0.0)
    worth: Mapped[float] = mapped_column(default=0.0)
    chance: Mapped[float] = mapped_column(default=0.0)  # P(linked), 0-1
    chance_low: Mapped[float] = mapped_column(default=0.0)  # 80 % interval
    chance_high: Mapped[float] = mapped_column(default=0.0)
    score: Mapped[float] = mapped_column(default=0.0)  # 0-100
    rank_value: Mapped[float] = mapped_column(default=0.0)  # chance x worth x weight; what lists order by
    completeness: Mapped[float] = mapped_column(default=0.0)  # 0-1, share of the 8 inputs known
    inputs: Mapped[dict[str, Any]] = mapped_column(default=dict)  # topic, context, language ... as scored
    overrides: Mapped[dict[str, Any]] = mapped_column(default=dict)  # {"value": {"level", "reason", "by"}}
    brief: Mapped[dict[str, Any]] = mapped_column(default=dict)  # placement brief
    harm: Mapped[str | None]  # why a link from here may harm
    wake_on: Mapped[datetime | None]  # "not now": when to ask again
    fit_id: Mapped[int | None] = mapped_column(ForeignKey("learned_fit.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    best_page: Mapped[LinkingPage | None] = relationship(lazy="raise")
    target_page: Mapped[TargetPage | None] = relationship(lazy="raise")


class Note(HasId, Base):
    """A remark of a person on a prospect."""

    __tablename__ = "note"
    prospect_id: Mapped[int] = mapped_column(ForeignKey("prospect.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]
    text: Mapped[str]


class Effort(HasId, Base):
    """Minutes worked or money spent on something; time and cost per link come from here."""

    __tablename__ = "effort"
    __table_args__ = (Index("ix_effort_subject", "subject_type", "subject_id"),)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), index=True)
    subject_type: Mapped[str]
    subject_id: Mapped[int]
    minutes: Mapped[float] = mapped_column(default=0.0)
    amount_minor: Mapped[int] = mapped_column(default=0)  # in minor units of `currency`
    currency: Mapped[str] = mapped_column(default="EUR")
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
