"""What takes time with our own pages: reading them and judging their health."""

from urllib.parse import urlsplit

from crm import clock, work
from crm.adapters import web
from crm.db import reading, transaction
from crm.models.accounts import Project
from crm.models.targets import TargetPage
from crm.pages.facts import PageFacts, facts
from crm.targets import health, queries, service


def check(target_id: int) -> bool:
    """Read one own page, store what was found, and say whether it passed."""
    with reading() as s:
        url = s.get_one(TargetPage, target_id).url
    fetched = web.default_fetcher().fetch(url)
    known = facts(fetched.body, fetched.final_url or url, headers=dict(fetched.headers)) if fetched.body else None
    told = _told(known)
    seen = health.seen_from(url, fetched, told, inlinks=_inlinks(url))
    with transaction() as s:
        page = s.get_one(TargetPage, target_id)
        return service.store_check(s, page, health.examine(seen), told).passed


@work.handler("check_targets")
def check_all(job: work.Running) -> None:
    """Check every target page of the project."""
    with reading() as s:
        project = s.get_one(Project, job.project_id)
        ids = [p.id for p in service.targets(s, project)]
    passed = 0
    for n, target_id in enumerate(ids):
        job.progress(n, len(ids), "pages read")
        passed += check(target_id)
    job.progress(len(ids), len(ids))
    job.result(pages=len(ids), passed=passed)


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


def _inlinks(url: str) -> int | None:
    """How many of the start page's and its neighbours' links lead to `url`: a bounded look, 12 pages at most."""
    parts = urlsplit(url)
    home = f"{parts.scheme}://{parts.netloc}/"
    if parts.path in ("", "/"):
        return None
    fetcher, queue, done, linking = web.default_fetcher(), [home], set[str](), 0
    while queue and len(done) < 12:
        page = queue.pop(0)
        done.add(page)
        fetched = fetcher.fetch(page)
        if not fetched.body or page.rstrip("/") == url.rstrip("/"):
            continue
        links = [link["url"] for link in facts(fetched.body, fetched.final_url or page).to_dict()["links"]]
        linking += any(link.split("#")[0].rstrip("/") == url.rstrip("/") for link in links)
        near = [x.split("#")[0] for x in links if x.startswith(home)]
        queue += [x for x in dict.fromkeys(near) if x not in done and x not in queue]
    return linking if done else None
