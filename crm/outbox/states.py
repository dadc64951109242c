"""Which state of an outgoing mail may follow which, and why. Pure data; the services ask `may` before every change.

A mail that the server may already have taken is never queued again without evidence: a second copy is worse for the
recipient than a missed touch.
"""

from dataclasses import dataclass

from crm.vocabulary import MessageState as M

OPEN = frozenset({M.QUEUED, M.CLAIMED, M.SENDING, M.IN_DOUBT})
COUNTS = frozenset({M.CLAIMED, M.SENDING, M.IN_DOUBT, M.REVIEW, M.SENT})  # against the caps: doubt counts as sent
ON_THE_WIRE = frozenset({M.SENDING, M.IN_DOUBT})
STOPPABLE = frozenset({M.QUEUED, M.CLAIMED})
OVER = frozenset({M.SENT, M.FAILED, M.CANCELLED, M.EXPIRED})


@dataclass(frozen=True)
class Step:
    """One allowed change of state and what brings it about."""

    before: M
    after: M
    because: str


STEPS = (
    Step(M.QUEUED, M.CLAIMED, "a worker took it, with a lease and a fencing number"),
    Step(M.QUEUED, M.CANCELLED, "a stop condition, or taken back by a person"),
    Step(M.QUEUED, M.EXPIRED, "later than its last sensible moment; a person decides"),
    Step(M.EXPIRED, M.QUEUED, "a person wants it sent all the same"),
    Step(M.EXPIRED, M.CANCELLED, "a person lets it go"),
    Step(M.QUEUED, M.SENT, "proof came late that an earlier try had worked"),
    Step(M.CLAIMED, M.SENT, "proof came late that an earlier try had worked; the new worker is fenced out"),
    Step(M.CLAIMED, M.SENDING, "the gate right before DATA said yes"),
    Step(M.CLAIMED, M.QUEUED, "lease over, gate said not now, or a refusal before DATA that will pass"),
    Step(M.CLAIMED, M.CANCELLED, "a stop condition"),
    Step(M.CLAIMED, M.FAILED, "the server refused it for good before DATA"),
    Step(M.SENDING, M.SENT, "the server answered 250"),
    Step(M.SENDING, M.QUEUED, "the server definitely did not take it; the same bytes go again later"),
    Step(M.SENDING, M.FAILED, "the server refused it for good"),
    Step(M.SENDING, M.IN_DOUBT, "the final dot left and no answer came, or the worker died"),
    Step(M.IN_DOUBT, M.SENT, "found in the Sent folder, or an answer refers to it"),
    Step(M.IN_DOUBT, M.QUEUED, "the mailbox files its own copies, and two look-ups after the settle time found none"),
    Step(M.IN_DOUBT, M.REVIEW, "no evidence either way; a person decides"),
    Step(M.IN_DOUBT, M.FAILED, "a bounce says that it was refused"),
    Step(M.REVIEW, M.SENT, "a person says it was sent, or evidence came later"),
    Step(M.REVIEW, M.CANCELLED, "a person sends it again as a new generation, or lets it go"),
)
_ALLOWED = {(s.before, s.after): s.because for s in STEPS}


def may(before: str, after: str) -> bool:
    """Whether a mail in state `before` may come to state `after`."""
    return (M(before), M(after)) in _ALLOWED


def why(before: str, after: str) -> str:
    """The reason that allows this change. Raises ValueError for a change that is not allowed."""
    try:
        return _ALLOWED[M(before), M(after)]
    except KeyError:
        raise ValueError(f"a mail that is {before} cannot become {after}") from None


def must(before: str, after: str) -> str:
    """`after`, once it is certain that it may follow `before`. Raises ValueError otherwise."""
    why(before, after)
    return M(after).value
