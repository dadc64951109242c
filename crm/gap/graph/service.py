"""Verbs of the Common Crawl pass: find release files in the instance folder, queue the pass."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from crm import work
from crm.errors import BadInput
from crm.gap.intake.service import rows_root
from crm.journal import SYSTEM, Actor, record
from crm.models.accounts import Project
from crm.models.events import Job


@dataclass(frozen=True)
class Release:
    """The files of one release that lie in the folder; ranks may be missing."""

    name: str
    vertices: Path
    edges: Path
    ranks: Path | None

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(p.stat().st_size for p in (self.vertices, self.edges, self.ranks) if p is not None)


def folder() -> Path:
    """Where release files are looked for: `commoncrawl` in the instance folder."""
    return rows_root().with_name("commoncrawl")


def releases() -> list[Release]:
    """Releases with both needed files, newest name first."""
    found = []
    for vertices in sorted(folder().glob("*-vertices.txt*"), reverse=True):
        name = vertices.name.partition("-vertices.txt")[0]
        edges, ranks = _file(f"{name}-edges.txt"), _file(f"{name}-ranks.txt")
        if edges is not None:
            found.append(Release(name, vertices, edges, ranks))
    return found


def start(s: Session, project: Project, name: str, actor: Actor = SYSTEM) -> Job:
    """Queue the pass over a release that is here. Raises BadInput when it is not."""
    if name not in {r.name for r in releases()}:
        raise BadInput(f"There is no release {name} in {folder()}.")
    owner = {"organisation_id": project.organisation_id, "project_id": project.id}
    job = work.start(s, "commoncrawl", f"Common Crawl {name}", {"project_id": project.id, "release": name}, **owner)
    record(s, "commoncrawl.started", project, project=project, actor=actor, data={"release": name})
    return job


def _file(start: str) -> Path | None:
    return next(iter(sorted(folder().glob(f"{start}*"))), None)
