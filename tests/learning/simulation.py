"""Invented worlds in which the truth is known, to measure how much of what an oracle wins the model wins.

A world draws its own coefficients; nothing of it is known to the model. A list of 4,000 prospects stands there, every
week 50 mails go out, answers come days later. Kinds of world:
published  the types' true rates scatter around the shipped priors
shifted    all rates are moved by a common factor, types scatter more
noisy      the observed relevance, DR and overlap are poor copies of what matters
reversed   the best types by the priors are the worst in truth
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from crm.learning.batching import pick
from crm.learning.model import Fitted, fit, shipped
from crm.learning.priors import DEFAULT, Priors

TYPES = list(DEFAULT.types)
CONTACTS = ["named_verified", "named", "role", "guessed", "unknown"]
START = datetime(2026, 1, 5, 9, tzinfo=UTC)
STILL = ("oracle", "oracle_value", "static", "dr", "overlap", "random")  # ways of choosing that learn nothing
KINDS = ("published", "shifted", "noisy", "reversed")


@dataclass
class World:
    """True coefficients and the noise between what matters and what is seen."""

    kind: str
    rng: np.random.Generator

    def __post_init__(self) -> None:
        rng, means = self.rng, np.array([DEFAULT.mean(t) for t in TYPES])
        scatter = 0.7 if self.kind == "shifted" else 0.45
        if self.kind == "reversed":
            means = np.sort(means)[np.argsort(np.argsort(-means))]
        shift = rng.normal(0, 0.8) if self.kind == "shifted" else rng.normal(0, 0.2)
        self.base = logit(np.minimum(means / 0.5, 0.9)) - 0.35 + shift + rng.normal(0, scatter, len(TYPES))
        self.b_relevance = rng.normal(0.35, 0.2)
        self.b_overlap = rng.normal(0.4, 0.2)
        self.b_dr = rng.normal(-0.1, 0.15)
        self.d_dr = rng.normal(0, 0.15, len(TYPES))
        self.contact = np.array([0.35, 0.1, -0.25, -0.6, -0.2]) + rng.normal(0, 0.15, 5)
        self.competitor = rng.normal(0, 0.3, 5)
        self.page = rng.normal(0, 0.3, 4)
        self.ship = rng.beta(8, 8, len(TYPES))
        self.unseen = 0.8 if self.kind == "noisy" else 0.3  # what no field of the frame tells
        self.noise = 1.0 if self.kind == "noisy" else 0.2

    def prospects(self, n: int) -> pd.DataFrame:
        """A list as the product would see it; columns with an underscore are hidden truth."""
        rng = self.rng
        t = rng.choice(len(TYPES), n, p=[0.06, 0.06, 0.08, 0.15, 0.1, 0.2, 0.15, 0.12, 0.08])
        relevance = np.clip(rng.normal(55, 25, n), 0, 100)
        dr = np.clip(rng.normal(45, 20, n), 0, 95)
        overlap = np.minimum(rng.geometric(0.55, n), 5)
        contact = rng.choice(5, n, p=[0.25, 0.25, 0.25, 0.15, 0.1])
        competitor, page = rng.choice(5, n), rng.choice(4, n)
        seen_overlap = np.where(rng.random(n) < 0.3 * self.noise, np.maximum(1, overlap - 1), overlap)
        seen_type = np.where(rng.random(n) < 0.1 * self.noise, rng.choice(len(TYPES), n), t)
        seen_relevance = np.clip(relevance + rng.normal(0, 15 * self.noise, n), 0, 100)
        seen_dr = np.clip(dr + rng.normal(0, 10 * self.noise, n), 0, 100)
        true = self._eta(t, relevance, dr, overlap, contact, competitor, page)
        seen = self._eta(seen_type, seen_relevance, seen_dr, seen_overlap, contact, competitor, page)
        frame = pd.DataFrame(
            {
                "link_type": np.array(TYPES)[seen_type],
                "relevance": seen_relevance,
                "dr": seen_dr,
                "overlap": seen_overlap,
                "contact_kind": np.array(CONTACTS)[contact],
                "competitor": np.array(list("ABCDE"))[competitor],
                "target_page": np.array(["/a", "/b", "/c", "/d"])[page],
                "template": None,
                "worth": np.clip(0.5 * relevance + 0.5 * np.clip(dr + rng.normal(0, 20, n), 0, 100), 1, 100),
                "_interest": expit(true + rng.normal(0, self.unseen, n)),
                "_ship": self.ship[t],
                "_true": expit(true) * self.ship[t],
                "_oracle": expit(seen) * self.ship[seen_type],
            }
        )
        missing = rng.random(n) < 0.1
        frame.loc[missing, "dr"] = np.nan
        return frame

    def _eta(self, t, relevance, dr, overlap, contact, competitor, page):  # type: ignore[no-untyped-def]
        zd = (dr - 45) / 20
        return (
            self.base[t]
            + self.b_relevance * (relevance / 100 - 0.55) / 0.25
            + self.b_overlap * np.log2(overlap)
            + (self.b_dr + self.d_dr[t]) * zd
            + self.contact[contact]
            + self.competitor[competitor]
            + self.page[page]
        )

    def mail(self, chosen: pd.DataFrame, at: datetime) -> pd.DataFrame:
        """The chosen ones with everything that will ever happen to them."""
        rng, n = self.rng, len(chosen)
        yes = rng.random(n) < chosen["_interest"].to_numpy()
        placed = yes & (rng.random(n) < chosen["_ship"].to_numpy())
        says_no = ~yes & (rng.random(n) < 0.12)
        answered = at + pd.to_timedelta(np.exp(rng.normal(np.log(3), 1.1, n)), unit="D")
        linked = answered + pd.to_timedelta(np.exp(rng.normal(np.log(12), 0.8, n)), unit="D")
        never = pd.DatetimeIndex([pd.NaT] * n).tz_localize("UTC")
        return chosen.assign(
            sent_at=pd.Timestamp(at),
            interested_at=pd.DatetimeIndex(np.where(yes, answered, never), tz="UTC"),
            refused_at=pd.DatetimeIndex(np.where(says_no, answered, never), tz="UTC"),
            linked_at=pd.DatetimeIndex(np.where(placed, linked, never), tz="UTC"),
            bounced=False,
            _won=placed,
        )


@dataclass
class Run:
    """What one way of choosing won in a world, in expected links of the pitches it sent."""

    expected: float
    value: float
    predicted: float
    actual: float
    sent: pd.DataFrame
    fitted: Fitted
    predictions: np.ndarray


def make(kind: str, seed: int) -> Any:
    """The world of a kind and seed, always the same; "wild" is another family (wild.py)."""
    if kind == "wild":
        from tests.learning.wild import Wild

        return Wild(seed)
    return World(kind, np.random.default_rng([seed, KINDS.index(kind)]))


def play(
    kind: str,
    seed: int,
    how: str,
    *,
    rounds: int = 20,
    size: int = 50,
    pool_size: int = 4000,
    priors: Priors = DEFAULT,
) -> Run:
    """Twenty rounds of fifty mails. `how`: product, links, rates, or one of STILL."""
    world = make(kind, seed)
    rest = world.prospects(pool_size)
    dice = np.random.default_rng([seed, 99])
    sent, fitted = pd.DataFrame(), shipped(priors)
    world.rng = np.random.default_rng([seed, 7])
    predictions = []
    for turn in range(rounds):
        now = START + timedelta(days=7 * turn)
        pool = rest
        if how in ("product", "links", "rates"):
            fitted = fit(_observable(sent), now=now, priors=priors)
        at = _choose(how, pool, fitted, size, dice)
        chosen = pool.iloc[at]
        predictions.append(fitted.chance(chosen))
        sent = pd.concat([sent, world.mail(chosen, now)], ignore_index=True)
        rest = pool.drop(index=pool.index[at]).reset_index(drop=True)
    expected = sent["_true"].to_numpy()
    guessed = np.concatenate(predictions)
    return Run(
        float(expected.sum()),
        float((expected * sent["worth"]).sum()),
        float(guessed.sum()),
        float(sent["_won"].sum()),
        sent,
        fitted,
        guessed,
    )


def unlearned(kind: str, seed: int, how: str, *, n: int = 1000, pool_size: int = 4000) -> tuple[float, float]:
    """Expected links, and links times worth, of the first `n` by a rule that learns nothing: one sort is enough."""
    pool = make(kind, seed).prospects(pool_size)
    chosen = pool.iloc[_choose(how, pool, shipped(), n, np.random.default_rng([seed, 99]))]
    return float(chosen["_true"].sum()), float((chosen["_true"] * chosen["worth"]).sum())


def static_score(pool: pd.DataFrame) -> np.ndarray:
    """A weighted score as other tools have it: type rate, relevance, overlap, contact, DR; nothing is learned."""
    rate = pool["link_type"].map({t: DEFAULT.mean(t) for t in TYPES}).to_numpy() / 0.18
    contact = pool["contact_kind"].map(dict(zip(CONTACTS, [1, 0.7, 0.4, 0.2, 0.3], strict=True))).to_numpy()
    dr = pool["dr"].fillna(45).to_numpy() / 100
    return (
        0.25 * rate + 0.3 * pool["relevance"].to_numpy() / 100 + 0.2 * pool["overlap"] / 5 + 0.1 * contact + 0.15 * dr
    )


def _choose(how: str, pool: pd.DataFrame, fitted: Fitted, size: int, dice: np.random.Generator) -> np.ndarray:
    if how in ("product", "links"):
        visible = _observable(pool)
        return pick(visible, fitted, size=size, rng=dice, rank="value" if how == "product" else "links").positions
    keys = {
        "oracle": lambda: pool["_oracle"],
        "oracle_value": lambda: pool["_oracle"] * pool["worth"],
        "static": lambda: static_score(pool),
        "rates": lambda: pool["link_type"].map(fitted.rates("link_type")["mean"]) + dice.random(len(pool)) * 1e-6,
        "dr": lambda: pool["dr"].fillna(0),
        "overlap": lambda: pool["overlap"] * 1000 + pool["dr"].fillna(0),
        "random": lambda: dice.random(len(pool)),
    }
    return np.argsort(-np.asarray(keys[how](), dtype=float), kind="stable")[:size]


def _observable(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[[c for c in frame.columns if not c.startswith("_")]]
