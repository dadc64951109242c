"""Reading a mailbox without leaving a trace: EXAMINE and BODY.PEEK only; no flag is set, nothing is moved or deleted.

A stranger's text never becomes part of a command: messages are fetched by UID and compared here, and a Message-ID is
searched for only when it consists of harmless characters.
"""

import imaplib
import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from email import message_from_bytes
from types import TracebackType
from typing import Any

from imap_tools.errors import ImapToolsError
from imap_tools.imap_utf7 import utf7_encode
from imap_tools.mailbox import BaseMailBox

from crm import clock
from crm.adapters import imap_parts
from crm.adapters.accounts import STARTTLS, TLS, Account, checked_addresses
from crm.adapters.imap_folders import Folder, role

SECONDS = 60.0
FULL_BYTES = 1024 * 1024
HEAD_BYTES = 256 * 1024
AT_ONCE = 50
_SAFE_ID = re.compile(r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.@:-]{3,250}$")
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_FLAGS = re.compile(rb"FLAGS \(([^)]*)\)")


class ImapFailed(Exception):
    """Reading did not work; `login` is True when the server refused the name or the password."""

    def __init__(self, words: str, *, login: bool = False) -> None:
        super().__init__(words)
        self.login = login


class _Pinned(imaplib.IMAP4):
    """imaplib over an address that was checked, with verified TLS from the first byte where it is asked for."""

    def __init__(self, account: Account, tls: ssl.SSLContext, seconds: float) -> None:
        self._account, self._tls = account, tls
        super().__init__(account.host, account.port, seconds)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        error: OSError = OSError("no address")
        for address in checked_addresses(self._account)[:3]:
            try:
                sock = socket.create_connection((address, self._account.port), timeout)
                break
            except OSError as failed:
                error = failed
        else:
            raise error
        if self._account.security == TLS:
            return self._tls.wrap_socket(sock, server_hostname=self._account.host)
        return sock


class _Mailbox(BaseMailBox):  # type: ignore[misc]
    def __init__(self, account: Account, tls: ssl.SSLContext, seconds: float) -> None:
        self._given = (account, tls, seconds)
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        account, tls, _ = self._given
        client = _Pinned(*self._given)
        if account.security == STARTTLS:
            _ok(client.starttls(tls))  # raises when it is not offered; the password was not said yet
        return client


