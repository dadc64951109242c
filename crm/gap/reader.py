"""Exports in, canonical rows out: what a file is, how many lines it has, what became of each. Pure but for reading.

accepted + duplicates + rejected = rows read, for every file.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path

from crm.gap import canonical, detect
from crm.gap.detect import Layout, Refusal
from crm.gap.files import Limits, Part, Unreadable, parts
from crm.gap.records import Broken, records
from crm.gap.rows import Habits, NotUsable, Row

DELIMITERS = ("\t", ",", ";", "|")
SAMPLE = 200


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line that could not be used: its number (header not counted, from 1) and why."""

    row: int
    reason: str


@dataclass
class Tally:
    """What became of the lines read so far; the reader counts into it."""

    rows_read: int = 0
    accepted: int = 0
    duplicates: int = 0
    rejected: list[Rejected] = field(default_factory=list)  # the first `kept` of them
    targets: Counter[str] = field(default_factory=Counter)
    warnings: list[str] = field(default_factory=list)
    kept: int | None = None  # None: all
    beyond: int = 0  # rejected lines that were counted and not kept

    @property
    def n_rejected(self) -> int:
        """All lines that cannot be used."""
        return len(self.rejected) + self.beyond

    def reject(self, row: int, reason: str) -> None:
        """Count a line that cannot be used."""
        if self.kept is None or len(self.rejected) < self.kept:
            self.rejected.append(Rejected(row, reason))
        else:
            self.beyond += 1


@dataclass(frozen=True)
class Table:
    """One table of a file with the way to read it."""

    part: Part
    layout: Layout
    limits: Limits

    def rows(self, tally: Tally) -> Iterator[Row]:
        """Usable rows in order, duplicates marked; everything is counted in `tally`. Nothing when refused."""
        if self.layout.refused is not None:
            return
        yield from _rows(self, tally)


@dataclass(frozen=True)
class Way:
    """How the records of one table become rows, decided by its first records."""

    layout: Layout
    limits: Limits
    width: int  # cells of a record; 0: any number
    habits: Habits
    build: canonical.Build

    @property
    def plan(self) -> list[tuple[str, int, canonical.Parser]]:
        """(field, column, parser) of the columns that are read one by one."""
        return canonical.plan(self.layout, self.habits)

    @property
    def metrics(self) -> list[tuple[int, tuple[str, ...]]]:
        """(column, (vendor, name, level)) of every score."""
        return canonical.metric_columns(self.layout)

    def within(self, number: int) -> None:
        """Raises Unreadable when record `number` is above the limit."""
        if number > self.limits.rows:
            raise Unreadable(f"The file has more than {self.limits.rows:,} rows.", "smaller pieces, or raise the limit")

    def usable(self, tally: Tally, cells: list[str], number: int) -> Row | None:
        """The row of record `number`, or None: then it is among the rejected. Raises Unreadable above the limit."""
        self.within(number)
        reason = ""
        if isinstance(cells, Broken):
            reason = cells.reason
        elif self.width and len(cells) != self.width:
            reason = f"{len(cells)} cells where the header has {self.width}"
        elif not any(cell.strip() for cell in cells):
            reason = "the row is empty"
        elif max(map(len, cells)) > self.limits.cell:
            reason = f"a cell is longer than {self.limits.cell:,} characters"
        else:
            try:
                return self.build(number, cells)
            except NotUsable as e:
                reason = str(e)
        tally.reject(number, reason)
        return None


@dataclass(frozen=True)
class Inspection:
    """What one file is and what became of its lines. A refused file has a reason and counts of 0."""

    file: str
    tool: str
    report: str
    grain: str | None
    encoding: str
    delimiter: str
    target: str | None
    tally: Tally
    refused: Refusal | None
    header: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    rivals: tuple[str, ...] = ()
    table: str = ""


def tables(
    path: Path, *, filename: str = "", mapping: Mapping[str, str] | None = None, limits: Limits | None = None
) -> list[Table]:
    """The tables of a file, usable ones first, each with its layout. Raises Unreadable, or OSError for the path."""
    limits = limits or Limits()
    name = filename or path.name
    found = [Table(part, _layout(part, part.name or name, mapping, limits), limits) for part in parts(path, limits)]
    found = [replace(t, layout=replace(t.layout, target=t.layout.target or detect.site_in_name(name))) for t in found]
    return sorted(found, key=lambda t: (t.layout.refused is not None, t.layout.report == "unknown"))


