"""Pure: quarters of the calendar."""

from datetime import date, timedelta


def quarter_of(day: date) -> tuple[date, date]:
    """First and last day of the quarter."""
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    after = date(first.year + (first.month == 10), (first.month + 2) % 12 + 1, 1)
    return first, after - timedelta(days=1)


def quarter_name(day: date) -> str:
    """ "2026-Q4"."""
    return f"{day.year}-Q{(day.month - 1) // 3 + 1}"
