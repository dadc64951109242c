"""The gap over column files of any size, inside DuckDB, in two stages. Pure but for reading the files.

Stage A gathers each file by (side, site): sums and bests, which can be merged. Stage B joins the sides. Pages are
then taken as evidence, the best first.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]

OWN = ""  # the side of our own links; a rival's side is its site or page as `Lot.side` says


@dataclass(frozen=True)
class Lot:
    """The column files of one import and whose links they hold; None: each row's column tells (gap files)."""

    import_id: int
    folder: Path
    side: str | None


@dataclass(frozen=True, slots=True)
class SiteLinks:
    """What one side holds of one site."""

    side: str
    domain: str
    links: int
    live: int
    all_nofollow: bool | None
    best_page: str
    language: str
    external_links: int | None
    dr: float | None
    semrush_as: float | None
    moz_da: float | None
    majestic_tf: float | None
    traffic: float | None
    pages: int


_SIDE = "coalesce(known.side, CASE WHEN rival <> '' THEN NULL ELSE $side END)"
_FROM = """read_parquet($files) AS row
  LEFT JOIN known ON known.site = coalesce(nullif(row.rival, ''), row.target_domain)"""
_STAGE_A = f"""
INSERT INTO stage_a
SELECT {_SIDE} AS side, source_domain, sum(links), coalesce(sum(links) FILTER (WHERE is_lost IS NOT TRUE), 0),
       bool_and(nofollow), min({{'lost': is_lost IS TRUE, 'nofollow': nofollow IS TRUE, 'strength': -strength,
       'length': length(source_url), 'url': source_url, 'ext': external_links}}) FILTER (WHERE source_url <> ''),
       coalesce(mode(language) FILTER (WHERE language <> ''), ''),
       max(dr), max(semrush_as), max(moz_da), max(majestic_tf), max(traffic), count(*) FILTER (WHERE source_url <> '')
FROM {_FROM} WHERE NOT duplicate GROUP BY ALL
"""
_STAGE_B = """
SELECT side, domain, sum(links)::BIGINT, sum(live)::BIGINT, bool_and(all_nofollow), coalesce(min(best).url, ''),
       coalesce(max(language), ''), min(best).ext, max(dr), max(semrush_as), max(moz_da), max(majestic_tf),
       max(traffic), sum(pages)::BIGINT
FROM stage_a WHERE side IS NOT NULL GROUP BY side, domain ORDER BY domain, side
"""
_TABLE_A = """
CREATE TABLE stage_a (side VARCHAR, domain VARCHAR, links HUGEINT, live HUGEINT, all_nofollow BOOLEAN,
  best STRUCT(lost BOOLEAN, nofollow BOOLEAN, strength DOUBLE, length BIGINT, url VARCHAR, ext BIGINT),
  language VARCHAR, dr DOUBLE, semrush_as DOUBLE, moz_da DOUBLE, majestic_tf DOUBLE, traffic DOUBLE, pages BIGINT)
"""
_EVIDENCE = f"""
INSERT INTO evidence
SELECT * FROM (SELECT $import_id AS import_id, {_SIDE} AS side, row.*
  FROM {_FROM} WHERE NOT duplicate AND source_url <> '')
WHERE side IS NOT NULL AND source_domain IN (SELECT domain FROM wanted)
QUALIFY row_number() OVER (PARTITION BY side, source_domain
  ORDER BY is_lost IS TRUE, nofollow IS TRUE, -strength, length(source_url), source_url, file_row) <= $cap
"""


class Analysis:
    """One computation over the lots of a project; a context manager that holds the engine."""

    def __init__(
        self, lots: Sequence[Lot], *, own: Sequence[str], sides: Mapping[str, str], memory_mb: int, scratch: Path
    ) -> None:
        """`own` are our registrable domains; `sides` maps a target's registrable domain to a rival's side."""
        import duckdb

        scratch.mkdir(parents=True, exist_ok=True)
        self._db = duckdb.connect(":memory:")
        self._db.execute(f"SET memory_limit='{int(memory_mb)}MB'; SET threads=2; SET preserve_insertion_order=false")
        self._db.execute("SET temp_directory = ?", [str(scratch)])
        self._lots = [lot for lot in lots if any(lot.folder.glob("part-*.parquet"))]
        known = {**sides, **dict.fromkeys(own, OWN)}
        self._db.execute("CREATE TABLE known (site VARCHAR, side VARCHAR)")
        for site, side in known.items():
            self._db.execute("INSERT INTO known VALUES (?, ?)", [site, side])

    def __enter__(self) -> "Analysis":
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def gather(self) -> Iterator[Lot]:
        """Stage A: one lot after the other; yields each when it is done."""
        self._db.execute(_TABLE_A)
        for lot in self._lots:
            self._db.execute(_STAGE_A, self._params(lot))
            yield lot

    def sites(self) -> Iterator[tuple[str, list[SiteLinks]]]:
        """Stage B: (site, what each side holds of it), by name of the site."""
        found = self._db.execute(_STAGE_B)
        rows = (SiteLinks(*row) for row in _all(found))
        for domain, group in groupby(rows, key=lambda r: r.domain):
            yield domain, list(group)

    def evidence(self, wanted: Sequence[str], *, cap: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """The best pages of the wanted sites, at most `cap` per side and import: (site, rows), by name of the site."""
        self._db.register("wanted_arrow", pa.table({"domain": pa.array(wanted, pa.string())}))
        self._db.execute("CREATE TABLE wanted AS SELECT domain FROM wanted_arrow")
        if not self._lots:
            return
        first = _files(self._lots[0])[0].replace("'", "''")
        self._db.execute(
            f"CREATE TABLE evidence AS SELECT 0::BIGINT AS import_id, '' AS side, * FROM '{first}' LIMIT 0"
        )
        for lot in self._lots:
            self._db.execute(_EVIDENCE, {**self._params(lot), "import_id": lot.import_id, "cap": cap})
        found = self._db.execute(
            "SELECT * FROM evidence ORDER BY source_domain, is_lost IS TRUE, nofollow IS TRUE, -strength,"
            " length(source_url), source_url, import_id, file_row"
        )
        names = [column[0] for column in found.description]
        rows = (dict(zip(names, row, strict=True)) for row in _all(found))
        for domain, group in groupby(rows, key=lambda r: str(r["source_domain"])):
            yield domain, list(group)

    def _params(self, lot: Lot) -> dict[str, Any]:
        return {"files": _files(lot), "side": lot.side}


def _files(lot: Lot) -> list[str]:
    return [str(path) for path in sorted(lot.folder.glob("part-*.parquet"))]


def _all(found: Any) -> Iterator[tuple[Any, ...]]:
    while batch := found.fetchmany(5000):
        yield from batch
