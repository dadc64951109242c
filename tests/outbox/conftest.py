"""Fixtures of the outbox's tests."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import Settings
from crm import prepare
from tests.reliability.rig import words_of_our_own


@pytest.fixture(autouse=True)
def _own_words() -> Iterator[None]:
    with words_of_our_own():
        yield


@pytest.fixture
def lite(tmp_path: Path, tables: Path) -> str:
    """SQLite alone: these rules do not depend on the database."""
    shutil.copy(tables, tmp_path / "one.db")
    url = f"sqlite:///{tmp_path / 'one.db'}"
    prepare(Settings(instance=tmp_path / "instance", database_url=url))
    return url
