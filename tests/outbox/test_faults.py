"""Faults of sending, each against the real SMTP client and a scripted server, or the real clock rules."""

import shutil
import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from config import Settings
from crm import clock, db, prepare
from crm.adapters.smtp import SendResult, Verdict
from crm.batches.service import NeedsData
from crm.contacts import service as contacts
from crm.db import engine, reading, transaction
from crm.journal import Actor
from crm.models.accounts import Organisation
from crm.models.batches import Batch, Enrollment
from crm.models.contacts import PersonAddress, Suppression
from crm.models.events import Setting
from crm.models.mail import InboundMessage, Message, SendAttempt, Thread, Touch
from crm.models.mailboxes import Mailbox
from crm.outbox import claim, run, service
from crm.outbox.freezing import service as freezing
from crm.outbox.objections import queries as objections
from tests.conftest import MONDAY
from tests.reliability.rig import LEASE, FakePost, enroll, make_batch, make_mailbox, make_project
from tests.reliability.scripted_smtp import Rule, ScriptedSMTP

ADA = Actor("user", "ada")


def start(n: int = 1, delays: tuple[int, ...] = (), port: int = 1, host: str = "", **caps: object) -> None:
    with transaction() as s:
        project = make_project(s)
        enroll(s, make_batch(s, project, delays), make_mailbox(s, project, port, **caps), n, host=host)


def one(model: type) -> object:
    with reading() as s:
        return s.scalars(select(model)).one()


def count(state: str) -> int:
    with reading() as s:
        return s.scalar(select(func.count()).where(Message.state == state)) or 0


@pytest.mark.parametrize(
    ("fault", "rule", "state", "box", "enrollment", "suppressed"),
    [
        (19, Rule("mail", "421 4.3.2 busy"), "queued", "rests", "active", False),
        (20, Rule("rcpt", "450 4.2.0 greylisted"), "queued", "ok", "active", False),
        (21, Rule("rcpt", "452 4.2.2 over quota"), "queued", "ok", "active", False),
        (22, Rule("rcpt", "550 5.1.1 user unknown"), "failed", "ok", "stopped", True),
        (23, Rule("rcpt", "550 5.7.1 policy"), "queued", "paused", "active", False),
        (24, Rule("dot", "552 5.7.0 daily limit exceeded"), "queued", "rests", "active", False),
        (25, Rule("dot", "552 5.3.4 too large"), "failed", "ok", "stopped", False),
        (26, Rule("dot", "554 5.6.0 looks like spam"), "failed", "ok", "stopped", False),
        (5, Rule("data", abort=True), "queued", "ok", "active", False),
        (4, Rule("dot", abort=True), "in_doubt", "ok", "active", False),
    ],
)
def test_fault_04_05_19_to_26_what_a_servers_answer_leaves_behind(
    lite: str, fault: int, rule: Rule, state: str, box: str, enrollment: str, suppressed: bool
) -> None:
    with ScriptedSMTP([rule]) as server, clock.at(MONDAY):
        start(port=server.port)
        run.tick()
        message, mailbox = one(Message), one(Mailbox)
        assert message.state == state  # type: ignore[attr-defined]
        resting = mailbox.paused_until is not None and mailbox.paused_until > clock.now()  # type: ignore[attr-defined]
        assert ("rests" if resting else mailbox.state) == box  # type: ignore[attr-defined]
        assert one(Enrollment).state == enrollment  # type: ignore[attr-defined]
        with reading() as s:
            assert (s.scalar(select(Suppression.id)) is not None) is suppressed
            attempt = s.scalars(select(SendAttempt)).one()
        if rule.answer:
            assert attempt.code == int(rule.answer[:3])
        assert run.tick() == 0, "nothing goes again at once"


def test_fault_20_a_greylisted_mail_goes_again_after_six_minutes_as_the_same_bytes(lite: str) -> None:
    with ScriptedSMTP([Rule("rcpt", "451 4.7.1 greylisted", times=1)]) as server:
        with clock.at(MONDAY):
            start(port=server.port)
            run.tick()
            before = one(Message).rendered  # type: ignore[attr-defined]
        with clock.at(MONDAY + timedelta(minutes=5)):
            assert run.tick() == 0
        with clock.at(MONDAY + timedelta(minutes=6, seconds=1)):
            assert run.tick() == 1
        assert [a.wire for a in server.accepted] == [before]


