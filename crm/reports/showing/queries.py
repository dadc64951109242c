"""Every report as a table under its name; the screens, the CSV files and the commands share them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import clock
from crm.batches.wording import queries as wording
from crm.errors import NotFound
from crm.learning import counts, delays, features
from crm.learning import queries as learning
from crm.learning.ranking.queries import moves
from crm.models.accounts import Project
from crm.models.prospects import Prospect
from crm.reports import conversion, queries
from crm.reports.answers import queries as answers
from crm.reports.money import queries as money
from crm.reports.periods import Choice
from crm.reports.progress import queries as progress
from crm.reports.survival import Curve, curve
from crm.reports.tables import Table

STEPS = (
    ("sent", "Pitched"),
    ("delivered", "Delivered"),
    ("replied", "Replied"),
    ("interested", "Interested"),
    ("placed", "Placed"),
)
RIPE = 0.9
WORDS = ("link_type", "angle", "contact_kind")  # dimensions whose values are words of the vocabulary


@dataclass(frozen=True)
class Judgement:
    """What was promised when the mails left, and what came: over pitches old enough to judge."""

    n: int
    predicted: float
    actual: int
    low: int = 0  # eight in ten times luck alone leaves the number between these
    high: int = 0

    @property
    def as_promised(self) -> bool:
        """Whether what came is no further from what was promised than luck explains."""
        return self.low <= self.actual <= self.high


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
    """ "Predicted 12, got 11": by the chances that were shown when the mails left, with the range of mere luck."""
    frame = queries.log(s, project.id, wanted)
    frame = frame[~frame["bounced"] & frame["chance"].notna()]
    if frame.empty:
        return Judgement(0, 0.0, 0)
    events = features.happened(frame, clock.now())
    share = delays.arrived(events.age, queries.delay_of(s, project.id))
    ripe = events.linked | events.refused | (share >= RIPE)
    p = frame["chance"].to_numpy(dtype=float)[ripe]
    mean, spread = float(p.sum()), 1.2816 * float((p * (1 - p)).sum()) ** 0.5
    low, high = max(0, round(mean - spread)), round(mean + spread)
    return Judgement(int(ripe.sum()), mean, int(events.linked[ripe].sum()), low, high)


def table(s: Session, project: Project, name: str, wanted: Choice, by: str = "link_type") -> Table:
    """A report by its name. Raises NotFound for an unknown one."""
    if name == "conversion":
        rows = [
            {**line.row(), "_url": queries.rows_url(wanted, by=by, key=line.key)}
            for line in rates(s, project, by, wanted)
        ]
        word = {"key": "word"} if by in WORDS else {}
        kinds = {**word, **dict.fromkeys(("rate", "low", "high"), "share")}
        return Table(f"Conversion by {conversion.NAMES[by]}", conversion.COLUMNS, rows, kinds)
    if name not in _TABLES:
        raise NotFound(f"There is no report called {name}. Known: {', '.join(['conversion', *_TABLES])}.")
    return _TABLES[name](s, project, wanted)


def _funnel(s: Session, project: Project, wanted: Choice) -> Table:
    found = funnel(s, project, wanted)
    sent = found["sent"] or 1
    rows = [
        {"step": words, "pitches": found[key], "share": round(found[key] / sent, 4),
         "_url": queries.rows_url(wanted, state=key)}
        for key, words in STEPS
    ]  # fmt: skip
    columns = [("step", "Step"), ("pitches", "Pitches"), ("share", "Of those pitched")]
    return Table("Where pitches end up", columns, rows, {"share": "share"})


def _gap(s: Session, project: Project, wanted: Choice) -> Table:
    rows = [
        {"day": str(day), "domain": name, "how": how} for day, name, how in queries.closed(s, project.id, wanted).rows
    ]
    return Table(
        "Gap closed", [("day", "Day"), ("domain", "Domain"), ("how", "How")], rows, {"how": "word", "domain": "domain"}
    )


def _time(s: Session, project: Project, wanted: Choice) -> Table:
    reply, link = waits(s, project, wanted)
    rows = [
        {"of": of, "days": round(day, 1), "share": round(share, 4)}
        for of, found in (("answer", reply), ("link", link))
        for day, share in zip(found.days, found.shares, strict=True)
    ]
    columns = [("of", "Until"), ("days", "Days"), ("share", "Share of pitches")]
    return Table("How long it takes", columns, rows, {"share": "share"})


def _changes(s: Session, project: Project, wanted: Choice) -> Table:
    fit = learning.latest_fit(s, project.id)
    rows = [
        {"domain": m.domain, "link_type": m.link_type, "rank_before": m.rank_before, "rank_after": m.rank_after,
         "chance_before": round(m.chance_before, 4), "chance_after": round(m.chance_after, 4)}
        for m in (moves(s, fit, 500) if fit else [])
    ]  # fmt: skip
    names = ("domain", "link_type", "rank_before", "rank_after", "chance_before", "chance_after")
    kinds = {"domain": "domain", "link_type": "word", "chance_before": "share", "chance_after": "share"}
    return Table("What the last refit moved", [(n, n.replace("_", " ").capitalize()) for n in names], rows, kinds)


def _pitches(s: Session, project: Project, wanted: Choice) -> Table:
    return pitches_table(s, project, wanted, "", "", "")


def pitches_table(s: Session, project: Project, wanted: Choice, by: str, key: str, state: str) -> Table:
    """The pitches behind a number as a table; everything of the period without a number."""
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
    rows = [{n: row[n] for n in names} for row in pitch_rows(s, project, wanted, by, key, state)]
    return Table("Pitches", [(n, n.replace("_", " ").capitalize()) for n in names], rows)


def pitch_rows(s: Session, project: Project, wanted: Choice, by: str, key: str, state: str) -> list[dict[str, Any]]:
    """The pitches behind a number: those with this value of a dimension and in this state of the funnel."""
    frame = queries.log(s, project.id, wanted)
    if frame.empty:
        return []
    full = counts.counted(frame, clock.now(), queries.delay_of(s, project.id))
    keep = pd.Series(True, index=full.index)
    if by == "wording":
        keep &= full["enrollment_id"].isin(wording.mailed_with(s, project.id, key))
    elif by in conversion.NAMES and key:
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
    "quarters": progress.quarters_table,
    "progress": progress.progress,
    "cost": money.cost_table,
    "channels": money.channels_table,
    "links": money.links_table,
    "quality": answers.quality,
    "wordings": answers.wordings,
    "changes": _changes,
    "pitches": _pitches,
}


def _days(waited: Any) -> list[Any]:
    return [None if pd.isna(v) else float(v) for v in (waited / pd.Timedelta(days=1))]


def _cell(value: Any) -> Any:
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return None
    return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
