"""The documents keep their word: every command is listed, every feature row names something that exists."""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
import pytest
from flask import Flask

from crm.cli import all_commands

ROOT = Path(__file__).resolve().parents[1]
ROW = re.compile(r"^\| (S\d{3}) \| (.*?) \| (.*?) \|$", re.M)


def leaves(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for name, child in sorted(command.commands.items()):
            yield from leaves(child, f"{path} {name}")
    else:
        yield path, command


def commands() -> dict[str, click.Command]:
    return {path: c for top in all_commands() for path, c in leaves(top, f"flask {top.name}")}


def test_every_command_stands_in_the_list_of_commands() -> None:
    text = (ROOT / "docs/cli.md").read_text()
    assert [path for path in commands() if f"`{path}" not in text] == []


def test_every_listed_command_exists() -> None:
    known = set(commands())
    text = (ROOT / "docs/cli.md").read_text()
    named = {" ".join(m.split()) for m in re.findall(r"^### `(flask [a-z -]+?)(?: [A-Z\[-].*)?`", text, re.M)}
    assert sorted(n for n in named if n not in known) == []


def test_every_command_says_what_it_does() -> None:
    assert [path for path, c in commands().items() if not (c.help or c.short_help)] == []


def features() -> list[tuple[str, str, str]]:
    return ROW.findall((ROOT / "docs/features.md").read_text())


def test_the_feature_list_has_every_number_once() -> None:
    assert [number for number, _, _ in features()] == [f"S{n:03d}" for n in range(1, 268)]


def test_a_feature_lives_somewhere_or_says_not_yet() -> None:
    assert [n for n, lives, missing in features() if not lives.strip(" -") or not missing.strip()] == []


def test_every_screen_that_a_feature_names_exists(app: Flask) -> None:
    adapter = app.url_map.bind("localhost")
    rules = [re.sub(r"<[^>]+>", "<x>", rule.rule) for rule in app.url_map.iter_rules()]
    named = {re.sub(r"<[^>]+>", "<x>", m) for _, lives, _ in features() for m in re.findall(r"screen `([^`?]+)", lives)}
    assert sorted(n for n in named if n not in rules) == []
    assert adapter is not None


def test_every_command_that_a_feature_names_exists() -> None:
    known = commands()
    named = {
        m
        for _, lives, _ in features()
        for m in re.findall(r"command `(flask [a-z -]+?)(?: --[^`]*| [A-Z][^`]*)?`", lives)
    }
    assert sorted(n for n in named if not any(k == n or k.startswith(n + " ") for k in known)) == []


def test_every_module_and_test_that_a_feature_names_exists() -> None:
    paths = {
        m for _, lives, _ in features() for m in re.findall(r"`((?:crm|tests|templates|docs|bench)/[\w./-]+)", lives)
    }
    assert sorted(p for p in paths if not (ROOT / p).exists()) == []
    named = {m for _, lives, _ in features() for m in re.findall(r"`(tests/[\w./-]+\.py)::(\w+)", lives)}
    assert sorted(f"{p}::{t}" for p, t in named if f"def {t}(" not in (ROOT / p).read_text()) == []


def test_every_link_between_documents_leads_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.joinpath("docs").rglob("*.md")]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text())
        if not (page.parent / target).exists()
    ]
    assert broken == []


def test_every_setting_stands_in_the_operating_guide() -> None:
    settings = import_module("config").Settings
    text = (ROOT / "docs/operating.md").read_text()
    missing = [n for n in settings.model_fields if n != "database_url" and f"BACKLOOP_{n.upper()}" not in text]
    assert missing == []


@pytest.mark.parametrize("vendored", ["crm/static/vendor", "tests/browser/vendor"])
def test_vendored_files_are_what_their_list_says(vendored: str) -> None:
    import hashlib

    folder = ROOT / vendored
    lines = [x.split() for x in folder.joinpath("VENDOR.txt").read_text().splitlines() if x and not x.startswith("#")]
    sums = {x[0]: x[-1] for x in lines if len(x[-1]) == 64}
    assert sums
    for name, digest in sums.items():
        assert hashlib.sha256(folder.joinpath(name).read_bytes()).hexdigest() == digest, name
    listed = {x[0] for x in lines}
    assert [p.name for p in folder.iterdir() if p.suffix in (".js", ".woff2") and p.name not in listed] == []
