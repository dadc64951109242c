"""One builder for each kind of site."""

from collections.abc import Callable, Iterable
from datetime import date
from random import Random

from crm.practice import pages, places
from crm.practice.cast import RIVALS, Kind, Page, Person, Site
from crm.practice.dice import dice, slug, weighted
from crm.practice.topics import FAR, FIRST, LAST, NEAR, TOPICS

LOOKS = (("wordpress", 5.0), ("hugo", 3.0), ("handmade", 2.0), ("ghost", 2.0))
CITIES = (
    "Leeds",
    "Porto",
    "Malmo",
    "Galway",
    "Utrecht",
    "Tampere",
    "Boise",
    "Hobart",
    "Graz",
    "Ghent",
    "Dundee",
    "Cork",
    "Aarhus",
    "Lugano",
    "Turku",
)
DR = {
    Kind.NEWS: (62, 91),
    Kind.LISTS: (35, 78),
    Kind.PARTNER: (30, 62),
    Kind.DEAD: (22, 66),
    Kind.GUEST: (24, 60),
    Kind.SPAM: (0, 35),
    Kind.SCRAPER: (5, 45),
    Kind.COUPON: (20, 60),
    Kind.FORUM: (40, 80),
}
JUNK_NAMES = {Kind.COUPON: "deal-codes", Kind.SPAM: "best-links-seo", Kind.SCRAPER: "site-worth-stats"}
ROLE_DESKS = {
    Kind.NEWS: ("newsdesk", "press"),
    Kind.PARTNER: ("office", "secretary"),
    Kind.LOCAL: ("listings", "info"),
    Kind.GUEST: ("editor", "editorial"),
}

Maker = Callable[[Random, str, str, tuple[str, ...], str], list[Page]]


def build(seed: int, kind: Kind, domain: str, name: str, language: str = "en") -> Site:
    """The site of this name: everything about it follows from the seed and the name."""
    r = dice(seed, "site", domain)
    topic = r.choice(FAR) if kind in (Kind.BLOG, Kind.SPAM) and r.random() < 0.16 else r.choice(NEAR)
    look = weighted(r, LOOKS)
    rivals = choose_rivals(r, kind)
    people = crew(r, domain, kind, language)
    author = next((p.name for p in people if p.personal), "")
    made = make_pages(r, kind, look, topic, rivals, author, domain, name, language)
    low, high = DR.get(kind, (12, 64))
    dr = round(min(93.0, max(0.0, r.triangular(low, high, low + (high - low) * 0.4))), 1)
    traffic = int(10 ** r.uniform(1.0, 1.2 + dr / 22)) if r.random() > 0.07 else 0
    robots = r.choice(
        ("User-agent: *\nDisallow: /wp-admin/\n", "User-agent: *\nAllow: /\n", "User-agent: *\nDisallow:\n")
    )
    if r.random() < 0.02:
        robots = "User-agent: *\nDisallow: /\n"
    return Site(
        domain,
        name,
        kind,
        topic,
        dr,
        traffic,
        look,
        language,
        (*made, *furniture(r, kind, topic, name, people, made)),
        people,
        robots,
        r.choice(("us", "gb", "de", "nl", "ie", "au", "")),
    )


def choose_rivals(r: Random, kind: Kind) -> tuple[str, ...]:
    """Which rivals a site links to: most link to one, lists and resource pages to more."""
    more = kind in (Kind.RESOURCE, Kind.LISTS, Kind.PARTNER, Kind.LOCAL, Kind.SPAM, Kind.SCRAPER)
    n = weighted(
        r, ((1, 3.0 if more else 6.0), (2, 3.0 if more else 2.2), (3, 2.2 if more else 0.9), (4, 1.3 if more else 0.3))
    )
    return (
        tuple(sorted(r.sample(RIVALS, k=n), key=RIVALS.index))
        if kind is not Kind.LISTS
        else tuple(r.sample(RIVALS, k=n))
    )


