"""Screens of placed links: the list, one link with its checks and proof, adding one by hand."""

from flask import Blueprint, Response, redirect, request, url_for

from crm import charset
from crm.accounts import access
from crm.db import reading, transaction
from crm.errors import BadInput
from crm.html import done, page
from crm.models.outcomes import Placement
from crm.models.prospects import Prospect
from crm.outcomes import forms, queries, referrals, run, service
from crm.outcomes.byhand import service as byhand
from crm.outcomes.reminding import views as reminding
from crm.vocabulary import Channel, PlacementState

bp = Blueprint("outcomes", __name__)
reminding.register(bp)
WORDS = {True: "The link is there: ", False: "The link is not there: ", None: "It cannot be told: "}


@bp.get("/links")
def links() -> Response:
    state, number = request.args.get("state", ""), max(1, request.args.get("page", 1, type=int))
    state = state if state in [x.value for x in PlacementState] else ""
    batch = request.args.get("batch", "")
    with reading() as s:
        project = access.current_project(s)
        rows, total = queries.rows(s, project.id, state=state, batch=batch, number=number)
        counts = queries.counts(s, project.id)
    pages = -(-total // queries.PER_PAGE)
    return page(
        "links/list.html", rows=rows, total=total, counts=counts, state=state, batch=batch, n=number, pages=pages
    )


@bp.get("/links/visits")
def visits() -> Response:
    return _visits(None)


@bp.post("/links/visits")
def import_visits() -> Response:
    try:
        first, last = forms.days(request.form)
        found = referrals.read(charset.decode(forms.upload(request.files.get("file"))))
        with transaction() as s:
            kept = service.keep_referrals(s, access.current_project(s), found, first, last)
    except BadInput as error:
        return _visits(error)
    words = f"Visits from {kept} sites taken in; {found.skipped} lines named no site (search, direct, totals)."
    return done(words, url_for("outcomes.visits"))


@bp.get("/links/new")
def new_link() -> Response:
    return _new_form(request.args.to_dict(), None)


@bp.post("/links/new")
def add_link() -> Response:
    try:
        asked = forms.new_link(request.form)
        with transaction() as s:
            project = access.current_project(s)
            watched = service.watch(s, project, **vars(asked), actor=access.actor())
            own_id, public_id = watched.id, watched.public_id
    except BadInput as error:
        return _new_form(request.form.to_dict(), error)
    seen = run.check(own_id, actor=access.actor())
    return done(f"Watching. {WORDS[seen.present]}{seen.why}.", url_for("outcomes.link", public_id=public_id))


@bp.post("/links/check")
def check_all() -> Response:
    with transaction() as s:
        project = access.current_project(s)
        job = run.start_checking(s, project.organisation_id, project.id)
    return redirect(url_for("accounts.job", public_id=job), 303)  # type: ignore[return-value]


@bp.get("/links/<public_id>")
def link(public_id: str) -> Response:
    with reading() as s:
        placement = access.scoped(s, Placement, public_id)
        shown = queries.one(s, placement)
    return page("links/show.html", d=shown, p=placement, channels=list(Channel), currencies=forms.CURRENCIES)


@bp.post("/links/<public_id>/check")
def check(public_id: str) -> Response:
    with reading() as s:
        own_id = access.scoped(s, Placement, public_id).id
    seen = run.check(own_id, actor=access.actor())
    return done(f"{WORDS[seen.present]}{seen.why}.", url_for("outcomes.link", public_id=public_id))


@bp.post("/links/<public_id>/source")
def paste(public_id: str) -> Response:
    with reading() as s:
        own_id = access.scoped(s, Placement, public_id).id
    seen = run.check_source(own_id, request.form.get("source", ""), actor=access.actor())
    return done(f"{WORDS[seen.present]}{seen.why}.", url_for("outcomes.link", public_id=public_id))


@bp.post("/links/<public_id>/channel")
def set_channel(public_id: str) -> Response:
    asked = (forms.channel(request.form), forms.cost(request.form), forms.currency(request.form))
    with transaction() as s:
        service.set_channel(s, access.scoped(s, Placement, public_id), *asked)
    return done("Saved.", url_for("outcomes.link", public_id=public_id))


@bp.post("/links/<public_id>/stop")
def stop_watching(public_id: str) -> Response:
    with transaction() as s:
        token = service.stop_watching(s, access.scoped(s, Placement, public_id), user_id=access.user_id())
    return done("No longer looked for. What was seen stays.", url_for("outcomes.links"), undo=token)


@bp.get("/links/<public_id>/proof/<int:number>")
def proof_text(public_id: str, number: int) -> Response:
    """One check as a text file: what was asked, what came back, and the page itself."""
    with reading() as s:
        placement = access.scoped(s, Placement, public_id)
        name, body = queries.proof(s, placement, number)
    response = Response(body, mimetype="text/plain")
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response


@bp.post("/prospects/<public_id>/pitched")
def log_pitch(public_id: str) -> Response:
    asked = forms.logged(request.form)
    with transaction() as s:
        prospect = access.scoped(s, Prospect, public_id)
        before = prospect.stage
        outcome = byhand.log_pitch(s, prospect, **vars(asked), actor=access.actor())
        token = service.offer_undo(s, outcome, stage_before=before, user_id=access.user_id())
    words = f"Counted as sent by {asked.route}; you are reminded in {asked.remind_in_days} days."
    return done(words, url_for("prospects.show", public_id=public_id), undo=token)


def _visits(error: BadInput | None) -> Response:
    with reading() as s:
        project = access.current_project(s)
        rows, span = queries.sources(s, project.id), queries.visits_span(s, project.id)
    return page("links/visits.html", rows=rows, span=span, error=error, status=422 if error else 200)


def _new_form(values: dict[str, str], error: BadInput | None) -> Response:
    with reading() as s:
        targets = queries.targets(s, access.current_project(s).id)
    status = 422 if error else 200
    return page(
        "links/new.html", values=values, error=error, targets=targets, channels=list(Channel),
        currencies=forms.CURRENCIES, status=status,
    )  # fmt: skip
