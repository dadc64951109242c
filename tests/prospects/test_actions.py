"""The next step: at least two prospects for each action."""

from datetime import date

import pytest

from crm.errors import Refused
from crm.prospects.actions import Situation, next_step, stale
from crm.prospects.stages import MOVES, check, may_move
from crm.vocabulary import Action, Angle, LinkType, Realism, Stage

L, R, A = LinkType, Realism, Action


@pytest.mark.parametrize(
    ("at", "action"),
    [
        (Situation(L.EDITORIAL_MENTION, topic_fit=0.8), A.PITCH),
        (Situation(L.UNLINKED_MENTION), A.PITCH),
        (Situation(L.LIST_POST, topic_fit=0.6), A.PITCH),
        (Situation(L.PARTNERSHIP, realism=R.PARTNER), A.PITCH),
        (Situation(L.RESOURCE_PAGE, topic_fit=0.1), A.CREATE_PAGE),
        (Situation(L.EDITORIAL_MENTION, has_page=False), A.CREATE_PAGE),
        (Situation(L.RESOURCE_PAGE, topic_fit=0.7, stale="the page still speaks of 2021"), A.OFFER_UPDATE),
        (Situation(L.LIST_POST, topic_fit=0.7, stale="not changed since May 2023"), A.OFFER_UPDATE),
        (Situation(L.GUEST_CONTRIBUTION, topic_fit=0.7), A.GUEST),
        (Situation(L.GUEST_CONTRIBUTION, topic_fit=0.4, stale="old"), A.GUEST),
        (Situation(L.BROKEN_LINK, topic_fit=0.9), A.REPLACE_BROKEN),
        (Situation(L.BROKEN_LINK), A.REPLACE_BROKEN),
        (Situation(L.DIGITAL_PR), A.MEDIA_LIST),
        (Situation(L.DIGITAL_PR, topic_fit=0.05), A.MEDIA_LIST),
        (Situation(L.PARTNERSHIP, realism=R.SPONSOR), A.INFORMATIONAL),
        (Situation(L.EDITORIAL_MENTION, realism=R.FOUNDER), A.INFORMATIONAL),
        (Situation(L.PARTNERSHIP, realism=R.CUSTOMER), A.INFORMATIONAL),
        (Situation(L.RESOURCE_PAGE, relevance=12), A.ARCHIVE),
        (Situation(None, noise="a forum thread"), A.ARCHIVE),
        (Situation(L.RESOURCE_PAGE, harm="spam score 60 is above 30"), A.ARCHIVE),
        (Situation(L.RESOURCE_PAGE, suppressed=True), A.ARCHIVE),
    ],
)
def test_every_prospect_ends_with_one_next_step_and_a_reason(at: Situation, action: Action) -> None:
    step = next_step(at)
    assert step.action == action
    assert len(step.why) > 8


def test_each_action_has_at_least_two_fixtures() -> None:
    marks = test_every_prospect_ends_with_one_next_step_and_a_reason.pytestmark  # type: ignore[attr-defined]
    used = [case[1] for case in marks[0].args[1]]
    assert {a: used.count(a) for a in Action if used.count(a) < 2} == {}


def test_a_home_page_may_be_pitched_where_no_topic_fits() -> None:
    at = Situation(L.EDITORIAL_MENTION, topic_fit=0.05, page_is_home=True)
    assert next_step(at).action == A.PITCH


@pytest.mark.parametrize("kind", list(LinkType))
def test_every_link_type_has_an_angle(kind: LinkType) -> None:
    assert next_step(Situation(kind, topic_fit=0.9)).angle in set(Angle)


@pytest.mark.parametrize(
    ("title", "url", "more", "expected"),
    [
        ("Best tools of 2021", "https://a.example/best-tools", {}, True),
        ("Best tools", "https://a.example/2019/03/best-tools", {}, True),
        ("Best tools of 2026 (first published 2019)", "https://a.example/x", {}, False),
        ("Best tools", "https://a.example/x", {}, False),
        ("Resources", "https://a.example/x", {"changed": date(2024, 1, 5)}, True),
        ("Resources 2019", "https://a.example/x", {"changed": date(2026, 9, 1)}, False),
        ("Resources", "https://a.example/x", {"dead_links": 3}, True),
        ("Order 20199", "https://a.example/item-120195", {}, False),
    ],
)
def test_a_page_left_behind_is_called_stale(title: str, url: str, more: dict, expected: bool) -> None:
    assert bool(stale(title, url, date(2026, 11, 20), **more)) is expected


def test_no_stage_is_a_dead_end_and_placed_is_reached_from_everywhere_in_the_list() -> None:
    for stage in Stage:
        assert MOVES[stage], stage
        if stage not in (Stage.PLACED,):
            assert may_move(stage, Stage.PLACED), stage


def test_a_move_that_makes_no_sense_is_refused_with_the_ways_that_are_open() -> None:
    with pytest.raises(Refused, match=r"is found and cannot become replied.*prospect or ready"):
        check(Stage.FOUND, Stage.REPLIED, "a.example")
