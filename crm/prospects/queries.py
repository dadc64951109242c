"""Lists of prospects: filtered, ordered, paged by key, and the figures beside them. Reads only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from crm.models.accounts import Competitor, Project
from crm.models.contacts import Contact
from crm.models.gap import LinkingPage
from crm.models.prospects import Prospect
from crm.models.targets import ContentIdea, TargetPage
from crm.prospects.filters import ACTIVE, BADGES, Wanted
from crm.vocabulary import Stage

SORT_COLUMNS: dict[str, Any] = {
    "rank": Prospect.rank_value,
    "score": Prospect.score,
    "chance": Prospect.chance,
    "relevance": Prospect.relevance,
    "feasibility": Prospect.feasibility,
    "value": Prospect.value,
    "dr": func.coalesce(Prospect.dr, -1.0),
    "traffic": func.coalesce(Prospect.traffic, -1.0),
    "overlap": Prospect.overlap,
    "links": Prospect.links_total,
    "domain": Prospect.domain,
    "type": func.coalesce(Prospect.link_type, ""),
    "completeness": Prospect.completeness,
    "found": Prospect.id,
}
TEXT_SORTS = frozenset({"domain", "type"})
REAL_VISITS = 100


@dataclass(frozen=True)
class Row:
    """One line of a list. `page` is the linking page to show, `why` one sentence."""

    prospect: Prospect
    page: LinkingPage | None
    has_contact: bool

    @property
    def why(self) -> str:
        """The reason that helps most to decide on this line."""
        p = self.prospect
        if p.stage == Stage.SET_ASIDE:
            return p.stage_reason
        return p.action_why or next(iter(p.link_type_why or []), "")


@dataclass(frozen=True)
class Listing:
    """A page of a list; `after` and `before` are the keys of its neighbours, empty at the ends."""

    rows: list[Row]
    total: int
    expected: float  # sum of the chances of everything that matches
    after: str
    before: str


@dataclass(frozen=True)
class Side:
    """Figures beside a list: per stage, per type, and what each badge as a filter would throw away."""

    stages: dict[str, int]
    types: dict[str, int]
    rules: dict[str, int]
    dropped: dict[str, float]


def listing(s: Session, project: Project, w: Wanted) -> Listing:
    """One page of the prospects that match. Three statements, whatever the size of the list."""
    conditions = matching(project, w)
    total, expected = s.execute(
        select(func.count(), func.coalesce(func.sum(Prospect.chance), 0.0)).where(*conditions)
    ).one()
    column, falls = _order(w)
    back = bool(w.before)
    query = select(Prospect, LinkingPage).outerjoin(LinkingPage, LinkingPage.id == Prospect.best_page_id)
    query = _page(query.where(*conditions), w, column, falls, back).limit(w.per + 1)
    found: list[Any] = list(s.execute(query))
    more = len(found) > w.per
    found = found[: w.per]
    if back:
        found.reverse()
    ids = [p.id for p, _ in found]
    contacts = set(
        s.scalars(select(Contact.prospect_id).where(Contact.prospect_id.in_(ids), Contact.retired_at.is_(None)))
    )
    rows = [Row(p, page, p.id in contacts) for p, page in found]
    has_next = more if not back else True
    has_before = bool(w.after) if not back else more
    first, last = (rows[0], rows[-1]) if rows else (None, None)
    return Listing(
        rows,
        total,
        float(expected),
        _key(w, last.prospect) if last and has_next else "",
        _key(w, first.prospect) if first and has_before else "",
    )


def matching(project: Project, w: Wanted) -> list[ColumnElement[bool]]:
    """The conditions of a list."""
    found: list[ColumnElement[bool]] = [Prospect.project_id == project.id, *_stage(w)]
    for value, condition in (
        (w.q, _search(w.q)),
        (w.type, Prospect.link_type.is_(None) if w.type == "unknown" else Prospect.link_type == w.type),
        (w.action, Prospect.action == w.action),
        (w.realism, Prospect.realism == w.realism),
        (w.only, Prospect.competitors == w.only),
        (w.overlap, Prospect.overlap >= w.overlap),
        (w.score, Prospect.score >= w.score),
        (w.contact, _has_contact() if w.contact == "yes" else ~_has_contact()),
        (w.contacted, Prospect.stage.not_in([x.value for x in ACTIVE])),
        (w.rule, Prospect.set_aside_rule == w.rule),
        (w.target, Prospect.target_page_id == _by_public_id(TargetPage, w.target)),
        (w.idea, Prospect.content_idea_id == _by_public_id(ContentIdea, w.idea)),
    ):
        if value:
            found.append(condition)
    return [*found, *(_badge(b) for b in w.badge)]


def side(s: Session, project: Project, w: Wanted) -> Side:
    """Counts per stage, type and rule, and expected links lost by each badge filter of the list as it stands."""
    here = Prospect.project_id == project.id
    stages = dict.fromkeys((x.value for x in Stage), 0)
    per_stage = select(Prospect.stage, func.count().label("n")).where(here).group_by(Prospect.stage)
    stages |= {row.stage: row.n for row in s.execute(per_stage)}
    conditions = matching(project, w)
    per_type = select(Prospect.link_type, func.count().label("n")).where(*conditions).group_by(Prospect.link_type)
    types = {row.link_type or "unknown": row.n for row in s.execute(per_type)}
    aside = select(Prospect.set_aside_rule, func.count().label("n")).where(
        here, Prospect.stage == Stage.SET_ASIDE.value
    )
    aside = aside.group_by(Prospect.set_aside_rule).order_by(func.count().desc())
    rules = {row.set_aside_rule or "other": row.n for row in s.execute(aside)}
    lost = [func.coalesce(func.sum(case((_badge(b), 0.0), else_=Prospect.chance)), 0.0) for b in BADGES]
    figures = s.execute(select(*lost).where(*conditions)).one()
    return Side(stages, types, rules, {b: float(x) for b, x in zip(BADGES, figures, strict=True)})


def rivals(s: Session, project: Project) -> list[Competitor]:
    """The project's competitors in the order of their letters."""
    query = select(Competitor).where(Competitor.project_id == project.id).order_by(Competitor.position)
    return list(s.scalars(query))


