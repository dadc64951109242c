"""The only two places where time comes from.

`now()` decides due times, delays and windows; tests and the practice world may move it. `real_now()` decides leases,
heartbeats and settle times and cannot be moved. Both are aware UTC.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

Source = Callable[[], datetime]


def real_now() -> datetime:
    """The machine's time, aware UTC."""
    return datetime.now(UTC)


_source: Source = real_now


def now() -> datetime:
    """The product's time, aware UTC."""
    return _source()


def install(source: Source) -> None:
    """Take the product's time from `source` from now on (the practice world's clock)."""
    global _source
    _source = source


@contextmanager
def at(moment: datetime, *, ticking: timedelta = timedelta()) -> Iterator[None]:
    """Hold the product's time at `moment`; each call moves it on by `ticking`."""
    if moment.tzinfo is None:
        raise ValueError("clock.at wants an aware time")
    before, current = _source, [moment - ticking]

    def held() -> datetime:
        current[0] += ticking
        return current[0]

    install(held)
    try:
        yield
    finally:
        install(before)
