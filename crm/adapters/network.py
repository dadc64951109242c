"""How the fetcher reaches a host: names are resolved once, every address is checked, and the checked one is used.

Checking a name first and connecting to the name later would be open to DNS that answers differently the second time.
"""

import contextvars
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import httpcore2

from crm.adapters import addresses

WEB_PORTS = frozenset({80, 443})
MAX_TRIES = 3
CONNECT_SECONDS = 5.0
Resolve = Callable[[str, int], list[str]]
_deadline: contextvars.ContextVar[float] = contextvars.ContextVar("deadline")


class NotAllowed(Exception):
    """Our own rule forbids the connection; the message says which."""


class NoSuchHost(Exception):
    """The name has no address."""


class Network(Protocol):
    """Opens a connection to a host by name."""

    def connect(self, host: str, port: int, timeout: float) -> httpcore2.NetworkStream: ...


class PublicNetwork:
    """The internet: ports 80 and 443, addresses of the public internet only. `resolve` is for tests."""

    def __init__(self, resolve: Resolve | None = None) -> None:
        self._resolve = resolve or resolved

    def connect(self, host: str, port: int, timeout: float) -> httpcore2.NetworkStream:
        if port not in WEB_PORTS:
            raise NotAllowed(f"port {port} is not a port of the web; only 80 and 443 are read")
        found = self._resolve(host, port)
        for address in found:
            if not addresses.is_public(address):
                raise NotAllowed(f"{host} leads to {address}, which is not an address of the public internet")
        return _first_that_answers(found, port, timeout)


class LoopbackWorld:
    """A small web on this machine: names ending in `suffix` live at 127.0.0.1:`port`; all others are refused.

    The Host header stays as asked, and https is spoken without TLS. Only a constructor argument leads here, so that
    no setting can ever open the loopback address to pages of strangers. `elsewhere` may reach the other names.
    """

    def __init__(self, suffix: str, port: int, *, elsewhere: Network | None = None) -> None:
        self._suffix, self._port, self._elsewhere = suffix, port, elsewhere

    def connect(self, host: str, port: int, timeout: float) -> httpcore2.NetworkStream:
        if host.endswith(self._suffix):
            stream = httpcore2.SyncBackend().connect_tcp("127.0.0.1", self._port, timeout, None, ())
            return _PlainStream(stream)
        if self._elsewhere is None:
            raise NotAllowed(f"{host} is not part of the practice web")
        return self._elsewhere.connect(host, port, timeout)


class Backend(httpcore2.NetworkBackend):
    """Puts a Network below the connection pool; every read and write obeys the deadline of the running fetch."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        return _DeadlineStream(self._network.connect(host, port, seconds_left(CONNECT_SECONDS)))

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore2.NetworkStream:
        raise NotAllowed("a socket file is not a page")


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Everything in the block, in this thread, shares one deadline."""
    token = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


def seconds_left(at_most: float) -> float:
    """What remains of the running fetch's time. Raises httpcore2.ReadTimeout when nothing does."""
    left = min(at_most, _deadline.get(time.monotonic() + at_most) - time.monotonic())
    if left <= 0:
        raise httpcore2.ReadTimeout("the time for this page is over")
    return left


def resolved(host: str, port: int) -> list[str]:
    """All addresses of a name, in the system's order. A slow name server cannot hold the caller past its deadline."""
    answer: queue.SimpleQueue[list[Any] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answer.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except Exception as error:  # whatever the name trips over, the caller must not wait for nothing
            answer.put(error)

    threading.Thread(target=ask, daemon=True, name="resolver").start()
    try:
        found = answer.get(timeout=seconds_left(CONNECT_SECONDS))
    except queue.Empty:
        raise httpcore2.ConnectTimeout(f"the name server did not answer for {host}") from None
    if not isinstance(found, list):
        raise NoSuchHost(f"there is no address for {host}") from found
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _first_that_answers(found: list[str], port: int, timeout: float) -> httpcore2.NetworkStream:
    error: Exception = NoSuchHost("the name has no address")
    for address in found[:MAX_TRIES]:
        try:
            return httpcore2.SyncBackend().connect_tcp(address, port, min(timeout, seconds_left(timeout)), None, ())
        except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as failed:
            error = failed
    raise error


class _DeadlineStream(httpcore2.NetworkStream):
    def __init__(self, inner: httpcore2.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, seconds_left(timeout or CONNECT_SECONDS))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, seconds_left(timeout or CONNECT_SECONDS))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        left = seconds_left(timeout or CONNECT_SECONDS)
        return _DeadlineStream(self._inner.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _PlainStream(httpcore2.NetworkStream):
    """A stream on which TLS is taken as already done."""

    def __init__(self, inner: httpcore2.NetworkStream) -> None:
        self._inner = inner
        self.read, self.write, self.close = inner.read, inner.write, inner.close  # type: ignore[method-assign]

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        return self

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
