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
from sqlalchemy.orm import Session

from crm import clock, prepare
from crm.db import Base, reading, transaction
from crm.models.batches import Enrollment
from crm.models.contacts import Contact, PersonAddress
from crm.models.mail import Message, Touch
from crm.outbox import run as sending
from crm.outbox import service
from crm.vocabulary import StopReason
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
    waiting: int = 0  # held back by a cap
    stopped: int = 0  # ended in time by an answer while the senders ran
    after_stop: int = 0  # of those, mailed all the same
    kills: int = 0  # each while there was something to send
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
    before_data: float = 0.0  # between claim and gate
    answer_after: float = 0.1  # between taking a mail and saying so: the moment that matters
    freeze_share: float = 0.2
    quiet: bool = False
    broken: str = ""
    hour_cap: int = 10**6
    domains: int = 0
    domain_cap: int = 10**6
    stops: int = 0  # answers that come in between
    seconds: float = 60.0

    @property
    def capped(self) -> bool:
        """Whether some mails must wait for the next hour."""
        return self.hour_cap < 10**6 or self.domain_cap < 10**6


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
    slow = [Rule("mail", delay=0.003), Rule("rcpt", delay=setup.before_data), Rule("dot", delay=setup.answer_after)]
    with ScriptedSMTP(slow, log=log) as server:
        _build(setup, server.port)
        workers = Workers(setup, log)
        toll, ends = Toll(setup.messages), Ends()
        started = time.monotonic()
        try:
            _disturb(setup, workers, toll, rng, server, ends)
        finally:
            workers.end()
        toll.seconds = round(time.monotonic() - started, 1)
        return _count(toll, server, ends)


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


@dataclass
class Ends:
    """Sequences that an answer ended: addresses whose mail had not passed the gate at that moment."""

    in_time: set[str] = field(default_factory=set)
    n: int = 0

    def one_more(self, rng: random.Random) -> None:
        """An answer of one random person arrives, as the reader would store it; a frozen sender may hold the lock."""
        self.n += 1
        self.in_time |= sending._stored(_end_one, rng)


def _end_one(s: Session, rng: random.Random) -> set[str]:
    """Stop one sequence, most gladly one whose mail is in a sender's hands; its address when no mail had passed the gate."""
    live = list(s.scalars(select(Enrollment.id).where(Enrollment.state == "active").order_by(Enrollment.id)))
    if not live:
        return set()
    claimed = list(s.scalars(select(Message.enrollment_id).where(Message.state == "claimed")))
    enrollment = s.get_one(Enrollment, rng.choice(claimed or live))
    service.stop(s, enrollment, StopReason.REPLY)
    passed = Message.state.in_(("sending", "in_doubt", "review", "sent"))
    if s.scalar(select(Message.id).where(Message.enrollment_id == enrollment.id, passed)) is not None:
        return set()
    address = select(PersonAddress.normal).join(Contact, Contact.address_id == PersonAddress.id)
    return {s.scalars(address.where(Contact.id == enrollment.contact_id)).one()}


def _disturb(setup: Setup, workers: Workers, toll: Toll, rng: random.Random, server: ScriptedSMTP, ends: Ends) -> None:
    frozen: dict[int, float] = {}
    end = time.monotonic() + setup.seconds
    idle, seen, moved_at = 0, -1, time.monotonic()
    while time.monotonic() < end:
        time.sleep(setup.every)
        now = time.monotonic()
        for pid in [p for p, until in frozen.items() if until < now]:
            _signal(pid, signal.SIGCONT)
            del frozen[pid]
        if ends.n < setup.stops:
            ends.one_more(rng)
        busy, still = _remaining()
        if len(server.accepted) != seen:
            seen, moved_at = len(server.accepted), now
        idle = idle + 1 if still == 0 else 0
        if idle >= 3 and not frozen or setup.broken and _caught(server, ends):
            return
        if setup.capped and not frozen and now - moved_at > 2 * setup.lease + setup.settle + 2:
            return  # what is left waits for the next hour
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


def _caught(server: ScriptedSMTP, ends: Ends) -> bool:
    """Whether the server's record shows a broken promise already, so that a broken variant need not go on."""
    return len(set(server.ids())) < len(server.ids()) or bool(_rcpts(server) & ends.in_time)


def _remaining() -> tuple[int, int]:
    """(mails that could leave now or are in hands, the same and those in doubt)."""
    with reading() as s:
        n = s.scalar(select(func.count()).where(Message.state.in_(("claimed", "sending")))) or 0
        n += s.scalar(select(func.count()).where(Message.state == "queued", Message.due_at <= clock.now())) or 0
        n += s.scalar(select(func.count()).where(Touch.state == "planned", Touch.due_at <= clock.now())) or 0
        doubt = s.scalar(select(func.count()).where(Message.state == "in_doubt")) or 0
    return n, n + doubt


def _count(toll: Toll, server: ScriptedSMTP, ends: Ends) -> Toll:
    """Each person must be accounted for: taken by the server once, ended by an answer, asked about, or held by a cap."""
    copies = Counter(server.ids())
    toll.accepted, toll.duplicates = len(copies), sum(copies.values()) - len(copies)
    with reading() as s:
        toll.states = dict(s.execute(select(Message.state, func.count()).group_by(Message.state)).all())  # type: ignore[arg-type]
        decided = set(s.scalars(select(Message.rcpt_normal).where(Message.state == "review")))
        queued = set(s.scalars(select(Message.rcpt_normal).where(Message.state == "queued")))
        planned = (
            select(PersonAddress.normal)
            .join(Contact, Contact.address_id == PersonAddress.id)
            .join(Enrollment, Enrollment.contact_id == Contact.id)
            .join(Touch, Touch.enrollment_id == Enrollment.id)
        )
        waiting = queued | set(s.scalars(planned.where(Touch.state == "planned")))
    taken = _rcpts(server)
    toll.review, toll.waiting, toll.stopped = len(decided), len(waiting - taken), len(ends.in_time)
    toll.after_stop = len(taken & ends.in_time)
    toll.lost = toll.messages - len(taken | decided | waiting | ends.in_time)
    toll.per_mailbox = dict(Counter(a.sender.partition("<")[2].partition(">")[0] for a in server.accepted))
    toll.per_domain = dict(_per_domain(server))
    return toll


def _rcpts(server: ScriptedSMTP) -> set[str]:
    return {a.rcpts[0] for a in server.accepted}


def _per_domain(server: ScriptedSMTP) -> Counter[str]:
    return Counter(a.rcpts[0].rpartition("@")[2] for a in server.accepted)


def _signal(pid: int, what: signal.Signals) -> None:
    try:
        os.kill(pid, what)
    except ProcessLookupError:
        pass
