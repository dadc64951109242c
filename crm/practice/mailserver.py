"""The user's practice mailbox: a real SMTP and a real IMAP server (aiosmtpd and pymap, as mail-devel joins them).

The SMTP server writes every mail into the ledger before it answers 250 and files the Sent copy itself. Both servers run
in one event loop in a thread of their own, because pymap's folders belong to one loop.
"""

import asyncio
import logging
import threading
from argparse import Namespace
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from mail_devel.auth import IMAPAuthenticator, SMTPAuthenticator  # type: ignore[import-untyped]
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import Config
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import MailboxData, MailboxSet
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

from crm.practice.ledger import Ledger

logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd speaks of its own deprecations on each login
SENT = "Sent"
UID_VALIDITY = 20261116  # fixed: the mailbox is filed again from the ledger in the same order, so its UIDs are the same
MAX_BYTES = 30 * 1024 * 1024


class MailServer:
    """`ports` are (smtp, imap), known after start(); 0 takes a free one."""

    def __init__(
        self, ledger: Ledger, now: Callable[[], datetime], user: str, password: str, *, smtp: int = 0, imap: int = 0
    ) -> None:
        self._ledger, self._now, self._user, self._password = ledger, now, user, password
        self._wanted = (smtp, imap)
        self.ports = (0, 0)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="practice-mail", daemon=True)
        self._stack = AsyncExitStack()

    def start(self) -> None:
        """Begin to listen; returns when both servers do."""
        self._thread.start()
        self._call(self._open())

    def stop(self) -> None:
        """Close both servers and end the thread."""
        self._call(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _call(self, doing: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(doing, self._loop).result(30)

    async def _open(self) -> None:
        config = Config(
            _imap_args(),
            demo_data=False,
            demo_user=self._user,
            demo_password=self._password,
            hash_context=Cleartext(),
            invalid_user_sleep=0.0,
            host="127.0.0.1",
            port=0,
            tls_enabled=False,
        )
        login = IMAPAuthenticator(config)
        await login.demo_user_identity.set(UserMetadata(config, self._user, password=self._password))
        self._box = MailboxSet()
        self._box._inbox = _Inbox(self._box, self._ledger, self._now)
        for folder in (SENT, "Drafts", "Junk", "Trash"):
            await self._box.add_mailbox(folder)
        config.set_cache[self._user] = (self._box, FilterSet())
        for name in ("INBOX", SENT, "Drafts", "Junk", "Trash"):
            (await self._box.get_mailbox(name))._uid_validity = UID_VALIDITY
        for folder, raw in self._ledger.filed():
            await self._append(folder, raw)
        config.apply_context()
        server = ProxyProtocolReader(config.proxy_protocol).get_callback(IMAPServer(login, config))
        imap = await asyncio.start_server(server, "127.0.0.1", self._wanted[1])
        door = SMTPAuthenticator(self._user, self._password)
        smtp = await self._loop.create_server(lambda: _smtp(self._post, door), "127.0.0.1", self._wanted[0])
        self._servers = (smtp, imap)
        self.ports = (smtp.sockets[0].getsockname()[1], imap.sockets[0].getsockname()[1])

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        tasks = [t for t in asyncio.all_tasks(self._loop) if t is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _post(self, session: Session, envelope: Envelope) -> str:
        """Take one mail: from the user to the world, or from the world to the user."""
        raw = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        to_user = [r for r in envelope.rcpt_tos if r.lower() == self._user]
        others = [r for r in envelope.rcpt_tos if r.lower() != self._user]
        if others and not session.authenticated:
            return "550 5.7.1 Relaying denied"
        now = self._now()
        for rcpt in others:
            self._ledger.accept(now, rcpt, envelope.mail_from or "", raw)
        if session.authenticated:
            await self._file(SENT, now, raw)
        if to_user:
            await self._file("INBOX", now, raw)
        return "250 2.0.0 Accepted for delivery"

    async def _file(self, folder: str, now: datetime, raw: bytes) -> None:
        self._ledger.file(folder, now, raw)
        await self._append(folder, raw)

    async def _append(self, folder: str, raw: bytes) -> None:
        await (await self._box.get_mailbox(folder)).append(AppendMessage(raw, None, frozenset()))


class _Inbox(MailboxData):  # type: ignore[misc]
    """The inbox, which notes in the ledger when it is looked at and what is fetched from it."""

    def __init__(self, box: MailboxSet, ledger: Ledger, now: Callable[[], datetime]) -> None:
        super().__init__(box._content_cache, box._thread_cache)
        self._ledger, self._clock = ledger, now

    async def snapshot(self) -> Any:
        self._ledger.look(self._clock(), self._max_uid)
        return await super().snapshot()

    async def get(self, uid: int, cached_msg: Any) -> Any:
        found = await super().get(uid, cached_msg)
        self._ledger.fetch(self._clock(), uid)
        return found


class _Door:
    """What aiosmtpd calls."""

    def __init__(self, post: Callable[[Session, Envelope], Coroutine[Any, Any, str]]) -> None:
        self._post = post

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        return await self._post(session, envelope)


def _smtp(post: Callable[[Session, Envelope], Coroutine[Any, Any, str]], door: SMTPAuthenticator) -> SMTP:
    return SMTP(
        _Door(post),
        hostname="mail.tidyclock.example",
        ident="practice",
        enable_SMTPUTF8=True,
        authenticator=door,
        auth_require_tls=False,
        auth_required=False,
        data_size_limit=MAX_BYTES,
    )


def _imap_args() -> Namespace:
    return Namespace(
        debug=False,
        cert=None,
        key=None,
        passlib_cfg=None,
        tls=False,
        proxy_protocol=None,
        inherited_sockets=None,
        host="127.0.0.1",
        port=0,
    )
