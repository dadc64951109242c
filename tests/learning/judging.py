"""Runs of the simulation, gathered into the figures that the bars are about."""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from crm.learning.priors import DEFAULT, Priors
from tests.learning.simulation import KINDS, STILL, Run, _observable, make, play, unlearned

# What the published worlds are drawn from: nobody can know it, so a learner that is told it is the most one can ask.
TOLD = replace(
    DEFAULT, relevance=(0.35, 0.2), overlap=(0.4, 0.2), dr=(-0.1, 0.15), base_sd=0.3, type_sd=0.5, type_dr_sd=0.15,
    contact_sd=0.2, competitor_sd=0.3, page_sd=0.3,
)  # fmt: skip


# Medians of the worlds, each kind of which has its own: (figure, kind of world, at least so much)
BARS = (
    *(("product", kind, bar) for kind, bar in zip(KINDS, (0.93, 0.93, 0.87, 0.82), strict=True)),
    *(("links", kind, bar) for kind, bar in zip(KINDS, (0.93, 0.93, 0.89, 0.80), strict=True)),
    ("links", "wild", 0.80),
    ("beaten", "wild", 1.2),
)
LOWEST = (("gain", "published", 0.95), ("links", "wild", 0.55), ("beaten", "wild", 0.95))  # of the worst tenth


@dataclass(frozen=True)
class Result:
    """One world: shares of the oracle, the static score beside it, predictions with what came."""

    kind: str
    product: float
    links: float
    fresh: float
    auc: float
    oracle_auc: float
    static: float
    dr: float
    overlap: float
    rates: float
    random: float
    gain: float
    guessed: np.ndarray
    known: np.ndarray  # what the oracle would have said of the same prospects
    won: np.ndarray

    @property
    def beaten(self) -> float:
        """Links against the best of the rules that learn nothing."""
        return self.links / max(self.static, self.dr, self.overlap)


def world(job: tuple[str, int, bool]) -> Result:
    """Play one world in every way; the slowest comparison only when `full`."""
    kind, seed, full = job
    product, links = play(kind, seed, "product"), play(kind, seed, "links")
    still = {how: unlearned(kind, seed, how) for how in STILL}
    oracle = still["oracle"][0]
    rates = play(kind, seed, "rates").expected / oracle if full else float("nan")
    return Result(
        kind=kind,
        product=product.value / still["oracle_value"][1],
        links=links.expected / oracle,
        fresh=_fresh(kind, seed, links),
        auc=_auc(kind, seed, links),
        oracle_auc=_auc(kind, seed, None),
        gain=links.expected / still["static"][0],
        rates=rates,
        **{how: still[how][0] / oracle for how in ("static", "dr", "overlap", "random")},
        guessed=links.predictions,
        known=links.sent["_oracle"].to_numpy(),
        won=links.sent["_won"].to_numpy(),
    )


def results(
    seeds: int, *, full: bool = False, first: int = 1000, workers: int = 2, kinds: tuple[str, ...] = KINDS
) -> list[Result]:
    """Worlds of these kinds, so many of each."""
    jobs = [(kind, first + i, full) for kind in kinds for i in range(seeds)]
    if workers == 1:
        return [world(job) for job in jobs]
    with ProcessPoolExecutor(workers) as pool:
        return list(pool.map(world, jobs))


def figures(found: list[Result], kind: str, name: str) -> list[float]:
    """One figure of each world of a kind."""
    return [float(getattr(r, name)) for r in found if r.kind == kind]


def median(found: list[Result], kind: str, name: str) -> float:
    """Of one figure over the worlds of a kind."""
    return float(np.median(figures(found, kind, name)))


def worst_tenth(found: list[Result], kind: str, name: str) -> float:
    """What nine of ten worlds of a kind exceed."""
    return float(np.quantile(figures(found, kind, name), 0.1))


def missed(found: list[Result]) -> list[str]:
    """The bars that do not hold, in words, for the kinds of world that were played."""
    kinds = {r.kind for r in found}
    judged = (
        *(("median", name, kind, bar, median(found, kind, name)) for name, kind, bar in BARS if kind in kinds),
        *(
            ("worst tenth", name, kind, bar, worst_tenth(found, kind, name))
            for name, kind, bar in LOWEST
            if kind in kinds
        ),
    )
    return [f"{of} {name} {kind} {value:.3f} < {bar}" for of, name, kind, bar, value in judged if value < bar]


def forecast(found: list[Result], kind: str) -> dict[str, float]:
    """How good the predictions were over all pitches that were sent."""
    p = np.concatenate([r.guessed for r in found if r.kind == kind])
    known = np.concatenate([r.known for r in found if r.kind == kind])
    won = np.concatenate([r.won for r in found if r.kind == kind])
    edges = np.array_split(np.argsort(p), 10)
    blind = np.mean((won.mean() - won) ** 2)
    return {
        "ratio": float(p.sum() / won.sum()),
        "ece": float(sum(abs(p[g].mean() - won[g].mean()) * len(g) for g in edges) / len(p)),
        "skill": float(1 - np.mean((p - won) ** 2) / blind),
        "oracle_skill": float(1 - np.mean((known - won) ** 2) / blind),
    }


def _fresh(kind: str, seed: int, run: Run) -> float:
    """The fitted model on 2,000 prospects it never saw: its best 50 against the oracle's."""
    pool = make(kind, seed).prospects(2000)
    best = np.argsort(-run.fitted.chance(_observable(pool)))[:50]
    ideal = np.argsort(-pool["_oracle"].to_numpy())[:50]
    return float(pool["_true"].iloc[best].sum() / pool["_true"].iloc[ideal].sum())


def _auc(kind: str, seed: int, run: Run | None) -> float:
    """How often a winner stands above a loser among 4,000 prospects that nobody picked; the oracle's without a run."""
    same = make(kind, seed)
    pool: pd.DataFrame = same.prospects(4000)
    won = same.rng.random(4000) < (pool["_interest"] * pool["_ship"]).to_numpy()
    place = np.empty(4000)
    said = run.fitted.chance(_observable(pool)) if run else pool["_oracle"].to_numpy()
    place[np.argsort(said)] = np.arange(4000)
    return float((place[won].mean() - (won.sum() - 1) / 2) / (~won).sum())


def after_five(seeds: int, priors: Priors = DEFAULT) -> float:
    """Median share of the oracle's best fresh 50 after five rounds of 50 mails, published worlds."""
    runs = ((seed, play("published", seed, "links", rounds=5, priors=priors)) for seed in range(2000, 2000 + seeds))
    return float(np.median([_fresh("published", seed, run) for seed, run in runs]))
