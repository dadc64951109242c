"""Prospects that may still be pitched, as the model sees them, and how the last fits moved them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.learning.changed import why
from crm.learning.model import Fitted
from crm.models.accounts import Competitor
from crm.models.contacts import Contact
from crm.models.gap import LinkingPage
from crm.models.learning import LearnedFit, ScoreChange
from crm.models.prospects import Prospect
from crm.models.targets import TargetPage
from crm.vocabulary import Stage

UNSENT = (Stage.FOUND.value, Stage.PROSPECT.value, Stage.READY.value, Stage.IN_BATCH.value)


@dataclass(frozen=True)
class Move:
    """A prospect that changed its place."""

    public_id: str
    domain: str
    link_type: str | None
    chance_before: float
    chance_after: float
    rank_before: int
    rank_after: int
    why: str = ""


def unsent(s: Session, project_id: int, domain: str | None = None) -> pd.DataFrame:
    """Columns of the model plus id, domain, worth, chance and rank_value; best rank first."""
    best_contact = (
        select(Contact.prospect_id, func.min(Contact.rank).label("rank"))
        .where(Contact.retired_at.is_(None))
        .group_by(Contact.prospect_id)
        .subquery()
    )
    kind = (
        select(func.min(Contact.kind))
        .where(
            Contact.prospect_id == Prospect.id,
            Contact.retired_at.is_(None),
            Contact.rank
            == select(best_contact.c.rank).where(best_contact.c.prospect_id == Prospect.id).scalar_subquery(),
        )
        .scalar_subquery()
    )
    query = (
        select(
            Prospect.id,
            Prospect.public_id,
            Prospect.domain,
            Prospect.link_type,
            Prospect.relevance,
            Prospect.dr,
            Prospect.overlap,
            kind.label("contact_kind"),
            Competitor.domain.label("competitor"),
            TargetPage.url.label("target_page"),
            Prospect.worth,
            Prospect.chance,
            Prospect.rank_value,
        )
        .outerjoin(LinkingPage, LinkingPage.id == Prospect.best_page_id)
        .outerjoin(Competitor, Competitor.id == LinkingPage.competitor_id)
        .outerjoin(TargetPage, TargetPage.id == Prospect.target_page_id)
        .where(Prospect.project_id == project_id)
        .order_by(Prospect.rank_value.desc(), Prospect.completeness.desc(), Prospect.domain)
    )
    query = query.where(Prospect.domain == domain) if domain else query.where(Prospect.stage.in_(UNSENT))
    frame = pd.DataFrame(s.execute(query).mappings().all(), columns=[c["name"] for c in query.column_descriptions])
    frame["contact_kind"] = frame["contact_kind"].fillna("unknown")
    frame["template"] = None
    return frame


def moves(s: Session, fit: LearnedFit, limit: int = 50) -> list[Move]:
    """Prospects that a fit moved, the longest way first, each with the terms that moved it."""
    query = (
        select(ScoreChange, Prospect)
        .join(Prospect, Prospect.id == ScoreChange.prospect_id)
        .where(ScoreChange.fit_id == fit.id)
        .order_by(func.abs(ScoreChange.rank_before - ScoreChange.rank_after).desc(), Prospect.domain)
        .limit(limit)
    )
    found = [(c, p) for c, p in s.execute(query)]
    reasons = _reasons(s, fit, [p.id for _, p in found])
    return [
        Move(
            p.public_id, p.domain, p.link_type, c.chance_before, c.chance_after, c.rank_before, c.rank_after,
            reasons.get(p.id) or _no_term(c),
        )
        for c, p in found
    ]  # fmt: skip


def _no_term(change: ScoreChange) -> str:
    """Words for a prospect whose own terms stayed as they were."""
    if abs(change.chance_after - change.chance_before) < 0.01 * max(change.chance_before, 1e-6):
        return "others moved past it"
    return "its own figures changed since"


def _reasons(s: Session, fit: LearnedFit, ids: list[int]) -> dict[int, str]:
    """Per prospect what changed from the fit before to this one; empty when the one before has been thinned out."""
    query = select(LearnedFit).where(LearnedFit.project_id == fit.project_id, LearnedFit.id < fit.id)
    earlier = s.scalar(query.order_by(LearnedFit.id.desc()).limit(1))
    if not ids or (earlier is not None and not earlier.params):
        return {}
    old, new = Fitted.from_params(earlier.params if earlier else None), Fitted.from_params(fit.params)
    rows = unsent(s, fit.project_id)
    rows = rows[rows["id"].isin(ids)].reset_index(drop=True)
    if rows.empty:
        return {}
    ships = [model.chance(rows) / np.maximum(model.interest(rows), 1e-12) for model in (old, new)]
    return {
        int(rows["id"].iloc[i]): why(
            old.explain(rows.iloc[[i]]), new.explain(rows.iloc[[i]]), float(ships[0][i]), float(ships[1][i])
        )
        for i in range(len(rows))
    }
