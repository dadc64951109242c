"""Reading pages politely: one reader per host, robots.txt obeyed, nothing asked twice, also across a killed worker."""

import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from crm import clock, db
from crm.errors import BadInput
from crm.models.accounts import Organisation
from crm.models.pages import FetchedPage, FetchTask, HostState
from crm.pages import run, service
from crm.pages.manners import run as manners
from tests.little_web import Answer, LittleWeb

ROOT = Path(__file__).parents[2]
HTML = "<html lang=en><head><title>Page</title></head><body><main><h1>Page</h1><p class=byline>By Ann Lee</p></main></body></html>"


@pytest.fixture
def web() -> Iterator[LittleWeb]:
    with LittleWeb() as running:
        yield running


@pytest.fixture
def organisation(app: Any, now: datetime) -> int:
    with db.transaction() as s:
        row = Organisation(name="We", created_at=clock.now())
        s.add(row)
        s.flush()
        return row.id


def want(organisation: int, *urls: str, **more: Any) -> None:
    with db.transaction() as s:
        for url in urls:
            service.want(s, organisation_id=organisation, project_id=None, url=url, purpose="linking_page", **more)


def outcomes() -> dict[str, str | None]:
    with db.reading() as s:
        return {t.url: t.outcome for t in s.scalars(select(FetchTask))}


def test_a_page_is_read_once_and_its_facts_are_kept(organisation: int, web: LittleWeb) -> None:
    web["a.example", "/x"] = HTML
    fetcher = web.fetcher()
    seen = run.read_now(organisation, "a.example/x", "contact", fetcher=fetcher)
    assert seen.facts["author"] == "Ann Lee" and seen.outcome == "ok" and seen.final_url == "https://a.example/x"
    again = run.read_now(organisation, "https://www.a.example/x/", "contact", fetcher=fetcher)
    assert again.facts == seen.facts and web.paths("a.example") == ["/robots.txt", "/x"]


def test_an_old_look_is_renewed_by_asking_whether_it_changed(organisation: int, web: LittleWeb) -> None:
    def route(handler: Any) -> Answer:
        same = handler.headers.get("If-None-Match") == '"1"'
        return Answer("" if same else HTML, 304 if same else 200, {"ETag": '"1"'})

    web["a.example", "/x"] = route
    fetcher = web.fetcher()
    run.read_now(organisation, "http://a.example/x", fetcher=fetcher)
    with clock.at(clock.now() + timedelta(days=3)):
        seen = run.read_now(organisation, "http://a.example/x", fetcher=fetcher)
        assert seen.outcome == "ok" and "unchanged" in seen.why and seen.facts["author"] == "Ann Lee"
        assert seen.fetched_at == clock.now()


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [(Answer("x", 403), "blocked"), (Answer("x", 404), "missing"), (Answer(HTML, wait_s=2), "timeout")],
)
def test_a_page_that_cannot_be_read_says_why_and_has_no_facts(
    organisation: int, web: LittleWeb, answer: Answer, outcome: str
) -> None:
    web["a.example", "/x"] = answer
    seen = run.read_now(organisation, "http://a.example/x", fetcher=web.fetcher(seconds=0.4))
    assert (seen.outcome, seen.facts) == (outcome, {}) and seen.why


def test_what_is_no_address_is_refused_without_a_request(organisation: int, web: LittleWeb) -> None:
    assert run.read_now(organisation, "mailto:x@y.example", fetcher=web.fetcher()).outcome == "refused"
    with db.transaction() as s, pytest.raises(BadInput):
        service.want(s, organisation_id=organisation, project_id=None, url="javascript:x", purpose="contact")


def test_the_queue_is_read_by_priority_and_each_page_once(organisation: int, web: LittleWeb) -> None:
    for n in range(5):
        web["a.example", f"/{n}"] = HTML
    want(organisation, *[f"http://a.example/{n}" for n in range(4)])
    want(organisation, "http://a.example/4", priority=9.0)
    want(organisation, "http://www.a.example/4/")
    assert run.tick(fetcher=web.fetcher()) == 5 and run.tick(fetcher=web.fetcher()) == 0
    assert web.paths("a.example")[:2] == ["/robots.txt", "/4"] and len(web.paths("a.example")) == 6
    assert set(outcomes().values()) == {"ok"} and run.waiting() == 0


