"""What a person takes from a mail: which page it names, what it offers, whether it is meant for them at all."""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy

from crm.practice.cast import OWN, Person, Site
from crm.practice.owners import OWN_PAGES
from crm.vocabulary import Angle

_URL = re.compile(r"https?://[^\s<>\")\]]+")
_SIGNS: dict[Angle, str] = {
    Angle.BROKEN_LINK: "broken|404|dead link|dead page|is dead",
    Angle.GUEST_POST: "guest|write for|article for|article idea|write a piece|contribute|outline|draft|pitch a post",
    Angle.UNLINKED_MENTION: "mentioned us|mention of us|you mention|mentions tidyclock|mentioned tidyclock|named us|"
    "without a link|link our name|turn the name",
    Angle.PARTNERSHIP: "partner|be listed|an entry|member|association|benefit|directory|listing|listed",
    Angle.PR: "journalist|reporter|data|study|survey|figures|coverage|story|quote",
    Angle.LIST_POST: "your list|list of|the entries|one more entry|roundup|comparison|ranked|round-up|the list",
    Angle.RESOURCE_PAGE: "resource|same page|belongs on|reading list|useful links|page of links",
    Angle.EDITORIAL: "your article|your post|second source|you cite|paragraph|sentence|piece on|you wrote",
}


@dataclass(frozen=True)
class Heard:
    """One mail as its reader understood it. `page` is the path of their own page that it names, if any."""

    step: int
    page: str | None
    target: str | None
    topic: str | None
    angles: frozenset[Angle]
    greets: bool
    n_words: int


def text_of(raw: bytes) -> tuple[str, str]:
    """(subject, plain text) of a mail."""
    mail = message_from_bytes(raw, policy=policy.default)
    part = mail.get_body(preferencelist=("plain", "html"))
    body = part.get_content() if part is not None else ""
    return str(mail.get("Subject", "")), str(body)


def hear(raw: bytes, step: int, person: Person, site: Site) -> Heard:
    """Read a mail with the eyes of this person."""
    subject, body = text_of(raw)
    fresh = "\n".join(line for line in body.splitlines() if not line.startswith(">"))
    low = f"{subject}\n{fresh}".lower()
    target, topic = _target(fresh)
    first = person.name.split()[0].lower() if person.name else ""
    angles = frozenset(a for a, signs in _SIGNS.items() if any(sign in low for sign in signs.split("|")))
    greets = bool(first) and first in low[:400]
    return Heard(step, named_page(low, site), target, topic, angles, greets, len(fresh.split()))


def named_page(text: str, site: Site) -> str | None:
    """The path of the site's page that a text names by address or title; linking pages count first."""
    pages = sorted((p for p in site.pages if p.path != "/"), key=lambda p: not p.links)
    for page in pages:
        path = page.path.rstrip("/").lower()
        title = page.title.lower()
        if f"{site.domain}{path}" in text or (len(path) > 8 and path in text) or (len(title) > 9 and title in text):
            return page.path
    return None


def _target(text: str) -> tuple[str | None, str | None]:
    """The own page that the mail asks for, and what that page is about."""
    for url in _URL.findall(text):
        address = url.rstrip(".,;:!?'")
        if OWN not in address:
            continue
        for path, _, topic, _ in OWN_PAGES:
            if path.rstrip("/") in address:
                return address, topic
        if "unsubscribe" not in address and "/u/" not in address:
            return address, "tools"
    return None, None
