"""Verbs on our own mail accounts: connect, change, remove, and open their secrets for one connection."""

import json
from dataclasses import asdict, dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Settings
from crm import clock, journal
from crm.adapters import oauth, vault
from crm.adapters.accounts import PLAIN, STARTTLS, TLS, Account
from crm.contacts import addresses
from crm.errors import BadInput, Refused
from crm.journal import SYSTEM, Actor
from crm.mailboxes import providers
from crm.mailboxes.providers import Endpoint
from crm.models.accounts import Organisation, Project
from crm.models.mailboxes import Mailbox, MailboxCheck
from crm.vocabulary import MailboxState

CHANGEABLE = ("sender_name", "signature", "postal_address", "time_zone", "hour_cap", "day_cap", "new_cap", "min_gap_s")


@dataclass(frozen=True)
class Secret:
    """A password, or the grant of an OAuth provider."""

    password: str = ""
    grant: oauth.Grant | None = None

    def text(self) -> str:
        """What is sealed."""
        return self.grant.pack() if self.grant is not None else self.password


def connect(
    s: Session,
    organisation: Organisation,
    project: Project | None,
    *,
    address: str,
    smtp: Endpoint,
    imap: Endpoint,
    username: str = "",
    password: str = "",
    sender_name: str = "",
    postal_address: str = "",
    time_zone: str = "UTC",
    provider: str = "other",
    grant: oauth.Grant | None = None,
    caps: dict[str, Any] | None = None,
    actor: Actor = SYSTEM,
) -> Mailbox:
    """Add a mailbox, or give a known one new settings and a new password. Nothing is connected to here.

    `caps` overrides hour_cap, day_cap, new_cap, min_gap_s, jitter_s, window and ramp. Raises BadInput.
    """
    try:
        written = addresses.parse(address).written
    except ValueError as error:
        raise BadInput(str(error), field="address") from error
    for side, what in ((smtp, "smtp"), (imap, "imap")):
        _check(side, what)
    row = s.scalar(
        select(Mailbox).where(Mailbox.organisation_id == organisation.id, Mailbox.address == written)
    ) or Mailbox(organisation_id=organisation.id, address=written, connected_at=clock.now())
    row.project_id = project.id if project is not None else None
    row.smtp_host, row.smtp_port, row.smtp_security = smtp.host, smtp.port, smtp.security
    row.imap_host, row.imap_port, row.imap_security = imap.host, imap.port, imap.security
    row.username, row.sender_name, row.provider = username or written, sender_name or row.sender_name or "", provider
    row.postal_address, row.time_zone = postal_address or row.postal_address or "", time_zone
    if row.id is None:
        for name, value in (providers.caps(provider) | {"ramp": providers.RAMP} | (caps or {})).items():
            setattr(row, name, value)
    s.add(row)
    s.flush()
    row.auth = "xoauth2" if grant is not None else "password"
    row.secret = vault.seal(Secret(password, grant).text(), _bound_to(row))
    row.state, row.pause_reason, row.login_failures, row.removed_at = MailboxState.OK.value, None, 0, None
    journal.record(s, "mailbox.connected", row, organisation_id=organisation.id, project=project, actor=actor)
    return row


def connect_with_grant(
    s: Session, organisation: Organisation, project: Project | None, address: str, grant: oauth.Grant, actor: Actor
) -> Mailbox:
    """Add a mailbox of Google or Microsoft that signs in with a token."""
    guess = providers.guess(address)
    fallback = "microsoft" if grant.client.provider == "microsoft" else "google_workspace"
    known = guess if guess is not None and guess.key in ("gmail", fallback) else providers.by_key(fallback)
    assert known is not None
    return connect(
        s,
        organisation,
        project,
        address=address,
        smtp=known.smtp,
        imap=known.imap,
        provider=known.key,
        grant=grant,
        actor=actor,
    )


def change_password(s: Session, mailbox: Mailbox, password: str, actor: Actor) -> None:
    """Keep a new password and let the mailbox try again."""
    mailbox.secret, mailbox.auth = vault.seal(password, _bound_to(mailbox)), "password"
    mailbox.login_failures = 0
    if mailbox.state == MailboxState.NEEDS_LOGIN:
        mailbox.state, mailbox.pause_reason = MailboxState.OK.value, None
    journal.record(s, "mailbox.password_changed", mailbox, organisation_id=mailbox.organisation_id, actor=actor)


def pack_sign_in(client: oauth.Client, begun: oauth.Begun, address: str) -> str:
    """An authorization under way, sealed: it waits in the browser's cookie."""
    held = {"client": asdict(client), "begun": asdict(begun), "address": address}
    return vault.seal(json.dumps(held), "oauth-sign-in")


def unpack_sign_in(sealed: str) -> tuple[oauth.Client, oauth.Begun, str]:
    """The authorization again. Raises Refused when there is none."""
    if not sealed:
        raise Refused("This sign-in was not started here, or is too old. Start again.")
    held = json.loads(vault.unseal(sealed, "oauth-sign-in"))
    return oauth.Client(**held["client"]), oauth.Begun(**held["begun"]), str(held["address"])


