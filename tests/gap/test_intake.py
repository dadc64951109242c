"""Column files hold what the reader says of every line, whichever way a block went; a stop anywhere costs one block."""

import csv
import gzip
import io
import zipfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.gap import columns, reader
from crm.gap.files import Limits, Unreadable
from crm.gap.intake import keep
from crm.gap.reader import Tally
from crm.vocabulary import Grain

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpora" / "exports"
SMALL = keep.Sizes(first=300, other=900)
SEMRUSH = ["Page ascore", "Source title", "Source url", "Target url", "Anchor", "External links", "Nofollow"]
SEMRUSH += ["First seen", "Lost link"]
URLS = [
    *("https://a.example.com/x", "http://www.a.example.com/x/", "https://blog.b.co.uk/1?utm_source=z&id=3", "https://a.example.com/x?UTM_a=1&ref=2&b=3&reference=4&ref", "https://a.example.com/?gadx=1", "b.co.uk"),
    *("https://x.wordpress.com/p", "https://medium.com/@ann/story", "https://www.medium.com/@ann", "//c.example.org/a"),
    *("mailto:x@y.z", "https://user@d.example/", "https://bücher.example/ü", "https://a.example.com:8080/x", "", "na"),
    *("https://a.example.com", "HTTPS://A.EXAMPLE.COM/X", "https://sites.google.com/view/club", "https://exa mple.com/"),
    *("https://192.0.2.1/x", "https://a.example.com/x#top", "https://a.example.com/x?", "https://a.example.com/x/?a=1&"),
    *("https://a.example.com//", "https://a.example.com/?ref=1", "https://a.example.com/?q=/", " https://a.example.com/x "),
    *("https://a.example.com./x", "https://-.example/", "https://example/", "https://a.example.com?x=1", "https://www.com/"),
    *("https://www.www.a.example.com/", "https://a.example.com/a b", "https://a.example.com/%7Ex", "http://1.2.3/"),
    *("https://a.example.com/x/?gadget=1", "https://a.example.com/x?a=1&&b=2", "https://blogspot.com/", "https://co.uk/"),
]  # fmt: skip
TARGETS = [
    "https://rival.example/a",
    "https://www.rival.example/",
    "rival.example",
    "",
    "no address",
    "mailto:z@r.example",
]
LINE = st.tuples(
    st.sampled_from(["", "0", "31", "7.5", "100", "-", "1,240", "x"]),
    st.text(alphabet='ab,"\né \u00a0', max_size=8),
    st.sampled_from(URLS),
    st.sampled_from(TARGETS),
    st.sampled_from(["", "here", "  there "]),
    st.sampled_from(["", "12", "1.234", "99999999999999999999"]),
    st.sampled_from(["true", "FALSE", "", "nofollow", "yes", "?", "nofollow ugc", "follow"]),
    st.sampled_from(["", "2025-10-06", "2025-10-06 10:11:12", "31/12/2025", "never"]),
    st.sampled_from(["true", "false", "", "no"]),
)


def _by_reader(path: Path) -> tuple[list[dict[str, Any]], Tally]:
    (table,) = reader.tables(path)
    tally = Tally()
    listed = table.layout.grain in (Grain.DOMAIN, Grain.GAP)
    rows = [
        {**one, "duplicate": row.duplicate, "links": 0 if listed and row.duplicate else one["links"]}
        for row in table.rows(tally)
        for one in columns.records(row)
    ]
    return rows, tally


def _kept(path: Path, folder: Path, sizes: keep.Sizes = SMALL) -> tuple[list[dict[str, Any]], Tally]:
    (table,) = reader.tables(path)
    tally = Tally()
    for tally in keep.keep(table, folder, sizes=sizes):  # noqa: B007
        pass
    rows: list[dict[str, Any]] = []
    for part in sorted(folder.glob("part-*.parquet")):
        rows.extend(pq.read_table(part).to_pylist())
    for row in rows:
        del row["mark"]
    return rows, tally


def _counts(tally: Tally) -> tuple[Any, ...]:
    rejected = [(r.row, r.reason) for r in tally.rejected]
    return tally.rows_read, tally.accepted, tally.duplicates, rejected, dict(tally.targets), tally.warnings


def _same(path: Path, folder: Path, sizes: keep.Sizes = SMALL) -> None:
    want, tally = _by_reader(path)
    have, counted = _kept(path, folder, sizes)
    assert _counts(counted) == _counts(tally)
    assert counted.accepted + counted.duplicates + counted.n_rejected == counted.rows_read
    assert have == want


def _written(header: list[str], lines: list[tuple[str, ...]], end: str, quoting: int) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=end, quoting=quoting)  # type: ignore[call-overload]
    writer.writerow(header)
    for start in range(0, len(lines), 8):  # between calm lines: behind enough of them a file is cut
        for i in range(64):
            page = f"https://sure{i}.example/{start}"
            writer.writerow(["31", "t", page, TARGETS[0], "x", "3", "false", "2025-01-02", "false"])
        writer.writerows(lines[start : start + 8])
    return out.getvalue()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(LINE, min_size=12, max_size=60),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.lists(st.tuples(st.integers(0, 400), st.sampled_from(["1,short", "a,b,c,d,e,f,g,h,i,j,k", "", "  ", ',"', 'x"y,z'])), max_size=3),
    st.integers(1500, 9000),
)  # fmt: skip
def test_blocks_in_columns_hold_what_the_reader_says_for_any_lines(
    tmp_path_factory: pytest.TempPathFactory,
    lines: list[tuple[str, ...]],
    end: str,
    quoting: int,
    broken: list[tuple[int, str]],
    size: int,
) -> None:
    folder = tmp_path_factory.mktemp("x")
    text = _written(SEMRUSH, lines, end, quoting)
    rows = text.split(end)
    for at, line in broken:
        rows.insert(min(1 + at, len(rows)), line)
    path = folder / "x.csv"
    path.write_bytes(end.join(rows).encode())
    _same(path, folder / "rows", keep.Sizes(first=size, other=size))


