"""The unattended main job: it wins links, counts by the servers' record, and plays out the same each time."""

import pytest

from crm.practice.demo import Scale, demo
from crm.practice.figures import Figures
from crm.vocabulary import LinkType

SMALL = Scale(45, ((30, 14),))


def play(seed: int, refused: LinkType | None = None, scale: Scale = SMALL) -> Figures:
    return demo(seed, lambda *_: None, refused=refused, scale=scale)


@pytest.mark.slow
def test_the_same_seed_plays_out_the_same_and_another_seed_differs() -> None:
    first, again, other = play(1), play(1), play(2)
    assert first.as_json() == again.as_json()
    assert first.as_json() != other.as_json()
    assert first.files == 5 and first.sent >= 25 and first.followups > 0 and first.replies > 0
    assert (first.mailed_twice, first.sent_after_stop, first.followup_before_inbox_read) == (0, 0, 0)


@pytest.mark.slow
def test_a_link_type_that_everybody_refuses_falls_in_rank() -> None:
    figures = play(1, LinkType.RESOURCE_PAGE, Scale(110, ((75, 21),)))
    sent = {line.link_type: line for line in figures.by_link_type}
    assert sent["resource_page"].sent >= 20 and sent["resource_page"].placed <= 1  # a blog may be taken for such a page
    places = {name: (before, after) for name, before, after in figures.ranks}
    before, after = places["resource_page"]
    assert after > before
