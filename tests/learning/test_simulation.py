"""What the model wins in worlds whose truth it does not know, against the bars it must hold."""

import pytest

from tests.learning.judging import Result, after_five, forecast, median, results
from tests.learning.simulation import KINDS


@pytest.fixture(scope="module")
def found() -> list[Result]:
    return results(12)


pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("kind", "bar"), [("published", 0.93), ("shifted", 0.93), ("noisy", 0.87), ("reversed", 0.80)])
def test_the_product_rule_wins_most_of_what_an_oracle_wins(found: list[Result], kind: str, bar: float) -> None:
    assert median(found, kind, "product") >= bar


@pytest.mark.parametrize(("kind", "bar"), [("published", 0.93), ("shifted", 0.93), ("noisy", 0.89), ("reversed", 0.75)])
def test_ranking_by_links_wins_most_of_the_links(found: list[Result], kind: str, bar: float) -> None:
    assert median(found, kind, "links") >= bar


def test_it_beats_a_static_score_in_every_world_where_the_priors_hold(found: list[Result]) -> None:
    gains = [r.gain for r in found if r.kind == "published"]
    assert sorted(gains)[len(gains) // 2] >= 1.15 and min(gains) >= 1.0
    assert median(found, "reversed", "gain") >= 1.4


@pytest.mark.parametrize("kind", ["published", "noisy"])
def test_predictions_come_true(found: list[Result], kind: str) -> None:
    said = forecast(found, kind)
    assert 0.85 <= said["ratio"] <= 1.15 and said["ece"] <= 0.02


def test_the_order_it_learned_holds_for_prospects_it_never_saw(found: list[Result]) -> None:
    assert median(found, "published", "fresh") >= 0.88 and median(found, "reversed", "fresh") >= 0.65
    assert median(found, "published", "auc") >= 0.65


def test_five_rounds_are_enough_to_find_most_of_the_best_fifty() -> None:
    assert after_five(6) >= 0.80


@pytest.mark.learn
def test_forty_worlds_of_each_kind_hold_the_bars() -> None:
    many = results(40, first=5000)
    assert [
        median(many, kind, "product") >= bar for kind, bar in zip(KINDS, (0.93, 0.93, 0.87, 0.80), strict=True)
    ] == [True] * 4
