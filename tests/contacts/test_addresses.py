"""Addresses: one form per reader, desks, daemons, and nothing that forges a header."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.contacts import addresses

SAME = [
    ("Jane.Roe+links@Gmail.com", "janeroe@gmail.com"),
    ("janeroe@googlemail.com", "janeroe@gmail.com"),
    ("Ed@Bücher.example", "ed@xn--bcher-kva.example"),
    ("info@Site.Example", "info@site.example"),
]


@pytest.mark.parametrize(("written", "normal"), SAME)
def test_equal_forms_reach_the_same_person(written: str, normal: str) -> None:
    assert addresses.normal_form(written) == normal


@pytest.mark.parametrize("bad", ["eve", "eve@", "@site.example", "a b@site.example", "eve@site", "e@x..example", ""])
def test_an_address_without_its_parts_is_refused_with_a_sentence(bad: str) -> None:
    with pytest.raises(ValueError, match="is not a mail address"):
        addresses.parse(bad)


@given(st.text(alphabet=st.characters(max_codepoint=0x2030), max_size=40))
def test_no_name_with_a_control_character_gets_through(name: str) -> None:
    forged = any(ord(c) < 32 or ord(c) in (0x7F, 0x85, 0x2028, 0x2029) for c in name)
    if forged:
        with pytest.raises(ValueError, match="forge"):
            addresses.clean_name(name)
    else:
        assert len(addresses.clean_name(name)) <= 120


def test_desks_and_daemons_are_told_apart_from_people() -> None:
    assert addresses.is_role("editor@site.example")
    assert addresses.is_role("press-uk@site.example")
    assert not addresses.is_role("jane@site.example")
    assert addresses.is_forbidden("no-reply@site.example")
    assert addresses.is_forbidden("MAILER-DAEMON@site.example")
    assert not addresses.is_forbidden("nora@site.example")
