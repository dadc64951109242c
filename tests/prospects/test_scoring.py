"""The score: the worked table, the rules for what is not known, and what must never happen."""

import dataclasses

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.learning.model import shipped
from crm.prospects.authority import on_dr_scale
from crm.prospects.scoring import (
    Scored,
    ScoreInputs,
    badges,
    completeness,
    gates,
    harm,
    order_key,
    relevance,
    score,
    score_all,
)
from crm.vocabulary import LinkType

BEFORE = shipped()
TYPES = [t.value for t in LinkType]
LADDER = ["guessed", "role", "unknown", "named", "named_verified"]


def judged(link_type: str | None, inputs: ScoreInputs) -> tuple[float, Scored]:
    row = {
        "link_type": link_type,
        "relevance": relevance(inputs),
        "dr": inputs.dr,
        "overlap": inputs.overlap,
        "contact_kind": inputs.contact_kind,
    }
    chance = float(BEFORE.chance(pd.DataFrame([row]))[0])
    return chance, score(inputs, chance)


def made(
    topic: float, context: float, overlap: int, dr: float, contact: str, traffic: float, nofollow: bool | None
) -> ScoreInputs:
    return ScoreInputs(topic, context, 1.0, dr, traffic, nofollow, overlap, contact)


GOLDEN = [
    ("unlinked_mention", made(0.85, 1, 1, 33, "named", 800, None), 91, 20.9, 100, 51, 71, 84),
    ("resource_page", made(0.90, 1, 3, 38, "named_verified", 1200, False), 94, 10.2, 51, 62, 78, 63),
    ("list_post", made(0.80, 1, 4, 62, "named", 25_000, False), 88, 7.6, 38, 90, 89, 58),
    ("broken_link", made(0.70, 1, 2, 55, "named", 3000, False), 82, 6.6, 33, 78, 80, 51),
    ("guest_contribution", made(0.60, 0.5, 1, 47, "named_verified", 5000, False), 64, 7.3, 36, 73, 68, 50),
    ("digital_pr", made(0.25, 0.5, 1, 88, "role", 900_000, True), 43, 0.5, 2, 86, 64, 13),
    ("editorial_mention", made(0.15, 0, 1, 71, "guessed", 0, False), 24, 0.7, 3, 35, 30, 10),
]


@pytest.mark.parametrize(("link_type", "inputs", "r", "p", "f", "v", "w", "total"), GOLDEN)
def test_the_worked_table_comes_out(
    link_type: str, inputs: ScoreInputs, r: float, p: float, f: float, v: float, w: float, total: float
) -> None:
    chance, found = judged(link_type, inputs)
    assert found.relevance == pytest.approx(r, abs=0.51)
    assert 100 * chance == pytest.approx(p, abs=0.1)
    assert (round(found.feasibility), round(found.value)) == (f, v)
    assert found.worth == pytest.approx(w, abs=0.51)
    assert round(found.score) == total


def test_sorting_by_dr_would_turn_the_table_round() -> None:
    by_score = sorted(GOLDEN, key=lambda row: -judged(row[0], row[1])[1].score)
    assert [row[0] for row in by_score] == [row[0] for row in GOLDEN]
    by_dr = sorted(GOLDEN, key=lambda row: -(row[1].dr or 0))
    assert {row[0] for row in by_dr[:2]} == {"digital_pr", "editorial_mention"}


share = st.one_of(st.none(), st.floats(0, 1))
known_inputs = st.builds(
    ScoreInputs,
    topic=share,
    context=st.sampled_from([None, 0.0, 0.5, 1.0]),
    language=st.sampled_from([None, 0.0, 0.5, 1.0]),
    dr=st.one_of(st.none(), st.floats(0, 100)),
    traffic=st.one_of(st.none(), st.floats(0, 1e7)),
    nofollow=st.sampled_from([None, True, False]),
    overlap=st.one_of(st.none(), st.integers(1, 10)),
    contact_kind=st.sampled_from([None, *LADDER]),
)


@given(st.sampled_from([None, *TYPES]), known_inputs, st.floats(0, 1))
def test_more_of_a_good_thing_never_lowers_the_score(link_type: str | None, inputs: ScoreInputs, more: float) -> None:
    better = []
    if inputs.topic is not None:
        better.append({"topic": min(1.0, inputs.topic + more)})
    if inputs.overlap is not None:
        better.append({"overlap": inputs.overlap + 1})
    if inputs.traffic is not None:
        better.append({"traffic": inputs.traffic * (1 + more) + 1})
    if inputs.contact_kind in LADDER[:-1]:
        better.append({"contact_kind": LADDER[LADDER.index(str(inputs.contact_kind)) + 1]})
    better.append({"nofollow": False})
    before = judged(link_type, inputs)[1].score
    for change in better:
        if change.get("contact_kind") == "unknown":
            continue
        assert judged(link_type, dataclasses.replace(inputs, **change))[1].score >= before - 1e-9, change


