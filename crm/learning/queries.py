"""The log of pitches as the model wants it: one row per prospect contacted, verified facts and human marks only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.learning.events import BOUNCED, POSITIVE, REFUSED, Mark, happened_to, trusted_intents
from crm.models.accounts import Project
from crm.models.batches import Batch, Enrollment
from crm.models.learning import IntentLabel, LearnedFit
from crm.models.mail import InboundMessage, Message
from crm.models.mailboxes import Mailbox
from crm.models.outcomes import Outcome, Placement
from crm.models.prospects import Prospect
from crm.vocabulary import Channel, MessageState, OutcomeKind

COLUMNS = (
    "prospect_id",
    "domain",
    "enrollment_id",
    "batch_id",
    "batch",
    "angle",
    "mailbox",
    "link_type",
    "relevance",
    "dr",
    "overlap",
    "contact_kind",
    "competitor",
    "target_page",
    "template",
    "worth",
    "chance",
    "exploring",
    "sent_at",
    "replied_at",
    "interested_at",
    "refused_at",
    "linked_at",
    "payment_at",
    "bounced",
)
TIMES = ("sent_at", "replied_at", "interested_at", "refused_at", "linked_at", "payment_at")


@dataclass(frozen=True)
class Seen:
    """How much had happened when something was computed; another value means it is out of date."""

    sent: int
    marks: int
    confirmed: int
    links: int

    def as_dict(self) -> dict[str, int]:
        """For LearnedFit.measures."""
        return {"sent": self.sent, "marks": self.marks, "confirmed": self.confirmed, "links": self.links}


def pitches(s: Session, project_id: int, *, until: datetime | None = None) -> pd.DataFrame:
    """One row per prospect that was mailed (first mail accepted by the server), without those whose link was paid.

    `until` leaves out pitches sent later. Columns: COLUMNS; times are aware UTC or NaT.
    """
    firsts = _first_mails(s, project_id, until)
    marks, links, paid = _marks(s, project_id), _links(s, project_id), _paid(s, project_id)
    rows: dict[int, dict[str, Any]] = {}
    for enrollment, sent_at, batch, domain, mailbox in firsts:
        if enrollment.prospect_id in paid or enrollment.prospect_id in rows:
            continue
        events = happened_to(marks.get(enrollment.prospect_id, ()), sent_at)
        rows[enrollment.prospect_id] = _row(enrollment, sent_at, batch, domain, mailbox) | {
            "linked_at": links.get(enrollment.prospect_id),
            **events,
        }
    return _frame(rows.values())


def seen(s: Session, project_id: int) -> Seen:
    """Counts that change with every event that the model learns from; cheap."""
    sent = s.scalar(
        select(func.count(Message.id))
        .join(Enrollment, Enrollment.id == Message.enrollment_id)
        .join(Batch, Batch.id == Enrollment.batch_id)
        .where(Batch.project_id == project_id, Message.step_no == 1, Message.state == MessageState.SENT.value)
    )
    of_project = Outcome.project_id == project_id
    marks = s.scalar(select(func.count(Outcome.id)).where(of_project))
    settled = s.scalar(select(func.count(Outcome.confirmed_at) + func.count(Outcome.replaced_at)).where(of_project))
    live = (Placement.live_at.is_not(None)) | (Placement.paid.is_(True))
    links = s.scalar(select(func.count(Placement.id)).where(Placement.project_id == project_id, live))
    return Seen(sent or 0, marks or 0, settled or 0, links or 0)


def latest_fit(s: Session, project_id: int) -> LearnedFit | None:
    """The fit that scores now; None before the first one."""
    query = select(LearnedFit).where(LearnedFit.project_id == project_id, LearnedFit.active.is_(True))
    return s.scalar(query.order_by(LearnedFit.id.desc()).limit(1))


def trusted(s: Session, project_id: int) -> frozenset[str]:
    """Intents that the rules read so well that a suggestion counts without a person's word."""
    return trusted_intents(labels(s, project_id))


