"""Commands over the same services, one file per group.

A file offers `group` (a click.Group) or `commands` (top-level commands). Exit codes: 0 done, 1 refused with a
sentence on standard error, 2 wrong usage.
"""

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from typing import Any

import click
from flask import Flask

from crm.errors import CrmError


def register(app: Flask) -> None:
    """Hang every command below `flask`."""
    for command in all_commands():
        app.cli.add_command(command)


def all_commands() -> Iterator[click.Command]:
    """Every command and group of the product."""
    for module in pkgutil.iter_modules(__path__):
        found = importlib.import_module(f"{__name__}.{module.name}")
        members = [found.group] if hasattr(found, "group") else getattr(found, "commands", [])
        for command in members:
            _speak(command)
            yield command


def _speak(command: click.Command) -> None:
    """Turn a refusal into its sentence and exit code 1."""
    if isinstance(command, click.Group):
        for child in command.commands.values():
            _speak(child)
        return
    if getattr(command, "speaks", False) or command.callback is None:
        return
    inner = command.callback

    def outer(*args: Any, **kwargs: Any) -> Any:
        try:
            return inner(*args, **kwargs)
        except CrmError as error:
            click.echo(error.message, err=True)
            sys.exit(1)

    command.callback = outer
    command.speaks = True  # type: ignore[attr-defined]
