"""What people may send about a link, checked before any verb is called."""

from collections.abc import Mapping
from dataclasses import dataclass

from crm.errors import BadInput
from crm.vocabulary import Channel

CURRENCIES = ("EUR", "USD", "GBP", "CHF", "JPY", "SEK", "PLN")


@dataclass(frozen=True)
class NewLink:
    """A link to watch; the cost is in minor units of the currency."""

    page_url: str
    target_url: str
    channel: str
    cost_minor: int
    currency: str
    note: str


def new_link(form: Mapping[str, str]) -> NewLink:
    """The fields of the form. Raises BadInput with the field's name."""
    page, target = form.get("page_url", "").strip(), form.get("target_url", "").strip()
    if not page:
        raise BadInput("Paste the address of the page that links.", field="page_url")
    if not target:
        raise BadInput("Say which page of yours is linked.", field="target_url")
    return NewLink(page, target, channel(form), cost(form), currency(form), form.get("note", "").strip())


def channel(form: Mapping[str, str]) -> str:
    """One of the channels. Raises BadInput."""
    value = form.get("channel", Channel.OUTREACH.value)
    if value not in [c.value for c in Channel]:
        raise BadInput("Say where the link came from.", field="channel")
    return value


def cost(form: Mapping[str, str]) -> int:
    """An amount such as "120" or "49,50" in minor units. Raises BadInput."""
    text = form.get("cost", "").strip().replace(" ", "").replace(",", ".") or "0"
    try:
        value = round(float(text) * 100)
    except (ValueError, OverflowError):
        raise BadInput("The cost is a number, such as 120 or 49.50.", field="cost") from None
    if not 0 <= value <= 10**10:
        raise BadInput("The cost is a number from 0 to 100 million.", field="cost")
    return value


def currency(form: Mapping[str, str]) -> str:
    """One of the offered currencies, else EUR."""
    value = form.get("currency", "EUR").upper()
    return value if value in CURRENCIES else "EUR"
