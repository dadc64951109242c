"""What the practice world consists of: sites, their pages and links, and the people behind the addresses."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from crm.vocabulary import LinkType

OWN = "tidyclock.example"
OWN_NAME = "Tidyclock"
RIVALS = ("hourglass.example", "punchly.example", "timeforge.example", "clockhq.example")
RIVAL_NAMES = {
    "hourglass.example": "Hourglass",
    "punchly.example": "Punchly",
    "timeforge.example": "Timeforge",
    "clockhq.example": "ClockHQ",
}
EPOCH = datetime.fromisoformat("2026-11-16T08:00:00+00:00")  # the practice clock starts on this Monday morning


class Kind(StrEnum):
    """What sort of site it is; decides its pages and how its people answer."""

    RESOURCE = "resource"
    LISTS = "lists"
    BLOG = "blog"
    GUEST = "guest"
    DEAD = "dead_link"
    PARTNER = "association"
    NEWS = "news"
    MENTION = "mention"
    LOCAL = "local"
    FORUM = "forum"
    COUPON = "coupon"
    SPAM = "spam"
    SCRAPER = "scraper"
    FOREIGN = "foreign"
    OWNER = "owner"  # our own site and the rivals


LINK_TYPE_OF: dict[Kind, LinkType] = {
    Kind.RESOURCE: LinkType.RESOURCE_PAGE,
    Kind.LISTS: LinkType.LIST_POST,
    Kind.BLOG: LinkType.EDITORIAL_MENTION,
    Kind.GUEST: LinkType.GUEST_CONTRIBUTION,
    Kind.DEAD: LinkType.BROKEN_LINK,
    Kind.PARTNER: LinkType.PARTNERSHIP,
    Kind.NEWS: LinkType.DIGITAL_PR,
    Kind.MENTION: LinkType.UNLINKED_MENTION,
    Kind.LOCAL: LinkType.LOCAL_CITATION,
    Kind.FOREIGN: LinkType.RESOURCE_PAGE,
}


@dataclass(frozen=True)
class Link:
    """One link on a page, with the sentence around it."""

    target: str
    anchor: str
    before: str = ""
    after: str = ""
    rel: str = ""
    image: bool = False


@dataclass(frozen=True)
class Page:
    """One page of a site. `paragraphs` is plain text; links stand in their own paragraphs or list items."""

    path: str
    title: str
    form: str  # article, list, resources, thread, directory, contact, about, author, home, write
    paragraphs: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    outbound: int = 0  # further external links that matter to nobody
    author: str = ""
    published: date = date(2025, 1, 1)
    status: int = 200
    language: str = "en"


@dataclass(frozen=True)
class Person:
    """Who reads the mail of one address. `trait` may be dead, full, away, left or lively."""

    address: str
    name: str
    role: str
    personal: bool
    shown: str = "mailto"  # how the site shows the address: mailto, obfuscated, text, json, none
    trait: str = "lively"
    answers_in: str = "en"


@dataclass(frozen=True)
class Site:
    domain: str
    name: str
    kind: Kind
    topic: str
    dr: float
    traffic: int
    look: str = "wordpress"
    language: str = "en"
    pages: tuple[Page, ...] = ()
    people: tuple[Person, ...] = ()
    robots: str = "User-agent: *\nAllow: /\n"
    country: str = "us"

    def page(self, path: str) -> Page | None:
        """The page at `path`, with or without a final slash."""
        for page in self.pages:
            if page.path.rstrip("/") == path.rstrip("/"):
                return page
        return None

    @property
    def linking_pages(self) -> tuple[Page, ...]:
        """Pages that hold links to a rival or to us."""
        return tuple(page for page in self.pages if page.links)


@dataclass(frozen=True)
class World:
    """All of it, fixed by the seed. `refused` is a link type that nobody in this world ever grants."""

    seed: int
    sites: dict[str, Site]
    refused: LinkType | None = None
    people: dict[str, tuple[Person, Site]] = field(default_factory=dict)

    def site_of(self, host: str) -> Site | None:
        """The site that answers for a host name, www. or not; None if the world has none."""
        name = host.lower().split(":")[0].rstrip(".")
        return self.sites.get(name.removeprefix("www."))
