"""Minutes and money behind a tactic and what one link cost; links by the channel they came through."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.models.accounts import Project
from crm.models.batches import Batch, Enrollment
from crm.models.mail import Message
from crm.models.outcomes import Placement
from crm.models.prospects import Effort, Prospect
from crm.reports import queries
from crm.reports.periods import Choice
from crm.reports.tables import Table
from crm.vocabulary import Channel, MessageState

ENOUGH = 3  # links before "per link" is more than luck
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Cost:
    """Time, money and mails behind a tactic. `hour` is what an hour of work costs, 0 when nobody said."""

    link_type: str
    pitches: int
    mails: int
    minutes: float
    amount: float  # in whole units of the project's currency
    links: int
    hour: float = 0.0

    @property
    def total(self) -> float:
        """Money spent and hours worked."""
        return self.amount + self.minutes / 60 * self.hour

    def row(self) -> dict[str, Any]:
        """For CSV and JSON; per link None while there is none, or nothing was noted: unknown is not free."""
        per = self.links or None
        return {
            "link_type": self.link_type,
            "pitches": self.pitches,
            "mails": self.mails,
            "minutes": round(self.minutes, 1),
            "amount": round(self.amount, 2),
            "links": self.links,
            "mails_per_link": round(self.mails / per, 1) if per else None,
            "minutes_per_link": round(self.minutes / per, 1) if per and self.minutes else None,
            "amount_per_link": round(self.total / per, 2) if per and self.total else None,
            "enough": self.links >= ENOUGH,
        }


def currency_of(project: Project) -> str:
    """The currency in which costs are added up."""
    return str(project.settings.get("costs", {}).get("currency") or "EUR")


def hour_of(project: Project) -> float:
    """What an hour of work costs; 0 when nobody said."""
    return float(project.settings.get("costs", {}).get("hour") or 0.0)


def costs(s: Session, project: Project, wanted: Choice) -> list[Cost]:
    """Per link type: pitches, mails, minutes and money of the period, links of its pitches, the most expensive first.

    Work on prospects that were never pitched counts too: a tactic that eats time before the first mail shows it here.
    """
    frame = queries.log(s, project.id, wanted)
    types = _types(s, project.id)
    pitched = Counter(types.get(i, UNKNOWN) for i in frame["prospect_id"])
    won = Counter(types.get(i, UNKNOWN) for i in frame.loc[frame["linked_at"].notna(), "prospect_id"])
    mails = _mails(s, {int(i) for i in frame["prospect_id"]}, types)
    minutes, money = _efforts(s, project, wanted, types)
    for name, amount in _paid(s, project, wanted, types).items():
        money[name] += amount
    names = sorted({*pitched, *minutes, *money})
    hour = hour_of(project)
    lines = [Cost(n, pitched[n], mails[n], minutes[n], money[n], won[n], hour) for n in names]
    return sorted(lines, key=lambda line: (-line.total, -line.minutes, -line.mails, line.link_type))


def other_currencies(s: Session, project: Project, wanted: Choice) -> dict[str, float]:
    """Money in other currencies than the project's: told, never converted."""
    found: dict[str, float] = {}
    here = currency_of(project)
    for model, at in ((Effort, Effort.at), (Placement, Placement.live_at)):
        amount = Effort.amount_minor if model is Effort else Placement.cost_minor
        query = select(model.currency, func.sum(amount)).where(
            model.project_id == project.id, *queries.within(at, wanted)
        )
        for currency, total in s.execute(query.group_by(model.currency)):
            if total and currency != here:
                found[str(currency)] = found.get(str(currency), 0.0) + total / 100
    return found


def cost_table(s: Session, project: Project, wanted: Choice) -> Table:
    """What a link costs by tactic."""
    rows = [
        {**cost.row(), "_url": queries.rows_url(wanted, by="link_type", key=cost.link_type)}
        for cost in costs(s, project, wanted)
    ]
    words = {"amount": f"Money, {currency_of(project)}", "enough": "Enough data", "minutes": "Minutes worked",
             "amount_per_link": f"{currency_of(project)} per link"}  # fmt: skip
    names = ("link_type", "pitches", "mails", "minutes", "amount", "links")
    per = ("mails_per_link", "minutes_per_link", "amount_per_link", "enough")
    columns = [(n, words.get(n, n.replace("_", " ").capitalize())) for n in (*names, *per)]
    return Table("Cost of a link", columns, rows, {"link_type": "word", "amount": "money", "amount_per_link": "money"})


def placements(s: Session, project: Project, wanted: Choice, channel: str = "") -> list[tuple[Placement, str | None]]:
    """(link, domain of its prospect) first seen in the period, the newest first."""
    query = (
        select(Placement, Prospect.domain)
        .outerjoin(Prospect, Prospect.id == Placement.prospect_id)
        .where(Placement.project_id == project.id, *queries.within(Placement.live_at, wanted))
        .order_by(Placement.live_at.desc(), Placement.id.desc())
    )
    if channel:
        query = query.where(Placement.channel == channel)
    return [(placement, domain) for placement, domain in s.execute(query)]


