"""Verbs on effort: count seconds, note, correct, remove, and say what an hour costs."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm import clock
from crm.errors import NotFound
from crm.models.accounts import Project
from crm.models.batches import Batch
from crm.models.prospects import Effort, Prospect
from crm.reports.effort.forms import Entry
from crm.reports.effort.queries import COUNTED
from crm.reports.money.queries import currency_of

MOST_A_DAY = 12 * 60.0  # minutes that one person's screens may count in a day


def count(s: Session, kind: str, subject: Prospect | Batch, seconds: int, user_id: int) -> None:
    """Add seconds in front of this page to today's entry of this person. Beyond twelve hours a day nothing counts."""
    now = clock.now()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    today = (Effort.by_user_id == user_id, Effort.note == COUNTED, Effort.at >= midnight)
    if (s.scalar(select(func.sum(Effort.minutes)).where(*today)) or 0.0) >= MOST_A_DAY:
        return
    own = (Effort.subject_type == kind, Effort.subject_id == subject.id, Effort.project_id == subject.project_id)
    entry = s.scalar(select(Effort).where(*own, *today).order_by(Effort.id.desc()).limit(1))
    if entry is None:
        entry = _new(s, kind, subject, user_id, COUNTED)
    entry.minutes, entry.at = entry.minutes + seconds / 60, now
    s.flush()


def note(s: Session, kind: str, subject: Prospect | Batch, given: Entry, user_id: int) -> Effort:
    """Minutes or money written down by hand."""
    made = _new(s, kind, subject, user_id, given.note)
    made.minutes, made.amount_minor = given.minutes, given.amount_minor
    s.flush()
    return made


def correct(s: Session, kind: str, subject: Prospect | Batch, entry_id: int, given: Entry) -> None:
    """Other figures for an entry. Raises NotFound."""
    entry = _entry(s, kind, subject, entry_id)
    entry.minutes, entry.amount_minor = given.minutes, given.amount_minor
    if entry.note != COUNTED:
        entry.note = given.note


def remove(s: Session, kind: str, subject: Prospect | Batch, entry_id: int) -> None:
    """Take an entry away. Raises NotFound."""
    s.delete(_entry(s, kind, subject, entry_id))


def set_costs(s: Session, project: Project, hour: float, currency: str) -> None:
    """What an hour of work costs, and the currency in which costs are added up."""
    project.settings = {**project.settings, "costs": {"hour": hour, "currency": currency}}
    s.flush()


def _new(s: Session, kind: str, subject: Prospect | Batch, user_id: int, words: str) -> Effort:
    project = s.get_one(Project, subject.project_id)
    made = Effort(
        project_id=project.id, subject_type=kind, subject_id=subject.id, minutes=0.0, amount_minor=0,
        currency=currency_of(project), note=words, at=clock.now(), by_user_id=user_id,
    )  # fmt: skip
    s.add(made)
    return made


def _entry(s: Session, kind: str, subject: Prospect | Batch, entry_id: int) -> Effort:
    query = select(Effort).where(
        Effort.id == entry_id,
        Effort.project_id == subject.project_id,
        Effort.subject_type == kind,
        Effort.subject_id == subject.id,
    )
    found = s.scalar(query)
    if found is None:
        raise NotFound("There is no such entry.")
    return found
