"""Up to three internal links for each page that won links lately. Reads only."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import clock, domains
from crm.models.accounts import Project
from crm.models.outcomes import Placement
from crm.models.targets import HealthCheck, TargetPage
from crm.prospects.relevance import TargetText, TopicIndex, is_homepage

LATELY = timedelta(days=92)
MOST = 3
NEAR = 0.15  # topic below which a link between two pages helps no reader
IN_TEXT = "main"  # place of a link in the text of a page


@dataclass(frozen=True)
class Proposal:
    """A near page of ours, and which way a link in the text is missing. `known`: both pages were read."""

    page: TargetPage
    topic: float
    onward: bool  # from the linked page to this one: passes on what the new links bring
    back: bool  # from this one to the linked page: makes it easier to find
    known: bool
    anchor: str

    @property
    def missing(self) -> bool:
        """Whether a link is to be set at all; False: the two are tied already."""
        return self.onward or self.back


@dataclass(frozen=True)
class Win:
    """A page of ours with the links it won lately, what its last check said of its place, and the proposals."""

    page: TargetPage
    links: list[Placement]
    place: list[str]
    proposals: list[Proposal]


def wins(s: Session, project: Project, limit: int = 6) -> list[Win]:
    """Pages that won links in the last three months, the newest win first."""
    pages = list(
        s.scalars(select(TargetPage).where(TargetPage.project_id == project.id, TargetPage.archived_at.is_(None)))
    )
    won = _won(s, project, clock.now() - LATELY)
    linked = [p for p in pages if domains.url_key(p.url) in won]
    linked.sort(key=lambda p: won[domains.url_key(p.url)][0].live_at or p.created_at, reverse=True)
    if not linked or len(pages) < 2:
        return [Win(p, won[domains.url_key(p.url)], [], []) for p in linked[:limit]]
    checks = {p.id: _last_check(s, p) for p in pages}
    index = TopicIndex([_text(p) for p in pages])
    found = []
    for page in linked[:limit]:
        near = index.topic(" ".join([page.title, page.topic, *page.keywords, page.text]))
        ranked = sorted(zip(pages, near, strict=True), key=lambda pair: (-pair[1] * pair[0].weight, pair[0].id))
        proposals = [
            _proposal(page, other, topic, checks) for other, topic in ranked if other.id != page.id and topic >= NEAR
        ]
        proposals.sort(key=lambda p: not p.missing)
        links = won[domains.url_key(page.url)]
        found.append(Win(page, links, _place(checks[page.id]), proposals[:MOST]))
    return found


def _won(s: Session, project: Project, since: datetime) -> dict[str, list[Placement]]:
    """Links seen lately and not lost, by the key of the page they lead to, newest first."""
    query = (
        select(Placement)
        .where(Placement.project_id == project.id, Placement.live_at >= since, Placement.lost_at.is_(None))
        .order_by(Placement.live_at.desc())
    )
    won: dict[str, list[Placement]] = {}
    for placement in s.scalars(query):
        won.setdefault(domains.url_key(placement.target_url), []).append(placement)
    return won


def _last_check(s: Session, page: TargetPage) -> HealthCheck | None:
    query = select(HealthCheck).where(HealthCheck.target_page_id == page.id).order_by(HealthCheck.id.desc())
    return s.scalar(query.limit(1))


def _proposal(page: TargetPage, other: TargetPage, topic: float, checks: dict[int, HealthCheck | None]) -> Proposal:
    here, there = (_links_of(checks[p.id]) for p in (page, other))
    onward = here is None or domains.url_key(other.url) not in here
    back = there is None or domains.url_key(page.url) not in there
    anchor = next(iter(other.keywords or []), "") or other.topic or other.title
    return Proposal(other, topic, onward, back, here is not None and there is not None, anchor)


def _links_of(check: HealthCheck | None) -> set[str] | None:
    """Where the text of a page links to; None when it was not read. Menus and footers do not count: they link all."""
    links = (check.facts or {}).get("links") if check else None
    if links is None:
        return None
    return {domains.url_key(str(link.get("url", ""))) for link in links if link.get("position") == IN_TEXT}


def _place(check: HealthCheck | None) -> list[str]:
    """What the last check said of the page's place in the site: pages that link to it, clicks from the start page."""
    found = check.findings if check else []
    return [str(f.get("words", "")) for f in found if f.get("rule") in ("inlinks", "depth", "sitemap")]


def _text(page: TargetPage) -> TargetText:
    return TargetText(
        page.title, page.topic, tuple(page.keywords or ()), page.text, page.url, page.language, is_homepage(page.url)
    )
