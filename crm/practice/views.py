"""The control page of the practice world. Outside of it every address here answers 404."""

from flask import Blueprint, Response, abort, current_app, request, send_file
from flask_babel import gettext as _

from config import Settings
from crm import clock
from crm.accounts.access import can, current_project
from crm.db import transaction
from crm.gap import service as gap
from crm.html import done, page, safe_next
from crm.practice import players
from crm.vocabulary import Role

bp = Blueprint("practice", __name__)


@bp.app_context_processor
def _clock() -> dict[str, object]:
    return {"practice_at": clock.now()} if _settings().practice else {}


@bp.get("/practice")
def control() -> Response:
    """The clock, the servers' own record and the example files."""
    settings = _practice()
    return page("practice/control.html", page="practice", standing=players.standing(settings),
                files=[path.name for path in players.samples(settings)])  # fmt: skip


@bp.get("/practice/samples/<name>")
def sample(name: str) -> Response:
    """One of the example files."""
    path = next((p for p in players.samples(_practice()) if p.name == name), None)
    return send_file(path, as_attachment=True) if path else abort(404)


@bp.post("/practice/samples")
@can(Role.MEMBER)
def take_samples() -> Response:
    """Hand the example files to the import, as if they had been dropped there."""
    files = players.samples(_practice())
    for path in files:
        with path.open("rb") as stream, transaction() as s:
            gap.receive(s, current_project(s), path.name, stream)
    return done(_("%(n)s files are here. Look them over, then start the imports.", n=len(files)), "/import")


@bp.post("/practice/next-day")
@can(Role.MEMBER)
def next_day() -> Response:
    """Let time pass: form fields `days` (business mornings) or `hours`."""
    days, hours = request.form.get("days", 0, int), request.form.get("hours", 0, int)
    passed = players.let_pass(_practice(), days=max(0, days) if hours <= 0 else 0, hours=max(0, hours))
    words = _("%(hours)s hours passed: %(sent)s mails sent, %(came)s came in.",
              hours=passed.hours, sent=passed.sent, came=passed.received)  # fmt: skip
    return done(words, safe_next(request.form.get("next", "/practice")))


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _practice() -> Settings:
    return _settings() if _settings().practice else abort(404)
