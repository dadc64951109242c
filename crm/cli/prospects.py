"""`flask prospects ...`: the list, one prospect, and decisions about it."""

from collections.abc import Sequence
from typing import Any

import click
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from crm import domains
from crm.cli.output import emit, find_project, json_option, project_option
from crm.db import reading, transaction
from crm.errors import NotFound
from crm.journal import Actor
from crm.models.accounts import Project
from crm.models.prospects import Prospect
from crm.prospects import queries, service
from crm.prospects.filters import wanted
from crm.prospects.showing.queries import Detail, detail
from crm.vocabulary import LinkType, Stage

group = click.Group("prospects", help="The list of sites that may be pitched.")
COMMAND = Actor("job", "command")
names_argument = click.argument("names", nargs=-1, required=True, metavar="DOMAIN...")


@group.command("list")
@project_option
@click.option("--stage", type=click.Choice([*Stage, "open", "all"]), default="open", help="Default: all but set aside.")
@click.option("--type", "link_type", type=click.Choice(list(LinkType)), default=None, help="One link type.")
@click.option("--min-overlap", type=click.IntRange(0, 10), default=0, help="Links to at least so many competitors.")
@click.option("--sort", default="-rank", help="A column, with - before it for the largest first; default -rank.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, help="At most so many; default 50.")
@json_option
def list_prospects(
    project_name: str | None,
    stage: str,
    link_type: str | None,
    min_overlap: int,
    sort: str,
    limit: int,
    as_json: bool,
) -> None:
    """Prospects, best first."""
    asked = {"stage": stage, "type": link_type or "", "overlap": str(min_overlap), "sort": sort}
    with reading() as s:
        project = find_project(s, project_name)
        rows: list[dict[str, Any]] = []
        for p, page in queries.everything(s, project, wanted(asked)):
            if len(rows) >= limit:
                break
            rows.append(_row(p) | {"linking_page": page.source_url if page else None})
    emit(rows, as_json, lambda: "\n".join(_line(r) for r in rows) or "No prospects here.")


@group.command("show")
@project_option
@click.argument("name", metavar="DOMAIN")
@json_option
def show(project_name: str | None, name: str, as_json: bool) -> None:
    """One prospect with evidence, reasons, next step and what speaks against writing."""
    with reading() as s:
        project = find_project(s, project_name)
        found = detail(s, project, _find(s, project, name))
    emit(_full(found), as_json, lambda: _story(found))


@group.command("accept")
@project_option
@names_argument
@json_option
def accept(project_name: str | None, names: Sequence[str], as_json: bool) -> None:
    """Make found domains prospects; also takes back a setting-aside."""
    with transaction() as s:
        chosen = [_find(s, find_project(s, project_name), name) for name in names]
        changed, token = service.accept(s, chosen, COMMAND)
    _said(as_json, "accepted", changed, len(names), token)


@group.command("set-aside")
@project_option
@names_argument
@click.option("--reason", type=click.Choice(list(service.REASONS)), default="other", help="Why; default other.")
@click.option("--detail", "words", default="", help="The reason in your words.")
@json_option
def set_aside(project_name: str | None, names: Sequence[str], reason: str, words: str, as_json: bool) -> None:
    """Take domains off the list, for every later import too."""
    with transaction() as s:
        chosen = [_find(s, find_project(s, project_name), name) for name in names]
        changed, token = service.set_aside(s, chosen, reason, COMMAND, detail=words)
    _said(as_json, "set aside", changed, len(names), token)


@group.command("put-back")
@project_option
@names_argument
@json_option
def put_back(project_name: str | None, names: Sequence[str], as_json: bool) -> None:
    """Bring domains back that a rule or a person set aside; the rules leave them alone from now on."""
    with transaction() as s:
        chosen = [_find(s, find_project(s, project_name), name) for name in names]
        changed, token = service.put_back(s, chosen, COMMAND)
    _said(as_json, "put back", changed, len(names), token)


@group.command("archive")
@project_option
@names_argument
@click.option("--why", "words", default="", help="The reason in your words.")
@json_option
def archive(project_name: str | None, names: Sequence[str], words: str, as_json: bool) -> None:
    """Disqualify domains for good; they stay listed with the reason."""
    with transaction() as s:
        chosen = [_find(s, find_project(s, project_name), name) for name in names]
        changed, token = service.archive(s, chosen, words, COMMAND)
    _said(as_json, "archived", changed, len(names), token)


def _find(s: Session, project: Project, name: str) -> Prospect:
    """A prospect by its domain (any spelling, URL too) or public id. Raises NotFound."""
    domain = domains.registrable(name) or name
    match = or_(Prospect.domain == domain, Prospect.domain == name.lower(), Prospect.public_id == name)
    found = s.scalar(select(Prospect).where(Prospect.project_id == project.id, match))
    if found is None:
        raise NotFound(
            f"{name} is not among the prospects of {project.domain}. See `flask prospects list --stage all`."
        )
    return found


def _row(p: Prospect) -> dict[str, Any]:
    return {
        "domain": p.domain,
        "id": p.public_id,
        "stage": p.stage,
        "link_type": p.link_type,
        "confidence": p.link_type_confidence,
        "competitors": list(p.competitors),
        "overlap": p.overlap,
        "links": p.links_total,
        "score": round(p.score, 1),
        "relevance": round(p.relevance, 1),
        "feasibility": round(p.feasibility, 1),
        "value": round(p.value, 1),
        "chance": round(p.chance, 4),
        "low": round(p.chance_low, 4),
        "high": round(p.chance_high, 4),
        "rank_value": round(p.rank_value, 4),
        "completeness": p.completeness,
        "next_step": p.action,
        "why": p.stage_reason if p.stage == Stage.SET_ASIDE else p.action_why,
        "rule": p.set_aside_rule,
        "realism": p.realism,
    }


def _full(d: Detail) -> dict[str, Any]:
    return _row(d.prospect) | {
        "type_why": d.prospect.link_type_why,
        "parts": [{"name": x.name, "value": x.value, "machine": x.machine, "why": list(x.words)} for x in d.parts],
        "factors": [{"words": f.words, "factor": round(f.factor, 4)} for f in d.factors],
        "badges": [name for name, _ in d.badges],
        "evidence": [
            {"url": e.page.source_url, "rival": e.rival, "anchor": e.page.anchor, "rel": e.rel} for e in d.evidence
        ],
        "our_page": d.target.url if d.target else None,
        "ask": d.brief.ask,
        "fits": list(d.brief.fits),
        "first": d.brief.first,
        "changes": list(d.brief.changes),
        "where": d.brief.where,
        "style": list(d.brief.style),
        "their_sentence": _sentence(d),
        "our_passage": d.brief.passage,
        "contacts": [{"address": c.address.address, "kind": c.kind, "source": c.source_url} for c in d.contacts],
        "checks": [{"level": c.level, "words": c.words} for c in d.checks],
        "history": [{"at": line.at.isoformat(), "words": line.words} for line in d.history],
    }


def _sentence(d: Detail) -> str:
    found = d.brief.quote
    return f"{found.before}{found.anchor}{found.after}" if found else ""


def _line(r: dict[str, Any]) -> str:
    kind = (r["link_type"] or "unknown").replace("_", " ")
    return (
        f"{r['score']:5.1f}  {r['chance']:6.1%}  {r['domain']:<34} {''.join(r['competitors']):<5} {kind:<18} {r['why']}"
    )


def _story(d: Detail) -> str:
    lines = [
        _line(_row(d.prospect)),
        "",
        *(f"  {x.name:<12} {x.value:5.1f}  {'; '.join(x.words)}" for x in d.parts),
        "",
    ]
    lines += [f"  x{f.factor:5.2f}  {f.words}" for f in d.factors]
    lines += ["", f"  {d.brief.ask}", *(f"  {words}" for words in d.brief.fits)]
    lines += ["", *(f"  {e.letter} {e.page.source_url}  ({e.rel})" for e in d.evidence)]
    return "\n".join(lines)


def _said(as_json: bool, done: str, changed: int, asked: int, token: str) -> None:
    left = f"; {asked - changed} stayed as they were" if changed < asked else ""
    data = {"changed": changed, "unchanged": asked - changed, "undo": token or None}
    emit(data, as_json, f"{changed} {done}{left}.")
