"""A block of delimited text as columns of text. Pure."""

import io
from dataclasses import dataclass

import pyarrow as pa  # type: ignore[import-untyped]
from pyarrow import compute as pc
from pyarrow import csv as arrow_csv

from crm.gap.records import MAX_LINES


@dataclass(frozen=True)
class Cells:
    """The records that have the header's width, with their numbers in the block, and the ragged ones."""

    columns: list[pa.Array]
    numbers: list[int] | None  # None: 0, 1, 2 ...
    ragged: list[tuple[int, int]]  # (number in the block from 0, cells)
    count: int


def cells(data: bytes, delimiter: str, width: int, cell_limit: int) -> Cells | None:
    """The block's cells, or None when only the reader knows what its lines mean."""
    if b"\0" in data or data.count(b"\r") != data.count(b"\r\n"):
        return None
    ragged: list[tuple[int, int]] = []
    odd = False

    def keep(row: arrow_csv.InvalidRow) -> str:
        nonlocal odd
        odd = odd or "\n" in row.text or '"' in row.text or not row.text.strip() or len(row.text) > cell_limit
        ragged.append((row.number - 1, row.actual_columns))
        return "skip"

    names = [f"c{i}" for i in range(width)]
    try:
        table = arrow_csv.read_csv(
            io.BytesIO(data),
            arrow_csv.ReadOptions(use_threads=False, block_size=len(data) + 16, column_names=names),
            arrow_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=keep),
            arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, null_values=[]
            ),
        )
    except pa.ArrowInvalid:
        return None
    columns = [table.column(name).combine_chunks() for name in names]
    count = table.num_rows + len(ragged)
    if odd or (data.count(b"\n") > count and _long(columns)) or _wide(columns, cell_limit):
        return None
    return Cells(columns, _numbers(count, ragged), ragged, count)


def _numbers(count: int, ragged: list[tuple[int, int]]) -> list[int] | None:
    if not ragged:
        return None
    gone = {number for number, _cells in ragged}
    return [i for i in range(count) if i not in gone]


def _long(columns: list[pa.Array]) -> bool:
    """Whether any record spans more lines than the reader allows."""
    lines = None
    for column in columns:
        here = pc.count_substring(column, "\n")
        lines = here if lines is None else pc.add(lines, here)
    return lines is not None and len(lines) > 0 and (pc.max(lines).as_py() or 0) >= MAX_LINES


def _wide(columns: list[pa.Array], limit: int) -> bool:
    return any(len(column) and (pc.max(pc.binary_length(column)).as_py() or 0) > limit for column in columns)
