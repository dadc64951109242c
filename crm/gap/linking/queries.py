"""Linking pages of the gap: filtered, ordered by any column, paged by key. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from crm.gap.linking.wanted import DIFFICULTY, PagesWanted
from crm.models.accounts import Competitor, Project
from crm.models.gap import GapDomain, LinkingPage, Snapshot
from crm.models.prospects import Prospect
from crm.prospects.filters import ACTIVE
from crm.vocabulary import Stage

PAGE_SIZE = 50
COUNTED = 10_000  # pages are counted up to here; nobody reads further numbers
REAL_VISITS = 100
_LONG_AGO = date(1, 1, 1)
SORT_COLUMNS: dict[str, Any] = {
    "rank": Prospect.rank_value,
    "overlap": Prospect.overlap,
    "chance": Prospect.chance,
    "dr": func.coalesce(Prospect.dr, -1.0),
    "traffic": func.coalesce(Prospect.traffic, -1.0),
    "site": LinkingPage.source_domain,
    "title": LinkingPage.title,
    "anchor": LinkingPage.anchor,
    "type": func.coalesce(LinkingPage.link_type, ""),
    "target": LinkingPage.target_url,
    "links": func.coalesce(LinkingPage.external_links, -1),
    "visits": func.coalesce(LinkingPage.page_traffic, -1.0),
    "first": func.coalesce(LinkingPage.first_seen, _LONG_AGO),
    "last": func.coalesce(LinkingPage.last_seen, _LONG_AGO),
}
_TEXT, _DAYS = frozenset({"site", "title", "anchor", "type", "target"}), frozenset({"first", "last"})


@dataclass(frozen=True)
class PageRow:
    """One linking page of the gap with the prospect it belongs to, and the rivals that this page links to."""

    page: LinkingPage
    prospect: Prospect
    letters: str


@dataclass(frozen=True)
class Pages:
    """One screen of linking pages; `total` stops at COUNTED; `after` is the key of the next, "" at the end."""

    rows: list[PageRow]
    total: int
    after: str


@dataclass(frozen=True)
class Match:
    """One site of the gap with the links that each side has from it."""

    domain: str
    links: dict[str, int]  # letter -> links
    overlap: int
    total: int


@dataclass(frozen=True)
class Loss:
    """What a filter would throw away of the list as it stands."""

    key: str
    words: str
    change: dict[str, Any]
    links: float  # expected links lost


def pages(s: Session, project: Project, w: PagesWanted) -> Pages:
    """One screen of the linking pages that match, each page once however many files list it; three statements."""
    name, falls = w.sort.removeprefix("-"), w.sort.startswith("-")
    column = SORT_COLUMNS[name]
    query = _joined(select(LinkingPage, Prospect, column), project, w).where(_first(w))
    if (key := _key(name, w.after)) is not None:
        value, at = key
        beyond, same = (column < value, LinkingPage.id < at) if falls else (column > value, LinkingPage.id > at)
        query = query.where(or_(beyond, and_(column == value, same)))
    order = (column.desc(), LinkingPage.id.desc()) if falls else (column.asc(), LinkingPage.id.asc())
    found = list(s.execute(query.order_by(*order).limit(PAGE_SIZE + 1)))
    letters = _letters(s, project, [row[0].source_key for row in found[:PAGE_SIZE]])
    rows = [PageRow(page, prospect, letters.get(page.source_key, "")) for page, prospect, _v in found[:PAGE_SIZE]]
    few = _joined(select(LinkingPage.id), project, w).where(_first(w)).limit(COUNTED).subquery()
    total = s.scalar(select(func.count()).select_from(few)) or 0
    after = f"{found[PAGE_SIZE - 1][2]}~{rows[-1].page.id}" if len(found) > PAGE_SIZE else ""
    return Pages(rows, total, after)


def matches(
    s: Session, snapshot: Snapshot, rivals: Sequence[Competitor], *, sort: str, exactly: int, after: str
) -> tuple[list[Match], str]:
    """Sites of the gap by number of rivals they link to, and the key of the next screen ("" at the end).

    `sort` is matches, links or site, with a leading "-" for largest first; `exactly` keeps one number of rivals.
    """
    name, falls = sort.removeprefix("-"), sort.startswith("-")
    columns: dict[str, Any] = {"matches": GapDomain.overlap, "links": GapDomain.links_total, "site": GapDomain.domain}
    column = columns[name]
    query = select(GapDomain).where(GapDomain.snapshot_id == snapshot.id, GapDomain.in_gap.is_(True))
    if exactly:
        query = query.where(GapDomain.overlap == exactly)
    value, _, at = after.rpartition("~")
    if at.isdigit() and len(at) < 19 and (name == "site" or value.isdigit()):
        key: Any = value if name == "site" else int(value)
        beyond, same = (column < key, GapDomain.id < int(at)) if falls else (column > key, GapDomain.id > int(at))
        query = query.where(or_(beyond, and_(column == key, same)))
    order = (column.desc(), GapDomain.id.desc()) if falls else (column.asc(), GapDomain.id.asc())
    found = list(s.scalars(query.order_by(*order).limit(PAGE_SIZE + 1)))
    letter = {c.public_id: c.letter for c in rivals}
    rows = [
        Match(d.domain, {letter[key]: n for key, n in d.links.items() if key in letter}, d.overlap, d.links_total)
        for d in found[:PAGE_SIZE]
    ]
    last = found[PAGE_SIZE - 1] if len(found) > PAGE_SIZE else None
    return rows, f"{getattr(last, column.key)}~{last.id}" if last else ""


def expected(s: Session, project: Project, w: PagesWanted) -> tuple[float, list[Loss]]:
    """Expected links of the sites behind the list, and how many of them each further filter would throw away."""
    clean = case((LinkingPage.link_type.is_not(None), 1), else_=0)
    follow = case((LinkingPage.nofollow.is_(False), 1), else_=0)
    there = case((LinkingPage.is_lost.is_(True), 0), else_=1)
    signs = (func.max(clean).label("clean"), func.max(follow).label("follow"), func.max(there).label("there"))
    sites = _joined(select(Prospect.id.label("id"), *signs), project, w).group_by(Prospect.id).subquery()
    kept: list[tuple[str, str, dict[str, Any], ColumnElement[bool]]] = [
        ("noise", "Without noise", {"noise": "no"}, sites.c.clean == 1),
        ("follow", "Follow links only", {"follow": "yes"}, sites.c.follow == 1),
        ("lost", "Only links that are still there", {"lost": "no"}, sites.c.there == 1),
        ("contacted", "Not contacted", {"contacted": "no"}, Prospect.stage.not_in([x.value for x in ACTIVE])),
        ("dr", "DR 40 or more", {"dr": 40}, func.coalesce(Prospect.dr, -1) >= 40),
        ("traffic", "Real visitors", {"traffic": REAL_VISITS}, func.coalesce(Prospect.traffic, -1) >= REAL_VISITS),
        ("overlap", "Three rivals or more", {"overlap": 3}, Prospect.overlap >= 3),
        ("difficulty", "Easy to get", {"difficulty": "easy"}, Prospect.chance >= DIFFICULTY["easy"][0]),
    ]
    lost = [func.coalesce(func.sum(case((keep, 0.0), else_=Prospect.chance)), 0.0) for *_rest, keep in kept]
    whole = func.coalesce(func.sum(Prospect.chance), 0.0)
    figures = s.execute(select(whole, *lost).join(sites, sites.c.id == Prospect.id)).one()
    open_ = [(i, one) for i, one in enumerate(kept) if not getattr(w, one[0])]
    return float(figures[0]), [Loss(key, words, change, float(figures[i + 1])) for i, (key, words, change, _k) in open_]


def _joined(query: Any, project: Project, w: PagesWanted) -> Any:
    here = and_(Prospect.project_id == LinkingPage.project_id, Prospect.domain == LinkingPage.source_domain)
    query = query.select_from(LinkingPage).join(Prospect, here)
    query = query.where(LinkingPage.project_id == project.id, Prospect.project_id == project.id)
    return query.where(*_of_site(w), *_of_page(LinkingPage, w))


def _first(w: PagesWanted) -> ColumnElement[bool]:
    """Whether a row is the first of its page among those that match: a page that several files list is shown once."""
    other = aliased(LinkingPage)
    same = (other.project_id == LinkingPage.project_id, other.source_key == LinkingPage.source_key)
    return ~exists(select(other.id).where(*same, other.id < LinkingPage.id, *_of_page(other, w)))


def _letters(s: Session, project: Project, keys: Sequence[str]) -> dict[str, str]:
    """The rivals that each of these pages links to."""
    query = (
        select(LinkingPage.source_key, Competitor.position)
        .join(Competitor, Competitor.id == LinkingPage.competitor_id)
        .where(LinkingPage.project_id == project.id, LinkingPage.source_key.in_(keys))
        .distinct()
    )
    found: dict[str, list[str]] = {}
    for key, position in s.execute(query):
        found.setdefault(key, []).append(chr(ord("A") + position))
    return {key: "".join(sorted(letters)) for key, letters in found.items()}


def _of_site(w: PagesWanted) -> list[ColumnElement[bool]]:
    easy, hard = DIFFICULTY.get(w.difficulty, (0.0, 2.0))
    return _asked(
        (w.domain, Prospect.domain == w.domain),
        (not (w.domain or w.stage), Prospect.stage != Stage.SET_ASIDE.value),
        (w.only, Prospect.competitors == w.only),
        (w.overlap, Prospect.overlap >= w.overlap),
        (w.difficulty, and_(Prospect.chance >= easy, Prospect.chance < hard)),
        (w.dr, and_(Prospect.dr.is_not(None), Prospect.dr >= w.dr)),
        (w.traffic, and_(Prospect.traffic.is_not(None), Prospect.traffic >= w.traffic)),
        (w.stage, Prospect.stage == w.stage),
        (w.contacted, Prospect.stage.not_in([stage.value for stage in ACTIVE])),
    )


def _of_page(page: Any, w: PagesWanted) -> list[ColumnElement[bool]]:
    position = ord(w.rival or "A") - ord("A")
    rival = select(Competitor.id).where(Competitor.project_id == page.project_id, Competitor.position == position)
    return _asked(
        (w.rival, page.competitor_id == rival.scalar_subquery()),
        (w.type, page.link_type == w.type),
        (w.noise == "no", page.link_type.is_not(None)),
        (w.noise == "yes", page.link_type.is_(None)),
        (w.follow, page.nofollow.is_(w.follow == "no")),
        (w.lost, page.is_lost.is_not(True)),
        (w.q, _search(page, w.q)),
    )


def _asked(*listed: tuple[object, ColumnElement[bool]]) -> list[ColumnElement[bool]]:
    return [condition for wish, condition in listed if wish]


def _search(page: Any, text: str) -> ColumnElement[bool]:
    like = "%" + text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    texts = (page.source_url, page.title, page.anchor)
    return or_(*(func.lower(one).like(like, escape="\\") for one in texts))


def _key(name: str, after: str) -> tuple[Any, int] | None:
    value, _, at = after.rpartition("~")
    if not at.isdigit() or len(at) > 18:
        return None
    try:
        return (value if name in _TEXT else date.fromisoformat(value) if name in _DAYS else float(value)), int(at)
    except ValueError:
        return None
