"""When a watched link is looked at again, and what follows from what was seen. Pure.

Daily for a week, weekly to a month, monthly to half a year, then every three months; a first failure is looked at
again the next day, a missing link daily for a month and then, as a lost one, weekly. Lost only after failures on two
different days; "could not tell" is never a failure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from crm.outcomes.evidence import LinkEvidence
from crm.vocabulary import PlacementState

DAYS_TO_LOSE = 2
WORSE_REL = frozenset({"nofollow", "ugc", "sponsored"})
_STEPS = ((7, 1), (30, 7), (182, 30))
_THEN = 91
_UNSURE_AGAIN = timedelta(days=1)
_LOOKED_FOR = timedelta(days=7)


class Change(StrEnum):
    """What a check brought about."""

    NONE = "none"
    WENT_LIVE = "went_live"
    CHANGED = "changed"
    BACK_TO_NORMAL = "back_to_normal"
    FIRST_FAILURE = "first_failure"
    LOST = "lost"
    FOUND_AGAIN = "found_again"


@dataclass(frozen=True)
class Watched:
    """What is known of a placement before a check. `failed_on` are the days of failures since the last good one."""

    state: PlacementState
    rel: str = ""
    indexable: bool | None = None
    failed_on: tuple[str, ...] = ()
    was_live: bool = False


@dataclass(frozen=True)
class Verdict:
    """The state after a check, what changed, and the sentence for it."""

    state: PlacementState
    change: Change
    failed_on: tuple[str, ...]
    why: str


def judge(before: Watched, seen: LinkEvidence, today: date) -> Verdict:
    """The state that follows from one look."""
    if seen.present is None:
        return Verdict(before.state, Change.NONE, before.failed_on, seen.why)
    if seen.present:
        return _seen(before, seen)
    days = tuple(sorted({*before.failed_on, today.isoformat()}))
    if before.state == PlacementState.LOST or not before.was_live:
        return Verdict(before.state, Change.NONE, days, seen.why)
    if len(days) >= DAYS_TO_LOSE:
        return Verdict(PlacementState.LOST, Change.LOST, days, seen.why)
    return Verdict(before.state, Change.FIRST_FAILURE, days, f"{seen.why}; looked at again tomorrow before it counts")


def next_check(started: datetime, now: datetime, failed_on: Sequence[str], *, sure: bool = True) -> datetime:
    """When to look again, counted from when the watching started."""
    if not sure or 0 < len(failed_on) < DAYS_TO_LOSE:
        return now + _UNSURE_AGAIN
    age = (now - started).days
    if failed_on:
        return now + (_UNSURE_AGAIN if age < 30 else _LOOKED_FOR)
    return now + timedelta(days=next((every for until, every in _STEPS if age < until), _THEN))


def schedule_words(started: datetime, now: datetime) -> str:
    """The rhythm a placement of this age is in."""
    age = (now - started).days
    words = ("every day in its first week", "every week in its first month", "every month in its first half year")
    return next((w for w, (until, _) in zip(words, _STEPS, strict=True) if age < until), "every three months")


def _seen(before: Watched, seen: LinkEvidence) -> Verdict:
    fault = _fault(before, seen)
    if before.state == PlacementState.LOST:
        state = PlacementState.CHANGED if fault else PlacementState.LIVE
        return Verdict(state, Change.FOUND_AGAIN, (), seen.why)
    if not before.was_live:
        state = PlacementState.CHANGED if seen.indexable is False else PlacementState.LIVE
        return Verdict(state, Change.WENT_LIVE, (), seen.why)
    if fault:
        new = before.state != PlacementState.CHANGED
        return Verdict(PlacementState.CHANGED, Change.CHANGED if new else Change.NONE, (), fault)
    change = Change.BACK_TO_NORMAL if before.state == PlacementState.CHANGED else Change.NONE
    return Verdict(PlacementState.LIVE, change, (), seen.why)


def _fault(before: Watched, seen: LinkEvidence) -> str:
    """What is worse than when the link was first seen, or ""."""
    added = sorted((set(seen.rel.split()) & WORSE_REL) - set(before.rel.split()))
    if added:
        return f"rel now says {' '.join(added)}"
    if seen.indexable is False and before.indexable is not False:
        return f"search engines no longer list the page: {seen.why}"
    return f"search engines do not list the page: {seen.why}" if seen.indexable is False else ""
