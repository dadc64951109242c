"""What the commands and the control page do with the practice world of this installation."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from config import Settings
from crm import clock
from crm.errors import Refused
from crm.practice.actors import Post
from crm.practice.cast import World
from crm.practice.clock import the_clock
from crm.practice.exports import write_all
from crm.practice.ledger import Ledger
from crm.practice.network import known_ports, ledger_path
from crm.practice.simulation import Passed, Stage, advance, next_morning
from crm.practice.world import world

USER = "ada@tidyclock.example"
LONGEST = timedelta(days=31)


@dataclass(frozen=True)
class Standing:
    """What the control page shows: the practice time and the servers' own record."""

    at: datetime
    accepted: int
    answers: int
    placed: int
    mailed_twice: int
    sent_after_stop: int


def samples(settings: Settings) -> list[Path]:
    """The five example exports of this world, written when they are missing."""
    folder = settings.instance / "samples"
    found = sorted(folder.glob("*.csv")) if folder.is_dir() else []
    return found if len(found) == 5 else sorted(write_all(current_world(settings), folder))


def current_world(settings: Settings) -> World:
    """The world of this installation's seed."""
    ledger = Ledger(ledger_path(settings.instance))
    try:
        return world(int(ledger.fact("seed") or 1))
    finally:
        ledger.close()


def standing(settings: Settings) -> Standing:
    """Read the servers' record."""
    ledger = Ledger(ledger_path(settings.instance))
    try:
        return Standing(clock.now(), len(ledger.accepted()), len(ledger.delivered()), ledger.n_placed(),
                        ledger.mailed_twice(), ledger.sent_after_stop())  # fmt: skip
    finally:
        ledger.close()


def let_pass(settings: Settings, *, days: int = 0, hours: int = 0) -> Passed:
    """Let practice time pass: `days` business mornings on, or `hours`. Raises Refused outside the practice world."""
    if not settings.practice:
        raise Refused("Time can be moved in the practice world only. Start it with: make run")
    ports = known_ports(ledger_path(settings.instance))
    if ports is None:
        raise Refused("The practice servers are not running. Start them with: flask practice serve")
    now = clock.now()
    until = now + timedelta(hours=hours)
    for _ in range(days):
        until = next_morning(until)
    if until - now > LONGEST:
        raise Refused("At most 31 days at once.")
    ledger = Ledger(ledger_path(settings.instance))
    try:
        return advance(Stage(current_world(settings), ledger, Post(USER, ports.smtp), the_clock()), until)
    finally:
        ledger.close()
