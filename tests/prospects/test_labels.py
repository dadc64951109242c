"""Noise and link types judged on labelled pages; docs/classification.md holds the whole report."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from bench.classify import macro, noise_scores
from tests.prospects.labelled import NOISE, Labelled, made, real, said


def judged(pages: Iterable[Labelled]) -> list[tuple[Labelled, str]]:
    return [(one, said(one)) for one in pages]


@cache
def judged_real() -> list[tuple[Labelled, str]]:
    return judged(real())


def test_the_made_set_is_large_and_knows_every_type_and_both_halves() -> None:
    pages = list(made())
    assert len(pages) >= 400
    for half in ("dev", "test"):
        assert len({p.label for p in pages if p.half == half}) == 10  # nine types and noise


@pytest.mark.parametrize("half", ["dev", "test"])
def test_types_and_noise_are_told_on_made_pages(half: str) -> None:
    pairs = judged(p for p in made() if p.half == half)
    assert macro(pairs) >= 0.9
    assert noise_scores(pairs)[2] >= 0.9


def test_misleading_words_and_names_do_not_mislead_often() -> None:
    pairs = judged(made("probes"))
    right = sum((one.label == NOISE) == (answer == NOISE) for one, answer in pairs)
    assert right / len(pairs) >= 0.9
    assert macro(pairs) >= 0.8


def test_pages_written_without_a_look_at_the_rules_stay_told() -> None:
    pairs = judged(made("unseen"))
    precision, recall, _f1 = noise_scores(pairs)
    assert len(pairs) > 400 and precision >= 0.98 and recall >= 0.93
    assert macro(pairs) >= 0.9


def test_types_and_noise_are_told_on_rows_of_real_exports(corpora: Path) -> None:
    pairs = judged_real()
    assert len(pairs) > 500
    test_half = [pair for pair in pairs if pair[0].half == "test"]
    assert macro(test_half) >= 0.8
    precision, recall, _f1 = noise_scores(test_half)
    assert precision >= 0.97 and recall >= 0.9


def test_no_linkable_row_of_a_real_export_is_called_noise(corpora: Path) -> None:
    wrong = [one.page.source_url for one, answer in judged_real() if one.label != NOISE and answer == NOISE]
    assert wrong == []
