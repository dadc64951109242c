"""What a site's robots.txt asks of us (RFC 9309, read with Protego)."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from protego import Protego

from crm import fetched
from crm.fetched import Fetched

OUR_TOKEN = "Backloop"
SEARCH_TOKEN = "Googlebot"
MAX_CHARS = 512_000  # RFC 9309 wants at least 500 KiB to be read
NOBODY = "User-agent: *\nDisallow: /\n"


@dataclass(frozen=True)
class Robots:
    """The rules of one origin. `text` is empty when the site has none.

    `unreachable` is (outcome, why) when they could not be read: then nothing else of the site is read either.
    """

    text: str = ""
    unreachable: tuple[str, str] | None = None

    def allows(self, url: str, token: str = OUR_TOKEN) -> bool:
        """May a reader of this name read the URL? /robots.txt itself may always be read."""
        if urlsplit(url).path == "/robots.txt":
            return True
        return bool(self._rules().can_fetch(url, token))

    def forbids(self, url: str) -> tuple[str, str] | None:
        """(outcome, why) when we may not read the URL, else None."""
        if self.unreachable is not None:
            return self.unreachable
        if self.allows(url):
            return None
        return fetched.ROBOTS, f"robots.txt of {urlsplit(url).netloc} asks us not to read this page"

    def delay(self, token: str = OUR_TOKEN) -> float | None:
        """Seconds the site wants between two requests, or None."""
        rules = self._rules()
        asked = rules.crawl_delay(token)
        rate = rules.request_rate(token)
        per_request = rate.seconds / rate.requests if rate and rate.requests else None
        wishes = [float(w) for w in (asked, per_request) if w is not None]
        return max(wishes) if wishes else None

    def sitemaps(self) -> list[str]:
        """Addresses of the site's sitemaps."""
        return [str(s) for s in self._rules().sitemaps]

    def _rules(self) -> Any:
        return Protego.parse(NOBODY if self.unreachable else self.text[:MAX_CHARS])


def from_answer(answer: Fetched) -> Robots:
    """The rules that follow from the answer to /robots.txt.

    4xx means that there are none. After a server error nothing may be read for now; when the site could not be
    reached at all, the reason is the one that the page itself would have met.
    """
    if answer.status is None:
        return Robots(unreachable=(answer.outcome, answer.why))
    if answer.status >= 500 or answer.status == 429:
        why = f"robots.txt answers HTTP {answer.status}; nothing else is read until it can be"
        return Robots(unreachable=(fetched.ROBOTS, why))
    return Robots(text=answer.text if answer.status < 300 else "")


def origin(url: str) -> str:
    """Scheme, host and port of a URL: what one robots.txt speaks for."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
