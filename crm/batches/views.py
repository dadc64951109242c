"""Screens of batches: suggestions, composer, review, and the running batch."""

from typing import cast

from flask import Blueprint, Response, redirect, request, url_for
from sqlalchemy.orm import Session

from crm.accounts import access
from crm.batches import forms, queries, run, service
from crm.batches.desk import queries as desk
from crm.batches.desk.views import composer as composer_of
from crm.batches.desk.views import is_partial
from crm.batches.making import service as making
from crm.batches.overview import queries as overview
from crm.batches.pitches import queries as pitches
from crm.batches.pitches import views as pitch_views
from crm.batches.running import queries as live
from crm.batches.wording import queries as wording
from crm.batches.wording import views as wording_views
from crm.batches.writing import service as writing
from crm.db import reading, transaction
from crm.errors import CrmError, NotFound
from crm.html import done, page
from crm.models.batches import Batch, Enrollment, PitchTemplate
from crm.models.prospects import Prospect
from crm.vocabulary import Angle, BatchState

ANGLES = pitch_views.ANGLES
bp = Blueprint("batches", __name__)
pitch_views.register(bp)
wording_views.register(bp)


@bp.get("/batches")
def index() -> Response:
    with reading() as s:
        project = access.current_project(s)
        return page(
            "batches/index.html",
            groups=overview.suggest(s, project),
            batches=overview.batches(s, project),
            block="list",
        )


@bp.get("/batches/new")
def new() -> Response:
    with reading() as s:
        project = access.current_project(s)
        chosen = overview.prospects_of(s, project, request.args.getlist("prospect"))
        group = overview.find_group(s, project, request.args.get("group", ""))
        own = pitches.own(s, project)
        drafts = [b.batch for b in overview.batches(s, project) if b.batch.state == BatchState.DRAFT]
        people = {"chosen": chosen, "group": group, "mailable": overview.mailable(s, chosen)}
        return page("batches/new.html", people=people, angles=ANGLES, own=own, drafts=drafts)


@bp.post("/batches/new")
def create() -> Response:
    with transaction() as s:
        project = access.current_project(s)
        chosen = overview.prospects_of(s, project, request.form.getlist("prospect"))
        if request.form.get("draft"):
            batch = access.scoped(s, Batch, request.form["draft"])
            left_out = making.add_prospects(s, batch, chosen)
        else:
            own = request.form.get("template", "")
            template = access.scoped(s, PitchTemplate, own) if own else None
            angle = Angle(template.angle) if template else forms.angle(request.form)
            made = _create(s, chosen, angle, template, request.form.get("name", ""))
            batch, left_out = made.batch, made.left_out
        words, url = _left_out_words(len(chosen), left_out), _url(batch)
    return done(words, url)


@bp.post("/batches/suggested")
def create_suggested() -> Response:
    with transaction() as s:
        project = access.current_project(s)
        group = overview.find_group(s, project, request.form.get("group", ""))
        if group is None or not group.picked:
            raise NotFound("This suggestion has changed meanwhile. Have a look at the new ones.")
        chosen = overview.prospects_of(s, project, [p.candidate.id for p in group.picked])
        exploring = {p.candidate.id for p in group.picked if p.exploring}
        made = _create(s, chosen, group.angle, None, "", frozenset(p.id for p in chosen if p.public_id in exploring))
        words, url = _left_out_words(len(chosen), made.left_out), _url(made.batch)
    return done(words, url)


@bp.get("/batches/<public_id>")
def composer(public_id: str) -> Response:
    with reading() as s:
        return composer_of(s, public_id)


@bp.post("/batches/<public_id>/steps/<int:step_no>")
def save_step(public_id: str, step_no: int) -> Response:
    problem = ""
    try:
        with transaction() as s:
            form = forms.step(request.form)
            writing.edit_step(s, access.scoped(s, Batch, public_id), step_no, form.subject, form.body, form.delay_days)
    except CrmError as error:
        problem = error.message
    if problem or is_partial():
        with reading() as s:
            return composer_of(s, public_id, step_no, problem)
    return done("Saved.", url_for("batches.composer", public_id=public_id, step=step_no, to=request.form.get("to")))


