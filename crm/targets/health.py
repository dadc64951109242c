"""Does an own page deserve to be pitched: status, redirects, canonical, index rules, weight, text. Pure."""

import re
from dataclasses import dataclass
from typing import Any

from crm import domains

MAX_SECONDS = 3.0
MAX_BYTES = 1_500_000
MIN_WORDS = 250


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `level`: ok, warn or bad; `fix` says what to do."""

    rule: str
    level: str
    words: str
    fix: str = ""


@dataclass(frozen=True)
class Seen:
    """A fetched own page as plain values. `chain` are the addresses that redirected, in order."""

    url: str
    final_url: str
    status: int | None
    why: str
    chain: tuple[str, ...]
    elapsed_s: float
    size: int
    canonical: str
    noindex: bool
    robots_blocked: bool
    words: int
    title: str
    rival_words: int | None = None
    inlinks: int | None = None
    depth: int | None = None
    in_sitemap: bool | None = None
    rival_page: str = ""
    read_pages: int | None = None  # pages of the site that inlinks and depth rest on
    search_console: str = ""  # why Search Console does not list it; "" when it says nothing
    crawler: str = ""  # what a crawler's file says against it
    next_page: str = ""  # the next page of a series that does not answer


def examine(page: Seen) -> list[Finding]:
    """Every finding on a page, the worst first."""
    found = [_status(page), _redirects(page), _canonical(page), _index(page), _speed(page), _text(page), *_place(page)]
    found += [*_series(page), *_files(page)]
    return sorted(found, key=lambda f: ("bad", "warn", "ok").index(f.level))


def seen_from(url: str, fetched: Any, facts: dict[str, Any], **more: Any) -> Seen:
    """Put a fetch result, the page facts and what is known from elsewhere together."""
    text = facts.get("text") or ""
    return Seen(
        url=url,
        final_url=fetched.final_url or url,
        status=fetched.status,
        why=fetched.why,
        chain=tuple(str(c) for c in fetched.chain),
        elapsed_s=fetched.elapsed_s,
        size=len(fetched.body),
        canonical=more.pop("canonical", None) or facts.get("canonical") or "",
        words=len(text.split()),
        title=facts.get("title") or "",
        **more,
    )


def _status(page: Seen) -> Finding:
    if page.status == 200:
        return Finding("status", "ok", "Answers with 200.")
    said = f"answers with {page.status}" if page.status else f"could not be read ({page.why})"
    return Finding("status", "bad", f"The page {said}.", "Make the address answer with 200 before you ask for links.")


def _redirects(page: Seen) -> Finding:
    hops = max(0, len(page.chain) - (1 if page.chain and page.chain[-1] == page.final_url else 0))
    if page.final_url and domains.url_key(page.final_url) != domains.url_key(page.url):
        fix = "Pitch the final address, so that the link needs no redirect."
        return Finding("redirect", "bad" if hops > 1 else "warn", f"Redirects to {page.final_url}.", fix)
    return Finding("redirect", "ok", "No redirect.")


def _canonical(page: Seen) -> Finding:
    if not page.canonical:
        return Finding("canonical", "warn", "Names no canonical address.", "Add a canonical link to itself.")
    if domains.url_key(page.canonical) == domains.url_key(page.final_url or page.url):
        return Finding("canonical", "ok", "Canonical to itself.")
    fix = "Point the canonical to the page itself, or pitch the canonical page."
    return Finding("canonical", "bad", f"Its canonical is {page.canonical}: links would count there.", fix)


def _index(page: Seen) -> Finding:
    if page.noindex:
        return Finding("index", "bad", "Says noindex: search engines leave it out.", "Take the noindex away.")
    if page.robots_blocked:
        return Finding("index", "bad", "robots.txt forbids reading it.", "Allow it in robots.txt.")
    return Finding("index", "ok", "May be indexed.")


def _speed(page: Seen) -> Finding:
    if page.elapsed_s > MAX_SECONDS or page.size > MAX_BYTES:
        words = f"Took {page.elapsed_s:.1f} s for {page.size // 1024} KiB."
        return Finding("speed", "warn", words, "Make it lighter: visitors from links leave slow pages.")
    return Finding("speed", "ok", f"Answered in {page.elapsed_s:.1f} s.")


def _text(page: Seen) -> Finding:
    if page.rival_words and page.words < page.rival_words * 0.5:
        theirs = f" ({page.rival_page})" if page.rival_page else ""
        words = f"{page.words} words against {page.rival_words} on the rival's linked page{theirs}."
        return Finding("text", "warn", words, "Add what theirs has and yours lacks.")
    if page.words < MIN_WORDS:
        return Finding("text", "warn", f"Only {page.words} words.", "Say enough to deserve a link.")
    return Finding("text", "ok", f"{page.words} words.")


def _place(page: Seen) -> list[Finding]:
    found = []
    if page.inlinks is not None:
        level = "ok" if page.inlinks >= 3 else "warn"
        fix = "" if level == "ok" else "Link to it from related pages of yours."
        of = f" of {page.read_pages} that were read" if page.read_pages else ""
        words = f"{page.inlinks} of your own pages{of} link to it."
        found.append(Finding("inlinks", level, words, fix))
    if page.depth is not None and page.depth > 3:
        found.append(Finding("depth", "warn", f"{page.depth} clicks from the start page.", "Bring it closer."))
    if page.in_sitemap is False:
        found.append(Finding("sitemap", "warn", "Not in your sitemap.", "Add it to sitemap.xml."))
    return found


_PAGE_NO = re.compile(r"(?:/page/|/seite/|/pagina/|[?&](?:page|p|paged|seite|pg)=)(\d{1,4})(?:[/&#]|$)", re.IGNORECASE)
# What Search Console calls a page that it leaves out for a fault of the page itself, in the languages of its exports.
_FAULTS = re.compile(
    r"noindex|404|soft|redirect|robots|canonical|duplicate|blocked|server error|5xx|401|403|4xx|weiterleitung|duplikat|"
    r"nicht gefunden|blockiert|introuvable|doublon|bloqu|duplicad|no se ha encontrado|bloccat|canonic|kanonisch",
    re.IGNORECASE,
)


def page_number(url: str) -> int | None:
    """Which page of a series an address is: 3 for /blog/page/3; None for a page by itself or the first."""
    found = _PAGE_NO.search(url)
    return int(found.group(1)) if found and int(found.group(1)) > 1 else None


def _series(page: Seen) -> list[Finding]:
    found = []
    if number := page_number(page.url):
        words = f"This is page {number} of a series: its content moves on with every new entry."
        found.append(Finding("pagination", "bad", words, "Pitch the first page, or the entry itself."))
    if page.next_page:
        words = f"Its next page does not answer: {page.next_page}."
        found.append(Finding("pagination", "warn", words, "Mend the link to the next page."))
    return found


def _files(page: Seen) -> list[Finding]:
    found = []
    if page.search_console:
        level = "bad" if _FAULTS.search(page.search_console) else "warn"
        fix = "Mend this and ask Search Console to look again." if level == "bad" else "Links may help; watch it."
        words = f"Search Console does not list it: {page.search_console}."
        found.append(Finding("search_console", level, words, fix))
    if page.crawler:
        words = f"Your crawler's file says: {page.crawler}."
        found.append(Finding("crawler", "warn", words, "See whether that is still so; the live page counts."))
    return found