def chosen(s: Session, project: Project, public_ids: Sequence[str], w: Wanted | None = None) -> list[Prospect]:
    """The prospects of a bulk act: those named, or, with `w`, everything that matches."""
    if w is not None:
        return list(s.scalars(select(Prospect).where(*matching(project, w)).order_by(Prospect.id)))
    found: list[Prospect] = []
    for start in range(0, len(public_ids), 500):
        part = Prospect.public_id.in_(public_ids[start : start + 500])
        found += s.scalars(select(Prospect).where(Prospect.project_id == project.id, part).order_by(Prospect.id))
    return found


def everything(s: Session, project: Project, w: Wanted) -> Iterator[tuple[Prospect, LinkingPage | None]]:
    """All prospects that match with the page to show, in the list's order; read in portions."""
    column, falls = _order(w)
    query = select(Prospect, LinkingPage).outerjoin(LinkingPage, LinkingPage.id == Prospect.best_page_id)
    query = query.where(*matching(project, w)).order_by(*_by(column, falls)).execution_options(yield_per=500)
    for row in s.execute(query):
        yield row[0], row[1]


def place(s: Session, project: Project, w: Wanted, p: Prospect) -> tuple[int, int, str, str]:
    """Where a prospect stands in a list: position from 1, size, public ids of the one before and after.

    Position 0 when it is not in the list (any more); its neighbours are then those of its former place.
    """
    column, falls = _order(w)
    conditions = matching(project, w)
    earlier = _beyond(w, column, not falls, p)
    later = _beyond(w, column, falls, p)
    total = s.scalar(select(func.count()).where(*conditions)) or 0
    ahead = s.scalar(select(func.count()).where(*conditions, earlier)) or 0
    inside = s.scalar(select(func.count()).where(*conditions, Prospect.id == p.id)) or 0
    prev = s.scalar(select(Prospect.public_id).where(*conditions, earlier).order_by(*_by(column, not falls)).limit(1))
    following = s.scalar(select(Prospect.public_id).where(*conditions, later).order_by(*_by(column, falls)).limit(1))
    return (ahead + 1 if inside else 0), total, prev or "", following or ""