@bp.post("/batches/<public_id>/steps/add")
def add_step(public_id: str) -> Response:
    with transaction() as s:
        step_no = writing.add_step(s, access.scoped(s, Batch, public_id)).step_no
    return done("Added a follow-up.", url_for("batches.composer", public_id=public_id, step=step_no))


@bp.post("/batches/<public_id>/steps/<int:step_no>/remove")
def remove_step(public_id: str, step_no: int) -> Response:
    with transaction() as s:
        writing.remove_step(s, access.scoped(s, Batch, public_id), step_no)
    return done("Removed the last follow-up.", url_for("batches.composer", public_id=public_id))


@bp.post("/batches/<public_id>/settings")
def save_settings(public_id: str) -> Response:
    with transaction() as s:
        project, batch = access.current_project(s), access.scoped(s, Batch, public_id)
        boxes = desk.mailboxes(s, project)
        zone = next((m.time_zone for m in boxes if m.public_id == request.form.get("mailbox")), "UTC")
        writing.configure(s, batch, forms.settings(request.form, boxes, zone))
    return done("Saved.", _back(public_id))


@bp.post("/batches/<public_id>/people")
def add_people(public_id: str) -> Response:
    with transaction() as s:
        project, batch = access.current_project(s), access.scoped(s, Batch, public_id)
        chosen = overview.prospects_of(s, project, request.form.getlist("prospect"))
        left_out = making.add_prospects(s, batch, chosen)
    return done(_left_out_words(len(chosen), left_out), _back(public_id))


@bp.get("/batches/<public_id>/people")
def choose_people(public_id: str) -> Response:
    with reading() as s:
        project, batch = access.current_project(s), access.scoped(s, Batch, public_id)
        return page("batches/people.html", batch=batch, prospects=desk.addable(s, project, batch))


@bp.post("/batches/<public_id>/people/<key>")
def write_person(public_id: str, key: str) -> Response:
    with transaction() as s:
        enrollment = _person(s, public_id, key)
        if "opening_line" in request.form:
            writing.write_fields(s, enrollment, {"opening_line": request.form["opening_line"]})
        if "body" in request.form:
            step_no = forms.number(request.form.get("step"))
            writing.write_mail(s, enrollment, step_no, request.form.get("subject", ""), request.form["body"])
    return done("Saved.", _back(public_id, key))


@bp.post("/batches/<public_id>/people/<key>/drop")
def drop(public_id: str, key: str) -> Response:
    with transaction() as s:
        enrollment = _person(s, public_id, key)
        batch, domain = access.scoped(s, Batch, public_id), enrollment.root_domain
        token = making.drop(s, batch, enrollment, access.actor())
    return done(f"Dropped {domain}.", _back(public_id), undo=token)


@bp.get("/batches/<public_id>/review")
def review(public_id: str) -> Response:
    with reading() as s:
        batch = access.scoped(s, Batch, public_id)
        view = queries.composition(s, batch)
        key = request.args.get("at", "")
        waiting = desk.next_to_review(view)
        to, step_no = key or (waiting.recipient.key if waiting else ""), forms.number(request.args.get("step"))
        shown = desk.desk(s, access.current_project(s), batch, step_no, to)
        return page("batches/review.html", desk=shown, edit=request.args.get("edit"), left=desk.unread(view))


@bp.post("/batches/<public_id>/people/<key>/review")
def review_one(public_id: str, key: str) -> Response:
    with transaction() as s:
        enrollment, batch = _person(s, public_id, key), access.scoped(s, Batch, public_id)
        writing.mark_reviewed(s, enrollment, request.form.get("verdict") != "skip")
        s.flush()
        following = desk.next_to_review(queries.composition(s, batch), key)
    if following is None:
        return done("All mails are read.", url_for("batches.composer", public_id=public_id))
    return cast(Response, redirect(url_for("batches.review", public_id=public_id, at=following.recipient.key), 303))


