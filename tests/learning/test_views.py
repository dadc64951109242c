"""What was learned, the planner and the quarterly review on the screen."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from crm import clock
from crm.db import reading, transaction
from crm.learning import queries, service
from crm.learning.changed import why
from crm.learning.triggers import response_drop
from crm.learning.variants import compare, next_variant
from crm.models.learning import IntentLabel, LearnedFit
from crm.models.mail import InboundMessage
from crm.models.mailboxes import Mailbox
from crm.models.prospects import Prospect
from crm.models.targets import Goal, TargetPage
from crm.prospects.service import rescore
from tests.conftest import World
from tests.learning.stage import campaign, ground, placed, prospect

START = datetime(2026, 9, 1, 9, tzinfo=UTC)
LATER = START + timedelta(days=80)
PAGES = ("/report/learned", "/report/learned?as=table", "/plan", "/review/quarter")


@pytest.fixture
def lived(world: World) -> object:
    with clock.at(LATER), transaction() as s:
        on = ground(s, world.project, START)
        campaign(s, on, START, "resource_page", 30, 4, 5)
        for _ in range(4):
            prospect(s, on, LATER, "resource_page")
        service.refit(s, world.project.id)
    with clock.at(LATER):
        yield


@pytest.mark.parametrize("path", PAGES)
def test_every_screen_answers_with_and_without_data(
    path: str, ada: FlaskClient, cleo: FlaskClient, lived: object
) -> None:
    assert ada.get(path).status_code == 200 and cleo.get(path).status_code == 200


def test_what_was_learned_is_said_with_its_range_and_doubt(ada: FlaskClient, lived: object) -> None:
    text = ada.get("/report/learned").text
    assert "Learned from 30 pitches" in text and "not enough data" in text
    assert "Resource pages" in text and "Links seen at a rival" in text and "clockly.example</span>" in text
    assert "/report/rows?by=link_type&amp;key=resource_page" in text


def test_a_refit_says_who_moved_and_why(ada: FlaskClient, world: World) -> None:
    with clock.at(LATER), transaction() as s:
        on = ground(s, world.project, START)
        for kind in ("unlinked_mention", "resource_page"):
            for _ in range(2):
                prospect(s, on, START, kind, overlap=2)
        rescore(s, world.project.id)
        campaign(s, on, START, "unlinked_mention", 40, 30, 0)
        campaign(s, on, START, "resource_page", 60, 5, 12)
        service.refit(s, world.project.id)
    with clock.at(LATER):
        text = ada.get("/report/learned").text
    assert "What changed and why" in text and "your own results with unlinked mentions ×1.00 → ×0." in text


def test_why_names_the_terms_that_moved_most_and_nothing_when_none_did() -> None:
    old = [("resource page: 8.0 % interested × 50 % placed", 0.12), ("relevance 94", 1.6), ("DR 38", 1.04)]
    new = [("resource page: 8.0 % interested × 70 % placed", 0.12), ("relevance 94", 1.61), ("DR 38", 1.5)]
    assert why(old, new, 0.5, 0.7) == "DR ×1.04 → ×1.50; placed once interested 50% → 70%"
    assert why(old, old, 0.5, 0.5) == ""
    assert why(old, [*old, ("template Short: 3 of 9", 0.5)], 0.5, 0.5) == "template Short ×1.00 → ×0.50"


def test_readings_count_by_themselves_once_people_of_the_team_agreed_often_enough(
    ada: FlaskClient, cleo: FlaskClient, lived: object, world: World
) -> None:
    assert "0 of 20 cases so far" in ada.get("/report/learned").text
    with transaction() as s:
        box = s.scalars(select(Mailbox)).first()
        for n in range(20):
            mail = InboundMessage(
                mailbox_id=box.id, folder="INBOX", uidvalidity=1, uid=n, content_sha256=str(n), kind="reply", at=START,
                read_at=START,
            )  # fmt: skip
            s.add(mail)
            s.flush()
            s.add(IntentLabel(inbound_id=mail.id, machine_intent="interested", intent="interested", at=START))
        s.flush()
        assert queries.trusted(s, world.project.id) == {"interested"}
    assert "counts by itself, 20 of 20 read rightly" in ada.get("/report/learned").text
    assert "counts by itself" not in cleo.get("/report/learned").text


def test_going_back_and_learning_again_work_without_javascript(ada: FlaskClient, world: World, lived: object) -> None:
    assert ada.post("/report/learned/reset").status_code == 303
    assert "Held: the score does not learn" in ada.get("/report/learned").text
    ada.post("/report/learned/refit")
    ada.post("/report/learned/pooling", data={"on": "1"})
    with reading() as s:
        fits = list(s.scalars(select(LearnedFit).where(LearnedFit.project_id == world.project.id)))
    assert [f.active for f in fits][-1] and not fits[-1].measures["held"]


def test_a_goal_becomes_pitches_a_week_and_says_what_is_short(
    ada: FlaskClient, cleo: FlaskClient, lived: object
) -> None:
    ada.post(
        "/plan/goal",
        data={"goal_links": "20", "type_resource_page": "12", "starts_on": "2026-11-01", "ends_on": "2026-12-31"},
    )
    text = ada.get("/plan").text
    assert "20 links by" in text and "short: re-run the gap" in text and "a week; you have 4 prospects" in text
    with reading() as s:
        assert s.scalars(select(Goal)).one().by_type == {"resource_page": 12}
    assert "20 links by" not in cleo.get("/plan").text


def test_a_goal_says_when_the_caps_let_it_be_done_and_what_each_month_asks(ada: FlaskClient, lived: object) -> None:
    ada.post("/plan/goal", data={"goal_links": "20", "starts_on": "2026-11-01", "ends_on": "2026-12-31"})
    text = ada.get("/plan").text
    assert "nine in ten of the links are there by" in text and "after the goal ends." in text
    assert "<td>November 2026</td>" in text and 'aria-label="Milestones"' in text
    ada.post("/plan/goal", data={"goal_links": "1", "starts_on": "2026-09-01", "ends_on": "2026-12-30"})
    assert "The goal is reached." in ada.get("/plan").text


def test_what_a_page_needs_is_kept_and_counts_down_with_its_links(
    ada: FlaskClient, cleo: FlaskClient, world: World, lived: object
) -> None:
    with transaction() as s:
        page = s.scalars(select(TargetPage)).one()
        form = {"page": page.public_id, "top1": "5", "top2": "1", "top3": "3", "have": "1"}
        ticks = {f"ok_{name}": "1" for name in ("intent", "trust", "health", "authority")}
    assert ada.post("/plan/page", data=form).status_code == 422  # the caveats come first
    assert cleo.post("/plan/page", data={**form, **ticks}).status_code == 404
    ada.post("/plan/page", data={**form, **ticks})
    assert "What your pages need" in ada.get("/plan").text and "2 links in all" in ada.get("/plan").text
    with transaction() as s:
        someone = s.scalars(select(Prospect).where(Prospect.stage == "contacted")).first()
        placed(s, someone, LATER, target_url=page.url, target_key="x", page_key="new", page_url="https://new.example/")
    assert "1 link in all" in ada.get("/plan").text
    ada.post(f"/plan/page/{page.public_id}/forget")
    assert "What your pages need" not in ada.get("/plan").text


def test_volume_rests_on_the_projects_own_results_unless_others_are_typed(
    ada: FlaskClient, cleo: FlaskClient, lived: object
) -> None:
    own = ada.get("/plan?links=24&link_type=resource_page").text
    assert "By your own 5 links of" in own
    assert "the rate is our guess" in cleo.get("/plan?links=24&link_type=resource_page").text
    assert "1,291 pitches to be 80% sure" in cleo.get("/plan?links=24&link_type=resource_page").text


def test_a_goal_that_makes_no_sense_is_refused(ada: FlaskClient, lived: object) -> None:
    for data in (
        {"goal_links": "0"},
        {"goal_links": "x"},
        {"goal_links": "5", "ends_on": "soon"},
        {"goal_links": "2", "type_list_post": "9"},
    ):
        assert ada.post("/plan/goal", data=data).status_code in (303, 422)
    with reading() as s:
        assert list(s.scalars(select(Goal))) == []


def test_the_calculators_give_the_known_figures_and_insist_on_the_caveats(ada: FlaskClient, world: World) -> None:
    figures = ada.get("/plan?links=24&link_type=resource_page&wins=9&matured=120").text
    assert "520 pitches to be 80% sure" in figures and "384 to be half sure" in figures
    tops = "/plan?top1=55&top2=1&top3=15"
    assert "Tick each caveat first" in ada.get(tops).text
    ticked = ada.get(f"{tops}&ok_intent=1&ok_trust=1&ok_health=1&ok_authority=1").text
    assert "24 more referring domains" in ticked and "median 15" in ticked
    assert "is not a number" in ada.get("/plan?links=many").text


def test_the_review_remembers_where_one_stopped(ada: FlaskClient, cleo: FlaskClient, lived: object) -> None:
    assert "0 of 7 done" in ada.get("/review/quarter").text
    ada.post("/review/quarter/pages", data={"done": "1"})
    ada.post("/review/quarter/competitors", data={"done": "1"})
    assert "2 of 7 done" in ada.get("/review/quarter").text and "0 of 7 done" in cleo.get("/review/quarter").text
    ada.post("/review/quarter/pages", data={"done": "0"})
    text = ada.get("/review/quarter").text
    assert "1 of 7 done" in text
    with clock.at(LATER + timedelta(days=60)):
        assert "0 of 7 done" in ada.get("/review/quarter").text


def answers(shares: list[tuple[int, float, int]]) -> pd.DataFrame:
    rows = []
    for n, share, days in shares:
        sent = pd.Timestamp(LATER - timedelta(days=days))
        rows += [
            {"sent_at": sent, "replied_at": sent + pd.Timedelta(days=2) if i < n * share else pd.NaT} for i in range(n)
        ]
    frame = pd.DataFrame(rows)
    return frame.assign(bounced=False, replied_at=pd.to_datetime(frame["replied_at"], utc=True))


def test_a_fall_of_the_response_rate_fires_only_beyond_noise() -> None:
    now = pd.Timestamp(LATER)
    fell = response_drop(answers([(60, 0.02, 20), (120, 0.2, 90)]), now)
    assert fell is not None and fell.fell and "Answers fell from 20% (24 of 120)" in fell.words()
    steady = response_drop(answers([(60, 0.15, 20), (120, 0.2, 90)]), now)
    assert steady is not None and not steady.fell
    assert response_drop(answers([(20, 0.0, 20), (120, 0.2, 90)]), now) is None
    young = answers([(60, 0.0, 5), (120, 0.2, 90)])
    assert response_drop(young, now) is None


def test_a_wording_is_named_the_better_one_only_from_95_percent_on() -> None:
    small = compare([("A", 25, 2), ("B", 25, 3)])
    assert not any(v.wins for v in small) and sum(v.best for v in small) == pytest.approx(1)
    large = compare([("A", 600, 40), ("B", 600, 90)])
    assert [v.wins for v in large] == [False, True]
    fewer = compare([("A", 100, 50), ("B", 20, 10)])
    assert fewer[0].best == pytest.approx(fewer[1].best, abs=0.06)
    chosen = [next_variant([("A", 600, 40), ("B", 600, 90)], np.random.default_rng(i)) for i in range(50)]
    assert chosen.count("B") > 45


def test_reasons_to_look_again_come_from_what_happened_since_the_last_gap(
    ada: FlaskClient, world: World, lived: object
) -> None:
    from crm import journal
    from crm.models.gap import Snapshot

    assert "Reasons to look at the gap again" not in ada.get("/review/quarter").text
    with clock.at(LATER - timedelta(days=100)), transaction() as s:
        s.add(Snapshot(project_id=world.project.id, at=clock.now(), changes={"spikes": {"clockly.example": 40}}))
    with transaction() as s:
        journal.record(s, "content.published", world.project, project=world.project)
    text = ada.get("/review/quarter").text
    assert (
        "The last gap is 100 days old" in text
        and "clockly.example gained 40" in text
        and "A new asset is published" in text
    )
