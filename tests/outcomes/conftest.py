"""A little web, the process's fetcher on it, and prospects to place links for."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from crm import clock, db
from crm.adapters import web as adapter
from crm.models.prospects import Prospect
from tests.little_web import LittleWeb

TARGET = "https://tidyclock.example/guide"
PAGE = "http://blog.example/post"
GOOD = f"<html><body><main><h1>Post</h1><p>Read <a href='{TARGET}'>the guide</a> first.</p></main></body></html>"
BARE = "<html><body><main><h1>Post</h1><p>Read something else first, in some words.</p></main></body></html>"


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[LittleWeb]:
    with LittleWeb() as running:
        monkeypatch.setattr(adapter, "_default", running.fetcher(seconds=2))
        running["tidyclock.example", "/guide"] = "<h1>Guide</h1>"
        yield running


@pytest.fixture
def prospect(world: Any, now: datetime) -> Prospect:
    with db.transaction() as s:
        made = Prospect(
            project_id=world.project.id,
            domain="blog.example",
            stage="contacted",
            stage_at=clock.now(),
            created_at=clock.now(),
        )
        s.add(made)
        s.flush()
        return made
