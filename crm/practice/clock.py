"""The practice clock: the product's time, moved forward by hand. Its place is one row of the practice database."""

import threading
import time
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from config import Settings
from crm import clock
from crm.adapters import dns, web
from crm.db import reading, transaction
from crm.models.events import WorldClock
from crm.practice.cast import EPOCH
from crm.practice.network import PracticeNames, PracticeNetwork, ledger_path

FRESH_SECONDS = 0.5


def install(settings: Settings) -> None:
    """Make this process obey the practice clock and know the practice web and its names, and no others."""
    the_clock.cache_clear()  # another database has another time
    clock.install(the_clock())
    dns.install(PracticeNames())
    web.install(web.Fetcher(PracticeNetwork(ledger_path(settings.instance)), pause=0.0))


class PracticeClock:
    """Real time plus an offset that every process reads from the database (at most half a second old)."""

    def __init__(self) -> None:
        self._offset = self._at_first = EPOCH - clock.real_now()
        self._read_at = -FRESH_SECONDS
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        with self._lock:
            if time.monotonic() - self._read_at >= FRESH_SECONDS:
                self._offset, self._read_at = _stored(self._at_first), time.monotonic()
            return clock.real_now() + self._offset

    def move_to(self, moment: datetime) -> None:
        """Set the time for all processes. It never goes back."""
        offset = moment - clock.real_now()
        with transaction() as s:
            row = s.scalar(select(WorldClock).limit(1))
            if row is None:
                row = _first(s)
            row.offset_s = max(row.offset_s, offset.total_seconds())
            stored = row.offset_s
        with self._lock:
            self._offset, self._read_at = timedelta(seconds=stored), time.monotonic()


def start(s: Session) -> None:
    """Let practice time begin, if it has not begun yet."""
    if s.scalar(select(WorldClock.id).limit(1)) is None:
        _first(s)


def _first(s: Session) -> WorldClock:
    row = WorldClock(offset_s=(EPOCH - clock.real_now()).total_seconds())
    s.add(row)
    return row


@lru_cache(maxsize=1)
def the_clock() -> PracticeClock:
    """The one of this process: whoever moves it must move the one that the product reads."""
    return PracticeClock()


class HeldClock:
    """A clock that stands still between two moves: nothing depends on how fast the machine is."""

    def __init__(self, moment: datetime = EPOCH) -> None:
        self._now = moment

    def __call__(self) -> datetime:
        return self._now

    def move_to(self, moment: datetime) -> None:
        """Set the time; it never goes back."""
        self._now = max(self._now, moment)


Movable = PracticeClock | HeldClock


def _stored(otherwise: timedelta) -> timedelta:
    """The offset in the database; `otherwise` while there is none, even no table yet."""
    try:
        with reading() as s:
            offset = s.scalar(select(WorldClock.offset_s).limit(1))
    except (OperationalError, ProgrammingError):
        return otherwise
    return timedelta(seconds=offset) if offset is not None else otherwise
