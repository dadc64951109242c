"""The commands of prospects, over the same services as the screens."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from crm import db
from crm.prospects import service
from crm.prospects.found import FoundDomain
from crm.prospects.signs import PageSigns
from tests.conftest import World


@pytest.fixture
def cli(app: Flask, world: World) -> FlaskCliRunner:
    pages = {
        "good.example": PageSigns(
            "https://good.example/resources", title="Resources", anchor="Rival", target_url="https://rival.example/"
        ),
        "thread.example": PageSigns("https://thread.example/viewtopic.php?t=1", title="Thread"),
    }
    with db.transaction() as s:
        s.add(world.project)
        service.upsert(s, world.project, [FoundDomain(d, "A", 1, pages=(p,)) for d, p in pages.items()])
    return app.test_cli_runner()


def run(cli: FlaskCliRunner, *args: str) -> tuple[int, str]:
    done = cli.invoke(args=["prospects", *args, "--project", "tidyclock.example"])
    return done.exit_code, done.output


def test_the_list_prints_json_for_machines_and_lines_for_people(cli: FlaskCliRunner) -> None:
    code, out = run(cli, "list", "--json")
    rows = json.loads(out)
    assert code == 0 and [r["domain"] for r in rows] == ["good.example"]
    assert rows[0]["link_type"] == "resource_page" and rows[0]["low"] <= rows[0]["chance"] <= rows[0]["high"]
    assert "good.example" in run(cli, "list")[1]
    assert len(json.loads(run(cli, "list", "--stage", "all", "--json")[1])) == 2


def test_one_prospect_is_shown_with_reasons(cli: FlaskCliRunner) -> None:
    code, out = run(cli, "show", "https://www.good.example/resources", "--json")
    said = json.loads(out)
    assert code == 0 and said["parts"] and said["factors"] and said["ask"] and said["checks"]
    assert "relevance" in run(cli, "show", "good.example")[1]


def test_decisions_say_how_many_changed(cli: FlaskCliRunner) -> None:
    assert json.loads(run(cli, "accept", "good.example", "--json")[1])["changed"] == 1
    assert "0 accepted; 1 stayed" in run(cli, "accept", "good.example")[1]
    assert json.loads(run(cli, "set-aside", "good.example", "--reason", "off_topic", "--json")[1])["changed"] == 1
    assert (
        "1 put back"
        in run(
            cli,
            "put-back",
            "good.example",
        )[1]
    )
    assert "1 archived" in run(cli, "archive", "good.example", "--why", "closed")[1]
    assert json.loads(run(cli, "show", "good.example", "--json")[1])["why"] == "closed"


def test_an_unknown_domain_is_refused_with_a_sentence(cli: FlaskCliRunner) -> None:
    code, out = run(cli, "show", "nobody.example")
    assert code == 1 and "not among the prospects" in out


def test_wrong_usage_exits_with_2(cli: FlaskCliRunner) -> None:
    assert run(cli, "list", "--stage", "nowhere")[0] == 2
    assert run(cli, "set-aside", "good.example", "--reason", "because")[0] == 2
