"""`flask gap`: read exports and compute a gap without a database."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from crm import domains
from crm.cli.output import emit, json_option
from crm.cli.rankings import rivals
from crm.errors import BadInput
from crm.gap import reader, sides
from crm.gap.cells import formula_safe
from crm.gap.files import Unreadable
from crm.gap.intersect import GapRow
from crm.gap.joined import Engine
from crm.gap.judged import Judged, judge, judgeable
from crm.gap.reader import Inspection
from crm.prospects.noise import Around

group = click.Group("gap", help="Read backlink exports and compute the gap; nothing is stored.")
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False, readable=True)
group.add_command(rivals)
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


@group.command("rows")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--mine", default=None, metavar="DOMAIN", help="Your own site, for the flags.")
@map_option
@json_option
def rows(files: tuple[Path, ...], mine: str | None, pairs: tuple[str, ...], as_json: bool) -> None:
    """Print every line of each FILE as a canonical row with noise, link type and reasons (JSON lines)."""
    around = Around(own=frozenset({domains.registrable(mine) or mine}) if mine else frozenset())
    for path in files:
        try:
            for judged in _judged(path, _mapping(pairs), around):
                one = _row_object(path, judged)
                click.echo(json.dumps(one, ensure_ascii=False) if as_json else _row_sentence(one))
        except Unreadable as e:
            click.echo(f"{path.name}: {e.reason} Give {e.instead}.", err=True)


def _judged(path: Path, mapping: dict[str, str] | None, around: Around) -> Iterator[Judged]:
    for table in reader.tables(path, mapping=mapping):
        if table.layout.refused:
            click.echo(f"{path.name}: refused. {table.layout.refused.reason}", err=True)
        for row in table.rows(reader.Tally()):
            if judgeable(row):
                yield judge(row, around)


def _row_object(path: Path, judged: Judged) -> dict[str, Any]:
    row, found = judged.row, judged.assessed
    return {
        "file": str(path),
        "row": row.number,
        "source_url": row.source_url or f"https://{row.source_domain}/",
        "source_domain": row.source_domain,
        "target_url": row.target_url or None,
        "anchor": row.anchor,
        "nofollow": row.nofollow,
        "is_lost": row.is_lost,
        "noise": [{"rule": n.rule, "why": n.why} for n in found.noise],
        "flags": [{"rule": n.rule, "why": n.why} for n in judged.flags],
        "link_type": found.classified.link_type,
        "confidence": found.classified.confidence,
        "why": found.classified.why,
        "realism": found.classified.realism,
    }


def _row_sentence(one: dict[str, Any]) -> str:
    opinion = "noise: " + one["noise"][0]["why"] if one["noise"] else f"{one['link_type']} ({one['confidence']})"
    return f"{one['row']:>6}  {one['source_url'][:90]}  {opinion}"


class _ManyFiles(click.Command):
    """Lets one option take several files: `--mine a.csv b.csv --competitor rival.com=c.csv d.csv`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, _spread(args))


def _spread(args: list[str]) -> list[str]:
    spread: list[str] = []
    option, name = "", ""
    for arg in args:
        if arg.startswith("--"):
            option = arg.partition("=")[0] if arg.startswith(("--mine", "--competitor")) else ""
            spread.append(arg)
            continue
        if option and not spread[-1].startswith("--"):
            spread.append(option)
        if option == "--competitor" and "=" in arg:
            name = arg.partition("=")[0]
        elif option == "--competitor" and name:
            arg = f"{name}={arg}"
        spread.append(arg)
        if spread[-2:-1] not in (["--mine"], ["--competitor"]):
            option = ""
    return spread


@group.command("compute", cls=_ManyFiles)
@click.option("--mine", "mine", multiple=True, type=_FILE, help="Export of your own links; several may follow.")
@click.option("--competitor", "rivals", multiple=True, required=True, metavar="NAME=FILE", help="Export of a rival.")
@click.option("--min-overlap", default=1, show_default=True, type=click.IntRange(1), help="Least number of rivals.")
@click.option("--level", default="domain", show_default=True, type=click.Choice(["domain", "page"]))
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write there, not to the screen.")
@json_option
def compute(
    mine: tuple[Path, ...],
    rivals: tuple[str, ...],
    min_overlap: int,
    level: str,
    as_csv: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    """Print the sites (or pages) that link to rivals and not to you, most rivals first. Stores nothing."""
    named = [_rival(text) for text in rivals]
    with Engine() as engine:
        ours = [_loaded(path, level, engine) for path in mine]
        theirs = [(name, _loaded(path, level, engine)) for name, path in named]
        found = sides.gap_of(ours, theirs, min_overlap=min_overlap, level=level, engine=engine)
    text = _as_csv(found) if as_csv else _as_json(found) if as_json else _as_text(found)
    if out is None:
        click.echo(text, nl=not text.endswith("\n"))
    else:
        out.write_text(text, encoding="utf-8")
        click.echo(f"{len(found):,} rows written to {out}.", err=True)


def _rival(text: str) -> tuple[str, Path]:
    name, sign, file = text.partition("=")
    if not sign or not name or not Path(file).is_file():
        raise click.BadParameter(f"{text}: write NAME=FILE with a file that exists.", param_hint="--competitor")
    return name, Path(file)


def _loaded(path: Path, level: str, engine: Engine) -> sides.Loaded:
    loaded = sides.load(path, level=level, engine=engine)
    if loaded.problem:
        raise BadInput(f"{loaded.problem} Nothing was computed.")
    return loaded


def _gap_object(row: GapRow) -> dict[str, Any]:
    page = {"page": row.page} if row.page else {}
    return {
        "domain": row.domain,
        **page,
        "competitors": list(row.competitors),
        "overlap": row.overlap,
        "links_total": row.links_total,
        "links": dict(row.links),
        "best_page": row.best_page,
        "metrics": dict(row.metrics),
        "lost": row.lost,
    }


def _as_json(found: list[GapRow]) -> str:
    return json.dumps([_gap_object(row) for row in found], ensure_ascii=False)


def _as_csv(found: list[GapRow]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["domain", "page", "competitors", "overlap", "links_total", "best_page", "metrics", "lost"])
    for row in found:
        metrics = ";".join(f"{name}={value:g}" for name, value in sorted(row.metrics.items()))
        cells = [row.domain, row.page, ";".join(row.competitors), row.overlap, row.links_total, row.best_page, metrics]
        writer.writerow([formula_safe(cell) for cell in (*cells, row.lost)])
    return out.getvalue()


def _as_text(found: list[GapRow]) -> str:
    lines = [f"{row.overlap:>3}  {row.links_total:>7,}  {domains.display(row.domain)}" for row in found[:200]]
    more = f"\n... and {len(found) - 200:,} more (--out FILE writes all)" if len(found) > 200 else ""
    return f"{len(found):,} in the gap\n" + "\n".join(lines) + more
