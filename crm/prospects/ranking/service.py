"""Scores and next steps of prospects, in bulk."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from crm.learning.model import Fitted
from crm.models.accounts import Competitor, Project
from crm.models.contacts import Contact
from crm.models.gap import LinkingPage
from crm.models.learning import LearnedFit
from crm.models.prospects import Prospect
from crm.models.targets import TargetPage
from crm.prospects import actions, relevance, scoring
from crm.prospects.actions import Situation
from crm.prospects.relevance import TargetText, TopicIndex
from crm.prospects.scoring import ScoreInputs
from crm.vocabulary import Angle, LinkType, Realism, Stage

CHUNK = 2000
SCORED = (
    *("relevance", "feasibility", "value", "worth", "score", "rank_value", "completeness", "chance", "chance_low"),
    *("chance_high", "fit_id", "inputs", "target_page_id", "angle", "action", "action_why"),
)
PARTS = ("relevance", "feasibility", "value")
_FREE = ("id", "domain", "link_type", "competitors", "overlap", "dr", "traffic", "nofollow", "language", "inputs")
_READ = (
    *_FREE,
    "overrides",
    "harm",
    "realism",
    "stage",
    "action",
    "action_why",
    "angle",
    "best_page_id",
    "target_page_id",
)


@dataclass(frozen=True)
class Ground:
    """What scoring needs to know of the project, loaded once."""

    fitted: Fitted
    fit_id: int | None
    targets: list[TargetPage]
    index: TopicIndex
    languages: list[str]
    brands: frozenset[str]
    rivals: dict[int, str]  # competitor id -> domain
    dr_fill: float


def rescore(s: Session, project_id: int, prospect_ids: Sequence[int] | None = None) -> int:
    """Score prospects again (all of the project when no ids are given) and set their next step; returns how many.

    Uses the project's active fit, else the shipped priors. Deterministic; the order of ids does not matter.
    """
    ground = _ground(s, project_id)
    n = 0
    for rows in _rows(s, project_id, prospect_ids):
        s.execute(update(Prospect), _scored(s, ground, rows))
        n += len(rows)
    _forget(s, project_id)
    return n


def fitting(s: Session, project_id: int, texts: Sequence[str]) -> list[bool]:
    """Whether a page of ours is about what each text speaks of."""
    return [fit.page is not None for fit in _ground(s, project_id).index.best(texts)] if texts else []


def ground_inputs(p: Any, contact_kind: str | None, weight: float, dr_fill: float) -> ScoreInputs:
    """Score inputs of a stored prospect, as they were when it was scored."""
    said = p.inputs or {}
    return ScoreInputs(
        topic=said.get("topic"),
        context=said.get("context"),
        language=said.get("language"),
        dr=p.dr,
        traffic=p.traffic,
        nofollow=p.nofollow,
        overlap=p.overlap or None,
        contact_kind=contact_kind,
        weight=weight,
        dr_fill=dr_fill,
        overrides={k: v for k, v in (p.overrides or {}).items() if k in PARTS},
        harm=p.harm,
    )


def _ground(s: Session, project_id: int) -> Ground:
    project = s.get_one(Project, project_id)
    targets = list(
        s.scalars(
            select(TargetPage)
            .where(TargetPage.project_id == project_id, TargetPage.archived_at.is_(None))
            .order_by(TargetPage.weight.desc(), TargetPage.id)
        )
    )
    fit = s.scalar(
        select(LearnedFit)
        .where(LearnedFit.project_id == project_id, LearnedFit.active.is_(True))
        .order_by(LearnedFit.id.desc())
        .limit(1)
    )
    rivals = {r.id: r.domain for r in s.scalars(select(Competitor).where(Competitor.project_id == project_id))}
    known = list(s.scalars(select(Prospect.dr).where(Prospect.project_id == project_id, Prospect.dr.is_not(None))))
    return Ground(
        fitted=Fitted.from_params(fit.params if fit else None),
        fit_id=fit.id if fit else None,
        targets=targets,
        index=TopicIndex([_text(t) for t in targets]),
        languages=list(project.languages or []),
        brands=frozenset(d.split(".")[0] for d in rivals.values()) | frozenset(rivals.values()),
        rivals=rivals,
        dr_fill=float(np.median([v for v in known if v is not None])) if known else scoring.DEFAULT_DR,
    )


def _text(t: TargetPage) -> TargetText:
    return TargetText(
        title=t.title,
        topic=t.topic,
        keywords=tuple(t.keywords or ()),
        text=t.text,
        url=t.url,
        language=t.language,
        is_homepage=relevance.is_homepage(t.url),
    )


def _rows(s: Session, project_id: int, ids: Sequence[int] | None) -> Iterator[list[Any]]:
    columns = [getattr(Prospect, name) for name in _READ]
    query = select(*columns).where(Prospect.project_id == project_id).order_by(Prospect.id)
    if ids is None:
        last = 0
        while rows := list(s.execute(query.where(Prospect.id > last).limit(CHUNK))):
            yield rows
            last = rows[-1].id
        return
    for start in range(0, len(ids), 500):
        if rows := list(s.execute(query.where(Prospect.id.in_(ids[start : start + 500])))):
            yield rows


def _scored(s: Session, ground: Ground, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Column values of every row after scoring."""
    kinds, rivals = _contact_kinds(s, rows), _rival_of_best(s, ground, rows)
    fits = ground.index.best([(r.inputs or {}).get("text", "") for r in rows])
    said = [_inputs(ground, r, fit) for r, fit in zip(rows, fits, strict=True)]
    pages = [_page(ground, r, fit) for r, fit in zip(rows, fits, strict=True)]
    inputs = [
        ground_inputs(_As(r, extra), kinds.get(r.id), page.weight if page else 1.0, ground.dr_fill)
        for r, extra, page in zip(rows, said, pages, strict=True)
    ]
    frame = pd.DataFrame(
        {
            "link_type": [r.link_type for r in rows],
            "relevance": [scoring.relevance(i) for i in inputs],
            "dr": [r.dr if r.dr is not None else ground.dr_fill for r in rows],
            "overlap": [max(1, r.overlap or 1) for r in rows],
            "contact_kind": [kinds.get(r.id, "unknown") for r in rows],
            "competitor": [rivals.get(r.id) for r in rows],
            "target_page": [p.url if p else None for p in pages],
        }
    )
    chances, (lows, highs) = ground.fitted.chance(frame), ground.fitted.interval(frame)
    made: list[dict[str, Any]] = []
    for at, (r, scored) in enumerate(zip(rows, scoring.score_all(inputs, chances.tolist()), strict=True)):
        values = {name: getattr(scored, name) for name in (*PARTS, "worth", "score", "rank_value", "completeness")}
        values |= {"chance": float(chances[at]), "chance_low": float(lows[at]), "chance_high": float(highs[at])}
        values |= {"id": r.id, "fit_id": ground.fit_id, "inputs": {**(r.inputs or {}), **said[at]}}
        values |= _step(ground, r, fits[at], pages[at], scored.relevance)
        made.append(values)
    return made


