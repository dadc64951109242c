"""Which groups of prospects make a good batch. Pure.

One group holds one link type, one kind of our page and one angle, so that one pitch can be true for all of it. Small
groups are offered as well: five good prospects are better mailed than kept.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from crm.batches.starters import angle_for
from crm.vocabulary import Angle

SIZE = 25


@dataclass(frozen=True)
class Candidate:
    """A prospect that may be pitched. `person_key` is empty while it has no contact."""

    id: str
    domain: str
    link_type: str
    page_type: str
    chance: float
    rank_value: float
    person_key: str = ""
    angle: str | None = None


@dataclass(frozen=True)
class Picked:
    """A candidate in a group; `exploring` marks the one in ten taken to learn, not to win."""

    candidate: Candidate
    exploring: bool = False


@dataclass(frozen=True)
class Group:
    """A suggested batch. `expected_links` is the sum of the chances; `left` of the same kind wait for the next one."""

    angle: Angle
    link_type: str
    page_type: str
    picked: tuple[Picked, ...]
    without_contact: tuple[Candidate, ...]
    left: int

    @property
    def expected_links(self) -> float:
        """Links to expect if all picked are mailed."""
        return sum(p.candidate.chance for p in self.picked)

    @property
    def key(self) -> str:
        """Name of the group in an address: link type, kind of page, angle."""
        return f"{self.link_type}.{self.page_type}.{self.angle.value}"


Pick = Callable[[Sequence[Candidate], int], Sequence[Picked]]


def groups(candidates: Iterable[Candidate], *, size: int = SIZE, pick: Pick | None = None) -> list[Group]:
    """Groups in the order of the links they are expected to bring. `pick` chooses inside a group (default: the best
    by rank value). One contact is mailed once: a person who stands behind several sites keeps the best of them."""
    kinds: dict[tuple[str, str, Angle], list[Candidate]] = {}
    for candidate in one_per_person(candidates):
        angle = Angle(candidate.angle) if candidate.angle in set(Angle) else angle_for(candidate.link_type)
        kinds.setdefault((candidate.link_type, candidate.page_type, angle), []).append(candidate)
    made = [_group(kind, members, size, pick or best) for kind, members in kinds.items()]
    return sorted(made, key=lambda g: (-g.expected_links, -len(g.without_contact), g.key))


def best(candidates: Sequence[Candidate], size: int) -> list[Picked]:
    """The first `size` by rank value; the domain's name settles ties."""
    ordered = sorted(candidates, key=lambda c: (-c.rank_value, c.domain))
    return [Picked(c) for c in ordered[:size]]


def one_per_person(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Each domain once and each person once, the best first."""
    kept: list[Candidate] = []
    domains: set[str] = set()
    people: set[str] = set()
    for c in sorted(candidates, key=lambda c: (-c.rank_value, c.domain)):
        if c.domain in domains or (c.person_key and c.person_key in people):
            continue
        domains.add(c.domain)
        people.add(c.person_key)
        kept.append(c)
    return kept


def _group(kind: tuple[str, str, Angle], members: list[Candidate], size: int, pick: Pick) -> Group:
    link_type, page_type, angle = kind
    ready = [c for c in members if c.person_key]
    picked = tuple(pick(ready, size))
    without = tuple(c for c in members if not c.person_key)[:size]
    return Group(angle, link_type, page_type, picked, without, len(ready) - len(picked))
