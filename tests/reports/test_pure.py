"""Tables that leave the house, curves, axes and words of the reports."""

from datetime import date

import pytest

from crm.learning import axes
from crm.learning.quarters import quarter_name, quarter_of
from crm.reports import charts, conversion, overview, today
from crm.reports.periods import chosen
from crm.reports.survival import curve
from crm.reports.tables import Table, safe


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_a_text_that_a_spreadsheet_would_run_is_quoted(text: str) -> None:
    assert safe(text) == "'" + text


def test_numbers_stay_numbers() -> None:
    table = Table("t", [("a", "A"), ("b", "B")], [{"a": -3, "b": 0.5}, {"a": None, "b": "x,y"}])
    assert table.csv() == 'A,B\r\n-3,0.5\r\n,"x,y"\r\n'
    assert table.text().splitlines()[0].split() == ["A", "B"]


def test_those_still_out_are_not_counted_as_lost() -> None:
    found = curve([2.0, 4.0, None, None], [30.0, 30.0, 1.0, 30.0])
    assert found.shares == pytest.approx([0, 1 / 3, 2 / 3]) and found.half == 3.0
    assert curve([], []).came == 0 and curve([None], [3.0]).half is None


def test_axes_end_at_round_numbers_above_what_they_hold() -> None:
    assert [charts.nice(v) for v in (0, 3, 71, 96, 1000)] == [3.0, 3.0, 120.0, 120.0, 1200.0]
    assert charts.axis(0.31) == (0.4, ["0%", "10", "20", "30", "40%"])
    assert axes.place(1.0, 1.0) == 50.0 and axes.place(100.0, 1.0) == 100.0


def test_a_line_stays_in_its_box() -> None:
    made = charts.line([(0, 0), (0.5, 40), (1, 96)], ["Jul", "Nov"], "words")
    assert made.path == "M0,100 L50,66.7 L100,20" and made.ticks == ["120", "80", "40", "0"]


def test_rates_are_ordered_and_say_when_there_is_not_enough() -> None:
    line = {
        "sent": 30.0,
        "bounced": 0,
        "replied": 3,
        "interested": 2,
        "refused": 1,
        "payment": 0,
        "placed": 2.0,
        "matured": 28.0,
    }
    lines = conversion.rates("link_type", {"list_post": line, "digital_pr": {**line, "placed": 0.0, "matured": 9.0}})
    assert [r.key for r in lines] == ["list_post", "digital_pr"]
    assert (lines[0].enough, lines[1].enough) == (True, False)
    assert lines[0].rate == pytest.approx((2.1 + 2) / (60 + 28)) and lines[0].low < lines[0].rate < lines[0].high
    assert conversion.rates("angle", {}) == []


def test_the_period_is_everything_unless_it_is_given() -> None:
    day = date(2026, 11, 20)
    assert chosen({}, day).first == date(2026, 7, 3)
    assert chosen({"from": "2026-01-01", "to": "2026-02-01"}, day).last == date(2026, 2, 1)
    assert chosen({"from": "x", "to": "2026-13-01"}, day).last == day
    assert (quarter_of(day), quarter_name(day)) == ((date(2026, 10, 1), date(2026, 12, 31)), "2026-Q4")


def test_the_pace_says_when_the_rest_will_be_closed() -> None:
    words = overview.pace(10, date(2026, 7, 1), date(2026, 10, 9), 10)
    assert (
        words.endswith("10 are left: 3 months at this pace.")
        and overview.pace(0, date(2026, 1, 1), date(2026, 2, 1), 5) == ""
    )


def test_tasks_come_in_order_and_add_up_to_an_amount_of_work() -> None:
    found = [
        today.task("gap", 31, ("1 new", "%s new"), "", "Review", "/gap", 9),
        today.task("replies", 4, ("1 reply", "Answer %s replies"), "", "Triage", "/inbox", 12),
        today.task("lost", 0, ("1", "%s"), "", "", "", 0),
    ]
    tasks = today.ordered(found)
    assert [t.title for t in tasks] == ["Answer 4 replies", "31 new"]
    assert today.headline(tasks) == "About 20 minutes of work" and today.headline([]) == "Nothing waits for you"
    assert (
        today.people(4).startswith("Four people wait")
        and today.expected([0.25] * 20) == "About 5 links expected, 3 to 7."
    )
