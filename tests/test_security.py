"""What holds for every route: membership, roles, CSRF, no change by GET, no markup from strangers."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from crm import db
from tests.conftest import World
from tests.everything import fill, public_ids

PAYLOADS = (
    "<script>window.__xss=1</script>",
    '"><img src=x onerror=window.__xss=1>',
    "'-alert(1)-'",
    "<svg/onload=window.__xss=1>",
    "{{ 7*7 }}{% raw %}",
    "javascript:window.__xss=1",
)
WORDS = " ".join(PAYLOADS)
# Answers of the practice world elsewhere, and of a provider that nobody asked.
NOT_HERE = {"/practice", "/settings/mailboxes/oauth/back"}
# Tables that grow by looking or by being refused: no data of a project stands in them.
LOGS = {"login_attempt", "audit_entry", "setting"}


def rules(app: Flask, *, with_ids: bool) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint != "static" and bool(rule.arguments) == with_ids:
            yield from ((rule, m) for m in sorted(methods))


def is_public(app: Flask, rule: Rule) -> bool:
    return getattr(app.view_functions[rule.endpoint], "is_public", False)


def address(rule: Rule, values: dict[str, Any]) -> str:
    """The rule's path with `values`; numbers are 1, a choice is its first word."""

    def fill_in(found: re.Match[str]) -> str:
        kind, name = found.group(1) or "", found.group(2)
        if kind.startswith("int"):
            return "1"
        choice = re.match(r"any\((.*?)[,)]", kind)
        return choice.group(1).strip("'\" ") if choice else str(values[name])

    return re.sub(r"<(?:([^:>]+):)?([^>]+)>", fill_in, rule.rule)


def dump() -> dict[str, list[Any]]:
    with db.reading() as s:
        tables = [t for t in db.Base.metadata.sorted_tables if t.name not in LOGS]
        return {t.name: [tuple(r) for r in s.execute(select(t).order_by(*t.primary_key))] for t in tables}


@pytest.fixture
def rows(app: Flask, world: World) -> dict[str, Any]:
    with db.transaction() as s:
        return fill(s, world, WORDS)


def test_a_stranger_finds_nothing_by_the_ids_of_others(app: Flask, rows: dict[str, Any], cleo: FlaskClient) -> None:
    before = dump()
    leaks = []
    for rule, method in rules(app, with_ids=True):
        if is_public(app, rule):
            continue
        for key in public_ids(rows):
            values = dict.fromkeys(rule.arguments, key)
            answer = cleo.open(address(rule, values), method=method)
            has_id = key in address(rule, values)
            if has_id and answer.status_code not in (400, 404, 405, 422) and "project" not in rule.rule:
                leaks.append(f"{method} {rule.rule} -> {answer.status_code}")
    assert sorted(set(leaks)) == []
    assert dump() == before


def test_every_route_needs_a_sign_in(app: Flask, world: World) -> None:
    open_doors = []
    for with_ids in (False, True):
        for rule, method in rules(app, with_ids=with_ids):
            answer = app.test_client().open(address(rule, dict.fromkeys(rule.arguments, "x")), method=method)
            if not is_public(app, rule) and not (answer.status_code == 302 and "/login" in answer.headers["Location"]):
                open_doors.append(f"{method} {rule.rule} -> {answer.status_code}")
    assert open_doors == []


def test_no_change_gets_through_without_its_token(app: Flask, ada: FlaskClient, rows: dict[str, Any]) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    before = dump()
    exempt = {"/u/<token>"}
    for with_ids in (False, True):
        for rule, method in rules(app, with_ids=with_ids):
            if method != "GET" and rule.rule not in exempt:
                answer = ada.open(address(rule, dict.fromkeys(rule.arguments, "x")), method=method)
                assert answer.status_code == 400, rule.rule
    assert dump() == before


def every_page(app: Flask, ids: list[str]) -> Iterator[str]:
    for with_ids in (False, True):
        for rule, method in rules(app, with_ids=with_ids):
            if method == "GET":
                keys = ids if rule.arguments else [""]
                yield from (address(rule, dict.fromkeys(rule.arguments, key)) for key in keys)


def test_looking_changes_nothing(app: Flask, ada: FlaskClient, rows: dict[str, Any]) -> None:
    before = dump()
    for url in every_page(app, public_ids(rows)):
        ada.get(url)
    after = dump()
    assert [name for name in before if before[name] != after[name]] == []


def test_nothing_that_strangers_wrote_becomes_markup(app: Flask, ada: FlaskClient, rows: dict[str, Any]) -> None:
    bad = re.compile(r"<script>window|<img src=x|<svg/onload|(?:href|action|src)=\"javascript:")
    shown, found = 0, []
    for url in every_page(app, public_ids(rows)):
        answer = ada.get(url)
        if "html" not in (answer.content_type or ""):
            continue
        text = answer.get_data(as_text=True)
        shown += "&lt;script&gt;window" in text
        if bad.search(text):
            found.append(url)
    assert found == []
    assert shown >= 5, "the payloads must be on the pages for this test to mean anything"


def test_every_page_opens_for_its_owner(app: Flask, ada: FlaskClient, rows: dict[str, Any]) -> None:
    broken = []
    for rule, method in rules(app, with_ids=False):
        if method == "GET" and not is_public(app, rule):
            status = ada.get(rule.rule).status_code
            if status >= 400 and rule.rule not in NOT_HERE:
                broken.append(f"{rule.rule} -> {status}")
    assert broken == []


def test_every_route_with_an_id_opens_for_somebody(app: Flask, ada: FlaskClient, rows: dict[str, Any]) -> None:
    """A new route whose kind of row is missing in tests/everything.py would not be covered by the tests above."""
    dead = []
    for rule, method in rules(app, with_ids=True):
        if method != "GET" or is_public(app, rule) or rule.arguments != {"public_id"}:
            continue
        answers = {ada.get(address(rule, dict.fromkeys(rule.arguments, key))).status_code for key in public_ids(rows)}
        if not any(status < 400 for status in answers):
            dead.append(f"{rule.rule} -> {answers}")
    assert dead == []


def test_a_viewer_may_look_and_not_touch(app: Flask, world: World, sign_in: Callable[..., FlaskClient]) -> None:
    from crm.models.accounts import ProjectMember

    with db.transaction() as s:
        member = s.scalars(select(ProjectMember).where(ProjectMember.user_id == world.ben.id)).one()
        member.role = "viewer"
    ben = sign_in(world.ben)
    assert ben.get("/targets").status_code == 200
    assert ben.post("/targets", data={"url": "https://tidyclock.example/x"}).status_code == 403
