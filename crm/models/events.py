"""What happened and what is going on: events, jobs, undo, stored files, workers, the practice clock."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Base, HasId, HasPublicId, one_of
from crm.vocabulary import JobState


class Event(HasPublicId, Base):
    """Append-only; one row per change of state, in the same transaction. journal.record() is the only writer."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_subject", "subject_type", "subject_id", "at"),
        Index("ix_event_project", "project_id", "at"),
    )
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    actor_kind: Mapped[str]  # user, job, practice, recipient
    actor_id: Mapped[str | None]
    kind: Mapped[str]  # "batch.approved", "prospect.set_aside" ...
    version: Mapped[int] = mapped_column(default=1)
    subject_type: Mapped[str]
    subject_id: Mapped[int]
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id", ondelete="SET NULL"))
    caused_by: Mapped[int | None]
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Job(HasPublicId, Base):
    """Anything that takes longer than three seconds; see work.py."""

    __tablename__ = "job"
    __table_args__ = (one_of("state", JobState), Index("ix_job_state", "state", "id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    title: Mapped[str]
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(default=JobState.QUEUED.value)
    wish: Mapped[str | None]  # pause or cancel, obeyed at the next checkpoint
    step: Mapped[str] = mapped_column(default="")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    error: Mapped[str | None]
    log: Mapped[list[Any]] = mapped_column(default=list)  # [{at, line}], the last 200
    owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]  # real time
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Undo(HasPublicId, Base):
    """The inverse of an act, valid 30 minutes; see undo.py."""

    __tablename__ = "undo"
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    kind: Mapped[str]
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    words: Mapped[str]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Blob(HasId, Base):
    """A stored file by its content; the bytes live in adapters/blobs.py."""

    __tablename__ = "blob"
    sha256: Mapped[str] = mapped_column(unique=True)
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(default="application/octet-stream")
    created_at: Mapped[datetime]
    purge_on: Mapped[datetime | None]


class WorkerBeat(HasId, Base):
    """A worker process that is (or was) alive, in real time."""

    __tablename__ = "worker_beat"
    owner: Mapped[str] = mapped_column(unique=True)
    host: Mapped[str]
    pid: Mapped[int]
    beat_at: Mapped[datetime]


class WorldClock(HasId, Base):
    """The practice world's clock: how far the product's time runs ahead of real time. One row."""

    __tablename__ = "world_clock"
    offset_s: Mapped[float] = mapped_column(default=0.0)
    seed: Mapped[int] = mapped_column(default=1)


class Setting(HasId, Base):
    """A small value of the installation, such as its instance id."""

    __tablename__ = "setting"
    name: Mapped[str] = mapped_column(unique=True)
    value: Mapped[dict[str, Any]] = mapped_column(default=dict)
