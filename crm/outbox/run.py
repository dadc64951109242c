"""The sender: short transactions with the outside world between them. Safe to kill at any point, safe to start twice.

tick(): plan, claim, gate, hand over, record, until nothing is due. reap(): leases of dead workers, doubts, Sent copies.
"""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from config import Settings
from crm import clock
from crm.adapters import workers
from crm.adapters.imap import ImapFailed
from crm.adapters.post import MailPost, Post
from crm.adapters.smtp import SendResult, Verdict
from crm.db import reading, transaction
from crm.errors import CrmError
from crm.mailboxes import service as mailboxes
from crm.models.mail import Message
from crm.models.mailboxes import Mailbox
from crm.outbox import claim
from crm.outbox.claim import Claimed
from crm.outbox.doubting import service as doubting
from crm.outbox.freezing import service as freezing
from crm.outbox.recording import service as recording

log = logging.getLogger("crm.outbox")
MARGIN = timedelta(seconds=60)  # of the lease, in which nothing is handed over any more
DATABASE_TRIES = 6
THREADS = 4
T = TypeVar("T")
_ending = threading.Event()


class StorageFailed(Exception):
    """The database does not take what happened; nothing more may be claimed by this process."""


def end_soon() -> None:
    """This process is asked to end: the mails in its hands are finished, and none is taken any more."""
    _ending.set()


def send_due() -> int:
    """What the timetable calls: tick with several threads, so that one slow server does not hold the others."""
    with ThreadPoolExecutor(THREADS, thread_name_prefix="send") as pool:
        return sum(pool.map(lambda _: tick(), range(THREADS)))


def tick(
    limit: int | None = None,
    *,
    post: Post | None = None,
    owner: str | None = None,
    lease: timedelta | None = None,
) -> int:
    """Send everything that may leave now (at most `limit` mails). Returns how many conversations were held."""
    world, who = post or MailPost(), owner or workers.me()
    lease = lease or timedelta(seconds=_settings().lease_seconds)
    n = 0
    try:
        _stored(doubting.wake_up)
        while _stored(freezing.plan_due) == freezing.PLAN_AT_ONCE:
            pass
        while (limit is None or n < limit) and not _ending.is_set():
            turn = _stored(claim.claim, who, lease)
            if turn.claimed is not None:
                n += 1
                deliver(turn.claimed, world, lease)
            elif not turn.again:
                break
        return n
    except StorageFailed:
        log.exception("sending stops: the database does not take what happened")
        return n
    finally:
        world.close()


def deliver(claimed: Claimed, post: Post, lease: timedelta) -> str:
    """Hand one claimed mail over and record what became of it; returns the effect in one word."""
    started_at, started = clock.real_now(), time.monotonic()
    deadline = started + max((lease - MARGIN).total_seconds(), lease.total_seconds() / 2)
    trouble: list[Exception] = []

    def go() -> bool:
        try:
            return _stored(claim.gate, claimed)
        except Exception as error:  # inside of the SMTP conversation it must become a plain no
            trouble.append(error)
            return False

    try:
        account = mailboxes.smtp_account(claimed.mailbox)
        result = post.send(account, claimed.wire, claimed.sender, claimed.rcpt, deadline=deadline, go=go)
    except CrmError as error:
        result = SendResult(Verdict.NOT_SENT, "auth", 535, text=error.message)
    if trouble and isinstance(trouble[0], StorageFailed):
        raise trouble[0]
    ended_at = clock.real_now()
    return _stored(recording.record, claimed, result, started_at, ended_at)


def reap(*, post: Post | None = None, settle: timedelta | None = None) -> int:
    """Settle what dead workers left, look for doubtful mails in the Sent folder, file copies. Returns how many mails
    changed their state."""
    world = post or MailPost()
    settle = settle if settle is not None else timedelta(seconds=_settings().settle_seconds)
    try:
        _stored(doubting.wake_up)
        n = _stored(doubting.release)
        with reading() as s:
            recovering, doubts = doubting.recovering(s), doubting.open_doubts(s)
        n += sum(_recover(mailbox_id, world) for mailbox_id in recovering)
        n += sum(_look_up(d, world, settle) for d in doubts)
        return n + _file_copies(world)
    finally:
        world.close()


def _look_up(doubts: doubting.Doubts, post: Post, settle: timedelta) -> int:
    found = _sent_ids(doubts.mailbox_id, set(doubts.ids), post)
    if found is None:
        return 0  # nobody can testify now; a doubt can wait
    n = 0
    for message_id, pk in doubts.ids.items():
        n += _stored(doubting.judge, pk, in_sent=message_id in found, settle=settle) != "in_doubt"
    return n


def _recover(mailbox_id: int, post: Post) -> int:
    """Read the Sent folder once and catch up with every mail that left without our database knowing."""
    n, found = 0, None
    while True:
        with reading() as s:
            unknown = doubting.not_known_as_sent(s, mailbox_id)
        if found is None:
            found = _sent_ids(mailbox_id, set(unknown), post)
            if found is None:
                return n
        elif not unknown.keys() & found:
            found = _sent_ids(mailbox_id, set(unknown), post) or set()
        hits = [unknown[i] for i in unknown if i in found]
        if not hits:
            _stored(doubting.recovered, mailbox_id)
            return n
        for kind, pk in hits:
            _stored(doubting.found_in_sent, kind, pk)
        n += len(hits)


def _sent_ids(mailbox_id: int, ids: set[str], post: Post) -> set[str] | None:
    if not ids:
        return set()
    try:
        with reading() as s:
            mailbox = s.get_one(Mailbox, mailbox_id)
        return post.sent_ids(mailboxes.imap_account(mailbox), mailbox.sent_folder, ids)
    except (ImapFailed, CrmError) as error:
        log.warning("the Sent folder of mailbox %s cannot be read: %s", mailbox_id, error)
        return None


def _file_copies(post: Post) -> int:
    """Put copies into the Sent folder of mailboxes whose provider keeps none."""
    with reading() as s:
        waiting = doubting.copies_to_file(s)
    n = 0
    for pk in waiting:
        with reading() as s:
            message = s.get_one(Message, pk)
            mailbox = s.get_one(Mailbox, message.mailbox_id)
        try:
            account = mailboxes.imap_account(mailbox)
            at = message.sent_at or clock.now()
            post.file_copy(account, mailbox.sent_folder, message.message_id, bytes(message.rendered), at)
        except (ImapFailed, CrmError) as error:
            log.warning("no copy of mail %s could be filed: %s", pk, error)
            continue
        _stored(_filed, pk)
        n += 1
    return n


def _stored(step: Callable[..., T], *args: Any, **more: Any) -> T:
    """Run one database step in a transaction of its own; only it is repeated when the database is busy, never a
    conversation with a server. Raises StorageFailed when the database does not take it."""
    for n in range(DATABASE_TRIES):
        try:
            with transaction() as s:
                return step(s, *args, **more)
        except (OperationalError, IntegrityError) as error:  # busy, deadlock, or another worker was faster
            if n == DATABASE_TRIES - 1:
                raise StorageFailed(str(error)[:300]) from error
            time.sleep(0.02 * 2**n)
        except DBAPIError as error:
            raise StorageFailed(str(error)[:300]) from error
    raise AssertionError("not reached")


def _filed(s: Session, pk: int) -> None:
    s.get_one(Message, pk).filed_at = clock.now()


@lru_cache(maxsize=1)
def _settings() -> Settings:
    return Settings()  # type: ignore[call-arg]
