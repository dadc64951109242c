"""Mail addresses on a page, also those hidden from robots; each with where and how it was found. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from publicsuffixlist import PublicSuffixList

from crm.pages import cloaks, zones
from crm.pages.dom import Page
from crm.pages.structured import Structured

_LOCAL = r"[a-z0-9](?:[a-z0-9._%+'-]{0,62}[a-z0-9_+-])?"
_DOMAIN = (
    r"(?:[a-z0-9\u00a1-\uffff](?:[a-z0-9\u00a1-\uffff-]{0,61}[a-z0-9\u00a1-\uffff])?\.){1,6}[a-z\u00a1-\uffff]{2,24}"
)
ADDRESS = re.compile(rf"(?<![\w@/.+-]){_LOCAL}@{_DOMAIN}(?![\w@])", re.IGNORECASE)
_WHOLE = re.compile(rf"{_LOCAL}@{_DOMAIN}", re.IGNORECASE)
_FILE_ENDINGS = frozenset("png jpg jpeg gif svg webp avif css js mjs map woff woff2 ttf ico pdf mp4 html php".split())
_EXTRA_SUFFIXES = frozenset({"example", "test", "invalid"})  # reserved names, used by samples and the practice web
_SAMPLE_DOMAINS = frozenset(
    "example.com example.org example.net domain.com domain.tld yourdomain.com your-domain.com yoursite.com yourcompany.com "  # noqa: E501
    "company.com email.com mail.com website.com mysite.com mydomain.com beispiel.de domain.de exemple.fr mustermann.de "
    "sentry.io wixpress.com sentry-next.wixpress.com".split()
)  # fmt: skip
_NOBODYS = frozenset(
    "sentry.io wixpress.com domain.com domain.tld yourdomain.com your-domain.com yoursite.com yourcompany.com mustermann.de muster.de musterfirma.de beispiel.de exemple.fr ejemplo.com esempio.it voorbeeld.nl przyklad.pl".split()  # noqa: E501
)  # noqa: E501
_RESERVED = frozenset({"example.com", "example.org", "example.net"})
_SAMPLE_LOCALS = frozenset(
    "you your yourname your.name your-name name user username email youremail your.email someone somebody john.doe johndoe "  # noqa: E501
    "jane.doe mail address test me max.mustermann firstname.lastname first.last vorname.nachname ihre.email prenom.nom "
    "foo bar abc xyz jane john max.mustermann erika.mustermann mustermann jdoe hello.world sample example placeholder "  # noqa: E501
    "nombre nom nome naam imie tu.email votre.email deine.mail".split()
)  # fmt: skip
_INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad]")
_ESCAPED = re.compile(r"^(?:%[0-9a-f]{2}|u00[0-9a-f]{2}|n(?=mailto:))+", re.IGNORECASE)
_GLUED = re.compile(r"(\.[a-z]{2,4})[A-Z][A-Za-z]*$")
_NOT_MAIL = re.compile(r"^(git|hg|svn|root|npm|user)@(github|gitlab|bitbucket)\.|^[0-9a-f]{24,}@", re.IGNORECASE)
_PSL = PublicSuffixList(accept_unknown=False)


@dataclass(frozen=True)
class Email:
    """`source` is the part of the page (main, footer, sidebar, nav, data); `method` how it was written."""

    value: str
    source: str
    method: str


def emails(page: Page, said: Structured) -> list[Email]:
    """Every address that the page offers, once each, the plainest method first. Comments of visitors are left out."""
    found: dict[str, Email] = {}
    for value, source, method in _all(page, said):
        address = fit(value)
        if address and (domain := address.rpartition("@")[2]) in _RESERVED and domain not in page.address:
            continue  # example.com is nobody's, but for the samples that stand there
        if address and source not in (zones.COMMENT, "hidden") and address not in found:
            found[address] = Email(address, source, method)
    return list(found.values())


def fit(value: str) -> str | None:
    """The address in lower case when it can be one of a person or office, else None."""
    value = _ESCAPED.sub("", value.strip().strip("<>.,;:()[]'\""))
    address = _GLUED.sub(r"\1", value).lower()
    address = address.removeprefix("mailto:").partition("?")[0]
    if not _WHOLE.fullmatch(address) or len(address) > 254 or ".." in address or _NOT_MAIL.match(address):
        return None
    local, _, domain = address.rpartition("@")
    ending = domain.rpartition(".")[2]
    if ending in _FILE_ENDINGS or not (ending in _EXTRA_SUFFIXES or _PSL.publicsuffix(domain)):
        return None
    if domain in _NOBODYS or domain.endswith((".sentry.io", ".wixpress.com")):
        return None
    if domain in _SAMPLE_DOMAINS and (local in _SAMPLE_LOCALS or "wix" in domain or "sentry" in domain):
        return None
    return address


def _all(page: Page, said: Structured) -> Iterator[tuple[str, str, str]]:
    for link in page.links:
        where = "hidden" if link.hidden and "JavaScript" not in link.hidden else link.zone
        if link.href.lower().startswith("mailto:"):
            target = unquote(link.href[7:].partition("?")[0])
            for part in re.split(r"[,;]", target):
                plain = cloaks.plain(part)
                yield part if ADDRESS.fullmatch(part.strip()) else (plain[0] if plain else part), where, "mailto"
    yield from ((v, "data", "json-ld") for v in _in_data(said))
    for start, end, zone in _readable(page):
        text = _INVISIBLE.sub("", page.text[start:end])
        for match in ADDRESS.finditer(text):
            yield match.group(), zone, "text"
        for value, method in cloaks.in_text(text):
            yield value, zone, method
    for told in page.tree.css("noscript")[:20]:  # what a browser without scripts is told in place of a cloak
        zone = page.zone_of(told.parent) if told.parent is not None else "hidden"
        yield from ((m.group(), zone, "text") for m in ADDRESS.finditer(told.text()))
    for node, value, method in cloaks.in_elements(page.tree):
        yield value, (page.zone_of(node) if node is not None else zones.MAIN), method


def _readable(page: Page) -> Iterator[tuple[int, int, str]]:
    """Stretches of one zone, program text left out; neighbours of one zone are one stretch."""
    start, end, zone = 0, 0, ""
    for span in page.spans:
        if span.code:
            continue
        if span.zone == zone and span.start == end:
            end = span.end
            continue
        if zone:
            yield start, end, zone
        start, end, zone = span.start, span.end, span.zone
    if zone:
        yield start, end, zone


def _in_data(said: Structured) -> Iterator[str]:
    for node in list(said.nodes) + list(said.by_id.values()):
        for holder in (
            node,
            node.get("author"),
            node.get("publisher"),
            node.get("contactPoint"),
            node.get("mainEntity"),
        ):
            for one in holder if isinstance(holder, list) else [holder]:
                if isinstance(one, dict) and isinstance(one.get("email"), str):
                    yield one["email"]