@given(known_inputs, st.floats(0, 50))
def test_more_authority_never_lowers_the_value_of_a_site_with_visitors(inputs: ScoreInputs, more: float) -> None:
    visited = dataclasses.replace(
        inputs, dr=inputs.dr or 0.0, traffic=None if inputs.traffic is None else inputs.traffic + 100
    )
    richer = dataclasses.replace(visited, dr=(visited.dr or 0.0) + more)
    assert score(richer, 0.05).value >= score(visited, 0.05).value - 1e-9


@given(
    known_inputs,
    st.sampled_from(["topic", "context", "language", "dr", "traffic", "nofollow", "overlap", "contact_kind"]),
)
def test_knowing_less_never_raises_completeness(inputs: ScoreInputs, name: str) -> None:
    assert completeness(dataclasses.replace(inputs, **{name: None})) <= completeness(inputs)


@given(st.lists(known_inputs, max_size=8), known_inputs)
def test_a_score_does_not_depend_on_the_rest_of_the_list(others: list[ScoreInputs], one: ScoreInputs) -> None:
    alone = score(one, 0.07)
    assert score_all([*others, one], [0.07] * (len(others) + 1))[-1] == alone
    assert 0 <= alone.score <= 100 and 0 <= alone.relevance <= 100 and 0 <= alone.value <= 100


def test_nothing_known_gives_middle_values_and_a_completeness_of_zero() -> None:
    found = score(ScoreInputs(dr_fill=40.0), 0.04)
    assert (found.relevance, found.completeness) == (50.0, 0.0)
    assert found.value == pytest.approx(100 * (0.5 * 0.5 + 0.3 * 0.4 + 0.2 * 0.7))
    assert completeness(GOLDEN[1][1]) == 1.0
    assert score(ScoreInputs(topic=float("nan"), dr=float("nan"), traffic=float("inf")), 0.04).completeness == 0.0


def test_authority_without_visitors_counts_half() -> None:
    busy, empty = (ScoreInputs(dr=70, traffic=n, nofollow=False) for n in (100, 99))
    assert score(empty, 0.05).value < 0.52 * score(busy, 0.05).value
    assert ("hollow", "high DR, no visitors") in badges(empty)


def test_a_persons_word_counts_and_the_machines_value_stays_visible() -> None:
    inputs = dataclasses.replace(GOLDEN[4][1], overrides={"value": {"level": "high", "reason": "read by our buyers"}})
    plain, said = score(GOLDEN[4][1], 0.07), score(inputs, 0.07)
    assert said.value == plain.value and said.score > plain.score and said.rank_value > plain.rank_value
    part = next(p for p in said.parts if p.name == "value")
    assert (part.value, part.machine) == (90.0, plain.value) and "read by our buyers" in part.words[0]
    doubted = dataclasses.replace(inputs, overrides={"feasibility": {"level": "low", "reason": "knows us, said no"}})
    assert score(doubted, 0.07).rank_value < plain.rank_value


def test_a_harmful_site_has_no_value_and_is_gated() -> None:
    words = harm({"spam_score": 64})
    spam = ScoreInputs(topic=1, dr=80, traffic=1e5, nofollow=False, harm=words)
    assert score(spam, 0.2).value == 0 and "spam score 64" in gates(spam)[0]
    assert harm({"spam_score": 12, "trust_flow": 40}) is None


def test_a_site_far_from_the_topic_is_gated_with_its_figure() -> None:
    assert "relevance 8" in gates(ScoreInputs(topic=0.0, context=0.0, language=0.5))[0]
    assert gates(ScoreInputs()) == []


def test_the_target_pages_weight_moves_the_rank_and_not_the_score() -> None:
    plain, dear = score(GOLDEN[1][1], 0.1), score(dataclasses.replace(GOLDEN[1][1], weight=2.0), 0.1)
    assert dear.rank_value == pytest.approx(2 * plain.rank_value) and dear.score == plain.score


def test_equal_ranks_are_ordered_by_completeness_and_then_by_name() -> None:
    full, bare = score(GOLDEN[1][1], 0.0), score(ScoreInputs(), 0.0)
    listed = sorted([(bare, "a.example"), (full, "z.example"), (full, "b.example")], key=lambda pair: order_key(*pair))
    assert [name for _, name in listed] == ["b.example", "z.example", "a.example"]


def test_another_tools_authority_is_matched_by_quantiles_when_enough_domains_have_both() -> None:
    both = [(float(i), 2.0 * i) for i in range(50)]
    mapped = on_dr_scale("Authority Score", [10, 20, 49, 90], both)
    assert mapped.warning == "" and mapped.values == pytest.approx([20, 40, 98, 98], abs=0.5)
    few = on_dr_scale("Trust Flow", [10, 120], both[:12])
    assert few.values == [10, 100] and "only 12 domains" in few.warning
    flat = on_dr_scale("DA", [1, 5], [(5.0, 30.0)] * 40)
    assert flat.values == [30, 30]
