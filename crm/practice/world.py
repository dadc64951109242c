"""The whole practice world from one number: the same seed gives the same web and the same people everywhere."""

from collections.abc import Iterator
from functools import lru_cache

from crm.practice.cast import OWN, Kind, Link, Page, Person, Site, World
from crm.practice.dice import dice
from crm.practice.owners import LINKABLE, own_site, own_url, rival_sites
from crm.practice.pages import address, day_before, prose, varied_title
from crm.practice.sites import JUNK_NAMES, build
from crm.practice.tongues import NAMES
from crm.practice.topics import NAME_HEADS, NAME_TAILS
from crm.vocabulary import LinkType

COUNTS = {
    Kind.RESOURCE: 78,
    Kind.LISTS: 58,
    Kind.BLOG: 70,
    Kind.GUEST: 46,
    Kind.DEAD: 44,
    Kind.PARTNER: 26,
    Kind.NEWS: 30,
    Kind.MENTION: 20,
    Kind.LOCAL: 24,
    Kind.FORUM: 12,
    Kind.COUPON: 12,
    Kind.SPAM: 26,
    Kind.SCRAPER: 12,
}
TAILS_OF = {
    Kind.NEWS: ("herald", "gazette", "daily", "newswire"),
    Kind.PARTNER: ("guild", "association", "chamber"),
    Kind.LOCAL: ("directory", "localpages"),
}
FRIENDS = 34  # sites that link to us already; some of them link to rivals as well


@lru_cache(maxsize=8)
def world(seed: int, refused: LinkType | None = None) -> World:
    """Build it. `refused`: a link type that everybody in this world turns down."""
    sites: dict[str, Site] = {site.domain: site for site in (own_site(), *rival_sites())}
    names = {tails: _names(seed, tails) for tails in (NAME_TAILS, *TAILS_OF.values())}
    for kind, count in COUNTS.items():
        for n in range(count):
            domain, name = _junk_name(kind, n) if kind in JUNK_NAMES else next(names[TAILS_OF.get(kind, NAME_TAILS)])
            sites[domain] = build(seed, kind, domain, name)
    for language, heads in NAMES.items():
        for head in heads:
            domain = f"{head}.example".encode("idna").decode() if not head.isascii() else f"{head}.example"
            sites[domain] = build(seed, Kind.FOREIGN, domain, head.replace("-", " ").title(), language)
    for domain in dice(seed, "friends").sample([d for d, s in sites.items() if s.kind in _FRIENDLY], k=FRIENDS):
        sites[domain] = _befriend(seed, sites[domain])
    return World(seed, sites, refused, {p.address: (p, s) for s in sites.values() for p in s.people})


_FRIENDLY = (Kind.RESOURCE, Kind.BLOG, Kind.LISTS, Kind.GUEST)


def _names(seed: int, tails: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Names that nobody has yet, each with its domain."""
    pairs = [(head, tail) for head in NAME_HEADS for tail in tails]
    dice(seed, "names", *tails).shuffle(pairs)
    for head, tail in pairs:
        yield f"{head}{tail}.example", f"{head.title()} {tail.title()}"


def _junk_name(kind: Kind, n: int) -> tuple[str, str]:
    stem = JUNK_NAMES[kind]
    return f"{stem}{n + 1}.example", f"{stem.replace('-', ' ').title()} {n + 1}"


def _befriend(seed: int, site: Site) -> Site:
    """The same site with one more article that links to us."""
    r = dice(seed, "friend", site.domain)
    topic, day, title = r.choice(LINKABLE), day_before(r, 15, 600), varied_title(r, site.topic)
    link = Link(
        own_url(topic), r.choice(("Tidyclock", f"their {topic} page", OWN)), "We found the answer at", ", as usual."
    )
    author = next((p.name for p in site.people if p.personal), "")
    page = Page(
        address(site.look, "notes", f"{title} again", day),
        f"{title} again",
        "article",
        prose(r, site.topic, 2),
        (link,),
        r.randint(1, 9),
        author,
        day,
    )
    return Site(
        site.domain,
        site.name,
        site.kind,
        site.topic,
        site.dr,
        site.traffic,
        site.look,
        site.language,
        (*site.pages, page),
        site.people,
        site.robots,
        site.country,
    )


def person_at(whole: World, mailbox: str) -> tuple[Person, Site] | None:
    """The person (and site) that reads an address; None when nobody does."""
    return whole.people.get(mailbox.strip().lower())
