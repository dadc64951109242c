"""Every report as a table under its name; the screens, the CSV files and the commands share them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm import clock
from crm.errors import NotFound
from crm.learning import counts, delays, features
from crm.learning import queries as learning
from crm.learning.ranking.queries import moves
from crm.models.accounts import Project
from crm.models.gap import Snapshot
from crm.models.outcomes import Placement
from crm.models.prospects import Prospect
from crm.models.targets import KeywordPosition
from crm.reports import conversion, queries
from crm.reports.periods import Choice
from crm.reports.survival import Curve, curve
from crm.reports.tables import Table
from crm.vocabulary import Channel

STEPS = (
    ("sent", "Pitched"),
    ("delivered", "Delivered"),
    ("replied", "Replied"),
    ("interested", "Interested"),
    ("placed", "Placed"),
)
RIPE = 0.9


@dataclass(frozen=True)
class Judgement:
    """What was promised when the mails left, and what came: over pitches old enough to judge."""

    n: int
    predicted: float
    actual: int


def funnel(s: Session, project: Project, wanted: Choice) -> dict[str, int]:
    """Pitched, delivered, replied, interested, placed; bounced beside them."""
    found = conversion.total(queries.counted(s, project.id, "link_type", wanted))
    whole = {name: int(found[name]) for name in counts.COUNTS}
    return {**whole, "delivered": whole["sent"] - whole["bounced"]}


def rates(s: Session, project: Project, by: str, wanted: Choice) -> list[conversion.Rate]:
    """Conversion by a dimension. Raises NotFound for an unknown one."""
    if by not in conversion.NAMES:
        raise NotFound(f"There is no report by {by}. Known: {', '.join(conversion.NAMES)}.")
    return conversion.rates(by, queries.counted(s, project.id, by, wanted))


def overall(s: Session, project: Project, wanted: Choice) -> conversion.Rate | None:
    """All pitches together."""
    found = conversion.total(queries.counted(s, project.id, "link_type", wanted))
    lines = conversion.rates("all", {"all": found}) if found["sent"] else []
    return lines[0] if lines else None


def waits(s: Session, project: Project, wanted: Choice) -> tuple[Curve, Curve]:
    """Days to the first answer and to the link, with those that are still out."""
    frame = queries.log(s, project.id, wanted)
    frame = frame[~frame["bounced"]]
    ages = _days(pd.Timestamp(clock.now()) - frame["sent_at"])
    replied = _days(frame["replied_at"] - frame["sent_at"])
    linked = _days(frame["linked_at"] - frame["sent_at"])
    return curve(replied, ages), curve(linked, ages)


def judgement(s: Session, project: Project, wanted: Choice) -> Judgement:
    """ "Predicted 12, got 11": by the chances that were shown when the mails left."""
    frame = queries.log(s, project.id, wanted)
    frame = frame[~frame["bounced"] & frame["chance"].notna()]
    if frame.empty:
        return Judgement(0, 0.0, 0)
    events = features.happened(frame, clock.now())
    share = delays.arrived(events.age, queries.delay_of(s, project.id))
    ripe = events.linked | events.refused | (share >= RIPE)
    return Judgement(int(ripe.sum()), float(frame["chance"].to_numpy()[ripe].sum()), int(events.linked[ripe].sum()))


def table(s: Session, project: Project, name: str, wanted: Choice, by: str = "link_type") -> Table:
    """A report by its name. Raises NotFound for an unknown one."""
    if name == "conversion":
        rows = [line.row() for line in rates(s, project, by, wanted)]
        return Table(f"Conversion by {conversion.NAMES[by]}", conversion.COLUMNS, rows)
    if name not in _TABLES:
        raise NotFound(f"There is no report called {name}. Known: {', '.join(['conversion', *_TABLES])}.")
    return _TABLES[name](s, project, wanted)


def _funnel(s: Session, project: Project, wanted: Choice) -> Table:
    found = funnel(s, project, wanted)
    rows = [{"step": words, "pitches": found[key]} for key, words in STEPS]
    return Table("Where pitches end up", [("step", "Step"), ("pitches", "Pitches")], rows)


def _gap(s: Session, project: Project, wanted: Choice) -> Table:
    rows = [
        {"day": str(day), "domain": name, "how": how} for day, name, how in queries.closed(s, project.id, wanted).rows
    ]
    return Table("Gap closed", [("day", "Day"), ("domain", "Domain"), ("how", "How")], rows)


def _time(s: Session, project: Project, wanted: Choice) -> Table:
    reply, link = waits(s, project, wanted)
    rows = [
        {"of": of, "days": round(day, 1), "share": round(share, 4)}
        for of, found in (("answer", reply), ("link", link))
        for day, share in zip(found.days, found.shares, strict=True)
    ]
    return Table("How long it takes", [("of", "Until"), ("days", "Days"), ("share", "Share of pitches")], rows)


def _cost(s: Session, project: Project, wanted: Choice) -> Table:
    rows = [cost.row() for cost in queries.costs(s, project.id, wanted)]
    names = ("link_type", "pitches", "mails", "minutes", "amount", "links")
    per = ("mails_per_link", "minutes_per_link", "amount_per_link")
    return Table("Cost of a link", [(n, n.replace("_", " ").capitalize()) for n in (*names, *per)], rows)


def _quality(s: Session, project: Project, wanted: Choice) -> Table:
    rows = []
    for key, found in sorted(queries.counted(s, project.id, "template", wanted).items()):
        answers = found["replied"] or 1.0
        shares = {name: round(found[name] / answers, 4) for name in ("interested", "refused", "payment")}
        rows.append({"template": key, "sent": int(found["sent"]), "replied": int(found["replied"]), **shares})
    columns = [
        ("template", "Template"),
        ("sent", "Sent"),
        ("replied", "Replied"),
        ("interested", "Positive of replies"),
        ("refused", "Negative of replies"),
        ("payment", "Asked for payment"),
    ]
    return Table("What answers said", columns, rows)


def _channels(s: Session, project: Project, wanted: Choice) -> Table:
    within = queries.within(Placement.live_at, wanted)
    found = list(s.scalars(select(Placement).where(Placement.project_id == project.id, *within)))
    rows = []
    for channel in Channel:
        of = [p for p in found if p.channel == channel.value]
        rows.append({"channel": channel.value, "links": len(of), "cost": sum(p.cost_minor for p in of) / 100})
    return Table("Links by channel", [("channel", "Channel"), ("links", "Links"), ("cost", "Cost")], rows)


def _changes(s: Session, project: Project, wanted: Choice) -> Table:
    fit = learning.latest_fit(s, project.id)
    rows = [
        {"domain": m.domain, "link_type": m.link_type, "rank_before": m.rank_before, "rank_after": m.rank_after,
         "chance_before": round(m.chance_before, 4), "chance_after": round(m.chance_after, 4)}
        for m in (moves(s, fit, 500) if fit else [])
    ]  # fmt: skip
    names = ("domain", "link_type", "rank_before", "rank_after", "chance_before", "chance_after")
    return Table("What the last refit moved", [(n, n.replace("_", " ").capitalize()) for n in names], rows)


def _progress(s: Session, project: Project, wanted: Choice) -> Table:
    """Own referring domains, gap and mean rank over the files of a project, oldest first."""
    within = queries.within(Snapshot.at, wanted)
    rows: list[dict[str, Any]] = []
    for shot in s.scalars(select(Snapshot).where(Snapshot.project_id == project.id, *within).order_by(Snapshot.id)):
        own = (shot.benchmark or {}).get("", {})
        rows.append(
            {
                "day": str(shot.at.date()),
                "domains": own.get("domains"),
                "quality": own.get("quality"),
                "gap": shot.n_gap,
            }
        )
    ranks = (
        select(KeywordPosition.on, func.avg(KeywordPosition.position))
        .where(KeywordPosition.project_id == project.id, KeywordPosition.domain == project.domain)
        .group_by(KeywordPosition.on)
    )
    rows += [{"day": str(day), "rank": round(float(rank), 1)} for day, rank in s.execute(ranks)]
    columns = [
        ("day", "Day"),
        ("domains", "Referring domains"),
        ("quality", "Live and followed"),
        ("gap", "Gap domains"),
        ("rank", "Mean rank of your pages"),
    ]
    return Table("Progress over time", columns, sorted(rows, key=lambda row: str(row["day"])))


def _pitches(s: Session, project: Project, wanted: Choice) -> Table:
    frame = counts.with_bands(queries.log(s, project.id, wanted))
    names = (
        "domain",
        "link_type",
        "angle",
        "batch",
        "contact_kind",
        "sent_at",
        "replied_at",
        "interested_at",
        "refused_at",
        "linked_at",
    )
    rows = [{n: _cell(row[n]) for n in names} for row in frame.to_dict("records")]
    return Table("Pitches", [(n, n.replace("_", " ").capitalize()) for n in names], rows)


def pitch_rows(s: Session, project: Project, wanted: Choice, by: str, key: str, state: str) -> list[dict[str, Any]]:
    """The pitches behind a number: those with this value of a dimension and in this state of the funnel."""
    frame = queries.log(s, project.id, wanted)
    if frame.empty:
        return []
    full = counts.counted(frame, clock.now(), queries.delay_of(s, project.id))
    keep = pd.Series(True, index=full.index)
    if by in conversion.NAMES and key:
        keep &= full[by] == key
    column = {"replied": "replied_n", "interested": "interested_n", "refused": "refused_n", "payment": "payment_n"}
    column |= {"bounced": "bounced_n", "placed": "placed"}
    keep &= (
        (full[column[state]] == 1) if state in column else (full["bounced_n"] == 0) if state == "delivered" else True
    )
    ids = dict(s.execute(select(Prospect.id, Prospect.public_id).where(Prospect.project_id == project.id)).all())
    rows = full[keep].sort_values("sent_at", ascending=False).to_dict("records")
    return [{**{str(k): _cell(v) for k, v in row.items()}, "public_id": ids.get(row["prospect_id"])} for row in rows]


_TABLES: dict[str, Callable[[Session, Project, Choice], Table]] = {
    "funnel": _funnel,
    "gap": _gap,
    "time": _time,
    "cost": _cost,
    "quality": _quality,
    "channels": _channels,
    "changes": _changes,
    "pitches": _pitches,
    "progress": _progress,
}


def _days(waited: Any) -> list[Any]:
    return [None if pd.isna(v) else float(v) for v in (waited / pd.Timedelta(days=1))]


def _cell(value: Any) -> Any:
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return None
    return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
