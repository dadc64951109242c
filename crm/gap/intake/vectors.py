"""A block of an export as columns of canonical rows, many lines at a time. Pure.

Every cell goes through the reader's own functions, once per different text; only addresses have a fast form of their
own. A line that cannot be used is given back to the reader for its reason.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
from pyarrow import compute as pc

from crm.gap import canonical, columns
from crm.gap.intake import parse
from crm.gap.intake.addresses import Addresses, Reader
from crm.gap.reader import Tally, Way
from crm.gap.rows import Row
from crm.vocabulary import Grain

GRAINS = (Grain.BACKLINK, Grain.DOMAIN)
_SPACES = "".join(c for c in map(chr, range(0x3001)) if c.isspace())
_DEFAULTS: dict[str, Any] = {"kind": "unknown"}
_LISTS: dict[str, Callable[[tuple[str, ...]], str]] = {
    "languages": lambda found: found[0] if found else "",
    "platforms": ",".join,
    "page_category": ";".join,
}
_FLAGGED = ("nofollow", "ugc", "sponsored", "sitewide", "is_spam", "is_lost", "links_in_group", "kind")


@dataclass(frozen=True)
class Made:
    """Usable rows as columns (without `duplicate`), and the two texts per row that make duplicates."""

    table: pa.Table
    first_key: pa.Array
    second_key: pa.Array


class Vectors:
    """Turns blocks of one table into columns."""

    def __init__(self, way: Way, db: Any) -> None:
        self._way = way
        self._at = {meaning: i for i, meaning in way.layout.columns.items()}
        self._addresses = Reader(db)

    @property
    def able(self) -> bool:
        """Whether this kind of table can be read in columns at all."""
        layout = self._way.layout
        named = "source_url" in self._at or "source_domain" in self._at
        return layout.grain in GRAINS and layout.report != "ranks" and named and self._way.width > 0

    def made(self, data: bytes, tally: Tally) -> Made | None:
        """The block's rows, its lines counted in `tally` (duplicates apart); None when it is the reader's."""
        way = self._way
        found = parse.cells(data, way.layout.delimiter, way.width, way.limits.cell)
        if found is None:
            return None
        first = tally.rows_read
        source, is_page = self._source(found)
        target = _target(self._addresses, found, self._at)
        good = pc.and_(pc.is_valid(source.url), pc.is_valid(target.url))
        tally.rows_read += found.count
        self._reject(tally, found, good, first)
        numbers = pa.array(range(found.count) if found.numbers is None else found.numbers, pa.int64())
        file_row = pc.add(numbers, first + 1)
        whole = self._columns(found, source, is_page, target) | {"file_row": file_row}
        table = pa.table({name: whole[name] for name in columns.SCHEMA.names if name in whole}).filter(good)
        for site, count in zip(*_counted(table.column("target_domain").combine_chunks()), strict=True):
            if site:
                tally.targets[site] += count
        keys = (pc.if_else(is_page, source.key, source.bare), pc.if_else(is_page, target.key, ""))
        return Made(table, keys[0].filter(good), keys[1].filter(good))

    def _source(self, found: parse.Cells) -> tuple[Addresses, pa.Array]:
        n = len(found.columns[0])
        page = _stripped(found, self._at.get("source_url"), n)
        site = _stripped(found, self._at.get("source_domain"), n)
        is_page = pc.not_equal(page, "")
        return self._addresses.read(pc.if_else(is_page, page, site)), is_page

    def _reject(self, tally: Tally, found: parse.Cells, good: pa.Array, first: int) -> None:
        """Ragged lines and lines without an address, in order, with the reader's reasons."""
        numbers = found.numbers
        told: list[tuple[int, list[str]]] = [(number, [""] * cells) for number, cells in found.ragged]
        for i in np.flatnonzero(~good.to_numpy(zero_copy_only=False)).tolist():
            told.append((numbers[i] if numbers else i, [column[i].as_py() for column in found.columns]))
        for number, cells in sorted(told, key=lambda one: one[0]):
            self._way.usable(tally, cells, first + number + 1)

    def _columns(
        self, found: parse.Cells, source: Addresses, is_page: pa.Array, target: Addresses
    ) -> dict[str, pa.Array]:
        n = len(is_page)
        made: dict[str, pa.Array] = {
            "rival": _same("", n),
            "source_url": pc.if_else(is_page, source.url, ""),
            "source_key": pc.if_else(is_page, source.key, ""),
            "source_domain": source.site,
            "target_url": target.url,
            "target_domain": target.site,
        }
        plain = self._plain(found, n)
        made |= {to: plain[name] for name, to in columns.FROM_ROW.items()}
        made |= self._flags(found, plain, n) | self._scores(found, n)
        one = _same(1, n, pa.int64())
        backlinks = plain["backlinks"]
        counts = self._way.layout.grain is Grain.DOMAIN
        made["links"] = pc.if_else(pc.greater(pc.fill_null(backlinks, 0), 0), backlinks, one) if counts else one
        return made

    def _plain(self, found: parse.Cells, n: int) -> dict[str, pa.Array]:
        """Columns that are read one by one, under the names they have in a row."""
        kinds = {name: columns.SCHEMA.field(to).type for name, to in columns.FROM_ROW.items()}
        kinds |= {"backlinks": pa.int64(), "lost_reason": pa.string()}
        made = {name: _same("" if kind == pa.string() else None, n, kind) for name, kind in kinds.items()}
        for name, at, read in self._way.plan:
            if read is str.strip and name in kinds:
                made[name] = _trimmed(found.columns[at])
            elif name == "lost_at":
                made[name] = _mapped(found.columns[at], read, pa.date32())
            elif name in kinds:
                joined = _LISTS.get(name)
                made[name] = _mapped(found.columns[at], _then(read, joined) if joined else read, kinds[name])
        return made

    def _flags(self, found: parse.Cells, plain: dict[str, pa.Array], n: int) -> dict[str, pa.Array]:
        """Yes-no columns and the kind of link, once per different combination of their cells."""
        at = {meaning: i for meaning, i in self._at.items() if meaning in canonical.FLAG_COLUMNS}
        used = [found.columns[i] for i in at.values()]
        lost = "lost_at" in plain
        if lost:
            used.append(pc.is_valid(plain["lost_at"]))
        used.append(plain["lost_reason"])
        codes, examples = _combinations(used, n)
        rows = []
        for i in examples:
            cells = [""] * self._way.width
            for number in at.values():
                cells[number] = found.columns[number][i].as_py()
            facts: dict[str, object] = {"lost_reason": plain["lost_reason"][i].as_py()}
            if lost and plain["lost_at"][i].is_valid:
                facts["lost_at"] = True
            canonical.flags(facts, cells, self._at, self._way.layout)
            rows.append(facts)
        return {
            name: pa.array(
                [columns.fitting(row.get(name, _DEFAULTS.get(name))) for row in rows], columns.SCHEMA.field(name).type
            ).take(codes)
            for name in _FLAGGED
        }

    def _scores(self, found: parse.Cells, n: int) -> dict[str, pa.Array]:
        """Scores per vendor and level, once per different combination of cells."""
        wanted = self._way.metrics
        used = [found.columns[i] for i, _which in wanted]
        codes, examples = _combinations(used, n)
        records = []
        for i in examples:
            cells = {at: found.columns[at][i].as_py() for at, _which in wanted}
            metrics = canonical.metrics(cells, wanted, self._way.habits)
            records.append(columns.scores(Row(self._way.layout.grain or Grain.BACKLINK, 1, metrics=metrics)))
        names = records[0] if records else columns.scores(Row(Grain.BACKLINK, 1))
        return {
            name: pa.array([r[name] for r in records], columns.SCHEMA.field(name).type).take(codes) for name in names
        }


