"""The composer as an answer: a full page, or after an autosave only the preview and the checks."""

from flask import Response, request
from sqlalchemy.orm import Session

from crm.accounts import access
from crm.batches import forms
from crm.batches.desk import queries as desk
from crm.html import page
from crm.models.batches import Batch


def composer(s: Session, public_id: str, step_no: int = 0, problem: str = "") -> Response:
    """The batch with one step and one person in front; 422 with what was typed when there is a problem."""
    batch = access.scoped(s, Batch, public_id)
    step_no = step_no or forms.number(request.args.get("step"))
    to, letter = request.values.get("to", ""), request.values.get("v", "")
    shown = desk.desk(s, access.current_project(s), batch, step_no, to, letter)
    typed = request.form if problem and "body" in request.form else None
    return page(
        "batches/composer.html", block="side", desk=shown, problem=problem, typed=typed, status=422 if problem else 200
    )


def is_partial() -> bool:
    """Whether only the side of the composer is asked for."""
    return request.headers.get("HX-Request-Type") == "partial"
