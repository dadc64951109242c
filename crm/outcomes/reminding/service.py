"""Verbs on reminders: done, and later. Both can be undone."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from crm import clock, undo
from crm.errors import BadInput
from crm.models.outcomes import Reminder


def done(s: Session, reminder: Reminder, *, user_id: int | None = None) -> str:
    """Take it off the list; returns the undo token."""
    reminder.done_at = clock.now()
    s.flush()
    params = {"reminder": reminder.id, "due": reminder.due_on.isoformat()}
    return undo.offer(s, "reminder", params, "Reminder done", project_id=reminder.project_id, user_id=user_id)


def later(s: Session, reminder: Reminder, on: date, *, user_id: int | None = None) -> str:
    """Put it off to a day; returns the undo token. Raises BadInput for a day that has passed."""
    today = clock.now().date()
    if not today < on <= today + timedelta(days=3660):
        raise BadInput("Choose a day from tomorrow on.", field="on")
    params = {"reminder": reminder.id, "due": reminder.due_on.isoformat()}
    reminder.due_on = on
    s.flush()
    return undo.offer(s, "reminder", params, "Reminder put off", project_id=reminder.project_id, user_id=user_id)


@undo.handler("reminder")
def _again(s: Session, params: dict[str, Any]) -> None:
    reminder = s.get_one(Reminder, params["reminder"])
    reminder.done_at, reminder.due_on = None, date.fromisoformat(params["due"])
