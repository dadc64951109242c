"""Reads the mailboxes: folder by folder, mail by mail, each kept in a transaction of its own.

The cursor of a folder is the highest UID below which everything was processed. `inbound_synced_at` moves only when
every folder was read to its end, because follow-ups lean on it.
"""

import hashlib
import logging
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from crm import clock, journal
from crm.adapters.imap import Box, ImapFailed, open_box
from crm.adapters.imap_folders import Folder
from crm.db import reading, transaction
from crm.errors import CrmError
from crm.inbox import service
from crm.inbox.classify import Classified, classify
from crm.inbox.matching.queries import own_addresses
from crm.inbox.service import Place
from crm.mailboxes import service as mailboxes
from crm.models.mail import InboundMessage
from crm.models.mailboxes import FolderCursor, Mailbox
from crm.vocabulary import MailboxState

log = logging.getLogger(__name__)
READ = ("inbox", "junk", "sent", "other")
EVERY = timedelta(seconds=60)
MAX_FOLDERS = 40
FIRST_LOOK = 500  # how many of the newest mails of a folder are looked at when it is seen for the first time
MAX_LOGIN_FAILURES = 3
AUDIT_EVERY = timedelta(hours=20)
AUDIT_LAST = 200


@dataclass
class Polled:
    """What one look at a mailbox brought: mails seen and kept, and whether everything was read."""

    seen: int = 0
    kept: int = 0
    quarantined: int = 0
    complete: bool = True
    problems: list[str] = field(default_factory=list)


def poll_due() -> int:
    """Look at every mailbox that was not read in the last minute; returns how many mails were kept."""
    now = clock.now()
    with reading() as s:
        due = select(Mailbox.id).where(
            Mailbox.removed_at.is_(None),
            Mailbox.state != MailboxState.NEEDS_LOGIN.value,
            or_(Mailbox.inbound_synced_at.is_(None), Mailbox.inbound_synced_at <= now - EVERY),
        )
        numbers = list(s.scalars(due.order_by(Mailbox.inbound_synced_at)))
    return sum(poll(number).kept for number in numbers)


def poll(mailbox_id: int) -> Polled:
    """Read everything new in one mailbox. Never raises for what the server, the network or a mail does."""
    with reading() as s:
        mailbox = s.get_one(Mailbox, mailbox_id)
        own = own_addresses(s, mailbox.organisation_id)
    started, polled = clock.now(), Polled()
    try:
        with open_box(mailboxes.imap_account(mailbox)) as box:
            for folder in _folders(box):
                _read(box, mailbox_id, folder, own, polled)
    except ImapFailed as error:
        _failed(mailbox_id, error, polled)
    except CrmError as error:
        polled.complete = False
        polled.problems.append(str(error))
    if polled.complete:
        with transaction() as s:
            row = s.get_one(Mailbox, mailbox_id)
            row.inbound_synced_at, row.login_failures = started, 0
    return polled


def audit_due() -> int:
    """Once a night: look again at the newest mails of each folder, below the cursor. Returns how many had been missed.

    Servers number mails by the moment they were filed, yet some show a lower number late; a cursor never sees those.
    """
    before = clock.now() - AUDIT_EVERY
    with reading() as s:
        late = or_(FolderCursor.audited_at.is_(None), FolderCursor.audited_at <= before)
        readable = (Mailbox.removed_at.is_(None), Mailbox.state != MailboxState.NEEDS_LOGIN.value)
        query = select(Mailbox.id).join(FolderCursor, FolderCursor.mailbox_id == Mailbox.id)
        due = query.where(late, FolderCursor.last_uid > 0, *readable).distinct().order_by(Mailbox.id)
        numbers = list(s.scalars(due))
    return sum(audit(number) for number in numbers)


def audit(mailbox_id: int) -> int:
    """Look again at one mailbox. A mail that was missed is followed now, as if it had just come."""
    with reading() as s:
        mailbox = s.get_one(Mailbox, mailbox_id)
        own = own_addresses(s, mailbox.organisation_id)
    polled = Polled()
    try:
        with open_box(mailboxes.imap_account(mailbox)) as box:
            for folder in _folders(box):
                _look_again(box, mailbox_id, folder, own, polled)
    except (ImapFailed, CrmError) as error:
        log.warning("mailbox %s could not be looked through again: %s", mailbox_id, error)
    if polled.kept:
        with transaction() as s:
            row = s.get_one(Mailbox, mailbox_id)
            data = {"mails": polled.kept}
            journal.record(s, "mailbox.gap_found", row, organisation_id=row.organisation_id, data=data)
    return polled.kept


