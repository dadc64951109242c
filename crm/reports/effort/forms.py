"""What the forms of effort may contain."""

from collections.abc import Mapping
from dataclasses import dataclass

from crm.errors import BadInput

MOST_SECONDS = 900  # of one message: the page reports every minute, so more can only be a mistake
MOST_MINUTES = 24 * 60.0


@dataclass(frozen=True)
class Entry:
    """Minutes, money in minor units, a note."""

    minutes: float
    amount_minor: int
    note: str


def seconds(form: Mapping[str, str]) -> int:
    """Seconds in front, as the page counted them. Raises BadInput."""
    text = form.get("seconds", "")
    if not text.isdigit() or not 1 <= int(text) <= MOST_SECONDS:
        raise BadInput(f"Seconds are a whole number from 1 to {MOST_SECONDS}.", field="seconds")
    return int(text)


def entry(form: Mapping[str, str]) -> Entry:
    """Raises BadInput with the field."""
    minutes, amount = number(form, "minutes", MOST_MINUTES), number(form, "amount", 1e7)
    if not minutes and not amount:
        raise BadInput("Give minutes or an amount.", field="minutes")
    return Entry(minutes, round(amount * 100), " ".join(form.get("note", "").split())[:200])


def number(form: Mapping[str, str], name: str, most: float) -> float:
    """A number of 0 or more; an empty field is 0. Raises BadInput."""
    text = form.get(name, "").strip().replace(",", ".") or "0"
    try:
        value = float(text)
    except ValueError as error:
        raise BadInput(f"“{text}” is not a number.", field=name) from error
    if not 0 <= value <= most:
        raise BadInput(f"{name.capitalize()} must be between 0 and {most:,.0f}.", field=name)
    return value


def currency(form: Mapping[str, str]) -> str:
    """Three letters. Raises BadInput."""
    text = form.get("currency", "").strip().upper()
    if len(text) != 3 or not text.isascii() or not text.isalpha():
        raise BadInput("A currency has three letters, such as EUR.", field="currency")
    return text
