"""Which state may follow which."""

import pytest

from crm.outbox import states
from crm.vocabulary import MessageState as M


def test_the_way_of_an_ordinary_mail() -> None:
    way = [M.QUEUED, M.CLAIMED, M.SENDING, M.SENT]
    assert all(states.may(a, b) for a, b in zip(way, way[1:], strict=False))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (M.SENT, M.QUEUED),
        (M.SENT, M.CANCELLED),
        (M.QUEUED, M.SENDING),
        (M.REVIEW, M.QUEUED),
        (M.SENDING, M.CANCELLED),
        (M.IN_DOUBT, M.CANCELLED),
        (M.FAILED, M.QUEUED),
        (M.CANCELLED, M.QUEUED),
    ],
)
def test_what_may_have_left_never_comes_back_into_the_queue_unproved(before: M, after: M) -> None:
    assert not states.may(before, after)
    with pytest.raises(ValueError, match="cannot become"):
        states.must(before, after)


def test_every_state_that_may_have_left_counts_against_the_caps() -> None:
    assert {M.CLAIMED, M.SENDING, M.IN_DOUBT, M.REVIEW, M.SENT} == states.COUNTS
    assert not states.COUNTS & {M.QUEUED, M.CANCELLED, M.FAILED, M.EXPIRED}


def test_each_change_has_a_reason_and_no_state_is_a_trap() -> None:
    assert all(step.because for step in states.STEPS)
    leaves = {step.before for step in states.STEPS}
    assert {m for m in M if m not in leaves} == {M.SENT, M.FAILED, M.CANCELLED}
    assert {step.after for step in states.STEPS} | {M.QUEUED} == set(M)
