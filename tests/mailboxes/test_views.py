"""Mailboxes and sending on the screen: what Ada sees, what Cleo must not."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from crm import clock
from crm.adapters import keys
from crm.adapters.smtp import SendResult, Verdict
from crm.db import reading, transaction
from crm.models.accounts import Project
from crm.models.batches import Enrollment
from crm.models.contacts import Suppression
from crm.models.events import Job
from crm.models.mail import Message, Touch
from crm.models.mailboxes import Mailbox
from crm.models.outcomes import Outcome
from crm.outbox import optout, run
from tests.conftest import MONDAY, World
from tests.reliability.rig import OPEN_ALWAYS, FakePost, enroll, make_batch, make_mailbox, words_of_our_own


@pytest.fixture
def box(world: World) -> Mailbox:
    with transaction() as s:
        project = s.get_one(Project, world.project.id)
        project.settings = {"sending": OPEN_ALWAYS}
        return make_mailbox(s, project, saves_sent=False)


@pytest.fixture
def sent(world: World, box: Mailbox) -> tuple[FakePost, int]:
    """One mail left and one is in doubt."""
    with clock.at(MONDAY), words_of_our_own():
        with transaction() as s:
            project, mailbox = s.get_one(Project, world.project.id), s.get_one(Mailbox, box.id)
            enroll(s, make_batch(s, project, (4,)), mailbox, 2)
        post = FakePost({"person1@site1.example": SendResult(Verdict.IN_DOUBT, "dot", text="lost")})
        n = run.tick(post=post)
        run.reap(post=post, settle=timedelta())
    return post, n


FORM = {
    "address": "ada@mail.example",
    "smtp": "127.0.0.1:1",
    "imap": "127.0.0.1:2",
    "password": "canary-password",
    "sender_name": "Ada",
    "postal_address": "1 Lane",
    "time_zone": "Europe/Berlin",
}


def test_a_mailbox_is_connected_checked_in_the_background_and_its_password_is_never_shown(
    ada: FlaskClient, cleo: FlaskClient
) -> None:
    answer = ada.post("/settings/mailboxes", data=FORM)
    assert answer.status_code == 303
    where = urlsplit(answer.headers["Location"]).path
    with reading() as s:
        mailbox = s.scalars(select(Mailbox)).one()
        assert s.scalars(select(Job.kind)).all() == ["mailbox_check"]
    assert mailbox.smtp_security == "plain" and "canary" not in mailbox.secret
    for path in (where, "/settings/mailboxes", "/settings/sending", "/outbox", "/outbox/review"):
        text = ada.get(path).get_data(as_text=True)
        assert "canary-password" not in text and "ada@mail.example" in text or path.startswith("/outbox")
    assert cleo.get(where).status_code == 404
    assert cleo.post(where, data={"sender_name": "Cleo"}).status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("address", "no-address", "no-address"),
        ("smtp", "10.0.0.1:25:x", "HOST:PORT"),
        ("time_zone", "Mars/Base", "Europe/Berlin"),
        ("smtp", "", "HOST:PORT"),
    ],
)
def test_wrong_input_gets_a_sentence_and_stores_nothing(ada: FlaskClient, field: str, value: str, words: str) -> None:
    answer = ada.post("/settings/mailboxes", data=FORM | {field: value})
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    with reading() as s:
        assert s.scalar(select(Mailbox.id)) is None


def test_the_servers_of_a_known_provider_are_filled_in(ada: FlaskClient) -> None:
    text = ada.get("/settings/mailboxes/new?address=ada@gmail.com").get_data(as_text=True)
    assert "smtp.gmail.com:465" in text and "Client id" in text
    assert "Sign in at Microsoft" in ada.get("/settings/mailboxes/new?address=a@outlook.com").get_data(as_text=True)


def test_limits_are_changed_paused_and_resumed_by_form_posts(ada: FlaskClient, box: Mailbox) -> None:
    base = f"/settings/mailboxes/{box.public_id}"
    assert ada.post(base, data={"day_cap": "25", "new_cap": "10", "hour_cap": "9"}).status_code == 303
    assert ada.post(base, data={"day_cap": "10", "new_cap": "11"}).status_code == 422
    ada.post(f"{base}/pause")
    with reading() as s:
        row = s.get_one(Mailbox, box.id)
        assert (row.day_cap, row.hour_cap, row.state) == (25, 9, "paused")
    ada.post(f"{base}/resume")
    assert ada.post(f"{base}/remove", data={"address": "wrong"}).status_code == 422
    ada.post(f"{base}/remove", data={"address": box.address})
    with reading() as s:
        row = s.get_one(Mailbox, box.id)
        assert row.removed_at is not None and row.secret == ""


def test_windows_are_saved_and_a_window_that_ends_before_it_begins_is_refused(ada: FlaskClient, world: World) -> None:
    form = {"day": ["0", "4"], "from": "08:30", "to": "17:00", "prefer": "1", "liked_day": ["1"], "liked_from": "09:00", "liked_to": "11:00"}  # fmt: skip
    assert ada.post("/settings/sending", data=form).status_code == 303
    with reading() as s:
        sending = s.get_one(Project, world.project.id).settings["sending"]
    assert sending["window"] == {"days": [0, 4], "from": "08:30", "to": "17:00"} and sending["holidays"] is False
    assert ada.post("/settings/sending", data=form | {"to": "08:00"}).status_code == 422
    assert ada.post("/settings/sending", data=form | {"day": []}).status_code == 422


def test_an_unclear_mail_waits_for_a_person_who_decides(
    ada: FlaskClient, cleo: FlaskClient, sent: tuple[FakePost, int]
) -> None:
    with reading() as s:
        unclear = s.scalars(select(Message).where(Message.state == "review")).one()
    assert "site1.example" in ada.get("/outbox/review").get_data(as_text=True)
    where = f"/outbox/messages/{unclear.public_id}"
    assert cleo.post(f"{where}/sent").status_code == 404
    assert ada.post(f"{where}/again").status_code == 303
    with reading() as s:
        assert s.get_one(Message, unclear.id).state == "cancelled"
        again = s.scalars(select(Touch).where(Touch.generation == 2)).one()
        assert again.state == "planned"
    assert ada.post(f"{where}/sent").status_code == 409


def test_fault_50_opting_out_needs_a_post_works_without_sign_in_and_says_the_same_to_everybody(
    app: Flask, sent: tuple[FakePost, int]
) -> None:
    client = app.test_client()
    app.config["WTF_CSRF_ENABLED"] = True
    with reading() as s:
        mail = s.scalars(select(Message).where(Message.state == "sent")).one()
    token = optout.token(keys.keys("unsubscribe"), mail.public_id)
    for path in (f"/u/{token}", "/u/nonsense"):
        assert "Stop writing to me" in client.get(path).get_data(as_text=True)
    with reading() as s:
        assert s.scalar(select(Suppression.id)) is None
    first = client.post(f"/u/{token}", data={"List-Unsubscribe": "One-Click"})
    again, wrong = client.post(f"/u/{token}"), client.post("/u/nonsense")
    pages = {x.get_data(as_text=True).replace(token, "").replace("nonsense", "") for x in (first, again, wrong)}
    assert {x.status_code for x in (first, again, wrong)} == {200}
    assert len({p.split("<main")[1] for p in pages}) == 1
    assert mail.rcpt not in first.get_data(as_text=True)
    with reading() as s:
        entry = s.scalars(select(Suppression)).one()
        assert (entry.value, entry.reason) == (mail.rcpt_normal, "opt_out")
        enrollment = s.get_one(Enrollment, mail.enrollment_id)
        assert (enrollment.state, enrollment.stop_reason) == ("stopped", "opt_out")
        outcome = s.scalars(select(Outcome)).one()
        assert (outcome.kind, outcome.by, outcome.note) == ("no_fit", "recipient", "used the opt-out link")


def test_a_viewer_reads_and_changes_nothing(sign_in: Callable[..., FlaskClient], world: World, box: Mailbox) -> None:
    from crm.models.accounts import ProjectMember

    with transaction() as s:
        s.scalars(select(ProjectMember).where(ProjectMember.user_id == world.ben.id)).one().role = "viewer"
    ben = sign_in(world.ben)
    assert ben.get("/settings/mailboxes").status_code == 200
    for path in (f"/settings/mailboxes/{box.public_id}/pause", "/settings/sending/pause", "/settings/mailboxes"):
        assert ben.post(path, data=FORM).status_code == 403
