"""The SMTP client tells what happened to a mail, for every way a server can behave."""

import ssl
import time
from pathlib import Path

import pytest

from crm.adapters import smtp
from crm.adapters.accounts import Account
from crm.adapters.smtp import Session, Verdict
from tests.reliability.certificates import server_context
from tests.reliability.scripted_smtp import Rule, ScriptedSMTP

WIRE = b"From: me@sender.example\r\nTo: you@site.example\r\nMessage-ID: <one@sender.example>\r\n\r\nHello\r\n"


def account(server: ScriptedSMTP, security: str = "plain", **more: object) -> Account:
    return Account("127.0.0.1", server.port, security, "me@sender.example", "me@sender.example", **more)  # type: ignore[arg-type]


def send(server: ScriptedSMTP, wire: bytes = WIRE, rcpt: str = "you@site.example", **options: float) -> smtp.SendResult:
    return smtp.send(account(server), wire, "me@sender.example", rcpt, time.monotonic() + 30, **options)


def test_a_mail_arrives_as_it_was_written_with_one_recipient() -> None:
    with ScriptedSMTP() as server:
        result = send(server)
        assert (result.verdict, result.phase, result.code, result.enhanced) == (Verdict.SENT, "answered", 250, "2.0.0")
        assert [(a.wire, a.rcpts) for a in server.accepted] == [(WIRE, ("you@site.example",))]


def test_a_line_that_begins_with_a_dot_stays_a_line() -> None:
    wire = WIRE + b".\r\n..two\r\nend"
    with ScriptedSMTP() as server:
        assert send(server, wire).verdict == Verdict.SENT
        assert server.accepted[0].wire == wire + b"\r\n"


@pytest.mark.parametrize(
    ("rule", "verdict", "phase", "code", "enhanced"),
    [
        (Rule("connect", "421 4.3.2 later"), Verdict.NOT_SENT, "connect", 421, "4.3.2"),
        (Rule("connect", "554 go away"), Verdict.NOT_SENT, "connect", 554, None),
        (Rule("mail", abort=True), Verdict.NOT_SENT, "mail", None, None),
        (Rule("mail", "421 4.7.0 too fast"), Verdict.NOT_SENT, "mail", 421, "4.7.0"),
        (Rule("rcpt", "550 5.1.1 unknown"), Verdict.NOT_SENT, "rcpt", 550, "5.1.1"),
        (Rule("rcpt", "450 4.2.0 greylisted"), Verdict.NOT_SENT, "rcpt", 450, "4.2.0"),
        (Rule("data", "554 5.7.1 no"), Verdict.NOT_SENT, "data", 554, "5.7.1"),
        (Rule("body", abort=True), Verdict.NOT_SENT, "data", None, None),
        (Rule("dot", "552 5.3.4 too large"), Verdict.NOT_SENT, "answered", 552, "5.3.4"),
        (Rule("dot", abort=True), Verdict.IN_DOUBT, "dot", None, None),
    ],
)
def test_each_way_to_fail_has_its_phase(
    rule: Rule, verdict: Verdict, phase: str, code: int | None, enhanced: str | None
) -> None:
    with ScriptedSMTP([rule]) as server:
        result = send(server, WIRE + b"x" * 3_000_000 if rule.at == "body" else WIRE)
    assert (result.verdict, result.phase, result.code, result.enhanced) == (verdict, phase, code, enhanced)


def test_fault_06_an_answer_later_than_the_time_limit_is_in_doubt() -> None:
    with ScriptedSMTP([Rule("dot", delay=0.6)]) as server:
        result = send(server, dot_seconds=0.15)
    assert (result.verdict, result.phase) == (Verdict.IN_DOUBT, "dot")
    assert smtp.DOT_SECONDS >= 600


def test_fault_08_a_process_past_its_deadline_never_sends_the_dot() -> None:
    with ScriptedSMTP() as server:
        result = smtp.send(account(server), WIRE, "me@sender.example", "you@site.example", time.monotonic() - 1)
        assert (result.verdict, result.phase, server.accepted) == (Verdict.NOT_SENT, "late", [])


def test_the_last_question_before_data_can_take_the_mail_back_and_the_session_goes_on() -> None:
    with ScriptedSMTP() as server:
        session = Session(account(server))
        end = time.monotonic() + 30
        taken_back = session.send(WIRE, "me@sender.example", "a@site.example", deadline=end, go=lambda: False)
        sent = session.send(WIRE, "me@sender.example", "b@site.example", deadline=end, go=lambda: True)
        session.quit()
        assert (taken_back.verdict, sent.verdict) == (Verdict.WITHDRAWN, Verdict.SENT)
        assert [a.rcpts for a in server.accepted] == [("b@site.example",)]
        assert server.connections == 1


def test_a_session_carries_ten_mails_then_a_new_one_begins() -> None:
    with ScriptedSMTP() as server:
        session = Session(account(server))
        for _ in range(12):
            assert session.send(WIRE, "me@x.example", "a@site.example", deadline=time.monotonic() + 9).verdict == "sent"
        session.quit()
        assert server.connections == 2


