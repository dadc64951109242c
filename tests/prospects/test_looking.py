"""Reading linking pages: in the background within a budget, closer on request, from a pasted source; and the screens."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from crm import clock, db, work
from crm.adapters import web as adapter
from crm.models.accounts import Competitor
from crm.models.gap import Import, LinkingPage
from crm.models.pages import FetchTask
from crm.models.prospects import Prospect
from crm.pages.run import read_now
from crm.prospects import service
from crm.prospects.found import FoundDomain
from crm.prospects.looking import queries, run
from crm.prospects.looking import service as looking
from crm.prospects.signs import PageSigns
from crm.targets import queries as own
from crm.targets import service as targets
from tests.conftest import World, populate
from tests.little_web import Answer, LittleWeb

PAGE = (
    "<html lang=en><head><title>Time kit</title></head><body><main><article><h1>Time kit</h1>"
    "<p>We keep a <a href='https://rival.example/sheet'>weekly timesheet</a> on the wall. Tidyclock does it as well.</p>"
    "<p>And the <a href='https://gone.example/time-tracking'>time tracking hours sheet</a> is good.</p>"
    "<h2>More</h2><p>Each week has seven days, and the team writes the hours down on Friday.</p></article></main></body></html>"
)


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[LittleWeb]:
    with LittleWeb() as running:
        monkeypatch.setattr(adapter, "_default", running.fetcher(seconds=2))
        running["blog0.example", "/kit"] = PAGE
        running["rival.example", "/sheet"] = "<h1>Sheet</h1><p>A sheet.</p>"
        yield running


@pytest.fixture
def three(world: World, now: object) -> list[Prospect]:
    """Three sites with one linking page each, blog0 the best."""
    with db.transaction() as s:
        project = s.merge(world.project)
        page = targets.add(s, project, "https://tidyclock.example/guide", title="Time tracking guide")
        page.text = "A weekly timesheet needs no app. Write the hours down each day and look at them on Friday."
        rival = Competitor(project_id=project.id, domain="rival.example", position=0, created_at=clock.now())
        file = Import(project_id=project.id, filename="r.csv", sha256="0", size=1, uploaded_at=clock.now())
        s.add_all([rival, file])
        s.flush()
        for n in range(3):
            url = f"https://blog{n}.example/kit"
            row = LinkingPage(
                project_id=project.id, import_id=file.id, competitor_id=rival.id, file_row=n, source_url=url,
                source_key=f"blog{n}.example/kit", source_domain=f"blog{n}.example", title="Time kit",
                anchor="weekly timesheet", target_url="https://rival.example/sheet",
            )  # fmt: skip
            s.add(row)
            s.flush()
            signs = PageSigns(url, title="Time kit", anchor=row.anchor, target_url=row.target_url)
            service.upsert(s, project, [FoundDomain(f"blog{n}.example", "A", 1, row.id, (signs,), dr=60.0 - n)])
        return list(s.scalars(select(Prospect).order_by(Prospect.rank_value.desc())))


def again(p: Prospect) -> Prospect:
    with db.reading() as s:
        return s.get_one(Prospect, p.id)


def test_the_best_unread_pages_are_queued_within_the_days_budget(three: list[Prospect]) -> None:
    assert run.want_pages(0) == 0 and run.want_pages(2) == 2 and run.want_pages(2) == 0
    with db.reading() as s:
        assert sorted(s.scalars(select(FetchTask.host))) == sorted(p.domain for p in three[:2])
    with clock.at(clock.now() + timedelta(days=1)):
        assert run.want_pages(2) == 1 and run.want_pages(2) == 0


def test_a_page_that_was_read_is_not_queued_again(three: list[Prospect], world: World, web: LittleWeb) -> None:
    read_now(world.project.organisation_id, "https://blog0.example/kit")
    assert run.want_pages(9) == 2


def test_a_closer_look_tells_dead_links_with_our_page_and_the_habit(
    three: list[Prospect], ada: FlaskClient, web: LittleWeb
) -> None:
    first = next(p for p in three if p.domain == "blog0.example")
    web["blog0.example", "/"] = PAGE.replace("<h2>", "<p><a href='/a-longer-article-one'>One</a></p><h2>")
    web["blog0.example", "/a-longer-article-one"] = PAGE
    web["gone.example", "/robots.txt"] = Answer("", 404)
    answer = ada.post(f"/prospects/{first.public_id}/study")
    assert "/jobs/" in answer.headers["Location"] and work.run_until_idle() == 1
    text = ada.get(f"/prospects/{first.public_id}").text
    assert "time tracking hours sheet" in text and "seen dead since 2026-11-23" in text and "Yours instead:" in text
    assert "only 1 of its pages read" in text
    assert again(first).brief["habit"]["n_pages"] == 1


def test_what_we_may_not_read_is_opened_or_pasted(
    three: list[Prospect], ada: FlaskClient, world: World, web: LittleWeb
) -> None:
    first = next(p for p in three if p.domain == "blog0.example")
    web["blog0.example", "/kit"] = Answer("no", 403)
    read_now(world.project.organisation_id, "https://blog0.example/kit")
    text = ada.get(f"/prospects/{first.public_id}").text
    assert "We could not read it: HTTP 403" in text and "Paste its source" in text and "Open the page" in text
    url = f"/prospects/{first.public_id}/source"
    assert ada.post(url, data={"source": "only words"}).status_code == 422
    text = ada.post(url, data={"source": PAGE}, follow_redirects=True).text
    assert "We keep a <mark>weekly timesheet</mark> on the wall." in text and "Paste its source" not in text
    assert "A weekly timesheet needs no app." in text


def test_a_page_that_scripts_write_is_open_too(
    three: list[Prospect], ada: FlaskClient, world: World, web: LittleWeb
) -> None:
    first = next(p for p in three if p.domain == "blog0.example")
    web["blog0.example", "/kit"] = "<html><body><div id=root></div><script src=/app.js></script></body></html>"
    read_now(world.project.organisation_id, "https://blog0.example/kit")
    text = ada.get(f"/prospects/{first.public_id}").text
    assert "scripts write it in the browser" in text and "Paste its source" in text


def test_mentions_without_a_link_have_a_list(three: list[Prospect], ada: FlaskClient, cleo: FlaskClient) -> None:
    first = next(p for p in three if p.domain == "blog0.example")
    assert "None found yet" in ada.get("/prospects/mentions").text
    ada.post(f"/prospects/{first.public_id}/source", data={"source": PAGE})
    assert (
        "None found yet" in ada.get("/prospects/mentions").text
    )  # the mention is looked for when the page is followed
    with db.transaction() as s:
        row = s.get_one(Prospect, first.id)
        row.brief = {**row.brief, "mention": {"brand": "Tidyclock", "before": "", "after": " does it as well."}}
    text = ada.get("/prospects/mentions").text
    assert "<mark>Tidyclock</mark> does it as well." in text and "1 of 3 linking pages were read" in text
    assert "blog0.example" not in cleo.get("/prospects/mentions").text


def test_a_pitch_by_contact_form_is_logged_on_the_screen_and_can_be_undone(
    three: list[Prospect], ada: FlaskClient, cleo: FlaskClient
) -> None:
    url = f"/prospects/{three[0].public_id}/pitched"
    text = ada.post(
        url, data={"route": "LinkedIn", "note": "asked Ines", "remind_in_days": "5"}, follow_redirects=True
    ).text
    assert "Counted as sent by LinkedIn" in text and "asked Ines" in text and "/undo/" in text
    assert again(three[0]).stage == "contacted"
    token = text.split("/undo/")[1].split('"')[0]
    ada.post(f"/undo/{token}")
    assert again(three[0]).stage == "found"
    assert ada.post(url, data={"route": "pigeon"}).status_code == 422
    assert ada.post(url, data={"route": "X", "remind_in_days": "soon"}).status_code == 422
    assert cleo.post(url, data={"route": "X"}).status_code == 404


def test_what_is_read_of_pages_is_found_on_both_databases(both: str, now: object) -> None:
    with db.transaction() as s:
        world = populate(s)
        page = targets.add(s, world.project, "https://tidyclock.example/guide", title="Guide")
        said = {"mention": {"brand": "Tidyclock", "before": "", "after": " too"}}
        made = [
            Prospect(project_id=world.project.id, domain=f"b{n}.example", stage_at=clock.now(), created_at=clock.now(),
                     brief=said if n else {"mention": None}, inputs={"page_read": "https://b1.example/x"} if n else {})
            for n in range(2)
        ]  # fmt: skip
        s.add_all(made)
        s.flush()
        assert [m.prospect.domain for m in queries.unlinked(s, world.project)] == ["b1.example"]
        assert queries.read_count(s, world.project) == (1, 2)
        assert queries._form_url(s, world.project, made[0]) == ""
        rows = [("tidyclock.example/gone", "https://tidyclock.example/gone", {"status": 404}),
                ("tidyclock.example/guide", page.url, {"status": 200, "next": "https://tidyclock.example/gone"})]  # fmt: skip
        targets.keep_crawl(s, world.project, rows, whole=True)
        assert own.known_of(s, page)["next_page"] == "https://tidyclock.example/gone"
        assert looking.want_best(s, world.project, 5) == 0
