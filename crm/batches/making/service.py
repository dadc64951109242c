"""Verbs that make a batch and say who is in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from crm import clock, journal, undo
from crm.batches.fields import clean
from crm.batches.queries import COMPOSING, LIVE
from crm.batches.starters import MAX_STEPS, Step, starter
from crm.batches.wording.service import deal
from crm.contacts.service import best_contact
from crm.errors import Refused
from crm.journal import SYSTEM, Actor
from crm.models.accounts import Project
from crm.models.batches import Batch, BatchStep, Enrollment, PitchTemplate
from crm.models.mailboxes import Mailbox
from crm.models.prospects import Prospect
from crm.vocabulary import Angle, BatchState, Stage

MAY_ENTER = (Stage.PROSPECT.value, Stage.READY.value)


@dataclass(frozen=True)
class Made:
    """A new batch, and who was left out and why: [(domain, reason)]."""

    batch: Batch
    left_out: tuple[tuple[str, str], ...]


def create(
    s: Session,
    project: Project,
    prospects: Iterable[Prospect],
    angle: Angle,
    template: PitchTemplate | None = None,
    mailbox: Mailbox | None = None,
    name: str = "",
    *,
    exploring: frozenset[int] = frozenset(),
    actor: Actor = SYSTEM,
) -> Made:
    """A draft for these prospects. Those without a contact or at a wrong stage are named in `left_out`, never lost in
    silence. Without a template the starter pitch of the angle is used."""
    chosen = list(prospects)
    types = {p.link_type for p in chosen}
    batch = Batch(
        project_id=project.id,
        name=clean(name) or _free_name(s, project, angle),
        angle=angle.value,
        link_type=types.pop() if len(types) == 1 else None,
        mailbox_id=mailbox.id if mailbox else None,
        template_id=template.id if template else None,
        created_at=clock.now(),
    )
    s.add(batch)
    s.flush()
    steps = [Step(**step) for step in template.steps] if template else list(starter(angle))
    for number, step in enumerate(steps[:MAX_STEPS], 1):
        s.add(
            BatchStep(
                batch_id=batch.id, step_no=number, subject=step.subject, body=step.body, delay_days=step.delay_days
            )
        )
    left_out = _enroll(s, project, batch, chosen, exploring)
    journal.record(s, "batch.created", batch, project=project, actor=actor, batch_id=batch.id)
    return Made(batch, tuple(left_out))


def must_hold_somebody(made: Made, n_asked: int) -> None:
    """Raise Refused when nobody of those asked for could be enrolled; an empty batch helps nobody."""
    if n_asked and len(made.left_out) == n_asked:
        some = "; ".join(f"{domain}: {why}" for domain, why in made.left_out[:3])
        raise Refused(f"Nobody here can be mailed yet ({some}). Find contacts first, then make the batch.")


def add_prospects(s: Session, batch: Batch, prospects: Iterable[Prospect]) -> tuple[tuple[str, str], ...]:
    """Take more people into a batch; returns who could not be taken, and why."""
    _must_be_open(batch)
    return tuple(_enroll(s, s.get_one(Project, batch.project_id), batch, list(prospects), frozenset()))


def drop(s: Session, batch: Batch, enrollment: Enrollment, actor: Actor) -> str:
    """Take a person out of a batch before anything was sent. Returns an undo token."""
    if enrollment.state not in COMPOSING:
        raise Refused("This person is in the running sequence; stop it there instead.")
    kept = {"batch": batch.id, "prospect": enrollment.prospect_id, "fields": enrollment.fields}
    domain, project_id = enrollment.root_domain, batch.project_id
    s.delete(enrollment)
    s.flush()
    journal.record(s, "batch.dropped", batch, project=s.get_one(Project, project_id), actor=actor, data=kept)
    return undo.offer(s, "batch.drop", {**kept, "words": enrollment.words}, f"Dropped {domain}", project_id=project_id)


def copy(s: Session, project: Project, batch: Batch, actor: Actor) -> Batch:
    """A new draft with the same words, angle and mailbox. No people, no dates, no state of the old one."""
    new = Batch(
        project_id=project.id,
        name=_free_name(s, project, Angle(batch.angle)),
        angle=batch.angle,
        link_type=batch.link_type,
        mailbox_id=batch.mailbox_id,
        template_id=batch.template_id,
        settings={name: dict((batch.settings or {}).get(name, {})) for name in ("fields", "wordings")},
        created_at=clock.now(),
    )
    s.add(new)
    s.flush()
    for step in s.scalars(select(BatchStep).where(BatchStep.batch_id == batch.id)):
        s.add(
            BatchStep(
                batch_id=new.id,
                step_no=step.step_no,
                variant=step.variant,
                subject=step.subject,
                body=step.body,
                delay_days=step.delay_days,
            )
        )
    journal.record(
        s, "batch.copied", new, project=project, actor=actor, batch_id=new.id, data={"from": batch.public_id}
    )
    return new


def discard(s: Session, batch: Batch, actor: Actor) -> None:
    """Delete a draft from which nothing was ever scheduled; its prospects are free again."""
    if batch.state != BatchState.DRAFT or batch.approved_at is not None:
        raise Refused("Only a draft can be deleted. A batch that ran is kept as history.")
    journal.record(
        s,
        "batch.discarded",
        batch,
        project=s.get_one(Project, batch.project_id),
        actor=actor,
        data={"name": batch.name},
    )
    s.execute(delete(Enrollment).where(Enrollment.batch_id == batch.id))
    s.execute(delete(BatchStep).where(BatchStep.batch_id == batch.id))
    s.delete(batch)


def _enroll(
    s: Session, project: Project, batch: Batch, prospects: list[Prospect], exploring: frozenset[int]
) -> list[tuple[str, str]]:
    """Enroll each prospect with its best contact; returns those left out with the reason."""
    there = list(s.execute(select(Enrollment.prospect_id, Enrollment.person_id).where(Enrollment.batch_id == batch.id)))
    known, people = {row[0] for row in there}, {row[1] for row in there}
    busy = _busy(s, project, [p.id for p in prospects])
    left_out, made = [], []
    for prospect in prospects:
        contact = best_contact(s, prospect)
        reason = _why_not(prospect, known, busy)
        if not reason and contact is None:
            reason = "no contact yet"
        if not reason and contact is not None and contact.person_id in people:
            reason = "the same person stands for another site of this batch"
        if reason or contact is None:
            left_out.append((prospect.domain, reason))
            continue
        people.add(contact.person_id)
        known.add(prospect.id)
        made.append(
            Enrollment(
                organisation_id=project.organisation_id,
                batch_id=batch.id,
                prospect_id=prospect.id,
                contact_id=contact.id,
                person_id=contact.person_id,
                root_domain=prospect.domain,
                exploring=prospect.id in exploring,
                created_at=clock.now(),
            )
        )
    s.add_all(made)
    s.flush()
    deal(s, batch, made)
    return left_out


def _why_not(prospect: Prospect, known: set[int], busy: dict[int, str]) -> str:
    if prospect.id in known:
        return "already in this batch"
    if prospect.id in busy:
        return f"in the batch {busy[prospect.id]}"
    if prospect.stage not in MAY_ENTER:
        return f"its stage is {prospect.stage.replace('_', ' ')}"
    return ""


def _busy(s: Session, project: Project, ids: list[int]) -> dict[int, str]:
    """Prospects that another open batch holds, with its name."""
    query = (
        select(Enrollment.prospect_id, Batch.name)
        .join(Batch, Batch.id == Enrollment.batch_id)
        .where(
            Batch.project_id == project.id, Enrollment.prospect_id.in_(ids), Enrollment.state.in_((*COMPOSING, *LIVE))
        )
    )
    return {row.prospect_id: row.name for row in s.execute(query)}


def _must_be_open(batch: Batch) -> None:
    if batch.state == BatchState.DONE:
        raise Refused(f"{batch.name} has ended. Copy it to go on with its words.")


def _free_name(s: Session, project: Project, angle: Angle) -> str:
    stem = angle.value.replace("_", " ").capitalize() if angle is not Angle.PR else "Digital PR"
    n = s.scalar(select(func.count(Batch.id)).where(Batch.project_id == project.id, Batch.angle == angle.value)) or 0
    return f"{stem} {n + 1}"


@undo.handler("batch.drop")
def _take_drop_back(s: Session, params: dict[str, Any]) -> None:
    prospect, batch = s.get_one(Prospect, params["prospect"]), s.get_one(Batch, params["batch"])
    if _enroll(s, s.get_one(Project, batch.project_id), batch, [prospect], frozenset()):
        raise Refused("This prospect cannot go back into the batch any more.")
    query = select(Enrollment).where(Enrollment.batch_id == batch.id, Enrollment.prospect_id == prospect.id)
    back = s.scalars(query).one()
    back.fields, back.words = params["fields"], params["words"]
