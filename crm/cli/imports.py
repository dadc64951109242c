"""`flask import`: exports into a project by command."""

from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from crm import work
from crm.cli.output import emit, find_project, json_option, project_option
from crm.db import reading, transaction
from crm.errors import CrmError
from crm.gap import run, service  # noqa: F401  run registers the handlers
from crm.models.accounts import Competitor, Project
from crm.models.events import Job
from crm.models.gap import Import
from crm.vocabulary import Grain, ImportState

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False, readable=True)


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--as", "owner", default=None, metavar="mine|DOMAIN", help="Whose links the files list.")
@click.option("--queue", is_flag=True, help="Leave the work to the worker; default: do it now.")
@project_option
@json_option
def import_files(
    files: tuple[Path, ...], owner: str | None, queue: bool, project_name: str | None, as_json: bool
) -> None:
    """Import export FILES into a project and compute its gap.

    Tool, columns and owner are recognised; --as names the owner. Files that are refused, or whose owner is unknown,
    are told with the reason and end in exit code 1; the others are imported.
    """
    with reading() as s:
        project_id = find_project(s, project_name).id
    told = [(path, *one) for path in files for one in _send(project_id, path, owner)]
    if not queue:
        _do([import_id for _path, import_id, _problem in told])
    results = [_result(path, import_id, problem) for path, import_id, problem in told]
    emit(results, as_json, lambda: "\n".join(_sentence(one) for one in results))
    if any(one["problem"] for one in results):
        raise SystemExit(1)


def _send(project_id: int, path: Path, owner: str | None) -> list[tuple[int, str]]:
    """(inner id, problem) of each import that the file makes: one per usable table."""
    try:
        with path.open("rb") as stream:
            kept = service.store(path.name, stream)
        with transaction() as s:
            imp = service.take(s, s.get_one(Project, project_id), path.name, kept)
            made, refused = [imp.id, *(one.id for one in service.siblings(s, imp))], imp.refused
    except CrmError as e:
        return [(0, e.message)]
    if refused:
        return [(made[0], f"{refused['reason']} Export instead: {refused['export_instead']}.")]
    return [(import_id, _begin(project_id, import_id, owner)) for import_id in made]


def _begin(project_id: int, import_id: int, owner: str | None) -> str:
    try:
        with transaction() as s:
            _start(s, s.get_one(Project, project_id), s.get_one(Import, import_id), owner)
    except CrmError as e:
        return e.message
    return ""


def _start(s: Session, project: Project, imp: Import, owner: str | None) -> None:
    if imp.state != ImportState.UPLOADED.value:
        return
    if owner:
        service.assign(s, project, imp, owner)
    service.start(s, project, imp)


def _do(imports: list[int]) -> None:
    """Work on the queue until these imports and the computation after them are done."""
    with reading() as s:
        wanted = any(s.get_one(Import, i).state in service.OPEN for i in imports if i)
    if wanted:
        work.run_until_idle()


def _result(path: Path, import_id: int, problem: str) -> dict[str, Any]:
    if not import_id:
        return {"file": str(path), "state": "failed", "problem": problem}
    with reading() as s:
        imp = s.get_one(Import, import_id)
        rival = s.get(Competitor, imp.competitor_id) if imp.competitor_id else None
        job = s.get(Job, imp.job_id) if imp.job_id else None
        return {
            "file": str(path),
            "table": imp.preview.get("table", ""),
            "id": imp.public_id,
            "state": imp.state,
            "tool": imp.tool,
            "report": imp.report,
            "grain": imp.grain,
            "owner": "mine" if imp.is_mine else rival.domain if rival else None,
            "rows_read": imp.rows_read,
            "accepted": imp.accepted,
            "duplicates": imp.duplicates,
            "rejected": imp.rejected,
            "warnings": imp.warnings,
            "problem": problem or (job.error if job and job.error else ""),
        }


def _sentence(one: dict[str, Any]) -> str:
    name = Path(one["file"]).name + (f", {one['table']}" if one.get("table") else "")
    if one["problem"]:
        return f"{name}: not imported. {one['problem']}"
    others = {Grain.KEYWORD.value: "places in search results", Grain.CONTACT.value: "contacts"}
    links = "your links" if one["owner"] == "mine" else f"links to {one['owner']}" if one["owner"] else "gap"
    whose = others.get(one["grain"] or "", links)
    counts = f"{one['accepted']:,} used, {one['duplicates']:,} duplicates, {one['rejected']:,} not usable"
    return f"{name}: {one['tool']} {one['report']}, {whose}, {one['state']}; {one['rows_read']:,} rows: {counts}."


commands = [import_files]
