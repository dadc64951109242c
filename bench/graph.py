"""Common Crawl pass against `gzip -dc` on a generated graph in the real format. Run: python bench/graph.py [edges]

Prints one JSON object: edges per second of both, the ratio, peak memory, and whether the answer equals brute force.
"""

import gzip
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from crm.gap import commoncrawl


def graph(folder: Path, n_edges: int, n_vertices: int, rng: np.random.Generator) -> tuple[Path, Path, list[int]]:
    """Write vertices and edges; returns both paths and the ids of the four asked domains (the first is ours)."""
    vertices, edges = folder / "vertices.txt.gz", folder / "edges.txt.gz"
    with gzip.open(vertices, "wb", compresslevel=1) as f:
        for start in range(0, n_vertices, 100_000):
            rows = range(start, min(start + 100_000, n_vertices))
            f.write("".join(f"{i}\tcom.site{i:09d}\t{i % 7 + 1}\n" for i in rows).encode())
    asked = [n_vertices // 7 * k + 3 for k in (1, 2, 3, 4)]
    with gzip.open(edges, "wb", compresslevel=1) as f:
        for start in range(0, n_edges, 1_000_000):
            size = min(1_000_000, n_edges - start)
            source = np.sort(rng.integers(0, n_vertices, size))
            target = rng.integers(0, n_vertices, size)
            hot = rng.random(size) < 0.0005
            target[hot] = rng.choice(asked, hot.sum())
            f.write(
                ("\n".join(f"{a}\t{b}" for a, b in zip(source.tolist(), target.tolist(), strict=True)) + "\n").encode()
            )
    return vertices, edges, asked


def brute(edges: Path, asked: list[int]) -> dict[int, set[int]]:
    """{rival id: sources} by reading every line."""
    found: dict[int, set[int]] = {a: set() for a in asked}
    with gzip.open(edges, "rt") as f:
        for line in f:
            a, _, b = line.partition("\t")
            if int(b) in found:
                found[int(b)].add(int(a))
    return found


def scan(edges: str, *asked: str) -> None:
    """One pass over the edges in a process of its own; prints [seconds, peak memory in MB]."""
    state = commoncrawl.State(ids={vertex: int(vertex) for vertex in asked}, vertices_done=True)
    start = time.perf_counter()
    commoncrawl._scan_edges(Path(edges), state, lambda _s, _n: None, None)
    seconds = time.perf_counter() - start
    print(json.dumps([seconds, peak_mb()]))


def peak_mb() -> int:
    """Peak resident memory of this process alone (ru_maxrss would count the parent's at the fork)."""
    line = next(x for x in Path("/proc/self/status").read_text().splitlines() if x.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


def main() -> None:
    """Generate, time both in turn (three times, the best counts), compare with brute force."""
    n_edges = int(sys.argv[1]) if len(sys.argv) > 1 else 30_000_000
    n_vertices = max(1000, n_edges // 40)
    random.seed(1)
    with tempfile.TemporaryDirectory() as name:
        vertices, edges, asked = graph(Path(name), n_edges, n_vertices, np.random.default_rng(1))
        names = [f"site{i:09d}.com" for i in asked]
        bare, ours, peak = [], [], 0
        for _ in range(3):
            start = time.perf_counter()
            subprocess.run(["gzip", "-dc", str(edges)], stdout=subprocess.DEVNULL, check=True)
            bare.append(time.perf_counter() - start)
            ran = subprocess.run(
                [sys.executable, __file__, "scan", str(edges), *map(str, asked)], capture_output=True, check=True
            )
            seconds, memory = json.loads(ran.stdout)
            ours.append(seconds)
            peak = max(peak, memory)
        start = time.perf_counter()
        found = commoncrawl.candidates(vertices, edges, mine=names[0], rivals=names[1:])
        whole = time.perf_counter() - start
        truth = brute(edges, asked)
        own = {f"site{i:09d}.com" for i in asked}
        want = {f"site{i:09d}.com" for a in asked[1:] for i in truth[a] - truth[asked[0]]} - own
        result = {
            "edges": n_edges,
            "gzip_dc_edges_per_s": round(n_edges / min(bare)),
            "scan_edges_per_s": round(n_edges / min(ours)),
            "ratio_to_gzip": round(min(ours) / min(bare), 2),
            "whole_run_s": round(whole, 1),
            "candidates": len(found),
            "equals_brute_force": {c.domain for c in found} == want,
            "peak_memory_mb": peak,
        }
        print(json.dumps(result))


if __name__ == "__main__":
    scan(*sys.argv[2:]) if sys.argv[1:2] == ["scan"] else main()
