"""The linking pages of each kind of site: their addresses, titles, sentences and links."""

from datetime import date, timedelta
from random import Random

from crm.practice.cast import EPOCH, OWN_NAME, RIVAL_NAMES, Kind, Link, Page
from crm.practice.dice import slug
from crm.practice.owners import DEAD_PATHS, RIVAL_PATHS
from crm.practice.tongues import SENTENCES, TITLES
from crm.practice.topics import TOPICS

RESOURCE_TITLES = (
    "Useful links for {who}",
    "Resources for {who}",
    "Our favourite tools and reading for {who}",
    "The {who} reading list",
    "Links and downloads for {who}",
    "Helpful websites for {who}",
)
LIST_TITLES = (
    "{n} best time tracking apps in {year}",
    "Top {n} tools for {who}",
    "{n} apps every small studio needs",
    "The {n} best timesheet tools compared",
    "{n} alternatives to a paper timesheet",
    "Best time tracking software for {who} ({year})",
)
WHO = {
    "freelance": "freelancers",
    "timesheets": "small offices",
    "rates": "the self-employed",
    "billing": "agencies",
    "remote": "remote teams",
    "tools": "small teams",
    "business": "small business owners",
    "focus": "busy people",
    "travel": "travellers",
    "cooking": "home cooks",
    "gaming": "players",
}
BEFORE = (
    "For the numbers we used the",
    "A good place to start is the",
    "If you want to go deeper, read the",
    "Our office keeps coming back to the",
    "We took the figures from the",
    "Readers asked for the",
    "Before you decide, look at the",
    "I printed the",
    "My bookkeeper swears by the",
)
AFTER = (
    "from {name}, which costs nothing.",
    "by {name}; it takes ten minutes.",
    "that {name} keeps up to date.",
    "at {name}, then come back to this page.",
    "of {name}, the clearest one we found.",
    "from {name} and check it once a month.",
)


def address(look: str, section: str, title: str, day: date) -> str:
    """Where a page lives, as this kind of site software would have it."""
    part = slug(title)[:60].strip("-")
    if look == "wordpress" and section == "blog":
        return f"/{day:%Y/%m}/{part}/"
    if look == "handmade":
        return f"/{part}.html"
    return f"/{section}/{part}/" if look == "hugo" else f"/{section}/{part}"


def day_before(r: Random, least: int, most: int) -> date:
    """A day between `least` and `most` days before the world begins."""
    return EPOCH.date() - timedelta(days=r.randint(least, most))


def link_to(r: Random, rival: str, topic: str, *, dead: bool = False, rel: str = "") -> Link:
    """A link to a page of a rival about the topic, inside a sentence."""
    about = topic if topic in RIVAL_PATHS else "tools"
    path = DEAD_PATHS[about] if dead else r.choice(RIVAL_PATHS[about])
    name = RIVAL_NAMES[rival]
    anchor = name if path == "/" or r.random() < 0.15 else r.choice(TOPICS[topic]["anchors"])
    before = r.choice(BEFORE) if anchor != name else r.choice(("We track our hours in", "The team moved to", "I use"))
    after = r.choice(AFTER).format(name=name) if anchor != name else "and export to the ledger once a month."
    return Link(f"https://{rival}{path}", anchor, before, after, rel)


def prose(r: Random, topic: str, n: int) -> tuple[str, ...]:
    """`n` paragraphs about the topic."""
    bank = TOPICS[topic]["sentences"]
    return tuple(" ".join(r.sample(bank, k=min(3, len(bank)))) for _ in range(n))


def article(
    r: Random, look: str, topic: str, rivals: tuple[str, ...], author: str, title: str = "", section: str = "blog"
) -> Page:
    """A blog post whose sentences link to the rivals."""
    day = day_before(r, 20, 1100)
    title = title or varied_title(r, topic)
    links = tuple(link_to(r, rival, topic, rel="nofollow" if r.random() < 0.08 else "") for rival in rivals)
    return Page(
        address(look, section, title, day), title, "article", prose(r, topic, 4), links, r.randint(1, 12), author, day
    )


def varied_title(r: Random, topic: str) -> str:
    """A headline about the topic."""
    head = r.choice(TOPICS[topic]["titles"])
    tail = r.choice(
        (
            "",
            "",
            ": what worked for us",
            ": lessons of one year",
            " (with numbers)",
            ": a short guide",
            " without spreadsheets",
            ", honestly",
            ": questions and answers",
        )
    )
    return head + tail


