"""What the rankings say: who is proposed, where everybody stands and stood. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm import domains
from crm.gap.rivals.choosing import FIRST_PAGE, Candidate, Stand, candidates, newest, whole
from crm.gap.rivals.rankings import plain
from crm.models.accounts import Competitor, Project
from crm.models.events import Event
from crm.models.gap import Import
from crm.models.targets import KeywordPosition, TargetPage
from crm.vocabulary import Grain, ImportState, PageType

LOOKED_AT = 400  # keywords, those with most sites first
SHOWN_KEYWORDS = 30
DAYS = 12


@dataclass(frozen=True)
class Line:
    """One keyword: who stood where on the newest day, and how far each moved since the day before."""

    keyword: str
    volume: int | None
    on: date
    places: dict[str, tuple[int, int | None]]  # side -> (place, places won since; None: was not there)


@dataclass(frozen=True)
class Day:
    """One site on one day."""

    on: date
    keywords: int
    top: int
    first_page: int
    mean: float


@dataclass(frozen=True)
class Change:
    """The set of leaders changed."""

    at: datetime
    came: list[str]
    went: list[str]


@dataclass(frozen=True)
class Screen:
    """Everything on the screen of search competitors."""

    pages: list[tuple[TargetPage, int]]  # our pages with the number of their keywords that files know
    page: TargetPage | None
    n_keywords: int
    found: list[Candidate]
    taken: dict[str, str]  # site -> letter
    gone: list[Competitor]  # competitors that rank for none of the keywords
    changes: list[Change]
    lines: list[Line]
    days: dict[str, list[Day]]  # side -> newest first
    sides: list[tuple[str, str]]  # ("", our domain), ("A", rival) ...
    files: list[Import]


def own_sites(project: Project) -> list[str]:
    """Registrable domains that are ours."""
    return [domains.registrable(name) or name for name in (project.domain, *project.own_domains)]


def screen(s: Session, project: Project, page_id: str = "") -> Screen:
    """Proposals for one of our pages, or for all keywords, and the places over time."""
    known = set(s.scalars(select(KeywordPosition.keyword).where(KeywordPosition.project_id == project.id).distinct()))
    query = select(TargetPage).where(TargetPage.project_id == project.id, TargetPage.archived_at.is_(None))
    pages = [(page, len(known & wanted(page))) for page in s.scalars(query.order_by(TargetPage.id))]
    page = next((page for page, n in pages if page.public_id == page_id and n), None)
    keywords = sorted(known & wanted(page)) if page else _telling(s, project)
    rows = stands(s, project, keywords)
    rivals = list(
        s.scalars(select(Competitor).where(Competitor.project_id == project.id).order_by(Competitor.position))
    )
    found = proposals(rows, project, page)
    taken = {domains.registrable(c.domain) or c.domain: c.letter for c in rivals}
    ranking = {row.site for row in rows}
    sides = [("", project.domain), *((c.letter, c.domain) for c in rivals)]
    return Screen(
        pages,
        page,
        len(keywords),
        found,
        taken,
        [c for c in rivals if rows and (domains.registrable(c.domain) or c.domain) not in ranking],
        changes(s, project),
        lines(s, project, keywords[:SHOWN_KEYWORDS], sides),
        days(s, project, sides),
        sides,
        _files(s, project),
    )


def wanted(page: TargetPage) -> set[str]:
    """The keywords of one of our pages, as they are stored."""
    return {plain(word) for word in page.keywords}


def reasons(s: Session, project: Project, page: TargetPage | None, addresses: Sequence[str]) -> dict[str, str]:
    """Why each of these sites or pages is proposed, in words, for the record beside the competitor."""
    keywords = sorted(wanted(page)) if page else _telling(s, project)
    words = {c.site: c.why for c in proposals(stands(s, project, keywords), project, page)}
    target = f", for {page.url}" if page else ""
    found = {address: words.get(domains.registrable(address) or "") for address in addresses}
    return {address: f"{why}{target}" for address, why in found.items() if why}


def proposals(rows: Sequence[Stand], project: Project, page: TargetPage | None = None) -> list[Candidate]:
    """The proposed set from results."""
    own = own_sites(project)
    own_dr = max((row.dr for row in rows if row.site in own and row.dr is not None), default=None)
    kind = PageType(page.page_type) if page else None
    return candidates(rows, own=own, own_dr=own_dr, page_type=kind)


def stands(s: Session, project: Project, keywords: Sequence[str], *, without: int | None = None) -> list[Stand]:
    """The results that hold now for these keywords; `without` leaves out what one file said."""
    rows: list[KeywordPosition] = []
    for start in range(0, len(keywords), 400):
        query = select(KeywordPosition).where(
            KeywordPosition.project_id == project.id, KeywordPosition.keyword.in_(keywords[start : start + 400])
        )
        if without is not None:
            query = query.where(KeywordPosition.import_id.is_distinct_from(without))
        rows += s.scalars(query.order_by(KeywordPosition.id))
    files: dict[tuple[Any, ...], list[tuple[str, int]]] = {}
    for row in rows:
        files.setdefault((row.import_id, row.keyword, row.on), []).append((row.domain, row.position))
    full = {key for key, results in files.items() if whole(results)}
    return newest(_stand(row, (row.import_id, row.keyword, row.on) in full) for row in rows)


def changes(s: Session, project: Project, limit: int = 5) -> list[Change]:
    """When the set of leaders changed, newest first."""
    query = select(Event).where(Event.project_id == project.id, Event.kind == "rivals.changed")
    found = s.scalars(query.order_by(Event.id.desc()).limit(limit))
    return [Change(e.at, list(e.data.get("came", [])), list(e.data.get("went", []))) for e in found]


def lines(s: Session, project: Project, keywords: Sequence[str], sides: Sequence[tuple[str, str]]) -> list[Line]:
    """Per keyword the newest place of each side and how it moved, most searched first."""
    letter = {domains.registrable(name) or name: key for key, name in sides}
    query = select(KeywordPosition).where(
        KeywordPosition.project_id == project.id,
        KeywordPosition.keyword.in_(keywords),
        KeywordPosition.domain.in_(letter),
    )
    held: dict[str, dict[str, dict[date, int]]] = {}
    volume: dict[str, int] = {}
    for row in s.scalars(query):
        spots = held.setdefault(row.keyword, {}).setdefault(letter[row.domain], {})
        spots[row.on] = min(row.position, spots.get(row.on, 10_000))
        volume[row.keyword] = max(volume.get(row.keyword, 0), int(row.data.get("volume") or 0))
    found = []
    for keyword, by_side in held.items():
        places = {}
        for side, spots in by_side.items():
            order = sorted(spots, reverse=True)
            places[side] = (spots[order[0]], spots[order[1]] - spots[order[0]] if len(order) > 1 else None)
        last = max(on for spots in by_side.values() for on in spots)
        found.append(Line(keyword, volume.get(keyword) or None, last, places))
    return sorted(found, key=lambda line: (-(line.volume or 0), line.keyword))


def days(s: Session, project: Project, sides: Sequence[tuple[str, str]]) -> dict[str, list[Day]]:
    """Places of each side day by day, newest first: keywords found, in the first three, on the first page, mean."""
    letter = {domains.registrable(name) or name: key for key, name in sides}
    here = KeywordPosition.project_id == project.id
    query = (
        select(KeywordPosition.domain, KeywordPosition.on, KeywordPosition.keyword, func.min(KeywordPosition.position))
        .where(here, KeywordPosition.domain.in_(letter))
        .group_by(KeywordPosition.domain, KeywordPosition.on, KeywordPosition.keyword)
    )
    held: dict[str, dict[date, list[int]]] = {}
    for domain, on, _keyword, place in s.execute(query):
        held.setdefault(letter[domain], {}).setdefault(on, []).append(place)
    return {side: [_day(on, by_day[on]) for on in sorted(by_day, reverse=True)[:DAYS]] for side, by_day in held.items()}


def _day(on: date, places: Sequence[int]) -> Day:
    return Day(
        on,
        len(places),
        sum(p <= 3 for p in places),
        sum(p <= FIRST_PAGE for p in places),
        sum(places) / len(places),
    )


def _telling(s: Session, project: Project) -> list[str]:
    """The keywords for which files name most sites on the first page."""
    here = (KeywordPosition.project_id == project.id, KeywordPosition.position <= FIRST_PAGE)
    n = func.count(func.distinct(KeywordPosition.domain))
    query = select(KeywordPosition.keyword).where(*here).group_by(KeywordPosition.keyword)
    return list(s.scalars(query.order_by(n.desc(), KeywordPosition.keyword).limit(LOOKED_AT)))


def _files(s: Session, project: Project) -> list[Import]:
    query = select(Import).where(
        Import.project_id == project.id, Import.grain == Grain.KEYWORD.value, Import.state != ImportState.UNDONE.value
    )
    return list(s.scalars(query.order_by(Import.id.desc()).limit(12)))


def _stand(row: KeywordPosition, serp: bool) -> Stand:
    data = row.data or {}
    return Stand(
        row.keyword,
        row.url,
        row.domain,
        row.position,
        row.on,
        volume=data.get("volume"),
        dr=data.get("dr"),
        ref_domains=data.get("ref_domains"),
        serp=serp,
        title=data.get("title", ""),
    )
