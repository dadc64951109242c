"""Reading pages: one now, or the queue politely. Each host is read by one reader at a time, in all processes.

A task is claimed by a lease, read, its bytes stored, and its facts taken: each step is a short transaction, so that a
worker killed between them loses no page and asks no site twice for bytes that are already here. The claim itself notes
that the page is being asked for: when its reader dies there, nobody knows whether the site answered, and the page rests
for a day instead of being asked for again at once.
"""

import os
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm import clock, domains, fetched
from crm.adapters import blobs, web
from crm.adapters.web import Fetcher
from crm.db import reading, transaction
from crm.models.pages import FetchedPage, FetchTask, HostState
from crm.pages import service
from crm.pages.facts import facts
from crm.pages.manners import run as manners

LEASE = timedelta(seconds=60)
READERS = 6
TICK_SECONDS = 20.0
PATIENCE = 12.0  # seconds that a person waits for a host that is being read
MAX_DELAY = 300.0
MAX_ATTEMPTS = 3
BACK_OFF = timedelta(minutes=10)
AGAIN = (fetched.TIMEOUT, fetched.CONNECTION, fetched.FAILED, fetched.DNS)
ASKED, STORED = "asked", "stored"
DOUBT = timedelta(days=1)  # the age up to which a look counts as good
_reader = threading.local()


@dataclass(frozen=True)
class Seen:
    """One page as stored: `facts` as PageFacts.to_dict(), empty when it could not be read; `why` says why."""

    url: str
    final_url: str
    status: int | None
    outcome: str
    why: str
    facts: dict[str, Any] = field(default_factory=dict)
    chain: list[Any] = field(default_factory=list)
    headers: dict[str, Any] = field(default_factory=dict)
    fetched_at: datetime | None = None
    blob_sha256: str | None = None


def read_now(
    organisation_id: int,
    url: str,
    purpose: str = "linking_page",
    *,
    max_age: timedelta = timedelta(days=1),
    fetcher: Fetcher | None = None,
) -> Seen:
    """Read one page at once, or take a look that is younger than `max_age`. Never raises for what the page does."""
    url = domains.normal_url(url)
    if domains.host(url) is None:
        return Seen(url, url, None, fetched.REFUSED, "this is not the address of a page")
    with reading() as s:
        page = service.page_of(s, organisation_id, url)
        if page is not None and page.facts and clock.now() - page.fetched_at < max_age:
            return _seen(page)
    fetcher = fetcher or web.default_fetcher()
    host = urlsplit(url).netloc
    if not _enter(host):
        return Seen(url, url, None, fetched.TIMEOUT, f"{host} is being read already; try again in a minute")
    try:
        return _seen(_fetch_and_keep(organisation_id, url, fetcher))
    finally:
        _leave(host, _pause(fetcher, url), failed=False)


def last_look(organisation_id: int, url: str, max_age: timedelta = timedelta(days=1)) -> Seen | None:
    """What was seen at an address within `max_age`, be it a page or that there is none; None without such a look."""
    with reading() as s:
        page = service.page_of(s, organisation_id, domains.normal_url(url))
        return _seen(page) if page is not None and clock.now() - page.fetched_at < max_age else None


def tick(*, seconds: float = TICK_SECONDS, fetcher: Fetcher | None = None) -> int:
    """Read what is due, for at most `seconds`; returns how many pages were read. Any number of workers may do it."""
    fetcher = fetcher or web.default_fetcher()
    until = time.monotonic() + seconds
    done = 0
    with ThreadPoolExecutor(READERS, thread_name_prefix="reader") as pool:
        while time.monotonic() < until:
            try:
                tasks = _claim(READERS)
            except IntegrityError:
                continue  # another worker made the row of a host first
            if not tasks:
                break
            done += sum(pool.map(lambda task: _one(task, fetcher), tasks))
    return done


@dataclass(frozen=True)
class _Task:
    id: int
    organisation_id: int
    url: str
    host: str
    stored: bool


def _one(task: _Task, fetcher: Fetcher) -> int:
    outcome, rest = fetched.OK, timedelta()
    try:
        if task.stored:
            _take_facts(task.organisation_id, task.url)
        else:
            page = _fetch_and_keep(
                task.organisation_id, task.url, fetcher, on_stored=lambda s: _mark_stored(s, task.id)
            )
            outcome, rest = page.outcome, manners.asked_rest(page.status, page.headers)
        _finish(task.id, outcome, rest)
    finally:
        _leave(task.host, max(_pause(fetcher, task.url), rest.total_seconds()), failed=outcome in AGAIN)
    return 1


def _fetch_and_keep(
    organisation_id: int, url: str, fetcher: Fetcher, on_stored: Callable[[Session], None] | None = None
) -> FetchedPage:
    """Fetch with the marks of the copy we hold, store the bytes, then take the facts."""
    with reading() as s:
        held = service.page_of(s, organisation_id, url)
        marks = (held.etag, held.last_modified) if held is not None and held.facts else (None, None)
    manners.recall_robots(url, fetcher)
    look = fetcher.fetch(url, etag=marks[0], last_modified=marks[1])
    manners.remember_robots(url, fetcher, look)
    with transaction() as s:
        page = service.keep(s, organisation_id, url, look)
        if on_stored is not None and look.readable:
            on_stored(s)
    return _take_facts(organisation_id, url) if look.readable else page


