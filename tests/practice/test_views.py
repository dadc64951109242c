"""The control page: only in the practice world, and time passes at the press of a button."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from config import Settings
from crm import clock, create_app, db
from crm.models.accounts import User
from crm.practice import setup
from crm.practice.cast import EPOCH
from crm.practice.doors import Servers
from crm.practice.ledger import Ledger
from crm.practice.network import ledger_path
from tests.practice.crowd import enrolled, sites_with_people


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Flask]:
    """The application in practice mode, with its servers and its project."""
    app = create_app(Settings(instance=tmp_path, database_url="", practice=True))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    db.Base.metadata.create_all(db.engine())
    ledger = Ledger(ledger_path(tmp_path))
    servers = Servers(ledger, 1, clock.now)
    ports = servers.start()
    with db.transaction() as s:
        made = setup.ensure(s, ports)
        enrolled(s, made.project_id, made.mailbox_id, sites_with_people(1, 6))
    yield app
    servers.stop()
    ledger.close()
    clock.install(clock.real_now)
    db.engine().dispose()


@pytest.fixture
def owner(practice: Flask) -> FlaskClient:
    with db.reading() as s:
        user = s.scalars(select(User)).one()
    client = practice.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = f"{user.public_id}:{user.session_epoch}", True
    return client


def test_the_clock_begins_on_a_monday_morning_and_next_day_lets_it_pass(owner: FlaskClient) -> None:
    assert clock.now().date() == EPOCH.date()
    page = owner.get("/practice").get_data(as_text=True)
    assert "Next day" in page and "hourglass.example-backlinks" in page
    answer = owner.post("/practice/next-day", data={"days": "2", "next": "/batches"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/batches")
    assert clock.now().date() == EPOCH.date().replace(day=18)
    assert '<td class="num">6</td>' in owner.get("/practice").get_data(as_text=True)  # six mails were accepted


def test_the_example_files_can_be_downloaded_and_nothing_else(owner: FlaskClient) -> None:
    name = "inbound-links-clockhq.example.csv"
    assert b"Inbound Links to,clockhq.example" in owner.get(f"/practice/samples/{name}").data
    assert owner.get("/practice/samples/practice.db").status_code == 404


def test_more_than_a_month_at_once_is_refused(owner: FlaskClient) -> None:
    assert owner.post("/practice/next-day", data={"days": "40"}).status_code in (303, 409)
    assert clock.now().date() == EPOCH.date()


def test_outside_of_the_practice_world_there_is_no_such_page(ada: FlaskClient, cleo: FlaskClient) -> None:
    assert ada.get("/practice").status_code == 404
    assert ada.post("/practice/next-day", data={"days": "1"}).status_code == 404
    assert cleo.get("/practice/samples/x.csv").status_code == 404
