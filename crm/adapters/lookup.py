"""Ask a service of the user's choice a question that is answered in JSON. Same guard as pages: public addresses only.

No redirects (a key must not follow one), https only, one megabyte, ten seconds. Error sentences never hold the key.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpcore2

from crm.adapters.network import Backend, Network, NoSuchHost, NotAllowed, PublicNetwork, within

MAX_BYTES = 1024 * 1024
SECONDS = 10.0


class LookupFailed(Exception):
    """The service gave no usable answer; the message can be shown to a person."""

    def __init__(self, words: str, status: int | None = None) -> None:
        super().__init__(words)
        self.status = status


class Lookup:
    """Asks. `network` decides what can be reached; tests and the practice world pass their own."""

    def __init__(self, network: Network | None = None) -> None:
        self._pool = httpcore2.ConnectionPool(
            ssl_context=httpcore2.default_ssl_context(), network_backend=Backend(network or PublicNetwork())
        )

    def json(self, url: str, headers: Mapping[str, str]) -> Any:
        """The answer to a GET. Raises LookupFailed."""
        host = urlsplit(url).hostname or ""
        if urlsplit(url).scheme != "https" or not host:
            raise LookupFailed("The address of the service must begin with https://.")
        try:
            with within(SECONDS), self._pool.stream("GET", url, headers=list(headers.items())) as answer:
                return _read(answer, host)
        except (NotAllowed, NoSuchHost) as error:
            raise LookupFailed(f"{host} cannot be asked: {error}") from error
        except httpcore2.TimeoutException as error:
            raise LookupFailed(f"{host} did not answer within {SECONDS:g} seconds.") from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError, OSError) as error:
            raise LookupFailed(f"The connection to {host} failed.") from error


def _read(answer: httpcore2.Response, host: str) -> Any:
    if answer.status in (401, 403):
        raise LookupFailed(f"{host} does not accept the key (status {answer.status}).", answer.status)
    if answer.status == 429:
        raise LookupFailed(f"The quota at {host} is used up.", answer.status)
    if answer.status != 200:
        raise LookupFailed(f"{host} answered with status {answer.status}.", answer.status)
    body = b""
    for piece in answer.iter_stream():
        body += piece
        if len(body) > MAX_BYTES:
            raise LookupFailed(f"The answer of {host} is larger than a megabyte.")
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise LookupFailed(f"The answer of {host} is not JSON.") from error


_lookup: Lookup | None = None


def default() -> Lookup:
    """The process's one."""
    global _lookup
    _lookup = _lookup or Lookup()
    return _lookup


def install(one: Lookup | None) -> None:
    """Use another one (tests, the practice world)."""
    global _lookup
    _lookup = one
