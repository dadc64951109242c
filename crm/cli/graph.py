"""`flask gap commoncrawl`: a gap from the public web graph, without any paid tool."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from crm import domains
from crm.cli.gap import group
from crm.cli.output import emit, json_option
from crm.errors import BadInput
from crm.gap import commoncrawl
from crm.gap.commoncrawl import State

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False, readable=True)


@group.command("commoncrawl")
@click.option("--vertices", required=True, type=_FILE, help="domain-vertices file of a release (txt or txt.gz).")
@click.option("--edges", required=True, type=_FILE, help="domain-edges file of the same release.")
@click.option("--ranks", type=_FILE, help="domain-ranks file, for the order.")
@click.option("--mine", required=True, metavar="DOMAIN", help="Your own site.")
@click.option("--competitor", "rivals", multiple=True, required=True, metavar="DOMAIN", help="A rival; several times.")
@click.option("--state", "state_file", type=click.Path(path_type=Path, dir_okay=False), help="Go on from here.")
@json_option
def graph(
    vertices: Path,
    edges: Path,
    ranks: Path | None,
    mine: str,
    rivals: tuple[str, ...],
    state_file: Path | None,
    as_json: bool,
) -> None:
    """Print domains that link to rivals and not to you in a Common Crawl graph; each is to be confirmed on a page."""
    own, theirs = _site(mine), [_site(name) for name in rivals]
    try:
        found = commoncrawl.candidates(
            vertices,
            edges,
            mine=own,
            rivals=theirs,
            ranks=ranks,
            state=_load(state_file),
            save=lambda state: _save(state_file, state),
            report=_progress,
        )
    except ValueError as e:
        raise BadInput(str(e)) from e
    emit([commoncrawl.as_object(c) for c in found], as_json, lambda: _text(found))


def _site(name: str) -> str:
    site = domains.registrable(name, private=False)
    if site is None:
        raise BadInput(f"{name} is not a domain.")
    return site


def _load(path: Path | None) -> State | None:
    if path is None or not path.exists():
        return None
    return commoncrawl.state_from(json.loads(path.read_text(encoding="utf-8")))


def _save(path: Path | None, state: State) -> None:
    if path is not None:
        half = path.with_suffix(path.suffix + ".half")
        half.write_text(json.dumps(asdict(state)), encoding="utf-8")
        half.replace(path)


def _progress(step: str, done: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{step}: {done / 1e9:.2f} GB", nl=False, err=True)


def _text(found: list[commoncrawl.Candidate]) -> str:
    lines = [f"{c.overlap:>3}  {domains.display(c.domain)}" for c in found[:200]]
    return f"{len(found):,} candidates, each to be confirmed on a page\n" + "\n".join(lines)


commands: list[click.Command] = []
