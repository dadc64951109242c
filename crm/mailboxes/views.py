"""Screens of our own mail accounts: list, connect, check, settings, sign-in at Google and Microsoft."""

from flask import Blueprint, Response, current_app, redirect, request, session, url_for
from sqlalchemy.orm import Session

from crm import work
from crm.accounts import access
from crm.accounts.access import can
from crm.adapters import oauth
from crm.adapters.oauth import Begun, Client
from crm.db import reading, transaction
from crm.errors import BadInput, Refused
from crm.html import done, page
from crm.mailboxes import forms, providers, queries, run, service
from crm.models.accounts import Organisation
from crm.models.mailboxes import Mailbox
from crm.vocabulary import Role

bp = Blueprint("mailboxes", __name__)


@bp.get("/settings/mailboxes")
def index() -> Response:
    with reading() as s:
        cards = queries.cards(s, access.current_project(s))
    return page("mailboxes/index.html", cards=cards)


@bp.get("/settings/mailboxes/new")
def new() -> Response:
    address = request.args.get("address", "").strip()
    known = providers.guess(address)
    return page("mailboxes/new.html", address=address, known=known, form=request.args)


@bp.post("/settings/mailboxes")
@can(Role.OWNER)
def connect() -> Response:
    try:
        mailbox = _connect(forms.new_mailbox(request.form))
    except BadInput as error:  # what was typed stays
        address = request.form.get("address", "")
        known = providers.guess(address)
        return page("mailboxes/new.html", status=422, error=error, address=address, known=known, form=request.form)
    words = f"{mailbox.address} is connected. A mail to yourself is on its way."
    return done(words, url_for("mailboxes.one", public_id=mailbox.public_id))


@bp.get("/settings/mailboxes/<public_id>")
def one(public_id: str) -> Response:
    with reading() as s:
        mailbox = access.scoped(s, Mailbox, public_id)
        card, job = queries.card(s, mailbox), queries.open_check(s, mailbox)
    return page("mailboxes/one.html", card=card, m=mailbox, job=job, known=providers.by_key(mailbox.provider))


@bp.post("/settings/mailboxes/<public_id>")
@can(Role.OWNER)
def change(public_id: str) -> Response:
    with transaction() as s:
        mailbox = access.scoped(s, Mailbox, public_id)
        service.change(s, mailbox, forms.changes(request.form), access.actor())
    return done("Saved.", url_for("mailboxes.one", public_id=public_id))


@bp.post("/settings/mailboxes/<public_id>/password")
@can(Role.OWNER)
def password(public_id: str) -> Response:
    if not request.form.get("password"):
        raise BadInput("Enter the new password.", field="password")
    with transaction() as s:
        mailbox = access.scoped(s, Mailbox, public_id)
        service.change_password(s, mailbox, request.form["password"], access.actor())
        _start_check(s, mailbox)
    return done("The new password is kept. A mail to yourself is on its way.", url_for(".one", public_id=public_id))


@bp.post("/settings/mailboxes/<public_id>/check")
def check(public_id: str) -> Response:
    with transaction() as s:
        _start_check(s, access.scoped(s, Mailbox, public_id))
    return done("The check runs; it takes a minute or two.", url_for("mailboxes.one", public_id=public_id))


@bp.post("/settings/mailboxes/<public_id>/remove")
@can(Role.OWNER)
def remove(public_id: str) -> Response:
    with transaction() as s:
        mailbox = access.scoped(s, Mailbox, public_id)
        if request.form.get("address", "").strip().lower() != mailbox.address:
            raise BadInput(f"Type {mailbox.address} to remove it.", field="address")
        service.remove(s, mailbox, access.actor())
    return done(f"{mailbox.address} is removed; its password is forgotten.", url_for("mailboxes.index"))


@bp.post("/settings/mailboxes/oauth")
@can(Role.OWNER)
def oauth_begin() -> Response:
    _not_in_practice("tls")
    address = request.form.get("address", "").strip().lower()
    client = Client(request.form["provider"], request.form.get("client_id", ""), request.form.get("client_secret", ""))
    if not client.client_id or "@" not in address:
        raise BadInput("The address and your own client id are needed.", field="client_id")
    begun = oauth.begin(client, _back_url(), address)
    session["oauth"] = service.pack_sign_in(client, begun, address)
    return redirect(begun.url)  # type: ignore[return-value]


@bp.get("/settings/mailboxes/oauth/back")
@can(Role.OWNER)
def oauth_back() -> Response:
    client, begun, address = service.unpack_sign_in(session.pop("oauth", ""))
    if request.args.get("state") != begun.state:
        raise Refused("This sign-in was not started here, or is too old. Start again.")
    grant = oauth.finish(client, _back_url(), request.url, Begun(begun.url, begun.state, begun.verifier))
    with transaction() as s:
        project = access.current_project(s)
        organisation = s.get_one(Organisation, project.organisation_id)
        mailbox = service.connect_with_grant(s, organisation, project, address, grant, access.actor())
        _start_check(s, mailbox)
    return done(f"{address} is connected.", url_for("mailboxes.one", public_id=mailbox.public_id))


def _connect(given: forms.NewMailbox) -> Mailbox:
    _not_in_practice(given.smtp.security)
    with transaction() as s:
        project = access.current_project(s)
        organisation = s.get_one(Organisation, project.organisation_id)
        mailbox = service.connect(s, organisation, project, actor=access.actor(), **vars(given))
        _start_check(s, mailbox)
    return mailbox


def _start_check(s: Session, mailbox: Mailbox) -> None:
    work.start(
        s,
        run.CHECK,
        f"Check of {mailbox.address}",
        {"mailbox": mailbox.id},
        organisation_id=mailbox.organisation_id,
        project_id=mailbox.project_id,
    )


def _back_url() -> str:
    base = current_app.extensions["settings"].public_base_url
    return base.rstrip("/") + url_for("mailboxes.oauth_back") if base else url_for(".oauth_back", _external=True)


def _not_in_practice(security: str) -> None:
    if current_app.extensions["settings"].practice and security != "plain":
        raise Refused("The practice world writes to itself only. Connect a real mailbox in your own installation.")
