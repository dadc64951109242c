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

STAGE_A_FILE = "stage_a.parquet"
OWN = ""  # the side of our own links; a rival's side is its site or page as `Lot.side` says


@dataclass(frozen=True)
class Lot:
    """The column files of one import and whose links they hold; None: each row's column tells (gap files)."""

    import_id: int
    folder: Path
    side: str | None
    vendor: str = ""  # tool and kind of report: two vendors' counts of one rival do not add up


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


STAGE_A = """
SELECT coalesce(nullif(rival, ''), target_domain) AS target, rival <> '' AS named, source_domain AS domain,
       sum(links)::BIGINT AS links, coalesce(sum(links) FILTER (WHERE is_lost IS NOT TRUE), 0)::BIGINT AS live,
       bool_and(nofollow) AS all_nofollow,
       min({'lost': is_lost IS TRUE, 'nofollow': nofollow IS TRUE, 'strength': -strength,
            'length': length(source_url), 'url': source_url, 'ext': external_links})
         FILTER (WHERE source_url <> '') AS best,
       coalesce(mode(language) FILTER (WHERE language <> ''), '') AS language, max(dr) AS dr,
       max(semrush_as) AS semrush_as, max(moz_da) AS moz_da, max(majestic_tf) AS majestic_tf, max(traffic) AS traffic,
       count(*) FILTER (WHERE source_url <> '' AND NOT duplicate) AS pages
FROM read_parquet(%s) GROUP BY ALL
"""
_FIGURES = "links, live, all_nofollow, best, language, dr, semrush_as, moz_da, majestic_tf, traffic, pages"
_LOAD = f"""
INSERT INTO stage_a
SELECT coalesce(known.side, CASE WHEN named THEN NULL ELSE $side END) AS side, $vendor AS vendor, domain, {_FIGURES}
FROM read_parquet($file) AS one LEFT JOIN known ON known.site = one.target
"""
# Files of one vendor add up; what several vendors say of one rival is the same links seen twice: the largest counts.
_STAGE_B = """
SELECT side, domain, max(links)::BIGINT, max(live)::BIGINT, bool_and(all_nofollow), coalesce(min(best).url, ''),
       coalesce(max(language), ''), min(best).ext, max(dr), max(semrush_as), max(moz_da), max(majestic_tf),
       max(traffic), max(pages)::BIGINT
FROM (SELECT side, vendor, domain, sum(links) AS links, sum(live) AS live, bool_and(all_nofollow) AS all_nofollow,
             min(best) AS best, max(language) AS language, max(dr) AS dr, max(semrush_as) AS semrush_as,
             max(moz_da) AS moz_da, max(majestic_tf) AS majestic_tf, max(traffic) AS traffic, sum(pages) AS pages
      FROM stage_a WHERE side IS NOT NULL GROUP BY side, vendor, domain)
GROUP BY side, domain ORDER BY domain, side
"""
_TABLE_A = """
CREATE TABLE stage_a (side VARCHAR, vendor VARCHAR, domain VARCHAR, links BIGINT, live BIGINT, all_nofollow BOOLEAN,
  best STRUCT(lost BOOLEAN, nofollow BOOLEAN, strength DOUBLE, length BIGINT, url VARCHAR, ext BIGINT),
  language VARCHAR, dr DOUBLE, semrush_as DOUBLE, moz_da DOUBLE, majestic_tf DOUBLE, traffic DOUBLE, pages BIGINT)
"""
_SIDE = "coalesce(known.side, CASE WHEN rival <> '' THEN NULL ELSE $side END)"
_EVIDENCE = f"""
SELECT * FROM (SELECT $import_id::BIGINT AS import_id, {_SIDE} AS side, row.*
  FROM read_parquet($files) AS row LEFT JOIN known ON known.site = coalesce(nullif(row.rival, ''), row.target_domain)
  WHERE NOT duplicate AND source_url <> '' AND source_domain IN (SELECT domain FROM wanted))
WHERE side IS NOT NULL
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
        """Stage A, stored by each import: one lot after the other; yields each when it is there."""
        self._db.execute(_TABLE_A)
        for lot in self._lots:
            file = lot.folder / STAGE_A_FILE
            if not file.exists():  # a folder of an earlier version
                store_stage_a(self._db, lot.folder)
            self._db.execute(_LOAD, {"file": str(file), "side": lot.side, "vendor": lot.vendor})
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
        for number, lot in enumerate(self._lots):
            made = "INSERT INTO evidence BY NAME" if number else "CREATE TABLE evidence AS"
            params = {"files": _files(lot), "side": lot.side, "import_id": lot.import_id, "cap": cap}
            self._db.execute(f"{made} {_EVIDENCE}", params)
        found = self._db.execute(
            "SELECT * FROM evidence ORDER BY source_domain, is_lost IS TRUE, nofollow IS TRUE, -strength,"
            " length(source_url), source_url, import_id, file_row"
        )
        names = [column[0] for column in found.description]
        rows = (dict(zip(names, row, strict=True)) for row in _all(found))
        for domain, group in groupby(rows, key=lambda r: str(r["source_domain"])):
            yield domain, list(group)


def store_stage_a(db: Any, folder: Path) -> None:
    """Gather the parts of a folder by (target, site) and store the result beside them; whole or not at all."""
    files = ", ".join(_quoted(path) for path in sorted(folder.glob("part-*.parquet")))
    half = folder / "stage_a.half"
    db.execute(f"COPY ({STAGE_A % ('[' + files + ']')}) TO {_quoted(half)} (FORMAT parquet)")
    half.replace(folder / STAGE_A_FILE)


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _files(lot: Lot) -> list[str]:
    return [str(path) for path in sorted(lot.folder.glob("part-*.parquet"))]


def _all(found: Any) -> Iterator[tuple[Any, ...]]:
    while batch := found.fetchmany(5000):
        yield from batch
