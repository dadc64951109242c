"""The own site and the four rivals: their pages, which of them are dead, and what each page is about."""

from datetime import date

from crm.practice.cast import OWN, OWN_NAME, RIVAL_NAMES, RIVALS, Kind, Page, Person, Site
from crm.practice.topics import TOPICS

OWN_PAGES: tuple[tuple[str, str, str, str], ...] = (  # path, title, topic, page type
    (
        "/guides/time-tracking-for-freelancers/",
        "Time tracking for freelancers: a guide that fits on a desk",
        "freelance",
        "guide",
    ),
    ("/tools/hourly-rate-calculator/", "Hourly rate calculator with holidays and admin hours", "rates", "asset"),
    ("/templates/timesheet/", "Free timesheet template for small teams", "timesheets", "asset"),
    ("/research/billable-hours/", "Billable hours study: what 1,200 studios really invoice", "billing", "asset"),
    ("/compare/time-tracking-apps/", "Time tracking apps compared by a team of six", "tools", "comparison"),
    ("/guides/remote-team-hours/", "Time tracking for remote teams without watching people", "remote", "guide"),
)
KEYWORDS = {
    "freelance": ["time tracking for freelancers", "freelance time log"],
    "rates": ["hourly rate calculator", "hourly rate worksheet"],
    "timesheets": ["timesheet template", "weekly timesheet"],
    "billing": ["billable hours", "billable hours study"],
    "tools": ["time tracking app", "time tracking software"],
    "remote": ["remote team time tracking", "working across time zones"],
}
RIVAL_PATHS: dict[str, tuple[str, ...]] = {
    "freelance": ("/blog/freelance-time-tracking", "/for-freelancers"),
    "rates": ("/hourly-rate-worksheet", "/blog/what-is-an-hour-worth"),
    "timesheets": ("/templates/weekly-timesheet", "/free-timesheet.html"),
    "billing": ("/blog/billable-hours-report", "/invoicing"),
    "tools": ("/", "/features", "/pricing"),
    "remote": ("/teams/remote", "/blog/remote-hours"),
    "business": ("/small-business", "/blog/overtime-explained"),
    "focus": ("/blog/deep-work-timer", "/"),
}
DEAD_PATHS: dict[str, str] = {
    "rates": "/worksheets/2019-hourly-rate.pdf",
    "timesheets": "/downloads/old-timesheet.xls",
    "freelance": "/blog/2018/freelance-hours-guide",
    "billing": "/reports/billable-hours-2018",
    "remote": "/blog/2020/remote-hours-checklist",
    "tools": "/desktop-timer-download",
    "business": "/payroll-checklist-old",
    "focus": "/blog/2017/week-log",
}
LINKABLE = tuple(KEYWORDS)


def own_url(topic: str) -> str:
    """The own page about a topic (the homepage when there is none)."""
    for path, _, about, _ in OWN_PAGES:
        if about == topic:
            return f"https://{OWN}{path}"
    return f"https://{OWN}/"


def own_site() -> Site:
    """Our site, with enough text on each page to be worth a link."""
    pages = [Page("/", f"{OWN_NAME}: time tracking for small teams", "home", _text("tools", "freelance"))]
    for path, title, topic, _ in OWN_PAGES:
        pages.append(Page(path, title, "article", _text(topic, topic), published=date(2026, 3, 2)))
    person = Person(f"ada@{OWN}", "Ada Lind", "owner", True)
    return Site(OWN, OWN_NAME, Kind.OWNER, "tools", 34, 5200, "hugo", pages=tuple(pages), people=(person,))


def rival_sites() -> list[Site]:
    """The four rivals. Pages of DEAD_PATHS are not there any more and answer 404."""
    sites = []
    for n, domain in enumerate(RIVALS):
        name = RIVAL_NAMES[domain]
        pages = [Page("/", f"{name}: the time tracker", "home", _text("tools", "tools"))]
        for topic, paths in RIVAL_PATHS.items():
            for path in paths:
                if path != "/":
                    title = f"{TOPICS[topic]['titles'][0]} with {name}"
                    pages.append(Page(path, title, "article", _text(topic, topic)))
        sites.append(Site(domain, name, Kind.OWNER, "tools", 58 + 6 * n, 40_000 * (n + 1), "hugo", pages=tuple(pages)))
    return sites


def _text(first: str, second: str) -> tuple[str, ...]:
    a, b = TOPICS[first]["sentences"], TOPICS[second]["sentences"]
    paragraphs = [" ".join(a[i : i + 3]) for i in range(0, len(a) - 2, 2)]
    paragraphs += [" ".join(b[i : i + 2]) for i in range(len(b) - 1)]
    paragraphs += [" ".join(reversed(a)), " ".join(b)]
    return tuple(paragraphs)
