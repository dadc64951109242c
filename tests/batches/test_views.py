"""The batch screens: Ada's way from a suggestion to a scheduled batch, without JavaScript; and what Cleo sees."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from crm import clock, db
from crm.batches import service
from crm.models.accounts import Project
from crm.models.batches import Batch, BatchStep, Enrollment
from crm.models.mailboxes import Mailbox
from crm.models.prospects import Prospect
from crm.models.targets import HealthCheck, TargetPage
from crm.vocabulary import Angle
from tests.batches.conftest import make_mailbox, maker
from tests.conftest import World

NAMES = [f"site{n}.example" for n in range(4)]


def furnish(world: World, *, mailbox: bool = True, batch: bool = True) -> str:
    """Four ready prospects; a draft with them when asked. Returns the batch's public id."""
    with db.transaction() as s:
        project = s.get_one(Project, world.project.id)
        page = TargetPage(
            project_id=project.id,
            url="https://tidyclock.example/rate-worksheet",
            title="Hourly rate worksheet",
            page_type="asset",
            topic="hourly rates",
            deserves={"deserves_inclusion": True, "meets_intent": True, "shows_trust": True},
            created_at=clock.now(),
        )
        s.add(page)
        s.flush()
        s.add(HealthCheck(target_page_id=page.id, at=clock.now(), passed=True, findings=[]))
        box = make_mailbox(s, project) if mailbox else None
        make = maker(s, project, page)
        people = [make(d) for d in NAMES]
        if not batch:
            return ""
        return service.create(s, project, people, Angle.RESOURCE_PAGE, None, box, "Four").batch.public_id


def keys_of(public_id: str) -> list[str]:
    with db.reading() as s:
        query = select(Enrollment.public_id).join(Batch, Batch.id == Enrollment.batch_id)
        return list(s.scalars(query.where(Batch.public_id == public_id).order_by(Enrollment.id)))


def state(public_id: str) -> str:
    with db.reading() as s:
        return s.scalars(select(Batch.state).where(Batch.public_id == public_id)).one()


def text(response: object) -> str:
    return response.get_data(as_text=True)  # type: ignore[attr-defined]


@pytest.mark.usefixtures("now")
def test_from_the_suggestion_to_a_scheduled_batch_with_plain_forms(ada: FlaskClient, world: World) -> None:
    furnish(world, batch=False)
    assert "Create batch of 4" in text(ada.get("/batches"))
    made = ada.post("/batches/suggested", data={"group": "resource_page.asset.resource_page"})
    url = made.headers["Location"]
    page = text(ada.get(url))
    assert "4 of 4 ready" in page
    assert "Schedule 4 for Tue 24 Nov" in page
    review = text(ada.get(f"{url}/review"))
    assert "1 of 4" in review
    key = keys_of(url.rsplit("/", 1)[1])[0]
    after = ada.post(f"{url}/people/{key}/review", data={"verdict": "approve"})
    assert "review?at=" in after.headers["Location"]
    scheduled = ada.post(f"{url}/schedule", follow_redirects=True)
    assert "Scheduled 4." in text(scheduled)
    assert "Undo" in text(scheduled)
    assert state(url.rsplit("/", 1)[1]) == "running"


@pytest.mark.usefixtures("now")
def test_a_mailbox_is_asked_for_only_at_the_first_schedule(ada: FlaskClient, world: World) -> None:
    public_id = furnish(world, mailbox=False)
    assert ada.get(f"/batches/{public_id}").status_code == 200
    asked = ada.post(f"/batches/{public_id}/schedule")
    assert asked.headers["Location"] == f"/settings/mailboxes/new?next=/batches/{public_id}"
    assert state(public_id) == "draft"


@pytest.mark.usefixtures("now")
def test_a_wrong_variable_is_told_beside_the_text_and_nothing_typed_is_lost(ada: FlaskClient, world: World) -> None:
    public_id = furnish(world)
    answer = ada.post(f"/batches/{public_id}/steps/1", data={"subject": "My subject", "body": "Dear {{ frist_name }},"})
    assert answer.status_code == 422
    assert "there is no field “frist_name”" in text(answer)
    assert "Dear {{ frist_name }}," in text(answer)
    with db.reading() as s:
        assert s.scalars(select(BatchStep.version)).all() == [1, 1, 1]


