"""Does an own page deserve to be pitched: status, redirects, canonical, index rules, weight, text. Pure."""

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


def examine(page: Seen) -> list[Finding]:
    """Every finding on a page, the worst first."""
    found = [_status(page), _redirects(page), _canonical(page), _index(page), _speed(page), _text(page), *_place(page)]
    return sorted(found, key=lambda f: ("bad", "warn", "ok").index(f.level))


def seen_from(url: str, fetched: Any, facts: dict[str, Any], **more: Any) -> Seen:
    """Put a fetch result and the page facts together."""
    text = facts.get("text") or ""
    robots = " ".join(str(facts.get(k) or "") for k in ("robots", "x_robots")).lower()
    return Seen(
        url=url,
        final_url=fetched.final_url or url,
        status=fetched.status,
        why=fetched.why,
        chain=tuple(str(c) for c in fetched.chain),
        elapsed_s=fetched.elapsed_s,
        size=len(fetched.body),
        canonical=facts.get("canonical") or "",
        noindex="noindex" in robots or bool(facts.get("noindex")),
        robots_blocked=fetched.outcome == "robots",
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
        words = f"{page.words} words against {page.rival_words} on the rival's linked page."
        return Finding("text", "warn", words, "Add what theirs has and yours lacks.")
    if page.words < MIN_WORDS:
        return Finding("text", "warn", f"Only {page.words} words.", "Say enough to deserve a link.")
    return Finding("text", "ok", f"{page.words} words.")


def _place(page: Seen) -> list[Finding]:
    found = []
    if page.inlinks is not None:
        level = "ok" if page.inlinks >= 3 else "warn"
        fix = "" if level == "ok" else "Link to it from related pages of yours."
        found.append(Finding("inlinks", level, f"{page.inlinks} of your own pages link to it.", fix))
    if page.depth is not None and page.depth > 3:
        found.append(Finding("depth", "warn", f"{page.depth} clicks from the start page.", "Bring it closer."))
    if page.in_sitemap is False:
        found.append(Finding("sitemap", "warn", "Not in your sitemap.", "Add it to sitemap.xml."))
    return found
