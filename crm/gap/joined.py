"""Stage B of the gap in DuckDB: hosts become sites, files of one side are joined, sides are compared.

The answer of intersect.compare for files of any size, with memory held to a limit. Pure but for reading files.
"""

import math
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]

from crm import domains
from crm.gap import bulk
from crm.gap.bulk import CODE
from crm.gap.intersect import LONGEST, GapRow, Side
from crm.gap.reader import Table

MEMORY_MB = 1024
_PLAIN = "https?://[a-z0-9_][a-z0-9._-]*(/[A-Za-z0-9/?&=%:;@!$()*+,~._-]*)?"


@dataclass(frozen=True)
class Stored:
    """One file inside the engine: its table, the site its links point to, and how many lines counted."""

    name: str
    target: str | None
    rows: int
    metrics: tuple[str, ...]


class Engine:
    """Holds files that are too large for Python objects; a context manager."""

    def __init__(self, *, memory_mb: int = MEMORY_MB) -> None:
        import duckdb

        self._spill = tempfile.TemporaryDirectory(prefix="backloop-")
        self._db = duckdb.connect(":memory:")
        self._db.execute(f"SET memory_limit='{int(memory_mb)}MB'; SET threads=2; SET preserve_insertion_order=false")
        self._db.execute("SET temp_directory = ?", [self._spill.name])
        self._db.execute("CREATE TABLE site_of (host VARCHAR, site VARCHAR)")
        self._errors: type[Exception] = duckdb.Error
        self._count = 0

    def __enter__(self) -> "Engine":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._db.close()
        self._spill.cleanup()

    def add(self, path: Path, table: Table) -> Stored | None:
        """Stage A of one file, or None when the reader has to do it. Raises OSError for an unreadable file."""
        how = bulk.plan(table)
        if how is None:
            return None
        try:
            by_target = not how.targets
            odd = self._gather(path, how, by_target)
            if odd and not by_target:
                by_target = True
                odd = self._gather(path, how, by_target)
        except self._errors:
            return None
        names = tuple(how.metrics)
        if odd or self._endless(len(names)):
            return None
        self._learn("host", "target") if by_target else self._learn("host")
        return self._sited(names, by_target, how.target)

    def add_side(self, side: Side) -> Stored:
        """A file that was read into memory."""
        names = tuple(sorted({name for held in side.values() for name in held.metrics}))
        texts = [_code(held.best) for held in side.values()]
        columns: dict[str, Any] = {
            "site": pa.array(side.keys(), pa.string()),
            "links": pa.array([held.links for held in side.values()], pa.int64()),
            "live": pa.array([held.live for held in side.values()], pa.int64()),
            "best": pa.array(texts, pa.string()),
        }
        columns |= {name: pa.array([h.metrics.get(name) for h in side.values()], pa.float64()) for name in names}
        self._db.register("given", pa.table(columns))
        stored = self._new(names, None, 0)
        self._db.execute(f"CREATE TABLE {stored.name} AS SELECT * FROM given")
        self._db.unregister("given")
        return stored

    def gap(
        self,
        mine: Sequence[Stored],
        rivals: Iterable[tuple[str, str, Stored]],
        *,
        outside: Iterable[str],
        min_overlap: int,
    ) -> list[GapRow]:
        """What intersect.compare says. `rivals` are (name, vendor, file); vendors of one name do not add up."""
        given = list(rivals)
        if not given:
            return []
        names = sorted({name for _rival, _vendor, stored in given for name in stored.metrics})
        self._db.execute("CREATE OR REPLACE TABLE outside (site VARCHAR)")
        for stored in mine:
            self._db.execute(f"INSERT INTO outside SELECT site FROM {stored.name} WHERE live > 0")
        left_out = [domains.registrable(site) or site for site in outside]
        self._db.register("left_out", pa.table({"site": pa.array(left_out, pa.string())}))
        self._db.execute("INSERT INTO outside SELECT site FROM left_out")
        labels = sorted({rival for rival, _vendor, _stored in given})
        kinds = sorted({vendor for _rival, vendor, _stored in given})
        every = " UNION ALL BY NAME ".join(
            f"SELECT {labels.index(rival)} AS rival, {kinds.index(vendor)} AS vendor, * FROM {stored.name}"
            for rival, vendor, stored in given
        )
        found = self._db.sql(_stage_b(every, names, min_overlap)).to_arrow_table()
        return _rows(found, labels, names)

    def _gather(self, path: Path, how: bulk.Plan, by_target: bool) -> int:
        make = "CREATE OR REPLACE TABLE stage_a AS "
        try:
            self._db.execute(make + bulk.stage_a(bulk.source(path, how), how, by_target=by_target))
        except self._errors:
            self._db.execute("DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")
            self._db.execute(make + bulk.stage_a(bulk.source(path, how, strict=False), how, by_target=by_target))
            if self._broken():
                raise
        return int(self._one("SELECT coalesce(sum(odd), 0) FROM stage_a"))

    def _broken(self) -> bool:
        """Whether lines were dropped that the reader may understand; a wrong number of cells is wrong for both."""
        kinds = "'TOO MANY COLUMNS', 'MISSING COLUMNS'"
        query = f"SELECT count(*) FROM reject_errors WHERE error_type::VARCHAR NOT IN ({kinds})"
        return bool(self._one(query))

    def _endless(self, n: int) -> bool:
        """Whether a score is no real number, which the reader takes for no score."""
        if not n:
            return False
        worst = " OR ".join(f"bool_or(NOT isfinite(s{i}))" for i in range(n))
        return bool(self._one(f"SELECT {worst} FROM stage_a"))

    def _one(self, query: str) -> Any:
        return self._db.execute(query).fetchall()[0][0]

    def _learn(self, *columns: str) -> None:
        """Judge hosts that were not seen before."""
        for column in columns:
            query = f"SELECT DISTINCT {column} FROM stage_a WHERE {column} NOT IN (SELECT host FROM site_of)"
            fresh: list[str] = self._db.sql(query).to_arrow_table().column(0).to_pylist()
            sites = [domains.site_of_host(text) if "/" not in text else _site(text) for text in fresh]
            told = pa.table({"host": pa.array(fresh, pa.string()), "site": pa.array(sites, pa.string())})
            self._db.register("fresh", told)
            self._db.execute("INSERT INTO site_of SELECT * FROM fresh")
            self._db.unregister("fresh")

    def _sited(self, names: tuple[str, ...], by_target: bool, target: str | None) -> Stored:
        join = "JOIN site_of AS s ON s.host = a.host"
        if by_target:
            join += " LEFT JOIN site_of AS t ON t.host = a.target"
            join += " WHERE s.site IS NOT NULL AND (t.site IS NOT NULL OR trim(a.target) = '')"
            target = self._main_target(join)
        else:
            join += " WHERE s.site IS NOT NULL"
        stored = self._new(names, target, 0)
        scores = "".join(f', max(s{n}) AS "{name}"' for n, name in enumerate(names))
        sums = f"sum(links)::BIGINT AS links, sum(live)::BIGINT AS live, min(best) AS best{scores}"
        self._db.execute(
            f"CREATE TABLE {stored.name} AS SELECT s.site, {sums} FROM stage_a AS a {join} GROUP BY s.site"
        )
        rows = self._one(f"SELECT coalesce(sum(links), 0) FROM {stored.name}")
        return Stored(stored.name, target, int(rows), names)

    def _main_target(self, join: str) -> str | None:
        query = (
            f"SELECT t.site, sum(links) AS n FROM stage_a AS a {join} AND t.site IS NOT NULL GROUP BY 1 ORDER BY 2 DESC"
        )
        found = self._db.execute(query).fetchall()
        return str(found[0][0]) if found and found[0][1] >= 0.8 * sum(n for _site, n in found) else None

    def _new(self, names: tuple[str, ...], target: str | None, rows: int) -> Stored:
        self._count += 1
        return Stored(f"file{self._count}", target, rows, names)