class _As:
    """A row with newer inputs."""

    def __init__(self, row: Any, extra: dict[str, Any]) -> None:
        self.inputs = {**(row.inputs or {}), **extra}
        self.dr, self.traffic, self.nofollow, self.overlap = row.dr, row.traffic, row.nofollow, row.overlap
        self.overrides, self.harm = row.overrides, row.harm


def _inputs(ground: Ground, r: Any, fit: relevance.Fit) -> dict[str, Any]:
    said = r.inputs or {}
    near = fit.page if fit.page is not None else fit.nearest
    context = relevance.context(said.get("linked", ""), said.get("anchor", ""), ground.brands, ground.index, near)
    spoken = relevance.language(r.language or "", ground.languages)
    return {"topic": fit.topic, "context": context, "language": spoken}


def _page(ground: Ground, r: Any, fit: relevance.Fit) -> TargetPage | None:
    """The page to pitch: a person's choice, the one that fits, or the nearest where the topic need not fit."""
    chosen = (r.overrides or {}).get("target_page", {}).get("level")
    if chosen:
        return next((t for t in ground.targets if t.public_id == chosen), None)
    if fit.page is not None:
        return ground.targets[fit.page]
    if fit.topic is None or r.link_type in {t.value for t in actions.WITHOUT_FIT}:
        return ground.targets[fit.nearest or 0] if ground.targets else None
    return next((t for t in ground.targets if relevance.is_homepage(t.url)), None)


def _step(ground: Ground, r: Any, fit: relevance.Fit, page: TargetPage | None, counted: float) -> dict[str, Any]:
    """Next step, angle and page. What a person chose stays, and what is set aside keeps its reason."""
    by_hand = (r.overrides or {}).get("action")
    step = actions.next_step(
        Situation(
            link_type=LinkType(r.link_type) if r.link_type else None,
            realism=Realism.REALISTIC if r.stage != Stage.SET_ASIDE else Realism(r.realism),
            relevance=scoring.LEVELS.get(((r.overrides or {}).get("relevance") or {}).get("level", ""), counted),
            topic_fit=fit.topic if page is None else 1.0,
            has_page=bool(ground.targets),
            stale=(r.inputs or {}).get("stale", ""),
            harm=r.harm or "",
        )
    )
    kept = by_hand or r.stage == Stage.SET_ASIDE.value
    return {
        "target_page_id": page.id if page else None,
        "angle": r.angle if kept and r.angle else (step.angle or Angle.EDITORIAL).value,
        "action": r.action if kept and r.action else step.action.value,
        "action_why": r.action_why if kept and r.action else step.why,
    }


def _contact_kinds(s: Session, rows: Sequence[Any]) -> dict[int, str]:
    """Kind of the contact that would be written to first, per prospect."""
    found: dict[int, str] = {}
    query = select(Contact.prospect_id, Contact.kind).where(Contact.retired_at.is_(None)).order_by(Contact.rank)
    for part in _parts([r.id for r in rows]):
        for prospect_id, kind in s.execute(query.where(Contact.prospect_id.in_(part))):
            found.setdefault(prospect_id, kind)
    return found


def _rival_of_best(s: Session, ground: Ground, rows: Sequence[Any]) -> dict[int, str | None]:
    """Domain of the rival whose linking page a pitch would name."""
    pages = {r.best_page_id: r.id for r in rows if r.best_page_id}
    found: dict[int, str | None] = {}
    for part in _parts(list(pages)):
        query = select(LinkingPage.id, LinkingPage.competitor_id).where(LinkingPage.id.in_(part))
        for page_id, rival in s.execute(query):
            found[pages[page_id]] = ground.rivals.get(rival) if rival else None
    return found


def _parts(ids: list[int]) -> Iterable[list[int]]:
    for start in range(0, len(ids), 500):
        yield ids[start : start + 500]


def _forget(s: Session, project_id: int) -> None:
    """Rows already loaded in this session read their new figures from the database when asked again."""
    for thing in list(s.identity_map.values()):
        if isinstance(thing, Prospect) and thing.__dict__.get("project_id", project_id) == project_id:
            s.expire(thing, SCORED)
