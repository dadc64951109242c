"""`flask import` does what the screen does."""

import json
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from crm import db
from crm.models.prospects import Prospect

HEAD = "Referring page title,Referring page URL,Domain rating,UR,Target URL,Anchor\n"


def test_files_become_prospects_by_command(app: Flask, world, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    a = tmp_path / "a.csv"
    a.write_text(HEAD + "Useful links,https://one.example/links,40,1,https://rival.example/,x\n")
    junk = tmp_path / "k.csv"
    junk.write_text("Keyword,Volume,KD\nkiln,10,2\n")
    runner = app.test_cli_runner()
    args = ["import", str(a), str(junk), "--project", "tidyclock.example", "--as", "rival.example", "--json"]
    ran = runner.invoke(args=args)
    good, bad = json.loads(ran.output.splitlines()[0])
    assert ran.exit_code == 1
    assert (good["state"], good["owner"], good["rows_read"]) == ("done", "rival.example", 1)
    assert bad["state"] == "refused" and "organic keywords" in bad["problem"]
    with db.reading() as s:
        assert s.scalars(select(Prospect.domain)).all() == ["one.example"]
    again = runner.invoke(args=["import", str(a), "--project", "tidyclock.example", "--json"])
    assert again.exit_code == 0 and json.loads(again.output)[0]["id"] == good["id"]


def test_a_file_without_an_owner_is_told(app: Flask, world, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    a = tmp_path / "a.csv"
    a.write_text(HEAD + "Useful links,https://one.example/links,40,1,https://rival.example/,x\n")
    ran = app.test_cli_runner().invoke(args=["import", str(a), "--project", "tidyclock.example"])
    assert ran.exit_code == 1
    assert "say whose links" in ran.output
