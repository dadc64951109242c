"""`flask gap`: read exports and compute a gap without a database."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from crm.cli.output import emit, json_option
from crm.errors import BadInput
from crm.gap import reader
from crm.gap.reader import Inspection

group = click.Group("gap", help="Read backlink exports and compute the gap; nothing is stored.")
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False, readable=True)
map_option = click.option("--map", "pairs", multiple=True, metavar="HEADER=MEANING", help="Name a column by hand.")


@group.command("inspect")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@map_option
@json_option
def inspect(files: tuple[Path, ...], pairs: tuple[str, ...], as_json: bool) -> None:
    """Say of each FILE which tool and report it is and what became of its lines."""
    found = [_described(reader.inspect(path, mapping=_mapping(pairs))) for path in files]
    emit(found, as_json, lambda: "\n".join(_sentence(one) for one in found))


def _mapping(pairs: tuple[str, ...]) -> dict[str, str] | None:
    made = {}
    for pair in pairs:
        name, sign, meaning = pair.rpartition("=")
        if not sign or not name:
            raise BadInput(f"--map {pair}: write HEADER=MEANING, for example 'Page=source_url'.")
        made[name] = meaning
    return made or None


def _described(tables: list[Inspection]) -> dict[str, Any]:
    """One object per file; a file with several usable tables lists them all under `tables`."""
    objects = [_object(one) for one in tables]
    main = max(objects, key=lambda o: int(o["rows_read"]))
    return main if len(objects) == 1 else {**main, "tables": objects}


def _object(one: Inspection) -> dict[str, Any]:
    tally = one.tally
    refused = {"reason": one.refused.reason, "export_instead": one.refused.export_instead} if one.refused else None
    return {
        "file": one.file,
        "tool": one.tool,
        "report": one.report,
        "grain": one.grain,
        "encoding": one.encoding,
        "delimiter": one.delimiter,
        "target": one.target,
        "rows_read": tally.rows_read,
        "accepted": tally.accepted,
        "duplicates": tally.duplicates,
        "rejected": [{"row": r.row, "reason": r.reason} for r in tally.rejected],
        "refused": refused,
        "table": one.table,
        "columns": dict(one.columns),
        "rivals": list(one.rivals),
        "warnings": tally.warnings,
    }


def _sentence(one: dict[str, Any]) -> str:
    name = Path(one["file"]).name
    if one["refused"]:
        return f"{name}: refused. {one['refused']['reason']} Export instead: {one['refused']['export_instead']}."
    counts = f"{one['accepted']:,} accepted, {one['duplicates']:,} duplicates, {len(one['rejected']):,} rejected"
    target = f" for {one['target']}" if one["target"] else ""
    lines = [f"{name}: {one['tool']} {one['report']}{target}, {one['rows_read']:,} rows read: {counts}."]
    lines += [f"  {warning}" for warning in one["warnings"]]
    lines += [f"  row {r['row']}: {r['reason']}" for r in one["rejected"][:10]]
    return "\n".join(lines)


def _lines(rows: Iterator[dict[str, Any]]) -> None:
    for row in rows:
        click.echo(json.dumps(row, ensure_ascii=False))
