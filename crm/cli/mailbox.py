"""`flask mailbox ...`: connect, check and list sending accounts."""

import os

import click
from sqlalchemy.orm import Session

from crm.cli.output import emit, find_project, json_option, project_option
from crm.db import reading, transaction
from crm.errors import BadInput
from crm.journal import Actor
from crm.mailboxes import providers, queries, run, service
from crm.mailboxes.providers import Endpoint
from crm.models.accounts import Organisation
from crm.models.mailboxes import Mailbox

COMMAND = Actor("user", "command line")
group = click.Group("mailbox", help="Connect, check and list your sending accounts.")


@group.command("add")
@click.option("--address", required=True, help="The mail address.")
@click.option("--smtp", "smtp_text", default="", help="HOST:PORT of the sending server; may be left out if known.")
@click.option("--imap", "imap_text", default="", help="HOST:PORT of the reading server; may be left out if known.")
@click.option("--username", default="", help="Name for signing in (default: the address).")
@click.option("--password", default=None, help="App password; better given as BACKLOOP_MAIL_PASSWORD or when asked.")
@click.option("--name", "sender_name", default="", help="Name of the sender as recipients see it.")
@click.option("--postal", "postal_address", default="", help="Postal address below every mail (the law asks for it).")
@click.option("--time-zone", default="UTC", show_default=True, help="IANA zone of the mailbox.")
@click.option("--probe/--no-probe", default=True, help="Send a mail to yourself and read it back.")
@project_option
@json_option
def add(
    address: str,
    smtp_text: str,
    imap_text: str,
    username: str,
    password: str | None,
    sender_name: str,
    postal_address: str,
    time_zone: str,
    probe: bool,
    project_name: str | None,
    as_json: bool,
) -> None:
    """Connect a mailbox. Connections without TLS are allowed to this machine only."""
    smtp, imap, provider = _servers(address, smtp_text, imap_text)
    secret = password or os.environ.get("BACKLOOP_MAIL_PASSWORD")
    if secret is None:
        secret = click.prompt("App password", hide_input=True)
    with transaction() as s:
        project = find_project(s, project_name)
        mailbox = service.connect(
            s,
            s.get_one(Organisation, project.organisation_id),
            project,
            address=address,
            smtp=smtp,
            imap=imap,
            username=username,
            password=secret,
            sender_name=sender_name,
            postal_address=postal_address,
            time_zone=time_zone,
            provider=provider,
            actor=COMMAND,
        )
        mailbox_id = mailbox.id
    if probe:
        run.probe(mailbox_id)
    with reading() as s:
        found = _as_dict(s, s.get_one(Mailbox, mailbox_id))
    emit(found, as_json, f"{found['address']} is connected. Next: flask mailbox check {found['address']}")


@group.command("check")
@click.argument("address")
@click.option("--probe/--no-probe", default=True, help="Send a mail to yourself and read it back first.")
@json_option
def check(address: str, probe: bool, as_json: bool) -> None:
    """Try both servers, ask DNS about MX, SPF, DKIM and DMARC, and print the record to paste where one is wrong."""
    with reading() as s:
        mailbox_id = queries.by_address(s, address).id
    results = run.probe(mailbox_id).authentication_results if probe else ""
    found = [f.to_dict() for f in run.check(mailbox_id, results=results)]
    ok = all(f["level"] != "bad" for f in found)
    marks = {"ok": "ok  ", "warn": "look", "bad": "BAD "}
    lines = []
    for f in found:
        lines += [f"{marks[f['level']]} {f['check']}: {f['words']}", *([f"     {f['record']}"] if f["record"] else [])]
    emit({"address": address, "passed": ok, "findings": found}, as_json, "\n".join(lines))
    if not ok:
        raise BadInput(f"{address} must not send yet: see the lines marked BAD.")


@group.command("list")
@project_option
@json_option
def list_(project_name: str | None, as_json: bool) -> None:
    """All connected mailboxes with their state, caps and how many mails left in the last 24 hours."""
    with reading() as s:
        found = [_as_dict(s, m) for m in queries.of_project(s, find_project(s, project_name))]
    lines = [
        f"{m['address']}: {m['state']}, {m['sent_24h']} of {m['day_cap']} in 24 h {m['why']}".rstrip() for m in found
    ]
    emit(found, as_json, "\n".join(lines) or "No mailbox is connected. See `flask mailbox add --help`.")


def _servers(address: str, smtp_text: str, imap_text: str) -> tuple[Endpoint, Endpoint, str]:
    known = providers.guess(address)
    try:
        smtp = providers.endpoint(smtp_text, 587) if smtp_text else known.smtp if known else None
        imap = providers.endpoint(imap_text, 993) if imap_text else known.imap if known else None
    except ValueError as error:
        raise BadInput(str(error)) from error
    if smtp is None or imap is None:
        raise BadInput("This provider is not known here; give --smtp HOST:PORT and --imap HOST:PORT.")
    return smtp, imap, known.key if known and not smtp_text else "other"


def _as_dict(s: Session, m: Mailbox) -> dict[str, object]:
    return {
        "address": m.address,
        "state": m.state,
        "why": f"({m.pause_reason})" if m.pause_reason else "",
        "provider": m.provider,
        "day_cap": m.day_cap,
        "new_cap": m.new_cap,
        "hour_cap": m.hour_cap,
        "sent_24h": queries.card(s, m).sent_today,
        "saves_sent": m.saves_sent,
        "sent_folder": m.sent_folder,
        "inbox_read_at": m.inbound_synced_at,
    }
