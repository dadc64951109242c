"""Screens of the set-up: first steps, the site, competitors, target pages and their health."""

from flask import Blueprint, Response, redirect, request, session, url_for
from flask_login import current_user

from config import Settings
from crm.accounts import access
from crm.accounts import service as accounts
from crm.db import reading, transaction
from crm.errors import BadInput, CrmError
from crm.html import done, page
from crm.models.accounts import Competitor, User
from crm.models.targets import TargetPage
from crm.targets import forms, queries, service
from crm.vocabulary import CompetitorKind, PageType

bp = Blueprint("targets", __name__)
TYPES = [(t.value, t.value.capitalize()) for t in PageType]
KINDS = [(k.value, {"serp": "Ranks for my terms"}.get(k.value, "Aspirational peer")) for k in CompetitorKind]


def listed(name: str) -> list[str]:
    """The lines or comma-separated parts of a form field."""
    return [p.strip() for p in request.form.get(name, "").replace("\n", ",").split(",") if p.strip()]


@bp.get("/setup")
def setup() -> Response:
    fresh = request.args.get("new") == "1"
    with reading() as s:
        project = None if fresh else access.current_project(s, required=False)
        state = queries.setup_state(s, project) if project else None
    return page("targets/setup.html", state=state, types=TYPES, kinds=KINDS, fresh=fresh)


@bp.post("/setup/page")
def setup_page() -> Response:
    try:
        with transaction() as s:
            project = queries.project_for_page(s, request.form.get("url", ""), access.my_projects(s))
            if project is None:
                user = s.get_one(User, current_user.id_)
                project = accounts.create_project(s, user, domain=request.form.get("url", ""))
            service.add(s, project, request.form.get("url", ""), keywords=listed("keywords"), actor=access.actor())
            service.check_soon(s, project)
            session["project"] = project.public_id
    except CrmError as error:
        return page("targets/setup.html", state=None, types=TYPES, kinds=KINDS, problem=error.message, status=422)
    return redirect(url_for("targets.setup", step=2), 303)  # type: ignore[return-value]


@bp.post("/setup/rivals")
def setup_rivals() -> Response:
    with transaction() as s:
        project = access.current_project(s)
        for name in listed("rivals"):
            accounts.add_competitor(s, project, name, actor=access.actor())
    return redirect(url_for("targets.setup", step=3), 303)  # type: ignore[return-value]


@bp.get("/settings/project")
def project_settings() -> Response:
    with reading() as s:
        return page("targets/project.html", site=access.current_project(s))


@bp.post("/settings/project")
def save_project() -> Response:
    with transaction() as s:
        project = access.current_project(s)
        project.name = request.form.get("name", "").strip() or project.name
        project.own_domains, project.brand_names = listed("own_domains"), listed("brand_names")
        project.languages = [x.lower()[:5] for x in listed("languages")]
        project.countries = [x.upper()[:2] for x in listed("countries")]
    return done("Saved.", url_for("targets.project_settings"))


@bp.get("/settings/competitors")
def competitors() -> Response:
    with reading() as s:
        return page("targets/competitors.html", rivals=queries.rivals(s, access.current_project(s)), kinds=KINDS)


@bp.post("/settings/competitors")
def add_competitor() -> Response:
    kind = CompetitorKind(request.form.get("kind", "serp"))
    with transaction() as s:
        rival = accounts.add_competitor(
            s,
            access.current_project(s),
            request.form.get("address", ""),
            kind=kind,
            why=request.form.get("why", ""),
            actor=access.actor(),
        )
    return done(f"{rival.domain} is rival {rival.letter}.", url_for("targets.competitors"))


@bp.post("/settings/competitors/<public_id>/remove")
def remove_competitor(public_id: str) -> Response:
    with transaction() as s:
        rival = access.scoped(s, Competitor, public_id)
        accounts.remove_competitor(s, access.current_project(s), rival, access.actor())
    return done(f"{rival.domain} removed.", url_for("targets.competitors"))


@bp.get("/targets")
def targets() -> Response:
    return _list(None)


@bp.post("/targets/file")
def take_file() -> Response:
    try:
        with transaction() as s:
            project = access.current_project(s)
            found = forms.pages_file(request.files.get("file"), request.form.get("reason", ""), project.domain)
            kept = service.keep_file(s, project, found, access.actor())
            service.check_soon(s, project)
    except BadInput as error:
        return _list(error)
    words = (
        f"{kept} pages of yours taken in, {found.skipped} lines left out; your target pages are checked against them."
    )
    return done(words, url_for("targets.targets"))


def _list(error: BadInput | None) -> Response:
    with reading() as s:
        project = access.current_project(s)
        rows, site = queries.target_rows(s, project), queries.site(s, project)
    limit, status = Settings().own_pages, 422 if error else 200
    return page("targets/list.html", rows=rows, types=TYPES, site=site, limit=limit, error=error, status=status)


@bp.post("/targets")
def add_target() -> Response:
    kind = PageType(request.form["page_type"]) if request.form.get("page_type") else None
    with transaction() as s:
        project = access.current_project(s)
        target = service.add(
            s,
            project,
            request.form.get("url", ""),
            page_type=kind,
            topic=request.form.get("topic", ""),
            keywords=listed("keywords"),
            actor=access.actor(),
        )
        service.check_soon(s, project)
    return done("Page added; it is being read now.", url_for("targets.target", public_id=target.public_id))


@bp.get("/targets/<public_id>")
def target(public_id: str) -> Response:
    with reading() as s:
        row = access.scoped(s, TargetPage, public_id)
        detail, said = queries.target_detail(s, row), queries.judged(s, row)
    return page("targets/detail.html", target=row, detail=detail, types=TYPES, ticks=queries.TICK_WORDS, said=said)


@bp.post("/targets/<public_id>")
def change_target(public_id: str) -> Response:
    with transaction() as s:
        project = access.current_project(s)
        service.change(s, access.scoped(s, TargetPage, public_id), dict(request.form), project, access.actor())
    return done("Saved.", url_for("targets.target", public_id=public_id))


@bp.post("/targets/<public_id>/judge")
def judge_target(public_id: str) -> Response:
    with transaction() as s:
        project = access.current_project(s)
        row = access.scoped(s, TargetPage, public_id)
        override = request.form.get("override", "")
        service.tick(s, row, request.form.getlist("tick"), project, access.actor(), override)
    return done("Your word on this page is kept.", url_for("targets.target", public_id=public_id))


@bp.post("/targets/<public_id>/archive")
def archive_target(public_id: str) -> Response:
    with transaction() as s:
        project = access.current_project(s)
        service.archive(s, access.scoped(s, TargetPage, public_id), project, access.actor())
    return done("Page taken out of use.", url_for("targets.targets"))


@bp.post("/targets/check")
def check_targets() -> Response:
    with transaction() as s:
        job = service.check_soon(s, access.current_project(s))
    return redirect(url_for("accounts.job", public_id=job.public_id), 303)  # type: ignore[return-value]
