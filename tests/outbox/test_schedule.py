"""When the next mail goes: clock changes, windows, business days, warm-up."""

# ruff: noqa: DTZ001  wall-clock times without a zone are the subject here

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.outbox import forecast, schedule
from crm.outbox.schedule import Caps, NeverOpen, Ramp, Rules, Used, Window
from crm.outbox.zones import zone_for

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = sorted(z for z in available_timezones() if "/" in z and not z.startswith(("Etc", "posix", "right")))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


def test_fault_33_a_time_that_does_not_exist_is_the_first_valid_one_after_the_gap() -> None:
    assert schedule.to_instant(datetime(2027, 3, 28, 2, 30), BERLIN) == utc(2027, 3, 28, 1, 0)
    assert schedule.to_instant(datetime(2027, 3, 28, 3, 0), BERLIN) == utc(2027, 3, 28, 1, 0)


def test_fault_34_a_time_that_happens_twice_is_the_first_one() -> None:
    assert schedule.to_instant(datetime(2026, 10, 25, 2, 30), BERLIN) == utc(2026, 10, 25, 0, 30)


@settings(max_examples=300, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    local=st.datetimes(min_value=datetime(2025, 1, 1), max_value=datetime(2035, 12, 31)),
)
def test_fault_33_34_every_wall_clock_time_of_ten_years_in_every_zone_is_one_instant_in_order(
    zone: str, local: datetime
) -> None:
    where = ZoneInfo(zone)
    instant = schedule.to_instant(local, where)
    back = instant.astimezone(where).replace(tzinfo=None)
    assert back >= local.replace(microsecond=0) or back == local
    assert back - local < timedelta(hours=25)
    assert schedule.to_instant(local + timedelta(days=2), where) > instant


def test_fault_35_the_instant_of_a_plan_follows_the_zone_it_is_asked_for() -> None:
    plan = "2026-11-24T09:10:00"
    assert schedule.instant_of(plan, "Europe/Berlin") == utc(2026, 11, 24, 8, 10)
    assert schedule.instant_of(plan, "America/New_York") == utc(2026, 11, 24, 14, 10)
    assert schedule.instant_of(plan, "No/Such") == utc(2026, 11, 24, 9, 10)


@pytest.mark.parametrize(
    ("known", "country", "domain", "box", "expected"),
    [
        ("Asia/Tokyo", "DE", "x.de", "UTC", ("Asia/Tokyo", False)),
        ("Nowhere/At_All", "DE", "x.com", "UTC", ("Europe/Berlin", True)),
        ("", "", "x.co.uk", "UTC", ("Europe/London", True)),
        ("", "", "x.io", "Europe/Vienna", ("Europe/Vienna", True)),
        ("", "", "x.com", "Not/Known", ("UTC", True)),
    ],
)
def test_fault_36_an_unknown_zone_is_guessed_and_marked(
    known: str, country: str, domain: str, box: str, expected: tuple[str, bool]
) -> None:
    assert zone_for(known=known, country=country, domain=domain, mailbox_zone=box) == expected


def test_fault_37_windows_that_never_meet_are_refused_with_both_named() -> None:
    rules = Rules(
        allowed=Window(frozenset({0, 1}), time(9), time(12)),
        sender=Window(frozenset({3}), time(9), time(12)),
        sender_zone="Europe/Berlin",
    )
    with pytest.raises(NeverOpen, match=r"never meet.*Settings"):
        schedule.next_open(utc(2026, 11, 23, 9), BERLIN, rules)


def test_fault_38_friday_after_hours_goes_on_the_next_business_day_at_the_start_of_the_window() -> None:
    friday = datetime(2026, 11, 27, 18, 5, tzinfo=BERLIN)
    assert schedule.next_open(friday, BERLIN, Rules()) == datetime(2026, 11, 30, 8, 0, tzinfo=BERLIN)


def test_fault_38_a_public_holiday_is_no_business_day() -> None:
    christmas = datetime(2026, 12, 25, 9, 0, tzinfo=BERLIN)
    assert schedule.next_open(christmas, BERLIN, Rules(country="DE")).date() == date(2026, 12, 28)
    assert schedule.add_business_days(date(2026, 12, 23), 2, "DE") == date(2026, 12, 28)
    assert schedule.add_business_days(date(2026, 12, 23), 2) == date(2026, 12, 25)


