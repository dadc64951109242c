"""Verbs on imports and snapshots: receive an export, say whose it is, start it, take it back."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import IO, Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from crm import clock, domains, undo, work
from crm.accounts import service as accounts
from crm.adapters import blobs
from crm.errors import BadInput, Refused
from crm.gap import reader, uploads, whose
from crm.gap.files import Limits, Unreadable
from crm.gap.intake.service import machine_limits, rows_root
from crm.gap.naming import service as naming
from crm.gap.reader import Table, Tally
from crm.gap.rivals import rankings
from crm.journal import SYSTEM, Actor, record
from crm.models.accounts import Competitor, Project
from crm.models.events import Job
from crm.models.gap import Import, ImportReject, LinkingPage
from crm.models.targets import KeywordPosition
from crm.vocabulary import Grain, ImportState

OPEN = (ImportState.QUEUED.value, ImportState.RUNNING.value)
USED = (*OPEN, ImportState.UPLOADED.value, ImportState.DONE.value)
# Files that others take: contacts, and places in search results.
JOBS = {Grain.CONTACT.value: "import_contacts", Grain.KEYWORD.value: "import_rankings"}
OWNERLESS = (Grain.GAP.value, Grain.CONTACT.value, Grain.KEYWORD.value)
PREVIEW_ROWS = 20
KEPT_REJECTS = 2000


def receive(s: Session, project: Project, filename: str, stream: IO[bytes], *, limits: Limits | None = None) -> Import:
    """`store` and `take` at once, for small files. Raises Refused when the disk is full."""
    return take(s, project, filename, store(filename, stream), limits=limits)


def store(filename: str, stream: IO[bytes]) -> uploads.Kept:
    """Keep the bytes. It may take long, so callers do it before they open a transaction. Raises Refused: disk full."""
    try:
        return uploads.keep(stream, blobs.path, rows_root() / "tmp")
    except uploads.DiskFull as e:
        raise Refused(f"{filename}: the disk is full. Nothing was stored; make room and send the file again.") from e


def take(s: Session, project: Project, filename: str, kept: uploads.Kept, *, limits: Limits | None = None) -> Import:
    """Recognise a kept export and whose it is. The same content again returns the import that is there.

    Further usable tables of a workbook or archive become imports of their own, see `siblings`. What cannot be used
    comes back in state `refused` with the reason.
    """
    same = (Import.project_id == project.id, Import.sha256 == kept.sha256, Import.state.in_(USED))
    if (before := s.scalar(select(Import).where(*same).order_by(Import.id))) is not None:
        return before
    imp = _new(s, project, filename, kept)
    tables = recognise(s, project, imp, limits=limits)
    record(s, "import.received", imp, project=project, data={"file": imp.filename, "state": imp.state})
    for table in tables[1:]:
        if table.layout.refused is None and table.layout.grain is not Grain.CONTACT:
            more = _new(s, project, filename, kept)
            _describe(s, project, more, table)
            record(s, "import.received", more, project=project, data={"file": more.filename, "state": more.state})
    return imp


def siblings(s: Session, imp: Import) -> list[Import]:
    """The imports made of the other tables of the same file."""
    same = (Import.project_id == imp.project_id, Import.sha256 == imp.sha256, Import.id != imp.id)
    return list(s.scalars(select(Import).where(*same, Import.state.in_(USED)).order_by(Import.id)))


def _new(s: Session, project: Project, filename: str, kept: uploads.Kept) -> Import:
    imp = Import(
        project_id=project.id, filename=filename[:255], sha256=kept.sha256, size=kept.size, uploaded_at=clock.now()
    )
    imp.state, imp.mapping, imp.preview, imp.warnings = ImportState.UPLOADED.value, {}, {}, []
    s.add(imp)
    s.flush()
    return imp


def recognise(s: Session, project: Project, imp: Import, *, limits: Limits | None = None) -> list[Table]:
    """Fill in tool, report, preview and owner from the kept file, with the mapping by hand if there is one.

    Returns the tables of the file, the one that was taken first.
    """
    path, limits = blobs.path(imp.sha256), limits or machine_limits()
    try:
        tables = reader.tables(path, filename=imp.filename, mapping=imp.mapping or None, limits=limits)
        if (
            tables[0].layout.refused
            and not imp.mapping
            and (known := naming.remembered(s, project, tables[0].layout.header))
        ):
            imp.mapping = known
            tables = reader.tables(path, filename=imp.filename, mapping=known, limits=limits)
    except Unreadable as e:
        imp.state, imp.refused = ImportState.REFUSED.value, {"reason": e.reason, "export_instead": e.instead}
        return []
    table = the_table(tables, imp)
    _describe(s, project, imp, table)
    return [table, *(t for t in tables if t is not table)]


def the_table(tables: Sequence[Table], imp: Import) -> Table:
    """The table of a file that an import speaks of: the one it names, else the first."""
    return next((t for t in tables if t.part.name and t.part.name == imp.preview.get("table")), tables[0])


def _describe(s: Session, project: Project, imp: Import, table: Table) -> None:
    layout = table.layout
    imp.tool, imp.report, imp.grain = layout.tool, layout.report, layout.grain.value if layout.grain else None
    imp.encoding, imp.delimiter = table.part.encoding, layout.delimiter
    head, tally = _first_rows(table)
    imp.preview = {
        "header": list(layout.header),
        "rows": head,
        "columns": {str(i): m for i, m in layout.columns.items()},
    }
    imp.preview |= {"table": table.part.name, "rivals": sorted(set(layout.rivals.values()))}
    imp.warnings = list(table.part.warnings)
    imp.target = reader.main_target(tally) or layout.target
    ranking = rankings.recognise(table, imp.filename, imp.mapping) if _may_rank(imp, table) else None
    if ranking is not None:
        imp.grain, imp.state, imp.refused = Grain.KEYWORD.value, ImportState.UPLOADED.value, None
        imp.preview = {**imp.preview, "columns": {str(i): m for i, m in rankings.meanings(ranking).items()}}
        return
    if layout.refused is not None:
        imp.state = ImportState.REFUSED.value
        imp.refused = {"reason": layout.refused.reason, "export_instead": layout.refused.export_instead}
        return
    imp.state, imp.refused = ImportState.UPLOADED.value, None
    _guess_owner(s, project, imp)


def assign(s: Session, project: Project, imp: Import, owner: str) -> None:
    """Say whose links the file lists: "mine", the public id of a competitor, or a domain (a new one is added).

    Raises BadInput when the file plainly lists our own links and a competitor is named, and the reverse.
    """
    own = own_sites(project)
    if owner == "mine":
        rival = _by_domain(s, project).get(imp.target or "")
        if rival is not None:
            raise BadInput(f"{imp.filename} lists links to {rival.domain}, a competitor. Choose that competitor.")
        imp.is_mine, imp.competitor_id = True, None
        return
    if imp.target in own and imp.grain == Grain.BACKLINK.value:
        raise BadInput(f"{imp.filename} lists links to {imp.target}, your own site. Import it as yours.")
    imp.is_mine, imp.competitor_id = False, _competitor(s, project, owner).id


def remember_mapping(s: Session, project: Project, imp: Import, mapping: Mapping[str, str]) -> None:
    """Read the file with columns named by hand, and remember them for every file with the same header.

    Raises BadInput when the named columns do not make a list of links.
    """
    imp.mapping = {name: meaning for name, meaning in mapping.items() if meaning}
    if not imp.mapping:
        raise BadInput("Name at least the column with the linking page or the linking domain.", field="columns")
    recognise(s, project, imp)
    if imp.refused:
        raise BadInput(
            "These columns make neither a list of links (name the linking page or domain) nor places in search results "
            "(name keyword, place and address)."
        )
    naming.remember(s, project, imp.preview.get("header", []), imp.mapping, imp.grain or "")


def start(s: Session, project: Project, imp: Import, *, actor: Actor = SYSTEM) -> Job:
    """Queue a recognised import. Raises Refused when it was refused, runs already or has no owner yet."""
    if imp.state != ImportState.UPLOADED.value:
        raise Refused(f"{imp.filename} is {imp.state}; only a file that waits can be started.")
    if not has_owner(imp):
        raise Refused(f"{imp.filename}: say whose links it lists first.")
    imp.state = ImportState.QUEUED.value
    job = work.start(
        s,
        JOBS.get(imp.grain or "", "import"),
        f"Import {imp.filename}",
        {"import_id": imp.id},
        organisation_id=project.organisation_id,
        project_id=project.id,
    )
    imp.job_id = job.id
    record(s, "import.started", imp, project=project, actor=actor)
    return job


def start_all(s: Session, project: Project, *, actor: Actor = SYSTEM) -> int:
    """Queue every file that waits and whose owner is known; returns how many."""
    waiting = select(Import).where(Import.project_id == project.id, Import.state == ImportState.UPLOADED.value)
    ready = [imp for imp in s.scalars(waiting.order_by(Import.id)) if has_owner(imp)]
    for imp in ready:
        start(s, project, imp, actor=actor)
    return len(ready)


def has_owner(imp: Import) -> bool:
    """Whether it is known whose links a file lists (a gap file says it per column, contacts and places have none)."""
    return imp.is_mine or imp.competitor_id is not None or imp.grain in OWNERLESS


def finish(s: Session, project: Project, imp: Import, tally: Tally, target: str | None) -> None:
    """Write down what became of the lines of an import that was read to its end."""
    imp.rows_read, imp.accepted, imp.duplicates = tally.rows_read, tally.accepted, tally.duplicates
    imp.rejected, imp.target = tally.n_rejected, target or imp.target
    imp.warnings = [*dict.fromkeys([*imp.warnings, *tally.warnings])]
    s.execute(delete(ImportReject).where(ImportReject.import_id == imp.id))
    s.add_all(ImportReject(import_id=imp.id, row=r.row, reason=r.reason) for r in tally.rejected[:KEPT_REJECTS])
    imp.state, imp.imported_at, imp.rows_file = ImportState.DONE.value, clock.now(), imp.public_id
    data = {"rows": tally.rows_read, "accepted": tally.accepted, "tool": imp.tool}
    record(s, "import.done", imp, project=project, data=data)


def fail(s: Session, imp: Import, reason: str, instead: str = "the export again") -> None:
    """Mark an import as failed, with the sentence for the person."""
    imp.state, imp.refused = ImportState.FAILED.value, {"reason": reason, "export_instead": instead}


def recompute(s: Session, project: Project) -> Job:
    """Queue the computation of the gap; one that waits already is enough."""
    waiting = select(Job).where(Job.project_id == project.id, Job.kind == "gap", Job.state == "queued")
    found = s.scalar(waiting)
    if found is not None:
        return found
    owner = {"organisation_id": project.organisation_id, "project_id": project.id}
    return work.start(s, "gap", "Compute the gap", {"project_id": project.id}, **owner)


def take_out(s: Session, project: Project, imp: Import, *, actor: Actor = SYSTEM, user_id: int | None = None) -> str:
    """Undo an import: its rows no longer count and the gap is computed again. Returns the token that puts it back."""
    if imp.state not in (ImportState.DONE.value, ImportState.UPLOADED.value, ImportState.FAILED.value):
        raise Refused(f"{imp.filename} is {imp.state}; cancel its job first.")
    was = imp.state
    imp.state, imp.undone_at = ImportState.UNDONE.value, clock.now()
    if imp.grain == Grain.KEYWORD.value:
        s.execute(delete(KeywordPosition).where(KeywordPosition.import_id == imp.id))
    else:
        s.execute(delete(LinkingPage).where(LinkingPage.import_id == imp.id))
        recompute(s, project)
    record(s, "import.undone", imp, project=project, actor=actor)
    params = {"import_id": imp.id, "state": was}
    return undo.offer(s, "import.undone", params, f"{imp.filename} is back.", project_id=project.id, user_id=user_id)


@undo.handler("import.undone")
def _put_back(s: Session, params: dict[str, Any]) -> None:
    imp = s.get_one(Import, params["import_id"])
    project = s.get_one(Project, imp.project_id)
    imp.state, imp.undone_at = params["state"], None
    if imp.grain != Grain.KEYWORD.value:
        recompute(s, project)
    elif imp.state == ImportState.DONE.value:  # its places are gone: they are read again
        imp.state = ImportState.UPLOADED.value
        start(s, project, imp)


def own_sites(project: Project) -> list[str]:
    """Registrable domains that are ours."""
    names = (project.domain, *project.own_domains)
    return [domains.registrable(name) or name for name in names]


def _may_rank(imp: Import, table: Table) -> bool:
    return table.layout.refused is not None or "keyword" in imp.mapping.values()


def _first_rows(table: Table) -> tuple[list[list[str]], Tally]:
    tally = Tally()
    sample = list(islice(table.rows(tally), 300))
    return [[cell[:200] for cell in row.raw] for row in sample[:PREVIEW_ROWS]], tally


def _guess_owner(s: Session, project: Project, imp: Import) -> None:
    rivals = _by_domain(s, project)
    found = whose.owner(imp.target, own_sites(project), {name: c.public_id for name, c in rivals.items()})
    imp.is_mine = found.side == "mine"
    imp.competitor_id = next((c.id for c in rivals.values() if c.public_id == found.side), None)
    imp.preview = {**imp.preview, "owner_why": found.why}


def _by_domain(s: Session, project: Project) -> dict[str, Competitor]:
    rows = s.scalars(select(Competitor).where(Competitor.project_id == project.id).order_by(Competitor.position))
    return {domains.registrable(c.domain) or c.domain: c for c in rows}


def _competitor(s: Session, project: Project, owner: str) -> Competitor:
    site = domains.registrable(owner)
    for c in s.scalars(select(Competitor).where(Competitor.project_id == project.id)):
        if owner == c.public_id or (site and site == domains.registrable(c.domain)):
            return c
    if site is None:
        raise BadInput(f"{owner} is not a domain. Give a competitor's domain, or 'mine'.", field="owner")
    return accounts.add_competitor(s, project, site)
