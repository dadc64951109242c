"""Pure: a report as rows that may leave the house, as CSV, JSON or text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Table:
    """Rows under a title; `columns` are (key, words) in order.

    `kinds` says how a screen writes a column: share, money, word (of the vocabulary), domain. A row's "_url" opens the
    rows behind it on the screen; it never leaves the house.
    """

    title: str
    columns: Sequence[tuple[str, str]]
    rows: Sequence[dict[str, Any]]
    kinds: Mapping[str, str] = field(default_factory=dict)

    def frame(self) -> pd.DataFrame:
        """The rows with their headings, safe for a spreadsheet; whole numbers stay whole beside empty cells."""
        data = [[safe(row.get(key)) for key, _ in self.columns] for row in self.rows]
        return pd.DataFrame(data, columns=[words for _, words in self.columns], dtype=object)

    def csv(self) -> str:
        """With a header line; text that a spreadsheet would run as a formula is quoted with an apostrophe."""
        return self.frame().to_csv(index=False, lineterminator="\r\n")

    def plain(self) -> list[dict[str, Any]]:
        """The rows for JSON."""
        return [{key: value for key, value in row.items() if not key.startswith("_")} for row in self.rows]

    def text(self) -> str:
        """Aligned columns for a terminal."""
        head = [words for _, words in self.columns]
        body = [[shown(row.get(key)) for key, _ in self.columns] for row in self.rows]
        widths = [max(len(line[i]) for line in [head, *body]) for i in range(len(head))]
        lines = [
            "  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip() for line in [head, *body]
        ]
        return "\n".join(lines if body else [*lines, "nothing yet"])


def safe(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula. Numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return round(value, 6) if isinstance(value, float) else value
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def shown(value: Any) -> str:
    """A cell in words."""
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.3f}" if abs(value) < 1 else f"{value:,.1f}"
    return str(value)
