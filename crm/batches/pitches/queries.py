"""Templates by angle with what they have won. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.batches.fields import Facts, values
from crm.batches.openings import propose
from crm.batches.pitches.rates import Share
from crm.batches.render import NotRendered, render
from crm.batches.starters import NAMES, Step, starter
from crm.errors import NotFound
from crm.models.accounts import Project
from crm.models.batches import Batch, Enrollment, PitchTemplate
from crm.models.mail import Message
from crm.models.outcomes import Placement
from crm.vocabulary import Angle, MessageState, PlacementState

EXAMPLE = Facts(
    first_name="Ines",
    full_name="Ines Vidal",
    role="editor",
    site="freelancestack.example",
    page_url="https://freelancestack.example/invoicing-kit",
    page_title="Invoicing and hours, the complete kit",
    anchor="free hourly rate worksheet",
    ctx_before="Before you quote a fixed price, fill in the",
    ctx_after="and round up to the next ten.",
    competitor_url="https://timeforge.example/rate-sheet",
    dead_since="3 November 2026",
    target_url="https://tidyclock.example/rate-worksheet",
    target_title="Hourly rate worksheet",
    target_kind="asset",
    target_text="Admin hours and holidays count too: 41% of the invoices we looked at left them out.",
    topic="hourly rates for freelancers",
    keywords=("admin hours", "holidays"),
    brand="Tidyclock",
    own_site="tidyclock.example",
    sender_name="Mara Lindt",
)


@dataclass(frozen=True)
class Shown:
    """A template (own or starter) as the screens show it. `key` is its name in addresses."""

    key: str
    name: str
    angle: Angle
    steps: tuple[Step, ...]
    version: int
    starter: bool
    won: Share
    row: PitchTemplate | None = None


@dataclass(frozen=True)
class Example:
    """One mail of a template, filled with invented people; `problem` instead when it cannot be."""

    subject: str
    body: str
    problem: str = ""


def templates(s: Session, project: Project) -> dict[Angle, list[Shown]]:
    """All templates by angle: own ones in their newest version, then the starter."""
    won = _won(s, project)
    made: dict[Angle, list[Shown]] = {angle: [] for angle in Angle}
    for row in own(s, project):
        made[Angle(row.angle)].append(_shown(row, won))
    for angle in Angle:
        made[angle].append(_starter(angle, won))
    return made


def own(s: Session, project: Project) -> list[PitchTemplate]:
    """The organisation's own templates, newest version of each name."""
    rows = s.scalars(
        select(PitchTemplate)
        .where(PitchTemplate.organisation_id == project.organisation_id, PitchTemplate.retired_at.is_(None))
        .order_by(PitchTemplate.name, PitchTemplate.version)
    )
    return list({row.name: row for row in rows}.values())


def versions(s: Session, template: PitchTemplate) -> list[PitchTemplate]:
    """Every version of one template, the newest first."""
    query = select(PitchTemplate).where(
        PitchTemplate.organisation_id == template.organisation_id, PitchTemplate.name == template.name
    )
    return list(s.scalars(query.order_by(PitchTemplate.version.desc())))


def find(s: Session, project: Project, key: str) -> Shown:
    """A template by its public id, its name, or the angle of a starter. Raises NotFound."""
    won = _won(s, project)
    if key in set(Angle):
        return _starter(Angle(key), won)
    query = select(PitchTemplate).where(
        PitchTemplate.organisation_id == project.organisation_id,
        (PitchTemplate.public_id == key) | (PitchTemplate.name == key),
    )
    row = s.scalar(query.order_by(PitchTemplate.version.desc()).limit(1))
    if row is None:
        raise NotFound(f"There is no template “{key}”. See `flask template list`.")
    return _shown(row, won)


def examples(steps: Sequence[Step], angle: Angle) -> list[Example]:
    """Each mail of a sequence, filled with invented people and pages."""
    made = values(EXAMPLE, {"opening_line": propose(EXAMPLE, angle).text})
    found: list[Example] = []
    for step in steps:
        try:
            subject = render(step.subject, made) if not found else f"Re: {found[0].subject}"
            found.append(Example(subject, render(step.body, made)))
        except NotRendered as error:
            found.append(Example("", "", str(error)))
    return found


def _shown(row: PitchTemplate, won: dict[tuple[int | None, str], Share]) -> Shown:
    steps = tuple(Step(**step) for step in row.steps)
    share = won.get((row.id, row.angle), Share(0, 0))
    return Shown(row.public_id, row.name, Angle(row.angle), steps, row.version, False, share, row)


def _starter(angle: Angle, won: dict[tuple[int | None, str], Share]) -> Shown:
    share = won.get((None, angle.value), Share(0, 0))
    return Shown(angle.value, NAMES[angle], angle, starter(angle), 1, True, share)


def _won(s: Session, project: Project) -> dict[tuple[int | None, str], Share]:
    """Links placed of people mailed, by template version (None: the starter) and angle."""
    people = func.count(func.distinct(Enrollment.id))
    mailed = (
        select(Batch.template_id, Batch.angle, people)
        .join(Enrollment, Enrollment.batch_id == Batch.id)
        .join(Message, Message.enrollment_id == Enrollment.id)
        .where(Batch.project_id == project.id, Message.state == MessageState.SENT.value)
        .group_by(Batch.template_id, Batch.angle)
    )
    live = (PlacementState.LIVE.value, PlacementState.CHANGED.value, PlacementState.LOST.value)
    placed = (
        select(Batch.template_id, Batch.angle, people)
        .join(Enrollment, Enrollment.batch_id == Batch.id)
        .join(Placement, Placement.enrollment_id == Enrollment.id)
        .where(Batch.project_id == project.id, Placement.state.in_(live), Placement.live_at.is_not(None))
        .group_by(Batch.template_id, Batch.angle)
    )
    wins = {(template, angle): n for template, angle, n in s.execute(placed)}
    return {(t, a): Share(min(n, wins.get((t, a), 0)), n) for t, a, n in s.execute(mailed)}
