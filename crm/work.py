"""Jobs: anything that takes longer than three seconds runs in the worker, with progress, pause, resume and cancel.

A job is a row. Workers claim it by a lease in real time; a job whose worker died is run again from its start, so
every handler must be able to go on from what it already stored.
"""

import os
import socket
import traceback
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from crm import clock
from crm.db import transaction
from crm.errors import CrmError, Refused
from crm.models.events import Job
from crm.vocabulary import JobState

LEASE = timedelta(seconds=60)
KEPT_LINES = 200
OPEN = (JobState.QUEUED.value, JobState.RUNNING.value, JobState.PAUSED.value)
OWNER = f"{socket.gethostname()}:{os.getpid()}"


class Stopped(Exception):
    """A person asked for pause or cancel; raised by checkpoint(), handled by the runner."""

    def __init__(self, wish: str) -> None:
        super().__init__(wish)
        self.wish = wish


class Running:
    """The handle that a job's function gets: what to do, and how to tell where it stands."""

    def __init__(self, job: Job) -> None:
        self.job_id = job.id
        self.public_id = job.public_id
        self.params: dict[str, Any] = dict(job.params)
        self.organisation_id = job.organisation_id
        self.project_id = job.project_id

    def checkpoint(self) -> None:
        """Keep the lease alive; raises Stopped when a person wants a pause or a cancel."""
        self._change()

    def progress(self, done: int, total: int | None = None, step: str | None = None) -> None:
        """Say how far it is, in the unit of `step` ("rows", "pages"); also a checkpoint."""
        self._change(done=done, **({"total": total} if total is not None else {}), **({"step": step} if step else {}))

    def log(self, line: str) -> None:
        """Add a line to the job's log (the last 200 are kept)."""
        with transaction() as s:
            job = s.get_one(Job, self.job_id)
            job.log = [*job.log, {"at": clock.now().isoformat(), "line": line}][-KEPT_LINES:]

    def result(self, **values: Any) -> None:
        """Store figures that the job ends with."""
        with transaction() as s:
            job = s.get_one(Job, self.job_id)
            job.result = {**job.result, **values}

    def _change(self, **values: Any) -> None:
        with transaction() as s:
            job = s.get_one(Job, self.job_id)
            if job.owner != OWNER or job.state != JobState.RUNNING:
                raise Stopped("lost")
            for name, value in values.items():
                setattr(job, name, value)
            job.lease_until = clock.real_now() + LEASE
            if job.wish:
                raise Stopped(job.wish)


Handler = Callable[[Running], None]
_handlers: dict[str, Handler] = {}


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of this kind."""

    def keep(function: Handler) -> Handler:
        _handlers[kind] = function
        return function

    return keep


Dropped = Callable[[Session, dict[str, Any]], None]
_dropped: dict[str, Dropped] = {}


def dropped(kind: str) -> Callable[[Dropped], Dropped]:
    """Register what to tidy, from the job's params, when a job of this kind is cancelled before a worker has it."""

    def keep(function: Dropped) -> Dropped:
        _dropped[kind] = function
        return function

    return keep


def start(
    s: Session,
    kind: str,
    title: str,
    params: dict[str, Any],
    *,
    organisation_id: int,
    project_id: int | None = None,
) -> Job:
    """Queue a job; the worker takes it within seconds."""
    job = Job(
        organisation_id=organisation_id,
        project_id=project_id,
        kind=kind,
        title=title,
        params=params,
        created_at=clock.now(),
    )
    s.add(job)
    s.flush()
    return job


def wish(s: Session, job: Job, wanted: str) -> None:
    """Ask for `pause`, `resume` or `cancel`. A queued or paused job obeys at once, a running one at its checkpoint."""
    if job.state not in OPEN:
        raise Refused(f"This job has ended ({job.state}).")
    if wanted == "resume":
        job.wish, job.state = None, JobState.QUEUED.value
    elif job.state == JobState.RUNNING:
        job.wish = wanted
    else:
        job.state = JobState.PAUSED.value if wanted == "pause" else JobState.CANCELLED.value
        job.ended_at = clock.now() if wanted == "cancel" else None
        if wanted == "cancel" and job.kind in _dropped:
            _dropped[job.kind](s, dict(job.params))


def run_next() -> bool:
    """Claim and do one queued job (or one whose worker died). Returns False when there was none."""
    job = _claim()
    if job is None:
        return False
    try:
        _handlers[job.kind](Running(job))
        _end(job.id, JobState.DONE)
    except Stopped as stopped:
        if stopped.wish != "lost":
            _end(job.id, JobState.PAUSED if stopped.wish == "pause" else JobState.CANCELLED)
    except CrmError as error:
        _end(job.id, JobState.FAILED, error.message)
    except Exception as error:  # a job must never take the worker down
        _end(job.id, JobState.FAILED, f"{type(error).__name__}: {error}", traceback.format_exc(limit=4))
    return True


def run_until_idle(limit: int = 1000) -> int:
    """Do queued jobs one after the other; returns how many were done."""
    n = 0
    while n < limit and run_next():
        n += 1
    return n


def _claim() -> Job | None:
    now = clock.real_now()
    with transaction() as s:
        query = (
            select(Job)
            .where(
                Job.kind.in_(list(_handlers)),
                (Job.state == JobState.QUEUED) | ((Job.state == JobState.RUNNING) & (Job.lease_until < now)),
            )
            .order_by(Job.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        job = s.scalar(query)
        if job is None:
            return None
        taken = (
            update(Job)
            .where(Job.id == job.id, Job.state == job.state)
            .values(
                state=JobState.RUNNING.value,
                owner=OWNER,
                lease_until=now + LEASE,
                started_at=job.started_at or clock.now(),
                wish=None,
            )
        )
        s.execute(taken)
        s.refresh(job)
        s.expunge(job)
        return job


def _end(job_id: int, state: JobState, error: str | None = None, trace: str | None = None) -> None:
    with transaction() as s:
        job = s.get_one(Job, job_id)
        job.state, job.error, job.wish, job.owner, job.lease_until = state.value, error, None, None, None
        if state != JobState.PAUSED:
            job.ended_at = clock.now()
        if trace:
            job.log = [*job.log, {"at": clock.now().isoformat(), "line": trace}][-KEPT_LINES:]
