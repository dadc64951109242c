"""What people type about a mailbox, checked field by field."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

from crm.errors import BadInput
from crm.mailboxes import providers
from crm.mailboxes.providers import Endpoint

LIMITS = {"hour_cap": (1, 200), "day_cap": (1, 2000), "new_cap": (0, 2000), "min_gap_s": (0, 3600)}
CEILING = 100  # mails a day above which every provider grows suspicious; said, not refused


@dataclass(frozen=True)
class NewMailbox:
    """The form of a mailbox to connect."""

    address: str
    username: str
    password: str
    smtp: Endpoint
    imap: Endpoint
    sender_name: str
    postal_address: str
    time_zone: str
    provider: str


def new_mailbox(form: Mapping[str, str]) -> NewMailbox:
    """Read the form. Raises BadInput naming the field."""
    address = form.get("address", "").strip().lower()
    known = providers.by_key(form.get("provider", "")) or providers.guess(address)
    return NewMailbox(
        address=address,
        username=form.get("username", "").strip(),
        password=form.get("password", ""),
        smtp=_endpoint(form.get("smtp", ""), 587, known.smtp if known else None, "smtp"),
        imap=_endpoint(form.get("imap", ""), 993, known.imap if known else None, "imap"),
        sender_name=form.get("sender_name", "").strip(),
        postal_address=form.get("postal_address", "").strip(),
        time_zone=zone(form.get("time_zone", "UTC")),
        provider=known.key if known else "other",
    )


def changes(form: Mapping[str, str]) -> dict[str, Any]:
    """The settings of a connected mailbox. Raises BadInput naming the field."""
    values: dict[str, Any] = {
        name: form[name].strip() for name in ("sender_name", "signature", "postal_address") if name in form
    }
    if "time_zone" in form:
        values["time_zone"] = zone(form["time_zone"])
    for name, (low, high) in LIMITS.items():
        if name in form:
            values[name] = _number(form[name], name, low, high)
    if "day_cap" in values and values.get("new_cap", 0) > values["day_cap"]:
        raise BadInput("First mails a day cannot be more than all mails a day.", field="new_cap")
    return values


def zone(name: str) -> str:
    """A known IANA zone. Raises BadInput."""
    wanted = name.strip() or "UTC"
    if wanted not in available_timezones():
        raise BadInput(f"{wanted} is not a time zone; write it as Europe/Berlin.", field="time_zone")
    return wanted


def _number(text: str, name: str, low: int, high: int) -> int:
    if not text.strip().isdigit() or not low <= int(text) <= high:
        raise BadInput(f"{name.replace('_', ' ').capitalize()} must be a number from {low} to {high}.", field=name)
    return int(text)


def _endpoint(text: str, port: int, known: Endpoint | None, field: str) -> Endpoint:
    if not text.strip():
        if known is None:
            raise BadInput(f"Give the {field.upper()} server as HOST:PORT.", field=field)
        return known
    try:
        return providers.endpoint(text, port)
    except ValueError as error:
        raise BadInput(str(error), field=field) from error
