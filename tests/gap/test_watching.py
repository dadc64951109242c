"""Exports put into the watched folder are taken, refused ones get their reason beside them."""

import os
from pathlib import Path

import pytest
from sqlalchemy import select

from crm import db, work
from crm.accounts import service as accounts
from crm.gap import run
from crm.models.accounts import Project
from crm.models.prospects import Prospect

HEAD = "Referring page title,Referring page URL,Domain rating,UR,Target URL,Anchor\n"


def _put(path: Path, text: str, *, age: int = 60) -> Path:
    path.write_text(text)
    then = path.stat().st_mtime - age
    os.utime(path, (then, then))
    return path


def test_still_files_are_taken_and_others_wait(world, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    with db.transaction() as s:
        accounts.add_competitor(s, s.get_one(Project, world.project.id), "rival.example")
    folder = tmp_path / "drop" / "tidyclock.example"
    folder.mkdir(parents=True)
    monkeypatch.setenv("BACKLOOP_WATCH_FOLDER", str(tmp_path / "drop"))
    line = "Useful links,https://one.example/links,40,1,https://rival.example/,x\n"
    _put(folder / "a.csv", HEAD + line)
    fresh = _put(folder / "b.csv", HEAD + line.replace("one", "two"), age=0)
    _put(folder / "k.csv", "Keyword,Volume,KD\nkiln,10,2\n")
    assert run.watch_folder() == 1
    assert (folder / "taken" / "a.csv").is_file()
    assert "organic keywords" in (folder / "refused" / "k.csv.why.txt").read_text()
    assert fresh.is_file()
    work.run_until_idle()
    with db.reading() as s:
        assert s.scalars(select(Prospect.domain)).all() == ["one.example"]
    assert run.watch_folder() == 0


def test_without_the_setting_nothing_happens(world) -> None:  # type: ignore[no-untyped-def]
    assert run.watch_folder() == 0
