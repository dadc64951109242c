"""Screens of the gap page by page, and site by site with the links of every rival."""

from flask import Blueprint, Response, request

from crm.accounts import access
from crm.db import reading
from crm.gap import queries
from crm.gap.linking import queries as linking
from crm.gap.linking.wanted import DIFFICULTY, STAGES, chips, pages_wanted, query, turned
from crm.html import page
from crm.vocabulary import LinkType


def register(bp: Blueprint) -> None:
    """Hang the screens onto the gap's."""
    bp.get("/gap/pages")(pages)
    bp.get("/gap/matches")(matches)


def pages() -> Response:
    w = pages_wanted(request.args)
    with reading() as s:
        project = access.current_project(s)
        shown = linking.pages(s, project, w)
        whole, losses = linking.expected(s, project, w) if request.args.get("filters") else (0.0, [])
        rivals = queries.rivals(s, project)
    asked = {"types": list(LinkType), "stages": STAGES, "difficulties": list(DIFFICULTY), "whole": whole}
    said = {"query": query, "turned": turned, "chips": chips(w), "losses": losses, "rivals": rivals}
    return page("gap/pages.html", w=w, shown=shown, counted=linking.COUNTED, **said, **asked)  # type: ignore[arg-type]


def matches() -> Response:
    sort, exactly = request.args.get("sort", ""), request.args.get("n", "")
    sort = sort if sort.removeprefix("-") in ("matches", "links", "site") else "-matches"
    n = int(exactly) if exactly.isdigit() and len(exactly) < 3 else 0
    with reading() as s:
        project = access.current_project(s)
        rivals, snapshot = queries.rivals(s, project), queries.current(s, project)
        after = request.args.get("after", "")[:300]
        rows, following = (
            linking.matches(s, snapshot, rivals, sort=sort, exactly=n, after=after) if snapshot else ([], "")
        )
    return page("gap/matches.html", rows=rows, after=following, rivals=rivals, sort=sort, n=n)
