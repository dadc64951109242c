"""How many mails leave on which day, if nobody answers: the real rules, run ahead on paper. Pure."""

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from crm.outbox import schedule
from crm.outbox.schedule import Caps, Rules

HORIZON = timedelta(days=120)


@dataclass(frozen=True)
class Waiting:
    """One planned mail: its mailbox, step, earliest moment, the recipient's zone, and the delays of the steps after."""

    mailbox: str
    step_no: int
    due_at: datetime
    zone: str = "UTC"
    rules: Rules = field(default_factory=Rules)
    then: tuple[int, ...] = ()
    seed: str = ""


@dataclass(frozen=True)
class Expected:
    """How many mails of one mailbox and step will leave on one day (UTC)."""

    day: date
    mailbox: str
    step_no: int
    n: int


@dataclass(frozen=True)
class Outlook:
    """The forecast: rows by day, the last day, and how many do not leave within 120 days (windows that never meet)."""

    rows: tuple[Expected, ...]
    last_day: date | None
    n_stuck: int


def forecast(now: datetime, waiting: Iterable[Waiting], caps: Mapping[str, Caps]) -> Outlook:
    """Send every waiting mail and its follow-ups on paper, one after the other, under the caps of its mailbox."""
    queue = [(w.due_at, n, w) for n, w in enumerate(waiting)]
    heapq.heapify(queue)
    sent: dict[str, list[tuple[datetime, int]]] = {name: [] for name in caps}
    counted: Counter[tuple[date, str, int]] = Counter()
    serial, n_stuck = len(queue), 0
    while queue:
        due, _, mail = heapq.heappop(queue)
        moment = _leaves(max(due, now), mail, sent[mail.mailbox], caps[mail.mailbox])
        if moment is None or moment > now + HORIZON:
            n_stuck += 1
            continue
        if moment > due and queue and queue[0][0] < moment:
            serial += 1
            heapq.heappush(queue, (moment, serial, mail))  # others may go before it
            continue
        sent[mail.mailbox].append((moment, mail.step_no))
        counted[moment.date(), mail.mailbox, mail.step_no] += 1
        if mail.then:
            serial += 1
            heapq.heappush(queue, _follow_up(moment, serial, mail))
    rows = tuple(Expected(d, m, s, n) for (d, m, s), n in sorted(counted.items()))
    return Outlook(rows, rows[-1].day if rows else None, n_stuck)


def _leaves(moment: datetime, mail: Waiting, sent: list[tuple[datetime, int]], caps: Caps) -> datetime | None:
    """The first moment from `moment` at which this mail can leave; None when the windows never meet."""
    zone = schedule.zone_of(mail.zone) or schedule.zone_of("UTC")
    assert zone is not None
    for _ in range(200):
        if sent:
            moment = max(moment, sent[-1][0] + schedule.gap(caps, mail.seed))
        try:
            moment = schedule.next_open(moment, zone, mail.rules)
        except schedule.NeverOpen:
            return None
        blocked = _blocked_until(moment, sent, caps, mail.step_no == 1)
        if blocked is None:
            return moment
        moment = blocked
    return moment


def _blocked_until(moment: datetime, sent: list[tuple[datetime, int]], caps: Caps, is_first: bool) -> datetime | None:
    second = timedelta(seconds=1)
    for limit, span, first_only in (
        (caps.hour, timedelta(hours=1), False),
        (caps.day, timedelta(days=1), False),
        (caps.new, timedelta(days=1), True),
    ):
        if first_only and not is_first:
            continue
        times = [t for t, step in sent if t > moment - span and (step == 1 or not first_only)]
        if limit <= len(times):
            return times[len(times) - limit] + span + second if limit else moment + span
    return None


def _follow_up(moment: datetime, serial: int, mail: Waiting) -> tuple[datetime, int, Waiting]:
    try:
        due = schedule.next_send_time(moment, mail.then[0], mail.zone, mail.rules, mail.seed).due_at
    except schedule.NeverOpen:
        due = moment + HORIZON * 2
    follow = Waiting(mail.mailbox, mail.step_no + 1, due, mail.zone, mail.rules, mail.then[1:], mail.seed)
    return due, serial, follow
