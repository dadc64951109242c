"""Screens of people: list, one person, adding, finding, and whom never to write to."""

from flask import Blueprint, Response, jsonify, redirect, request, url_for

from crm import work
from crm.accounts import access
from crm.accounts import service as accounts
from crm.accounts.access import can
from crm.contacts import queries, run, service
from crm.contacts.privacy import service as privacy
from crm.contacts.providers import service as providers
from crm.db import reading, transaction
from crm.html import done, page, safe_next
from crm.models.contacts import Contact, ContactProvider, Person, Suppression
from crm.models.prospects import Prospect
from crm.vocabulary import ContactKind, Role

bp = Blueprint("contacts", __name__)
NEVER, SERVICES = "/contacts/never", "/contacts/services"


@bp.get("/contacts")
def contacts() -> Response:
    q, kind = request.args.get("q", ""), request.args.get("kind", "")
    with reading() as s:
        after = request.args.get("after", 0, type=int)
        rows = queries.contacts(s, access.current_project(s), q=q, kind=kind, after=after)
    return page("contacts/list.html", rows=rows, q=q, kind=kind, kinds=list(ContactKind), size=queries.PAGE)


@bp.get("/contacts/<public_id>")
def contact(public_id: str) -> Response:
    with reading() as s:
        row = access.scoped(s, Contact, public_id)
        detail = queries.contact_detail(s, access.current_project(s), row)
    return page("contacts/detail.html", **detail)


@bp.post("/prospects/<public_id>/contacts")
def add_contact(public_id: str) -> Response:
    with transaction() as s:
        contact = service.add_by_hand(s, access.scoped(s, Prospect, public_id), request.form, access.actor())
    words = f"{request.form.get('address', '')} added as {contact.kind.replace('_', ' ')} contact."
    return done(words, safe_next(request.form.get("next", f"/prospects/{public_id}")))


@bp.post("/prospects/<public_id>/find-contact")
def find_contact(public_id: str) -> Response:
    with reading() as s:
        prospect = access.scoped(s, Prospect, public_id)
    found = run.find(prospect.id)
    words = f"{found.n_contacts} found on {len(found.pages)} pages." if found.n_contacts else f"Nobody: {found.why}."
    return done(words, safe_next(request.form.get("next", f"/prospects/{public_id}")))


@bp.post("/contacts/find")
def find_contacts() -> Response:
    with transaction() as s:
        project = access.current_project(s)
        wanted = [access.scoped(s, Prospect, p).id for p in request.form.getlist("prospect")]
        job = work.start(
            s,
            "find_contacts",
            "Finding contacts",
            {"prospect_ids": wanted, "limit": 200},
            organisation_id=project.organisation_id,
            project_id=project.id,
        )
    return redirect(url_for("accounts.job", public_id=job.public_id), 303)  # type: ignore[return-value]


@bp.post("/contacts/prepare")
def prepare_best() -> Response:
    """Accept the best of the gap and look for their contacts: one press from the gap to the first suggested batch."""
    limit = max(1, min(500, request.form.get("limit", 60, type=int)))
    with transaction() as s:
        project = access.current_project(s)
        ids, _token = service.accept_best(s, project, limit, access.actor(), access.user_id())
        title = f"Finding contacts for the best {len(ids)}"
        home = project.organisation_id
        params = {"prospect_ids": ids, "limit": limit}
        job = work.start(s, "find_contacts", title, params, organisation_id=home, project_id=project.id)
    return redirect(url_for("accounts.job", public_id=job.public_id), 303)  # type: ignore[return-value]


@bp.post("/contacts/<public_id>/retire")
def retire_contact(public_id: str) -> Response:
    with transaction() as s:
        service.retire(s, access.scoped(s, Contact, public_id), request.form.get("reason", "") or "by hand")
    return done("Contact taken out of use.", safe_next(request.form.get("next", "/contacts")))


