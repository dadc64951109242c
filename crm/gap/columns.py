"""How canonical rows are stored: one record of plain columns for each. Pure."""

import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]

from crm.gap.intersect import strength
from crm.gap.rows import Row
from crm.vocabulary import Grain

SCHEMA = pa.schema(
    [
        ("file_row", pa.int64()),
        ("rival", pa.string()),  # gap files: the site whose column spoke; else empty
        ("source_url", pa.string()),
        ("source_key", pa.string()),
        ("source_domain", pa.string()),
        ("title", pa.string()),
        ("target_url", pa.string()),
        ("target_domain", pa.string()),
        ("anchor", pa.string()),
        ("ctx_before", pa.string()),
        ("ctx_after", pa.string()),
        ("kind", pa.string()),
        ("nofollow", pa.bool_()),
        ("ugc", pa.bool_()),
        ("sponsored", pa.bool_()),
        ("sitewide", pa.bool_()),
        ("is_spam", pa.bool_()),
        ("is_lost", pa.bool_()),
        ("first_seen", pa.date32()),
        ("last_seen", pa.date32()),
        ("language", pa.string()),
        ("platform", pa.string()),
        ("page_type", pa.string()),
        ("page_category", pa.string()),
        ("author", pa.string()),
        ("source_http", pa.int64()),
        ("target_http", pa.int64()),
        ("external_links", pa.int64()),
        ("internal_links", pa.int64()),
        ("links_in_group", pa.int64()),
        ("page_traffic", pa.float64()),
        ("traffic", pa.float64()),
        ("links", pa.int64()),
        ("duplicate", pa.bool_()),
        ("mark", pa.uint64()),  # two rows of a file with one mark are duplicates
        ("strength", pa.float64()),
        ("dr", pa.float64()),
        ("semrush_as", pa.float64()),
        ("moz_da", pa.float64()),
        ("majestic_tf", pa.float64()),
        ("metrics", pa.string()),  # JSON: every score with vendor and level
    ]
)
# Fields of a row that stand as they are in a column, under the column's name.
FROM_ROW = {
    "source_title": "title",
    "anchor": "anchor",
    "ctx_before": "ctx_before",
    "ctx_after": "ctx_after",
    "first_seen": "first_seen",
    "last_seen": "last_seen",
    "languages": "language",
    "platforms": "platform",
    "page_type": "page_type",
    "page_category": "page_category",
    "author": "author",
    "source_http": "source_http",
    "target_http": "target_http",
    "external_links": "external_links",
    "internal_links": "internal_links",
    "page_traffic": "page_traffic",
    "domain_traffic": "traffic",
}
_LARGEST = 2**63 - 1
_SCORES = {
    "dr": ("ahrefs", "dr"),
    "semrush_as": ("semrush", "as"),
    "moz_da": ("moz", "da"),
    "majestic_tf": ("majestic", "tf"),
}


def records(row: Row) -> Iterator[dict[str, Any]]:
    """A row as it is stored: one record, or for a gap row one per rival that it names."""
    plain = _record(row)
    if row.grain is not Grain.GAP:
        yield plain
        return
    for site, count in row.links.items():
        yield {**plain, "rival": site, "links": count, "target_url": row.link_pages.get(site, "")}


def _record(row: Row) -> dict[str, Any]:
    plain = {to: getattr(row, name) for name, to in FROM_ROW.items()}
    return {
        **{name: fitting(value) for name, value in plain.items()},
        "file_row": row.number,
        "rival": "",
        "source_url": row.source_url,
        "source_key": row.source_key,
        "source_domain": row.source_domain,
        "target_url": row.target_url,
        "target_domain": row.target_domain,
        "kind": row.kind,
        "nofollow": row.nofollow,
        "ugc": row.ugc,
        "sponsored": row.sponsored,
        "sitewide": row.sitewide,
        "is_spam": row.is_spam,
        "is_lost": row.is_lost,
        "language": row.languages[0] if row.languages else "",
        "platform": ",".join(row.platforms),
        "page_category": ";".join(row.page_category),
        "links_in_group": fitting(row.links_in_group),
        "links": fitting(row.backlinks) if row.grain is Grain.DOMAIN and row.backlinks and row.backlinks > 0 else 1,
        **scores(row),
    }


def scores(row: Row) -> dict[str, Any]:
    """The columns made of a row's scores."""
    return {
        "strength": strength(row),
        **{name: _score(row, *which) for name, which in _SCORES.items()},
        "metrics": json.dumps([[m.vendor, m.name, m.level, m.value] for m in row.metrics]) if row.metrics else "",
    }


def fitting(value: Any) -> Any:
    """The value, or None for a number that no column of whole numbers can hold."""
    return None if isinstance(value, int) and not -_LARGEST <= value <= _LARGEST else value


def _score(row: Row, vendor: str, name: str) -> float | None:
    return next((m.value for m in row.metrics if m.vendor == vendor and m.name == name and m.level == "domain"), None)
