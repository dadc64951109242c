"""Verbs on the wordings of a batch: add, change, take away, and deal them out to its people."""

from collections.abc import Iterable

import numpy as np
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from crm import clock
from crm.batches.queries import COMPOSING, LIVE
from crm.batches.render import check_source
from crm.batches.starters import Step
from crm.batches.wording import queries
from crm.batches.wording.keys import LETTERS, key_of, next_letter
from crm.batches.writing.queries import first_mails
from crm.errors import BadInput, NotFound, Refused
from crm.learning.variants import next_variant
from crm.models.batches import Batch, BatchStep, Enrollment
from crm.models.mail import Message
from crm.vocabulary import MessageState


def add(s: Session, batch: Batch, subject: str, body: str = "", *, template: str = "") -> str:
    """One more wording of the first mail; an empty text is that of wording A. Everybody who is not scheduled yet is
    dealt a wording anew. Returns its letter; raises Refused for a fourth, BadInput for words that cannot be used."""
    mails = first_mails(s, batch)
    letter = next_letter(set(mails))
    if not letter:
        raise Refused("Three wordings are the most: with more, none of them ever gets enough answers.")
    step = _checked(mails, letter, subject, body)
    s.add(BatchStep(batch_id=batch.id, step_no=1, variant=letter, subject=step.subject, body=step.body))
    _name(batch, letter, template)
    s.flush()
    deal(s, batch, _composing(s, batch))
    return letter


def edit(s: Session, batch: Batch, letter: str, subject: str, body: str) -> None:
    """Change wording B or C; mails that are frozen keep theirs."""
    row, step = _row(s, batch, letter), _checked(first_mails(s, batch), letter, subject, body)
    if (row.subject, row.body) == (step.subject, step.body):
        return
    if row.body.strip() != step.body.strip():
        _name(batch, letter, "")
    row.subject, row.body, row.version = step.subject, step.body, row.version + 1
    batch.settings = {**(batch.settings or {}), "saved_at": clock.now().isoformat()}
    s.flush()
    refresh(s, batch)


def remove(s: Session, batch: Batch, letter: str) -> None:
    """Take wording B or C away; its people are dealt another. Refused once somebody is scheduled with it."""
    _row(s, batch, letter)
    used = select(Enrollment.id).where(
        Enrollment.batch_id == batch.id, Enrollment.variant == letter, Enrollment.state.not_in(COMPOSING)
    )
    if s.scalar(used.limit(1)):
        raise Refused(f"Somebody is scheduled with wording {letter} already. Copy the batch to go on without it.")
    of = (BatchStep.batch_id == batch.id, BatchStep.step_no == 1, BatchStep.variant == letter)
    s.execute(delete(BatchStep).where(*of))
    _name(batch, letter, "")
    s.flush()
    deal(s, batch, _composing(s, batch))


def deal(s: Session, batch: Batch, people: Iterable[Enrollment]) -> None:
    """Give each of these people a wording by one Thompson draw on the answers that are old enough to judge.

    The draw hangs on the person and on what is known, so the same call deals the same. Who was dealt another wording
    than before has to be read again.
    """
    found = queries.of_batch(s, batch)
    counts = [(w.letter, w.counted.ripe, w.counted.replied) for w in found]
    for e in people:
        rng = np.random.default_rng([batch.id, e.id, len(counts)])
        dealt = next_variant(counts, rng) if len(counts) > 1 else LETTERS[0]
        if dealt != e.variant:
            e.variant, e.reviewed_at = dealt, None
    s.flush()


def refresh(s: Session, batch: Batch) -> None:
    """After an edit: scheduled people whose first mail is not frozen yet will get the new words, and count for them."""
    frozen = select(Message.enrollment_id).where(
        Message.enrollment_id.is_not(None), Message.step_no == 1, Message.state != MessageState.CANCELLED.value
    )
    query = select(Enrollment).where(
        Enrollment.batch_id == batch.id, Enrollment.state.in_(LIVE), Enrollment.id.not_in(frozen)
    )
    mails = first_mails(s, batch)
    for e in s.scalars(query):
        e.snapshot = {**(e.snapshot or {}), "wording": key_of(mails.get(e.variant, mails[LETTERS[0]]))}


def _composing(s: Session, batch: Batch) -> list[Enrollment]:
    query = select(Enrollment).where(Enrollment.batch_id == batch.id, Enrollment.state.in_(COMPOSING))
    return list(s.scalars(query.order_by(Enrollment.id)))


def _checked(mails: dict[str, Step], letter: str, subject: str, body: str) -> Step:
    """The words as they are stored; raises BadInput. A text equal to that of A is not stored twice."""
    subject, body = " ".join(subject.split()), body.replace("\r\n", "\n").strip()
    faults = [("subject", p) for p in check_source(subject)] + [("body", p) for p in check_source(body)]
    if faults:
        raise BadInput(faults[0][1].words, field=faults[0][0])
    if not subject:
        raise BadInput("A wording needs a subject.", field="subject")
    first = mails[LETTERS[0]].body
    own = "" if body == first.strip() else f"{body}\n" if body else ""
    made = Step(subject, own or first, 0)
    same = next((n for n, step in mails.items() if n != letter and key_of(step) == key_of(made)), "")
    if same:
        raise BadInput(f"Wording {same} has this subject and text already.", field="subject")
    return Step(subject, own, 0)


def _row(s: Session, batch: Batch, letter: str) -> BatchStep:
    query = select(BatchStep).where(BatchStep.batch_id == batch.id, BatchStep.step_no == 1, BatchStep.variant == letter)
    row = s.scalar(query)
    if row is None or letter == LETTERS[0]:
        raise NotFound(f"This batch has no further wording {letter}.")
    return row


def _name(batch: Batch, letter: str, template: str) -> None:
    """Note (or forget) the template that a wording came from: learning counts its people under that name."""
    settings = dict(batch.settings or {})
    others = {n: name for n, name in settings.get("wordings", {}).items() if n != letter}
    batch.settings = {**settings, "wordings": {**others, **({letter: template} if template else {})}}
