"""Learning: refit of 10,000 and 50,000 pitches, scoring of a million prospects, and the simulation's plot.

.venv/bin/python bench/learn.py            times
.venv/bin/python bench/learn.py --worlds 40 --plot docs/learning.svg   figures and plot of docs/learning.md
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


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--worlds", type=int, default=0, help="Seeds per kind of world; 0: times only.")
    options.add_argument("--plot", type=Path, help="Where to draw the shares of the oracle.")
    given = options.parse_args()
    if given.worlds:
        worlds(given.worlds, given.plot)
    else:
        times()


def times() -> None:
    """Print the best of five runs each."""
    for n in (2_000, 10_000, 50_000):
        log = pitches(n)
        print(f"refit on {n:,} sent: {1000 * best(lambda log=log: fit(log, now=NOW)):.0f} ms")
    fitted = fit(pitches(10_000), now=NOW)
    many = pd.concat([World("published", np.random.default_rng(2)).prospects(50_000)] * 20, ignore_index=True)
    print(f"chance of {len(many):,} prospects: {1000 * best(lambda: fitted.chance(many)):.0f} ms")


def pitches(n: int) -> pd.DataFrame:
    """A log of n pitches over 200 days."""
    world = World("published", np.random.default_rng(1))
    sent = world.mail(world.prospects(n), START)
    shift = pd.to_timedelta(np.random.default_rng(2).integers(0, 200, n), unit="D")
    for name in ("sent_at", "interested_at", "refused_at", "linked_at"):
        sent[name] = sent[name] + shift
    return sent[[c for c in sent.columns if not c.startswith("_")]]


def best(work: Callable[[], object]) -> float:
    """Seconds of the fastest of five runs."""
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def worlds(seeds: int, plot: Path | None) -> None:
    """Print the tables of docs/learning.md and draw the plot."""
    found = judging.results(seeds, full=True)
    shares = {kind: {way: judging.median(found, kind, way) for way in WAYS} for kind in KINDS}
    for kind in KINDS:
        line = " ".join(f"{way} {100 * shares[kind][way]:.0f}" for way in WAYS)
        gain = [r.gain for r in found if r.kind == kind]
        figures = {name: 100 * judging.median(found, kind, name) for name in ("product", "fresh", "auc")}
        said = {**figures, "gain": float(np.median(gain)), "worst": min(gain), **judging.forecast(found, kind)}
        print(f"{kind}: {line} | " + " ".join(f"{name} {value:.3g}" for name, value in said.items()))
    print(f"fresh 50 after five rounds: {100 * judging.after_five(min(seeds, 20)):.0f}")
    if plot:
        plot.write_text(drawn(shares), encoding="utf-8")


def drawn(shares: dict[str, dict[str, float]]) -> str:
    """Bars per way and kind of world as SVG."""
    colours = ["#3546c9", "#7a86e0", "#0d8f80", "#b57200", "#8a8a83", "#c9c9c2"]
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 330" font-family="sans-serif" font-size="12">',
        '<rect width="760" height="330" fill="#fff"/>',
    ]
    for i in range(6):
        y = 270 - 44 * i
        parts.append(f'<line x1="50" x2="750" y1="{y}" y2="{y}" stroke="#e4e3de"/>')
        parts.append(text(44, y + 4, f"{20 * i}%", "end"))
    for k, kind in enumerate(KINDS):
        for w, way in enumerate(WAYS):
            share, x = 100 * shares[kind][way], 62 + 174 * k + 25 * w
            top = 270 - 2.2 * share
            parts.append(f'<rect x="{x}" y="{top:.0f}" width="21" height="{2.2 * share:.0f}" fill="{colours[w]}"/>')
            parts.append(text(x + 10, round(top) - 5, f"{share:.0f}", "middle"))
        parts.append(text(137 + 174 * k, 290, kind, "middle"))
    for w, way in enumerate(WAYS):
        parts.append(f'<rect x="{60 + 118 * w}" y="306" width="11" height="11" fill="{colours[w]}"/>')
        parts.append(text(76 + 118 * w, 316, WORDS[way], "start"))
    return "\n".join([*parts, "</svg>\n"])


def text(x: float, y: float, words: str, anchor: str) -> str:
    """A label."""
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{words}</text>'


if __name__ == "__main__":
    main()
