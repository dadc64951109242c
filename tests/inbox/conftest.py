"""Fixtures of the inbox's tests: three people were written to this morning, and a mailbox that can be filled."""

from collections.abc import Iterator

import pytest

from crm import clock, db
from crm.inbox import run
from tests.conftest import MONDAY, World
from tests.inbox.letters import Correspondence, FakeBox, ids_of, send_all, write_to
from tests.reliability.rig import words_of_our_own


@pytest.fixture
def written(world: World) -> Iterator[Correspondence]:
    """Ada wrote to three people on Monday morning; the clock stands there."""
    with words_of_our_own(), clock.at(MONDAY):
        with db.transaction() as s:
            made = write_to(s, s.merge(world.project), 3)
        send_all()
        with db.reading() as s:
            made.ids = ids_of(s)
        yield made


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> FakeBox:
    """The mailbox that `poll` opens."""
    made = FakeBox()
    monkeypatch.setattr(run, "open_box", lambda account: made)
    return made
