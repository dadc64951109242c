"""Stage A of the gap in SQL: one large backlinks file by host, in one pass over the file.

Hosts are cut out inside the engine and judged once per different host (`joined`). What the engine would read otherwise
than the reader (comma decimals, other encodings, a preamble, broken quotes) is left to the reader. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from crm import domains
from crm.gap import reader, values
from crm.gap.canonical import LIVE_REASONS
from crm.gap.intersect import LONGEST, STEPS
from crm.gap.reader import Table
from crm.gap.records import records
from crm.vocabulary import Grain

LARGE = 32 << 20  # bytes of a file from which the engine is worth its start
NO_CELL = "\x01"  # no export writes this; so an empty cell is an empty text, never null
CODE = 0xE000  # character that stands for 0 where a number is written in front of an address, so that both sort as one


@dataclass(frozen=True)
class Dialect:
    """What engines spell differently; {0}, {1} ... stand for expressions."""

    third: str = "split_part({0}, '/', 3)"
    number: str = "try_cast({0} AS DOUBLE)"
    begins: str = "starts_with({0}, {1})"
    length: str = "length({0})"
    best: str = f"min(chr(({CODE} + {{0}})::INTEGER) || chr(({CODE} + {{1}})::INTEGER) || {{2}})"


DUCKDB = Dialect()
CLICKHOUSE = Dialect(
    "splitByChar('/', {0})[3]",
    "toFloat64OrNull({0})",
    "startsWith({0}, {1})",
    "lengthUTF8({0})",
    "min(tuple({0}, {1}, {2}))",
)


@dataclass(frozen=True)
class Plan:
    """How a file is gathered: its columns and what is known of its targets."""

    column: dict[str, str]  # meaning -> expression
    metrics: dict[str, list[tuple[str, bool]]]  # name -> (expression, whether it is the page's)
    majestic: bool
    width: int
    delimiter: str
    targets: tuple[str, ...] = ()  # beginnings of target addresses that all belong to `target`
    target: str | None = None


def plan(table: Table) -> Plan | None:
    """The plan for a file, or None when only the reader can read it."""
    layout = table.layout
    column = {meaning: f"c{i}" for i, meaning in layout.columns.items()}
    suited = layout.grain is Grain.BACKLINK and layout.header_at == 0 and "source_url" in column
    if not suited or table.part.encoding != "utf-8" or table.part.name:
        return None
    stream = records(table.part, layout.delimiter, cell_limit=table.limits.cell, width=layout.width)
    sample = [row for row in islice(stream, 1, 1 + reader.SAMPLE) if len(row) == layout.width]
    if reader.way_of(table, sample).width != layout.width or not sample:
        return None
    metrics: dict[str, list[tuple[str, bool]]] = {}
    for i, meaning in layout.columns.items():
        if meaning.startswith("m "):
            _m, vendor, name, level = meaning.split()
            metrics.setdefault(f"{vendor}.{name}", []).append((f"c{i}", level == "page"))
    if "domain_traffic" in column:
        metrics["traffic"] = [(column["domain_traffic"], False)]
    begins, target = _targets(layout.columns, sample)
    return Plan(column, metrics, layout.tool == "majestic", layout.width, layout.delimiter, begins, target)


def _targets(columns: Mapping[int, str], sample: list[list[str]]) -> tuple[tuple[str, ...], str | None]:
    """How target addresses begin in the first lines, if they are few, well written and of one site."""
    at = next((i for i, meaning in columns.items() if meaning == "target_url"), None)
    told = {row[at] for row in sample if row[at]} if at is not None else set()
    begins = {"/".join(text.split("/")[:3]) + "/" for text in told if text.startswith(("https://", "http://"))}
    plain = {text for text in begins if (name := text.split("/")[2]) and domains.site_of_plain(name)}
    found = {domains.registrable(text) for text in plain}
    if not begins or len(begins) > 6 or begins != plain or len(found) > 1:
        return (), None
    return tuple(sorted(begins)), found.pop()


def source(path: Path, how: Plan, *, strict: bool = True) -> str:
    """The file as a table of text columns. Strict: a line that is no record is an error; else it is dropped and told
    in the table `reject_errors`."""
    names = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(how.width))
    quoted, cut = str(path).replace("'", "''"), how.delimiter.replace("'", "''")
    rejects = "" if strict else "store_rejects=true, rejects_limit=0, "
    return (
        f"read_csv('{quoted}', header=false, skip=1, auto_detect=false, delim='{cut}', quote='\"', escape='\"', "
        f"columns={{{names}}}, {rejects}nullstr='{NO_CELL}', null_padding=false, max_line_size=2097152)"
    )


def stage_a(source: str, how: Plan, *, by_target: bool = True, dialect: Dialect = DUCKDB) -> str:
    """SQL that gathers one file by source host: host, target, links, live, odd, best, then a score per metric.

    `host` is the whole address where the path names the site or the scheme is missing. Without `by_target` the file is
    gathered by host alone, and lines whose target begins otherwise than the plan says count as odd, as numbers do that
    only the reader understands. docs/scale.md shows how it moves to other engines.
    """
    target = how.column.get("target_url", "''")
    scores = [(name, expression, page) for name, one in how.metrics.items() for expression, page in one]
    numbers = [f"{dialect.number.format(expression)} AS m{n}" for n, (_name, expression, _page) in enumerate(scores)]
    odd = [_odd(expression, n, whole=name == "traffic") for n, (name, expression, _page) in enumerate(scores)]
    if "lost_at" in how.column:
        odd.append(f"({how.column['lost_at']} <> '' AND {how.column['lost_at']} NOT LIKE '____-__-__%')")
    if not by_target:
        blank = f"{target} = ''"
        known = [dialect.begins.format(target, f"'{text}'") for text in how.targets]
        odd.append(f"NOT ({' OR '.join([*known, blank])})")
    goal = target if by_target else "''"
    cells = ", ".join(
        [
            f"{how.column['source_url']} AS url",
            f"{dialect.third.format(how.column['source_url'])} AS cut",
            f"{goal} AS goal",
            f"{dialect.third.format(goal)} AS goal_cut",
            f"{_lost(how.column, how.majestic)} AS lost",
            f"{_nofollow(how.column, how.majestic)} AS nofollow",
            *numbers,
            f"({' OR '.join(odd) if odd else 'false'}) AS odd",
        ]
    )
    outer = ", ".join(
        [
            "host",
            "target",
            "count(*) AS links",
            "sum(CASE WHEN lost THEN 0 ELSE 1 END) AS live",
            "sum(CASE WHEN odd THEN 1 ELSE 0 END) AS odd",
            f"{dialect.best.format(*_rank(scores, dialect), 'url')} AS best",
            *(f"max({_largest(scores, name)}) AS s{n}" for n, name in enumerate(how.metrics)),
        ]
    )
    goal_host = _host("goal", "goal_cut", dialect) if by_target else "''"
    hosts = f"{_host('url', 'cut', dialect)} AS host, {goal_host} AS target"
    lines = f"(SELECT *, {hosts} FROM (SELECT {cells} FROM {source}) AS cells) AS line"
    return f"SELECT {outer} FROM {lines} GROUP BY host, target"


def _rank(scores: list[tuple[str, str, bool]], dialect: Dialect) -> tuple[str, str]:
    """The two numbers of intersect.rank_of: the smaller, the better the page."""
    of_page = [f"coalesce(m{n}, 0)" for n, (_name, _expression, page) in enumerate(scores) if page]
    strength = f"floor({STEPS} * least(greatest({', '.join([*of_page, '0'])}), 100))" if of_page else "0"
    flags = "CASE WHEN lost THEN 2 ELSE 0 END + CASE WHEN nofollow THEN 1 ELSE 0 END"
    return (
        f"({flags}) * {100 * STEPS + 1} + {100 * STEPS} - {strength}",
        f"least({dialect.length.format('url')}, {LONGEST})",
    )


def _largest(scores: list[tuple[str, str, bool]], name: str) -> str:
    same = [f"m{n}" for n, (one, _expression, _page) in enumerate(scores) if one == name]
    return same[0] if len(same) == 1 else f"greatest({', '.join(same)})"


def _host(url: str, cut: str, dialect: Dialect) -> str:
    """The host as written; the whole address where the path names the site or the scheme is missing.

    `cut` is a column of its own: engines compute an expression that stands twice for every line and branch.
    """
    shared = ", ".join(f"'{name}', 'www.{name}'" for name in domains.SHARED_PATHS)
    schemes = " OR ".join(dialect.begins.format(url, f"'{scheme}://'") for scheme in ("https", "http"))
    return f"CASE WHEN NOT ({schemes}) THEN {url} WHEN {cut} IN ({shared}) THEN {url} ELSE {cut} END"


def _odd(expression: str, n: int, *, whole: bool) -> str:
    """Whether a number cell is written in a way that only the reader understands (what is not finite is seen later)."""
    point = f" OR {expression} LIKE '%.%'" if whole else ""
    return f"(CASE WHEN m{n} IS NULL THEN {expression} NOT IN ('', '-', 'N/A', 'n/a') ELSE false END{point})"


def _words(words: frozenset[str]) -> str:
    return ", ".join(f"'{word}'" for word in sorted(words))


def _flag(cell: str, majestic: bool, more: str = "") -> str:
    """A flag cell. The usual words are asked first; each expression stands once, or the engine computes it for all."""
    if majestic:
        return f"(lower(trim({cell})) NOT IN ({_words(values.FALSE | values.MISSING)}))"
    known = f"lower(trim({cell})) IN ({_words(values.TRUE)})"
    return (
        f"(CASE WHEN {cell} = 'false' THEN false WHEN {cell} = 'true' THEN true "
        f"ELSE ({known}{' OR ' + more if more else ''}) END)"
    )


def _lost(column: dict[str, str], majestic: bool) -> str:
    signs = []
    if "lost_at" in column:
        signs.append(f"trim({column['lost_at']}) <> ''")
    if "lost_reason" in column:
        known = ", ".join(f"'{word}'" for word in LIVE_REASONS)
        signs.append(f"lower(trim({column['lost_reason']})) NOT IN ({known})")
    otherwise = f"({' OR '.join(signs)})" if signs else ""
    if "is_lost" not in column:
        return otherwise or "false"
    unknown = f"({otherwise} AND trim(lower({column['is_lost']})) NOT IN ({_words(values.FALSE)}))"
    return _flag(column["is_lost"], majestic, unknown if otherwise else "")


def _nofollow(column: dict[str, str], majestic: bool) -> str:
    if "nofollow" in column:
        return _flag(column["nofollow"], majestic, f"lower({column['nofollow']}) LIKE '%nofollow%'")
    if "!nofollow" in column:
        return f"(lower(trim({column['!nofollow']})) IN ({_words(values.FALSE)}))"
    return "false"
