"""Pure: which time a report speaks of, from the address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from crm.learning.quarters import quarter_of

WEEKS = 20


@dataclass(frozen=True)
class Choice:
    """What the reader chose: days (both included), and one batch or link type or none."""

    first: date
    last: date
    batch: str = ""
    link_type: str = ""

    def query(self, **other: str) -> dict[str, str]:
        """As arguments of an address, with changes."""
        own = {"from": self.first.isoformat(), "to": self.last.isoformat(), "batch": self.batch, "type": self.link_type}
        return {k: v for k, v in {**own, **other}.items() if v}


def chosen(args: Mapping[str, str], today: date, first_day: date | None = None) -> Choice:
    """From `from`, `to` (or `quarter`, such as 2026-Q4), `batch`, `type`; the last 20 weeks otherwise. A wrong date
    counts as not given."""
    quarter = _quarter(args.get("quarter", ""))
    if quarter:
        return Choice(*quarter, args.get("batch", ""), args.get("type", ""))
    last = _day(args.get("to", "")) or today
    since = today - timedelta(weeks=WEEKS)
    first = _day(args.get("from", "")) or (max(since, first_day) if first_day else since)
    return Choice(min(first, last), max(first, last), args.get("batch", ""), args.get("type", ""))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _quarter(text: str) -> tuple[date, date] | None:
    year, _, number = text.partition("-Q")
    if not (year.isdigit() and len(year) == 4 and number in ("1", "2", "3", "4") and int(year)):
        return None
    return quarter_of(date(int(year), 3 * int(number) - 2, 1))
