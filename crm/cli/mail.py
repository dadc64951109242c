"""`flask mail`: what a mail is, and what its writer said; reads files only, never the database."""

from pathlib import Path
from typing import Any

import click

from crm.cli.output import emit, json_option
from crm.inbox.classify import classify
from crm.inbox.reply import reply_text

_EMPTY: dict[str, Any] = {
    "kind": "other", "recipients": [], "suppress": [], "status": None, "reason": None, "return_on": None,
    "reply_text": "", "intent": None, "intents": [], "phrases": [],
}  # fmt: skip
LIMIT_FILE = 60_000_000

group = click.Group("mail", help="Read mail files: bounces, answers, automatic replies.")


@group.command("classify")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
def classify_files(files: tuple[Path, ...], as_json: bool) -> None:
    """Say of each .eml file what it is: a reply, a bounce with its failed addresses, an automatic answer ..."""
    found = [_classified(f) for f in files]
    emit(found, as_json, lambda: "\n".join(_line(o) for o in found))


@group.command("text")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
def text_of_files(files: tuple[Path, ...], as_json: bool) -> None:
    """Print the visible answer of each plain reply body, without quotes, signature and device line."""
    found = [_text(f) for f in files]
    emit(found, as_json, lambda: "\n\n".join(f"{o['file']}\n{o['error'] or o['reply_text']}" for o in found))


def _classified(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as stream:
            return {"file": str(file), **classify(stream.read(LIMIT_FILE)).as_dict(), "error": None}
    except Exception as error:  # noqa: BLE001 - one unreadable file must not hide the others' results
        return {"file": str(file), **_EMPTY, "error": _words(error)}


def _text(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as stream:
            body = stream.read(LIMIT_FILE).decode("utf-8", "replace")
        return {"file": str(file), "reply_text": reply_text(body), "error": None}
    except Exception as error:  # noqa: BLE001 - as above
        return {"file": str(file), "reply_text": "", "error": _words(error)}


def _words(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else f"{type(error).__name__}: {error}"


def _line(found: dict[str, Any]) -> str:
    if found["error"]:
        return f"{found['file']}: {found['error']}"
    detail = ", ".join(found["recipients"]) or found["intent"] or ""
    dead = f" (dead: {', '.join(found['suppress'])})" if found["suppress"] else ""
    return f"{found['file']}: {found['kind']} {detail}{dead}".rstrip()
