"""Wishes to be left alone, heard by their build, in many languages; what only looks like one is none."""

import time

import pytest

from crm.inbox.classify import classify
from crm.inbox.intent import read_intent
from crm.vocabulary import Intent, MailKind
from tests.inbox.letters import letter
from tests.inbox.test_intent import FRESH, ON, answers

FILES = ("answers_third.csv", "answers_fourth.csv", *FRESH, "answers_ninth.csv")


def heard(text: str) -> bool:
    return Intent.OPTOUT in read_intent(text, "", ON).intents


@pytest.mark.parametrize("file", FILES)
def test_every_opt_out_of_the_later_sets_is_heard(file: str) -> None:
    wanted = [text for _, intent, text in answers(file) if intent == "optout"]
    assert len(wanted) >= 45
    assert [text for text in wanted if not heard(text)] == []


def test_at_most_one_answer_in_a_hundred_is_wrongly_an_opt_out() -> None:
    others = [text for file in FILES for _, intent, text in answers(file) if intent not in ("optout", "hostile")]
    assert len(others) >= 150
    assert sum(heard(text) for text in others) <= len(others) / 100


@pytest.mark.parametrize("subject", ["Unsubscribe", "Re: STOP", "please remove me", "Unsubscirbe"])
def test_a_subject_alone_says_it(subject: str) -> None:
    assert Intent.OPTOUT in read_intent("", subject, ON).intents


@pytest.mark.parametrize(
    ("text", "opt_out"),
    [
        ("I deleted your first email by mistake, can you resend it?", False),
        ("Leave my email out of the caption, but go ahead with the quote.", False),
        ("Wir nehmen keine weiteren Anfragen für Gastartikel an.", False),
        ("Non ho più la sua mail, può rimandarla?", False),
        ("Please do not email me before March.", False),
        ("Delete my data before the end of the month.", True),
        ("In this case please remove me from your list.", True),
        ("Please do not resend this or email us again.", True),
    ],
)
def test_a_lost_mail_or_a_later_day_is_no_opt_out_and_an_order_with_a_term_is(text: str, opt_out: bool) -> None:
    assert heard(text) is opt_out


def test_an_opt_out_in_the_quoted_original_alone_does_not_count() -> None:
    quoted = "Not a fit for us, thanks.\n\nOn Mon, 2 Nov 2026, Mara wrote:\n> If you object to the use of your data,\n"
    found = classify(letter(quoted + "> tell us to erase my address.\n", answers="a@b"))
    assert (found.kind, found.intent) == (MailKind.REPLY, Intent.NO_FIT)


def test_reading_a_long_answer_takes_time_in_proportion() -> None:
    begun = time.perf_counter()
    read_intent("do not send stop erase object nicht ne " * 1500, "", ON)
    assert time.perf_counter() - begun < 2
