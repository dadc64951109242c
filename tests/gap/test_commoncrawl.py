"""The public web graph gives candidates with flat memory, resumes, and equals a brute-force answer."""

import gzip
import json
import random
from dataclasses import asdict
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from crm import db, work
from crm.accounts import service as accounts
from crm.cli import graph as _graph  # noqa: F401  hangs the command below the group
from crm.cli.gap import group
from crm.gap import (
    commoncrawl,
    run,  # noqa: F401  registers the handlers
)
from crm.gap.commoncrawl import State
from crm.gap.graph import service as graph_service
from crm.models.accounts import Project
from crm.models.gap import Import
from crm.models.prospects import Prospect

NAMES = [
    "com.own",
    "com.rival-a",
    "net.rival-b",
    "org.one",
    "org.two",
    "uk.co.three",
    "com.cloudflare",
    "xn--p1ai.xn--80a",
]


def _write(folder: Path, edges: list[tuple[int, int]], *, packed: bool = True) -> tuple[Path, Path]:
    vertices, links = folder / "v.txt.gz", folder / "e.txt.gz"
    put = (
        (lambda path, text: path.write_bytes(gzip.compress(text.encode())))
        if packed
        else (lambda path, text: path.write_text(text))
    )
    put(vertices, "".join(f"{i}\t{name}\t{i + 1}\n" for i, name in enumerate(NAMES)))
    put(links, "".join(f"{a}\t{b}\n" for a, b in edges))
    return vertices, links


def _found(folder: Path, edges: list[tuple[int, int]], **more: object) -> dict[str, tuple[str, ...]]:
    vertices, links = _write(folder, edges)
    rows = commoncrawl.candidates(vertices, links, mine="own.com", rivals=["rival-a.com", "rival-b.net"], **more)  # type: ignore[arg-type]
    return {c.domain: c.competitors for c in rows}


def test_domains_that_link_to_rivals_and_not_to_us_are_named(tmp_path: Path) -> None:
    edges = [(3, 1), (3, 2), (4, 1), (4, 0), (5, 2), (6, 1), (1, 2), (7, 2), (13, 1)]
    assert _found(tmp_path, edges) == {
        "one.org": ("rival-a.com", "rival-b.net"),
        "three.co.uk": ("rival-b.net",),
        "xn--80a.xn--p1ai": ("rival-b.net",),
    }


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=40), st.integers(1, 64))
def test_any_graph_gives_the_brute_force_answer_whatever_the_block_size(
    tmp_path: Path, edges: list[tuple[int, int]], block: int
) -> None:
    want: dict[str, set[str]] = {}
    ours = {a for a, b in edges if b == 0}
    for a, b in edges:
        if b in (1, 2) and a not in ours and a not in (0, 1, 2, 6):
            want.setdefault(commoncrawl.turned(NAMES[a]), set()).add(commoncrawl.turned(NAMES[b]))
    before = commoncrawl.BLOCK
    commoncrawl.BLOCK = block
    try:
        found = _found(tmp_path, edges)
    finally:
        commoncrawl.BLOCK = before
    assert {k: set(v) for k, v in found.items()} == want


def test_a_pass_that_was_stopped_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(3)
    edges = [(rng.randrange(8), rng.randrange(8)) for _ in range(3000)]
    whole = _found(tmp_path, edges)
    monkeypatch.setattr(commoncrawl, "SAVE_EVERY", 500)
    monkeypatch.setattr(commoncrawl, "BLOCK", 97)
    saved: list[str] = []

    def stop_after_three(state: State) -> None:
        saved.append(json.dumps(asdict(state)))
        if len(saved) == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _found(tmp_path, edges, save=stop_after_three)
    state = commoncrawl.state_from(json.loads(saved[-1]))
    assert 0 < state.edges_at < 12000 and not state.edges_done
    assert _found(tmp_path, edges, state=state) == whole


def test_ranks_give_the_order_and_the_command_prints_it(tmp_path: Path) -> None:
    vertices, links = _write(tmp_path, [(3, 1), (5, 1)], packed=False)
    ranks = tmp_path / "r.txt"
    ranks.write_text(
        "#harmonicc_pos\t#harmonicc_val\t#pr_pos\t#pr_val\t#host_rev\t#n_hosts\n1\t3.2E7\t9\t1E-3\tuk.co.three\t4\n2\t3.1E7\t8\t1E-4\torg.one\t2\n"
    )
    args = [
        "commoncrawl",
        "--vertices",
        vertices,
        "--edges",
        links,
        "--ranks",
        ranks,
        "--mine",
        "own.com",
        "--competitor",
        "rival-a.com",
        "--json",
    ]
    ran = CliRunner().invoke(group, [str(a) for a in args])
    assert [(r["domain"], r["harmonic_pos"], r["note"]) for r in json.loads(ran.output)] == [
        ("three.co.uk", 1, "confirm on page"),
        ("one.org", 2, "confirm on page"),
    ]


def test_a_truncated_file_and_an_absent_rival_are_told(tmp_path: Path) -> None:
    vertices, links = _write(tmp_path, [(3, 1)] * 5000)
    links.write_bytes(links.read_bytes()[:-12])
    with pytest.raises(ValueError, match="ends early"):
        commoncrawl.candidates(vertices, links, mine="own.com", rivals=["rival-a.com"])
    with pytest.raises(ValueError, match="is in this graph"):
        commoncrawl.candidates(vertices, links, mine="own.com", rivals=["nobody.example"])


def test_the_screen_reads_a_release_and_its_candidates_become_prospects(ada, world) -> None:  # type: ignore[no-untyped-def]
    with db.transaction() as s:
        accounts.add_competitor(s, s.get_one(Project, world.project.id), "rival-a.com")
    assert "Put the domain-level files" in ada.get("/gap/commoncrawl").text
    graph_service.folder().mkdir(parents=True)
    vertices, edges = _write(graph_service.folder(), [(3, 1), (6, 1)])
    vertices.rename(graph_service.folder() / "cc-2026-domain-vertices.txt.gz")
    edges.rename(graph_service.folder() / "cc-2026-domain-edges.txt.gz")
    assert "cc-2026-domain" in ada.get("/gap/commoncrawl").text
    assert ada.post("/gap/commoncrawl", data={"release": "nothing"}).status_code == 422
    assert ada.post("/gap/commoncrawl", data={"release": "cc-2026-domain"}).status_code == 303
    work.run_until_idle()
    with db.reading() as s:
        assert s.scalars(select(Import.tool)).all() == ["commoncrawl"]
        assert s.scalars(select(Prospect.domain)).all() == ["one.org"]
