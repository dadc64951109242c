"""In the browser: a large file goes up in parts, through a lost connection and a reload, and is the same at the end."""

import hashlib
import os
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from crm import db
from crm.gap.intake import service as intake
from crm.models.gap import Import
from tests.conftest import PASSWORD, World

HEAD = "Referring page title,Referring page URL,Domain rating,UR,Target URL,Anchor\n"


def test_a_large_file_survives_a_lost_connection_and_a_reload(
    chromium: Any, served: str, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKLOOP_UPLOAD_LIMIT_MB", "1")  # parts of half a MiB
    path = tmp_path / "large.csv"
    path.write_text(
        HEAD + "".join(f"T,https://s{i}.example/links,40,1,https://rival.example/,x\n" for i in range(60_000))
    )
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    page.goto(served + "/login")
    page.fill("input[name=email]", "ada@tidyclock.example")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button")
    page.goto(served + "/import")
    lost: list[str] = []

    def flaky(route: Any) -> None:
        if len(lost) < 1 and "offset=1048576" in route.request.url:
            lost.append(route.request.url)
            route.abort("connectionreset")
        elif "offset=2097152" in route.request.url and len(lost) < 2:
            lost.append(route.request.url)  # hangs: the page is left meanwhile
        else:
            route.continue_()

    page.route("**/import/parts/**", flaky)
    page.set_input_files("#files", str(path))
    page.get_by_text("The connection is lost").wait_for()
    page.get_by_text(re.compile(r"2 of \d MB sent")).wait_for()
    if folder := os.environ.get("BACKLOOP_SHOTS"):
        page.screenshot(path=f"{folder}/upload-part.png")
        page.set_viewport_size({"width": 390, "height": 800})
        page.emulate_media(color_scheme="dark")
        page.screenshot(path=f"{folder}/upload-part-390.png")
    assert len(lost) == 2
    page.on("dialog", lambda d: d.accept())
    page.goto(served + "/import")
    page.get_by_text("Choose the same file again to go on").wait_for()
    if folder := os.environ.get("BACKLOOP_SHOTS"):
        page.screenshot(path=f"{folder}/upload-again.png")
    page.unroute("**/import/parts/**")
    sent: list[str] = []
    page.on("request", lambda r: sent.append(r.url) if r.method == "PUT" else None)
    page.set_input_files("#files", str(path))
    page.get_by_text("Whose links are these?").wait_for()
    assert sent[0].endswith("offset=2097152")
    with db.reading() as s:
        imp = s.scalars(select(Import)).one()
    assert imp.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert not any(intake.uploads_root().iterdir())
    page.close()