SPECIMENS = sorted((Path(__file__).parents[1] / "specimens" / "exports").iterdir())


@pytest.mark.parametrize(
    "path", [*SPECIMENS, *(sorted(CORPUS.glob("*.csv")) if CORPUS.is_dir() else [])], ids=lambda p: p.name
)
def test_every_specimen_and_real_export_is_the_same_in_small_blocks(path: Path, tmp_path: Path) -> None:
    try:
        (table,) = reader.tables(path)
    except (Unreadable, ValueError):
        return
    if table.layout.refused is None and table.layout.grain is not Grain.CONTACT:
        _same(path, tmp_path / "rows", keep.Sizes(first=1200, other=max(4000, path.stat().st_size // 8)))


def _many(path: Path, n: int = 400, *, head: str = ",".join(SEMRUSH)) -> Path:
    lines = [
        f'{i % 90},"Title {i}, and more",https://s{i % 37}.example.com/p{i % 300},https://rival.example/,x,{i},false,'
        f"2025-01-{1 + i % 28:02},{'true' if i % 9 == 0 else 'false'}"
        for i in range(n)
    ]
    path.write_text(head + "\n" + "\n".join(lines) + "\n")
    return path


def test_a_stop_behind_any_block_is_gone_on_from(tmp_path: Path) -> None:
    path = _many(tmp_path / "x.csv")
    sizes = keep.Sizes(first=9000, other=8000)
    want, tally = _kept(path, tmp_path / "whole", sizes)
    n = len(list((tmp_path / "whole").glob("part-*")))
    assert n > 3
    for stop in range(1, n + 1):
        folder = tmp_path / f"stop{stop}"
        (table,) = reader.tables(path)
        walk = keep.keep(table, folder, sizes=sizes)
        for _ in range(stop):
            next(walk)
        walk.close()
        (folder / f"part-{stop + 1:06d}.half").write_bytes(b"half a part")
        (folder / f"part-{stop + 1:06d}.parquet").write_bytes(b"a part that was not counted")
        have, again = _kept(path, folder, sizes)
        assert (have, _counts(again)) == (want, _counts(tally))


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8-sig"])
def test_other_encodings_and_packed_files_hold_the_same_rows(tmp_path: Path, encoding: str) -> None:
    text = _many(tmp_path / "x.csv").read_text().replace("Title 7,", "Tïtle 7,")
    (tmp_path / "y.csv").write_bytes(text.encode(encoding))
    _same(tmp_path / "y.csv", tmp_path / "rows", keep.Sizes(first=9000, other=8000))
    with gzip.open(tmp_path / "z.csv.gz", "wb") as f:
        f.write(text.encode())
    with zipfile.ZipFile(tmp_path / "z.zip", "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("z.csv", text)
    for name in ("z.csv.gz", "z.zip"):
        _same(tmp_path / name, tmp_path / f"rows-{name}", keep.Sizes(first=9000, other=8000))


def test_bytes_that_are_no_text_cost_their_line_and_no_other(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbf" + _many(tmp_path / "x.csv").read_bytes()
    data = data.replace(b"Title 201,", b"T\xff\xfe\x00tle 201,").replace(
        b"s3.example.com/p151,", b"\r\xfe.example.com/p151,"
    )
    (tmp_path / "y.csv").write_bytes(data)
    _same(tmp_path / "y.csv", tmp_path / "rows", keep.Sizes(first=9000, other=8000))


def test_a_list_of_sites_counts_a_site_named_twice_once(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    lines = [f"{'www.' if i % 7 == 0 else ''}s{i % 150}.example.com,{i % 90},{i},1" for i in range(300)]
    path.write_text("Domain,DR,Links to target,Dofollow links\n" + "\n".join(lines) + "\n")
    _same(path, tmp_path / "rows", keep.Sizes(first=2000, other=2000))


def test_a_line_that_never_ends_does_not_take_the_memory(tmp_path: Path) -> None:
    path = _many(tmp_path / "x.csv")
    with path.open("a") as f:
        f.write('1,"' + "x" * 3_000_000)
    have, tally = _kept(path, tmp_path / "rows", keep.Sizes(first=9000, other=8000))
    assert tally.rows_read == tally.accepted + tally.duplicates + tally.n_rejected
    assert len(have) == 400 and tally.n_rejected >= 1


def test_more_rows_than_allowed_are_refused_with_the_limit(tmp_path: Path) -> None:
    path = _many(tmp_path / "x.csv")
    (table,) = reader.tables(path, limits=Limits(rows=250))
    with pytest.raises(Unreadable, match="more than 250 rows"):
        list(keep.keep(table, tmp_path / "rows", sizes=keep.Sizes(first=9000, other=8000)))
