"""Files of every tool: what they are and what became of each line."""

import csv
import gzip
import io
import json
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.gap import reader
from crm.gap.files import Limits

SPECIMENS = Path(__file__).parents[1] / "specimens" / "exports"
EXPECTED = json.loads((SPECIMENS / "expected.json").read_text())
CORPUS = Path(__file__).parents[2].parent / "shared" / "corpora" / "exports"


def _one(path: Path, limits: Limits | None = None) -> reader.Inspection:
    return reader.inspect(path, limits=limits)[0]


def _rows(path: Path) -> list[reader.Row]:
    return [row for table in reader.tables(path) for row in table.rows(reader.Tally())]


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_each_specimen_is_recognised_and_counted(name: str) -> None:
    want, got = EXPECTED[name], _one(SPECIMENS / name)
    assert got.tool == want["tool"]
    if want.get("refused"):
        assert got.refused is not None
        assert got.refused.export_instead
        return
    assert got.refused is None, got.refused
    tally = got.tally
    have = {"report": got.report, "grain": got.grain, "encoding": got.encoding, "delimiter": got.delimiter}
    have |= {"target": got.target, "rows_read": tally.rows_read, "accepted": tally.accepted}
    have |= {"duplicates": tally.duplicates, "rejected": [r.row for r in tally.rejected]}
    assert have == {key: want[key] for key in have}
    assert tally.accepted + tally.duplicates + len(tally.rejected) == tally.rows_read


def test_an_ahrefs_row_keeps_all_it_says() -> None:
    rows = _rows(SPECIMENS / "ahrefs-backlinks-utf16.csv")
    first, idn, same, wordpress = rows
    assert first.source_title == "Ten wheels,\ntried"
    assert (first.ctx_before, first.anchor, first.ctx_after) == ("see the", "kiln guide", "by Kilnworks")
    assert (first.nofollow, first.is_lost, first.kind, first.first_seen) == (False, False, "text", date(2026, 1, 2))
    assert [(m.name, m.level, m.value) for m in first.metrics] == [("dr", "domain", 42.0), ("ur", "page", 7.5)]
    assert (idn.source_domain, idn.is_lost, idn.nofollow) == ("xn--bcher-kva.example", True, True)
    assert same.duplicate and not first.duplicate
    assert (wordpress.source_domain, wordpress.domain_traffic, wordpress.sitewide) == (
        "glaze.wordpress.com",
        4400120832,
        True,
    )
    assert first.raw[1] == "https://blog.pottery.example/wheels"


def test_a_blank_majestic_flag_is_a_no_and_an_old_ahrefs_type_tells_follow() -> None:
    majestic = _rows(SPECIMENS / "majestic-backlinks.csv.gz")
    assert [(r.nofollow, r.kind) for r in majestic] == [(False, "text"), (True, "image"), (False, "text")]
    old = _rows(SPECIMENS / "ahrefs-backlinks-old.csv")
    assert [(r.nofollow, r.is_lost) for r in old] == [(False, False), (True, True)]


def test_a_gap_file_counts_links_per_rival() -> None:
    semrush = _rows(SPECIMENS / "semrush-backlink-gap.csv")
    assert [dict(r.links) for r in semrush] == [{"rival.com": 12, "other.net": 3}, {"other.net": 1}]
    pages = _rows(SPECIMENS / "ahrefs-link-intersect-pages.csv")
    assert dict(pages[0].link_pages) == {"rival.com": "https://rival.com/", "other.net": "https://other.net/x"}
    assert dict(_rows(SPECIMENS / "generic-gap.csv")[0].links) == {"rival.com": 1, "other.net": 1}


def test_a_reversed_name_of_common_crawl_is_turned_round() -> None:
    assert _rows(SPECIMENS / "commoncrawl-ranks.txt.gz")[0].source_domain == "clay.example"


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (bytes(range(256)) * 20, "binary"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "Excel"),
        (b"%PDF-1.7 abc", "PDF"),
        (b"<!DOCTYPE html><html><body>Log in</body></html>", "web page"),
        (b"Linking page,Last crawled\n", "no rows"),
        (b"\n\n\n", "no rows"),
        (b"\x1f\x8b\x08\x00broken", "damaged"),
        (b"PK\x03\x04broken", "damaged"),
    ],
)
def test_junk_is_refused_with_a_sentence(tmp_path: Path, data: bytes, word: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(data)
    refused = _one(path).refused
    assert refused is not None
    assert word in refused.reason
    assert refused.export_instead


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as f:
        f.writestr("a.csv", b"0" * 201 * 1024 * 1024)
    refused = _one(path).refused
    assert refused is not None
    assert "unpacks to" in refused.reason


def test_a_gz_bomb_stops_while_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"Linking page,Last crawled\n" + b"https://a.example/,2026-01-01\n" * 2_000_000))
    refused = _one(path).refused
    assert refused is not None
    assert "unpacks to" in refused.reason


