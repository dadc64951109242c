"""What every command shares: JSON or text, and which project is meant."""

import json
from collections.abc import Callable
from typing import Any

import click
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from crm.errors import NotFound
from crm.models.accounts import Project

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
project_option = click.option(
    "--project", "project_name", default=None, help="Domain, name or id; may be left out if there is one."
)


def emit(data: Any, as_json: bool, text: str | Callable[[], str]) -> None:
    """Print `data` as JSON, or the text for people."""
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, default=str))
    else:
        click.echo(text() if callable(text) else text)


def find_project(s: Session, name: str | None) -> Project:
    """The project of this domain, name or public id; the only one when `name` is None. Raises NotFound."""
    query = select(Project).order_by(Project.id)
    if name:
        query = query.where(or_(Project.domain == name.lower(), Project.name == name, Project.public_id == name))
    found = list(s.scalars(query.limit(2)))
    if not found:
        raise NotFound(f"No project {name or ''} here. See `flask project list`, or add one with `flask project add`.")
    if len(found) > 1:
        raise NotFound("There are several projects; name one with --project.")
    return found[0]
