"""When a batch would start: the recipient's zone and the first sending day, for the words on the button. Pure.

The exact minute of each mail is planned later by the outbox, within the mailbox's window and caps.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

FIRST_HOUR, LAST_HOUR = time(8, 0), time(17, 30)

# One zone for each country code; for wide countries the one where most people live.
_COUNTRY = {
    "at": "Europe/Vienna",
    "au": "Australia/Sydney",
    "be": "Europe/Brussels",
    "br": "America/Sao_Paulo",
    "ca": "America/Toronto",
    "ch": "Europe/Zurich",
    "cl": "America/Santiago",
    "cn": "Asia/Shanghai",
    "cz": "Europe/Prague",
    "de": "Europe/Berlin",
    "dk": "Europe/Copenhagen",
    "ee": "Europe/Tallinn",
    "es": "Europe/Madrid",
    "fi": "Europe/Helsinki",
    "fr": "Europe/Paris",
    "gr": "Europe/Athens",
    "hk": "Asia/Hong_Kong",
    "hr": "Europe/Zagreb",
    "hu": "Europe/Budapest",
    "ie": "Europe/Dublin",
    "il": "Asia/Jerusalem",
    "in": "Asia/Kolkata",
    "it": "Europe/Rome",
    "jp": "Asia/Tokyo",
    "kr": "Asia/Seoul",
    "lt": "Europe/Vilnius",
    "lv": "Europe/Riga",
    "mx": "America/Mexico_City",
    "nl": "Europe/Amsterdam",
    "no": "Europe/Oslo",
    "nz": "Pacific/Auckland",
    "pl": "Europe/Warsaw",
    "pt": "Europe/Lisbon",
    "ro": "Europe/Bucharest",
    "rs": "Europe/Belgrade",
    "ru": "Europe/Moscow",
    "se": "Europe/Stockholm",
    "sg": "Asia/Singapore",
    "si": "Europe/Ljubljana",
    "sk": "Europe/Bratislava",
    "tr": "Europe/Istanbul",
    "ua": "Europe/Kyiv",
    "uk": "Europe/London",
    "gb": "Europe/London",
    "us": "America/New_York",
    "za": "Africa/Johannesburg",
}


def zone_for(person_zone: str, country: str, domain: str, mailbox_zone: str) -> tuple[str, bool]:
    """The recipient's time zone and whether it is assumed: person, country, country domain, then the mailbox's."""
    if person_zone and person_zone in available_timezones():
        return person_zone, False
    by_country = _COUNTRY.get(country.strip().lower()) or _COUNTRY.get(domain.rsplit(".", 1)[-1].lower())
    fallback = mailbox_zone if mailbox_zone in available_timezones() else "UTC"
    return by_country or fallback, True


def first_day(now: datetime, start_at: datetime | None, zone: str) -> date:
    """The local day on which the first mail leaves: today while the window is open, else the next working day."""
    moment = max(now, start_at) if start_at is not None else now
    local = moment.astimezone(ZoneInfo(zone))
    day = local.date()
    if local.time() > LAST_HOUR:
        day += timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return day


def from_local(text: str, zone: str) -> datetime | None:
    """The moment that a date-and-time field names in `zone`; None when it is empty. Raises ValueError."""
    if not text.strip():
        return None
    return datetime.fromisoformat(text.strip()).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def to_local(moment: datetime | None, zone: str) -> str:
    """The value of a date-and-time field."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M") if moment is not None else ""
