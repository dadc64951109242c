"""The own site: a bounded walk that goes on where it stopped, crawlers' and Search Console's files, the three ticks."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from crm import clock, db, work
from crm.adapters import web as adapter
from crm.errors import BadInput
from crm.models.accounts import Competitor
from crm.models.events import Job
from crm.models.gap import Import, LinkingPage
from crm.models.prospects import Prospect
from crm.models.targets import HealthCheck, OwnPage, TargetPage
from crm.targets import crawlfiles, queries, run, service
from crm.targets.health import page_number
from crm.targets.sitegraph import Walk, summary
from tests.conftest import World
from tests.little_web import Answer, LittleWeb

SITE = "tidyclock.example"
GUIDE = f"https://{SITE}/guide"
LONG = "<p>" + "Words about clocks and hours stand here in some number. " * 40 + "</p>"


def html(*links: str, head: str = "", title: str = "Page") -> str:
    made = "".join(f"<p><a href='{x}'>to {x}</a></p>" for x in links)
    return f"<html lang=en><head><title>{title}</title>{head}</head><body><main><h1>{title}</h1>{LONG}{made}</main></body></html>"


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[LittleWeb]:
    with LittleWeb() as running:
        monkeypatch.setattr(adapter, "_default", running.fetcher(seconds=2))
        running[SITE, "/"] = html("/a", "/b", "/guide", "/photo.jpg", "https://other.example/x", "#top")
        running[SITE, "/a"] = html("/guide", "/a/deep")
        running[SITE, "/b"] = html("/guide", "/gone")
        running[SITE, "/a/deep"] = html("/a/deeper")
        running[SITE, "/a/deeper"] = html("/a/deepest")
        running[SITE, "/a/deepest"] = html("/")
        running[SITE, "/guide"] = html("/", head=f"<link rel=canonical href='{GUIDE}'>", title="Guide")
        running[SITE, "/alone"] = html("/")
        places = "".join(f"<url><loc>https://{SITE}{p}</loc></url>" for p in ("/", "/a", "/alone"))
        running[SITE, "/sitemap.xml"] = Answer(f"<urlset>{places}</urlset>", headers={"Content-Type": "text/xml"})
        yield running


@pytest.fixture
def guide(world: World, now: object) -> int:
    with db.transaction() as s:
        return service.add(s, s.merge(world.project), GUIDE).id


def walk(world: World) -> Job:
    with db.transaction() as s:
        number = service.check_soon(s, s.merge(world.project)).id
    assert work.run_until_idle() == 1
    with db.reading() as s:
        return s.get_one(Job, number)


def findings(guide: int) -> dict[str, Any]:
    with db.reading() as s:
        check = service.last_check(s, s.get_one(TargetPage, guide))
        assert check is not None
        return {f["rule"]: f for f in check.findings}


def test_the_walk_counts_links_clicks_and_the_sitemap(world: World, guide: int, web: LittleWeb) -> None:
    job = walk(world)
    assert job.state == "done" and job.result["own_pages"] == 9
    with db.reading() as s:
        rows = {r.url.removeprefix(f"https://{SITE}"): r.data for r in s.scalars(select(OwnPage))}
        told = queries.site(s, world.project)
    assert (rows["/guide"]["depth"], rows["/guide"]["inlinks"], rows["/guide"]["in_sitemap"]) == (1, 3, False)
    assert rows["/a/deepest"]["depth"] == 4 and rows["/alone"]["depth"] is None and rows["/gone"]["status"] == 404
    assert told is not None and told[0].whole and told[0].dead == (f"https://{SITE}/gone",)
    assert told[0].orphans == (f"https://{SITE}/alone",) and told[0].deep == (f"https://{SITE}/a/deepest",)
    found = findings(guide)
    assert found["inlinks"]["words"] == "3 of your own pages of 9 that were read link to it."
    assert found["sitemap"]["level"] == "warn" and "depth" not in found
    assert not any(host == "other.example" for host, _, _ in web.asked)


def test_the_walk_stops_at_its_limit_and_says_so(
    world: World, guide: int, web: LittleWeb, monkeypatch: pytest.MonkeyPatch, ada: FlaskClient
) -> None:
    monkeypatch.setenv("BACKLOOP_OWN_PAGES", "4")
    assert walk(world).result["own_pages"] == 4
    page = ada.get("/targets").text
    assert "4 pages read" in page and "the most that one walk reads (4)" in page


def test_a_walk_that_was_stopped_goes_on_without_asking_again(world: World, guide: int, web: LittleWeb) -> None:
    walk(world)
    before = len(web.asked)
    walk(world)
    again = [path for _, path, _ in web.asked[before:]]
    assert set(again) <= {"/guide", "/sitemap.xml", "/robots.txt"}  # the target itself is looked at each time


def test_pages_of_series_and_broken_ones_are_told(world: World, guide: int, web: LittleWeb) -> None:
    web[SITE, "/guide"] = html("/", head=f"<link rel=canonical href='{GUIDE}'>") + "<a rel=next href='/gone'>Next</a>"
    walk(world)
    assert "/gone" in findings(guide)["pagination"]["words"]
    assert page_number(f"https://{SITE}/blog/page/3/") == 3 and page_number(f"https://{SITE}/x?page=2") == 2
    assert page_number(f"https://{SITE}/page/1") is None and page_number(f"https://{SITE}/pages/2024") is None


@pytest.mark.parametrize(
    ("answer", "rule", "words"),
    [
        (Answer(html(), headers={"X-Robots-Tag": "noindex"}), "index", "noindex"),
        (Answer(html(), headers={"Link": f'<https://{SITE}/b>; rel="canonical"'}), "canonical", f"https://{SITE}/b"),
    ],
)
def test_what_headers_say_counts(
    world: World, guide: int, web: LittleWeb, answer: Answer, rule: str, words: str
) -> None:
    web[SITE, "/guide"] = answer
    assert run.check(guide) is False
    assert findings(guide)[rule]["level"] == "bad" and words in findings(guide)[rule]["words"]


def test_robots_that_shut_engines_out_are_told_and_the_page_is_read_all_the_same(
    world: World, guide: int, web: LittleWeb
) -> None:
    web[SITE, "/robots.txt"] = "User-agent: *\nDisallow: /guide\n"
    assert run.check(guide) is False
    assert findings(guide)["status"]["level"] == "ok" and "robots.txt" in findings(guide)["index"]["words"]


def test_the_text_is_measured_against_the_rivals_linked_page(world: World, guide: int, web: LittleWeb) -> None:
    web[SITE, "/guide"] = "<html><body><main><h1>Guide</h1><p>" + "few words here " * 90 + "</p></main></body></html>"
    web["rival.example", "/sheet"] = html(title="Sheet").replace(LONG, LONG * 5)
    with db.transaction() as s:
        rival = Competitor(project_id=world.project.id, domain="rival.example", position=0, created_at=clock.now())
        file = Import(project_id=world.project.id, filename="r.csv", sha256="0", size=1, uploaded_at=clock.now())
        s.add_all([rival, file])
        s.flush()
        for n, target in enumerate(["https://rival.example/", "https://rival.example/sheet"]):
            row = LinkingPage(
                project_id=world.project.id, import_id=file.id, competitor_id=rival.id, file_row=n, source_key=f"s{n}",
                source_url=f"https://s{n}.example/", source_domain=f"s{n}.example", target_url=target,
            )  # fmt: skip
            s.add(row)
            s.flush()
            s.add(Prospect(project_id=world.project.id, domain=f"s{n}.example", stage_at=clock.now(), created_at=clock.now(), best_page_id=row.id, target_page_id=guide))  # fmt: skip  # noqa: E501
    run.check(guide)
    assert "on the rival's linked page (https://rival.example/sheet)" in findings(guide)["text"]["words"]


FROG = (
    '"Internal - HTML"\n"Address","Content Type","Status Code","Status","Indexability","Indexability Status","Title 1",'
    '"Word Count","Crawl Depth","Inlinks","Unique Inlinks","Response Time"\n'
    f'"{GUIDE}","text/html","200","OK","Non-Indexable","noindex","Guide","800","5","9","2","0.41"\n'
    f'"https://{SITE}/old","text/html","301","Moved","Non-Indexable","Redirected","","0","1","4","3","0.1"\n'
    '"https://other.example/x","text/html","200","OK","Indexable","","X","1","1","1","1","0.1"\n'
)


def pack(**files: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as z:
        for name, text in files.items():
            z.writestr(f"{name}.csv", text)
    return made.getvalue()


CONSOLE = pack(
    Chart="Date,Affected pages\n2026-11-01,1\n",
    Metadata="Property,Value\nSitemap,All known pages\nIssue,Crawled - currently not indexed\n",
    Table=f"URL,Last crawled\n{GUIDE},2026-11-02\n",
)


def test_a_crawlers_table_is_read_whatever_stands_above_it() -> None:
    found = crawlfiles.read(FROG.encode("utf-16"), "internal_html.csv", SITE)
    assert found.source == "screamingfrog" and found.skipped == 1 and len(found.pages) == 2
    url, facts = found.pages[0]
    assert url == GUIDE and (facts["status"], facts["depth"], facts["inlinks"], facts["words"]) == (200, 5, 2, 800)
    german = f"Adresse;Status-Code;Crawl-Tiefe\n{GUIDE};200;2\n"
    assert crawlfiles.read(german.encode(), "de.csv", SITE).pages[0][1] == {"status": 200, "depth": 2}


def test_search_consoles_export_is_read_with_its_reason() -> None:
    found = crawlfiles.read(CONSOLE, "tidyclock.zip", SITE)
    assert (found.source, found.reason) == ("search_console", "Crawled - currently not indexed")
    single = crawlfiles.read(f"URL,Last crawled\n{GUIDE},2026-11-02\n".encode(), "Table.csv", SITE, reason="Soft 404")
    assert single.pages[0][1]["reason"] == "Soft 404"


@pytest.mark.parametrize("body", [b"a,b\n1,2\n", b"PK\x03\x04broken", b"\x00\xff\x00", b"URL\nhttps://x.example/\n"])
def test_what_is_no_such_file_is_refused_with_what_to_export(body: bytes) -> None:
    with pytest.raises(BadInput, match=r"(no table of own pages|cannot be unpacked)"):
        crawlfiles.read(body, "x.csv", SITE)


def test_files_on_the_screen_feed_the_health_of_the_page(
    world: World, guide: int, web: LittleWeb, ada: FlaskClient, cleo: FlaskClient
) -> None:
    def post(client: FlaskClient, body: bytes, name: str) -> Any:
        return client.post("/targets/file", data={"file": (io.BytesIO(body), name)}, follow_redirects=True)

    assert "2 pages of yours taken in, 1 lines left out" in post(ada, FROG.encode(), "internal_html.csv").text
    run.check(guide)
    found = findings(guide)
    assert found["crawler"]["words"] == "Your crawler's file says: not indexable (noindex)."
    assert found["depth"]["words"].startswith("5 clicks")
    post(ada, CONSOLE, "coverage.zip")
    run.check(guide)
    assert findings(guide)["search_console"]["level"] == "warn"
    fault = pack(Metadata="Issue,Excluded by 'noindex' tag\n", Table=f"URL,Last crawled\n{GUIDE},2026-11-02\n")
    post(ada, fault, "coverage.zip")
    assert run.check(guide) is False and findings(guide)["search_console"]["level"] == "bad"
    answer = post(ada, b"a,b\n1,2\n", "x.csv")
    assert answer.status_code == 422 and "needs a column" in answer.text
    assert "0 pages of yours taken in" in post(cleo, FROG.encode(), "internal_html.csv").text


def test_the_ticks_are_asked_for_kept_and_shown_with_the_reason_to_do_without(
    world: World, guide: int, ada: FlaskClient
) -> None:
    with db.transaction() as s:
        s.add(HealthCheck(target_page_id=guide, at=clock.now(), passed=True, findings=[]))
        page = s.get_one(TargetPage, guide)
        public_id = page.public_id
        assert len(service.unjudged(page)) == 3
    assert "Needs your word" in ada.get("/targets").text
    ada.post(f"/targets/{public_id}/judge", data={"tick": ["meets_intent"]})
    with db.reading() as s:
        assert service.unjudged(s.get_one(TargetPage, guide)) == ["deserves_inclusion", "shows_trust"]
    text = ada.post(
        f"/targets/{public_id}/judge", data={"tick": [], "override": "the boss wants it"}, follow_redirects=True
    ).text
    assert "1 of 3 ticks" in text and "because: the boss wants it" in text
    with db.reading() as s:
        assert service.unjudged(s.get_one(TargetPage, guide)) == []
    assert "Needs your word" not in ada.get("/targets").text


def test_a_walk_leaves_files_and_strangers_alone_and_counts_each_page_once() -> None:
    walk = Walk(SITE, 10)
    walk.add([f"https://{SITE}/", f"http://www.{SITE}/", f"https://{SITE}/x.pdf", "mailto:a@b.example"], 0)
    assert walk.next() == f"https://{SITE}/" and walk.next() is None
    walk.read(f"https://{SITE}/", {"status": 200}, [f"https://{SITE}/a#1", f"https://{SITE}/a#2", f"https://{SITE}/"])
    assert walk.next() == f"https://{SITE}/a" and not walk.waiting
    walk.read(f"https://{SITE}/a", {"status": 200}, [])
    rows = {url: data for _, url, data in walk.result()}
    assert rows[f"https://{SITE}/a"]["inlinks"] == 1 and rows[f"https://{SITE}/"]["inlinks"] == 0
    assert summary([], whole=True).pages == 0
