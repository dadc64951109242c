"""Verbs on our own pages, goals and content ideas."""

from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from crm import clock, domains, work
from crm.errors import BadInput, NotFound
from crm.journal import SYSTEM, Actor, record
from crm.models.accounts import Project
from crm.models.events import Job
from crm.models.targets import ContentIdea, Goal, HealthCheck, OwnPage, TargetPage
from crm.targets.crawlfiles import PagesFile
from crm.targets.health import Finding
from crm.vocabulary import PageType

CRAWL = "crawl"
TICKS = ("deserves_inclusion", "meets_intent", "shows_trust")


def add(
    s: Session,
    project: Project,
    url: str,
    *,
    page_type: PageType | None = None,
    title: str = "",
    topic: str = "",
    keywords: list[str] | None = None,
    weight: float = 1.0,
    goal: str = "",
    text: str = "",
    actor: Actor = SYSTEM,
) -> TargetPage:
    """A page of ours that shall be linked; the same URL again changes what is given. Raises BadInput.

    `page_type` None: guessed from the address (the start page, or a guide). `weight` is the business weight, 1 normal.
    """
    full = url if "//" in url else f"https://{url}"
    host = domains.host(full)
    if host is None or not is_own(project, host):
        raise BadInput(f"{url} is not on {project.domain}. Give a page of your own site.", field="url")
    if not 0 < weight <= 10:
        raise BadInput("The weight is a number above 0 and up to 10; 1 is normal.", field="weight")
    normal = domains.normal_url(full)
    page = s.scalar(select(TargetPage).where(TargetPage.project_id == project.id, TargetPage.url == normal))
    is_new = page is None
    page = page or TargetPage(project_id=project.id, url=normal, created_at=clock.now())
    page.page_type = (page_type or guess_type(normal)).value
    page.title, page.topic = title or page.title or "", topic or page.topic or ""
    page.keywords = keywords or page.keywords or []
    page.weight, page.goal, page.text = weight, goal or page.goal or "", text or page.text or ""
    page.archived_at = None
    s.add(page)
    s.flush()
    if is_new:
        record(s, "target.added", page, project=project, actor=actor, data={"url": normal})
    return page


def is_own(project: Project, host: str) -> bool:
    """Whether a host belongs to the project: its domain, further own domains, and everything below them."""
    return any(domains.is_within(host, own) for own in (project.domain, *project.own_domains))


def guess_type(url: str) -> PageType:
    """The page type that an address suggests; people correct it."""
    path = url.partition("//")[2].partition("/")[2].strip("/").lower()
    if not path:
        return PageType.HOMEPAGE
    words = {
        PageType.COMPARISON: ("-vs-", "compare", "comparison", "alternative", "best-"),
        PageType.ASSET: ("calculator", "template", "tool", "study", "report", "benchmark", "data", "generator"),
        PageType.PRODUCT: ("product", "pricing", "features", "solutions", "shop", "services"),
    }
    return next((kind for kind, marks in words.items() if any(m in path for m in marks)), PageType.GUIDE)


def change(s: Session, page: TargetPage, values: dict[str, Any], project: Project, actor: Actor) -> None:
    """Change title, topic, keywords, weight, goal or page type of a target page."""
    keywords = [k.strip() for k in str(values.get("keywords", "")).replace("\n", ",").split(",") if k.strip()]
    kind = PageType(values["page_type"]) if values.get("page_type") else PageType(page.page_type)
    try:
        weight = float(values.get("weight") or page.weight)
    except ValueError as error:
        raise BadInput("The weight is a number; 1 is normal.", field="weight") from error
    add(
        s,
        project,
        page.url,
        page_type=kind,
        title=values.get("title", ""),
        topic=values.get("topic", ""),
        keywords=keywords,
        weight=weight,
        goal=values.get("goal", ""),
        actor=actor,
    )


def tick(s: Session, page: TargetPage, ticks: list[str], project: Project, actor: Actor, override: str = "") -> None:
    """A person's word that the page deserves links: all three ticks, or an override with a reason."""
    page.deserves = {
        **{name: name in ticks for name in TICKS},
        "override": override.strip(),
        "by": actor.id,
        "at": clock.now().isoformat(),
    }
    record(s, "target.judged", page, project=project, actor=actor, data=dict(page.deserves))


def archive(s: Session, page: TargetPage, project: Project, actor: Actor) -> None:
    """Take a page out of use; prospects that were to get it keep their history."""
    page.archived_at = clock.now()
    record(s, "target.archived", page, project=project, actor=actor)


