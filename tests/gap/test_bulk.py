"""The engine for large files gives the reader's answer, and its SQL runs on a second engine."""

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.gap import bulk, intersect, reader, sides
from crm.gap.joined import Engine

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


def _in_engine(path: Path) -> list[intersect.GapRow] | None:
    (table,) = reader.tables(path)
    with Engine() as engine:
        stored = engine.add(path, table)
        return None if stored is None else engine.gap([], [("r", "v", stored)], outside=[], min_overlap=1)


def _by_reader(path: Path) -> list[intersect.GapRow]:
    (table,) = reader.tables(path)
    return intersect.compare({}, {"r": intersect.gather(table.rows(reader.Tally()))})


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
    fast = _in_engine(path)
    assert fast is not None
    assert fast == _by_reader(path)


def test_numbers_that_only_the_reader_understands_are_left_to_it(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(",".join(HEAD) + '\n"1,240",t,https://a.example/,https://r.example/,x,true,false\n')
    assert _in_engine(path) is None


def test_large_files_are_compared_the_same_by_the_engine_and_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def written(name: str, rival: str, sites: range) -> Path:
        rows = [
            f"{i % 90},t,https://s{sites[i % len(sites)]}.com/{i},https://{rival}/,x,{i % 3 == 0},{i % 7 == 0}"
            for i in range(1500)
        ]
        path = tmp_path / name
        path.write_text(",".join(HEAD) + "\n" + "\n".join(rows).lower() + "\n")
        return path

    mine = written("m.csv", "own.example", range(40, 60))
    files = {"rival-a.example": [written("a.csv", "rival-a.example", range(50))]}
    files["rival-b.example"] = [
        written("b1.csv", "rival-b.example", range(20)),
        written("b2.csv", "rival-b.example", range(10, 30)),
    ]
    ahrefs = tmp_path / "b3.csv"
    ahrefs.write_text("Domain,DR,Links to target,Dofollow links\ns1.com,61,7,7\nexample.net,5,900,1\n")
    files["rival-b.example"].append(ahrefs)

    def compared(engine: Engine | None) -> list[intersect.GapRow]:
        ours = [sides.load(mine, engine=engine)]
        theirs = [(name, sides.load(path, engine=engine)) for name, paths in files.items() for path in paths]
        assert engine is None or [bool(one.stored) for _n, one in theirs] == [True, True, True, False]
        return sides.gap_of(ours, theirs, min_overlap=1, engine=engine)

    slow = compared(None)
    monkeypatch.setattr(bulk, "LARGE", 2000)
    with Engine() as engine:
        fast = compared(engine)
    assert fast == slow
    found = {row.domain: (row.overlap, dict(row.links)) for row in slow}
    assert len(found) == 41 and "s45.com" not in found
    assert found["s1.com"] == (2, {"rival-a.example": 30, "rival-b.example": 75})  # 7 of another tool are among the 75
    assert found["s15.com"] == (2, {"rival-a.example": 30, "rival-b.example": 150})  # two files of one tool add up
    assert found["example.net"] == (1, {"rival-b.example": 900})


def test_stage_a_runs_on_a_second_engine(tmp_path: Path) -> None:
    chdb = pytest.importorskip("chdb", reason="the second engine is not installed")
    path = tmp_path / "x.csv"
    rows = [
        f"{i % 90},t,https://s{i % 5}.example.com/{i},https://rival.example/,x,{i % 3 == 0},{i % 7 == 0}"
        for i in range(300)
    ]
    path.write_text(",".join(HEAD) + "\n" + "\n".join(rows).lower() + "\n")
    (table,) = reader.tables(path)
    how = bulk.plan(table)
    names = ", ".join(f"c{i} String" for i in range(len(HEAD)))
    assert how is not None
    sql = bulk.stage_a(f"file('{path}', 'CSV', '{names}')", how, dialect=bulk.CLICKHOUSE)
    answer = chdb.query(f"{sql} FORMAT JSONEachRow SETTINGS input_format_csv_skip_first_lines = 1").bytes().decode()
    moved = [json.loads(line) for line in answer.splitlines()]
    (row,) = _in_engine(path) or []
    assert {one["host"] for one in moved} == {f"s{i}.example.com" for i in range(5)}
    assert {(one["target"], int(one["odd"])) for one in moved} == {("rival.example", 0)}
    assert row.links_total == sum(int(one["links"]) for one in moved) == 300
    assert sum(int(one["live"]) for one in moved) == 257
    assert row.metrics["semrush.as"] == max(one["s0"] for one in moved)
    assert row.best_page == min(tuple(one["best"]) for one in moved)[2]