def _look_again(box: Box, mailbox_id: int, folder: Folder, own: frozenset[str], polled: Polled) -> None:
    uidvalidity, _ = box.status(folder.name)
    with transaction() as s:
        last = _cursor(s, mailbox_id, folder, uidvalidity).last_uid
        here = (InboundMessage.folder == folder.name, InboundMessage.uidvalidity == uidvalidity)
        known = set(s.scalars(select(InboundMessage.uid).where(InboundMessage.mailbox_id == mailbox_id, *here)))
    below = [uid for uid in box.uids(folder.name)[-AUDIT_LAST:] if uid <= last and uid not in known]
    for uid, raw, flags in box.fetch(folder.name, below):
        if "\\Draft" not in flags:
            _take(mailbox_id, Place(folder.name, folder.role, uidvalidity, uid), raw, own, polled)
    with transaction() as s:
        _cursor(s, mailbox_id, folder, uidvalidity).audited_at = clock.now()


def _folders(box: Box) -> list[Folder]:
    """What is read: inbox, junk, sent and the user's own folders; 'all mail' only where there is no inbox."""
    found = box.folders()
    chosen = [f for f in found if f.role in READ]
    if not any(f.role == "inbox" for f in chosen):
        chosen = [f for f in found if f.role == "all"] + chosen
    return sorted(chosen, key=lambda f: (f.role != "inbox", READ.index(f.role) if f.role in READ else 9, f.name))[
        :MAX_FOLDERS
    ]


def _read(box: Box, mailbox_id: int, folder: Folder, own: frozenset[str], polled: Polled) -> None:
    uidvalidity, uidnext = box.status(folder.name)
    with transaction() as s:
        last = _cursor(s, mailbox_id, folder, uidvalidity).last_uid
    if uidnext and uidnext <= last + 1:
        _advance(mailbox_id, folder, uidvalidity, last, whole=True)
        return
    uids = box.uids(folder.name, above=last)
    if last == 0:
        uids = uids[-FIRST_LOOK:]
    done = last
    for uid, raw, flags in box.fetch(folder.name, uids):
        place = Place(folder.name, folder.role, uidvalidity, uid)
        polled.seen += 1
        if "\\Draft" not in flags and not _take(mailbox_id, place, raw, own, polled):
            _advance(mailbox_id, folder, uidvalidity, done, whole=False)
            polled.complete = False
            polled.problems.append(f"{folder.name}: mail {uid} could not be stored")
            return
        done = uid
        if polled.seen % 50 == 0:
            _advance(mailbox_id, folder, uidvalidity, done, whole=False)
    _advance(mailbox_id, folder, uidvalidity, max([done, *uids]), whole=True)


def _take(mailbox_id: int, place: Place, raw: bytes, own: frozenset[str], polled: Polled) -> bool:
    """Keep one mail; a mail that cannot be read goes into quarantine. False when not even that worked."""
    try:
        found: Classified = classify(raw, own)
        with transaction() as s:
            kept = service.receive(s, s.get_one(Mailbox, mailbox_id), place, raw, found, own)
            polled.kept += kept is not None
        return True
    except Exception as error:  # noqa: BLE001 - one poisonous mail must not stop the others from being read
        log.warning("mail %s/%s of mailbox %s: %s", place.folder, place.uid, mailbox_id, type(error).__name__)
        why = f"{type(error).__name__}: {error}"
    try:
        with transaction() as s:
            sha = hashlib.sha256(raw).hexdigest()
            service.quarantine(s, s.get_one(Mailbox, mailbox_id), place, raw, why, sha)
        polled.quarantined += 1
        return True
    except Exception:  # noqa: BLE001 - the database is away: the cursor stays, the mail is read again
        log.exception("mail %s/%s of mailbox %s could not be kept", place.folder, place.uid, mailbox_id)
        return False


def _cursor(s: Session, mailbox_id: int, folder: Folder, uidvalidity: int) -> FolderCursor:
    """Where reading of the folder stands; from the start again when the server has renumbered it."""
    query = select(FolderCursor).where(FolderCursor.mailbox_id == mailbox_id, FolderCursor.folder == folder.name)
    row = s.scalar(query)
    if row is None:
        row = FolderCursor(
            mailbox_id=mailbox_id, folder=folder.name, role=folder.role, uidvalidity=uidvalidity, last_uid=0
        )
        s.add(row)
    elif row.uidvalidity != uidvalidity:
        row.uidvalidity, row.last_uid = uidvalidity, 0
    s.flush()
    return row


def _advance(mailbox_id: int, folder: Folder, uidvalidity: int, uid: int, *, whole: bool) -> None:
    with transaction() as s:
        row = _cursor(s, mailbox_id, folder, uidvalidity)
        row.last_uid = max(row.last_uid, uid)
        row.synced_at = clock.now() if whole else row.synced_at


def _failed(mailbox_id: int, error: ImapFailed, polled: Polled) -> None:
    polled.complete = False
    polled.problems.append(str(error))
    with transaction() as s:
        row = s.get_one(Mailbox, mailbox_id)
        if error.login:
            row.login_failures += 1
        if row.login_failures >= MAX_LOGIN_FAILURES and row.state == MailboxState.OK.value:
            row.state, row.pause_reason = MailboxState.NEEDS_LOGIN.value, str(error)[:200]