def links_table(s: Session, project: Project, wanted: Choice, channel: str = "") -> Table:
    """Every link of the period with its channel and cost."""
    rows = [
        {
            "site": domain or queries.host(p.page_url), "day": str(p.live_at.date()) if p.live_at else None,
            "page": p.page_url, "target": p.target_url, "channel": p.channel, "state": p.state, "rel": p.rel,
            "cost": p.cost_minor / 100, "currency": p.currency, "_url": f"/links/{p.public_id}",
        }
        for p, domain in placements(s, project, wanted, channel)
    ]  # fmt: skip
    names = ("site", "day", "page", "target", "channel", "state", "rel", "cost", "currency")
    kinds = {"site": "domain", "channel": "word", "state": "word", "cost": "money"}
    return Table("Links", [(n, n.capitalize()) for n in names], rows, kinds)


def channels_table(s: Session, project: Project, wanted: Choice) -> Table:
    """Outreach beside the links that came otherwise, with what each channel cost."""
    found, currency = placements(s, project, wanted), currency_of(project)
    worked = sum(line.total for line in costs(s, project, wanted))
    rows = []
    for channel in Channel:
        of = [(p, domain) for p, domain in found if p.channel == channel.value]
        spent = sum(p.cost_minor for p, _ in of if p.currency == currency) / 100
        cost = worked if channel is Channel.OUTREACH else spent
        rows.append(
            {
                "channel": channel.value, "links": len(of),
                "sites": len({domain or queries.host(p.page_url) for p, domain in of}),
                "live": sum(p.lost_at is None for p, _ in of), "follow": sum("nofollow" not in p.rel for p, _ in of),
                "cost": round(cost, 2), "cost_per_link": round(cost / len(of), 2) if of and cost else None,
                "_url": f"/report/links?{queries.query_of(wanted, channel=channel.value)}",
            }
        )  # fmt: skip
    columns = [
        ("channel", "Channel"),
        ("links", "Links"),
        ("sites", "Sites"),
        ("live", "Still live"),
        ("follow", "Followed"),
        ("cost", f"Cost, {currency}"),
        ("cost_per_link", f"{currency} per link"),
    ]
    return Table("Links by channel", columns, rows, {"channel": "word", "cost": "money", "cost_per_link": "money"})


def by_month(s: Session, project: Project, wanted: Choice) -> list[tuple[str, dict[str, int]]]:
    """(month, links by channel) over the period, months without links included."""
    found: dict[str, Counter[str]] = {}
    for placement, _ in placements(s, project, wanted):
        if placement.live_at:
            found.setdefault(f"{placement.live_at:%Y-%m}", Counter())[placement.channel] += 1
    return [(month, dict(found.get(month, {}))) for month in _months(wanted.first, wanted.last)] if found else []


def _months(first: date, last: date) -> list[str]:
    n = (last.year - first.year) * 12 + last.month - first.month
    at = [(first.month - 1 + i, first.year) for i in range(max(0, n - 23), n + 1)]
    return [f"{year + month // 12}-{month % 12 + 1:02d}" for month, year in at]


def _types(s: Session, project_id: int) -> dict[int, str]:
    query = select(Prospect.id, Prospect.link_type).where(Prospect.project_id == project_id)
    return {prospect_id: link_type or UNKNOWN for prospect_id, link_type in s.execute(query)}


def _mails(s: Session, pitched: set[int], types: Mapping[int, str]) -> Counter[str]:
    sent = select(Enrollment.prospect_id, func.count(Message.id)).join(Message, Message.enrollment_id == Enrollment.id)
    mails = Counter[str]()
    query = sent.where(Message.state == MessageState.SENT.value).group_by(Enrollment.prospect_id)
    for prospect_id, n in s.execute(query):
        if prospect_id in pitched:
            mails[types.get(prospect_id, UNKNOWN)] += n
    return mails


def _efforts(
    s: Session, project: Project, wanted: Choice, types: Mapping[int, str]
) -> tuple[dict[str, float], dict[str, float]]:
    """Minutes and money by link type. Work on a batch is shared out evenly over its people."""
    minutes: dict[str, float] = Counter()  # type: ignore[assignment]
    money: dict[str, float] = Counter()  # type: ignore[assignment]
    here, people = currency_of(project), _people(s, project.id)
    for effort in s.scalars(select(Effort).where(Effort.project_id == project.id, *queries.within(Effort.at, wanted))):
        on = people.get(effort.subject_id, []) if effort.subject_type == "batch" else [effort.subject_id]
        for prospect_id in on:
            name = types.get(prospect_id, UNKNOWN)
            minutes[name] += effort.minutes / len(on)
            money[name] += effort.amount_minor / 100 / len(on) if effort.currency == here else 0.0
    return minutes, money


def _people(s: Session, project_id: int) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    query = select(Enrollment.batch_id, Enrollment.prospect_id).join(Batch, Batch.id == Enrollment.batch_id)
    for batch_id, prospect_id in s.execute(query.where(Batch.project_id == project_id)):
        found.setdefault(batch_id, []).append(prospect_id)
    return found


def _paid(s: Session, project: Project, wanted: Choice, types: Mapping[int, str]) -> dict[str, float]:
    """What the links of outreach themselves cost, by link type."""
    money: dict[str, float] = Counter()  # type: ignore[assignment]
    here = currency_of(project)
    for p, _ in placements(s, project, wanted, Channel.OUTREACH.value):
        if p.cost_minor and p.currency == here:
            money[types.get(p.prospect_id or 0, UNKNOWN)] += p.cost_minor / 100
    return money