def test_fault_28_the_real_answer_is_kept_when_the_server_hangs_up_on_rset() -> None:
    with ScriptedSMTP([Rule("dot", "554 5.6.0 spam"), Rule("rset", abort=True)]) as server:
        result = send(server)
    assert (result.code, result.enhanced) == (554, "5.6.0")


def test_fault_30_a_non_ascii_local_part_needs_a_server_that_says_so() -> None:
    with ScriptedSMTP() as server:
        refused = send(server, rcpt="jörg@site.example")
        assert (refused.code, refused.enhanced, server.accepted) == (553, "5.6.7", [])
        assert not any(c.startswith("DATA") for c in server.commands)
    with ScriptedSMTP(extensions=("8BITMIME", "SMTPUTF8")) as server:
        assert send(server, rcpt="jörg@site.example").verdict == Verdict.SENT
        assert any("SMTPUTF8" in c for c in server.commands if c.startswith(("mail", "MAIL")))


@pytest.mark.parametrize(("name", "expired", "trusted"), [("localhost", False, False), ("other.example", False, True)])
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_fault_31_a_certificate_that_does_not_verify_ends_it_before_the_password(
    tmp_path: Path, security: str, name: str, expired: bool, trusted: bool
) -> None:
    _refuses_before_auth(tmp_path, security, name, expired, trusted)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_fault_31_an_expired_certificate_ends_it_before_the_password(tmp_path: Path, security: str) -> None:
    _refuses_before_auth(tmp_path, security, "localhost", True, True)


def _refuses_before_auth(folder: Path, security: str, name: str, expired: bool, trusted: bool) -> None:
    context, root = server_context(folder, name=name, expired=expired)
    client = ssl.create_default_context(cafile=str(root) if trusted else None)
    offers = ("STARTTLS", "AUTH PLAIN LOGIN")
    with ScriptedSMTP(extensions=offers, tls=context, implicit_tls=security == "tls") as server:
        where = account(server, security, password="canary", private_ok=True)
        result = smtp.send(where, WIRE, "me@x.example", "a@site.example", time.monotonic() + 9, tls=client)
        assert result.verdict == Verdict.NOT_SENT
        assert "ertificate" in result.text
        assert not any(c.startswith(("AUTH", "MAIL", "mail")) for c in server.commands)


def test_fault_31_stripped_starttls_ends_it_before_the_password() -> None:
    with ScriptedSMTP(extensions=("AUTH PLAIN",)) as server:
        where = account(server, "starttls", password="canary", private_ok=True)
        result = smtp.send(where, WIRE, "me@x.example", "a@site.example", time.monotonic() + 9)
        assert (result.verdict, result.phase) == (Verdict.NOT_SENT, "tls")
        assert not any(c.startswith(("AUTH", "mail")) for c in server.commands)


def test_a_good_certificate_is_taken_and_the_password_goes_through_tls(tmp_path: Path) -> None:
    context, root = server_context(tmp_path)
    with ScriptedSMTP(extensions=("STARTTLS", "AUTH PLAIN"), tls=context) as server:
        client = ssl.create_default_context(cafile=str(root))
        where = account(server, "starttls", password="canary", private_ok=True)
        result = smtp.send(where, WIRE, "me@x.example", "a@site.example", time.monotonic() + 9, tls=client)
        assert result.verdict == Verdict.SENT
        assert any(c.startswith("AUTH PLAIN") for c in server.commands)


@pytest.mark.parametrize(
    ("security", "host"), [("plain", "192.0.2.10"), ("tls", "127.0.0.1"), ("starttls", "10.0.0.5")]
)
def test_hosts_that_may_not_be_reached_are_refused_by_address(security: str, host: str) -> None:
    where = Account(host, 2525, security, "me", "me@sender.example", password="canary")
    result = smtp.send(where, WIRE, "me@x.example", "a@site.example", time.monotonic() + 9)
    assert (result.verdict, result.phase) == (Verdict.NOT_SENT, "connect")
    assert host in result.text


def test_xoauth2_sends_the_token_and_no_password() -> None:
    with ScriptedSMTP(extensions=("AUTH XOAUTH2",)) as server:
        where = account(server, token="ya29.token")
        assert smtp.send(where, WIRE, "me@x.example", "a@s.example", time.monotonic() + 9).verdict == Verdict.SENT
        assert any(c.startswith("AUTH XOAUTH2 ") for c in server.commands)


def test_fault_27_a_refused_password_says_so_in_phase_auth() -> None:
    with ScriptedSMTP([Rule("auth", "535 5.7.8 bad credentials")], extensions=("AUTH PLAIN",)) as server:
        result = smtp.send(account(server, password="wrong"), WIRE, "me@x.example", "a@s.example", time.monotonic() + 9)
    assert (result.verdict, result.phase, result.code) == (Verdict.NOT_SENT, "auth", 535)


def test_a_secret_never_shows_in_a_repr() -> None:
    assert "canary" not in repr(Account("h", 1, "tls", "u", "a@x.example", password="canary", token="canary2"))
