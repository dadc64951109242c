"""The linking pages of each kind of site: their addresses, titles, sentences and links."""

from datetime import date, timedelta
from random import Random

from crm.practice.cast import EPOCH, OWN_NAME, RIVAL_NAMES, Link, Page
from crm.practice.dice import slug
from crm.practice.owners import DEAD_PATHS, RIVAL_PATHS
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
