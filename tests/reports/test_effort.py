"""Minutes and money: counted while a page is in front, noted by hand, shared out over link types."""

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from crm import clock
from crm.db import reading, transaction
from crm.models.prospects import Effort, Prospect
from crm.outcomes import service as outcomes
from crm.reports import queries
from crm.reports.money import queries as money
from tests.conftest import World
from tests.learning.stage import Stage1, ground, mailed, placed, prospect

START = datetime(2026, 9, 1, 9, tzinfo=UTC)
LATER = START + timedelta(days=60)


@pytest.fixture
def on(world: World) -> Stage1:
    with clock.at(LATER), transaction() as s:
        stage = ground(s, world.project, START)
        for _ in range(3):
            placed(s, mailed(s, stage, START), START + timedelta(days=9))
        mailed(s, stage, START, "list_post")
        prospect(s, stage, START, "digital_pr")
    with clock.at(LATER):
        yield stage


def one(link_type: str) -> str:
    with reading() as s:
        return str(s.scalars(select(Prospect.public_id).where(Prospect.link_type == link_type)).first())


def entries() -> list[tuple[str, float, int, str]]:
    with reading() as s:
        return [(e.subject_type, round(e.minutes, 2), e.amount_minor, e.note) for e in s.scalars(select(Effort))]


def test_seconds_add_up_to_one_entry_a_day_and_nothing_else_is_taken(ada: FlaskClient, on: Stage1) -> None:
    url = f"/effort/prospect/{one('list_post')}/seconds"
    assert [ada.post(url, data={"seconds": n}).status_code for n in ("60", "30")] == [204, 204]
    assert entries() == [("prospect", 1.5, 0, "counted on the page")]
    with clock.at(LATER + timedelta(days=1)):
        ada.post(url, data={"seconds": "60"})
    assert [e[1] for e in entries()] == [1.5, 1.0]
    for wrong in ("", "-3", "0", "901", "1.5", "x"):
        assert ada.post(url, data={"seconds": wrong}).status_code == 422


def test_a_day_has_no_more_than_twelve_counted_hours(ada: FlaskClient, on: Stage1) -> None:
    url = f"/effort/prospect/{one('list_post')}/seconds"
    with clock.at(LATER.replace(hour=1)), transaction() as s:
        subject = s.scalars(select(Prospect).where(Prospect.link_type == "digital_pr")).one()
        user = s.scalars(select(Effort.by_user_id)).first()
        s.add(
            Effort(project_id=subject.project_id, subject_type="prospect", subject_id=subject.id, minutes=720.0,
                   note="counted on the page", at=clock.now(), by_user_id=user or _ada(s))
        )  # fmt: skip
    ada.post(url, data={"seconds": "60"})
    assert [e[1] for e in entries()] == [720.0]


def _ada(s: object) -> int:
    from crm.models.accounts import User

    return int(s.scalars(select(User.id).where(User.email == "ada@tidyclock.example")).one())  # type: ignore[attr-defined]


def test_who_does_not_want_it_is_not_counted_and_pages_say_nothing(ada: FlaskClient, on: Stage1) -> None:
    public_id = one("list_post")
    assert f'data-effort="/effort/prospect/{public_id}/seconds"' in ada.get(f"/prospects/{public_id}").text
    ada.post("/effort/counting", data={"on": "0", "back": f"/effort/prospect/{public_id}"})
    assert "data-effort=" not in ada.get(f"/prospects/{public_id}").text
    ada.post(f"/effort/prospect/{public_id}/seconds", data={"seconds": "60"})
    assert entries() == [] and "Count my time again" in ada.get(f"/effort/prospect/{public_id}").text


def test_entries_are_noted_corrected_and_removed_by_hand(ada: FlaskClient, cleo: FlaskClient, on: Stage1) -> None:
    url = f"/effort/prospect/{one('list_post')}"
    ada.post(url, data={"minutes": "25,5", "amount": "40", "note": "Drew the chart"})
    assert entries() == [("prospect", 25.5, 4000, "Drew the chart")]
    page = ada.get(url).text
    assert "26 minutes so far" in page and "Drew the chart" in page
    entry = page.split(f'action="{url}/')[1].split('"')[0]
    assert cleo.get(url).status_code == 404 and cleo.post(f"{url}/{entry}", data={"remove": "1"}).status_code == 404
    ada.post(f"{url}/{entry}", data={"minutes": "10", "amount": "", "note": "Less"})
    assert entries() == [("prospect", 10.0, 0, "Less")]
    assert ada.post(url, data={"minutes": "soon"}).status_code == 422
    assert ada.post(url, data={"minutes": ""}).status_code == 422
    ada.post(f"{url}/{entry}", data={"remove": "1"})
    assert entries() == []


def test_a_link_costs_minutes_and_money_by_tactic(ada: FlaskClient, world: World, on: Stage1) -> None:
    ada.post(f"/effort/prospect/{one('resource_page')}", data={"minutes": "30", "amount": "12"})
    ada.post(f"/effort/prospect/{one('digital_pr')}", data={"minutes": "90"})
    ada.post(f"/effort/batch/{on.batch.public_id}", data={"minutes": "40"})
    ada.post("/report/cost/hour", data={"hour": "60", "currency": "eur"})
    with reading() as s:
        project = s.get_one(type(world.project), world.project.id)
        lines = {c.link_type: c for c in money.costs(s, project, queries.choice(s, project.id, {}))}
    assert lines["resource_page"].minutes == pytest.approx(60) and lines["resource_page"].links == 3
    assert lines["resource_page"].row()["amount_per_link"] == pytest.approx((12 + 60) / 3)
    assert lines["list_post"].minutes == pytest.approx(10) and lines["list_post"].row()["minutes_per_link"] is None
    assert (lines["digital_pr"].pitches, lines["digital_pr"].minutes) == (0, 90)
    text = ada.get("/report/cost").text
    assert "Digital PR" in text and "EUR per link" in text
    assert ada.post("/report/cost/hour", data={"hour": "60", "currency": "euros"}).status_code == 422


def test_channels_stand_together_and_other_currencies_are_told(ada: FlaskClient, world: World, on: Stage1) -> None:
    with transaction() as s:
        project = s.get_one(type(world.project), world.project.id)
        for n, (channel, cost, currency) in enumerate([("programme", 20000, "EUR"), ("bought", 9900, "USD")]):
            made = outcomes.watch(
                s, project, f"https://magazine{n}.example/a", "https://tidyclock.example/guide", channel=channel,
                cost_minor=cost, currency=currency,
            )  # fmt: skip
            made.live_at, made.state = LATER, "live"
    rows = {r.split(",")[0]: r.split(",") for r in ada.get("/report/channels.csv").text.splitlines()}
    assert rows["outreach"][1:4] == ["3", "3", "3"] and rows["programme"][1:2] == ["1"]
    assert rows["programme"][5:] == ["200.0", "200.0"] and rows["bought"][5] == "0.0"
    page = ada.get("/report/cost").text
    assert "99.00 USD" in page and "/report/links?" in page
    links = ada.get("/report/links?channel=programme").text
    assert "magazine0.example" in links and "magazine1.example" not in links
    assert ada.get("/report/links.csv?channel=bought").text.count("magazine1.example") == 2
