"""The pitches that come with the product."""

import pytest

from crm.batches import lint, wordlists
from crm.batches.fields import MAY_BE_EMPTY, Facts, values
from crm.batches.openings import propose
from crm.batches.render import check_source, names_used, render
from crm.batches.starters import Step, angle_for, read_text, starter
from crm.vocabulary import Angle, LinkType

FACTS = Facts(
    first_name="Ines",
    full_name="Ines Vidal",
    site="freelancestack.example",
    page_url="https://freelancestack.example/invoicing-kit",
    page_title="Invoicing and hours, the complete kit | FreelanceStack",
    anchor="free hourly rate worksheet",
    ctx_before="Some words. Before you quote a fixed price, fill in the",
    ctx_after="and round up to the next ten.",
    competitor_url="https://timeforge.example/rate-sheet?x=1",
    dead_since="3 November",
    target_url="https://tidyclock.example/rate-worksheet",
    target_title="Hourly rate worksheet",
    target_kind="asset",
    target_text="About holidays and admin hours. We found that 41% of invoices are paid late by small firms.",
    topic="hourly rates for freelancers",
    keywords=("admin hours", "holidays", "hourly rates"),
    brand="Tidyclock",
    own_site="tidyclock.example",
    sender_name="Mara Lindt",
)


@pytest.mark.parametrize("angle", list(Angle))
def test_each_angle_has_three_mails_under_120_words(angle: Angle) -> None:
    steps = starter(angle)
    assert [s.delay_days for s in steps] == [0, 4, 9]
    made = values(FACTS, {"opening_line": propose(FACTS, angle).text})
    for step in steps:
        assert check_source(step.subject) == [] == check_source(step.body)
        assert lint.word_count(render(step.body, made)) < 120
        assert len(step.body.split()) < 120


@pytest.mark.parametrize("angle", list(Angle))
@pytest.mark.parametrize("n", [0, 1, 2])
def test_each_mail_names_the_page_what_the_link_adds_and_the_target(angle: Angle, n: int) -> None:
    used = names_used(starter(angle)[n].body)
    assert {"page_url", "what_it_adds", "target_url"} <= used
    assert used & {"page_title", "opening_line"}


@pytest.mark.parametrize("angle", list(Angle))
def test_no_starter_draws_a_remark_from_the_checker(angle: Angle) -> None:
    made = values(FACTS, {"opening_line": propose(FACTS, angle).text})
    for n, step in enumerate(starter(angle), 1):
        names = names_used(step.body) | names_used(step.subject)
        draft = lint.Draft(
            key="a",
            step_no=n,
            subject=render(step.subject, made) or "Re: x",
            body=render(step.body, made),
            values=made,
            used=names,
            own_domains=("tidyclock.example",),
            site="freelancestack.example",
        )
        assert lint.check(draft) == []
        assert lint.missing(names, made, MAY_BE_EMPTY) == []


def test_no_starter_holds_praise_filler_or_link_trade() -> None:
    for angle in Angle:
        text = " ".join(s.subject + s.body for s in starter(angle)).lower()
        for _rule, _level, phrases, _words in wordlists.GROUPS:
            assert not [p for p in phrases if p in text.split() or f" {p} " in text]


def test_every_link_type_has_an_angle() -> None:
    assert {angle_for(t) for t in LinkType} == set(Angle)
    assert angle_for(None) is Angle.RESOURCE_PAGE
    assert angle_for("martian") is Angle.RESOURCE_PAGE


def test_a_pitch_file_begins_with_its_subject() -> None:
    assert read_text("Subject: Hello there\nBody\n") == Step("Hello there", "Body\n", 0)
    assert read_text("Subject: Re:\r\nBody\r\n", 4) == Step("", "Body\n", 4)