def test_robots_txt_is_obeyed_by_the_queue_and_kept_for_later_processes(organisation: int, web: LittleWeb) -> None:
    web["a.example", "/robots.txt"] = "User-agent: *\nDisallow: /no\nCrawl-delay: 0.01\n"
    web["a.example", "/yes"] = HTML
    want(organisation, "http://a.example/no/1", "http://a.example/yes")
    while run.waiting():
        run.tick(fetcher=web.fetcher())
    assert outcomes() == {"http://a.example/no/1": "robots", "http://a.example/yes": "ok"}
    assert "/no/1" not in web.paths("a.example")
    assert web.paths("a.example").count("/robots.txt") == 1
    with db.reading() as s:
        assert s.scalars(select(HostState.crawl_delay_s)).one() == 0.01


def test_a_host_that_asks_for_a_pause_gets_it(organisation: int, web: LittleWeb) -> None:
    web["a.example", "/robots.txt"] = "User-agent: *\nCrawl-delay: 40\n"
    web["a.example", "/1"] = HTML
    web["a.example", "/2"] = HTML
    want(organisation, "http://a.example/1", "http://a.example/2")
    assert run.tick(fetcher=web.fetcher()) == 1 and run.waiting() == 1
    with db.reading() as s:
        assert s.scalars(select(HostState.next_at)).one() > clock.real_now() + timedelta(seconds=30)


def test_a_failing_page_is_tried_three_times_with_growing_pauses(organisation: int, web: LittleWeb) -> None:
    web["a.example", "/x"] = Answer("x", 503)
    want(organisation, "http://a.example/x")
    start = clock.now()
    for later in (0, 11, 72, 600):
        with clock.at(start + timedelta(minutes=later)):
            forget_rest()
            run.tick(fetcher=web.fetcher())
    assert web.paths("a.example").count("/x") == 3 and run.waiting() == 0


@pytest.mark.parametrize(("status", "said"), [(429, "7200"), (503, "7200"), (429, "date")])
def test_a_site_that_says_when_to_come_back_is_left_alone_until_then(
    organisation: int, web: LittleWeb, status: int, said: str
) -> None:
    until = format_datetime(clock.real_now() + timedelta(hours=2))
    web["a.example", "/x"] = Answer("slow down", status, {"Retry-After": until if said == "date" else said})
    web["a.example", "/y"] = HTML
    want(organisation, "http://a.example/x", "http://a.example/y")
    assert run.tick(fetcher=web.fetcher()) == 1 and web.paths("a.example").count("/y") == 0
    with db.reading() as s:
        rest = s.scalars(select(HostState.next_at)).one()
        due = s.scalars(select(FetchTask.due_at).where(FetchTask.url.endswith("/x"))).one()
    assert rest is not None and timedelta(hours=1, minutes=55) < rest - clock.real_now() <= timedelta(hours=2)
    assert due - clock.now() > timedelta(hours=1, minutes=55)
    web["a.example", "/x"] = HTML
    with clock.at(clock.now() + timedelta(hours=3)):
        forget_rest()
        while run.waiting():
            run.tick(fetcher=web.fetcher())
    assert set(outcomes().values()) == {"ok"}


@pytest.mark.parametrize("said", ["", "soon", "-5", "Thu, 99 Foo", "9" * 40])
def test_a_senseless_retry_after_is_no_more_than_a_day(said: str) -> None:
    assert manners.asked_rest(429, {"retry-after": said}) <= timedelta(days=1)
    assert manners.asked_rest(200, {"retry-after": "60"}) == timedelta()


def forget_rest() -> None:
    with db.transaction() as s:
        for host in s.scalars(select(HostState)):
            host.next_at = None


