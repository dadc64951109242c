"""Files that the browser sends in parts: begin or go on, one part, the end, and giving up."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for
from flask_login import current_user
from sqlalchemy.orm import Session

from crm.accounts import access
from crm.adapters import blobs
from crm.db import reading, transaction
from crm.errors import BadInput, CrmError
from crm.gap import service, uploads
from crm.gap.intake import parts
from crm.gap.intake import service as intake
from crm.html import done


def register(bp: Blueprint) -> None:
    """Hang the ends onto the gap's."""
    bp.post("/import/parts")(begin)
    bp.put("/import/parts/<id_>")(add)
    bp.post("/import/parts/<id_>/end")(end)
    bp.post("/import/parts/<id_>/drop")(drop)


def owner(s: Session) -> str:
    """Who may go on with an upload: this person in this project."""
    return f"{access.current_project(s).public_id}:{current_user.public_id}"


View = Callable[..., Response]


def _told(view: View) -> View:
    """Answer refusals as JSON with the sentence and, where it helps, the offset to go on from."""

    @wraps(view)
    def asked(*args: Any, **values: Any) -> Response:
        try:
            return view(*args, **values)
        except CrmError as e:
            return _said(e.status, error=e.message)
        except parts.WrongPart as e:
            return _said(409, error=e.reason, offset=e.offset)

    return asked


def _said(status: int, **values: Any) -> Response:
    answer = jsonify(**values)
    answer.status_code = status
    return answer


def _here() -> str:
    with reading() as s:
        return owner(s)


@_told
def begin() -> Response:
    size = request.form.get("size", "")
    if not size.isdigit() or len(size) > 15:
        raise BadInput("The size of the file is missing.")
    file = parts.File(request.form.get("name", "")[:255], int(size), request.form.get("changed", "")[:40])
    upload = intake.begin_upload(_here(), file)
    return _said(200, id=upload.id, offset=upload.offset, part=intake.part_size())


@_told
def add(id_: str) -> Response:
    upload = intake.upload_of(_here(), id_)
    offset = request.args.get("offset", "")
    if not offset.isdigit() or len(offset) > 15:
        raise BadInput("Say where the part begins.")
    try:
        now = parts.add(upload, int(offset), request.stream, request.headers.get("X-Part-SHA256", "")[:64])
    except OSError as e:
        raise BadInput(f"The part could not be stored ({e.strerror}); make room on the disk and go on.") from e
    return _said(200, offset=now)


@_told
def end(id_: str) -> Response:
    upload = intake.upload_of(_here(), id_)
    if upload.offset != upload.file.size:
        raise parts.WrongPart("The file is not whole yet", upload.offset)
    kept = uploads.adopt(upload.data, blobs.path)
    with transaction() as s:
        imp = service.take(s, access.current_project(s), upload.file.name, kept)
    parts.drop(upload)
    return _said(200, url=url_for("gap.show_import", public_id=imp.public_id), file=imp.filename, state=imp.state)


def drop(id_: str) -> Response:
    upload = intake.upload_of(_here(), id_)
    parts.drop(upload)
    return done(f"{upload.file.name} is forgotten; nothing of it was kept.", url_for("gap.imports"))
