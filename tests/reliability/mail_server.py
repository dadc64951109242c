"""A real SMTP and IMAP server on loopback (mail-devel) in a thread, with one account."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from mail_devel.service import Service


@dataclass(frozen=True)
class MailServer:
    smtp_port: int
    imap_port: int
    user: str
    password: str


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@contextmanager
def mail_server(user: str = "ada@tidyclock.example", password: str = "practice") -> Iterator[MailServer]:
    smtp, imap = free_port(), free_port()
    words = ["--host", "127.0.0.1", "--user", user, "--password", password, "--smtp-port", str(smtp)]
    arguments = Service.parse([*words, "--imap-port", str(imap), "--no-http"])
    ready, loop = threading.Event(), asyncio.new_event_loop()
    end = asyncio.Event()

    async def live() -> None:
        service = await Service.init(arguments)
        async with service.start():
            ready.set()
            await end.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(live()), daemon=True)
    thread.start()
    assert ready.wait(20), "mail-devel did not start"
    try:
        yield MailServer(smtp, imap, user, password)
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join(5)
