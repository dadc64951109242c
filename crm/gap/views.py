"""Screens of the gap: the list, its linking pages, what is outside and why, how it changed; and imports."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Blueprint, Response, request, stream_with_context, url_for

from crm.accounts import access
from crm.db import reading, transaction
from crm.gap import forms, queries, service
from crm.gap.backlog import views as backlog_views
from crm.gap.comparing.queries import type_mix
from crm.gap.graph import service as graph
from crm.gap.intake import service as intake
from crm.gap.intake import views as intake_views
from crm.gap.linking import views as linking_views
from crm.gap.quality import standing
from crm.gap.rivals import views as rival_views
from crm.html import done, page
from crm.models.accounts import Competitor
from crm.models.gap import Import
from crm.prospects import queries as prospects
from crm.prospects import tables
from crm.prospects.filters import BADGE_WORDS, Wanted, chips, query, turned, wanted
from crm.prospects.service import REASONS
from crm.vocabulary import Action, ImportState, LinkType

bp = Blueprint("gap", __name__)
intake_views.register(bp)
backlog_views.register(bp)
rival_views.register(bp)
linking_views.register(bp)


@bp.get("/gap")
def index() -> Response:
    if request.args.get("export") == "csv":
        return export()
    w = wanted(request.args)
    with reading() as s:
        project = access.current_project(s)
        shown = prospects.listing(s, project, w)
        side = prospects.side(s, project, w)
        top = queries.screen(s, project)
    return page("gap/index.html", block="table", w=w, shown=shown, side=side, top=top, **_choices(top.rivals, w))


def _choices(rivals: Sequence[Competitor], w: Wanted) -> dict[str, Any]:
    """What the list's filters and buttons let a person choose from."""
    return {
        "here": "/gap",
        "letters": "".join(c.letter for c in rivals),
        "chips": chips(w),
        "query": query,
        "turned": turned,
        "badge_words": BADGE_WORDS,
        "types": list(LinkType),
        "actions": list(Action),
        "reasons": REASONS,
    }


