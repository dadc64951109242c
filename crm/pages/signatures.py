"""Authors without a marked byline: a link to their page, a name beside the date, a closing line on the writer. Pure."""

import re
from urllib.parse import unquote, urlsplit

from crm.pages import names, zones
from crm.pages.dom import Page, clean, node_text
from crm.pages.given import GIVEN

_AUTHOR_PAGE = re.compile(
    r"/(?:authors?|autor(?:en|es|i|zy)?|auteurs?|autore|writers?|contributors?|staff|people|team|redakteure?|journalists?"
    r"|journalistes?|by)/(?P<slug>[^/]+)/?$|/@(?P<handle>[^/]+)/?$",
    re.IGNORECASE,
)
_MONTH = r"[^\W\d_]{3,12}\.?"
_DATE = rf"(?:\d{{1,2}}\.? (?:de )?{_MONTH},?(?: de)? \d{{4}}|{_MONTH} \d{{1,2}},? \d{{4}}|\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{2,4}})"  # noqa: E501
_NAME = r"(?P<name>[^\W\d_][\w'’.-]+(?: [\w'’.-]+){1,3})"
_BESIDE_DATE = (
    re.compile(rf"^{_NAME}\s*[·|•,–—-]\s*{_DATE}"),
    re.compile(rf"^{_DATE}\s*[·|•–—-]\s*{_NAME}(?:$|\s*[·|•–—-])"),
)
_IS_WRITER = re.compile(
    r"^(?P<name>[^\W\d_][\w'’.-]+(?: [\w'’.-]+){1,3}?) "
    r"(?:is an?|is our|ist|est une?|es una?|è una?|jest|är|er|is een) (?:[\w-]+,? ){0,3}?"
    r"(?:writer|journalist|freelancer?|blogger|columnist|reporter|author|contributor|autorin|autor|journalistin|journaliste"
    r"|rédact(?:eur|rice)|periodista|redactora?|giornalista|dziennikar(?:z|ką|ka)|skribent|schrijver|redakteurin|redakteur)\b",
    re.IGNORECASE,
)


def linked(page: Page, sites: tuple[str, ...]) -> str | None:
    """The one person whose author page is linked by their own name in a short line below the heading or at the end.

    Several such links are a list and name nobody; a link in a sentence speaks of somebody.
    """
    found: dict[str, str] = {}
    near = [line for line in [*_below_heading(page), *_lines(page)[-3:]] if len(line) <= 90]
    for node in page.tree.css("a[href]"):
        match = _AUTHOR_PAGE.search(urlsplit(unquote(node.attributes.get("href") or "")).path)
        if match is None or page.zone_of(node) != zones.MAIN:
            continue
        name = names.person(node_text(node), sites=sites)
        slug = re.sub(r"\W|_", "", names.fold(match.group("slug") or match.group("handle")))
        if (
            name
            and any(_opens(line, name) for line in near)
            and re.sub(r"\W", "", names.fold(name.split(" ")[-1])) in slug
        ):
            found.setdefault(names.fold(name), name)
    return next(iter(found.values())) if len(found) == 1 else None


def _opens(line: str, name: str) -> bool:
    """Is this the name alone, or followed by a date, a rule or a role, not by a sentence?"""
    return line.startswith(name) and re.match(r"\s*(?:$|[|·•,–—(-]|\d|[A-Z])", line[len(name) :]) is not None


def dated(page: Page, sites: tuple[str, ...]) -> str | None:
    """The name in "Ann Lee · 4 June 2024" below the heading.

    A rubric may stand there too, so the given name must be a known one.
    """
    for line in _below_heading(page):
        for pattern in _BESIDE_DATE:
            found = pattern.match(line)
            name = names.person(found.group("name"), sites=sites) if found else None
            if name and names.fold(name.split(" ")[0]) in GIVEN:
                return name
    return None


def signed_off(page: Page, sites: tuple[str, ...]) -> str | None:
    """The name in a closing "Ann Lee is a writer in Leeds", when the text above does not speak of that person."""
    lines = _lines(page)
    if len(lines) < 4:
        return None
    for at in range(max(3, len(lines) - 3), len(lines)):
        found = _IS_WRITER.match(lines[at]) if len(lines[at]) <= 400 else None
        name = names.person(found.group("name"), sites=sites) if found else None
        if name and not any(name.split(" ")[-1] in line for line in lines[:at]):
            return name
    return None


def _lines(page: Page) -> list[str]:
    return [clean(x) for x in page.text_of(zones.MAIN).split("\n") if x.strip()]


def _below_heading(page: Page) -> list[str]:
    lines = _lines(page)
    heading = node_text(page.heading)[:40] if page.heading is not None else ""
    at = next((i for i, line in enumerate(lines) if heading and line.startswith(heading)), -1)
    return lines[at + 1 : at + 5]
