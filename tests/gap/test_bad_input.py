"""What people really drop: each bad file ends in a sentence or a row's reason, and never in a wrong gap."""

import gzip
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from sqlalchemy import select

from crm import db, work
from crm.accounts import service as accounts
from crm.errors import BadInput
from crm.gap import reader, run, service  # noqa: F401  run registers the handlers
from crm.gap.intake import keep
from crm.models.accounts import Project
from crm.models.events import Job
from crm.models.gap import Import, ImportReject
from crm.models.prospects import Prospect
from tests.conftest import World

HEAD = "Referring page title,Referring page URL,Domain rating,UR,Target URL,Anchor,First seen\n"


def _line(i: int, target: str = "rival.example", day: str = "2026-01-02") -> str:
    return f"T,https://s{i}.example/links,40,1,https://{target}/,x,{day}\n"


@pytest.fixture
def project(world: World) -> Project:
    with db.transaction() as s:
        accounts.add_competitor(s, s.get_one(Project, world.project.id), "rival.example")
    return world.project


def _imported(project: Project, name: str, data: bytes, *, owner: str = "rival.example") -> Import:
    with db.transaction() as s:
        here = s.get_one(Project, project.id)
        imp = service.receive(s, here, name, io.BytesIO(data))
        if imp.state == "uploaded":
            service.assign(s, here, imp, owner)
            service.start(s, here, imp)
    work.run_until_idle()
    with db.reading() as s:
        return s.get_one(Import, imp.id)


def test_ragged_and_broken_lines_are_told_by_row_and_the_others_count(project: Project) -> None:
    lines = [_line(1), "T,https://short.example/\n", _line(2), '"never closed,https://a.example/,40\n', _line(3)]
    imp = _imported(project, "a.csv", (HEAD + "".join(lines)).encode())
    with db.reading() as s:
        rejects = dict(s.execute(select(ImportReject.row, ImportReject.reason)).all())  # type: ignore[arg-type]
    assert (imp.rows_read, imp.accepted, imp.rejected) == (5, 3, 2)
    assert rejects[2] == "2 cells where the header has 7"
    assert rejects[4] == "a quote is opened and never closed"


def test_a_date_that_is_none_leaves_the_day_unknown_and_the_link_counts(project: Project, tmp_path: Path) -> None:
    data = (HEAD + _line(1, day="31/31/2025") + _line(2, day="soon") + _line(3, day="2026-02-30")).encode()
    imp = _imported(project, "a.csv", data)
    assert (imp.accepted, imp.rejected) == (3, 0)
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    (table,) = reader.tables(path)
    assert [row.first_seen for row in table.rows(reader.Tally())] == [None, None, None]


def test_a_packed_file_that_was_cut_short_is_refused_with_what_to_do(project: Project) -> None:
    whole = gzip.compress((HEAD + "".join(_line(i) for i in range(500))).encode())
    imp = _imported(project, "a.csv.gz", whole[: len(whole) // 2])
    assert imp.state == "refused" and imp.refused is not None
    assert imp.refused["reason"] == "The packed file ends early or is damaged."
    assert imp.refused["export_instead"] == "the file again; the download was cut short"


def test_two_files_of_one_rival_are_one_vote_and_our_own_file_is_not_taken_for_a_rivals(project: Project) -> None:
    _imported(project, "a.csv", (HEAD + _line(1) + _line(2)).encode())
    _imported(project, "b.csv", (HEAD + _line(1) + _line(3)).encode())
    with db.reading() as s:
        found = {p.domain: p.overlap for p in s.scalars(select(Prospect))}
    assert found == {"s1.example": 1, "s2.example": 1, "s3.example": 1}
    own = (HEAD + _line(9, "tidyclock.example")).encode()
    with pytest.raises(BadInput, match="lists links to tidyclock.example, your own site. Import it as yours"):
        _imported(project, "own.csv", own)


def test_a_list_at_a_vendors_cap_and_mixed_targets_are_warned_of(project: Project) -> None:
    lines = [_line(i, "rival.example" if i % 2 else "other.example") for i in range(1000)]
    imp = _imported(project, "a.csv", (HEAD + "".join(lines)).encode())
    assert "Exactly 1,000 rows: the tool probably cut the list there." in imp.warnings
    assert any(
        text.startswith("The targets belong to several sites: ") and "other.example (500)" in text
        for text in imp.warnings
    )


def test_a_file_that_vanished_from_the_disk_fails_with_a_sentence(project: Project) -> None:
    with db.transaction() as s:
        here = s.get_one(Project, project.id)
        imp = service.receive(s, here, "a.csv", io.BytesIO((HEAD + _line(1)).encode()))
        service.start(s, here, imp)
    from crm.adapters import blobs

    blobs.path(imp.sha256).unlink()
    work.run_until_idle()
    with db.reading() as s:
        job = s.get_one(Job, s.get_one(Import, imp.id).job_id)
    assert job.error == "a.csv: The file cannot be read (No such file or directory)."


KEEP = """
import resource, sys
from pathlib import Path
from crm.gap import reader
from crm.gap.intake import keep
from crm.gap.sides import COMMAND_LIMITS
(table,) = reader.tables(Path(sys.argv[1]), limits=COMMAND_LIMITS)
for tally in keep.keep(table, Path(sys.argv[2]), sizes=keep.Sizes(int(sys.argv[3]), int(sys.argv[4]))):
    print(tally.rows_read, flush=True)
print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def _keeper(path: Path, folder: Path, first: int, other: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", KEEP, str(path), str(folder), str(first), str(other)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(Path.cwd())}
    )


def test_a_reader_killed_with_minus_nine_is_gone_on_with_and_counts_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HEAD + "".join(_line(i % 1500) for i in range(6_000)))
    sizes = keep.Sizes(20_000, 40_000)
    (table,) = reader.tables(path)
    *_, want = keep.keep(table, tmp_path / "whole", sizes=sizes)
    child = _keeper(path, tmp_path / "rows", 20_000, 40_000)
    assert child.stdout is not None
    for _ in range(3):
        child.stdout.readline()
    child.send_signal(signal.SIGKILL)
    child.wait()
    before = json.loads((tmp_path / "rows" / "state.json").read_text())["done"]
    assert before >= 3
    *_, have = keep.keep(table, tmp_path / "rows", sizes=sizes)
    assert (have.rows_read, have.accepted, have.duplicates) == (want.rows_read, want.accepted, want.duplicates)
    assert (have.rows_read, have.accepted) == (6_000, 1_500)
    names = sorted(p.name for p in (tmp_path / "whole").glob("*.parquet"))
    assert names == sorted(p.name for p in (tmp_path / "rows").glob("*.parquet"))
    for name in names:
        assert pq.read_table(tmp_path / "rows" / name).num_rows == pq.read_table(tmp_path / "whole" / name).num_rows


@pytest.mark.reliability
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """Four times the file, the same memory: what a 5 GB file needs on a 2 GB machine follows from it."""
    peaks = []
    for n in (300_000, 1_200_000):
        path = tmp_path / f"{n}.csv"
        with path.open("w") as out:
            out.write(HEAD)
            out.writelines(_line(i) for i in range(n))
        began = time.monotonic()
        child = _keeper(path, tmp_path / f"rows{n}", 1 << 20, 12 << 20)
        told = child.communicate(timeout=600)[0].split()
        assert child.returncode == 0, f"after {time.monotonic() - began:.0f} s"
        peaks.append(int(told[-1]))
    assert peaks[1] < 900 and peaks[1] - peaks[0] < 250, peaks
