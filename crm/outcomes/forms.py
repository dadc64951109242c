"""What people may send about a link, checked before any verb is called."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from werkzeug.datastructures import FileStorage

from crm.errors import BadInput
from crm.prospects.routes import ROUTES
from crm.vocabulary import Channel

MOST_BYTES = 20_000_000
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


@dataclass(frozen=True)
class Logged:
    """A pitch that was sent outside of the product."""

    route: str
    note: str
    remind_in_days: int
    on: date | None


def logged(form: Mapping[str, str]) -> Logged:
    """Route, words, the day it was sent, and when to be reminded. Raises BadInput."""
    route = form.get("route", "")
    if route not in ROUTES:
        raise BadInput("Say by which way it was sent.", field="route")
    try:
        days = int(form.get("remind_in_days", "").strip() or "7")
        on = date.fromisoformat(form["on"]) if form.get("on", "").strip() else None
    except ValueError:
        raise BadInput("Give days as a number, and the day as in 2026-11-24.", field="remind_in_days") from None
    if not 1 <= days <= 365:
        raise BadInput("The reminder comes in 1 to 365 days.", field="remind_in_days")
    return Logged(route, form.get("note", "").strip()[:1500], days, on)


def days(form: Mapping[str, str]) -> tuple[date | None, date | None]:
    """First and last day of a file that does not say them. Raises BadInput."""
    try:
        first, last = (date.fromisoformat(form[k]) if form.get(k, "").strip() else None for k in ("starts", "ends"))
    except ValueError:
        raise BadInput("Give the days as in 2026-11-24.", field="starts") from None
    if first and last and last < first:
        raise BadInput("The last day lies before the first.", field="ends")
    return first, last


def upload(file: FileStorage | None) -> bytes:
    """The bytes of an uploaded file. Raises BadInput without one, or when it is far too large for such an export."""
    body = file.read(MOST_BYTES + 1) if file is not None and file.filename else b""
    if not body:
        raise BadInput("Choose the file that your analytics tool exported.", field="file")
    if len(body) > MOST_BYTES:
        raise BadInput("The file is larger than 20 MB; export referring sites only.", field="file")
    return body
