"""Verbs on the words of a batch: its steps, single fields, whole mails of one's own, and the review."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from crm import clock
from crm.batches.fields import FIELDS, clean
from crm.batches.queries import COMPOSING, LIVE, SKIPPED
from crm.batches.render import check_source
from crm.batches.starters import DELAYS, MAX_STEPS, starter
from crm.batches.wording.service import refresh
from crm.errors import BadInput, NotFound, Refused
from crm.models.batches import Batch, BatchStep, Enrollment
from crm.models.mail import Message, Touch
from crm.vocabulary import Angle, EnrollmentState, MessageState


def edit_step(
    s: Session, batch: Batch, step_no: int, subject: str, body: str, delay_days: int | None = None
) -> BatchStep:
    """Change the words of one step; the version grows, mails that already left keep theirs. Raises BadInput."""
    step = _step(s, batch, step_no)
    subject = " ".join(subject.split()) if step_no == 1 else ""
    faults = [("subject", p) for p in check_source(subject)] + [("body", p) for p in check_source(body)]
    if faults:
        raise BadInput(faults[0][1].words, field=faults[0][0])
    if not body.strip() or (step_no == 1 and not subject):
        raise BadInput("A mail needs a subject and a text.", field="body" if subject else "subject")
    body = body.replace("\r\n", "\n").strip() + "\n"
    if delay_days is not None and step_no > 1:
        step.delay_days = min(60, max(1, delay_days))
    if (step.subject, step.body) != (subject, body):
        step.subject, step.body, step.version = subject, body, step.version + 1
        batch.settings = {**(batch.settings or {}), "saved_at": clock.now().isoformat()}
        s.flush()
        refresh(s, batch)
    return step


def add_step(s: Session, batch: Batch) -> BatchStep:
    """One more follow-up, with the starter's words; a fourth mail is refused."""
    number = (s.scalar(select(func.max(BatchStep.step_no)).where(BatchStep.batch_id == batch.id)) or 0) + 1
    if number > MAX_STEPS:
        raise Refused("Three mails are the most: by the fourth, people unsubscribe instead of answering.")
    words = starter(Angle(batch.angle))[number - 1]
    step = BatchStep(batch_id=batch.id, step_no=number, subject="", body=words.body, delay_days=DELAYS[number - 1])
    s.add(step)
    s.flush()
    return step


def remove_step(s: Session, batch: Batch, step_no: int) -> None:
    """Take the last follow-up away; steps before it stay where they are."""
    last = s.scalar(select(func.max(BatchStep.step_no)).where(BatchStep.batch_id == batch.id)) or 1
    if step_no != last or step_no == 1:
        raise Refused("Only the last follow-up can be removed.")
    planned = select(Touch.id).join(Enrollment, Enrollment.id == Touch.enrollment_id)
    if s.scalar(planned.where(Enrollment.batch_id == batch.id, Touch.step_no == step_no).limit(1)):
        raise Refused("This follow-up is already planned for somebody. Pause the batch, or edit its words.")
    s.execute(delete(BatchStep).where(BatchStep.batch_id == batch.id, BatchStep.step_no == step_no))


def write_fields(s: Session, enrollment: Enrollment, words: Mapping[str, str]) -> None:
    """Set or clear (by an empty text) single fields for one person, such as the first line. In a running sequence they
    hold for the mails that have not left."""
    unknown = [name for name in words if name not in FIELDS]
    if unknown:
        raise BadInput(f"There is no field “{unknown[0]}”.", field=unknown[0])
    kept = {n: v for n, v in (enrollment.fields or {}).items() if n not in words}
    enrollment.fields = {**kept, **{n: clean(v) for n, v in words.items() if clean(v)}}
    _review_again(enrollment)


def write_mail(s: Session, enrollment: Enrollment, step_no: int, subject: str, body: str) -> None:
    """A mail in one's own words for one person; an empty body goes back to the batch's words."""
    if len(body) > 20_000:
        raise BadInput("The mail is longer than 20,000 characters.", field="body")
    left = select(Message.id).where(
        Message.enrollment_id == enrollment.id,
        Message.step_no == step_no,
        Message.generation == enrollment.generation,
        Message.state != MessageState.CANCELLED.value,
    )
    if s.scalar(left.limit(1)):
        raise Refused("This mail is frozen or gone already; its words cannot change any more.")
    others = {n: w for n, w in (enrollment.words or {}).items() if n != str(step_no)}
    own = {"subject": clean(subject), "body": body.replace("\r\n", "\n").strip()}
    enrollment.words = {**others, str(step_no): own} if own["body"] else others
    _review_again(enrollment)


def configure(s: Session, batch: Batch, values: Mapping[str, Any]) -> None:
    """Name, mailbox, start, words for the whole batch. Only the keys given are changed."""
    settings = dict(batch.settings or {})
    if clean(values.get("name")):
        batch.name = clean(values["name"])
    if "mailbox" in values:
        batch.mailbox_id = values["mailbox"].id if values["mailbox"] else None
    if "start_at" in values:
        batch.start_at = values["start_at"]
    if "fields" in values:
        settings["fields"] = {n: clean(v) for n, v in values["fields"].items() if n in FIELDS and clean(v)}
    if "long_allowed" in values:
        settings["long_allowed"] = bool(values["long_allowed"])
    if "override" in values:
        reason = clean(values["override"])
        batch.gate_override = {"reason": reason, "at": clock.now().isoformat()} if reason else None
    batch.settings = settings


def mark_reviewed(s: Session, enrollment: Enrollment, approved: bool) -> None:
    """A person read this mail: approved, or skipped (it is held until approved)."""
    if enrollment.state not in COMPOSING:
        raise Refused("This mail is on its way already.")
    enrollment.reviewed_at = clock.now() if approved else None
    enrollment.state = (EnrollmentState.DRAFT if approved else EnrollmentState.HELD).value
    enrollment.hold_reason = None if approved else SKIPPED


def _step(s: Session, batch: Batch, step_no: int) -> BatchStep:
    step = s.scalar(
        select(BatchStep).where(BatchStep.batch_id == batch.id, BatchStep.step_no == step_no, BatchStep.variant == "A")
    )
    if step is None:
        raise NotFound(f"This batch has no mail {step_no}.")
    return step


def _review_again(enrollment: Enrollment) -> None:
    if enrollment.state not in (*COMPOSING, *LIVE):
        raise Refused("This sequence is over; no further mail of it leaves.")
    if enrollment.state in COMPOSING:
        enrollment.reviewed_at = None
