"""Five export files of three tools, dropped together, become a filtered view of linking pages in under two minutes."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crm import db, work
from crm.accounts import service as accounts
from crm.gap import run  # noqa: F401  registers the handlers of imports and the gap
from crm.models.accounts import Project
from tests.conftest import PASSWORD, World

TWO_MINUTES = 120
AHREFS = "Referring page title,Referring page URL,Language,Domain rating,UR,Domain traffic,External links,Target URL,Anchor,Nofollow,Lost,First seen"
SEMRUSH = (
    "Page ascore,Source title,Source url,Target url,Anchor,External links,Internal links,Nofollow,First seen,Last seen"
)
MAJESTIC = "Target URL,Source URL,Anchor Text,Source Crawl Date,Source First Found Date,FlagNoFollow,FlagImageLink,SourceCitationFlow,SourceTrustFlow"
TOPICS = ("invoicing", "time tracking", "payroll", "estimates", "bookkeeping", "contracts", "scheduling", "expenses")


def sites(n: int) -> list[tuple[str, str, str, int]]:
    """(site, path, title, how many rivals it links to): lists of resources, articles, forum threads."""
    made = []
    for i in range(n):
        topic = TOPICS[i % len(TOPICS)]
        path, title = (
            ("useful-resources", f"Useful resources for {topic}"),
            (f"blog/{topic.replace(' ', '-')}-mistakes", f"Seven mistakes in {topic}"),
            (f"forum/viewtopic.php?t={i}", f"Which app for {topic}? - Forum"),
        )[i % 3]
        made.append((f"{topic.split()[0]}-site{i}.example", path, title, 1 + (i // 3) % 4))
    return made


def five_files(folder: Path, n: int = 240) -> list[Path]:
    """Own links and one rival in one layout, two rivals in a second, one in a third."""
    found = sites(n)
    rows: dict[str, list[str]] = {name: [] for name in "oabcd"}
    for i, (site, path, title, rivals) in enumerate(found):
        url, day = f"https://www.{site}/{path}", f"2026-{1 + i % 9:02d}-{1 + i % 27:02d}"
        if i % 11 == 0:
            rows["o"].append(
                f"{title},{url},en,{30 + i % 60},20,{i * 40},35,https://tidyclock.example/kit,Tidyclock,false,,{day}"
            )
        for k in range(rivals):
            name = "abcd"[k]
            target, anchor = f"https://rival-{name}.example/tools", f"rival-{name} timer"
            if name in "a":
                rows[name].append(f"{title},{url},en,{30 + i % 60},20,{i * 40},35,{target},{anchor},false,,{day}")
            elif name in "bc":
                rows[name].append(
                    f"{20 + i % 50},{title},{url},{target},{anchor},35,12,false,{day} 10:00:00,2026-11-01 09:00:00"
                )
            else:
                rows[name].append(f"{target},{url},{anchor},2026-11-02,{day},,,{10 + i % 40},{8 + i % 40}")
    heads = {"o": AHREFS, "a": AHREFS, "b": SEMRUSH, "c": SEMRUSH, "d": MAJESTIC}
    names = {"o": "own-backlinks", "a": "rival-a", "b": "rival-b", "c": "rival-c", "d": "rival-d"}
    paths = []
    for key, lines in rows.items():
        text = "\n".join([heads[key], *lines]) + "\n"
        path = folder / f"{names[key]}.csv"
        path.write_bytes(text.encode("utf-16") if key == "a" else text.encode())
        paths.append(path)
    return paths


@pytest.fixture
def working(app: Any) -> Iterator[None]:
    """A worker beside the pages, as in real life."""
    stop = threading.Event()

    def loop() -> None:
        while not stop.is_set():
            work.run_until_idle()
            stop.wait(0.2)

    thread = threading.Thread(target=loop, daemon=True)
    thread.start()
    yield
    stop.set()
    thread.join()


@pytest.mark.browser
def test_five_files_of_three_tools_to_resource_pages_not_contacted(
    chromium: Any, served: str, world: World, working: None, tmp_path: Path
) -> None:
    with db.transaction() as s:
        for name in "abcd":
            accounts.add_competitor(s, s.get_one(Project, world.project.id), f"rival-{name}.example")
    files = five_files(tmp_path)
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{served}/login")
    page.fill("input[name=email]", "ada@tidyclock.example")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{served}/")
    began = time.monotonic()
    page.goto(f"{served}/import")
    page.set_input_files("#files", [str(path) for path in files])
    page.wait_for_selector("text=rival-d.csv")
    page.click("text=/^Start .*imports?/")
    _until(page, f"{served}/gap", "domains in the gap")
    page.click("nav >> text=Linking pages")
    page.click("a[data-key=F]")
    page.wait_for_selector("#filters")
    page.select_option("#filters select[name=overlap]", "3")
    page.select_option("#filters select[name=type]", "resource_page")
    page.select_option("#filters select[name=contacted]", "no")
    page.click("#filters >> text=Show these")
    page.wait_for_selector("text=Not contacted")
    seconds = time.monotonic() - began
    assert "overlap=3" in page.url and "type=resource_page" in page.url and "contacted=no" in page.url
    open_ = [one for i, one in enumerate(sites(240)) if i % 3 == 0 and one[3] >= 3 and i % 11]
    shown = page.inner_text(".card-f")
    assert f"{len(open_)} of {len(open_)} shown" in shown
    lines = page.locator("tbody tr").all_inner_texts()
    assert lines and all("useful-resources" in line for line in lines)
    assert all("3 of 4" in line or "4 of 4" in line for line in lines)
    page.click("th >> text=DR")
    page.wait_for_url("**sort=-dr**")
    first = page.locator("tbody tr").first.inner_text()
    assert first != lines[0]
    page.screenshot(path=str(tmp_path / "pages.png"))
    assert seconds < TWO_MINUTES, f"{seconds:.0f} seconds"
    print(f"five files to the filtered view: {seconds:.1f} s")
    context.close()


def _until(page: Any, url: str, words: str, seconds: float = 90) -> None:
    """Open a screen until it says something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        page.goto(url)
        if words in page.content():
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"{words!r} never came on {url}")