def export() -> Response:
    """The list as CSV, safe for spreadsheets, with the same filters."""
    w = wanted(request.args)

    def lines() -> Iterator[str]:
        with reading() as s:
            yield from tables.csv_lines(prospects.everything(s, access.current_project(s), w))

    answer = Response(stream_with_context(lines()), mimetype="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = "attachment; filename=gap.csv"
    return answer


@bp.get("/gap/outside")
def outside() -> Response:
    why, after = request.args.get("why", "")[:40], request.args.get("after", "")[:253]
    with reading() as s:
        project = access.current_project(s)
        snapshot = queries.current(s, project)
        rows, following = queries.outside(s, snapshot, why, after) if snapshot else ([], "")
        reasons = queries.why_not(s, snapshot) if snapshot else {}
        letters = queries.rivals(s, project)
    return page("gap/outside.html", rows=rows, after=following, reasons=reasons, why=why, rivals=letters)


@bp.get("/gap/benchmark")
def benchmark() -> Response:
    with reading() as s:
        project = access.current_project(s)
        snapshot = queries.current(s, project)
        rows = [("", project.domain, "/gap/outside?why=already_linking")]
        rows += [(c.letter, c.domain, f"/gap/pages?rival={c.letter}") for c in queries.rivals(s, project)]
        kinds, mix = type_mix(s, project)
    words = standing(snapshot.benchmark) if snapshot else []
    return page("gap/benchmark.html", snapshot=snapshot, rows=rows, kinds=kinds, mix=mix, words=words)


@bp.get("/gap/changes")
def changes() -> Response:
    with reading() as s:
        project = access.current_project(s)
        found = queries.snapshots(s, project)
        letters = queries.rivals(s, project)
    return page("gap/changes.html", snapshots=found, rivals=letters, kind=request.args.get("kind", "new"))


@bp.get("/gap/commoncrawl")
def commoncrawl() -> Response:
    with reading() as s:
        jobs = queries.open_jobs(s, access.current_project(s), "commoncrawl")
    return page("gap/commoncrawl.html", releases=graph.releases(), folder=graph.folder(), jobs=jobs)


@bp.post("/gap/commoncrawl")
def start_commoncrawl() -> Response:
    with transaction() as s:
        graph.start(s, access.current_project(s), request.form.get("release", ""), access.actor())
    return done("The release is being read.", url_for("gap.commoncrawl"))


@bp.post("/gap/compute")
def compute() -> Response:
    with transaction() as s:
        job = service.recompute(s, access.current_project(s))
    return done("The gap is being computed.", url_for("accounts.job", public_id=job.public_id))


@bp.get("/import")
def imports() -> Response:
    with reading() as s:
        project = access.current_project(s)
        rows = queries.imports(s, project)
        letters = queries.rivals(s, project)
        job = queries.open_gap_job(s, project)
        unfinished = intake.unfinished_uploads(intake_views.owner(s))
    n = sum(imp.state == ImportState.UPLOADED and service.has_owner(imp) for imp, _rival, _job in rows)
    more = {"unfinished": unfinished, "sizes": intake.sizes(), "n_waiting": n}
    return page("import/index.html", rows=rows, rivals=letters, job=job, **more)  # type: ignore[arg-type]


@bp.post("/import")
def upload() -> Response:
    received = []
    for file in request.files.getlist("files"):
        if file.filename:
            kept = service.store(file.filename, file.stream)
            with transaction() as s:
                received.append(service.take(s, access.current_project(s), file.filename, kept))
    if not received:
        return done("Choose at least one file.", url_for("gap.imports"))
    if len(received) == 1:
        return done(f"{received[0].filename} is here.", url_for("gap.show_import", public_id=received[0].public_id))
    return done(f"{len(received)} files are here.", url_for("gap.imports"))


@bp.post("/import/start")
def start_all() -> Response:
    with transaction() as s:
        project = access.current_project(s)
        n = service.start_all(s, project, actor=access.actor())
    return done(f"{n} imports started." if n else "No file waits with a known owner.", url_for("gap.imports"))


@bp.get("/import/<public_id>")
def show_import(public_id: str) -> Response:
    with reading() as s:
        imp = access.scoped(s, Import, public_id)
        project = access.current_project(s)
        letters = queries.rivals(s, project)
        rejected = queries.rejects(s, imp)
        job = next((job for found, _rival, job in queries.imports(s, project) if found.id == imp.id), None)
    more = {"rejected": rejected, "meanings": forms.MEANINGS, "own": project.domain}
    return page("import/show.html", imp=imp, rivals=letters, job=job, **more)  # type: ignore[arg-type]


@bp.post("/import/<public_id>/start")
def start(public_id: str) -> Response:
    with transaction() as s:
        project = access.current_project(s)
        imp = access.scoped(s, Import, public_id)
        if "owner" in request.form:
            service.assign(s, project, imp, forms.owner(request.form))
        service.start(s, project, imp, actor=access.actor())
    return done(f"{imp.filename} is being imported.", url_for("gap.show_import", public_id=public_id))


@bp.post("/import/<public_id>/columns")
def map_columns(public_id: str) -> Response:
    with transaction() as s:
        project = access.current_project(s)
        imp = access.scoped(s, Import, public_id)
        header = [str(cell) for cell in imp.preview.get("header", [])]
        service.remember_mapping(s, project, imp, forms.mapping(request.form, header))
    return done(
        "Columns named; files with this header are read so from now on.",
        url_for("gap.show_import", public_id=public_id),
    )


@bp.post("/import/<public_id>/undo")
def take_out(public_id: str) -> Response:
    with transaction() as s:
        imp = access.scoped(s, Import, public_id)
        token = service.take_out(s, access.current_project(s), imp, actor=access.actor(), user_id=access.user_id())
    return done(f"{imp.filename} is taken out.", url_for("gap.imports"), undo=token)
