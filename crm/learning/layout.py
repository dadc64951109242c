"""Pure: which column of the model means what, and what each is worth before any data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import logit

from crm.learning.features import GROUPS, Codes, Floats, Traits
from crm.learning.priors import AVERAGE_SITE, Priors


@dataclass(frozen=True)
class Layout:
    """The order of the weights: b0, relevance, overlap, DR, link types, DR by type, contacts, then the groups."""

    link_types: tuple[str, ...]
    contacts: tuple[str, ...]
    levels: Mapping[str, tuple[str, ...]]

    @property
    def n_types(self) -> int:
        return len(self.link_types)

    @property
    def contact_at(self) -> int:
        return 4 + 2 * self.n_types

    @property
    def size(self) -> int:
        return self.contact_at + len(self.contacts) + sum(len(self.levels[g]) for g in GROUPS)

    def group_at(self, name: str) -> int:
        """First column of a group."""
        before = GROUPS[: GROUPS.index(name)]
        return self.contact_at + len(self.contacts) + sum(len(self.levels[g]) for g in before)

    def matrix(self, rows: Traits) -> Floats:
        """One dense row per pitch."""
        x = np.zeros((len(rows), self.size + 1))  # the last column swallows "another or unknown"
        at = np.arange(len(rows))
        x[:, 0], x[:, 1], x[:, 2], x[:, 3] = 1.0, rows.relevance_z, rows.overlap_log2, rows.dr_z
        for first, codes, value in self._blocks(rows):
            n = self._width(first)
            x[at, np.where(codes < n, first + codes, self.size)] = value
        return x[:, : self.size]

    def scores(self, rows: Traits, b: Floats) -> Floats:
        """X·b without building X; a million rows stay cheap."""
        eta = b[0] + b[1] * rows.relevance_z + b[2] * rows.overlap_log2 + b[3] * rows.dr_z
        for first, codes, value in self._blocks(rows):
            weights = np.append(b[first : first + self._width(first)], 0.0)
            eta = eta + weights[np.minimum(codes, len(weights) - 1)] * value
        return np.asarray(eta, dtype=np.float64)

    def means(self, priors: Priors) -> Floats:
        """Prior mean of each weight."""
        m = np.zeros(self.size)
        m[1], m[2], m[3] = priors.relevance[0], priors.overlap[0], priors.dr[0]
        m[self.contact_at : self.contact_at + len(self.contacts)] = [priors.contacts[c] for c in self.contacts]
        return m

    def spreads(self, priors: Priors) -> Floats:
        """Prior standard deviation of each weight."""
        s = np.full(self.size, priors.contact_sd)
        s[:4] = priors.base_sd, priors.relevance[1], priors.overlap[1], priors.dr[1]
        s[4 : 4 + self.n_types] = priors.type_sd
        s[4 + self.n_types : self.contact_at] = priors.type_dr_sd
        for name, sd in zip(GROUPS, (priors.competitor_sd, priors.page_sd, priors.template_sd), strict=True):
            s[self.group_at(name) : self.group_at(name) + len(self.levels[name])] = sd
        return s

    def bounds(self, of_types: Floats, others: float) -> Floats:
        """Cap of each weight: its own for the link types, one for all others."""
        cap = np.full(self.size, others)
        cap[4 : 4 + self.n_types] = of_types
        return cap

    def _blocks(self, rows: Traits) -> Sequence[tuple[int, Codes, Floats | float]]:
        return [
            (4, rows.link_type, 1.0),
            (4 + self.n_types, rows.link_type, rows.dr_z),
            (self.contact_at, rows.contact, 1.0),
            *((self.group_at(g), rows.groups[g], 1.0) for g in GROUPS if self.levels[g]),
        ]

    def _width(self, first: int) -> int:
        if first < self.contact_at:
            return self.n_types
        if first == self.contact_at:
            return len(self.contacts)
        return next(len(self.levels[g]) for g in GROUPS if self.levels[g] and self.group_at(g) == first)


def baselines(priors: Priors, link_types: Sequence[str], mix: Floats) -> Floats:
    """Log odds of interest per link type before any data, without the average-site term; last: type unknown.

    `mix` are the shares of the types in the project, for prospects whose type is not known.
    """
    means = np.array([priors.mean(t) for t in link_types])
    means = np.append(means, float(means @ mix / mix.sum()))
    return np.asarray(logit(np.minimum(means / priors.ship_mean, 0.9)) + AVERAGE_SITE, dtype=np.float64)
