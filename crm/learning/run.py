"""What learning does by itself: a refit when something happened since the last one, or a day has passed."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import clock, work
from crm.db import reading, transaction
from crm.learning import queries, service
from crm.learning.rerunning import service as rerunning
from crm.models.accounts import Project

AGES = timedelta(days=1)  # silence grows older: the same log says more a day later


def refit_due() -> int:
    """Refit every project whose log changed since its last fit; returns how many. Held ones are left alone."""
    with reading() as s:
        due = [project_id for project_id in s.scalars(select(Project.id).order_by(Project.id)) if is_due(s, project_id)]
    for project_id in due:
        with transaction() as s:
            if is_due(s, project_id):
                service.refit(s, project_id)
    return len(due)


def watch_reasons() -> int:
    """Fire reasons to look at the gap again, project by project; returns how many are new."""
    with reading() as s:
        ids = list(s.scalars(select(Project.id).order_by(Project.id)))
    new = 0
    for project_id in ids:
        with transaction() as s:
            new += rerunning.watch(s, s.get_one(Project, project_id))
    return new


def is_due(s: Session, project_id: int) -> bool:
    """Whether outcomes, links or sent mails were added (or taken back) since the active fit."""
    seen, last = queries.seen(s, project_id), queries.latest_fit(s, project_id)
    if last is None:
        return seen.sent > 0
    if last.measures.get("held"):
        return False
    grown_old = seen.sent > 0 and clock.now() - last.at >= AGES
    return last.measures.get("seen") != seen.as_dict() or grown_old


@work.handler("refit")
def run(job: work.Running) -> None:
    """Refit one project at once, on a person's wish."""
    assert job.project_id is not None
    with transaction() as s:
        made = service.refit(s, job.project_id)
    job.result(verdict=made.verdict)
