"""What takes time with our own pages: reading them and judging their health."""

import html
import re
from datetime import timedelta
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from config import Settings
from crm import clock, domains, work
from crm.adapters import robots, web
from crm.db import reading, transaction
from crm.fetched import Fetched
from crm.models.accounts import Project
from crm.models.targets import TargetPage
from crm.pages.facts import PageFacts, facts
from crm.pages.indexing import indexing
from crm.pages.run import Seen, last_look, read_now
from crm.targets import health, queries, service
from crm.targets.sitegraph import Walk

RIVAL_AGE = timedelta(days=30)
MAX_SITEMAPS, MAX_LISTED = 5, 50_000
_LOC = re.compile(r"<loc>([^<]{1,2000})</loc>", re.IGNORECASE)


def check(target_id: int) -> bool:
    """Read one own page, store what was found, and say whether it passed."""
    with reading() as s:
        page = s.get_one(TargetPage, target_id)
        project = s.get_one(Project, page.project_id)
        url, known = page.url, queries.known_of(s, page)
        rival = queries.rival_page(s, page)
    fetcher = web.default_fetcher()
    fetched = fetcher.fetch(url, obey_robots=False)
    rules = fetcher.robots(url)
    allowed = None if rules.unreachable else rules.allows(url, robots.SEARCH_TOKEN)
    read = facts(fetched.body, fetched.final_url or url, headers=dict(fetched.headers)) if fetched.body else None
    told = _told(read)
    canonical, unlisted = _engines(fetched)
    theirs = read_now(project.organisation_id, rival, max_age=RIVAL_AGE) if rival else None
    seen = health.seen_from(
        url,
        fetched,
        told,
        canonical=canonical,
        noindex=unlisted,
        robots_blocked=allowed is False,
        rival_words=int(theirs.facts.get("words") or 0) or None if theirs is not None and theirs.facts else None,
        rival_page=rival or "",
        **known,
    )
    with transaction() as s:
        page = s.get_one(TargetPage, target_id)
        return service.store_check(s, page, health.examine(seen), told).passed


@work.handler("check_targets")
def check_all(job: work.Running) -> None:
    """Check every target page, walk over the own site, and check again by what the walk brought."""
    with reading() as s:
        project = s.get_one(Project, job.project_id)
        ids = [p.id for p in service.targets(s, project)]
    for n, target_id in enumerate(ids):
        job.progress(n, len(ids), "target pages read")
        check(target_id)
    n_pages = crawl(job, Settings().own_pages)
    passed = sum(check(target_id) for target_id in ids)
    job.result(pages=len(ids), passed=passed, own_pages=n_pages)


def crawl(job: work.Running, limit: int) -> int:
    """Read pages of the own site, `limit` at most, from the start page on; returns how many. Pages that were read
    within the day are not asked for again, so that a job that was stopped goes on where it was.
    """
    with reading() as s:
        project = s.get_one(Project, job.project_id)
        home, own = project.organisation_id, project.domain
        pages = [p.url for p in service.targets(s, project)]
    walk = Walk(own.removeprefix("www."), limit)
    walk.add([f"https://{own}/"], 0)
    listed = _sitemap(f"https://{own}/")
    later = [*pages, *(listed or ())]
    while (url := walk.next()) is not None or later:
        if url is None:  # every page that links lead to was read: now what only the sitemap or a target names
            walk.add(later, None)
            later = []
            continue
        job.progress(len(walk.rows), limit, "pages of your site read")
        seen = last_look(home, url) or read_now(home, url, "own_page")
        walk.read(url, _row(seen, listed), [x["url"] for x in seen.facts.get("links") or []])
    with transaction() as s:
        service.keep_crawl(s, s.get_one(Project, job.project_id), walk.result(), whole=walk.whole)
    return len(walk.rows)


def check_pitched() -> int:
    """Look again at own pages that running sequences offer, once a day, after a failure every hour; a page
    that fails holds their mails. Returns how many were read."""
    with reading() as s:
        ids = queries.offered_and_unchecked(s, clock.now())
    for target_id in ids:
        check(target_id)
    return len(ids)


def _told(known: PageFacts | None) -> dict[str, object]:
    return known.to_dict() if known is not None else {}


def _engines(fetched: Fetched) -> tuple[str, bool]:
    """(canonical of head or header, whether the page asks not to be listed)."""
    tree = LexborHTMLParser(fetched.text or "<html></html>")
    canonical, _, notes = indexing(tree, fetched.final_url, fetched.headers, None)
    return canonical or "", any("noindex" in note for note in notes)


def _row(seen: Seen, listed: set[str] | None) -> dict[str, Any]:
    """What a crawl keeps of a page."""
    robots_said = f"{seen.facts.get('robots') or ''} {seen.headers.get('x-robots-tag') or ''}".lower()
    following = next((x["url"] for x in seen.facts.get("links") or [] if "next" in (x.get("rel") or "").split()), "")
    return {
        "status": seen.status,
        "outcome": seen.outcome,
        "why": seen.why,
        "final_url": seen.final_url,
        "title": str(seen.facts.get("title") or "")[:200],
        "words": seen.facts.get("words") or 0,
        "canonical": seen.facts.get("canonical") or "",
        "noindex": "noindex" in robots_said,
        "next": following,
        "in_sitemap": None if listed is None else domains.url_key(seen.url) in {domains.url_key(x) for x in listed},
    }


def _sitemap(home: str) -> set[str] | None:
    """Addresses in the site's sitemaps, five files at most; None when it has none."""
    fetcher = web.default_fetcher()
    waiting = fetcher.robots(home).sitemaps() or [home + "sitemap.xml"]
    found: set[str] = set()
    n_read = 0
    while waiting and n_read < MAX_SITEMAPS:
        sheet = fetcher.fetch(waiting.pop(0), obey_robots=False)
        n_read += sheet.readable
        places = [html.unescape(x.strip()) for x in _LOC.findall(sheet.text)] if sheet.readable else []
        if "<sitemapindex" in sheet.text[:2000]:
            waiting += places
        else:
            found.update(places[:MAX_LISTED])
    return found if found else None
