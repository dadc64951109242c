"""The report screens, Today, the client link: what is on them, and what a stranger sees."""

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from crm import clock
from crm.db import transaction
from crm.learning import service
from crm.models.batches import Enrollment
from crm.models.gap import Snapshot
from crm.models.prospects import Prospect
from crm.models.targets import KeywordPosition
from crm.vocabulary import OutcomeKind
from tests.conftest import World
from tests.learning.stage import campaign, ground, mailed, marked, prospect

START = datetime(2026, 9, 1, 9, tzinfo=UTC)
LATER = START + timedelta(days=80)
PAGES = ("/", "/report", "/report?as=table", "/report/conversion", "/report/conversion?by=competitor&as=table", "/report/time",
         "/report/time?as=table", "/report/cost", "/report/answers", "/report/answers?as=table", "/report/progress",
         "/report/gap", "/report/links", "/report/gap?quarter=2026-Q4", "/report/rows", "/report/rows?state=placed", "/report/print")  # fmt: skip


@pytest.fixture
def lived(world: World) -> object:
    with clock.at(LATER), transaction() as s:
        on = ground(s, world.project, START)
        campaign(s, on, START, "resource_page", 30, 4, 5)
        campaign(s, on, START + timedelta(days=20), "broken_link", 12, 2, 1)
        marked(s, mailed(s, on, START), OutcomeKind.BOUNCED, START, machine=True)
        prospect(s, on, LATER, stage="found", overlap=3)
        service.refit(s, world.project.id)
    with clock.at(LATER):
        yield


@pytest.mark.parametrize("path", PAGES)
def test_every_screen_answers_with_and_without_data(path: str, ada: FlaskClient, lived: object) -> None:
    assert ada.get(path).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_every_screen_answers_in_an_empty_project(path: str, cleo: FlaskClient) -> None:
    assert cleo.get(path).status_code == 200


def test_the_report_says_how_many_links_and_how_sure_the_rate_is(ada: FlaskClient, lived: object) -> None:
    text = ada.get("/report").text
    assert "<b>6</b><span>links placed</span>" in text
    assert "from 43 pitches" in text and "likely " in text
    assert "Predicted" in text and "1 never arrived." in text


def test_a_number_opens_the_rows_behind_it(ada: FlaskClient, lived: object) -> None:
    assert "6 pitches" in ada.get("/report/rows?state=placed").text
    assert "5 pitches" in ada.get("/report/rows?state=placed&by=link_type&key=resource_page").text
    assert "1 pitch" in ada.get("/report/rows?state=bounced").text


def test_a_period_and_a_type_narrow_every_figure(ada: FlaskClient, lived: object) -> None:
    only = ada.get("/report?type=broken_link").text
    assert "from 12 pitches" in only
    early = ada.get("/report?from=2026-09-01&to=2026-09-10").text
    assert "from 31 pitches" in early


def test_files_for_spreadsheets_hold_no_formula(ada: FlaskClient, lived: object, world: World) -> None:
    with transaction() as s:
        other = s.scalar(select(Prospect).where(Prospect.domain.like("site%")))
        first = s.scalar(select(Enrollment).where(Enrollment.prospect_id == other.id))
        first.snapshot = {**first.snapshot, "template": "=HYPERLINK(1)"}
        marked(s, other, OutcomeKind.NO_ANSWER, LATER)
    text = ada.get("/report/conversion.csv?by=template").text
    assert "'=HYPERLINK(1)" in text and text.startswith("\ufeffValue,Sent")
    for name in ("funnel", "gap", "time", "cost", "quality", "channels", "changes", "pitches"):
        assert ada.get(f"/report/{name}.csv").status_code == 200
    assert ada.get("/report/nonsense.csv").status_code == 404
    assert ada.get("/report/conversion?by=nonsense").status_code == 404


def test_a_client_sees_the_shared_report_until_the_link_is_closed(ada: FlaskClient, app: object, lived: object) -> None:
    ada.post("/report/share")
    text = ada.get("/report").text
    token = text.split("/shared/")[1].split('"')[0]
    stranger = ada.application.test_client()
    page = stranger.get(f"/shared/{token}")
    assert page.status_code == 200 and "Links for Tidyclock" in page.text
    assert "Predicted" not in page.text and "Sign out" not in page.text
    ada.post("/plan/goal", data={"goal_links": "20", "starts_on": "2026-09-01", "ends_on": "2026-12-31"})
    assert "6 of 20" in stranger.get(f"/shared/{token}").text
    assert stranger.get(f"/shared/{token}x").status_code == 404
    share = text.split("/report/share/")[1].split("/revoke")[0]
    ada.post(f"/report/share/{share}/revoke")
    assert stranger.get(f"/shared/{token}").status_code == 404


