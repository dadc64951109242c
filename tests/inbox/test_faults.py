"""Faults of reading and stopping, numbered: each over the real IMAP client and a scripted server."""

import threading
import time
from collections.abc import Iterator
from datetime import date, timedelta
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from sqlalchemy import delete, func, select

from crm import clock, db
from crm.inbox import run
from crm.inbox.watching import run as watching
from crm.mailboxes import run as mailboxes
from crm.models.batches import Batch, Enrollment
from crm.models.contacts import Contact, PersonAddress, Suppression
from crm.models.events import Event
from crm.models.mail import InboundMessage, Message, MessageAlias, Touch
from crm.models.mailboxes import FolderCursor, Mailbox
from crm.models.outcomes import Outcome
from crm.outbox import run as outbox
from tests.conftest import MONDAY
from tests.inbox.letters import US, Correspondence, letter, report
from tests.reliability.rig import FakePost
from tests.reliability.scripted_imap import ScriptedIMAP

HOUR = timedelta(hours=1)


@pytest.fixture
def imap(written: Correspondence) -> Iterator[ScriptedIMAP]:
    """The server behind Ada's mailbox."""
    with ScriptedIMAP() as server:
        with db.transaction() as s:
            s.get_one(Mailbox, written.mailbox_id).imap_port = server.port
        yield server


def read(
    imap: ScriptedIMAP, written: Correspondence, *mails: bytes, folder: str = "INBOX", hours: int = 1
) -> run.Polled:
    for raw in mails:
        imap.put(raw, folder)
    with clock.at(MONDAY + hours * HOUR):
        return run.poll(written.mailbox_id)


def enrollment(k: int = 0) -> Enrollment:
    with db.reading() as s:
        return s.scalars(select(Enrollment).order_by(Enrollment.id)).all()[k]


def last() -> InboundMessage:
    with db.reading() as s:
        return s.scalars(select(InboundMessage).order_by(InboundMessage.id.desc()).limit(1)).one()


def count(model: type) -> int:
    with db.reading() as s:
        return s.scalar(select(func.count()).select_from(model)) or 0


def our_mail(k: int) -> Message:
    with db.reading() as s:
        return s.scalars(select(Message).order_by(Message.rcpt)).all()[k]


def follow_ups(days: int = 30) -> list[str]:
    """Who gets a second mail when the inbox is read and time passes."""
    post = FakePost()
    with clock.at(MONDAY + timedelta(days=days)):
        with db.transaction() as s:
            for touch in s.scalars(select(Touch).where(Touch.state == "planned")):
                touch.due_at = clock.now() - HOUR
                touch.planned_local = touch.due_at.strftime("%Y-%m-%dT%H:%M:%S")
                touch.time_zone = "UTC"
            for e in s.scalars(select(Enrollment)):
                e.time_zone = "UTC"
            s.scalars(select(Mailbox)).one().inbound_synced_at = clock.now()
        outbox.tick(post=post)
    return sorted(post.rcpts())


def rewritten(message: Message, seen_id: str) -> bytes:
    """Our mail as a provider files it that writes a Message-ID of its own."""
    return bytes(message.rendered).replace(message.message_id.encode(), seen_id.encode(), 1)


def test_fault_32_an_id_that_the_provider_wrote_is_learned_from_sent_and_leads_answers_home(
    written: Correspondence, imap: ScriptedIMAP
) -> None:
    read(imap, written, rewritten(our_mail(0), "AM0PR.1@outlook.example"), folder="Sent")
    assert enrollment().state == "active", "our own copy is no mail by hand"
    with db.reading() as s:
        assert [(a.message_pk, a.seen_id) for a in s.scalars(select(MessageAlias))] == [
            (our_mail(0).id, "AM0PR.1@outlook.example")
        ]
        assert s.get_one(Mailbox, written.mailbox_id).rewrites_message_id is True
    read(imap, written, letter("Happy to add it.", answers="AM0PR.1@outlook.example", sender="dan@elsewhere.example"))
    assert (last().matched_by, enrollment().stop_reason) == ("alias", "reply")


