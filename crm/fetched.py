"""What one look at a page of the web brought. Pure values; the fetcher makes them, everything else reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

# Outcomes: what happened, in one word. Only OK carries a page that can be trusted to be the whole one.
OK = "ok"
NOT_MODIFIED = "not_modified"  # the copy we hold is still good
MISSING = "missing"  # 404 or 410
BLOCKED = "blocked"  # 401, 403, 429, 451 and the like: a person may see it, we may not
FAILED = "failed"  # 5xx and other statuses without a page
ROBOTS = "robots"  # robots.txt asks us not to read it
REFUSED = "refused"  # our own rule: not http(s), odd port, address that is not public
TIMEOUT = "timeout"
DNS = "dns"
TLS = "tls"
CONNECTION = "connection"  # refused, reset, or not HTTP
REDIRECTS = "redirects"  # more than the allowed number
TOO_LARGE = "too_large"  # the body holds the first part only
NOT_HTML = "not_html"
PASTED = "pasted"  # source given by a person

UNSEEN = frozenset({BLOCKED, FAILED, ROBOTS, REFUSED, TIMEOUT, DNS, TLS, CONNECTION, REDIRECTS, NOT_HTML})


@dataclass(frozen=True)
class Hop:
    """One step of a redirect chain: the address asked and what it answered."""

    url: str
    status: int


@dataclass(frozen=True)
class Fetched:
    """One look at one URL.

    `outcome` is one of the words above, `why` the same for people. `headers` have lower-case names. `chain` lists
    the redirects followed, without the last address. `body` is decoded from its transfer coding, `text` from its
    charset; both are empty when nothing was read. `elapsed_s` counts from the first byte asked.
    """

    url: str
    final_url: str
    status: int | None
    outcome: str
    why: str
    headers: Mapping[str, str] = field(default_factory=dict)
    chain: tuple[Hop, ...] = ()
    body: bytes = b""
    text: str = ""
    content_type: str = ""
    elapsed_s: float = 0.0

    @property
    def readable(self) -> bool:
        """True when there is a page to look into, be it the first part of a large one."""
        return self.outcome in (OK, TOO_LARGE, PASTED)

    @property
    def dead(self) -> bool:
        """True when the site itself says that the page is gone; a timeout or a refusal never counts."""
        return self.outcome == MISSING
