"""Canonical rows as compressed column files beside the database, in parts, resumed after a stop. Pure but for files."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from crm.gap.intersect import strength
from crm.gap.rows import Row
from crm.vocabulary import Grain

PART_ROWS = 50_000
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
        ("strength", pa.float64()),
        ("dr", pa.float64()),
        ("semrush_as", pa.float64()),
        ("moz_da", pa.float64()),
        ("majestic_tf", pa.float64()),
        ("metrics", pa.string()),  # JSON: every score with vendor and level
    ]
)
_SCORES = {
    "dr": ("ahrefs", "dr"),
    "semrush_as": ("semrush", "as"),
    "moz_da": ("moz", "da"),
    "majestic_tf": ("majestic", "tf"),
}


@dataclass(frozen=True)
class Written:
    """What a folder of parts holds already."""

    parts: int
    last_row: int


def written(folder: Path) -> Written:
    """How far an earlier run came; half-written parts do not count."""
    parts = sorted(folder.glob("part-*.parquet"))
    if not parts:
        return Written(0, 0)
    return Written(len(parts), int(parts[-1].stem.rpartition("-")[2]))


def write(rows: Iterable[Row], folder: Path, *, after: int = 0, part_rows: int = PART_ROWS) -> Iterator[int]:
    """Write rows above number `after` in parts and yield the row number reached at each part. Contacts are left out.

    A part's name ends in its last row number, and it appears whole or not at all.
    """
    folder.mkdir(parents=True, exist_ok=True)
    waiting: list[dict[str, Any]] = []
    last = after
    for row in rows:
        last = row.number
        if row.number <= after or row.grain is Grain.CONTACT:
            continue
        waiting.extend(_records(row))
        if len(waiting) >= part_rows:
            _flush(waiting, folder, last)
            waiting = []
            yield last
    if waiting:
        _flush(waiting, folder, last)
    yield last


def _flush(records: list[dict[str, Any]], folder: Path, last: int) -> None:
    target = folder / f"part-{last:010d}.parquet"
    half = target.with_suffix(".half")
    pq.write_table(pa.Table.from_pylist(records, schema=SCHEMA), half, compression="zstd")
    half.replace(target)


def _records(row: Row) -> Iterator[dict[str, Any]]:
    plain = _record(row)
    if row.grain is not Grain.GAP:
        yield plain
        return
    for site, count in row.links.items():
        yield {**plain, "rival": site, "links": count, "target_url": row.link_pages.get(site, "")}


def _record(row: Row) -> dict[str, Any]:
    scores = {name: _score(row, *which) for name, which in _SCORES.items()}
    return {
        "file_row": row.number,
        "rival": "",
        "source_url": row.source_url,
        "source_key": row.source_key,
        "source_domain": row.source_domain,
        "title": row.source_title,
        "target_url": row.target_url,
        "target_domain": row.target_domain,
        "anchor": row.anchor,
        "ctx_before": row.ctx_before,
        "ctx_after": row.ctx_after,
        "kind": row.kind,
        "nofollow": row.nofollow,
        "ugc": row.ugc,
        "sponsored": row.sponsored,
        "sitewide": row.sitewide,
        "is_spam": row.is_spam,
        "is_lost": row.is_lost,
        "first_seen": row.first_seen,
        "last_seen": row.last_seen,
        "language": row.languages[0] if row.languages else "",
        "platform": ",".join(row.platforms),
        "page_type": row.page_type,
        "page_category": ";".join(row.page_category),
        "author": row.author,
        "source_http": row.source_http,
        "target_http": row.target_http,
        "external_links": row.external_links,
        "internal_links": row.internal_links,
        "links_in_group": row.links_in_group,
        "page_traffic": row.page_traffic,
        "traffic": row.domain_traffic,
        "links": row.backlinks if row.grain is Grain.DOMAIN and row.backlinks else 1,
        "duplicate": row.duplicate,
        "strength": strength(row),
        **scores,
        "metrics": json.dumps([[m.vendor, m.name, m.level, m.value] for m in row.metrics]) if row.metrics else "",
    }


def _score(row: Row, vendor: str, name: str) -> float | None:
    return next((m.value for m in row.metrics if m.vendor == vendor and m.name == name and m.level == "domain"), None)
