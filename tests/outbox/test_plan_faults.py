"""Faults of the plan and the process: copies, ends of processes, people met twice, attacks in words, pages that broke."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from crm import clock, jobs
from crm.batches.making import service as making
from crm.batches.render import NotRendered, check_source, render
from crm.contacts import addresses
from crm.db import engine, reading, transaction
from crm.inbox.classify import classify
from crm.journal import Actor
from crm.models.accounts import Project
from crm.models.batches import Batch, Enrollment
from crm.models.events import Event as LogEntry
from crm.models.mail import Message, Touch
from crm.models.mailboxes import Mailbox
from crm.models.prospects import Prospect
from crm.models.targets import HealthCheck, TargetPage
from crm.outbox import run, schedule, service
from crm.targets import run as targets
from crm.vocabulary import MailKind
from tests.batches.test_render import ATTACKS
from tests.conftest import MONDAY
from tests.inbox.mail_systems import SYSTEMS
from tests.outbox.test_faults import start
from tests.reliability.rig import FakePost, enroll, make_batch, make_mailbox, make_project
from tests.reliability.scripted_smtp import Rule, ScriptedSMTP

ADA = Actor("user", "ada")
ROOT = Path(__file__).resolve().parents[2]


def test_fault_16_a_worker_that_is_asked_to_end_finishes_the_mail_in_its_hands_and_takes_no_more(
    lite: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with clock.at(MONDAY):
        start(4)
        post = FakePost(after=lambda _: run.end_soon())
        assert run.tick(post=post) == 1
        run._ending.clear()
        with reading() as s:
            assert s.scalars(select(Message.state)).all() == ["sent"]
            assert s.scalar(select(func.count()).where(Touch.state == "planned")) == 3


@pytest.mark.reliability
def test_fault_16_sigterm_ends_the_real_worker_between_two_mails(lite: str, tmp_path: Path) -> None:
    with ScriptedSMTP([Rule("rcpt", "450 4.2.0 later")]) as first:
        start(6, port=first.port)
        run.tick()  # frozen, so that the worker process needs no words of its own
        for _ in range(5):
            run.tick()
    with ScriptedSMTP([Rule("dot", delay=0.7)]) as server:
        with transaction() as s:
            s.execute(update(Message).values(due_at=clock.now()))
            s.scalars(select(Mailbox)).one().smtp_port = server.port
        engine().dispose()
        environment = {**os.environ, "BACKLOOP_INSTANCE": str(tmp_path / "instance"), "DATABASE_URL": lite}
        worker = subprocess.Popen([sys.executable, "-m", "flask", "worker"], cwd=ROOT, env=environment)
        try:
            until = time.monotonic() + 40
            while not server.accepted and time.monotonic() < until:
                time.sleep(0.02)
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(30) == 0
        finally:
            worker.kill()
        with reading() as s:
            states = [str(x) for x in s.scalars(select(Message.state))]
    assert len(server.ids()) == len(set(server.ids())) == states.count("sent") < 6
    assert set(states) == {"sent", "queued"}


def test_fault_09_starting_the_timetable_five_times_is_harmless_because_every_job_only_tries(lite: str) -> None:
    with clock.at(MONDAY):
        start(5)
        post = FakePost()
        for name, target, seconds in jobs.TIMETABLE:
            assert seconds > 0 and callable(jobs._resolve(target)), name
        for _ in range(5):
            run.tick(post=post)
    assert len(post.delivered) == len(set(post.rcpts())) == 5


def test_fault_18_a_copied_batch_has_words_and_no_people_no_dates_and_no_mails(lite: str) -> None:
    with clock.at(MONDAY):
        start(2, delays=(4,))
        run.tick(post=FakePost())
        with transaction() as s:
            old = s.scalars(select(Batch)).one()
            new = making.copy(s, s.scalars(select(Project)).one(), old, ADA)
            assert (new.state, new.start_at, new.approved_at) == ("draft", None, None)
            assert s.scalar(select(func.count()).where(Enrollment.batch_id == new.id)) == 0
        post = FakePost()
        assert run.tick(post=post) == 0
    with reading() as s:
        assert s.scalar(select(func.count()).select_from(Message)) == 2


LOCAL = st.from_regex(r"[a-z][a-z0-9]{1,8}(\.[a-z0-9]{1,5})?", fullmatch=True)
TAG = st.from_regex(r"[a-z0-9]{1,6}", fullmatch=True)


@settings(deadline=None)
@given(LOCAL, TAG, st.sampled_from(["gmail.com", "site.example", "bücher.example"]), st.booleans())
def test_fault_52_every_way_to_write_an_address_is_the_same_person(
    local: str, tag: str, host: str, upper: bool
) -> None:
    plain = addresses.normal_form(f"{local}@{host}")
    written = f"{local}+{tag}@{host.encode('idna').decode()}"
    assert addresses.normal_form(written.upper() if upper and host.isascii() else written) == plain
    if host == "gmail.com":
        assert addresses.normal_form(f"{'.'.join(local.replace('.', ''))}@googlemail.com").partition("@")[
            0
        ] == local.replace(".", "")


def test_fault_52_a_person_is_in_one_live_sequence_only(both: str) -> None:
    with clock.at(MONDAY):
        with transaction() as s:
            project = make_project(s)
            box = make_mailbox(s, project)
            first = enroll(s, make_batch(s, project), box, 1)[0]
            person = first.person_id
        with pytest.raises(IntegrityError), transaction() as s:
            again = enroll(s, make_batch(s, s.merge(project)), s.merge(box), 1, start=9)[0]
            again.person_id = person
            s.flush()


ZONES = ["Europe/Berlin", "America/New_York", "Asia/Tokyo", "Pacific/Auckland", "America/Sao_Paulo", "Asia/Kathmandu"]
HOURS = st.integers(0, 22).flatmap(lambda a: st.tuples(st.just(a), st.integers(a + 1, 23)))
DAYS = st.sets(st.integers(0, 6), min_size=1, max_size=7)


@settings(max_examples=60, deadline=None)
@given(HOURS, HOURS, DAYS, DAYS, st.sampled_from(ZONES), st.sampled_from(ZONES), st.integers(0, 365 * 24))
def test_fault_37_two_windows_either_meet_at_an_open_moment_or_are_refused_by_name(
    theirs: tuple[int, int],
    mine: tuple[int, int],
    their_days: set[int],
    my_days: set[int],
    there: str,
    here: str,
    hours: int,
) -> None:
    def window(span: tuple[int, int], days: set[int]) -> schedule.Window:
        noon = datetime(2026, 1, 1, tzinfo=UTC)
        return schedule.Window(frozenset(days), noon.replace(hour=span[0]).time(), noon.replace(hour=span[1]).time())

    rules = schedule.Rules(window(theirs, their_days), None, window(mine, my_days), here)
    zone = schedule.zone_of(there)
    assert zone is not None
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    try:
        found = schedule.next_open(moment, zone, rules)
    except schedule.NeverOpen as error:
        assert here in str(error) and there in str(error)
        step = timedelta(minutes=15)
        assert not any(schedule.is_open(moment + n * step, zone, rules) for n in range(4 * 24 * 9))
    else:
        assert found >= moment and schedule.is_open(found, zone, rules)


@pytest.mark.parametrize(("name", "raw", "failed", "dead"), SYSTEMS, ids=[s[0] for s in SYSTEMS])
def test_fault_64_reports_without_the_standard_form_name_their_recipient(
    name: str, raw: bytes, failed: set[str], dead: bool | None
) -> None:
    found = classify(raw)
    assert (found.kind, set(found.as_dict()["recipients"])) == (MailKind.BOUNCE, failed)


@pytest.mark.parametrize("source", ATTACKS, ids=lambda s: s[:30])
def test_fault_76_no_template_escapes_its_box_or_eats_the_machine(source: str) -> None:
    started = time.process_time()
    assert check_source(source), "refused when it is saved"
    with pytest.raises(NotRendered):
        render(source, {"site": "x", "first_name": "Ines"})
    assert time.process_time() - started < 2


def own_page(passed: bool) -> None:
    with transaction() as s:
        project = s.scalars(select(Project)).one()
        page = s.scalar(select(TargetPage)) or TargetPage(
            project_id=project.id, url="https://tidyclock.example/kit/", created_at=clock.now()
        )
        s.add(page)
        s.flush()
        s.add(HealthCheck(target_page_id=page.id, at=clock.now(), passed=passed))
        s.execute(update(Prospect).values(target_page_id=page.id))


def test_fault_80_a_page_of_ours_that_vanished_holds_every_mail_that_offers_it(both: str) -> None:
    post = FakePost()
    with clock.at(MONDAY):
        start(2, delays=(4,))
        own_page(passed=False)
        assert run.tick(post=post) == 0
        with reading() as s:
            touches = list(s.scalars(select(Touch)))
        assert {t.state for t in touches} == {"planned"}
        assert all("failed its check" in (t.state_reason or "") for t in touches)
    with clock.at(MONDAY + timedelta(hours=7)):
        own_page(passed=True)
        assert run.tick(post=post) == 2


def test_fault_80_a_page_that_breaks_between_claim_and_data_is_seen_by_the_gate(lite: str) -> None:
    with clock.at(MONDAY):
        start(1)
        own_page(passed=True)
        post = FakePost(before=lambda _: own_page(passed=False))
        run.tick(post=post)
    assert post.delivered == []


def test_fault_80_a_person_who_started_the_batch_all_the_same_is_obeyed(lite: str) -> None:
    with clock.at(MONDAY):
        start(1)
        own_page(passed=False)
        with transaction() as s:
            s.scalars(select(Batch)).one().gate_override = {"reason": "known", "by": "ada", "at": "2026-11-23"}
        assert run.tick(post=FakePost()) == 1


def test_fault_80_pages_on_offer_are_read_daily_and_hourly_after_a_failure(
    lite: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[int] = []
    monkeypatch.setattr(targets, "check", seen.append)
    with clock.at(MONDAY):
        start(1)
        own_page(passed=True)
        assert targets.check_pitched() == 0
    with clock.at(MONDAY + timedelta(hours=25)):
        assert targets.check_pitched() == 1
        own_page(passed=False)
    with clock.at(MONDAY + timedelta(hours=25, minutes=50)):
        assert targets.check_pitched() == 0
    with clock.at(MONDAY + timedelta(hours=26, minutes=10)):
        assert targets.check_pitched() == 1
        with transaction() as s:
            s.execute(update(Enrollment).values(state="stopped"))
        assert targets.check_pitched() == 0, "nobody is written to about it"


@pytest.mark.parametrize(("ending", "asks"), [("de", True), ("at", True), ("nl", True), ("fr", False), ("com", False)])
def test_a_first_mail_to_a_country_that_wants_consent_waits_for_a_persons_yes(
    lite: str, ending: str, asks: bool
) -> None:
    post = FakePost()
    with clock.at(MONDAY):
        start(1, delays=(1,))
        with transaction() as s:
            s.scalars(select(Enrollment)).one().root_domain = f"kiln.{ending}"
        assert run.tick(post=post) == (0 if asks else 1)
        with reading() as s:
            touch = s.scalars(select(Touch).where(Touch.step_no == 1)).one()
        assert (touch.state == "needs_data") is asks
        assert ("consent" in (touch.state_reason or "")) is asks
        if asks:
            with transaction() as s:
                service.send_again(s, s.get_one(Touch, touch.id), ADA)
                s.get_one(Touch, touch.id).planned_local = clock.now().strftime("%Y-%m-%dT%H:%M:%S")
                s.scalars(select(Enrollment)).one().time_zone = s.get_one(Touch, touch.id).time_zone = "UTC"
    if asks:
        with clock.at(MONDAY + timedelta(minutes=2)):
            assert run.tick(post=post) == 1
    with clock.at(MONDAY + timedelta(days=3)):
        with transaction() as s:
            s.scalars(select(Mailbox)).one().inbound_synced_at = clock.now()
        assert run.tick(post=post) == 1, "the follow-up asks nobody"


def test_who_states_that_consent_is_there_is_not_asked_and_the_statement_is_kept(lite: str) -> None:
    with clock.at(MONDAY):
        start(1)
        with transaction() as s:
            s.scalars(select(Enrollment)).one().root_domain = "kiln.de"
            project = s.scalars(select(Project)).one()
            service.save_sending(s, project, dict(project.settings["sending"]) | {"consent": True}, ADA)
            assert project.settings["sending"]["consent"] == {"by": "ada", "at": MONDAY.isoformat()}
        assert run.tick(post=FakePost()) == 1
    with reading() as s:
        event = s.scalars(select(LogEntry).where(LogEntry.kind == "project.sending_changed")).one()
        assert event.actor_id == "ada" and event.data["consent"]["at"] == MONDAY.isoformat()
