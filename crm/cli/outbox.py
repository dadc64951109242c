"""`flask outbox ...`: what waits, what is unclear, and the stop switch."""

from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.cli.output import emit, find_project, json_option, project_option
from crm.db import reading, transaction
from crm.errors import NotFound
from crm.journal import Actor
from crm.mailboxes import queries as mailboxes
from crm.models.accounts import Organisation, Project
from crm.models.batches import Batch
from crm.models.mail import Message, Touch
from crm.outbox import queries, service

COMMAND = Actor("user", "command line")
group = click.Group("outbox", help="What is planned and sent, what is unclear, and the stop switch.")
doubt = click.Group("doubt", help="Mails of which nobody knows whether they left.")
group.add_command(doubt)


@group.command("status")
@project_option
@json_option
def status(project_name: str | None, as_json: bool) -> None:
    """How many mails are planned, queued, on the wire, sent, in doubt; and each mailbox's state."""
    with reading() as s:
        found = queries.status(s, find_project(s, project_name)).to_dict()
    emit(found, as_json, lambda: _status_text(found))


@group.command("forecast")
@project_option
@json_option
def forecast(project_name: str | None, as_json: bool) -> None:
    """How many mails leave on which day from which mailbox, if nobody answers."""
    with reading() as s:
        outlook = queries.forecast(s, find_project(s, project_name))
    rows = [{"day": str(r.day), "mailbox": r.mailbox, "step": r.step_no, "mails": r.n} for r in outlook.rows]
    data = {"rows": rows, "last_day": str(outlook.last_day) if outlook.last_day else None, "stuck": outlook.n_stuck}
    lines = [f"{r['day']}  {r['mails']:>4}  step {r['step']}  {r['mailbox']}" for r in rows]
    emit(data, as_json, "\n".join(lines) or "Nothing is planned.")


@doubt.command("list")
@project_option
@json_option
def doubt_list(project_name: str | None, as_json: bool) -> None:
    """Mails that wait for evidence or for your decision."""
    with reading() as s:
        found = [_doubt(d) for d in queries.doubts(s, find_project(s, project_name))]
    lines = [f"{d['id']}  {d['state']}  {d['to']} (step {d['step']}, {d['batch']}): {d['why']}" for d in found]
    emit(found, as_json, "\n".join(lines) or "Nothing is unclear.")


@doubt.command("resolve")
@click.argument("mail_id")
@click.argument("decision", type=click.Choice(["sent", "again", "drop"]))
@project_option
@json_option
def doubt_resolve(mail_id: str, decision: str, project_name: str | None, as_json: bool) -> None:
    """Decide about one mail: it was `sent`, send it `again`, or `drop` it."""
    with transaction() as s:
        project = find_project(s, project_name)
        message = queries.own(s, project, Message, mail_id)
        touch = queries.own(s, project, Touch, mail_id)
        if message is not None:
            service.resolve_doubt(s, message, decision, COMMAND)
        elif touch is not None and decision == "again":
            service.send_again(s, touch, COMMAND)
        elif touch is not None and decision == "drop":
            service.drop_touch(s, touch, COMMAND)
        else:
            raise NotFound(f"There is no mail {mail_id} that can be marked {decision}.")
    emit({"id": mail_id, "decision": decision}, as_json, f"{mail_id}: {decision}.")


@group.command("pause")
@click.option("--mailbox", "address", default=None, help="Only this mailbox.")
@click.option("--batch", "batch_name", default=None, help="Only this batch (name or id).")
@click.option("--reason", default="paused by hand", show_default=True)
@project_option
@json_option
def pause(address: str | None, batch_name: str | None, reason: str, project_name: str | None, as_json: bool) -> None:
    """Nothing leaves from this project, mailbox or batch until `outbox resume`."""
    with transaction() as s:
        what = _what(s, find_project(s, project_name), address, batch_name)
        n = service.pause(s, what, reason, COMMAND)
    emit({"paused": True, "on_the_wire": n}, as_json, f"Paused. {n} mails were already on the wire.")


@group.command("resume")
@click.option("--mailbox", "address", default=None, help="Only this mailbox.")
@click.option("--batch", "batch_name", default=None, help="Only this batch (name or id).")
@click.option("--all", "everything", is_flag=True, help="After stop-all.")
@project_option
@json_option
def resume(
    address: str | None, batch_name: str | None, everything: bool, project_name: str | None, as_json: bool
) -> None:
    """Go on sending."""
    with transaction() as s:
        project = find_project(s, project_name)
        what = (
            s.get_one(Organisation, project.organisation_id) if everything else _what(s, project, address, batch_name)
        )
        service.resume(s, what, COMMAND)
    emit({"paused": False}, as_json, "Goes on.")


@group.command("stop-all")
@click.option("--reason", default="stopped by hand", show_default=True)
@project_option
@json_option
def stop_all(reason: str, project_name: str | None, as_json: bool) -> None:
    """Stop all mail of the whole organisation, answers by hand included."""
    with transaction() as s:
        project = find_project(s, project_name)
        n = service.pause(s, s.get_one(Organisation, project.organisation_id), reason, COMMAND)
    words = f"All mail is stopped. {n} mails were already on the wire. Go on with `flask outbox resume --all`."
    emit({"stopped": True, "on_the_wire": n}, as_json, words)


def _what(s: Session, project: Project, address: str | None, batch_name: str | None) -> service.Pausable:
    if address:
        return mailboxes.by_address(s, address)
    if not batch_name:
        return project
    query = select(Batch).where(Batch.project_id == project.id)
    found = s.scalar(query.where((Batch.public_id == batch_name) | (Batch.name == batch_name)).limit(1))
    if found is None:
        raise NotFound(f"There is no batch {batch_name}.")
    return found


def _doubt(d: queries.Doubt) -> dict[str, Any]:
    thing = d.message or d.touch
    assert thing is not None
    return {
        "id": thing.public_id,
        "state": thing.state,
        "to": d.rcpt,
        "site": d.domain,
        "batch": d.batch,
        "step": d.step_no,
        "why": d.why,
    }


def _status_text(found: dict[str, Any]) -> str:
    names = (
        "planned",
        "queued",
        "claimed",
        "sending",
        "sent",
        "in_doubt",
        "review",
        "needs_data",
        "failed",
        "cancelled",
    )
    lines = [f"{name.replace('_', ' '):<12}{found[name]:>7,}" for name in names]
    lines.append(f"next due    {found['next_due_at'] or 'nothing'}")
    lines += [f"{m['address']}: {m['state']}" + (f" ({m['why']})" if m["why"] else "") for m in found["mailboxes"]]
    return "\n".join((["ALL MAIL IS STOPPED"] if found["stopped"] else []) + lines)
