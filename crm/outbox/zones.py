"""A time zone for a recipient whose own is unknown: by country, by the ending of the domain, else the mailbox's. Pure.

A country with several zones gets the one where most of its people live; the screens say "assumed".
"""

from crm.outbox.schedule import zone_of

_BY_COUNTRY = {
    "AE": "Asia/Dubai",
    "AR": "America/Argentina/Buenos_Aires",
    "AT": "Europe/Vienna",
    "AU": "Australia/Sydney",
    "BE": "Europe/Brussels",
    "BG": "Europe/Sofia",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CH": "Europe/Zurich",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "CO": "America/Bogota",
    "CZ": "Europe/Prague",
    "DE": "Europe/Berlin",
    "DK": "Europe/Copenhagen",
    "EE": "Europe/Tallinn",
    "ES": "Europe/Madrid",
    "FI": "Europe/Helsinki",
    "FR": "Europe/Paris",
    "GB": "Europe/London",
    "GR": "Europe/Athens",
    "HK": "Asia/Hong_Kong",
    "HR": "Europe/Zagreb",
    "HU": "Europe/Budapest",
    "ID": "Asia/Jakarta",
    "IE": "Europe/Dublin",
    "IL": "Asia/Jerusalem",
    "IN": "Asia/Kolkata",
    "IT": "Europe/Rome",
    "JP": "Asia/Tokyo",
    "KR": "Asia/Seoul",
    "LT": "Europe/Vilnius",
    "LV": "Europe/Riga",
    "MX": "America/Mexico_City",
    "NL": "Europe/Amsterdam",
    "NO": "Europe/Oslo",
    "NZ": "Pacific/Auckland",
    "PE": "America/Lima",
    "PH": "Asia/Manila",
    "PL": "Europe/Warsaw",
    "PT": "Europe/Lisbon",
    "RO": "Europe/Bucharest",
    "RS": "Europe/Belgrade",
    "RU": "Europe/Moscow",
    "SE": "Europe/Stockholm",
    "SG": "Asia/Singapore",
    "SI": "Europe/Ljubljana",
    "SK": "Europe/Bratislava",
    "TH": "Asia/Bangkok",
    "TR": "Europe/Istanbul",
    "UA": "Europe/Kyiv",
    "US": "America/New_York",
    "VN": "Asia/Ho_Chi_Minh",
    "ZA": "Africa/Johannesburg",
}
_ENDINGS = {"uk": "GB", "su": "RU"}
_GENERIC = {"co", "io", "me", "tv", "ai", "cc", "ly", "fm", "to", "gg"}  # sold to everybody; they say nothing


def country_of(domain: str) -> str:
    """The country (ISO 3166) that the ending of a domain stands for, or ""."""
    ending = domain.rpartition(".")[2].lower()
    if ending in _GENERIC:
        return ""
    code = _ENDINGS.get(ending, ending.upper())
    return code if code in _BY_COUNTRY else ""


def zone_for(*, known: str, country: str, domain: str, mailbox_zone: str) -> tuple[str, bool]:
    """(zone name, assumed): the recipient's own zone when it is valid, else a guess that is marked as one."""
    if zone_of(known):
        return known, False
    guess = _BY_COUNTRY.get(country.upper()) or _BY_COUNTRY.get(country_of(domain)) or mailbox_zone
    return (guess if zone_of(guess) else "UTC"), True
