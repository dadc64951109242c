"""Everybody in a running batch with the next mail or the last thing that happened. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import clock
from crm.batches.queries import COMPOSING, LIVE
from crm.models.accounts import Project
from crm.models.batches import Batch, Enrollment
from crm.models.contacts import Contact, PersonAddress
from crm.models.mail import Message, Touch
from crm.models.mailboxes import Mailbox
from crm.models.outcomes import Outcome
from crm.vocabulary import MessageState, OutcomeKind, TouchState


@dataclass(frozen=True)
class Line:
    """One person of a running batch: what comes next or what happened."""

    enrollment: Enrollment
    name: str
    domain: str
    state: str
    words: str
    at: datetime | None


@dataclass(frozen=True)
class Run:
    """The figures of a batch and its people. A line counts once, at its last state."""

    lines: tuple[Line, ...]
    sent: int
    mailbox: Mailbox | None
    trouble: str

    def count(self, state: str) -> int:
        """How many people are in this state."""
        return sum(1 for line in self.lines if line.state == state)

    @property
    def next_at(self) -> datetime | None:
        """When the next mail leaves."""
        return min((x.at for x in self.lines if x.state in ("queued", "waiting") and x.at), default=None)


def run_of(s: Session, batch: Batch) -> Run:
    """A batch as it runs now, with the reason when nothing can leave."""
    project = s.get_one(Project, batch.project_id)
    mailbox = s.get(Mailbox, batch.mailbox_id) if batch.mailbox_id else None
    query = (
        select(Message.enrollment_id)
        .join(Enrollment, Enrollment.id == Message.enrollment_id)
        .where(Enrollment.batch_id == batch.id, Message.state == MessageState.SENT.value)
        .distinct()
    )
    trouble = ""
    if project.paused_at is not None:
        trouble = "The project is paused."
    elif mailbox is not None and mailbox.state != "ok":
        trouble = f"{mailbox.address} does not send: {mailbox.pause_reason or mailbox.state.replace('_', ' ')}."
    return Run(tuple(lines(s, batch)), len(list(s.scalars(query))), mailbox, trouble)


def lines(s: Session, batch: Batch) -> list[Line]:
    """Everybody in a batch with the next mail or the last thing that happened, in the order of time."""
    query = (
        select(Enrollment, PersonAddress.address)
        .outerjoin(Contact, Contact.id == Enrollment.contact_id)
        .outerjoin(PersonAddress, PersonAddress.id == Contact.address_id)
        .where(Enrollment.batch_id == batch.id)
    )
    last: dict[int, Message] = {}
    mails = select(Message).join(Enrollment, Enrollment.id == Message.enrollment_id)
    for m in s.scalars(mails.where(Enrollment.batch_id == batch.id).order_by(Message.step_no, Message.id)):
        last[m.enrollment_id or 0] = m
    touches = select(Touch).join(Enrollment, Enrollment.id == Touch.enrollment_id)
    planned = touches.where(Enrollment.batch_id == batch.id, Touch.state.in_(("planned", "needs_data")))
    upcoming = {t.enrollment_id: t for t in s.scalars(planned)}
    marks = _latest_outcomes(s, batch)
    made = [
        _line(e, address or "", last.get(e.id), upcoming.get(e.id), marks.get(e.id)) for e, address in s.execute(query)
    ]
    order = {"placed": 0, "replied": 1, "held": 2, "queued": 3, "waiting": 4, "stopped": 5}
    return sorted(made, key=lambda x: (order.get(x.state, 6), x.at or clock.now(), x.domain))


def _line(e: Enrollment, address: str, message: Message | None, touch: Touch | None, mark: Outcome | None) -> Line:
    if mark is not None and mark.kind not in (OutcomeKind.SENT.value, OutcomeKind.NO_ANSWER.value):
        state = {OutcomeKind.PLACED.value: "placed", OutcomeKind.BOUNCED.value: "stopped"}.get(mark.kind, "replied")
        return Line(e, address, e.root_domain, state, mark.kind, mark.at)
    if e.state in COMPOSING:
        return Line(e, address, e.root_domain, "held", e.hold_reason or "not scheduled yet", None)
    if touch is not None and touch.state == TouchState.NEEDS_DATA.value:
        return Line(e, address, e.root_domain, "held", touch.state_reason or "something is missing", None)
    if message is not None and message.state in (MessageState.IN_DOUBT.value, MessageState.REVIEW.value):
        return Line(e, address, e.root_domain, "held", "unclear whether it left", message.due_at)
    if e.state in LIVE and message is not None and message.state != MessageState.SENT.value:
        return Line(e, address, e.root_domain, "queued", f"mail {message.step_no}", message.due_at)
    if e.state in LIVE and touch is not None:
        state = "queued" if touch.step_no == 1 else "waiting"
        planned = touch.planned_local is not None
        words = f"mail {touch.step_no}" if planned else f"mail {touch.step_no}, being planned"
        return Line(e, address, e.root_domain, state, words, touch.due_at if planned else None)
    words = e.stop_reason or ("sequence done" if e.state == "finished" else f"mail {message.step_no if message else 1}")
    return Line(e, address, e.root_domain, "stopped", words, e.stopped_at or (message.sent_at if message else None))


def _latest_outcomes(s: Session, batch: Batch) -> dict[int, Outcome]:
    query = (
        select(Outcome)
        .join(Enrollment, Enrollment.id == Outcome.enrollment_id)
        .where(Enrollment.batch_id == batch.id, Outcome.replaced_at.is_(None))
        .order_by(Outcome.at, Outcome.id)
    )
    return {o.enrollment_id or 0: o for o in s.scalars(query)}
