"""Runs of the simulation, gathered into the figures that the bars are about."""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np

from tests.learning.simulation import KINDS, Run, World, _observable, play


@dataclass(frozen=True)
class Result:
    """One world: shares of the oracle, the static score beside it, predictions with what came."""

    kind: str
    product: float
    links: float
    fresh: float
    auc: float
    static: float
    dr: float
    overlap: float
    rates: float
    random: float
    gain: float
    guessed: np.ndarray
    won: np.ndarray


def world(job: tuple[str, int, bool]) -> Result:
    """Play one world in every way; the slow comparisons only when `full`."""
    kind, seed, full = job
    oracle, oracle_value = play(kind, seed, "oracle"), play(kind, seed, "oracle_value")
    product, links, static = (play(kind, seed, how) for how in ("product", "links", "static"))
    others = {
        h: play(kind, seed, h).expected / oracle.expected
        for h in (("dr", "overlap", "rates", "random") if full else ())
    }
    return Result(
        kind=kind,
        product=product.value / oracle_value.value,
        links=links.expected / oracle.expected,
        fresh=_fresh(kind, seed, links),
        auc=_auc(kind, seed, links),
        static=static.expected / oracle.expected,
        gain=links.expected / static.expected,
        guessed=links.predictions,
        won=links.sent["_won"].to_numpy(),
        **{h: others.get(h, float("nan")) for h in ("dr", "overlap", "rates", "random")},
    )


def results(seeds: int, *, full: bool = False, first: int = 1000, workers: int = 2) -> list[Result]:
    """All kinds of world, so many of each."""
    jobs = [(kind, first + i, full) for kind in KINDS for i in range(seeds)]
    with ProcessPoolExecutor(workers) as pool:
        return list(pool.map(world, jobs))


def median(found: list[Result], kind: str, name: str) -> float:
    """Of one figure over the worlds of a kind."""
    return float(np.median([getattr(r, name) for r in found if r.kind == kind]))


def forecast(found: list[Result], kind: str) -> dict[str, float]:
    """How good the predictions were over all pitches that were sent."""
    p = np.concatenate([r.guessed for r in found if r.kind == kind])
    won = np.concatenate([r.won for r in found if r.kind == kind])
    edges = np.array_split(np.argsort(p), 10)
    return {
        "ratio": float(p.sum() / won.sum()),
        "ece": float(sum(abs(p[g].mean() - won[g].mean()) * len(g) for g in edges) / len(p)),
        "skill": float(1 - np.mean((p - won) ** 2) / np.mean((won.mean() - won) ** 2)),
    }


def _fresh(kind: str, seed: int, run: Run) -> float:
    """The fitted model on 2,000 prospects it never saw: its best 50 against the oracle's."""
    same = World(kind, np.random.default_rng([seed, KINDS.index(kind)]))
    pool = same.prospects(2000)
    best = np.argsort(-run.fitted.chance(_observable(pool)))[:50]
    ideal = np.argsort(-pool["_oracle"].to_numpy())[:50]
    return float(pool["_true"].iloc[best].sum() / pool["_true"].iloc[ideal].sum())


def _auc(kind: str, seed: int, run: Run) -> float:
    """How often a winner stands above a loser among 4,000 prospects that nobody picked."""
    same = World(kind, np.random.default_rng([seed, KINDS.index(kind)]))
    pool = same.prospects(4000)
    won = same.rng.random(4000) < (pool["_interest"] * pool["_ship"]).to_numpy()
    place = np.empty(4000)
    place[np.argsort(run.fitted.chance(_observable(pool)))] = np.arange(4000)
    return float((place[won].mean() - (won.sum() - 1) / 2) / (~won).sum())


def after_five(seeds: int) -> float:
    """Median share of the oracle's best fresh 50 after five rounds of 50 mails, published worlds."""
    found = [_fresh("published", 2000 + i, play("published", 2000 + i, "links", rounds=5)) for i in range(seeds)]
    return float(np.median(found))
