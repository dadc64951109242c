"""The commands over batches and templates."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from tests.batches.test_views import furnish
from tests.conftest import World

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, world: World, now: object) -> Run:
    runner = app.test_cli_runner()

    def invoke(*words: str) -> Result:
        return runner.invoke(args=[*words, "--project", "tidyclock.example"])

    return invoke


def data(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_whole_way_by_command(run: Run, world: World) -> None:
    furnish(world, batch=False)
    (group,) = data(run("batch", "suggest", "--json"))
    assert (group["key"], len(group["prospects"])) == ("resource_page.asset.resource_page", 4)
    made = data(run("batch", "create", "--group", group["key"], "--name", "First", "--json"))
    assert (made["ready"], made["held"], made["left_out"]) == (4, 0, [])
    shown = data(run("batch", "show", "First", "--mails", "--json"))
    assert shown["first_day"] == "2026-11-24"
    assert all("https://tidyclock.example/rate-worksheet" in p["body"] for p in shown["people"])
    assert data(run("batch", "approve", made["id"], "--json"))["started"] == 4
    assert data(run("batch", "pause", "First", "--json"))["state"] == "paused"
    assert data(run("batch", "resume", "First", "--json"))["state"] == "running"
    assert data(run("batch", "copy", "First", "--json"))["id"] != made["id"]
    assert data(run("batch", "stop", "First", "--json"))["state"] == "done"
    assert [row["state"] for row in data(run("batch", "list", "--json"))] == ["draft", "done"]


def test_text_for_people_says_the_same(run: Run, world: World) -> None:
    furnish(world)
    assert "Four" in run("batch", "list").stdout
    shown = run("batch", "show", "Four", "--mails").stdout
    assert "4 ready, 0 held" in shown
    assert "A page for" in shown
    assert run("batch", "approve", "Four").stdout.strip() == "Four: 4 scheduled, 0 held."


def test_refusals_are_one_sentence_and_exit_code_1(run: Run, world: World) -> None:
    furnish(world, mailbox=False)
    for words, said in (
        (("batch", "approve", "Four"), "Connect the mailbox"),
        (("batch", "show", "Nothing"), "No batch “Nothing”"),
        (("batch", "create", "--group", "x.y.z"), "no such suggestion"),
        (("batch", "create", "--prospect", "no.example", "--angle", "pr"), "No prospect no.example"),
        (("batch", "create", "--prospect", "site0.example"), "--angle"),
        (("batch", "create", "--prospect", "site0.example", "--angle", "pr", "--mailbox", "x@y.z"), "No mailbox"),
        (("batch", "suggest", "--size", "500"), "1 to 100"),
        (("batch", "pause", "Four"), "not running"),
        (("template", "show", "nothing"), "no template"),
    ):
        result = run(*words)
        assert result.exit_code == 1, words
        assert said in result.stderr, words
    assert run("batch", "create", "--angle", "martian").exit_code == 2


def test_templates_are_listed_and_shown(run: Run) -> None:
    rows = data(run("template", "list", "--json"))
    assert len(rows) == 8
    assert all(row["starter"] and row["mails"] == 3 for row in rows)
    shown = data(run("template", "show", "broken_link", "--json"))
    assert [step["delay_days"] for step in shown["steps"]] == [0, 4, 9]
    assert "Subject: Dead link on" in run("template", "show", "broken_link").stdout


def test_a_pitch_file_is_checked_without_a_database(app: Flask, tmp_path: Path) -> None:
    runner = app.test_cli_runner()
    good, bad, binary = tmp_path / "good.txt", tmp_path / "bad.txt", tmp_path / "bin.txt"
    good.write_text("Subject: A page for {{ site }}\nHi {{ first_name }},\n")
    bad.write_text("Subject: {{ nothing }}\nHi,\n\n{% for a in site %}x{% endfor %}\n")
    binary.write_bytes(b"\xff\xfe\x00")
    assert runner.invoke(args=["template", "check", str(good)]).exit_code == 0
    wrong = runner.invoke(args=["template", "check", str(bad), "--json"])
    assert wrong.exit_code == 1
    problems = json.loads(wrong.stdout)["problems"]
    assert [(p["part"], p["code"]) for p in problems] == [("subject", "unknown_field"), ("body", "not_allowed")]
    assert runner.invoke(args=["template", "check", str(binary)]).exit_code == 1