def test_fault_32_the_follow_up_names_the_id_that_the_recipient_saw(
    written: Correspondence, imap: ScriptedIMAP
) -> None:
    read(imap, written, rewritten(our_mail(0), "AM0PR.1@outlook.example"), folder="Sent")
    post = FakePost()
    with clock.at(MONDAY + timedelta(days=7)):
        with db.transaction() as s:
            s.get_one(Mailbox, written.mailbox_id).inbound_synced_at = clock.now()
        outbox.tick(post=post)
    wires = dict(post.delivered)
    assert b"In-Reply-To: <AM0PR.1@outlook.example>" in wires["person0@site0.example"]
    assert f"In-Reply-To: <{written.ids[1]}>".encode() in wires["person1@site1.example"]


def test_fault_32_a_copy_without_opt_out_header_is_known_by_recipient_and_words(
    written: Correspondence, imap: ScriptedIMAP
) -> None:
    plain = b"\r\n".join(
        line for line in rewritten(our_mail(1), "x2@o.example").split(b"\r\n") if not line.startswith(b"List-")
    )
    read(imap, written, plain, folder="Sent")
    assert enrollment(1).state == "active" and count(MessageAlias) == 1
    other = plain.replace(b"x2@o.example", b"x3@o.example").replace(b"this is mail 1", b"I wrote this myself")
    read(imap, written, other, folder="Sent")
    assert (enrollment(1).stop_reason, count(MessageAlias)) == ("own_manual_mail", 1)


def test_fault_03_a_doubtful_mail_that_lies_in_sent_is_sent(written: Correspondence, imap: ScriptedIMAP) -> None:
    with db.transaction() as s:
        message = s.get_one(Message, our_mail(0).id)
        message.state, message.sent_at = "review", None
        s.execute(delete(Touch).where(Touch.enrollment_id == message.enrollment_id, Touch.step_no == 2))
    read(imap, written, bytes(our_mail(0).rendered), folder="Sent")
    assert our_mail(0).state == "sent"
    with db.reading() as s:
        assert s.scalars(select(Touch.step_no).where(Touch.enrollment_id == enrollment().id)).all() == [1, 2]


def test_fault_42_an_answer_without_references_is_matched_by_writer_then_by_site_and_subject_else_the_site_waits(
    written: Correspondence, imap: ScriptedIMAP
) -> None:
    read(imap, written, letter("Sounds good.", sender="person0@site0.example", subject="a word", own_id="a1@x.example"))
    assert (last().matched_by, enrollment(0).stop_reason) == ("address", "reply")
    subject = f"AW: {our_mail(1).subject}"
    read(imap, written, letter("Gern.", sender="dan@site1.example", subject=subject, own_id="a2@x.example"))
    assert (last().matched_by, enrollment(1).stop_reason) == ("domain", "reply")
    read(imap, written, letter("Who are you?", sender="eve@site2.example", subject="Question", own_id="a3@x.example"))
    assert last().thread_id is None and enrollment(2).state == "active"
    assert enrollment(2).postponed_until == MONDAY + 25 * HOUR


def test_fault_43_an_answer_from_another_address_belongs_to_its_thread_and_the_address_to_the_person(
    written: Correspondence, imap: ScriptedIMAP
) -> None:
    read(imap, written, letter("Ines asked me to say yes.", sender="office@site0.example", answers=written.ids[0]))
    assert (last().matched_by, enrollment().stop_reason) == ("message_id", "reply")
    with db.reading() as s:
        person = enrollment().person_id
        known = set(s.scalars(select(PersonAddress.normal).where(PersonAddress.person_id == person)))
        assert known == {"person0@site0.example", "office@site0.example"}
    fresh = letter("One more thing.", sender="office@site0.example", subject="New matter", own_id="n@site0.example")
    read(imap, written, fresh, hours=2)
    assert last().matched_by == "address" and last().enrollment_id == enrollment().id


