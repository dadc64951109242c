"""From a prospect without a contact to a named contact with its source and a placement brief: one key, five seconds."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from crm import db
from crm.adapters import web as adapter
from crm.models.prospects import Prospect
from crm.prospects import relevance
from tests.conftest import PASSWORD, World
from tests.everything import fill
from tests.little_web import LittleWeb

SITE = "freelancestack.example"
FRAME = "<html lang=en><head><title>{title}</title></head><body><nav><a href='/'>Home</a> <a href='/contact/'>Contact</a></nav><main><article><h1>{title}</h1>{inner}</article></main></body></html>"
KIT = (
    "<p class=byline>By <a rel=author href='/author/ines-vidal/'>Ines Vidal</a></p><h2>Before you quote</h2>"
    "<p>Prices are hard. Fill in the <a href='https://hourglass.example/sheet'>hourly rate sheet</a> and round up.</p>"
)


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> Iterator[LittleWeb]:
    with LittleWeb() as running:
        monkeypatch.setattr(adapter, "_default", running.fetcher(seconds=2))
        running[SITE, "/kit"] = FRAME.format(title="Invoicing kit", inner=KIT)
        running[SITE, "/author/ines-vidal/"] = FRAME.format(
            title="Ines Vidal",
            inner="<p>Ines Vidal writes about prices: <a href='mailto:ines.vidal@freelancestack.example'>write to me</a></p>",
        )
        running[SITE, "/contact/"] = FRAME.format(title="Contact", inner="<p>info@freelancestack.example</p>")
        running["hourglass.example", "/sheet"] = "<h1>Sheet</h1>"
        yield running


@pytest.mark.browser
def test_one_key_brings_a_named_contact_with_its_source_and_the_brief(
    world: World, served: str, chromium: Any, pages: LittleWeb
) -> None:
    with db.transaction() as s:
        made: Any = fill(s, world)
        target = made["target"]
        target.text = "An hourly rate must pay for holidays. Fill in our sheet, and the rate follows."
        url = f"/prospects/{_fresh(s, made).public_id}"
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{served}/login")
    page.fill("#email", world.ada.email)
    page.fill("#password", PASSWORD)
    page.click("button.pri")
    page.goto(served + url)
    assert "Nobody yet" in page.inner_text("#contact")
    relevance.warm_up()  # as the server does behind its first page
    started = time.process_time()  # what it takes, whatever else this machine is busy with
    page.keyboard.press("c")
    page.wait_for_selector("#contact .mono")
    page.wait_for_selector("#placement")
    assert time.process_time() - started < 5
    contact, brief = page.inner_text("#contact"), page.inner_text("#pitch")
    assert "Ines Vidal" in contact and "ines.vidal@freelancestack.example" in contact
    assert "freelancestack.example/author/ines-vidal" in contact  # the page on which the address stands
    assert "Fill in the hourly rate sheet and round up." in brief and "under “Before you quote”" in brief
    assert "An hourly rate must pay for holidays." in brief
    page.close()


def _fresh(s: Any, made: Any) -> Prospect:
    """The prospect of the example world before anybody was found."""
    from crm import clock

    made["contact"].retired_at = clock.now()
    prospect: Prospect = made["prospect"]
    prospect.stage = "prospect"
    s.flush()
    return prospect
