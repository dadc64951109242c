"""The report screens. Reading only, but for the share link."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, make_response, request, url_for
from sqlalchemy.orm import Session

from crm.accounts import access
from crm.accounts.access import public
from crm.batches.wording import queries as wording
from crm.db import reading, transaction
from crm.html import done, page
from crm.models.accounts import Project
from crm.reports import charts, conversion, overview, queries, service
from crm.reports.answers import queries as answering
from crm.reports.desk.queries import desk
from crm.reports.effort import views as effort_views
from crm.reports.money import queries as money
from crm.reports.periods import Choice
from crm.reports.progress import queries as progress
from crm.reports.screen import queries as first_screen
from crm.reports.showing import queries as showing
from crm.reports.tables import Table

bp = Blueprint("reports", __name__)
effort_views.register(bp)


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
        project, wanted = _asked(s)
        shown = first_screen.overview_of(s, project, wanted, partial(queries.rows_url, wanted))
        tables = first_screen.tables(s, project, wanted) if _as_table() else {}
        return page("reports/overview.html", o=shown, w=wanted, tables=tables, shares=service.shares(s, project))


@bp.get("/report/conversion")
def by_dimension() -> Response:
    by = request.args.get("by", "link_type")
    with reading() as s:
        project, wanted = _asked(s)
        lines = showing.rates(s, project, by, wanted)
        table = showing.table(s, project, "conversion", wanted, by) if _as_table() else None
    end, labels = overview.whiskers(lines)
    ctx: dict[str, Any] = {"lines": lines, "end": end, "labels": labels, "by": by, "table": table}
    return page("reports/conversion.html", w=wanted, names=conversion.NAMES, words=showing.WORDS, **ctx)


@bp.get("/report/answers")
def answers() -> Response:
    with reading() as s:
        project, wanted = _asked(s)
        lines, tests = answering.answered(s, project, wanted), wording.tests(s, project)
        tables = _tables(s, project, wanted, "quality", "wordings") if _as_table() else {}
        return page("reports/answers.html", w=wanted, lines=lines, tests=tests, tables=tables)


@bp.get("/report/time")
def time() -> Response:
    with reading() as s:
        project, wanted = _asked(s)
        lines = first_screen.wait_lines(s, project, wanted)
        tables = _tables(s, project, wanted, "time") if _as_table() else {}
        return page("reports/time.html", w=wanted, lines=lines, table=tables.get("time"))


@bp.get("/report/cost")
def cost() -> Response:
    with reading() as s:
        project, wanted = _asked(s)
        months = charts.stack(money.by_month(s, project, wanted), progress.WAYS)
        tables = _tables(s, project, wanted, "cost", "channels")
        costs = {"hour": money.hour_of(project), "currency": money.currency_of(project)}
        others = money.other_currencies(s, project, wanted)
        return page("reports/cost.html", w=wanted, tables=tables, months=months, costs=costs, others=others)


@bp.get("/report/progress")
def over_time() -> Response:
    with reading() as s:
        project, wanted = _asked(s)
        rows = [(row["quarter"], row) for row in progress.quarters(s, project, wanted)]
        tables = _tables(s, project, wanted, "quarters", "progress")
        series = progress.series(s, project, wanted)
        stacked = charts.stack(rows, progress.WAYS)
        return page("reports/progress.html", w=wanted, quarters=stacked, series=series, tables=tables)


@bp.get("/report/gap")
def gap_closed() -> Response:
    with reading() as s:
        project, wanted = _asked(s)
        table = showing.table(s, project, "gap", wanted)
        return page("reports/table.html", w=wanted, table=table, csv="gap", tab="progress")


@bp.get("/report/links")
def links() -> Response:
    with reading() as s:
        project, wanted = _asked(s)
        table = money.links_table(s, project, wanted, request.args.get("channel", ""))
        return page("reports/table.html", w=wanted, table=table, csv="links", tab="cost")


@bp.get("/report/rows")
def rows() -> Response:
    by, key, state = (request.args.get(name, "") for name in ("by", "key", "state"))
    with reading() as s:
        project, wanted = _asked(s)
        found = showing.pitch_rows(s, project, wanted, by, key, state)
        dimension = "wording" if by == "wording" else conversion.NAMES.get(by, "")
        return page("reports/rows.html", w=wanted, rows=found, by=dimension, key=key, state=state)


@bp.get("/report/<name>.csv")
def as_csv(name: str) -> Response:
    by, key, state = (request.args.get(part, "") for part in ("by", "key", "state"))
    with reading() as s:
        project, wanted = _asked(s)
        if name == "pitches":
            table = showing.pitches_table(s, project, wanted, by, key, state)
        elif name == "links":
            table = money.links_table(s, project, wanted, request.args.get("channel", ""))
        else:
            table = showing.table(s, project, name, wanted, by or "link_type")
    return _download(name, table)


@bp.get("/report/print")
def print_page() -> Response:
    with reading() as s:
        return _client_page(s, *_asked(s))


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


def _client_page(s: Session, project: Project, wanted: Choice) -> Response:
    shown = first_screen.overview_of(s, project, wanted, lambda **_: "#")
    response = page("reports/client.html", o=shown, w=wanted, site=project)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _asked(s: Session) -> tuple[Project, Choice]:
    """The current project and the period, batch and link type of the request."""
    project = access.current_project(s)
    return project, queries.choice(s, project.id, _args())


def _as_table() -> bool:
    return request.args.get("as") == "table"


def _tables(s: Session, project: Project, wanted: Choice, *names: str) -> dict[str, Table]:
    return {name: showing.table(s, project, name, wanted) for name in names}


def _download(name: str, table: Table) -> Response:
    head = {"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": f'attachment; filename="{name}.csv"'}
    return make_response("\ufeff" + table.csv(), 200, head)


def _args() -> Mapping[str, str]:
    return {k: v for k, v in request.args.items() if k in ("from", "to", "batch", "type", "quarter") and v}
