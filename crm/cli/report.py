"""`flask report`: the reports of the screen for scripts and spreadsheets."""

from datetime import date

import click

from crm.cli.output import emit, find_project, json_option, project_option
from crm.db import reading
from crm.reports import conversion, queries
from crm.reports.showing import queries as showing
from crm.reports.tables import Table

group = click.Group("report", help="Where pitches end up and what wins links.")
csv_option = click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
since_option = click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="First day; default: everything.")
until_option = click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day.")
NAMES = (
    "gap",
    "quarters",
    "progress",
    "time",
    "cost",
    "channels",
    "links",
    "quality",
    "wordings",
    "changes",
    "pitches",
)


@group.command("funnel")
@project_option
@since_option
@until_option
@csv_option
@json_option
def funnel(project_name: str | None, since: date | None, until: date | None, as_csv: bool, as_json: bool) -> None:
    """Pitched, delivered, replied, interested, placed."""
    with reading() as s:
        project = find_project(s, project_name)
        wanted = queries.choice(s, project.id, _days(since, until))
        table = showing.table(s, project, "funnel", wanted)
        data = showing.funnel(s, project, wanted)
    _print(table, data, as_csv, as_json)


@group.command("conversion")
@click.option(
    "--by", type=click.Choice(list(conversion.NAMES)), default="link_type", show_default=True, help="Counted by."
)
@project_option
@since_option
@until_option
@csv_option
@json_option
def by_dimension(
    by: str, project_name: str | None, since: date | None, until: date | None, as_csv: bool, as_json: bool
) -> None:
    """How often pitches win a link: posterior rate with its 80 % interval and the counts behind it."""
    with reading() as s:
        project = find_project(s, project_name)
        wanted = queries.choice(s, project.id, _days(since, until))
        table = showing.table(s, project, "conversion", wanted, by)
    _print(table, [{by: row["key"], **row} for row in table.plain()], as_csv, as_json)


@group.command("show")
@click.argument("name", type=click.Choice(NAMES))
@project_option
@since_option
@until_option
@csv_option
@json_option
def show(
    name: str, project_name: str | None, since: date | None, until: date | None, as_csv: bool, as_json: bool
) -> None:
    """Any other report by its name."""
    with reading() as s:
        project = find_project(s, project_name)
        table = showing.table(s, project, name, queries.choice(s, project.id, _days(since, until)))
    _print(table, table.plain(), as_csv, as_json)


def _print(table: Table, data: object, as_csv: bool, as_json: bool) -> None:
    if as_csv:
        click.echo(table.csv(), nl=False)
    else:
        emit(data, as_json, table.text)


def _days(since: date | None, until: date | None) -> dict[str, str]:
    days = {"from": since, "to": until}
    return {name: f"{day:%Y-%m-%d}" for name, day in days.items() if day}
