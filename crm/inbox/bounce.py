"""Delivery reports: which addresses failed, what it says of them, whether to suppress.

Stands on flufl.bounce (wrapped: its detectors raise on some ordinary mails) and RFC 3464; where both are silent,
rules on the prose and on the returned mail itself. Our own addresses never fail.
"""

import email
import email.policy
import logging
from dataclasses import dataclass

from flufl.bounce import all_failures

from crm.inbox.bounce_dsn import Group, address_of, complaint_fields, groups, report_groups, service_notice
from crm.inbox.bounce_original import Original, original_of, pasted_fields, report_text, unique
from crm.inbox.bounce_text import Found, Prose, found_in, has_sentence, split
from crm.inbox.bounce_words import DAEMON_LOCAL, DAEMON_NAME, SUBJECTS
from crm.inbox.parse import LIMIT_RAW, Mail, addresses_in, first_address
from crm.inbox.verdict import AFTER_DATA, ASLEEP, AT_ADDRESS, Judged, fold, judge
from crm.vocabulary import BounceVerdict, MailKind

# Its detectors raise on ordinary mails; what it logs then is a traceback that tells a user nothing.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Failure:
    """One address and the verdict on it."""

    address: str
    verdict: BounceVerdict
    reason: str
    status: str
    diagnostic: str


@dataclass(frozen=True)
class Report:
    """What a delivery report or complaint says. `original_ids`: Message-IDs of the mail it is about."""

    kind: MailKind
    failures: tuple[Failure, ...] = ()
    delayed: bool = False
    original_ids: tuple[str, ...] = ()
    original_to: tuple[str, ...] = ()
    complaint: str = ""

    @property
    def recipients(self) -> list[str]:
        """The failed addresses."""
        return [f.address for f in self.failures]

    @property
    def suppress(self) -> list[str]:
        """The addresses that are dead for good."""
        return [f.address for f in self.failures if f.verdict is BounceVerdict.DEAD_ADDRESS]


def read_report(mail: Mail, raw: bytes = b"", own: frozenset[str] = frozenset()) -> Report | None:
    """The report that `mail` is, or None when it is none. `own`: addresses of ours, never counted as failed."""
    prose = split(report_text(mail))
    original = original_of(mail, prose)
    service = _service(mail, original)
    if service is not None:
        return service
    fields = complaint_fields(mail)
    if fields is not None:
        return Report(
            MailKind.COMPLAINT,
            original_ids=original.ids,
            original_to=_complained(fields, original),
            complaint=fields.get("feedback-type", "abuse"),
        )
    found = report_groups(mail) or groups("\n".join(prose.report + pasted_fields(prose)))
    if not found and not looks_like_report(mail, prose):
        return None
    if found and not _about_us(found) and not looks_like_report(mail, prose):
        return None
    return _bounce(mail, raw, prose, original, found, own)


def looks_like_report(mail: Mail, prose: Prose | None = None) -> bool:
    """Whether the mail comes from a mail system and speaks of a delivery: sender, subject, return path and words."""
    prose = prose or split(report_text(mail))
    local, name = mail.from_address.partition("@")[0], fold(mail.from_name)
    daemon = local.startswith(DAEMON_LOCAL[:13]) or any(n in name for n in DAEMON_NAME) or not mail.from_address
    robot = daemon or local.startswith(DAEMON_LOCAL) or fold(mail.get("from")) in ("mailer-daemon", "postmaster", "<>")
    null_path = (
        mail.get("return-path").strip() in ("<>", "<mailer-daemon>", "<MAILER-DAEMON>")
        or "mailer-daemon" in mail.get("return-path").lower()
    )
    subject = any(s in fold(mail.subject) for s in SUBJECTS)
    sentence = has_sentence("\n".join(prose.report[:120])[:6000])
    report = mail.report_type == "delivery-status" or bool(mail.get("x-failed-recipients"))
    vacation = mail.get("auto-submitted").lower().startswith("auto-replied") and not daemon
    points = 2 * daemon + (robot and not daemon) + null_path + 2 * subject + 2 * sentence + 3 * report - 2 * vacation
    answer = bool(mail.references) and not (daemon or null_path or robot or report)
    return points >= 4 and not answer and (sentence or report or subject and daemon)


