"""Whom to write to, from the facts of a site's pages: the author of the linking page, an editor, then a desk. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from crm import domains
from crm.contacts import addresses
from crm.vocabulary import ContactKind

MAX_PAGES = 6
_WORTH = re.compile(
    r"(contact|kontakt|contacto|contatt|contato|about|ueber-uns|uber-uns|a-propos|team|author|autor|staff|masthead|"
    r"imprint|impressum|mentions-legales|editorial|write-for-us|who-we-are|people|quienes-somos|chi-siamo|redaktion)",
    re.IGNORECASE,
)
_EDITOR = re.compile(r"editor|redakt|redact|redaz|submissions|contribute|content", re.IGNORECASE)
_PRESS = re.compile(r"press|news|media|tips", re.IGNORECASE)


@dataclass(frozen=True)
class Candidate:
    """One address with the person, where and how it was found. `confidence` 0-1."""

    address: str
    name: str
    role: str
    kind: ContactKind
    source_url: str
    method: str
    confidence: float


@dataclass(frozen=True)
class Read:
    """One page that was read: its address, whether it is the linking page, and the facts found on it."""

    url: str
    is_linking_page: bool
    facts: dict[str, Any]


def worth_reading(page: Read) -> list[str]:
    """Addresses on the same site that probably name people: author, contact, about, imprint. Best first."""
    host = domains.host(page.url)
    author = (page.facts.get("author") or "").lower().split()
    scored: dict[str, int] = {}
    for link in page.facts.get("links") or []:
        url = urljoin(page.url, str(link.get("url") or "")).split("#")[0]
        if domains.host(url) != host or urlsplit(url).scheme not in ("http", "https") or url == page.url:
            continue
        words = f"{urlsplit(url).path} {link.get('anchor') or ''}".lower()
        points = 3 * bool(_WORTH.search(words)) + 4 * bool(author and all(w in words for w in author[:2]))
        if points:
            scored[url] = max(points + ("contact" in words or "kontakt" in words), scored.get(url, 0))
    return sorted(scored, key=lambda u: (-scored[u], len(u), u))[:MAX_PAGES]


def candidates(pages: list[Read], site: str) -> list[Candidate]:
    """Every address worth keeping for the registrable domain `site`, best first; one entry per address."""
    author = next((p.facts["author"] for p in pages if p.is_linking_page and p.facts.get("author")), "") or ""
    people = [author] if author else []
    people += [p.facts["author"] for p in pages if not p.is_linking_page and p.facts.get("author")]
    best: dict[str, Candidate] = {}
    for page in pages:
        for found in page.facts.get("emails") or []:
            made = _candidate(str(found["value"]), str(found.get("method") or ""), page, site, author, people)
            if made and (made.address not in best or made.confidence > best[made.address].confidence):
                best[made.address] = made
    return sorted(best.values(), key=lambda c: (-c.confidence, c.address))


def form_route(pages: list[Read]) -> str | None:
    """The page with a contact form, when there is one."""
    return next((p.url for p in pages if "contact_form" in (p.facts.get("kinds") or [])), None)


def belongs_to(local: str, name: str) -> bool:
    """Whether the local part of an address is made of this person's name (jane.roe, jroe, jane, roe.j)."""
    parts = [p for p in re.split(r"[^a-z]+", _ascii(name)) if p]
    flat = re.sub(r"[^a-z]", "", _ascii(local))
    if not parts or not flat:
        return False
    first, last = parts[0], parts[-1]
    shapes = {first, last, first + last, last + first, first[0] + last, first + last[0], last + first[0]}
    return flat in shapes and len(flat) > 1


def _candidate(address: str, method: str, page: Read, site: str, author: str, people: list[str]) -> Candidate | None:
    try:
        parsed = addresses.parse(address)
    except ValueError:
        return None
    if addresses.is_forbidden(parsed.normal):
        return None
    local = parsed.normal.partition("@")[0]
    own = parsed.domain == site
    if not own and not addresses.is_free_mail(parsed.domain):
        return None
    name = next((p for p in people if belongs_to(local, p)), "")
    is_author = bool(name) and name == author
    desk = addresses.is_role(parsed.normal)
    alone = len(page.facts.get("emails") or []) == 1
    if not name and not desk and alone and addresses.is_free_mail(parsed.domain) and author and page.is_linking_page:
        name, is_author = author, True
    if desk:
        name = ""
    kind = ContactKind.ROLE if desk or not name else ContactKind.NAMED
    points = 0.55 + 0.3 * is_author + 0.12 * bool(name and not is_author) - 0.15 * (not own)
    points += 0.08 * bool(desk and _EDITOR.search(local)) + 0.04 * bool(desk and _PRESS.search(local))
    points -= 0.05 * (local in ("support", "sales", "billing", "jobs", "privacy", "advertising", "ads"))
    points -= 0.05 * (method not in ("mailto", "json-ld", "jsonld"))
    role = "author" if is_author else _role(local) if desk else ("staff" if name else "")
    return Candidate(parsed.written, name, role, kind, page.url, method, round(min(0.95, max(0.1, points)), 2))


def _role(local: str) -> str:
    if _EDITOR.search(local):
        return "editor"
    return "press" if _PRESS.search(local) else "desk"


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
