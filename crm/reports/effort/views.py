"""Minutes and money on a prospect or batch; registered on the blueprint of reports."""

from typing import Any

from flask import Blueprint, Response, make_response, request, url_for
from flask_login import current_user
from sqlalchemy.orm import Session

from crm.accounts import access
from crm.db import reading, transaction
from crm.html import done, page, safe_next
from crm.models.accounts import Project, User
from crm.models.batches import Batch
from crm.models.prospects import Prospect
from crm.reports.effort import forms, queries, service
from crm.reports.money.queries import currency_of

OFF = "effort"  # preference of a person who does not want the time counted


def register(bp: Blueprint) -> None:
    """Add the addresses of effort to the blueprint."""
    base = "/effort/<any(prospect, batch):kind>/<public_id>"
    bp.add_url_rule(base, "effort", show, methods=["GET"])
    bp.add_url_rule(base, "note_effort", note, methods=["POST"])
    bp.add_url_rule(f"{base}/seconds", "count_effort", count, methods=["POST"])
    bp.add_url_rule(f"{base}/<int:entry_id>", "correct_effort", correct, methods=["POST"])
    bp.add_url_rule("/effort/counting", "effort_counting", counting, methods=["POST"])
    bp.add_url_rule("/report/cost/hour", "hour_cost", hour_cost, methods=["POST"])


def show(kind: str, public_id: str) -> Response:
    """The entries, with a form for one more."""
    with reading() as s:
        subject = _subject(s, kind, public_id)
        name = subject.domain if isinstance(subject, Prospect) else subject.name
        spent, currency = queries.of(s, kind, subject), currency_of(s.get_one(Project, subject.project_id))
        back = f"/prospects/{public_id}" if kind == "prospect" else f"/batches/{public_id}"
        off = current_user.preferences.get(OFF) == "off"
        where: dict[str, Any] = {"kind": kind, "public_id": public_id, "name": name, "back": back}
        return page("reports/effort.html", spent=spent, currency=currency, off=off, counted=queries.COUNTED, **where)


def count(kind: str, public_id: str) -> Response:
    """Seconds in front, sent by the page itself; nothing but their number."""
    n = forms.seconds(request.form)
    if current_user.preferences.get(OFF) != "off":
        with transaction() as s:
            service.count(s, kind, _subject(s, kind, public_id), n, access.user_id())
    return make_response("", 204)


def note(kind: str, public_id: str) -> Response:
    """Minutes or money by hand."""
    given = forms.entry(request.form)
    with transaction() as s:
        service.note(s, kind, _subject(s, kind, public_id), given, access.user_id())
    return done("Noted.", url_for("reports.effort", kind=kind, public_id=public_id))


def correct(kind: str, public_id: str, entry_id: int) -> Response:
    """Other figures for an entry, or none of it."""
    with transaction() as s:
        subject = _subject(s, kind, public_id)
        if request.form.get("remove") == "1":
            service.remove(s, kind, subject, entry_id)
        else:
            service.correct(s, kind, subject, entry_id, forms.entry(request.form))
    return done("Saved.", url_for("reports.effort", kind=kind, public_id=public_id))


def counting() -> Response:
    """Whether the pages count this person's time."""
    off = request.form.get("on") != "1"
    with transaction() as s:
        user = s.get_one(User, access.user_id())
        user.preferences = {**user.preferences, OFF: "off" if off else "on"}
    return done(
        "Your time is no longer counted." if off else "Your time is counted again.",
        safe_next(request.form.get("back", "/")),
    )


def hour_cost() -> Response:
    """What an hour of work costs, and in which currency."""
    hour, currency = forms.number(request.form, "hour", 10_000), forms.currency(request.form)
    with transaction() as s:
        service.set_costs(s, access.current_project(s), hour, currency)
    return done("Saved.", "/report/cost")


def _subject(s: Session, kind: str, public_id: str) -> Prospect | Batch:
    return access.scoped(s, Prospect, public_id) if kind == "prospect" else access.scoped(s, Batch, public_id)
