"""Authors without a marked byline: a link to their page, a name beside the date, a closing line on the writer. Pure."""

import re
from urllib.parse import unquote, urlsplit

from crm.pages import leaves, names, zones
from crm.pages.dom import Page, clean, node_text
from crm.pages.given import GIVEN

_AUTHOR_PAGE = re.compile(
    r"/(?:authors?|autor(?:en|es|i|zy)?|auteurs?|autore|writers?|contributors?|staff|people|team|redakteure?|journalists?"
    r"|journalistes?|by)/(?P<slug>[^/]+)/?$|/@(?P<handle>[^/]+)/?$",
    re.IGNORECASE,
)
_MONTH = r"[^\W\d_]{3,12}\.?"
_DATE = rf"(?:\d{{1,2}}\.? (?:de )?{_MONTH},?(?: de)? \d{{4}}|{_MONTH} \d{{1,2}},? \d{{4}}|\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{2,4}})"  # noqa: E501
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
    around = [leaf.text for leaf in leaves.near_heading(page) if _is_first(leaf)]
    near = [line for line in [*_below_heading(page), *_lines(page)[-3:], *around] if len(line) <= 90]
    for node in page.tree.css("a[href]"):
        match = _AUTHOR_PAGE.search(urlsplit(unquote(node.attributes.get("href") or "")).path)
        if match is None or page.zone_of(node) != zones.MAIN:
            continue
        name = names.person(node_text(node), sites=sites)
        slug = re.sub(r"\W|_", "", names.fold(match.group("slug") or match.group("handle")))
        if (
            name
            and any(_opens(line, name) for line in near)
            and any(re.sub(r"\W", "", names.fold(name.split(" ")[at])) in slug for at in (0, -1))
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
        parts = re.split(r"\s*[·•|—–,]\s*|\s-\s", line) if len(line) <= 120 else []
        if any(re.fullmatch(_DATE, " ".join(two)) for two in zip(parts, [*parts[1:], ""], strict=False)) or any(
            re.match(_DATE, part) for part in parts
        ):
            for part in parts:
                name = names.person(part, sites=sites) if len(part) <= 40 else None
                if (
                    name
                    and names.fold(name.split(" ")[0]) in GIVEN
                    and names.fold(name) not in _heading(page)
                    and not _NO_SURNAME.search(name)
                ):
                    return name
    return _beside_date(page, leaves.near_heading(page), sites)


def _beside_date(page: Page, around: list[leaves.Leaf], sites: tuple[str, ...]) -> str | None:
    """A known name alone in its element, or between dots, with a date in the same or a neighbouring element."""
    heading = _heading(page)
    dated_at = {at for at, leaf in enumerate(around) if _HAS_DATE.search(leaf.text)}
    for at, leaf in enumerate(around):
        if leaf.is_rubric() or not _is_first(leaf) or not dated_at & {at - 2, at - 1, at, at + 1, at + 2}:
            continue
        if _SPEECH.search(leaf.text):
            continue
        for part in re.split(r"\s*[·•|—–]\s*", leaf.text):
            name = names.person(part, sites=sites) if len(part) <= 40 else None
            if name and _NO_SURNAME.search(name):
                continue
            if name and names.fold(name) in heading:  # the subject of the page
                continue
            if name and len(name.split()) <= 4 and names.fold(name.split(" ")[0]) in GIVEN:
                return name
    return None


# A letter or a sentence that somebody signs: "Dear Polly, ... — Margaret, Bath".
_SPEECH = re.compile(
    r"[.!?…,]\s*[—–]|\.\.\.|…|^(?:dear|hello|hi|liebe[rs]?|hallo|chère?s?|querid[oa]s?|car[oa]|beste)\b", re.I
)


def _is_first(leaf: leaves.Leaf) -> bool:
    """Does it open its line, but for dates, reading times and signs, and does no sentence follow?"""
    after = leaf.line.partition(leaf.text)[2]
    return not (re.search(r"[^\W\d_]", _AROUND_NAME.sub("", leaf.before())) or re.match(r"\s*[a-zß-ÿ]", after))


_READING = r"\b(?:reading time|read time|lesezeit|lesedauer|temps de lecture|tiempo de lectura|tempo di lettura|leestijd|czas czytania|lästid|tempo de leitura|время чтения)\b"  # noqa: E501
_AROUND_NAME = re.compile(
    rf"{_DATE}|\d+\s*min(?:s|\.|utes?|uten)?(?: read)?\b|{_READING}|\b(?:by|von|par|por|di|door|av)\b", re.I
)
_HAS_DATE = re.compile(rf"(?<!\d){_DATE}|\d{{4}}[年년]")


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


# What ends a place or a subject that begins like a person: "Victoria Falls", "Rose Pruning".
_NO_SURNAME = re.compile(
    r"\b(?:chile|falls|city|beach|county|islands?|bay|springs|valley|lake|river|state|monica|domingo|heights|park|town|point"
    r"|gardens?|kitchen|tips|ideas|news|stories|recipes?|food|drinks?|travel|life|style|home|health|fitness|beauty|fashion"
    r"|culture|music|films?|books?|arts?|design|business|money|finance|science|nature|history|politics|sports?|opinion"
    r"|reviews?|guides?|world|market|week|season|tools?|care|photos|videos|events|projects?|garten|küche|reise|leben|kultur"
    r"|wirtschaft|politik|wissen|cuisine|jardin|voyages?|société|économie|cocina|jardín|viajes|cultura|economía|cucina|viaggi"
    r"|\w{3,}(?:tion|sion|ment|ness|ship|ology|ics|ism)|(?!(?:brown|flem|mann|keat|gold|hard|k|dow?n|whit|reed?|stirl|herm"
    r"|harr|jenn|cumm|hast|hutch|rawl|snell|spauld|war|bowl|land|pickr?|p)ing)\w{2,}ing)$",
    re.IGNORECASE,
)


def _heading(page: Page) -> str:
    return names.fold(node_text(page.heading)) if page.heading is not None else ""


def _lines(page: Page) -> list[str]:
    return [clean(x) for x in page.text_of(zones.MAIN).split("\n") if x.strip()]


def _below_heading(page: Page) -> list[str]:
    lines = _lines(page)
    heading = node_text(page.heading)[:40] if page.heading is not None else ""
    at = next((i for i, line in enumerate(lines) if heading and line.startswith(heading)), -1)
    return lines[at + 1 : at + 5]
