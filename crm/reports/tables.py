"""Pure: a report as rows that may leave the house, as CSV, JSON or text."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Table:
    """Rows under a title; `columns` are (key, words) in order."""

    title: str
    columns: Sequence[tuple[str, str]]
    rows: Sequence[dict[str, Any]]

    def csv(self) -> str:
        """With a header line; text that a spreadsheet would run as a formula is quoted with an apostrophe."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow([words for _, words in self.columns])
        writer.writerows([safe(row.get(key)) for key, _ in self.columns] for row in self.rows)
        return out.getvalue()

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
