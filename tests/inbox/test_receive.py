"""What an incoming mail sets in motion, and what it may not."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from crm import clock, db
from crm.inbox import run
from crm.inbox.deciding import service as deciding
from crm.journal import Actor
from crm.models.batches import Batch, Enrollment
from crm.models.contacts import PersonAddress, Suppression
from crm.models.learning import IntentLabel
from crm.models.mail import InboundMessage, Thread, Touch
from crm.models.mailboxes import FolderCursor, Mailbox
from crm.models.outcomes import Outcome
from crm.models.prospects import Prospect
from crm.vocabulary import OutcomeKind
from tests.conftest import MONDAY
from tests.inbox.letters import US, Correspondence, FakeBox, letter, report

HOUR = timedelta(hours=1)


def enrollment(k: int = 0) -> Enrollment:
    with db.reading() as s:
        return s.scalars(select(Enrollment).order_by(Enrollment.id)).all()[k]


def thread(k: int = 0) -> Thread:
    with db.reading() as s:
        return s.scalars(select(Thread).where(Thread.enrollment_id == enrollment(k).id)).one()


def inbound() -> InboundMessage:
    with db.reading() as s:
        return s.scalars(select(InboundMessage).order_by(InboundMessage.id.desc())).first()  # type: ignore[return-value]


def count(model: type) -> int:
    with db.reading() as s:
        return s.scalar(select(func.count()).select_from(model)) or 0


def read(box: FakeBox, written: Correspondence, *mails: bytes, folder: str = "INBOX") -> run.Polled:
    for raw in mails:
        box.put(raw, folder)
    with clock.at(MONDAY + HOUR):
        return run.poll(written.mailbox_id)


def test_an_answer_stops_the_sequence_and_waits_for_a_person(written: Correspondence, box: FakeBox) -> None:
    polled = read(box, written, letter("Happy to swap it in, what is the URL?", answers=written.ids[0]))
    assert (polled.kept, polled.complete) == (1, True)
    assert (enrollment().state, enrollment().stop_reason) == ("stopped", "reply")
    assert thread().needs_you_at is not None
    kept = inbound()
    assert (kept.kind, kept.intent, kept.matched_by) == ("reply", "interested", "message_id")
    assert enrollment(1).state == "active", "the other sites are not touched"
    with db.reading() as s:
        open_touches = select(func.count()).where(Touch.enrollment_id == enrollment().id, Touch.state == "planned")
        assert s.scalar(open_touches) == 0
        said = s.scalars(select(Outcome).where(Outcome.inbound_id == kept.id)).one()
    assert (said.kind, said.machine) == ("interested", True)


def test_a_refusal_is_sorted_without_a_person(written: Correspondence, box: FakeBox) -> None:
    read(box, written, letter("No thanks, this is not a fit for us.", answers=written.ids[0]))
    assert thread().needs_you_at is None
    assert "Said no" in (thread().sorted_line or "")
    with db.reading() as s:
        assert s.get_one(Prospect, enrollment().prospect_id).stage == "declined"


def test_a_bare_no_thanks_ends_it_for_good_as_our_mails_promise(written: Correspondence, box: FakeBox) -> None:
    read(box, written, letter("No thanks.", answers=written.ids[0]))
    assert inbound().intent == "no_fit"
    with db.reading() as s:
        assert s.scalars(select(Suppression.value)).one() == "person0@site0.example"


def test_an_opt_out_suppresses_the_address_and_stops_the_site(written: Correspondence, box: FakeBox) -> None:
    read(box, written, letter("Please take me off your list.", answers=written.ids[0]))
    with db.reading() as s:
        entries = {(e.kind, e.value) for e in s.scalars(select(Suppression))}
    assert ("address", "person0@site0.example") in entries
    assert enrollment().stop_reason == "opt_out"
    assert inbound().kind == "optout"


def test_an_opt_out_in_the_quoted_original_does_not_count(written: Correspondence, box: FakeBox) -> None:
    body = "Sure, I will add it.\n\nOn Mon, 23 Nov 2026 at 09:00, Ada <ada@tidyclock.example> wrote:\n> Reply stop to unsubscribe.\n"
    read(box, written, letter(body, answers=written.ids[0]))
    assert inbound().intent == "interested"
    assert count(Suppression) == 0


def test_a_subject_alone_says_stop(written: Correspondence, box: FakeBox) -> None:
    read(box, written, letter("\n", subject="Unsubscribe", answers=written.ids[0]))
    assert (inbound().kind, enrollment().stop_reason) == ("optout", "opt_out")


def test_out_of_office_postpones_and_never_counts_as_an_answer(written: Correspondence, box: FakeBox) -> None:
    text = "I am out of the office until 7 December."
    read(
        box,
        written,
        letter(text, answers=written.ids[0], subject="Automatic reply: About", Auto_Submitted="auto-replied"),
    )
    assert enrollment().state == "active"
    assert enrollment().postponed_until == datetime(2026, 12, 7, 7, tzinfo=UTC)
    assert thread().needs_you_at is None
    assert inbound().kind == "auto_reply"


def test_out_of_office_without_a_day_waits_five_business_days(written: Correspondence, box: FakeBox) -> None:
    raw = letter("I am on holiday.", answers=written.ids[0], Auto_Submitted="auto-replied")
    read(box, written, raw)
    assert enrollment().postponed_until == datetime(2026, 11, 30, 7, tzinfo=UTC)


def test_somebody_who_left_the_company_stops_the_sequence_and_is_shown(written: Correspondence, box: FakeBox) -> None:
    text = "Ines is no longer with the company. Please contact Dan."
    read(box, written, letter(text, answers=written.ids[0], Auto_Submitted="auto-replied"))
    assert enrollment().state == "stopped"
    assert thread().needs_you_at is not None


def test_a_receipt_by_machine_changes_nothing(written: Correspondence, box: FakeBox) -> None:
    text = "We have received your message. This is an automated response. Your ticket number is 4711."
    read(box, written, letter(text, answers=written.ids[0], Auto_Submitted="auto-replied"))
    assert (enrollment().state, enrollment().postponed_until) == ("active", None)
    assert inbound().intent == "auto_ack"


def test_a_dead_address_is_suppressed(written: Correspondence, box: FakeBox) -> None:
    said = "550 5.1.1 <person0@site0.example>: User unknown"
    read(box, written, report("person0@site0.example", said, "5.1.1", original_id=written.ids[0]))
    with db.reading() as s:
        entry = s.scalars(select(Suppression)).one()
        assert (entry.value, entry.reason) == ("person0@site0.example", "bounce")
        assert s.scalars(select(PersonAddress.stale_at).where(PersonAddress.normal == entry.value)).one() is not None
    assert (enrollment().state, enrollment().stop_reason) == ("stopped", "bounce")


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("550 5.7.1 Message rejected due to local policy", "5.7.1"),
        ("552 5.2.2 Mailbox full", "5.2.2"),
        ("554 5.7.1 Message looks like spam", "5.7.1"),
        ("451 4.4.1 Connection timed out", "4.4.1"),
    ],
)
def test_other_bounces_stop_but_keep_the_address(written: Correspondence, box: FakeBox, said: str, status: str) -> None:
    read(box, written, report("person0@site0.example", said, status, original_id=written.ids[0]))
    assert count(Suppression) == 0
    assert enrollment().stop_reason == "bounce"


def test_a_delayed_report_is_a_note_only(written: Correspondence, box: FakeBox) -> None:
    raw = report("person0@site0.example", "451 4.4.1 timed out", "4.4.1", original_id=written.ids[0], action="delayed")
    read(box, written, raw)
    assert enrollment().state == "active"


def test_a_bounce_after_an_answer_never_suppresses(written: Correspondence, box: FakeBox) -> None:
    read(box, written, letter("Interesting, tell me more.", answers=written.ids[0]))
    read(box, written, report("person0@site0.example", "550 5.1.1 User unknown", "5.1.1", original_id=written.ids[0]))
    assert count(Suppression) == 0
    assert enrollment().stop_reason == "reply"


def test_backscatter_is_ignored(written: Correspondence, box: FakeBox) -> None:
    polled = read(
        box, written, report("stranger@nowhere.example", "550 5.1.1 User unknown", "5.1.1", original_id="x@y.z")
    )
    assert (polled.seen, polled.kept, count(Suppression)) == (1, 0, 0)


def test_a_bounce_without_the_original_is_matched_by_its_recipient(written: Correspondence, box: FakeBox) -> None:
    read(box, written, report("person1@site1.example", "550 5.1.1 User unknown", "5.1.1"))
    assert enrollment(1).stop_reason == "bounce"
    assert enrollment(0).state == "active"


def test_a_complaint_suppresses_and_pauses_the_batch(written: Correspondence, box: FakeBox) -> None:
    raw = (
        f"From: staff@provider.example\r\nTo: {US}\r\nSubject: complaint\r\nMessage-ID: <c1@provider.example>\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=feedback-report; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nUser-Agent: X\r\nVersion: 1\r\n"
        "Original-Rcpt-To: person0@site0.example\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"From: {US}\r\nTo: person0@site0.example\r\nMessage-ID: <{written.ids[0]}>\r\n\r\n--b--\r\n"
    ).encode()
    read(box, written, raw)
    with db.reading() as s:
        assert s.get_one(Batch, written.batch_id).state == "paused"
    assert enrollment().stop_reason == "complaint"
    assert thread().needs_you_at is not None


def test_an_answer_without_references_is_matched_by_its_writer(written: Correspondence, box: FakeBox) -> None:
    read(box, written, letter("Sounds good, we will add it.", subject="your mail"))
    assert (inbound().matched_by, enrollment().state) == ("address", "stopped")


def test_an_answer_from_a_colleague_is_matched_by_site_and_subject(written: Correspondence, box: FakeBox) -> None:
    with db.reading() as s:
        subject = s.scalars(select(Thread.subject).where(Thread.enrollment_id == enrollment().id)).one()
    read(box, written, letter("Dan here, happy to add it.", sender="Dan <dan@site0.example>", subject=f"AW: {subject}"))
    assert (inbound().matched_by, enrollment().state) == ("domain", "stopped")


def test_an_answer_that_cannot_be_placed_holds_the_site_for_a_day(written: Correspondence, box: FakeBox) -> None:
    read(box, written, letter("Hello, who are you?", sender="Dan <dan@site0.example>", subject="Question"))
    assert inbound().thread_id is None
    assert enrollment().postponed_until == MONDAY + HOUR + timedelta(hours=24)


def test_mail_of_strangers_is_not_kept(written: Correspondence, box: FakeBox) -> None:
    polled = read(box, written, letter("Lunch?", sender="friend@home.example", subject="Lunch"))
    assert (polled.seen, polled.kept, count(InboundMessage)) == (1, 0, 0)


def test_our_own_mail_in_sent_is_never_an_answer(written: Correspondence, box: FakeBox) -> None:
    raw = letter("Hello", sender=US, to="person0@site0.example", own_id=written.ids[0])
    assert read(box, written, raw, folder="Sent").kept == 0
    assert enrollment().state == "active"


def test_a_mail_written_by_hand_ends_the_sequence(written: Correspondence, box: FakeBox) -> None:
    raw = letter(
        "Hi Ines, I called you earlier.", sender=US, to="person0@site0.example", own_id="hand@tidyclock.example"
    )
    read(box, written, raw, folder="Sent")
    assert (enrollment().state, enrollment().stop_reason) == ("stopped", "own_manual_mail")
    assert inbound().is_own


def test_a_forged_answer_stops_but_changes_nothing_else(written: Correspondence, box: FakeBox) -> None:
    with db.transaction() as s:
        s.get_one(Mailbox, written.mailbox_id).authserv_id = "mx.tidyclock.example"
        before = s.get_one(Prospect, enrollment().prospect_id).stage
    bad = "mx.tidyclock.example; dmarc=fail header.from=site0.example"
    raw = letter("Not interested, bye.", answers=written.ids[0], Authentication_Results=bad)
    read(box, written, raw)
    assert inbound().trusted is False
    assert enrollment().state == "stopped"
    with db.reading() as s:
        assert s.get_one(Prospect, enrollment().prospect_id).stage in (before, "replied")
        assert [o.kind for o in s.scalars(select(Outcome))].count("no_fit") == 0


def test_a_forged_opt_out_does_not_suppress(written: Correspondence, box: FakeBox) -> None:
    with db.transaction() as s:
        s.get_one(Mailbox, written.mailbox_id).authserv_id = "mx.tidyclock.example"
    forged = "evil.example; dmarc=pass"
    read(box, written, letter("Unsubscribe me", answers=written.ids[0], Authentication_Results=forged))
    assert count(Suppression) == 0
    assert thread().needs_you_at is not None


def test_reading_again_adds_nothing(written: Correspondence, box: FakeBox) -> None:
    read(box, written, letter("Sounds good.", answers=written.ids[0]))
    assert read(box, written).kept == 0
    box.uidvalidity = 8
    polled = read(box, written)
    assert (polled.seen, polled.kept, count(InboundMessage)) == (1, 0, 1)


def test_a_copy_in_another_folder_is_the_same_mail(written: Correspondence, box: FakeBox) -> None:
    raw = letter("Sounds good.", answers=written.ids[0])
    box.put(raw, "Archive")
    assert read(box, written, raw).kept == 1


def test_the_cursor_never_passes_a_mail_that_was_not_read(written: Correspondence, box: FakeBox) -> None:
    for k in range(3):
        box.put(letter(f"Mail {k}", answers=written.ids[k], own_id=f"a{k}@x", sender=f"person{k}@site{k}.example"))
    box.broken = 2
    polled = read(box, written)
    assert (polled.kept, polled.complete) == (1, False)
    with db.reading() as s:
        assert s.get_one(Mailbox, written.mailbox_id).inbound_synced_at == MONDAY
        assert s.scalars(select(FolderCursor.last_uid)).first() in (0, 1)
    box.broken = None
    assert read(box, written).kept == 2
    with db.reading() as s:
        assert s.get_one(Mailbox, written.mailbox_id).inbound_synced_at == MONDAY + HOUR
        assert s.scalars(select(FolderCursor.last_uid)).one() == 3


def test_a_mail_that_breaks_the_reader_is_set_apart(
    written: Correspondence, box: FakeBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def poison(raw: bytes, own: frozenset[str]) -> object:
        if b"poison" in raw:
            raise RuntimeError("cannot read this")
        return real(raw, own)

    real = run.classify
    monkeypatch.setattr(run, "classify", poison)
    polled = read(box, written, letter("poison", answers=written.ids[1]), letter("Sounds good", answers=written.ids[0]))
    assert (polled.quarantined, polled.kept, polled.complete) == (1, 1, True)
    with db.reading() as s:
        assert [m.quarantined for m in s.scalars(select(InboundMessage)) if m.quarantined] == [
            "RuntimeError: cannot read this"
        ]


def test_a_person_overrules_the_machine_and_leaves_a_label(written: Correspondence, box: FakeBox) -> None:
    read(box, written, letter("Please take me off your list.", answers=written.ids[0]))
    with clock.at(MONDAY + 2 * HOUR), db.transaction() as s:
        chosen = s.scalars(select(Thread).where(Thread.id == thread().id)).one()
        deciding.relabel(s, chosen, OutcomeKind.INTERESTED, actor=Actor("user", "ada"))
    with db.reading() as s:
        label = s.scalars(select(IntentLabel)).one()
        assert (label.machine_intent, label.intent) == ("optout", "interested")
        assert s.scalars(select(Suppression)).all() == []


def test_the_timetable_reads_only_what_is_due(written: Correspondence, box: FakeBox) -> None:
    with clock.at(MONDAY + timedelta(seconds=30)):
        run.poll_due()
    assert box.asked == []
    box.put(letter("Sounds good", answers=written.ids[0]))
    with clock.at(MONDAY + timedelta(seconds=90)):
        assert run.poll_due() == 1