def make_pages(
    r: Random,
    kind: Kind,
    look: str,
    topic: str,
    rivals: tuple[str, ...],
    author: str,
    domain: str,
    name: str,
    language: str,
) -> list[Page]:
    """The pages with links, by kind."""
    if kind in (Kind.COUPON, Kind.SPAM, Kind.SCRAPER):
        return [
            places.junk(r, kind, n, tuple(r.sample(rivals, k=r.randint(1, len(rivals)))))
            for n in range(r.randint(4, 30))
        ]
    if kind is Kind.FORUM:
        return [
            places.thread(r, n, tuple(r.sample(rivals, k=r.randint(1, len(rivals))))) for n in range(r.randint(3, 24))
        ]
    if kind is Kind.FOREIGN:
        return unique(places.foreign(r, look, language, rivals, author) for _ in range(r.randint(1, 4)))
    simple: dict[Kind, Callable[[], Page]] = {
        Kind.RESOURCE: lambda: pages.resources(r, look, topic, rivals),
        Kind.DEAD: lambda: pages.resources(r, look, topic, rivals, dead=True),
        Kind.LISTS: lambda: pages.list_post(r, look, topic, rivals, author),
        Kind.GUEST: lambda: pages.guest(r, look, topic, rivals),
        Kind.PARTNER: lambda: places.partners(r, rivals, name),
        Kind.NEWS: lambda: pages.news(r, look, topic, rivals, author),
        Kind.MENTION: lambda: pages.mention(r, look, topic, rivals, author),
        Kind.LOCAL: lambda: places.listing(r, rivals, r.choice(CITIES)),
        Kind.BLOG: lambda: pages.article(r, look, topic, rivals, author),
    }
    made = [simple[kind]()]
    if kind in (Kind.BLOG, Kind.LISTS, Kind.NEWS, Kind.GUEST):
        made += [pages.article(r, look, topic, (r.choice(rivals),), author) for _ in range(r.randint(0, 3))]
    if kind is Kind.GUEST:
        made.append(pages.write_for_us(r, topic))
    return unique(made)


def unique(made: Iterable[Page]) -> list[Page]:
    """Pages with different addresses, the first one of each."""
    seen: dict[str, Page] = {}
    for page in made:
        seen.setdefault(page.path, page)
    return list(seen.values())


def crew(r: Random, domain: str, kind: Kind, language: str) -> tuple[Person, ...]:
    """Who can be written to at a site, and how the site shows the address."""
    if kind in (Kind.SPAM, Kind.SCRAPER, Kind.FORUM):
        return ()
    people: list[Person] = []
    host = domain
    if kind not in (Kind.LOCAL, Kind.PARTNER, Kind.COUPON) and r.random() < 0.82:
        first, last = r.choice(FIRST), r.choice(LAST)
        local = r.choice((first, f"{first}.{last}", f"{first[0]}{last}", first)).lower()
        people.append(
            Person(
                f"{local}@{host}",
                f"{first} {last}",
                r.choice(("author", "editor", "owner")),
                True,
                _shown(r),
                _trait(r, True),
                _tongue(r, language),
            )
        )
    if not people or r.random() < 0.35:
        desk = r.choice(ROLE_DESKS.get(kind, ("hello", "info", "contact", "office")))
        people.append(Person(f"{desk}@{host}", "", "desk", False, _shown(r), _trait(r, False), _tongue(r, language)))
    return tuple(people)


def _shown(r: Random) -> str:
    return weighted(r, (("mailto", 5.0), ("text", 2.0), ("obfuscated", 2.0), ("json", 1.0), ("none", 0.6)))


def _trait(r: Random, personal: bool) -> str:
    """Dead and full mailboxes are rare: a mailbox from which many mails come back is stopped by the product."""
    dead, full, left, ticket = (1.6, 0.6, 1.5, 0.5) if personal else (1.0, 0.6, 0.0, 12.0)
    traits = (("lively", 84.0), ("dead", dead), ("full", full), ("away", 4.0), ("left", left), ("ticket", ticket))
    return weighted(r, traits)


def _tongue(r: Random, language: str) -> str:
    return language if language != "en" else weighted(r, (("en", 92.0), ("de", 3.0), ("fr", 3.0), ("es", 2.0)))


def furniture(r: Random, kind: Kind, topic: str, name: str, people: tuple[Person, ...], made: list[Page]) -> list[Page]:
    """The pages that every site has: home, about, contact, and one for each author."""
    text = (f"{name} writes about {topic} and things nearby.",)
    rest = [Page("/", name, "home", (*text, *pages.prose(r, topic, 2)))]
    if people:
        rest.append(Page(r.choice(("/about/", "/about-us/")), f"About {name}", "about", text))
        rest.append(Page("/contact/", f"Contact {name}", "contact", ("We read every mail, though not every day.",)))
    for person in people:
        if person.personal:
            rest.append(
                Page(
                    f"/author/{slug(person.name)}/",
                    person.name,
                    "author",
                    (f"{person.name} is {person.role} of {name}.",),
                    author=person.name,
                    published=date(2024, 5, 2),
                )
            )
    taken = {page.path for page in made}
    return [page for page in rest if page.path not in taken and TOPICS[topic]]
