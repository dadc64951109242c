"""Sites that the tools themselves call spam or toxic: their worst figure per site, from the column files. Pure.

Scores are kept per vendor and never averaged: one vendor above its own line is enough.
"""

from collections.abc import Iterator, Mapping, Sequence

from crm.gap.analysis import Lot

# (vendor, name) as stored with each row -> the name under which scoring knows the line.
LINES: Mapping[tuple[str, str], str] = {
    ("moz", "spam"): "spam_score",
    ("semrush", "toxic"): "toxicity_score",
    ("dataforseo", "spam"): "spam_score",
}
_QUERY = """
SELECT source_domain, vendor, name, max(value)
FROM (SELECT source_domain, regexp_extract(one, '^\\["([a-z]+)"', 1) AS vendor,
             regexp_extract(one, '^\\["[a-z]+", *"([a-z]+)"', 1) AS name,
             TRY_CAST(regexp_extract(one, '([0-9.eE+-]+)\\]$', 1) AS DOUBLE) AS value
      FROM (SELECT source_domain, unnest(regexp_extract_all(metrics, '\\[\"[^\\]]*\\]')) AS one
            FROM read_parquet($files) WHERE metrics LIKE '%"spam"%' OR metrics LIKE '%"toxic"%'))
WHERE name IN ('spam', 'toxic') AND value IS NOT NULL GROUP BY ALL
"""


def spam_scores(lots: Sequence[Lot]) -> dict[str, dict[str, float]]:
    """{site: {score: worst value}} of every site for which a file carries such a score."""
    found: dict[str, dict[str, float]] = {}
    for domain, vendor, name, value in _rows(lots):
        line = LINES.get((vendor, name))
        if line is not None:
            scores = found.setdefault(domain, {})
            scores[line] = max(value, scores.get(line, value))
    return found


def _rows(lots: Sequence[Lot]) -> Iterator[tuple[str, str, str, float]]:
    import duckdb

    files = [str(path) for lot in lots for path in sorted(lot.folder.glob("part-*.parquet"))]
    if files:
        with duckdb.connect(":memory:") as db:
            found = db.execute(_QUERY, {"files": files})
            while batch := found.fetchmany(5000):
                yield from batch
