"""Takes new files of the watched folder: a sub-folder named like a project's domain is that project's.

A file that was taken moves to `taken`, one that cannot be used to `refused` with the reason beside it. Files that were
changed in the last seconds are left alone: somebody may still be writing.
"""

from pathlib import Path

from sqlalchemy import select

from config import Settings
from crm import clock
from crm.db import reading, transaction
from crm.errors import CrmError
from crm.gap import service
from crm.models.accounts import Project
from crm.vocabulary import ImportState

QUIET_SECONDS = 10


def tick() -> int:
    """Take every file that lies still; returns how many were taken. Nothing happens without the setting."""
    folder = Settings().watch_folder
    if folder is None or not folder.is_dir():
        return 0
    with reading() as s:
        projects = {p.domain: p.id for p in s.scalars(select(Project).order_by(Project.id))}
    taken = 0
    for where, project_id in _places(folder, projects):
        for path in sorted(where.iterdir()):
            if path.is_file() and not path.name.startswith(".") and _still(path):
                taken += _take(path, project_id)
    return taken


def _places(folder: Path, projects: dict[str, int]) -> list[tuple[Path, int]]:
    found = [(folder / name, project_id) for name, project_id in projects.items() if (folder / name).is_dir()]
    if len(projects) == 1:
        found.append((folder, next(iter(projects.values()))))
    return found


def _still(path: Path) -> bool:
    return clock.real_now().timestamp() - path.stat().st_mtime >= QUIET_SECONDS


def _take(path: Path, project_id: int) -> bool:
    problem = ""
    try:
        with path.open("rb") as stream:
            kept = service.store(path.name, stream)
        with transaction() as s:
            project = s.get_one(Project, project_id)
            imp = service.take(s, project, path.name, kept)
            for one in (imp, *service.siblings(s, imp)):
                if one.state == ImportState.UPLOADED.value and service.has_owner(one):
                    service.start(s, project, one)
            problem = imp.refused["reason"] if imp.refused else ""
    except CrmError as e:
        problem = e.message
    except OSError:
        return False
    target = path.parent / ("refused" if problem else "taken")
    target.mkdir(exist_ok=True)
    path.replace(target / path.name)
    if problem:
        (target / f"{path.name}.why.txt").write_text(problem + "\n", encoding="utf-8")
    return not problem
