"""How the fields of a pitch are filled from evidence, and what the proposed first line may say."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.batches.fields import (
    FIELDS,
    MAY_BE_EMPTY,
    Facts,
    finding,
    link_context,
    page_title,
    placement,
    post_idea,
    values,
    what_it_adds,
)
from crm.batches.openings import propose, same_words
from crm.vocabulary import Angle
from tests.batches.test_starters import FACTS


@pytest.mark.parametrize(
    ("title", "site", "url", "expected"),
    [
        ("Tools we like | Paperkite", "paperkite.example", "https://paperkite.example/t", "Tools we like"),
        ("Paperkite - Tools we like", "paperkite.example", "https://paperkite.example/t", "Paperkite - Tools we like"),
        ("Tools – and more – The Paper Kite", "paperkite.example", "", "Tools – and more"),
        ("Tracking - Time management", "time.example", "", "Tracking - Time management"),
        ("Plan - A", "paperkite.example", "", "Plan - A"),
        ('Say "hello"', "a.example", "", "Say 'hello'"),
        ("", "a.example", "https://a.example/best-time_tools.html", "Best time tools"),
        ("", "a.example", "https://a.example/", "your home page"),
        ("", "a.example", "https://a.example/?p=17", "your home page"),
        ("", "a.example", "https://a.example/17", ""),
        ("x" * 200, "a.example", "", "x" * 89 + "…"),
    ],
)
def test_the_page_is_called_by_its_own_title(title: str, site: str, url: str, expected: str) -> None:
    assert page_title(Facts(page_title=title, site=site, page_url=url)) == expected


def test_the_words_around_the_link_are_cut_to_what_a_person_would_quote() -> None:
    quoted = "… a fixed price, fill in the free hourly rate worksheet and round up to …"
    assert link_context(FACTS) == quoted
    assert link_context(Facts(anchor="here", ctx_before="see", ctx_after="now")) == ""


def test_an_anchor_that_says_nothing_gives_the_rivals_site_as_the_place() -> None:
    for words in ("", "here", "Click here", "https://timeforge.example/x"):
        assert placement(replace(FACTS, anchor=words)) == "next to your link to timeforge.example"
    assert placement(FACTS) == "next to “free hourly rate worksheet”"


def test_what_it_adds_names_only_keywords_that_stand_on_our_page() -> None:
    assert what_it_adds(FACTS) == "It covers hourly rates for freelancers, including admin hours and holidays."
    assert what_it_adds(replace(FACTS, target_text="only holidays here")).endswith("including holidays.")
    assert what_it_adds(replace(FACTS, target_text="nothing of it")) == "It covers hourly rates for freelancers."
    assert what_it_adds(replace(FACTS, topic="")) == ""


def test_a_figure_for_the_press_is_a_sentence_of_our_page_or_nothing() -> None:
    assert finding(FACTS) == "We found that 41% of invoices are paid late by small firms."
    assert finding(replace(FACTS, target_text="No number. Version 2 is out.")) == ""


def test_a_post_idea_is_not_what_their_page_is_already_about() -> None:
    assert post_idea(FACTS) == "Admin hours: a worked example"
    assert post_idea(replace(FACTS, page_title="All about admin hours")) == "Holidays: a worked example"


def test_a_persons_words_stand_above_the_batchs_and_those_above_the_machines() -> None:
    made = values(FACTS, {"topic": "mine", "brand": " "}, {"topic": "ours", "finding": "F", "no_field": "x"})
    assert (made["topic"], made["finding"], made["brand"]) == ("mine", "F", "Tidyclock")
    assert set(made) == set(FIELDS)


def test_half_an_address_is_never_used() -> None:
    long = "https://a.example/" + "x" * 600
    assert values(Facts(page_url=long))["page_url"] == ""
    assert values(Facts(page_url="https://a.example/a b"))["page_url"] == ""


@pytest.mark.parametrize("angle", list(Angle))
def test_a_first_line_is_proposed_from_each_strength_of_evidence(angle: Angle) -> None:
    around = propose(FACTS, angle)
    words = propose(replace(FACTS, ctx_before="", ctx_after=""), angle)
    title = propose(replace(FACTS, ctx_before="", ctx_after="", anchor=""), angle)
    assert [bool(o.text) for o in (around, words, title)] == [True, True, True]
    assert len({around.text, words.text, title.text}) == 3
    assert all("Invoicing and hours, the complete kit" in o.text for o in (around, words, title))
    assert "free hourly rate worksheet" in words.text


def test_without_evidence_nothing_is_proposed() -> None:
    assert propose(Facts(site="a.example"), Angle.RESOURCE_PAGE).text == ""
    assert propose(replace(FACTS, competitor_url=""), Angle.RESOURCE_PAGE).text == ""
    assert propose(replace(FACTS, page_title="", page_url="https://a.example/"), Angle.LIST_POST).text == ""
    assert propose(replace(FACTS, brand=""), Angle.UNLINKED_MENTION).text == ""


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=120), st.integers(0, 9))
def test_a_proposal_is_one_clean_line_whatever_the_page_says(title: str, anchor: str, around: str, turn: int) -> None:
    facts = replace(FACTS, page_title=title, anchor=anchor, ctx_before=around, ctx_after=around)
    for angle in Angle:
        line = values(facts, {"opening_line": propose(facts, angle, turn).text})["opening_line"]
        assert "\n" not in line
        assert len(line) <= 500


def test_lines_that_differ_only_in_looks_are_the_same_line() -> None:
    assert same_words("On “The Kit” you  write.", "on the kit you write")
    assert not same_words("", "")


def test_words_of_the_page_that_was_read_are_fields_and_may_be_empty() -> None:
    read = values(Facts(heading="Before you quote", audience="developers", our_passage="A rate must pay for holidays."))
    assert (read["heading"], read["audience"]) == ("Before you quote", "developers")
    assert read["our_passage"] == "A rate must pay for holidays."
    assert {"heading", "audience", "our_passage"} <= MAY_BE_EMPTY and values(Facts())["our_passage"] == ""
