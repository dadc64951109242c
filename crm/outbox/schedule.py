"""When the next mail goes: zones, windows, business days, ramp and caps. Pure; every time that goes in or out is aware.

A plan is a wall-clock time in the recipient's zone; the instant is derived from it again at each claim, because zones
change. A time that a spring change skips becomes the first valid instant after it; one that happens twice in autumn
means the first.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAY = timedelta(days=1)
SEARCH_DAYS = 60
WORKDAYS = frozenset(range(5))


class NeverOpen(Exception):
    """The windows of sender and recipient never meet; the message can be shown."""


@dataclass(frozen=True)
class Window:
    """Weekdays (0 is Monday) and the hours of those days, `start` included, `end` not."""

    days: frozenset[int] = WORKDAYS
    start: time = time(8)
    end: time = time(18)

    def on(self, day: date) -> bool:
        """Whether this weekday belongs to the window."""
        return day.weekday() in self.days and self.start < self.end

    def words(self) -> str:
        """For people: "Mon Tue Wed 09:00 to 11:30"."""
        names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
        days = " ".join(names[d] for d in sorted(self.days))
        return f"{days} {self.start:%H:%M} to {self.end:%H:%M}"


ALLOWED = Window()
PREFERRED = Window(frozenset({1, 2, 3}), time(9), time(11, 30))


@dataclass(frozen=True)
class Rules:
    """When a recipient may be written to, where we would like to be, and when the mailbox works (None: always).

    `country` (ISO 3166) adds its public holidays; "" means none.
    """

    allowed: Window = ALLOWED
    preferred: Window | None = PREFERRED
    sender: Window | None = None
    sender_zone: str = "UTC"
    country: str = ""


@dataclass(frozen=True)
class Planned:
    """A wall-clock plan ("2026-11-24T09:10" in `zone`) and the instant it means today."""

    local: str
    zone: str
    due_at: datetime


def window_from(given: Mapping[str, object], default: Window | None) -> Window | None:
    """A Window from its stored form {"days": [0, 1], "from": "08:00", "to": "18:00"}; `default` when it is empty."""
    if not given:
        return default
    days = given.get("days")
    chosen = frozenset(int(str(d)) for d in days) if isinstance(days, list | tuple) else WORKDAYS
    return Window(chosen, _clock(str(given.get("from", "08:00"))), _clock(str(given.get("to", "18:00"))))


def zone_of(name: str) -> ZoneInfo | None:
    """The zone of this IANA name, or None when there is none."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def to_instant(local: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a naive wall-clock time: the first of two, or the first valid one after a gap."""
    first = local.replace(tzinfo=zone, fold=0)
    back = first.astimezone(UTC).astimezone(zone)
    if back.replace(tzinfo=None) == local:
        return first.astimezone(UTC)
    before = local.replace(tzinfo=zone, fold=1).astimezone(UTC)  # with the offset after the gap: an earlier instant
    low, high = sorted((before, first.astimezone(UTC)))
    return _end_of_gap(low, high, zone)


def instant_of(plan: str, zone_name: str) -> datetime:
    """The instant that a stored plan means under today's rules of its zone (UTC when the zone is unknown)."""
    return to_instant(datetime.fromisoformat(plan), zone_of(zone_name) or ZoneInfo("UTC"))


def is_open(moment: datetime, zone: ZoneInfo, rules: Rules) -> bool:
    """Whether a mail may leave at this moment."""
    local = moment.astimezone(zone)
    if not _inside(local, rules.allowed) or local.date() in _holidays(rules.country, local.year):
        return False
    sender = zone_of(rules.sender_zone) or ZoneInfo("UTC")
    return rules.sender is None or _inside(moment.astimezone(sender), rules.sender)


def next_open(moment: datetime, zone: ZoneInfo, rules: Rules) -> datetime:
    """The first instant at or after `moment` at which a mail may leave. Raises NeverOpen after 60 days."""
    if is_open(moment, zone, rules):
        return moment
    sender = zone_of(rules.sender_zone) or ZoneInfo("UTC")
    starts = []
    first = moment.astimezone(zone).date() - DAY
    for n in range(SEARCH_DAYS):
        day = first + n * DAY
        starts.append(to_instant(datetime.combine(day, rules.allowed.start), zone))
        if rules.sender is not None:
            starts.append(to_instant(datetime.combine(day, rules.sender.start), sender))
    for start in sorted(starts):
        if start >= moment and is_open(start, zone, rules):
            return start
    mine = rules.sender.words() if rules.sender else "any time"
    raise NeverOpen(
        f"The mailbox works {mine} ({rules.sender_zone}), the recipient in {zone.key} is written to "
        f"{rules.allowed.words()}: the two never meet. Widen one of them in Settings, Sending."
    )


def add_business_days(day: date, n: int, country: str = "") -> date:
    """The day `n` business days after `day`; weekends and the country's public holidays do not count."""
    import numpy as np  # heavy: the web process must not wait for it

    off = sorted(_holidays(country, day.year) | _holidays(country, day.year + 1))
    moved = np.busday_offset(np.datetime64(day), n, roll="backward", holidays=[np.datetime64(d) for d in off])
    found: date = moved.astype("datetime64[D]").item()
    return found


