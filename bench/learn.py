"""Learning: refit of 10,000 and 50,000 pitches, scoring of a million prospects, and the simulation's plot.

.venv/bin/python bench/learn.py            times
.venv/bin/python bench/learn.py --worlds 40 --plot docs/learning.svg   figures and plot of docs/learning.md (make learn)
"""

import argparse
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from crm.learning.model import fit  # noqa: E402
from tests.learning import judging  # noqa: E402
from tests.learning.simulation import KINDS, START, World  # noqa: E402

NOW = START + timedelta(days=210)
WAYS = ("links", "static", "rates", "overlap", "dr", "random")
WORDS = {
    "links": "Backloop",
    "static": "static score",
    "rates": "rate per type",
    "overlap": "overlap, then DR",
    "dr": "DR",
    "random": "random",
}
SHOWN = {
    "published": "priors right",
    "shifted": "priors shifted",
    "noisy": "noisy columns",
    "reversed": "priors reversed",
    "wild": "any world at all",
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--worlds", type=int, default=0, help="Seeds per kind of world; 0: times only.")
    options.add_argument("--plot", type=Path, help="Where to draw the shares of the oracle.")
    given = options.parse_args()
    if given.worlds:
        sys.exit(0 if worlds(given.worlds, given.plot) else 1)
    else:
        times()


def times() -> None:
    """Print the best of five runs each, in CPU time."""
    for n in (2_000, 10_000, 50_000):
        log = pitches(n)
        print(f"refit on {n:,} sent: {1000 * best(lambda log=log: fit(log, now=NOW)):.0f} ms CPU")
    fitted = fit(pitches(10_000), now=NOW)
    many = pd.concat([World("published", np.random.default_rng(2)).prospects(50_000)] * 20, ignore_index=True)
    print(f"chance of {len(many):,} prospects: {1000 * best(lambda: fitted.chance(many)):.0f} ms CPU")


def pitches(n: int) -> pd.DataFrame:
    """A log of n pitches over 200 days."""
    world = World("published", np.random.default_rng(1))
    sent = world.mail(world.prospects(n), START)
    shift = pd.to_timedelta(np.random.default_rng(2).integers(0, 200, n), unit="D")
    for name in ("sent_at", "interested_at", "refused_at", "linked_at"):
        sent[name] = sent[name] + shift
    return sent[[c for c in sent.columns if not c.startswith("_")]]


def best(work: Callable[[], object]) -> float:
    """CPU seconds of the fastest of five runs; wall time says little where others share the cores."""
    seconds = []
    for _ in range(5):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return min(seconds)


def worlds(seeds: int, plot: Path | None) -> bool:
    """Print the tables of docs/learning.md, draw the plot, and say whether every bar holds."""
    started = time.perf_counter()
    found = []
    for kind, n in (*((kind, seeds) for kind in KINDS), ("wild", seeds)):
        found += judging.results(n, full=True, first=5000, workers=1, kinds=(kind,))
        print(kind, *lines(found, kind), sep="\n  ", flush=True)
    few = min(seeds, 20)
    print(f"fresh 50 after five rounds: {100 * judging.after_five(few):.0f}, by priors that were told the truth: "
          f"{100 * judging.after_five(few, judging.TOLD):.0f}")  # fmt: skip
    print(f"{time.perf_counter() - started:.0f} s")
    if plot:
        plot.write_text(drawn({k: {w: judging.median(found, k, w) for w in WAYS} for k in SHOWN}), encoding="utf-8")
    missed = judging.missed(found)
    print("every bar holds" if not missed else "missed: " + "; ".join(missed))
    return not missed


def lines(found: list[judging.Result], kind: str) -> list[str]:
    """What is known of one kind of world."""

    def pair(name: str) -> str:
        return f"{name} {judging.median(found, kind, name):.3f} ({judging.worst_tenth(found, kind, name):.3f})"

    said = judging.forecast(found, kind)
    return [
        "median (worst tenth): " + " ".join(pair(name) for name in ("product", *WAYS)),
        " ".join(pair(name) for name in ("fresh", "auc", "oracle_auc", "gain", "beaten")),
        " ".join(f"{name} {value:.3f}" for name, value in said.items()),
    ]


def drawn(shares: dict[str, dict[str, float]]) -> str:
    """Bars per way and kind of world as SVG."""
    colours = ["#3546c9", "#7a86e0", "#0d8f80", "#b57200", "#8a8a83", "#c9c9c2"]
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 330" font-family="sans-serif" font-size="11">',
        '<rect width="760" height="330" fill="#fff"/>',
    ]
    for i in range(6):
        y = 270 - 44 * i
        parts.append(f'<line x1="50" x2="750" y1="{y}" y2="{y}" stroke="#e4e3de"/>')
        parts.append(text(44, y + 4, f"{20 * i}%", "end"))
    for k, kind in enumerate(shares):
        for w, way in enumerate(WAYS):
            share, x = 100 * shares[kind][way], 58 + 140 * k + 21 * w
            top = 270 - 2.2 * share
            parts.append(f'<rect x="{x}" y="{top:.0f}" width="18" height="{2.2 * share:.0f}" fill="{colours[w]}"/>')
            parts.append(text(x + 9, round(top) - 5, f"{share:.0f}", "middle"))
        parts.append(text(120 + 140 * k, 288, SHOWN[kind], "middle"))
    for w, way in enumerate(WAYS):
        parts.append(f'<rect x="{60 + 118 * w}" y="306" width="11" height="11" fill="{colours[w]}"/>')
        parts.append(text(76 + 118 * w, 316, WORDS[way], "start"))
    return "\n".join([*parts, "</svg>\n"])


def text(x: float, y: float, words: str, anchor: str) -> str:
    """A label."""
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{words}</text>'


if __name__ == "__main__":
    main()
