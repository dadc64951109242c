"""What the report screen shows. Counts come from the rollup while it is current, else from the full log."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm import clock
from crm.learning import counts
from crm.learning import queries as learning
from crm.learning.model import Fitted, total_delay
from crm.learning.priors import DEFAULT
from crm.models.batches import Batch, Enrollment
from crm.models.gap import GapDomain, Snapshot
from crm.models.learning import Rollup
from crm.models.mail import Message
from crm.models.outcomes import Placement
from crm.models.prospects import Effort, Prospect
from crm.models.targets import Goal
from crm.reports.periods import Choice, chosen
from crm.vocabulary import Channel, MessageState, PlacementState

Counted = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Links:
    """Placed links of a period by state, and all that were ever seen."""

    live: int
    changed: int
    lost: int

    @property
    def total(self) -> int:
        return self.live + self.changed + self.lost


@dataclass(frozen=True)
class Closed:
    """Gap domains that link to us now: (day, domain, how) in order of time, and how many are still open."""

    rows: list[tuple[date, str, str]]
    open: int
    open_three: int

    def how(self, *channels: str) -> int:
        """Closed in one of these ways."""
        return sum(c in channels for _, _, c in self.rows)


@dataclass(frozen=True)
class Cost:
    """Time, money and mails behind a tactic, and what one link cost."""

    link_type: str
    pitches: int
    mails: int
    minutes: float
    amount: float  # in whole units of the project's currency
    links: int

    def row(self) -> dict[str, Any]:
        """For CSV and JSON; per link None while there is none."""
        per = self.links or None
        return {
            "link_type": self.link_type,
            "pitches": self.pitches,
            "mails": self.mails,
            "minutes": round(self.minutes, 1),
            "amount": round(self.amount, 2),
            "links": self.links,
            "mails_per_link": round(self.mails / per, 1) if per else None,
            "minutes_per_link": round(self.minutes / per, 1) if per else None,
            "amount_per_link": round(self.amount / per, 2) if per else None,
        }


def first_day(s: Session, project_id: int) -> date | None:
    """Day of the project's first mail."""
    query = (
        select(func.min(Message.sent_at))
        .join(Enrollment, Enrollment.id == Message.enrollment_id)
        .join(Batch, Batch.id == Enrollment.batch_id)
        .where(Batch.project_id == project_id, Message.state == MessageState.SENT.value)
    )
    found = s.scalar(query)
    return found.date() if found else None


def choice(s: Session, project_id: int, args: Any) -> Choice:
    """The period of the request; everything since the first mail when none is given."""
    return chosen({"from": (first_day(s, project_id) or date.min).isoformat(), **args}, clock.now().date())


def log(s: Session, project_id: int, wanted: Choice) -> pd.DataFrame:
    """Pitches of a period, batch and link type."""
    frame = learning.pitches(s, project_id)
    day = frame["sent_at"].dt.date
    keep = (day >= wanted.first) & (day <= wanted.last)
    if wanted.batch:
        keep &= frame["batch_id"] == wanted.batch
    if wanted.link_type:
        keep &= frame["link_type"] == wanted.link_type
    return pd.DataFrame(frame.loc[keep])


def counted(s: Session, project_id: int, dimension: str, wanted: Choice) -> Counted:
    """Counts per value of a dimension."""
    stored = _rolled_up(s, project_id, dimension, wanted)
    return stored if stored is not None else count_all(s, project_id, dimension, wanted)


def count_all(s: Session, project_id: int, dimension: str, wanted: Choice) -> Counted:
    """The same by counting every pitch."""
    frame = log(s, project_id, wanted)
    if frame.empty:
        return {}
    lines = counts.by(counts.counted(frame, clock.now(), delay_of(s, project_id)), [dimension])
    return {str(r[dimension]): {k: float(r[k]) for k in (*counts.COUNTS, "matured")} for r in lines.to_dict("records")}


def delay_of(s: Session, project_id: int) -> Any:
    """The project's delay from mail to link, learned or shipped."""
    fit = learning.latest_fit(s, project_id)
    fitted = Fitted.from_params(fit.params if fit else None)
    return total_delay(fitted.reply, fitted.placement)


def links(s: Session, project_id: int, wanted: Choice) -> Links:
    """Links first seen in the period, by what became of them."""
    query = (
        select(Placement.state, func.count())
        .where(Placement.project_id == project_id, *within(Placement.live_at, wanted))
        .group_by(Placement.state)
    )
    found: dict[str, int] = dict(s.execute(query).all())
    return Links(*(found.get(x.value, 0) for x in (PlacementState.LIVE, PlacementState.CHANGED, PlacementState.LOST)))