def resources(r: Random, look: str, topic: str, rivals: tuple[str, ...], *, dead: bool = False) -> Page:
    """A page of links; with `dead`, the first one leads to a page that is gone."""
    title = r.choice(RESOURCE_TITLES).format(who=WHO[topic])
    links = tuple(link_to(r, rival, topic, dead=dead and n == 0) for n, rival in enumerate(rivals))
    day = day_before(r, 200 if dead else 40, 1500)
    path = (
        r.choice(("/resources/", "/links/", "/useful-links/", f"/{slug(title)}/"))
        if look != "handmade"
        else (r.choice(("/links.html", "/resources.html", "/further-reading.html")))
    )
    return Page(path, title, "resources", prose(r, topic, 1), links, r.randint(14, 48), "", day)


def list_post(r: Random, look: str, topic: str, rivals: tuple[str, ...], author: str) -> Page:
    """A "best of" post that names the rivals one by one."""
    title = r.choice(LIST_TITLES).format(n=r.choice((5, 7, 9, 10, 12, 15)), year=2026, who=WHO[topic])
    links = tuple(
        Link(
            f"https://{rival}{r.choice(('/', '/features', '/pricing'))}",
            RIVAL_NAMES[rival],
            f"{n + 1}.",
            r.choice(
                (
                    "is quick to learn and exports plain files.",
                    "suits teams with many clients.",
                    "has the calmest reports of all.",
                    "is the one we would pay for again.",
                )
            ),
        )
        for n, rival in enumerate(rivals)
    )
    day = day_before(r, 20, 700)
    return Page(
        address(look, "blog", title, day), title, "list", prose(r, topic, 2), links, r.randint(6, 22), author, day
    )


def mention(r: Random, look: str, topic: str, rivals: tuple[str, ...], author: str) -> Page:
    """An article that names our product without linking to it."""
    page = article(r, look, topic, rivals[1:], author)
    first = link_to(r, rivals[0], topic)
    tail = r.choice((f"and, unlike {OWN_NAME}, it costs money.", f"({OWN_NAME} has one too, by the way)."))
    links = (Link(first.target, first.anchor, first.before, tail, first.rel), *page.links)
    words = r.choice(
        (
            f"We also tried {OWN_NAME} for two weeks and liked the weekly review.",
            f"A reader told us that {OWN_NAME} handles holidays better than the rest.",
            f"{OWN_NAME} published a study on this last spring that surprised us.",
        )
    )
    return Page(
        page.path,
        page.title,
        "article",
        (*page.paragraphs[:2], words, *page.paragraphs[2:]),
        links,
        page.outbound,
        author,
        page.published,
    )


def news(r: Random, look: str, topic: str, rivals: tuple[str, ...], author: str) -> Page:
    """A news item about a rival's study or launch."""
    name = RIVAL_NAMES[rivals[0]]
    title = r.choice(
        (
            f"{name} study: small firms lose six hours a week",
            f"{name} raises prices for teams",
            "Survey: half of all studios guess their hours",
            f"Why {name} went back to desktop apps",
            "New overtime rules and what they mean for small firms",
        )
    )
    return article(r, look, topic, rivals, author, title, r.choice(("news", "business", "2026")))


def guest(r: Random, look: str, topic: str, rivals: tuple[str, ...]) -> Page:
    """An article by an outside author whose note at the end links to a rival."""
    title = varied_title(r, topic) + r.choice(("", " (guest post)", ", a guest article"))
    page = article(r, look, topic, (), "", title, r.choice(("blog", "guest-posts")))
    name = RIVAL_NAMES[rivals[0]]
    bio = Link(
        f"https://{rivals[0]}/",
        name,
        "About the author: this guest post was written by the content lead at",
        "and a former studio owner.",
    )
    more = tuple(link_to(r, rival, topic) for rival in rivals[1:])
    return Page(
        page.path, page.title, "article", page.paragraphs, (*more, bio), page.outbound, "Guest author", page.published
    )


def write_for_us(r: Random, topic: str) -> Page:
    """The page that asks for contributions."""
    text = (
        f"We publish guest posts for {WHO[topic]} twice a month. Send an outline of three sentences first.",
        "Articles have 900 to 1,500 words, real numbers and no sales talk. One link to your own site is fine.",
        "We answer every outline within two weeks.",
    )
    return Page(
        "/write-for-us/", r.choice(("Write for us", "Contribute an article", "Guest post guidelines")), "write", text
    )


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
