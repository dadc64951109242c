"""What the report screen shows. Counts come from the rollup while it is current, else from the full log."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pandas as pd
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm import clock, domains
from crm.learning import counts
from crm.learning import queries as learning
from crm.learning.model import Fitted, total_delay
from crm.learning.priors import DEFAULT
from crm.models.batches import Batch, Enrollment
from crm.models.gap import GapDomain, Snapshot
from crm.models.learning import Rollup
from crm.models.mail import Message
from crm.models.outcomes import Placement
from crm.models.prospects import Prospect
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
    """Gap domains that link to us now: (day, domain, how) in order of time, and how many are still open. `three` are
    those that link to three or more rivals."""

    rows: list[tuple[date, str, str]]
    three: int
    open: int
    open_three: int

    def how(self, *channels: str) -> int:
        """Closed in one of these ways."""
        return sum(c in channels for _, _, c in self.rows)


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
    """The period of the request; everything since the first file, mail or link when none is given, and
    the last 20 weeks before there is any."""
    began = beginning(s, project_id)
    return chosen({**({"from": began.isoformat()} if began else {}), **args}, clock.now().date())


def beginning(s: Session, project_id: int) -> date | None:
    """Day on which the project first had a gap, a mail or a link."""
    gap = select(func.min(Snapshot.at)).where(Snapshot.project_id == project_id)
    link = select(func.min(Placement.live_at)).where(Placement.project_id == project_id)
    days = [at.date() for at in (s.scalar(gap), s.scalar(link)) if at]
    return min([*days, *filter(None, [first_day(s, project_id)])], default=None)


def query_of(wanted: Choice, **more: str) -> str:
    """The choice with changes, as the part of an address after the question mark."""
    return urlencode(wanted.query(**more))


def rows_url(wanted: Choice, **more: str) -> str:
    """The pitches behind a number."""
    return f"/report/rows?{query_of(wanted, **more)}"


def host(url: str) -> str:
    """The site of an address, for links that belong to no prospect."""
    return domains.registrable(url) or url


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
    """Gap domains closed in the period and how: outreach, programme, bought, or by themselves (organic: a newer file
    of ours shows them, and nobody there was mailed before)."""
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
        name = domain or host(url)
        if name not in known:
            known.add(name)
            rows.append(((at or clock.now()).date(), name, channel))
    pitched = _pitched(s, project_id)
    for at, gone in _closed_alone(s, project_id, wanted):
        ours = {name for name in gone if name in pitched and pitched[name] <= at}
        ways = {True: Channel.OUTREACH.value, False: Channel.ORGANIC.value}
        rows += [(at.date(), name, ways[name in ours]) for name in gone if name not in known]
        known.update(gone)
    strong = set(s.scalars(select(Prospect.domain).where(Prospect.project_id == project_id, Prospect.overlap >= 3)))
    last = s.scalar(select(func.max(Snapshot.id)).where(Snapshot.project_id == project_id))
    still = select(GapDomain.overlap).where(
        GapDomain.snapshot_id == last, GapDomain.in_gap, GapDomain.domain.not_in(known)
    )
    overlaps = list(s.scalars(still)) if last else []
    three = sum(name in strong for _, name, _ in rows)
    return Closed(sorted(rows), three, len(overlaps), sum(n >= 3 for n in overlaps))


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


def _pitched(s: Session, project_id: int) -> dict[str, datetime]:
    """When each site was first mailed: a link that a file shows later was asked for, whether or not anybody told."""
    query = (
        select(Prospect.domain, func.min(Message.sent_at))
        .join(Enrollment, Enrollment.prospect_id == Prospect.id)
        .join(Message, Message.enrollment_id == Enrollment.id)
        .where(Prospect.project_id == project_id, Message.state == MessageState.SENT.value)
        .group_by(Prospect.domain)
    )
    return {domain: at for domain, at in s.execute(query) if at is not None}


def within(column: Any, wanted: Choice) -> tuple[Any, Any]:
    zone = clock.now().tzinfo
    start = datetime.combine(wanted.first, datetime.min.time(), tzinfo=zone)
    end = datetime.combine(wanted.last, datetime.max.time(), tzinfo=zone)
    return column >= start, column <= end


def shipped_means() -> dict[str, float]:
    """The guess per link type before any data."""
    return {name: DEFAULT.mean(name) for name in DEFAULT.types}
