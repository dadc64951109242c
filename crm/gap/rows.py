"""One canonical row for every line of every export, whatever tool wrote it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from crm.vocabulary import Grain


@dataclass(frozen=True, slots=True)
class Metric:
    """One vendor's score; never averaged with another's. Level: page, domain or host."""

    vendor: str
    name: str
    level: str
    value: float


@dataclass(frozen=True, slots=True)
class Person:
    """What a contact file says of one person."""

    email: str
    first_name: str = ""
    last_name: str = ""
    full_name: str = ""
    role: str = ""
    company: str = ""
    confidence: float | None = None
    status: str = ""
    do_not_contact: bool | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of an export. Unknown is None or empty; `raw` holds every cell as it was written.

    For a domain row `source_url` is empty and `source_domain` the site; a gap row has `links` per rival.
    """

    grain: Grain
    number: int  # record number, header not counted, from 1
    source_text: str = ""  # the source's address as it was written
    source_url: str = ""
    source_key: str = ""
    source_host: str = ""
    source_domain: str = ""
    source_title: str = ""
    source_http: int | None = None
    target_url: str = ""
    target_key: str = ""
    target_domain: str = ""
    target_http: int | None = None
    anchor: str = ""
    ctx_before: str = ""
    ctx_after: str = ""
    kind: str = "unknown"
    nofollow: bool | None = None
    ugc: bool | None = None
    sponsored: bool | None = None
    sitewide: bool | None = None
    is_spam: bool | None = None
    is_lost: bool | None = None
    lost_reason: str = ""
    first_seen: date | None = None
    last_seen: date | None = None
    lost_at: date | None = None
    external_links: int | None = None
    internal_links: int | None = None
    linked_domains: int | None = None
    links_in_group: int | None = None
    page_traffic: float | None = None
    domain_traffic: float | None = None
    page_keywords: int | None = None
    author: str = ""
    page_type: str = ""
    page_category: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    redirect_chain: tuple[str, ...] = ()
    country: str = ""
    ip: str = ""
    backlinks: int | None = None
    dofollow_links: int | None = None
    metrics: tuple[Metric, ...] = ()
    links: Mapping[str, int] = field(default_factory=dict)  # rival site -> links, gap rows only
    link_pages: Mapping[str, str] = field(default_factory=dict)  # rival site -> a URL the cell named
    person: Person | None = None
    duplicate: bool = False
    raw: tuple[str, ...] = ()

    def identity(self) -> tuple[str, ...]:
        """Two rows of one file with the same identity are duplicates: same pages linked, same site, same person."""
        if self.grain is Grain.CONTACT and self.person:
            return (self.person.email.casefold(), self.person.full_name or self.person.last_name, self.source_host)
        if self.source_key:
            return (self.source_key, self.target_key)
        return (self.source_host.removeprefix("www.") + (self.source_domain if "/" in self.source_domain else ""),)


class NotUsable(ValueError):
    """This line cannot be used; the text says why."""


@dataclass(frozen=True)
class Habits:
    """How the columns of one file write numbers and dates, decided by their cells."""

    commas: frozenset[int] = frozenset()  # columns with the comma as decimal mark
    day_first: Mapping[int, bool] = field(default_factory=dict)
