"""Links of one very large backlinks file per site, inside DuckDB: the answer of intersect.gather, many times faster.

Hosts are cut out inside the engine and judged once per different host. What the engine would read otherwise than the
reader (comma decimals, other encodings, a preamble) is left to the reader: `gather` then returns None.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from crm import domains
from crm.gap import values
from crm.gap.intersect import NO_PAGE, Held, Side
from crm.gap.reader import Table
from crm.vocabulary import Grain

LARGE = 32 << 20  # bytes of a file from which the engine is worth its start
MEMORY_MB = 1024
_LIVE_REASONS = ("", "live", "active", "found", "ok", "new")


@dataclass(frozen=True)
class Dialect:
    """The four things that engines spell differently; {0} and {1} stand for expressions."""

    third: str = "split_part({0}, '/', 3)"
    number: str = "try_cast({0} AS DOUBLE)"
    pair: str = "struct_pack(number := {0}, url := {1})"


DUCKDB = Dialect()
CLICKHOUSE = Dialect("splitByChar('/', {0})[3]", "toFloat64OrNull({0})", "tuple({0}, {1})")


@dataclass(frozen=True)
class Gathered:
    """What a file holds, the site its links point to, and how many lines counted."""

    side: Side
    target: str | None
    rows: int


def gather(path: Path, table: Table, *, memory_mb: int = MEMORY_MB) -> Gathered | None:
    """Stage A of one file, or None when the reader has to do it. Raises OSError for an unreadable file."""
    import duckdb

    layout = table.layout
    column = {meaning: _cell(i) for i, meaning in layout.columns.items()}
    suited = layout.grain is Grain.BACKLINK and layout.header_at == 0 and "source_url" in column
    if not suited or table.part.encoding != "utf-8" or table.part.name:
        return None
    metrics = [
        (f"{m.split()[1]}.{m.split()[2]}", i, m.endswith("page")) for i, m in layout.columns.items() if m[:2] == "m "
    ]
    if "domain_traffic" in column:
        metrics.append(("traffic", next(i for i, m in layout.columns.items() if m == "domain_traffic"), False))
    query = stage_a(_read(path, layout.delimiter, layout.width), column, metrics, majestic=layout.tool == "majestic")
    db = duckdb.connect(":memory:")
    try:
        db.execute(f"SET memory_limit='{int(memory_mb)}MB'; SET threads=2; SET preserve_insertion_order=false")
        db.execute("SET temp_directory = ?", [str(path.parent / ".backloop-spill")])
        found = db.execute(query).fetchall()
    except duckdb.Error:
        return None
    finally:
        db.close()
    return _gathered(found, [name for name, _i, _page in metrics])


def stage_a(
    source: str,
    column: dict[str, str],
    metrics: list[tuple[str, int, bool]],
    *,
    majestic: bool = False,
    dialect: Dialect = DUCKDB,
) -> str:
    """SQL that gathers one file by (source host, target host). `source` is the table, `column` its expressions.

    `metrics` are (name, column number, whether it is the page's). docs/scale.md shows how it moves to other engines.
    """
    numbers = [f"{dialect.number.format(_cell(i))} AS m{n}" for n, (_name, i, _page) in enumerate(metrics)]
    odd = [_odd(i, n, whole=name == "traffic") for n, (name, i, _page) in enumerate(metrics)]
    of_page = [f"coalesce(m{n}, 0)" for n, (_name, _i, page) in enumerate(metrics) if page]
    strength = f"least(greatest({', '.join([*of_page, '0'])}), 100)" if of_page else "0"
    url, target = column["source_url"], column.get("target_url", "''")
    cells = ", ".join(
        [
            f"{url} AS url",
            f"{dialect.third.format(url)} AS cut",
            f"{_host(target, dialect.third.format(target))} AS target",
            f"{_lost(column, majestic)} AS lost",
            f"{_nofollow(column, majestic)} AS nofollow",
            *numbers,
            f"({' OR '.join(odd) if odd else 'false'}) AS odd",
        ]
    )
    inner = f"*, {_host('url', 'cut')} AS host"
    source = f"(SELECT {cells} FROM {source}) AS cells"
    rank = (
        "CASE WHEN lost THEN 1e8 ELSE 0 END + CASE WHEN nofollow THEN 1e7 ELSE 0 END "
        f"- 1e4 * {strength} + least(length(url), 9999)"
    )
    outer = ", ".join(
        [
            "host",
            "target",
            "count(*)",
            "sum(CASE WHEN lost THEN 0 ELSE 1 END)",
            f"min({dialect.pair.format(rank, 'url')})",
            "max(CASE WHEN odd THEN 1 ELSE 0 END)",
            *(f"max(m{n})" for n in range(len(metrics))),
        ]
    )
    return f"SELECT {outer} FROM (SELECT {inner} FROM {source}) AS line GROUP BY host, target"


def _read(path: Path, delimiter: str, width: int) -> str:
    names = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(width))
    quoted, cut = str(path).replace("'", "''"), delimiter.replace("'", "''")
    return (
        f"read_csv('{quoted}', header=false, skip=1, auto_detect=false, delim='{cut}', quote='\"', escape='\"', "
        f"columns={{{names}}}, ignore_errors=true, null_padding=false, max_line_size=2097152)"
    )


def _host(url: str, cut: str) -> str:
    """The host as written; the whole address where the path names the site or the scheme is missing."""
    shared = ", ".join(f"'{name}', 'www.{name}'" for name in domains.SHARED_PATHS)
    return (
        f"CASE WHEN NOT ({url} LIKE 'https://%' OR {url} LIKE 'http://%') THEN {url} "
        f"WHEN {cut} IN ({shared}) THEN {url} WHEN {cut} LIKE 'www.%.%' THEN substr({cut}, 5) ELSE {cut} END"
    )


def _cell(i: int) -> str:
    return f"coalesce(c{i}, '')"


def _odd(i: int, n: int, *, whole: bool) -> str:
    """Whether a number cell is written in a way that only the reader understands (what is not finite is seen later)."""
    point = f" OR {_cell(i)} LIKE '%.%'" if whole else ""
    return f"((m{n} IS NULL AND {_cell(i)} NOT IN ('', '-', 'N/A', 'n/a')){point})"


def _words(words: frozenset[str]) -> str:
    return ", ".join(f"'{word}'" for word in sorted(words))


def _flag(cell: str, majestic: bool, otherwise: str) -> str:
    if majestic:
        return f"(lower(trim({cell})) NOT IN ({_words(values.FALSE | values.MISSING)}))"
    text = f"lower(trim({cell}))"
    quick = "false" if otherwise == "false" else f"({cell} = '' AND {otherwise})"
    return (
        f"(CASE WHEN {cell} IN ('false', 'FALSE', '') THEN {quick} "
        f"WHEN {text} IN ({_words(values.TRUE)}) THEN true "
        f"WHEN {text} IN ({_words(values.FALSE)}) THEN false ELSE {otherwise} END)"
    )


def _lost(column: dict[str, str], majestic: bool) -> str:
    signs = []
    if "lost_at" in column:
        signs.append(f"trim({column['lost_at']}) <> ''")
    if "lost_reason" in column:
        known = ", ".join(f"'{word}'" for word in _LIVE_REASONS)
        signs.append(f"lower(trim({column['lost_reason']})) NOT IN ({known})")
    otherwise = f"({' OR '.join(signs)})" if signs else "false"
    return _flag(column["is_lost"], majestic, otherwise) if "is_lost" in column else otherwise


def _nofollow(column: dict[str, str], majestic: bool) -> str:
    if "nofollow" in column:
        return _flag(column["nofollow"], majestic, f"(lower({column['nofollow']}) LIKE '%nofollow%')")
    if "!nofollow" in column:
        return f"(lower(trim({column['!nofollow']})) IN ({_words(values.FALSE)}))"
    return "false"


def _gathered(found: list[tuple[Any, ...]], names: list[str]) -> Gathered | None:
    """Merge hosts into sites; a host or target that is no address takes its lines with it."""
    side: Side = {}
    targets: dict[str, int] = {}
    total = 0
    for host, target, links, live, best, odd, *scores in found:
        if odd or any(v is not None and not math.isfinite(v) for v in scores):
            return None
        site = _site(host)
        goal = _site(target) if target.strip() else ""
        if site is None or goal is None:
            continue
        metrics = {name: float(v) for name, v in zip(names, scores, strict=True) if v is not None}
        rank = (float(best["number"]), str(best["url"])) if best else NO_PAGE
        one = Held(int(links), int(live), rank, metrics)
        if (held := side.get(site)) is None:
            side[site] = one
        else:
            held.add(one)
        total += int(links)
        targets[goal] = targets.get(goal, 0) + int(links)
    targets.pop("", None)
    main = max(targets, key=lambda name: targets[name], default=None)
    clear = main is not None and targets[main] >= 0.8 * sum(targets.values())
    return Gathered(side, main if clear else None, total)


@lru_cache(maxsize=1 << 19)
def _site(text: str) -> str | None:
    if "/" not in text:
        return domains.site_of_host(text)
    found = domains.address(text)
    return found.site if found else None
