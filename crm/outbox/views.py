"""Screens of what leaves: the plan, what is unclear, windows, pauses; and the page on which recipients opt out."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from crm.accounts import access
from crm.accounts.access import can
from crm.db import reading, transaction
from crm.errors import Forbidden, NotFound
from crm.html import done, page
from crm.mailboxes import queries as mailboxes
from crm.models.accounts import Project
from crm.models.mail import Message, Touch
from crm.models.mailboxes import Mailbox
from crm.outbox import forms, queries, service
from crm.vocabulary import Role

bp = Blueprint("outbox", __name__)


@bp.get("/outbox")
def index() -> Response:
    with reading() as s:
        project = access.current_project(s)
        figures = queries.status(s, project)
        coming, outlook = queries.coming(s, project), queries.forecast(s, project)
    return page("outbox/index.html", figures=figures, coming=coming, outlook=outlook)


@bp.get("/outbox/review")
def review() -> Response:
    with reading() as s:
        rows = queries.doubts(s, access.current_project(s))
    return page("outbox/review.html", rows=rows)


@bp.post("/outbox/messages/<public_id>/<any(sent, again, drop):decision>")
def decide(public_id: str, decision: str) -> Response:
    with transaction() as s:
        service.resolve_doubt(s, _own(s, Message, public_id), decision, access.actor())
    words = {"sent": "Marked as sent.", "again": "It is planned again.", "drop": "Given up."}
    return done(words[decision], url_for("outbox.review"))


@bp.post("/outbox/touches/<public_id>/<any(again, drop):decision>")
def release(public_id: str, decision: str) -> Response:
    with transaction() as s:
        touch = _own(s, Touch, public_id)
        (service.send_again if decision == "again" else service.drop_touch)(s, touch, access.actor())
    return done("It is planned again." if decision == "again" else "Given up.", url_for("outbox.review"))


@bp.get("/settings/sending")
def sending() -> Response:
    with reading() as s:
        project = access.current_project(s)
        boxes = mailboxes.of_project(s, project)
    stored = dict(project.settings or {}).get("sending") or {}
    consent = stored.get("consent")
    return page(
        "outbox/sending.html", rules=forms.shown(stored), boxes=boxes, paused=project.paused_at, consent=consent
    )


@bp.post("/settings/sending")
def save_sending() -> Response:
    given = forms.sending(request.form, request.form.getlist("day"), request.form.getlist("liked_day"))
    with transaction() as s:
        service.save_sending(s, access.current_project(s), given, access.actor())
    return done("Saved. Mails that are planned already keep their day; the hours hold at once.", url_for(".sending"))


@bp.post("/settings/sending/pause")
def pause_project() -> Response:
    with transaction() as s:
        words = _switch(s, access.current_project(s), "pause")
    return done(words, url_for("outbox.sending"))


@bp.post("/settings/sending/resume")
def resume_project() -> Response:
    with transaction() as s:
        words = _switch(s, access.current_project(s), "resume")
    return done(words, url_for("outbox.sending"))


@bp.post("/settings/mailboxes/<public_id>/<any(pause, resume):verb>")
@can(Role.OWNER)
def mailbox_switch(public_id: str, verb: str) -> Response:
    with transaction() as s:
        words = _switch(s, access.scoped(s, Mailbox, public_id), verb)
    return done(words, url_for("mailboxes.one", public_id=public_id))


def _own(s: Session, model: type[Any], public_id: str) -> Any:
    found = queries.own(s, access.current_project(s), model, public_id)
    if found is None:
        raise NotFound("There is no such mail in this project.")
    return found


def _switch(s: Session, what: Project | Mailbox, verb: str) -> str:
    if access.role_here(s) == Role.VIEWER:
        raise Forbidden("A viewer cannot pause or resume.")
    if verb == "resume":
        service.resume(s, what, access.actor())
        return "Sending goes on."
    n = service.pause(s, what, "paused by hand", access.actor())
    return f"Paused. {n} mails were already on the wire." if n else "Paused."
