"""One waiting connection per mailbox: when the server says that something came, the mailbox is read.

Nothing depends on it. A connection that breaks, a server that stays silent or offers no IDLE costs only time, for every
mailbox is polled anyhow. The threads are daemons and hold no transaction.
"""

import logging
import threading
import time
from datetime import datetime, timedelta

from sqlalchemy import select

from crm import clock
from crm.adapters.imap import ImapFailed, open_box
from crm.db import reading
from crm.errors import CrmError
from crm.inbox import run
from crm.mailboxes import service as mailboxes
from crm.models.mailboxes import Mailbox
from crm.vocabulary import MailboxState

log = logging.getLogger(__name__)
MOST = 30  # waiting connections of one process
SECONDS = 540.0  # of one wait; servers hang up after half an hour (RFC 2177)
PAUSE_SECONDS = 5.0  # between two sign-ins, when mail comes in quick succession
REST = timedelta(minutes=5)  # after a failure, and for servers that cannot
_waiting: dict[int, threading.Thread] = {}
_resting: dict[int, datetime] = {}
_lock = threading.Lock()


def watch() -> int:
    """Begin to wait for every mailbox that nobody in this process waits for; returns how many are waited for."""
    with reading() as s:
        query = select(Mailbox.id).where(Mailbox.removed_at.is_(None), Mailbox.state != MailboxState.NEEDS_LOGIN.value)
        numbers = list(s.scalars(query.order_by(Mailbox.id).limit(MOST)))
    with _lock:
        for number in [n for n, thread in _waiting.items() if not thread.is_alive()]:
            del _waiting[number]
        for number in [n for n in numbers if n not in _waiting and not _rests(n)]:
            thread = threading.Thread(target=_live, args=(number,), daemon=True, name=f"wait-{number}")
            _waiting[number] = thread
            thread.start()
        return len(_waiting)


def wait_once(mailbox_id: int, seconds: float = SECONDS) -> bool:
    """Wait on one connection until something comes, then read the mailbox; False when nothing came. Raises ImapFailed
    when the server cannot wait or the connection ends."""
    with reading() as s:
        mailbox = s.get_one(Mailbox, mailbox_id)
        if mailbox.removed_at is not None:
            raise ImapFailed("the mailbox was removed")
    with open_box(mailboxes.imap_account(mailbox)) as box:
        if "IDLE" not in box.capabilities():
            raise ImapFailed("the server offers no IDLE")
        came = box.wait_for_mail("INBOX", seconds)
    if came:
        run.poll(mailbox_id)
    return came


def _live(mailbox_id: int) -> None:
    try:
        while True:
            if wait_once(mailbox_id):
                time.sleep(PAUSE_SECONDS)
    except (ImapFailed, CrmError) as error:
        log.info("mailbox %s is not waited for: %s", mailbox_id, error)
    except Exception:
        log.exception("waiting for mailbox %s ended", mailbox_id)
    _resting[mailbox_id] = clock.real_now() + REST


def _rests(mailbox_id: int) -> bool:
    until = _resting.get(mailbox_id)
    return until is not None and clock.real_now() < until
