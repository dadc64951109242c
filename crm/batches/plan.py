"""When the mails of a batch would leave, for the words on the screen. Pure.

The rules are those of the outbox (zones, windows, caps), run ahead on paper; the outbox decides when it really sends.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from crm.outbox import schedule
from crm.outbox.schedule import ALLOWED, PREFERRED, NeverOpen, Planned, Rules
from crm.outbox.zones import country_of, zone_for

__all__ = ["Person", "Planned", "Preview", "Sending", "from_local", "look_ahead", "to_local", "zone_for"]


@dataclass(frozen=True)
class Person:
    """One recipient as the plan sees it: a stable key, the zone and whether it is assumed, and the site."""

    key: str
    zone: str
    assumed: bool
    site: str


@dataclass(frozen=True)
class Sending:
    """How the project and the mailbox send: stored settings as they are, and first mails a day."""

    project: Mapping[str, Any] = field(default_factory=dict)
    window: Mapping[str, Any] = field(default_factory=dict)
    zone: str = "UTC"
    new_cap: int = 20
    min_gap_s: int = 90
    jitter_s: int = 210

    def rules(self, site: str) -> Rules:
        """The windows for a recipient at `site`."""
        prefer = self.project.get("prefer", {})
        return Rules(
            allowed=schedule.window_from(self.project.get("window") or {}, ALLOWED) or ALLOWED,
            preferred=None if prefer is None else schedule.window_from(prefer, PREFERRED),
            sender=schedule.window_from(self.window, None),
            sender_zone=self.zone,
            country=country_of(site) if self.project.get("holidays", True) else "",
        )


@dataclass(frozen=True)
class Preview:
    """First mails by recipient, the first day, the day by which all first mails and all follow-ups have left (if
    nobody answers); `trouble` in words when the windows never meet."""

    first: Mapping[str, Planned] = field(default_factory=dict)
    first_day: date | None = None
    wave_done: date | None = None
    all_done: date | None = None
    window: str = ""
    trouble: str = ""


def look_ahead(
    now: datetime, start_at: datetime | None, people: Sequence[Person], sending: Sending, delays: Sequence[int] = ()
) -> Preview:
    """Plan every first mail under the windows and the daily cap, and the last follow-up behind the last of them."""
    start = max(now, start_at) if start_at is not None else now
    taken: Counter[date] = Counter()
    first: dict[str, Planned] = {}
    last = start
    rules = sending.rules("")
    for person in people:
        rules = sending.rules(person.site)
        full = [day for day, n in taken.items() if n >= sending.new_cap]
        try:
            planned = schedule.first_send(start, person.zone, rules, person.key, full_days=full)
            last = max(last, _end(planned.due_at, person, rules, delays))
        except NeverOpen as error:
            return Preview(trouble=str(error))
        taken[date.fromisoformat(planned.local[:10])] += 1
        first[person.key] = planned
    if not first:
        return Preview(window=_window(rules))
    return Preview(first, min(taken), max(taken), last.date(), _window(rules))


def from_local(text: str, zone: str) -> datetime | None:
    """The moment that a date-and-time field names in `zone`; None when it is empty. Raises ValueError."""
    if not text.strip():
        return None
    return datetime.fromisoformat(text.strip()).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def to_local(moment: datetime | None, zone: str) -> str:
    """The value of a date-and-time field."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M") if moment is not None else ""


def _end(due: datetime, person: Person, rules: Rules, delays: Sequence[int]) -> datetime:
    for n, delay in enumerate(delays, 2):
        due = schedule.next_send_time(due, delay, person.zone, rules, f"{person.key}:{n}").due_at
    return due


def _window(rules: Rules) -> str:
    return (rules.preferred or rules.allowed).words()
