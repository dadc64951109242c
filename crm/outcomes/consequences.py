"""What follows from each outcome: where the prospect goes, why its mails stop, what to be reminded of. Pure."""

from dataclasses import dataclass

from crm.vocabulary import OutcomeKind, Stage, StopReason


@dataclass(frozen=True)
class Consequence:
    """`stage` None leaves the prospect where it is; `stop` None lets its mails go on.

    `remind_in_days` with `reminder` puts a line on Today; `suppress` closes the address and the site for good;
    `wake_in_days` makes the site ready again after so many days, or on the day that was named;
    `words` is the sentence that the screen says before and after.
    """

    words: str
    stage: Stage | None = None
    stop: StopReason | None = None
    remind_in_days: int | None = None
    reminder: str = ""
    suppress: bool = False
    needs_asset: bool = False
    wake_in_days: int | None = None


K = OutcomeKind
TABLE: dict[OutcomeKind, Consequence] = {
    K.SENT: Consequence("Counted as sent", Stage.CONTACTED),
    K.REPLIED: Consequence("Follow-ups stop", Stage.REPLIED, StopReason.REPLY),
    K.INTERESTED: Consequence(
        "Follow-ups stop, their page is watched for the link", Stage.INTERESTED, StopReason.REPLY
    ),
    K.WANTS_GUEST_POST: Consequence("Follow-ups stop, waits for your answer", Stage.INTERESTED, StopReason.REPLY),
    K.PLACED: Consequence("Follow-ups stop, the link is watched from now on", Stage.PLACED, StopReason.PLACED),
    K.ASKS_PAYMENT: Consequence(
        "Follow-ups stop; counted as a refusal of a free link", Stage.REPLIED, StopReason.REPLY
    ),
    K.ASKS_SWAP: Consequence("Follow-ups stop; a swap is not an editorial link", Stage.REPLIED, StopReason.REPLY),
    K.FORWARDED: Consequence(
        "Follow-ups stop, waits for the colleague",
        Stage.REPLIED,
        StopReason.REPLY,
        7,
        "{site}: has the colleague answered?",
    ),
    K.NOT_NOW: Consequence("Follow-ups stop, comes back in 90 days", Stage.REPLIED, StopReason.REPLY, wake_in_days=90),
    K.NO_FIT: Consequence("Stop, never ask this project again", Stage.DECLINED, StopReason.REPLY),
    K.WRONG_PERSON: Consequence(
        "Follow-ups stop, needs another contact", Stage.PROSPECT, StopReason.REPLY, 0, "{site}: find the right person"
    ),
    K.NEEDS_ASSET: Consequence(
        "Follow-ups stop, waits for a better page of yours", Stage.REPLIED, StopReason.REPLY, needs_asset=True
    ),
    K.NEVER_AGAIN: Consequence(
        "Stop, never write to this site again", Stage.DECLINED, StopReason.OPT_OUT, suppress=True
    ),
    K.BOUNCED: Consequence(
        "Mails stop, needs another address", Stage.PROSPECT, StopReason.BOUNCE, 0, "{site}: find another address"
    ),
    K.NO_ANSWER: Consequence("Counted as no answer", None, StopReason.COMPLETED),
}


def of(kind: OutcomeKind) -> Consequence:
    """What follows from this outcome."""
    return TABLE[kind]
