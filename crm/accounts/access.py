"""Who is signed in and what they may open. Every row a person opens is loaded through this file."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Response, session
from flask_login import UserMixin, current_user
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.db import Base
from crm.errors import Forbidden, NotFound
from crm.journal import Actor
from crm.models.accounts import Project, ProjectMember, User
from crm.models.contacts import Contact
from crm.models.prospects import Prospect
from crm.vocabulary import Role

Row = TypeVar("Row", bound=Base)
View = TypeVar("View", bound=Callable[..., Any])
RANK = {Role.VIEWER: 0, Role.MEMBER: 1, Role.OWNER: 2}


@dataclass(frozen=True)
class SignedIn(UserMixin):  # type: ignore[misc]
    """The signed-in person, as plain values."""

    id_: int
    public_id: str
    organisation_id: int
    email: str
    name: str
    time_zone: str
    epoch: int
    preferences: dict[str, Any]

    def get_id(self) -> str:
        """What the session cookie holds; a new epoch (sign-out everywhere, new password) makes it worthless."""
        return f"{self.public_id}:{self.epoch}"


def of(user: User) -> SignedIn:
    """The plain values of a user row."""
    return SignedIn(
        user.id,
        user.public_id,
        user.organisation_id,
        user.email,
        user.name,
        user.time_zone,
        user.session_epoch,
        dict(user.preferences or {}),
    )


def signed_in(s: Session, key: str) -> SignedIn | None:
    """The user of a session cookie, or None when it was revoked or the user disabled."""
    public_id, _, epoch = key.partition(":")
    user = s.scalar(select(User).where(User.public_id == public_id, User.disabled_at.is_(None)))
    return of(user) if user and str(user.session_epoch) == epoch else None


def public(view: View) -> View:
    """Mark a view that needs no sign-in."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def can(role: Role) -> Callable[[View], View]:
    """Mark a view that needs at least this role in the current project. Unmarked: MEMBER to change, VIEWER to read."""

    def mark(view: View) -> View:
        view.needs_role = role  # type: ignore[attr-defined]
        return view

    return mark


def refuse_role(view: Callable[..., Any]) -> Response | None:
    """Raise Forbidden when the signed-in person's role in the current project is too low for this view."""
    from flask import request

    from crm.db import reading

    default = Role.VIEWER if request.method in ("GET", "HEAD", "OPTIONS") else Role.MEMBER
    needed = getattr(view, "needs_role", default)
    with reading() as s:
        have = role_here(s)
    if have is not None and RANK[have] < RANK[needed]:
        raise Forbidden(f"Your role here is {have.value}; this needs {needed.value}. Ask an owner of the project.")
    return None


def role_here(s: Session) -> Role | None:
    """The role in the current project; None while there is no project yet."""
    project = current_project(s, required=False)
    if project is None:
        return None
    member = select(ProjectMember.role).where(
        ProjectMember.project_id == project.id, ProjectMember.user_id == current_user.id_
    )
    return Role(s.scalar(member) or Role.VIEWER)


def my_projects(s: Session) -> list[Project]:
    """Every project the signed-in person is a member of, oldest first."""
    query = (
        select(Project)
        .join(ProjectMember, ProjectMember.project_id == Project.id)
        .where(ProjectMember.user_id == current_user.id_)
        .order_by(Project.id)
    )
    return list(s.scalars(query))


def current_project(s: Session, *, required: bool = True) -> Any:
    """The project chosen in the session, else the first one; through membership only. NotFound if there is none."""
    mine = my_projects(s)
    chosen = session.get("project")
    found = next((p for p in mine if p.public_id == chosen), mine[0] if mine else None)
    if found is None and required:
        raise NotFound("There is no project yet. Start with your site and the page that shall be linked.")
    return found


def scoped(s: Session, model: type[Row], public_id: str) -> Row:
    """The row with this public id if it belongs to the current project (or its organisation). Raises NotFound."""
    project = current_project(s)
    query = select(model).where(model.public_id == public_id)  # type: ignore[attr-defined]
    columns = model.__table__.columns
    if "project_id" in columns:
        query = query.where(model.project_id == project.id)  # type: ignore[attr-defined]
    elif "organisation_id" in columns:
        query = query.where(model.organisation_id == project.organisation_id)  # type: ignore[attr-defined]
    elif "prospect_id" in columns or model is Contact:
        own = select(Prospect.id).where(Prospect.project_id == project.id)
        query = query.where(model.prospect_id.in_(own))  # type: ignore[attr-defined]
    else:
        raise LookupError(f"{model.__name__} has no owner column")
    row = s.scalar(query)
    if row is None:
        raise NotFound("There is no such thing in this project.")
    return row


def actor() -> Actor:
    """The signed-in person as the actor of an event."""
    return Actor("user", current_user.public_id)


def user_id() -> int:
    """The inner id of the signed-in person."""
    return int(current_user.id_)
