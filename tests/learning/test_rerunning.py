"""Reasons to look at the gap again fire by themselves, are said where people look, and stay closed once seen."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from crm import clock, db, journal, undo
from crm.accounts import service as accounts
from crm.learning import run
from crm.learning.rerunning.queries import reasons
from crm.models.accounts import Project
from crm.models.gap import Import, LinkingPage, Snapshot
from crm.models.learning import RerunReason
from crm.models.targets import HealthCheck, TargetPage
from tests.conftest import MONDAY, World

LATER = MONDAY + timedelta(days=10)


@pytest.fixture
def project(world: World, now: object) -> Project:
    """A gap computed on Monday; nothing happened since."""
    with db.transaction() as s:
        here = s.get_one(Project, world.project.id)
        with clock.at(MONDAY - timedelta(days=40)):
            accounts.add_competitor(s, here, "rival.example")
        for days in (30, 0):
            at = MONDAY - timedelta(days=days)
            s.add(Snapshot(project_id=here.id, at=at, n_domains=9, n_gap=5, changes={}))
        return here


def _open(project: Project) -> list[str]:
    with db.reading() as s:
        query = select(RerunReason.words).where(RerunReason.project_id == project.id, RerunReason.closed_at.is_(None))
        return list(s.scalars(query.order_by(RerunReason.id)))


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("content.published", "A new asset is published: its waiting prospects can be pitched."),
        ("target.added", "The target pages changed: other rivals may matter now."),
        ("rivals.changed", "Other sites lead the results for your keywords now."),
        ("learning.reset", "The scoring was changed by hand."),
    ],
)
def test_what_happens_after_a_gap_fires_once_by_itself(project: Project, kind: str, words: str) -> None:
    assert run.watch_reasons() == 0
    with clock.at(LATER):
        with db.transaction() as s:
            journal.record(s, kind, project, project=s.get_one(Project, project.id))
        assert run.watch_reasons() == 1 and run.watch_reasons() == 0
        assert _open(project) == [words]
        with db.transaction() as s:  # a new gap takes it into account
            s.add(Snapshot(project_id=project.id, at=LATER + timedelta(hours=1), n_domains=9, n_gap=5))
        run.watch_reasons()
    assert _open(project) == []


def test_a_reason_that_was_seen_stays_closed_until_it_happens_again(
    ada: FlaskClient, cleo: FlaskClient, project: Project
) -> None:
    with clock.at(LATER), db.transaction() as s:
        journal.record(s, "content.published", project, project=s.get_one(Project, project.id))
    with clock.at(LATER + timedelta(hours=1)):
        run.watch_reasons()
        with db.reading() as s:
            public_id = s.scalar(select(RerunReason.public_id)) or ""
        assert "A new asset is published" in ada.get("/gap?stage=all").text or "A new asset" in ada.get("/").text
        assert "1 reason to look at the gap again" in ada.get("/").text
        assert cleo.post(f"/review/reasons/{public_id}/close").status_code == 404
        assert ada.post(f"/review/reasons/{public_id}/close", data={"next": "/gap"}).location == "/gap"
        assert run.watch_reasons() == 0 and _open(project) == []
        with db.transaction() as s:
            undo.take_back(s, s.scalar(select(undo.Undo.public_id)) or "", project.id)
        assert len(_open(project)) == 1
        ada.post(f"/review/reasons/{public_id}/close")
        with db.transaction() as s:
            journal.record(s, "content.published", project, project=s.get_one(Project, project.id))
        assert run.watch_reasons() == 1


def test_a_rival_that_grew_and_a_page_that_spreads_are_named(project: Project) -> None:
    with db.transaction() as s:
        last = s.scalars(select(Snapshot).order_by(Snapshot.id.desc())).first()
        assert last is not None
        last.changes = {"spikes": {"A": 40}}
        file = Import(project_id=project.id, filename="a.csv", sha256="0" * 64, size=1, uploaded_at=MONDAY)
        s.add(file)
        s.flush()
        for i in range(7):
            s.add(
                LinkingPage(
                    project_id=project.id,
                    import_id=file.id,
                    competitor_id=1,
                    file_row=i,
                    source_url=f"https://s{i}.example/a",
                    source_key=f"s{i}.example/a",
                    source_domain=f"s{i}.example",
                    target_url="https://rival.example/study" if i < 6 else "https://rival.example/other",
                    link_type="editorial_mention",
                    first_seen=(MONDAY - timedelta(days=i)).date(),
                )
            )
    with db.reading() as s:
        words = [r.words for r in reasons(s, s.get_one(Project, project.id))]
    assert words == [
        "rival.example gained 40 referring domains: something of theirs earns links.",
        "6 new sites link to https://rival.example/study of rival.example since 24 Oct: it earns attention.",
    ]


def test_a_repaired_page_and_an_old_gap_fire(project: Project) -> None:
    with db.transaction() as s:
        page = TargetPage(project_id=project.id, url="https://tidyclock.example/kit", title="Kit", created_at=MONDAY)
        s.add(page)
        s.flush()
        s.add(HealthCheck(target_page_id=page.id, at=MONDAY - timedelta(days=1), passed=False))
        s.add(HealthCheck(target_page_id=page.id, at=LATER, passed=True))
    with clock.at(MONDAY + timedelta(days=100)), db.reading() as s:
        words = [r.words for r in reasons(s, s.get_one(Project, project.id))]
    assert words == [
        "The last gap is 100 days old.",
        "Own pages were repaired: prospects that waited for them can be pitched.",
    ]


def test_a_strong_site_that_began_to_link_to_a_rival_is_news_for_two_weeks(ada: FlaskClient, project: Project) -> None:
    with db.transaction() as s:
        last = s.scalars(select(Snapshot).order_by(Snapshot.id.desc())).first()
        assert last is not None
        last.changes = {"strong": [{"domain": "big.example", "dr": 78.0, "to": "A"}]}
    with clock.at(LATER):
        today = ada.get("/").text
    assert "1 strong site began to link to a rival" in today and "big.example (DR 78) links to A now" in today
    assert "big.example" in ada.get("/gap/changes?kind=strong").text
    with clock.at(MONDAY + timedelta(days=15)):
        assert "began to link to a rival" not in ada.get("/").text
