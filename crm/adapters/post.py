"""The world outside as the outbox sees it: hand a mail over, and ask the Sent folder what really left.

Tests and harnesses put another object with the same methods in its place.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from crm.adapters import imap
from crm.adapters.accounts import Account
from crm.adapters.smtp import Go, SendResult, Session

MANY = 5


class Post(Protocol):
    """What the outbox needs of the world."""

    def send(
        self, account: Account, wire: bytes, sender: str, rcpt: str, *, deadline: float, go: Go | None = None
    ) -> SendResult: ...

    def sent_ids(self, account: Account, folder: str | None, ids: Collection[str]) -> set[str]: ...

    def file_copy(self, account: Account, folder: str | None, message_id: str, wire: bytes, at: datetime) -> None: ...

    def close(self) -> None: ...


class MailPost:
    """The real thing. Keeps one SMTP session per account, so that several mails may share a connection."""

    def __init__(self) -> None:
        self._sessions: dict[Account, Session] = {}

    def send(
        self, account: Account, wire: bytes, sender: str, rcpt: str, *, deadline: float, go: Go | None = None
    ) -> SendResult:
        """Hand one mail over; see smtp.Session.send."""
        session = self._sessions.setdefault(account, Session(account))
        return session.send(wire, sender, rcpt, deadline=deadline, go=go)

    def sent_ids(self, account: Account, folder: str | None, ids: Collection[str]) -> set[str]:
        """Those of `ids` that lie in the Sent folder (or in the folder of all mail). Raises imap.ImapFailed."""
        found: set[str] = set()
        with imap.open_box(account) as box:
            for name in dict.fromkeys(n for n in (folder or box.folder_for("sent"), box.folder_for("all")) if n):
                missing = set(ids) - found
                if len(missing) > MANY:
                    found |= missing & set(box.message_ids(name, last=max(1000, 3 * len(missing))))
                else:
                    found |= {i for i in missing if box.find_message_id(name, i)}
        return found

    def file_copy(self, account: Account, folder: str | None, message_id: str, wire: bytes, at: datetime) -> None:
        """Put a copy into the Sent folder unless one lies there already."""
        with imap.open_box(account) as box:
            name = folder or box.folder_for("sent") or "Sent"
            if not box.find_message_id(name, message_id):
                box.append(name, wire, at)

    def close(self) -> None:
        """End all sessions."""
        for session in self._sessions.values():
            session.quit()
        self._sessions.clear()
