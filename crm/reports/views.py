"""The report screens. Reading only, but for the share link."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, make_response, request, url_for

from crm.accounts import access
from crm.accounts.access import public
from crm.db import reading, transaction
from crm.html import done, page
from crm.models.accounts import Project
from crm.reports import conversion, overview, queries, service
from crm.reports.desk.queries import desk
from crm.reports.screen import queries as first_screen
from crm.reports.showing import queries as showing

bp = Blueprint("reports", __name__)


@bp.get("/")
def today() -> Response:
    with reading() as s:
        project = access.current_project(s, required=False)
        if project is None:
            return make_response("", 303, {"Location": "/setup"})
        return page("reports/today.html", d=desk(s, project))


@bp.get("/report")
def report() -> Response:
    with reading() as s:
        project = access.current_project(s)
        wanted = queries.choice(s, project.id, _args())
        shown = first_screen.overview_of(
            s, project, wanted, lambda **more: f"/report/rows?{urlencode(wanted.query(**more))}"
        )
        tables = first_screen.tables(s, project, wanted) if request.args.get("as") == "table" else {}
        return page("reports/overview.html", o=shown, w=wanted, tables=tables, shares=service.shares(s, project))


@bp.get("/report/conversion")
def by_dimension() -> Response:
    by = request.args.get("by", "link_type")
    with reading() as s:
        project = access.current_project(s)
        wanted = queries.choice(s, project.id, _args())
        lines = showing.rates(s, project, by, wanted)
        table = showing.table(s, project, "conversion", wanted, by) if request.args.get("as") == "table" else None
    end, labels = overview.whiskers(lines)
    ctx: dict[str, Any] = {"lines": lines, "end": end, "labels": labels, "by": by, "table": table}
    return page("reports/conversion.html", w=wanted, names=conversion.NAMES, **ctx)


@bp.get("/report/time")
def time() -> Response:
    with reading() as s:
        project = access.current_project(s)
        wanted = queries.choice(s, project.id, _args())
        lines = first_screen.wait_lines(s, project, wanted)
        return page("reports/time.html", w=wanted, lines=lines, table=_as_table(s, project, "time", wanted))


@bp.get("/report/cost")
def cost() -> Response:
    with reading() as s:
        project = access.current_project(s)
        wanted = queries.choice(s, project.id, _args())
        tables = [
            (name, showing.table(s, project, name, wanted)) for name in ("cost", "channels", "quality", "progress")
        ]
        return page("reports/cost.html", w=wanted, tables=tables)


@bp.get("/report/rows")
def rows() -> Response:
    by, key, state = (request.args.get(name, "") for name in ("by", "key", "state"))
    with reading() as s:
        project = access.current_project(s)
        wanted = queries.choice(s, project.id, _args())
        found = showing.pitch_rows(s, project, wanted, by, key, state)
        return page("reports/rows.html", w=wanted, rows=found, by=conversion.NAMES.get(by, ""), key=key, state=state)


@bp.get("/report/<name>.csv")
def as_csv(name: str) -> Response:
    with reading() as s:
        project = access.current_project(s)
        wanted = queries.choice(s, project.id, _args())
        table = showing.table(s, project, name, wanted, request.args.get("by", "link_type"))
    head = {"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": f'attachment; filename="{name}.csv"'}
    return make_response("\ufeff" + table.csv(), 200, head)


@bp.get("/report/print")
def print_page() -> Response:
    with reading() as s:
        project = access.current_project(s)
        return _client_page(s, project, queries.choice(s, project.id, _args()))


@bp.post("/report/share")
def share() -> Response:
    with transaction() as s:
        project = access.current_project(s)
        link = service.share(s, project, access.actor())
    return done(
        f"Anybody with this address sees the client report: {request.host_url}shared/{link}", url_for(".report")
    )


@bp.post("/report/share/<public_id>/revoke")
def revoke(public_id: str) -> Response:
    with transaction() as s:
        service.revoke(s, access.current_project(s), public_id, access.actor())
    return done("The link no longer opens anything.", url_for(".report"))


@bp.get("/shared/<token>")
@public
def shared(token: str) -> Response:
    with reading() as s:
        project = service.shared_project(s, token)
        if project is None:
            abort(404)
        return _client_page(s, project, queries.choice(s, project.id, {}))


def _client_page(s: Any, project: Project, wanted: Any) -> Response:
    shown = first_screen.overview_of(s, project, wanted, lambda **_: "#")
    response = page("reports/client.html", o=shown, w=wanted, site=project)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _as_table(s: Any, project: Project, name: str, wanted: Any) -> Any:
    return showing.table(s, project, name, wanted) if request.args.get("as") == "table" else None


def _args() -> Mapping[str, str]:
    return {k: v for k, v in request.args.items() if k in ("from", "to", "batch", "type") and v}
