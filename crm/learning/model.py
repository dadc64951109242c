"""The model of what a pitch is worth: P(interested), P(linked), and how sure we are. Pure; see docs/learning.md.

log odds of interest = baseline of the link type - 0.35 (an average site) + b0 + type + relevance + competitors
                       linked + DR + DR within the type + contact + competitor + page + template
P(linked) = P(interested) x share of that type's interested ones that ship
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit

from crm.learning import caps, delays, features, newton, stored, words
from crm.learning.features import GROUPS, Floats, Happened, Traits
from crm.learning.layout import Layout, baselines
from crm.learning.priors import CAP, DEFAULT, Delay, Priors
from crm.learning.tally import Tally

Z80 = 1.2815515655446004  # an 80 % interval reaches this many standard deviations to each side


@dataclass(frozen=True)
class Fitted:
    """What is believed after a fit. Immutable; `shipped()` is the belief before any mail."""

    priors: Priors
    layout: Layout
    weights: Floats
    covariance: Floats
    base: Floats  # per link type, last: unknown
    ship: Floats  # P(linked | interested) per link type, last: unknown
    ship_n: Floats  # settled interested ones behind it
    reply: Delay
    placement: Delay
    dr_fill: float
    n_sent: int
    n_matured: float
    n_wins: int
    capped: tuple[str, ...] = ()
    record: Mapping[str, tuple[int, float]] = field(default_factory=dict)  # wins and matured pitches per link type
    tally: Tally = field(default_factory=Tally.empty, repr=False)

    def chance(self, prospects: pd.DataFrame) -> Floats:
        """P(linked) of each row, 0 to 1; same columns as `fit` takes, in any state of completeness."""
        return self._linked(self._traits(prospects), self.weights)

    def interest(self, prospects: pd.DataFrame) -> Floats:
        """P(interested) of each row."""
        return np.asarray(expit(self._eta(self._traits(prospects), self.weights)), dtype=np.float64)

    def draw(self, prospects: pd.DataFrame, rng: np.random.Generator, *, wide: float = 1.0) -> Floats:
        """P(linked) under one draw of the weights (Thompson), with `wide` times their variance."""
        drawn = rng.multivariate_normal(self.weights, wide * self.covariance, method="cholesky")
        return self._linked(self._traits(prospects), drawn)

    def interval(self, prospects: pd.DataFrame) -> tuple[Floats, Floats]:
        """80 % interval of P(linked) of each row (delta method on the log scale)."""
        rows = self._traits(prospects)
        p = expit(self._eta(rows, self.weights))
        ship, n = self.ship[rows.link_type], self.ship_n[rows.link_type] + sum(self.priors.ship)
        var = np.empty(len(rows))
        for start in range(0, len(rows), 20_000):  # the dense matrix of a million rows would not fit
            part = slice(start, start + 20_000)
            x = self.layout.matrix(rows.part(part))
            var[part] = np.einsum("ij,jk,ik->i", x, self.covariance, x, optimize=True)
        reach = Z80 * np.sqrt((1 - p) ** 2 * var + (1 - ship) / (ship * n))
        return p * ship * np.exp(-reach), np.minimum(p * ship * np.exp(reach), 1.0)

    def explain(self, row: Any) -> list[tuple[str, float]]:
        """Words and factors on the odds of interest; their product is the odds of `interest(row)`.

        `row` is a mapping, a Series or a frame of one row.
        """
        return words.explain(self, one_row(row))

    def rates(self, by: str) -> pd.DataFrame:
        """Per value of a column: n_sent, n_matured, wins, mean, low, high (80 % interval of a Beta posterior).

        The index holds the value, as does the column named `by`. Every known link type has a row, sent or not.
        """
        return self.tally.rates(by, self.priors)

    def to_params(self) -> dict[str, Any]:
        """Everything but the counts behind `rates`, as plain JSON values."""
        return stored.pack(self)

    @classmethod
    def from_params(cls, params: dict[str, Any] | None, priors: Priors = DEFAULT) -> "Fitted":
        """The reverse of `to_params`; an empty dict gives the shipped priors."""
        return cls(**stored.unpack(params, priors)) if params else shipped(priors)

    def _traits(self, frame: pd.DataFrame) -> Traits:
        layout = self.layout
        return features.traits(frame, layout.link_types, layout.contacts, layout.levels, self.dr_fill)

    def _eta(self, rows: Traits, weights: Floats) -> Floats:
        return np.asarray(self.base[rows.link_type] + self.layout.scores(rows, weights), dtype=np.float64)

    def _linked(self, rows: Traits, weights: Floats) -> Floats:
        return np.asarray(expit(self._eta(rows, weights)) * self.ship[rows.link_type], dtype=np.float64)


def shipped(priors: Priors = DEFAULT) -> Fitted:
    """The belief before any mail."""
    return fit(pd.DataFrame(), now=datetime(1970, 1, 1, tzinfo=UTC), priors=priors)


def fit(pitches: pd.DataFrame, *, now: datetime, priors: Priors = DEFAULT) -> Fitted:
    """Learn from one row per prospect contacted.

    Columns, each of which may be missing or hold NaN: link_type, relevance (0-100), dr, overlap, contact_kind,
    competitor, target_page, template, sent_at, interested_at, refused_at, linked_at (UTC or NaT), bounced. Rows not
    sent by `now` and bounced ones do not count; events after `now` have not happened yet, so that a fit of the past
    is made by giving a past `now`. The order of rows is irrelevant.
    """
    rows = features.sent_rows(pitches, now)
    levels = {name: features.top_levels(rows, name) for name in GROUPS}
    layout = Layout(tuple(priors.types), tuple(priors.contacts), levels)
    dr_fill = features.median_dr(rows)
    traits = features.traits(rows, layout.link_types, layout.contacts, levels, dr_fill)
    events = features.happened(rows, now)
    reply = delays.estimate(events.wait_interest, events.age, priors.reply)
    placement = delays.estimate(events.wait_link, events.since_interest, priors.placement)
    mix = np.bincount(traits.link_type, minlength=layout.n_types + 1)[:-1].astype(np.float64) + 1.0
    base = baselines(priors, layout.link_types, mix)
    problem, trusted = _problem(layout, traits, events, base, reply, priors)
    ship, ship_n = _ship(traits, events, trusted.weight, placement, layout.n_types, priors)
    shipping = np.maximum(np.log(ship / priors.ship_mean), 0.0)[:-1]
    low, high = layout.bounds(trusted.low[:-1], -CAP), layout.bounds(trusted.high[:-1] - shipping, CAP)
    weights, held = caps.climb(problem, low, high)
    counted = Tally.of(rows, events, total_delay(reply, placement), layout.link_types, priors)
    return Fitted(
        priors=priors,
        layout=layout,
        weights=weights,
        covariance=newton.covariance(problem, weights),
        base=base,
        ship=ship,
        ship_n=ship_n,
        reply=reply,
        placement=placement,
        dr_fill=dr_fill,
        n_sent=len(rows),
        n_matured=counted.n_matured,
        n_wins=int(events.linked.sum()),
        capped=tuple(np.array(layout.link_types)[(held[4 : 4 + layout.n_types])].tolist()),
        record=counted.record(),
        tally=counted,
    )


def total_delay(reply: Delay, placement: Delay) -> Delay:
    """Sent to linked as one log-normal: about the shipped 16 days, spread .8."""
    return Delay(placement.median + reply.median + 1.0, placement.spread)


def one_row(row: Any) -> pd.DataFrame:
    """A frame of one row from a mapping, a Series or such a frame."""
    if isinstance(row, pd.DataFrame):
        return row.iloc[:1]
    return pd.DataFrame([dict(row)])


def _problem(
    layout: Layout, traits: Traits, events: Happened, base: Floats, reply: Delay, priors: Priors
) -> tuple[newton.Problem, caps.Trust]:
    """What the weights are fitted to, and how far each link type is believed."""
    base_of, means = base[traits.link_type], layout.means(priors)
    arrived = delays.arrived(events.age, reply)
    trusted = caps.trust(traits, events, arrived, base_of + layout.scores(traits, means), base)
    problem = newton.Problem(
        x=layout.matrix(traits),
        base=base_of,
        yes=events.interested,
        no=events.refused,
        arrived=arrived,
        mean=means,
        sd=layout.spreads(priors),
        weight=trusted.weight,
    )
    return problem, trusted


def _ship(
    traits: Traits, events: Happened, weight: Floats, placement: Delay, n_types: int, priors: Priors
) -> tuple[Floats, Floats]:
    """P(linked | interested) per type, last: all types together, for an unknown one."""
    seen = np.where(events.settled, 1.0, delays.arrived(events.since_interest, placement))
    seen = np.where(events.interested, seen * weight, 0.0)
    n = np.bincount(traits.link_type, weights=seen, minlength=n_types + 1).astype(np.float64)
    k = np.bincount(traits.link_type, weights=events.linked * weight, minlength=n_types + 1)
    n[-1], k[-1] = n.sum(), k.sum()
    a, b = priors.ship
    return (k + a) / (np.maximum(n, k) + a + b), n