class Box:
    """An open mailbox. Every failure of the server or the network is an ImapFailed."""

    def __init__(self, inner: BaseMailBox) -> None:
        self._inner = inner
        self._client: imaplib.IMAP4 = inner.client
        self._open_folder: str | None = None

    def __enter__(self) -> "Box":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        try:
            self._inner.logout()
        except (OSError, imaplib.IMAP4.error, ImapToolsError):
            pass

    def folders(self) -> list[Folder]:
        """All folders that can be opened, each with its role (by special-use flag, else by its usual names)."""
        with _translated():
            found = [f for f in self._inner.folder.list() if "\\noselect" not in {x.lower() for x in f.flags}]
        return [Folder(f.name, role(f.name, f.delim, tuple(f.flags))) for f in found]

    def folder_for(self, wanted: str) -> str | None:
        """The name of the first folder with this role; one with a special-use flag comes first."""
        names = [f.name for f in self.folders() if f.role == wanted]
        return min(names, key=len) if names else None

    def status(self, folder: str) -> tuple[int, int]:
        """(UIDVALIDITY, UIDNEXT) of a folder."""
        with _translated():
            found = self._inner.folder.status(folder, ["UIDVALIDITY", "UIDNEXT"])
        return int(found["UIDVALIDITY"]), int(found["UIDNEXT"])

    def uids(self, folder: str, above: int = 0) -> list[int]:
        """All UIDs of a folder greater than `above`, ascending."""
        self._examine(folder)
        with _translated():
            data = _ok(self._client.uid("SEARCH", "UID", f"{above + 1}:*"))
        found = sorted({int(n) for line in data if line for n in bytes(line).split()})
        return [n for n in found if n > above]  # "n:*" always names the last message, even a lower one

    def fetch(self, folder: str, uids: list[int]) -> Iterator[tuple[int, bytes, tuple[str, ...]]]:
        """(UID, raw bytes, flags) for each message that still exists, in the order of `uids`.

        Of a mail above 1 MiB only its headers and the parts with words are read, 256 KiB of each.
        """
        for start in range(0, len(uids), AT_ONCE):
            chunk = uids[start : start + AT_ONCE]
            self._examine(folder)
            with _translated():
                sizes = self._sizes(chunk)
            for uid in chunk:
                if uid in sizes:
                    size, flags = sizes[uid]
                    with _translated():
                        raw = self._words_of(uid) if size > FULL_BYTES else self._one(uid, "(UID BODY.PEEK[])")
                    if raw is not None:
                        yield uid, raw, flags

    def message_ids(self, folder: str, *, last: int = 500, above: int = 0) -> dict[str, int]:
        """Message-ID (without brackets) -> UID for the newest `last` messages of a folder."""
        uids = self.uids(folder, above)[-last:]
        found: dict[str, int] = {}
        for start in range(0, len(uids), 200):
            found |= self._ids_of(uids[start : start + 200])
        return found

    def find_message_id(self, folder: str, message_id: str, *, last: int = 300) -> list[int]:
        """UIDs of the messages with exactly this Message-ID: by SEARCH, then among the newest `last` by comparing.

        Some servers answer SEARCH HEADER from an index that lags behind; an empty answer is therefore checked.
        """
        if not _SAFE_ID.match(message_id):
            return []
        self._examine(folder)
        with _translated():
            try:
                data = _ok(self._client.uid("SEARCH", "HEADER", "Message-ID", f'"<{message_id}>"'))
                hits = [int(n) for line in data if line for n in bytes(line).split()]
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error:
                hits = []
        exact = [uid for mid, uid in self._ids_of(hits[-50:]).items() if mid == message_id]
        if exact:
            return exact
        seen = self.message_ids(folder, last=last).get(message_id)
        return [seen] if seen else []

    def append(self, folder: str, raw: bytes, at: datetime | None = None) -> None:
        """File a copy of a sent mail, marked as read."""
        moment = imaplib.Time2Internaldate(at or clock.real_now())
        with _translated():
            _ok(self._client.append(_quoted(folder), "(\\Seen)", moment, raw))

    def count_between(self, folder: str, start: date, end: date) -> int:
        """How many mails of a folder came from `start` on and before `end` (the server's own dates)."""
        self._examine(folder)
        with _translated():
            data = _ok(self._client.uid("SEARCH", "SINCE", _day(start), "BEFORE", _day(end)))
        return sum(len(bytes(line).split()) for line in data if line)

    def wait_for_mail(self, folder: str, seconds: float) -> bool:
        """Wait (IDLE, RFC 2177) until the server speaks of the folder; False when the time is over without a word."""
        self._examine(folder)
        with _translated():
            return bool(self._inner.idle.wait(timeout=seconds))

    def capabilities(self) -> frozenset[str]:
        """What the server says it can do, in upper case."""
        with _translated():
            data = _ok(self._client.capability())
        return frozenset(bytes(data[0] or b"").decode("ascii", "replace").upper().split())

    def _examine(self, folder: str) -> None:
        if self._open_folder == folder:
            with _translated():
                self._client.noop()  # lets the server tell about new mail
            return
        with _translated():
            _ok(self._client.select(_quoted(folder), readonly=True))
        self._open_folder = folder

    def _sizes(self, uids: list[int]) -> dict[int, tuple[int, tuple[str, ...]]]:
        data = _ok(self._client.uid("FETCH", ",".join(map(str, uids)), "(UID RFC822.SIZE FLAGS)"))
        found = {}
        for line in data:
            text = line[0] if isinstance(line, tuple) else line or b""
            uid, size, flags = _UID.search(text), _SIZE.search(text), _FLAGS.search(text)
            if uid and size:
                names = tuple(f.decode("ascii", "replace") for f in flags.group(1).split()) if flags else ()
                found[int(uid.group(1))] = (int(size.group(1)), names)
        return found

    def _words_of(self, uid: int) -> bytes | None:
        """A large mail without its attachments; its beginning where the server describes it in no usable way."""
        try:
            data = _ok(self._client.uid("FETCH", str(uid), "(UID BODYSTRUCTURE)"))
            numbers = imap_parts.wanted(imap_parts.sections(imap_parts.flat(list(data))))
            head = self._one(uid, "(UID BODY.PEEK[HEADER])")
            if head is not None and numbers:
                return imap_parts.assemble(head[:HEAD_BYTES], {n: self._part(uid, n) for n in numbers})
        except imaplib.IMAP4.abort:
            raise
        except (ValueError, imaplib.IMAP4.error):
            pass
        return self._one(uid, f"(UID BODY.PEEK[]<0.{HEAD_BYTES}>)")

    def _part(self, uid: int, number: str) -> tuple[bytes, bytes]:
        own = b"" if number.endswith(".HEADER") else self._one(uid, f"(UID BODY.PEEK[{number}.MIME])")
        return own or b"", self._one(uid, f"(UID BODY.PEEK[{number}]<0.{HEAD_BYTES}>)") or b""

    def _one(self, uid: int, what: str) -> bytes | None:
        data = _ok(self._client.uid("FETCH", str(uid), what))
        return next((bytes(part[1]) for part in data if isinstance(part, tuple)), None)

    def _ids_of(self, uids: list[int]) -> dict[str, int]:
        if not uids:
            return {}
        what = "(UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"
        with _translated():
            data = _ok(self._client.uid("FETCH", ",".join(map(str, uids)), what))
        found: dict[str, int] = {}
        for place, part in enumerate(data):
            if not isinstance(part, tuple):
                continue
            after = data[place + 1] if place + 1 < len(data) and isinstance(data[place + 1], bytes) else b""
            uid = _UID.search(part[0]) or _UID.search(after)
            value = str(message_from_bytes(part[1]).get("Message-ID", "")).strip().strip("<>")
            if uid and value:
                found[value] = int(uid.group(1))
        return found


