"""Commands for placed links: `flask links check|add|list`."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from crm import charset, clock
from crm.cli.output import emit, find_project, json_option, project_option
from crm.db import reading, transaction
from crm.errors import BadInput
from crm.outcomes import queries, referrals, run, service
from crm.outcomes.evidence import LinkEvidence
from crm.vocabulary import Channel, PlacementState

SHOWN = ("present", "rel", "anchor", "position", "indexable", "canonical", "status", "chain", "snippet", "why")

group = click.Group("links", help="Links that were placed: look for them, watch them.")


@group.command("check")
@click.option("--page", "page_url", default="", help="Address of the page that should link, or a file with its source.")
@click.option("--target", "target_url", required=True, help="Our page that should be linked.")
@click.option("--file", "source", type=click.Path(path_type=Path), help="Read the page's source from here, offline.")
@json_option
def check(page_url: str, target_url: str, source: Path | None, as_json: bool) -> None:
    """Look for a link to TARGET on PAGE. `present` is null when that cannot be told. Stores nothing."""
    if source is None and page_url and "://" not in page_url and Path(page_url).is_file():
        source, page_url = Path(page_url), ""
    if source is not None:
        if not source.is_file():
            raise BadInput(f"There is no file {source}.")
        found = run.look_at_source(source.read_bytes(), page_url, target_url)
    elif page_url:
        found = run.look_now(page_url, target_url).evidence
    else:
        raise click.UsageError("Give --page or --file.")
    emit({name: found.to_dict()[name] for name in SHOWN}, as_json, lambda: _text(found))


@group.command("add")
@click.argument("page_url")
@click.option("--target", "target_url", required=True, help="Our page that is linked.")
@click.option("--channel", type=click.Choice([c.value for c in Channel]), default=Channel.OUTREACH.value)
@click.option("--cost", type=float, default=0.0, help="What it cost, in whole currency units.")
@click.option("--currency", default="EUR")
@project_option
@json_option
def add(
    page_url: str, target_url: str, channel: str, cost: float, currency: str, project_name: str | None, as_json: bool
) -> None:
    """Watch a link from now on, whoever brought it: outreach, programme, organic, bought."""
    with transaction() as s:
        project = find_project(s, project_name)
        placement = service.watch(
            s, project, page_url, target_url, channel=channel, cost_minor=round(cost * 100), currency=currency
        )
        data = {"id": placement.public_id, "page": placement.page_url, "target": placement.target_url}
    emit(data, as_json, f"Watching {data['page']}. The first look comes with the next round of the worker.")


@group.command("list")
@click.option("--state", type=click.Choice([x.value for x in PlacementState]), default=None)
@project_option
@json_option
def list_links(state: str | None, project_name: str | None, as_json: bool) -> None:
    """List watched links with their state."""
    with reading() as s:
        project = find_project(s, project_name)
        rows = [_row(p) for p in queries.placements(s, project.id, state=PlacementState(state) if state else None)]
    emit(
        rows,
        as_json,
        lambda: "\n".join(f"{r['state']:<9} {r['page']}  ->  {r['target']}" for r in rows) or "No links yet.",
    )


@group.command("due")
@json_option
def due(as_json: bool) -> None:
    """Look for every link whose check is due now."""
    n = run.check_due()
    emit({"checked": n, "at": clock.now().isoformat()}, as_json, f"Looked for {n} links.")


@group.command("referrals")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--from", "starts", type=click.DateTime(["%Y-%m-%d"]), help="First day, when the file does not say it.")
@click.option("--to", "ends", type=click.DateTime(["%Y-%m-%d"]), help="Last day, when the file does not say it.")
@project_option
@json_option
def import_referrals(
    file: Path, starts: datetime | None, ends: datetime | None, project_name: str | None, as_json: bool
) -> None:
    """Read visits per referring site from a file of Google Analytics 4 or Plausible."""
    found = referrals.read(charset.decode(file.read_bytes()))
    first, last = starts.date() if starts else found.starts_on, ends.date() if ends else found.ends_on
    if first is None or last is None:
        raise BadInput("The file does not say its days; give --from and --to.")
    with transaction() as s:
        kept = service.keep_referrals(s, find_project(s, project_name), found, first, last)
    data = {"file": str(file), "sites": kept, "skipped": found.skipped, "from": first, "to": last}
    emit(data, as_json, f"{kept} sites with visits from {first} to {last}; {found.skipped} lines were no sites.")


def _row(placement: Any) -> dict[str, Any]:
    return {
        "id": placement.public_id,
        "state": placement.state,
        "page": placement.page_url,
        "target": placement.target_url,
        "rel": placement.rel,
        "anchor": placement.anchor,
        "channel": placement.channel,
        "cost_minor": placement.cost_minor,
        "currency": placement.currency,
        "live_at": placement.live_at,
        "lost_at": placement.lost_at,
        "last_checked_at": placement.last_checked_at,
        "next_check_at": placement.next_check_at,
    }


def _text(found: LinkEvidence) -> str:
    word = {True: "The link is there", False: "The link is not there", None: "It cannot be told"}[found.present]
    lines = [f"{word}: {found.why}."]
    if found.snippet:
        lines.append(f"  “{found.snippet}”")
        lines.append(f"  anchor {found.anchor!r}, rel {found.rel or 'follow'}, {found.position}")
    lines.append(f"  HTTP {found.status or '-'}, indexable {found.indexable}, canonical {found.canonical or '-'}")
    return "\n".join(lines)