def test_a_follow_up_counts_business_days_from_the_day_the_mail_left_at_about_the_same_hour() -> None:
    sent = datetime(2026, 11, 26, 10, 0, tzinfo=BERLIN)  # a Thursday
    planned = schedule.next_send_time(sent, 4, "Europe/Berlin", Rules(), "seed")
    local = planned.due_at.astimezone(BERLIN)
    assert local.date() == date(2026, 12, 2)
    assert abs((local - local.replace(hour=10, minute=0)).total_seconds()) <= 900
    assert schedule.instant_of(planned.local, planned.zone) == planned.due_at


@settings(max_examples=150, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    start=st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2028, 12, 31), timezones=st.just(UTC)),
    delay=st.integers(0, 15),
    seed=st.text(max_size=5),
)
def test_whatever_is_planned_lies_in_the_future_and_in_open_hours(
    zone: str, start: datetime, delay: int, seed: str
) -> None:
    first = schedule.first_send(start, zone, Rules(), seed)
    assert first.due_at >= start.replace(microsecond=0) and schedule.is_open(first.due_at, ZoneInfo(zone), Rules())
    follow = schedule.next_send_time(first.due_at, delay, zone, Rules(), seed)
    assert schedule.is_open(follow.due_at, ZoneInfo(zone), Rules())


def test_first_mails_prefer_tuesday_to_thursday_morning_and_spill_over_when_those_are_full() -> None:
    monday = datetime(2026, 11, 23, 7, 0, tzinfo=BERLIN)
    planned = schedule.first_send(monday, "Europe/Berlin", Rules(), "x")
    assert planned.local.startswith("2026-11-24T09") or planned.local.startswith("2026-11-24T1")
    full = [date(2026, 11, d) for d in (24, 25, 26)]
    assert schedule.first_send(monday, "Europe/Berlin", Rules(), "x", full_days=full).local.startswith("2026-11-23")


def test_room_appears_when_the_oldest_mail_leaves_the_hour_or_the_day() -> None:
    now, caps = utc(2026, 11, 23, 12), Caps(2, 3, 3)
    assert schedule.room_at(now, caps, Used(1, 1, 1, now, now)) == now
    oldest = now - timedelta(minutes=40)
    assert schedule.room_at(now, caps, Used(2, 2, 2, oldest, oldest)) == oldest + timedelta(hours=1, seconds=1)
    assert schedule.room_at(now, caps, Used(0, 3, 3, None, oldest)) == oldest + timedelta(days=1, seconds=1)


def test_the_warm_up_grows_every_three_sending_days_and_never_beyond_the_cap() -> None:
    caps = [Ramp(sending_days=d).new_cap(20) for d in range(0, 24, 3)]
    assert caps == [5, 8, 12, 16, 20, 20, 20, 20]
    assert Ramp(skip=True).new_cap(20) == 20
    assert schedule.ramp_from({}).new_cap(20) == 20


def test_the_gap_is_the_same_for_the_same_mail_and_within_its_bounds() -> None:
    caps = Caps(20, 30, 20, 90, 210)
    gaps = {schedule.gap(caps, f"m{n}") for n in range(50)}
    assert all(timedelta(seconds=90) <= g <= timedelta(seconds=300) for g in gaps) and len(gaps) > 20
    assert schedule.gap(caps, "m1") == schedule.gap(caps, "m1")


def test_the_forecast_keeps_the_caps_and_names_the_last_day() -> None:
    now = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    waiting = [forecast.Waiting("ada", 1, now, "Europe/Berlin", then=(4,), seed=str(n)) for n in range(45)]
    outlook = forecast.forecast(now, waiting, {"ada": Caps(20, 30, 20)})
    firsts = {row.day: row.n for row in outlook.rows if row.step_no == 1}
    assert sum(firsts.values()) == 45 and max(firsts.values()) <= 20
    assert sum(row.n for row in outlook.rows if row.step_no == 2) == 45
    assert outlook.n_stuck == 0 and outlook.last_day is not None and outlook.last_day > date(2026, 11, 27)
