"""Days that people name in answers: 'until 14 December', 'ab dem 3.1.', 'in two weeks', 'im März'. Fourteen languages.

Nothing here reads the clock: the day of the mail is given by the caller.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from crm.inbox.date_words import AHEAD, MONTHS, NUMBERS, UNITS, WEEKDAYS

HORIZON = 550  # days; a day further off is a slip or a year of birth
_ISO = re.compile(r"(?<!\d)(20\d\d)[-./](\d{1,2})[-./](\d{1,2})(?!\d)")
_EAST = re.compile(r"(?:(20\d\d)\s{0,2}[年년]\s{0,2})?(?<!\d)(\d{1,2})\s{0,2}[月월]\s{0,2}(\d{1,2})\s{0,2}[日일]")
_NUMERIC = re.compile(r"(?<![\d./:-])(\d{1,2})([./-])(\d{1,2})(?:\2(20\d\d|\d\d)(?!\d)|\.?)(?![\d:%€$£])")
_WORD = re.compile(r"[^\W\d_]+", re.UNICODE)
_DAY_MONTH = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|ème|º|ª|°|\.|:e)?\s{1,3}(?:of |de |d'|du )?([^\W\d_]{3,12})\.?"
    r"(?:,?\s{0,2}(?:de |of )?(20\d\d))?"
)
_MONTH_DAY = re.compile(
    r"(?<![^\W\d_])([^\W\d_]{3,12})\.?\s{1,3}(?:the )?(\d{1,2})(?:st|nd|rd|th)?(?!\d|:|%)(?:,?\s{0,2}(20\d\d))?",
    re.UNICODE,
)
_MONTH_YEAR = re.compile(r"(?<![^\W\d_])([^\W\d_]{3,12})\.?(?:\s{1,2}(?:de |of )?(20\d\d))?", re.UNICODE)
_QUARTER = re.compile(r"\b(?:q|t)([1-4])\b(?:[\s/]{0,3}(20\d\d))?|\b([1-4])\. ?quartal\b")
_LATER = re.compile(
    r"\b(?:in|after|en|dans|dentro de|tra|fra|em|daqui a|over|za|om|через|about|i)\s{1,2}"
    r"(?:about |etwa |ca\. |around |unos |environ |circa |ongeveer |około )?(?:a |an |the )?"
    r"([^\W_]{1,12})\s{1,2}([^\W\d_]{2,12})"
)

_END_OF = re.compile(
    r"\b(?:end of|ende|fin|finales de|final de|finais de|fine|eind|einde|końca|koniec|slutet av|slutningen af)\s{1,2}"
    r"(?:de |d'|of )?([^\W\d_]{3,12})(?:\s{1,2}(?:de )?(20\d\d))?"
)
_FOR = re.compile(
    r"\b(?:for|für|pendant|durante|per|por|voor|przez|under|i)\s{1,2}(?:the )?(?:next )?"
    r"([^\W_]{1,12})\s{1,2}([^\W\d_]{2,12})"
)


@dataclass(frozen=True)
class Named:
    """A day named in a text: where it stands, and the words."""

    day: date
    start: int
    words: str


def days_in(text: str, on: date) -> list[Named]:
    """Every day of the coming months that `text` names, as seen from `on`, in the order of the text."""
    low = text[:20_000].lower()
    found: dict[int, Named] = {}
    for start, end, day in [*_iso(low), *_east(low, on), *_worded(low, on), *_numeric(low, on), *_relative(low, on)]:
        inside = any(n.start <= start < n.start + len(n.words) for n in found.values())
        if not inside and timedelta(0) <= day - on <= timedelta(days=HORIZON):
            found[start] = Named(day, start, low[start:end])
    return [found[k] for k in sorted(found)]


def return_day(text: str, on: date | None) -> date | None:
    """The day on which an absent person is back: the last day named near words of return, else the last named."""
    if on is None:
        return None
    low = text[:4000].lower()
    named = days_in(low, on) or _weekdays(low, on)
    if not named:
        return _end_of_month(low, on) or _lasting(low, on) or _month(low, on)
    near = [n for n in named if any(w in low[max(0, n.start - 60) : n.start] for w in AHEAD["return"])]
    return max((n.day for n in near or named), default=None)


def _end_of_month(low: str, on: date) -> date | None:
    """The last day of the month in "until the end of March"."""
    for m in _END_OF.finditer(low):
        month = MONTHS.get(m[1])
        begins = _next(month, 28, on, int(m[2]) if m[2] else None) if month else None
        if begins:
            return (begins + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return None


def _lasting(low: str, on: date) -> date | None:
    """The day after "for two weeks"."""
    for m in _FOR.finditer(low):
        count = int(m[1]) if m[1].isdigit() else NUMBERS.get(m[1], 0)
        unit = UNITS.get(m[2], 0)
        if unit and 0 < count < 60:
            return on + timedelta(days=count * unit)
    return None


def later_day(text: str, on: date | None) -> date | None:
    """The day from which somebody may be asked again, where one is named: a day, a month, a quarter, 'in six weeks'."""
    if on is None:
        return None
    named = days_in(text, on)
    if named:
        return named[0].day
    return _month(text.lower()[:4000], on) or _season(text.lower()[:4000], on)


def _iso(low: str) -> list[tuple[int, int, date]]:
    return [(m.start(), m.end(), d) for m in _ISO.finditer(low) if (d := _day(int(m[1]), int(m[2]), int(m[3])))]


def _east(low: str, on: date) -> list[tuple[int, int, date]]:
    out = []
    for m in _EAST.finditer(low):
        day = _next(int(m[2]), int(m[3]), on, int(m[1]) if m[1] else None)
        if day:
            out.append((m.start(), m.end(), day))
    return out


def _worded(low: str, on: date) -> list[tuple[int, int, date]]:
    out = []
    for m in _DAY_MONTH.finditer(low):
        month = MONTHS.get(m[2])
        if month and (day := _next(month, int(m[1]), on, int(m[3]) if m[3] else None)):
            out.append((m.start(), m.end(), day))
    for m in _MONTH_DAY.finditer(low):
        month = MONTHS.get(m[1])
        if month and (day := _next(month, int(m[2]), on, int(m[3]) if m[3] else None)):
            out.append((m.start(), m.end(), day))
    return out


def _numeric(low: str, on: date) -> list[tuple[int, int, date]]:
    """Day and month in figures. Where both readings are possible the nearer one in the future counts."""
    out = []
    for m in _NUMERIC.finditer(low):
        a, b = int(m[1]), int(m[3])
        year = None if not m[4] else int(m[4]) + (2000 if len(m[4]) == 2 else 0)
        if m[0] == "24/7" or m[2] != "/" and not m[4] and not m[0].endswith(".") or max(a, b) > 31 or a > 12 and b > 12:
            continue
        readings = [r for r in (_next(b, a, on, year), _next(a, b, on, year) if m[2] == "/" else None) if r and r >= on]
        if readings:
            out.append((m.start(), m.end(), min(readings)))
    return out


def _relative(low: str, on: date) -> list[tuple[int, int, date]]:
    out = []
    for m in _LATER.finditer(low):
        count = int(m[1]) if m[1].isdigit() else NUMBERS.get(m[1], 0)
        unit = UNITS.get(m[2], 0)
        if unit and 0 < count < 60:
            out.append((m.start(), m.end(), on + timedelta(days=count * unit)))
    for words, days in AHEAD["relative"].items():
        at = low.find(words)
        if at >= 0:
            out.append((at, at + len(words), on + timedelta(days=days if days > 0 else 7 - on.weekday())))
    return out


def _weekdays(low: str, on: date) -> list[Named]:
    out = []
    for m in _WORD.finditer(low):
        number = WEEKDAYS.get(m[0])
        if number is not None:
            ahead = (number - on.weekday() - 1) % 7 + 1
            out.append(Named(on + timedelta(days=ahead), m.start(), m[0]))
    return out[:8]


def _month(low: str, on: date) -> date | None:
    for m in _MONTH_YEAR.finditer(low):
        month = MONTHS.get(m[1])
        if month and m[1] not in ("mar", "may", "mai", "sept", "march", "marca"):
            return _next(month, 1, on, int(m[2]) if m[2] else None)
        before = low[max(0, m.start() - 8) : m.start()].split()
        if (
            month
            and before
            and before[-1] in ("in", "im", "en", "by", "until", "till", "w", "em", "a", "od", "ab", "from", "after")
        ):
            return _next(month, 1, on, int(m[2]) if m[2] else None)
    return None


def _season(low: str, on: date) -> date | None:
    quarter = _QUARTER.search(low)
    if quarter:
        number = int(quarter[1] or quarter[3])
        return _next(number * 3 - 2, 1, on, int(quarter[2]) if quarter[2] else None)
    for words, (month, day) in AHEAD["season"].items():
        if words in low:
            return _next(month, day, on, None)
    return None


def _next(month: int, day: int, on: date, year: int | None) -> date | None:
    """That day of this year, or of the next one when it has passed."""
    if year is not None:
        return _day(year, month, day)
    this = _day(on.year, month, day)
    return this if this and this >= on else _day(on.year + 1, month, day)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
