"""Sign-in, membership and the limits of what a person may open."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm import clock, db
from crm.accounts import service
from crm.errors import BadInput, Refused
from crm.models.accounts import Competitor, LoginAttempt
from tests.conftest import PASSWORD, World


def test_without_a_user_everything_leads_to_the_first_run(app: Flask) -> None:
    assert app.test_client().get("/jobs").headers["Location"] == "/welcome"


def test_the_first_run_makes_an_owner_once(app: Flask) -> None:
    client = app.test_client()
    answer = client.post("/welcome", data={"name": "Ada", "email": "ada@tidyclock.example", "password": PASSWORD})
    assert answer.headers["Location"] == "/setup"
    again = app.test_client().post("/welcome", data={"name": "Eve", "email": "eve@x.example", "password": PASSWORD})
    assert again.status_code == 404


def test_a_short_password_is_refused_with_a_sentence(app: Flask) -> None:
    answer = app.test_client().post("/welcome", data={"name": "A", "email": "a@b.example", "password": "short"})
    assert answer.status_code == 422
    assert b"12 to 128 characters" in answer.data


def test_sign_in_and_out(app: Flask, world: World) -> None:
    client = app.test_client()
    wrong = client.post("/login", data={"email": world.ada.email, "password": "wrong password!", "next": ""})
    assert wrong.status_code == 422
    right = client.post("/login", data={"email": world.ada.email, "password": PASSWORD, "next": "/jobs"})
    assert right.headers["Location"] == "/jobs"
    assert client.get("/jobs").status_code == 200
    cookie = client.get_cookie("backloop")
    client.post("/logout")
    assert cookie is not None
    client.set_cookie("backloop", cookie.value)
    assert client.get("/jobs").status_code == 302


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "https:evil.example", "/\t/evil", "http://evil"]
)
def test_sign_in_never_leads_elsewhere(app: Flask, world: World, target: str) -> None:
    data = {"email": world.ada.email, "password": PASSWORD, "next": target}
    assert app.test_client().post("/login", data=data).headers["Location"] == "/"


def test_wrong_passwords_slow_down_and_then_let_in_again(app: Flask, world: World) -> None:
    with db.transaction() as s:
        for _ in range(12):
            s.add(LoginAttempt(key=f"email:{world.ada.email}", at=clock.real_now()))
    with db.transaction() as s, pytest.raises(Refused, match="Wait"):
        service.authenticate(s, world.ada.email, PASSWORD, "127.0.0.1")
    with db.transaction() as s:
        for row in s.query(LoginAttempt):
            row.at = clock.real_now() - timedelta(minutes=20)
    with db.transaction() as s:
        assert service.authenticate(s, world.ada.email, PASSWORD, "127.0.0.1") is not None


def test_a_foreign_host_header_is_refused(app: Flask) -> None:
    assert app.test_client().get("/login", headers={"Host": "evil.example"}).status_code == 400


def test_a_one_time_address_works_once(app: Flask, world: World) -> None:
    with db.transaction() as s:
        token = service.one_time_token(s, world.ada)
    with db.transaction() as s:
        assert service.redeem(s, "wrong") is None
    with db.transaction() as s:
        assert service.redeem(s, token) is not None
    with db.transaction() as s:
        assert service.redeem(s, token) is None


def test_the_one_time_address_exists_only_in_practice(app: Flask, world: World) -> None:
    with db.transaction() as s:
        token = service.one_time_token(s, world.ada)
    assert app.test_client().get(f"/enter/{token}").status_code == 404


def test_a_rival_is_added_once_and_never_oneself(app: Flask, world: World) -> None:
    with db.transaction() as s:
        one = service.add_competitor(s, world.project, "https://www.hourglass.example/")
        two = service.add_competitor(s, world.project, "hourglass.example")
        assert one.id == two.id
        assert one.letter == "A"
        with pytest.raises(BadInput, match="your own site"):
            service.add_competitor(s, world.project, "blog.tidyclock.example")
        assert s.query(Competitor).count() == 1


def test_every_page_carries_the_security_headers(app: Flask) -> None:
    answer = app.test_client().get("/login")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_member_may_not_change_the_team_and_a_stranger_sees_nothing(sign_in, world: World) -> None:  # type: ignore[no-untyped-def]
    assert sign_in(world.ben).get("/settings/team").status_code == 403
    cleo: FlaskClient = sign_in(world.cleo)
    cleo.post(f"/project/{world.project.public_id}")
    assert b"Tidyclock" not in cleo.get("/jobs").data
