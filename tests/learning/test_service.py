"""Outcomes go in, another order of prospects comes out."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from crm import clock, undo
from crm.db import reading, transaction
from crm.learning import counts, queries, run, service
from crm.learning.model import Fitted, total_delay
from crm.learning.priors import DEFAULT
from crm.models.learning import IntentLabel, LearnedFit, Rollup, ScoreChange
from crm.models.prospects import Prospect
from crm.prospects.service import rescore
from crm.vocabulary import OutcomeKind
from tests.conftest import World
from tests.learning.stage import campaign, ground, mailed, marked, placed, prospect

START = datetime(2026, 9, 1, 9, tzinfo=UTC)
LATER = START + timedelta(days=80)


@pytest.fixture(autouse=True)
def _late(world: World) -> object:
    with clock.at(LATER):
        yield


def test_only_verified_marks_and_seen_links_count(world: World) -> None:
    with transaction() as s:
        on, day = ground(s, world.project, START), START + timedelta(days=3)
        kinds = OutcomeKind
        cases = {
            "said yes": lambda p: marked(s, p, kinds.INTERESTED, day),
            "suggested": lambda p: marked(s, p, kinds.INTERESTED, day, machine=True),
            "confirmed": lambda p: marked(s, p, kinds.INTERESTED, day, machine=True, confirmed_at=day),
            "replaced": lambda p: marked(s, p, kinds.INTERESTED, day, replaced_at=day),
            "claimed": lambda p: (marked(s, p, kinds.PLACED, day), placed(s, p, None)),
            "seen": lambda p: placed(s, p, day),
            "programme": lambda p: placed(s, p, day, channel="programme"),
            "no": lambda p: marked(s, p, kinds.ASKS_PAYMENT, day),
            "later": lambda p: marked(s, p, kinds.NOT_NOW, day),
            "bounced": lambda p: marked(s, p, kinds.BOUNCED, day, machine=True),
        }
        made = {}
        for name, happen in cases.items():
            made[name] = mailed(s, on, START)
            happen(made[name])
        bought = mailed(s, on, START)
        placed(s, bought, day, paid=True)
        log = service.frame(s, world.project.id).set_index("prospect_id")

        def rows(column: str) -> set[str]:
            filled = log[log[column].eq(True) if column == "bounced" else log[column].notna()].index
            return {name for name, p in made.items() if p.id in filled}

        assert bought.id not in log.index and len(log) == len(cases)
        assert rows("interested_at") == {"said yes", "confirmed", "claimed"}
        assert rows("linked_at") == {"seen"}
        assert rows("refused_at") == {"no"} and rows("bounced") == {"bounced"}
        assert {"suggested", "later"} <= rows("replied_at")


def test_a_suggestion_counts_once_the_rules_have_earned_trust_with_its_intent(world: World) -> None:
    with transaction() as s:
        on = ground(s, world.project, START)
        found = mailed(s, on, START)
        suggestion = marked(s, found, OutcomeKind.NO_FIT, START + timedelta(days=1), machine=True)
        assert service.frame(s, world.project.id)["refused_at"].isna().all() and suggestion.machine
    from crm.learning.events import trusted_intents

    assert trusted_intents([("no_fit", "no_fit")] * 19) == frozenset()
    assert trusted_intents([("no_fit", "no_fit")] * 19 + [("no_fit", "interested")]) == {"no_fit"}
    assert trusted_intents([("no_fit", "no_fit")] * 18 + [("no_fit", "interested")] * 2) == frozenset()
    assert IntentLabel.__tablename__ == "intent_label"


def test_a_type_that_everybody_refuses_falls_in_the_list_and_the_change_is_written_down(world: World) -> None:
    with transaction() as s:
        on = ground(s, world.project, START)
        bad = [prospect(s, on, START, "unlinked_mention") for _ in range(3)]
        good = [prospect(s, on, START, "resource_page", overlap=2) for _ in range(3)]
        rescore(s, world.project.id)
        assert min(p.rank_value for p in bad) > max(p.rank_value for p in good)
        campaign(s, on, START, "unlinked_mention", 40, 30, 0)
        campaign(s, on, START, "resource_page", 60, 5, 12)
        made = service.refit(s, world.project.id)
        for p in (*bad, *good):
            s.refresh(p)
        assert max(p.rank_value for p in bad) < min(p.rank_value for p in good)
        assert "unlinked mentions down" in made.verdict.lower() and "6 prospects changed" in made.verdict
        changes = list(s.scalars(select(ScoreChange).where(ScoreChange.fit_id == made.id)))
        assert len(changes) == 6 and {c.rank_before for c in changes} == set(range(1, 7))
        assert (made.n_sent, made.n_wins, made.active) == (100, 12, True)
        assert all(p.fit_id == made.id for p in bad)


def test_the_stored_fit_explains_with_the_projects_own_record(world: World) -> None:
    with transaction() as s:
        campaign(s, ground(s, world.project, START), START, "list_post", 30, 4, 3)
        made = service.refit(s, world.project.id)
        words = [w for w, _ in Fitted.from_params(made.params).explain({"link_type": "list_post"})]
    assert any("3 of" in w and "list post" in w for w in words)


def test_going_back_to_the_shipped_weights_holds_until_it_is_undone(world: World) -> None:
    with transaction() as s:
        on = ground(s, world.project, START)
        one = prospect(s, on, START, "list_post")
        rescore(s, world.project.id)
        shipped_chance = one.chance
        campaign(s, on, START, "list_post", 60, 0, 15)
        service.refit(s, world.project.id)
        s.refresh(one)
        assert one.chance > 1.5 * shipped_chance
        _, token = service.reset(s, world.project.id)
        s.refresh(one)
        assert one.chance == pytest.approx(shipped_chance)
        marked(s, one, OutcomeKind.NO_FIT, LATER)
    assert run.refit_due() == 0
    with transaction() as s:
        undo.take_back(s, token, world.project.id)
        s.refresh(s.merge(one))
        assert s.get_one(Prospect, one.id).chance > 1.5 * shipped_chance


def test_a_model_that_predicts_worse_than_the_types_alone_says_so_and_steps_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = service.Judged(n=240, brier=0.09, prior_brier=0.05)
    monkeypatch.setattr(service, "judge", lambda *_: bad)
    with transaction() as s:
        campaign(s, ground(s, world.project, START), START, "list_post", 20, 4, 3)
        made = service.refit(s, world.project.id)
        assert made.verdict.startswith("Stepped back: on 240 matured pitches") and made.measures["stepped_back"]
        assert Fitted.from_params(made.params).n_sent == 0
    monkeypatch.setattr(service, "judge", lambda *_: service.Judged(n=199, brier=0.09, prior_brier=0.05))
    with transaction() as s:
        assert not service.refit(s, world.project.id).measures["stepped_back"]


def test_a_refit_is_due_after_every_kind_of_event_and_once_a_day(world: World) -> None:
    assert run.refit_due() == 0
    with transaction() as s:
        on = ground(s, world.project, START)
        found = mailed(s, on, START)
    assert (run.refit_due(), run.refit_due()) == (1, 0)
    for happen in (
        lambda s: marked(s, found, OutcomeKind.INTERESTED, LATER),
        lambda s: placed(s, found, LATER),
        lambda s: mailed(s, on, LATER),
    ):
        with transaction() as s:
            happen(s)
        assert (run.refit_due(), run.refit_due()) == (1, 0)
    with clock.at(LATER + timedelta(days=2)):
        assert run.refit_due() == 1


def test_rollups_equal_the_full_count(world: World) -> None:
    with transaction() as s:
        on = ground(s, world.project, START)
        campaign(s, on, START, "list_post", 30, 5, 4)
        campaign(s, ground(s, world.strangers_project, START), START, "list_post", 9, 1, 1)
        campaign(s, on, START + timedelta(days=35), "broken_link", 20, 3, 2)
        made = service.refit(s, world.project.id)
        fitted = Fitted.from_params(made.params)
        full = counts.counted(service.frame(s, world.project.id), LATER, total_delay(fitted.reply, fitted.placement))
        for name in counts.DIMENSIONS:
            stored = select(Rollup).where(Rollup.project_id == world.project.id, Rollup.dimension == name)
            added = counts.add_up((r.key, r.counts) for r in s.scalars(stored))
            for line in counts.by(full, [name]).to_dict("records"):
                assert added.pop(line[name]) == pytest.approx({c: line[c] for c in (*counts.COUNTS, "matured")})
            assert not added
        assert s.scalar(select(func.count(Rollup.id)).where(Rollup.project_id == world.strangers_project.id)) == 0


def test_other_projects_of_the_team_count_only_when_wanted(world: World) -> None:
    from crm.accounts.service import create_project
    from crm.models.accounts import User

    with transaction() as s:
        second = create_project(s, s.get_one(User, world.ada.id), domain="second.example", name="Second")
        campaign(s, ground(s, second, START), START, "digital_pr", 40, 0, 12)
        campaign(s, ground(s, world.project, START), START, "list_post", 5, 0, 0)
        alone = Fitted.from_params(service.refit(s, world.project.id).params)
        service.set_pooling(s, world.project.id, True)
        together = Fitted.from_params(service.refit(s, world.project.id).params)
        at = list(DEFAULT.types).index("digital_pr")
        assert together.base[at] > alone.base[at] + 0.5


def test_old_fits_keep_their_figures_and_lose_their_weights(world: World) -> None:
    with transaction() as s:
        mailed(s, ground(s, world.project, START), START)
        for _ in range(service.KEPT_FITS + 4):
            service.refit(s, world.project.id)
        fits = list(s.scalars(select(LearnedFit).order_by(LearnedFit.id)))
        assert sum(f.active for f in fits) == 1 and fits[-1].active
        assert fits[0].params == {} and fits[-2].params != {} and fits[0].verdict


def test_an_empty_project_can_be_refitted(world: World) -> None:
    with transaction() as s:
        assert "Nothing has been sent yet" in service.refit(s, world.project.id).verdict
    with reading() as s:
        assert queries.latest_fit(s, world.project.id) is not None
