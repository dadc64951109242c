"""Rules and pauses that a host asked for, kept in its row so that every process knows them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from crm import clock, fetched
from crm.adapters import web
from crm.adapters.robots import from_answer
from crm.adapters.web import Fetcher
from crm.db import reading, transaction
from crm.fetched import Fetched
from crm.models.pages import HostState
from crm.pages import service

LONGEST_REST = timedelta(days=1)


def asked_rest(status: int | None, headers: Mapping[str, Any]) -> timedelta:
    """How long a site that answered 429 or 503 wants to be left alone (Retry-After), a day at most; else nothing."""
    said = str(headers.get("retry-after") or "").strip()
    if status not in (429, 503) or not said:
        return timedelta()
    if said.isdigit():
        return min(LONGEST_REST, timedelta(seconds=int(said[:7])))
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return timedelta()
    now: datetime = clock.real_now()
    return min(LONGEST_REST, max(timedelta(), until - now)) if until.tzinfo is not None else timedelta()


def recall_robots(url: str, fetcher: Fetcher) -> None:
    """Use the rules that an earlier process read within the day."""
    if fetcher.known_robots(url) is not None:
        return
    with reading() as s:
        row = s.scalar(select(HostState).where(HostState.host == urlsplit(url).netloc))
        if (
            row is None
            or row.robots is None
            or row.robots_at is None
            or clock.real_now() - row.robots_at > web.ROBOTS_AGE
        ):
            return
        fetcher.remember(url, from_answer(Fetched(url, url, 200, fetched.OK, "", text=row.robots)))


def remember_robots(url: str, fetcher: Fetcher, look: Fetched) -> None:
    """Keep the rules that this look brought."""
    rules = fetcher.known_robots(url)
    if rules is None or rules.unreachable is not None:
        return
    with transaction() as s:
        row = service.host_of(s, urlsplit(url).netloc)
        if row.robots_at is None or row.robots != rules.text:
            row.robots, row.robots_at, row.crawl_delay_s = rules.text, clock.real_now(), rules.delay()