def store_check(s: Session, page: TargetPage, findings: list[Finding], facts: dict[str, Any]) -> HealthCheck:
    """Keep what a look at the page found. It passes when nothing of level "bad" is among the findings."""
    check = HealthCheck(
        target_page_id=page.id,
        at=clock.now(),
        passed=not any(f.level == "bad" for f in findings),
        findings=[{"rule": f.rule, "level": f.level, "words": f.words, "fix": f.fix} for f in findings],
        facts=facts,
    )
    s.add(check)
    page.title = page.title or facts.get("title") or ""
    page.text = facts.get("text") or page.text
    page.language = facts.get("language") or page.language
    s.flush()
    return check


def keep_crawl(s: Session, project: Project, rows: list[tuple[str, str, dict[str, Any]]], *, whole: bool) -> None:
    """Keep what a walk over the own site found; it takes the place of the last one."""
    s.execute(delete(OwnPage).where(OwnPage.project_id == project.id, OwnPage.source == CRAWL))
    for key, url, data in rows:
        row = OwnPage(project_id=project.id, url=url, url_key=key, source=CRAWL, at=clock.now(), data=data)
        s.add(row)
    record(s, "targets.crawled", project, project=project, actor=SYSTEM, data={"pages": len(rows), "whole": whole})
    s.flush()


def keep_file(s: Session, project: Project, found: PagesFile, actor: Actor) -> int:
    """Keep what a crawler's or Search Console's file says of own pages; newer lines take the place of older ones."""
    known = {
        row.url_key: row
        for row in s.scalars(
            select(OwnPage).where(OwnPage.project_id == project.id, OwnPage.source == found.source)
        )
    }  # fmt: skip
    for url, data in found.pages:
        key = domains.url_key(url)
        row = known.get(key) or OwnPage(project_id=project.id, url=url, url_key=key, source=found.source)
        row.at, row.data = clock.now(), data
        known[key] = row
        s.add(row)
    data = {"source": found.source, "pages": len(found.pages), "reason": found.reason}
    record(s, "targets.file", project, project=project, actor=actor, data=data)
    s.flush()
    return len(found.pages)


def unjudged(page: TargetPage) -> list[str]:
    """Which of the three ticks a person has not given; none are asked for when the gate was opened with a reason."""
    return [] if page.deserves.get("override") else [name for name in TICKS if not page.deserves.get(name)]


def check_soon(s: Session, project: Project) -> Job:
    """Queue a look at every target page of the project."""
    return work.start(
        s,
        "check_targets",
        "Checking your own pages",
        {},
        organisation_id=project.organisation_id,
        project_id=project.id,
    )


def set_goal(
    s: Session, project: Project, *, starts_on: date, ends_on: date, links: int, by_type: dict[str, int]
) -> Goal:
    """So many links between two days; a goal for the same days is replaced. Raises BadInput on impossible figures."""
    if links < 1 or ends_on <= starts_on or sum(by_type.values()) > links:
        raise BadInput("A goal needs one link or more, an end after its start, and no more by type than in all.")
    same = select(Goal).where(Goal.project_id == project.id, Goal.starts_on == starts_on, Goal.ends_on == ends_on)
    goal = s.scalar(same) or Goal(project_id=project.id, starts_on=starts_on, ends_on=ends_on, created_at=clock.now())
    goal.links, goal.by_type = links, dict(by_type)
    s.add(goal)
    s.flush()
    return goal


def publish_idea(s: Session, project: Project, idea: ContentIdea, url: str, actor: Actor) -> TargetPage:
    """The asset exists now: its page becomes a target and the waiting prospects may be pitched again."""
    page = add(s, project, url, topic=idea.title, actor=actor)
    idea.target_page_id, idea.published_at = page.id, clock.now()
    record(s, "content.published", idea, project=project, actor=actor, data={"url": page.url})
    return page


def targets(s: Session, project: Project) -> list[TargetPage]:
    """The pages in use, weightiest first."""
    query = select(TargetPage).where(TargetPage.project_id == project.id, TargetPage.archived_at.is_(None))
    return list(s.scalars(query.order_by(TargetPage.weight.desc(), TargetPage.id)))


def last_check(s: Session, page: TargetPage) -> HealthCheck | None:
    """The newest look at the page."""
    query = select(HealthCheck).where(HealthCheck.target_page_id == page.id).order_by(HealthCheck.id.desc()).limit(1)
    return s.scalar(query)


def gate(s: Session, page: TargetPage) -> list[str]:
    """Why this page may not be pitched yet, in sentences; empty when it may. An override with a reason opens it."""
    if page.deserves.get("override"):
        return []
    check = last_check(s, page)
    if check is None:
        return ["The page was not checked yet."]
    return [f["words"] for f in check.findings if f["level"] == "bad"]


def find(s: Session, project: Project, url: str) -> TargetPage:
    """The target page with this address. Raises NotFound."""
    normal = domains.normal_url(url if "//" in url else f"https://{url}")
    page = s.scalar(select(TargetPage).where(TargetPage.project_id == project.id, TargetPage.url == normal))
    if page is None:
        raise NotFound(f"{url} is not among your target pages. Add it with `flask target add`.")
    return page
