"""Screens of prospects: the list with its stages, the board, one prospect, triage, media list, disqualified sites."""

from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request, stream_with_context, url_for

from crm.accounts import access
from crm.accounts.access import can
from crm.db import reading, transaction
from crm.errors import BadInput
from crm.html import done, page, safe_next
from crm.models.prospects import Prospect
from crm.models.targets import TargetPage
from crm.prospects import filters, forms, queries, service, stages, tables
from crm.prospects.filters import Wanted, query, turned, wanted
from crm.prospects.looking import service as looking
from crm.prospects.looking.queries import read_count, unlinked
from crm.prospects.routes import ROUTES
from crm.prospects.showing.queries import detail
from crm.vocabulary import Action, LinkType, Role, Stage

bp = Blueprint("prospects", __name__)


@bp.get("/prospects")
def index() -> Response:
    return _list(wanted(request.args), "prospects/list.html")


@bp.get("/prospects/media-list")
def media_list() -> Response:
    return _list(wanted(request.args, action=Action.MEDIA_LIST.value), "prospects/media_list.html")


@bp.get("/prospects/disqualified")
def disqualified() -> Response:
    return _list(wanted(request.args, stage=Stage.SET_ASIDE.value), "prospects/disqualified.html")


@bp.get("/prospects/triage")
def triage() -> Response:
    w = wanted(request.args, stage=request.args.get("stage") or Stage.FOUND.value)
    with reading() as s:
        project = access.current_project(s)
        shown = queries.listing(s, project, w)
        skip = request.args.get("skip", 0, type=int)
        card = detail(s, project, shown.rows[min(skip, len(shown.rows) - 1)].prospect) if shown.rows else None
    return page("prospects/triage.html", w=w, d=card, left=shown.total, skip=skip, query=query, reasons=service.REASONS)


