"""One mail in, everything the product wants to know of it out. Pure; the edge decides what follows."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.inbox.auto import Automatic, automatic
from crm.inbox.bounce import Report, read_report
from crm.inbox.intent import Meaning, read_intent
from crm.inbox.parse import Mail, parse
from crm.inbox.reply import visible
from crm.vocabulary import Intent, MailKind

_ROBOTS = (
    "noreply",
    "no-reply",
    "no_reply",
    "donotreply",
    "do-not-reply",
    "notification",
    "notifications",
    "newsletter",
    "alerts",
    "mailer",
)


@dataclass(frozen=True)
class Classified:
    """What a mail is. `reply_text` are the writer's own words, `quoted` what was cut from them."""

    kind: MailKind
    mail: Mail
    report: Report | None = None
    auto: Automatic | None = None
    meaning: Meaning = Meaning(None)
    reply_text: str = ""
    quoted: str = ""

    @property
    def intent(self) -> Intent | None:
        """The leading intent; that of the automatic answer where it is one."""
        return self.auto.intent if self.auto and self.kind is MailKind.AUTO_REPLY else self.meaning.intent

    @property
    def return_on(self) -> date | None:
        """The day on which the absent one is back, or from which we may ask again."""
        return self.auto.return_on if self.auto and self.kind is MailKind.AUTO_REPLY else self.meaning.later_on

    def as_dict(self) -> dict[str, Any]:
        """The object that `flask mail classify` prints."""
        failure = self.report.failures[0] if self.report and self.report.failures else None
        automatic_one = self.kind is MailKind.AUTO_REPLY and self.auto is not None
        intents = [self.auto.intent] if automatic_one and self.auto else list(self.meaning.intents)
        phrases = [self.auto.phrase] if automatic_one and self.auto else self.meaning.phrases
        return {
            "kind": self.kind.value,
            "recipients": self.report.recipients if self.report and self.kind is MailKind.BOUNCE else [],
            "suppress": self.report.suppress if self.report and self.kind is MailKind.BOUNCE else [],
            "status": failure.status if failure else None,
            "reason": f"{failure.verdict.value}: {failure.reason}" if failure else None,
            "return_on": self.return_on.isoformat() if self.return_on else None,
            "reply_text": self.reply_text,
            "intent": self.intent.value if self.intent else None,
            "intents": [i.value for i in intents],
            "phrases": phrases,
        }


def classify(raw: bytes, own: frozenset[str] = frozenset()) -> Classified:
    """What the mail in `raw` is. `own`: our addresses, which never count as failed. Never raises on any bytes."""
    mail = parse(raw)
    report = read_report(mail, raw, own)
    if report is not None:
        return Classified(report.kind, mail, report, reply_text="", quoted=mail.text)
    shown = visible(mail.text)
    meaning = read_intent(shown.text, mail.subject, mail.date.date() if mail.date else None)
    auto = automatic(mail, shown.text, meaning.human, meaning.engaged)
    return Classified(_kind(mail, auto, meaning), mail, None, auto, meaning, shown.text, shown.quoted)


def _kind(mail: Mail, auto: Automatic | None, meaning: Meaning) -> MailKind:
    if mail.report_type == "disposition-notification":
        return MailKind.OTHER
    answers = bool(mail.references) or mail.subject.lower().lstrip().startswith(
        ("re:", "aw:", "antw:", "sv:", "odp:", "rif:", "res:", "r:")
    )
    if auto is not None and (answers or not _is_list(mail)):
        return MailKind.AUTO_REPLY
    if not answers and _is_list(mail):
        return MailKind.LIST
    if not answers and mail.from_address.partition("@")[0].startswith(_ROBOTS):
        return MailKind.OTHER
    if Intent.OPTOUT in meaning.intents:
        return MailKind.OPTOUT
    return MailKind.REPLY


def _is_list(mail: Mail) -> bool:
    return any(mail.get(h) for h in ("list-id", "list-unsubscribe", "list-post")) or mail.get("precedence").lower() in (
        "list",
        "bulk",
        "junk",
    )
