"""A table of an export as compressed column files in a folder, resumed after a stop. Pure but for files.

Each block becomes one part, which appears whole or not at all; `state.json` says how far the counts go. At the end
stage A of the gap is stored beside the parts: what the file holds per (target, site), which can be merged.
"""

import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from crm.gap import analysis, columns, reader
from crm.gap.files import Part
from crm.gap.intake import blocks
from crm.gap.intake.vectors import Made, Vectors
from crm.gap.reader import SAMPLE, Rejected, Table, Tally, Way
from crm.gap.records import records
from crm.gap.rows import Row
from crm.vocabulary import Grain

KEPT_REJECTS = 2000
SHEET_ROWS = 50_000


@dataclass(frozen=True)
class Sizes:
    """Bytes of the first block, which is the reader's, and of the others."""

    first: int = blocks.FIRST
    other: int = blocks.SIZE


def keep(table: Table, folder: Path, *, sizes: Sizes | None = None, memory_mb: int = 256) -> Iterator[Tally]:
    """Store all usable rows of a table; yields the counts so far after each part, the last time with the warnings.

    Run again over the same folder it goes on behind the last whole part. Raises Unreadable and OSError.
    """
    import duckdb

    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(":memory:") as db:
        db.execute(f"SET memory_limit='{memory_mb}MB'; SET threads=2")
        db.execute("SET temp_directory = ?", [str(folder / "spill")])
        store = _Store(folder, db)
        yield from _blocks(table, store, sizes or Sizes())
        if any(folder.glob("part-*.parquet")):
            analysis.store_stage_a(db, folder)
    reader.warn(store.tally)
    yield store.tally


def _blocks(table: Table, store: "_Store", sizes: Sizes) -> Iterator[Tally]:
    way: Way | None = None
    vectors: Vectors | None = None
    for number, block in enumerate(_pieces(table, sizes), start=1):
        if way is None:
            head = list(islice(_records(table, block, skip=True), SAMPLE))
            way = reader.way_of(table, head)
            vectors = Vectors(way, store.db)
            store.tally.warnings.extend(w for w in table.part.warnings if w not in store.tally.warnings)
        if number <= store.done:
            continue
        made = None
        if number > 1 and isinstance(block, bytes) and vectors is not None and vectors.able:
            made = vectors.made(block, store.tally)
        if made is None:
            rows = _rows(way, store.tally, _records(table, block, skip=number == 1))
            store.add_rows(number, rows, way.layout.grain)
        else:
            store.add(number, made, way.layout.grain)
        way.within(store.tally.rows_read)
        yield store.tally


Piece = bytes | tuple[tuple[str, ...], ...]


def _pieces(table: Table, sizes: Sizes) -> Iterator[Piece]:
    if table.part.cells is None:
        yield from blocks.cut(table.part, first=sizes.first, size=sizes.other)
        return
    for start in range(0, len(table.part.cells), SHEET_ROWS):
        yield table.part.cells[start : start + SHEET_ROWS]


def _records(table: Table, block: Piece, *, skip: bool) -> Iterator[list[str]]:
    part = replace(table.part, open=None, cells=block) if isinstance(block, tuple) else _as_part(block)
    found = records(part, table.layout.delimiter, cell_limit=table.limits.cell, width=table.layout.width)
    return islice(found, table.layout.header_at + 1 if skip else 0, None)


def _as_part(block: bytes) -> Part:
    return Part("", "utf-8", lambda: io.BytesIO(block))


def _rows(way: Way, tally: Tally, found: Iterator[list[str]]) -> Iterator[Row]:
    for cells in found:
        tally.rows_read += 1
        row = way.usable(tally, cells, tally.rows_read)
        if row is not None:
            if row.target_domain:
                tally.targets[row.target_domain] += 1
            yield row


