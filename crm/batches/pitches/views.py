"""Screens of pitch templates; registered on the blueprint of batches."""

from flask import Blueprint, Response, request, url_for

from crm.accounts import access
from crm.batches import forms
from crm.batches.fields import FIELDS
from crm.batches.pitches import queries, service
from crm.batches.starters import Step
from crm.db import reading, transaction
from crm.errors import BadInput
from crm.html import done, page
from crm.models.batches import PitchTemplate
from crm.templating import label
from crm.vocabulary import Angle

ANGLES = [(angle.value, label(angle)) for angle in Angle]


def register(bp: Blueprint) -> None:
    """Add the addresses of templates to the blueprint."""
    bp.add_url_rule("/templates", "templates", index, methods=["GET"])
    bp.add_url_rule("/templates/new", "new_template", new, methods=["GET"])
    bp.add_url_rule("/templates", "save_template", save, methods=["POST"])
    bp.add_url_rule("/templates/<key>", "template", show, methods=["GET"])
    bp.add_url_rule("/templates/<key>/retire", "retire_template", retire, methods=["POST"])


def index() -> Response:
    with reading() as s:
        found = queries.templates(s, access.current_project(s))
        return page("templates/index.html", page="templates", by_angle=found)


def new() -> Response:
    with reading() as s:
        base = queries.find(s, access.current_project(s), request.args.get("from", "resource_page"))
        return _editor(base, "", list(base.steps))


def show(key: str) -> Response:
    with reading() as s:
        shown = queries.find(s, access.current_project(s), key)
        older = queries.versions(s, shown.row) if shown.row else []
        mails = queries.examples(shown.steps, shown.angle)
        return page("templates/show.html", page="templates", shown=shown, versions=older, examples=mails)


def save() -> Response:
    steps, name = forms.sequence(request.form), request.form.get("name", "")
    try:
        with transaction() as s:
            angle = forms.angle(request.form)
            row = service.save(s, access.current_project(s), name, angle, steps, access.actor())
    except BadInput as error:
        with reading() as s:
            base = queries.find(s, access.current_project(s), request.form.get("angle", "resource_page"))
            return _editor(base, name, steps, error.message)
    return done(f"Saved {row.name}, version {row.version}.", url_for("batches.template", key=row.public_id))


def retire(key: str) -> Response:
    with transaction() as s:
        row = access.scoped(s, PitchTemplate, key)
        service.retire(s, access.current_project(s), row, access.actor())
    return done(f"Retired {row.name}. Batches that used it keep their words.", url_for("batches.templates"))


def _editor(base: queries.Shown, name: str, steps: list[Step], problem: str = "") -> Response:
    name = name or ("" if base.starter else base.name)
    return page(
        "templates/edit.html",
        page="templates",
        base=base,
        name=name,
        steps=steps,
        problem=problem,
        fields=tuple(FIELDS.values()),
        angles=ANGLES,
        status=422 if problem else 200,
    )