def test_fault_43_a_stranger_elsewhere_and_an_unproven_writer_become_nobodys_address(
    written: Correspondence, imap: ScriptedIMAP
) -> None:
    before = count(PersonAddress)
    read(imap, written, letter("I handle this.", sender="agent@agency.example", answers=written.ids[0]))
    with db.transaction() as s:
        s.get_one(Mailbox, written.mailbox_id).authserv_id = "mx.tidyclock.example"
    bad = "mx.tidyclock.example; dmarc=fail"
    forged = letter(
        "Yes.", sender="x@site1.example", answers=written.ids[1], Authentication_Results=bad, own_id="f@x.y"
    )
    read(imap, written, forged)
    assert count(PersonAddress) == before and enrollment(1).state == "stopped"


def test_fault_44_a_fresh_mail_of_the_contact_counts_as_an_answer(written: Correspondence, imap: ScriptedIMAP) -> None:
    read(imap, written, letter("Are you the people with the clock?", subject="Hello", own_id="fresh@site0.example"))
    assert (last().matched_by, enrollment().stop_reason) == ("address", "reply")
    assert follow_ups() == ["person1@site1.example", "person2@site2.example"]


def test_fault_45_the_users_own_mail_pauses_the_sequence_and_its_answer_finds_the_thread(
    written: Correspondence, imap: ScriptedIMAP
) -> None:
    mine = letter(
        "I rang you today.", sender=US, to="person0@site0.example", subject="Call", own_id="hand@tidyclock.example"
    )
    read(imap, written, mine, folder="Sent")
    assert (enrollment().stop_reason, last().is_own) == ("own_manual_mail", True)
    read(imap, written, letter("Thanks for the call.", sender="boss@home.example", answers="hand@tidyclock.example"))
    assert last().enrollment_id == enrollment().id and last().thread_id is not None
    assert follow_ups() == ["person1@site1.example", "person2@site2.example"]


def test_fault_46_what_lies_in_sent_or_comes_from_us_is_never_an_answer(
    written: Correspondence, imap: ScriptedIMAP
) -> None:
    read(imap, written, *(bytes(our_mail(k).rendered) for k in range(3)), folder="Sent")
    imap.put(letter("draft", sender=US, to="person1@site1.example", answers=written.ids[1]), flags=("\\Draft",))
    read(imap, written)
    assert count(InboundMessage) == 0 and {enrollment(k).state for k in range(3)} == {"active"}


def test_fault_47_an_absence_postpones_and_who_left_the_company_ends_it(
    written: Correspondence, imap: ScriptedIMAP
) -> None:
    away = letter("Ich bin bis zum 7. Dezember nicht im Büro.", answers=written.ids[0], Auto_Submitted="auto-replied")
    gone = letter("Ben no longer works here.", answers=written.ids[1], Auto_Submitted="auto-replied",
                  sender="person1@site1.example", own_id="g@site1.example")  # fmt: skip
    read(imap, written, away, gone)
    assert enrollment(0).state == "active" and enrollment(0).postponed_until is not None
    assert enrollment(0).postponed_until.date() == date(2026, 12, 7)
    assert enrollment(1).state == "stopped"
    assert follow_ups(days=5) == ["person2@site2.example"], "the absent one is not written to before the day"
    assert follow_ups(days=20) == ["person0@site0.example"]


def test_fault_48_a_ticket_receipt_stops_nothing_and_the_answer_under_its_number_is_matched(
    written: Correspondence, imap: ScriptedIMAP
) -> None:
    subject = our_mail(0).subject
    auto = letter("We received your request. Ticket #48213.", subject=f"[#48213] {subject}", answers=written.ids[0],
                  Auto_Submitted="auto-replied")  # fmt: skip
    read(imap, written, auto)
    assert (last().intent, enrollment().state, enrollment().postponed_until) == ("auto_ack", "active", None)
    human = letter(
        "We will add your link.", subject=f"Re: [#48213] {subject}", sender="support@site0.example", own_id="h@x"
    )
    read(imap, written, human)
    assert (last().matched_by, enrollment().stop_reason) == ("domain", "reply")


