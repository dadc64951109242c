"""Linking pages that are no articles: partner pages, directories, forums, other languages, and junk."""

from random import Random

from crm.practice.cast import RIVAL_NAMES, Kind, Link, Page
from crm.practice.dice import slug
from crm.practice.pages import address, day_before, link_to, prose
from crm.practice.tongues import SENTENCES, TITLES


def partners(r: Random, rivals: tuple[str, ...], name: str) -> Page:
    """The partner page of an association."""
    links = tuple(
        Link(f"https://{rival}/", RIVAL_NAMES[rival], "Member discount:", "gives our members 20 percent off.")
        for rival in rivals
    )
    text = (
        f"{name} is the association of small studios and the self-employed in our region.",
        "Our partners support the yearly meeting and offer better prices to members.",
    )
    path = r.choice(("/partners/", "/our-partners/", "/member-benefits/"))
    return Page(
        path,
        r.choice(("Our partners", "Partners and member benefits")),
        "resources",
        text,
        links,
        r.randint(8, 25),
        "",
        day_before(r, 60, 900),
    )


def listing(r: Random, rivals: tuple[str, ...], city: str) -> Page:
    """An entry list of a local directory."""
    links = tuple(
        Link(f"https://{rival}/", RIVAL_NAMES[rival], "Software and services:", f"serves firms in {city}.")
        for rival in rivals
    )
    text = (
        f"Local business directory for {city}: opening hours, addresses and phone numbers.",
        "Listings are free for firms that work in the region. Suggest a business with the form or by mail.",
    )
    title = f"Business services in {city} | local directory"
    return Page(
        f"/{slug(city)}/business-services/",
        title,
        "directory",
        text,
        links,
        r.randint(20, 60),
        "",
        day_before(r, 60, 900),
    )


def thread(r: Random, n: int, rivals: tuple[str, ...]) -> Page:
    """A forum thread."""
    title = r.choice(
        (
            "Which time tracker do you use?",
            "Timesheet app recommendations",
            "Invoicing by the hour, help",
            "Is a free timer enough?",
        )
    )
    links = tuple(link_to(r, rival, "tools", rel="ugc nofollow") for rival in rivals)
    return Page(
        f"/t/{1000 + n}-{slug(title)}",
        f"{title} - Forum",
        "thread",
        prose(r, "tools", 3),
        links,
        r.randint(2, 40),
        "",
        day_before(r, 100, 2200),
    )


def foreign(r: Random, look: str, language: str, rivals: tuple[str, ...], author: str) -> Page:
    """An article in another language."""
    day = day_before(r, 30, 1000)
    title = r.choice(TITLES[language])
    text = tuple(" ".join(r.sample(SENTENCES[language], k=3)) for _ in range(4))
    links = tuple(
        Link(f"https://{rival}/", RIVAL_NAMES[rival], r.choice(SENTENCES[language])[:60], ".") for rival in rivals
    )
    return Page(
        address(look, "blog", title, day), title, "article", text, links, r.randint(1, 15), author, day, 200, language
    )


def junk(r: Random, kind: Kind, n: int, rivals: tuple[str, ...]) -> Page:
    """A page of a coupon site, a scraper or plain spam."""
    name = RIVAL_NAMES[rivals[0]]
    if kind is Kind.COUPON:
        title, path = (
            f"{name} promo code {r.randint(2025, 2026)}: {r.randint(10, 70)}% off",
            f"/coupons/{slug(name)}-{n}",
        )
        text: tuple[str, ...] = (f"Verified {name} coupon codes and deals. Click to reveal the code.",)
    elif kind is Kind.SCRAPER:
        title, path = f"{rivals[0]} website worth, traffic and stats", f"/www/{rivals[0]}-{n}"
        text = (
            f"{rivals[0]} is ranked number {r.randint(10_000, 900_000)} in the world. Estimated worth $ {n * 731}.",
        )
    else:
        title = r.choice((f"casino bonus {n} best slots", f"buy followers cheap {n}", f"seo links package {n}"))
        path = f"/{r.choice(('p', 'tag', 'out'))}/{r.randint(1, 99999)}-{n}"
        text = ("best casino bonus slots poker viagra cheap followers backlinks package " * 3,)
    links = tuple(
        Link(f"https://{rival}/", r.choice((RIVAL_NAMES[rival], rival, "click here", "visit website")))
        for rival in rivals
    )
    return Page(path, title, "article", text, links, r.randint(80, 400), "", day_before(r, 5, 400))
