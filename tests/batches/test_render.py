"""What a pitch may contain, and that preview and mail are the same words."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.batches.fields import FIELDS, Facts, values
from crm.batches.render import NotRendered, check_source, closing, pieces, render, with_closing

ATTACKS = [
    "{{ ''.__class__ }}",
    "{{ first_name|attr('__class__') }}",
    "{{ '{0.__class__}'.format(first_name) }}",
    "{{ (first_name|attr('format'))(1) }}",
    "{{ cycler.__init__ }}",
    "{% set c.name = 1 %}{{ c }}",
    "{{ range(10**9) }}",
    "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}",
    "{{ lipsum(n=200000) }}",
    "{{ 'a'*10**9 }}",
    "{{ '%1000000000d'|format(1) }}",
    "{{ '{:1000000000}'.format(1) }}",
    "{{ 'x'|center(10**9) }}",
    "{{ 'x'|indent(10**7) }}",
    "{% set ns = namespace(s='x') %}{% for i in range(40) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
    "{{ c.secret() }} {{ c.password }}",
    "{{ first_name|safe }}",
    "{{ first_name|map('upper') }}",
    "{% include '/etc/passwd' %}",
    "{% import 'x' as y %}",
    "{% extends 'a' %}",
    "{% block a %}{% endblock %}",
    "{% macro a() %}{{ a() }}{% endmacro %}",
    "{% call x() %}{% endcall %}",
    "{% filter upper %}a{% endfilter %}",
    "{% with a=1 %}{% endwith %}",
    "{% autoescape false %}{% endautoescape %}",
    "{{ self }}",
    "{{ loop }}",
    "{{ joiner }}",
    "{{ config }}",
    "{{ first_name[0] }}",
    "{{ first_name.upper() }}",
    "{{ [1, 2] }}",
    "{{ {} }}",
    "{{ (1, 2) }}",
    "{{ first_name ~ site }}",
    "{{ first_name|default(*site) }}",
    "{{ first_name|default(default_value='x') }}",
    "{{ first_name is mapping }}",
    "{{ site is sameas true }}",
    "{{ 2 ** 99999999 }}",
    "{% if site %}" * 200 + "x" + "{% endif %}" * 200,
    "{{ site" + "|upper" * 3000 + " }}",
    "{{ " + "(" * 5000 + "site" + ")" * 5000 + " }}",
    "x" * 20_001,
]


@pytest.mark.parametrize("source", ATTACKS, ids=lambda s: s[:40])
def test_every_attack_is_refused_when_the_pitch_is_saved(source: str) -> None:
    started = time.process_time()
    assert check_source(source)
    assert time.process_time() - started < 2
    with pytest.raises(NotRendered):
        render(source, dict.fromkeys(FIELDS, "x"))


def test_an_unknown_field_is_named_with_its_line_and_the_nearest_one() -> None:
    (problem,) = check_source("Hi\n{{ frist_name }}")
    assert problem.code == "unknown_field"
    assert problem.line == 2
    assert "frist_name" in problem.words
    assert "first_name" in problem.words


def test_an_open_bracket_is_a_sentence_and_not_a_crash() -> None:
    assert check_source("Hi {{ first_name")[0].code == "syntax"


def test_ordinary_pitches_pass_and_render() -> None:
    source = (
        "Hi {{ first_name|default('there') }},\n{% if finding %}\n{{ finding }}\n{% else %}\nno figure\n{% endif %}"
    )
    assert check_source(source) == []
    made = values(Facts())
    assert render(source, made) == "Hi there,\nno figure"
    assert render(source, {**made, "first_name": "Ines"}).startswith("Hi Ines,")


def test_a_field_that_was_not_given_stops_the_mail() -> None:
    with pytest.raises(NotRendered, match="site"):
        render("{{ site }}", {"brand": "x"})


def test_the_pieces_of_a_preview_join_to_the_mail_that_is_sent() -> None:
    source = "{{ greeting }}, {{ full_name|first_name }} {{ site|upper }} {% if role %}{{ role }}{% endif %}"
    made = {**values(Facts()), "greeting": "Hi Ada", "full_name": "Ada Lovelace", "site": "a.example"}
    cut = pieces(source, made)
    assert "".join(p.text for p in cut) == render(source, made) == "Hi Ada, Ada A.EXAMPLE"
    assert [p.field for p in cut if p.field] == ["greeting", "full_name", "site"]


def test_a_condition_on_a_value_gives_the_same_words_in_preview_and_mail() -> None:
    source = "{{ 'yes' if site == 'a.example' else 'no' }}"
    made = {**values(Facts()), "site": "a.example"}
    assert "".join(p.text for p in pieces(source, made)) == render(source, made) == "yes"


@given(st.text(max_size=700))
def test_no_value_brings_control_characters_or_template_code_into_a_mail(text: str) -> None:
    made = values(Facts(first_name=text, page_title=text, anchor=text), {"opening_line": text})
    out = render("{{ greeting }}|{{ opening_line }}|{{ page_title }}|{{ anchor }}", made)
    assert not any(ord(c) < 32 or ord(c) == 127 for c in out)
    assert len(made["opening_line"]) <= 500


def test_template_code_inside_a_value_stays_text() -> None:
    made = values(Facts(page_title="{{ site }}{% raw %}"))
    assert render("{{ page_title }}", made) == "{{ site }}{% raw %}"


def test_the_closing_holds_the_way_out_and_the_address_on_one_line() -> None:
    words = closing("Tidyclock GmbH\n  Main Street 1\n\n10115 Berlin")
    assert "no thanks" in words
    assert words.splitlines()[-1] == "Tidyclock GmbH, Main Street 1, 10115 Berlin"
    assert with_closing("Hello\n", words).startswith("Hello\n\n--\n")