def _bounce(
    mail: Mail, raw: bytes, prose: Prose, original: Original, found: list[Group], own: frozenset[str]
) -> Report | None:
    outcomes = {g.outcome for g in found}
    if found and outcomes <= {"delivered", "relayed", "expanded"}:
        return Report(MailKind.DELIVERED, original_ids=original.ids, original_to=original.to)
    said = found_in(prose.report)
    exclude = _ours(mail, original, own)
    addresses = _addresses(mail, raw, prose, original, found, said, exclude)
    failures = tuple(_failure(a, mail, prose, found, said) for a in addresses)
    delayed = bool(outcomes) and outcomes <= {"delayed"}
    return Report(MailKind.BOUNCE, failures, delayed, original.ids, original.to)


def _addresses(
    mail: Mail, raw: bytes, prose: Prose, original: Original, found: list[Group], said: list[Found], exclude: set[str]
) -> list[str]:
    """The failed addresses, from the surest source that names any."""
    failed = [g for g in found if g.outcome == "failed"] or [g for g in found if g.outcome == "delayed"]
    from_fields = unique(g.recipient for g in failed)
    if from_fields and all("." in a.rpartition("@")[2] for a in from_fields):
        return from_fields
    named = unique(a for v in mail.get_all("x-failed-recipients") for a in addresses_in(v))
    if named:
        return named
    strong = unique(f.address for f in said if f.strength >= 3 and f.address not in exclude)
    medium = unique(f.address for f in said if f.strength >= 2 and f.address not in exclude)
    to = [a for a in original.to if a not in exclude]
    if strong:
        return unique([*strong, *(a for a in medium if a in to)])
    library = _library(raw, exclude, {f.address for f in said} | set(original.to))
    if library:
        return library
    if medium:
        return _with_originals(medium, to)
    weak = unique(f.address for f in said if f.strength == 1 and f.address not in exclude)
    both = [a for a in weak if a in to]
    if both or to:
        return both or to[:1] if len(to) > 3 else both or to
    if weak:
        return weak[:3]
    mine = unique(f.address for f in said if f.strength >= 2 and f.address not in _daemons(mail))
    return from_fields or mine or unique(a for a in original.to if a not in _daemons(mail))[:1]


def _with_originals(candidates: list[str], to: list[str]) -> list[str]:
    """Where some candidates are among the returned mail's recipients, the rest are aliases and helpers."""
    both = [a for a in candidates if a in to]
    return both if both and len(both) == len(to) and len(candidates) > 2 * len(to) else candidates


def _failure(address: str, mail: Mail, prose: Prose, found: list[Group], said: list[Found]) -> Failure:
    group = next((g for g in found if g.recipient == address), found[0] if len(found) == 1 else None)
    near = sorted((f for f in said if f.address == address), key=lambda f: -f.strength)
    status = group.fields.get("status", "") if group else ""
    action = group.outcome if group else ""
    late = _stage(prose)
    own_line = near[0].line_text + late if near and near[0].strength >= 2 else ""
    said_near = "\n".join(f.said for f in near[:3])
    texts = [
        group.diagnostic + late if group and group.diagnostic else "",
        own_line,
        said_near + late if said_near else "",
        "\n".join(prose.report)[:4000] if len(said) <= 6 or not near else "",
    ]
    judged = _first_judged(texts, status, action)
    shown = next((" ".join(t.split()) for t in texts if t.strip()), "")
    return Failure(address, judged.verdict, judged.reason, judged.status, shown[:500])


def _stage(prose: Prose) -> str:
    """When the server refused, as a remark below its words: at the address itself, or only after the whole mail."""
    text = fold("\n".join(prose.report)[:20_000])
    if _after_data(prose, text):
        return f"\n({AFTER_DATA})"
    asleep = f"\n({ASLEEP})" if any(a in text for a in ("account is disabled", "account has been suspended")) else ""
    return asleep or (f"\n({AT_ADDRESS})" if any(a in text for a in _AT_ADDRESS) else "")


_AT_ADDRESS = (
    "in reply to rcpt to", "after rcpt", "response to rcpt", "reply to rcpt", ">>> rcpt to", "sending rcpt to",
    "rcpt command", "rcpt to command",
)  # fmt: skip