def test_today_names_what_waits_in_order_and_gives_it_keys(ada: FlaskClient, lived: object) -> None:
    text = ada.get("/").text
    assert "1 new gap domain this week" in text and 'data-key="1"' in text
    assert "of work" in text and "Mailbox health" in text


def test_a_stranger_sees_nothing_of_it(cleo: FlaskClient, lived: object) -> None:
    assert "from 43 pitches" not in cleo.get("/report").text
    assert "0 pitches" in cleo.get("/report/rows").text


def test_progress_shows_each_snapshot_beside_the_ranks(ada: FlaskClient, world: World, lived: object) -> None:
    with transaction() as s:
        s.add(Snapshot(project_id=world.project.id, at=LATER, n_gap=96, benchmark={"": {"domains": 41, "quality": 30}}))
        s.add(
            KeywordPosition(
                project_id=world.project.id, keyword="time tracking", url="u", domain="tidyclock.example", position=7,
                on=LATER.date(),
            )
        )  # fmt: skip
    text = ada.get("/report/progress.csv").text
    assert "2026-11-20,41,30,96,,7.0,1,1" in text


def test_the_gap_is_closed_by_quarter_and_each_site_by_somebody(ada: FlaskClient, world: World, lived: object) -> None:
    with transaction() as s:
        ours = s.scalars(select(Prospect.domain).where(Prospect.stage == "contacted").order_by(Prospect.id)).all()
        for day, new, closed in ((START, 900, []), (LATER, 12, ["alone.example", ours[0]])):
            changes = {"closed": closed, "counts": {"new": new}}
            s.add(Snapshot(project_id=world.project.id, at=day, n_gap=96, changes=changes))
    lines = ada.get("/report/quarters.csv").text.splitlines()
    assert lines[1:] == ["2026-Q3,6,0,0,0,6,0,96", "2026-Q4,1,0,1,0,2,12,96"]
    rows = ada.get("/report/gap?quarter=2026-Q4").text
    assert rows.count("alone.example") == 1 and rows.count(ours[0]) == 1
    page = ada.get("/report/progress").text
    assert "By themselves" in page and "/report/gap?quarter=2026-Q4" in page


def test_authority_and_ranks_come_from_the_files_of_each_day(ada: FlaskClient, world: World, lived: object) -> None:
    with transaction() as s:
        for days, dr, places in ((30, 31, (14, 30)), (2, 34, (7, 9))):
            for n, place in enumerate(places):
                s.add(
                    KeywordPosition(
                        project_id=world.project.id, keyword=f"word {n}", url=f"u{n}", domain="tidyclock.example",
                        position=place, on=(LATER - timedelta(days=days)).date(), data={"dr": dr},
                    )
                )  # fmt: skip
    page = ada.get("/report/progress").text
    assert "Authority (DR): 31 on 2026-10-21, 34 on 2026-11-18." in page
    assert "Mean rank of your pages: 22 on" in page and "Keywords on the first page: 0 on 2026-10-21, 2 on" in page


def test_numbers_keep_the_readers_period_on_their_way_to_the_rows(ada: FlaskClient, lived: object) -> None:
    page = ada.get("/report?from=2026-09-01&to=2026-09-10&type=resource_page").text
    assert "/report/rows?state=placed&amp;from=2026-09-01&amp;to=2026-09-10&amp;type=resource_page" in page
    rows = ada.get("/report/rows?state=placed&from=2026-09-01&to=2026-09-10&type=resource_page").text
    assert "5 pitches" in rows
    csv = ada.get("/report/pitches.csv?state=placed&type=broken_link").text
    assert csv.count("broken_link") == 1 and "resource_page,resource" not in csv


def test_what_answers_said_is_told_with_its_range(ada: FlaskClient, lived: object) -> None:
    page = ada.get("/report/answers").text
    assert "Asked for payment" in page and "No subject is being tested" in page and "an anecdote" in page
    line = ada.get("/report/quality.csv").text.splitlines()[1].split(",")
    assert line[0] == "Resource page" and int(line[2]) == 12


def test_a_promise_that_luck_does_not_explain_is_not_shown_as_good(ada: FlaskClient, lived: object) -> None:
    page = ada.get("/report").text
    assert "Predicted 1.7 links, got 6" in page and "More than luck explains" in page and "note good mt" not in page
