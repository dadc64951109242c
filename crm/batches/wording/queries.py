"""What the wordings of a batch have brought, counted over every batch in which they stood against each other."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm import clock
from crm.batches.starters import Step
from crm.batches.wording.keys import LETTERS, RIPE_DAYS, key_of
from crm.batches.writing.queries import first_mails
from crm.learning.variants import Variant, compare
from crm.models.accounts import Project
from crm.models.batches import Batch, BatchStep, Enrollment
from crm.models.mail import Message
from crm.models.outcomes import Outcome
from crm.vocabulary import MessageState, OutcomeKind

NO_ANSWER = (OutcomeKind.SENT.value, OutcomeKind.NO_ANSWER.value)
POSITIVE = frozenset({OutcomeKind.INTERESTED.value, OutcomeKind.PLACED.value, OutcomeKind.WANTS_GUEST_POST.value})


@dataclass(frozen=True)
class Counted:
    """First mails of a wording: those that left and arrived, those old enough to judge, and the answers to these."""

    sent: int = 0
    ripe: int = 0
    replied: int = 0
    positive: int = 0


@dataclass(frozen=True)
class Wording:
    """One wording with what it brought. `shares_body`: its text is that of wording A."""

    letter: str
    step: Step
    key: str
    template: str
    shares_body: bool
    people: int
    counted: Counted
    result: Variant


@dataclass(frozen=True)
class Test:
    """The same wordings against each other in one or more batches."""

    batches: tuple[Batch, ...]
    wordings: tuple[Wording, ...]

    @property
    def decided(self) -> bool:
        """Whether one of them is the best with 95 % or more."""
        return any(w.result.wins for w in self.wordings)


def of_batch(s: Session, batch: Batch) -> tuple[Wording, ...]:
    """The wordings of a batch by letter; one when nothing is tested."""
    mails = first_mails(s, batch)
    counted = _counted(s, batch.project_id) if len(mails) > 1 else {}
    own = {row.variant: row.body for row in s.scalars(_firsts(batch))}
    dealt = select(Enrollment.variant, func.count()).where(Enrollment.batch_id == batch.id)
    people: dict[str, int] = dict(s.execute(dealt.group_by(Enrollment.variant)).all())
    names = (batch.settings or {}).get("wordings", {})
    found = [counted.get(key_of(step), Counted()) for step in mails.values()]
    results = compare([(letter, c.ripe, c.replied) for letter, c in zip(mails, found, strict=True)])
    return tuple(
        Wording(letter, step, key_of(step), names.get(letter, ""), not own.get(letter), people.get(letter, 0), c, r)
        for (letter, step), c, r in zip(mails.items(), found, results, strict=True)
    )


def tests(s: Session, project: Project, limit: int = 20) -> list[Test]:
    """Every test of the project, the newest first; batches with the same wordings are one test."""
    query = select(Batch).where(Batch.project_id == project.id, Batch.id.in_(_tested()), Batch.approved_at.is_not(None))
    grouped: dict[tuple[str, ...], list[Batch]] = {}
    for batch in s.scalars(query.order_by(Batch.id.desc())):
        keys = tuple(sorted(key_of(step) for step in first_mails(s, batch).values()))
        grouped.setdefault(keys, []).append(batch)
    return [Test(tuple(batches), of_batch(s, batches[0])) for batches in list(grouped.values())[:limit]]


def mailed_with(s: Session, project_id: int, key: str) -> set[int]:
    """Enrollments whose first mail had this wording."""
    return {e for e, snapshot, *_ in _mailed(s, project_id) if snapshot.get("wording") == key}


def _tested() -> Any:
    return select(BatchStep.batch_id).where(BatchStep.step_no == 1, BatchStep.variant != LETTERS[0])


def _firsts(batch: Batch) -> Any:
    return select(BatchStep).where(BatchStep.batch_id == batch.id, BatchStep.step_no == 1)


def _mailed(s: Session, project_id: int) -> list[tuple[int, dict[str, Any], datetime]]:
    """(enrollment, what was frozen, when the first mail left) over all batches under test."""
    query = (
        select(Enrollment.id, Enrollment.snapshot, func.min(Message.sent_at))
        .join(Batch, Batch.id == Enrollment.batch_id)
        .join(Message, Message.enrollment_id == Enrollment.id)
        .where(
            Batch.project_id == project_id,
            Batch.id.in_(_tested()),
            Message.step_no == 1,
            Message.state == MessageState.SENT.value,
        )
        .group_by(Enrollment.id)
    )
    return [(e, snapshot or {}, at) for e, snapshot, at in s.execute(query) if at is not None]


def _counted(s: Session, project_id: int) -> dict[str, Counted]:
    """By wording. Mails that came back are left out; young ones are counted as sent only."""
    mailed = _mailed(s, project_id)
    heard: dict[int, set[str]] = {}
    query = select(Outcome.enrollment_id, Outcome.kind).where(
        Outcome.project_id == project_id, Outcome.enrollment_id.is_not(None), Outcome.kind.not_in(NO_ANSWER)
    )
    for enrollment_id, kind in s.execute(query.where(Outcome.replaced_at.is_(None))):
        heard.setdefault(enrollment_id or 0, set()).add(kind)
    before = clock.now() - timedelta(days=RIPE_DAYS)
    found: dict[str, list[tuple[bool, set[str]]]] = {}
    for enrollment_id, snapshot, at in mailed:
        kinds = heard.get(enrollment_id, set())
        if kinds != {OutcomeKind.BOUNCED.value}:
            found.setdefault(str(snapshot.get("wording")), []).append((at <= before, kinds))
    return {key: _sum(rows) for key, rows in found.items()}


def _sum(rows: list[tuple[bool, set[str]]]) -> Counted:
    ripe = [kinds for old, kinds in rows if old]
    return Counted(len(rows), len(ripe), sum(bool(k) for k in ripe), sum(bool(k & POSITIVE) for k in ripe))
