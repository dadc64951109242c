"""How each competitor gets its links, from the evidence of the gap. Reads only."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.models.accounts import Competitor, Project
from crm.models.gap import LinkingPage


def type_mix(s: Session, project: Project) -> tuple[list[str], dict[str, dict[str, int]]]:
    """Link types, commonest first, and {rival's letter: {type: sites}}; noise counts as "noise"."""
    kind = func.coalesce(LinkingPage.link_type, "noise")
    query = (
        select(Competitor.position, kind, func.count(func.distinct(LinkingPage.source_domain)))
        .join(Competitor, Competitor.id == LinkingPage.competitor_id)
        .where(LinkingPage.project_id == project.id)
        .group_by(Competitor.position, kind)
    )
    mix: dict[str, dict[str, int]] = {}
    for position, name, n in s.execute(query):
        mix.setdefault(chr(ord("A") + position), {})[name] = n
    totals: dict[str, int] = {}
    for counts in mix.values():
        for name, n in counts.items():
            totals[name] = totals.get(name, 0) + n
    return sorted(totals, key=lambda name: (name == "noise", -totals[name], name)), mix