def first_send(
    not_before: datetime, zone_name: str, rules: Rules, seed: str, *, full_days: Collection[date] = ()
) -> Planned:
    """Where a first mail goes: within a week the preferred days, then any allowed day; never one of `full_days`.

    The place inside the day's window is decided by `seed`. When no day of the next 60 has room, the day after them.
    """
    zone = zone_of(zone_name) or ZoneInfo("UTC")
    today = not_before.astimezone(zone).date()
    week = [today + n * DAY for n in range(7)]
    liked = [d for d in week if rules.preferred is not None and rules.preferred.on(d)]
    others = [today + n * DAY for n in range(SEARCH_DAYS)]
    for day in [*liked, *others]:
        if day in full_days:
            continue
        due = _place(day, not_before, zone, rules, seed)
        if due is not None:
            return _planned(due, zone)
    return _planned(next_open(max(not_before, to_instant(_midnight(others[-1]), zone)), zone, rules), zone)


def next_send_time(sent_at: datetime, delay_days: int, zone_name: str, rules: Rules, seed: str) -> Planned:
    """A follow-up: `delay_days` business days after the last mail was really sent, at the same local hour give or take
    a quarter of an hour, moved into the next open window."""
    zone = zone_of(zone_name) or ZoneInfo("UTC")
    local = sent_at.astimezone(zone)
    day = add_business_days(local.date(), delay_days, rules.country)
    shift = timedelta(seconds=round((_share(seed) - 0.5) * 1800))
    due = to_instant(datetime.combine(day, local.time().replace(tzinfo=None, second=0, microsecond=0)) + shift, zone)
    opened = next_open(due, zone, rules)
    if opened != due:
        opened = next_open(opened + _share(seed) * timedelta(minutes=30), zone, rules)
    return _planned(opened, zone)


@dataclass(frozen=True)
class Caps:
    """The most a mailbox may send: in an hour, in 24 hours, first mails in 24 hours; and the pause between two."""

    hour: int
    day: int
    new: int
    min_gap_s: int = 90
    jitter_s: int = 210


@dataclass(frozen=True)
class Used:
    """What a mailbox sent (doubt counted as sent) in the last hour and the last 24 hours, and when room appears."""

    hour: int = 0
    day: int = 0
    new: int = 0
    oldest_in_hour: datetime | None = None
    oldest_in_day: datetime | None = None


def room_at(now: datetime, caps: Caps, used: Used) -> datetime:
    """The first moment at which the mailbox has room for one more mail; `now` when it has it now."""
    waits = [now]
    if used.hour >= caps.hour:
        waits.append((used.oldest_in_hour or now) + timedelta(hours=1, seconds=1))
    if used.day >= caps.day:
        waits.append((used.oldest_in_day or now) + timedelta(days=1, seconds=1))
    return max(waits)


def gap(caps: Caps, seed: str) -> timedelta:
    """The pause after one mail: the least one plus a share of the jitter that `seed` decides."""
    return timedelta(seconds=caps.min_gap_s + round(_share(seed) * caps.jitter_s))


@dataclass(frozen=True)
class Ramp:
    """How a new mailbox is warmed: first mails a day by step, one step every three sending days without bounces."""

    steps: tuple[int, ...] = (5, 8, 12, 16, 20, 25, 30)
    sending_days: int = 0
    skip: bool = False

    def new_cap(self, cap: int) -> int:
        """First mails that may leave today: the step's number, never more than the mailbox's own cap."""
        place = self.sending_days // 3
        return cap if self.skip or place >= len(self.steps) else min(cap, self.steps[place])


def ramp_from(given: Mapping[str, object]) -> Ramp:
    """A Ramp from its stored form {"steps": [...], "at": sending days so far, "skip": false}; empty means skip."""
    if not given:
        return Ramp(skip=True)
    steps = given.get("steps")
    numbers = tuple(int(str(x)) for x in steps) if isinstance(steps, list | tuple) and steps else Ramp().steps
    return Ramp(numbers, int(str(given.get("at") or 0)), bool(given.get("skip")))


def _place(day: date, not_before: datetime, zone: ZoneInfo, rules: Rules, seed: str) -> datetime | None:
    """A moment in the liked hours of this day, else in the allowed ones; None when the day has none left."""
    for window in (rules.preferred, rules.allowed):
        if window is None:
            continue
        start = max(to_instant(datetime.combine(day, window.start), zone), not_before)
        room = to_instant(datetime.combine(day, window.end), zone) - start
        if room > timedelta():
            due = start + _share(seed) * room
            if is_open(due, zone, rules):
                return due
    return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def _clock(text: str) -> time:
    hours, _, minutes = text.partition(":")
    return time.max if hours == "24" else time(int(hours), int(minutes or 0))


def _inside(local: datetime, window: Window) -> bool:
    return window.on(local.date()) and window.start <= local.time().replace(tzinfo=None) < window.end


def _end_of_gap(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The instant of the clock change between two instants, to the second."""
    offset = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


def _planned(due: datetime, zone: ZoneInfo) -> Planned:
    due = due.replace(microsecond=0)
    return Planned(due.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S"), zone.key, due)


def _share(seed: str) -> float:
    """A number from 0 to 1 that is always the same for the same seed: spread without chance."""
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4], "big") / 2**32


@lru_cache(maxsize=512)
def _holidays(country: str, year: int) -> frozenset[date]:
    if not country:
        return frozenset()
    import holidays  # heavy, as above

    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        return frozenset()
