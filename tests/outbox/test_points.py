"""One real conversation, stopped at each of its thirteen points: whatever happens there, the promised thing follows."""

from collections.abc import Callable, Collection
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from crm import clock
from crm.adapters import smtp
from crm.adapters.accounts import Account
from crm.adapters.post import MailPost
from crm.db import transaction
from crm.models.batches import Batch
from crm.models.mail import Message, Touch
from crm.models.mailboxes import Mailbox
from crm.outbox import claim, run, service
from tests.conftest import MONDAY
from tests.outbox.test_gate import ADA, Crash, opt_out, pause_batch, reply, state, suppress_site, world
from tests.reliability.rig import LEASE
from tests.reliability.scripted_smtp import Rule, ScriptedSMTP

BEFORE_THE_GATE = ("unplanned", "planned", "claimed", "connect", "ehlo", "auth", "mail", "rcpt")
PASSED = ("data", "body", "dot", "answered", "recorded")
POINTS = BEFORE_THE_GATE + PASSED
Event = Callable[[], None]


class RealPost(MailPost):
    """Real SMTP; the Sent folder is what the server took."""

    def __init__(self, server: ScriptedSMTP) -> None:
        super().__init__()
        self._server = server

    def sent_ids(self, account: Account, folder: str | None, ids: Collection[str]) -> set[str]:
        return set(ids) & set(self._server.ids())

    def close(self) -> None:
        """Without a goodbye, as a process ends."""
        for session in self._sessions.values():
            session.close()
        self._sessions.clear()


def send_with(event: Event, point: str, server: ScriptedSMTP, monkeypatch: pytest.MonkeyPatch) -> None:
    """One tick in which `event` happens once, at `point`."""
    once = [event]

    def happen() -> None:
        if once:
            once.pop()()

    if point in ("unplanned", "planned"):
        with transaction() as s:
            s.execute(update(Touch).values(planned_local=None)) if point == "unplanned" else None
        happen()
    elif point == "claimed":
        with transaction() as s:
            claimed = claim.claim(s, "w", LEASE).claimed
        assert claimed is not None
        happen()
        run.deliver(claimed, RealPost(server), LEASE)
        return
    elif point == "answered":
        real = run.recording.record

        def late(*args: object) -> str:
            happen()
            return real(*args)  # type: ignore[arg-type]

        monkeypatch.setattr(run.recording, "record", late)
    elif point != "recorded":
        server.rules.append(Rule(point, then=happen, times=1))
    run.tick(post=RealPost(server), owner="w", lease=LEASE)
    monkeypatch.undo()
    if point == "recorded":
        happen()


def fresh(server: ScriptedSMTP) -> None:
    """One person to be written to over this server, which has seen nothing yet."""
    world()
    with transaction() as s:
        s.scalars(select(Mailbox)).one().smtp_port = server.port


def later(server: ScriptedSMTP, **after: int) -> None:
    """Two more rounds when time has passed and the inbox was read."""
    with clock.at(MONDAY + timedelta(**after)):
        with transaction() as s:
            s.scalars(select(Mailbox)).one().inbound_synced_at = clock.now()
        for _ in range(2):
            run.reap(post=RealPost(server), settle=timedelta())
            run.tick(post=RealPost(server))


@pytest.mark.parametrize("event", [reply, opt_out, suppress_site], ids=lambda e: e.__name__)
def test_fault_40_a_stop_at_any_point_of_a_real_conversation(
    both: str, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    for point in POINTS:
        with ScriptedSMTP(extensions=("AUTH PLAIN",)) as server:
            with clock.at(MONDAY):
                fresh(server)
                send_with(event, point, server, monkeypatch)
            later(server, days=30)
            assert len(server.accepted) == (1 if point in PASSED else 0), point
            message, follow_ups = state()
            assert message in ({"sent"} if point in PASSED else {"none", "cancelled"}), point
            assert "planned" not in follow_ups, point


def test_fault_17_a_pause_at_any_point_of_a_real_conversation(both: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for point in POINTS:
        with ScriptedSMTP(extensions=("AUTH PLAIN",)) as server:
            with clock.at(MONDAY):
                fresh(server)
                send_with(pause_batch, point, server, monkeypatch)
                assert len(server.accepted) == (1 if point in PASSED else 0), point
            later(server, hours=1)
            assert len(server.accepted) == (1 if point in PASSED else 0), point
            with clock.at(MONDAY + timedelta(hours=2)), transaction() as s:
                service.resume(s, s.scalars(select(Batch)).one(), ADA)
            later(server, days=2)
            assert len(server.accepted) == 1 and state() == ("sent", ["planned"]), point


def test_fault_01_02_03_a_death_at_any_point_of_a_real_conversation(both: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for point in POINTS:
        with ScriptedSMTP(extensions=("AUTH PLAIN",)) as server:
            with clock.at(MONDAY):
                fresh(server)
                with pytest.raises(Crash):
                    _die_at(point, server, monkeypatch)
                with transaction() as s:
                    s.execute(update(Message).values(lease_until=clock.real_now() - timedelta(seconds=1)))
            monkeypatch.undo()
            for days in (1, 2):
                later(server, days=days)
            assert len(server.accepted) == 1, point
            assert state() == ("sent", ["planned"]), point


def _die_at(point: str, server: ScriptedSMTP, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sender's process ends at `point`: what it had in its hands stays as it is in the database."""
    if point in ("unplanned", "planned", "claimed", "answered", "recorded"):

        def dies() -> None:
            raise Crash

        send_with(dies, point, server, monkeypatch)
        return
    dying: list[bool] = []
    real = smtp._Phased.getreply

    def last_words(self: smtp._Phased) -> tuple[int, bytes]:
        answer = real(self)
        if dying:
            raise Crash
        return answer

    def in_the_body(self: object, *args: object) -> object:
        raise Crash

    monkeypatch.setattr(smtp._Phased, "getreply", last_words)
    if point == "body":
        monkeypatch.setattr(smtp.Session, "_content", in_the_body)
    else:
        server.rules.append(Rule(point, then=lambda: dying.append(True), times=1))
    run.tick(post=RealPost(server), owner="w", lease=LEASE)
