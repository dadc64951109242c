"""Our own pages that shall be linked, their health, goals and the content backlog."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Base, HasId, HasPublicId, one_of
from crm.vocabulary import PageType


class TargetPage(HasPublicId, Base):
    __tablename__ = "target_page"
    __table_args__ = (UniqueConstraint("project_id", "url"), one_of("page_type", PageType))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    url: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    page_type: Mapped[str] = mapped_column(default=PageType.GUIDE.value)
    topic: Mapped[str] = mapped_column(default="")
    keywords: Mapped[list[str]] = mapped_column(default=list)
    text: Mapped[str] = mapped_column(default="")  # main text as last read, for relevance and passages
    language: Mapped[str] = mapped_column(default="")
    goal: Mapped[str] = mapped_column(default="")  # revenue, qualified traffic, awareness
    weight: Mapped[float] = mapped_column(default=1.0)
    planner: Mapped[dict[str, Any]] = mapped_column(default=dict)  # top-3 figures and ticked caveats
    deserves: Mapped[dict[str, Any]] = mapped_column(default=dict)  # three ticks by a person, override with reason
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]


class HealthCheck(HasId, Base):
    """One look at an own page: may it be pitched?"""

    __tablename__ = "health_check"
    target_page_id: Mapped[int] = mapped_column(ForeignKey("target_page.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    passed: Mapped[bool]
    findings: Mapped[list[Any]] = mapped_column(default=list)  # [{rule, level, words, fix}]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)


class OwnPage(HasId, Base):
    """One page of our own site as a crawl of ours, a crawler's file or Search Console's file saw it."""

    __tablename__ = "own_page"
    __table_args__ = (UniqueConstraint("project_id", "url_key", "source"),)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    url: Mapped[str]
    url_key: Mapped[str]
    source: Mapped[str]  # crawl, screamingfrog, search_console
    at: Mapped[datetime]
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)  # status, depth, inlinks, words, title, reason ...


class Goal(HasPublicId, Base):
    """So many links of these types in this quarter."""

    __tablename__ = "goal"
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    links: Mapped[int]
    by_type: Mapped[dict[str, Any]] = mapped_column(default=dict)  # {link_type: links}
    target_page_id: Mapped[int | None] = mapped_column(ForeignKey("target_page.id"))
    created_at: Mapped[datetime]


class ContentIdea(HasPublicId, Base):
    """An asset that would unlock a cluster of domains; publishing it brings them back."""

    __tablename__ = "content_idea"
    __table_args__ = (UniqueConstraint("project_id", "key"),)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    key: Mapped[str]  # normal form of the competitor page or topic
    title: Mapped[str]
    asset_kind: Mapped[str] = mapped_column(default="guide")
    competitor_page: Mapped[str | None]
    domains: Mapped[list[str]] = mapped_column(default=list)
    n_domains: Mapped[int] = mapped_column(default=0)
    expected_links: Mapped[float] = mapped_column(default=0.0)
    priority: Mapped[float] = mapped_column(
        default=0.0
    )  # expected links, raised by searches that rivals win and we miss
    evidence: Mapped[dict[str, Any]] = mapped_column(default=dict)
    target_page_id: Mapped[int | None] = mapped_column(ForeignKey("target_page.id"))
    published_at: Mapped[datetime | None]
    dismissed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class KeywordPosition(HasId, Base):
    """Who ranks where for a keyword, from SERP and keyword files."""

    __tablename__ = "keyword_position"
    __table_args__ = (UniqueConstraint("project_id", "keyword", "url", "on"),)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import_file.id", ondelete="CASCADE"), index=True)
    keyword: Mapped[str]  # lower case, single spaces
    url: Mapped[str]
    domain: Mapped[str] = mapped_column(index=True)
    position: Mapped[int]
    on: Mapped[date]
    data: Mapped[dict[str, Any]] = mapped_column(
        default=dict
    )  # volume, ref_domains, backlinks, dr, serp (file holds whole result pages)