def inspect(
    path: Path, *, filename: str = "", mapping: Mapping[str, str] | None = None, limits: Limits | None = None
) -> list[Inspection]:
    """Read a whole file and say what it is: one entry per usable table, or one for the refusal.

    OSError when the path cannot be opened; everything else that is wrong is told in `refused`.
    """
    name = filename or path.name
    try:
        found = tables(path, filename=name, mapping=mapping, limits=limits)
        usable = [t for t in found if t.layout.refused is None]
        return [_inspected(str(path), t) for t in usable or found[:1]]
    except Unreadable as e:
        tool = next((v for v in detect.VENDORS if v in name.casefold()), "generic")
        refused = Refusal(e.reason, e.instead)
        return [Inspection(str(path), tool, "unreadable", None, "", "", None, Tally(), refused)]


def _inspected(name: str, table: Table) -> Inspection:
    tally = Tally()
    for _row in table.rows(tally):
        pass
    layout = table.layout
    refused = layout.refused
    if refused is None and tally.rows_read == 0:
        refused = Refusal("The file has a header and no rows below it.", "the report again, with a wider filter")
    columns = {layout.header[i]: meaning for i, meaning in layout.columns.items() if i < len(layout.header)}
    target = main_target(tally) or layout.target
    return Inspection(
        name,
        layout.tool,
        layout.report,
        layout.grain.value if layout.grain else None,
        table.part.encoding,
        layout.delimiter if table.part.cells is None else "",
        target,
        tally,
        refused,
        layout.header,
        columns,
        tuple(layout.rivals.values()),
        table.part.name,
    )


def main_target(tally: Tally) -> str | None:
    """The site nearly all target addresses belong to; None when the file mixes sites."""
    total = sum(tally.targets.values())
    if not total:
        return None
    site, count = tally.targets.most_common(1)[0]
    return site if count >= 0.8 * total else None


def _layout(part: Part, name: str, mapping: Mapping[str, str] | None, limits: Limits) -> Layout:
    samples = {}
    for delimiter in DELIMITERS if part.cells is None else (",",):
        sample = list(islice(records(part, delimiter, cell_limit=limits.cell), 60))
        samples[delimiter] = [row for row in sample if not isinstance(row, Broken)]
    if not any(samples.values()):
        raise Unreadable("The file holds no rows.", "the export again")
    widest = max(len(row) for rows_ in samples.values() for row in rows_)
    if widest > limits.columns:
        raise Unreadable(f"A row has {widest} columns; {limits.columns} are allowed.", "the export with fewer columns")
    return detect.layout(samples, name, mapping)


def _rows(table: Table, tally: Tally) -> Iterator[Row]:
    tally.warnings.extend(table.part.warnings)
    stream = records(table.part, table.layout.delimiter, cell_limit=table.limits.cell, width=table.layout.width)
    body = islice(stream, table.layout.header_at + 1, None)
    sample = list(islice(body, SAMPLE))
    way = way_of(table, sample)
    seen: set[int] = set()
    for cells in chain(sample, body):
        tally.rows_read += 1
        row = way.usable(tally, cells, tally.rows_read)
        if row is None:
            continue
        if (mark := hash(row.identity())) in seen:
            tally.duplicates += 1
            row = replace(row, duplicate=True)
        else:
            seen.add(mark)
            tally.accepted += 1
        if row.target_domain:
            tally.targets[row.target_domain] += 1
        yield row
    warn(tally)


def way_of(table: Table, sample: Sequence[list[str]]) -> Way:
    """How the records of a table become rows. `sample` are its first records below the header."""
    layout = table.layout
    width = _width(layout, sample)
    how = canonical.habits(layout, [row for row in sample if len(row) == width or not width])
    return Way(layout, table.limits, width, how, canonical.builder(layout, how))


def _width(layout: Layout, sample: Sequence[list[str]]) -> int:
    """The header's width; one more where nearly all records end in one delimiter too many."""
    if layout.width and sample:
        longer = sum(1 for row in sample if len(row) == layout.width + 1 and not row[-1].strip())
        if longer >= 0.9 * len(sample):
            return layout.width + 1
    return layout.width


def warn(tally: Tally) -> None:
    """Add what the counts of a whole file warn of."""
    if tally.rows_read in detect.CAPS:
        tally.warnings.append(f"Exactly {tally.rows_read:,} rows: the tool probably cut the list there.")
    if tally.targets and main_target(tally) is None:
        mixed = ", ".join(f"{site} ({n:,})" for site, n in tally.targets.most_common(3))
        tally.warnings.append(f"The targets belong to several sites: {mixed}.")
