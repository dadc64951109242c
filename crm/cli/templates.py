"""`flask template ...`: pitch templates and whether a text may be used as one."""

from pathlib import Path
from typing import Any

import click

from crm.batches.fields import FIELDS
from crm.batches.pitches import queries
from crm.batches.render import check_source
from crm.batches.starters import read_text
from crm.cli.output import emit, find_project, json_option, project_option
from crm.db import reading
from crm.errors import BadInput

group = click.Group("template", help="Pitch templates: list, show, check.")


@group.command("list")
@project_option
@json_option
def list_templates(project_name: str | None, as_json: bool) -> None:
    """List own templates and the starters, by reason for the link."""
    with reading() as s:
        found = queries.templates(s, find_project(s, project_name))
        rows = [_row(t) for shown in found.values() for t in shown]
    text = "\n".join(f"{r['angle']:18} {r['name']} ({'starter' if r['starter'] else r['id']})" for r in rows)
    emit(rows, as_json, text)


@group.command("show")
@click.argument("name")
@project_option
@json_option
def show(name: str, project_name: str | None, as_json: bool) -> None:
    """Show one template by its name, its id, or the angle of a starter."""
    with reading() as s:
        shown = queries.find(s, find_project(s, project_name), name)
    data = {**_row(shown), "steps": [step.to_dict() for step in shown.steps]}
    parts = [
        f"--- {n}, after {x.delay_days} working days\nSubject: {x.subject or 'Re:'}\n{x.body}"
        for n, x in enumerate(shown.steps, 1)
    ]
    emit(data, as_json, "\n".join(parts))


@group.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def check(file: Path, as_json: bool) -> None:
    """Say whether a pitch file ("Subject: ..." on its first line) may be saved, and what is wrong with it."""
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(f"{file.name} is no text in UTF-8.") from error
    step = read_text(text)
    found = [
        {"part": part, "line": p.line + (1 if part == "body" else 0), "code": p.code, "words": p.words}
        for part, source in (("subject", step.subject), ("body", step.body))
        for p in check_source(source)
    ]
    data = {"ok": not found, "problems": found, "fields": list(FIELDS)}
    emit(data, as_json, "\n".join(f"{p['part']}: {p['words']}" for p in found) or "This pitch may be saved.")
    if found:
        raise SystemExit(1)


def _row(shown: queries.Shown) -> dict[str, Any]:
    won = shown.won
    rate = {"wins": won.wins, "mailed": won.n, "rate": won.mean, "low": won.low, "high": won.high} if won.n else None
    return {
        "id": shown.key,
        "name": shown.name,
        "angle": shown.angle.value,
        "version": shown.version,
        "starter": shown.starter,
        "mails": len(shown.steps),
        "won": rate,
    }
