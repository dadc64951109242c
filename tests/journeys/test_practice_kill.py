"""The worker is killed in the middle of a batch of a hundred and started again: everybody is mailed exactly once."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from config import ROOT, Settings
from crm import clock, db, prepare
from crm.db import reading, transaction
from crm.models.mail import Message
from crm.models.mailboxes import Mailbox
from crm.outbox import run as outbox
from crm.practice import setup
from crm.practice.clock import PracticeClock
from crm.practice.doors import Servers
from crm.practice.ledger import Ledger
from crm.practice.network import ledger_path
from crm.vocabulary import MessageState
from tests.practice.crowd import enrolled, sites_with_people

PEOPLE = 100
PATIENCE = 60.0


def wait_for(what: Callable[[], bool], child: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < until, "the worker did not get there in a minute"
        assert child.poll() is None, "the worker ended by itself"
        time.sleep(0.05)


def worker(folder: Path) -> subprocess.Popen[bytes]:
    names = {"BACKLOOP_PRACTICE": "1", "BACKLOOP_INSTANCE": str(folder), "BACKLOOP_SETTLE_SECONDS": "2"}
    with (folder / "worker.log").open("ab") as log:
        return subprocess.Popen([sys.executable, "-m", "flask", "worker"], cwd=ROOT, env={**os.environ, **names},
                                stdout=log, stderr=log)  # fmt: skip


@pytest.mark.slow
def test_a_worker_killed_in_a_batch_of_100_and_started_again_mails_everybody_exactly_once(tmp_path: Path) -> None:
    settings = Settings(instance=tmp_path, database_url="", practice=True)
    prepare(settings)
    db.Base.metadata.create_all(db.engine())
    ledger = Ledger(ledger_path(tmp_path))
    servers = Servers(ledger, 1, clock.now)
    ports = servers.start()
    children = []
    try:
        with transaction() as s:
            made = setup.ensure(s, ports)
            s.execute(update(Mailbox).values(hour_cap=1000, day_cap=1000, new_cap=1000, min_gap_s=0))
            enrolled(s, made.project_id, made.mailbox_id, sites_with_people(1, PEOPLE))
        outbox.tick()  # plans everybody into Tuesday morning
        PracticeClock().move_to(clock.now() + timedelta(days=1, hours=4))  # Tuesday noon: all are due
        children.append(worker(tmp_path))
        for n in (15, 60):  # two deaths at two places of the batch
            wait_for(lambda n=n: len(ledger.accepted()) >= n, children[-1])
            children[-1].send_signal(signal.SIGKILL)
            children[-1].wait()
            children.append(worker(tmp_path))
        wait_for(lambda: len(ledger.accepted()) >= PEOPLE and all_settled(), children[-1])
        taken = ledger.accepted()
        assert len(taken) == PEOPLE
        assert set(Counter(m.rcpt for m in taken).values()) == {1}
        assert set(Counter(m.message_id for m in taken).values()) == {1}
        assert ledger.mailed_twice() == 0
    finally:
        for child in children:
            child.kill()
            child.wait()
        servers.stop()
        ledger.close()
        clock.install(clock.real_now)
        db.engine().dispose()


def all_settled() -> bool:
    """Whether our own database knows of each mail that it was sent."""
    with reading() as s:
        states = Counter(s.scalars(select(Message.state).where(Message.step_no == 1)))
    return states == Counter({MessageState.SENT.value: PEOPLE})
