"""What a refusal says of the address: dead, mailbox full, policy, content or temporary.

Most 5.x.x answers are policy, quota or content; only words and codes that speak of the address itself make it dead.
Codes: RFC 3463 and the IANA registry of enhanced status codes.
"""

import re
from dataclasses import dataclass

from crm.inbox.verdict_words import CONTENT, DEAD, DEAD_HOST, FULL, POLICY, TEMPORARY
from crm.vocabulary import BounceVerdict

_ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.\-:])([45]\d\d)(?=[\s\-:<]|$)")
# Some gateways put their own class in front of what the server really said, in quotes.
_GATEWAY = re.compile(r"\d\.\d\.\d - [a-z /]{3,40} \d{3}-(?=')")
_GAP = 40
# Remarks that a report's reader may add below the server's words: when it refused, and that the owner may come back.
AFTER_DATA, AT_ADDRESS, ASLEEP = "end of data", "at the envelope", "account is disabled"
_DEAD_CODES = {"1.1", "1.2", "1.3", "1.6", "1.10", "1.0"}
_FULL_CODES = {"2.2"}
_CONTENT_CODES = {"2.3", "3.4", "6.0", "6.1", "6.2", "6.3", "6.5", "4.6"}
_FOREIGN = {"1.7", "1.8"}  # they speak of the sender's address


@dataclass(frozen=True)
class Judged:
    """The verdict on one refusal, the phrase or code that decided and the status that was used."""

    verdict: BounceVerdict
    reason: str
    status: str


def judge(text: str, status: str = "", action: str = "") -> Judged:
    """The verdict on one refusal: `text` is what the server said, `status` the report's own code."""
    words = _GATEWAY.sub("", fold(text))
    codes = [f"{a}.{b}.{c}" for a, b, c in _ENHANCED.findall(words)]
    said = next((c for c in codes if c[2:] not in ("0.0",)), "")
    code = said or _clean(status) or (codes[0] if codes else "")
    verdict, reason = _by_words(words, code, action)
    return Judged(verdict, reason, code)


def fold(text: str) -> str:
    """Lower case, single spaces, the typographic apostrophe made plain."""
    return " ".join(text[:6000].replace("’", "'").lower().split())


def first_phrase(words: str, phrases: tuple[str, ...]) -> str:
    """The first of `phrases` that stands in the folded `words`, or ''."""
    for phrase in phrases:
        if "~" not in phrase:
            if phrase in words:
                return phrase
            continue
        head, tail = phrase.split("~", 1)
        at = words.find(head)
        while at >= 0:
            end = at + len(head)
            if tail in words[end : end + _GAP + len(tail)]:
                return phrase.replace("~", " … ")
            at = words.find(head, end)
    return ""


def _clean(status: str) -> str:
    found = _ENHANCED.search(status)
    return ".".join(found.groups()) if found else ""


def _by_words(words: str, code: str, action: str) -> tuple[BounceVerdict, str]:
    detail, kind = code[2:], code[:1]
    host = first_phrase(words, DEAD_HOST)
    dead = first_phrase(words, DEAD) or host
    if detail == "4.1" and "recipient address rejected" in words:
        return BounceVerdict.DEAD_ADDRESS, "recipient address rejected"
    if host and not first_phrase(words, _AGAINST):
        return BounceVerdict.DEAD_ADDRESS, host
    full = first_phrase(words, FULL)
    if full and not (dead and detail in _DEAD_CODES):
        return BounceVerdict.MAILBOX_FULL, full
    if dead and detail not in _DEAD_CODES and _doubtful(dead, words, detail):
        return BounceVerdict.POLICY, f"{dead}, but not surely of the address"
    if dead and not _contradicted(words, detail):
        return BounceVerdict.DEAD_ADDRESS, dead
    if detail in _FULL_CODES:
        return BounceVerdict.MAILBOX_FULL, code
    content, policy, soft = (first_phrase(words, p) for p in (CONTENT, POLICY, TEMPORARY))
    if content:
        return BounceVerdict.CONTENT, content
    vague = detail == "1.0" and bool(policy or soft) or bool(first_phrase(words, _LOCAL))
    if detail in _DEAD_CODES and kind != "4" and not vague and not _hard_policy(policy):
        return BounceVerdict.DEAD_ADDRESS, code
    if policy and not (soft and kind == "4"):
        return BounceVerdict.POLICY, policy
    return _by_code(detail, kind, code, soft, action)


