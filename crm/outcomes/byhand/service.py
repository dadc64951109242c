"""Verbs for what happens outside of the outbox: a pitch sent elsewhere, and the day to ask again."""

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import clock, domains
from crm.errors import BadInput, Refused
from crm.journal import Actor
from crm.models.outcomes import Outcome
from crm.models.prospects import Prospect
from crm.outcomes.service import mark, remind
from crm.prospects import service as prospects
from crm.vocabulary import OutcomeKind, Stage


def log_pitch(
    s: Session,
    prospect: Prospect,
    *,
    route: str,
    note: str,
    actor: Actor,
    remind_in_days: int = 7,
    on: date | None = None,
) -> Outcome:
    """A pitch sent by contact form or social network: it counts as sent, on that day, and a reminder asks for the
    answer. Raises Refused while a batch holds the site: its mail would come on top.
    """
    if prospect.stage == Stage.IN_BATCH.value:
        raise Refused(f"{domains.display(prospect.domain)} is in a batch. Drop it there first, or it is pitched twice.")
    if on is not None and on > clock.now().date():
        raise BadInput("The day lies ahead; log the pitch once it is sent.", field="on")
    if prospect.stage in (Stage.FOUND.value, Stage.SET_ASIDE.value):
        prospects.set_stage(s, prospect, Stage.PROSPECT, f"pitched by {route}", actor)
    outcome = mark(s, prospect, OutcomeKind.SENT, actor=actor, note=f"by {route}: {note}".strip(": "))
    if on is not None and on < clock.now().date():
        outcome.at = datetime.combine(on, time(12), tzinfo=UTC)
    due = (clock.now() + timedelta(days=remind_in_days)).date()
    words = f"{domains.display(prospect.domain)}: any answer to your pitch by {route}?"
    remind(s, prospect.project_id, words, due, prospect_id=prospect.id)
    return outcome


def wake_due(s: Session) -> int:
    """Sites that said "not now" become ready again on their day; returns how many. A site that was written to or went
    another way since then is asked no more."""
    due = select(Prospect).where(Prospect.wake_on.is_not(None), Prospect.wake_on <= clock.now())
    n = 0
    for prospect in s.scalars(due.order_by(Prospect.id)):
        if prospect.stage == Stage.REPLIED.value:
            prospects.set_stage(s, prospect, Stage.READY, "said not now; the day to ask again has come")
            n += 1
        elif prospect.stage not in (Stage.READY.value, Stage.PROSPECT.value, Stage.IN_BATCH.value):
            prospect.wake_on = None
    s.flush()
    return n
