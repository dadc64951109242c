"""Sign-in, first run, projects, team and the things that stand on every screen (undo, search, jobs)."""

from flask import Blueprint, Response, abort, current_app, redirect, request, session, url_for
from flask_login import current_user, login_user, logout_user
from sqlalchemy.orm import Session

from crm import undo as undo_service
from crm import work
from crm.accounts import access, forms, queries, service
from crm.accounts.access import can, public
from crm.accounts.keyboard import KEYS
from crm.db import reading, transaction
from crm.errors import BadInput, CrmError
from crm.html import done, page, safe_next
from crm.models.accounts import Organisation, SavedView, User
from crm.models.events import Job
from crm.vocabulary import Role

bp = Blueprint("accounts", __name__)
SPENT_TOKEN = "This sign-in address was used already. Start the practice world again for a new one."


@bp.get("/login")
@public
def login() -> Response:
    if current_user.is_authenticated:
        return redirect("/")  # type: ignore[return-value]
    return page("accounts/login.html", form=forms.Login(), next=request.args.get("next", ""))


@bp.post("/login")
@public
def login_post() -> Response:
    form = forms.Login()
    try:
        with transaction() as s:
            user = service.authenticate(s, form.email.data or "", form.password.data or "", request.remote_addr or "")
            known = access.of(user) if user else None
        if known is None:
            raise BadInput("Address and password do not fit together.")
    except CrmError as error:
        return page("accounts/login.html", form=form, problem=error.message, next=request.form["next"], status=422)
    return _enter(known, safe_next(request.form.get("next", "")))


@bp.post("/logout")
@can(Role.VIEWER)
def logout() -> Response:
    with transaction() as s:
        service.end_sessions(s, s.get_one(User, access.user_id()))
    logout_user()
    session.clear()
    return redirect(url_for("accounts.login"), 303)  # type: ignore[return-value]


@bp.get("/enter/<token>")
@public
def enter(token: str) -> Response:
    """The one-time sign-in of the practice world; only on this machine, never through a proxy."""
    if not current_app.extensions["settings"].practice or request.headers.get("X-Forwarded-For"):
        abort(404)
    return page("accounts/enter.html", token=token)


@bp.post("/enter/<token>")
@public
def enter_post(token: str) -> Response:
    settings = current_app.extensions["settings"]
    if not settings.practice or request.remote_addr not in ("127.0.0.1", "::1"):
        abort(404)
    with transaction() as s:
        user = service.redeem(s, token)
        known = access.of(user) if user else None
    if known is None:
        return page("accounts/login.html", form=forms.Login(), problem=SPENT_TOKEN, next="", status=422)
    return _enter(known, "/")


@bp.get("/welcome")
@public
def welcome() -> Response:
    with reading() as s:
        if queries.has_users(s):
            return redirect(url_for("accounts.login"))  # type: ignore[return-value]
    return page("accounts/welcome.html", form=forms.Owner())


@bp.post("/welcome")
@public
def welcome_post() -> Response:
    form = forms.Owner()
    try:
        with transaction() as s:
            if queries.has_users(s):
                abort(404)
            known = access.of(service.create_owner(s, **form.values()))
    except CrmError as error:
        return page("accounts/welcome.html", form=form, problem=error.message, status=422)
    return _enter(known, "/setup")


@bp.post("/project/<public_id>")
@can(Role.VIEWER)
def choose_project(public_id: str) -> Response:
    with reading() as s:
        if any(p.public_id == public_id for p in access.my_projects(s)):
            session["project"] = public_id
    return redirect("/", 303)  # type: ignore[return-value]


@bp.post("/undo/<token>")
def undo(token: str) -> Response:
    with transaction() as s:
        words = undo_service.take_back(s, token, access.current_project(s).id)
    return done(f"Undone: {words}", safe_next(request.form.get("next", "")))


@bp.get("/search")
def search() -> Response:
    with reading() as s:
        found = queries.search(s, access.current_project(s), request.args.get("q", ""))
    return page("accounts/search.html", found=found, q=request.args.get("q", ""), block="results")


@bp.get("/jobs")
def jobs() -> Response:
    with reading() as s:
        return page("accounts/jobs.html", jobs=queries.jobs(s, access.current_project(s)))


@bp.get("/jobs/<public_id>")
def job(public_id: str) -> Response:
    with reading() as s:
        return page("accounts/job.html", job=access.scoped(s, Job, public_id), block="job")


@bp.post("/jobs/<public_id>/<wanted>")
def job_wish(public_id: str, wanted: str) -> Response:
    if wanted not in ("pause", "resume", "cancel"):
        abort(404)
    with transaction() as s:
        work.wish(s, access.scoped(s, Job, public_id), wanted)
    return redirect(url_for("accounts.job", public_id=public_id), 303)  # type: ignore[return-value]


@bp.post("/views")
def save_view() -> Response:
    url = safe_next(request.form.get("url", ""))
    with transaction() as s:
        service.save_view(s, access.current_project(s), request.form.get("name", ""), url)
    return done("View saved in the left rail.", url)


@bp.post("/views/<public_id>/delete")
def delete_view(public_id: str) -> Response:
    with transaction() as s:
        s.delete(access.scoped(s, SavedView, public_id))
    return done("View removed.", safe_next(request.form.get("next", "")))


@bp.get("/settings")
def settings() -> Response:
    return page("accounts/settings.html")


@bp.get("/settings/team")
@can(Role.OWNER)
def team() -> Response:
    with reading() as s:
        return page("accounts/team.html", team=queries.team(s, access.current_project(s)), form=forms.Member())


@bp.post("/settings/team")
@can(Role.OWNER)
def add_member() -> Response:
    form = forms.Member()
    with transaction() as s:
        service.add_user(s, access.current_project(s), actor=access.actor(), **form.values())
    return done(f"{form.email.data} can sign in now.", url_for("accounts.team"))


@bp.get("/settings/profile")
@can(Role.VIEWER)
def profile() -> Response:
    return page("accounts/profile.html", form=forms.Profile(obj=current_user))


@bp.post("/settings/profile")
@can(Role.VIEWER)
def save_profile() -> Response:
    form = forms.Profile()
    with transaction() as s:
        user = s.get_one(User, access.user_id())
        service.change_profile(s, user, actor=access.actor(), **form.values())
        known = access.of(user)
    login_user(known)
    return done("Saved.", url_for("accounts.profile"))


@bp.get("/settings/keyboard")
@can(Role.VIEWER)
def keyboard() -> Response:
    return page("accounts/keyboard.html", keys=KEYS, off=current_user.preferences.get("single_keys") == "off")


@bp.post("/settings/keyboard")
@can(Role.VIEWER)
def save_keyboard() -> Response:
    with transaction() as s:
        user = s.get_one(User, access.user_id())
        user.preferences = {**user.preferences, "single_keys": request.form.get("single_keys", "off")}
    return done("Saved.", url_for("accounts.keyboard"))


@bp.post("/stop-all")
def stop_all() -> Response:
    with transaction() as s:
        service.stop_all(s, _home(s), "stopped by hand", access.actor())
    return done("Stopped. No mail leaves until you resume; mails already on the wire cannot be called back.", "/")


@bp.post("/resume-all")
def resume_all() -> Response:
    with transaction() as s:
        service.resume_all(s, _home(s), access.actor())
    return done("Mail leaves again.", "/")


def _home(s: Session) -> Organisation:
    return s.get_one(Organisation, access.current_project(s).organisation_id)


def _enter(known: access.SignedIn, target: str) -> Response:
    session.clear()
    login_user(known)
    return redirect(target, 303)  # type: ignore[return-value]