def _by_code(detail: str, kind: str, code: str, soft: str, action: str) -> tuple[BounceVerdict, str]:
    if detail in _CONTENT_CODES:
        return BounceVerdict.CONTENT, code
    if detail.startswith("7."):
        return BounceVerdict.POLICY, code
    if soft or kind == "4" or action == "delayed":
        return BounceVerdict.TEMPORARY, soft or code or action
    return BounceVerdict.POLICY if kind == "5" and detail in (
        "2.1",
        "2.0",
    ) else BounceVerdict.TEMPORARY, code or "no reason given"


def _hard_policy(policy: str) -> bool:
    return bool(policy) and policy not in (
        "rejected",
        "refused",
        "denied",
        "unavailable",
        "not available",
        "refused by",
        "rejected by",
        "filter",
    )


_LOCAL = ("procmail", "can't create", "couldn't create", "cannot create")  # the server's own trouble
_AFTER_DATA = ("end of data", ">>> data", "after data", "after end of", "for text command", "to data command")
_AGAINST = (
    "procmail", "couldn't create", "can't create", "cannot create", "permission", "権限", "oprávnění",
    "autoris", "berechtig", "autoriz", "permiso", "permiss", "toestemming", "uprawnie", "權限", "权限",
    "behörighet", "tilladelse", "разреш", "blocked", "blacklist", "block list", "spamhaus", "spf", "dkim",
    "dmarc", "relay access denied", "relaying denied", "greylist", "too many", "sender address rejected",
    "sender~unknown", "sender verify", "sender~does not exist", "spam", "domain of sender", "sender domain",
    "policy", "reverse dns", "helo", "ptr", "rate limit", "try again", "temporarily", "timed out", "quota",
    "mail from", "connection refused", "not permitted to post", "server not found", "deferred",
    "connection lost", "not authorized", "may have a full", "disabled", "suspended",
)  # fmt: skip


# The standard's own sentence for three things at once: no such mailbox, no access, refused by policy.
_GENERAL = ("requested action not taken: mailbox unavailable", "mailbox unavailable or access denied")


def _doubtful(dead: str, words: str, detail: str) -> bool:
    """Words of an unknown user that filters use too: said after DATA, with a disabled mailbox's code, or of nobody."""
    if dead in _GENERAL:
        return AT_ADDRESS not in words
    if "unknown" not in dead:
        return False
    if AT_ADDRESS in words or ASLEEP in words:
        return ASLEEP in words
    after_data = first_phrase(words, _AFTER_DATA) != ""
    return (
        after_data
        or detail == "2.1"
        or dead == "unknown user"
        and "unknown user:" not in words
        or words.startswith(("550 : user unknown", ": user unknown"))
        or dead == "user unknown"
        and not detail
        and _REPLY.search(words) is not None  # another server's answer, with neither a code of its own nor a stage
        and "local recipient table" not in words
    )


def _contradicted(words: str, detail: str) -> bool:
    """A dead-sounding phrase loses against codes and words that speak of the sender, policy or time."""
    if detail in _DEAD_CODES - {"1.0"}:
        return bool(
            first_phrase(
                words,
                (
                    "sender~unknown",
                    "mail from",
                    "sender address rejected",
                    "spamhaus",
                    "blacklist",
                    "procmail",
                    "can't create",
                ),
            )
        )
    if detail in _FOREIGN or detail.startswith("7."):
        return True
    return bool(first_phrase(words, _AGAINST))


def reply_codes(text: str) -> list[str]:
    """The three-figure SMTP answers in `text`."""
    return _REPLY.findall(text)