def test_two_workers_never_ask_one_host_at_the_same_time(organisation: int, web: LittleWeb) -> None:
    urls = [f"http://h{h}.example/{n}" for h in range(4) for n in range(5)]
    for h in range(4):
        for n in range(5):
            web[f"h{h}.example", f"/{n}"] = Answer(HTML, wait_s=0.01)
    want(organisation, *urls)
    fetchers = [web.fetcher(), web.fetcher()]
    workers = [threading.Thread(target=run.tick, kwargs={"fetcher": f, "seconds": 15}) for f in fetchers]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    while run.waiting():
        run.tick(fetcher=fetchers[0])
    assert max(web.most_at_once.values()) == 1
    assert {n for (_, path), n in pages_asked(web).items()} == {1}


def pages_asked(web: LittleWeb) -> Counter[tuple[str, str]]:
    return Counter((host, path) for host, path, _agent in web.asked if path != "/robots.txt")


def test_bytes_that_are_here_already_are_not_asked_for_again(
    organisation: int, web: LittleWeb, monkeypatch: pytest.MonkeyPatch
) -> None:
    web["a.example", "/x"] = HTML
    want(organisation, "http://a.example/x")
    with monkeypatch.context() as patch:
        patch.setattr(run, "_take_facts", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            run.tick(fetcher=web.fetcher())
    with db.transaction() as s:
        s.scalars(select(FetchTask)).one().lease_until = None
    assert run.tick(fetcher=web.fetcher()) == 1
    assert web.paths("a.example").count("/x") == 1
    with db.reading() as s:
        assert s.scalars(select(FetchedPage)).one().facts["author"] == "Ann Lee"


@pytest.mark.slow
def test_a_killed_worker_is_followed_by_another_that_asks_for_nothing_twice(
    organisation: int, web: LittleWeb, settings: Any
) -> None:
    urls = [f"http://h{h}.example/{n}" for h in range(30) for n in range(3)]
    for h in range(30):
        for n in range(3):
            web[f"h{h}.example", f"/{n}"] = HTML
    want(organisation, *urls, due_at=clock.real_now())
    first = start_worker(settings.instance, web.port)
    until = time.monotonic() + 20
    while sum(pages_asked(web).values()) < 30 and time.monotonic() < until and first.poll() is None:
        time.sleep(0.005)
    first.kill()
    first.wait()
    expire_leases()
    second = start_worker(settings.instance, web.port)
    assert second.wait(timeout=60) == 0
    asked = pages_asked(web)
    assert set(asked.values()) == {1}
    with db.reading() as s:
        n_read = s.scalar(select(func.count()).select_from(FetchedPage)) or 0
        rests = s.scalars(select(FetchTask.due_at).where(FetchTask.done_at.is_(None))).all()
    assert n_read + len(rests) == 90 and len(rests) <= run.READERS  # on the wire when the worker died: a day later
    with clock.at(clock.real_now() + timedelta(days=1, minutes=5)):
        forget_rest()
        while run.waiting():
            run.tick(fetcher=web.fetcher())
    assert set(pages_asked(web)) == {(u.split("/")[2], "/" + u.rpartition("/")[2]) for u in urls}


def test_a_page_whose_reader_died_rests_for_a_day(organisation: int, web: LittleWeb) -> None:
    web["a.example", "/x"] = HTML
    want(organisation, "http://a.example/x")
    with clock.at(clock.now()):
        (task,) = run._claim(1)  # the reader dies here, before or after the request: nobody knows
        expire_leases()
        assert run.tick(fetcher=web.fetcher()) == 0 and run.waiting() == 0
    with clock.at(clock.now() + timedelta(days=1, minutes=1)):
        assert run.waiting() == 1 and run.tick(fetcher=web.fetcher()) == 1
    assert web.paths("a.example").count("/x") == 1 and task.url == "http://a.example/x"


def start_worker(folder: Path, port: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.pages.crawler", str(folder), str(port)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def expire_leases() -> None:
    """What an hour would do."""
    with db.transaction() as s:
        for row in [*s.scalars(select(FetchTask)), *s.scalars(select(HostState))]:
            row.lease_until = None
