"""Real servers: Postfix takes our mails, Dovecot keeps them, and the product reads what they do with them."""

import contextlib
import imaplib
import re
import ssl
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from config import Settings
from crm import clock, db, prepare
from crm.adapters import smtp
from crm.adapters.accounts import Account
from crm.adapters.imap import open_box
from crm.adapters.smtp import Session, Verdict
from crm.inbox import run as inbox
from crm.mailboxes import run as mailboxes
from crm.mailboxes import service as boxes
from crm.mailboxes.providers import Endpoint
from crm.models.accounts import Organisation, Project
from crm.models.batches import Enrollment
from crm.models.contacts import Contact, PersonAddress, Suppression
from crm.models.mail import InboundMessage, Message, Touch
from crm.models.mailboxes import Mailbox
from crm.outbox import run as outbox
from tests.inbox.letters import letter
from tests.peers.post_office import PASSWORD, PostOffice, missing, post_office
from tests.reliability.rig import NO_LIMITS, enroll, make_batch, make_project, words_of_our_own

pytestmark = [pytest.mark.peers, pytest.mark.skipif(bool(missing()), reason=missing())]
ADA, INES, DAN = "ada@tidyclock.example", "ines@site.example", "dan@site.example"


@pytest.fixture(scope="module")
def office() -> Iterator[PostOffice]:
    with contextlib.ExitStack() as stack:
        try:
            running = stack.enter_context(post_office())
        except (RuntimeError, OSError, subprocess.SubprocessError) as error:
            pytest.skip(f"Postfix or Dovecot does not start here: {error}")
        yield running


