"""Which idea pays most: expected links, raised by searches that rivals win and we miss and by the publications we want.

Pure. A topic that is missing among the links and in the search results is the first to make.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from crm import domains
from crm.gap.clusters import Cluster, words_in

SEEN = 20  # places that count as being found
ALIKE = 0.6  # share of a keyword's words that an idea speaks of
MOST_SEARCHES = 10_000  # searches a month from which more add nothing
LISTED = 8


@dataclass(frozen=True, slots=True)
class Place:
    """One stored result: who stands where for a keyword."""

    keyword: str
    url: str
    site: str
    position: int
    volume: int | None


@dataclass(frozen=True, slots=True)
class Missed:
    """A keyword for which others are found and we are not."""

    keyword: str
    volume: int
    pages: frozenset[str]  # keys of the addresses that are found


@dataclass(frozen=True, slots=True)
class Demand:
    """The missed keywords of one idea, most searched first, and their searches a month together."""

    keywords: tuple[str, ...]
    volume: int


def missed(places: Iterable[Place], own: Sequence[str]) -> list[Missed]:
    """Keywords for which somebody is among the first 20 and none of our sites is."""
    pages: dict[str, set[str]] = {}
    volume: dict[str, int] = {}
    ours: set[str] = set()
    for one in places:
        if one.position > SEEN:
            continue
        volume[one.keyword] = max(volume.get(one.keyword, 0), one.volume or 0)
        if one.site in own:
            ours.add(one.keyword)
        else:
            pages.setdefault(one.keyword, set()).add(domains.url_key(one.url))
    found = [
        Missed(keyword, volume[keyword], frozenset(keys)) for keyword, keys in pages.items() if keyword not in ours
    ]
    return sorted(found, key=lambda m: (-m.volume, m.keyword))


def demand(cluster: Cluster, keywords: Sequence[Missed]) -> Demand:
    """The missed keywords of an idea: a rival's page of it is found for them, or they speak of its topic."""
    pages, topic = {domains.url_key(url) for url in cluster.rival_pages}, set(cluster.words)
    fits = [one for one in keywords if one.pages & pages or _speaks(one.keyword, topic)]
    return Demand(tuple(one.keyword for one in fits[:LISTED]), sum(one.volume for one in fits))


def priority(expected: float, searches: int, wanted_share: float, *, has_keywords: bool = False) -> float:
    """Expected links, up to doubled by searches (and a tenth for keywords of unknown volume), up to doubled again when
    all sites are publications the user wants."""
    search = min(1.0, math.log10(1 + searches) / math.log10(1 + MOST_SEARCHES))
    return expected * (1 + max(search, 0.1 if has_keywords else 0.0)) * (1 + min(1.0, max(0.0, wanted_share)))


def share(sites: Sequence[str], kinds: Mapping[str, str], wanted: Sequence[str]) -> float:
    """Share of the sites that are of a wanted kind."""
    return sum(kinds.get(site) in wanted for site in sites) / len(sites) if sites else 0.0


def _speaks(keyword: str, topic: set[str]) -> bool:
    words = set(words_in(keyword))
    both = len(words & topic)
    return both >= min(2, len(topic)) and both >= ALIKE * len(words)
