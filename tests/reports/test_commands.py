"""The reports, the state of learning and the reasons of a score, from the command line."""

import json
import math
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from crm import clock
from crm.db import transaction
from crm.learning import service
from crm.models.prospects import Prospect
from crm.prospects.service import rescore
from tests.conftest import World
from tests.learning.stage import campaign, ground, prospect

START = datetime(2026, 9, 1, 9, tzinfo=UTC)


@pytest.fixture
def someone(app: Flask, world: World) -> Prospect:
    with clock.at(START + timedelta(days=80)), transaction() as s:
        on = ground(s, world.project, START)
        campaign(s, on, START, "resource_page", 30, 4, 5)
        found = prospect(s, on, START, overlap=3)
        rescore(s, world.project.id)
        service.refit(s, world.project.id)
    return found


def run(app: Flask, line: str) -> str:
    result = app.test_cli_runner().invoke(args=[*line.split(), "--project", "tidyclock.example"])
    assert result.exit_code == 0, result.output
    return result.output


def test_the_funnel_and_the_conversion_are_there_for_machines_and_spreadsheets(app: Flask, someone: Prospect) -> None:
    funnel = json.loads(run(app, "report funnel --json"))
    assert (funnel["sent"], funnel["delivered"], funnel["replied"], funnel["interested"], funnel["placed"]) == (
        30,
        30,
        9,
        5,
        5,
    )
    line = json.loads(run(app, "report conversion --by link_type --json"))[0]
    assert (line["link_type"], line["sent"], line["placed"]) == ("resource_page", 30, 5)
    assert line["low"] < line["rate"] < line["high"]
    assert run(app, "report conversion --by angle --csv").splitlines()[1].startswith("resource_page,30,")
    assert "Pitched" in run(app, "report funnel") and run(app, "report show cost --csv").startswith("Link type,")


def test_status_says_what_was_learned_and_reset_goes_back(app: Flask, someone: Prospect) -> None:
    status = json.loads(run(app, "learn status --json"))
    assert (status["n"], status["wins"], status["last_refit"] is not None) == (30, 5, True)
    assert {"brier", "calibration", "matured", "verdict"} <= set(status)
    assert json.loads(run(app, "learn reset --json"))["held"]
    assert not json.loads(run(app, "learn refit --json"))["held"]
    assert "Learned from 30 pitches" in run(app, "learn status")


def test_the_reasons_of_a_score_multiply_to_its_odds(app: Flask, someone: Prospect) -> None:
    data = json.loads(run(app, f"score explain {someone.domain} --json"))
    product = math.prod(f["factor"] for f in data["factors"])
    assert product == pytest.approx(data["interest"] / (1 - data["interest"]), rel=1e-9)
    assert "3 competitors" in run(app, f"score explain {someone.domain}")


def test_an_unknown_domain_is_refused_with_a_sentence(app: Flask, someone: Prospect) -> None:
    result = app.test_cli_runner().invoke(
        args=["score", "explain", "nowhere.example", "--project", "tidyclock.example"]
    )
    assert result.exit_code == 1 and "is not a prospect of" in result.output
    empty = app.test_cli_runner().invoke(args=["score", "explain", " ", "--project", "tidyclock.example"])
    assert empty.exit_code != 0 and "Name a site" in empty.output