class _Store:
    """The parts of one table: what is there, which rows were seen, what was counted."""

    def __init__(self, folder: Path, db: Any) -> None:
        self.folder, self.db = folder, db
        self.tally, self.done = _resumed(folder)
        self._seen = np.array([], np.uint64)
        for path in sorted(folder.glob("part-*.parquet")):
            if int(path.stem.split("-")[1]) > self.done:
                path.unlink()
            else:
                self._remember(pq.read_table(path, columns=["mark"]).column("mark").to_numpy())

    def add_rows(self, number: int, rows: Iterator[Row], grain: Grain | None) -> None:
        """Store rows of the reader. Contacts are only counted: their slice reads them itself."""
        found = list(rows)
        pairs = [(row.identity() + ("",))[:2] for row in found]
        marks = self._marks(
            pa.array([a for a, _b in pairs], pa.string()), pa.array([b for _a, b in pairs], pa.string())
        )
        fresh = self._fresh(marks)
        if grain is not Grain.CONTACT:
            each = [(r, bool(new), int(mark)) for r, new, mark in zip(found, fresh, marks, strict=True)]
            made = [
                {**one, "duplicate": not new, "mark": mark, "links": one["links"] if new or _per_line(grain) else 0}
                for row, new, mark in each
                for one in columns.records(row)
            ]
            self._write(number, pa.Table.from_pylist(made, schema=columns.SCHEMA))
        self._count(number, fresh)

    def add(self, number: int, made: Made, grain: Grain | None) -> None:
        """Store rows that came as columns."""
        marks = self._marks(made.first_key, made.second_key)
        fresh = self._fresh(marks)
        whole = {name: made.table.column(name) for name in made.table.column_names}
        whole |= {"duplicate": pa.array(~fresh), "mark": pa.array(marks)}
        if not _per_line(grain):
            links = made.table.column("links").combine_chunks().to_numpy(zero_copy_only=False)
            whole["links"] = pa.array(np.where(fresh, links, 0))
        self._write(number, pa.table([whole[name] for name in columns.SCHEMA.names], schema=columns.SCHEMA))
        self._count(number, fresh)

    def _marks(self, first: pa.Array, second: pa.Array) -> np.ndarray:
        self.db.register("keys", pa.table({"a": first, "b": second}))
        marks: np.ndarray = self.db.execute("SELECT hash(a, b) AS mark FROM keys").fetchnumpy()["mark"]
        self.db.unregister("keys")
        return marks.astype(np.uint64)

    def _fresh(self, marks: np.ndarray) -> np.ndarray:
        """Which rows are the first of their mark in the whole file."""
        fresh = np.zeros(len(marks), bool)
        found, first = np.unique(marks, return_index=True)
        at = np.searchsorted(self._seen, found)
        known = np.zeros(len(found), bool)
        inside = at < len(self._seen)
        known[inside] = self._seen[at[inside]] == found[inside]
        fresh[first[~known]] = True
        self._remember(found[~known])
        return fresh

    def _remember(self, marks: np.ndarray) -> None:
        self._seen = np.sort(np.concatenate([self._seen, marks]), kind="stable")

    def _write(self, number: int, table: pa.Table) -> None:
        target = self.folder / f"part-{number:06d}.parquet"
        half = target.with_suffix(".half")
        pq.write_table(table, half, compression="zstd", compression_level=1)
        half.replace(target)

    def _count(self, number: int, fresh: np.ndarray) -> None:
        self.tally.accepted += int(fresh.sum())
        self.tally.duplicates += int((~fresh).sum())
        tally, half = self.tally, self.folder / "state.half"
        told = {
            "done": number,
            "rows_read": tally.rows_read,
            "accepted": tally.accepted,
            "duplicates": tally.duplicates,
            "rejected": [[r.row, r.reason] for r in tally.rejected],
            "beyond": tally.beyond,
            "targets": dict(tally.targets),
        }
        half.write_text(json.dumps(told), encoding="utf-8")
        half.replace(self.folder / "state.json")


def _per_line(grain: Grain | None) -> bool:
    """Each line of a backlinks file is a link; a site that a list of sites names twice counts once."""
    return grain is not Grain.DOMAIN and grain is not Grain.GAP


def _resumed(folder: Path) -> tuple[Tally, int]:
    try:
        told = json.loads((folder / "state.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Tally(kept=KEPT_REJECTS), 0
    tally = Tally(told["rows_read"], told["accepted"], told["duplicates"], kept=KEPT_REJECTS, beyond=told["beyond"])
    tally.rejected = [Rejected(row, reason) for row, reason in told["rejected"]]
    tally.targets = Counter(told["targets"])
    return tally, int(told["done"])
