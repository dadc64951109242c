"""The main job with nothing but the mouse, in the practice world: from sample files to a watched link."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
MOST_CLICKS = 60
PATIENCE_MS = 120_000


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[str]:
    """The product on a fresh practice world; yields the one-time address."""
    env = {**os.environ, "BACKLOOP_INSTANCE": str(tmp_path / "instance"), "BACKLOOP_DURABLE": "false"}
    env.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "flask", "practice", "run", "--port", "18200"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    assert process.stdout is not None
    found = None
    for line in process.stdout:
        found = re.search(r"http://\S+/enter/\S+", line)
        if found:
            break
    assert found, "practice run ended without an address"
    yield found.group(0)
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)


class Mouse:
    """Clicks and counts."""

    def __init__(self, page: Any) -> None:
        self.page, self.clicks = page, 0

    def click(self, selector: str) -> None:
        self.page.locator(selector).first.click()
        self.page.wait_for_load_state()
        self.clicks += 1

    def until(self, path: str, selector: str, tries: int = 60) -> None:
        """Look at a page again until something stands on it."""
        base = re.match(r"https?://[^/]+", self.page.url)
        for _ in range(tries):
            self.page.goto(f"{base.group(0) if base else ''}{path}")
            if self.page.locator(selector).count():
                return
            self.page.wait_for_timeout(1000)
        raise AssertionError(f"{selector} never came on {path}: {self.page.inner_text('main')[:400]}")


@pytest.mark.browser
@pytest.mark.slow
def test_from_files_to_a_watched_link(practice: str, chromium: Any) -> None:
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(PATIENCE_MS)
    broken: list[str] = []
    page.on("response", lambda r: broken.append(f"{r.status} {r.url}") if r.status >= 500 else None)
    page.on("pageerror", lambda e: broken.append(str(e)))
    page.goto(practice)
    mouse = Mouse(page)
    mouse.click("button.pri")
    mouse.click("a:has-text('Import')")
    mouse.click("button:has-text('Take the sample files')")
    mouse.click(".top button:has-text('Start')")
    mouse.until("/import", "tbody tr:nth-child(5) .chip.good")
    mouse.until("/gap", '.stats a:first-child b:not(:text-is("0"))')
    assert int(page.locator(".stats b").first.inner_text().replace(",", "")) > 100
    mouse.click("nav[aria-label=Main] a:has-text('Batches')")
    mouse.click("button:has-text('find their contacts')")
    mouse.until("/batches", "button:has-text('Create batch of')")
    page.wait_for_timeout(3000)
    mouse.until("/jobs", "tr:has-text('contacts') .chip.good")
    for _ in range(3):
        page.goto(re.sub(r"(https?://[^/]+).*", r"\1/batches", page.url))
        mouse.click("button:has-text('Create batch of')")
        mouse.click("a:has-text('Review all')")
        page.go_back()
        mouse.click(".send button:has-text('Schedule')")
    live(mouse)
    assert broken == []
    assert mouse.clicks <= MOST_CLICKS
    page.close()


def live(mouse: Mouse) -> None:
    """Let days pass and confirm every proposed outcome, until pages are watched for the link. Whether and when a
    person of the practice world then places it is chance; tests/journeys follow that to the proof."""
    base = mouse.page.url.split("/batches")[0]
    for _ in range(10):
        mouse.click("button:has-text('Next day')")
        mouse.page.goto(f"{base}/inbox")
        while mouse.page.locator("a.th").count() and mouse.page.locator(".oc.sug").count():
            mouse.click(".oc.sug")
        mouse.page.goto(f"{base}/links")
        if mouse.page.locator("tbody .chip").count():
            break
    assert mouse.page.locator("tbody .chip").count(), "nobody agreed in 10 practice days"
    mouse.page.goto(f"{base}/report/learned")
    assert "pitches" in mouse.page.inner_text("main")
