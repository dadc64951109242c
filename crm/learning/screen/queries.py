"""The screen "What was learned": weights with their range, how good the score is, earlier refits."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.learning import axes, queries
from crm.learning.events import POSITIVE, REFUSED, TRUST_AFTER
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
DIMENSION = {"type": "link_type", "competitor": "competitor", "target_page": "target_page", "template": "template",
             "contact": "contact_kind"}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One weight, placed on the axis of its group (percent from the left), with its short name and its rows."""

    weight: Weight
    name: str
    url: str
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
class Reading:
    """How often people agreed with what the rules read as this intent."""

    intent: str
    n: int
    right: int
    trusted: bool

    @property
    def missing(self) -> int:
        """Further words of people before it can be trusted."""
        return max(0, TRUST_AFTER - self.n)


@dataclass(frozen=True)
class LearnedScreen:
    """Everything on the screen."""

    groups: list[Group]
    history: list[LearnedFit]
    pooled: bool
    as_table: bool
    readings: list[Reading]
    others: int  # further projects of the team


def learned_screen(s: Session, project: Project, fit: LearnedFit | None, as_table: bool) -> LearnedScreen:
    """Gather it; the shipped weights when nothing was learned."""
    weights = [w for w in learned(Fitted.from_params(fit.params if fit else None)) if not w.name.startswith("dr:")]
    history = select(LearnedFit).where(LearnedFit.project_id == project.id).order_by(LearnedFit.id.desc()).limit(8)
    return LearnedScreen(
        groups=[_group(key, list(found)) for key, found in groupby(_by_kind(weights), key=_kind)],
        history=list(s.scalars(history)),
        pooled=bool(project.settings.get("learning", {}).get("pool")),
        as_table=as_table,
        readings=readings(s, project.id),
        others=_others(s, project),
    )


def _by_kind(weights: Sequence[Weight]) -> list[Weight]:
    order = list(TITLES)
    return sorted(weights, key=lambda w: (order.index(_kind(w)), -w.now / w.before))


def _kind(weight: Weight) -> str:
    return weight.name.split(":")[0] if ":" in weight.name else ""


def _group(key: str, weights: list[Weight]) -> Group:
    reach, labels = axes.log_axis([v for w in weights for v in (w.before, w.now, w.low, w.high)])
    rows = [Row(w, *_named(w), *(axes.place(v, reach) for v in (w.before, w.low, w.now, w.high))) for w in weights]
    return Group(TITLES[key], labels, rows)


def _named(weight: Weight) -> tuple[str, str]:
    """How the weight is called inside its group, and the conversion report or the pitches behind it."""
    kind, _, level = weight.name.partition(":")
    by = DIMENSION.get(kind)
    if not by:
        return weight.words, ""
    name = weight.words if kind == "type" else weight.words.removeprefix("contact: ") if kind == "contact" else level
    return name.replace("https://", ""), f"/report/rows?{urlencode({'by': by, 'key': level})}"


def readings(s: Session, project_id: int) -> list[Reading]:
    """The intents that matter to learning, those with most words of people first."""
    said, right = Counter[str](), Counter[str]()
    for machine, human in queries.labels(s, project_id):
        said[machine] += 1
        right[machine] += machine == human
    believed = queries.trusted(s, project_id)
    matters = sorted(POSITIVE | REFUSED, key=lambda intent: (-said[intent], intent))
    return [Reading(intent, said[intent], right[intent], intent in believed) for intent in matters]


def _others(s: Session, project: Project) -> int:
    query = select(func.count(Project.id)).where(
        Project.organisation_id == project.organisation_id, Project.id != project.id
    )
    return s.scalar(query) or 0
