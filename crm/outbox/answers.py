"""What an answer of the sending server means for the mail, the mailbox, the address and the batch. Pure.

Most permanent refusals speak of policy, quota or content, not of a dead address; only codes and phrases about the
address itself suppress it. Codes: RFC 3463 and the IANA registry of enhanced status codes.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

BACK_OFF = tuple(timedelta(minutes=m) for m in (6, 30, 120, 480, 1440))
GIVE_UP = timedelta(hours=72)
MAILBOX_REST = tuple(timedelta(minutes=m) for m in (15, 60, 240))
DEAD_CODES = frozenset({"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"})
DEAD_WORDS = (
    "user unknown",
    "unknown user",
    "no such user",
    "no such recipient",
    "does not exist",
    "doesn't exist",
    "recipient not found",
    "user not found",
    "invalid recipient",
    "address unknown",
    "no mailbox here",
    "account has been disabled",
    "account is disabled",
)
LIMIT_WORDS = ("daily", "quota", "limit", "too many messages", "rate")
FULL_WORDS = ("mailbox full", "mailbox is full", "over quota", "quota exceeded", "out of storage")
SIZE_WORDS = ("too large", "size limit", "maximum size", "message size")
SPAM_WORDS = ("spam", "content", "virus", "url", "phish")
POLICY_WORDS = ("policy", "spf", "dkim", "dmarc", "blocked", "blacklist", "block list", "reputation", "not authorized")


class Effect(StrEnum):
    """What happens to the mail."""

    SENT = "sent"
    RETRY = "retry"  # definitely not taken; the same bytes again later
    HOLD = "hold"  # not the mail's fault: back to the queue, the mailbox rests
    FAIL = "fail"
    DOUBT = "doubt"


@dataclass(frozen=True)
class Answer:
    """How one conversation ended, and how often this mail was tried before."""

    verdict: str  # sent, not_sent, in_doubt
    phase: str
    code: int | None = None
    enhanced: str | None = None
    text: str = ""
    n_before: int = 0  # earlier temporary refusals of this mail
    age: timedelta = timedelta()  # since its first try
    n_rests: int = 0  # how often the mailbox was refused in a row before


@dataclass(frozen=True)
class Consequence:
    """What follows. `reason` is a short word for machines and screens."""

    effect: Effect
    reason: str = ""
    wait: timedelta | None = None  # RETRY: not before
    rest: timedelta | None = None  # the mailbox sends nothing for so long
    stop_mailbox: bool = False  # until a person looks
    needs_login: bool = False
    suppress: bool = False
    stop_batch: bool = False


def decide(answer: Answer) -> Consequence:
    """The consequence of one answer."""
    if answer.verdict == "sent":
        return Consequence(Effect.SENT)
    if answer.verdict == "in_doubt":
        return Consequence(Effect.DOUBT, "no_answer_after_the_last_line")
    if answer.phase in ("connect", "tls", "auth") or answer.code == 421:
        return _not_reached(answer)
    if answer.phase == "late":
        return Consequence(Effect.RETRY, "we_were_too_slow", wait=timedelta())
    if answer.code is None:
        return _again(answer, "connection_lost")
    return _temporary(answer) if answer.code < 500 else _permanent(answer)


def _not_reached(answer: Answer) -> Consequence:
    if answer.phase == "auth" and answer.code is not None and answer.code >= 500:
        return Consequence(Effect.HOLD, "sign_in_refused", needs_login=True)
    rest = MAILBOX_REST[min(answer.n_rests, len(MAILBOX_REST) - 1)]
    reason = "server_busy" if answer.code == 421 else "server_not_reached"
    if "ertificate" in answer.text or answer.phase == "tls":
        reason = "no_safe_connection"
    return Consequence(Effect.HOLD, reason, rest=rest)


def _temporary(answer: Answer) -> Consequence:
    words = answer.text.lower()
    if answer.enhanced == "4.2.2" or any(w in words for w in FULL_WORDS):
        return _again(answer, "mailbox_full")
    if (answer.enhanced or "").startswith(("4.7.28", "4.5.4", "4.4.5")):
        rest = MAILBOX_REST[min(answer.n_rests + 1, len(MAILBOX_REST) - 1)]
        return Consequence(Effect.HOLD, "too_fast", rest=rest)
    return _again(answer, "greylisted" if answer.code in (450, 451) else "temporary")


def _again(answer: Answer, reason: str) -> Consequence:
    if answer.age > GIVE_UP:
        return Consequence(Effect.FAIL, reason)
    return Consequence(Effect.RETRY, reason, wait=BACK_OFF[min(answer.n_before, len(BACK_OFF) - 1)])


def _permanent(answer: Answer) -> Consequence:
    words, code = answer.text.lower(), answer.enhanced or ""
    if code == "5.6.7":
        return Consequence(Effect.FAIL, "address")
    if code in DEAD_CODES:
        return Consequence(Effect.FAIL, "no_such_user", suppress=True)
    if code == "5.2.2" or any(w in words for w in FULL_WORDS) and not code.startswith(("5.7", "5.4")):
        return _again(answer, "mailbox_full")
    if code == "5.4.5" or (code.startswith("5.7") or not code) and _speaks_of_limit(words):
        return Consequence(Effect.HOLD, "daily_limit", rest=timedelta(hours=24))
    if code in ("5.3.4", "5.2.3") or any(w in words for w in SIZE_WORDS):
        return Consequence(Effect.FAIL, "too_large", stop_batch=True)
    if code.startswith("5.7") or not code and any(w in words for w in POLICY_WORDS):
        return _policy(answer)
    if code.startswith("5.6") or any(w in words for w in SPAM_WORDS):
        return Consequence(Effect.FAIL, "content")
    if not code and answer.phase == "rcpt" and any(w in words for w in DEAD_WORDS):
        return Consequence(Effect.FAIL, "no_such_user", suppress=True)
    return Consequence(Effect.FAIL, "refused")


def _policy(answer: Answer) -> Consequence:
    """Refused for who we are, not for whom we write to. The second time it is this recipient's rule: let it go."""
    if answer.n_before:
        return Consequence(Effect.FAIL, "policy", stop_mailbox=True)
    return Consequence(Effect.HOLD, "policy", stop_mailbox=True)


def _speaks_of_limit(words: str) -> bool:
    return any(w in words for w in LIMIT_WORDS) and any(w in words for w in ("exceed", "reach", "too many", "over"))


def breaker(bounced: list[bool]) -> str | None:
    """Why a mailbox must stop, given its last mails (newest first; True: came back for good), or None.

    Three in a row, or 5 % of the last 40 (asked from 20 mails on).
    """
    if len(bounced) >= 3 and all(bounced[:3]):
        return "three mails in a row came back"
    last = bounced[:40]
    if len(last) >= 20 and sum(last) / len(last) >= 0.05:
        return f"{sum(last)} of the last {len(last)} mails came back"
    return None


def content_breaker(refused: list[bool]) -> bool:
    """Whether a batch must stop: two of its last 50 mails were refused for their content."""
    return sum(refused[:50]) >= 2
