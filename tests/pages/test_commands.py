"""The commands `flask pages` and `flask links`, as a script uses them."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from crm.adapters import web as adapter
from tests.little_web import LittleWeb

PAGES = Path(__file__).parents[1] / "specimens" / "pages"
KEYS = ["title", "language", "author", "author_source", "published_on", "updated_on", "emails", "links", "kinds"]
ANSWER = ["present", "rel", "anchor", "position", "indexable", "canonical", "status", "chain", "snippet", "why"]


def run(app: Flask, *words: str) -> Any:
    return app.test_cli_runner().invoke(args=list(words))


def test_facts_of_a_file_are_one_object_with_exactly_these_keys(app: Flask) -> None:
    name = str(PAGES / "drupal-resources.html")
    found = json.loads(run(app, "pages", "facts", name, "--json").stdout)
    assert list(found) == ["file", *KEYS] and found["file"] == name
    assert list(found["emails"][0]) == ["value", "source", "method"]
    assert list(found["links"][0]) == ["url", "anchor", "rel", "position"]


def test_several_places_give_a_list_and_one_bad_one_does_not_stop_the_rest(app: Flask) -> None:
    result = run(app, "pages", "facts", str(PAGES / "soft-404.html"), "/no/such/file.html", "--json")
    found = json.loads(result.stdout)
    assert len(found) == 2 and found[1]["author"] is None and "no file" in found[1]["why"]
    assert run(app, "pages", "facts", "/no/such/file.html").exit_code == 1


def test_a_page_on_the_web_is_read_through_the_fetcher(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with LittleWeb() as web:
        monkeypatch.setattr(adapter, "_default", web.fetcher())
        web["a.example", "/"] = "<main><h1>T</h1><p class=byline>By Ann Lee</p></main>"
        found = json.loads(run(app, "pages", "facts", "https://a.example/", "--json").stdout)
        assert found["url"] == "https://a.example/" and found["author"] == "Ann Lee"
        web["a.example", "/"] = "<p>Read <a rel=ugc href='https://ours.example/x'>this</a>.</p>"
        web["ours.example", "/x"] = "<p>x"
        words = ("--page", "https://a.example/", "--target", "https://ours.example/x", "--json")
        seen = json.loads(run(app, "links", "check", *words).stdout)
        assert list(seen) == ANSWER and (seen["present"], seen["rel"], seen["snippet"]) == (True, "ugc", "Read this.")


def test_a_link_is_looked_for_in_a_file_without_network(app: Flask) -> None:
    name = str(PAGES / "ghost-casper.html")
    for words in (("--file", name), ("--page", name)):
        seen = json.loads(run(app, "links", "check", *words, "--target", "https://uptimecat.example", "--json").stdout)
        assert seen["present"] is True and seen["rel"] == "noreferrer" and seen["status"] is None
    assert run(app, "links", "check", "--target", "https://x.org").exit_code == 2
