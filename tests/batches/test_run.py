"""The test mail to oneself."""

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from flask.testing import FlaskClient
from sqlalchemy import select

from crm import db
from crm.adapters import vault
from crm.models.mailboxes import Mailbox
from tests.batches.test_views import furnish, keys_of, text
from tests.conftest import World


class Box:
    """Keeps every mail it is given."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], EmailMessage]] = []

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802
        content = envelope.content  # type: ignore[attr-defined]
        self.mails.append((envelope.rcpt_tos, message_from_bytes(content, policy=policy.default)))  # type: ignore[attr-defined]
        return "250 taken"


@pytest.fixture
def server() -> Iterator[tuple[Box, int]]:
    box = Box()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


def connect(port: int) -> None:
    with db.transaction() as s:
        row = s.scalars(select(Mailbox)).one()
        row.smtp_port, row.smtp_security, row.username = port, "plain", ""
        row.secret = vault.seal("unused", f"mailbox:{row.public_id}")


@pytest.mark.usefixtures("now")
def test_the_test_mail_holds_the_preview_and_goes_to_oneself(
    ada: FlaskClient, world: World, server: tuple[Box, int]
) -> None:
    box, port = server
    public_id = furnish(world)
    connect(port)
    key = keys_of(public_id)[0]
    answer = ada.post(f"/batches/{public_id}/test", data={"to": key, "step": "1"}, follow_redirects=True)
    assert "A test is on its way to mara@tidyclock.example" in text(answer)
    ((rcpts, mail),) = box.mails
    assert rcpts == ["mara@tidyclock.example"]
    body = mail.get_content()
    assert str(mail["Subject"]).startswith("A page for “Invoicing")
    assert "https://tidyclock.example/rate-worksheet" in body
    assert "no thanks" in body
    assert "Tidyclock GmbH, Main Street 1, 10115 Berlin" in body


@pytest.mark.usefixtures("now")
def test_a_server_that_is_down_is_one_sentence(ada: FlaskClient, world: World) -> None:
    public_id = furnish(world)
    connect(1)
    answer = ada.post(f"/batches/{public_id}/test", data={"to": keys_of(public_id)[0]})
    assert answer.status_code == 409
    assert "could not send the test" in text(answer)
