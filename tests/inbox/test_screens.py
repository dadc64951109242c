"""The inbox on the screen and on the command line."""

import json
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from crm import clock, db
from crm.inbox import run
from crm.models.contacts import PersonAddress
from crm.models.mail import Message, Thread
from crm.models.outcomes import Outcome, Placement
from tests.conftest import MONDAY
from tests.inbox.letters import Correspondence, FakeBox, letter

LATER = MONDAY + timedelta(hours=1)


def arrive(box: FakeBox, written: Correspondence, *mails: bytes) -> list[str]:
    """Let mails come in; the public ids of the conversations of people 0, 1, 2."""
    for raw in mails:
        box.put(raw)
    with clock.at(LATER):
        run.poll(written.mailbox_id)
    with db.reading() as s:
        return list(s.scalars(select(Thread.public_id).order_by(Thread.enrollment_id)))


def test_an_answer_is_shown_marked_and_escaped(written: Correspondence, box: FakeBox, ada: FlaskClient) -> None:
    ids = arrive(box, written, letter("Happy to swap it in. <script>alert(1)</script>", answers=written.ids[0]))
    body = ada.get("/inbox").text
    assert "<mark>Happy to swap</mark>" in body
    assert "<script>alert" not in body
    assert "Reads as interested" in body
    assert ada.get(f"/inbox/{ids[0]}").status_code == 200


def test_an_outcome_goes_on_to_the_next_conversation_and_can_be_undone(
    written: Correspondence, box: FakeBox, ada: FlaskClient
) -> None:
    ids = arrive(
        box, written,
        letter("Sounds good, tell me more.", answers=written.ids[0]),
        letter("Interesting, what is the URL?", answers=written.ids[1], sender="Bo <person1@site1.example>", own_id="b@x"),
    )  # fmt: skip
    answer = ada.post(f"/inbox/{ids[0]}/outcome", data={"outcome": "no_fit"})
    assert answer.status_code == 303
    assert answer.location.endswith(ids[1])
    page = ada.get(answer.location).text
    assert "no fit" in page
    token = page.split("/undo/")[1].split('"')[0]
    ada.post(f"/undo/{token}")
    with db.reading() as s:
        assert s.scalars(select(Thread).where(Thread.public_id == ids[0])).one().needs_you_at is not None
        assert [o.kind for o in s.scalars(select(Outcome)) if o.replaced_at is None].count("no_fit") == 0


def test_a_placed_link_is_watched(written: Correspondence, box: FakeBox, ada: FlaskClient) -> None:
    ids = arrive(box, written, letter("Done, see https://site0.example/tools", answers=written.ids[0]))
    ada.post(f"/inbox/{ids[0]}/outcome", data={"outcome": "placed", "page_url": "https://site0.example/tools"})
    with db.reading() as s:
        assert s.scalars(select(Placement.page_url)).one() == "https://site0.example/tools"


def test_an_answer_by_hand_waits_for_its_fifteen_seconds(
    written: Correspondence, box: FakeBox, ada: FlaskClient
) -> None:
    ids = arrive(box, written, letter("Who are you?", answers=written.ids[0]))
    ada.post(f"/inbox/{ids[0]}/reply", data={"text": "We are Tidyclock."})
    with db.reading() as s:
        reply = s.scalars(select(Message).where(Message.enrollment_id.is_(None))).one()
        assert (reply.rcpt, reply.state) == ("person0@site0.example", "queued")
        assert s.scalars(select(Thread).where(Thread.public_id == ids[0])).one().needs_you_at is None


def test_a_named_colleague_becomes_a_contact(written: Correspondence, box: FakeBox, ada: FlaskClient) -> None:
    ids = arrive(box, written, letter("Please ask Dan: dan@site0.example", answers=written.ids[0]))
    assert "dan@site0.example" in ada.get(f"/inbox/{ids[0]}").text
    ada.post(f"/inbox/{ids[0]}/contact", data={"address": "dan@site0.example", "name": "Dan"})
    with db.reading() as s:
        assert "dan@site0.example" in s.scalars(select(PersonAddress.normal)).all()
    assert ada.post(f"/inbox/{ids[0]}/contact", data={"address": "other@evil.example"}).status_code == 404


def test_wrong_input_gives_a_sentence(written: Correspondence, box: FakeBox, ada: FlaskClient) -> None:
    ids = arrive(box, written, letter("Sounds good", answers=written.ids[0]))
    assert ada.post(f"/inbox/{ids[0]}/outcome", data={"outcome": "nonsense"}).status_code == 422
    assert ada.post(f"/inbox/{ids[0]}/reply", data={"text": " "}).status_code == 422
    assert ada.get("/inbox/unknown").status_code == 404
    assert ada.get("/inbox?tab=nonsense&page=x").status_code == 200


def test_empty_tabs_say_what_belongs_there(ada: FlaskClient) -> None:
    assert "Nothing needs you" in ada.get("/inbox").text
    assert "Nothing was sorted yet" in ada.get("/inbox?tab=sorted").text


def test_a_stranger_sees_none_of_it(written: Correspondence, box: FakeBox, cleo: FlaskClient) -> None:
    ids = arrive(box, written, letter("Sounds good", answers=written.ids[0]))
    assert "Ines" not in cleo.get("/inbox").text
    assert cleo.get(f"/inbox/{ids[0]}").status_code == 404
    for what, data in (
        ("outcome", {"outcome": "no_fit"}),
        ("reply", {"text": "x"}),
        ("contact", {"address": "a@b.example"}),
    ):
        assert cleo.post(f"/inbox/{ids[0]}/{what}", data=data).status_code == 404


def test_the_commands_list_mark_and_read(written: Correspondence, box: FakeBox, app: Flask) -> None:
    ids = arrive(box, written, letter("Sounds good", answers=written.ids[0]))
    cli = app.test_cli_runner()
    found = json.loads(cli.invoke(args=["inbox", "list", "--project", "tidyclock.example", "--json"]).output)
    assert [(t["id"], t["intent"]) for t in found["threads"]] == [(ids[0], "interested")]
    marked = cli.invoke(args=["inbox", "mark", ids[0], "interested", "--project", "tidyclock.example", "--json"])
    assert json.loads(marked.output)["outcome"] == "interested"
    assert cli.invoke(args=["inbox", "mark", "nobody", "no_fit", "--project", "tidyclock.example"]).exit_code == 1
    assert json.loads(cli.invoke(args=["inbox", "poll", "--json"]).output)[0]["complete"] is True


def test_mail_files_are_classified_without_a_database(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "answer.eml"
    file.write_bytes(letter("Please take me off your list.", answers="a@b"))
    out = app.test_cli_runner().invoke(args=["mail", "classify", str(file), str(tmp_path / "absent.eml"), "--json"])
    first, second = json.loads(out.output)
    assert (out.exit_code, first["kind"], first["intent"], first["error"]) == (0, "optout", "optout", None)
    assert second["error"]
    assert list(first) == [
        "file",
        "kind",
        "recipients",
        "suppress",
        "status",
        "reason",
        "return_on",
        "reply_text",
        "intent",
        "intents",
        "phrases",
        "error",
    ]


def test_plain_answers_are_cut_by_command(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "answer.txt"
    file.write_text("Yes.\n\nSent from my iPhone")
    out = app.test_cli_runner().invoke(args=["mail", "text", str(file), "--json"])
    assert json.loads(out.output)[0]["reply_text"] == "Yes."