@bp.post("/contacts/<public_id>/never")
def never_contact(public_id: str) -> Response:
    with transaction() as s:
        project = access.current_project(s)
        row = queries.contact_detail(s, project, access.scoped(s, Contact, public_id))["row"]
        service.suppress(
            s,
            organisation_id=project.organisation_id,
            kind="address",
            value=row.address.normal,
            reason="by_hand",
            actor=access.actor(),
        )
    return done(f"{row.address.address} is never written to again.", NEVER)


@bp.get("/contacts/<public_id>/data.json")
def person_data(public_id: str) -> Response:
    with transaction() as s:
        row = access.scoped(s, Contact, public_id)
        project = access.current_project(s)
        data = queries.everything_on(s, s.get_one(Person, row.person_id))
        accounts.audit(s, "person.exported", access.actor(), project.organisation_id, contact=public_id)
    return jsonify(data)


@bp.post("/contacts/<public_id>/erase")
@can(Role.OWNER)
def erase_person(public_id: str) -> Response:
    with transaction() as s:
        row = access.scoped(s, Contact, public_id)
        project = access.current_project(s)
        n = privacy.erase(s, s.get_one(Person, row.person_id), access.actor())
        accounts.audit(s, "person.erased", access.actor(), project.organisation_id, contact=public_id)
    return done(f"Person erased, {n} addresses forgotten; they will not be written to again.", "/contacts")


@bp.get(NEVER)
def never() -> Response:
    with reading() as s:
        rows = queries.suppressions(s, access.current_project(s).organisation_id)
    return page("contacts/never.html", rows=rows)


@bp.post(NEVER)
def add_never() -> Response:
    values = [v.strip() for v in request.form.get("values", "").replace(",", "\n").splitlines() if v.strip()]
    with transaction() as s:
        home = access.current_project(s).organisation_id
        for value in values:
            kind = "address" if "@" in value.lstrip("@") else "domain"
            service.suppress(s, organisation_id=home, kind=kind, value=value, reason="by_hand", actor=access.actor())
    return done(f"{len(values)} added.", NEVER)


@bp.post("/contacts/never/<public_id>/lift")
@can(Role.OWNER)
def lift_never(public_id: str) -> Response:
    with transaction() as s:
        privacy.lift(s, access.scoped(s, Suppression, public_id), access.actor())
    return done("Lifted.", NEVER)


@bp.get(SERVICES)
def services() -> Response:
    with reading() as s:
        project = access.current_project(s)
        rows, guesses = providers.all_of(s, project.organisation_id), bool(project.settings.get("guessed_contacts"))
    return page("contacts/services.html", rows=rows, guesses=guesses, daily=providers.DAILY)


@bp.post(SERVICES)
@can(Role.OWNER)
def save_service() -> Response:
    form = request.form
    with transaction() as s:
        project = access.current_project(s)
        row = providers.save(
            s, project.organisation_id, kind=form.get("kind", ""), key=form.get("key", ""),
            template=form.get("template", ""), header=form.get("header", ""),
            daily=form.get("daily", providers.DAILY, type=int),
        )  # fmt: skip
        accounts.audit(s, "provider.saved", access.actor(), project.organisation_id, service=row.kind)
    return done("Key kept. It is asked when the pages of a site name nobody.", SERVICES)


@bp.post("/contacts/services/guesses")
@can(Role.OWNER)
def take_guesses() -> Response:
    wanted = request.form.get("wanted") == "on"
    with transaction() as s:
        project = access.current_project(s)
        project.settings = {**project.settings, "guessed_contacts": wanted}
    return done("Guessed addresses are taken and marked." if wanted else "Guessed addresses stay out.", SERVICES)


@bp.post("/contacts/services/<public_id>/remove")
@can(Role.OWNER)
def remove_service(public_id: str) -> Response:
    with transaction() as s:
        row = access.scoped(s, ContactProvider, public_id)
        accounts.audit(s, "provider.removed", access.actor(), row.organisation_id, service=row.kind)
        providers.remove(s, row)
    return done("Key forgotten; nothing is asked any more.", SERVICES)
