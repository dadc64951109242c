"""Worlds of any kind at all: strong and weak, with rates from 1 to 15 %, turned signs, holes, drift, slow answers.

The four kinds of simulation.py scatter around what ships. These do not: each draws how far the shipped order of the
link types holds (from agreeing to turned round), whether rivals or DR say anything, how columns hang together, how many
values are missing, how slow people are and whether tastes change on the way. Whoever only fits the four kinds fails here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from scipy.stats import norm

from crm.learning.priors import DEFAULT
from tests.learning.simulation import CONTACTS, START, TYPES


@dataclass
class Wild:
    """A world drawn from `seed` alone; the same interface as simulation.World."""

    seed: int
    kind: str = "wild"

    def __post_init__(self) -> None:
        self.rng = rng = np.random.default_rng([self.seed, 4])
        n = len(TYPES)
        shipped = logit(np.array([DEFAULT.mean(t) for t in TYPES]))
        shipped = (shipped - shipped.mean()) / shipped.std()
        self.agree = rng.uniform(-1, 1)  # how far the shipped order of the types holds here
        self.spread = rng.uniform(0.2, 1.3)  # of the types' log odds
        order = self.agree * shipped + np.sqrt(1 - self.agree**2) * rng.normal(0, 1, n)
        self.rate = np.exp(rng.uniform(np.log(0.01), np.log(0.15)))  # links per pitch, anybody
        self.types = self.spread * order
        self.ship = np.clip(rng.beta(6, 6, n) if rng.random() < 0.7 else rng.beta(3, 9, n), 0.05, 0.95)
        self.base = logit(min(self.rate / self.ship.mean(), 0.6)) - 0.5 * self.spread**2
        self.b_relevance = rng.choice([0.0, rng.uniform(0.1, 0.9), rng.uniform(0.1, 0.9), -rng.uniform(0, 0.3)])
        self.b_overlap = rng.choice([0.0, rng.uniform(0.1, 0.8), rng.uniform(0.1, 0.8), -rng.uniform(0, 0.3)])
        self.b_dr = rng.normal(-0.1, 0.3)
        self.d_dr = rng.normal(0, rng.uniform(0, 0.3), n)
        self.contact = np.array([0.35, 0.1, -0.25, -0.6, -0.2]) * rng.uniform(-0.3, 2) + rng.normal(0, 0.15, 5)
        self.levels = (int(rng.integers(2, 9)), int(rng.integers(1, 7)), int(rng.integers(1, 4)))
        self.group = [rng.normal(0, rng.choice([0.0, 0.3, 0.7]), m) for m in self.levels]
        self.drift = rng.normal(0, 0.5, n) if rng.random() < 0.3 else np.zeros(n)  # of the types, over twenty weeks
        self.slow = rng.choice([0.7, 1.0, 1.0, 2.0, 3.0])
        self.says_no = rng.uniform(0.02, 0.3)
        self.tied = rng.uniform(-0.5, 0.7)  # relevance with overlap and DR
        self.mix = rng.dirichlet(np.full(n, 1.5))
        self.holes = rng.choice([0.0, 0.1, 0.6])
        self.noise = rng.choice([0.0, 0.3, 1.0])
        self.unseen = rng.uniform(0.1, 0.9)

    def prospects(self, n: int) -> pd.DataFrame:
        """A list as the product would see it; columns with an underscore are hidden truth."""
        rng = self.rng
        t = rng.choice(len(TYPES), n, p=self.mix)
        common, own = rng.normal(0, 1, n), rng.normal(0, 1, (3, n))
        tied, apart = np.sqrt(abs(self.tied)) * np.sign(self.tied), np.sqrt(1 - abs(self.tied))
        relevance = np.clip(55 + 25 * (np.sqrt(abs(self.tied)) * common + apart * own[0]), 0, 100)
        dr = np.clip(45 + 20 * (tied * common + apart * own[1]), 0, 95)
        draw = np.clip(norm.cdf(tied * common + apart * own[2]), 1e-9, 1 - 1e-9)
        overlap = np.minimum(np.ceil(np.log(1 - draw) / np.log(0.45)), 6).astype(int)
        overlap = np.maximum(overlap, 1)
        contact = rng.choice(5, n, p=[0.25, 0.25, 0.25, 0.15, 0.1])
        groups = [rng.choice(m, n) for m in self.levels]
        seen_t = np.where(rng.random(n) < 0.1 * self.noise, rng.choice(len(TYPES), n), t)
        seen_relevance = np.clip(relevance + rng.normal(0, 15 * self.noise, n), 0, 100)
        seen_dr = np.clip(dr + rng.normal(0, 8 * self.noise, n), 0, 100)
        missing = rng.random(n) < self.holes
        seen = self._eta(seen_t, seen_relevance, np.where(missing, 45, seen_dr), overlap, contact, groups)
        true = self._eta(t, relevance, dr, overlap, contact, groups)
        hidden = true + rng.normal(0, self.unseen, n)
        return pd.DataFrame(
            {
                "link_type": np.array(TYPES)[seen_t],
                "relevance": seen_relevance,
                "dr": np.where(missing, np.nan, seen_dr),
                "overlap": overlap,
                "contact_kind": np.array(CONTACTS)[contact],
                "competitor": [f"rival{i}" for i in groups[0]],
                "target_page": [f"/page{i}" for i in groups[1]],
                "template": [f"text{i}" for i in groups[2]],
                "worth": np.clip(0.5 * relevance + 0.5 * np.clip(dr + rng.normal(0, 20, n), 0, 100), 1, 100),
                "_eta": hidden,
                "_t": t,
                "_interest": expit(hidden),
                "_ship": self.ship[t],
                "_true": expit(true) * self.ship[t],
                "_oracle": expit(seen) * self.ship[seen_t],
            }
        )

    def _eta(self, t, relevance, dr, overlap, contact, groups):  # type: ignore[no-untyped-def]
        return (
            self.base
            + self.types[t]
            + self.b_relevance * (relevance / 100 - 0.55) / 0.25
            + self.b_overlap * np.log2(overlap)
            + (self.b_dr + self.d_dr[t]) * (dr - 45) / 20
            + self.contact[contact]
            + sum(effect[at] for effect, at in zip(self.group, groups, strict=True))
        )

    def mail(self, chosen: pd.DataFrame, at: datetime) -> pd.DataFrame:
        """The chosen ones with everything that will ever happen to them."""
        rng, n = self.rng, len(chosen)
        moved = (at - START) / timedelta(days=140) - 0.5
        p = expit(chosen["_eta"].to_numpy() + moved * self.drift[chosen["_t"].to_numpy()])
        yes = rng.random(n) < p
        placed = yes & (rng.random(n) < chosen["_ship"].to_numpy())
        says_no = ~yes & (rng.random(n) < self.says_no)
        answered = at + pd.to_timedelta(np.exp(rng.normal(np.log(3 * self.slow), 1.1, n)), unit="D")
        linked = answered + pd.to_timedelta(np.exp(rng.normal(np.log(12 * self.slow), 0.8, n)), unit="D")
        never = pd.DatetimeIndex([pd.NaT] * n).tz_localize("UTC")
        return chosen.assign(
            sent_at=pd.Timestamp(at),
            interested_at=pd.DatetimeIndex(np.where(yes, answered, never), tz="UTC"),
            refused_at=pd.DatetimeIndex(np.where(says_no, answered, never), tz="UTC"),
            linked_at=pd.DatetimeIndex(np.where(placed, linked, never), tz="UTC"),
            bounced=False,
            _won=placed,
        )
