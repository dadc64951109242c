"""The practice servers: real protocols, and a record that is written before the answer."""

import imaplib
import smtplib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from crm.practice.cast import EPOCH
from crm.practice.doors import PASSWORD, USER
from crm.practice.ledger import Ledger, Reaction
from crm.practice.mailserver import MailServer

MAIL = b"Message-ID: <a@b>\r\nFrom: ada@tidyclock.example\r\nTo: x@y.example\r\nSubject: hi\r\n\r\nhello\r\n"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = Ledger(tmp_path / "ledger.db")
    yield made
    made.close()


@pytest.fixture
def server(ledger: Ledger) -> Iterator[MailServer]:
    made = MailServer(ledger, lambda: EPOCH, USER, PASSWORD)
    made.start()
    yield made
    made.stop()


def send(server: MailServer, raw: bytes = MAIL, rcpt: str = "x@y.example") -> None:
    with smtplib.SMTP("127.0.0.1", server.ports[0]) as smtp:
        smtp.login(USER, PASSWORD)
        smtp.sendmail(USER, [rcpt], raw)


def folder(server: MailServer, name: str) -> list[bytes]:
    with imaplib.IMAP4("127.0.0.1", server.ports[1]) as imap:
        imap.login(USER, PASSWORD)
        imap.select(name, readonly=True)
        found = imap.uid("SEARCH", "ALL")[1][0]  # type: ignore[call-overload]
        return list((found or b"").split())


def test_an_accepted_mail_is_in_the_record_and_in_sent(server: MailServer, ledger: Ledger) -> None:
    send(server)
    (mail,) = ledger.accepted()
    assert (mail.message_id, mail.rcpt, mail.step, mail.at) == ("a@b", "x@y.example", 1, EPOCH)
    assert folder(server, "Sent") == [b"101"] and folder(server, "INBOX") == []


def test_strangers_reach_the_inbox_but_may_not_relay(server: MailServer, ledger: Ledger) -> None:
    with smtplib.SMTP("127.0.0.1", server.ports[0]) as smtp:
        smtp.sendmail("x@y.example", [USER], MAIL)
        with pytest.raises(smtplib.SMTPDataError, match="Relaying"):
            smtp.sendmail("x@y.example", ["other@y.example"], MAIL)
    assert folder(server, "INBOX") == [b"101"] and ledger.accepted() == []


def test_a_wrong_password_is_refused_by_both_servers(server: MailServer) -> None:
    with smtplib.SMTP("127.0.0.1", server.ports[0]) as smtp, pytest.raises(smtplib.SMTPAuthenticationError):
        smtp.login(USER, "wrong")
    with imaplib.IMAP4("127.0.0.1", server.ports[1]) as imap, pytest.raises(imaplib.IMAP4.error):
        imap.login(USER, "wrong")


def test_the_mailbox_survives_a_restart_with_the_same_uids(ledger: Ledger, server: MailServer) -> None:
    send(server)
    again = MailServer(ledger, lambda: EPOCH, USER, PASSWORD)
    again.start()
    try:
        assert folder(again, "Sent") == [b"101"]
    finally:
        again.stop()


def test_the_record_testifies_against_double_mails_and_mails_after_an_answer(ledger: Ledger) -> None:
    later = EPOCH.replace(hour=12)
    follow_up = MAIL.replace(b"<a@b>", b"<c@b>").replace(b"Subject", b"References: <a@b>\r\nSubject")
    ledger.accept(EPOCH, "x@y.example", USER, MAIL)
    ledger.accept(EPOCH, "x@y.example", USER, follow_up)
    assert [m.step for m in ledger.accepted()] == [1, 2]
    assert (ledger.mailed_twice(), ledger.sent_after_stop()) == (0, 0)
    ledger.deliver(EPOCH.replace(hour=10), "x@y.example", "no_fit", "r@y", True)
    ledger.accept(later, "x@y.example", USER, follow_up.replace(b"<c@b>", b"<d@b>").replace(b"<a@b>", b"<a@b> <c@b>"))
    assert (ledger.mailed_twice(), ledger.sent_after_stop()) == (0, 1)
    ledger.accept(later, "x@y.example", USER, MAIL)
    assert ledger.mailed_twice() == 1


def test_an_answer_by_hand_is_no_step_and_never_counts_against_us(ledger: Ledger) -> None:
    ledger.accept(EPOCH, "x@y.example", USER, MAIL)
    ledger.deliver(EPOCH, "x@y.example", "question", "r@y", True)
    by_hand = MAIL.replace(b"<a@b>", b"<h@b>").replace(b"Subject", b"References: <a@b> <r@y>\r\nSubject")
    ledger.accept(EPOCH.replace(hour=12), "x@y.example", USER, by_hand)
    assert ledger.accepted()[-1].step == 0
    assert (ledger.mailed_twice(), ledger.sent_after_stop()) == (0, 0)


def test_a_planned_reaction_happens_once(ledger: Ledger) -> None:
    ledger.plan(Reaction(EPOCH, "x@y.example", "no_fit", {"mail": 1}))
    (due,) = ledger.due(EPOCH)
    assert ledger.done(due.id, EPOCH) and not ledger.done(due.id, EPOCH)
    assert ledger.due(EPOCH) == [] and ledger.next_due() is None


def test_the_record_knows_whether_the_inbox_was_read_before_a_follow_up(ledger: Ledger) -> None:
    def at(hour: int, minute: int = 0) -> datetime:
        return EPOCH.replace(hour=hour, minute=minute)

    def follow_up(moment: datetime, name: bytes) -> int:
        raw = MAIL.replace(b"<a@b>", b"<" + name + b">").replace(b"Subject", b"References: <a@b>\r\nSubject")
        ledger.accept(moment, "x@y.example", USER, raw)
        return ledger.followup_before_inbox_read()

    ledger.accept(at(8), "x@y.example", USER, MAIL)
    assert follow_up(at(9), b"c@b") == 1, "nobody has looked"
    ledger.look(at(9, 30), 100)
    assert follow_up(at(10), b"d@b") == 1, "an empty inbox was looked at"
    assert follow_up(at(11), b"e@b") == 2, "that look is more than an hour old"
    ledger.look(at(11, 30), 101)
    assert follow_up(at(11, 40), b"f@b") == 3, "what lay there was not fetched"
    ledger.fetch(at(11, 50), 101)
    assert follow_up(at(12), b"g@b") == 3, "it was read in time"


def test_the_server_notes_looks_and_fetches_of_the_inbox_alone(ledger: Ledger, server: MailServer) -> None:
    with smtplib.SMTP("127.0.0.1", server.ports[0]) as smtp:
        smtp.sendmail("x@y.example", [USER], MAIL)
    send(server)
    with imaplib.IMAP4("127.0.0.1", server.ports[1]) as imap:
        imap.login(USER, PASSWORD)
        imap.select("Sent", readonly=True)
        assert ledger._all("SELECT * FROM looked") == []
        imap.select("INBOX", readonly=True)
        assert ledger._all("SELECT last_uid FROM looked") == [(101,)] and ledger._all("SELECT * FROM fetched") == []
        imap.uid("FETCH", "101", "(BODY.PEEK[])")
    assert ledger._all("SELECT uid FROM fetched") == [(101,)]
