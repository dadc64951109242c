"""Is the model better than the link type alone? Judged on real logs, good and bad ones."""

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from crm.learning.measures import ENOUGH, Judged, judge
from crm.learning.triggers import response_drop
from tests.learning.simulation import START
from tests.learning.test_model import log_of

NOW = START + timedelta(days=300)


def season(start: datetime, good: str, bad: str, n: int, seed: int) -> pd.DataFrame:
    """n pitches of each of two types within a month: one wins four times in ten, the other never."""
    dice = np.random.default_rng(seed)
    at = [start + timedelta(days=float(d)) for d in dice.uniform(0, 28, 2 * n)]
    won = np.r_[dice.random(n) < 0.4, np.zeros(n, dtype=bool)]
    frame = pd.DataFrame({"link_type": [good] * n + [bad] * n, "sent_at": at, "relevance": 55.0, "overlap": 1})
    for name, days in (("interested_at", 3), ("linked_at", 12)):
        frame[name] = [t + timedelta(days=days) if w else pd.NaT for t, w in zip(at, won, strict=True)]
    return frame


def turning(n: int) -> pd.DataFrame:
    """What wins in one season loses in the next, so that everything learned is wrong when it is used."""
    types = ("list_post", "resource_page")
    seasons = [
        season(START + timedelta(days=60 * i), types[i % 2], types[(i + 1) % 2], n, i) for i in range(4)
    ]  # fmt: skip
    return pd.concat(seasons, ignore_index=True)


def test_a_model_that_learned_what_no_longer_holds_is_called_worse_from_200_matured_pitches_on() -> None:
    found = judge(turning(60), NOW)
    assert found.n >= ENOUGH and found.brier > found.prior_brier and found.worse_than_priors


def test_the_same_on_fewer_pitches_is_not_yet_said() -> None:
    found = judge(turning(20), NOW)
    assert found.n < ENOUGH and found.brier > found.prior_brier and not found.worse_than_priors


@pytest.mark.parametrize("kind", ["published", "reversed"])
def test_on_an_honest_log_the_model_is_better_and_counts_only_what_has_matured(kind: str) -> None:
    log = log_of(1500, seed=6, kind=kind)
    found = judge(log, START + timedelta(days=210))
    assert ENOUGH <= found.n < len(log) and not found.worse_than_priors
    assert found.brier < found.prior_brier and found.lift > 1.5
    assert sum(n for _, _, n in found.reliability) == found.n


def test_nothing_sent_and_nothing_won_are_judged_too() -> None:
    assert judge(pd.DataFrame(), NOW) == Judged()
    lost = log_of(300).assign(interested_at=pd.NaT, linked_at=pd.NaT)
    found = judge(lost, NOW)
    assert found.actual == 0 and found.lift is None and found.skill is None and np.isfinite(found.log_loss)


def test_noise_seldom_looks_like_a_fall_and_a_real_fall_seldom_like_noise() -> None:
    now = pd.Timestamp(NOW)

    def fell(recent: float, before: float, seed: int) -> bool:
        dice = np.random.default_rng(seed)
        age = np.r_[dice.uniform(11, 39, 60), dice.uniform(41, 179, 300)]
        sent = pd.Series(now - pd.to_timedelta(age, unit="D"))
        answered = dice.random(360) < np.r_[np.full(60, recent), np.full(300, before)]
        replied = (sent + pd.Timedelta(days=3)).where(answered)
        drop = response_drop(pd.DataFrame({"sent_at": sent, "replied_at": replied, "bounced": False}), now)
        assert drop is not None and (drop.recent, drop.before) == (60, 300)
        return drop.fell

    assert sum(fell(0.2, 0.2, seed) for seed in range(40)) <= 5  # promised: one in twenty
    assert sum(fell(0.04, 0.25, seed) for seed in range(40)) >= 36