@bp.post("/batches/<public_id>/schedule")
def schedule(public_id: str) -> Response:
    with transaction() as s:
        batch = access.scoped(s, Batch, public_id)
        if queries.composition(s, batch).verdict.needs_mailbox:
            return done(
                "Connect the mailbox these mails shall come from.", f"/settings/mailboxes/new?next={_url(batch)}"
            )
        n = service.approve(s, batch, access.actor())
        token = service.offer_undo(s, batch, n, access.user_id())
    return done(f"Scheduled {n}.", url_for("batches.running", public_id=public_id), undo=token)


@bp.get("/batches/<public_id>/run")
def running(public_id: str) -> Response:
    with reading() as s:
        batch = access.scoped(s, Batch, public_id)
        tested = wording.of_batch(s, batch)
        return page("batches/run.html", block="live", batch=batch, run=live.run_of(s, batch), wordings=tested)


@bp.post("/batches/<public_id>/<any(pause, resume, stop):verb>")
def steer(public_id: str, verb: str) -> Response:
    with transaction() as s:
        batch = access.scoped(s, Batch, public_id)
        words = service.steer(s, batch, verb, access.actor(), request.form.get("reason", ""))
    return done(words, url_for("batches.running", public_id=public_id))


@bp.post("/batches/<public_id>/copy")
def copy(public_id: str) -> Response:
    with transaction() as s:
        project = access.current_project(s)
        made = service.copy(s, project, access.scoped(s, Batch, public_id), access.actor())
        group = overview.group_like(s, project, made)
        chosen = overview.prospects_of(s, project, [p.candidate.id for p in group.picked] if group else [])
        making.add_prospects(s, made, chosen)
        url = _url(made)
    return done(f"Copied the words; {len(chosen)} new people.", url)


@bp.post("/batches/<public_id>/delete")
def delete(public_id: str) -> Response:
    with transaction() as s:
        making.discard(s, access.scoped(s, Batch, public_id), access.actor())
    return done("Deleted the draft. Its prospects are free again.", url_for("batches.index"))


@bp.post("/batches/<public_id>/test")
def test_mail(public_id: str) -> Response:
    with reading() as s:
        _person(s, public_id, request.form.get("to", ""))
    to = request.form.get("to", "")
    return done(run.send_test(public_id, to, forms.number(request.form.get("step"))), _back(public_id, to))


def _create(
    s: Session,
    chosen: list[Prospect],
    angle: Angle,
    template: PitchTemplate | None,
    name: str,
    exploring: frozenset[int] = frozenset(),
) -> making.Made:
    project = access.current_project(s)
    boxes = desk.mailboxes(s, project)
    box = boxes[0] if boxes else None
    made = service.create(s, project, chosen, angle, template, box, name, exploring=exploring, actor=access.actor())
    making.must_hold_somebody(made, len(chosen))
    return made


def _person(s: Session, public_id: str, key: str) -> Enrollment:
    batch, enrollment = access.scoped(s, Batch, public_id), access.scoped(s, Enrollment, key)
    if enrollment.batch_id != batch.id:
        raise NotFound("There is no such person in this batch.")
    return enrollment


def _left_out_words(n: int, left_out: tuple[tuple[str, str], ...]) -> str:
    words = f"{n - len(left_out)} people in the batch."
    if left_out:
        some = "; ".join(f"{domain}: {why}" for domain, why in left_out[:3])
        words += f" {len(left_out)} left out ({some}{'; …' if len(left_out) > 3 else ''})."
    return words


def _url(batch: Batch) -> str:
    return url_for("batches.composer", public_id=batch.public_id)


def _back(public_id: str, key: str = "") -> str:
    step = request.form.get("step")
    if request.form.get("back") == "review":
        return url_for("batches.review", public_id=public_id, at=key or None)
    return url_for("batches.composer", public_id=public_id, step=step, to=key or request.form.get("to") or None)
