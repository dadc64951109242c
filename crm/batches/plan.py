"""When the mails of a batch would leave, for the words on the screen. Pure.

The rules are those of the outbox (zones, windows, caps), run ahead on paper; the outbox decides when it really sends.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from crm.outbox import schedule
from crm.outbox.forecast import Waiting, forecast
from crm.outbox.schedule import Caps, NeverOpen, Planned, Rules
from crm.outbox.zones import country_of, zone_for

__all__ = ["Person", "Preview", "from_local", "look_ahead", "to_local", "zone_for"]


@dataclass(frozen=True)
class Person:
    """One recipient as the plan sees it: a stable key, the zone and whether it is assumed, and the site."""

    key: str
    zone: str
    assumed: bool
    site: str


@dataclass(frozen=True)
class Preview:
    """First mails by recipient, the first day and the day by which all first mails have left; `trouble` in words."""

    first: Mapping[str, Planned] = field(default_factory=dict)
    first_day: date | None = None
    wave_done: date | None = None
    all_done: date | None = None
    trouble: str = ""


def look_ahead(
    now: datetime,
    start_at: datetime | None,
    people: Sequence[Person],
    window: Mapping[str, object],
    mailbox_zone: str,
    caps: Caps,
    delays: Sequence[int] = (),
) -> Preview:
    """Plan every first mail (and, for the last day, the follow-ups) under the mailbox's window and caps."""
    start = max(now, start_at) if start_at is not None else now
    sender = schedule.window_from(window, None)
    first: dict[str, Planned] = {}
    waiting = []
    for person in people:
        rules = Rules(sender=sender, sender_zone=mailbox_zone, country=country_of(person.site))
        try:
            planned = schedule.first_send(start, person.zone, rules, person.key)
        except NeverOpen as error:
            return Preview(trouble=str(error))
        first[person.key] = planned
        waiting.append(Waiting("m", 1, planned.due_at, person.zone, rules, tuple(delays), person.key))
    if not first:
        return Preview()
    outlook = forecast(start, waiting, {"m": caps})
    firsts = [row.day for row in outlook.rows if row.step_no == 1]
    earliest = min(first.values(), key=lambda p: p.due_at)
    day = datetime.fromisoformat(earliest.local).date()
    return Preview(first, day, max(firsts, default=None), outlook.last_day)


def from_local(text: str, zone: str) -> datetime | None:
    """The moment that a date-and-time field names in `zone`; None when it is empty. Raises ValueError."""
    if not text.strip():
        return None
    return datetime.fromisoformat(text.strip()).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def to_local(moment: datetime | None, zone: str) -> str:
    """The value of a date-and-time field."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M") if moment is not None else ""
