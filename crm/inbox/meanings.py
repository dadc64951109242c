"""From what an answer means to what became of the prospect, and back to the label that a person's word gives. Pure."""

from crm.vocabulary import Intent, OutcomeKind

_OUTCOMES = {
    Intent.INTERESTED: OutcomeKind.INTERESTED,
    Intent.PLACED: OutcomeKind.PLACED,
    Intent.ASKS_PAYMENT: OutcomeKind.ASKS_PAYMENT,
    Intent.ASKS_SWAP: OutcomeKind.ASKS_SWAP,
    Intent.WANTS_GUEST_POST: OutcomeKind.WANTS_GUEST_POST,
    Intent.FORWARDS: OutcomeKind.FORWARDED,
    Intent.NEEDS_ASSET: OutcomeKind.NEEDS_ASSET,
    Intent.NOT_NOW: OutcomeKind.NOT_NOW,
    Intent.NO_FIT: OutcomeKind.NO_FIT,
    Intent.WRONG_PERSON: OutcomeKind.WRONG_PERSON,
    Intent.OPTOUT: OutcomeKind.NEVER_AGAIN,
    Intent.HOSTILE: OutcomeKind.NEVER_AGAIN,
}
_LABELS = {outcome: intent for intent, outcome in reversed(_OUTCOMES.items())} | {
    OutcomeKind.NEVER_AGAIN: Intent.OPTOUT,
    OutcomeKind.REPLIED: Intent.QUESTION,
}
# The outcomes on keys 1 to 6, and those behind 7.
FIRST = (
    OutcomeKind.INTERESTED,
    OutcomeKind.PLACED,
    OutcomeKind.NEEDS_ASSET,
    OutcomeKind.NOT_NOW,
    OutcomeKind.NO_FIT,
    OutcomeKind.WRONG_PERSON,
)
MORE = (
    OutcomeKind.ASKS_PAYMENT,
    OutcomeKind.ASKS_SWAP,
    OutcomeKind.WANTS_GUEST_POST,
    OutcomeKind.FORWARDED,
    OutcomeKind.NEVER_AGAIN,
)


def outcome_of(intent: Intent | str | None) -> OutcomeKind | None:
    """The outcome that an intent suggests; None for a question and for automatic answers."""
    return _OUTCOMES.get(Intent(intent)) if intent else None


def machine_outcome(intent: Intent | str | None) -> OutcomeKind:
    """What the machine may say by itself: a claimed link counts as an answer until our own check has seen it."""
    suggested = outcome_of(intent)
    return OutcomeKind.REPLIED if suggested in (None, OutcomeKind.PLACED) else suggested


def label_of(outcome: OutcomeKind) -> Intent | None:
    """The intent that a person's outcome says the answer had."""
    return _LABELS.get(outcome)
