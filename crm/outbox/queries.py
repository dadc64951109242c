"""What the screens and commands show of the outbox: how many wait, what is unclear, what will leave when."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm import clock
from crm.models.accounts import Organisation, Project
from crm.models.batches import Batch, BatchStep, Enrollment
from crm.models.contacts import Contact, PersonAddress
from crm.models.mail import Message, Touch
from crm.models.mailboxes import Mailbox
from crm.models.prospects import Prospect
from crm.outbox import forecast as forecasting
from crm.outbox.forecast import Outlook, Waiting
from crm.outbox.objections.queries import caps_of, rules_of
from crm.vocabulary import BatchState, EnrollmentState, MessageState, TouchState

DOUBTFUL = (MessageState.IN_DOUBT.value, MessageState.REVIEW.value, MessageState.EXPIRED.value)


@dataclass(frozen=True)
class Doubt:
    """A mail (or a planned one) that waits for evidence or for a person."""

    message: Message | None
    touch: Touch | None
    rcpt: str
    domain: str
    batch: str
    step_no: int
    why: str


@dataclass(frozen=True)
class Next:
    """One planned mail: when, to whom, from where, and why it waits."""

    due_at: datetime
    rcpt: str
    domain: str
    batch: str
    step_no: int
    zone: str
    mailbox: str
    why: str


@dataclass(frozen=True)
class Status:
    """Counts for one project; `states` holds every message state that occurs."""

    states: dict[str, int] = field(default_factory=dict)
    planned: int = 0
    needs_data: int = 0
    next_due_at: datetime | None = None
    sent_24h: int = 0
    stopped: bool = False
    mailboxes: list[dict[str, Any]] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        waiting = {name: self.states.get(name, 0) for name in [m.value for m in MessageState]}
        return {
            **waiting,
            "planned": self.planned,
            "needs_data": self.needs_data,
            "next_due_at": self.next_due_at.isoformat() if self.next_due_at else None,
            "sent_24h": self.sent_24h,
            "stopped": self.stopped,
            "mailboxes": self.mailboxes,
        }


def status(s: Session, project: Project) -> Status:
    """Where everything of a project stands."""
    states: dict[str, int] = {}
    counted = _messages(project, Message.state, func.count()).group_by(Message.state)
    for state, n in s.execute(counted):
        states[state] = n
    touches: dict[str, int] = {}
    open_touches = _touches(project, Touch.state, func.count()).where(Enrollment.state == EnrollmentState.ACTIVE.value)
    for state, n in s.execute(open_touches.group_by(Touch.state)):
        touches[state] = n
    recent = _messages(project, func.count()).where(
        Message.state == MessageState.SENT.value, Message.sent_at > clock.now() - timedelta(days=1)
    )
    boxes = s.scalars(select(Mailbox).where(Mailbox.organisation_id == project.organisation_id).order_by(Mailbox.id))
    return Status(
        states=states,
        planned=touches.get(TouchState.PLANNED, 0),
        needs_data=touches.get(TouchState.NEEDS_DATA, 0),
        next_due_at=next_due_at(s, project),
        sent_24h=s.scalar(recent) or 0,
        stopped=s.scalar(_stopped(project)) is not None,
        mailboxes=[_box(m) for m in boxes if m.removed_at is None],
    )


def next_due_at(s: Session, project: Project | None = None) -> datetime | None:
    """When the next planned or queued mail is due (a moment in the past: as soon as caps and windows allow)."""
    touch = (
        select(func.min(Touch.due_at))
        .join(Enrollment, Enrollment.id == Touch.enrollment_id)
        .join(Batch, Batch.id == Enrollment.batch_id)
        .where(Touch.state == TouchState.PLANNED.value, Enrollment.state == EnrollmentState.ACTIVE.value)
        .where(Batch.state == BatchState.RUNNING.value)
    )
    mail = select(func.min(Message.due_at)).where(Message.state == MessageState.QUEUED.value)
    if project is not None:
        touch = touch.where(Batch.project_id == project.id)
        mail = mail.where(Message.organisation_id == project.organisation_id)
    found = [moment for moment in (s.scalar(touch), s.scalar(mail)) if moment is not None]
    return min(found, default=None)


def doubts(s: Session, project: Project, limit: int = 200) -> list[Doubt]:
    """Everything that waits for evidence or a person, oldest first."""
    mails = (
        _messages(project, Message, Prospect.domain, Batch.name)
        .join(Prospect, Prospect.id == Enrollment.prospect_id)
        .where(Message.state.in_(DOUBTFUL))
        .order_by(Message.id)
        .limit(limit)
    )
    found = [
        Doubt(m, None, m.rcpt, domain, batch, m.step_no or 1, m.state_reason or m.state)
        for m, domain, batch in s.execute(mails)
    ]
    touches = (
        _touches(project, Touch, Prospect.domain, Batch.name, PersonAddress.address)
        .join(Prospect, Prospect.id == Enrollment.prospect_id)
        .outerjoin(Contact, Contact.id == Enrollment.contact_id)
        .outerjoin(PersonAddress, PersonAddress.id == Contact.address_id)
        .where(Touch.state == TouchState.NEEDS_DATA.value, Enrollment.state == EnrollmentState.ACTIVE.value)
        .order_by(Touch.id)
        .limit(limit)
    )
    return found + [
        Doubt(None, t, address or "", domain, batch, t.step_no, t.state_reason or "")
        for t, domain, batch, address in s.execute(touches)
    ]


def coming(s: Session, project: Project, limit: int = 50) -> list[Next]:
    """The next planned mails, soonest first."""
    query = (
        _touches(project, Touch, Prospect.domain, Batch.name, PersonAddress.address, Mailbox.address)
        .join(Prospect, Prospect.id == Enrollment.prospect_id)
        .outerjoin(Contact, Contact.id == Enrollment.contact_id)
        .outerjoin(PersonAddress, PersonAddress.id == Contact.address_id)
        .outerjoin(Mailbox, Mailbox.id == Enrollment.mailbox_id)
        .where(Touch.state == TouchState.PLANNED.value, Enrollment.state == EnrollmentState.ACTIVE.value)
        .order_by(Touch.due_at, Touch.id)
        .limit(limit)
    )
    return [
        Next(t.due_at, rcpt or "", domain, batch, t.step_no, t.time_zone, box or "", t.state_reason or "")
        for t, domain, batch, rcpt, box in s.execute(query)
    ]


def own(s: Session, project: Project, model: type[Any], public_id: str) -> Any:
    """The message or touch with this public id if it belongs to the project, else None."""
    query = (
        select(model)
        .join(Enrollment, Enrollment.id == model.enrollment_id)
        .join(Batch, Batch.id == Enrollment.batch_id)
        .where(Batch.project_id == project.id, model.public_id == public_id)
    )
    return s.scalar(query)


def forecast(s: Session, project: Project) -> Outlook:
    """What will leave on which day from which mailbox, if nobody answers."""
    steps: dict[int, dict[int, int]] = {}
    own = select(BatchStep).join(Batch, Batch.id == BatchStep.batch_id).where(Batch.project_id == project.id)
    for step in s.scalars(own):
        steps.setdefault(step.batch_id, {})[step.step_no] = step.delay_days
    rows = _touches(project, Touch, Enrollment, Mailbox).join(Mailbox, Mailbox.id == Enrollment.mailbox_id)
    rows = rows.where(Touch.state == TouchState.PLANNED.value, Enrollment.state == EnrollmentState.ACTIVE.value)
    waiting, boxes = [], {}
    for touch, enrollment, mailbox in s.execute(rows):
        boxes[mailbox.address] = mailbox
        later = steps.get(enrollment.batch_id, {})
        then = tuple(later[n] for n in sorted(later) if n > touch.step_no)
        rules = rules_of(project, mailbox, enrollment.root_domain)
        zone, seed = enrollment.time_zone, enrollment.public_id
        waiting.append(Waiting(mailbox.address, touch.step_no, touch.due_at, zone, rules, then, seed))
    caps = {address: caps_of(mailbox) for address, mailbox in boxes.items()}
    return forecasting.forecast(clock.now(), waiting, caps)


def _messages(project: Project, *what: Any) -> Any:
    return (
        select(*what)
        .select_from(Message)
        .join(Enrollment, Enrollment.id == Message.enrollment_id)
        .join(Batch, Batch.id == Enrollment.batch_id)
        .where(Batch.project_id == project.id)
    )


def _touches(project: Project, *what: Any) -> Any:
    return (
        select(*what)
        .select_from(Touch)
        .join(Enrollment, Enrollment.id == Touch.enrollment_id)
        .join(Batch, Batch.id == Enrollment.batch_id)
        .where(Batch.project_id == project.id)
    )


def _stopped(project: Project) -> Any:
    return select(Organisation.stopped_at).where(Organisation.id == project.organisation_id)


def _box(m: Mailbox) -> dict[str, Any]:
    why = m.pause_reason if m.state != "ok" or (m.paused_until and m.paused_until > clock.now()) else None
    read = m.inbound_synced_at.isoformat() if m.inbound_synced_at else None
    return {"address": m.address, "state": m.state, "why": why, "day_cap": m.day_cap, "inbox_read_at": read}
