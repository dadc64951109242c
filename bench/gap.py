"""The gap of six large exports against a bare scan and pandas, alternating in one run. python bench/gap.py [rows ...]

Each measure runs in a process of its own; what counts is CPU seconds and peak memory, the best of three up to a
million rows, one run above.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
FILES = 6
COLUMNS = (
    *("Page ascore", "Source title", "Source url", "Target url", "Anchor", "External links", "Internal links"),
    *("Nofollow", "First seen", "Last seen", "Lost link"),
)


def write(folder: Path, rows: int) -> None:
    """Six exports in Semrush's form: subdomains, shared hosts, www and http twins, query strings, lost links."""
    import duckdb

    db = duckdb.connect()
    db.execute("SET threads=2; SELECT setseed(0.5)")
    for f in range(FILES):
        db.execute(f"""COPY (SELECT (random() * 100)::INT AS "Page ascore", 'Title of page ' || i AS "Source title",
          (CASE WHEN random() < 0.1 THEN 'http://' ELSE 'https://' END)
          || (CASE WHEN random() < 0.5 THEN 'www.' ELSE '' END) || 'site' || d
          || (CASE d % 4 WHEN 0 THEN '.com' WHEN 1 THEN '.co.uk' WHEN 2 THEN '.wordpress.com' ELSE '.org' END)
          || '/path/to/page-' || (i % 977)
          || (CASE WHEN random() < 0.1 THEN '?utm_source=x&id=' || (i % 50) ELSE '' END)
            AS "Source url",
          'https://rival{f}.com/' || (i % 50) AS "Target url", 'anchor text ' || (i % 100) AS "Anchor",
          (random() * 100)::INT AS "External links", (random() * 100)::INT AS "Internal links",
          (CASE WHEN random() < 0.3 THEN 'true' ELSE 'false' END) AS "Nofollow", '2025-07-08' AS "First seen",
          '2025-10-06' AS "Last seen", (CASE WHEN random() < 0.1 THEN 'true' ELSE 'false' END) AS "Lost link"
          FROM (SELECT i, (pow(random(), 3) * {rows} / 60)::INT AS d FROM range({rows // FILES}) t(i)))
          TO '{folder}/f{f}.csv' (HEADER)""")


def bare(folder: Path) -> int:
    """DuckDB reads the three columns and counts them; nothing else."""
    import duckdb

    db = duckdb.connect()
    db.execute("SET memory_limit='1GB'; SET threads=2")
    names = "{" + ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(COLUMNS))) + "}"
    total = 0
    for f in range(FILES):
        source = (
            f"read_csv('{folder}/f{f}.csv', header=true, auto_detect=false, delim=',', quote='\"', columns={names})"
        )
        found = db.execute(f"SELECT count(c2), count(c0), count(c10) FROM {source}").fetchone()
        total += found[0] if found else 0
    return total


def pandas_way(folder: Path) -> int:
    """The straightforward script: read the columns, cut the host, group, join."""
    import pandas as pd

    from crm import domains

    sides = []
    for f in range(1, FILES):
        frame = pd.read_csv(folder / f"f{f}.csv", usecols=["Source url", "Page ascore", "Lost link"])
        frame["host"] = frame["Source url"].str.split("/", n=3).str[2]
        sides.append(frame.groupby("host").agg(links=("host", "size"), best=("Page ascore", "max")))
    mine = pd.read_csv(folder / "f0.csv", usecols=["Source url"])["Source url"].str.split("/", n=3).str[2].unique()
    ours = {domains.registrable(host) for host in mine}
    hosts = pd.concat(sides).groupby(level=0).agg(links=("links", "sum"), overlap=("links", "size"))
    hosts["domain"] = [domains.registrable(host) for host in hosts.index]
    return len(set(hosts["domain"]) - ours)


def product(folder: Path) -> int:
    """What `flask gap compute` does."""
    from crm.gap import bulk, sides
    from crm.gap.joined import Engine

    bulk.LARGE = 0
    with Engine() as engine:
        mine = sides.load(folder / "f0.csv", engine=engine)
        rivals = [(f"rival{f}.com", sides.load(folder / f"f{f}.csv", engine=engine)) for f in range(1, FILES)]
        return len(sides.gap_of([mine], rivals, engine=engine))


def measure(kind: str, folder: str) -> None:
    """Run one kind in this process and print [answer, wall, CPU seconds, peak MB]."""
    import duckdb  # noqa: F401  loading the libraries is nobody's work here
    import pandas  # noqa: F401

    from crm.gap import sides  # noqa: F401

    before = time.process_time()
    start = time.perf_counter()
    answer = {"bare": bare, "pandas": pandas_way, "product": product}[kind](Path(folder))
    wall = time.perf_counter() - start
    used = time.process_time() - before
    peak = next(x for x in Path("/proc/self/status").read_text().splitlines() if x.startswith("VmHWM"))
    print(json.dumps([answer, wall, used, int(peak.split()[1]) // 1024]))


def main() -> None:
    """Every size in turn; the three kinds alternate."""
    for rows in [int(arg) for arg in sys.argv[1:]] or [100_000, 1_000_000]:
        with tempfile.TemporaryDirectory() as name:
            write(Path(name), rows)
            size = sum(p.stat().st_size for p in Path(name).iterdir())
            best: dict[str, list[float]] = {}
            for _ in range(3 if rows <= 1_000_000 else 1):
                for kind in ("bare", "product", "pandas"):
                    ran = subprocess.run(
                        [sys.executable, __file__, "measure", kind, name], capture_output=True, check=True
                    )
                    got = json.loads(ran.stdout)
                    if kind not in best or got[2] < best[kind][2]:
                        best[kind] = got
        ours, scan, peer = best["product"], best["bare"], best["pandas"]
        result = {
            "rows": rows,
            "megabytes": round(size / 1e6),
            "domains": ours[0],
            "cpu_s": {kind: round(values[2], 2) for kind, values in best.items()},
            "wall_s": {kind: round(values[1], 2) for kind, values in best.items()},
            "peak_mb": {kind: values[3] for kind, values in best.items()},
            "cpu_to_bare_scan": round(ours[2] / scan[2], 2),
            "pandas_cpu_to_ours": round(peer[2] / ours[2], 2),
        }
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    measure(*sys.argv[2:]) if sys.argv[1:2] == ["measure"] else main()
