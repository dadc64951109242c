"""What each service is asked and how its answer is read. Pure: a provider is a question and a reader, no more."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from crm.contacts import addresses
from crm.vocabulary import ContactKind


@dataclass(frozen=True)
class Question:
    """One GET: the address holds the site's domain (and the author's name where the template asks), headers the key."""

    url: str
    headers: dict[str, str]


@dataclass(frozen=True)
class Answer:
    """One address that a service knows, with the page where it says to have seen it ("" when it names none)."""

    address: str
    name: str
    role: str
    kind: ContactKind
    confidence: float
    source_url: str


class Provider(Protocol):
    """The whole interface of a service."""

    def question(self, domain: str, author: str, key: str) -> Question: ...

    def read(self, answer: Any) -> list[Answer]: ...


class Hunter:
    """hunter.io, domain search. Only the domain leaves; the key goes in a header, never in an address."""

    def question(self, domain: str, author: str, key: str) -> Question:
        return Question(f"https://api.hunter.io/v2/domain-search?domain={quote(domain)}&limit=10", {"X-API-KEY": key})

    def read(self, answer: Any) -> list[Answer]:
        data = answer.get("data") if isinstance(answer, dict) else None
        return list(_answers(data.get("emails") if isinstance(data, dict) else None))


@dataclass(frozen=True)
class Generic:
    """Any service whose address takes {domain} (and {name}) and which answers with a list of objects."""

    template: str
    header: str = "Authorization"

    def question(self, domain: str, author: str, key: str) -> Question:
        url = self.template.replace("{domain}", quote(domain)).replace("{name}", quote(author))
        return Question(url, {self.header: f"Bearer {key}" if self.header.lower() == "authorization" else key})

    def read(self, answer: Any) -> list[Answer]:
        return list(_answers(_first_list(answer)))


def of(kind: str, template: str, header: str) -> Provider:
    """The provider of a stored kind: "hunter", else a generic one."""
    return Hunter() if kind == "hunter" else Generic(template, header or "Authorization")


def fault_of(kind: str, template: str, header: str) -> str:
    """What is wrong with these settings, as a sentence, or ""."""
    if kind == "hunter":
        return ""
    if urlsplit(template).scheme != "https" or not urlsplit(template).hostname:
        return "The address of the service must begin with https://."
    if "{domain}" not in template:
        return "The address must hold {domain} where the site's domain belongs."
    if "{domain}" in (urlsplit(template).netloc):
        return "{domain} cannot stand in the name of the host."
    if header and not all(c.isascii() and (c.isalnum() or c == "-") for c in header):
        return "The name of the header may hold letters, digits and hyphens."
    return ""


def _answers(items: Any) -> Iterator[Answer]:
    for item in items[:50] if isinstance(items, list) else ():
        if not isinstance(item, dict):
            continue
        address = _text(item, "value", "email", "address", "mail")
        try:
            parsed = addresses.parse(address)
        except ValueError:
            continue
        name = _text(item, "name", "full_name") or f"{_text(item, 'first_name')} {_text(item, 'last_name')}".strip()
        if addresses.is_role(parsed.normal) or _text(item, "type") == "generic":
            name = ""
        sources = [x for x in _first_list(item.get("sources")) if isinstance(x, dict)]
        source = next((u for x in sources if (u := _text(x, "uri", "url")).startswith(("http://", "https://"))), "")
        checked = item.get("verification")
        is_valid = isinstance(checked, dict) and checked.get("status") == "valid"
        yield Answer(
            parsed.written, name, _text(item, "position", "role", "title"), _kind(name, is_valid, bool(source), parsed),
            _share(item.get("confidence", item.get("score"))), source,
        )  # fmt: skip


def _kind(name: str, is_valid: bool, has_source: bool, parsed: addresses.Address) -> ContactKind:
    """What no page shows and no check confirmed is a guess by the usual pattern, whatever the service calls it."""
    if not is_valid and not has_source:
        return ContactKind.GUESSED
    if not name:
        return ContactKind.ROLE
    return ContactKind.NAMED_VERIFIED if is_valid else ContactKind.NAMED


def _share(value: Any) -> float:
    number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 50.0
    return round(min(0.95, max(0.05, number / 100 if number > 1 else number)), 2)


def _text(item: dict[str, Any], *names: str) -> str:
    return next((str(item[n]).strip()[:200] for n in names if isinstance(item.get(n), str) and item[n].strip()), "")


def _first_list(value: Any, depth: int = 0) -> list[Any]:
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and depth < 4:
        return next((x for v in value.values() if (x := _first_list(v, depth + 1))), [])
    return []
