"""What changed between two snapshots of one gap. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crm.gap.found import Place

LISTED = 500
STRONG = 60.0  # authority from which a new link to a rival is worth an alert


@dataclass(frozen=True, slots=True)
class Before:
    """A domain as the earlier snapshot had it."""

    in_gap: bool
    own_links: int
    links: Mapping[str, int]


def changes(before: Mapping[str, Before], now: Mapping[str, Place]) -> dict[str, Any]:
    """Counts and up to 500 names of each kind.

    new: in the gap now and not before. closed: was in the gap and links to us now. lost: was in the gap and links to
    no rival any more. ours_lost: linked to us before and does not now. still_open: in the gap both times.
    """
    found: dict[str, list[str]] = {"new": [], "closed": [], "lost": [], "ours_lost": []}
    still_open = 0
    for domain, one in now.items():
        was = before.get(domain)
        if one.in_gap and (was is None or not was.in_gap):
            found["new"].append(domain)
        if was is None:
            continue
        still_open += one.in_gap and was.in_gap
        if was.in_gap and one.why_not == "already_linking":
            found["closed"].append(domain)
        if was.own_links and not one.own_links:
            found["ours_lost"].append(domain)
    for domain, was in before.items():
        if was.in_gap and domain not in now:
            found["lost"].append(domain)
        if was.own_links and domain not in now:
            found["ours_lost"].append(domain)
    counts = {kind: len(names) for kind, names in found.items()}
    return {"counts": {**counts, "still_open": still_open}} | {
        kind: sorted(names)[:LISTED] for kind, names in found.items()
    }


def strong(before: Mapping[str, Before], now: Mapping[str, Place], *, least: float = STRONG) -> list[dict[str, Any]]:
    """Strong sites of the gap that began to link to a rival: {domain, dr, to: letters}, strongest first.

    `dr` is the authority of the best-known tool. Nothing while there was no snapshot before.
    """
    found: list[dict[str, Any]] = []
    if not before:
        return found
    for domain, one in now.items():
        dr = next((one.scores[name] for name in ("dr", "semrush_as", "moz_da") if name in one.scores), None)
        if not one.in_gap or dr is None or dr < least:
            continue
        was = before.get(domain)
        new = sorted(side for side in one.links if was is None or side not in was.links)
        if new:
            found.append({"domain": domain, "dr": dr, "to": "".join(new)})
    return sorted(found, key=lambda one: (-float(one["dr"]), str(one["domain"])))


def spikes(
    before: Mapping[str, int], now: Mapping[str, int], *, factor: float = 1.25, least: int = 20
) -> dict[str, int]:
    """Rivals whose referring domains grew by a quarter and at least `least`: side -> how many more."""
    grown = {side: n - before[side] for side, n in now.items() if side in before}
    return {side: more for side, more in grown.items() if more >= least and now[side] >= factor * before[side]}
