"""Verbs of the content backlog: find ideas after each computation, dismiss one, publish one."""

from collections.abc import Iterator

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from crm import clock, undo
from crm.gap.backlog.publications import kind_of, kinds_of, parse
from crm.gap.backlog.weighing import SEEN, Demand, Place, demand, missed, priority, share
from crm.gap.clusters import STRONG, Cluster, Covered, Linked, clusters
from crm.gap.rivals.queries import own_sites
from crm.journal import SYSTEM, Actor, record
from crm.models.accounts import Project
from crm.models.gap import LinkingPage
from crm.models.prospects import Prospect
from crm.models.targets import ContentIdea, KeywordPosition, TargetPage
from crm.prospects import service as prospects
from crm.targets import service as targets
from crm.vocabulary import Action, Stage

PLACES_READ = 200_000
ASKED_STAGES = tuple(x.value for x in (Stage.CONTACTED, Stage.REPLIED, Stage.INTERESTED, Stage.DECLINED))
OPEN_STAGES = (Stage.FOUND.value, Stage.PROSPECT.value, Stage.READY.value)


def refresh(s: Session, project: Project) -> int:
    """Find clusters anew from the evidence of the current gap; returns how many ideas are open.

    Ideas that were published or dismissed stay as they are; open ones that no cluster supports any more go.
    """
    found = clusters(_linked(s, project), _covered(s, project))
    keywords = missed(_places(s, project), own_sites(project))
    listed = listed_publications(project)
    rows = {idea.key: idea for idea in s.scalars(select(ContentIdea).where(ContentIdea.project_id == project.id))}
    for cluster in found:
        idea = rows.pop(cluster.key, None)
        if idea is None:
            idea = ContentIdea(project_id=project.id, key=cluster.key, created_at=clock.now())
            s.add(idea)
        if idea.published_at is None and idea.dismissed_at is None:
            _fill(s, project, idea, cluster, demand(cluster, keywords), listed)
    for stale in rows.values():
        if stale.published_at is None and stale.dismissed_at is None:
            s.execute(update(Prospect).where(Prospect.content_idea_id == stale.id).values(content_idea_id=None))
            s.delete(stale)
    s.flush()
    return len(found)


def dismiss(s: Session, project: Project, idea: ContentIdea, actor: Actor = SYSTEM) -> str:
    """Take an idea off the backlog; returns the undo token."""
    idea.dismissed_at = clock.now()
    record(s, "content.dismissed", idea, project=project, actor=actor)
    return undo.offer(s, "content.dismissed", {"id": idea.id}, f"{idea.title} is back.", project_id=project.id)


@undo.handler("content.dismissed")
def _back(s: Session, params: dict[str, int]) -> None:
    s.get_one(ContentIdea, params["id"]).dismissed_at = None


def publish(s: Session, project: Project, idea: ContentIdea, url: str, actor: Actor = SYSTEM) -> int:
    """The asset is online at `url` of ours: the sites that waited for it get it as their page. Returns how many.

    Sites that were written to before and asked for such a page come back as well: they are due to be asked again.
    """
    page = targets.publish_idea(s, project, idea, url, actor)
    asked = and_(Prospect.stage.in_(ASKED_STAGES), Prospect.action == Action.CREATE_PAGE.value)
    theirs = or_(Prospect.domain.in_(idea.domains), Prospect.content_idea_id == idea.id)
    waiting = select(Prospect).where(
        Prospect.project_id == project.id, theirs, or_(Prospect.stage.in_(OPEN_STAGES), asked)
    )
    rows = [p for p in s.scalars(waiting.order_by(Prospect.id)) if p.stage in OPEN_STAGES or "action" in p.overrides]
    for p in rows:
        prospects.set_target_page(s, p, page, actor)
        if p.action == Action.CREATE_PAGE.value:
            prospects.set_action(s, p, Action.PITCH, f"the page it waited for is online: {page.url}", actor)
        if p.stage in ASKED_STAGES:
            p.wake_on = clock.now()
    return len(rows)


def set_publications(s: Session, project: Project, text: str, actor: Actor = SYSTEM) -> int:
    """Keep the user's kinds of publications and weigh the backlog anew; returns how many kinds. Raises BadInput."""
    listed = parse(text)
    project.settings = {**(project.settings or {}), "publications": listed}
    record(s, "publications.listed", project, project=project, actor=actor, data={"kinds": len(listed)})
    s.flush()
    refresh(s, project)
    return len(listed)


def listed_publications(project: Project) -> dict[str, list[str]]:
    """The user's kinds of publications with their sites."""
    return dict((project.settings or {}).get("publications", {}))


def _fill(
    s: Session, project: Project, idea: ContentIdea, cluster: Cluster, asked: Demand, listed: dict[str, list[str]]
) -> None:
    idea.title, idea.asset_kind = cluster.title, cluster.asset_kind
    idea.competitor_page = cluster.rival_pages[0] if cluster.rival_pages else None
    idea.domains, idea.n_domains = list(cluster.domains), len(cluster.domains)
    idea.expected_links = cluster.expected_links
    wanted = share(cluster.domains, {site: kind_of(site, listed) for site in cluster.domains}, list(listed))
    idea.priority = priority(cluster.expected_links, asked.volume, wanted, has_keywords=bool(asked.keywords))
    idea.evidence = {
        "publications": kinds_of(cluster.domains, listed),
        "wanted": round(wanted, 3),
        "keywords": list(asked.keywords),
        "searches": asked.volume,
        "by_type": cluster.by_type,
        "pages": list(cluster.rival_pages),
        "examples": list(cluster.examples),
        "words": list(cluster.words),
    }
    s.flush()
    waiting = update(Prospect).where(
        Prospect.project_id == project.id, Prospect.domain.in_(idea.domains[:900]), Prospect.stage.in_(OPEN_STAGES)
    )
    s.execute(waiting.values(content_idea_id=idea.id))


def _linked(s: Session, project: Project) -> list[Linked]:
    query = (
        select(LinkingPage, Prospect.dr, Prospect.chance)
        .join(
            Prospect, (Prospect.project_id == LinkingPage.project_id) & (Prospect.domain == LinkingPage.source_domain)
        )
        .where(
            LinkingPage.project_id == project.id,
            LinkingPage.competitor_id.is_not(None),
            LinkingPage.link_type.is_not(None),
            LinkingPage.target_url != "",
            Prospect.dr >= STRONG,
            Prospect.stage != Stage.SET_ASIDE.value,
        )
        .order_by(LinkingPage.id)
        .execution_options(yield_per=1000)
    )
    return [
        Linked(p.source_domain, dr, p.link_type or "", p.target_url, p.anchor, p.source_url, chance)
        for p, dr, chance in s.execute(query)
    ]


def _places(s: Session, project: Project) -> Iterator[Place]:
    columns = (KeywordPosition.keyword, KeywordPosition.url, KeywordPosition.domain, KeywordPosition.position)
    query = select(*columns, KeywordPosition.data).where(
        KeywordPosition.project_id == project.id, KeywordPosition.position <= SEEN
    )
    for keyword, url, site, position, data in s.execute(query.order_by(KeywordPosition.id).limit(PLACES_READ)):
        yield Place(keyword, url, site, position, (data or {}).get("volume"))


def _covered(s: Session, project: Project) -> list[Covered]:
    query = select(TargetPage).where(TargetPage.project_id == project.id, TargetPage.archived_at.is_(None))
    return [Covered(t.url, t.title, t.topic, tuple(t.keywords)) for t in s.scalars(query)]
