"""The gap from files alone: who counts, who is left out, and in which order."""

import csv
import json
from pathlib import Path

from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from crm.cli.gap import group
from crm.gap import intersect
from crm.gap.intersect import Held

AHREFS = "Referring page title,Referring page URL,Domain rating,UR,Target URL,Anchor,Nofollow,Lost\n"


def _run(*args: object) -> Result:
    return CliRunner().invoke(group, [str(a) for a in args])


def _backlinks(path: Path, target: str, *urls: str, lost: str = "") -> Path:
    path.write_text(
        AHREFS + "".join(f"T,{url},{40 + i},{i},https://{target}/,a,false,{lost}\n" for i, url in enumerate(urls))
    )
    return path


def test_the_gap_holds_sites_that_link_to_rivals_and_not_to_us(tmp_path: Path) -> None:
    mine = _backlinks(tmp_path / "m.csv", "own.example", "https://both.example/x", "https://ours.example/")
    a = _backlinks(
        tmp_path / "a.csv",
        "rival-a.example",
        "https://both.example/y",
        "https://blog.one.example/1",
        "https://one.example/2",
        "https://own.example/about",
        "https://shop.rival-b.example/",
        "https://two.example/",
    )
    b = tmp_path / "b.csv"
    b.write_text("Domain,DR,Links to target,Dofollow links\none.example,61,7,7\nboth.example,5,1,1\n")
    found = json.loads(
        _run("compute", "--mine", mine, "--competitor", f"rival-a.example={a}", f"rival-b.example={b}", "--json").output
    )
    assert [(r["domain"], r["competitors"], r["overlap"], r["links_total"]) for r in found] == [
        ("one.example", ["rival-a.example", "rival-b.example"], 2, 9),
        ("two.example", ["rival-a.example"], 1, 1),
    ]
    assert found[0]["best_page"] == "https://one.example/2"
    assert found[0]["metrics"]["ahrefs.dr"] == 61


def test_at_least_two_rivals_and_the_page_level(tmp_path: Path) -> None:
    a = _backlinks(tmp_path / "a.csv", "rival-a.example", "https://one.example/1", "https://one.example/2")
    b = _backlinks(tmp_path / "b.csv", "rival-b.example", "https://one.example/2/")
    args = ("compute", "--competitor", f"a={a}", "--competitor", f"b={b}", "--json")
    pages = json.loads(_run(*args, "--level", "page").output)
    assert [(r["page"], r["overlap"]) for r in pages] == [("https://one.example/2", 2), ("https://one.example/1", 1)]
    assert [r["page"] for r in json.loads(_run(*args, "--level", "page", "--min-overlap", "2").output)] == [
        "https://one.example/2"
    ]


def test_several_files_of_one_rival_are_one_vote(tmp_path: Path) -> None:
    a = _backlinks(tmp_path / "a.csv", "rival.example", "https://one.example/1")
    b = _backlinks(tmp_path / "b.csv", "rival.example", "https://one.example/2")
    found = json.loads(_run("compute", "--competitor", f"r={a}", b, "--json").output)
    assert [(r["overlap"], r["links_total"]) for r in found] == [(1, 2)]


def test_lost_links_are_marked_and_a_lost_link_to_us_is_open_again(tmp_path: Path) -> None:
    mine = _backlinks(tmp_path / "m.csv", "own.example", "https://one.example/", lost="2026-01-01")
    a = _backlinks(tmp_path / "a.csv", "rival.example", "https://one.example/", lost="2026-01-01")
    found = json.loads(_run("compute", "--mine", mine, "--competitor", f"r={a}", "--json").output)
    assert [(r["domain"], r["lost"]) for r in found] == [("one.example", True)]


def test_a_gap_file_brings_its_own_rivals(tmp_path: Path) -> None:
    path = tmp_path / "g.csv"
    path.write_text("Domain,Authority Score,Matches,rival.com,other.net\none.example,45,2,3,1\n")
    found = json.loads(_run("compute", "--competitor", f"x={path}", "--json").output)
    assert found[0]["links"] == {"other.net": 1, "rival.com": 3}


def test_csv_output_holds_no_formula(tmp_path: Path) -> None:
    a = _backlinks(tmp_path / "a.csv", "rival.example", "https://one.example/1")
    out = tmp_path / "out.csv"
    assert _run("compute", "--competitor", f"=cmd()={a}", "--csv", "--out", out).exit_code == 2
    assert _run("compute", "--competitor", f"@r={a}", "--csv", "--out", out).exit_code == 0
    row = next(csv.DictReader(out.open()))
    assert row["competitors"] == "'@r"


def test_a_refused_file_stops_the_computation_with_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "k.csv"
    path.write_text("Keyword,Volume,KD\nkiln,10,2\n")
    ran = _run("compute", "--competitor", f"r={path}", "--json")
    assert ran.exit_code == 1
    assert "organic keywords" in f"{ran.output} {ran.exception}"  # as a sentence, or as the refusal itself


def test_rows_show_what_the_machine_thinks_of_each_line(tmp_path: Path) -> None:
    path = _backlinks(
        tmp_path / "a.csv",
        "rival.example",
        "https://one.example/useful-links",
        "https://own.example/",
        "https://one.example/useful-links/",
    )
    lines = [json.loads(line) for line in _run("rows", path, "--mine", "own.example", "--json").output.splitlines()]
    assert [line["row"] for line in lines] == [1, 2, 3]
    assert set(lines[0]) >= {
        "file",
        "source_url",
        "noise",
        "flags",
        "link_type",
        "confidence",
        "why",
        "realism",
        "is_lost",
    }
    assert [f["rule"] for f in lines[1]["flags"]] == ["own"]
    assert [f["rule"] for f in lines[2]["flags"]] == ["duplicate"]


HELD = st.builds(
    Held,
    links=st.integers(1, 9),
    live=st.integers(0, 9),
    metrics=st.dictionaries(st.sampled_from(["a.x", "b.y"]), st.integers(0, 99).map(float), max_size=2),
)
SIDE = st.dictionaries(st.sampled_from([f"s{i}.example" for i in range(6)]), HELD, max_size=6)


@given(st.lists(SIDE, max_size=4), st.lists(SIDE, max_size=4))
def test_merging_in_any_order_and_grouping_gives_the_same_side(
    one: list[intersect.Side], two: list[intersect.Side]
) -> None:
    together = intersect.merge([*one, *two])
    assert intersect.merge([intersect.merge(two), intersect.merge(one)]) == together


@given(SIDE, SIDE, SIDE, st.integers(1, 2))
def test_the_gap_is_what_the_sets_say(mine: intersect.Side, a: intersect.Side, b: intersect.Side, least: int) -> None:
    found = intersect.compare(mine, {"a": a, "b": b}, outside=["s0.example"], min_overlap=least)
    ours = {site for site, held in mine.items() if held.live}
    want = {s for s in set(a) | set(b) if (s in a) + (s in b) >= least and s not in ours and s != "s0.example"}
    assert {row.domain for row in found} == want
    assert [(-r.overlap, -r.links_total, r.domain) for r in found] == sorted(
        (-r.overlap, -r.links_total, r.domain) for r in found
    )