def open_box(account: Account, *, tls: ssl.SSLContext | None = None, seconds: float = SECONDS) -> Box:
    """Connect and sign in; use as a context manager. Raises ImapFailed."""
    context = tls or ssl.create_default_context()
    try:
        with _translated():
            inner = _Mailbox(account, context, seconds)
    except ImapFailed as error:
        raise ImapFailed(f"The IMAP server {account.host} cannot be reached: {error}") from error
    try:
        if account.token:
            inner.xoauth2(account.username, account.token, initial_folder=None)
        else:
            inner.login(account.username, account.password, initial_folder=None)
    except (ImapToolsError, imaplib.IMAP4.error, OSError, UnicodeError) as error:
        inner.client.shutdown()
        refused = not isinstance(error, (imaplib.IMAP4.abort, OSError))
        raise ImapFailed(f"{account.host} refused the sign-in of {account.username}.", login=refused) from error
    return Box(inner)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (ImapToolsError, imaplib.IMAP4.error, OSError, UnicodeError) as error:
        raise ImapFailed(f"{type(error).__name__}: {error}"[:300]) from error


def _ok(answer: tuple[str, Sequence[Any]]) -> Sequence[Any]:
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(str(data)[:200])
    return data


def _day(day: date) -> str:
    """As SEARCH wants it, whatever language this machine speaks."""
    return f"{day.day}-{'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split()[day.month - 1]}-{day.year}"


def _quoted(folder: str) -> str:
    name = utf7_encode(folder).decode("ascii")
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
