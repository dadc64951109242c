"""The job that reads a Common Crawl release and takes its candidates over as an import."""

import csv
import io
import json
from dataclasses import asdict
from pathlib import Path

from sqlalchemy import select

from crm import domains, work
from crm.db import reading, transaction
from crm.errors import Refused
from crm.gap import commoncrawl, service
from crm.gap.commoncrawl import Candidate, State
from crm.gap.graph import service as graph
from crm.gap.intake import service as intake
from crm.models.accounts import Competitor, Project

KEPT = 200_000  # candidates taken over, best first


@work.handler("commoncrawl")
def run(job: work.Running) -> None:
    """Read the graph, write the candidates as a gap file and import it. Goes on where a killed run was."""
    project_id = int(job.params["project_id"])
    release = next((r for r in graph.releases() if r.name == job.params["release"]), None)
    if release is None:
        raise Refused(f"The files of {job.params['release']} are no longer in {graph.folder()}.")
    with reading() as s:
        mine = _site(s.get_one(Project, project_id).domain)
        rivals = [_site(c.domain) for c in s.scalars(select(Competitor).where(Competitor.project_id == project_id))]
    if not rivals:
        raise Refused("Add a competitor first: the pass looks for sites that link to one.")
    kept = intake.rows_root() / "tmp" / f"commoncrawl-{job.public_id}.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    try:
        found = commoncrawl.candidates(
            release.vertices,
            release.edges,
            ranks=release.ranks,
            mine=mine,
            rivals=rivals,
            state=_load(kept),
            save=lambda state: _save(kept, state),
            report=lambda step, done: job.progress(done >> 20, None, f"{step}, megabytes"),
        )
    except ValueError as e:
        raise Refused(str(e)) from e
    _take_over(project_id, release.name, found)
    kept.unlink(missing_ok=True)
    job.result(candidates=len(found))


def _site(name: str) -> str:
    return domains.registrable(name, private=False) or name


def _take_over(project_id: int, name: str, found: list[Candidate]) -> None:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["domain", "links_to", "confirm"])
    writer.writerows([c.domain, ";".join(c.competitors), c.note] for c in found[:KEPT])
    with transaction() as s:
        project = s.get_one(Project, project_id)
        imp = service.receive(s, project, f"{name} candidates.csv", io.BytesIO(out.getvalue().encode()))
        if imp.state == "uploaded":
            service.start(s, project, imp)


def _load(path: Path) -> State | None:
    return commoncrawl.state_from(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None


def _save(path: Path, state: State) -> None:
    half = path.with_suffix(".half")
    half.write_text(json.dumps(asdict(state)), encoding="utf-8")
    half.replace(path)