def _take_facts(organisation_id: int, url: str) -> FetchedPage:
    with reading() as s:
        page = service.page_of(s, organisation_id, url)
        assert page is not None
        known = (page.blob_sha256, page.final_url, dict(page.headers), page.status)
    if known[0] is None:
        return page
    found = facts(blobs.get(known[0]), known[1], headers=known[2], status=known[3])
    with transaction() as s:
        page = s.get_one(FetchedPage, page.id)
        service.keep_facts(s, page, found)
        return page


def _claim(n: int) -> list[_Task]:
    """Take up to `n` due tasks of different hosts that nobody reads and that may be asked again."""
    now, real = clock.now(), clock.real_now()
    free = or_(HostState.lease_until.is_(None), HostState.lease_until < real)
    rested = or_(HostState.next_at.is_(None), HostState.next_at <= real)
    claimed: list[_Task] = []
    with transaction() as s:
        query = (
            select(FetchTask)
            .outerjoin(HostState, HostState.host == FetchTask.host)
            .where(
                FetchTask.done_at.is_(None),
                FetchTask.due_at <= now,
                or_(FetchTask.lease_until.is_(None), FetchTask.lease_until < real),
                or_(HostState.id.is_(None), free & rested),
            )
            .order_by(FetchTask.priority.desc(), FetchTask.id)
            .limit(n * 20)
        )
        for task in s.scalars(query).all():
            if task.outcome == ASKED:  # its reader died with the page on the wire
                task.owner, task.lease_until, task.outcome, task.due_at = None, None, None, now + DOUBT
                continue
            if len(claimed) == n or any(c.host == task.host for c in claimed):
                continue
            if not _take_host(s, task.host):
                continue
            task.owner, task.lease_until, task.attempts = me(), real + LEASE, task.attempts + 1
            claimed.append(_Task(task.id, task.organisation_id, task.url, task.host, task.outcome == STORED))
            task.outcome = task.outcome if task.outcome == STORED else ASKED
    return claimed


def _mark_stored(s: Session, task_id: int) -> None:
    s.execute(update(FetchTask).where(FetchTask.id == task_id).values(outcome=STORED))


def _finish(task_id: int, outcome: str, rest: timedelta) -> None:
    """Done, or due again: after a failure, or when the site said after how long it may be asked."""
    with transaction() as s:
        task = s.get_one(FetchTask, task_id)
        task.owner, task.lease_until, task.outcome = None, None, outcome
        if (outcome in AGAIN or rest) and task.attempts < MAX_ATTEMPTS:
            task.due_at = clock.now() + (rest or BACK_OFF * 6 ** (task.attempts - 1))
        else:
            task.done_at = clock.now()


def me() -> str:
    """The name under which this thread of this process holds a lease."""
    if not hasattr(_reader, "name"):
        _reader.name = f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"
    return str(_reader.name)


def _enter(host: str) -> bool:
    """Wait for a host to be free, within a person's patience."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with transaction() as s:
                if _take_host(s, host):
                    return True
        except IntegrityError:
            continue  # somebody made the row first
        if time.monotonic() > until:
            return False
        time.sleep(0.05)


def _take_host(s: Session, host: str) -> bool:
    real = clock.real_now()
    row = service.host_of(s, host)
    if (row.lease_until is not None and row.lease_until >= real) or (row.next_at is not None and row.next_at > real):
        return False
    row.owner, row.lease_until = me(), real + LEASE
    s.flush()
    return True


def _leave(host: str, pause: float, *, failed: bool) -> None:
    real = clock.real_now()
    with transaction() as s:
        row = service.host_of(s, host)
        row.failures = row.failures + 1 if failed else 0
        rest = timedelta(seconds=pause)
        rest = max(rest, min(BACK_OFF, timedelta(seconds=5 * 2**row.failures))) if failed else rest
        row.owner, row.lease_until, row.next_at = None, None, real + rest


def _pause(fetcher: Fetcher, url: str) -> float:
    asked = fetcher.known_robots(url)
    return min(MAX_DELAY, max(fetcher.pause, (asked.delay() or 0.0) if asked is not None else 0.0))


def waiting() -> int:
    """How many pages could be read now; those that rest after a failure or a death are not counted."""
    due = (FetchTask.done_at.is_(None), FetchTask.due_at <= clock.now())
    with reading() as s:
        return s.scalar(select(func.count()).select_from(FetchTask).where(*due)) or 0


def _seen(page: FetchedPage) -> Seen:
    return Seen(
        page.url, page.final_url or page.url, page.status, page.outcome, page.why, dict(page.facts or {}),
        list(page.chain or []), dict(page.headers or {}), page.fetched_at, page.blob_sha256,
    )  # fmt: skip