def closed(s: Session, project_id: int, wanted: Choice) -> Closed:
    """Gap domains closed in the period and how: outreach, programme, bought, or by themselves (organic)."""
    query = (
        select(func.min(Placement.live_at), Prospect.domain, Placement.page_url, Placement.channel)
        .outerjoin(Prospect, Prospect.id == Placement.prospect_id)
        .where(Placement.project_id == project_id, *within(Placement.live_at, wanted))
        .group_by(Prospect.domain, Placement.page_url, Placement.channel)
        .order_by(func.min(Placement.live_at))
    )
    rows: list[tuple[date, str, str]] = []
    known: set[str] = set()
    for at, domain, url, channel in s.execute(query):
        name = domain or url
        if name not in known:
            known.add(name)
            rows.append(((at or clock.now()).date(), name, channel))
    for at, domains in _closed_alone(s, project_id, wanted):
        rows += [(at.date(), name, Channel.ORGANIC.value) for name in domains if name not in known]
        known.update(domains)
    last = s.scalar(select(func.max(Snapshot.id)).where(Snapshot.project_id == project_id))
    still = select(GapDomain.overlap).where(
        GapDomain.snapshot_id == last, GapDomain.in_gap, GapDomain.domain.not_in(known)
    )
    overlaps = list(s.scalars(still)) if last else []
    return Closed(sorted(rows), len(overlaps), sum(n >= 3 for n in overlaps))


def costs(s: Session, project_id: int, wanted: Choice) -> list[Cost]:
    """Per link type: pitches, mails, minutes and money, links."""
    frame = log(s, project_id, wanted)
    if frame.empty:
        return []
    types = dict(zip(frame["prospect_id"], frame["link_type"].fillna("unknown"), strict=True))
    mails = Counter[str]()
    sent = select(Enrollment.prospect_id, func.count(Message.id)).join(Message, Message.enrollment_id == Enrollment.id)
    for prospect_id, n in s.execute(
        sent.where(Message.state == MessageState.SENT.value).group_by(Enrollment.prospect_id)
    ):
        if prospect_id in types:
            mails[types[prospect_id]] += n
    minutes, money = Counter[str](), Counter[str]()
    efforts = select(Effort).where(Effort.project_id == project_id, Effort.subject_type == "prospect")
    for effort in s.scalars(efforts):
        name = types.get(effort.subject_id)
        if name:
            minutes[name] += effort.minutes  # type: ignore[assignment]
            money[name] += effort.amount_minor / 100  # type: ignore[assignment]
    grouped = frame.groupby(frame["link_type"].fillna("unknown"))
    return [
        Cost(str(name), len(part), mails[str(name)], float(minutes[str(name)]), float(money[str(name)]),
             int(part["linked_at"].notna().sum()))
        for name, part in grouped
    ]  # fmt: skip


def goals(s: Session, project_id: int, day: date) -> list[tuple[Goal, int, dict[str, int]]]:
    """Goals that are running or past, newest first: links won in their time, in all and by link type."""
    found = []
    query = (
        select(Goal)
        .where(Goal.project_id == project_id, Goal.starts_on <= day)
        .order_by(Goal.starts_on.desc())
        .limit(6)
    )
    for goal in s.scalars(query):
        wanted = Choice(goal.starts_on, goal.ends_on)
        won = (
            select(Prospect.link_type, func.count(Placement.id))
            .select_from(Placement)
            .outerjoin(Prospect, Prospect.id == Placement.prospect_id)
            .where(Placement.project_id == project_id, *within(Placement.live_at, wanted))
            .group_by(Prospect.link_type)
        )
        by_type = {str(name or "other"): n for name, n in s.execute(won)}
        found.append((goal, sum(by_type.values()), by_type))
    return found


def weekly_links(s: Session, project_id: int, now: datetime, weeks: int = 12) -> list[tuple[date, int]]:
    """(Monday, links first seen in that week) for the last weeks."""
    monday = now.date() - timedelta(days=now.weekday())
    starts = [monday - timedelta(weeks=i) for i in reversed(range(weeks))]
    since = datetime.combine(starts[0], datetime.min.time(), tzinfo=now.tzinfo)
    query = select(Placement.live_at).where(Placement.project_id == project_id, Placement.live_at >= since)
    seen = Counter((at.date() - timedelta(days=at.weekday())) for at in s.scalars(query) if at)
    return [(start, seen[start]) for start in starts]


def _rolled_up(s: Session, project_id: int, dimension: str, wanted: Choice) -> Counted | None:
    """From the rollup when it is current and the choice is "everything"."""
    fit = learning.latest_fit(s, project_id)
    start = first_day(s, project_id)
    everything = start is not None and wanted.first <= start and wanted.last >= clock.now().date()
    if fit is None or not everything or wanted.batch or wanted.link_type:
        return None
    if fit.measures.get("seen") != learning.seen(s, project_id).as_dict():
        return None
    query = select(Rollup.key, Rollup.counts).where(Rollup.project_id == project_id, Rollup.dimension == dimension)
    return counts.add_up((key, found) for key, found in s.execute(query))


def _closed_alone(s: Session, project_id: int, wanted: Choice) -> list[tuple[datetime, list[str]]]:
    query = select(Snapshot.at, Snapshot.changes).where(Snapshot.project_id == project_id, *within(Snapshot.at, wanted))
    return [(at, list((changes or {}).get("closed", []))) for at, changes in s.execute(query.order_by(Snapshot.id))]


def within(column: Any, wanted: Choice) -> tuple[Any, Any]:
    zone = clock.now().tzinfo
    start = datetime.combine(wanted.first, datetime.min.time(), tzinfo=zone)
    end = datetime.combine(wanted.last, datetime.max.time(), tzinfo=zone)
    return column >= start, column <= end


def shipped_means() -> dict[str, float]:
    """The guess per link type before any data."""
    return {name: DEFAULT.mean(name) for name in DEFAULT.types}
