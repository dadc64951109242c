"""Work of the gap that takes time: reading an import, and computing the gap. Each may be stopped and run again."""

import errno
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from config import Settings
from crm import domains, work
from crm.adapters import blobs
from crm.db import reading, transaction
from crm.errors import Refused
from crm.gap import reader, service
from crm.gap.analysis import Analysis, Lot
from crm.gap.backlog import service as backlog
from crm.gap.benchmark import Benchmark
from crm.gap.changes import changes, strong
from crm.gap.files import Limits, Unreadable
from crm.gap.found import Place, place
from crm.gap.graph import run as graph_run
from crm.gap.harm import spam_scores
from crm.gap.intake import service as intake
from crm.gap.intake.keep import keep
from crm.gap.reader import Tally
from crm.gap.rivals import run as rivals_run
from crm.gap.snapshots import service as store
from crm.gap.watching import run as watching_run
from crm.models.accounts import Competitor, Project
from crm.models.gap import Import
from crm.models.prospects import Prospect
from crm.prospects import authority
from crm.vocabulary import Grain, ImportState

watch_folder = watching_run.tick  # for the timetable
HANDLERS = (graph_run.run, rivals_run.run)  # the worker imports this file; its import brings these handlers with it
T = TypeVar("T")
BATCH = 200
LINKING_JUDGED = 5000  # sites that link to us already: so many are judged at most, for the comparison
NO_LINKS = (Grain.CONTACT.value, Grain.KEYWORD.value)  # files that change no gap
EVIDENCE_CAP = 25
SCORES = ("semrush_as", "moz_da", "majestic_tf")


@work.handler("import")
def run_import(job: work.Running) -> None:
    """Read one upload into column files, count every line, then ask for a new gap."""
    with transaction() as s:
        imp = s.get_one(Import, job.params["import_id"])
        if imp.state == ImportState.DONE.value:
            return
        imp.state = ImportState.RUNNING.value
    try:
        _read(job, imp)
    except work.Stopped as stopped:
        if stopped.wish == "cancel":
            with transaction() as s:
                intake.cancel(s, s.get_one(Import, imp.id))
        raise
    except Unreadable as e:
        _failed(imp, e.reason, e.instead)
        raise Refused(f"{imp.filename}: {e.reason} Give {e.instead}.") from e
    except OSError as e:
        full = e.errno in (errno.ENOSPC, errno.EDQUOT)
        words = (
            "The disk is full; nothing of this file was kept." if full else f"The file cannot be read ({e.strerror})."
        )
        _failed(imp, words, "the file again once there is room" if full else "the file again")
        raise Refused(f"{imp.filename}: {words}") from e


def _read(job: work.Running, imp: Import) -> None:
    limits = limits_of_this_machine()
    path = blobs.path(imp.sha256)
    tables = reader.tables(path, filename=imp.filename, mapping=imp.mapping or None, limits=limits)
    table = service.the_table(tables, imp)
    if table.layout.refused is not None:
        raise Unreadable(table.layout.refused.reason, table.layout.refused.export_instead)
    tally = Tally()
    total = _lines(path) if table.part.open is not None and not _packed(path) else None
    job.progress(0, total, "Reading rows")
    for tally in keep(table, intake.rows_folder(imp)):
        job.progress(tally.rows_read)
    with transaction() as s:
        mine = s.get_one(Import, imp.id)
        project = s.get_one(Project, imp.project_id)
        service.finish(s, project, mine, tally, reader.main_target(tally))
        if mine.grain != Grain.CONTACT.value and not _others_open(s, mine):
            service.recompute(s, project)
    job.progress(tally.rows_read, tally.rows_read, "Read")
    job.result(rows_read=tally.rows_read, accepted=tally.accepted, rejected=tally.n_rejected)


def limits_of_this_machine() -> Limits:
    """Rows from the settings; the rest as for any upload."""
    settings = Settings()
    return Limits(rows=settings.import_max_rows, unpacked=max(Limits.unpacked, 64 * settings.upload_limit_mb * 2**20))


def _others_open(s: Session, imp: Import) -> bool:
    others = select(Import.id).where(Import.project_id == imp.project_id, Import.id != imp.id)
    others = others.where(Import.state.in_(service.OPEN), Import.grain.not_in(NO_LINKS))
    return s.scalar(others.limit(1)) is not None


def _failed(imp: Import, reason: str, instead: str) -> None:
    intake.drop_rows(imp)
    with transaction() as s:
        service.fail(s, s.get_one(Import, imp.id), reason, instead)


def _packed(path: Path) -> bool:
    with path.open("rb") as f:
        return f.read(2) in (b"PK", b"\x1f\x8b")


def _lines(path: Path) -> int:
    with path.open("rb") as f:
        return max(0, sum(chunk.count(b"\n") for chunk in iter(lambda: f.read(1 << 20), b"")) - 1)


@work.handler("gap")
def run_gap(job: work.Running) -> None:
    """Compute the gap of a project from all its imports and hand the domains over to the prospects."""
    compute(int(job.params["project_id"]), job)


