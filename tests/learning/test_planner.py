"""The worked numbers of the planner, from the functions and from the commands."""

import json
from datetime import date

import numpy as np
import pytest
from click.testing import CliRunner

from crm.cli.plan import group
from crm.learning.planner import certainty, mixed, needed, outcome, rate_of, volume, weeks
from crm.learning.planning.shares import milestones, shares, together


@pytest.mark.parametrize(
    ("dr", "top_dr", "have", "factor", "target", "links"),
    [(45, 45, 0, 1.0, 24, 24), (40, 60, 0, 1.4, 34, 34), (40, 60, 6, 1.4, 34, 28), (20, 70, 0, 2.0, 48, 48), (70, 50, 0, 1.0, 24, 24)],
)  # fmt: skip
def test_links_needed_follow_the_top_three_and_the_gap_in_authority(
    dr: float, top_dr: float, have: int, factor: float, target: int, links: int
) -> None:
    plan = needed([55, 1, 15], have=have, top_dr=[top_dr] * 3, dr=dr)
    assert (round(plan.factor, 2), plan.target, plan.needed) == (factor, target, links)
    assert (round(plan.mean, 2), plan.median, plan.range, plan.base) == (23.67, 15, (1, 55), 24)


@pytest.mark.parametrize(
    ("link_type", "wins", "matured", "figures"),
    [
        ("unlinked_mention", 0, 0, (134, 137, 204)),
        ("partnership", 0, 0, (300, 324, 557)),
        ("guest_contribution", 0, 0, (343, 363, 582)),
        ("broken_link", 0, 0, (534, 591, 1081)),
        ("resource_page", 0, 0, (600, 676, 1291)),
        ("resource_page", 9, 120, (379, 384, 520)),
        ("digital_pr", 0, 0, (2000, 2647, 7230)),
    ],
)
def test_pitches_for_24_links(link_type: str, wins: int, matured: int, figures: tuple[int, int, int]) -> None:
    plan = volume(24, *rate_of(link_type, wins, matured))
    assert (plan.naive, plan.p50, plan.p80) == figures


def test_what_a_hundred_and_four_hundred_resource_page_mails_bring() -> None:
    rate = rate_of("resource_page")
    assert outcome(100, *rate) == (1, 3, 8)
    assert outcome(400, *rate) == (4, 14, 31)
    assert round(certainty(400, 24, *rate), 2) == 0.21


def test_losses_and_growing_rivals_raise_the_need() -> None:
    plan = needed([55, 1, 15], years=2, yearly_loss=0.10)
    assert (plan.needed, plan.needed_with_losses) == (24, 27)
    assert needed([55, 1, 15], monthly_growth=0.5, months=6).needed_with_losses == 33


def test_where_two_of_the_top_three_have_no_links_the_answer_is_a_sentence() -> None:
    assert not needed([0, 0, 90]).links_decide
    said = CliRunner().invoke(group, ["needed", "--top", "0", "--top", "0", "--top", "90"])
    assert said.exit_code == 0 and said.output.startswith("Links are not what ranks here")


def test_a_mixed_plan_is_the_sum_of_its_parts() -> None:
    rates = {"resource_page": rate_of("resource_page"), "unlinked_mention": rate_of("unlinked_mention")}
    totals = mixed({"resource_page": 100, "unlinked_mention": 50}, rates, np.random.default_rng(1))
    assert len(totals) == 4000 and np.mean(totals) == pytest.approx(13, abs=0.5)
    assert totals == mixed({"resource_page": 100, "unlinked_mention": 50}, rates, np.random.default_rng(1))


def test_weeks_count_follow_ups_against_the_daily_cap() -> None:
    assert weeks(100, daily_cap=20, followup_share=1.0) == pytest.approx(2.0)


def test_the_commands_print_the_same_figures_as_json() -> None:
    run = CliRunner().invoke
    plan = json.loads(run(group, ["needed", *"--top 55 --top 1 --top 15 --json".split()]).output)
    assert {
        "mean": 23.67,
        "needed": 24,
        "median": 15,
        "range": [1, 55],
        "factor": 1.0,
        "target": 24,
    }.items() <= plan.items()
    args = "volume --links 24 --link-type resource_page --wins 9 --matured 120 --json".split()
    figures = json.loads(run(group, args).output)
    assert (figures["naive"], figures["p50"], figures["p80"]) == (379, 384, 520)
    assert (round(figures["mean"], 3), round(figures["low"], 3), round(figures["high"], 3)) == (0.063, 0.041, 0.087)


@pytest.mark.parametrize(
    "args", ["needed", "needed --top x", "volume --links 0 --link-type resource_page", "volume --links 3"]
)
def test_wrong_usage_ends_with_exit_code_2(args: str) -> None:
    assert CliRunner().invoke(group, args.split()).exit_code == 2


def test_negative_links_are_refused_with_a_sentence() -> None:
    with pytest.raises(ValueError, match="whole numbers"):
        needed([-3, 5, 6])


def test_what_a_goal_leaves_open_goes_where_the_prospects_at_hand_win_most() -> None:
    means = {"unlinked_mention": 0.18, "resource_page": 0.04, "list_post": 0.035}
    at_hand = {"unlinked_mention": 30, "resource_page": 120}
    assert shares({}, 8, means, at_hand) == {"unlinked_mention": 5, "resource_page": 3}
    assert shares({}, 20, means, at_hand) == {"unlinked_mention": 5, "resource_page": 4 + 11}
    assert shares({"list_post": 4}, 6, means, at_hand) == {"list_post": 4, "unlinked_mention": 2}
    assert shares({"list_post": 8}, 4, means, at_hand) == {"list_post": 4}
    assert shares({}, 3, means, {}) == {"resource_page": 3}
    assert shares({"nonsense": 3}, 0, means, at_hand) == {}


def test_milestones_split_the_goal_by_month_and_say_nothing_of_the_future() -> None:
    burn = [(date(2026, 10, 20), 1), (date(2026, 11, 3), 2)]
    found = milestones(date(2026, 10, 1), date(2026, 12, 31), 12, burn, date(2026, 11, 10))
    assert [(m.month.month, m.planned, m.won) for m in found] == [(10, 4, 1), (11, 8, 2), (12, 12, None)]


def test_types_make_up_for_each_other_and_the_plan_keeps_its_promise() -> None:
    wanted = {"resource_page": 12, "partnership": 1, "local_citation": 1, "editorial_mention": 6}
    rates = {t: rate_of(t) for t in wanted}
    volumes = {t: volume(n, *rates[t]) for t, n in wanted.items()}
    planned = together(volumes, rates)
    assert sum(v.naive for v in volumes.values()) < sum(planned.values()) < sum(v.p80 for v in volumes.values())
    totals = np.array(mixed(planned, rates, np.random.default_rng(7)))
    assert 0.77 < (totals >= 20).mean() < 0.83
    assert together({"resource_page": volumes["resource_page"]}, rates) == {
        "resource_page": volumes["resource_page"].p80
    }
    assert together({}, {}) == {}
