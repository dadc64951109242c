"""The one page fetcher. It never raises: whatever happens is a Fetched with an outcome and a sentence.

http and https only, checked addresses only (network.py), five redirects by hand, 2 MiB decoded, ten seconds in all,
robots.txt obeyed at every hop, no cookies, no proxies from the environment, an honest User-Agent.
"""

import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.parse import urljoin, urlsplit

import httpcore2
import httpx2

from config import Settings
from crm import charset, clock, fetched
from crm.adapters import robots
from crm.adapters.network import Backend, LoopbackWorld, Network, NoSuchHost, NotAllowed, PublicNetwork, within
from crm.adapters.robots import Robots
from crm.fetched import Fetched, Hop

__all__ = ["Fetched", "Fetcher", "LoopbackWorld", "PublicNetwork", "Robots", "default_fetcher", "install"]

MAX_BYTES = 2 * 1024 * 1024
MAX_REDIRECTS = 5
TOTAL_SECONDS = 10.0
PAUSE = 1.0  # seconds between two pages of one host, where its robots.txt asks for nothing else
ROBOTS_AGE = timedelta(hours=24)
ROBOTS_RETRY = timedelta(minutes=10)
READABLE = ("text/html", "application/xhtml+xml", "text/plain", "text/xml", "application/xml", "application/rss+xml")
READABLE_TOO = ("application/atom+xml", "application/x-httpd-php")
# For comparing what a person's browser is shown with what we are shown; never used to get round a refusal.
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
_REDIRECTS = (301, 302, 303, 307, 308)
_REFUSALS = (401, 402, 403, 405, 406, 407, 418, 423, 429, 451, 999)


class Fetcher:
    """Reads pages. One per process; threads may share it.

    `network` decides what can be reached; tests and the practice world pass a LoopbackWorld. `contact` is the address
    in the User-Agent under which a site owner finds out who reads. `pause` is what callers leave between two pages of
    one host, in seconds; 0 where a network of our own was given.
    """

    def __init__(
        self,
        network: Network | None = None,
        *,
        contact: str = "",
        seconds: float = TOTAL_SECONDS,
        max_bytes: int = MAX_BYTES,
        tls: ssl.SSLContext | None = None,
        pause: float | None = None,
    ) -> None:
        self.user_agent = f"Backloop/1.0 (+{contact})" if contact else "Backloop/1.0 (link research, self-hosted)"
        self.pause = pause if pause is not None else (0.0 if network is not None else PAUSE)
        self._seconds, self._max_bytes = seconds, max_bytes
        pool = httpcore2.ConnectionPool(
            ssl_context=tls or httpcore2.default_ssl_context(),
            max_connections=64,
            max_keepalive_connections=16,
            keepalive_expiry=5.0,
            network_backend=Backend(network or PublicNetwork()),
        )
        self._client = httpx2.Client(
            transport=_Transport(pool),
            trust_env=False,
            follow_redirects=False,
            timeout=seconds,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )
        self._robots: dict[str, tuple[Robots, datetime]] = {}
        self._lock = threading.Lock()

    def fetch(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        user_agent: str | None = None,
        obey_robots: bool = True,
        anything: bool = False,
    ) -> Fetched:
        """Read one page. `etag` and `last_modified` are those of a copy we hold: outcome not_modified if it is good.

        `obey_robots=False` is for our own site, where the owner asks; `anything` takes what is no page as well.
        """
        started, headers = time.monotonic(), _headers(user_agent or self.user_agent, etag, last_modified)
        with within(self._seconds):
            found = self._follow(url, headers, obey_robots, anything=anything)
        return replace(found, elapsed_s=round(time.monotonic() - started, 4))

    def robots(self, url: str) -> Robots:
        """The rules of the URL's site, from memory for a day (ten minutes when the site could not be asked)."""
        with within(self._seconds):
            return self._rules(url)

    def known_robots(self, url: str) -> Robots | None:
        """The rules of the URL's site if they are in memory and fresh; asks nobody."""
        with self._lock:
            known = self._robots.get(robots.origin(url))
        return known[0] if known is not None and clock.real_now() < known[1] else None

    def remember(self, url: str, rules: Robots) -> Robots:
        """Keep the rules of a site (for example those stored by an earlier process)."""
        until = clock.real_now() + (ROBOTS_RETRY if rules.unreachable else ROBOTS_AGE)
        with self._lock:
            self._robots[robots.origin(url)] = (rules, until)
        return rules

    def _follow(self, url: str, headers: dict[str, str], obey: bool, *, anything: bool = False) -> Fetched:
        chain: list[Hop] = []
        current = url
        while True:
            if refusal := _unfit(current):
                return Fetched(url, current, None, fetched.REFUSED, refusal, chain=tuple(chain))
            if obey and (forbidden := self._rules(current).forbids(current)):
                return Fetched(url, current, None, *forbidden, chain=tuple(chain))
            found = self._one(url, current, headers, tuple(chain), anything)
            location = found.headers.get("location")
            if found.status not in _REDIRECTS or not location:
                return found
            chain.append(Hop(current, found.status))
            if len(chain) > MAX_REDIRECTS:
                why = f"it redirects more than {MAX_REDIRECTS} times"
                return Fetched(url, current, found.status, fetched.REDIRECTS, why, found.headers, tuple(chain))
            current = _next(current, location)

    def _rules(self, url: str) -> Robots:
        if (known := self.known_robots(url)) is not None:
            return known
        place = robots.origin(url)
        answer = self._follow(place + "/robots.txt", _headers(self.user_agent), obey=False, anything=True)
        return self.remember(url, robots.from_answer(answer))

    def _one(self, url: str, current: str, headers: dict[str, str], chain: tuple[Hop, ...], anything: bool) -> Fetched:
        failed = Fetched(url, current, None, fetched.CONNECTION, "", chain=chain)
        try:
            request = self._client.build_request("GET", current, headers=headers)
            response = self._client.send(request, stream=True)
            try:
                return self._read(response, failed, anything)
            finally:
                response.close()
        except NotAllowed as error:
            return replace(failed, outcome=fetched.REFUSED, why=str(error))
        except NoSuchHost as error:
            return replace(failed, outcome=fetched.DNS, why=str(error))
        except (httpx2.TimeoutException, httpcore2.TimeoutException):
            return replace(failed, outcome=fetched.TIMEOUT, why=f"no whole answer within {self._seconds:g} seconds")
        except httpx2.InvalidURL as error:
            return replace(failed, outcome=fetched.REFUSED, why=f"this is not an address that can be read: {error}")
        except Exception as error:  # the promise of this file: a page of a stranger never breaks the caller
            return _broken(failed, error)

    def _read(self, response: httpx2.Response, failed: Fetched, anything: bool) -> Fetched:
        headers = {k.lower(): v for k, v in response.headers.items()}
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        seen = replace(failed, status=response.status_code, headers=headers, content_type=kind)
        seen = replace(seen, outcome=_outcome(response.status_code), why=f"HTTP {response.status_code}")
        if response.status_code in _REDIRECTS:
            return seen
        if kind and not anything and kind not in READABLE + READABLE_TOO:
            return replace(seen, outcome=fetched.NOT_HTML, why=f"it is {kind}, not a page") if _good(seen) else seen
        body, whole = self._body(response)
        if not kind and not anything and b"\0" in body[:1024]:
            return replace(seen, outcome=fetched.NOT_HTML, why="it is not text") if _good(seen) else seen
        text = charset.decode(body, headers.get("content-type", ""))
        seen = replace(seen, body=body, text=text)
        if not whole and _good(seen):
            why = f"longer than {self._max_bytes // 1024} KiB; only the first part was read"
            return replace(seen, outcome=fetched.TOO_LARGE, why=why)
        return seen

    def _body(self, response: httpx2.Response) -> tuple[bytes, bool]:
        """The decoded body up to the limit, and whether that is all. Counted after decompression."""
        parts: list[bytes] = []
        size = 0
        for part in response.iter_bytes():
            parts.append(part)
            size += len(part)
            if size > self._max_bytes:
                return b"".join(parts)[: self._max_bytes], False
        return b"".join(parts), True


