"""Alembic's entry: migrates the database whose address it is given, in batch mode so that SQLite can follow."""

from alembic import context
from sqlalchemy import create_engine, pool

import crm.models  # noqa: F401  registers every table
from config import Settings
from crm.db import Base, with_driver

url = with_driver(context.config.attributes.get("url") or Settings().url())


def run() -> None:
    """Migrate online, one transaction per revision."""
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
