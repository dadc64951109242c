"""Builds raw mails for the tests of the inbox, and a small correspondence to answer."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.adapters.imap import ImapFailed
from crm.adapters.imap_folders import Folder
from crm.models.accounts import Project
from crm.models.mail import Message
from crm.outbox import run as outbox
from tests.conftest import MONDAY
from tests.reliability.rig import FakePost, enroll, make_batch, make_mailbox

US = "ada@tidyclock.example"


def letter(
    body: str,
    *,
    sender: str = "Ines Vidal <person0@site0.example>",
    to: str = US,
    subject: str = "Re: About your page",
    answers: str | None = None,
    at: datetime = MONDAY,
    own_id: str = "answer-1@site0.example",
    **headers: str,
) -> bytes:
    """A plain mail; `answers` is the Message-ID it refers to."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Date"] = sender, to, subject, format_datetime(at)
    mail["Message-ID"] = f"<{own_id}>"
    if answers:
        mail["In-Reply-To"] = mail["References"] = f"<{answers}>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(body)
    return bytes(mail)


def report(failed: str, said: str, status: str, *, original_id: str = "", action: str = "failed") -> bytes:
    """A delivery report as RFC 3464 wants it."""
    original = f"Message-ID: <{original_id}>\r\n" if original_id else ""
    return (
        f"Return-Path: <>\r\nFrom: Mail Delivery System <mailer-daemon@mx.example>\r\nTo: {US}\r\n"
        f"Subject: Undelivered Mail Returned to Sender\r\nDate: {format_datetime(MONDAY)}\r\n"
        f"Message-ID: <report-{abs(hash((failed, said, original_id))) % 10**8}@mx.example>\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nI'm sorry to have to inform you that your message could not be "
        f"delivered to one or more recipients.\r\n\r\n<{failed}>: {said}\r\n\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {failed}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; {said}\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nFrom: {US}\r\nTo: {failed}\r\n{original}Subject: About\r\n\r\n--b--\r\n"
    ).encode()


@dataclass
class Correspondence:
    """Mails that left; `ids[k]` is the Message-ID of the mail to person k."""

    project_id: int
    mailbox_id: int
    batch_id: int
    ids: list[str] = field(default_factory=list)


def write_to(s: Session, project: Project, n: int, delays: tuple[int, ...] = (4,)) -> Correspondence:
    """n people with a planned first mail, in the given project."""
    project.settings = {
        "sending": {
            "window": {"days": list(range(7)), "from": "00:00", "to": "24:00"},
            "prefer": None,
            "holidays": False,
        }
    }
    mailbox = make_mailbox(s, project)
    batch = make_batch(s, project, delays)
    enroll(s, batch, mailbox, n)
    return Correspondence(project.id, mailbox.id, batch.id)


def send_all() -> FakePost:
    """Let everything leave that is due."""
    post = FakePost()
    outbox.tick(post=post)
    return post


def ids_of(s: Session) -> list[str]:
    """The Message-IDs of our mails in the order of the people."""
    return list(s.scalars(select(Message.message_id).order_by(Message.rcpt)))


@dataclass
class FakeBox:
    """A mailbox in memory, with the doors of adapters.imap.Box. `broken` raises at that UID."""

    mails: dict[str, dict[int, bytes]] = field(default_factory=lambda: {"INBOX": {}})
    roles: dict[str, str] = field(default_factory=lambda: {"INBOX": "inbox", "Sent": "sent", "Junk": "junk"})
    uidvalidity: int = 7
    broken: int | None = None
    asked: list[str] = field(default_factory=list)

    def __enter__(self) -> "FakeBox":
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def put(self, raw: bytes, folder: str = "INBOX") -> int:
        box = self.mails.setdefault(folder, {})
        uid = max(box, default=0) + 1
        box[uid] = raw
        return uid

    def folders(self) -> list[Folder]:
        return [Folder(name, self.roles.get(name, "other")) for name in self.mails]

    def status(self, folder: str) -> tuple[int, int]:
        return self.uidvalidity, max(self.mails[folder], default=0) + 1

    def uids(self, folder: str, above: int = 0) -> list[int]:
        self.asked.append(f"{folder} above {above}")
        return sorted(n for n in self.mails[folder] if n > above)

    def fetch(self, folder: str, uids: list[int]) -> Iterator[tuple[int, bytes, tuple[str, ...]]]:
        for uid in uids:
            if uid == self.broken:
                raise ImapFailed("the server hung up")
            yield uid, self.mails[folder][uid], ()