def compute(project_id: int, job: work.Running | None = None) -> int:
    """Compute the gap now and return the inner id of the new snapshot. Run again, it replaces an unfinished one."""
    with reading() as s:
        project = s.get_one(Project, project_id)
        rivals = list(s.scalars(select(Competitor).where(Competitor.project_id == project_id)))
        imports = list(s.scalars(_usable(project_id)))
        before = store.previous(s, project_id)
    own = service.own_sites(project)
    sides = {domains.registrable(c.domain) or c.domain: c.letter for c in rivals}
    letter = {c.id: c.letter for c in rivals}
    lots = [Lot(i.id, intake.rows_folder(i), _side(i, letter), f"{i.tool} {i.grain}") for i in imports]
    scratch = intake.rows_root() / "tmp"
    memory = Settings().import_memory_mb * 2 // 3  # the rest is for the domains, which are Python objects
    with Analysis(lots, own=own, sides=sides, memory_mb=memory, scratch=scratch) as engine:
        for n, _lot in enumerate(engine.gather(), start=1):
            _tell(job, n, len(lots), "Comparing files")
        places, benchmark = _places(engine, frozenset(own), frozenset(sides))
        with transaction() as s:
            snapshot_id = store.begin(s, project_id, [i.id for i in imports])
        for n, chunk in enumerate(_chunks(list(places.values()), 2000), start=1):
            with transaction() as s:
                store.add_domains(s, snapshot_id, chunk, {c.letter: c.public_id for c in rivals})
            _tell(job, min(n * 2000, len(places)), len(places), "Storing domains")
        scored = {i.id for i in imports if _has_spam_scores(i)}
        keeper = store.Keeper(project, rivals, spam_scores([lot for lot in lots if lot.import_id in scored]))
        set_aside = _hand_over(engine, keeper, project, places, job)
    facts = store.Facts(
        n_rows=sum(i.accepted for i in imports),
        n_noise=set_aside,
        benchmark=benchmark,
        changes=changes(before, places),
        quality=keeper.quality.as_dict(),
        strong=strong(before, places),
    )
    with transaction() as s:
        store.complete(s, s.get_one(Project, project_id), snapshot_id, places, facts)
    with transaction() as s:
        backlog.refresh(s, s.get_one(Project, project_id))
    if job is not None:
        job.result(domains=len(places), in_gap=sum(p.in_gap for p in places.values()), set_aside=set_aside)
    return snapshot_id


def _usable(project_id: int) -> Select[Import]:
    done = Import.state == ImportState.DONE.value
    return select(Import).where(Import.project_id == project_id, done, Import.grain.not_in(NO_LINKS))


def _has_spam_scores(imp: Import) -> bool:
    meanings = (imp.preview or {}).get("columns", {}).values()
    return any(str(meaning).split(" ")[2:3] in (["spam"], ["toxic"]) for meaning in meanings)


def _side(imp: Import, letter: Mapping[int, str]) -> str | None:
    if imp.is_mine:
        return ""
    return letter.get(imp.competitor_id or 0)


def _places(engine: Analysis, own: frozenset[str], rivals: frozenset[str]) -> tuple[dict[str, Place], Benchmark]:
    places: dict[str, Place] = {}
    benchmark = Benchmark()
    for domain, held in engine.sites():
        places[domain] = place(domain, held, own=own, rivals=rivals)
        benchmark.add(held, places[domain].scores.get("dr"))
    return places, benchmark


def _hand_over(
    engine: Analysis, keeper: store.Keeper, project: Project, places: dict[str, Place], job: work.Running | None
) -> int:
    """Evidence and prospects, a few hundred domains per transaction; returns how many were set aside.

    Sites that link to us already are judged on the way (a sample when they are many), for the comparison of sides.
    """
    scale = _on_scale(places)
    gone = _gone(project.id, places)
    wanted = [p.domain for p in places.values() if p.in_gap]
    linking = [p.domain for p in places.values() if p.why_not == "already_linking"]
    sample = frozenset(linking[:: max(1, -(-len(linking) // LINKING_JUDGED))])
    weight = len(linking) / max(1, len(sample))
    pages = engine.evidence(sorted([*wanted, *sample]), cap=EVIDENCE_CAP)
    at: tuple[str, list[dict[str, Any]]] | None = next(pages, None)
    set_aside = done = 0
    for chunk in _chunks([*wanted, *gone], BATCH):
        evidence: dict[str, list[dict[str, Any]]] = {}
        last = max(chunk)
        ours: dict[str, list[dict[str, Any]]] = {}
        while at is not None and at[0] <= last:
            (ours if at[0] in sample else evidence)[at[0]] = at[1]
            at = next(pages, None)
        keeper.weigh(ours, scale, weight)
        with transaction() as s:
            given = [(places.get(name), name, evidence.get(name, [])) for name in chunk]
            set_aside += keeper.take(s, given, scale)
        done += len(chunk)
        _tell(job, done, len(wanted) + len(gone), "Judging domains")
    keeper.weigh(dict([at, *pages] if at is not None else []), scale, weight)
    return set_aside


def _on_scale(places: Mapping[str, Place]) -> dict[str, tuple[float, str]]:
    """{domain: (authority on the DR scale, whose figure it is)}, other vendors' figures mapped where both are known."""
    found = {d: (p.scores["dr"], "ahrefs") for d, p in places.items() if "dr" in p.scores}
    for name in SCORES:
        both = [(p.scores[name], p.scores["dr"]) for p in places.values() if name in p.scores and "dr" in p.scores]
        need = [d for d, p in places.items() if name in p.scores and d not in found]
        mapped = authority.on_dr_scale(name, [places[d].scores[name] for d in need], both)
        note = name.partition("_")[0] + (", unmapped" if mapped.warning else "")
        found |= {d: (value, note) for d, value in zip(need, mapped.values, strict=True)}
    return found


def _gone(project_id: int, places: Mapping[str, Place]) -> list[str]:
    """Prospects that are in no gap any more: they link to us now, or no file lists them."""
    with reading() as s:
        names = s.scalars(select(Prospect.domain).where(Prospect.project_id == project_id)).all()
    return sorted(name for name in names if name not in places or not places[name].in_gap)


def _chunks(items: list[T], size: int) -> Iterator[list[T]]:
    walk = iter(items)
    while chunk := list(islice(walk, size)):
        yield chunk


def _tell(job: work.Running | None, done: int, total: int, step: str) -> None:
    if job is not None:
        job.progress(done, total, step)
