"""Verbs on batches: approve, pause, stop, and the words of each mail.

Making a batch is in making/, its words in writing/, pitch templates in pitches/. Nothing here sends.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import clock, journal, undo
from crm.batches import letters, queries
from crm.batches.fields import clean
from crm.batches.making.service import Made, copy, create
from crm.batches.queries import LIVE, Addressee
from crm.batches.starters import NAMES
from crm.batches.wording.keys import key_of
from crm.batches.writing import queries as words
from crm.errors import Refused
from crm.journal import SYSTEM, Actor
from crm.models.accounts import Competitor, Project
from crm.models.batches import Batch, Enrollment, PitchTemplate
from crm.models.mail import Touch
from crm.models.mailboxes import Mailbox
from crm.models.prospects import Prospect
from crm.prospects.service import set_stage
from crm.vocabulary import Angle, BatchState, EnrollmentState, Stage, StopReason, TouchState

__all__ = ["Made", "NeedsData", "Rendered", "approve", "copy", "create", "pause", "render_touch", "resume", "stop"]


class NeedsData(Refused):
    """A mail that must not leave as it stands; the message says what is missing."""


@dataclass(frozen=True)
class Rendered:
    """The words of one mail, without the closing lines."""

    subject: str
    body: str


def approve(s: Session, batch: Batch, actor: Actor, now: datetime | None = None) -> int:
    """Start the sequence for everybody who is ready; the held wait and do not block. Returns how many started.

    Raises Refused with every blocker in one sentence. The act can be undone until the first mail has left.
    """
    now = now or clock.now()
    project = s.get_one(Project, batch.project_id)
    view = queries.composition(s, batch)
    if not view.verdict.ok:
        raise Refused(" ".join(f.words for f in view.verdict.blockers))
    mailbox = view.mailbox
    assert mailbox is not None  # judged above
    ready, held = view.ready, view.held  # before their states change
    for addressee in held:
        addressee.enrollment.state, addressee.enrollment.hold_reason = EnrollmentState.HELD.value, addressee.held
    for addressee in ready:
        _start(s, project, batch, mailbox, addressee, now, actor)
    batch.state, batch.paused_reason = BatchState.RUNNING.value, None
    batch.approved_at, batch.approved_by = batch.approved_at or now, actor.id or actor.kind
    data = {"started": len(ready), "held": len(held), "start_at": str(batch.start_at or now)}
    journal.record(s, "batch.approved", batch, project=project, actor=actor, batch_id=batch.id, data=data)
    s.flush()
    return len(ready)


def offer_undo(s: Session, batch: Batch, n: int, user_id: int | None = None) -> str:
    """A token that takes the approval back as long as no mail has left."""
    words = f"Scheduled {n} in {batch.name}"
    return undo.offer(s, "batch.approve", {"batch": batch.id}, words, project_id=batch.project_id, user_id=user_id)


def steer(s: Session, batch: Batch, verb: str, actor: Actor, reason: str = "") -> str:
    """Pause, resume or stop by name; returns what happened in words."""
    if verb == "pause":
        pause(s, batch, reason, actor)
        return f"Paused {batch.name}. Nothing of it leaves until you resume."
    if verb == "resume":
        resume(s, batch, actor)
        return f"Resumed {batch.name}."
    return f"Stopped {batch.name} for {stop(s, batch, actor)} people. No follow-up leaves."


def pause(s: Session, batch: Batch, reason: str, actor: Actor) -> None:
    """Nothing of this batch leaves until it is resumed."""
    if batch.state != BatchState.RUNNING:
        raise Refused(f"{batch.name} is not running.")
    batch.state, batch.paused_reason = BatchState.PAUSED.value, clean(reason) or "paused by hand"
    _note(s, "batch.paused", batch, actor, {"reason": batch.paused_reason})


def resume(s: Session, batch: Batch, actor: Actor) -> None:
    """Go on where it stopped; overdue mails are planned anew by the outbox."""
    if batch.state != BatchState.PAUSED:
        raise Refused(f"{batch.name} is not paused.")
    batch.state, batch.paused_reason = BatchState.RUNNING.value, None
    _note(s, "batch.resumed", batch, actor, {})


def stop(s: Session, batch: Batch, actor: Actor) -> int:
    """End the batch for everybody for good; no follow-up leaves. Returns how many sequences were stopped."""
    live = list(s.scalars(select(Enrollment).where(Enrollment.batch_id == batch.id, Enrollment.state.in_(LIVE))))
    for enrollment in live:
        enrollment.state, enrollment.stopped_at = EnrollmentState.STOPPED.value, clock.now()
        enrollment.stop_reason = StopReason.BY_HAND.value
        _cancel_touches(s, enrollment, "the batch was stopped")
    batch.state, batch.finished_at = BatchState.DONE.value, clock.now()
    _note(s, "batch.stopped", batch, actor, {"stopped": len(live)})
    return len(live)


def render_touch(s: Session, enrollment: Enrollment, step_no: int) -> Rendered:
    """The words of one mail as they must leave now. The preview shows the same. Raises NeedsData when something is
    missing or wrong for this recipient; the message says what."""
    loaded = words.loaded(s, enrollment.id)
    batch = s.get_one(Batch, loaded.batch_id)
    mailbox_id = loaded.mailbox_id or batch.mailbox_id
    mailbox = s.get(Mailbox, mailbox_id) if mailbox_id else None
    steps = words.steps_of(s, batch, loaded.variant)
    if not 1 <= step_no <= len(steps):
        raise NeedsData(f"{batch.name} has no mail {step_no}.")
    person = words.recipient_of(loaded, s.get_one(Project, batch.project_id), batch, mailbox)
    made = letters.letter(person, steps, step_no, words.first_subject(s, loaded) if step_no > 1 else "")
    wrong = [f.words for f in letters.remarks(made, person) if f.level == "error"]
    if wrong:
        raise NeedsData(" ".join(wrong))
    return Rendered(made.subject, made.body)


def _start(
    s: Session, project: Project, batch: Batch, mailbox: Mailbox, addressee: Addressee, now: datetime, actor: Actor
) -> None:
    e = addressee.enrollment
    zone, assumed = queries.zone_of(e, mailbox)
    e.state, e.hold_reason, e.mailbox_id = EnrollmentState.ACTIVE.value, None, mailbox.id
    e.time_zone, e.time_zone_assumed = zone, assumed
    e.snapshot = _snapshot(s, batch, addressee)
    due = max(now, batch.start_at) if batch.start_at else now
    s.add(Touch(enrollment_id=e.id, step_no=1, generation=e.generation, time_zone=zone, due_at=due, created_at=now))
    set_stage(s, e.prospect, Stage.IN_BATCH, f"scheduled in {batch.name}", actor)
    s.flush()


def _snapshot(s: Session, batch: Batch, addressee: Addressee) -> dict[str, Any]:
    """What the model learns from and what the mails say, as they stood when the person approved them."""
    e = addressee.enrollment
    p, page = e.prospect, e.prospect.best_page
    rival = s.get(Competitor, page.competitor_id) if page and page.competitor_id else None
    template = s.get(PitchTemplate, batch.template_id) if batch.template_id else None
    named = (batch.settings or {}).get("wordings", {}).get(e.variant)
    return {
        "link_type": p.link_type,
        "angle": batch.angle,
        "relevance": p.relevance,
        "value": p.value,
        "worth": p.worth,
        "chance": p.chance,
        "score": p.score,
        "dr": p.dr,
        "traffic": p.traffic,
        "overlap": p.overlap,
        "contact_kind": e.contact.kind if e.contact else "unknown",
        "competitor": rival.domain if rival else None,
        "target_page": p.target_page.url if p.target_page else None,
        "template": named or (template.name if template else NAMES[Angle(batch.angle)]),
        "wording": key_of(words.steps_of(s, batch, e.variant)[0]),
        "fields": dict(addressee.letters[0].values),
    }


def _cancel_touches(s: Session, enrollment: Enrollment, reason: str) -> None:
    query = select(Touch).where(Touch.enrollment_id == enrollment.id, Touch.state == TouchState.PLANNED.value)
    for touch in s.scalars(query):
        touch.state, touch.state_reason = TouchState.CANCELLED.value, reason


def _note(s: Session, kind: str, batch: Batch, actor: Actor, data: dict[str, Any]) -> None:
    project = s.get_one(Project, batch.project_id)
    journal.record(s, kind, batch, project=project, actor=actor, batch_id=batch.id, data=data)


@undo.handler("batch.approve")
def _take_approval_back(s: Session, params: dict[str, Any]) -> None:
    """Everybody goes back to the draft under a new generation, so that an old plan can never be sent."""
    batch = s.get_one(Batch, params["batch"])
    if queries.has_left(s, batch):
        raise Refused("A mail of this batch has left already. Pause or stop it instead.")
    for e in s.scalars(select(Enrollment).where(Enrollment.batch_id == batch.id, Enrollment.state.in_(LIVE))):
        _cancel_touches(s, e, "the approval was taken back")
        e.state, e.generation = EnrollmentState.DRAFT.value, e.generation + 1
        e.snapshot = {}
        set_stage(s, s.get_one(Prospect, e.prospect_id), Stage.READY, "the approval was taken back", SYSTEM)
    batch.state, batch.approved_at, batch.approved_by = BatchState.DRAFT.value, None, None
    _note(s, "batch.approval_undone", batch, SYSTEM, {})
