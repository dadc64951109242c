"""The gap itself: who links to rivals and not to us, counted per rival, with the best page. Pure.

Links are first gathered per file (`gather`), files of one side are merged (`merge`), sides are compared (`compare`).
Lost links keep a site in the list, marked; a lost link to us no longer counts as linking to us.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from crm import domains
from crm.gap.rows import Row
from crm.vocabulary import Grain

Rank = tuple[float, str]
NO_PAGE: Rank = (math.inf, "")
STEPS = 100  # steps of one point of a score when pages are ranked
LONGEST = 9999  # characters of an address from which length no longer counts


@dataclass(slots=True)
class Held:
    """What one side holds of one site (or one page): counted links, the best page, the largest scores."""

    links: int = 0
    live: int = 0
    best: Rank = NO_PAGE
    metrics: dict[str, float] = field(default_factory=dict)

    def add(self, other: "Held") -> None:
        """Add what another file of the same side holds."""
        self.links += other.links
        self.live += other.live
        self.best = min(self.best, other.best)
        for name, value in other.metrics.items():
            self.metrics[name] = max(value, self.metrics.get(name, value))

    def cover(self, other: "Held") -> None:
        """Take in what another vendor says of the same links: the larger count stands, nothing adds up."""
        links, live = max(self.links, other.links), max(self.live, other.live)
        self.add(other)
        self.links, self.live = links, live


Side = dict[str, Held]


@dataclass(frozen=True, slots=True)
class GapRow:
    """One site (or page) of the gap."""

    domain: str
    page: str  # "" at domain level
    competitors: tuple[str, ...]
    links: Mapping[str, int]
    links_total: int
    best_page: str
    metrics: Mapping[str, float]
    lost: bool  # every link seen is reported lost

    @property
    def overlap(self) -> int:
        """Number of rivals it links to."""
        return len(self.competitors)


def gather(rows: Iterable[Row], *, level: str = "domain") -> Side:
    """Links of one file per site, or per page with level "page"; every usable line is one link.

    A site that a list of sites names twice counts once.
    """
    side: Side = {}
    for row in rows:
        if row.grain in (Grain.CONTACT, Grain.GAP) or (row.duplicate and row.grain is Grain.DOMAIN):
            continue
        key = row.source_domain if level == "domain" else row.source_key
        if key:
            side.setdefault(key, Held()).add(_held(row))
    return side


def gather_gap(rows: Iterable[Row]) -> dict[str, Side]:
    """Sides of a gap file, whose columns are the rivals: site of the rival -> what it holds."""
    sides: dict[str, Side] = {}
    for row in rows:
        if row.duplicate:
            continue
        for site, count in row.links.items():
            one = _held(row)
            one.links, one.live = count, count
            sides.setdefault(site, {}).setdefault(row.source_domain, Held()).add(one)
    return sides


def merge(sides: Iterable[Side]) -> Side:
    """Several files of one side as one: a link exists if any file says so. A single filled side comes back itself."""
    filled = [side for side in sides if side]
    if len(filled) < 2:
        return filled[0] if filled else {}
    merged: Side = {}
    for side in filled:
        for key, held in side.items():
            merged.setdefault(key, Held()).add(held)
    return merged


def cover(vendors: Iterable[Side]) -> Side:
    """What several vendors say of one side as one: the same links seen more than once."""
    filled = [side for side in vendors if side]
    if len(filled) < 2:
        return filled[0] if filled else {}
    covered: Side = {}
    for side in filled:
        for key, held in side.items():
            covered.setdefault(key, Held()).cover(held)
    return covered


def compare(
    mine: Side, rivals: Mapping[str, Side], *, outside: Iterable[str] = (), min_overlap: int = 1, level: str = "domain"
) -> list[GapRow]:
    """The gap, most rivals first, then most links, then name. `outside` are own and rival sites, never in the gap."""
    left_out = {domains.registrable(site) or site for site in outside}
    ours = {_site(key, level) for key, held in mine.items() if held.live}
    keys: dict[str, list[str]] = {}
    for name, side in rivals.items():
        for key in side:
            keys.setdefault(key, []).append(name)
    found = []
    for key, names in keys.items():
        site = _site(key, level)
        if len(names) >= min_overlap and site not in ours and site not in left_out:
            found.append(_row(key, site, names, rivals, level))
    return sorted(found, key=lambda r: (-r.overlap, -r.links_total, r.domain, r.page))


def strength(row: Row) -> float:
    """The largest score of the linking page itself, 0 when no tool gave one."""
    return max((m.value for m in row.metrics if m.level == "page"), default=0.0)


def rank_of(row: Row) -> Rank:
    """How good a page is as evidence, smaller is better: live, followed, strong, short, then by its address.

    The bulk engine computes the same number in SQL.
    """
    flags = 2 * bool(row.is_lost) + bool(row.nofollow)
    weakness = 100 * STEPS - math.floor(STEPS * min(max(strength(row), 0.0), 100.0))
    number = (flags * (100 * STEPS + 1) + weakness) * (LONGEST + 1) + min(len(row.source_text), LONGEST)
    return (float(number), row.source_text)


def _held(row: Row) -> Held:
    count = row.backlinks if row.grain is Grain.DOMAIN and row.backlinks else 1
    metrics: dict[str, float] = {}
    for m in row.metrics:
        name = f"{m.vendor}.{m.name}"
        metrics[name] = max(m.value, metrics.get(name, m.value))
    if row.domain_traffic is not None:
        metrics["traffic"] = row.domain_traffic
    return Held(count, 0 if row.is_lost else count, rank_of(row) if row.source_url else NO_PAGE, metrics)


def _site(key: str, level: str) -> str:
    return key if level == "domain" else domains.registrable(key) or key


def _row(key: str, site: str, names: list[str], rivals: Mapping[str, Side], level: str) -> GapRow:
    whole = Held()
    for name in names:
        whole.add(rivals[name][key])
    links = {name: rivals[name][key].links for name in sorted(names)}
    best = domains.normal_url(whole.best[1]) if whole.best[1] else ""
    page = best if level == "page" else ""
    return GapRow(site, page, tuple(links), links, whole.links, best, whole.metrics, whole.live == 0)
