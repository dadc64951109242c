"""Taking found domains over, and decisions that last."""

import pytest
from sqlalchemy import func, select

from crm import db, undo
from crm.errors import BadInput, Refused
from crm.journal import Actor
from crm.models.events import Event
from crm.models.gap import DomainRule
from crm.models.prospects import Note, Prospect
from crm.models.targets import TargetPage
from crm.prospects import service
from crm.prospects.found import FoundDomain
from crm.prospects.signs import PageSigns
from crm.targets import service as targets
from crm.vocabulary import Action, LinkType, Stage
from tests.conftest import World

BEN = Actor("user", "ben")


def found(
    domain: str, path: str = "/blog/how-to-track-time", title: str = "How to track time", **more: object
) -> FoundDomain:
    page = PageSigns(
        f"https://{domain}{path}",
        title=title,
        anchor="time tracking guide",
        target_url="https://rival.example/time-tracking-guide",
    )
    return FoundDomain(domain, "AC", 3, pages=(page,), dr=40.0, nofollow=False, language="en", **more)  # type: ignore[arg-type]


@pytest.fixture
def page(world: World) -> TargetPage:
    with db.transaction() as s:
        s.add(world.project)
        return targets.add(
            s,
            world.project,
            "https://tidyclock.example/guide",
            title="Time tracking guide",
            topic="time tracking",
            keywords=["track time", "time tracking"],
        )


def take(world: World, *domains: FoundDomain) -> service.upsert:  # type: ignore[valid-type]
    with db.transaction() as s:
        s.add(world.project)
        return service.upsert(s, world.project, list(domains))


def one(s: object, domain: str) -> Prospect:
    return s.scalars(select(Prospect).where(Prospect.domain == domain)).one()  # type: ignore[attr-defined]


def test_a_found_domain_is_judged_scored_and_has_a_next_step(world: World, page: TargetPage) -> None:
    counts = take(world, found("a.example"))
    assert (counts.new, counts.set_aside) == (1, 0)
    with db.reading() as s:
        p = one(s, "a.example")
    assert p.stage == Stage.FOUND and p.link_type == LinkType.EDITORIAL_MENTION
    assert p.competitors == "AC" and p.overlap == 2
    assert p.relevance > 60 and 0 < p.chance < 0.2 and p.chance_low < p.chance < p.chance_high
    assert p.score > 0 and p.rank_value == pytest.approx(p.chance * p.worth)
    assert p.action == Action.PITCH and p.action_why and p.target_page_id == page.id


def test_noise_and_ties_that_nobody_can_copy_are_set_aside_with_their_rule(world: World, page: TargetPage) -> None:
    counts = take(
        world,
        found("forum.example", "/viewtopic.php?t=3", "Which tool?"),
        found("studio.example", "/our-clients", "Our clients"),
    )
    assert (counts.set_aside, counts.informational) == (1, 1)
    with db.reading() as s:
        forum, studio = one(s, "forum.example"), one(s, "studio.example")
    assert (forum.stage, forum.set_aside_rule, forum.action) == (Stage.SET_ASIDE, "forum", Action.ARCHIVE)
    assert (studio.set_aside_rule, studio.action) == ("informational", Action.INFORMATIONAL)
    assert forum.stage_reason and studio.stage_reason


def test_taking_the_same_domains_again_changes_nothing_but_figures(world: World, page: TargetPage) -> None:
    take(world, found("a.example"))
    counts = take(world, FoundDomain("a.example", "ABC", 9, pages=found("a.example").pages, dr=55.0))
    assert (counts.new, counts.updated) == (0, 1)
    with db.reading() as s:
        p = one(s, "a.example")
        assert s.scalar(select(func.count(Prospect.id))) == 1
    assert (p.competitors, p.links_total, p.dr) == ("ABC", 9, 55.0)


def test_a_persons_decisions_outlive_every_later_import(world: World, page: TargetPage) -> None:
    take(world, found("a.example"), found("b.example"), found("forum.example", "/viewtopic.php?t=3", "Thread"))
    with db.transaction() as s:
        service.set_aside(s, [one(s, "a.example")], "off_topic", BEN, user_id=world.ben.id)
        service.set_link_type(s, one(s, "b.example"), LinkType.RESOURCE_PAGE, BEN)
        service.accept(s, [one(s, "b.example")], BEN)
        service.put_back(s, [one(s, "forum.example")], BEN)
    take(world, found("a.example"), found("b.example"), found("forum.example", "/viewtopic.php?t=3", "Thread"))
    with db.reading() as s:
        a, b, forum = one(s, "a.example"), one(s, "b.example"), one(s, "forum.example")
    assert (a.stage, a.set_aside_rule) == (Stage.SET_ASIDE, "off_topic")
    assert (b.stage, b.link_type) == (Stage.PROSPECT, LinkType.RESOURCE_PAGE)
    assert (forum.stage, forum.set_aside_rule) == (Stage.FOUND, None)
    assert forum.link_type is not None


