"""The screen "What was learned": weights with their range, how good the score is, earlier refits."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.learning import axes, queries
from crm.learning.model import Fitted
from crm.learning.verdict import Weight, learned
from crm.models.accounts import Project
from crm.models.learning import LearnedFit

TITLES = {
    "type": "Link types",
    "competitor": "Links seen at a rival",
    "target_page": "Pages pitched",
    "template": "Templates",
    "contact": "Contacts",
    "": "What counts in general",
}


@dataclass(frozen=True)
class Row:
    """One weight, placed on the axis of its group (percent from the left)."""

    weight: Weight
    before: float
    low: float
    now: float
    high: float


@dataclass(frozen=True)
class Group:
    """Weights of one kind on one axis."""

    title: str
    labels: list[str]
    rows: list[Row]


@dataclass(frozen=True)
class LearnedScreen:
    """Everything on the screen."""

    groups: list[Group]
    history: list[LearnedFit]
    pooled: bool
    as_table: bool


def learned_screen(s: Session, project: Project, fit: LearnedFit | None, as_table: bool) -> LearnedScreen:
    """Gather it; the shipped weights when nothing was learned."""
    weights = [w for w in learned(Fitted.from_params(fit.params if fit else None)) if not w.name.startswith("dr:")]
    history = select(LearnedFit).where(LearnedFit.project_id == project.id).order_by(LearnedFit.id.desc()).limit(8)
    return LearnedScreen(
        groups=[_group(key, list(found)) for key, found in groupby(_by_kind(weights), key=_kind)],
        history=list(s.scalars(history)),
        pooled=bool(project.settings.get("learning", {}).get("pool")),
        as_table=as_table,
    )


def _by_kind(weights: Sequence[Weight]) -> list[Weight]:
    order = list(TITLES)
    return sorted(weights, key=lambda w: (order.index(_kind(w)), -w.now / w.before))


def _kind(weight: Weight) -> str:
    return weight.name.split(":")[0] if ":" in weight.name else ""


def _group(key: str, weights: list[Weight]) -> Group:
    reach, labels = axes.log_axis([v for w in weights for v in (w.before, w.now, w.low, w.high)])
    rows = [Row(w, *(axes.place(v, reach) for v in (w.before, w.low, w.now, w.high))) for w in weights]
    return Group(TITLES[key], labels, rows)
