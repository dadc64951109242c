"""From a suggestion to an approved batch and the words of each mail."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import clock, undo
from crm.batches import queries, service
from crm.batches.making import service as making
from crm.batches.overview.queries import batches, find_group, prospects_of, suggest
from crm.batches.running.queries import lines
from crm.batches.writing import service as writing
from crm.contacts.service import suppress
from crm.errors import BadInput, Refused
from crm.journal import Actor
from crm.models.accounts import Project
from crm.models.batches import Batch, Enrollment
from crm.models.events import Event
from crm.models.mail import Message, Touch
from crm.models.mailboxes import Mailbox
from crm.models.targets import HealthCheck, TargetPage
from crm.vocabulary import Angle
from tests.batches.conftest import Maker

ADA = Actor("user", "ada")
SIX = [f"site{n}.example" for n in range(6)]


def draft(s: Session, project: Project, mailbox: Mailbox | None, prospect: Maker, domains: list[str] = SIX) -> Batch:
    people = [prospect(d) for d in domains]
    return service.create(s, project, people, Angle.RESOURCE_PAGE, None, mailbox, "").batch


def enrollments(s: Session, batch: Batch) -> list[Enrollment]:
    return list(s.scalars(select(Enrollment).where(Enrollment.batch_id == batch.id).order_by(Enrollment.id)))


def test_groups_hold_one_link_type_one_page_type_and_one_angle_best_first(
    s: Session, project: Project, prospect: Maker
) -> None:
    for n in range(30):
        prospect(f"res{n}.example")
    for n in range(3):
        prospect(f"list{n}.example", link_type="list_post", chance=0.02)
    prospect("nobody.example", contact=False)
    first, second = suggest(s, project)
    assert (first.angle, first.link_type, first.page_type) == (Angle.RESOURCE_PAGE, "resource_page", "asset")
    assert len(first.picked) == 25
    assert first.left == 5
    assert [c.domain for c in first.without_contact] == ["nobody.example"]
    assert first.expected_links == pytest.approx(2.5)
    assert (second.angle, len(second.picked)) == (Angle.LIST_POST, 3)


def test_informational_unrealistic_waiting_and_already_enrolled_prospects_are_not_suggested(
    s: Session, project: Project, prospect: Maker, mailbox: Mailbox
) -> None:
    prospect("info.example", action="mark_informational")
    prospect("asset.example", action="create_page_first")
    prospect("founder.example", realism="founder")
    prospect("later.example", wake_on=clock.now() + timedelta(days=9))
    prospect("aside.example", stage="set_aside")
    taken = prospect("taken.example")
    blocked = prospect("blocked.example")
    suppress(s, organisation_id=project.organisation_id, kind="domain", value=blocked.domain, reason="opt_out")
    service.create(s, project, [taken], Angle.RESOURCE_PAGE, None, mailbox, "one")
    (group,) = suggest(s, project)
    assert group.picked == ()
    assert [c.domain for c in group.without_contact] == ["blocked.example"]


def test_an_association_is_suggested_as_a_partnership_and_other_ties_are_not(
    s: Session, project: Project, prospect: Maker
) -> None:
    prospect("guild.example", realism="partner", link_type="partnership")
    prospect("list.example", realism="partner", link_type="list_post")
    for tie in ("founder", "sponsor", "customer", "investor"):
        prospect(f"{tie}.example", realism=tie, link_type="partnership")
    (group,) = suggest(s, project)
    assert [p.candidate.domain for p in group.picked] == ["guild.example"]


def test_a_prospect_without_a_contact_is_named_and_not_lost(s: Session, project: Project, prospect: Maker) -> None:
    people = [prospect("a.example"), prospect("b.example", contact=False)]
    made = service.create(s, project, people, Angle.RESOURCE_PAGE)
    assert [e.root_domain for e in enrollments(s, made.batch)] == ["a.example"]
    assert made.left_out == (("b.example", "no contact yet"),)
    again = service.create(s, project, [people[0]], Angle.RESOURCE_PAGE)
    assert again.left_out == (("a.example", f"in the batch {made.batch.name}"),)


def test_twenty_people_are_ready_without_writing_a_line(
    s: Session, project: Project, prospect: Maker, mailbox: Mailbox
) -> None:
    batch = draft(s, project, mailbox, prospect, [f"site{n}.example" for n in range(20)])
    view = queries.composition(s, batch)
    assert view.verdict.ok, view.verdict
    assert len(view.ready) == 20
    assert len({a.letters[0].values["opening_line"] for a in view.ready}) == 20
    assert all(a.proposed for a in view.ready)


def test_one_bad_recipient_is_held_and_the_rest_go(
    s: Session, project: Project, prospect: Maker, mailbox: Mailbox
) -> None:
    batch = draft(s, project, mailbox, prospect)
    blank = prospect(
        "blank.example", title="", anchor="", ctx_before="", ctx_after="", source_url="https://blank.example/"
    )
    making.add_prospects(s, batch, [blank])
    first, second = enrollments(s, batch)[:2]
    writing.write_fields(s, first, {"opening_line": "Your kit helped me."})
    writing.write_fields(s, second, {"opening_line": "your  kit helped me"})
    view = queries.composition(s, batch)
    held = {a.recipient.site: a.held for a in view.held}
    assert set(held) == {"site1.example", "blank.example"}
    assert "same as for site0.example" in held["site1.example"]
    assert service.approve(s, batch, ADA) == 5
    states = {e.root_domain: e.state for e in enrollments(s, batch)}
    assert states["site1.example"] == states["blank.example"] == "held"
    assert states["site0.example"] == "active"
    writing.write_fields(s, second, {"opening_line": "Your list of worksheets starts with the one by Timeforge."})
    assert service.approve(s, batch, ADA) == 1


def test_approving_plans_the_first_mails_and_moves_the_prospects(
    s: Session, project: Project, prospect: Maker, mailbox: Mailbox
) -> None:
    batch = draft(s, project, mailbox, prospect, ["one.example", "zwei.de"])
    batch.start_at = clock.now() + timedelta(days=1)
    assert service.approve(s, batch, ADA) == 2
    touches = list(s.scalars(select(Touch).order_by(Touch.id)))
    assert [(t.step_no, t.state, t.due_at) for t in touches] == [(1, "planned", batch.start_at)] * 2
    zones = {e.root_domain: (e.time_zone, e.time_zone_assumed) for e in enrollments(s, batch)}
    assert zones == {"one.example": ("Europe/Berlin", True), "zwei.de": ("Europe/Berlin", True)}
    people = enrollments(s, batch)
    assert all(e.snapshot["link_type"] == "resource_page" and e.snapshot["dr"] == 40.0 for e in people)
    assert all(e.snapshot["competitor"] == "timeforge.example" for e in people)
    loaded = queries.composition(s, batch)
    assert {a.enrollment.prospect.stage for a in loaded.addressees} == {"in_batch"}
    assert s.scalar(select(Event).where(Event.kind == "batch.approved")) is not None


def test_an_approval_can_be_taken_back_until_the_first_mail_left(
    s: Session, project: Project, prospect: Maker, mailbox: Mailbox
) -> None:
    batch = draft(s, project, mailbox, prospect, ["one.example"])
    n = service.approve(s, batch, ADA)
    undo.take_back(s, service.offer_undo(s, batch, n), project.id)
    (e,) = enrollments(s, batch)
    assert (batch.state, e.state, e.generation) == ("draft", "draft", 2)
    assert s.scalars(select(Touch.state)).all() == ["cancelled"]
    assert service.approve(s, batch, ADA) == 1
    token = service.offer_undo(s, batch, 1)
    s.add(sent_message(e, mailbox))
    s.flush()
    with pytest.raises(Refused, match="left already"):
        undo.take_back(s, token, project.id)


def sent_message(e: Enrollment, mailbox: Mailbox, subject: str = "As it was sent") -> Message:
    return Message(
        organisation_id=e.organisation_id,
        mailbox_id=mailbox.id,
        enrollment_id=e.id,
        step_no=1,
        rcpt="a@one.example",
        rcpt_normal="a@one.example",
        rcpt_domain="one.example",
        root_domain="one.example",
        message_id=f"{e.id}@tidyclock.example",
        subject=subject,
        body_text="",
        rendered=b"",
        body_sha256="",
        state="sent",
        due_at=clock.now(),
        sent_at=clock.now(),
        created_at=clock.now(),
    )


def test_the_sender_gets_exactly_the_words_of_the_preview(
    s: Session, project: Project, prospect: Maker, mailbox: Mailbox
) -> None:
    batch = draft(s, project, mailbox, prospect)
    service.approve(s, batch, ADA)
    for addressee in queries.composition(s, batch).addressees:
        for n in (1, 2, 3):
            out = service.render_touch(s, addressee.enrollment, n)
            assert (out.subject, out.body) == (addressee.letters[n - 1].subject, addressee.letters[n - 1].body)


def test_what_was_approved_is_sent_even_when_the_evidence_changes(
    s: Session, project: Project, prospect: Maker, mailbox: Mailbox
) -> None:
    batch = draft(s, project, mailbox, prospect, ["one.example"])
    service.approve(s, batch, ADA)
    (e,) = enrollments(s, batch)
    before = service.render_touch(s, e, 1)
    view = queries.composition(s, batch)
    view.addressees[0].enrollment.prospect.best_page.title = "Another title"
    s.flush()
    assert service.render_touch(s, e, 1) == before


def test_follow_ups_answer_the_subject_that_was_really_sent(
    s: Session, project: Project, prospect: Maker, mailbox: Mailbox
) -> None:
    batch = draft(s, project, mailbox, prospect, ["one.example"])
    service.approve(s, batch, ADA)
    (e,) = enrollments(s, batch)
    assert service.render_touch(s, e, 2).subject.startswith("Re: A page for")
    s.add(sent_message(e, mailbox))
    s.flush()
    assert service.render_touch(s, e, 3).subject == "Re: As it was sent"


def test_a_mail_with_a_missing_value_never_leaves(
    s: Session, project: Project, prospect: Maker, target: TargetPage
) -> None:
    batch = draft(s, project, None, prospect, ["one.example"])
    target.topic = ""
    s.flush()
    (e,) = enrollments(s, batch)
    with pytest.raises(service.NeedsData, match="what_it_adds"):
        service.render_touch(s, e, 1)
    writing.configure(s, batch, {"fields": {"what_it_adds": "It also counts holidays.", "bad": "x"}})
    assert "It also counts holidays." in service.render_touch(s, e, 1).body


def test_own_words_for_one_person_are_sent_as_written(
    s: Session, project: Project, prospect: Maker, mailbox: Mailbox
) -> None:
    batch = draft(s, project, mailbox, prospect, ["one.example"])
    (e,) = enrollments(s, batch)
    writing.write_mail(s, e, 1, "About your\r\nBcc: x@y.example list", "Dear Ines,\r\n\r\n{{ not a field")
    with pytest.raises(service.NeedsData, match="{{"):
        service.render_touch(s, e, 1)
    writing.write_mail(s, e, 1, "About your\r\nBcc: x@y.example list", "Dear Ines,\r\n\r\nI mean {kit-0}.")
    out = service.render_touch(s, e, 1)
    assert out.subject == "About your Bcc: x@y.example list"
    assert out.body == "Dear Ines,\n\nI mean {kit-0}."
    writing.write_mail(s, e, 1, "", "")
    assert service.render_touch(s, e, 1).body.startswith("Hi Ines,")


def test_nothing_goes_without_mailbox_address_or_a_healthy_page(
    s: Session, project: Project, prospect: Maker, target: TargetPage, mailbox: Mailbox
) -> None:
    batch = draft(s, project, None, prospect, ["one.example"])
    assert queries.composition(s, batch).verdict.needs_mailbox
    with pytest.raises(Refused, match="Connect the mailbox"):
        service.approve(s, batch, ADA)
    writing.configure(s, batch, {"mailbox": mailbox})
    mailbox.postal_address = " "
    with pytest.raises(Refused, match="postal address"):
        service.approve(s, batch, ADA)
    mailbox.postal_address = "Main Street 1"
    bad = {"rule": "index", "level": "bad", "words": "The page says noindex.", "fix": ""}
    s.add(HealthCheck(target_page_id=target.id, at=clock.now(), passed=False, findings=[bad]))
    s.flush()
    with pytest.raises(Refused, match="noindex"):
        service.approve(s, batch, ADA)
    writing.configure(s, batch, {"override": "we change it tonight"})
    assert service.approve(s, batch, ADA) == 1


def test_a_person_who_may_not_be_written_to_is_held(
    s: Session, project: Project, prospect: Maker, mailbox: Mailbox
) -> None:
    batch = draft(s, project, mailbox, prospect)
    suppress(s, organisation_id=project.organisation_id, kind="domain", value="site2.example", reason="opt_out")
    view = queries.composition(s, batch)
    assert [a.recipient.site for a in view.held] == ["site2.example"]
    assert view.held[0].held.startswith("Never write: opt out")


def test_steps_are_versioned_checked_and_at_most_three(
    s: Session, project: Project, prospect: Maker, mailbox: Mailbox
) -> None:
    batch = draft(s, project, mailbox, prospect, ["one.example"])
    step = writing.edit_step(s, batch, 1, "A page for you at {{ site }}", "{{ greeting }},\r\nhello", None)
    assert (step.version, step.body) == (2, "{{ greeting }},\nhello\n")
    assert writing.edit_step(s, batch, 1, step.subject, step.body).version == 2
    with pytest.raises(BadInput, match="no field “frist_name”"):
        writing.edit_step(s, batch, 1, "x", "{{ frist_name }}")
    with pytest.raises(Refused, match="Three mails"):
        writing.add_step(s, batch)
    writing.remove_step(s, batch, 3)
    assert writing.add_step(s, batch).delay_days == 9
    with pytest.raises(Refused, match="last follow-up"):
        writing.remove_step(s, batch, 2)


def test_pause_resume_and_stop(s: Session, project: Project, prospect: Maker, mailbox: Mailbox) -> None:
    batch = draft(s, project, mailbox, prospect, ["one.example"])
    with pytest.raises(Refused, match="not running"):
        service.pause(s, batch, "", ADA)
    service.approve(s, batch, ADA)
    service.pause(s, batch, "holiday", ADA)
    assert (batch.state, batch.paused_reason) == ("paused", "holiday")
    service.resume(s, batch, ADA)
    assert batch.state == "running"
    assert service.stop(s, batch, ADA) == 1
    (e,) = enrollments(s, batch)
    assert (e.state, e.stop_reason, batch.state) == ("stopped", "by_hand", "done")
    assert s.scalars(select(Touch.state)).all() == ["cancelled"]


def test_a_copy_carries_words_and_no_state(s: Session, project: Project, prospect: Maker, mailbox: Mailbox) -> None:
    batch = draft(s, project, mailbox, prospect, ["one.example"])
    writing.edit_step(s, batch, 1, "My own subject line", "{{ greeting }},\nmine")
    batch.start_at = clock.now()
    service.approve(s, batch, ADA)
    new = service.copy(s, project, batch, ADA)
    assert (new.state, new.start_at, new.approved_at) == ("draft", None, None)
    assert enrollments(s, new) == []
    assert queries.steps_of(s, new)[0].subject == "My own subject line"
    assert new.name != batch.name


def test_a_skipped_mail_waits_and_a_dropped_one_can_come_back(
    s: Session, project: Project, prospect: Maker, mailbox: Mailbox
) -> None:
    batch = draft(s, project, mailbox, prospect, ["one.example", "two.example"])
    first, second = enrollments(s, batch)
    writing.mark_reviewed(s, first, approved=False)
    assert [a.recipient.site for a in queries.composition(s, batch).ready] == ["two.example"]
    writing.mark_reviewed(s, first, approved=True)
    assert len(queries.composition(s, batch).ready) == 2
    writing.write_fields(s, second, {"opening_line": "Kept words."})
    token = making.drop(s, batch, second, ADA)
    assert len(enrollments(s, batch)) == 1
    undo.take_back(s, token, project.id)
    back = next(e for e in enrollments(s, batch) if e.root_domain == "two.example")
    assert back.fields == {"opening_line": "Kept words."}


def test_only_a_draft_can_be_deleted(s: Session, project: Project, prospect: Maker, mailbox: Mailbox) -> None:
    batch = draft(s, project, mailbox, prospect, ["one.example"])
    making.discard(s, batch, ADA)
    assert s.scalars(select(Batch)).all() == []
    other = service.create(s, project, prospects_of(s, project, []), Angle.PR).batch
    other.state = "running"
    with pytest.raises(Refused, match="Only a draft"):
        making.discard(s, other, ADA)


def test_the_list_and_the_running_screen_count_people(
    s: Session, project: Project, prospect: Maker, mailbox: Mailbox
) -> None:
    batch = draft(s, project, mailbox, prospect, ["one.example", "two.example"])
    service.approve(s, batch, ADA)
    first, _ = enrollments(s, batch)
    s.add(sent_message(first, mailbox))
    s.flush()
    (row,) = batches(s, project)
    assert (row.people, row.sent, row.replies, row.placed) == (2, 1, 0, 0)
    assert {line.state for line in lines(s, batch)} <= {"queued", "waiting", "stopped"}
    assert find_group(s, project, "no.such.group") is None


def test_a_person_in_another_running_sequence_is_held(
    s: Session, project: Project, prospect: Maker, mailbox: Mailbox
) -> None:
    first = draft(s, project, mailbox, prospect, ["one.example"])
    other = draft(s, project, mailbox, prospect, ["two.example", "three.example"])
    mine, theirs = enrollments(s, first)[0], enrollments(s, other)[0]
    theirs.person_id = mine.person_id
    s.flush()
    service.approve(s, first, ADA)
    view = queries.composition(s, other)
    assert [a.held for a in view.held] == ["This person is in another running sequence; one at a time."]
    assert service.approve(s, other, ADA) == 1


def test_the_law_of_the_recipients_country_is_told(
    s: Session, project: Project, prospect: Maker, mailbox: Mailbox
) -> None:
    batch = draft(s, project, mailbox, prospect, ["one.example", "zwei.de"])
    rules = {a.recipient.site: [f.rule for f in a.findings] for a in queries.composition(s, batch).addressees}
    assert rules == {"one.example": [], "zwei.de": ["consent"]}


def test_words_of_a_running_sequence_change_until_the_mail_is_frozen(
    s: Session, project: Project, prospect: Maker, mailbox: Mailbox
) -> None:
    batch = draft(s, project, mailbox, prospect, ["one.example"])
    service.approve(s, batch, ADA)
    (e,) = enrollments(s, batch)
    s.add(sent_message(e, mailbox))
    s.flush()
    writing.write_mail(s, e, 2, "", "Still true, Ines.")
    assert service.render_touch(s, e, 2) == service.Rendered("Re: As it was sent", "Still true, Ines.")
    with pytest.raises(Refused, match="frozen or gone"):
        writing.write_mail(s, e, 1, "New", "New")
    service.stop(s, batch, ADA)
    with pytest.raises(Refused, match="is over"):
        writing.write_fields(s, e, {"opening_line": "Too late."})