def board(s: Session, project: Project, w: Wanted, stages: Sequence[Stage], per: int = 12) -> dict[str, list[Prospect]]:
    """The best of each stage, for the board."""
    column, falls = _order(w)
    found = {}
    for stage in stages:
        query = select(Prospect).where(*matching(project, w), Prospect.stage == stage.value)
        found[stage.value] = list(s.scalars(query.order_by(*_by(column, falls)).limit(per)))
    return found


def _stage(w: Wanted) -> list[ColumnElement[bool]]:
    if w.stage == "all":
        return []
    if w.stage in ("", "open"):
        return [Prospect.stage != Stage.SET_ASIDE.value]
    return [Prospect.stage == w.stage]


def _search(text: str) -> ColumnElement[bool]:
    like = "%" + text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    titled = select(LinkingPage.id).where(func.lower(LinkingPage.title).like(like, escape="\\"))
    return or_(Prospect.domain.like(like, escape="\\"), Prospect.best_page_id.in_(titled.correlate(None)))


def _has_contact() -> ColumnElement[bool]:
    return exists(select(Contact.id).where(Contact.prospect_id == Prospect.id, Contact.retired_at.is_(None)))


def _by_public_id(model: Any, public_id: str) -> Any:
    return select(model.id).where(model.public_id == public_id).scalar_subquery()


def _badge(name: str) -> ColumnElement[bool]:
    return {
        "dr40": and_(Prospect.dr.is_not(None), Prospect.dr >= 40),
        "traffic": and_(Prospect.traffic.is_not(None), Prospect.traffic >= REAL_VISITS),
        "follow": and_(Prospect.nofollow.is_not(None), Prospect.nofollow.is_(False)),
        "pattern": Prospect.overlap >= 2,
        "start_here": Prospect.overlap >= 3,
    }[name]


def _order(w: Wanted) -> tuple[Any, bool]:
    return SORT_COLUMNS[w.sort.removeprefix("-")], w.sort.startswith("-")


def _by(column: Any, falls: bool) -> tuple[Any, Any]:
    return (column.desc(), Prospect.id.desc()) if falls else (column.asc(), Prospect.id.asc())


def _page(query: Any, w: Wanted, column: Any, falls: bool, back: bool) -> Any:
    key = w.before if back else w.after
    direction = falls is not back
    if key and (split := _split(w, key)):
        value, at = split
        query = query.where(_further(column, direction, value, at))
    return query.order_by(*_by(column, direction))


def _further(column: Any, falls: bool, value: Any, at: int) -> ColumnElement[bool]:
    beyond, same_beyond = (column < value, Prospect.id < at) if falls else (column > value, Prospect.id > at)
    return or_(beyond, and_(column == value, same_beyond))


def _beyond(w: Wanted, column: Any, falls: bool, p: Prospect) -> ColumnElement[bool]:
    return _further(column, falls, _value(w, p), p.id)


def _value(w: Wanted, p: Prospect) -> Any:
    name = w.sort.removeprefix("-")
    plain = {"rank": "rank_value", "links": "links_total", "type": "link_type", "found": "id"}.get(name, name)
    value = getattr(p, plain)
    return value if value is not None else ("" if name in TEXT_SORTS else -1.0)


def _key(w: Wanted, p: Prospect) -> str:
    value = _value(w, p)
    return f"{value if isinstance(value, str) else repr(float(value))}~{p.id}"


def _split(w: Wanted, key: str) -> tuple[Any, int] | None:
    value, _, at = key.rpartition("~")
    if not at.isdigit() or len(at) > 18:
        return None
    if w.sort.removeprefix("-") in TEXT_SORTS:
        return value, int(at)
    try:
        return float(value), int(at)
    except ValueError:
        return None
