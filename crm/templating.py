"""Filters and words for templates: times in the reader's zone, numbers, names of the vocabulary."""

from datetime import UTC, date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import Flask
from flask_babel import format_date, format_datetime, format_decimal, gettext
from flask_login import current_user
from markupsafe import Markup, escape

from crm import clock

LABELS = {
    "resource_page": "Resource page",
    "editorial_mention": "Editorial",
    "editorial": "Editorial",
    "list_post": "List post",
    "guest_contribution": "Guest post",
    "guest_post": "Guest post",
    "broken_link": "Broken link",
    "partnership": "Partnership",
    "digital_pr": "Digital PR",
    "pr": "Digital PR",
    "unlinked_mention": "Unlinked mention",
    "local_citation": "Local citation",
    "pitch_existing_page": "Pitch the page",
    "create_page_first": "Create a page first",
    "offer_update": "Offer an update",
    "propose_guest_contribution": "Propose a guest post",
    "replace_broken_link": "Replace the dead link",
    "add_to_media_list": "Add to media list",
    "mark_informational": "Keep as information",
    "archive": "Archive",
    "asks_payment": "Asks for payment",
    "asks_swap": "Asks for a swap",
    "wants_guest_post": "Wants a guest post",
    "forwards_to_colleague": "Passed on to a colleague",
    "optout": "Never again",
    "never_again": "Never again",
    "placed": "Link placed",
    "auto_ack": "Automatic receipt",
    "in_doubt": "In doubt",
    "named_verified": "Named, verified",
}


def register(app: Flask) -> None:
    """Give the app's templates their filters."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        when=when, when_time=when_time, ago=ago, pct=pct, num=num, label=label, domain=domain_name, chance=chance
    )


def reader_zone() -> ZoneInfo:
    """The signed-in reader's time zone, else UTC."""
    name = getattr(current_user, "time_zone", None) or "UTC"
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def when(moment: datetime | date | None) -> Markup:
    """The day in words, "Tue 24 Nov", inside <time> with the exact moment on hover."""
    return _time(moment, "EEE d MMM")


def when_time(moment: datetime | None, zone: str | None = None) -> Markup:
    """Day and time, "Tue 24 Nov, 09:10", in the reader's zone or in `zone`."""
    return _time(moment, "EEE d MMM, HH:mm", zone)


def ago(moment: datetime | None) -> Markup:
    """How long ago, in the largest sensible unit: "5 min ago", "3 days ago"."""
    if moment is None:
        return Markup("")
    minutes = int((clock.now() - moment).total_seconds() // 60)
    steps = [(1, gettext("just now")), (60, gettext("%(n)s min ago", n=minutes))]
    steps += [(1440, gettext("%(n)s h ago", n=minutes // 60)), (2880, gettext("yesterday"))]
    words = next((w for limit, w in steps if minutes < limit), gettext("%(n)s days ago", n=minutes // 1440))
    return Markup('<time datetime="{}" title="{}">{}</time>').format(moment.isoformat(), _plain(moment), words)


def pct(share: float | None, digits: int = 0) -> str:
    """0.243 -> "24%"."""
    return "–" if share is None else f"{share * 100:.{digits}f}%"


def chance(share: float | None) -> str:
    """A probability for people: one decimal below 10 %."""
    return pct(share, 1 if share is not None and share < 0.1 else 0)


def num(value: float | None, digits: int = 0) -> str:
    """1234.5 -> "1,235" by the reader's language."""
    return "–" if value is None else str(format_decimal(round(value, digits) if digits else round(value)))


def label(value: StrEnum | str | None) -> str:
    """The word on the screen for a value of the vocabulary."""
    if not value:
        return str(gettext("Unknown"))
    text = str(value)
    return LABELS.get(text) or text.replace("_", " ").capitalize()


def domain_name(value: str | None) -> str:
    """A domain as people write it (IDN in Unicode)."""
    from crm import domains

    return domains.display(value) if value else ""


def _time(moment: datetime | date | None, pattern: str, zone: str | None = None) -> Markup:
    if moment is None:
        return Markup("–")
    if not isinstance(moment, datetime):
        return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), format_date(moment, "EEE d MMM"))
    local = moment.astimezone(ZoneInfo(zone) if zone else reader_zone())
    words = format_datetime(local, pattern, rebase=False)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        moment.astimezone(UTC).isoformat(), escape(_plain(local)), words
    )


def _plain(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M %Z")
