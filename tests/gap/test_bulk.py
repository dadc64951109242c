"""The engine for large files gives the reader's answer, and its SQL runs on a second engine."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.gap import bulk, intersect, reader

HEAD = ["Page ascore", "Source title", "Source url", "Target url", "Anchor", "Nofollow", "Lost link"]
URLS = [
    "https://a.example.com/x", "http://www.a.example.com/x/", "https://blog.b.co.uk/1?utm_source=z", "https://x.wordpress.com/p",
    "https://medium.com/@ann/story", "medium.com/@bob", "https://www.medium.com/@ann", "b.co.uk", "//c.example.org/a", "mailto:x@y.z",
    "https://user@d.example/", "https://bücher.example/ü", "https://a.example.com:8080/x", "https://a.example.com", "", "na",
    "HTTPS://A.EXAMPLE.COM/X", "https://sites.google.com/view/club", "https://exa mple.com/", "https://192.0.2.1/x",
]  # fmt: skip
LINE = st.tuples(
    st.sampled_from(["", "0", "31", "7.5", "100", "-"]),
    st.text(alphabet='ab,"\né ', max_size=8),
    st.sampled_from(URLS),
    st.sampled_from(
        [
            "https://rival.example/a",
            "https://www.rival.example/",
            "rival.example",
            "",
            "not an address",
            "mailto:z@rival.example",
        ]
    ),
    st.sampled_from(["", "here"]),
    st.sampled_from(["true", "FALSE", "", "nofollow", "yes", "?"]),
    st.sampled_from(["true", "false", "", "no"]),
)


def _both(path: Path) -> tuple[intersect.Side, bulk.Gathered | None]:
    (table,) = reader.tables(path)
    return intersect.gather(table.rows(reader.Tally())), bulk.gather(path, table)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(LINE, min_size=1, max_size=25), st.sampled_from(["\n", "\r\n"]), st.integers(0, 3))
def test_the_engine_gives_the_readers_answer_for_any_lines(
    tmp_path: Path, lines: list[tuple[str, ...]], end: str, ragged: int
) -> None:
    path = tmp_path / "x.csv"
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow(HEAD)
    writer.writerow(["31", "sure", "https://sure.example/", "https://rival.example/", "x", "false", "false"])
    writer.writerows(lines)
    writer.writerows([["1", "short"]] * ragged)
    path.write_bytes(out.getvalue().encode())
    slow, fast = _both(path)
    assert fast is not None
    assert fast.side == slow


def test_numbers_that_only_the_reader_understands_are_left_to_it(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(",".join(HEAD) + '\n"1,240",t,https://a.example/,https://r.example/,x,true,false\n')
    assert _both(path)[1] is None


def test_a_large_file_is_computed_the_same_by_command_and_by_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from crm.gap import sides

    path = tmp_path / "big.csv"
    rows = [
        f"{i % 90},t,https://s{i % 50}.example.com/{i},https://rival.example/,x,{i % 3 == 0},{i % 7 == 0}"
        for i in range(3000)
    ]
    path.write_text(",".join(HEAD) + "\n" + "\n".join(rows).lower() + "\n")
    slow = sides.gap_of([], [("r", sides.load(path))])
    monkeypatch.setattr(bulk, "LARGE", 0)
    fast = sides.load(path)
    assert (fast.target, fast.rows_read) == ("rival.example", 3000)
    assert sides.gap_of([], [("r", fast)]) == slow


def test_stage_a_runs_on_a_second_engine(tmp_path: Path) -> None:
    chdb = pytest.importorskip("chdb", reason="the second engine is not installed")
    path = tmp_path / "x.csv"
    rows = [
        f"{i % 90},t,https://s{i % 5}.example.com/{i},https://rival.example/,x,{i % 3 == 0},{i % 7 == 0}"
        for i in range(300)
    ]
    path.write_text(",".join(HEAD) + "\n" + "\n".join(rows).lower() + "\n")
    _slow, fast = _both(path)
    names = ", ".join(f"c{i} String" for i in range(len(HEAD)))
    column = {"source_url": "c2", "target_url": "c3", "nofollow": "c5", "is_lost": "c6"}
    sql = bulk.stage_a(f"file('{path}', 'CSV', '{names}')", column, [("semrush.as", 0, True)], dialect=bulk.CLICKHOUSE)
    answer = chdb.query(f"{sql} FORMAT CSV SETTINGS input_format_csv_skip_first_lines = 1").bytes().decode()
    moved = {row[0]: (int(row[2]), int(row[3]), float(row[-1])) for row in csv.reader(io.StringIO(answer))}
    assert fast is not None
    assert moved == {
        f"s{i}.example.com": (60, moved[f"s{i}.example.com"][1], moved[f"s{i}.example.com"][2]) for i in range(5)
    }
    held = fast.side["example.com"]
    assert (held.links, held.live) == (sum(n for n, _l, _m in moved.values()), sum(n for _n, n, _m in moved.values()))
    assert held.metrics["semrush.as"] == max(m for _n, _l, m in moved.values())
