"""What takes time around a mailbox: the probe (a mail to oneself, read back), the check of its domain, fresh tokens."""

import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from email import message_from_bytes

from crm import clock, domains, work
from crm.adapters import dns, imap, smtp
from crm.adapters.accounts import PLAIN, Account
from crm.adapters.dns import NoAnswer, Resolver
from crm.adapters.imap import Box, ImapFailed
from crm.contacts.addresses import FREE_MAIL
from crm.db import reading, transaction
from crm.errors import CrmError, Refused
from crm.mailboxes import health, queries, service
from crm.mailboxes.health import Finding, Seen
from crm.models.mailboxes import Mailbox

log = logging.getLogger("crm.mailboxes")
CHECK = "mailbox_check"
WAIT = timedelta(minutes=2)
WAIT_HERE = timedelta(seconds=8)
STEP_SECONDS = 1.0
BUSY_PER_WEEK, WEEKS = 20, 8


@dataclass(frozen=True)
class Probed:
    """What a mail to oneself showed. None: could not be told."""

    arrived: bool
    sent_folder: str | None = None
    saves_sent: bool | None = None
    rewrites_message_id: bool | None = None
    searches_message_id: bool | None = None
    authentication_results: str = ""
    warm: bool = False  # the Sent folder shows that much is written already


def probe(mailbox_id: int, *, pause: Callable[[float], None] = time.sleep) -> Probed:
    """Send one mail to the mailbox itself and look where it turns up; store what was learned. Raises Refused with a
    sentence when signing in or sending fails."""
    with reading() as s:
        mailbox = s.get_one(Mailbox, mailbox_id)
    out, into = service.smtp_account(mailbox), service.imap_account(mailbox)
    token = f"check-{secrets.token_hex(8)}"
    message_id = f"{token}@{mailbox.address.rpartition('@')[2]}"
    wire = service.probe_mail(mailbox, message_id, token)
    _known_sign_in(into)
    result = smtp.send(out, wire, mailbox.address, mailbox.address, time.monotonic() + 120, connect_seconds=15)
    if result.verdict is not smtp.Verdict.SENT:
        raise Refused(f"{mailbox.address} cannot send: {result.text or 'no answer'} (at {result.phase}).")
    wait = WAIT_HERE if into.security == PLAIN else WAIT
    found = _look(into, message_id, token, wait, pause)
    with transaction() as s:
        service.remember_probe(s, s.get_one(Mailbox, mailbox_id), **_learned(found))
    return found


def check(mailbox_id: int, *, resolver: Resolver | None = None, results: str = "") -> list[Finding]:
    """Ask DNS about the mailbox's domain, try both sign-ins, and store the findings."""
    with reading() as s:
        mailbox = s.get_one(Mailbox, mailbox_id)
    found = [*_sign_ins(mailbox), *_of_domain(mailbox, resolver or dns.default(), results)]
    if not mailbox.postal_address.strip():
        found.append(Finding("Postal address", "bad", "Mails need your postal address below them. Add it here."))
    with transaction() as s:
        service.remember_check(s, s.get_one(Mailbox, mailbox_id), [f.to_dict() for f in found], health.passed(found))
    return found


@work.handler(CHECK)
def probe_and_check(job: work.Running) -> None:
    """The job behind the button: a mail to oneself, then DNS."""
    mailbox_id, results = int(job.params["mailbox"]), ""
    job.progress(0, 2, "a mail to yourself")
    try:
        results = probe(mailbox_id).authentication_results
    except CrmError as error:
        job.log(error.message)
    job.progress(1, 2, "name servers and sign-in")
    found = check(mailbox_id, results=results)
    job.result(passed=health.passed(found))


def check_due() -> int:
    """Check every mailbox once a day; returns how many were checked."""
    with reading() as s:
        due = queries.due_for_check(s, clock.now() - timedelta(days=1))
    for mailbox_id in due:
        check(mailbox_id)
    return len(due)


def probe_due() -> int:
    """Once a week another mail to oneself: providers change what they do with Message-IDs and Sent copies."""
    with reading() as s:
        due = queries.due_for_probe(s, clock.now() - timedelta(weeks=1))
    for mailbox_id in due:
        try:
            check(mailbox_id, results=probe(mailbox_id).authentication_results)
        except (CrmError, ImapFailed) as error:
            log.warning("the weekly probe of mailbox %s: %s", mailbox_id, error)
            with transaction() as s:
                s.get_one(Mailbox, mailbox_id).probed_at = clock.now()  # the daily check tells what is wrong
    return len(due)


def keep_tokens() -> int:
    """Refresh OAuth tokens that end soon, so that no connection has to wait for it; returns how many changed."""
    n = 0
    with reading() as s:
        ids = queries.with_oauth(s)
    for mailbox_id in ids:
        with reading() as s:
            mailbox = s.get_one(Mailbox, mailbox_id)
        try:
            sealed = service.fresh_secret(mailbox)
        except CrmError as error:
            with transaction() as s:
                service.needs_login(s, s.get_one(Mailbox, mailbox_id), error.message)
            continue
        if sealed is not None:
            with transaction() as s:
                s.get_one(Mailbox, mailbox_id).secret = sealed
            n += 1
    return n


