"""The only writer of Event: what happened, to what, by whom, in the same transaction as the change."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from crm import clock
from crm.db import HasId
from crm.models.accounts import Project
from crm.models.events import Event


@dataclass(frozen=True)
class Actor:
    """Who acts: kind `user` (id = public_id), `job`, `recipient` or `practice`."""

    kind: str
    id: str | None = None


SYSTEM = Actor("job")


def record(
    s: Session,
    kind: str,
    subject: HasId,
    *,
    project: Project | None = None,
    organisation_id: int | None = None,
    actor: Actor = SYSTEM,
    batch_id: int | None = None,
    caused_by: int | None = None,
    data: dict[str, Any] | None = None,
) -> Event:
    """Write one event about `subject` (a flushed row). Give the project, or the organisation where there is none."""
    owner = project.organisation_id if project is not None else organisation_id
    if owner is None:
        raise ValueError(f"event {kind} needs a project or an organisation_id")
    event = Event(
        organisation_id=owner,
        project_id=project.id if project is not None else None,
        at=clock.now(),
        actor_kind=actor.kind,
        actor_id=actor.id,
        kind=kind,
        subject_type=subject.__class__.__tablename__,  # type: ignore[attr-defined]
        subject_id=subject.id,
        batch_id=batch_id,
        caused_by=caused_by,
        data=data or {},
    )
    s.add(event)
    s.flush()
    return event
