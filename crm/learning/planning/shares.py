"""Pure: a goal's links shared out over link types and months, and the pitches for all of them together."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from crm.learning.planner import Volume, mixed


@dataclass(frozen=True)
class Milestone:
    """One month of a goal: links by its end at an even pace, and those won by then; None for months to come."""

    month: date
    planned: int
    won: int | None


def milestones(first: date, last: date, links: int, burn: Sequence[tuple[date, int]], today: date) -> list[Milestone]:
    """A goal of `links` from `first` to `last` month by month; `burn` holds (day, links so far)."""
    found, span = [], max(1, (last - first).days)
    month = first.replace(day=1)
    while month <= last:
        after = (month + timedelta(days=32)).replace(day=1)
        end = min(after - timedelta(days=1), last)
        planned = round(links * (end - first).days / span)
        won = sum(day <= end for day, _ in burn) if month <= today else None
        found.append(Milestone(month, planned, won))
        month = after
    return found


def shares(
    wanted: Mapping[str, int], left: int, means: Mapping[str, float], at_hand: Mapping[str, int]
) -> dict[str, int]:
    """Links per type. What the goal does not name goes to the best rates, as far as the prospects at hand carry it;
    what none of them carries to the type with most prospects."""
    named = {t: int(n) for t, n in wanted.items() if t in means}
    scale = min(1.0, left / sum(named.values())) if sum(named.values()) else 0.0
    found = {t: round(n * scale) for t, n in named.items()}
    rest = left - sum(found.values())
    for t in sorted(means, key=lambda t: (-means[t], t)):
        room = max(0, math.floor(at_hand.get(t, 0) * means[t]) - found.get(t, 0))
        given = min(rest, room)
        if given > 0:
            found[t], rest = found.get(t, 0) + given, rest - given
    if rest > 0:
        most = max(sorted(at_hand), key=lambda t: at_hand[t], default="resource_page")
        most = most if most in means else "resource_page"
        found[most] = found.get(most, 0) + rest
    return found


def together(
    volumes: Mapping[str, Volume], rates: Mapping[str, tuple[float, float]], sure: float = 0.8
) -> dict[str, int]:
    """Pitches per link type so that all types together bring their links with this certainty: the types make up for
    each other, so that fewer are needed than to be sure of each. One type alone: its exact number."""
    if len(volumes) < 2:
        return {t: volume.p80 for t, volume in volumes.items()}
    wanted = sum(volume.links for volume in volumes.values())

    def reached(factor: float) -> bool:
        pitches = {t: math.ceil(volume.naive * factor) for t, volume in volumes.items()}
        totals = mixed(pitches, rates, np.random.default_rng(1))
        return totals[math.floor(len(totals) * (1 - sure))] >= wanted

    low, high = 0.5, max(volume.p80 / volume.naive for volume in volumes.values())
    if not reached(high):
        return {t: volume.p80 for t, volume in volumes.items()}
    for _ in range(9):
        middle = (low + high) / 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return {t: math.ceil(volume.naive * high) for t, volume in volumes.items()}
