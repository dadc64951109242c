"""Two or three wordings of a first mail against each other: dealt out, read, frozen, counted."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import clock, db
from crm.batches import queries, service
from crm.batches.making import service as making
from crm.batches.wording import queries as wording
from crm.batches.wording import service as wordings
from crm.batches.wording.keys import key_of
from crm.batches.writing import service as writing
from crm.errors import BadInput, Refused
from crm.journal import Actor
from crm.models.accounts import Project
from crm.models.batches import Batch, Enrollment
from crm.models.mail import Message
from crm.models.mailboxes import Mailbox
from crm.models.outcomes import Outcome
from crm.vocabulary import Angle
from tests.batches.conftest import Maker
from tests.batches.test_views import furnish, text
from tests.conftest import World

ME = Actor("user", "1")
SECOND = "A worksheet for {{ site }}"


@pytest.fixture
def batch(s: Session, project: Project, mailbox: Mailbox, prospect: Maker) -> Batch:
    people = [prospect(f"site{n}.example") for n in range(8)]
    return service.create(s, project, people, Angle.RESOURCE_PAGE, None, mailbox, "Eight").batch


def everybody(s: Session, batch: Batch) -> list[Enrollment]:
    return list(s.scalars(select(Enrollment).where(Enrollment.batch_id == batch.id).order_by(Enrollment.id)))


def test_each_person_is_dealt_one_and_reads_as_it_will_be_sent(s: Session, batch: Batch) -> None:
    for e in everybody(s, batch):
        e.reviewed_at = clock.now()
    wordings.add(s, batch, SECOND)
    dealt = {e.public_id: e.variant for e in everybody(s, batch)}
    assert set(dealt.values()) == {"A", "B"}
    assert all((e.reviewed_at is None) == (e.variant == "B") for e in everybody(s, batch))
    view = queries.composition(s, batch)
    for a in view.addressees:
        subject = a.letters[0].subject
        assert (subject == f"A worksheet for {a.recipient.site}") == (dealt[a.recipient.key] == "B")
        assert a.letters[1].subject == f"Re: {subject}"
    service.approve(s, batch, ME)
    for a in view.addressees:
        sent = service.render_touch(s, a.enrollment, 1)
        assert (sent.subject, sent.body) == (a.letters[0].subject, a.letters[0].body)
        assert a.enrollment.variant == dealt[a.recipient.key]


def test_a_wording_shares_the_text_until_it_has_its_own(s: Session, batch: Batch) -> None:
    wordings.add(s, batch, SECOND)
    writing.edit_step(s, batch, 1, "Old subject", "{{ greeting }},\n\n{{ opening_line }}\n\nNew text.")
    a, b = wording.of_batch(s, batch)
    assert b.shares_body and "New text." in b.step.body and a.step.subject == "Old subject"
    wordings.edit(s, batch, "B", SECOND, "{{ greeting }},\n\nWholly other words.")
    writing.edit_step(s, batch, 1, "Old subject", "{{ greeting }},\n\nNewest text.")
    _, b = wording.of_batch(s, batch)
    assert not b.shares_body and "Wholly other" in b.step.body


def test_three_are_the_most_and_equal_or_broken_ones_are_refused(s: Session, batch: Batch) -> None:
    wordings.add(s, batch, SECOND)
    with pytest.raises(BadInput, match="Wording B has this subject and text already"):
        wordings.add(s, batch, f"  {SECOND} ")
    with pytest.raises(BadInput, match="no field “sitte”"):
        wordings.add(s, batch, "For {{ sitte }}")
    with pytest.raises(BadInput, match="needs a subject"):
        wordings.add(s, batch, " ")
    assert wordings.add(s, batch, "Third") == "C"
    with pytest.raises(Refused, match="Three wordings are the most"):
        wordings.add(s, batch, "Fourth")


def test_one_taken_away_leaves_nobody_behind_but_not_once_it_is_scheduled(s: Session, batch: Batch) -> None:
    wordings.add(s, batch, SECOND)
    wordings.remove(s, batch, "B")
    assert {e.variant for e in everybody(s, batch)} == {"A"} and len(wording.of_batch(s, batch)) == 1
    wordings.add(s, batch, SECOND)
    service.approve(s, batch, ME)
    with pytest.raises(Refused, match="scheduled with wording B already"):
        wordings.remove(s, batch, "B")


def mail_all(s: Session, batch: Batch, answered_with: str, *, days_ago: int) -> None:
    """Every first mail left `days_ago`; people who got the wording `answered_with` said yes."""
    at = clock.now() - timedelta(days=days_ago)
    for e in everybody(s, batch):
        s.add(
            Message(
                organisation_id=e.organisation_id, mailbox_id=batch.mailbox_id, enrollment_id=e.id, step_no=1,
                rcpt=f"a@{e.root_domain}", rcpt_normal=f"a@{e.root_domain}", rcpt_domain=e.root_domain,
                root_domain=e.root_domain, message_id=f"m{e.id}@x", subject="s", body_text="b", rendered=b"b",
                body_sha256="0", state="sent", due_at=at, sent_at=at, created_at=at,
            )
        )  # fmt: skip
        if e.variant == answered_with:
            s.add(
                Outcome(
                    project_id=batch.project_id, prospect_id=e.prospect_id, enrollment_id=e.id, kind="interested",
                    at=at + timedelta(days=2), by="ada",
                )
            )  # fmt: skip
    s.flush()


def test_answers_count_by_wording_over_batches_once_they_are_old_enough(
    s: Session, project: Project, batch: Batch, prospect: Maker
) -> None:
    wordings.add(s, batch, SECOND)
    service.approve(s, batch, ME)
    mail_all(s, batch, "B", days_ago=12)
    n_b = sum(e.variant == "B" for e in everybody(s, batch))
    a, b = wording.of_batch(s, batch)
    assert (b.counted.ripe, b.counted.replied, b.counted.positive) == (n_b, n_b, n_b) and not a.counted.replied
    assert b.result.best > 0.8 and not wording.tests(s, project)[0].wordings[0].result.wins
    again = making.copy(s, project, batch, ME)
    making.add_prospects(s, again, [prospect(f"new{n}.example") for n in range(20)])
    dealt = [e.variant for e in everybody(s, again)]
    assert dealt.count("B") > dealt.count("A")
    service.approve(s, again, ME)
    mail_all(s, again, "", days_ago=3)
    _, b = wording.of_batch(s, again)
    assert (b.counted.sent, b.counted.ripe) == (n_b + dealt.count("B"), n_b)
    assert [len(test.batches) for test in wording.tests(s, project)] == [2]
    assert wording.mailed_with(s, project.id, b.key) == {
        e.id for e in [*everybody(s, batch), *everybody(s, again)] if e.variant == "B"
    }


def test_bounced_mails_are_no_silence(s: Session, batch: Batch) -> None:
    wordings.add(s, batch, SECOND)
    service.approve(s, batch, ME)
    mail_all(s, batch, "", days_ago=12)
    first = everybody(s, batch)[0]
    s.add(
        Outcome(
            project_id=batch.project_id, prospect_id=first.prospect_id, enrollment_id=first.id, kind="bounced",
            at=clock.now(), by="mail", machine=True,
        )
    )  # fmt: skip
    s.flush()
    assert sum(w.counted.ripe for w in wording.of_batch(s, batch)) == 7


def test_words_changed_before_the_first_mail_is_frozen_count_as_the_new_ones(s: Session, batch: Batch) -> None:
    wordings.add(s, batch, SECOND)
    service.approve(s, batch, ME)
    frozen = everybody(s, batch)[0]
    s.add(
        Message(
            organisation_id=frozen.organisation_id, mailbox_id=batch.mailbox_id, enrollment_id=frozen.id, step_no=1,
            rcpt="a@x", rcpt_normal="a@x", rcpt_domain="x", root_domain="x", message_id="m@x", subject="s",
            body_text="b", rendered=b"b", body_sha256="0", state="queued", due_at=clock.now(), created_at=clock.now(),
        )
    )  # fmt: skip
    s.flush()
    writing.edit_step(s, batch, 1, "Newest subject", "{{ greeting }},\n\n{{ opening_line }}\n\nNew text.")
    keys = {w.letter: key_of(w.step) for w in wording.of_batch(s, batch)}
    told = {e.id: e.snapshot["wording"] == keys[e.variant] for e in everybody(s, batch)}
    assert [e_id for e_id, same in told.items() if not same] == [frozen.id]


@pytest.mark.usefixtures("now")
def test_a_subject_is_tested_with_plain_forms(ada: FlaskClient, world: World) -> None:
    public_id = furnish(world)
    url = f"/batches/{public_id}"
    ada.post("/templates", data={"name": "Short one", "angle": "resource_page", "subject_1": "Short", "body_1": "Hi."})
    assert "Test the subject" in text(ada.get(url)) and "Short one" in text(ada.get(url))
    page = text(ada.post(f"{url}/wordings", data={"another": SECOND}, follow_redirects=True))
    assert "Wording B" in page and "none old enough to judge" in page and "Not enough data to name a best one" in page
    assert text(ada.get(f"{url}?v=B")).count(SECOND) >= 2
    ada.post(f"{url}/wordings", data={"template": "Short one"})
    assert "Short" in text(ada.get(f"{url}?v=C"))
    assert "Three wordings are the most" in text(ada.post(f"{url}/wordings", data={"another": "x"}))
    side = ada.post(f"{url}/wordings/B", data={"subject": "New {{ site }}"}, headers={"HX-Request-Type": "partial"})
    assert side.status_code == 200 and "<html" not in text(side)
    assert ada.post(f"{url}/wordings/B", data={"subject": "{{ x }}"}).status_code == 422
    ada.post(f"{url}/wordings/C/remove")
    assert ada.post(f"{url}/wordings/A/remove").status_code == 404
    ada.post(f"{url}/schedule")
    assert "Wordings against each other" in text(ada.get(f"{url}/run"))
    with db.reading() as s:
        names = {e.snapshot["template"] for e in s.scalars(select(Enrollment))}
    assert names == {"Resource addition"}


@pytest.mark.usefixtures("now")
def test_a_stranger_cannot_add_a_wording(cleo: FlaskClient, world: World) -> None:
    public_id = furnish(world)
    assert cleo.post(f"/batches/{public_id}/wordings", data={"another": "x"}).status_code == 404
