"""Fixtures of the outbox's tests."""

from collections.abc import Iterator

import pytest

from tests.reliability.rig import words_of_our_own


@pytest.fixture(autouse=True)
def _own_words() -> Iterator[None]:
    with words_of_our_own():
        yield
