"""Outcomes and what follows from them; links that are watched, change, get lost and come back."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from crm import clock, db, undo
from crm.errors import BadInput, Refused
from crm.journal import Actor
from crm.models.batches import Batch, Enrollment
from crm.models.contacts import Suppression
from crm.models.events import Event
from crm.models.gap import Import, LinkingPage
from crm.models.mail import Touch
from crm.models.outcomes import Outcome, Placement, PlacementCheck, Reminder
from crm.models.prospects import Prospect
from crm.outbox import service as outbox
from crm.outcomes import consequences, monitor, queries, run, service
from crm.outcomes.byhand import service as byhand
from crm.outcomes.evidence import LinkEvidence
from crm.outcomes.monitor import Change, Watched
from crm.vocabulary import OutcomeKind, PlacementState, Stage, StopReason
from tests.everything import fill
from tests.little_web import Answer, LittleWeb
from tests.outcomes.conftest import BARE, GOOD, PAGE, TARGET

ADA = Actor("user", "ada")
DAY = timedelta(days=1)


def there(rel: str = "", indexable: bool | None = True) -> LinkEvidence:
    return LinkEvidence(True, "there", rel=rel, indexable=indexable)


GONE, OPEN = LinkEvidence(False, "no link"), LinkEvidence(None, "no answer")
LIVE = Watched(PlacementState.LIVE, was_live=True, indexable=True)


@pytest.mark.parametrize(
    ("before", "seen", "state", "change"),
    [
        (Watched(PlacementState.WATCHING), there(), "live", Change.WENT_LIVE),
        (Watched(PlacementState.WATCHING), there(indexable=False), "changed", Change.WENT_LIVE),
        (Watched(PlacementState.WATCHING), GONE, "watching", Change.NONE),
        (Watched(PlacementState.WATCHING), OPEN, "watching", Change.NONE),
        (LIVE, there(), "live", Change.NONE),
        (LIVE, there("nofollow"), "changed", Change.CHANGED),
        (LIVE, there("sponsored noopener"), "changed", Change.CHANGED),
        (LIVE, there("noopener"), "live", Change.NONE),
        (LIVE, there(indexable=False), "changed", Change.CHANGED),
        (LIVE, OPEN, "live", Change.NONE),
        (LIVE, GONE, "live", Change.FIRST_FAILURE),
        (Watched(PlacementState.LIVE, was_live=True, failed_on=("2026-11-23",)), GONE, "live", Change.FIRST_FAILURE),
        (Watched(PlacementState.LIVE, was_live=True, failed_on=("2026-11-22",)), GONE, "lost", Change.LOST),
        (Watched(PlacementState.LIVE, was_live=True, failed_on=("2026-11-22",)), OPEN, "live", Change.NONE),
        (Watched(PlacementState.LOST, was_live=True), there(), "live", Change.FOUND_AGAIN),
        (Watched(PlacementState.LOST, was_live=True), GONE, "lost", Change.NONE),
        (Watched(PlacementState.CHANGED, rel="", was_live=True), there(), "live", Change.BACK_TO_NORMAL),
        (Watched(PlacementState.CHANGED, was_live=True), there("nofollow"), "changed", Change.NONE),
    ],
)
def test_a_look_moves_a_link_only_as_far_as_it_proves(
    before: Watched, seen: LinkEvidence, state: str, change: Change
) -> None:
    verdict = monitor.judge(before, seen, date(2026, 11, 23))
    assert (verdict.state.value, verdict.change) == (state, change) and verdict.why


@pytest.mark.parametrize(("age", "step"), [(0, 1), (6, 1), (7, 7), (29, 7), (30, 30), (181, 30), (182, 91), (2000, 91)])
def test_the_rhythm_is_daily_weekly_monthly_then_quarterly(age: int, step: int) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    now = start + age * DAY
    assert monitor.next_check(start, now, []) == now + step * DAY
    assert monitor.next_check(start, now, ["2026-01-01"]) == now + DAY
    assert monitor.next_check(start, now, ["2026-01-01", "2026-01-02"]) == now + (1 if age < 30 else 7) * DAY
    assert monitor.next_check(start, now, [], sure=False) == now + DAY
    assert monitor.schedule_words(start, now).startswith("every ")


@pytest.mark.parametrize("kind", list(OutcomeKind))
def test_every_outcome_says_what_follows_from_it(kind: OutcomeKind) -> None:
    assert consequences.of(kind).words


def marked(prospect: Prospect, kind: OutcomeKind, **more: Any) -> Outcome:
    with db.transaction() as s:
        return service.mark(s, s.get_one(Prospect, prospect.id), kind, actor=ADA, **more)


def stage(prospect: Prospect) -> str:
    with db.reading() as s:
        return s.get_one(Prospect, prospect.id).stage


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        (OutcomeKind.REPLIED, Stage.REPLIED), (OutcomeKind.INTERESTED, Stage.INTERESTED), (OutcomeKind.PLACED, Stage.PLACED),
        (OutcomeKind.NO_FIT, Stage.DECLINED), (OutcomeKind.NEVER_AGAIN, Stage.DECLINED), (OutcomeKind.SENT, Stage.CONTACTED),
        (OutcomeKind.WRONG_PERSON, Stage.PROSPECT), (OutcomeKind.NO_ANSWER, Stage.CONTACTED), (OutcomeKind.NOT_NOW, Stage.REPLIED),
        (OutcomeKind.WANTS_GUEST_POST, Stage.INTERESTED), (OutcomeKind.BOUNCED, Stage.PROSPECT), (OutcomeKind.ASKS_PAYMENT, Stage.REPLIED),
    ],
)  # fmt: skip
def test_an_outcome_moves_the_prospect(prospect: Prospect, kind: OutcomeKind, wanted: Stage) -> None:
    outcome = marked(prospect, kind)
    assert stage(prospect) == wanted.value and outcome.confirmed_at is not None
    with db.reading() as s:
        event = s.scalars(select(Event).where(Event.kind == "outcome.marked")).one()
    assert event.data["stage_before"] == "contacted" and event.actor_id == "ada"


def test_a_later_reply_never_takes_a_placed_link_back(prospect: Prospect) -> None:
    marked(prospect, OutcomeKind.PLACED)
    marked(prospect, OutcomeKind.REPLIED)
    assert stage(prospect) == "placed"


def test_not_now_sleeps_until_the_day_that_was_named_and_is_ready_then(prospect: Prospect) -> None:
    marked(prospect, OutcomeKind.NOT_NOW, remind_on=date(2027, 1, 18))
    with db.reading() as s:
        assert s.get_one(Prospect, prospect.id).wake_on == datetime(2027, 1, 18, tzinfo=UTC)
        assert s.scalars(select(Reminder)).all() == []
    assert run.wake_due() == 0 and stage(prospect) == "replied"
    with clock.at(datetime(2027, 1, 18, 6, tzinfo=UTC)):
        assert run.wake_due() == 1 and stage(prospect) == "ready" and run.wake_due() == 0


def test_a_site_that_went_another_way_is_not_woken(prospect: Prospect) -> None:
    marked(prospect, OutcomeKind.NOT_NOW)
    marked(prospect, OutcomeKind.NO_FIT)
    with clock.at(clock.now() + 100 * DAY):
        assert run.wake_due() == 0 and stage(prospect) == "declined"


def test_never_again_closes_the_site_for_every_project(prospect: Prospect) -> None:
    marked(prospect, OutcomeKind.NEVER_AGAIN)
    with db.reading() as s:
        assert [(x.kind, x.value) for x in s.scalars(select(Suppression))] == [("domain", "blog.example")]


def test_undo_takes_the_outcome_back_and_the_prospect_to_where_it_stood(prospect: Prospect) -> None:
    with db.transaction() as s:
        row = s.get_one(Prospect, prospect.id)
        outcome = service.mark(s, row, OutcomeKind.INTERESTED, actor=ADA)
        token = service.offer_undo(s, outcome, stage_before="contacted")
    with db.transaction() as s:
        assert undo.take_back(s, token, prospect.project_id) == "Marked as interested"
        assert s.get_one(Outcome, outcome.id).replaced_at is not None
    assert stage(prospect) == "contacted"


def test_undo_lifts_the_closing_of_a_site_and_its_reminders(prospect: Prospect) -> None:
    with db.transaction() as s:
        outcome = service.mark(s, s.get_one(Prospect, prospect.id), OutcomeKind.NEVER_AGAIN, actor=ADA)
        token = service.offer_undo(s, outcome, stage_before="contacted")
    with db.transaction() as s:
        undo.take_back(s, token, prospect.project_id)
        assert s.scalars(select(Suppression)).all() == []
    with db.transaction() as s:
        outcome = service.mark(s, s.get_one(Prospect, prospect.id), OutcomeKind.FORWARDED, actor=ADA)
        token = service.offer_undo(s, outcome, stage_before="contacted")
    with db.transaction() as s, clock.at(clock.now() + timedelta(seconds=5)):
        undo.take_back(s, token, prospect.project_id)
    with db.reading() as s:
        assert s.scalars(select(Reminder).where(Reminder.done_at.is_(None))).all() == []


def running(world: Any) -> tuple[int, int]:
    """A sequence whose first mail was sent and whose second is planned: ids of prospect and enrollment."""
    with db.transaction() as s:
        made = fill(s, world)
        prospect, enrollment = made["prospect"], made["enrollment"]
        prospect.stage = "contacted"  # type: ignore[attr-defined]
        later = clock.now() + 4 * DAY
        s.add(Touch(enrollment_id=enrollment.id, step_no=2, state="planned", due_at=later, created_at=clock.now()))  # type: ignore[attr-defined]
        return prospect.id, enrollment.id  # type: ignore[attr-defined]


def sequence(enrollment_id: int) -> list[str]:
    with db.reading() as s:
        touches = select(Touch.state).where(Touch.enrollment_id == enrollment_id).order_by(Touch.step_no)
        enrollment = s.get_one(Enrollment, enrollment_id)
        return [enrollment.state, s.get_one(Batch, enrollment.batch_id).state, *s.scalars(touches)]


def test_undo_starts_the_sequence_again_that_the_outcome_stopped(world: Any, now: datetime) -> None:
    prospect_id, enrollment_id = running(world)
    before = sequence(enrollment_id)
    with db.transaction() as s:
        row, enrollment = s.get_one(Prospect, prospect_id), s.get_one(Enrollment, enrollment_id)
        outcome = service.mark(s, row, OutcomeKind.NO_FIT, actor=ADA, enrollment=enrollment)
        token = service.offer_undo(s, outcome, stage_before="contacted")
    assert sequence(enrollment_id) == ["stopped", "done", "frozen", "cancelled"]
    with db.transaction() as s:
        undo.take_back(s, token, world.project.id)
    assert sequence(enrollment_id) == before == ["active", "running", "frozen", "planned"]


def test_undo_leaves_a_sequence_stopped_that_the_answer_itself_had_stopped(world: Any, now: datetime) -> None:
    prospect_id, enrollment_id = running(world)
    with db.transaction() as s:
        row, enrollment = s.get_one(Prospect, prospect_id), s.get_one(Enrollment, enrollment_id)
        outbox.stop(s, enrollment, StopReason.REPLY, ADA)
        outcome = service.mark(s, row, OutcomeKind.INTERESTED, actor=ADA, enrollment=enrollment)
        token = service.offer_undo(s, outcome, stage_before="contacted")
    with db.transaction() as s:
        undo.take_back(s, token, world.project.id)
    assert sequence(enrollment_id) == ["stopped", "done", "frozen", "cancelled"]


def test_a_pitch_by_contact_form_counts_as_sent_and_asks_for_the_answer(prospect: Prospect) -> None:
    with db.transaction() as s:
        row = s.get_one(Prospect, prospect.id)
        row.stage = "found"
        byhand.log_pitch(s, row, route="contact form", note="asked for a link", actor=ADA, on=date(2026, 11, 20))
        outcome = s.scalars(select(Outcome)).one()
        assert (outcome.kind, outcome.at.date()) == ("sent", date(2026, 11, 20)) and row.stage == "contacted"
        reminder = s.scalars(select(Reminder)).one()
        assert "contact form" in reminder.text and reminder.due_on == date(2026, 11, 30)


def test_a_pitch_elsewhere_is_refused_while_a_batch_holds_the_site(prospect: Prospect) -> None:
    with db.transaction() as s:
        row = s.get_one(Prospect, prospect.id)
        row.stage = "in_batch"
        with pytest.raises(Refused, match="Drop it there first"):
            byhand.log_pitch(s, row, route="LinkedIn", note="", actor=ADA)
        row.stage = "ready"
        with pytest.raises(BadInput, match="lies ahead"):
            byhand.log_pitch(s, row, route="LinkedIn", note="", actor=ADA, on=date(2026, 12, 1))


def watched(world: Any, **more: Any) -> int:
    with db.transaction() as s:
        project = s.get_one(type(world.project), world.project.id)
        return service.watch(s, project, PAGE, TARGET, **more).id


def placement(number: int) -> Placement:
    with db.reading() as s:
        return s.get_one(Placement, number)


def test_the_same_page_and_target_are_watched_once_and_know_their_prospect(world: Any, prospect: Prospect) -> None:
    assert watched(world) == watched(world)
    assert placement(1).prospect_id == prospect.id


@pytest.mark.parametrize(
    ("page", "target"), [("nonsense", TARGET), (PAGE, "x"), ("https://www.tidyclock.example/a", TARGET)]
)
def test_an_address_that_cannot_hold_the_link_is_refused(world: Any, now: datetime, page: str, target: str) -> None:
    with db.transaction() as s, pytest.raises(BadInput):
        service.watch(s, world.project, page, target)


def test_a_link_seen_by_our_own_check_is_the_win(world: Any, prospect: Prospect, web: LittleWeb) -> None:
    web["blog.example", "/post"] = GOOD
    number = watched(world)
    assert run.check_due() == 1 and run.check_due() == 0
    link = placement(number)
    assert (link.state, link.anchor, link.position, link.indexable) == ("live", "the guide", "main", True)
    assert stage(prospect) == "placed" and link.next_check_at == clock.now() + DAY
    with db.reading() as s:
        check = s.scalars(select(PlacementCheck)).one()
        assert s.scalars(select(Outcome.kind)).one() == "placed"
    assert check.snippet == "Read the guide first." and check.proof_sha256 and check.facts["headers"]["content-type"]


def test_a_link_is_lost_only_after_two_failures_on_two_days_and_is_asked_back(
    world: Any, prospect: Prospect, web: LittleWeb
) -> None:
    web["blog.example", "/post"] = GOOD
    number, start = watched(world), clock.now()
    run.check(number)
    web["blog.example", "/post"] = BARE
    for _ in range(3):
        run.check(number)
    assert placement(number).state == "live" and len(placement(number).failed_on) == 1
    with clock.at(start + DAY):
        run.check(number)
        assert placement(number).state == "lost" and stage(prospect) == "lost"
        with db.reading() as s:
            assert "ask for it back" in s.scalars(select(Reminder.text)).one()
    web["blog.example", "/post"] = GOOD
    with clock.at(start + 2 * DAY):
        run.check(number)
    assert placement(number).state == "live" and placement(number).lost_at is None and stage(prospect) == "placed"


@pytest.mark.parametrize("answer", [Answer("x", 403), Answer("x", 503), Answer(GOOD, wait_s=3)])
def test_what_cannot_be_read_is_never_lost(world: Any, prospect: Prospect, web: LittleWeb, answer: Answer) -> None:
    web["blog.example", "/post"] = GOOD
    number, start = watched(world), clock.now()
    run.check(number)
    web["blog.example", "/post"] = answer
    fetcher = web.fetcher(seconds=0.3)
    for day in range(1, 4):
        with clock.at(start + day * DAY):
            assert run.check(number, fetcher=fetcher).present is None
    assert placement(number).state == "live"


def test_pasted_source_counts_as_a_look(world: Any, prospect: Prospect, web: LittleWeb) -> None:
    web["blog.example", "/post"] = Answer("no", 403)
    number = watched(world)
    run.check(number)
    assert run.check_source(number, GOOD, actor=ADA).present is True
    assert placement(number).state == "live"
    with pytest.raises(BadInput):
        run.check_source(number, "just words", actor=ADA)


def test_a_bought_link_is_watched_but_is_no_win_of_the_outreach(world: Any, prospect: Prospect, web: LittleWeb) -> None:
    web["blog.example", "/post"] = GOOD
    number = watched(world, channel="bought", cost_minor=12000)
    run.check(number)
    assert placement(number).paid and stage(prospect) == "contacted"


def test_a_worse_rel_later_is_a_change_with_a_task(world: Any, prospect: Prospect, web: LittleWeb) -> None:
    web["blog.example", "/post"] = GOOD
    number = watched(world)
    run.check(number)
    web["blog.example", "/post"] = GOOD.replace("<a ", "<a rel=nofollow ")
    run.check(number)
    assert placement(number).state == "changed"
    with db.reading() as s:
        assert "nofollow" in s.scalars(select(Reminder.text)).one()


def test_a_link_in_an_own_export_is_watched_though_nobody_told_us(
    world: Any, prospect: Prospect, web: LittleWeb
) -> None:
    web["blog.example", "/post"] = GOOD
    with db.transaction() as s:
        file = Import(project_id=world.project.id, filename="own.csv", sha256="0", size=1, uploaded_at=clock.now())
        s.add(file)
        s.flush()
        for n, (url, target) in enumerate([(PAGE, TARGET), ("http://blog.example/b", "https://rival.example/")]):
            row = LinkingPage(
                project_id=world.project.id, import_id=file.id, file_row=n, source_url=url, target_url=target,
                source_key=url.removeprefix("http://"), source_domain="blog.example",
            )  # fmt: skip
            s.add(row)
    assert run.take_reported() == 1 and run.take_reported() == 0
    assert stage(prospect) == "contacted"
    assert run.check_due() == 1 and stage(prospect) == "placed"
    with db.reading() as s:
        link = s.scalars(select(Placement)).one()
        assert link.prospect_id == prospect.id and queries.in_export(s, link) is not None
