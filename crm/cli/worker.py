"""`flask worker` and `flask db`: the process that does everything by itself, and the schema."""

from pathlib import Path

import click
from alembic import command as alembic
from alembic.config import Config
from flask import current_app

from config import ROOT


@click.command("worker")
@click.option("--once", is_flag=True, help="Do everything that is due one time, then end.")
def worker_command(once: bool) -> None:
    """Send, read, check and learn until stopped. Starting several is harmless."""
    from crm import jobs

    jobs.worker(once=once)


db_group = click.Group("db", help="The database schema.")


@db_group.command("upgrade")
@click.option("--to", "revision", default="head", help="Revision; default: the newest.")
def upgrade(revision: str) -> None:
    """Bring the database to the newest schema."""
    alembic.upgrade(alembic_config(current_app.extensions["settings"].url()), revision)


@db_group.command("downgrade")
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Bring the database back to an older schema."""
    alembic.downgrade(alembic_config(current_app.extensions["settings"].url()), revision)


def alembic_config(url: str) -> Config:
    """Alembic's settings for a database address, without a file."""
    config = Config()
    config.set_main_option("script_location", str(Path(ROOT) / "migrations"))
    config.attributes["url"] = url
    return config


commands = [worker_command, db_group]