def change(s: Session, mailbox: Mailbox, values: dict[str, Any], actor: Actor = SYSTEM) -> None:
    """Change names, caps, window or zone; unknown names are refused."""
    for name, value in values.items():
        if name not in (*CHANGEABLE, "window", "jitter_s"):
            raise BadInput(f"{name} cannot be changed here.", field=name)
        setattr(mailbox, name, value)
    known = sorted(values)
    journal.record(
        s, "mailbox.changed", mailbox, organisation_id=mailbox.organisation_id, actor=actor, data={"fields": known}
    )


def remove(s: Session, mailbox: Mailbox, actor: Actor) -> None:
    """Forget the password and never send from it again; its mails stay."""
    mailbox.removed_at, mailbox.secret = clock.now(), ""
    mailbox.state, mailbox.pause_reason = MailboxState.PAUSED.value, "removed"
    journal.record(s, "mailbox.removed", mailbox, organisation_id=mailbox.organisation_id, actor=actor)


def smtp_account(mailbox: Mailbox) -> Account:
    """How to send from this mailbox now. Refreshes an OAuth token; call it outside of any transaction."""
    return _account(mailbox, mailbox.smtp_host, mailbox.smtp_port, mailbox.smtp_security)


def imap_account(mailbox: Mailbox) -> Account:
    """How to read this mailbox now. Refreshes an OAuth token; call it outside of any transaction."""
    return _account(mailbox, mailbox.imap_host, mailbox.imap_port, mailbox.imap_security)


def fresh_secret(mailbox: Mailbox) -> str | None:
    """The sealed secret with a token that is good now; None when nothing changed. Call it outside of a transaction."""
    before = oauth.unpack(vault.unseal(mailbox.secret, _bound_to(mailbox)))
    after = oauth.refreshed(before)
    return vault.seal(after.pack(), _bound_to(mailbox)) if after != before else None


def needs_login(s: Session, mailbox: Mailbox, words: str) -> None:
    """Nothing leaves until a person signs in again; all mails stay queued. Said once."""
    if mailbox.state != MailboxState.NEEDS_LOGIN:
        mailbox.state, mailbox.pause_reason = MailboxState.NEEDS_LOGIN.value, words
        journal.record(s, "mailbox.needs_login", mailbox, organisation_id=mailbox.organisation_id, data={"why": words})


def probe_mail(mailbox: Mailbox, message_id: str, token: str) -> bytes:
    """The mail to oneself that shows what the provider does with our mails."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = mail["To"] = Address(mailbox.sender_name, addr_spec=mailbox.address)
    mail["Subject"] = "Mailbox check"
    mail["Date"] = clock.now()
    mail["Message-ID"] = f"<{message_id}>"
    mail.set_content(f"A mail to yourself, to see that sending and reading work. You may delete it.\n\n{token}\n")
    return mail.as_bytes()


def remember_probe(s: Session, mailbox: Mailbox, *, warm: object = False, **learned: Any) -> None:
    """Store what the probe showed; a mailbox that writes a lot already needs no warm-up."""
    for name in ("saves_sent", "rewrites_message_id", "searches_message_id", "sent_folder", "authserv_id"):
        if learned.get(name) is not None:
            setattr(mailbox, name, learned[name])
    mailbox.probed_at = clock.now()
    if warm and mailbox.ramp:
        mailbox.ramp = mailbox.ramp | {"skip": True}


def remember_check(s: Session, mailbox: Mailbox, findings: list[dict[str, str]], passed: bool) -> None:
    """Store one run of the mailbox check."""
    s.add(MailboxCheck(mailbox_id=mailbox.id, at=clock.now(), passed=passed, findings=findings))


def _account(mailbox: Mailbox, host: str, port: int, security: str) -> Account:
    if mailbox.removed_at is not None or not mailbox.secret:
        raise Refused(f"{mailbox.address} has no password any more. Connect it again.")
    text = vault.unseal(mailbox.secret, _bound_to(mailbox))
    password, token = text, ""
    if mailbox.auth == "xoauth2":
        password, token = "", oauth.refreshed(oauth.unpack(text)).access_token
    return Account(host, port, security, mailbox.username, mailbox.address, password, token, _private_ok())


def _check(side: Endpoint, what: str) -> None:
    if not side.host or not 0 < side.port < 65536:
        raise BadInput(f"The {what.upper()} server needs a host and a port, as in mail.example.org:993.", field=what)
    if side.security not in (TLS, STARTTLS, PLAIN):
        raise BadInput("The connection must be tls, starttls or plain.", field=what)
    if side.security == PLAIN and side.host not in ("127.0.0.1", "localhost", "::1"):
        raise BadInput("A connection without TLS is allowed to this machine only.", field=what)


def _bound_to(mailbox: Mailbox) -> str:
    return f"mailbox:{mailbox.public_id}"


@lru_cache(maxsize=1)
def _private_ok() -> bool:
    return bool(Settings().mail_private_hosts)  # type: ignore[call-arg]
