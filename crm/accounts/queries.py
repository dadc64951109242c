"""What the frame of every page shows, the search, and who is on the team."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm import clock
from crm.models.accounts import Organisation, Project, ProjectMember, SavedView, User
from crm.models.batches import Batch
from crm.models.contacts import Contact, Person, PersonAddress
from crm.models.events import Job
from crm.models.gap import Snapshot
from crm.models.mail import Message, Thread
from crm.models.mailboxes import Mailbox
from crm.models.outcomes import Placement
from crm.models.prospects import Prospect
from crm.vocabulary import BatchState, PlacementState


@dataclass(frozen=True)
class Navigation:
    """Counts and names in the left rail."""

    gap: int
    prospects: int
    batches: int
    inbox: int
    links: int
    views: list[SavedView]
    projects: list[Project]
    mailbox: Mailbox | None
    sent_today: int
    stopped: bool


def has_users(s: Session) -> bool:
    """Whether anybody can sign in yet."""
    return s.scalar(select(User.id).limit(1)) is not None


def navigation(s: Session, project: Project, user: Any) -> Navigation:
    """A handful of indexed counts; never a count over all prospects."""
    last = s.scalar(select(Snapshot).where(Snapshot.project_id == project.id).order_by(Snapshot.id.desc()).limit(1))
    mailbox = s.scalar(
        select(Mailbox).where(Mailbox.organisation_id == project.organisation_id, Mailbox.removed_at.is_(None)).limit(1)
    )
    day = clock.now() - timedelta(hours=24)
    running = (BatchState.DRAFT.value, BatchState.RUNNING.value, BatchState.PAUSED.value)
    live = (PlacementState.LIVE.value, PlacementState.CHANGED.value)
    organisation = s.get_one(Organisation, project.organisation_id)
    mine = select(Project).join(ProjectMember).where(ProjectMember.user_id == user.id_).order_by(Project.name)
    return Navigation(
        gap=last.n_gap if last else 0,
        prospects=max(0, last.n_gap - last.n_noise) if last else 0,
        batches=_count(s, Batch.id, Batch.project_id == project.id, Batch.state.in_(running)),
        inbox=_count(s, Thread.id, Thread.project_id == project.id, Thread.needs_you_at.is_not(None)),
        links=_count(s, Placement.id, Placement.project_id == project.id, Placement.state.in_(live)),
        views=list(s.scalars(select(SavedView).where(SavedView.project_id == project.id).order_by(SavedView.name))),
        projects=list(s.scalars(mine)),
        mailbox=mailbox,
        sent_today=_count(s, Message.id, Message.mailbox_id == mailbox.id, Message.sent_at > day) if mailbox else 0,
        stopped=organisation.stopped_at is not None,
    )


def _count(s: Session, column: Any, *where: Any) -> int:
    return s.scalar(select(func.count(column)).where(*where)) or 0


@dataclass(frozen=True)
class Found:
    """One hit of the search: what it is, its words, where it opens."""

    kind: str
    words: str
    detail: str
    url: str


def search(s: Session, project: Project, text: str) -> list[Found]:
    """Prospects, people and batches of the project whose name holds `text` (at least two letters), 20 at the most."""
    wanted = text.strip().lower()
    if len(wanted) < 2:
        return []
    like = "%" + wanted.replace("\\", "").replace("%", "").replace("_", "\\_") + "%"
    prospects = (
        select(Prospect.domain, Prospect.stage, Prospect.public_id)
        .where(Prospect.project_id == project.id, Prospect.domain.like(like, escape="\\"))
        .order_by(Prospect.rank_value.desc())
        .limit(10)
    )
    people = (
        select(Person.name, PersonAddress.address, Prospect.public_id)
        .join(Contact, Contact.person_id == Person.id)
        .join(PersonAddress, PersonAddress.id == Contact.address_id)
        .join(Prospect, Prospect.id == Contact.prospect_id)
        .where(
            Prospect.project_id == project.id,
            func.lower(Person.name).like(like, escape="\\") | PersonAddress.normal.like(like, escape="\\"),
        )
        .limit(6)
    )
    batches = (
        select(Batch.name, Batch.state, Batch.public_id)
        .where(Batch.project_id == project.id, func.lower(Batch.name).like(like, escape="\\"))
        .limit(4)
    )
    hits = [Found("Prospect", domain, stage, f"/prospects/{key}") for domain, stage, key in s.execute(prospects)]
    hits += [
        Found("Contact", name or address, address, f"/prospects/{key}") for name, address, key in s.execute(people)
    ]
    hits += [Found("Batch", name, state, f"/batches/{key}") for name, state, key in s.execute(batches)]
    return hits


def jobs(s: Session, project: Project) -> list[Job]:
    """The last 50 jobs of the project, newest first."""
    return list(s.scalars(select(Job).where(Job.project_id == project.id).order_by(Job.id.desc()).limit(50)))


def team(s: Session, project: Project) -> list[tuple[User, str]]:
    """Everybody with access to the project, and the role."""
    query = select(User, ProjectMember.role).join(ProjectMember, ProjectMember.user_id == User.id)
    return [(u, r) for u, r in s.execute(query.where(ProjectMember.project_id == project.id).order_by(User.id))]
