"""What the list of reminders shows. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import clock
from crm.models.accounts import Project
from crm.models.outcomes import Reminder
from crm.models.prospects import Prospect

SHOWN = 200


@dataclass(frozen=True)
class Line:
    """A reminder with the site it concerns."""

    reminder: Reminder
    prospect: Prospect | None


@dataclass(frozen=True)
class Reminders:
    """`due` until today, `coming` after it; `asleep` are sites that named a day to be asked again."""

    due: list[Line]
    coming: list[Line]
    asleep: Sequence[Prospect]
    today: date


def reminders(s: Session, project: Project) -> Reminders:
    """Everything that waits for a day, the earliest first."""
    query = (
        select(Reminder, Prospect)
        .outerjoin(Prospect, Prospect.id == Reminder.prospect_id)
        .where(Reminder.project_id == project.id, Reminder.done_at.is_(None))
        .order_by(Reminder.due_on, Reminder.id)
        .limit(SHOWN)
    )
    lines = [Line(reminder, prospect) for reminder, prospect in s.execute(query).all()]
    today = clock.now().date()
    asleep = select(Prospect).where(Prospect.project_id == project.id, Prospect.wake_on.is_not(None))
    return Reminders(
        [x for x in lines if x.reminder.due_on <= today],
        [x for x in lines if x.reminder.due_on > today],
        s.scalars(asleep.order_by(Prospect.wake_on, Prospect.id).limit(SHOWN)).all(),
        today,
    )
