"""Visits from placed links, from files of analytics tools."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from crm import db
from crm.errors import BadInput
from crm.models.outcomes import Placement, Referral
from crm.outcomes import queries, referrals, service
from tests.outcomes.conftest import PAGE, TARGET

GA4 = """# ----------------------------------------
# Traffic acquisition: Session source
# Start date: 20261101
# End date: 20261130
# ----------------------------------------
Session source / medium,Landing page + query string,Sessions,Engaged sessions,Key events
blog.example / referral,/guide,"1,204",800,12
www.blog.example / referral,/guide,6,2,0
google / organic,/guide,9000,7000,300
(direct) / (none),/,500,200,1
Grand total,,10710,8002,313
"""
PLAUSIBLE = (
    "name,visitors,bounce_rate,visit_duration\nblog.example,41,60,33\nDirect / None,900,50,10\nnews.example,3,10,5\n"
)


def test_a_google_analytics_export_gives_sites_with_visits_and_its_days() -> None:
    found = referrals.read(GA4)
    assert [(v.source_domain, v.landing_url, v.sessions, v.engaged, v.conversions) for v in found.rows] == [
        ("blog.example", "/guide", 1210, 802, 12.0)
    ]
    assert (found.starts_on, found.ends_on, found.skipped) == (date(2026, 11, 1), date(2026, 11, 30), 3)


def test_a_plausible_export_and_a_german_table_are_read_as_well() -> None:
    assert [(v.source_domain, v.sessions) for v in referrals.read(PLAUSIBLE).rows] == [
        ("blog.example", 41),
        ("news.example", 3),
    ]
    german = "Referrer;Sessions;Conversions\nhttps://blog.example/post;12;1,5\n"
    assert referrals.read(german).rows[0].conversions == 1.5


@pytest.mark.parametrize("text", ["", "# only a remark\n", "Domain,DR\nblog.example,40\n"])
def test_what_is_no_export_of_visits_is_refused_in_words(text: str) -> None:
    with pytest.raises(BadInput, match=r"empty|no export of visits"):
        referrals.read(text)


def test_the_same_file_twice_counts_once_and_shows_on_the_link(world: Any, now: object) -> None:
    found = referrals.read(GA4)
    with db.transaction() as s:
        link = service.watch(s, world.project, PAGE, TARGET)
        for _ in range(2):
            assert service.keep_referrals(s, world.project, found, date(2026, 11, 1), date(2026, 11, 30)) == 1
        assert s.scalars(select(Referral.sessions)).all() == [1210]
        assert queries.visits_from(s, s.get_one(Placement, link.id)) == (1210, 12.0)
