"""Figures of each side next to each other: how many sites link, how good they are, how they link. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from crm.gap.analysis import SiteLinks

BANDS = ((0, 20), (20, 40), (40, 60), (60, 80), (80, 101))


@dataclass
class SideFigures:
    """Counts of one side; `add` takes one site after the other."""

    domains: int = 0
    live: int = 0
    known: int = 0  # the files say whether it is followed
    followed: int = 0
    quality: int = 0  # live and followed
    links: int = 0
    bands: dict[str, int] = field(default_factory=dict)

    def add(self, held: SiteLinks, dr: float | None) -> None:
        """Count one site of this side; `dr` is its authority on the DR scale if known."""
        self.domains += 1
        self.links += held.links
        self.live += bool(held.live)
        self.known += held.all_nofollow is not None
        self.followed += held.all_nofollow is False
        self.quality += bool(held.live) and held.all_nofollow is False
        band = "unknown" if dr is None else next(f"{a}-{min(b, 100)}" for a, b in BANDS if dr < b)
        self.bands[band] = self.bands.get(band, 0) + 1

    def as_dict(self) -> dict[str, Any]:
        """Plain values for storing."""
        share = round(self.followed / self.known, 3) if self.known else None
        return {
            "domains": self.domains,
            "live": self.live,
            "quality": self.quality if self.known else None,
            "links": self.links,
            "follow_share": share,
            "bands": dict(sorted(self.bands.items())),
        }


class Benchmark:
    """All sides at once."""

    def __init__(self) -> None:
        self.sides: dict[str, SideFigures] = {}

    def add(self, held: Iterable[SiteLinks], dr: float | None) -> None:
        """Count one site with what each side holds of it."""
        for one in held:
            self.sides.setdefault(one.side, SideFigures()).add(one, dr)

    def as_dict(self) -> dict[str, Any]:
        """{side: figures}; our own side is the empty name."""
        return {side: figures.as_dict() for side, figures in self.sides.items()}