@pytest.mark.parametrize(
    "words",
    [
        "Please remove me from your list.", "Bitte streichen Sie mich aus Ihrem Verteiler.", "Désabonnez-moi, merci.",
        "Por favor, deme de baja de su lista.", "Cancellatemi dalla lista, per favore.", "Remova-me da sua lista.",
        "Schrijf me uit voor deze mails.", "Proszę usunąć mnie z listy.", "Ta bort mig från listan.",
        "Пожалуйста, удалите меня из рассылки.", "配信を停止してください。", "Slet mig fra jeres liste.",
    ],
)  # fmt: skip
def test_fault_49_remove_me_in_twelve_languages_suppresses_and_stops_before_anything_else(
    written: Correspondence, imap: ScriptedIMAP, words: str
) -> None:
    read(imap, written, letter(words, answers=written.ids[0]))
    with db.reading() as s:
        assert "person0@site0.example" in set(s.scalars(select(Suppression.value)))
    assert enrollment().stop_reason == "opt_out"


def test_fault_56_a_folder_made_anew_is_read_again_without_anything_happening_twice(
    written: Correspondence, imap: ScriptedIMAP
) -> None:
    read(imap, written, letter("Sounds good.", answers=written.ids[0]))
    events, outcomes = count(Event), count(Outcome)
    imap.recreate("INBOX")
    assert read(imap, written).kept == 0
    assert (count(InboundMessage), count(Event), count(Outcome)) == (1, events, outcomes)
    imap.recreate("INBOX")
    came_meanwhile = letter(
        "No thanks.", sender="person1@site1.example", answers=written.ids[1], own_id="m@site1.example"
    )
    assert read(imap, written, came_meanwhile).kept == 1
    assert enrollment(1).state == "stopped"


def test_fault_57_a_failing_fetch_holds_the_cursor_and_the_follow_ups(
    written: Correspondence, imap: ScriptedIMAP
) -> None:
    for k in range(3):
        imap.put(
            letter(f"Answer {k}", answers=written.ids[k], sender=f"person{k}@site{k}.example", own_id=f"a{k}@x.example")
        )
    imap.before = lambda line: "abort" if line.startswith("UID FETCH 2 ") else ""
    assert read(imap, written).complete is False
    with db.reading() as s:
        assert s.get_one(Mailbox, written.mailbox_id).inbound_synced_at == MONDAY
        assert (s.scalar(select(FolderCursor.last_uid).where(FolderCursor.folder == "INBOX")) or 0) < 2
    imap.before = lambda line: ""
    assert read(imap, written, hours=2).kept == 2 and count(InboundMessage) == 3


def test_fault_57_the_nightly_look_finds_what_turned_up_below_the_cursor(
    written: Correspondence, imap: ScriptedIMAP
) -> None:
    imap.put(letter("first", sender="friend@home.example", own_id="one@x"), uid=10)
    read(imap, written)
    imap.put(letter("Please stop.", answers=written.ids[0]), uid=4)
    assert read(imap, written, hours=2).kept == 0, "the cursor cannot see it"
    with clock.at(MONDAY + 3 * HOUR):
        assert run.audit_due() == 1
        assert enrollment().state == "stopped"
        assert run.audit_due() == 0, "once a night"
    with clock.at(MONDAY + 30 * HOUR):
        assert run.audit_due() == 0, "nothing is found twice"
    with db.reading() as s:
        assert s.scalar(select(func.count()).where(Event.kind == "mailbox.gap_found")) == 1