def _stage_b(every: str, names: Sequence[str], min_overlap: int) -> str:
    scores = "".join(f', max("{name}") AS "{name}"' for name in names)
    vendor = f"sum(links) AS links, sum(live) AS live, min(best) AS best{scores}"
    rival = f"max(links)::BIGINT AS links, max(live)::BIGINT AS live, min(best) AS best{scores}"
    whole = (
        "list(rival ORDER BY rival) AS rivals, list(links ORDER BY rival) AS links, sum(links)::BIGINT AS total, "
        f"sum(live)::BIGINT AS live, substr(min(best), 3) AS best{scores}"
    )
    return (
        f"SELECT *, CASE WHEN regexp_full_match(best, '{_PLAIN}') THEN CASE WHEN length(best) - "
        "length(replace(best, '/', '')) > 2 THEN best ELSE best || '/' END END AS page FROM "
        f"(SELECT site, {whole} FROM (SELECT rival, site, {rival} FROM (SELECT rival, vendor, site, {vendor} "
        f"FROM ({every}) GROUP BY rival, vendor, site) GROUP BY rival, site) "
        f"WHERE site NOT IN (SELECT site FROM outside) GROUP BY site HAVING count(*) >= {int(min_overlap)}) "
        "ORDER BY len(rivals) DESC, total DESC, site"
    )


def _rows(found: pa.Table, labels: list[str], names: list[str]) -> list[GapRow]:
    columns = {name: found.column(name).to_pylist() for name in ("site", "rivals", "links", "total", "live")}
    pages = [
        page if page is not None else domains.normal_url(best) if best else ""
        for page, best in zip(found.column("page").to_pylist(), found.column("best").to_pylist(), strict=True)
    ]
    scores = [(name, found.column(name).to_pylist()) for name in names]
    rows = []
    for i, site in enumerate(columns["site"]):
        rivals = tuple(labels[n] for n in columns["rivals"][i])
        links = dict(zip(rivals, columns["links"][i], strict=True))
        metrics = {name: values[i] for name, values in scores if values[i] is not None}
        rows.append(GapRow(site, "", rivals, links, columns["total"][i], pages[i], metrics, columns["live"][i] == 0))
    return rows


def _code(best: tuple[float, str]) -> str | None:
    number, text = best
    if math.isinf(number):
        return None
    strong, length = divmod(int(number), LONGEST + 1)
    return chr(CODE + strong) + chr(CODE + length) + text


def _site(text: str) -> str | None:
    found = domains.address(text)
    return found.site if found else None