def _after_data(prose: Prose, text: str) -> bool:
    """Whether the server took the address and refused only the mail itself: then its words are a filter's."""
    if "in reply to end of data" in text or "after end of data" in text:
        return True
    commands = [w for w in (fold(line) for line in prose.report) if w.startswith((">>>", "<<<"))]
    refused = next((i for i, w in enumerate(commands) if w.startswith(("<<< 5", "<<< 4"))), 0)
    return refused > 0 and commands[refused - 1].startswith(">>> data")


def _first_judged(texts: list[str], status: str, action: str) -> Judged:
    """The verdict of the nearest text that says something; the report's code alone decides last."""
    weak: Judged | None = None
    for text in (t for t in texts if t.strip()):
        judged = judge(text, status, action)
        if not judged.reason[:1].isdigit() and judged.reason not in ("no reason given", action):
            return judged
        weak = weak or (judged if judged.verdict is not BounceVerdict.TEMPORARY or judged.status else None)
        if weak and weak.verdict is BounceVerdict.DEAD_ADDRESS:
            return weak
    return weak or judge("", status, action)


def _ours(mail: Mail, original: Original, own: frozenset[str]) -> set[str]:
    """Addresses that cannot have failed: ours, the writer's of the returned mail, and the mail systems'."""
    mine = {
        first_address(v)[1]
        for h in ("to", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
        for v in mail.get_all(h)
    }
    sent = {a for a in original.sender if a not in original.to}
    return (mine - (set(original.to) - set(original.sender))) | sent | set(own) | _daemons(mail) | {""}


def _daemons(mail: Mail) -> set[str]:
    local = mail.from_address.partition("@")[0]
    domain = mail.from_address.partition("@")[2]
    return {
        mail.from_address,
        f"postmaster@{domain}",
        f"{local}@{domain}",
        f"mailer-daemon@{domain}",
        f"abuse@{domain}",
    }


def _library(raw: bytes, exclude: set[str], seen: set[str]) -> list[str]:
    """What flufl.bounce finds, if our own reading saw the address too (it takes Message-IDs for addresses)."""
    try:
        message = email.message_from_bytes(raw[:LIMIT_RAW], policy=email.policy.compat32)
        temporary, permanent = all_failures(message)
    except Exception:  # noqa: BLE001 - its detectors raise IndexError, UnicodeError and others on ordinary mails
        return []
    names = {a.decode("utf-8", "replace").strip().lower() for a in permanent or temporary}
    return sorted(a for a in names & seen if a not in exclude)


def _service(mail: Mail, original: Original) -> Report | None:
    notice = service_notice(mail.text)
    if notice is None:
        return None
    kind = str(notice.get("notificationType") or notice.get("eventType") or "").lower()
    about = notice.get("mail") if isinstance(notice.get("mail"), dict) else {}
    sent_to = tuple(str(a).lower() for a in (about or {}).get("destination", []) if isinstance(a, str))
    if kind == "delivery":
        return Report(MailKind.DELIVERED, original_ids=original.ids, original_to=sent_to)
    if kind == "complaint":
        return Report(MailKind.COMPLAINT, original_ids=original.ids, original_to=sent_to, complaint="abuse")
    body = notice.get("bounce")
    if kind != "bounce" or not isinstance(body, dict):
        return None
    failures = []
    for one in body.get("bouncedRecipients") or []:
        if isinstance(one, dict) and address_of(str(one.get("emailAddress", ""))):
            said, status = str(one.get("diagnosticCode", "")), str(one.get("status", ""))
            judged = judge(said, status, "failed")
            failures.append(
                Failure(address_of(str(one["emailAddress"])), judged.verdict, judged.reason, judged.status, said[:500])
            )
    return Report(MailKind.BOUNCE, tuple(failures), False, original.ids, sent_to)


def _complained(fields: dict[str, str], original: Original) -> tuple[str, ...]:
    named = [
        address_of(fields[n]) for n in ("original-rcpt-to", "removal-recipient", "final-recipient") if fields.get(n)
    ]
    return tuple(unique(named)) or original.to


def _about_us(found: list[Group]) -> bool:
    return any("final-recipient" in g.fields or "original-recipient" in g.fields for g in found)
