"""What the model must do with any log of pitches, however odd."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import logit

from crm.learning.model import Fitted, fit, one_row, shipped
from crm.learning.priors import CAP, DEFAULT
from tests.learning.simulation import CONTACTS, START, TYPES, World

NOW = START + timedelta(days=210)
EVENTS = ("sent_at", "interested_at", "refused_at", "linked_at")


def log_of(n: int, seed: int = 1, kind: str = "published") -> pd.DataFrame:
    world = World(kind, np.random.default_rng(seed))
    sent = world.mail(world.prospects(n), START)
    shift = pd.to_timedelta(np.random.default_rng(seed + 1).integers(0, 200, n), unit="D")
    for name in EVENTS:
        sent[name] = sent[name] + shift
    return sent[[c for c in sent.columns if not c.startswith("_")]]


@pytest.fixture(scope="module")
def log() -> pd.DataFrame:
    return log_of(2000)


@pytest.fixture(scope="module")
def fitted(log: pd.DataFrame) -> Fitted:
    return fit(log, now=NOW)


def resource(**other: object) -> dict[str, object]:
    return {
        "link_type": "resource_page", "relevance": 94.25, "dr": 38.0, "overlap": 3, "contact_kind": "named_verified", **other,
    }  # fmt: skip


def test_the_worked_example_of_a_resource_page_on_day_zero_comes_out() -> None:
    before = shipped()
    assert before.chance(one_row(resource()))[0] == pytest.approx(0.1025, abs=5e-4)
    assert before.interest(one_row(resource()))[0] == pytest.approx(0.205, abs=1e-3)
    factors = [round(factor, 2) for _, factor in before.explain(resource())[1:]]
    assert factors == [0.70, 1.60, 1.89, 1.04, 1.35]
    assert before.explain(resource())[0][0] == "resource page: 8.0 % interested × 50 % placed"


def test_without_outcomes_the_order_is_that_of_the_shipped_priors() -> None:
    frame = pd.DataFrame({"link_type": TYPES, "relevance": 55.0, "dr": 45.0, "overlap": 1, "contact_kind": "named"})
    order = list(frame["link_type"].iloc[np.argsort(-fit(pd.DataFrame(), now=NOW).chance(frame))])
    assert order == sorted(TYPES, key=DEFAULT.mean, reverse=True)


def test_the_factors_of_an_explanation_multiply_to_the_odds_of_interest(fitted: Fitted, log: pd.DataFrame) -> None:
    odd = [{}, {"link_type": "nonsense"}, resource(dr=np.nan), resource(competitor="A", target_page="/b", template="x")]
    for row in [*odd, *(log.iloc[i] for i in range(0, 300, 7))]:
        p = fitted.interest(one_row(row))[0]
        product = np.prod([factor for _, factor in fitted.explain(row)])
        assert np.log(product) == pytest.approx(np.log(p / (1 - p)), abs=1e-9)


def test_the_order_of_rows_does_not_matter(fitted: Fitted, log: pd.DataFrame) -> None:
    mixed = fit(log.sample(frac=1, random_state=4), now=NOW)
    assert np.abs(mixed.weights - fitted.weights).max() < 1e-6
    assert mixed.rates("link_type").equals(fitted.rates("link_type"))


def test_bounced_and_unsent_pitches_change_nothing(fitted: Fitted, log: pd.DataFrame) -> None:
    bounced = log.head(100).assign(bounced=True)
    unsent = log.head(50).assign(sent_at=pd.NaT)
    tomorrow = log.head(50).assign(sent_at=NOW + timedelta(days=3))
    again = fit(pd.concat([log, bounced, unsent, tomorrow]), now=NOW)
    assert again.n_sent == fitted.n_sent
    assert np.abs(again.weights - fitted.weights).max() < 1e-6


def test_a_fit_of_the_past_does_not_see_the_future(log: pd.DataFrame) -> None:
    then = START + timedelta(days=90)
    known = log[log["sent_at"] <= then].copy()
    for name in EVENTS[1:]:
        known.loc[known[name] > then, name] = pd.NaT
    assert np.abs(fit(log, now=then).weights - fit(known, now=then).weights).max() < 1e-6


def test_a_type_that_everybody_refuses_falls_and_one_that_wins_rises() -> None:
    n, sent = 60, START
    types = ["unlinked_mention"] * n + ["digital_pr"] * n
    frame = pd.DataFrame({"link_type": types, "relevance": 55.0, "overlap": 1, "sent_at": sent})
    frame["refused_at"] = [sent + timedelta(days=2)] * n + [pd.NaT] * n
    frame["linked_at"] = [pd.NaT] * n + [sent + timedelta(days=9)] * 15 + [pd.NaT] * (n - 15)
    now, two = fit(frame, now=NOW), pd.DataFrame({"link_type": ["unlinked_mention", "digital_pr"]})
    assert shipped().chance(two)[0] > shipped().chance(two)[1]
    assert now.chance(two)[0] < now.chance(two)[1]


def test_silence_counts_for_little_while_it_is_young() -> None:
    frame = pd.DataFrame({"link_type": ["resource_page"] * 80, "sent_at": [START] * 80})
    young, old = fit(frame, now=START + timedelta(hours=5)), fit(frame, now=START + timedelta(days=60))
    day_zero = shipped().chance(frame[:1])[0]
    assert young.chance(frame[:1])[0] == pytest.approx(day_zero, rel=0.1)
    assert old.chance(frame[:1])[0] < 0.6 * day_zero


@pytest.mark.parametrize("honest", [0, 100, 1000])
def test_two_hundred_fake_wins_of_one_type_stay_below_the_cap(honest: int) -> None:
    real = log_of(1000, seed=3)[:honest]
    fakes = pd.DataFrame(
        [{**resource(competitor="A", target_page="/a"), "sent_at": START, "interested_at": START + timedelta(days=1),
          "linked_at": START + timedelta(days=2)}] * 200
    )  # fmt: skip
    clean, poisoned = fit(real, now=NOW), fit(pd.concat([real, fakes]), now=NOW)
    assert np.abs(poisoned.weights - poisoned.layout.means(DEFAULT)).max() <= CAP + 1e-9
    plain = pd.DataFrame({"link_type": ["resource_page"], "relevance": 55.0})
    moved = logit(poisoned.chance(plain)) - logit(shipped().chance(plain))
    assert moved[0] <= CAP
    others = pd.DataFrame({"link_type": [t for t in TYPES if t != "resource_page"]})
    assert np.abs(logit(poisoned.chance(others)) - logit(clean.chance(others))).max() < 1.0


@pytest.mark.parametrize("column", ["linked_at", "refused_at", "interested_at"])
def test_all_wins_and_all_losses_give_finite_chances_in_bounds(column: str) -> None:
    frame = pd.DataFrame({"link_type": TYPES * 30, "sent_at": START, column: START + timedelta(days=3)})
    now = fit(frame, now=NOW)
    chance = now.chance(frame)
    assert np.isfinite(chance).all() and (chance > 0).all() and (chance < 1).all()
    assert (now.chance(frame) > shipped().chance(frame)).all() == (column != "refused_at")


def test_a_later_yes_outweighs_a_no_and_a_link_outweighs_both() -> None:
    def one(**events: datetime) -> float:
        frame = pd.DataFrame([{"link_type": "list_post", "sent_at": START, **events}] * 20)
        return float(fit(frame, now=NOW).chance(frame[:1])[0])

    day = [START + timedelta(days=i) for i in range(9)]
    assert one(refused_at=day[1], interested_at=day[3]) > one(refused_at=day[1])
    assert one(refused_at=day[1], linked_at=day[3]) == one(linked_at=day[3])
    assert one(interested_at=day[1], refused_at=day[3]) < one(interested_at=day[1], linked_at=day[3])


def test_naive_aware_and_text_times_mean_the_same() -> None:
    aware = log_of(200)
    naive, text = aware.copy(), aware.copy()
    for name in EVENTS:
        naive[name] = naive[name].dt.tz_localize(None)
        text[name] = aware[name].dt.tz_convert("Asia/Tokyo")
    expected = fit(aware, now=NOW).weights
    assert np.abs(fit(naive, now=NOW.replace(tzinfo=None)).weights - expected).max() < 1e-6
    assert np.abs(fit(text, now=NOW).weights - expected).max() < 1e-6


moments = st.one_of(st.none(), st.integers(0, 900).map(lambda d: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=d)))
numbers = st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True), st.integers(-5, 500))
rows = st.fixed_dictionaries(
    {},
    optional={
        "link_type": st.sampled_from([*TYPES, "other", None, float("nan")]),
        "relevance": numbers,
        "dr": numbers,
        "overlap": numbers,
        "contact_kind": st.sampled_from([*CONTACTS, "strange", None]),
        "competitor": st.sampled_from(["A", "B", None, 7]),
        "target_page": st.sampled_from(["/a", "", None]),
        "template": st.sampled_from(["t1", None]),
        "bounced": st.sampled_from([True, False, None]),
        **dict.fromkeys(EVENTS, moments),
    },
)


@settings(max_examples=60, deadline=None)
@given(st.lists(rows, max_size=30))
def test_any_frame_at_all_gives_finite_chances(found: list[dict[str, object]]) -> None:
    frame = pd.DataFrame(found)
    now = fit(frame, now=NOW)
    for made in (
        now.chance(frame),
        now.interest(frame),
        now.draw(frame, np.random.default_rng(1)),
        *now.interval(frame),
    ):
        assert len(made) == len(frame) and np.isfinite(made).all() and ((made >= 0) & (made <= 1)).all()
    for by in ("link_type", "competitor", "nothing_like_it"):
        table = now.rates(by)
        assert ((table["low"] <= table["mean"]) & (table["mean"] <= table["high"])).all()


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(TYPES), st.floats(0, 99), st.integers(1, 9), st.sampled_from(CONTACTS))
def test_before_any_data_more_relevance_and_more_competitors_never_lower_the_chance(
    link_type: str, relevance: float, overlap: int, contact: str
) -> None:
    row = {"link_type": link_type, "relevance": relevance, "overlap": overlap, "contact_kind": contact}
    better = pd.DataFrame([row, {**row, "relevance": relevance + 1}, {**row, "overlap": overlap + 1}])
    chance = shipped().chance(better)
    assert chance[1] >= chance[0] and chance[2] >= chance[0]


def test_what_is_stored_scores_and_explains_as_before(fitted: Fitted, log: pd.DataFrame) -> None:
    back = Fitted.from_params(fitted.to_params())
    assert np.allclose(back.chance(log), fitted.chance(log), rtol=1e-12)
    assert np.allclose(back.interval(log), fitted.interval(log), rtol=1e-4)
    assert [f for _, f in back.explain(log.iloc[3])] == [f for _, f in fitted.explain(log.iloc[3])]
    assert np.array_equal(Fitted.from_params({}).chance(log), shipped().chance(log))
    with pytest.raises(ValueError, match="version"):
        Fitted.from_params({"version": 99})


def test_rates_name_every_link_type_and_hold_the_shipped_interval_where_nothing_was_sent() -> None:
    table = shipped().rates("link_type")
    assert list(table.index) == TYPES and (table["n_sent"] == 0).all()
    assert table.loc["resource_page", "mean"] == pytest.approx(0.04)
    assert (round(table.loc["resource_page", "low"], 3), round(table.loc["resource_page", "high"], 3)) == (0.013, 0.074)


def test_rates_count_wins_among_matured_pitches() -> None:
    sent = pd.DataFrame({"link_type": ["resource_page"] * 120, "sent_at": START, "competitor": ["A"] * 60 + ["B"] * 60})
    sent["linked_at"] = [START + timedelta(days=9)] * 9 + [pd.NaT] * 111
    line = fit(sent, now=START + timedelta(days=3000)).rates("link_type").loc["resource_page"]
    assert (line["n_sent"], line["wins"], round(line["n_matured"])) == (120, 9, 120)
    assert line["mean"] == pytest.approx(11.4 / 180, abs=1e-3)
    by_rival = fit(sent, now=NOW).rates("competitor")
    assert by_rival.loc["A", "mean"] > by_rival.loc["B", "mean"]


def test_the_delay_curve_follows_the_projects_own_answers_once_there_are_enough() -> None:
    slow = log_of(3000, seed=5)
    slow["interested_at"] = slow["sent_at"] + (slow["interested_at"] - slow["sent_at"]) * 3
    assert fit(slow, now=NOW + timedelta(days=200)).reply.median > 1.5 * DEFAULT.reply.median
    assert fit(slow.head(20), now=NOW).reply == DEFAULT.reply


def test_uncertainty_shrinks_with_data(fitted: Fitted, log: pd.DataFrame) -> None:
    row = one_row(resource(competitor="A", target_page="/a"))
    before, after = shipped().interval(row), fitted.interval(row)
    assert np.log(after[1] / after[0])[0] < np.log(before[1] / before[0])[0]


def test_labels_of_the_rows_mean_nothing(fitted: Fitted, log: pd.DataFrame) -> None:
    same_label = log.set_index(pd.Index([7] * len(log)))
    assert fit(same_label, now=NOW).rates("competitor").equals(fitted.rates("competitor"))
    chance = fitted.chance(same_label.head(5))
    assert np.array_equal(chance, fitted.chance(log.head(5)))


def test_text_and_mixed_columns_are_read_as_far_as_they_can_be() -> None:
    rows = [
        {
            "link_type": "list_post",
            "sent_at": "2026-01-05",
            "linked_at": "2026-01-20T10:00:00+02:00",
            "dr": "40",
            "overlap": "3",
        },
        {
            "link_type": "list_post",
            "sent_at": pd.Timestamp("2026-01-05"),
            "linked_at": None,
            "dr": "n/a",
            "overlap": 2.0,
        },
        {"link_type": 7, "sent_at": "soon", "linked_at": pd.NaT, "relevance": "high", "bounced": "False"},
    ]
    found = fit(pd.DataFrame(rows), now=NOW)
    assert (found.n_sent, found.n_wins) == (2, 1)
