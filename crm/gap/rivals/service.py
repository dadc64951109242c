"""Verbs on rankings: keep them with their day, say when the set of leaders changed, take proposals as competitors."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from crm import clock, undo
from crm.accounts import service as accounts
from crm.errors import BadInput
from crm.gap.rivals import queries
from crm.gap.rivals.choosing import change, leaders
from crm.gap.rivals.rankings import Rank
from crm.journal import SYSTEM, Actor, record
from crm.models.accounts import Competitor, Project
from crm.models.gap import Import
from crm.models.targets import KeywordPosition
from crm.vocabulary import CompetitorKind

CHANGED = "rivals.changed"


def store(s: Session, project_id: int, import_id: int, found: Sequence[Rank], day: date) -> None:
    """Keep results; the same keyword, address and day again takes the newer figures. `day` is for rows without one."""
    rows = {(rank.keyword, rank.url, rank.on or day): rank for rank in found}
    keywords = sorted({keyword for keyword, _url, _on in rows})
    known: dict[tuple[str, str, date], KeywordPosition] = {}
    for start in range(0, len(keywords), 400):
        query = select(KeywordPosition).where(
            KeywordPosition.project_id == project_id, KeywordPosition.keyword.in_(keywords[start : start + 400])
        )
        days = {on for _keyword, _url, on in rows}
        known |= {(row.keyword, row.url, row.on): row for row in s.scalars(query.where(KeywordPosition.on.in_(days)))}
    for key, rank in rows.items():
        row = known.get(key)
        if row is None:
            row = KeywordPosition(project_id=project_id, keyword=rank.keyword, url=rank.url, on=key[2])
            s.add(row)
        row.import_id, row.domain, row.position = import_id, rank.site, rank.position
        row.data = {**(row.data or {}), **_data(rank)}
    s.flush()


def forget(s: Session, imp: Import) -> None:
    """Drop what a file said."""
    s.execute(delete(KeywordPosition).where(KeywordPosition.import_id == imp.id))


def compare(s: Session, project: Project, imp: Import) -> tuple[list[str], list[str]]:
    """Say in the journal when the leaders for this file's keywords are others than before it; returns who came, went.

    Only keywords that were known before count: a file with other keywords changes nothing.
    """
    here = KeywordPosition.project_id == project.id
    mine = select(KeywordPosition.keyword).where(here, KeywordPosition.import_id == imp.id)
    earlier = select(KeywordPosition.keyword).where(here, KeywordPosition.import_id.is_distinct_from(imp.id))
    both = sorted(set(s.scalars(mine.distinct())) & set(s.scalars(earlier.distinct())))[: queries.LOOKED_AT]
    if not both:
        return [], []
    own = queries.own_sites(project)
    before = leaders(queries.stands(s, project, both, without=imp.id), own=own)
    now = leaders(queries.stands(s, project, both), own=own)
    came, went = change(before, now)
    if came:
        record(s, CHANGED, imp, project=project, data={"came": came, "went": went, "keywords": len(both)})
    return came, went


def take(
    s: Session,
    project: Project,
    addresses: Sequence[str],
    reasons: Mapping[str, str],
    actor: Actor = SYSTEM,
    user_id: int | None = None,
) -> tuple[list[Competitor], str | None]:
    """Make sites or single pages competitors, each with the reason it was proposed for; (new ones, undo token).

    Raises BadInput when nothing was chosen.
    """
    if not addresses:
        raise BadInput("Choose at least one site.", field="site")
    before = set(s.scalars(select(Competitor.id).where(Competitor.project_id == project.id)))
    new = []
    for address in addresses:
        why = f"{reasons.get(address, 'chosen by hand')}, {clock.now().date().isoformat()}"
        rival = accounts.add_competitor(s, project, address, kind=CompetitorKind.SERP, why=why, actor=actor)
        if rival.id not in before:
            new.append(rival)
    if not new:
        return [], None
    words = "The competitors are as before."
    params = {"ids": [rival.id for rival in new]}
    return new, undo.offer(s, "rivals.taken", params, words, project_id=project.id, user_id=user_id)


@undo.handler("rivals.taken")
def _let_go(s: Session, params: dict[str, Any]) -> None:
    for rival in s.scalars(select(Competitor).where(Competitor.id.in_(params["ids"]))):
        accounts.remove_competitor(s, s.get_one(Project, rival.project_id), rival, SYSTEM)


def _data(rank: Rank) -> dict[str, Any]:
    given = {
        "volume": rank.volume,
        "difficulty": rank.difficulty,
        "ref_domains": rank.ref_domains,
        "backlinks": rank.backlinks,
        "dr": rank.dr,
        "title": rank.title,
    }
    return {name: value for name, value in given.items() if value not in (None, "")}
