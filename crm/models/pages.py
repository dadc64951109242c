"""Pages of the web as we saw them, and the politeness owed to each host."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Base, HasId


class FetchedPage(HasId, Base):
    """The newest look at one URL. `facts` is what pages/facts.py read from it."""

    __tablename__ = "fetched_page"
    __table_args__ = (UniqueConstraint("organisation_id", "url_key"),)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    url: Mapped[str]
    url_key: Mapped[str]
    final_url: Mapped[str] = mapped_column(default="")
    status: Mapped[int | None]
    outcome: Mapped[str]  # ok, robots, blocked, timeout, too_large, not_html, dns, tls, refused, pasted ...
    why: Mapped[str] = mapped_column(default="")
    headers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    chain: Mapped[list[Any]] = mapped_column(default=list)
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    blob_sha256: Mapped[str | None]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    fetched_at: Mapped[datetime]


class FetchTask(HasId, Base):
    """One URL that wants to be read; a row is claimed by a lease, so that workers never read it twice."""

    __tablename__ = "fetch_task"
    __table_args__ = (
        UniqueConstraint("organisation_id", "url_key", "purpose"),
        Index("ix_fetch_due", "done_at", "due_at"),
    )
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), index=True)
    url: Mapped[str]
    url_key: Mapped[str]
    host: Mapped[str] = mapped_column(index=True)
    purpose: Mapped[str]  # linking_page, contact, own_page, placement, broken_link
    priority: Mapped[float] = mapped_column(default=0.0)
    due_at: Mapped[datetime]
    owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id", ondelete="SET NULL"), index=True)


class HostState(HasId, Base):
    """What a host asked of us: robots.txt, delay, back-off; and who is reading it now."""

    __tablename__ = "host_state"
    host: Mapped[str] = mapped_column(unique=True)
    robots: Mapped[str | None]
    robots_at: Mapped[datetime | None]
    crawl_delay_s: Mapped[float | None]
    next_at: Mapped[datetime | None]
    owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
