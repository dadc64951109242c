"""Screens of the search competitors: files in, the proposed set, one press to take it, places over time."""

from flask import Blueprint, Response, request, url_for

from crm.accounts import access
from crm.db import reading, transaction
from crm.errors import BadInput
from crm.gap import service
from crm.gap.rivals import queries
from crm.gap.rivals import service as rivals
from crm.html import done, page
from crm.models.targets import TargetPage
from crm.vocabulary import Grain, ImportState


def register(bp: Blueprint) -> None:
    """Hang the screens onto the gap's."""
    bp.get("/gap/rivals")(search_rivals)
    bp.post("/gap/rivals/files")(rank_files)
    bp.post("/gap/rivals/take")(take_rivals)


def search_rivals() -> Response:
    with reading() as s:
        shown = queries.screen(s, access.current_project(s), request.args.get("page", "")[:40])
    return page("gap/rivals.html", o=shown)


def rank_files() -> Response:
    said = []
    for file in request.files.getlist("files"):
        with transaction() as s:
            project = access.current_project(s)
            imp = service.receive(s, project, file.filename or "file", file.stream)
            if imp.grain != Grain.KEYWORD.value:
                why = imp.refused["reason"] if imp.refused else "It lists links: import it there."
                said.append(f"{imp.filename} lists no places in search results. {why}")
            elif imp.state == ImportState.UPLOADED.value:
                service.start(s, project, imp, actor=access.actor())
    if said:
        raise BadInput(" ".join(said), field="files")
    return done("The places are being read.", url_for("gap.search_rivals"))


def take_rivals() -> Response:
    chosen = request.form.getlist("site")[:10]
    with transaction() as s:
        project = access.current_project(s)
        page_id = request.form.get("page", "")
        ours = access.scoped(s, TargetPage, page_id) if page_id else None
        reasons = queries.reasons(s, project, ours, chosen)
        new, token = rivals.take(s, project, chosen, reasons, access.actor(), access.user_id())
        words = ", ".join(f"{c.domain} ({c.letter})" for c in new) or "All of them were competitors already"
    return done(f"{words}. Import the links of each.", url_for("gap.search_rivals", page=page_id or None), undo=token)
