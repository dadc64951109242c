"""The own site as a bounded walk sees it: what to read next, how deep each page lies, how many others link to it. Pure.

Breadth first from the start page; then what the sitemap or the target pages name and no link reaches.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from crm import domains

_FILES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg", ".pdf", ".zip", ".css", ".js", ".xml", ".mp4", ".mp3", ".ico", ".woff2")  # fmt: skip  # noqa: E501


@dataclass
class Walk:
    """The state of one walk over `site`; `limit` pages are read at most."""

    site: str
    limit: int
    depth: dict[str, int | None] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    linked_by: dict[str, set[str]] = field(default_factory=dict)
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    waiting: deque[str] = field(default_factory=deque)

    def add(self, urls: Iterable[str], depth: int | None) -> None:
        """Addresses to read; those of other sites, files and known ones are left out."""
        for url in urls:
            key = domains.url_key(url)
            if key in self.depth or not self._is_page(url):
                continue
            self.depth[key], self.addresses[key] = depth, url.partition("#")[0]
            self.waiting.append(key)

    def next(self) -> str | None:
        """The next address to read, None when all are read or the limit is reached."""
        return self.addresses[self.waiting.popleft()] if self.waiting and len(self.rows) < self.limit else None

    def read(self, url: str, row: dict[str, Any], links: Iterable[str]) -> None:
        """What a page said, and its links to the same site."""
        key = domains.url_key(url)
        self.rows[key] = row
        below = self.depth.get(key)
        own = list(dict.fromkeys(x for x in links if self._is_page(x)))
        for link in own:
            target = domains.url_key(link)
            if target != key:
                self.linked_by.setdefault(target, set()).add(key)
        self.add(own, None if below is None else below + 1)

    def result(self) -> list[tuple[str, str, dict[str, Any]]]:
        """(key, address, facts with depth and inlinks) of every page that was read."""
        return [
            (key, self.addresses[key], {**row, "depth": self.depth[key], "inlinks": len(self.linked_by.get(key, ()))})
            for key, row in self.rows.items()
        ]

    @property
    def whole(self) -> bool:
        """Whether every page that was found was read."""
        return not self.waiting

    def _is_page(self, url: str) -> bool:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
        return parts.scheme in ("http", "https") and host == self.site and not parts.path.lower().endswith(_FILES)


@dataclass(frozen=True)
class SiteSummary:
    """Faults of the whole site, each with an example."""

    pages: int
    whole: bool
    dead: tuple[str, ...]
    redirecting: tuple[str, ...]
    unlisted: tuple[str, ...]
    orphans: tuple[str, ...]
    deep: tuple[str, ...]


def summary(rows: Iterable[tuple[str, dict[str, Any]]], *, whole: bool) -> SiteSummary:
    """What a crawl says of the site as a whole. Orphans are pages that no page that was read links to."""
    known = list(rows)
    return SiteSummary(
        len(known),
        whole,
        tuple(url for url, d in known if d.get("status") in (404, 410)),
        tuple(url for url, d in known if d.get("final_url") and not _same(d["final_url"], url)),
        tuple(url for url, d in known if d.get("noindex")),
        tuple(url for url, d in known if d.get("depth") is None and not d.get("inlinks")),
        tuple(url for url, d in known if (d.get("depth") or 0) > 3),
    )


def _same(a: str, b: str) -> bool:
    return domains.url_key(a) == domains.url_key(b)
