"""Kill and freeze senders at random moments and count what the server took. The server's record is the only witness."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from crm import prepare
from crm.db import Base, reading, transaction
from crm.models.mail import Message, Touch
from tests.reliability.rig import enroll, make_batch, make_mailbox, make_project
from tests.reliability.scripted_smtp import Rule, ScriptedSMTP

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Toll:
    """What one run came to."""

    messages: int
    accepted: int = 0
    duplicates: int = 0
    lost: int = 0
    review: int = 0
    kills: int = 0
    freezes: int = 0
    seconds: float = 0.0
    states: dict[str, int] = field(default_factory=dict)
    per_mailbox: dict[str, int] = field(default_factory=dict)
    per_domain: dict[str, int] = field(default_factory=dict)


@dataclass
class Setup:
    """One run: how many mails, workers, mailboxes; how it is disturbed; which protection is taken out."""

    url: str
    folder: Path
    seed: int = 1
    messages: int = 60
    workers: int = 3
    mailboxes: int = 3
    lease: float = 3.0
    settle: float = 1.0
    every: float = 0.15
    most: int = 20  # kills and freezes, so that a run on a slow machine ends as well
    answer_after: float = 0.1  # between taking a mail and saying so: the moment that matters
    freeze_share: float = 0.2
    quiet: bool = False
    broken: str = ""
    hour_cap: int = 10**6
    domains: int = 0
    domain_cap: int = 10**6
    seconds: float = 60.0


class Workers:
    """The forked senders of one run."""

    def __init__(self, setup: Setup, log: Path) -> None:
        plan = {
            "url": setup.url,
            "instance": str(setup.folder / "instance"),
            "log": str(log),
            "lease": setup.lease,
            "settle": setup.settle,
            "broken": setup.broken,
            "domain_cap": setup.domain_cap,
        }
        command = [sys.executable, "-m", "tests.reliability.worker"]
        env = {**os.environ, "BACKLOOP_INSTANCE": str(setup.folder / "instance")}
        self._zygote = subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # fmt: skip
        self._say(json.dumps(plan))
        self.pids = [self.fork() for _ in range(setup.workers)]

    def _say(self, line: str) -> None:
        assert self._zygote.stdin is not None
        self._zygote.stdin.write(line + "\n")
        self._zygote.stdin.flush()

    def fork(self) -> int:
        self._say("fork")
        assert self._zygote.stdout is not None
        return int(self._zygote.stdout.readline())

    def end(self) -> None:
        for pid in self.pids:
            _signal(pid, signal.SIGKILL)
        self._zygote.kill()
        self._zygote.wait()


def run(setup: Setup) -> Toll:
    """Build the world, let the workers send, disturb them until the queue is empty, and count."""
    rng = random.Random(setup.seed)
    log = setup.folder / "accepted.log"
    log.touch()
    slow = [Rule("mail", delay=0.003), Rule("dot", delay=setup.answer_after)]
    with ScriptedSMTP(slow, log=log) as server:
        _build(setup, server.port)
        workers = Workers(setup, log)
        toll = Toll(setup.messages)
        started = time.monotonic()
        try:
            _disturb(setup, workers, toll, rng, server)
        finally:
            workers.end()
        toll.seconds = round(time.monotonic() - started, 1)
        return _count(toll, server)


def _build(setup: Setup, port: int) -> None:
    from config import Settings

    prepare(Settings(instance=setup.folder / "instance", database_url=setup.url))
    from crm.db import engine

    Base.metadata.create_all(engine())
    with transaction() as s:
        project = make_project(s)
        batch = make_batch(s, project)
        each = setup.messages // setup.mailboxes
        for n in range(setup.mailboxes):
            box = make_mailbox(s, project, port, f"ada{n}@tidyclock.example", hour_cap=setup.hour_cap)
            share = each if n < setup.mailboxes - 1 else setup.messages - each * (setup.mailboxes - 1)
            for k in range(share):
                number = n * each + k
                host = f"mail{number % setup.domains}.example" if setup.domains else ""
                enroll(s, batch, box, 1, start=number, host=host)
    engine().dispose()


def _disturb(setup: Setup, workers: Workers, toll: Toll, rng: random.Random, server: ScriptedSMTP) -> None:
    frozen: dict[int, float] = {}
    end = time.monotonic() + setup.seconds
    idle = 0
    while time.monotonic() < end:
        time.sleep(setup.every)
        now = time.monotonic()
        for pid in [p for p, until in frozen.items() if until < now]:
            _signal(pid, signal.SIGCONT)
            del frozen[pid]
        busy, still = _remaining(setup)
        idle = idle + 1 if still == 0 else 0
        if idle >= 3 and not frozen or setup.broken and len(set(server.ids())) < len(server.ids()):
            return
        if setup.quiet or busy == 0 or toll.kills + toll.freezes >= setup.most:
            continue
        place = rng.randrange(len(workers.pids))
        pid = workers.pids[place]
        if pid in frozen:
            continue
        if rng.random() < setup.freeze_share:
            _signal(pid, signal.SIGSTOP)
            frozen[pid] = now + setup.lease * 1.5
            toll.freezes += 1
        else:
            _signal(pid, signal.SIGKILL)
            workers.pids[place] = workers.fork()
            toll.kills += 1
    for pid in frozen:
        _signal(pid, signal.SIGCONT)


def _remaining(setup: Setup) -> tuple[int, int]:
    """(mails that wait or are in hands, the same and those in doubt); capped runs end when nothing moves."""
    with reading() as s:
        open_states = ("queued", "claimed", "sending")
        n = s.scalar(select(func.count()).where(Message.state.in_(open_states))) or 0
        n += s.scalar(select(func.count()).where(Touch.state == "planned")) or 0
        doubt = s.scalar(select(func.count()).where(Message.state == "in_doubt")) or 0
    return n, n + doubt


def _count(toll: Toll, server: ScriptedSMTP) -> Toll:
    copies = Counter(server.ids())
    toll.accepted, toll.duplicates = len(copies), sum(copies.values()) - len(copies)
    with reading() as s:
        toll.states = dict(s.execute(select(Message.state, func.count()).group_by(Message.state)).all())  # type: ignore[arg-type]
        decided = set(s.scalars(select(Message.message_id).where(Message.state == "review")))
    toll.review = len(decided)
    toll.lost = toll.messages - len(set(copies) | decided)
    toll.per_mailbox = dict(Counter(a.sender for a in server.accepted))
    toll.per_domain = dict(Counter(a.rcpts[0].rpartition("@")[2] for a in server.accepted))
    return toll


def _signal(pid: int, what: signal.Signals) -> None:
    try:
        os.kill(pid, what)
    except ProcessLookupError:
        pass
