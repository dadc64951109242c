"""Following a page's links: which of them are dead, and how its site links in general."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from crm import clock, domains, fetched, work
from crm.adapters.web import Fetcher
from crm.db import reading, transaction
from crm.models.accounts import Competitor, Project
from crm.models.pages import FetchedPage, HostState
from crm.pages import linking, mentions, service
from crm.pages.facts import PageFacts, PageLink
from crm.pages.run import Seen, last_look, read_now

MAX_LINKS = 40
RECENT_PAGES = 6
FEW_LINKS = 8  # links of one page that are followed while somebody waits for it
FEW_SECONDS = 20.0


@dataclass(frozen=True)
class DeadLink:
    """`since` is the ISO day on which we first saw it dead; `was` what stood there, by the words of the link."""

    url: str
    anchor: str
    status: int | None
    why: str
    since: str


def dead_links(organisation_id: int, page_url: str, *, fetcher: Fetcher | None = None) -> list[DeadLink]:
    """Every link of the content to another site that leads to nothing. A timeout or refusal is no proof of death."""
    page = read_now(organisation_id, page_url, fetcher=fetcher)
    if not page.facts:
        return []
    links = linking.editorial_links(PageFacts.from_dict(page.facts))[:MAX_LINKS]
    return _follow(organisation_id, page, links, fetcher=fetcher)


def look_over(project_id: int, page: Seen, *, linked: str = "", fetcher: Fetcher | None = None) -> dict[str, Any]:
    """The facts of a page that was just read, with two more: `dead_links` among a few of its links to other sites,
    and `mentions` of the project's brand on a page that does not link to it.

    `linked` is the address that an export says the page links to. Links to competitors are followed first, then one
    link of each host that was never asked before; eight links and twenty seconds at most.
    """
    if not page.facts:
        return {}
    with reading() as s:
        project = s.get_one(Project, project_id)
        rivals = list(s.scalars(select(Competitor.domain).where(Competitor.project_id == project_id)))
        organisation_id, own = project.organisation_id, [project.domain, *project.own_domains]
        brands = project.brand_names or [project.name]
    facts = PageFacts.from_dict(page.facts)
    links = _few(facts, rivals, linked)
    dead = _follow(organisation_id, page, links, fetcher=fetcher, seconds=FEW_SECONDS)
    named = mentions.unlinked(facts, brands, own)
    return {**page.facts, "dead_links": [asdict(d) for d in dead], "mentions": [asdict(m) for m in named]}


def _few(facts: PageFacts, rivals: Sequence[str], linked: str) -> list[PageLink]:
    """Links worth following now: those to competitors, then those to hosts that nobody asked yet."""
    shown = [x for x in facts.outgoing() if not x.hidden]
    theirs = {x.url: x for x in shown if any(domains.is_within(x.url, rival) for rival in rivals)}
    first = sorted(theirs.values(), key=lambda x: domains.url_key(x.url) != domains.url_key(linked))
    others = [x for x in linking.editorial_links(facts) if x.url not in theirs][:MAX_LINKS]
    with reading() as s:
        hosts = [urlsplit(x.url).netloc for x in others]
        known = set(s.scalars(select(HostState.host).where(HostState.host.in_(hosts))))
    return [*first, *(x for x in others if urlsplit(x.url).netloc not in known)][:FEW_LINKS]


def _follow(
    organisation_id: int,
    page: Seen,
    links: Sequence[PageLink],
    *,
    fetcher: Fetcher | None = None,
    seconds: float = float("inf"),
) -> list[DeadLink]:
    """The dead ones of these links, kept with the page. What was followed today is not asked again."""
    known = {d["url"]: d for d in page.facts.get("dead_links", [])}
    today, until = clock.now().date().isoformat(), time.monotonic() + seconds
    found: dict[str, DeadLink] = {}
    for link in links:
        seen = last_look(organisation_id, link.url)
        if seen is None and time.monotonic() > until:
            break
        known_since = known.pop(link.url, {}).get("since", today)
        seen = seen or read_now(organisation_id, link.url, "broken_link", fetcher=fetcher)
        if _is_dead(seen):
            words = seen.why if seen.outcome == fetched.MISSING else "the page says that it was not found"
            found[link.url] = DeadLink(link.url, link.anchor, seen.status, words, known_since)
    stand = {x["url"] for x in page.facts.get("links", [])}
    kept = [DeadLink(**d) for url, d in known.items() if url in stand]
    dead = [*found.values(), *kept]
    with transaction() as s:
        row = service.page_of(s, organisation_id, page.url)
        if row is not None:
            row.facts = {**row.facts, "dead_links": [asdict(d) for d in dead]}
    return dead


def habit(organisation_id: int, site: str, *, fetcher: Fetcher | None = None) -> linking.LinkingPattern:
    """How a site links out, from its start page's newest articles (six at most)."""
    home = read_now(organisation_id, f"https://{site}/", fetcher=fetcher)
    pages = []
    for url in _articles(home)[:RECENT_PAGES]:
        seen = read_now(organisation_id, url, fetcher=fetcher)
        if seen.facts:
            pages.append(PageFacts.from_dict(seen.facts))
    return linking.pattern(pages)


def mentions_without_link(project_id: int) -> list[tuple[str, mentions.Mention]]:
    """(address, mention) of pages already read that name the project's brand and do not link to it."""
    with reading() as s:
        project = s.get_one(Project, project_id)
        own = [project.domain, *project.own_domains]
        rows = s.execute(
            select(FetchedPage.url, FetchedPage.facts).where(FetchedPage.organisation_id == project.organisation_id)
        ).all()
        brands = project.brand_names or [project.name]
    pages = [(url, PageFacts.from_dict(facts)) for url, facts in rows if facts]
    outside = [(url, page) for url, page in pages if not any(domains.is_within(url, site) for site in own)]
    return [(url, mention) for url, page in outside for mention in mentions.unlinked(page, brands, own)]


@work.handler("check_outgoing")
def check_many(job: work.Running) -> None:
    """Look for dead links on the pages named in the job."""
    urls = list(job.params.get("urls", []))
    dead = 0
    for n, url in enumerate(urls):
        job.progress(n, len(urls), "pages looked through")
        dead += len(dead_links(job.organisation_id, url))
    job.progress(len(urls), len(urls))
    job.result(pages=len(urls), dead_links=dead)


def _is_dead(seen: Seen) -> bool:
    kinds: list[Any] = seen.facts.get("kinds", [])
    return seen.outcome == fetched.MISSING or (seen.outcome == fetched.OK and kinds[:1] == ["soft_404"])


def _articles(home: Seen) -> list[str]:
    """Addresses of the site's own articles: the longer paths of its content, in their order."""
    if not home.facts:
        return []
    facts = PageFacts.from_dict(home.facts)
    own = facts.url.split("/")[2] if "//" in facts.url else ""
    same = [
        x.url.partition("#")[0] for x in facts.links if x.position in ("main", "nav") and x.url.split("/")[2:3] == [own]
    ]
    deep = [u for u in dict.fromkeys(same) if len(u.rstrip("/").rsplit("/", 1)[-1]) > 12]
    return deep or [u for u in dict.fromkeys(same) if u.rstrip("/") != facts.url.rstrip("/")]
