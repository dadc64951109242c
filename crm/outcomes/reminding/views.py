"""The screen of reminders; registered on the blueprint of outcomes."""

from datetime import date

from flask import Blueprint, Response, request, url_for

from crm.accounts import access
from crm.db import reading, transaction
from crm.errors import BadInput
from crm.html import done, page, safe_next
from crm.models.outcomes import Reminder
from crm.models.prospects import Prospect
from crm.outcomes import service as outcomes
from crm.outcomes.reminding import queries, service


def register(bp: Blueprint) -> None:
    """Add the addresses of reminders to the blueprint."""
    bp.add_url_rule("/reminders", "reminders", reminders, methods=["GET"])
    bp.add_url_rule("/reminders/<public_id>/done", "finish_reminder", finish, methods=["POST"])
    bp.add_url_rule("/reminders/<public_id>/later", "put_off_reminder", put_off, methods=["POST"])
    bp.add_url_rule("/prospects/<public_id>/remind", "remind", remind, methods=["POST"])


def reminders() -> Response:
    with reading() as s:
        shown = queries.reminders(s, access.current_project(s))
    return page("links/reminders.html", d=shown)


def finish(public_id: str) -> Response:
    with transaction() as s:
        token = service.done(s, access.scoped(s, Reminder, public_id), user_id=access.user_id())
    return done("Done.", _back(), undo=token)


def put_off(public_id: str) -> Response:
    on = _day(request.form.get("on", ""))
    with transaction() as s:
        token = service.later(s, access.scoped(s, Reminder, public_id), on, user_id=access.user_id())
    return done(f"Comes back on {on:%d %b %Y}.", _back(), undo=token)


def remind(public_id: str) -> Response:
    on, text = _day(request.form.get("on", "")), request.form.get("text", "").strip()
    with transaction() as s:
        prospect = access.scoped(s, Prospect, public_id)
        words = f"{prospect.domain}: {text or 'look at it again'}"[:500]
        outcomes.remind(s, prospect.project_id, words, on, prospect_id=prospect.id)
    return done(f"You are reminded on {on:%d %b %Y}.", url_for("prospects.show", public_id=public_id))


def _back() -> str:
    return safe_next(request.form.get("next", url_for("outcomes.reminders")))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput("Choose a day.", field="on") from None
