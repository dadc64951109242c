"""Wordings against each other: who gets which, what is said of them, and when one may be called the better one."""

import numpy as np
import pytest

from crm.learning.variants import MOST, SURE, compare, next_variant


def test_each_wording_has_its_numbers_rate_interval_and_chance_of_being_best() -> None:
    a, b = compare([("A", 200, 16), ("B", 180, 27)])
    assert (a.name, a.n, a.answers, b.n, b.answers) == ("A", 200, 16, 180, 27)
    assert a.low < a.rate < a.high and b.low < b.rate < b.high
    assert a.rate == pytest.approx(16 / 200, abs=0.01) and a.best + b.best == pytest.approx(1)
    assert b.best > 0.9


def test_nobody_wins_without_a_difference_or_without_data() -> None:
    for counts in ([("A", 0, 0), ("B", 0, 0)], [("A", 500, 43), ("B", 500, 46)], [("A", 10, 0), ("B", 10, 3)]):
        assert not any(v.wins for v in compare(counts))


def test_a_large_difference_on_many_matured_pitches_wins() -> None:
    found = compare([("A", 500, 40), ("B", 500, 75)])
    assert [v.wins for v in found] == [False, True] and found[1].best >= SURE


def test_equal_wordings_are_rarely_called_different() -> None:
    dice, wrong = np.random.default_rng(4), 0
    for _ in range(100):
        won = dice.binomial(300, 0.085, 2)
        wrong += any(v.wins for v in compare([("A", 300, int(won[0])), ("B", 300, int(won[1]))]))
    assert wrong / 100 <= 0.15  # two-sided at 95 %, looked at once


def test_the_order_of_the_wordings_and_odd_counts_change_nothing() -> None:
    one, other = compare([("A", 90, 9), ("B", 80, 4)]), compare([("B", 80, 4), ("A", 90, 9)])
    assert {v.name: round(v.best, 1) for v in one} == {v.name: round(v.best, 1) for v in other}
    assert compare([("only", 5, 1)])[0].best == 1.0 and compare([]) == []
    early = compare([("A", 3, 5)])[0]  # answers of pitches that have not matured yet
    assert 0 < early.low < early.high < 1


def test_the_better_wording_is_sent_more_often_and_the_others_still_sometimes() -> None:
    dice = np.random.default_rng(2)
    dealt = [next_variant([("A", 150, 9), ("B", 150, 21)], dice) for _ in range(1000)]
    assert 0.9 < dealt.count("B") / 1000 < 1.0


def test_no_more_than_three_wordings_are_dealt() -> None:
    dice, four = np.random.default_rng(3), [("A", 9, 0), ("B", 9, 0), ("C", 9, 0), ("D", 9, 9)]
    assert {next_variant(four, dice) for _ in range(300)} == {"A", "B", "C"} and MOST == 3


@pytest.mark.parametrize(("rates", "least", "named"), [((0.085, 0.127), 0.109, 0.90), ((0.085, 0.085), 0.08, 0.0)])
def test_a_thousand_mails_dealt_by_matured_answers_win_more_than_dealing_evenly(
    rates: tuple[float, ...], least: float, named: float
) -> None:
    dice, share, right = np.random.default_rng(7), [], 0
    for _ in range(25):
        sent, won = np.zeros(len(rates), dtype=int), np.zeros(len(rates), dtype=int)
        for _ in range(20):  # batches of 50; the answers of one are in before the next
            counts = [(str(i), int(sent[i]), int(won[i])) for i in range(len(rates))]
            for _ in range(50):
                at = int(next_variant(counts, dice))
                sent[at] += 1
                won[at] += dice.random() < rates[at]
        share.append(won.sum() / sent.sum())
        right += int(np.argmax(sent)) == int(np.argmax(rates))
    assert np.mean(share) >= least and right / 25 >= named
