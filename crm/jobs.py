"""The timetable: everything that happens by itself, run by one worker process (`flask worker`).

APScheduler is only the clock; all state is in the database, so a lost tick costs nothing but time and two workers do
no harm. Each job is one call into a slice's run.py.
"""

import os
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import delete, select

from crm import clock, work
from crm.db import transaction
from crm.models.events import WorkerBeat
from crm.outbox import run as outbox

# (name, "module:function", seconds between two runs)
TIMETABLE = (
    ("beat", "crm.jobs:beat", 10),
    ("jobs", "crm.work:run_until_idle", 1),
    ("send", "crm.outbox.run:send_due", 5),
    ("reap", "crm.outbox.run:reap", 30),
    ("read mail", "crm.inbox.run:poll_due", 15),
    ("wait for mail", "crm.inbox.watching.run:watch", 60),
    ("look through mail again", "crm.inbox.run:audit_due", 3600),
    ("mailbox tokens", "crm.mailboxes.run:keep_tokens", 60),
    ("mailbox check", "crm.mailboxes.run:check_due", 3600),
    ("mailbox probe", "crm.mailboxes.run:probe_due", 3600),
    ("watch folder", "crm.gap.run:watch_folder", 30),
    ("read pages", "crm.pages.run:tick", 5),
    ("want pages", "crm.prospects.looking.run:want_pages", 300),
    ("judge read pages", "crm.contacts.run:judge_read_pages", 60),
    ("links in exports", "crm.outcomes.run:take_reported", 300),
    ("wake", "crm.outcomes.run:wake_due", 300),
    ("check links", "crm.outcomes.run:check_due", 60),
    ("check own pages", "crm.targets.run:check_pitched", 900),
    ("learn", "crm.learning.run:refit_due", 10),
    ("reasons to look again", "crm.learning.run:watch_reasons", 300),
)
RUNNERS = (
    *("gap", "contacts", "pages", "pages.outgoing", "outcomes", "learning", "targets", "batches", "mailboxes"),
    *("inbox", "outbox", "prospects.looking"),
)


def load_handlers() -> None:
    """Import every slice's run.py, so that its job handlers are known."""
    for name in RUNNERS:
        import_module(f"crm.{name}.run")


def worker(*, once: bool = False) -> None:
    """Run the timetable until SIGTERM or Ctrl-C; with `once`, everything that is due one time."""
    load_handlers()
    if once:
        beat()
        for _, target, _ in TIMETABLE[1:]:
            _resolve(target)()
        return
    clockwork = BackgroundScheduler(timezone="UTC")
    for name, target, seconds in TIMETABLE:
        clockwork.add_job(
            _resolve(target),
            "interval",
            seconds=seconds,
            name=name,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
            next_run_time=clock.real_now(),
        )
    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    clockwork.start()
    stop.wait()
    outbox.end_soon()
    clockwork.shutdown(wait=True)


def beat() -> None:
    """Say that this process is alive, and forget processes that were silent for a day."""
    now = clock.real_now()
    with transaction() as s:
        row = s.scalar(select(WorkerBeat).where(WorkerBeat.owner == work.OWNER))
        if row is None:
            row = WorkerBeat(owner=work.OWNER, host=work.OWNER.rpartition(":")[0], pid=os.getpid(), beat_at=now)
            s.add(row)
        row.beat_at = now
        s.execute(delete(WorkerBeat).where(WorkerBeat.beat_at < now - timedelta(days=1)))


def _resolve(target: str) -> Callable[[], object]:
    module, _, function = target.partition(":")
    found: Callable[[], object] = getattr(import_module(module), function)
    return found