def test_an_override_becomes_a_rule_of_the_domain_and_a_label(world: World, page: TargetPage) -> None:
    take(world, found("forum.example", "/viewtopic.php?t=3", "Thread"))
    with db.transaction() as s:
        service.put_back(s, [one(s, "forum.example")], BEN, user_id=world.ben.id)
    with db.reading() as s:
        rule = s.scalars(select(DomainRule)).one()
        label = s.scalars(select(Event).where(Event.kind == "prospect.put_back")).one()
    assert (rule.verdict, rule.domain, rule.by_user_id) == ("keep", "forum.example", world.ben.id)
    assert (label.data["rule"], label.data["label"]) == ("forum", "keep")


def test_one_undo_takes_a_whole_set_back(world: World, page: TargetPage) -> None:
    take(world, found("a.example"), found("b.example"))
    with db.transaction() as s:
        both = [one(s, "a.example"), one(s, "b.example")]
        changed, token = service.set_aside(s, both, "low_quality", BEN)
        assert changed == 2
    with db.transaction() as s:
        assert "2 prospects" in undo.take_back(s, token, world.project.id)
    with db.reading() as s:
        assert {one(s, d).stage for d in ("a.example", "b.example")} == {Stage.FOUND.value}
        assert s.scalar(select(func.count(DomainRule.id))) == 0
        moves = s.scalar(select(func.count(Event.id)).where(Event.kind == "prospect.stage"))
    assert moves == 4  # there and back, for each


def test_setting_aside_needs_a_reason_we_know(world: World, page: TargetPage) -> None:
    take(world, found("a.example"))
    with db.transaction() as s, pytest.raises(BadInput, match="off topic"):
        service.set_aside(s, [one(s, "a.example")], "because", BEN)


def test_a_stage_that_does_not_follow_is_refused(world: World, page: TargetPage) -> None:
    take(world, found("a.example"))
    with db.transaction() as s, pytest.raises(Refused):
        service.set_stage(s, one(s, "a.example"), Stage.REPLIED, "no", BEN)


def test_a_part_overruled_by_a_person_keeps_the_machines_value_beside_it(world: World, page: TargetPage) -> None:
    take(world, found("a.example"))
    with db.transaction() as s:
        p = one(s, "a.example")
        before, value = p.score, p.value
        service.override(s, p, "value", "high", "they send us half of our readers", BEN)
    with db.reading() as s:
        p = one(s, "a.example")
    assert p.value == value and p.score > before
    assert p.overrides["value"]["level"] == "high"
    with db.transaction() as s, pytest.raises(BadInput, match="why"):
        service.override(s, one(s, "a.example"), "value", "low", " ", BEN)


def test_a_next_step_chosen_by_hand_survives_scoring(world: World, page: TargetPage) -> None:
    take(world, found("a.example"))
    with db.transaction() as s:
        service.set_action(s, one(s, "a.example"), Action.MEDIA_LIST, "they only take data", BEN)
        service.rescore(s, world.project.id)
    with db.reading() as s:
        assert one(s, "a.example").action == Action.MEDIA_LIST


def test_a_prospect_that_needs_an_asset_waits_with_that_step(world: World, page: TargetPage) -> None:
    take(world, found("a.example"))
    with db.transaction() as s:
        changed, _token = service.needs_asset(s, [one(s, "a.example")], "a benchmark is missing", BEN)
        service.rescore(s, world.project.id)
    with db.reading() as s:
        p = one(s, "a.example")
    assert changed == 1 and p.action == Action.CREATE_PAGE and p.action_why == "a benchmark is missing"


def test_a_far_away_topic_asks_for_a_better_page_first(world: World, page: TargetPage) -> None:
    far = PageSigns(
        "https://cats.example/blog/how-to-brush-a-persian-cat",
        title="How to brush a Persian cat",
        anchor="cat brush",
        target_url="https://rival.example/cat-brush",
    )
    take(world, FoundDomain("cats.example", "A", 1, pages=(far,)))
    with db.reading() as s:
        assert one(s, "cats.example").action in (Action.CREATE_PAGE, Action.ARCHIVE)


def test_a_note_must_say_something(world: World, page: TargetPage) -> None:
    take(world, found("a.example"))
    with db.transaction() as s:
        service.add_note(s, one(s, "a.example"), "Ask for Ines", user_id=world.ben.id, actor=BEN)
        with pytest.raises(BadInput):
            service.add_note(s, one(s, "a.example"), "  ", user_id=world.ben.id)
    with db.reading() as s:
        assert s.scalars(select(Note.text)).all() == ["Ask for Ines"]


def test_scoring_many_takes_few_statements(world: World, page: TargetPage) -> None:
    take(world, *(found(f"site{n}.example") for n in range(300)))
    from sqlalchemy import event

    seen: list[str] = []
    event.listen(db.engine(), "before_cursor_execute", lambda c, cur, sql, *rest: seen.append(sql))
    with db.transaction() as s:
        assert service.rescore(s, world.project.id) == 300
    assert len(seen) < 25
