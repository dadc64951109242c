"""Pure: how many links a page needs, and how many pitches that takes. Sources: docs/learning.md, "The planner"."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean, median
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, betaln, gammaln

from crm.learning.priors import CEILING, DEFAULT

DR_STEP = 50.0  # an authority this much lower doubles the need; our default, the guides give no number
MAX_FACTOR = 2.0
YEARLY_LOSS = 0.10  # of placed links, until the project's own checks say otherwise
DELAY_TAIL_DAYS = 45.0  # by then nine in ten links that come at all have come
CAVEATS = ("intent", "trust", "health", "authority")


@dataclass(frozen=True)
class Needed:
    """How many referring domains a page needs, with everything the number hides."""

    mean: float
    median: float
    range: tuple[int, int]
    base: int  # the mean, rounded: the guides' number
    factor: float
    target: int
    have: int
    needed: int
    needed_with_losses: int
    unit: str
    warning: str
    links_decide: bool = True  # False: the pages on top rank without links

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        middle = int(self.median) if self.median == int(self.median) else self.median
        rounded = {"mean": round(self.mean, 2), "median": middle, "factor": round(self.factor, 2)}
        return {**asdict(self), **rounded, "range": list(self.range)}


@dataclass(frozen=True)
class Volume:
    """How many pitches bring so many links: naive division, and for 50 % and 80 % certainty."""

    links: int
    naive: int
    p50: int
    p80: int
    mean: float
    low: float
    high: float
    above_ceiling: bool

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        rounded = {name: round(getattr(self, name), 4) for name in ("mean", "low", "high")}
        return {**asdict(self), **rounded}


def needed(
    top: Sequence[int],
    *,
    have: int = 0,
    top_dr: Sequence[float] = (),
    dr: float | None = None,
    years: float = 0.0,
    yearly_loss: float = YEARLY_LOSS,
    monthly_growth: float = 0.0,
    months: float = 0.0,
    unit: str = "referring domains",
) -> Needed:
    """Links needed from those of the top three pages (top 3, not 10: that is where the clicks happen).

    `top_dr` and `dr`: authority of those pages' sites and of ours; a lower one raises the need up to twice.
    `years`: length of the campaign; links lost on the way are added. `monthly_growth`: new domains a month of the
    median rival page, for `months`. Raises ValueError for no or negative numbers.
    """
    if not top or any(n < 0 for n in top) or have < 0:
        raise ValueError("Give the links of the top pages as whole numbers of 0 or more.")
    mean = fmean(top)
    factor = 1.0
    if top_dr and dr is not None:
        factor = 1 + min(MAX_FACTOR - 1, max(0.0, (fmean(top_dr) - dr) / DR_STEP))
    target = math.ceil(mean * factor - 1e-9)
    missing = max(0, target - have)
    lost = min(0.9, yearly_loss * years / 2)
    growth = math.ceil(3 * monthly_growth * months - 1e-9)
    return Needed(
        mean=mean,
        median=float(median(top)),
        range=(min(top), max(top)),
        base=round(mean),
        factor=factor,
        target=target,
        have=have,
        needed=missing,
        needed_with_losses=math.ceil(missing / (1 - lost) - 1e-9) + growth,
        unit=unit,
        warning=_warning(top),
        links_decide=not _few_links(top),
    )


def rate_of(link_type: str, wins: int = 0, matured: float = 0.0) -> tuple[float, float]:
    """Beta posterior of sent to linked after `wins` in `matured` pitches. KeyError for an unknown link type."""
    a, b = DEFAULT.types[link_type]
    return a + wins, b + max(0.0, matured - wins)


def volume(links: int, a: float, b: float) -> Volume:
    """Pitches for `links` links at a rate known as Beta(a, b). Raises ValueError when links < 1."""
    if links < 1:
        raise ValueError("A plan needs at least one link.")
    mean = a / (a + b)
    return Volume(
        links=links,
        naive=math.ceil(links / mean - 1e-9),
        p50=_pitches(links, a, b, 0.50),
        p80=_pitches(links, a, b, 0.80),
        mean=mean,
        low=float(betaincinv(a, b, 0.10)),
        high=float(betaincinv(a, b, 0.90)),
        above_ceiling=mean > CEILING,
    )


def outcome(pitches: int, a: float, b: float) -> tuple[int, int, int]:
    """Links from so many pitches: what one in ten, half and nine in ten plans stay below (p10, p50, p90)."""
    cumulated = np.cumsum(_pmf(pitches, a, b, pitches + 1))
    p10, p50, p90 = (int(np.searchsorted(cumulated, q)) for q in (0.10, 0.50, 0.90))
    return p10, p50, p90


def certainty(pitches: int, links: int, a: float, b: float) -> float:
    """P(at least `links` links from so many pitches), Beta-Binomial."""
    if links <= 0:
        return 1.0
    if pitches < links:
        return 0.0
    return float(min(1.0, max(0.0, 1 - _pmf(pitches, a, b, links).sum())))


def mixed(pitches: Mapping[str, int], rates: Mapping[str, tuple[float, float]], rng: np.random.Generator) -> list[int]:
    """Links from a plan over several link types: 4,000 simulated totals, sorted."""
    total = np.zeros(4000, dtype=np.int64)
    for name, n in pitches.items():
        a, b = rates[name]
        total += rng.binomial(n, rng.beta(a, b, size=4000))
    return [int(v) for v in np.sort(total)]


def weeks(pitches: int, *, daily_cap: int, followup_share: float = 1.2) -> float:
    """Weeks of sending, five days each: every pitch brings about 1.2 follow-ups, which use the same cap."""
    return pitches * (1 + followup_share) / max(1, daily_cap) / 5


def _pmf(n: int, a: float, b: float, upto: int) -> NDArray[np.float64]:
    """P(k links of n pitches) for k below `upto`."""
    k = np.arange(min(upto, n + 1), dtype=float)
    logs = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1) + betaln(k + a, n - k + b) - betaln(a, b)
    return np.asarray(np.exp(logs), dtype=np.float64)


def _pitches(links: int, a: float, b: float, sure: float) -> int:
    """Smallest n with that certainty, by doubling and halving the distance."""
    low, high = links - 1, links
    while certainty(high, links, a, b) < sure:
        low, high = high, high * 2
        if high > 50_000_000:
            return high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if certainty(middle, links, a, b) >= sure else (middle, high)
    return high


def _warning(top: Sequence[int]) -> str:
    if _few_links(top):
        return "Links are not what ranks here: two of the top three pages have none."
    if len(top) >= 3 and max(top) > 3 * max(1.0, median(top)):
        return "One page has far more links than the others and lifts the mean; look at the median as well."
    return ""


def _few_links(top: Sequence[int]) -> bool:
    return len(top) >= 3 and sum(n == 0 for n in top[:3]) >= 2