def labels(s: Session, project_id: int) -> list[tuple[str, str]]:
    """(what the rules read, what a person of the team said it was), over the team's whole mail."""
    team = select(Project.organisation_id).where(Project.id == project_id).scalar_subquery()
    query = (
        select(IntentLabel.machine_intent, IntentLabel.intent)
        .join(InboundMessage, InboundMessage.id == IntentLabel.inbound_id)
        .join(Mailbox, Mailbox.id == InboundMessage.mailbox_id)
        .where(IntentLabel.machine_intent.is_not(None), Mailbox.organisation_id == team)
    )
    return [(str(machine), human) for machine, human in s.execute(query)]


def _first_mails(
    s: Session, project_id: int, until: datetime | None
) -> Iterable[tuple[Enrollment, datetime, Batch, str, str | None]]:
    first = (
        select(Message.enrollment_id, func.min(Message.sent_at).label("at"))
        .where(Message.step_no == 1, Message.state == MessageState.SENT.value, Message.sent_at.is_not(None))
        .group_by(Message.enrollment_id)
        .subquery()
    )
    query = (
        select(Enrollment, first.c.at, Batch, Prospect.domain, Mailbox.address)
        .join(first, first.c.enrollment_id == Enrollment.id)
        .join(Batch, Batch.id == Enrollment.batch_id)
        .join(Prospect, Prospect.id == Enrollment.prospect_id)
        .outerjoin(Mailbox, Mailbox.id == Enrollment.mailbox_id)
        .where(Batch.project_id == project_id)
        .order_by(first.c.at, Enrollment.id)
    )
    if until is not None:
        query = query.where(first.c.at <= until)
    return [(e, at, batch, domain, mailbox) for e, at, batch, domain, mailbox in s.execute(query)]


def _marks(s: Session, project_id: int) -> dict[int, list[Mark]]:
    believed = trusted(s, project_id)
    query = select(Outcome.prospect_id, Outcome.kind, Outcome.at, Outcome.machine, Outcome.confirmed_at).where(
        Outcome.project_id == project_id,
        Outcome.replaced_at.is_(None),
        Outcome.kind.in_([*POSITIVE, *REFUSED, BOUNCED, *(k.value for k in OutcomeKind if k is not OutcomeKind.SENT)]),
    )
    found: dict[int, list[Mark]] = {}
    for prospect_id, kind, at, machine, confirmed_at in s.execute(query):
        verified = not machine or confirmed_at is not None or kind in believed or kind == BOUNCED
        found.setdefault(prospect_id, []).append(Mark(kind, at, verified))
    return found


def _links(s: Session, project_id: int) -> dict[int, datetime]:
    """When our own check first saw an unpaid link won by outreach, per prospect."""
    query = (
        select(Placement.prospect_id, func.min(Placement.live_at))
        .where(
            Placement.project_id == project_id,
            Placement.prospect_id.is_not(None),
            Placement.live_at.is_not(None),
            Placement.paid.is_(False),
            Placement.channel == Channel.OUTREACH.value,
        )
        .group_by(Placement.prospect_id)
    )
    return {prospect_id: at for prospect_id, at in s.execute(query) if prospect_id is not None and at is not None}


def _paid(s: Session, project_id: int) -> set[int]:
    query = select(Placement.prospect_id).where(Placement.project_id == project_id, Placement.paid.is_(True))
    return {i for i in s.scalars(query) if i is not None}


def _row(enrollment: Enrollment, sent_at: datetime, batch: Batch, domain: str, mailbox: str | None) -> dict[str, Any]:
    snapshot = enrollment.snapshot or {}
    return {
        "prospect_id": enrollment.prospect_id,
        "domain": domain,
        "enrollment_id": enrollment.id,
        "batch_id": batch.public_id,
        "batch": batch.name,
        "angle": batch.angle,
        "mailbox": mailbox,
        "exploring": enrollment.exploring,
        "sent_at": sent_at,
        **{
            name: snapshot.get(name)
            for name in (
                "link_type", "relevance", "dr", "overlap", "contact_kind", "competitor", "target_page", "template",
                "worth", "chance",
            )
        },
    }  # fmt: skip


def _frame(rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=list(COLUMNS))
    for name in TIMES:
        frame[name] = pd.to_datetime(frame[name], utc=True)
    for name in ("relevance", "dr", "overlap", "worth", "chance"):
        frame[name] = pd.to_numeric(frame[name], errors="coerce")
    frame["bounced"] = frame["bounced"].eq(True)
    return frame
