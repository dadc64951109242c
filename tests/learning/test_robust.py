"""Frames as they come: every odd type and value has one meaning, and what means nothing is refused in words."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from crm.learning.batching import pick
from crm.learning.model import Fitted, fit, shipped
from tests.learning.test_model import log_of

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SENT = NOW - timedelta(days=60)


def plain(n: int = 120) -> pd.DataFrame:
    half = n // 2
    return pd.DataFrame(
        {
            "link_type": ["resource_page", "list_post"] * half,
            "relevance": [50.0, 80.0] * half,
            "dr": [10.0, np.nan] * half,
            "overlap": [1, 3] * half,
            "contact_kind": ["named", "role"] * half,
            "competitor": ["A", "B"] * half,
            "target_page": ["/a", None] * half,
            "template": None,
            "sent_at": pd.Timestamp(SENT),
            "interested_at": pd.Series([pd.Timestamp(SENT) + pd.Timedelta(days=2), pd.NaT] * half),
            "refused_at": pd.NaT,
            "linked_at": pd.NaT,
            "bounced": False,
        }
    )


SAME: dict[str, dict[str, object]] = {
    "categories": {"link_type": pd.Categorical(["resource_page", "list_post"] * 60)},
    "nullable numbers": {"overlap": pd.array([1, 3] * 60, dtype="Int64"), "dr": pd.array([10, None] * 60, dtype="Float64")},
    "numbers as objects": {"overlap": pd.Series([1, 3] * 60, dtype=object), "relevance": pd.Series(["50", 80] * 60)},
    "no one bounced, nullable": {"bounced": pd.array([False, None] * 60, dtype="boolean")},
    "no one bounced, text": {"bounced": ["False", ""] * 60},
    "no one bounced, NaN": {"bounced": [0.0, np.nan] * 60},
    "times without a zone": {"sent_at": np.array([SENT.replace(tzinfo=None)] * 120, dtype="datetime64[us]")},
    "times with and without": {"sent_at": pd.Series([SENT, SENT.replace(tzinfo=None)] * 60, dtype=object)},
    "overlap unknown for one rival": {"overlap": [np.nan, 3] * 60},
    "events that nobody had yet": {"linked_at": NOW + timedelta(days=3)},
}  # fmt: skip


@pytest.mark.parametrize("changed", SAME.values(), ids=SAME)
def test_the_same_log_in_other_clothes_gives_the_same_fit(changed: dict[str, object]) -> None:
    expected, found = fit(plain(), now=NOW), fit(plain().assign(**changed), now=NOW)
    assert (found.n_sent, found.n_wins) == (120, 0)
    assert np.allclose(found.weights, expected.weights, atol=1e-9)


ODD: dict[str, dict[str, object]] = {
    "sent in the year 9999": {"sent_at": datetime(9999, 1, 1, tzinfo=UTC)},
    "sent in the year 1": {"sent_at": datetime(1, 1, 1, tzinfo=UTC)},
    "never sent": {"sent_at": pd.NaT},
    "beyond all bounds": {"overlap": -5, "relevance": -1e9, "dr": 1e30},
    "truth as relevance": {"relevance": [True, False] * 60},
    "pairs as rivals": {"competitor": [("a", 1), ("b", 2)] * 60},
    "a rival each": {"competitor": [f"c{i}" for i in range(120)]},
    "words of another world": {"link_type": "podcast", "contact_kind": "carrier pigeon"},
    "a link before the mail": {"linked_at": SENT - timedelta(days=30)},
    "yes, no and link at once": {"interested_at": SENT, "refused_at": SENT, "linked_at": SENT},
    "nothing known": dict.fromkeys(("link_type", "relevance", "dr", "overlap", "contact_kind", "competitor")),
}


@pytest.mark.parametrize("changed", ODD.values(), ids=ODD)
def test_odd_values_leave_every_answer_finite(changed: dict[str, object]) -> None:
    frame = plain().assign(**changed)
    _answers(fit(frame, now=NOW), frame)


def test_frames_without_rows_or_columns_give_the_priors() -> None:
    for frame in (pd.DataFrame(), plain().head(0), pd.DataFrame(index=range(5))):
        found = fit(frame, now=NOW)
        assert found.n_sent == 0 and np.array_equal(found.chance(plain()), shipped().chance(plain()))
        _answers(found, frame)


def test_what_cannot_be_a_log_is_refused_in_words() -> None:
    with pytest.raises(TypeError, match="DataFrame"):
        fit([{"link_type": "list_post"}], now=NOW)  # type: ignore[arg-type]
    for now in (None, "2026-06-01", pd.NaT):
        with pytest.raises(TypeError, match="now must be a datetime"):
            fit(plain(), now=now)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="column dr stands twice"):
        fit(pd.concat([plain(), plain()[["dr"]]], axis=1), now=NOW)
    with pytest.raises(ValueError, match='"value" or "links"'):
        pick(plain(), shipped(), size=5, rng=np.random.default_rng(1), rank="dr")  # type: ignore[arg-type]


def test_fifty_thousand_pitches_are_learned_from_in_any_order() -> None:
    log = log_of(50_000, seed=9)
    one, other = (fit(frame, now=NOW + timedelta(days=90)) for frame in (log, log.sample(frac=1, random_state=2)))
    assert one.n_sent == 50_000 and np.abs(one.weights - other.weights).max() < 1e-6


@pytest.mark.parametrize("column", ["linked_at", "refused_at"])
def test_one_outcome_moves_its_type_the_right_way_and_little(column: str) -> None:
    frame = plain(2).head(1).assign(interested_at=pd.NaT, **{column: SENT + timedelta(days=9)})
    before, after = shipped().chance(frame)[0], fit(frame, now=NOW).chance(frame)[0]
    assert (after > before) == (column == "linked_at") and 0.5 < after / before < 3.5


def test_a_type_that_was_never_sent_keeps_its_place_among_the_unsent() -> None:
    rows = pd.DataFrame({"link_type": ["unlinked_mention", "partnership", "digital_pr"]})
    chance = fit(plain(), now=NOW).chance(rows)
    assert list(np.argsort(-chance)) == [0, 1, 2]


def _answers(found: Fitted, frame: pd.DataFrame) -> None:
    dice = np.random.default_rng(1)
    for made in (found.chance(frame), found.interest(frame), found.draw(frame, dice), *found.interval(frame)):
        assert len(made) == len(frame) and ((made >= 0) & (made <= 1)).all()
    if len(frame):
        odds = found.interest(frame.head(1))[0]
        product = np.prod([factor for _, factor in found.explain(frame.iloc[0])])
        assert np.log(product) == pytest.approx(np.log(odds / (1 - odds)), abs=1e-9)
    assert len(pick(frame, found, size=7, rng=dice)) == min(7, len(frame))
    for by in ("link_type", "competitor"):
        assert np.isfinite(found.rates(by)[["mean", "low", "high"]].to_numpy(dtype=float)).all()
