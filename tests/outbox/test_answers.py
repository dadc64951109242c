"""What a server's answer does to the mail, the mailbox, the address and the batch."""

from datetime import timedelta

import pytest

from crm.outbox.answers import Answer, Effect, breaker, content_breaker, decide

H, R, F = Effect.HOLD, Effect.RETRY, Effect.FAIL


@pytest.mark.parametrize(
    ("phase", "code", "enhanced", "text", "effect", "reason", "suppress"),
    [
        ("connect", 421, None, "busy", H, "server_busy", False),
        ("mail", 421, "4.7.0", "too fast", H, "server_busy", False),
        ("rcpt", 450, "4.2.0", "greylisted", R, "greylisted", False),
        ("rcpt", 451, "4.7.1", "try again", R, "greylisted", False),
        ("rcpt", 452, "4.2.2", "over quota", R, "mailbox_full", False),
        ("rcpt", 552, "5.2.2", "mailbox full", R, "mailbox_full", False),
        ("rcpt", 550, "5.1.1", "user unknown", F, "no_such_user", True),
        ("rcpt", 550, None, "No such user here", F, "no_such_user", True),
        ("rcpt", 550, "5.7.1", "rejected by policy", H, "policy", False),
        ("answered", 550, "5.7.26", "DMARC", H, "policy", False),
        ("rcpt", 550, None, "blocked using spamhaus", H, "policy", False),
        ("rcpt", 550, "5.4.5", "Daily sending quota exceeded", H, "daily_limit", False),
        ("answered", 552, "5.7.0", "sending limit exceeded", H, "daily_limit", False),
        ("answered", 552, "5.3.4", "too large", F, "too_large", False),
        ("answered", 554, "5.6.0", "spam", F, "content", False),
        ("rcpt", 550, None, "mailbox unavailable", F, "refused", False),
        ("mail", 553, "5.6.7", "no such addresses", F, "address", False),
        ("auth", 535, "5.7.8", "bad credentials", H, "sign_in_refused", False),
        ("auth", 454, "4.7.0", "temporary", H, "server_not_reached", False),
        ("tls", None, None, "STARTTLS not supported", H, "no_safe_connection", False),
        ("data", None, None, "gone", R, "connection_lost", False),
        ("late", None, None, "", R, "we_were_too_slow", False),
    ],
)
def test_fault_19_to_27_each_answer_has_its_consequence(
    phase: str, code: int | None, enhanced: str | None, text: str, effect: Effect, reason: str, suppress: bool
) -> None:
    found = decide(Answer("not_sent", phase, code, enhanced, text))
    assert (found.effect, found.reason, found.suppress) == (effect, reason, suppress)


def test_only_a_dead_address_is_suppressed() -> None:
    codes = [f"5.{a}.{b}" for a in range(8) for b in range(12)]
    found = {c for c in codes if decide(Answer("not_sent", "rcpt", 550, c, "refused")).suppress}
    assert found == {"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"}


def test_fault_19_a_mailbox_rests_longer_each_time() -> None:
    rests = [decide(Answer("not_sent", "connect", n_rests=n)).rest for n in range(4)]
    assert rests == [timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4), timedelta(hours=4)]


def test_fault_20_greylisting_is_tried_again_after_six_minutes_and_given_up_after_three_days() -> None:
    waits = [decide(Answer("not_sent", "rcpt", 451, n_before=n)).wait for n in range(6)]
    assert waits[0] == timedelta(minutes=6) and waits[-1] == timedelta(hours=24)
    assert all(a <= b for a, b in zip(waits, waits[1:], strict=False))  # type: ignore[operator]
    assert decide(Answer("not_sent", "rcpt", 452, "4.2.2", age=timedelta(hours=73))).effect is Effect.FAIL


def test_fault_23_a_second_policy_refusal_of_the_same_mail_lets_it_go() -> None:
    again = decide(Answer("not_sent", "rcpt", 550, "5.7.1", n_before=1))
    assert (again.effect, again.suppress, again.stop_mailbox) == (Effect.FAIL, False, True)


def test_the_breakers_trip_on_three_in_a_row_and_on_five_in_a_hundred() -> None:
    assert breaker([True, True, True]) and not breaker([True, True])
    assert not breaker([True] + [False] * 20 + [False] * 10)
    assert breaker(([True] + [False] * 15) * 2 + [False] * 8)
    assert content_breaker([True, False, True]) and not content_breaker([True] + [False] * 60)