@pytest.mark.usefixtures("now")
def test_autosave_gets_only_the_preview_and_the_checks(ada: FlaskClient, world: World) -> None:
    public_id = furnish(world)
    data = {"subject": "Worksheet for {{ site }}", "body": "{{ greeting }},\n\n{{ opening_line }}\n\n{{ page_url }}"}
    answer = ada.post(f"/batches/{public_id}/steps/1", data=data, headers={"HX-Request-Type": "partial"})
    body = text(answer)
    assert answer.status_code == 200
    assert body.lstrip().startswith("<div")
    assert "Worksheet for site0.example" in body
    assert "<html" not in body


@pytest.mark.usefixtures("now")
def test_the_first_line_and_a_whole_mail_can_be_written_for_one_person(ada: FlaskClient, world: World) -> None:
    public_id = furnish(world)
    key = keys_of(public_id)[0]
    ada.post(f"/batches/{public_id}/people/{key}", data={"opening_line": "Your kit <b>starts</b> well."})
    page = text(ada.get(f"/batches/{public_id}?to={key}"))
    assert "Your kit &lt;b&gt;starts&lt;/b&gt; well." in page
    assert "your words" in page
    ada.post(f"/batches/{public_id}/people/{key}", data={"body": "All mine.", "subject": "Mine only", "step": "1"})
    assert "All mine." in text(ada.get(f"/batches/{public_id}/review?at={key}"))


@pytest.mark.usefixtures("now")
def test_people_can_be_dropped_and_brought_back_and_added(ada: FlaskClient, world: World) -> None:
    public_id = furnish(world)
    key = keys_of(public_id)[3]
    dropped = text(ada.post(f"/batches/{public_id}/people/{key}/drop", follow_redirects=True))
    assert "Dropped site3.example" in dropped
    token = re.search(r"/undo/([\w-]+)", dropped)
    assert token is not None
    assert "site3.example" in text(ada.get(f"/batches/{public_id}/people"))
    ada.post(f"/undo/{token.group(1)}")
    assert len(keys_of(public_id)) == 4


@pytest.mark.usefixtures("now")
def test_a_running_batch_can_be_paused_resumed_stopped_and_copied(ada: FlaskClient, world: World) -> None:
    public_id = furnish(world)
    ada.post(f"/batches/{public_id}/schedule")
    assert "4 first mails" in text(ada.get(f"/batches/{public_id}/run"))
    for verb, now_state in (("pause", "paused"), ("resume", "running"), ("stop", "done")):
        ada.post(f"/batches/{public_id}/{verb}")
        assert state(public_id) == now_state
    assert ada.get(f"/batches/{public_id}/run", headers={"HX-Request-Type": "partial"}).status_code == 200
    copied = ada.post(f"/batches/{public_id}/copy").headers["Location"]
    assert ada.get(copied).status_code == 200
    assert ada.post(f"{copied}/delete").headers["Location"] == "/batches"
    assert ada.get(copied).status_code == 404


@pytest.mark.usefixtures("now")
def test_schedule_settings_are_checked(ada: FlaskClient, world: World) -> None:
    public_id = furnish(world)
    with db.reading() as s:
        box = s.scalars(select(Mailbox.public_id)).one()
    good = {"name": "Renamed", "mailbox": box, "start_at": "2026-12-01T09:00"}
    ada.post(f"/batches/{public_id}/settings", data=good)
    assert "Schedule 4 for Tue 1 Dec" in text(ada.get(f"/batches/{public_id}"))
    assert ada.post(f"/batches/{public_id}/settings", data={"start_at": "soon"}).status_code == 422
    assert ada.post(f"/batches/{public_id}/settings", data={"mailbox": "nobody"}).status_code == 422


@pytest.mark.usefixtures("now")
def test_new_batch_takes_chosen_prospects_or_fills_a_draft(ada: FlaskClient, world: World) -> None:
    furnish(world, batch=False)
    page = text(ada.get("/batches/new?group=resource_page.asset.resource_page"))
    ids = re.findall(r'name="prospect" value="([\w-]+)"', page)
    assert len(ids) == 4
    assert text(ada.get(f"/batches/new?prospect={ids[0]}")).count('name="prospect"') == 1
    first = ada.post("/batches/new", data={"prospect": ids[:2], "angle": "list_post", "name": "Mine"})
    public_id = first.headers["Location"].rsplit("/", 1)[1]
    ada.post("/batches/new", data={"prospect": ids[2:], "draft": public_id})
    assert len(keys_of(public_id)) == 4
    assert ada.post("/batches/new", data={"prospect": ids, "angle": "martian"}).status_code == 422


