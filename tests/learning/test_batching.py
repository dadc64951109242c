"""Who goes into the next batch."""

from datetime import timedelta

import numpy as np
import pandas as pd

from crm.learning.batching import pick
from crm.learning.model import fit, shipped
from tests.learning.simulation import START, World


def prospects(n: int = 300) -> pd.DataFrame:
    found = World("published", np.random.default_rng(2)).prospects(n)
    return found[[c for c in found.columns if not c.startswith("_")]]


def after_some_mail() -> object:
    world = World("published", np.random.default_rng(3))
    return fit(world.mail(world.prospects(200), START), now=START + timedelta(days=60))


def test_nobody_is_picked_to_learn_from_before_fifty_mails_were_sent() -> None:
    picks = pick(prospects(), shipped(), size=50, rng=np.random.default_rng(1))
    assert len(picks) == 50 and not picks.exploring.any()


def test_one_in_ten_is_picked_to_learn_from_afterwards() -> None:
    picks = pick(prospects(), after_some_mail(), size=50, rng=np.random.default_rng(1))
    assert picks.exploring.sum() == 5 and picks.exploring[-5:].all()
    assert len(set(picks.positions)) == 50


def test_the_rest_are_the_best_by_chance_times_worth_in_order() -> None:
    frame, fitted = prospects(), after_some_mail()
    picks = pick(frame, fitted, size=40, rng=np.random.default_rng(1), explore=0)
    value = fitted.chance(frame) * frame["worth"].to_numpy()
    assert list(picks.positions) == list(np.argsort(-value, kind="stable")[:40])
    by_links = pick(frame, fitted, size=40, rng=np.random.default_rng(1), explore=0, rank="links")
    assert fitted.chance(frame)[by_links.positions].sum() >= fitted.chance(frame)[picks.positions].sum()


def test_a_short_list_is_taken_whole_and_an_empty_one_gives_nothing() -> None:
    assert sorted(pick(prospects(7), shipped(), size=25, rng=np.random.default_rng(1)).positions) == list(range(7))
    assert len(pick(prospects(7).head(0), after_some_mail(), size=25, rng=np.random.default_rng(1))) == 0


def test_the_same_dice_give_the_same_picks() -> None:
    frame, fitted = prospects(), after_some_mail()
    first, again = (pick(frame, fitted, size=30, rng=np.random.default_rng(9)).positions for _ in range(2))
    assert list(first) == list(again)


def test_worth_may_be_missing() -> None:
    frame = prospects(20).drop(columns="worth")
    assert len(pick(frame, shipped(), size=5, rng=np.random.default_rng(1))) == 5
    assert len(pick(frame.assign(worth=np.nan), shipped(), size=5, rng=np.random.default_rng(1))) == 5