def test_fault_58_a_mail_that_breaks_the_reader_is_set_apart_with_its_bytes(
    written: Correspondence, imap: ScriptedIMAP, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = run.classify

    def poisoned(raw: bytes, own: frozenset[str]) -> object:
        if b"poison" in raw:
            raise IndexError("pop from empty list")
        return real(raw, own)

    monkeypatch.setattr(run, "classify", poisoned)
    polled = read(imap, written, letter("poison", own_id="p@x"), letter("Fine.", answers=written.ids[0]))
    assert (polled.quarantined, polled.kept, polled.complete) == (1, 1, True)
    with db.reading() as s:
        held = s.scalars(select(InboundMessage).where(InboundMessage.quarantined.is_not(None))).one()
        assert held.raw_sha256 and "IndexError" in (held.quarantined or "")
    assert enrollment().state == "stopped"


@pytest.mark.parametrize("original", [True, False])
def test_fault_59_60_a_report_is_matched_by_the_returned_mail_else_by_its_recipient(
    written: Correspondence, imap: ScriptedIMAP, original: bool
) -> None:
    raw = report(
        "person0@site0.example", "550 5.1.1 User unknown", "5.1.1", original_id=written.ids[0] if original else ""
    )
    read(imap, written, raw)
    assert last().matched_by == ("message_id" if original else "recipient")
    assert enrollment().stop_reason == "bounce" and enrollment(1).state == "active"
    with db.reading() as s:
        assert s.scalars(select(Suppression.value)).one() == "person0@site0.example"


def test_fault_60_a_report_without_the_original_counts_for_ten_days_only(
    written: Correspondence, imap: ScriptedIMAP
) -> None:
    with db.transaction() as s:
        for message in s.scalars(select(Message)):
            message.sent_at = MONDAY - timedelta(days=11)
    assert read(imap, written, report("person0@site0.example", "550 5.1.1 User unknown", "5.1.1")).kept == 0
    assert count(Suppression) == 0


def test_fault_61_a_report_about_a_mail_that_is_not_ours_changes_nothing(
    written: Correspondence, imap: ScriptedIMAP
) -> None:
    raw = report("stranger@nowhere.example", "550 5.1.1 User unknown", "5.1.1", original_id="not-ours@x.example")
    assert (read(imap, written, raw).kept, count(Suppression)) == (0, 0)
    assert {enrollment(k).state for k in range(3)} == {"active"}


def test_fault_62_a_delay_is_a_note_only(written: Correspondence, imap: ScriptedIMAP) -> None:
    raw = report("person0@site0.example", "451 4.4.1 timed out", "4.4.1", original_id=written.ids[0], action="delayed")
    read(imap, written, raw)
    assert (enrollment().state, count(Suppression), count(Outcome)) == ("active", 0, 0)
    assert "person0@site0.example" in follow_ups()


def test_fault_63_a_late_bounce_after_an_answer_flags_the_address_and_suppresses_nothing(
    written: Correspondence, imap: ScriptedIMAP
) -> None:
    read(imap, written, letter("Interesting, tell me more.", answers=written.ids[0]))
    read(imap, written, report("person0@site0.example", "550 5.1.1 User unknown", "5.1.1", original_id=written.ids[0]))
    assert (count(Suppression), enrollment().stop_reason) == (0, "reply")
    with db.reading() as s:
        assert s.scalars(select(PersonAddress.stale_at).where(PersonAddress.normal == "person0@site0.example")).one()


def test_fault_66_a_complaint_suppresses_stops_the_site_and_pauses_the_batch(
    written: Correspondence, imap: ScriptedIMAP
) -> None:
    raw = (
        f"From: staff@provider.example\r\nTo: {US}\r\nSubject: complaint\r\nMessage-ID: <c1@provider.example>\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=feedback-report; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nUser-Agent: X\r\nVersion: 1\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nFrom: {US}\r\nMessage-ID: <{written.ids[0]}>\r\n\r\n--b--\r\n"
    ).encode()
    read(imap, written, raw)
    with db.reading() as s:
        assert s.get_one(Batch, written.batch_id).state == "paused"
        assert "person0@site0.example" in set(s.scalars(select(Suppression.value)))
    assert enrollment().stop_reason == "complaint"
    assert follow_ups() == [], "a paused batch sends nothing"


@pytest.mark.parametrize(
    "raw",
    [
        b"From: a@b.example\r\nContent-Type: text/plain; charset=x-unheard-of\r\n\r\n\xff\xfe\x00caf\xe9",
        b"From: a@b.example\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!not base64!!!",
        b"From: a@b.example\rSubject: cr only\r\rhello\r",
        b"no header at all, and no blank line",
        b"\x00" * 500,
        b"",
        b'From: "\r\nTo: \r\nContent-Type: multipart/mixed; boundary=\r\n\r\n--\r\n',
    ],
)
def test_fault_67_broken_mails_are_read_as_far_as_they_go(
    written: Correspondence, imap: ScriptedIMAP, raw: bytes
) -> None:
    polled = read(imap, written, raw, letter("Fine.", answers=written.ids[0]))
    assert (polled.complete, polled.quarantined, enrollment().state) == (True, 0, "stopped")


def big(text_last: bool) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "person0@site0.example", US, "Re: your page"
    mail["Message-ID"], mail["Date"] = "<big@site0.example>", "Mon, 23 Nov 2026 09:30:00 +0000"
    mail["In-Reply-To"] = mail["References"] = "<{}>"
    mail.set_content("Please take me off your list.")
    blob = b"x" * 3_000_000
    mail.add_attachment(blob, maintype="application", subtype="pdf", filename="kit.pdf")
    if text_last:
        parts = mail.get_payload()
        assert isinstance(parts, list)
        parts.reverse()
    return mail.as_bytes(policy=SMTP)


@pytest.mark.parametrize("text_last", [False, True])
def test_fault_68_of_a_mail_with_a_huge_attachment_only_headers_and_words_are_fetched(
    written: Correspondence, imap: ScriptedIMAP, text_last: bool
) -> None:
    raw = big(text_last).replace(b"<{}>", f"<{written.ids[0]}>".encode())
    read(imap, written, raw)
    assert imap.bytes_out < 20_000 < 3_000_000 < len(raw)
    assert (enrollment().stop_reason, last().reply_text.strip()) == ("opt_out", "Please take me off your list.")


def test_fault_68_a_server_that_describes_no_parts_gives_the_beginning(
    written: Correspondence, imap: ScriptedIMAP
) -> None:
    imap.before = lambda line: "NO cannot" if "BODYSTRUCTURE" in line else ""
    read(imap, written, big(False).replace(b"<{}>", f"<{written.ids[0]}>".encode()))
    assert imap.bytes_out < 400_000 and enrollment().stop_reason == "opt_out"


def test_fault_68_ten_thousand_parts_and_deep_nesting_are_bounded(written: Correspondence, imap: ScriptedIMAP) -> None:
    head = f"From: person0@site0.example\r\nIn-Reply-To: <{written.ids[0]}>\r\nMIME-Version: 1.0\r\n"
    many = (
        head
        + 'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        + "--b\r\n\r\nStop mailing me.\r\n" * 10_000
        + "--b--\r\n"
    )
    deep = "".join(f'Content-Type: multipart/mixed; boundary="n{n}"\r\n\r\n--n{n}\r\n' for n in range(500))
    started = time.perf_counter()
    polled = read(imap, written, many.encode(), (head + deep + "\r\nhello").encode())
    assert polled.complete and polled.quarantined == 0 and time.perf_counter() - started < 20
    assert enrollment().stop_reason == "opt_out"


def test_fault_69_mails_without_or_with_a_repeated_message_id_are_told_apart_by_their_words(
    written: Correspondence, imap: ScriptedIMAP
) -> None:
    def bare(words: str) -> bytes:
        raw = letter(words, answers=written.ids[0])
        return b"\n".join(line for line in raw.split(b"\n") if not line.startswith(b"Message-ID"))

    read(imap, written, bare("One."), bare("Two."), bare("One."))
    assert count(InboundMessage) == 2
    read(imap, written, letter("Three.", answers=written.ids[0], own_id="same@x"), hours=2)
    read(imap, written, letter("Four.", answers=written.ids[0], own_id="same@x"), hours=3)
    assert count(InboundMessage) == 4


def test_fault_70_a_whole_poll_leaves_no_trace_in_the_mailbox(written: Correspondence, imap: ScriptedIMAP) -> None:
    imap.put(letter("Fine.", answers=written.ids[0]), flags=("\\Flagged",))
    imap.put(big(False).replace(b"<{}>", b"<x@y>"))
    read(imap, written)
    with clock.at(MONDAY + 3 * HOUR):
        run.audit_due()
    assert imap.verbs() <= {
        "CAPABILITY",
        "LOGIN",
        "LIST",
        "STATUS",
        "EXAMINE",
        "UID SEARCH",
        "UID FETCH",
        "NOOP",
        "LOGOUT",
    }
    assert not any("BODY[" in line or "RFC822]" in line for line in imap.lines), "only PEEK"
    assert [kept.flags for kept in imap.folders["INBOX"].values()] == [("\\Flagged",), ()]


def test_fault_71_a_newsletter_of_the_contact_is_no_answer(written: Correspondence, imap: ScriptedIMAP) -> None:
    news = letter("Our news of the week.", subject="Weekly news", List_Id="<news.site0.example>", Precedence="bulk")
    read(imap, written, news)
    assert (count(InboundMessage), enrollment().state) == (0, "active")
    assert "person0@site0.example" in follow_ups()


def test_fault_72_a_forged_sender_stops_the_sequence_and_changes_nothing_else(
    written: Correspondence, imap: ScriptedIMAP
) -> None:
    with db.transaction() as s:
        s.get_one(Mailbox, written.mailbox_id).authserv_id = "mx.tidyclock.example"
    addresses, contacts = count(PersonAddress), count(Contact)
    bad = "mx.tidyclock.example; dmarc=fail header.from=site0.example"
    read(
        imap,
        written,
        letter("Yes, gladly! Write to my new address.", answers=written.ids[0], Authentication_Results=bad),
    )
    assert (last().trusted, enrollment().state) == (False, "stopped")
    with db.reading() as s:
        assert set(s.scalars(select(Outcome.kind))) <= {"replied", "sent"}
    assert (count(PersonAddress), count(Contact), count(Suppression)) == (addresses, contacts, 0)


def test_new_mail_is_read_at_once_where_the_server_can_wait(written: Correspondence, imap: ScriptedIMAP) -> None:
    def arrive() -> None:
        assert imap.idling.wait(10)
        imap.put(letter("Fine.", answers=written.ids[0]))

    thread = threading.Thread(target=arrive)
    thread.start()
    assert watching.wait_once(written.mailbox_id, seconds=20) is True
    thread.join()
    assert enrollment().state == "stopped"
    imap.capabilities = "IMAP4rev1"
    with pytest.raises(Exception, match="no IDLE"):
        watching.wait_once(written.mailbox_id, seconds=1)


def test_a_mailbox_that_writes_a_lot_already_needs_no_warm_up(written: Correspondence, imap: ScriptedIMAP) -> None:
    today = MONDAY.date()
    for week in range(8):
        for n in range(20 if week else 19):
            imap.put(b"Subject: x\r\n\r\n", "Sent", day=today - timedelta(days=7 * week + n % 7))
    with mailboxes.imap.open_box(mailboxes.service.imap_account(_mailbox(written))) as box:
        assert mailboxes._is_warm(box, "Sent", today) is False
        imap.put(b"Subject: x\r\n\r\n", "Sent", day=today)
        assert mailboxes._is_warm(box, "Sent", today) is True


def _mailbox(written: Correspondence) -> Mailbox:
    with db.reading() as s:
        return s.get_one(Mailbox, written.mailbox_id)
