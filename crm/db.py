"""Engine, sessions and column types. The only file of the product that commits."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, DateTime, Engine, Integer, create_engine, event
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

BigId = BigInteger().with_variant(Integer, "sqlite")
_WRITES = {"backloop_writes": True}
_engine: Engine | None = None


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time on every database; a naive value is an error, never a guess."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"a naive time reached the database: {value!r}")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value.astimezone(UTC) if value is not None else None
        return value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """All tables. JSON columns hold plain dicts and lists; assign a new object to change one."""

    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: JSON, list[Any]: JSON, list[str]: JSON}


def random_id() -> str:
    """96 bits that nobody can guess."""
    return secrets.token_urlsafe(12)


_ids: Callable[[], str] = random_id


def new_public_id() -> str:
    """A random id for URLs, exports and the API."""
    return _ids()


def install_ids(source: Callable[[], str]) -> None:
    """Take public ids from `source`: only for a demo that must play out the same each time it is run."""
    global _ids
    _ids = source


class HasId:
    """The inner key; never leaves the database."""

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)


class HasPublicId(HasId):
    """The inner key and the random one that people may see."""

    public_id: Mapped[str] = mapped_column(default=new_public_id, unique=True)


def one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    """A check constraint that a state column holds one of the vocabulary's words."""
    words = ", ".join(f"'{v.value}'" for v in values)
    return CheckConstraint(f"{column} IN ({words})", name=f"{column}_known")


def bind(url: str, *, durable: bool = True) -> Engine:
    """Connect the process to the database at `url` (SQLite in WAL mode, or PostgreSQL). Replaces an earlier one.

    Without `durable` SQLite does not wait for the disk: only for databases that are thrown away.
    """
    global _engine
    if _engine is not None:
        _engine.dispose()
    _engine = _sqlite(url, durable) if url.startswith("sqlite") else create_engine(with_driver(url), pool_pre_ping=True)
    return _engine


def engine() -> Engine:
    """The engine that `bind` made."""
    if _engine is None:
        raise RuntimeError("no database is bound; create_app() or db.bind(url) comes first")
    return _engine


@contextmanager
def transaction() -> Iterator[Session]:
    """One short write transaction: commit at the end, roll back on any error. SQLite takes the write lock at once."""
    connection = engine().connect().execution_options(**_WRITES)
    with connection, Session(connection, expire_on_commit=False) as session:
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise


@contextmanager
def reading() -> Iterator[Session]:
    """A read-only view of the database that never takes the write lock; whatever was changed in it is dropped."""
    with Session(engine(), expire_on_commit=False) as session:
        yield session


def with_driver(url: str) -> str:
    """The address with psycopg named as the driver where it says only "postgresql"."""
    return url.replace("postgres://", "postgresql://", 1).replace("postgresql://", "postgresql+psycopg://", 1)


def _sqlite(url: str, durable: bool) -> Engine:
    made = create_engine(url, connect_args={"timeout": 30, "check_same_thread": False})

    @event.listens_for(made, "connect")
    def _on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        wait = "FULL" if durable else "OFF"
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", f"synchronous={wait}", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(made, "begin")
    def _on_begin(connection: Any) -> None:
        writes = connection.get_execution_options().get("backloop_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN DEFERRED")

    return made
