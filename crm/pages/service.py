"""Verbs on pages: wish to have one read, and keep what a look at it brought. The reading itself is in run.py."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import clock, domains, fetched
from crm.adapters import blobs
from crm.errors import BadInput
from crm.fetched import Fetched
from crm.models.pages import FetchedPage, FetchTask, HostState
from crm.pages.facts import PageFacts

PURPOSES = ("linking_page", "contact", "own_page", "placement", "broken_link")
KEPT_HEADERS = (
    "content-type",
    "last-modified",
    "etag",
    "x-robots-tag",
    "date",
    "server",
    "link",
    "cache-control",
    "retry-after",
)
FRESH = timedelta(days=7)
MAX_PASTED = 5_000_000


def want(
    s: Session,
    *,
    organisation_id: int,
    project_id: int | None,
    url: str,
    purpose: str,
    priority: float = 0.0,
    due_at: datetime | None = None,
) -> FetchTask:
    """Queue a page; the worker reads it politely. Once per page and purpose: asking again lifts it to the front, and
    reads it anew when the last look is older than a week. Raises BadInput for what is no web address.
    """
    normal = domains.normal_url(url)
    host = urlsplit(normal).netloc
    if domains.host(normal) is None or purpose not in PURPOSES:
        raise BadInput(f"{url} is not the address of a page.", field="url")
    key = domains.url_key(normal)
    task = s.scalar(
        select(FetchTask).where(
            FetchTask.organisation_id == organisation_id, FetchTask.url_key == key, FetchTask.purpose == purpose
        )
    )
    now = clock.now()
    if task is None:
        task = FetchTask(
            organisation_id=organisation_id, project_id=project_id, url=normal, url_key=key, host=host, purpose=purpose,
            priority=priority, due_at=due_at or now,
        )  # fmt: skip
        s.add(task)
    elif task.done_at is not None and now - task.done_at > FRESH:
        task.done_at, task.outcome, task.attempts, task.due_at = None, None, 0, due_at or now
    task.priority = max(task.priority, priority)
    s.flush()
    return task


def page_of(s: Session, organisation_id: int, url: str) -> FetchedPage | None:
    """The newest look at a page, or None."""
    key = domains.url_key(url)
    return s.scalar(
        select(FetchedPage).where(FetchedPage.organisation_id == organisation_id, FetchedPage.url_key == key)
    )


def keep(s: Session, organisation_id: int, url: str, seen: Fetched) -> FetchedPage:
    """Store a look. A copy that the site called unchanged keeps its text and gets a new date; a failed look keeps the
    last facts of the page beside the new outcome.
    """
    page = page_of(s, organisation_id, url)
    if page is None:
        page = FetchedPage(
            organisation_id=organisation_id, url=url, url_key=domains.url_key(url), outcome="", fetched_at=clock.now()
        )
        s.add(page)
    page.fetched_at = clock.now()
    if seen.outcome == fetched.NOT_MODIFIED and page.blob_sha256:
        page.outcome, page.why = fetched.OK, "unchanged since the last look"
        s.flush()
        return page
    page.final_url, page.status, page.outcome, page.why = seen.final_url, seen.status, seen.outcome, seen.why
    page.headers = {k: v for k, v in seen.headers.items() if k in KEPT_HEADERS}
    page.chain = [{"url": hop.url, "status": hop.status} for hop in seen.chain]
    if seen.readable:
        page.etag, page.last_modified = seen.headers.get("etag"), seen.headers.get("last-modified")
        page.blob_sha256 = blobs.put(seen.body, seen.content_type or "text/html")
        page.facts = {}
    s.flush()
    return page


def keep_facts(s: Session, page: FetchedPage, facts: PageFacts) -> None:
    """Store what was read from a kept page."""
    page.facts = facts.to_dict()
    s.flush()


def paste(s: Session, organisation_id: int, url: str, source: str, facts: PageFacts) -> FetchedPage:
    """Keep the source of a page that a person pasted because we may not read it. Raises BadInput when it is none."""
    if "<" not in source or len(source) > MAX_PASTED:
        raise BadInput("Paste the page's source: in the browser, View source, select all, copy.", field="source")
    look = Fetched(
        url, url, None, fetched.PASTED, "source pasted by a person", body=source.encode(), text=source,
        content_type="text/html; charset=utf-8",
    )  # fmt: skip
    page = keep(s, organisation_id, url, look)
    keep_facts(s, page, facts)
    return page


def host_of(s: Session, host: str) -> HostState:
    """The row that says what a host asked of us and who reads it now."""
    row = s.scalar(select(HostState).where(HostState.host == host).with_for_update())
    if row is None:
        row = HostState(host=host)
        s.add(row)
        s.flush()
    return row
