"""A list of prospects as a CSV file that no spreadsheet will mistake for formulas. Pure: rows in, text out."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from crm import domains

HEADER = (
    *("domain", "stage", "link_type", "confidence", "competitors", "overlap", "links", "score", "relevance"),
    *("feasibility", "value", "chance", "chance_low", "chance_high", "dr", "traffic", "follow", "language"),
    *("next_step", "why", "set_aside_rule", "linking_page", "title", "anchor", "linked_page", "id"),
)
_RISKY = ("=", "+", "-", "@", "\t", "\r")


def safe(value: Any) -> Any:
    """A cell that starts like a formula gets an apostrophe before it; numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_RISKY) else value


def csv_lines(rows: Iterable[tuple[Any, Any]]) -> Iterator[str]:
    """Header and one line per (prospect, linking page or None), UTF-8 with a byte-order mark for spreadsheets."""
    yield "\ufeff" + _line(HEADER)
    for p, page in rows:
        yield _line([safe(v) for v in _cells(p, page)])


def _cells(p: Any, page: Any) -> list[Any]:
    follow = {True: "nofollow", False: "follow", None: ""}[p.nofollow]
    figures = [_short(v) for v in (p.score, p.relevance, p.feasibility, p.value)]
    chances = [round(v, 4) for v in (p.chance, p.chance_low, p.chance_high)]
    evidence = [page.source_url, page.title, page.anchor, page.target_url] if page else ["", "", "", ""]
    return [
        *(domains.display(p.domain), p.stage, p.link_type or "", p.link_type_confidence or "", p.competitors),
        *(p.overlap, p.links_total, *figures, *chances, _short(p.dr), _short(p.traffic), follow, p.language),
        *(p.action or "", p.action_why if p.stage != "set_aside" else p.stage_reason, p.set_aside_rule or ""),
        *(*evidence, p.public_id),
    ]


def _short(value: float | None) -> float | str:
    return "" if value is None else round(value, 1)


def _line(cells: Iterable[Any]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(list(cells))
    return out.getvalue()
