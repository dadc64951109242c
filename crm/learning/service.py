"""Learning from outcomes: refit, apply to what was not sent yet, step back, go back to the shipped weights."""

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from crm import clock, journal, undo
from crm.journal import SYSTEM, Actor
from crm.learning import counts, queries
from crm.learning.measures import Judged, judge
from crm.learning.model import Fitted, fit, shipped, total_delay
from crm.learning.pooling import pooled
from crm.learning.priors import DEFAULT, Priors
from crm.learning.ranking.queries import unsent
from crm.learning.verdict import ranks, verdict
from crm.models.accounts import Project
from crm.models.learning import LearnedFit, Rollup, ScoreChange
from crm.prospects.service import rescore

MATTERS = 0.02  # relative change of a chance below which a stored score is left alone
KEPT_CHANGES = 500  # per fit, the largest
KEPT_FITS = 20  # older ones lose their weights, not their figures


def frame(s: Session, project_id: int) -> pd.DataFrame:
    """The log of pitches that the model learns from; see learning/queries.py."""
    return queries.pitches(s, project_id)


def refit(s: Session, project_id: int) -> LearnedFit:
    """Learn from everything known by now, score unsent prospects again, and say what changed and why.

    Steps back to the shipped weights when the learned ones predicted worse than the link type alone on 200 or more
    matured pitches. Rewrites the project's rollups in the same transaction.
    """
    now, log = clock.now(), frame(s, project_id)
    priors = _priors(s, project_id)
    fitted = fit(log, now=now, priors=priors)
    judged = judge(log, now, priors)
    back = judged.worse_than_priors
    made = _store(s, project_id, shipped() if back else fitted, judged, now, stepped_back=back)
    moved = _apply(s, project_id, made, shipped() if back else fitted)
    made.verdict = verdict(fitted, judged, moved)
    made.measures = {**made.measures, "moved": moved}
    _roll_up(s, project_id, log, fitted, now)
    journal.record(s, "learning.refit", made, project=s.get_one(Project, project_id), data={"words": made.verdict})
    s.flush()
    return made


def reset(s: Session, project_id: int, actor: Actor = SYSTEM, *, user_id: int | None = None) -> tuple[LearnedFit, str]:
    """Go back to the shipped weights and stay there until learn_again(). Returns the fit and an undo token."""
    before = queries.latest_fit(s, project_id)
    made = _store(s, project_id, shipped(), Judged(), clock.now(), held=True)
    moved = _apply(s, project_id, made, shipped())
    made.verdict = f"Back to the shipped weights by hand. {moved} prospects changed their place."
    project = s.get_one(Project, project_id)
    journal.record(s, "learning.reset", made, project=project, actor=actor, data={"words": made.verdict})
    params = {"project": project_id, "fit": before.id if before else None}
    token = undo.offer(
        s, "learning.reset", params, "Back to the learned weights", project_id=project_id, user_id=user_id
    )
    return made, token


def learn_again(s: Session, project_id: int) -> LearnedFit:
    """Take the learned weights up again after a reset."""
    return refit(s, project_id)


def set_pooling(s: Session, project_id: int, on: bool) -> None:
    """Let the other projects of the team shape what this one believes at the start, or not."""
    project = s.get_one(Project, project_id)
    project.settings = {**project.settings, "learning": {**project.settings.get("learning", {}), "pool": on}}
    s.flush()


def active(s: Session, project_id: int) -> Fitted:
    """The belief that scores now; it knows no counts (see current())."""
    stored = queries.latest_fit(s, project_id)
    return Fitted.from_params(stored.params if stored else None)


def _priors(s: Session, project_id: int) -> Priors:
    project = s.get_one(Project, project_id)
    if not project.settings.get("learning", {}).get("pool"):
        return DEFAULT
    others = select(Project.id).where(Project.organisation_id == project.organisation_id, Project.id != project_id)
    logs = [frame(s, other) for other in s.scalars(others)]
    return pooled(DEFAULT, logs, clock.now())


def _store(
    s: Session,
    project_id: int,
    fitted: Fitted,
    judged: Judged,
    now: datetime,
    *,
    stepped_back: bool = False,
    held: bool = False,
) -> LearnedFit:
    s.execute(update(LearnedFit).where(LearnedFit.project_id == project_id).values(active=False))
    seen = queries.seen(s, project_id).as_dict()
    made = LearnedFit(
        project_id=project_id,
        at=now,
        n_sent=seen["sent"],
        n_matured=round(fitted.n_matured),
        n_wins=fitted.n_wins,
        params=fitted.to_params(),
        measures={**judged.as_dict(), "seen": seen, "stepped_back": stepped_back, "held": held},
        active=True,
    )
    s.add(made)
    s.flush()
    _thin_out(s, project_id)
    return made


def _thin_out(s: Session, project_id: int) -> None:
    old = select(LearnedFit).where(LearnedFit.project_id == project_id, LearnedFit.active.is_(False))
    for stored in s.scalars(old.order_by(LearnedFit.id.desc()).offset(KEPT_FITS).limit(5)):
        stored.params = {}
        s.execute(delete(ScoreChange).where(ScoreChange.fit_id == stored.id))


def _apply(s: Session, project_id: int, made: LearnedFit, fitted: Fitted) -> int:
    """Score unsent prospects whose chance changed enough to matter, and note who changed places. Returns how many."""
    before = unsent(s, project_id)
    if before.empty:
        return 0
    old, new = before["chance"].to_numpy(dtype=float), fitted.chance(before)
    matters = np.abs(new - old) > MATTERS * np.maximum(old, 1e-6)
    rank_before = ranks(before, before["rank_value"].to_numpy(dtype=float))
    if matters.any():
        rescore(s, project_id, [int(i) for i in before["id"].to_numpy()[matters]])
    after = unsent(s, project_id).set_index("id").reindex(before["id"])
    rank_after = ranks(before, after["rank_value"].fillna(0).to_numpy(dtype=float))
    moved = rank_after != rank_before
    largest = np.argsort(-np.abs(rank_after - rank_before), kind="stable")[:KEPT_CHANGES]
    s.add_all(
        ScoreChange(
            fit_id=made.id,
            prospect_id=int(before["id"].iloc[i]),
            chance_before=float(old[i]),
            chance_after=float(after["chance"].iloc[i]),
            rank_before=int(rank_before[i]),
            rank_after=int(rank_after[i]),
        )
        for i in largest
        if moved[i]
    )
    s.flush()
    return int(moved.sum())


def _roll_up(s: Session, project_id: int, log: pd.DataFrame, fitted: Fitted, now: datetime) -> None:
    s.execute(delete(Rollup).where(Rollup.project_id == project_id))
    if log.empty:
        return
    table = counts.counted(log, now, total_delay(fitted.reply, fitted.placement))
    rows: list[dict[str, Any]] = []
    for name in counts.DIMENSIONS:
        for line in counts.by(table, [name, "month"]).to_dict("records"):
            figures = {c: float(line[c]) for c in (*counts.COUNTS, "matured")}
            rows.append(
                {
                    "project_id": project_id,
                    "dimension": name,
                    "key": str(line[name]),
                    "month": line["month"],
                    "counts": figures,
                }
            )
    s.execute(Rollup.__table__.insert(), rows)  # type: ignore[attr-defined]


@undo.handler("learning.reset")
def _take_reset_back(s: Session, params: dict[str, Any]) -> None:
    refit(s, int(params["project"]))