def test_fault_27_a_refused_sign_in_asks_once_and_keeps_every_mail(lite: str) -> None:
    with ScriptedSMTP([Rule("auth", "535 5.7.8 no")], extensions=("AUTH PLAIN",)) as server, clock.at(MONDAY):
        start(3, port=server.port)
        assert run.tick() == 1 and run.tick() == 0
        assert one(Mailbox).state == "needs_login"  # type: ignore[attr-defined]
        assert count("queued") == 1 and count("failed") == 0
        with transaction() as s, pytest.raises(Exception, match="password first"):
            service.resume(s, s.scalars(select(Mailbox)).one(), ADA)


def test_fault_26_two_mails_refused_for_their_words_pause_the_batch(lite: str) -> None:
    with ScriptedSMTP([Rule("dot", "554 5.6.0 spam", times=2)]) as server, clock.at(MONDAY):
        start(5, port=server.port)
        run.tick()
        batch = one(Batch)
        assert batch.state == "paused" and "refuse the words" in batch.paused_reason  # type: ignore[attr-defined]
        assert len(server.accepted) == 0


def test_three_dead_addresses_in_a_row_stop_the_mailbox(lite: str) -> None:
    with ScriptedSMTP([Rule("rcpt", "550 5.1.1 unknown")]) as server, clock.at(MONDAY):
        start(6, port=server.port)
        assert run.tick() == 3
        mailbox = one(Mailbox)
        assert mailbox.state == "paused" and "three mails in a row" in mailbox.pause_reason  # type: ignore[attr-defined]


