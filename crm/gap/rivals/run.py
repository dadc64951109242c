"""The job that reads a ranking file. Stopped anywhere it can be run again: the same rows are the same rows."""

from itertools import islice

from crm import clock, work
from crm.adapters import blobs
from crm.db import transaction
from crm.errors import Refused
from crm.gap import reader, service
from crm.gap.backlog import service as backlog
from crm.gap.files import Unreadable
from crm.gap.reader import Tally
from crm.gap.rivals import rankings
from crm.gap.rivals import service as rivals
from crm.models.accounts import Project
from crm.models.gap import Import
from crm.vocabulary import ImportState

CHUNK = 2000


@work.handler("import_rankings")
def run(job: work.Running) -> None:
    """Read one file's results, then look whether the leaders changed and which ideas that makes more pressing."""
    with transaction() as s:
        imp = s.get_one(Import, job.params["import_id"])
        if imp.state == ImportState.DONE.value:
            return
        imp.state = ImportState.RUNNING.value
    try:
        tally = _read(job, imp)
    except work.Stopped as stopped:
        if stopped.wish == "cancel":
            with transaction() as s:
                rivals.forget(s, imp)
                s.get_one(Import, imp.id).state = ImportState.CANCELLED.value
        raise
    except Unreadable as e:
        with transaction() as s:
            service.fail(s, s.get_one(Import, imp.id), e.reason, e.instead)
        raise Refused(f"{imp.filename}: {e.reason} Give {e.instead}.") from e
    with transaction() as s:
        mine, project = s.get_one(Import, imp.id), s.get_one(Project, imp.project_id)
        service.finish(s, project, mine, tally, None)
        came, went = rivals.compare(s, project, mine)
    with transaction() as s:
        backlog.refresh(s, s.get_one(Project, imp.project_id))
    job.result(rows_read=tally.rows_read, accepted=tally.accepted, came=came, went=went)


def _read(job: work.Running, imp: Import) -> Tally:
    tally, day = Tally(), imp.exported_on or clock.now().date()
    found = reader.tables(blobs.path(imp.sha256), filename=imp.filename)
    named = [rankings.recognise(table, table.part.name or imp.filename, imp.mapping) for table in found]
    usable = [ranking for ranking in named if ranking is not None]
    if not usable:
        raise Unreadable("The file lists no places in search results.", "a file with keyword, place and address")
    for ranking in usable:
        rows = ranking.rows(tally)
        while chunk := list(islice(rows, CHUNK)):
            with transaction() as s:
                rivals.store(s, imp.project_id, imp.id, chunk, day)
            job.progress(tally.rows_read, None, "Reading places")
    return tally