class _Transport(httpx2.BaseTransport):
    """httpx2 over a pool with our network below. Exceptions of the network pass through as they are."""

    def __init__(self, pool: httpcore2.ConnectionPool) -> None:
        self._pool = pool

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        url = request.url
        core = httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        asked = httpcore2.Request(
            request.method, core, headers=request.headers.raw, content=b"", extensions=request.extensions
        )
        answer = self._pool.handle_request(asked)
        return httpx2.Response(
            answer.status, headers=answer.headers, stream=_Stream(answer.stream), extensions=answer.extensions
        )

    def close(self) -> None:
        self._pool.close()


class _Stream(httpx2.SyncByteStream):
    def __init__(self, inner: object) -> None:
        self._inner = inner

    def __iter__(self) -> Iterator[bytes]:
        yield from self._inner  # type: ignore[misc]

    def close(self) -> None:
        if hasattr(self._inner, "close"):
            self._inner.close()


def _headers(user_agent: str, etag: str | None = None, last_modified: str | None = None) -> dict[str, str]:
    sent = {
        "User-Agent": user_agent,
        "Accept": "text/html,application/xhtml+xml;q=0.9,text/plain;q=0.5,*/*;q=0.1",
        "Accept-Encoding": "gzip, deflate",
        "Accept-Language": "en,*;q=0.5",
    }
    if etag:
        sent["If-None-Match"] = etag
    if last_modified:
        sent["If-Modified-Since"] = last_modified
    return {k: v for k, v in sent.items() if v.isascii() and "\r" not in v and "\n" not in v}


def _unfit(url: str) -> str | None:
    """Why this address will not even be asked, or None."""
    try:
        parts = urlsplit(url)
        asked = httpx2.URL(url)
    except (ValueError, httpx2.InvalidURL, TypeError):
        return "this is not an address that can be read"
    if parts.scheme not in ("http", "https"):
        return f"only http and https pages are read, not {parts.scheme or 'an address without a scheme'}"
    if "@" in parts.netloc or "\\" in url or asked.userinfo:
        return "an address with a user name in it is not read"
    if not asked.host:
        return "the address names no host"
    return None


def _next(current: str, location: str) -> str:
    try:
        return urljoin(current, location.strip()).partition("#")[0]
    except ValueError:
        return location


def _outcome(status: int) -> str:
    if 200 <= status < 300:
        return fetched.OK
    if status == 304:
        return fetched.NOT_MODIFIED
    if status in (404, 410):
        return fetched.MISSING
    return fetched.BLOCKED if status in _REFUSALS else fetched.FAILED


def _good(seen: Fetched) -> bool:
    return seen.outcome == fetched.OK


def _broken(failed: Fetched, error: Exception) -> Fetched:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return replace(failed, outcome=fetched.TLS, why="the site's certificate or encryption is not in order")
        cause = cause.__cause__ or cause.__context__
    return replace(failed, why=f"the connection failed ({type(error).__name__})")


_default: Fetcher | None = None


def default_fetcher() -> Fetcher:
    """The fetcher of this process."""
    global _default
    if _default is None:
        _default = Fetcher(contact=Settings().public_base_url)
    return _default


def install(fetcher: Fetcher) -> None:
    """Use this fetcher in this process from now on (practice world, tests)."""
    global _default
    _default = fetcher
