"""The sender end to end on both databases: who gets what, when, and never twice."""

from datetime import timedelta

from sqlalchemy import func, select

from crm import clock
from crm.adapters.smtp import SendResult, Verdict
from crm.db import engine, reading, transaction
from crm.models.batches import Batch, Enrollment
from crm.models.events import Event
from crm.models.mail import Message, SendAttempt, Thread, Touch
from crm.models.mailboxes import Mailbox
from crm.models.prospects import Prospect
from crm.outbox import run
from tests.conftest import MONDAY
from tests.reliability.rig import FakePost, enroll, make_batch, make_mailbox, make_project


def start(n: int = 3, delays: tuple[int, ...] = (), **caps: object) -> list[int]:
    with transaction() as s:
        project = make_project(s)
        mailbox = make_mailbox(s, project, **caps)
        batch = make_batch(s, project, delays)
        return [e.id for e in enroll(s, batch, mailbox, n)]


def states() -> dict[str, int]:
    with reading() as s:
        return dict(s.execute(select(Message.state, func.count()).group_by(Message.state)).all())  # type: ignore[arg-type]


def test_everybody_gets_one_mail_and_everything_is_written_down(both: str) -> None:
    with clock.at(MONDAY):
        start(5)
        post = FakePost()
        assert run.tick(post=post) == 5
        assert run.tick(post=post) == 0
    assert sorted(post.rcpts()) == [f"person{k}@site{k}.example" for k in range(5)]
    with reading() as s:
        assert states() == {"sent": 5}
        assert s.scalar(select(func.count()).select_from(SendAttempt)) == 5
        assert s.scalar(select(func.count()).select_from(Thread)) == 5
        assert s.scalar(select(func.count()).where(Event.kind == "message.sent")) == 5
        assert set(s.scalars(select(Prospect.stage))) == {"contacted"}
        assert set(s.scalars(select(Enrollment.state))) == {"finished"}
        assert s.scalar(select(Batch.state)) == "done"


def test_a_follow_up_leaves_after_its_business_days_and_only_when_the_inbox_was_read(both: str) -> None:
    start_at = MONDAY
    with clock.at(start_at):
        start(1, delays=(4,))
        post = FakePost()
        run.tick(post=post)
        with reading() as s:
            touch = s.scalars(select(Touch).where(Touch.step_no == 2)).one()
            assert touch.due_at.date() == (start_at + timedelta(days=4)).date()
    with clock.at(start_at + timedelta(days=7)):
        run.tick(post=post)
        assert len(post.delivered) == 1  # nobody read the inbox since
        with transaction() as s:
            s.scalars(select(Mailbox)).one().inbound_synced_at = clock.now()
        run.tick(post=post)
    assert len(post.delivered) == 2
    first, second = (wire.decode() for _, wire in post.delivered)
    first_id = first.split("Message-ID: <")[1].split(">")[0]
    assert f"In-Reply-To: <{first_id}>" in second
    assert f"References: <{first_id}>" in second
    assert "Subject: Re: About your page" in second


def test_fault_12_no_transaction_is_open_while_the_server_talks(both: str) -> None:
    with clock.at(MONDAY):
        start(2)
        seen = []
        post = FakePost(before=lambda _: seen.append(engine().pool.checkedout()))  # type: ignore[attr-defined]
        post.between = post.after = post.before
        run.tick(post=post)
    assert seen == [0] * 6


def test_fault_29_each_mail_has_exactly_one_recipient(both: str) -> None:
    with clock.at(MONDAY):
        start(2)
        post = FakePost()
        run.tick(post=post)
    for rcpt, wire in post.delivered:
        head = wire.decode().partition("\r\n\r\n")[0]
        assert head.count(rcpt) == 1
        assert "\nCc:" not in head and "\nBcc:" not in head


def test_an_unanswered_last_line_is_a_doubt_that_the_sent_folder_settles(both: str) -> None:
    with clock.at(MONDAY):
        start(1, delays=(4,))
        post = FakePost({"": SendResult(Verdict.IN_DOUBT, "dot", text="taken")})
        run.tick(post=post)
        assert states() == {"in_doubt": 1}
        assert run.tick(post=post) == 0
        run.reap(post=post, settle=timedelta(hours=1))
        assert states() == {"sent": 1}
        with reading() as s:
            assert s.scalar(select(func.count()).where(Touch.step_no == 2)) == 1
    assert len(post.delivered) == 1


def test_a_doubt_without_any_trace_goes_once_more_with_the_same_bytes_then_to_a_person(both: str) -> None:
    with clock.at(MONDAY):
        start(1)
        lost = FakePost({"": SendResult(Verdict.IN_DOUBT, "dot", text="lost")})
        run.tick(post=lost)
        with reading() as s:
            bytes_before = s.scalars(select(Message.rendered)).one()
        for _ in range(2):
            run.reap(post=lost, settle=timedelta())
        assert states() == {"queued": 1}
        run.tick(post=lost)
        with reading() as s:
            assert s.scalars(select(Message.rendered)).one() == bytes_before
        run.reap(post=lost, settle=timedelta())
        assert states() == {"review": 1}
        assert run.tick(post=lost) == 0


def test_a_doubt_waits_for_the_settle_time(both: str) -> None:
    with clock.at(MONDAY):
        start(1)
        lost = FakePost({"": SendResult(Verdict.IN_DOUBT, "dot", text="lost")})
        run.tick(post=lost)
        for _ in range(5):
            run.reap(post=lost, settle=timedelta(hours=1))
        assert states() == {"in_doubt": 1}


def test_a_mailbox_that_keeps_no_copies_cannot_testify(both: str) -> None:
    with clock.at(MONDAY):
        start(1, saves_sent=False)
        lost = FakePost({"": SendResult(Verdict.IN_DOUBT, "dot", text="lost")})
        run.tick(post=lost)
        run.reap(post=lost, settle=timedelta())
        assert states() == {"review": 1}


def test_a_copy_is_filed_where_the_provider_keeps_none(both: str) -> None:
    with clock.at(MONDAY):
        start(1, saves_sent=False)
        post = FakePost()
        run.tick(post=post)
        run.reap(post=post, settle=timedelta())
        run.reap(post=post, settle=timedelta())
    with reading() as s:
        message = s.scalars(select(Message)).one()
        assert post.in_sent == {message.message_id}
        assert message.filed_at is not None
