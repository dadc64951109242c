"""Verbs on reasons to look again: fire the new ones, end those that no longer hold, close one by hand."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import clock, undo
from crm.journal import Actor, record
from crm.learning.rerunning.queries import reasons
from crm.models.accounts import Project
from crm.models.learning import RerunReason

MACHINE = "machine"


def watch(s: Session, project: Project) -> int:
    """Bring the open reasons of a project up to date; returns how many fired now. Run twice it does nothing new."""
    now = clock.now()
    here = RerunReason.project_id == project.id
    holding = {reason.kind: reason for reason in reasons(s, project)}
    known = {row.kind: row for row in s.scalars(select(RerunReason).where(here, RerunReason.kind.in_(holding)))}
    new = 0
    for kind, reason in holding.items():
        row = known.get(kind)
        if row is None:
            row = RerunReason(project_id=project.id, kind=kind, words=reason.words, url=reason.url, fired_at=now)
            s.add(row)
            s.flush()
            record(s, "rerun.fired", row, project=project, data={"words": reason.words})
            new += 1
        elif row.closed_at is None:
            row.words, row.url = reason.words, reason.url
    over = select(RerunReason).where(here, RerunReason.closed_at.is_(None), RerunReason.kind.not_in(holding))
    for row in s.scalars(over):
        row.closed_at, row.closed_by = now, MACHINE
    s.flush()
    return new


def close(s: Session, project: Project, row: RerunReason, actor: Actor) -> str:
    """A person has seen it: it stays closed for this occurrence. Returns the undo token."""
    row.closed_at, row.closed_by = clock.now(), actor.id or actor.kind
    record(s, "rerun.closed", row, project=project, actor=actor, data={"words": row.words})
    return undo.offer(s, "rerun.closed", {"id": row.id}, "The reason is open again.", project_id=project.id)


@undo.handler("rerun.closed")
def _open_again(s: Session, params: dict[str, Any]) -> None:
    row = s.get_one(RerunReason, params["id"])
    row.closed_at, row.closed_by = None, ""