def test_rows_columns_and_cells_have_limits(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Linking page,Last crawled\n" + "".join(f"https://a.example/{i},2026-01-01\n" for i in range(20)))
    got = _one(path, Limits(rows=10)).refused
    assert got is not None and "more than 10 rows" in got.reason
    path.write_text(",".join(f"c{i}" for i in range(300)) + "\n")
    got = _one(path).refused
    assert got is not None and "300 columns" in got.reason


def test_a_list_cut_at_a_vendors_cap_is_noted(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Linking page,Last crawled\n" + "".join(f"https://a.example/{i},2026-01-01\n" for i in range(1000)))
    assert any("1,000" in w for w in _one(path).tally.warnings)


def test_mixed_targets_are_noted_and_have_no_owner(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(
        "Source url,Target url\n" + "".join(f"https://s{i}.example/,https://t{i % 2}.example/\n" for i in range(10))
    )
    got = _one(path)
    assert got.target is None
    assert "several sites" in got.tally.warnings[0]


def test_windows_text_is_read_with_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(
        "Source url,Target url,Source title\nhttps://a.example/,https://t.example/,café\n".encode("cp1252")
    )
    got = _one(path)
    assert (got.encoding, got.tally.accepted) == ("cp1252", 1)
    assert "Windows-1252" in got.tally.warnings[0]
    assert _rows(path)[0].source_title == "café"


CELL = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["https://a.example/x", "b.example", "mailto:x@y.example", "", '"', "a\nb", 'x"y', "https://c.example/?ref=1"]
    ),
)


@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.lists(CELL, min_size=1, max_size=4), max_size=12),
    delimiter=st.sampled_from([",", ";", "\t"]),
    raw=st.booleans(),
    encoding=st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]),
)
def test_every_line_read_is_accepted_a_duplicate_or_rejected(
    tmp_path: Path, rows: list[list[str]], delimiter: str, raw: bool, encoding: str
) -> None:
    out = io.StringIO()
    header = ["Source url", "Target url", "Anchor"]
    if raw:  # cells without quoting: broken quotes and ragged lines as they come
        out.write("\n".join(delimiter.join(row) for row in [header, *rows]))
    else:
        csv.writer(out, delimiter=delimiter).writerows([header, *rows])
    path = tmp_path / "x.csv"
    path.write_bytes(out.getvalue().encode(encoding, "replace"))
    got = _one(path)
    tally = got.tally
    assert tally.accepted + tally.duplicates + len(tally.rejected) == tally.rows_read
    assert [r.row for r in tally.rejected] == sorted({r.row for r in tally.rejected})
    if not raw and got.refused is None:
        assert tally.rows_read == len([row for row in rows if len(row) > 1 or row[0].strip()])


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpora of real exports are not beside this project")
@pytest.mark.parametrize(
    ("part", "tool", "rows"),
    [
        ("coinlineup", "semrush", 7235),
        ("lamicrobyflo", "ahrefs", 219),
        ("backlinks_refdomains", "semrush", 1827),
        ("oztimberfloor", "google", 43),
        ("afida", "ahrefs", 100),
        ("cruiseaway", "ahrefs", 7),
        ("refips", "ahrefs", None),
        ("activtrak", "moz", None),
    ],
)
def test_real_exports_are_read_to_the_last_line(part: str, tool: str, rows: int | None) -> None:
    got = _one(next(path for path in CORPUS.iterdir() if part in path.name))
    assert got.tool == tool
    assert (got.refused is not None) == (rows is None)
    tally = got.tally
    assert tally.rows_read == (rows or 0)
    assert tally.accepted + tally.duplicates + len(tally.rejected) == tally.rows_read
