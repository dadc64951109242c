"""Forms of the composer for further wordings; registered on the blueprint of batches."""

from flask import Blueprint, Response, request, url_for

from crm.accounts import access
from crm.batches.desk.views import composer, is_partial
from crm.batches.pitches import queries as pitches
from crm.batches.wording import service
from crm.db import reading, transaction
from crm.errors import CrmError
from crm.html import done
from crm.models.batches import Batch


def register(bp: Blueprint) -> None:
    """Add the addresses of wordings to the blueprint."""
    bp.add_url_rule("/batches/<public_id>/wordings", "add_wording", add, methods=["POST"])
    bp.add_url_rule("/batches/<public_id>/wordings/<letter>", "save_wording", save, methods=["POST"])
    bp.add_url_rule("/batches/<public_id>/wordings/<letter>/remove", "remove_wording", remove, methods=["POST"])


def add(public_id: str) -> Response:
    """Another subject with the same text, or the first mail of another template."""
    subject, key = request.form.get("another", ""), request.form.get("template", "")
    try:
        with transaction() as s:
            batch, body, name = access.scoped(s, Batch, public_id), "", ""
            if key:
                shown = pitches.find(s, access.current_project(s), key)
                subject, body, name = subject.strip() or shown.steps[0].subject, shown.steps[0].body, shown.name
            letter = service.add(s, batch, subject, body, template=name)
    except CrmError as error:
        with reading() as s:
            return composer(s, public_id, 1, error.message)
    return done(f"Wording {letter} is dealt out to the people of this batch.", _at(public_id, letter))


def save(public_id: str, letter: str) -> Response:
    """The words of B or C."""
    problem = ""
    try:
        with transaction() as s:
            batch = access.scoped(s, Batch, public_id)
            service.edit(s, batch, letter, request.form.get("subject", ""), request.form.get("body", ""))
    except CrmError as error:
        problem = error.message
    if problem or is_partial():
        with reading() as s:
            return composer(s, public_id, 1, problem)
    return done("Saved.", _at(public_id, letter))


def remove(public_id: str, letter: str) -> Response:
    """Take B or C away again."""
    with transaction() as s:
        service.remove(s, access.scoped(s, Batch, public_id), letter)
    return done(f"Wording {letter} is gone; its people were dealt another.", _at(public_id, "A"))


def _at(public_id: str, letter: str) -> str:
    return url_for("batches.composer", public_id=public_id, v=letter)
