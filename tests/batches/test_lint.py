"""What the mail checker says, and at which level."""

from dataclasses import replace

import pytest

from crm.batches.lint import Draft, check, compare, first_line, holds, links, missing, word_count
from crm.batches.wordlists import GROUPS

VALUES = {
    "opening_line": "On “The kit” the link “rate sheet” takes readers to rival.example.",
    "page_title": "The kit",
    "page_url": "https://their.example/kit",
    "anchor": "rate sheet",
    "competitor_site": "rival.example",
    "target_url": "https://mine.example/sheet",
}
BODY = (
    "Hi Ines,\n\nOn “The kit” the link “rate sheet” takes readers to rival.example.\n\n"
    "I think our sheet belongs on https://their.example/kit as well: https://mine.example/sheet\n\nMara"
)
GOOD = Draft(
    key="a",
    step_no=1,
    subject="A second sheet for The kit",
    body=BODY,
    values=VALUES,
    used=frozenset({"opening_line", "page_title", "page_url", "anchor"}),
    own_domains=("mine.example",),
    site="their.example",
)


def rules(draft: Draft) -> dict[str, str]:
    return {f.rule: f.level for f in check(draft)}


def test_a_good_mail_draws_no_remark() -> None:
    assert check(GOOD) == []


@pytest.mark.parametrize(
    ("change", "rule", "level"),
    [
        ({"body": BODY + "\n{{ first_name }}"}, "unresolved", "error"),
        ({"body": BODY + "\nDear [First Name]"}, "unresolved", "error"),
        ({"subject": "A page for {% site %}"}, "unresolved", "error"),
        ({"body": BODY.replace("our sheet", "None")}, "empty_value", "error"),
        ({"body": BODY.replace("our sheet", "nan")}, "empty_value", "error"),
        ({"body": BODY.replace("Hi Ines,", "Hi ,")}, "empty_greeting", "error"),
        ({"body": BODY.replace("Hi Ines,", "Dear,")}, "empty_greeting", "error"),
        ({"body": BODY + "\nlook at “ ” there"}, "empty_slot", "error"),
        ({"body": ""}, "empty_body", "error"),
        ({"values": {**VALUES, "opening_line": " "}}, "opening_empty", "error"),
        ({"subject": ""}, "subject_empty", "error"),
        ({"subject": "Re: our talk last week"}, "false_reply", "error"),
        ({"subject": "FWD: our talk last week"}, "false_reply", "error"),
        ({"subject": "AW: our talk last week"}, "false_reply", "error"),
        ({"subject": "x" * 61}, "subject_long", "warn"),
        ({"subject": "Hi"}, "subject_short", "warn"),
        ({"subject": "A SECOND SHEET FOR YOU"}, "subject_caps", "warn"),
        ({"subject": "A second sheet for you!!"}, "subject_loud", "warn"),
        ({"subject": "A second sheet for you 🎉"}, "subject_loud", "warn"),
        ({"body": BODY + " word" * 140}, "long", "warn"),
        ({"body": BODY + " word" * 200}, "too_long", "error"),
        ({"body": BODY + " word" * 200, "long_allowed": True}, "too_long", "warn"),
        ({"used": frozenset({"page_title"})}, "not_personal", "warn"),
        (
            {"body": BODY.replace("“The kit”", "“it”").replace("their.example/kit", "their.example/x")},
            "no_placement",
            "warn",
        ),
        ({"body": BODY + " https://a.mine.example/1 https://mine.example/2"}, "many_links", "warn"),
        ({"body": BODY + " https://bit.ly/x"}, "shortener", "error"),
        ({"body": BODY + " https://elsewhere.example/x"}, "foreign_link", "warn"),
        ({"body": BODY.replace("https://mine", "http://mine")}, "plain_http", "warn"),
        ({"body": BODY + " I just wanted to ask."}, "filler", "warn"),
        ({"body": BODY + " Your blog is amazing."}, "flattery", "warn"),
        ({"body": BODY + " We could do a link exchange."}, "link_trade", "warn"),
        ({"body": BODY + " A dofollow link would do."}, "link_trade", "warn"),
        ({"body": BODY + " This is a limited time thing."}, "spam_words", "info"),
        ({"body": BODY + " <b>bold</b>"}, "html", "warn"),
    ],
)
def test_each_rule_speaks_at_its_level(change: dict[str, object], rule: str, level: str) -> None:
    assert rules(replace(GOOD, **change)).get(rule) == level  # type: ignore[arg-type]


def test_a_follow_up_may_say_re_and_needs_no_placement() -> None:
    later = replace(GOOD, step_no=2, subject="Re: A second sheet", body="Hi Ines,\n\nStill true.", uses_opening=False)
    assert check(later) == []


def test_words_of_the_recipients_own_page_are_not_held_against_us() -> None:
    values = {**VALUES, "page_title": "Amazing payment tools"}
    body = BODY.replace("The kit", "Amazing payment tools")
    assert check(replace(GOOD, body=body, values=values)) == []


def test_a_repeated_first_line_holds_the_second_recipient_only() -> None:
    other = replace(GOOD, key="b", site="other.example")
    third = replace(GOOD, key="c", values={**VALUES, "opening_line": "Something else entirely."})
    shouted = replace(GOOD, key="d", values={**VALUES, "opening_line": VALUES["opening_line"].upper() + "!"})
    found = compare([GOOD, other, third, shouted])
    assert {key: holds(remarks) for key, remarks in found.items()} == {"a": False, "b": True, "c": False, "d": True}
    assert "their.example" in found["b"][0].words


def test_a_copied_mail_is_told_but_not_held() -> None:
    other = replace(GOOD, key="b", values={**VALUES, "opening_line": "Another line."})
    (remark,) = compare([GOOD, other])["b"]
    assert (remark.rule, remark.level) == ("copy_paste", "warn")


def test_without_a_personal_line_the_first_paragraph_counts() -> None:
    plain = replace(GOOD, uses_opening=False)
    assert first_line(plain).startswith("On “The kit”")
    assert holds(compare([plain, replace(plain, key="b")])["b"])


def test_words_and_links_are_counted_as_people_count() -> None:
    assert word_count("One two -- three https://a.example/b four.") == 4
    assert links("See https://a.example/b, and www.c.example).") == ["https://a.example/b", "www.c.example"]


def test_an_empty_value_is_named_unless_it_may_be_empty() -> None:
    found = missing(frozenset({"topic", "role", "opening_line"}), {"topic": "", "role": ""}, frozenset({"role"}))
    assert [(f.rule, f.mend) for f in found] == [("field_empty", "topic")]


def test_no_word_list_entry_is_upper_case_or_doubled() -> None:
    for _rule, _level, phrases, _words in GROUPS:
        assert len(set(phrases)) == len(phrases)
        assert all(p == p.lower() for p in phrases)
