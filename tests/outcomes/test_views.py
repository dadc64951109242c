"""The screens of placed links, as their owner and as a stranger see them."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from crm import db
from crm.models.prospects import Prospect
from crm.outcomes import run, service
from tests.little_web import Answer, LittleWeb
from tests.outcomes.conftest import BARE, GOOD, PAGE, TARGET


@pytest.fixture
def link(world: Any, prospect: Prospect, web: LittleWeb) -> str:
    web["blog.example", "/post"] = GOOD
    with db.transaction() as s:
        placement = service.watch(s, world.project, PAGE, TARGET)
    run.check(placement.id)
    return placement.public_id


def test_the_list_shows_each_link_with_state_and_last_finding(ada: FlaskClient, link: str) -> None:
    page = ada.get("/links").text
    assert "blog.example" in page and "Live" in page and "Check now" in page
    assert "blog.example" not in ada.get("/links?state=lost").text.split('id="main"')[1]


def test_an_empty_list_says_what_belongs_there(ada: FlaskClient) -> None:
    page = ada.get("/links").text
    assert "No links yet" in page and "/links/new" in page


def test_one_link_shows_the_sentence_with_the_link_marked(ada: FlaskClient, link: str) -> None:
    page = ada.get(f"/links/{link}").text
    assert "<blockquote>Read <mark>the guide</mark> first.</blockquote>" in page
    assert "every day in its first week" in page


def test_check_now_looks_again_and_says_what_was_seen(ada: FlaskClient, link: str, web: LittleWeb) -> None:
    web["blog.example", "/post"] = BARE
    page = ada.post(f"/links/{link}/check", follow_redirects=True).text
    assert "The link is not there" in page and "looked at again before it counts as lost" in page


def test_checking_all_is_a_job(ada: FlaskClient, link: str) -> None:
    from crm import work

    answer = ada.post("/links/check")
    assert answer.status_code == 303 and "/jobs/" in answer.headers["Location"]
    assert work.run_until_idle() == 1


def test_the_proof_is_a_text_with_page_time_and_sum(ada: FlaskClient, link: str) -> None:
    answer = ada.get(f"/links/{link}/proof/1")
    assert answer.mimetype == "text/plain" and "attachment" in answer.headers["Content-Disposition"]
    assert "SHA-256" in answer.text and "Read the guide first." in answer.text and GOOD in answer.text
    assert ada.get(f"/links/{link}/proof/99").status_code == 404


def test_a_link_is_added_by_hand_and_looked_for_at_once(
    ada: FlaskClient, world: Any, web: LittleWeb, now: object
) -> None:
    web["blog.example", "/post"] = GOOD
    form = {"page_url": PAGE, "target_url": TARGET, "channel": "bought", "cost": "49,50", "currency": "USD"}
    page = ada.post("/links/new", data=form, follow_redirects=True).text
    assert "The link is there" in page and "49.5" in page


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [("page_url", "", "Paste the address"), ("page_url", "x y", "not the address"), ("target_url", "", "Say which page"),
     ("cost", "much", "a number"), ("channel", "magic", "where the link came from")],
)  # fmt: skip
def test_a_wrong_field_is_named_and_nothing_typed_is_lost(
    ada: FlaskClient, world: Any, field: str, value: str, words: str
) -> None:
    form = {"page_url": PAGE, "target_url": TARGET, "note": "my long note", field: value}
    answer = ada.post("/links/new", data=form)
    assert answer.status_code == 422 and words in answer.text and "my long note" in answer.text


def test_an_unreadable_page_offers_to_paste_its_source(ada: FlaskClient, link: str, web: LittleWeb) -> None:
    web["blog.example", "/post"] = Answer("no", 403)
    assert "Paste the source" in ada.post(f"/links/{link}/check", follow_redirects=True).text
    page = ada.post(f"/links/{link}/source", data={"source": GOOD}, follow_redirects=True).text
    assert "The link is there" in page
    assert ada.post(f"/links/{link}/source", data={"source": "words"}).status_code == 422


def test_stopping_to_look_can_be_undone(ada: FlaskClient, link: str) -> None:
    page = ada.post(f"/links/{link}/stop", follow_redirects=True).text
    assert "No longer looked for" in page and "stopped" in page and "/undo/" in page


def test_channel_and_cost_are_saved(ada: FlaskClient, link: str) -> None:
    page = ada.post(f"/links/{link}/channel", data={"channel": "programme", "cost": "120"}, follow_redirects=True).text
    assert "Saved" in page and "120" in page


def test_hostile_words_of_a_page_are_shown_as_words(ada: FlaskClient, link: str, web: LittleWeb) -> None:
    nasty = "&lt;script&gt;alert(1)&lt;/script&gt;"
    web["blog.example", "/post"] = GOOD.replace("the guide", nasty).replace("Read", "<img src=x onerror=alert(1)>Read")
    page = ada.post(f"/links/{link}/check", follow_redirects=True).text
    assert "<script>alert" not in page and "onerror" not in page and nasty in page


@pytest.mark.parametrize("path", ["", "/proof/1"])
def test_a_stranger_sees_nothing_of_it(cleo: FlaskClient, link: str, path: str) -> None:
    assert cleo.get(f"/links/{link}{path}").status_code == 404
    assert "blog.example" not in cleo.get("/links").text


@pytest.mark.parametrize("path", ["/check", "/source", "/channel", "/stop"])
def test_a_stranger_changes_nothing_of_it(cleo: FlaskClient, link: str, path: str) -> None:
    assert cleo.post(f"/links/{link}{path}", data={"source": "<p>", "channel": "bought"}).status_code == 404


GA4 = "# Start date: 20261101\n# End date: 20261123\nSession source / medium,Landing page,Sessions,Engaged sessions,Key events\n"


def test_visits_are_taken_in_and_stand_beside_their_link(ada: FlaskClient, cleo: FlaskClient, link: str) -> None:
    def post(text: str, **days: str) -> TestResponse:
        form = {"file": (io.BytesIO(text.encode()), "ga4.csv"), **days}
        return ada.post("/links/visits", data=form, follow_redirects=True)

    page = post(
        GA4 + "blog.example / referral,/guide,31,20,2\nother.example / referral,/,5,1,0\ngoogle / organic,/,900,1,0\n"
    ).text
    assert "Visits from 2 sites taken in; 1 lines named no site" in page and "2026-11-01 to 2026-11-23" in page
    assert (
        f"/links/{link}" in page
        and "other.example" in page
        and page.index("blog.example") < page.index("other.example")
    )
    answer = post("name,visitors\nblog.example,3\n")
    assert answer.status_code == 422 and "does not say its days" in answer.text
    assert "Visits from 1 sites" in post("name,visitors\nblog.example,3\n", starts="2026-10-01", ends="2026-10-31").text
    assert post("a,b\n1,2\n").status_code == 422 and post("").status_code == 422
    assert post(GA4, starts="2026-11-05", ends="2026-11-01").status_code == 422
    assert "blog.example" not in cleo.get("/links/visits").text


def test_reminders_are_listed_done_put_off_and_undone(
    ada: FlaskClient, cleo: FlaskClient, prospect: Prospect, now: object
) -> None:
    url = f"/prospects/{prospect.public_id}"
    text = ada.post(f"{url}/remind", data={"text": "ask Ines", "on": "2026-11-23"}, follow_redirects=True).text
    assert "blog.example: ask Ines" in text and "/done" in text
    text = ada.get("/reminders").text
    assert "1 due" in text and "ask Ines" in text
    own = text.split("/reminders/")[1].split("/")[0]
    assert cleo.post(f"/reminders/{own}/done").status_code == 404 and "ask Ines" not in cleo.get("/reminders").text
    assert ada.post(f"/reminders/{own}/later", data={"on": "2026-11-01"}).status_code == 422
    assert ada.post(f"/reminders/{own}/later", data={"on": "soon"}).status_code == 422
    text = ada.post(f"/reminders/{own}/later", data={"on": "2026-12-01"}, follow_redirects=True).text
    assert "Nothing is due today" in text and "Coming" in text
    text = ada.post(f"/reminders/{own}/done", follow_redirects=True).text
    assert "ask Ines" not in text
    ada.post(f"/undo/{text.split('/undo/')[1].split(chr(34))[0]}")
    assert "ask Ines" in ada.get("/reminders").text


def test_sites_that_asked_to_be_asked_again_are_on_the_list_and_on_their_page(
    ada: FlaskClient, prospect: Prospect
) -> None:
    with db.transaction() as s:
        s.get_one(Prospect, prospect.id).wake_on = datetime(2027, 1, 18, tzinfo=UTC)
    assert "Asked to be asked again" in ada.get("/reminders").text
    assert "Asked to be asked again on" in ada.get(f"/prospects/{prospect.public_id}").text
