"""Every screen, light and dark, wide and on a phone: no axe violation, no sideways scrolling, no script error."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from crm import db
from tests.conftest import PASSWORD, World
from tests.everything import fill, public_ids
from tests.test_security import address, is_public, rules

AXE = Path(__file__).parent / "vendor/axe-4.14.1.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIZES = [(1440, 900, "light"), (390, 844, "light"), (1440, 900, "dark"), (390, 844, "dark")]
RUN = "async tags => (await axe.run(document, {runOnly: tags})).violations.map(v => v.id + ': ' + v.nodes[0].html)"


def screens(app: Flask, client: Any, ids: list[str]) -> list[str]:
    """One address for each screen that answers with a page."""
    found = []
    for with_ids in (False, True):
        for rule, method in rules(app, with_ids=with_ids):
            if method != "GET" or is_public(app, rule):
                continue
            for key in ids if rule.arguments else [""]:
                url = address(rule, dict.fromkeys(rule.arguments, key))
                answer = client.get(url)
                if answer.status_code == 200 and "text/html" in (answer.content_type or ""):
                    found.append(url)
                    break
    return found


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize(("width", "height", "scheme"), SIZES)
def test_every_screen_is_accessible(
    app: Flask, world: World, ada: Any, served: str, chromium: Any, width: int, height: int, scheme: str
) -> None:
    with db.transaction() as s:
        ids = public_ids(fill(s, world))
    context = chromium.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce", bypass_csp=True
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda e: errors.append(str(e)))
    page.goto(f"{served}/login")
    page.fill("#email", world.ada.email)
    page.fill("#password", PASSWORD)
    page.click("button.pri")
    faults = []
    for url in screens(app, ada, ids):
        page.goto(served + url)
        page.add_script_tag(path=str(AXE))
        faults += [f"{url} {v[:300]}" for v in page.evaluate(RUN, TAGS)]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            faults.append(f"{url} is {wide} wide on a screen of {width}")
    context.close()
    assert faults == []
    assert errors == []


@pytest.mark.browser
def test_the_page_is_safe_under_its_own_policy(app: Flask, world: World, served: str, chromium: Any) -> None:
    page = chromium.new_page()
    said: list[str] = []
    page.on("console", lambda m: said.append(m.text))
    page.goto(f"{served}/login")
    page.fill("#email", world.ada.email)
    page.fill("#password", PASSWORD)
    page.click("button.pri")
    page.goto(f"{served}/jobs")
    page.keyboard.press("Control+k")
    assert page.locator("#cmd").is_visible()
    assert [t for t in said if "Content Security Policy" in t or "Refused" in t] == []
    page.close()