@bp.get("/prospects/export.csv")
@can(Role.VIEWER)
def export() -> Response:
    w = wanted(request.args)

    def lines() -> Iterator[str]:
        with reading() as s:
            yield from tables.csv_lines(queries.everything(s, access.current_project(s), w))

    answer = Response(stream_with_context(lines()), mimetype="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = "attachment; filename=prospects.csv"
    return answer


@bp.get("/prospects/<public_id>")
def show(public_id: str) -> Response:
    came = request.args.get("from", "")
    w = wanted(filters.arguments(came))
    with reading() as s:
        project = access.current_project(s)
        p = access.scoped(s, Prospect, public_id)
        where, found = queries.place(s, project, w, p), detail(s, project, p)
    template = "prospects/peek.html" if request.args.get("peek") == "1" else "prospects/show.html"
    return page(template, d=found, p=p, w=w, place=where, came=came, stages=stages, **_choices())


@bp.post("/prospects/bulk")
def bulk() -> Response:
    asked = forms.bulk(request.form, request.args)
    with transaction() as s:
        found = queries.chosen(s, access.current_project(s), asked.ids, asked.everything)
        changed, token = forms.act_on(s, asked, found, access.actor(), access.user_id())
    left = len(found) - changed
    words = forms.CHANGED[asked.act] % changed + (f" {left} stayed as they were." if left else "")
    return done(words, safe_next(request.form.get("next", url_for("prospects.index"))), undo=token or None)


@bp.post("/prospects/to-batch")
def to_batch() -> Response:
    """Take the selection to the form of a new batch."""
    chosen = request.form.getlist("prospect")
    if not chosen:
        raise BadInput("Select at least one prospect first.")
    return cast(Response, redirect("/batches/new?" + urlencode([("prospect", p) for p in chosen[:500]]), 303))


@bp.post("/prospects/<public_id>/act")
def act(public_id: str) -> Response:
    asked = forms.one(request.form, public_id)
    with transaction() as s:
        p = access.scoped(s, Prospect, public_id)
        changed, token = forms.act_on(s, asked, [p], access.actor(), access.user_id())
        words = f"{p.domain}: {forms.CHANGED[asked.act] % changed}" if changed else f"{p.domain} stayed as it was."
    return done(words, safe_next(request.form.get("next", f"/prospects/{public_id}")), undo=token or None)


@bp.post("/prospects/<public_id>/stage")
def move(public_id: str) -> Response:
    with transaction() as s:
        p = access.scoped(s, Prospect, public_id)
        service.set_stage(s, p, forms.stage(request.form), request.form.get("reason", "by hand"), access.actor())
    return done(f"{p.domain} is {p.stage.replace('_', ' ')} now.", f"/prospects/{public_id}")


@bp.post("/prospects/<public_id>/override")
def override(public_id: str) -> Response:
    form = request.form
    with transaction() as s:
        p = access.scoped(s, Prospect, public_id)
        service.override(s, p, form.get("part", ""), form.get("level", ""), form.get("reason", ""), access.actor())
    return done("Your word stands; the machine's value stays beside it.", f"/prospects/{public_id}")


@bp.post("/prospects/<public_id>/type")
def set_type(public_id: str) -> Response:
    with transaction() as s:
        p = access.scoped(s, Prospect, public_id)
        service.set_link_type(s, p, forms.link_type(request.form), access.actor())
    return done("Link type set by hand; later imports keep it.", f"/prospects/{public_id}")


@bp.post("/prospects/<public_id>/action")
def set_action(public_id: str) -> Response:
    with transaction() as s:
        p = access.scoped(s, Prospect, public_id)
        service.set_action(s, p, forms.action(request.form), request.form.get("why", ""), access.actor())
    return done("Next step set.", f"/prospects/{public_id}")


@bp.post("/prospects/<public_id>/page")
def set_page(public_id: str) -> Response:
    with transaction() as s:
        p = access.scoped(s, Prospect, public_id)
        target = access.scoped(s, TargetPage, request.form.get("page", ""))
        service.set_target_page(s, p, target, access.actor())
    return done("Page to pitch set.", f"/prospects/{public_id}")


@bp.post("/prospects/<public_id>/notes")
def add_note(public_id: str) -> Response:
    with transaction() as s:
        p = access.scoped(s, Prospect, public_id)
        service.add_note(s, p, request.form.get("text", ""), user_id=access.user_id(), actor=access.actor())
    return done("Note kept.", f"/prospects/{public_id}#history")


@bp.post("/prospects/<public_id>/study")
def study(public_id: str) -> Response:
    with transaction() as s:
        job = looking.study_soon(s, access.current_project(s), access.scoped(s, Prospect, public_id))
    return cast(Response, redirect(url_for("accounts.job", public_id=job.public_id), 303))


@bp.post("/prospects/<public_id>/source")
def paste_source(public_id: str) -> Response:
    with transaction() as s:
        p = access.scoped(s, Prospect, public_id)
        looking.paste(s, access.current_project(s), p, request.form.get("source", ""))
    return done("Read from the source you pasted.", f"/prospects/{public_id}#page")


@bp.get("/prospects/mentions")
def mentions() -> Response:
    with reading() as s:
        project = access.current_project(s)
        rows, (n_read, n_all) = unlinked(s, project), read_count(s, project)
        names = project.brand_names or [project.name]
    return page("prospects/mentions.html", rows=rows, names=names, n_read=n_read, n_all=n_all)


def _list(w: Wanted, template: str) -> Response:
    """The same query for all list pages."""
    with reading() as s:
        project = access.current_project(s)
        shown = queries.listing(s, project, w)
        beside = queries.side(s, project, w)
        letters = "".join(r.letter for r in queries.rivals(s, project))
        columns = queries.board(s, project, w, stages.WAY) if w.layout == "board" else {}
    return page(
        template,
        block="rows",
        w=w,
        shown=shown,
        side=beside,
        letters=letters,
        columns=columns,
        turned=turned,
        chips=filters.chips(w),
        order=stages.ORDER,
        badge_words=filters.BADGE_WORDS,
        here=request.path,
        **_choices(),
    )


def _choices() -> dict[str, Any]:
    """What every form of these screens lets a person choose from."""
    return {
        "query": query,
        "types": list(LinkType),
        "actions": list(Action),
        "reasons": service.REASONS,
        "routes": list(ROUTES.items()),
    }
