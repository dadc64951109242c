"""The dirt that real exports carry: odd addresses, missing values, lost and spam rows, shared hosts, sister sites."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from urllib.parse import urlsplit

from crm.practice.cast import EPOCH, OWN, RIVALS, Kind, Link, Page, Site, World
from crm.practice.dice import dice

SHARED_HOSTS = (
    "practice-worklog.wordpress.com",
    "practice-worklog.blogspot.com",
    "practice-timer-demo.netlify.app",
    "practice-studio.github.io",
    "practice-hours.substack.com",
)
TRACKING = (
    "?utm_source=newsletter&utm_medium=email",
    "?gclid=Cj0KCQ{n}",
    "?srsltid=AfmBO{n}",
    "?ref=producthunt",
    "?fbclid=IwAR{n}",
    "?utm_campaign=spring",
)
MISSING = ("", "", "", "-", "–", "NA", "N/D")  # noqa: RUF001 - the en dash is what some tools write


@dataclass(frozen=True)
class Row:
    """One backlink as a tool might know it; each tool writes the columns that it has."""

    source_url: str
    title: str
    target_url: str
    anchor: str
    before: str
    after: str
    kind: str  # text, image, redirect
    nofollow: bool
    ugc: bool
    sponsored: bool
    spam: bool
    lost: bool
    sitewide: int
    language: str
    platform: str
    status: int
    dr: float
    ur: float
    traffic: int
    page_traffic: int
    external: int
    internal: int
    linked_domains: int
    author: str
    page_type: str
    first_seen: date
    last_seen: date


def rows_for(whole: World, target: str) -> list[Row]:
    """All backlinks to one site (a rival or ours), dirt included, in the order of a tool: strongest first."""
    r = dice(whole.seed, "rows", target)
    rows: list[Row] = []
    for site in whole.sites.values():
        for page in site.pages:
            for link in page.links:
                if urlsplit(link.target).hostname == target:
                    rows += variants(r, site, page, link)
    rows += oddities(r, whole, target)
    return sorted(rows, key=lambda row: (-row.dr, row.source_url, row.target_url, row.anchor))


def variants(r: Random, site: Site, page: Page, link: Link) -> list[Row]:
    """The row, and now and then a second one under another spelling of the same address."""
    row = plain_row(r, site, page, link)
    rows = [row]
    if r.random() < 0.08:
        rows.append(replace(row, source_url=row.source_url + r.choice(TRACKING).format(n=r.randint(1000, 9999))))
    if r.random() < 0.05:
        other = (
            row.source_url.replace("https://www.", "http://")
            if "//www." in row.source_url
            else (row.source_url.replace("https://", "http://www."))
        )
        rows.append(replace(row, source_url=other.rstrip("/")))
    if site.kind is Kind.FORUM:
        rows += [replace(row, source_url=f"{row.source_url}?page={n}") for n in range(2, r.randint(2, 5))]
    if site.kind is Kind.SPAM and r.random() < 0.2:
        rows += [replace(row, source_url=f"{row.source_url}/{n}") for n in range(r.randint(1, 4))]
    return rows


def plain_row(r: Random, site: Site, page: Page, link: Link) -> Row:
    """What a crawler would have noted about one link."""
    seen = max(page.published, date(2018, 1, 1)) + timedelta(days=r.randint(0, 20))
    seen = min(seen, EPOCH.date() - timedelta(days=2))
    lost = r.random() < 0.07 and site.kind is not Kind.DEAD
    last = EPOCH.date() - timedelta(days=r.randint(1, 40) if not lost else r.randint(60, 300))
    junk = site.kind in (Kind.SPAM, Kind.SCRAPER)
    return Row(
        source_url=f"https://{_shown_host(r, site.domain)}{page.path}",
        title=_dirty_title(r, page, site),
        target_url=link.target,
        anchor=link.anchor,
        before=link.before,
        after=link.after,
        kind=r.choice(("image", "redirect")) if r.random() < 0.03 else "text",
        nofollow="nofollow" in link.rel or (junk and r.random() < 0.5),
        ugc="ugc" in link.rel,
        sponsored=site.kind is Kind.COUPON and r.random() < 0.5,
        spam=junk and r.random() < 0.8,
        lost=lost,
        sitewide=r.choice((1, 1, 1, 1, 2, 3)) if not junk else r.choice((1, 1, 30, 30359)),
        language=page.language,
        platform={"wordpress": "cms, wordpress", "ghost": "blogs", "hugo": "", "handmade": ""}[site.look],
        status=page.status if r.random() > 0.03 else r.choice((403, 0, 301)),
        dr=site.dr,
        ur=round(min(60.0, site.dr * r.uniform(0.1, 0.6)), 1),
        traffic=site.traffic,
        page_traffic=int(site.traffic * r.uniform(0.0, 0.2)),
        external=page.outbound + len(page.links),
        internal=r.randint(4, 80),
        linked_domains=max(1, page.outbound - r.randint(0, 3)),
        author=page.author,
        page_type={"thread": "Forum > Thread", "directory": "Directory"}.get(page.form, "Article > Blog post"),
        first_seen=seen,
        last_seen=max(seen, last),
    )


def oddities(r: Random, whole: World, target: str) -> list[Row]:
    """Rows that do not come from a site of the world: shared hosts, sister sites, rivals, and plainly odd addresses."""
    link = Link(f"https://{target}/", "website", "See the", "for more.")
    donor = whole.sites[RIVALS[0]]
    page = Page("/", "Notes", "article", published=date(2025, 2, 1), outbound=9)
    odd: list[Row] = []
    for host in SHARED_HOSTS:
        if r.random() < 0.7:
            odd.append(
                replace(
                    plain_row(r, donor, page, link),
                    source_url=f"https://{host}/2025/notes-on-hours/",
                    dr=90.0,
                    title="Notes on hours",
                    platform="blogs",
                    spam=False,
                )
            )
    for other in (*(rival for rival in RIVALS if rival != target), f"help.{target}", f"blog.{OWN}"):
        odd.append(
            replace(
                plain_row(r, donor, page, link),
                source_url=f"https://{other}/compare",
                spam=False,
                title="Compare time trackers",
                dr=60.0,
            )
        )
    base = plain_row(r, donor, page, link)
    odd.append(replace(base, source_url="https://na.example/list", title="NA", dr=11.0, anchor="NA"))
    odd.append(replace(base, source_url="https://null.example/list", title="null", dr=12.0, anchor="null"))
    odd.append(
        replace(
            base, source_url="https://oldforum.example/suppliers/North West/Office Supply", title="Suppliers", dr=20.0
        )
    )
    odd.append(replace(base, source_url="https://user:pw@mirror.example/page", title="Mirror", dr=3.0))
    odd.append(replace(base, source_url="mailto:someone@deskmail.example", title="Mail", dr=3.0))
    odd.append(
        replace(base, source_url="https://formula.example/x", title='=HYPERLINK("https://evil.example","win")', dr=2.0)
    )
    odd.append(replace(base, source_url="https://breaks.example/two-lines", title="A title\nin two lines", dr=9.0))
    return odd


def number(r: Random, value: float, style: str = "plain") -> str:
    """A number as tools write it: plain, with thousands commas, points or spaces, or shortened."""
    if style == "comma":
        return f"{int(value):,}"
    if style == "short" and value >= 1_000_000:
        return f"{value / 1_000_000:.1f}M"
    return str(int(value)) if float(value).is_integer() else str(value)


def maybe(r: Random, value: str, share: float = 0.03) -> str:
    """The value, or one of the many ways to say that there is none."""
    return r.choice(MISSING) if r.random() < share else value


def _shown_host(r: Random, domain: str) -> str:
    if domain.startswith("xn--"):
        return domain.encode().decode("idna") if r.random() < 0.7 else domain
    return f"www.{domain}" if r.random() < 0.15 else domain


def _dirty_title(r: Random, page: Page, site: Site) -> str:
    tail = r.choice(("", "", f" | {site.name}", f" - {site.name}", f" – {site.name}"))  # noqa: RUF001
    return f"{page.title}{tail}"
