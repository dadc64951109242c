"""`flask inbox`: what came back, what it was, and reading the mailboxes now."""

from datetime import date, datetime
from typing import Any

import click

from crm.cli.output import emit, find_project, json_option, project_option
from crm.db import reading, transaction
from crm.errors import NotFound
from crm.inbox import run
from crm.inbox.deciding import service
from crm.inbox.showing import queries
from crm.journal import Actor
from crm.models.mail import Thread
from crm.vocabulary import OutcomeKind

group = click.Group("inbox", help="Answers: list them, say what they meant, read the mailboxes.")
OUTCOMES = [k.value for k in OutcomeKind if k not in (OutcomeKind.SENT, OutcomeKind.BOUNCED)]


@group.command("list")
@click.option("--tab", type=click.Choice(queries.TABS), default="needs", help="Needs you, waiting, or sorted.")
@project_option
@json_option
def list_threads(tab: str, project_name: str | None, as_json: bool) -> None:
    """List conversations: who wrote, what it reads as, and what was done."""
    with reading() as s:
        project = find_project(s, project_name)
        rows = [
            {
                "id": r.public_id, "from": r.name, "domain": r.domain, "at": r.at.isoformat(),
                "intent": r.intent or None,
                "text": r.snippet, "done": r.line or None,
            }
            for r in queries.rows(s, project, tab)
        ]  # fmt: skip
        data: dict[str, Any] = {"tab": tab, "counts": queries.counts(s, project), "threads": rows}
    emit(data, as_json, lambda: "\n".join(_line(r) for r in rows) or "Nothing here.")


@group.command("mark")
@click.argument("thread_id")
@click.argument("outcome", type=click.Choice(OUTCOMES))
@click.option("--note", default="", help="A word for the history.")
@click.option("--remind-on", type=click.DateTime(["%Y-%m-%d"]), default=None, help="For not_now: the day to ask again.")
@click.option("--page", "page_url", default="", help="For placed: the page with the link.")
@project_option
@json_option
def mark(
    thread_id: str,
    outcome: str,
    note: str,
    remind_on: datetime | None,
    page_url: str,
    project_name: str | None,
    as_json: bool,
) -> None:
    """Say what the last answer of a conversation meant; what follows from it is done."""
    day: date | None = remind_on.date() if remind_on else None
    with transaction() as s:
        project = find_project(s, project_name)
        thread = queries.thread_of(s, project, thread_id)
        if not isinstance(thread, Thread):
            raise NotFound(f"There is no conversation {thread_id} here. See `flask inbox list`.")
        words, token = service.decide(
            s, thread, OutcomeKind(outcome), actor=Actor("command"), note=note, remind_on=day, page_url=page_url
        )
    emit({"thread": thread_id, "outcome": outcome, "words": words, "undo": token}, as_json, words + ".")


@group.command("poll")
@json_option
def poll(as_json: bool) -> None:
    """Read every connected mailbox now."""
    found = [{"mailbox": address, **vars(run.poll(number))} for number, address in _mailboxes()]
    emit(found, as_json, lambda: "\n".join(_polled(f) for f in found) or "No mailbox is connected.")


def _mailboxes() -> list[tuple[int, str]]:
    with reading() as s:
        return queries.mailboxes(s)


def _line(row: dict[str, Any]) -> str:
    return f"{row['id']}  {row['domain']:<28} {row['intent'] or '-':<18} {row['text'][:70]}"


def _polled(found: dict[str, Any]) -> str:
    end = "" if found["complete"] else f"; not complete: {'; '.join(found['problems'])}"
    return f"{found['mailbox']}: {found['seen']} seen, {found['kept']} kept, {found['quarantined']} set apart{end}"
