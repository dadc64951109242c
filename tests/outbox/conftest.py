"""Fixtures of the outbox's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from config import Settings
from crm import db, prepare
from tests.reliability.rig import words_of_our_own


@pytest.fixture(autouse=True)
def _own_words() -> Iterator[None]:
    with words_of_our_own():
        yield


@pytest.fixture
def lite(tmp_path: Path) -> str:
    """SQLite alone: these rules do not depend on the database."""
    url = f"sqlite:///{tmp_path / 'one.db'}"
    prepare(Settings(instance=tmp_path / "instance", database_url=url))
    db.Base.metadata.create_all(db.engine())
    return url