def _target(reader: Reader, found: parse.Cells, at: dict[str, int]) -> Addresses:
    """The linked pages; a blank cell is no fault. Targets repeat, so each is read once."""
    n = len(found.columns[0])
    blank = Addresses(*(_same("", n) for _ in range(4)))
    if "target_url" not in at:
        return blank
    told = _stripped(found, at["target_url"], n).dictionary_encode()
    one = reader.read(told.dictionary)
    empty = pc.equal(told.dictionary, "")
    forms = (pc.if_else(empty, "", form).take(told.indices) for form in (one.url, one.key, one.site, one.bare))
    return Addresses(*forms)


def _stripped(found: parse.Cells, at: int | None, n: int) -> pa.Array:
    return _same("", n) if at is None else _trimmed(found.columns[at])


def _trimmed(column: pa.Array) -> pa.Array:
    return pc.utf8_trim(column, characters=_SPACES)


def _same(value: object, n: int, kind: pa.DataType | None = None) -> pa.Array:
    return pa.repeat(pa.scalar(value, kind or pa.string()), n)


def _then(read: Callable[[str], Any], more: Callable[[Any], Any]) -> Callable[[str], Any]:
    return lambda cell: more(read(cell))


def _mapped(column: pa.Array, read: Callable[[str], Any], kind: pa.DataType) -> pa.Array:
    told = column.dictionary_encode()
    blank = "" if kind == pa.string() else None
    values = [columns.fitting(read(cell)) if cell else blank for cell in told.dictionary.to_pylist()]
    return pa.array(values, kind).take(told.indices)


def _combinations(used: Sequence[pa.Array], n: int) -> tuple[pa.Array, list[int]]:
    """A code per row for its combination of cells, and one row that has each code."""
    codes = np.zeros(n, np.int64)
    for column in used:
        told = column.dictionary_encode()
        mixed = codes * len(told.dictionary) + told.indices.to_numpy().astype(np.int64)
        codes = pa.array(mixed).dictionary_encode().indices.to_numpy().astype(np.int64)
    _values, examples, inverse = np.unique(codes, return_index=True, return_inverse=True)
    return pa.array(inverse.astype(np.int64)), examples.tolist()


def _counted(column: pa.Array) -> tuple[list[str], list[int]]:
    counts: Counter[str] = Counter()
    for one in pc.value_counts(column).to_pylist():
        counts[one["values"]] += one["counts"]
    return list(counts), list(counts.values())
