"""What an incoming mail can be matched by, in order of proof: Message-ID, address with subject, domain. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from crm.inbox.bounce import Report
from crm.inbox.parse import Mail
from crm.vocabulary import MailKind

ANSWER_WINDOW = timedelta(days=60)
BOUNCE_WINDOW = timedelta(days=10)
_PREFIX = re.compile(
    r"^\s*(?:(?:re|aw|antw|sv|vs|odp|rif|r|res|fwd?|wg|tr|ynt|回复|答复)\s{0,2}(?:\[\d{1,3}\])?\s{0,2}[:：]\s*)+", re.I
)
_TICKET = re.compile(r"[\[(]?(?:ticket|case|request|ref|anfrage|vorgang)?[\s:#]{0,3}[A-Z]{0,6}-?#?\d{3,12}[\])]?", re.I)


class MatchedBy(StrEnum):
    """How a mail was matched; the order is the order of proof."""

    MESSAGE_ID = "message_id"
    ALIAS = "alias"
    RECIPIENT = "recipient"
    ADDRESS = "address"
    DOMAIN = "domain"


@dataclass(frozen=True)
class Sent:
    """One of our mails that may be meant: where it went, when, under which subject."""

    message_pk: int
    rcpt_normal: str
    root_domain: str
    subject: str
    sent_at: datetime


@dataclass(frozen=True)
class Choice:
    """The mail that is answered, how we know, and whether the subject agrees."""

    sent: Sent
    by: MatchedBy


def subject_key(subject: str) -> str:
    """A subject without its answer marks and ticket numbers, folded."""
    bare = _PREFIX.sub("", subject)
    return " ".join(_TICKET.sub(" ", bare).casefold().split())


def named_ids(mail: Mail, report: Report | None) -> list[str]:
    """The Message-IDs that the mail names: of the returned mail for a report, of its forerunners else."""
    ids = [*(report.original_ids if report else ()), *mail.references]
    return list(dict.fromkeys(ids))[:60]


def choose(subject: str, by_address: list[Sent], by_domain: list[Sent], at: datetime) -> Choice | None:
    """The likeliest of our mails for an answer without usable references; None when only the site is known."""
    key = subject_key(subject)
    fresh = [s for s in by_address if at - s.sent_at <= ANSWER_WINDOW]
    if fresh:
        same = [s for s in fresh if key and subject_key(s.subject) == key]
        return Choice(max(same or fresh, key=lambda s: s.sent_at), MatchedBy.ADDRESS)
    site = [s for s in by_domain if at - s.sent_at <= ANSWER_WINDOW and key and subject_key(s.subject) == key]
    if len({s.rcpt_normal for s in site}) == 1:
        return Choice(max(site, key=lambda s: s.sent_at), MatchedBy.DOMAIN)
    return None


def may_change(by: MatchedBy | None, proven: bool | None) -> bool:
    """Whether a mail may do more than stop: it names a Message-ID of ours and nothing speaks against its sender."""
    return by in (MatchedBy.MESSAGE_ID, MatchedBy.ALIAS) and proven is not False


def is_answer(kind: MailKind) -> bool:
    """Whether a person wrote it to us."""
    return kind in (MailKind.REPLY, MailKind.OPTOUT)
