"""Verbs of the content backlog: find ideas after each computation, dismiss one, publish one."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from crm import clock, undo
from crm.gap.clusters import STRONG, Cluster, Covered, Linked, clusters
from crm.journal import SYSTEM, Actor, record
from crm.models.accounts import Project
from crm.models.gap import LinkingPage
from crm.models.prospects import Prospect
from crm.models.targets import ContentIdea, TargetPage
from crm.prospects import service as prospects
from crm.targets import service as targets
from crm.vocabulary import Action, Stage

OPEN_STAGES = (Stage.FOUND.value, Stage.PROSPECT.value, Stage.READY.value)


def refresh(s: Session, project: Project) -> int:
    """Find clusters anew from the evidence of the current gap; returns how many ideas are open.

    Ideas that were published or dismissed stay as they are; open ones that no cluster supports any more go.
    """
    found = clusters(_linked(s, project), _covered(s, project))
    rows = {idea.key: idea for idea in s.scalars(select(ContentIdea).where(ContentIdea.project_id == project.id))}
    for cluster in found:
        idea = rows.pop(cluster.key, None)
        if idea is None:
            idea = ContentIdea(project_id=project.id, key=cluster.key, created_at=clock.now())
            s.add(idea)
        if idea.published_at is None and idea.dismissed_at is None:
            _fill(s, project, idea, cluster)
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
    """The asset is online at `url` of ours: the sites that waited for it get it as their page. Returns how many."""
    page = targets.publish_idea(s, project, idea, url, actor)
    waiting = select(Prospect).where(
        Prospect.project_id == project.id, Prospect.domain.in_(idea.domains), Prospect.stage.in_(OPEN_STAGES)
    )
    rows = list(s.scalars(waiting))
    for p in rows:
        prospects.set_target_page(s, p, page, actor)
        if p.action == Action.CREATE_PAGE.value:
            prospects.set_action(s, p, Action.PITCH, f"the page it waited for is online: {page.url}", actor)
    return len(rows)


def _fill(s: Session, project: Project, idea: ContentIdea, cluster: Cluster) -> None:
    idea.title, idea.asset_kind = cluster.title, cluster.asset_kind
    idea.competitor_page = cluster.rival_pages[0] if cluster.rival_pages else None
    idea.domains, idea.n_domains = list(cluster.domains), len(cluster.domains)
    idea.expected_links = cluster.expected_links
    idea.evidence = {
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


def _covered(s: Session, project: Project) -> list[Covered]:
    query = select(TargetPage).where(TargetPage.project_id == project.id, TargetPage.archived_at.is_(None))
    return [Covered(t.url, t.title, t.topic, tuple(t.keywords)) for t in s.scalars(query)]