@pytest.mark.usefixtures("now")
def test_templates_can_be_seen_made_versioned_and_retired(ada: FlaskClient, world: World) -> None:
    assert "Dead link, working page" in text(ada.get("/templates"))
    assert "Dead link on" in text(ada.get("/templates/broken_link"))
    form = {"name": "Mine", "angle": "broken_link", "subject_1": "Dead link at {{ site }}", "body_1": "{{ greeting }},"}
    made = ada.post("/templates", data=form).headers["Location"]
    assert "Version 1" in text(ada.get(made))
    again = ada.post("/templates", data={**form, "body_2": "Again.", "delay_2": "5"}).headers["Location"]
    assert "5 working days later" in text(ada.get(again))
    wrong = ada.post("/templates", data={**form, "body_1": "{{ ''.__class__ }}"})
    assert wrong.status_code == 422
    assert "cannot be used in a pitch" in text(wrong)
    ada.post(f"{again}/retire")
    ada.get("/templates")  # shows the toast, once
    assert "Mine" not in text(ada.get("/templates"))


@pytest.mark.usefixtures("now")
def test_cleo_sees_nothing_of_it(ada: FlaskClient, cleo: FlaskClient, world: World) -> None:
    public_id = furnish(world)
    key = keys_of(public_id)[0]
    base = f"/batches/{public_id}"
    form = {"name": "Mine", "angle": "pr", "subject_1": "S", "body_1": "B"}
    template = ada.post("/templates", data=form).headers["Location"]
    for url in (base, f"{base}/review", f"{base}/run", f"{base}/people", template):
        assert cleo.get(url).status_code == 404, url
    posts = ["schedule", "pause", "resume", "stop", "copy", "delete", "settings", "people", "test", "steps/add"]
    posts += ["steps/1", "steps/3/remove", f"people/{key}", f"people/{key}/drop", f"people/{key}/review"]
    for verb in posts:
        assert cleo.post(f"{base}/{verb}", data={"subject": "x", "body": "x", "to": key}).status_code in (404, 422), (
            verb
        )
    assert cleo.post(f"{template}/retire").status_code == 404
    assert "Four" not in text(cleo.get("/batches"))
    assert state(public_id) == "draft"
    assert len(keys_of(public_id)) == 4


@pytest.mark.usefixtures("now")
def test_the_list_asks_the_same_number_of_questions_for_one_batch_and_for_many(
    ada: FlaskClient, world: World, count_queries: Callable[[], object]
) -> None:
    furnish(world)
    with count_queries() as one:  # type: ignore[attr-defined]
        ada.get("/batches")
    with db.transaction() as s:
        project = s.get_one(Project, world.project.id)
        for _ in range(20):
            service.create(s, project, [], Angle.PR)
    with count_queries() as many:  # type: ignore[attr-defined]
        ada.get("/batches")
    assert many.n == one.n


@pytest.mark.usefixtures("now")
def test_a_batch_of_nobody_is_refused_with_the_reason(ada: FlaskClient, world: World) -> None:
    furnish(world, batch=False)
    with db.transaction() as s:
        project = s.get_one(Project, world.project.id)
        page = s.scalars(select(TargetPage)).one()
        lonely = Prospect(
            project_id=project.id,
            domain="lonely.example",
            stage="prospect",
            stage_at=clock.now(),
            target_page_id=page.id,
            created_at=clock.now(),
        )
        s.add(lonely)
        s.flush()
        key = lonely.public_id
    assert "no contact yet" in text(ada.get(f"/batches/new?prospect={key}"))
    answer = ada.post("/batches/new", data={"prospect": key, "angle": "pr"})
    assert answer.status_code == 409
    assert "lonely.example: no contact yet" in text(answer)
    with db.reading() as s:
        assert s.scalars(select(Batch)).all() == []