def claim_with_eight_senders() -> list[claim.Claimed]:
    """40 people of 3 mail domains over 4 mailboxes that may each send 6 mails an hour."""
    with clock.at(MONDAY):
        with transaction() as s:
            project = make_project(s)
            batch = make_batch(s, project)
            for n in range(4):
                box = make_mailbox(s, project, address=f"ada{n}@tidyclock.example", hour_cap=6)
                for k in range(5):
                    enroll(s, batch, box, 2, start=n * 10 + k * 2, host=f"mail{k % 3}.example")
        taken: list[claim.Claimed] = []

        def work() -> None:
            while (turn := run._stored(claim.claim, threading.current_thread().name, LEASE)).again:
                if turn.claimed:
                    taken.append(turn.claimed)

        threads = [threading.Thread(target=work) for _ in range(8)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
    return taken


def most_at_one_domain(taken: list[claim.Claimed]) -> int:
    return max(Counter(c.rcpt.rpartition("@")[2] for c in taken).values())


def test_fault_07_09_eight_senders_claim_nothing_twice_and_keep_every_cap(both: str) -> None:
    taken = claim_with_eight_senders()
    assert len({c.pk for c in taken}) == len(taken) == 3 * objections.RECIPIENT_DOMAIN_HOUR_CAP
    assert max(Counter(c.mailbox_id for c in taken).values()) <= 6
    assert most_at_one_domain(taken) == objections.RECIPIENT_DOMAIN_HOUR_CAP


@pytest.mark.postgres
@pytest.mark.parametrize("locked", [True, False])
def test_without_the_lock_of_a_domain_more_would_be_claimed_than_it_may_get(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, locked: bool
) -> None:
    prepare(Settings(instance=tmp_path / "instance", database_url=postgres_url, durable=False))
    db.Base.metadata.create_all(engine())
    real = claim._take

    def slowly(*args: object) -> object:
        time.sleep(0.03)  # two claims meet between the last question and the commit
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(claim, "_take", slowly)
    if not locked:
        monkeypatch.setattr(claim, "lock_scope", lambda s, scope: None)
    assert (most_at_one_domain(claim_with_eight_senders()) > objections.RECIPIENT_DOMAIN_HOUR_CAP) is not locked


def test_fault_10_a_busy_database_repeats_the_database_step_and_never_the_conversation(
    lite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import OperationalError

    real, failures = run.recording.record, [3]

    def busy(*args: object, **more: object) -> str:
        if failures[0]:
            failures[0] -= 1
            raise OperationalError("database is locked", None, Exception("locked"))
        return real(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(run.recording, "record", busy)
    with clock.at(MONDAY):
        start()
        post = FakePost()
        run.tick(post=post)
    assert len(post.delivered) == 1 and count("sent") == 1


def test_fault_11_when_the_database_does_not_take_the_result_the_mail_is_in_doubt_and_claiming_stops(lite: str) -> None:
    with clock.at(MONDAY):
        start(3)
        with engine().begin() as c:
            c.execute(text("CREATE TRIGGER full BEFORE INSERT ON send_attempt BEGIN SELECT RAISE(ABORT, 'full'); END"))
        post = FakePost()
        assert run.tick(post=post) == 1
        assert count("sending") == 1
        with engine().begin() as c:
            c.execute(text("DROP TRIGGER full"))
            c.execute(text("UPDATE message SET lease_until = '2020-01-01'"))
        run.reap(post=post, settle=timedelta(hours=1))
        assert count("sent") == 1
        run.tick(post=post)
    assert sorted(post.rcpts()) == sorted(set(post.rcpts())) and len(post.delivered) == 3


def test_fault_13_after_three_days_off_the_caps_hold_and_after_a_week_a_person_is_asked(lite: str) -> None:
    with clock.at(MONDAY):
        start(10, hour_cap=4)
    with clock.at(MONDAY + timedelta(days=3)):
        post = FakePost()
        assert run.tick(post=post) == 4
    with clock.at(MONDAY + timedelta(days=8)):
        run.tick(post=post)
        assert len(post.delivered) == 4
        with reading() as s:
            late = list(s.scalars(select(Touch).where(Touch.state == "needs_data")))
        assert len(late) == 6 and "more than a week" in (late[0].state_reason or "")
        with transaction() as s:
            service.send_again(s, s.get_one(Touch, late[0].id), ADA)
            assert s.get_one(Touch, late[0].id).state == "planned"


def test_fault_14_a_database_from_a_backup_reads_the_sent_folder_before_it_sends(lite: str, tmp_path: Path) -> None:
    path = tmp_path / "one.db"
    with clock.at(MONDAY):
        start(3, delays=(4,))
        run.tick(limit=0, post=FakePost())
        engine().dispose()
        shutil.copy(path, tmp_path / "backup.db")
        post = FakePost()
        run.tick(post=post)
        assert len(post.delivered) == 3
        engine().dispose()
        for extra in ("-wal", "-shm"):
            Path(f"{path}{extra}").unlink(missing_ok=True)
        shutil.copy(tmp_path / "backup.db", path)
        with transaction() as s:
            beat = s.scalars(select(Setting).where(Setting.name == "outbox")).one()
            beat.value = beat.value | {"at": (clock.real_now() - timedelta(hours=2)).isoformat()}
        assert run.tick(post=post) == 0
        assert one(Mailbox).state == "recovering"  # type: ignore[attr-defined]
        run.reap(post=post)
        assert one(Mailbox).state == "ok"  # type: ignore[attr-defined]
        assert count("sent") == 3
        assert run.tick(post=post) == 0
        with reading() as s:
            assert s.scalar(select(func.count()).where(Touch.step_no == 2, Touch.state == "planned")) == 3
    assert len(post.delivered) == 3


def test_fault_15_a_clock_that_jumps_back_opens_no_used_slot(lite: str) -> None:
    with clock.at(MONDAY):
        start(6, hour_cap=3)
        post = FakePost()
        assert run.tick(post=post) == 3
    with clock.at(MONDAY - timedelta(minutes=50)):
        assert run.tick(post=post) == 0
    with clock.at(MONDAY + timedelta(minutes=61)):
        assert run.tick(post=post) == 3


def test_fault_18_a_stopped_person_is_not_written_to_again_by_an_old_touch(lite: str) -> None:
    with clock.at(MONDAY):
        start()
        with transaction() as s:
            enrollment = s.scalars(select(Enrollment)).one()
            service.stop(s, enrollment, objections.StopReason.BY_HAND)
            assert s.scalars(select(Touch.state)).one() == "cancelled"
        assert run.tick(post=FakePost()) == 0


def test_fault_35_a_zone_that_was_corrected_moves_the_mail(lite: str) -> None:
    with clock.at(MONDAY):
        start()
        with transaction() as s:
            s.scalars(select(Enrollment)).one().time_zone = "America/Los_Angeles"
        post = FakePost()
        run.tick(post=post)
        assert post.delivered == []
        touch = one(Touch)
        assert touch.due_at == MONDAY + timedelta(hours=9) and touch.time_zone == "America/Los_Angeles"  # type: ignore[attr-defined]


def test_fault_38_nothing_leaves_outside_of_the_hours(lite: str) -> None:
    with clock.at(MONDAY - timedelta(days=1)):  # a Sunday
        with transaction() as s:
            project = make_project(s, {})
            enroll(s, make_batch(s, project), make_mailbox(s, project), 2)
        post = FakePost()
        assert run.tick(post=post) == 0
        with reading() as s:
            due = list(s.scalars(select(Touch.due_at)))
        assert all(d.weekday() == 0 and 7 <= d.hour < 17 for d in due)


def test_fault_39_lost_ticks_change_nothing_but_the_time(lite: str) -> None:
    post = FakePost()
    with clock.at(MONDAY):
        start(4, min_gap_s=60)
    for minute in (0, 7, 8, 31, 32, 33):
        with clock.at(MONDAY + timedelta(minutes=minute)):
            run.tick(post=post)
    assert len(post.rcpts()) == len(set(post.rcpts())) == 4


def test_fault_41_follow_ups_wait_while_the_inbox_cannot_be_read(lite: str) -> None:
    post = FakePost()
    with clock.at(MONDAY):
        start(1, delays=(1,))
        run.tick(post=post)
    for day in (2, 3, 4):
        with clock.at(MONDAY + timedelta(days=day)):
            run.tick(post=post)
    assert len(post.delivered) == 1


def test_fault_51_54_a_suppression_from_anywhere_is_seen_by_the_next_gate(lite: str) -> None:
    with clock.at(MONDAY):
        start(2)

        def meanwhile(rcpt: str) -> None:
            with transaction() as s:
                organisation = s.scalars(select(Organisation)).one()
                contacts.suppress(s, organisation_id=organisation.id, kind="address", value=rcpt, reason="import")

        run.tick(post=(post := FakePost(before=meanwhile)))
        assert post.delivered == []
        with reading() as s:
            assert set(s.scalars(select(Enrollment.stop_reason))) == {"suppressed"}


def test_fault_53_two_contacts_of_one_site_are_not_written_to_at_the_same_time(lite: str) -> None:
    with clock.at(MONDAY):
        with transaction() as s:
            project = make_project(s)
            box = make_mailbox(s, project)
            first, second = (enroll(s, make_batch(s, project), box, 1, start=n)[0] for n in range(2))
            second.root_domain = first.root_domain
            second.state = "stopped"
        post = FakePost()
        run.tick(post=post)
        with transaction() as s:
            s.get_one(Enrollment, second.id).state = "active"
        run.tick(post=post)
        assert len(post.delivered) == 1
        with reading() as s:
            touch = s.scalars(select(Touch).where(Touch.enrollment_id == second.id)).one()
        assert "had a pitch" in (touch.state_reason or "")


def test_fault_55_a_placed_link_ends_the_sequence(lite: str) -> None:
    with clock.at(MONDAY):
        start(1, delays=(1,))
        post = FakePost()
        run.tick(post=post)
        with transaction() as s:
            s.scalars(select(objections.Prospect)).one().stage = "placed"
            s.scalars(select(Mailbox)).one().inbound_synced_at = MONDAY + timedelta(days=3)
    with clock.at(MONDAY + timedelta(days=3)):
        run.tick(post=post)
        assert one(Enrollment).stop_reason == "placed"  # type: ignore[attr-defined]
    assert len(post.delivered) == 1


def test_fault_65_nobody_who_cannot_read_is_written_to(lite: str) -> None:
    with clock.at(MONDAY):
        start()
        with transaction() as s:
            row = s.scalars(select(PersonAddress)).one()
            row.address = row.normal = "mailer-daemon@site0.example"
        assert run.tick(post=FakePost()) == 0


def test_fault_74_a_mail_with_missing_words_waits_for_a_person_and_the_others_go(
    lite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = freezing.batches.render_touch

    def picky(s: object, enrollment: Enrollment, step_no: int) -> object:
        if enrollment.root_domain == "site0.example":
            raise NeedsData("The opening line is empty.")
        return real(s, enrollment, step_no)  # type: ignore[arg-type]

    monkeypatch.setattr(freezing.batches, "render_touch", picky)
    with clock.at(MONDAY):
        start(3)
        post = FakePost()
        run.tick(post=post)
    assert len(post.delivered) == 2
    with reading() as s:
        held = s.scalars(select(Touch).where(Touch.state == "needs_data")).one()
    assert held.state_reason == "The opening line is empty."


def test_fault_75_a_frozen_mail_never_changes(lite: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedSMTP([Rule("rcpt", "450 4.2.0 later", times=1)]) as server:
        with clock.at(MONDAY):
            start(port=server.port)
            run.tick()
        monkeypatch.setattr(freezing.batches, "render_touch", lambda *a: pytest.fail("rendered again"))
        with clock.at(MONDAY + timedelta(hours=1)):
            run.tick()
        assert server.ids() == [one(Message).message_id]  # type: ignore[attr-defined]


def test_an_answer_by_hand_leaves_after_fifteen_seconds_outside_of_all_windows_and_can_be_taken_back(lite: str) -> None:
    sunday = MONDAY - timedelta(days=1)
    post = FakePost()
    with clock.at(sunday):
        start(1, delays=(4,))
        run.tick(post=post)
        with transaction() as s:
            thread, box = s.scalars(select(Thread)).one(), s.scalars(select(Mailbox)).one()
            box.next_slot_at = sunday + timedelta(hours=5)
            s.add(
                InboundMessage(
                    mailbox_id=box.id, thread_id=thread.id, enrollment_id=thread.enrollment_id, folder="INBOX", uidvalidity=1,
                    uid=1, message_id="theirs@site0.example", content_sha256="x", from_address="boss@site0.example",
                    subject="Re: your page", at=sunday, read_at=sunday, kind="reply",
                )
            )  # fmt: skip
        with transaction() as s:
            thread = s.scalars(select(Thread)).one()
            kept, undone = service.send_reply(s, thread, "Thank you.", ADA), service.send_reply(s, thread, "Oops", ADA)
            service.take_reply_back(s, undone)
        assert run.tick(post=post) == 0
    with clock.at(sunday + timedelta(seconds=16)):
        assert run.tick(post=post) == 1
        with transaction() as s, pytest.raises(Exception, match="on its way"):
            service.take_reply_back(s, s.get_one(Message, kept.id))
    rcpt, wire = post.delivered[-1]
    assert rcpt == "boss@site0.example"
    assert b"In-Reply-To: <theirs@site0.example>" in wire and b"Subject: Re: your page" in wire
    assert b"List-Unsubscribe" not in wire
    assert one(Enrollment).state == "stopped"  # type: ignore[attr-defined]


def test_a_bounce_report_counts_for_the_breaker(lite: str) -> None:
    with clock.at(MONDAY):
        start(4)
        run.tick(post=FakePost())
        with transaction() as s:
            box = s.scalars(select(Mailbox)).one()
            for n, message in enumerate(s.scalars(select(Message))):
                s.add(
                    InboundMessage(
                        mailbox_id=box.id, enrollment_id=message.enrollment_id, folder="INBOX", uidvalidity=1, uid=n,
                        content_sha256=str(n), at=MONDAY, read_at=MONDAY, kind="bounce",
                    )
                )  # fmt: skip
            s.flush()
            service.check_breakers(s, s.scalars(select(Message)).first())  # type: ignore[arg-type]
            assert box.state == "paused"


def test_out_of_office_moves_the_next_mail_and_keeps_the_sequence(lite: str) -> None:
    with clock.at(MONDAY):
        start(1, delays=(1,))
        post = FakePost()
        run.tick(post=post)
        back = MONDAY + timedelta(days=20)
        with transaction() as s:
            service.postpone(s, s.scalars(select(Enrollment)).one(), back)
    for day, expected in ((5, 1), (21, 2)):
        with clock.at(MONDAY + timedelta(days=day)):
            with transaction() as s:
                s.scalars(select(Mailbox)).one().inbound_synced_at = clock.now()
            run.tick(post=post)
            assert len(post.delivered) == expected


def test_the_timetables_sender_uses_several_threads_and_sends_everything_once(both: str) -> None:
    with ScriptedSMTP([Rule("dot", delay=0.02)]) as server:
        with transaction() as s:
            project = make_project(s)
            batch = make_batch(s, project)
            for n in range(3):
                enroll(s, batch, make_mailbox(s, project, server.port, f"ada{n}@tidyclock.example"), 4, start=n * 4)
        started = time.monotonic()
        assert run.send_due() == 12
        assert time.monotonic() - started < 60
        assert len(set(server.ids())) == len(server.ids()) == 12


def test_verdicts_of_the_client_are_those_the_rules_know() -> None:
    assert {v.value for v in Verdict} == {"sent", "not_sent", "withdrawn", "in_doubt"}
    assert SendResult(Verdict.SENT, "answered").code is None
