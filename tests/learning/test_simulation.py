"""What the model wins in worlds whose truth it does not know, against the bars it must hold."""

import numpy as np
import pytest

from tests.learning.judging import TOLD, Result, after_five, figures, forecast, median, missed, results


@pytest.fixture(scope="module")
def found() -> list[Result]:
    return results(12)


@pytest.fixture(scope="module")
def wild() -> list[Result]:
    return results(10, kinds=("wild",), full=True, first=3000)


pytestmark = pytest.mark.slow


def test_the_model_wins_most_of_what_an_oracle_wins(found: list[Result]) -> None:
    assert missed(found) == []


def test_it_beats_a_static_score_in_every_world_where_the_priors_hold(found: list[Result]) -> None:
    gains = figures(found, "published", "gain")
    assert np.median(gains) >= 1.15 and min(gains) >= 1.0
    assert median(found, "reversed", "gain") >= 1.4


@pytest.mark.parametrize("kind", ["published", "noisy"])
def test_predictions_come_true(found: list[Result], kind: str) -> None:
    said = forecast(found, kind)
    assert 0.85 <= said["ratio"] <= 1.15 and said["ece"] <= 0.02


def test_the_order_it_learned_holds_for_prospects_it_never_saw(found: list[Result]) -> None:
    assert median(found, "published", "fresh") >= 0.88 and median(found, "reversed", "fresh") >= 0.88
    assert median(found, "published", "auc") >= median(found, "published", "oracle_auc") - 0.03


def test_five_rounds_find_as_much_as_by_priors_that_were_told_the_truth() -> None:
    assert after_five(6) >= after_five(6, TOLD) - 0.05


def test_in_worlds_of_any_kind_it_beats_every_rule_that_learns_nothing(wild: list[Result]) -> None:
    assert missed(wild) == []
    assert median(wild, "wild", "links") > median(wild, "wild", "rates")
