"""Verbs on pitch templates: a change is a new version, so that results stay with the words that won them."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm import clock, journal
from crm.batches.fields import clean
from crm.batches.render import Problem, check_source
from crm.batches.starters import MAX_STEPS, Step
from crm.errors import BadInput
from crm.journal import Actor
from crm.models.accounts import Project
from crm.models.batches import PitchTemplate
from crm.vocabulary import Angle


def check(steps: Sequence[Step]) -> list[tuple[int, str, Problem]]:
    """Everything that is wrong with a sequence: (step, "subject" or "body", problem)."""
    found = []
    for number, step in enumerate(steps, 1):
        for part, text in (("subject", step.subject), ("body", step.body)):
            found += [(number, part, problem) for problem in check_source(text)]
    return found


def save(s: Session, project: Project, name: str, angle: Angle, steps: Sequence[Step], actor: Actor) -> PitchTemplate:
    """A new template, or the next version of the one with this name. Raises BadInput naming step, part and line."""
    name = clean(name)
    if not name:
        raise BadInput("Give the template a name.", field="name")
    if not 1 <= len(steps) <= MAX_STEPS or not steps[0].subject.strip() or not all(x.body.strip() for x in steps):
        raise BadInput("A template has a subject, a first mail and at most two follow-ups.", field="body_1")
    for number, part, problem in check(steps):
        raise BadInput(f"Mail {number}, {part}: {problem.words}", field=f"{part}_{number}")
    same = select(func.max(PitchTemplate.version)).where(
        PitchTemplate.organisation_id == project.organisation_id, PitchTemplate.name == name
    )
    row = PitchTemplate(
        organisation_id=project.organisation_id,
        name=name,
        angle=angle.value,
        version=(s.scalar(same) or 0) + 1,
        steps=[step.to_dict() for step in steps],
        created_at=clock.now(),
    )
    s.add(row)
    s.flush()
    journal.record(s, "template.saved", row, project=project, actor=actor, data={"version": row.version})
    return row


def retire(s: Session, project: Project, template: PitchTemplate, actor: Actor) -> None:
    """Take every version out of the choice; batches that used it keep their words."""
    query = select(PitchTemplate).where(
        PitchTemplate.organisation_id == template.organisation_id, PitchTemplate.name == template.name
    )
    for row in s.scalars(query):
        row.retired_at = row.retired_at or clock.now()
    journal.record(s, "template.retired", template, project=project, actor=actor)
