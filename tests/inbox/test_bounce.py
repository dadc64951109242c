"""Delivery reports: failed addresses, verdicts, and what is no report at all."""

import json
from pathlib import Path

import pytest

from crm.inbox.classify import classify
from crm.inbox.verdict import judge
from crm.vocabulary import BounceVerdict, MailKind
from tests.inbox.letters import letter
from tests.inbox.mail_systems import SYSTEMS


@pytest.mark.parametrize(("name", "raw", "failed", "dead"), SYSTEMS, ids=[s[0] for s in SYSTEMS])
def test_reports_of_many_mail_systems_name_the_failed_address(
    name: str, raw: bytes, failed: set[str], dead: bool | None
) -> None:
    found = classify(raw)
    assert found.kind is MailKind.BOUNCE
    assert set(found.as_dict()["recipients"]) == failed
    if dead is not None:
        assert bool(found.as_dict()["suppress"]) is dead


def test_the_corpus_of_real_reports_is_read(corpora: Path) -> None:
    folder = corpora / "bounces"
    expected = json.loads((folder / "expected.json").read_text())
    detected = exact = hit = named = right = wrong = missed = n = kinds = 0
    for file, truth in expected.items():
        said = classify((folder / file).read_bytes()).as_dict()
        kinds += said["kind"] == truth["kind"]
        if truth["kind"] != "bounce":
            continue
        want, have = set(truth["recipients"]), set(said["recipients"]) if said["kind"] == "bounce" else set()
        n, detected, exact = n + 1, detected + (said["kind"] == "bounce"), exact + (want == have)
        hit, named = hit + len(want & have), named + len(have)
        dead = bool(said["suppress"])
        right, wrong, missed = (
            right + (dead and truth["suppress"]),
            wrong + (dead and not truth["suppress"]),
            missed + (not dead and truth["suppress"]),
        )
    assert detected / n >= 0.98
    assert exact / n >= 0.96
    assert hit / named >= 0.98
    assert right / (right + wrong) >= 0.95
    assert right / (right + missed) >= 0.95
    assert kinds / len(expected) >= 0.98


@pytest.mark.parametrize(
    ("said", "status", "verdict"),
    [
        ("550 5.1.1 <x@y.example>: Recipient address rejected: User unknown", "5.1.1", BounceVerdict.DEAD_ADDRESS),
        ("550 No such user here", "5.0.0", BounceVerdict.DEAD_ADDRESS),
        ("Host or domain name not found. Name service error: Host not found", "5.4.4", BounceVerdict.DEAD_ADDRESS),
        ("552 5.2.2 Mailbox full", "5.2.2", BounceVerdict.MAILBOX_FULL),
        ("550 5.1.1 The mailbox is full and can not take mail", "5.0.0", BounceVerdict.DEAD_ADDRESS),
        ("550 5.7.1 Relaying denied", "5.7.1", BounceVerdict.POLICY),
        ("550 5.7.26 This mail is unauthenticated (SPF, DKIM)", "5.7.26", BounceVerdict.POLICY),
        ("554 5.7.1 blocked using zen.spamhaus.org", "5.7.1", BounceVerdict.POLICY),
        ("552 5.3.4 Message size exceeds fixed limit", "5.3.4", BounceVerdict.CONTENT),
        ("554 Message considered spam", "", BounceVerdict.CONTENT),
        ("450 4.2.0 Greylisted, try again", "4.2.0", BounceVerdict.TEMPORARY),
        ("Connection timed out", "4.4.1", BounceVerdict.TEMPORARY),
        ("550 5.1.8 Sender address rejected: Domain not found", "5.1.8", BounceVerdict.POLICY),
        ("", "", BounceVerdict.TEMPORARY),
    ],
)  # fmt: skip
def test_a_refusal_is_judged_by_its_words_then_its_code(said: str, status: str, verdict: BounceVerdict) -> None:
    got = judge(said, status).verdict
    if "mailbox is full" in said:
        assert got in (BounceVerdict.MAILBOX_FULL, BounceVerdict.DEAD_ADDRESS)
    else:
        assert got is verdict


SAID_OF_A_PERSON = (
    "<ines@site.example>: host mx.site.example[192.0.2.1] said: 550 {code}<ines@site.example>: User unknown{stage}"
)


@pytest.mark.parametrize(
    ("code", "stage", "before", "dead"),
    [
        ("5.2.1 ", " (in reply to RCPT TO command)", "", True),
        ("5.2.1 ", " (in reply to end of DATA command)", "", False),
        ("5.2.1 ", "", "", False),
        ("", " (in reply to RCPT TO command)", "", True),
        ("", "", "", False),
        ("5.1.1 ", "", "", True),
        ("", " (in reply to RCPT TO command)", "The user(s) account is disabled.\n\n", False),
    ],
)
def test_unknown_users_are_believed_when_the_code_or_the_stage_says_so(
    code: str, stage: str, before: str, dead: bool
) -> None:
    body = f"I could not deliver your message.\n\n{before}" + SAID_OF_A_PERSON.format(code=code, stage=stage) + "\n"
    found = classify(letter(body, sender="mailer-daemon@mx.example", subject="Undelivered Mail Returned to Sender"))
    assert found.as_dict()["recipients"] == ["ines@site.example"]
    assert bool(found.as_dict()["suppress"]) is dead


@pytest.mark.parametrize(
    "raw",
    [
        letter("Your delivery to the warehouse failed twice, shall we talk?", subject="Delivery"),
        letter("I saw that your mail bounced, here is my new address: new@site.example", answers="a@b"),
        letter("The link returns 550 points in our game.", subject="Re: undeliverable promises", answers="a@b"),
        letter("> Undelivered Mail Returned to Sender\n> <x@y.example>: 550 5.1.1 User unknown\nWhat is this?", answers="a@b"),
        letter("My user is unknown to your login, can you help?", sender="Postmaster Pat <pat@site.example>"),
        b"From: \nTo: ada@tidyclock.example\nSubject: hello\n\nJust a mail with an empty sender.",
    ],
)  # fmt: skip
def test_ordinary_mails_are_no_reports(raw: bytes) -> None:
    assert classify(raw).kind is not MailKind.BOUNCE


def test_our_own_address_never_fails() -> None:
    raw = letter(
        "Your message could not be delivered to:\n\nada@tidyclock.example: 550 5.1.1 user unknown\nines@site.example: 550 5.1.1 user unknown\n",
        sender="mailer-daemon@mx.example", subject="failure notice",
    )  # fmt: skip
    assert classify(raw, frozenset({"ada@tidyclock.example"})).as_dict()["recipients"] == ["ines@site.example"]
