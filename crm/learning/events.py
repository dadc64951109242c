"""Pure: which marks on a prospect count for the model, and as what.

interested: said yes, says it is placed, wants a guest post. refused: no fit, never again, asks for a swap or for money.
Everything else (not now, needs an asset, wrong person, passed on, out of office) leaves the pitch pending.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crm.vocabulary import OutcomeKind

POSITIVE = frozenset({OutcomeKind.INTERESTED.value, OutcomeKind.PLACED.value, OutcomeKind.WANTS_GUEST_POST.value})
REFUSED = frozenset(
    {
        OutcomeKind.NO_FIT.value,
        OutcomeKind.NEVER_AGAIN.value,
        OutcomeKind.ASKS_SWAP.value,
        OutcomeKind.ASKS_PAYMENT.value,
    }
)
BOUNCED = OutcomeKind.BOUNCED.value
SILENT = frozenset({OutcomeKind.SENT.value, OutcomeKind.NO_ANSWER.value, BOUNCED})
TRUST_AFTER = 20  # labels by people on one intent ...
TRUST_SHARE = 0.95  # ... of which the rules must have read this share rightly


@dataclass(frozen=True)
class Mark:
    """One outcome. `verified`: a person's word, a confirmed or trusted suggestion, or a fact such as a bounce."""

    kind: str
    at: datetime
    verified: bool


def happened_to(marks: Iterable[Mark], sent_at: datetime) -> dict[str, Any]:
    """Times of answer, yes, no and request for money, and whether it bounced. An answer alone needs no verification."""
    counted = [m for m in marks if m.verified]
    answered = [m.at for m in marks if m.kind not in SILENT]
    return {
        "replied_at": min(answered, default=None),
        "interested_at": _first(counted, POSITIVE, sent_at),
        "refused_at": _last(counted, REFUSED, sent_at),
        "payment_at": _first(counted, {OutcomeKind.ASKS_PAYMENT.value}, sent_at),
        "bounced": any(m.kind == BOUNCED for m in counted) and not answered,
    }


def trusted_intents(labels: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Intents read rightly in at least 95 % of 20 or more cases; pairs are (the machine's, the person's)."""
    said, right = Counter[str](), Counter[str]()
    for machine, human in labels:
        said[machine] += 1
        right[machine] += machine == human
    return frozenset(i for i, n in said.items() if n >= TRUST_AFTER and right[i] / n >= TRUST_SHARE)


def _first(marks: Iterable[Mark], kinds: Iterable[str], sent_at: datetime) -> datetime | None:
    return min((max(m.at, sent_at) for m in marks if m.kind in kinds), default=None)


def _last(marks: Iterable[Mark], kinds: Iterable[str], sent_at: datetime) -> datetime | None:
    return max((max(m.at, sent_at) for m in marks if m.kind in kinds), default=None)
