"""May a batch go, which groups are offered, and when the mails would leave."""

from dataclasses import replace
from datetime import UTC, date, datetime

from crm.batches.lint import Draft, Finding
from crm.batches.pitches.rates import Share
from crm.batches.plan import Person, Sending, from_local, look_ahead, to_local
from crm.batches.review import PageHealth, Plan, Sender, judge, summary
from crm.batches.suggest import Candidate, best, groups, one_per_person
from crm.outbox.schedule import first_send

FINE = Plan(
    n_ready=20,
    n_held=1,
    n_steps=3,
    expected_links=2.0,
    pages=(PageHealth("Worksheet", True),),
    sender=Sender("mara@mine.example", "Mara", "Street 1"),
)


def rules(plan: Plan) -> tuple[set[str], set[str]]:
    verdict = judge(plan)
    return {f.rule for f in verdict.blockers}, {f.rule for f in verdict.warnings}


def test_a_sound_batch_may_go() -> None:
    assert rules(FINE) == (set(), set())
    assert judge(FINE).ok


def test_size_is_warned_above_50_and_refused_above_100_with_the_reason() -> None:
    assert rules(replace(FINE, n_ready=51, expected_links=1)) == (set(), {"large"})
    assert rules(replace(FINE, n_ready=101, expected_links=1))[0] == {"too_many"}
    assert "101" in judge(replace(FINE, n_ready=101)).blockers[0].words
    assert rules(replace(FINE, n_ready=0))[0] == {"nobody_ready"}
    assert rules(replace(FINE, n_steps=4))[0] == {"too_many_steps"}


def test_a_forecast_above_20_percent_shows_the_ceiling() -> None:
    assert rules(replace(FINE, expected_links=4.0))[1] == set()
    assert rules(replace(FINE, expected_links=4.3))[1] == {"above_ceiling"}


def test_a_sick_page_blocks_unless_a_person_says_why_not() -> None:
    sick = replace(FINE, pages=(PageHealth("Worksheet", False, "it answers 404"),))
    assert rules(sick)[0] == {"page_unhealthy"}
    assert "404" in judge(sick).blockers[0].words
    assert rules(replace(sick, override="fixed tonight")) == (set(), {"page_unhealthy"})
    assert rules(replace(FINE, pages=(PageHealth("W", None),))) == (set(), {"page_unchecked"})
    unjudged = replace(FINE, pages=(PageHealth("Worksheet", True, judged=False),))
    assert rules(unjudged) == ({"page_unjudged"}, set())
    assert rules(replace(unjudged, override="agreed with the editor")) == (set(), {"page_unjudged"})
    assert rules(replace(FINE, pages=()))[0] == {"no_page"}


def test_the_sender_must_be_somebody_who_can_send() -> None:
    assert judge(replace(FINE, sender=None)).needs_mailbox
    bare = Sender("m@x.example", " ", " ", "its password is refused")
    assert rules(replace(FINE, sender=bare))[0] == {"mailbox_trouble", "no_sender_name", "no_postal_address"}
    slow = Sender("m@x.example", "M", "S", new_cap=3)
    assert rules(replace(FINE, sender=slow))[1] == {"slow"}


def test_the_summary_says_each_thing_once_and_what_is_good() -> None:
    drafts = [Draft("a", 1, "S", "one two"), Draft("b", 1, "S", "one two three")]
    twice = [Finding("filler", "warn", "“just wanted” reads like filler.", "body")]
    lines = summary(drafts, {"a": twice, "b": twice}, {"a": "a.example", "b": "b.example"})
    assert lines[0].words == "“just wanted” reads like filler. (a.example, b.example)"
    assert [f.level for f in lines].count("good") == 3
    assert "Between 2 and 3 words" in " ".join(f.words for f in lines)


def candidate(n: int, **changes: object) -> Candidate:
    base = Candidate(str(n), f"s{n:02}.example", "resource_page", "guide", 0.1, 100.0 - n, f"p{n}")
    return replace(base, **changes)  # type: ignore[arg-type]


def test_a_group_holds_at_most_its_size_and_the_best_of_its_kind() -> None:
    (group,) = groups([candidate(n) for n in range(30)], size=25)
    assert [p.candidate.domain for p in group.picked] == [f"s{n:02}.example" for n in range(25)]
    assert (group.left, round(group.expected_links, 6)) == (5, 2.5)
    assert len(best([candidate(1)], 25)) == 1


def test_page_types_and_angles_are_never_mixed() -> None:
    mixed = [
        candidate(1),
        candidate(2, page_type="asset"),
        candidate(3, link_type="list_post"),
        candidate(4, angle="pr"),
    ]
    assert len(groups(mixed)) == 4


def test_one_contact_per_domain_and_one_domain_per_person() -> None:
    same_domain = candidate(2, domain="s01.example")
    same_person = candidate(3, person_key="p1")
    nobody = [candidate(4, person_key=""), candidate(5, person_key="")]
    kept = one_per_person([candidate(1), same_domain, same_person, *nobody])
    assert [c.id for c in kept] == ["1", "4", "5"]


NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)  # a Friday


def people(n: int, zone: str = "Europe/Berlin") -> list[Person]:
    return [Person(f"k{i}", zone, True, "x.example") for i in range(n)]


def test_the_day_on_the_button_is_the_day_the_outbox_plans() -> None:
    sending = Sending(zone="Europe/Berlin")
    ahead = look_ahead(NOW, None, people(18), sending, [4, 9])
    assert ahead.first_day == date(2026, 11, 24)
    for person in people(18):
        assert ahead.first[person.key] == first_send(NOW, person.zone, sending.rules(person.site), person.key)
    assert ahead.all_done is not None
    assert ahead.all_done >= date(2026, 12, 11)


def test_the_daily_cap_spreads_the_first_mails() -> None:
    ahead = look_ahead(NOW, None, people(7), Sending(new_cap=3))
    assert (ahead.first_day, ahead.wave_done) == (date(2026, 11, 24), date(2026, 11, 26))


def test_windows_that_never_meet_are_told_and_not_guessed() -> None:
    night = Sending(window={"days": [6], "from": "01:00", "to": "02:00"}, zone="Europe/Berlin")
    assert "never meet" in look_ahead(NOW, None, people(1), night).trouble


def test_nobody_ready_has_no_day() -> None:
    assert look_ahead(NOW, None, [], Sending()).first_day is None


def test_the_start_is_typed_in_the_mailboxs_zone() -> None:
    moment = from_local("2026-11-24T09:00", "Europe/Berlin")
    assert moment == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    assert to_local(moment, "Europe/Berlin") == "2026-11-24T09:00"
    assert from_local(" ", "Europe/Berlin") is None


def test_a_share_comes_with_its_range() -> None:
    share = Share(2, 24)
    assert (round(share.mean, 3), round(share.low, 3), round(share.high, 3)) == (0.083, 0.035, 0.185)
    assert (Share(0, 0).low, Share(0, 0).high) == (0.0, 1.0)
