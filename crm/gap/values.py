"""Cells as truth values, numbers and dates; what cannot be read is unknown (None), never a guess. Pure."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import lru_cache

TRUE = frozenset({"true", "1", "yes", "y", "wahr", "vrai", "да", "si", "sí", "sì", "sim", "ja", "oui", "nofollow", "t"})
FALSE = frozenset({"false", "0", "no", "n", "falsch", "faux", "нет", "dofollow", "follow", "nein", "non", "nao", "f"})
MISSING = frozenset({"", "-", "–", "—", "na", "n/a", "n/d", "nd", "null", "none", "nan"})
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?")
_SCALE = {"k": 1e3, "m": 1e6, "b": 1e9}
_ISO = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?)?\s*(Z|UTC|[+-]\d\d:?\d\d)?"
)
_PARTS = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?.{0,8}")
_WORDY = re.compile(
    r"(?:(\d{1,2})\.? ([a-z]{3,9})\.?,? (\d{4})|([a-z]{3,9})\.? (\d{1,2}),? (\d{4}))(?:[ ,]+\d{1,2}:\d{2}.{0,12})?"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def truth(text: str, *, blank_is_false: bool = False) -> bool | None:
    """A flag cell. With `blank_is_false` (Majestic) blank is False and any other text that is not a no is True."""
    word = text.strip().lower()
    if blank_is_false:
        return word not in FALSE and word not in MISSING
    if word in TRUE:
        return True
    return False if word in FALSE else None


def comma_is_decimal(samples: Iterable[str]) -> bool:
    """Whether a column writes 3,5 for three and a half, by the majority of its telling cells."""
    score = 0
    for text in samples:
        if re.search(r",\d{1,2}\Z|,\d{4,}\Z|\.\d{3},|\A\d{1,3}(\.\d{3}){2,}\Z", text.strip()):
            score += 1
        elif re.search(r"\.\d{1,2}\Z|\.\d{4,}\Z|,\d{3}\.|\A\d{1,3}(,\d{3}){2,}\Z", text.strip()):
            score -= 1
    return score > 0


def number(text: str, *, comma: bool = False, whole: bool = True) -> float | None:
    """A number cell, or None. `comma`: the comma is the decimal mark of this column; `whole`: an integer column,
    where one mark before exactly three digits groups thousands. Understands `1.2M`, `3.4E7`, currency and percent."""
    if text.isdigit() and text.isascii() and len(text) < 16:
        return float(text)
    word = re.sub(r"[\s\u00a0\u202f%$€£¥<>~']", "", text).casefold()
    if word in MISSING:
        return None
    scale = 1.0
    if word[-1:] in _SCALE and word[-2:-1].isdigit():
        scale, word = _SCALE[word[-1]], word[:-1]
    word = _one_mark(word, comma, whole and scale == 1.0)
    if not _NUMBER.fullmatch(word):
        return None
    value = float(word) * scale
    return value if abs(value) < 1e300 else None


def _one_mark(word: str, comma: bool, whole: bool) -> str:
    dots, commas = word.count("."), word.count(",")
    if dots and commas:
        mark = max(".,", key=word.rfind)
        return word.replace("," if mark == "." else ".", "").replace(",", ".")
    sign = "." if dots else ","
    if dots + commas > 1:
        return word.replace(sign, "")
    if dots + commas == 1:
        grouped = re.fullmatch(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", word) is not None
        if grouped and (whole or (sign == "," and not comma)):
            return word.replace(sign, "")
    return word.replace(",", ".")


def integer(text: str, *, comma: bool = False) -> int | None:
    """A whole number of any size, or None."""
    word = text.strip()
    if word.isascii() and word.isdigit():
        return int(word) if len(word) < 19 else None
    value = number(text, comma=comma)
    return None if value is None else int(value)


def day_first(samples: Iterable[str]) -> bool | None:
    """Whether a column writes 28/09/2026 (True) or 09/28/2026 (False); None when no cell tells."""
    for text in samples:
        found = _PARTS.fullmatch(text.strip())
        if found is None:
            continue
        if found.group(2) == "." or int(found.group(1)) > 12:
            return True
        if int(found.group(3)) > 12:
            return False
    return None


def moment(text: str, *, day_leads: bool | None = None) -> date | datetime | None:
    """A date or time in the precision given; no zone means UTC. A slashed date needs `day_leads` unless it tells."""
    word = text.strip()
    if found := _ISO.fullmatch(word):
        return _made(
            found.group(1),
            found.group(2),
            found.group(3),
            found.group(4),
            found.group(5),
            found.group(6),
            found.group(7),
        )
    if found := _PARTS.fullmatch(word):
        leads = day_first([word]) if day_leads is None else day_leads
        if leads is None:
            return None
        day, month = (found.group(1), found.group(3)) if leads else (found.group(3), found.group(1))
        year = found.group(4) if len(found.group(4)) == 4 else "20" + found.group(4)
        return _made(year, month, day, found.group(5), found.group(6), found.group(7), None)
    if found := _WORDY.fullmatch(word.casefold()):
        day, name, year = (found.group(i) for i in ((1, 2, 3) if found.group(1) else (5, 4, 6)))
        if name[:3] in _MONTHS:
            return _made(year, str(_MONTHS.index(name[:3]) + 1), day, None, None, None, None)
    return None


@lru_cache(maxsize=16384)
def day(text: str, *, day_leads: bool | None = None) -> date | None:
    """The UTC day of a date or time cell, or None."""
    found = moment(text, day_leads=day_leads)
    return found.date() if isinstance(found, datetime) else found


def _made(
    year: str, month: str, day_of: str, hour: str | None, minute: str | None, second: str | None, zone: str | None
) -> date | datetime | None:
    try:
        if hour is None or minute is None:
            return date(int(year), int(month), int(day_of))
        at = datetime(int(year), int(month), int(day_of), int(hour), int(minute), int(second or 0), tzinfo=UTC)
        if zone and zone not in ("Z", "UTC"):
            sign = -1 if zone[0] == "-" else 1
            shift = sign * (int(zone[1:3]) * 60 + int(zone[-2:]))
            at = datetime.fromtimestamp(at.timestamp() - shift * 60, UTC)
        return at
    except (ValueError, OverflowError, OSError):
        return None
