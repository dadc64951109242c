"""Whatever happens at whatever moment of a send, the promised thing follows. Every event at every point, exhaustively."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from crm import clock
from crm.adapters.smtp import SendResult, Verdict
from crm.contacts import service as contacts
from crm.db import Base, reading, transaction
from crm.journal import Actor
from crm.models.accounts import Organisation, Project
from crm.models.batches import Batch, Enrollment
from crm.models.mail import InboundMessage, Message, Touch
from crm.models.mailboxes import Mailbox
from crm.models.prospects import Prospect
from crm.outbox import claim, run, service
from crm.outbox.stopping import service as stopping
from crm.vocabulary import StopReason
from tests.conftest import MONDAY
from tests.reliability.rig import LEASE, FakePost, enroll, make_batch, make_mailbox, make_project

ADA = Actor("user", "ada")


class Crash(BaseException):
    """The process dies here."""


def _enrollment(s: object) -> Enrollment:
    return s.scalars(select(Enrollment)).one()  # type: ignore[attr-defined, no-any-return]


def reply() -> None:
    with transaction() as s:
        service.stop(s, _enrollment(s), StopReason.REPLY)


def opt_out() -> None:
    with transaction() as s:
        message = s.scalars(select(Enrollment)).one()
        contacts.suppress(
            s, organisation_id=message.organisation_id, kind="address", value="person0@site0.example", reason="opt_out"
        )
        service.stop(s, message, StopReason.OPT_OUT)


def suppress_site() -> None:
    with transaction() as s:
        organisation = s.scalars(select(Organisation)).one()
        contacts.suppress(s, organisation_id=organisation.id, kind="domain", value="site0.example", reason="import")


def pause_batch() -> None:
    with transaction() as s:
        service.pause(s, s.scalars(select(Batch)).one(), "a look first", ADA)


def pause_mailbox() -> None:
    with transaction() as s:
        service.pause(s, s.scalars(select(Mailbox)).one(), "a look first", ADA)


def pause_project() -> None:
    with transaction() as s:
        service.pause(s, s.scalars(select(Project)).one(), "a look first", ADA)


def stop_all() -> None:
    with transaction() as s:
        service.pause(s, s.scalars(select(Organisation)).one(), "stop", ADA)


def placed() -> None:
    with transaction() as s:
        s.scalars(select(Prospect)).one().stage = "placed"


def inbound_reply() -> None:
    """The reader has stored an answer, nothing else happened yet."""
    with transaction() as s:
        enrollment, box = _enrollment(s), s.scalars(select(Mailbox)).one()
        s.add(
            InboundMessage(
                mailbox_id=box.id, enrollment_id=enrollment.id, folder="INBOX", uidvalidity=1, uid=1, content_sha256="x",
                at=clock.now(), read_at=clock.now(), kind="reply",
            )
        )  # fmt: skip


def crash() -> None:
    raise Crash


# Answer, opt-out, suppression and a paused batch meet a real conversation in test_points.py.
ENDS = [placed, inbound_reply]
WAITS = [pause_mailbox, pause_project, stop_all]
POINTS = ["planned", "claimed", "before_data", "on_the_wire", "taken", "recorded"]


def world() -> None:
    """One person with a planned first mail, and nothing else."""
    with transaction() as s:
        for table in reversed(Base.metadata.sorted_tables):
            s.execute(table.delete())
    with transaction() as s:
        project = make_project(s)
        enroll(s, make_batch(s, project, (4,)), make_mailbox(s, project), 1)


def send_with(event: Callable[[], None], point: str) -> FakePost:
    """Send the one mail and let `event` happen at `point`."""
    post = FakePost()
    hook = lambda _: event()  # noqa: E731
    if point == "planned":
        event()
    elif point == "claimed":
        with transaction() as s:
            claimed = claim.claim(s, "w", LEASE).claimed
        assert claimed is not None
        event()
        run.deliver(claimed, post, LEASE)
        return post
    post.before = hook if point == "before_data" else None
    post.between = hook if point == "on_the_wire" else None
    post.after = hook if point == "taken" else None
    run.tick(post=post)
    if point == "recorded":
        event()
    return post


def state() -> tuple[str, list[str]]:
    with reading() as s:
        message = s.scalar(select(Message.state))
        later = list(s.scalars(select(Touch.state).where(Touch.step_no == 2)))
    return message or "none", later


@pytest.mark.parametrize("event", ENDS, ids=lambda e: e.__name__)
def test_fault_40_after_a_stop_nothing_enters_the_wire_and_no_follow_up_is_planned(
    both: str, event: Callable[[], None]
) -> None:
    for point in POINTS:
        _ends(event, point)


def _ends(event: Callable[[], None], point: str) -> None:
    with clock.at(MONDAY):
        world()
        post = send_with(event, point)
        run.tick(post=post)
        on_time = point in ("planned", "claimed", "before_data")
        assert len(post.delivered) == (0 if on_time else 1)
        message, later = state()
        assert message == ("none" if point == "planned" else "cancelled" if on_time else "sent")
    with clock.at(MONDAY + timedelta(days=30)):
        with transaction() as s:
            s.scalars(select(Mailbox)).one().inbound_synced_at = clock.now()
        run.tick(post=post)
        run.tick(post=post)
        assert len(post.delivered) == (0 if on_time else 1)
        assert "planned" not in state()[1]


@pytest.mark.parametrize("event", WAITS, ids=lambda e: e.__name__)
def test_fault_17_a_pause_holds_what_has_not_passed_the_gate_and_a_resume_sends_it_once(
    both: str, event: Callable[[], None]
) -> None:
    for point in POINTS:
        _waits(event, point)


def _waits(event: Callable[[], None], point: str) -> None:
    with clock.at(MONDAY):
        world()
        post = send_with(event, point)
        run.tick(post=post)
        on_time = point in ("planned", "claimed", "before_data")
        assert len(post.delivered) == (0 if on_time else 1)
        with transaction() as s:
            what = {"pause_batch": Batch, "pause_mailbox": Mailbox, "pause_project": Project}.get(
                event.__name__, Organisation
            )
            service.resume(s, s.scalars(select(what)).one(), ADA)  # type: ignore[arg-type]
    with clock.at(MONDAY + timedelta(minutes=5)):
        post.before = post.between = post.after = None
        run.tick(post=post)
        assert post.rcpts() == ["person0@site0.example"]
        assert state() == ("sent", ["planned"])


def test_fault_01_02_03_a_crash_at_any_point_ends_with_one_mail(both: str) -> None:
    for point in ("claimed", "before_data", "on_the_wire", "taken"):
        _crashes(point)


def _crashes(point: str) -> None:
    with clock.at(MONDAY):
        world()
        post = FakePost()
        try:
            send_with(crash, point) if point == "claimed" else None
            hooks = {"before_data": "before", "on_the_wire": "between", "taken": "after"}
            if point in hooks:
                setattr(post, hooks[point], lambda _: crash())
                run.tick(post=post, lease=timedelta(seconds=-1))
        except Crash:
            pass
        post.before = post.between = post.after = None
        with transaction() as s:
            for message in s.scalars(select(Message)):
                message.lease_until = clock.real_now() - timedelta(seconds=1)
        for _ in range(3):
            run.reap(post=post, settle=timedelta())
        run.tick(post=post)
    assert post.rcpts() == ["person0@site0.example"]
    assert state() == ("sent", ["planned"])


def test_fault_17_the_person_who_pauses_learns_what_was_already_on_the_wire(both: str) -> None:
    said = []
    with clock.at(MONDAY):
        world()

        def pause_now(_: str) -> None:
            with transaction() as s:
                said.append(service.pause(s, s.scalars(select(Batch)).one(), "stop", ADA))

        run.tick(post=FakePost(between=pause_now))
    assert said == [1]


def test_fault_08_a_worker_whose_lease_went_to_another_is_turned_away_at_the_gate(both: str) -> None:
    with clock.at(MONDAY):
        world()
        with transaction() as s:
            old = claim.claim(s, "slow", timedelta(seconds=-5)).claimed
        assert old is not None
        post = FakePost()
        run.reap(post=post, settle=timedelta(hours=1))
        with transaction() as s:
            new = claim.claim(s, "quick", LEASE).claimed
        assert new is not None and new.attempt > old.attempt
        assert run.deliver(old, post, LEASE) == "withdrawn"
        assert post.delivered == []
        assert run.deliver(new, post, LEASE) == "sent"
    assert len(post.delivered) == 1


def test_fault_03_a_late_250_still_proves_that_the_mail_left(both: str) -> None:
    with clock.at(MONDAY):
        world()

        def lease_over(_: str) -> None:
            with transaction() as s:
                s.scalars(select(Message)).one().lease_until = clock.real_now() - timedelta(seconds=1)
            nobody = FakePost(in_sent=set())
            run.reap(post=nobody, settle=timedelta(hours=1))

        post = FakePost(after=lease_over)
        run.tick(post=post)
        assert state()[0] == "sent"
        run.tick(post=post)
    assert len(post.delivered) == 1


def test_without_the_gate_the_table_would_fail(both: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claim, "gate", lambda s, c: True)
    with clock.at(MONDAY):
        world()
        post = send_with(reply, "before_data")
    assert len(post.delivered) == 1  # this is what the gate prevents


def test_fault_46_own_mail_in_the_sent_folder_is_no_answer(both: str) -> None:
    with clock.at(MONDAY):
        world()
        inbound_reply()
        with transaction() as s:
            s.scalars(select(InboundMessage)).one().is_own = True
        post = FakePost()
        run.tick(post=post)
    assert len(post.delivered) == 1


def test_fault_79_no_follow_up_exists_while_the_step_before_failed_or_is_in_doubt(both: str) -> None:
    with clock.at(MONDAY):
        world()
        run.tick(post=FakePost({"": SendResult(Verdict.IN_DOUBT, "dot", text="lost")}))
    assert state() == ("in_doubt", [])


def test_stopping_twice_keeps_the_first_reason_and_a_reply_is_written_over_sequence_done(both: str) -> None:
    with clock.at(MONDAY):
        world()
        with transaction() as s:
            enrollment = _enrollment(s)
            assert stopping.stop(s, enrollment, StopReason.BY_HAND).n == 1
            assert stopping.stop(s, enrollment, StopReason.REPLY).n == 0
            assert enrollment.stop_reason == "by_hand"
            enrollment.state, enrollment.stop_reason = "finished", "sequence_done"
            assert stopping.stop(s, enrollment, StopReason.REPLY).n == 1
            assert enrollment.stop_reason == "reply"