def _known_sign_in(into: Account) -> None:
    try:
        with imap.open_box(into):
            pass
    except ImapFailed as error:
        raise Refused(f"Reading does not work: {error}") from error


def _look(into: Account, message_id: str, token: str, wait: timedelta, pause: Callable[[float], None]) -> Probed:
    """Read Inbox and Sent until the mail is in both, or the time is over."""
    end = clock.real_now() + wait
    found = Probed(arrived=False)
    while True:
        with imap.open_box(into) as box:
            found = _once(box, message_id, token)
        if found.arrived and found.saves_sent or clock.real_now() >= end:
            return replace(found, saves_sent=bool(found.saves_sent) if found.arrived else None)
        pause(STEP_SECONDS)


def _once(box: Box, message_id: str, token: str) -> Probed:
    sent = box.folder_for("sent")
    inbox = _with_token(box, "INBOX", token) or _with_token(box, box.folder_for("junk"), token)
    if inbox is None:
        return Probed(False, sent)
    head = message_from_bytes(inbox)
    arrived_as = str(head.get("Message-ID", "")).strip().strip("<>")
    copy = _with_token(box, sent, token)
    return Probed(
        arrived=True,
        sent_folder=sent,
        saves_sent=copy is not None,
        rewrites_message_id=arrived_as != message_id,
        searches_message_id=bool(box.find_message_id("INBOX", arrived_as)),
        authentication_results=str(head.get("Authentication-Results", "")),
        warm=sent is not None and _is_warm(box, sent, clock.now().date()),
    )


def _is_warm(box: Box, sent: str, today: date) -> bool:
    """Whether 20 mails or more left in each of the last eight weeks; such a mailbox needs no warm-up."""
    ends = [today + timedelta(days=1) - timedelta(weeks=n) for n in range(WEEKS)]
    return all(box.count_between(sent, end - timedelta(weeks=1), end) >= BUSY_PER_WEEK for end in ends)


def _with_token(box: Box, folder: str | None, token: str) -> bytes | None:
    if folder is None:
        return None
    newest = box.uids(folder)[-15:]
    return next((raw for _, raw, _ in box.fetch(folder, newest) if token.encode() in raw), None)


def _learned(found: Probed) -> dict[str, object]:
    results = found.authentication_results
    return {
        "saves_sent": found.saves_sent,
        "rewrites_message_id": found.rewrites_message_id,
        "searches_message_id": found.searches_message_id,
        "sent_folder": found.sent_folder,
        "authserv_id": results.split(";")[0].strip() or None,
        "warm": found.warm,
    }


def _sign_ins(mailbox: Mailbox) -> list[Finding]:
    found = []
    try:
        result = smtp.Session(service.smtp_account(mailbox), connect_seconds=15).login()
        good = result.verdict is smtp.Verdict.SENT
        words = "Sending: signed in." if good else f"Sending does not work: {result.text}"
        found.append(Finding("SMTP", "ok" if good else "bad", words))
        with imap.open_box(service.imap_account(mailbox), seconds=20) as box:
            role = {f.role for f in box.folders()}
        words = "Reading: signed in." if "sent" in role else "Reading: signed in; no Sent folder was found."
        found.append(Finding("IMAP", "ok" if "sent" in role else "warn", words))
    except (ImapFailed, CrmError) as error:
        found.append(Finding("IMAP", "bad", f"Reading does not work: {error}"))
    return found


def _of_domain(mailbox: Mailbox, resolver: Resolver, results: str) -> list[Finding]:
    domain = mailbox.address.rpartition("@")[2]
    if mailbox.smtp_security == PLAIN:
        return [Finding("Domain", "ok", "A mailbox on this machine; no name server is asked.")]
    owner = domains.registrable(domain, private=False) or domain
    selectors = health.SELECTORS.get(mailbox.provider, ()) + health.USUAL_SELECTORS
    seen = Seen(
        domain=domain,
        provider=mailbox.provider,
        mx=_asked(lambda: resolver.mx(domain)),
        txt=_asked(lambda: resolver.txt(domain)),
        dmarc=_asked(lambda: resolver.txt(f"_dmarc.{domain}") or resolver.txt(f"_dmarc.{owner}")),
        dkim=_keys(resolver, domain, selectors),
        authentication_results=results,
        is_free_mail=domain in FREE_MAIL,
    )
    return health.findings(seen)


def _keys(resolver: Resolver, domain: str, selectors: tuple[str, ...]) -> dict[str, tuple[str, ...]] | None:
    found: dict[str, tuple[str, ...]] = {}
    for selector in selectors:
        records = _asked(lambda selector=selector: resolver.txt(f"{selector}._domainkey.{domain}"))  # type: ignore[misc]
        if records is None:
            return None
        found[selector] = records
        if records:
            break
    return found


def _asked(question: Callable[[], list[str]]) -> tuple[str, ...] | None:
    try:
        return tuple(question())
    except NoAnswer:
        return None
