"""Screens: what was learned, the planner with goals, and the quarterly review."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from crm import clock, journal
from crm.accounts import access
from crm.db import reading, transaction
from crm.errors import BadInput
from crm.html import done, page, safe_next
from crm.learning import queries, service
from crm.learning.forms import answers, goal_of, needed_of
from crm.learning.linking import queries as linking
from crm.learning.planner import CAVEATS
from crm.learning.planning import queries as planning
from crm.learning.planning import service as planned
from crm.learning.quarters import quarter_name, quarter_of
from crm.learning.ranking.queries import moves
from crm.learning.rerunning import queries as rerunning
from crm.learning.rerunning import service as reruns
from crm.learning.reviewing import queries as reviewing
from crm.learning.screen.queries import learned_screen
from crm.models.learning import RerunReason
from crm.models.targets import TargetPage
from crm.targets import service as targets
from crm.vocabulary import LinkType

bp = Blueprint("learning", __name__)
TYPES = [t.value for t in LinkType]


@bp.get("/report/learned")
def learned() -> Response:
    with reading() as s:
        project = access.current_project(s)
        fit = queries.latest_fit(s, project.id)
        shown = learned_screen(s, project, fit, request.args.get("as") == "table")
        return page("learning/learned.html", o=shown, fit=fit, moves=moves(s, fit, 12) if fit else [])


@bp.post("/report/learned/refit")
def refit() -> Response:
    with transaction() as s:
        made = service.refit(s, access.current_project(s).id)
    return done(made.verdict, url_for(".learned"))


@bp.post("/report/learned/reset")
def reset() -> Response:
    with transaction() as s:
        project = access.current_project(s)
        made, token = service.reset(s, project.id, access.actor(), user_id=access.user_id())
    return done(made.verdict, url_for(".learned"), undo=token)


@bp.post("/report/learned/pooling")
def pooling() -> Response:
    on = request.form.get("on") == "1"
    with transaction() as s:
        project = access.current_project(s)
        service.set_pooling(s, project.id, on)
        service.refit(s, project.id)
    return done(
        "The team's other projects count as a start." if on else "Only this project counts.", url_for(".learned")
    )


@bp.get("/plan")
def plan() -> Response:
    with reading() as s:
        project = access.current_project(s)
        asked = answers(request.args, planning.record(s, project.id))
        plans = [planning.plan(s, project, goal) for goal in planning.goals(s, project.id)]
        serps, serp = planning.result_pages(s, project), request.args.get("serp", "")
        filled = planning.first_three(s, project, serp) if serp else {}
        ctx: dict[str, Any] = {"needs": planning.needs(s, project.id), "pages": planning.pages(s, project.id)}
    args = {**request.args.to_dict(), **filled}
    ctx |= {"plans": plans, "types": TYPES, "args": args, "caveats": CAVEATS, "serps": serps}
    return page("learning/plan.html", quarter=quarter_of(clock.now().date()), a=asked, **ctx)


@bp.post("/plan/page")
def keep_need() -> Response:
    need = needed_of(request.form)
    if need is None:
        raise BadInput("Give the links of the first page at least.", field="top1")
    with transaction() as s:
        target = access.scoped(s, TargetPage, request.form.get("page", ""))
        planned.keep(s, target, need, request.form.get("serp", ""))
    return done("Kept for this page.", f"{url_for('.plan')}#pages")


@bp.post("/plan/page/<public_id>/forget")
def forget_need(public_id: str) -> Response:
    with transaction() as s:
        planned.forget(s, access.scoped(s, TargetPage, public_id))
    return done("Taken off the list.", url_for(".plan"))


@bp.post("/plan/goal")
def set_goal() -> Response:
    with transaction() as s:
        targets.set_goal(s, access.current_project(s), **goal_of(request.form, clock.now().date()))
    return done("The goal is set.", url_for(".plan"))


@bp.get("/review/quarter")
def review() -> Response:
    name = quarter_name(clock.now().date())
    with reading() as s:
        project = access.current_project(s)
        steps, wins = reviewing.review(s, project, name), linking.wins(s, project)
        here = next((step.key for step in steps if not step.done), "")
        return page(
            "learning/review.html", steps=steps, reasons=rerunning.reasons(s, project), wins=wins, name=name, here=here
        )


@bp.post("/review/quarter/<step>")
def review_step(step: str) -> Response:
    name, ticked = quarter_name(clock.now().date()), request.form.get("done") == "1"
    with transaction() as s:
        project = access.current_project(s)
        if step not in {known.key for known in reviewing.review(s, project, name)}:
            raise BadInput("The review has no such step.")
        kind = reviewing.STEP_DONE if ticked else reviewing.STEP_OPENED
        journal.record(s, kind, project, project=project, actor=access.actor(), data={"quarter": name, "step": step})
    return done("Done." if ticked else "Opened again.", url_for(".review"))


@bp.post("/review/reasons/<public_id>/close")
def close_reason(public_id: str) -> Response:
    with transaction() as s:
        row = access.scoped(s, RerunReason, public_id)
        token = reruns.close(s, access.current_project(s), row, access.actor())
    return done("Closed until it happens again.", safe_next(request.form.get("next", "/")), undo=token)
