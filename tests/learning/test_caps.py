"""How far invented wins may carry a link type, and that honest wins still carry it further."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from scipy.special import logit

from crm.learning.model import fit, shipped
from crm.learning.priors import CAP
from tests.learning.simulation import START, TYPES, World

NOW = START + timedelta(days=210)
EVENTS = ("sent_at", "interested_at", "refused_at", "linked_at")
PLAIN = {"relevance": 55.0, "dr": 45.0, "overlap": 1, "contact_kind": "named", "competitor": "B", "target_page": "/b"}


def weekly(n: int, seed: int, kind: str = "published") -> pd.DataFrame:
    """An honest log over 28 weeks."""
    world = World(kind, np.random.default_rng(seed))
    sent = world.mail(world.prospects(n), START)
    later = pd.to_timedelta(7 * np.random.default_rng(seed + 1).integers(0, 28, n), unit="D")
    for name in EVENTS:
        sent[name] = sent[name] + later
    return sent[[c for c in sent.columns if not c.startswith("_")]]


def invented(link_type: str, days: list[int]) -> pd.DataFrame:
    """200 wins of all sorts of sites, sent on such days."""
    dice = np.random.default_rng(5)
    at = pd.Series([pd.Timestamp(START + timedelta(days=days[i % len(days)])) for i in range(200)])
    wins = {
        "link_type": link_type, "relevance": dice.uniform(20, 95, 200), "dr": dice.uniform(10, 90, 200),
        "overlap": dice.integers(1, 4, 200), "contact_kind": "named", "competitor": "A", "target_page": "/a",
        "sent_at": at, "interested_at": at + pd.Timedelta(days=1), "linked_at": at + pd.Timedelta(days=3),
    }  # fmt: skip
    return pd.DataFrame(wins)


@pytest.mark.parametrize("n", [0, 100, 1000])
@pytest.mark.parametrize("link_type", ["digital_pr", "resource_page", "unlinked_mention"])
@pytest.mark.parametrize("kind", ["published", "reversed"])
def test_a_flood_in_a_week_moves_no_chance_beyond_the_cap(kind: str, link_type: str, n: int) -> None:
    honest = weekly(n, 3, kind) if n else pd.DataFrame()
    clean, flooded = (fit(log, now=NOW) for log in (honest, pd.concat([honest, invented(link_type, [30, 31, 33])])))
    for where in ({}, {"competitor": "A", "target_page": "/a"}):
        row = pd.DataFrame([{**PLAIN, **where, "link_type": link_type}])
        assert logit(flooded.chance(row)) - logit(clean.chance(row)) <= CAP
    others = pd.DataFrame([{**PLAIN, "link_type": t} for t in TYPES if t != link_type])
    assert np.abs(logit(flooded.chance(others)) - logit(clean.chance(others))).max() < 1.0


def test_wins_invented_every_day_stop_near_the_cap_above_the_shipped_guess() -> None:
    flooded = fit(pd.concat([weekly(300, 3), invented("digital_pr", list(range(190)))]), now=NOW)
    row = pd.DataFrame([{**PLAIN, "link_type": "digital_pr"}])
    assert logit(flooded.chance(row))[0] - logit(shipped().chance(row))[0] <= CAP + 0.5


def test_a_type_that_wins_week_after_week_among_losses_is_believed_beyond_the_cap() -> None:
    dice, rows = np.random.default_rng(8), []
    for week in range(16):
        for won in dice.random(15) < 0.4:
            at = START + timedelta(days=7 * week)
            answered = {"interested_at": at + timedelta(days=2), "linked_at": at + timedelta(days=9)} if won else {}
            rows.append({**PLAIN, "link_type": "digital_pr", "sent_at": at, **answered})
    found = fit(pd.DataFrame(rows), now=NOW).interest(pd.DataFrame([{**PLAIN, "link_type": "digital_pr"}]))[0]
    assert 0.3 < found < 0.45  # the cap alone would stop below 0.2
