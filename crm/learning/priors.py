"""Pure: what is believed before the first mail, and how strongly. Numbers are explained in docs/learning.md."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

NU = 3.0  # degrees of freedom of the Student-t priors: they let go when the data insist
CAP = 2.0  # no learned offset goes further than this on the log odds, so a poisoned type cannot run away
AVERAGE_SITE = -0.35  # the published rates were won by hand-picked pitches; an average site answers less
CEILING = 0.20  # "rarely above 15 to 20 percent": the guides' ceiling for warm gap outreach

_TYPES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "unlinked_mention": (5.4, 24.6),
        "partnership": (3.2, 36.8),
        "local_citation": (3.0, 27.0),
        "guest_contribution": (4.2, 55.8),
        "broken_link": (2.7, 57.3),
        "resource_page": (2.4, 57.6),
        "list_post": (2.1, 57.9),
        "editorial_mention": (1.5, 58.5),
        "digital_pr": (1.2, 98.8),
    }
)
_CONTACTS: Mapping[str, float] = MappingProxyType(
    {"named_verified": 0.3, "named": 0.1, "role": -0.2, "guessed": -0.5, "unknown": -0.1}
)


@dataclass(frozen=True)
class Delay:
    """A log-normal waiting time: median in days and standard deviation of its logarithm."""

    median: float
    spread: float


@dataclass(frozen=True)
class Priors:
    """Prior means and standard deviations of every weight of the model.

    `types` holds Beta(a, b) of "sent becomes linked" per link type, `contacts` the prior mean per kind of address.
    """

    types: Mapping[str, tuple[float, float]] = field(default_factory=lambda: _TYPES)
    contacts: Mapping[str, float] = field(default_factory=lambda: _CONTACTS)
    ship: tuple[float, float] = (10.0, 10.0)  # interested becomes linked
    relevance: tuple[float, float] = (0.30, 0.30)
    overlap: tuple[float, float] = (0.40, 0.30)
    dr: tuple[float, float] = (-0.10, 0.25)
    base_sd: float = 0.7
    type_sd: float = 1.5  # wide enough to turn round when the shipped order of the types is wrong here
    type_dr_sd: float = 0.25
    contact_sd: float = 0.3
    competitor_sd: float = 0.35
    page_sd: float = 0.35
    template_sd: float = 0.2
    reply: Delay = Delay(3.0, 1.1)
    placement: Delay = Delay(12.0, 0.8)

    def mean(self, link_type: str) -> float:
        """Prior mean of P(linked) of a link type; KeyError for an unknown one."""
        a, b = self.types[link_type]
        return a / (a + b)

    @property
    def ship_mean(self) -> float:
        """Prior mean of P(linked | interested)."""
        return self.ship[0] / (self.ship[0] + self.ship[1])


DEFAULT = Priors()
