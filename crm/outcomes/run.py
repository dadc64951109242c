"""Looking for links: one now, or all that are due. The web stands between two short transactions."""

from dataclasses import dataclass, replace
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import charset, domains, fetched, work
from crm.adapters import robots, web
from crm.adapters.web import Fetcher
from crm.db import reading, transaction
from crm.errors import BadInput
from crm.fetched import Fetched, Hop
from crm.journal import SYSTEM, Actor
from crm.models.outcomes import Placement
from crm.outcomes import evidence, leading
from crm.outcomes.byhand import service as byhand
from crm.outcomes.evidence import LinkEvidence
from crm.outcomes.watching import service as watching

AT_ONCE = 50
PATIENCE = 20.0  # seconds for links that may lead to the target, and again for style sheets


@dataclass(frozen=True)
class Looked:
    """What was seen, and the page it was seen on (kept as proof)."""

    evidence: LinkEvidence
    page: Fetched


def look_now(page_url: str, target_url: str, *, fetcher: Fetcher | None = None) -> Looked:
    """Fetch a page as ourselves and as a browser and look for a link to the target. Stores nothing."""
    fetcher = fetcher or web.default_fetcher()
    page_url, target_url = domains.normal_url(page_url), domains.normal_url(target_url)
    if domains.host(page_url) is None or domains.host(target_url) is None:
        raise BadInput("Both the page and the target must be web addresses.")
    page = _whole(fetcher, page_url)
    rules = fetcher.robots(page.final_url)
    engines = None if rules.unreachable else rules.allows(page.final_url, robots.SEARCH_TOKEN)
    if not page.readable:
        found = evidence.look(page, target_url)
        shut = page.outcome == fetched.ROBOTS and engines is False
        return Looked(replace(found, indexable=False) if shut else found, page)
    browser = _whole(fetcher, page_url, user_agent=web.BROWSER)
    target, resolved = _resolved(fetcher, page, browser, target_url)
    more: dict[str, Any] = {"engines_allowed": engines, "resolved": resolved, "target": target}
    found = evidence.look(page, target_url, browser=browser, **more)
    if found.present:
        sheets = _sheets(fetcher, browser if browser.readable else page)
        found = evidence.look(
            leading.dressed(page, sheets), target_url, browser=leading.dressed(browser, sheets), **more
        )
    return Looked(found, browser if found.present and not _same_text(page, browser, found) else page)


def _whole(fetcher: Fetcher, url: str, user_agent: str | None = None) -> Fetched:
    """A page, and where it sends every browser on by itself, once."""
    page = fetcher.fetch(url, user_agent=user_agent)
    going = leading.sent_on(page)
    if going is None:
        return page
    there = fetcher.fetch(going, user_agent=user_agent)
    return replace(there, chain=(*page.chain, Hop(page.final_url, page.status or 200), *there.chain))


def _sheets(fetcher: Fetcher, page: Fetched) -> list[str]:
    """The style sheets of the page's own site, as far as they may be read."""
    found = []
    until = monotonic() + PATIENCE
    for url in leading.stylesheets(page):
        sheet = fetcher.fetch(url, anything=True) if monotonic() < until else None
        if sheet is not None and sheet.readable and "css" in sheet.content_type:
            found.append(sheet.text)
    return found


def look_at_source(source: bytes, page_url: str, target_url: str) -> LinkEvidence:
    """Look into the source of a page that lies in a file or was pasted; asks nobody."""
    text = charset.decode(source)
    page = Fetched(page_url, page_url, None, fetched.PASTED, "source given by a person", body=source, text=text)
    return evidence.look(page, domains.normal_url(target_url))


def check(placement_id: int, *, fetcher: Fetcher | None = None, actor: Actor = SYSTEM) -> LinkEvidence:
    """Look for one watched link now, store the proof, and move its state."""
    with reading() as s:
        placement = s.get_one(Placement, placement_id)
        page_url, target_url = placement.page_url, placement.target_url
    looked = look_now(page_url, target_url, fetcher=fetcher)
    with transaction() as s:
        watching.keep_check(s, placement_id, looked.evidence, looked.page, actor=actor)
    return looked.evidence


def check_source(placement_id: int, source: str, *, actor: Actor) -> LinkEvidence:
    """Look into the source that a person pasted, and keep it as proof."""
    if "<" not in source:
        raise BadInput("Paste the page's source: in the browser, View source, select all, copy.", field="source")
    with reading() as s:
        placement = s.get_one(Placement, placement_id)
        page_url, target_url = placement.page_url, placement.target_url
    body = source.encode()
    seen = look_at_source(body, page_url, target_url)
    page = Fetched(page_url, page_url, None, fetched.PASTED, "", body=body, text=source, content_type="text/html")
    with transaction() as s:
        watching.keep_check(s, placement_id, seen, page, actor=actor)
    return seen


def check_due(*, limit: int = AT_ONCE, fetcher: Fetcher | None = None) -> int:
    """Look for every watched link whose time has come; returns how many were looked for."""
    with transaction() as s:
        due = watching.claim_due(s, limit)
    for placement_id in due:
        check(placement_id, fetcher=fetcher)
    return len(due)


def wake_due() -> int:
    """Make those ready again whose day to be asked has come."""
    with transaction() as s:
        return byhand.wake_due(s)


def take_reported() -> int:
    """Watch links that exports show on pitched sites."""
    with transaction() as s:
        return watching.take_reported(s)


@work.handler("check_links")
def check_many(job: work.Running) -> None:
    """Look for every link of the project now."""
    with reading() as s:
        ids = list(s.scalars(select(Placement.id).where(Placement.project_id == job.project_id).order_by(Placement.id)))
    there = 0
    for n, placement_id in enumerate(ids):
        job.progress(n, len(ids), "links looked for")
        there += bool(check(placement_id).present)
    job.progress(len(ids), len(ids))
    job.result(links=len(ids), there=there)


def start_checking(s: Session, organisation_id: int, project_id: int) -> str:
    """Queue a check of all links; returns the job's public id."""
    job = work.start(s, "check_links", "Check all links", {}, organisation_id=organisation_id, project_id=project_id)
    return job.public_id


def _resolved(
    fetcher: Fetcher, page: Fetched, browser: Fetched, target_url: str
) -> tuple[Fetched | None, dict[str, Fetched]]:
    """Where our target and the doubtful links of the page lead; nothing is asked when a direct link is there."""
    if evidence.look(page, target_url).present and (not browser.readable or evidence.look(browser, target_url).present):
        return None, {}
    target = fetcher.fetch(target_url, obey_robots=False)
    if evidence.look(page, target_url, target=target).present:
        return target, {}
    doubtful = dict.fromkeys([*leading.candidates(page, target_url), *leading.candidates(browser, target_url)])
    own, until = urlsplit(target_url).netloc, monotonic() + PATIENCE
    homes = {domains.host(target_url), domains.host(target.final_url)}
    resolved: dict[str, Fetched] = {}
    for url in doubtful:
        if monotonic() > until:
            break
        resolved[url] = led = fetcher.fetch(url, obey_robots=urlsplit(url).netloc != own)
        ours = domains.host(led.final_url) in homes
        if ours and evidence.look(page, target_url, target=target, resolved=resolved).present:
            break
    return target, resolved


def _same_text(page: Fetched, browser: Fetched, found: LinkEvidence) -> bool:
    return not browser.readable or "a browser is shown it" not in found.why
