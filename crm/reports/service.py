"""The client's report: an address that opens it without sign-in, signed, revocable, valid 90 days.

A share is an event in the journal and ends with another one; nothing else is stored.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import clock, journal
from crm.adapters import keys
from crm.errors import NotFound
from crm.journal import Actor
from crm.models.accounts import Project
from crm.models.events import Event

VALID = timedelta(days=90)
SHARED, REVOKED = "report.shared", "report.share_revoked"


@dataclass(frozen=True)
class Share:
    """A link that is open."""

    public_id: str
    token: str
    at: datetime
    until: datetime


def share(s: Session, project: Project, actor: Actor) -> str:
    """A token for /shared/<token>."""
    event = journal.record(s, SHARED, project, project=project, actor=actor)
    return _signer().dumps(event.public_id)


def revoke(s: Session, project: Project, public_id: str, actor: Actor) -> None:
    """Close a share of this project for good. Raises NotFound."""
    if all(open_share.public_id != public_id for open_share in shares(s, project)):
        raise NotFound("There is no such link.")
    journal.record(s, REVOKED, project, project=project, actor=actor, data={"share": public_id})


def shares(s: Session, project: Project) -> list[Share]:
    """Open shares of a project, newest first."""
    since = clock.now() - VALID
    made = select(Event).where(Event.project_id == project.id, Event.kind == SHARED, Event.at > since)
    closed = _closed(s, project.id)
    events = s.scalars(made.order_by(Event.id.desc()))
    return [
        Share(e.public_id, _signer().dumps(e.public_id), e.at, e.at + VALID)
        for e in events
        if e.public_id not in closed
    ]


def shared_project(s: Session, token: str) -> Project | None:
    """The project whose report a token opens; None when it was forged, revoked or is too old."""
    try:
        public_id = str(_signer().loads(token))
    except BadSignature:
        return None
    event = s.scalar(select(Event).where(Event.public_id == public_id, Event.kind == SHARED))
    if event is None or event.project_id is None or event.at <= clock.now() - VALID:
        return None
    return None if public_id in _closed(s, event.project_id) else s.get(Project, event.project_id)


def _closed(s: Session, project_id: int) -> set[str]:
    query = select(Event.data).where(Event.project_id == project_id, Event.kind == REVOKED)
    return {str(data.get("share")) for data in s.scalars(query)}


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(keys.keys("session")[::-1], salt="report-share")
