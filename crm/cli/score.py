"""`flask score explain`: why a prospect has its score."""

from typing import Any

import click
from sqlalchemy import select

from crm import domains
from crm.cli.output import emit, find_project, json_option, project_option
from crm.db import reading
from crm.errors import BadInput, NotFound
from crm.learning import service
from crm.learning.ranking.queries import unsent
from crm.models.prospects import Prospect

group = click.Group("score", help="Why a prospect has its score.")


@group.command("explain")
@click.argument("domain")
@project_option
@json_option
def explain(domain: str, project_name: str | None, as_json: bool) -> None:
    """Each reason as a factor on the odds of interest; their product is the odds."""
    if not domain.strip():
        raise BadInput("Name a site, such as example.com.")
    with reading() as s:
        project = find_project(s, project_name)
        name = domains.registrable(domain) or domain
        p = s.scalar(select(Prospect).where(Prospect.project_id == project.id, Prospect.domain == name))
        if p is None:
            raise NotFound(f"{domain} is not a prospect of {project.domain}. See `flask prospects list`.")
        row = unsent(s, project.id, name)
        fitted = service.active(s, project.id)
        factors = fitted.explain(row)
        low, high = fitted.interval(row)
        data: dict[str, Any] = {
            "domain": p.domain,
            "link_type": p.link_type,
            "score": round(p.score, 1),
            "relevance": round(p.relevance, 1),
            "feasibility": round(p.feasibility, 1),
            "value": round(p.value, 1),
            "worth": round(p.worth, 1),
            "chance": float(fitted.chance(row)[0]),
            "low": float(low[0]),
            "high": float(high[0]),
            "interest": float(fitted.interest(row)[0]),
            "completeness": p.completeness,
            "factors": [{"words": words, "factor": factor} for words, factor in factors],
        }
    emit(data, as_json, lambda: _text(data))


def _text(data: dict[str, Any]) -> str:
    head = (
        f"{data['domain']}: score {data['score']:.0f} (relevance {data['relevance']:.0f}, feasibility "
        f"{data['feasibility']:.0f}, value {data['value']:.0f})"
    )
    likely = f"likely {data['low']:.1%} to {data['high']:.1%}"
    chance = f"Chance of a link {data['chance']:.1%}, {likely}. On the odds of interest:"
    return "\n".join([head, chance, *(f"  ×{f['factor']:.2f}  {f['words']}" for f in data["factors"])])
