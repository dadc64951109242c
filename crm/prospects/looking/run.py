"""What takes time with linking pages: reading them in the background, and looking closer at a site."""

from sqlalchemy import select

from config import Settings
from crm import domains, fetched, work
from crm.adapters import web
from crm.db import reading, transaction
from crm.models.accounts import Project
from crm.models.gap import LinkingPage
from crm.models.prospects import Prospect
from crm.pages.outgoing import run as outgoing
from crm.pages.run import last_look
from crm.prospects.looking import service
from crm.prospects.taking.service import reassess


def want_pages(budget: int | None = None) -> int:
    """Queue the linking pages of the best unread prospects of every project, within the day's budget; returns how
    many. What is queued already, or was ever looked at, is left alone."""
    allowed = Settings().pages_a_day if budget is None else budget
    if allowed <= 0:
        return 0
    with reading() as s:
        ids = list(s.scalars(select(Project.id).order_by(Project.id)))
    n = 0
    for project_id in ids:
        with transaction() as s:
            n += service.want_best(s, s.get_one(Project, project_id), allowed)
    return n


def study(prospect_id: int, *, fetcher: web.Fetcher | None = None) -> str:
    """Follow every link of the linking page, read some recent pages of its site, and judge the prospect by what was
    seen. Returns how the site links out, in words."""
    with reading() as s:
        prospect = s.get_one(Prospect, prospect_id)
        project = s.get_one(Project, prospect.project_id)
        page = s.get(LinkingPage, prospect.best_page_id) if prospect.best_page_id else None
        url, linked = (page.source_url, page.target_url) if page else (f"https://{prospect.domain}/", "")
    outgoing.dead_links(project.organisation_id, url, fetcher=fetcher)
    seen = last_look(project.organisation_id, url)
    facts = {}
    if seen is not None and seen.outcome in (fetched.OK, fetched.PASTED):
        facts = outgoing.look_over(project.id, seen, linked=linked, fetcher=fetcher)
    habit = outgoing.habit(project.organisation_id, domains.host(url) or prospect.domain, fetcher=fetcher)
    with transaction() as s:
        row = s.get_one(Prospect, prospect_id)
        if facts:
            reassess(s, row, facts)
        service.keep_habit(s, row, habit)
    return habit.words


@work.handler("study_sites")
def study_many(job: work.Running) -> None:
    """Look closer at the sites named in the job, one after the other."""
    ids = list(job.params.get("prospect_ids", []))
    for n, prospect_id in enumerate(ids):
        job.progress(n, len(ids), "sites looked at")
        job.log(study(prospect_id))
    job.progress(len(ids), len(ids))
    job.result(sites=len(ids))