@pytest.fixture
def box(office: PostOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Ada's mailbox on the real servers, in an empty installation; all folders are emptied first."""
    monkeypatch.setenv("SSL_CERT_FILE", str(office.root))
    smtp._default_tls.cache_clear()
    monkeypatch.setattr(boxes, "_private_ok", lambda: True)
    office.doveadm("expunge", "-A", "mailbox", "*", "all")
    prepare(Settings(instance=tmp_path / "instance", database_url=f"sqlite:///{tmp_path / 'peers.db'}", durable=False))
    db.Base.metadata.create_all(db.engine())
    with words_of_our_own(), db.transaction() as s:
        project = make_project(s)
        mailbox = boxes.connect(
            s, s.get_one(Organisation, project.organisation_id), project, address=ADA, username=ADA, password=PASSWORD,
            smtp=Endpoint("localhost", office.smtp, "starttls"), imap=Endpoint("localhost", office.imap, "tls"),
            sender_name="Ada Lindt", postal_address="1 Clock Lane, Berlin", caps=NO_LIMITS | {"saves_sent": False},
        )  # fmt: skip
        made = mailbox.id
    with words_of_our_own():
        yield made
    smtp._default_tls.cache_clear()


def write_to(box: int, *addresses: str, delays: tuple[int, ...] = (4,)) -> None:
    """A batch to these people, sent at once."""
    with db.transaction() as s:
        mailbox = s.get_one(Mailbox, box)
        project = s.get_one(Project, mailbox.project_id)
        batch = make_batch(s, project, delays)
        for n, address in enumerate(addresses):
            made = enroll(s, batch, mailbox, 1, start=n)[0]
            row = s.get_one(PersonAddress, s.get_one(Contact, made.contact_id).address_id)
            row.address = row.normal = address
            row.domain = address.rpartition("@")[2]
    outbox.tick()


def until(found: object, seconds: float = 40.0) -> object:
    """The answer of `found`, asked again until it says yes."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = found()  # type: ignore[operator]
        if answer:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"did not happen within {seconds} seconds")


def mails_of(office: PostOffice, user: str, folder: str = "INBOX") -> list[bytes]:
    account = Account("localhost", office.imap, "tls", user, user, PASSWORD, private_ok=True)
    with open_box(account, tls=office.tls) as opened:
        return [raw for _, raw, _ in opened.fetch(folder, opened.uids(folder))]


def states() -> dict[str, int]:
    with db.reading() as s:
        return dict(s.execute(select(Message.state, func.count()).group_by(Message.state)).all())  # type: ignore[arg-type]


def answer_as(office: PostOffice, user: str, raw: bytes) -> None:
    account = Account("localhost", office.smtp, "starttls", user, user, PASSWORD, private_ok=True)
    result = smtp.send(account, raw, user, ADA, time.monotonic() + 20, tls=office.tls)
    assert result.verdict is Verdict.SENT, result


def test_a_mail_goes_through_starttls_and_sign_in_arrives_unchanged_and_its_copy_is_filed(
    office: PostOffice, box: int
) -> None:
    write_to(box, INES)
    assert states() == {"sent": 1}
    (arrived,) = until(lambda: mails_of(office, INES))  # type: ignore[misc]
    with db.reading() as s:
        frozen = bytes(s.scalars(select(Message.rendered)).one())
    assert arrived.endswith(frozen), "byte for byte, below what the servers wrote on top"
    outbox.reap()
    assert mails_of(office, ADA, "Sent") == [frozen]
    outbox.reap()
    assert len(mails_of(office, ADA, "Sent")) == 1


def test_stripped_starttls_and_a_strangers_certificate_are_refused_before_the_password(office: PostOffice) -> None:
    where = Account("localhost", office.stripped, "starttls", ADA, ADA, PASSWORD, private_ok=True)
    stripped = Session(where, tls=office.tls).login()
    assert (stripped.verdict, stripped.phase) == (Verdict.NOT_SENT, "tls")
    good = Account("localhost", office.smtp, "starttls", ADA, ADA, PASSWORD, private_ok=True)
    untrusted = Session(good, tls=ssl.create_default_context()).login()
    assert untrusted.verdict is Verdict.NOT_SENT and "ertificate" in untrusted.text
    log = (office.folder / "mail.log").read_text()
    assert "sasl_username" not in log.split("STARTTLS")[-1].split("connect from")[-1]
    assert Session(good, tls=office.tls).login().verdict is Verdict.SENT


def test_a_greylisted_mail_goes_again_after_six_minutes_and_arrives_once(office: PostOffice, box: int) -> None:
    office.greylist.add(DAN)
    now = clock.real_now()
    with clock.at(now):
        write_to(box, DAN)
        assert states() == {"queued": 1}
        with db.reading() as s:
            message = s.scalars(select(Message)).one()
            assert (message.last_code, message.last_enhanced, message.state_reason) == (451, "4.7.1", "greylisted")
    with clock.at(now + timedelta(minutes=7)):
        assert outbox.tick() == 1
    assert states() == {"sent": 1}
    until(lambda: mails_of(office, DAN))
    assert len(mails_of(office, DAN)) == 1


def test_who_does_not_exist_is_refused_or_comes_back_and_is_suppressed_either_way(office: PostOffice, box: int) -> None:
    write_to(box, "nobody-here@site.example", "gone@site.example")  # refused at RCPT; accepted, then bounced by LMTP
    assert states() == {"failed": 1, "sent": 1}

    def bounced() -> bool:
        inbox.poll(box)
        with db.reading() as s:
            return s.scalar(select(InboundMessage.id).where(InboundMessage.kind == "bounce")) is not None

    until(bounced)
    with db.reading() as s:
        assert set(s.scalars(select(Suppression.value))) == {"nobody-here@site.example", "gone@site.example"}
        assert set(s.scalars(select(Enrollment.stop_reason))) == {"bounce"}
        assert s.scalar(select(InboundMessage.matched_by)) == "message_id"


VACATIONS = {
    "away@site.example": ("Abwesenheitsnotiz", "Ich bin bis zum 7. Dezember {year} nicht im Büro."),
    "absent@site.example": ("Absence du bureau", "Je suis absente jusqu'au 9 décembre {year}."),
}


def test_sieve_vacations_in_other_languages_postpone_and_never_count_as_answers(office: PostOffice, box: int) -> None:
    now = datetime(clock.real_now().year, 11, 23, 9, tzinfo=UTC)
    for user, (subject, words) in VACATIONS.items():
        text = words.format(year=now.year)
        # Pigeonhole answers no mail with List-Unsubscribe; other servers' notes come all the same, so it is taken away
        script = 'require ["vacation", "editheader"];\ndeleteheader "List-Unsubscribe";\n'
        office.sieve(user, f'{script}vacation :days 1 :subject "{subject}" "{text}";\n')
    with clock.at(now):
        write_to(box, *VACATIONS)

        def both_told() -> bool:
            inbox.poll(box)
            with db.reading() as s:
                return (s.scalar(select(func.count()).where(InboundMessage.kind == "auto_reply")) or 0) == 2

        until(both_told)
    with db.reading() as s:
        found = list(s.scalars(select(Enrollment).order_by(Enrollment.id)))
        assert {e.state for e in found} == {"active"}
        assert [e.postponed_until.date() for e in found if e.postponed_until] == [
            date(now.year, 12, 7), date(now.year, 12, 9),
        ]  # fmt: skip


def test_a_folder_that_was_deleted_and_made_again_is_read_again_and_nothing_happens_twice(
    office: PostOffice, box: int
) -> None:
    write_to(box, INES)
    with db.reading() as s:
        ours = s.scalars(select(Message.message_id)).one()
    client = imaplib.IMAP4_SSL("localhost", office.imap, ssl_context=office.tls)
    client.login(ADA, PASSWORD)
    raw = letter("Happy to add it.", sender=INES, answers=ours).replace(b"\n", b"\r\n")
    client.create("Clients")
    client.append("Clients", "", imaplib.Time2Internaldate(time.time()), raw)
    assert inbox.poll(box).kept == 1
    with db.reading() as s:
        before = s.scalar(select(func.count()).select_from(InboundMessage))
    client.delete("Clients")
    time.sleep(1.1)  # Dovecot takes the time in seconds as UIDVALIDITY
    client.create("Clients")
    client.append("Clients", "", imaplib.Time2Internaldate(time.time()), raw)
    client.append("Clients", "", imaplib.Time2Internaldate(time.time()),
                  letter("One more thing.", sender=INES, answers=ours, own_id="two@site.example").replace(b"\n", b"\r\n"))  # fmt: skip
    polled = inbox.poll(box)
    assert (polled.seen, polled.kept) == (2, 1)
    with db.reading() as s:
        assert s.scalar(select(func.count()).select_from(InboundMessage)) == (before or 0) + 1
    client.logout()


def test_dovecots_threads_are_our_threads(office: PostOffice, box: int) -> None:
    now = clock.real_now()
    with clock.at(now):
        write_to(box, INES, DAN, delays=(1, 1))
    for day in (5, 10):
        with clock.at(now + timedelta(days=day)):
            with db.transaction() as s:
                for touch in s.scalars(select(Touch).where(Touch.state == "planned")):
                    touch.due_at, touch.planned_local, touch.time_zone = (
                        clock.now(),
                        clock.now().strftime("%Y-%m-%dT%H:%M:%S"),
                        "UTC",
                    )
                for e in s.scalars(select(Enrollment)):
                    e.time_zone = "UTC"
                s.get_one(Mailbox, box).inbound_synced_at = clock.now()
            outbox.tick()
    until(lambda: len(mails_of(office, INES)) == len(mails_of(office, DAN)) == 3)
    for user in (INES, DAN):
        assert _threads(office, user) == [3], "a first mail and its two follow-ups are one conversation"
    with db.reading() as s:
        sent = list(s.scalars(select(Message).order_by(Message.step_no, Message.rcpt)))
    assert len(sent) == 6
    for n, (user, answered) in enumerate(((INES, sent[5]), (DAN, sent[4]), (INES, sent[1]))):
        raw = letter(
            f"Answer {n}.",
            sender=user,
            answers=answered.message_id,
            own_id=f"t{n}@site.example",
            at=now,
            subject=f"Re: {answered.subject}",
        )
        chain = " ".join(f"<{i}>" for i in (*answered.references, answered.message_id))
        answer_as(office, user, re.sub(rb"(?m)^References: .*$", f"References: {chain}".encode(), raw))
    until(lambda: len(mails_of(office, ADA)) == 3)
    inbox.poll(box)
    with db.reading() as s:
        ours = sorted(s.scalars(select(func.count()).select_from(InboundMessage).group_by(InboundMessage.thread_id)))
    assert _threads(office, ADA) == ours == [1, 2]


def _threads(office: PostOffice, user: str) -> list[int]:
    """How many mails each conversation of the inbox has, as Dovecot sees it."""
    with imaplib.IMAP4_SSL("localhost", office.imap, ssl_context=office.tls) as client:
        client.login(user, PASSWORD)
        client.select("INBOX", readonly=True)
        _, (line,) = client.uid("THREAD", "REFERENCES", "UTF-8", "ALL")
    depth, trees, here = 0, [], ""
    for letter_ in (line or b"").decode():
        depth += (letter_ == "(") - (letter_ == ")")
        here += letter_
        if depth == 0 and here.strip():
            trees.append(len(re.findall(r"\d+", here)))
            here = ""
    return sorted(trees)


def test_the_probe_finds_out_what_these_servers_do(office: PostOffice, box: int) -> None:
    found = _probed(box)
    assert (found.arrived, found.sent_folder, found.saves_sent) == (True, "Sent", False)
    assert (found.rewrites_message_id, found.searches_message_id) == (False, True)


def _probed(box: int) -> mailboxes.Probed:
    real = mailboxes.WAIT
    mailboxes.WAIT = timedelta(seconds=3)
    try:
        return mailboxes.probe(box, pause=lambda _: time.sleep(0.1))
    finally:
        mailboxes.WAIT = real
