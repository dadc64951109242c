"""Where a prospect may go from where it stands. Undo goes back by another way and is not bound by this table."""

from crm.errors import Refused
from crm.vocabulary import Stage

_S = Stage
MOVES: dict[Stage, frozenset[Stage]] = {
    _S.FOUND: frozenset({_S.PROSPECT, _S.SET_ASIDE, _S.READY, _S.PLACED}),
    _S.SET_ASIDE: frozenset({_S.FOUND, _S.PROSPECT, _S.PLACED}),
    _S.PROSPECT: frozenset({_S.READY, _S.IN_BATCH, _S.SET_ASIDE, _S.FOUND, _S.CONTACTED, _S.PLACED}),
    _S.READY: frozenset({_S.IN_BATCH, _S.PROSPECT, _S.SET_ASIDE, _S.CONTACTED, _S.PLACED}),
    _S.IN_BATCH: frozenset({_S.READY, _S.PROSPECT, _S.CONTACTED, _S.SET_ASIDE, _S.REPLIED, _S.DECLINED, _S.PLACED}),
    _S.CONTACTED: frozenset({_S.REPLIED, _S.INTERESTED, _S.DECLINED, _S.PLACED, _S.READY, _S.PROSPECT, _S.SET_ASIDE}),
    _S.REPLIED: frozenset({_S.INTERESTED, _S.DECLINED, _S.PLACED, _S.READY, _S.PROSPECT, _S.CONTACTED, _S.SET_ASIDE}),
    _S.INTERESTED: frozenset({_S.PLACED, _S.DECLINED, _S.REPLIED, _S.READY, _S.CONTACTED, _S.SET_ASIDE}),
    _S.PLACED: frozenset({_S.LOST, _S.INTERESTED, _S.REPLIED, _S.DECLINED}),
    _S.LOST: frozenset({_S.PLACED, _S.PROSPECT, _S.READY, _S.IN_BATCH, _S.DECLINED, _S.SET_ASIDE}),
    _S.DECLINED: frozenset({_S.REPLIED, _S.INTERESTED, _S.PLACED, _S.READY, _S.PROSPECT, _S.SET_ASIDE}),
}
ORDER = (
    _S.FOUND,
    _S.PROSPECT,
    _S.READY,
    _S.IN_BATCH,
    _S.CONTACTED,
    _S.REPLIED,
    _S.INTERESTED,
    _S.PLACED,
    _S.LOST,
    _S.DECLINED,
    _S.SET_ASIDE,
)
# Stages that stand for a decision or a fact; a new import never moves a prospect out of them.
DECIDED = frozenset(Stage) - {_S.FOUND, _S.SET_ASIDE}
# The way of a prospect as the screen shows it.
WAY = (_S.FOUND, _S.PROSPECT, _S.READY, _S.IN_BATCH, _S.CONTACTED, _S.REPLIED, _S.PLACED)


def may_move(current: Stage, wanted: Stage) -> bool:
    """Whether a prospect may go from one stage to another; staying is always allowed."""
    return current == wanted or wanted in MOVES[current]


def check(current: Stage, wanted: Stage, domain: str) -> None:
    """Raise Refused with a sentence when the move is not allowed."""
    if not may_move(current, wanted):
        words = " or ".join(s.value.replace("_", " ") for s in ORDER if s in MOVES[current])
        raise Refused(
            f"{domain} is {current.value.replace('_', ' ')} and cannot become "
            f"{wanted.value.replace('_', ' ')}. From there it goes to {words}."
        )
