"""From uploads to prospects: recognised, counted, compared, taken back."""

import io
import zipfile
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select

from crm import db, undo, work
from crm.accounts import service as accounts
from crm.adapters import blobs
from crm.errors import BadInput, Refused
from crm.gap import run, service
from crm.gap.intake import service as intake
from crm.gap.intake.keep import Sizes
from crm.models.accounts import Competitor, Project
from crm.models.events import Job
from crm.models.gap import GapDomain, Import, ImportReject, LinkingPage, Snapshot
from crm.models.prospects import Prospect
from tests.conftest import populate

HEAD = "Referring page title,Referring page URL,Language,Domain rating,UR,Target URL,Anchor,Nofollow,Lost\n"


def _csv(target: str, *pages: str, language: str = "en", lost: str = "") -> bytes:
    lines = [
        f"Useful links,{page},{language},{30 + i},{i},https://{target}/,see,false,{lost}\n"
        for i, page in enumerate(pages)
    ]
    return (HEAD + "".join(lines)).encode()


def _send(project: Project, name: str, data: bytes, owner: str | None = None) -> Import:
    with db.transaction() as s:
        here = s.get_one(Project, project.id)
        imp = service.receive(s, here, name, io.BytesIO(data))
        if owner and imp.state == "uploaded":
            service.assign(s, here, imp, owner)
        if imp.state == "uploaded":
            service.start(s, here, imp)
        return imp


@pytest.fixture
def project(both: str) -> Project:
    with db.transaction() as s:
        here = populate(s).project
        accounts.add_competitor(s, here, "rival-a.example")
        accounts.add_competitor(s, here, "rival-b.example")
        return here


def _loaded(project: Project) -> None:
    _send(project, "own.csv", _csv("www.tidyclock.example", "https://ours.example/links", "https://both.example/links"))
    _send(
        project,
        "a.csv",
        _csv(
            "rival-a.example",
            "https://one.example/useful-links",
            "https://both.example/x",
            "https://blog.one.example/b",
            "https://tidyclock.example/us",
            "https://rival-b.example/",
            "mailto:x",
        ),
    )
    _send(project, "b.csv", _csv("rival-b.example", "https://one.example/resources", "https://two.example/resources"))
    work.run_until_idle()


def test_files_of_three_sides_become_a_gap_with_evidence_and_prospects(project: Project) -> None:
    _loaded(project)
    with db.reading() as s:
        states = s.execute(
            select(Import.filename, Import.state, Import.is_mine, Import.rows_read, Import.accepted, Import.rejected)
        ).all()
        assert sorted(tuple(row) for row in states) == [
            ("a.csv", "done", False, 6, 5, 1),
            ("b.csv", "done", False, 2, 2, 0),
            ("own.csv", "done", True, 2, 2, 0),
        ]
        assert s.scalars(select(ImportReject.row)).all() == [6]
        snapshot = s.scalars(select(Snapshot).order_by(Snapshot.id.desc())).first()
        assert snapshot is not None and snapshot.n_gap == 2
        rows = s.scalars(select(GapDomain).where(GapDomain.snapshot_id == snapshot.id).order_by(GapDomain.domain)).all()
        found = {row.domain: (row.in_gap, row.overlap, row.why_not) for row in rows}
        assert found["one.example"] == (True, 2, None)
        assert found["two.example"] == (True, 1, None)
        assert found["both.example"] == (False, 1, "already_linking")
        assert found["tidyclock.example"][2] == "own"
        assert found["rival-b.example"][2] == "competitor"
        a = s.scalar(select(Competitor).where(Competitor.domain == "rival-a.example"))
        one = next(row for row in rows if row.domain == "one.example")
        assert a is not None and one.links[a.public_id] == 2
        pages = s.scalars(select(LinkingPage.source_url).where(LinkingPage.source_domain == "one.example")).all()
        assert sorted(pages) == [
            "https://blog.one.example/b",
            "https://one.example/resources",
            "https://one.example/useful-links",
        ]
        prospects = {p.domain: p for p in s.scalars(select(Prospect))}
        assert set(prospects) == {"one.example", "two.example"}
        assert (prospects["one.example"].competitors, prospects["one.example"].overlap) == ("AB", 2)
        assert prospects["one.example"].best_page_id is not None


def test_the_same_file_twice_adds_nothing_and_a_rerun_changes_nothing(project: Project) -> None:
    _loaded(project)
    first = _send(
        project, "again.csv", _csv("rival-b.example", "https://one.example/resources", "https://two.example/resources")
    )
    assert first.filename == "b.csv"
    with db.reading() as s:
        before = [s.scalar(select(func.count()).select_from(m)) for m in (Import, LinkingPage, Prospect)]
    run.compute(project.id)
    run.compute(project.id)
    with db.reading() as s:
        assert [s.scalar(select(func.count()).select_from(m)) for m in (Import, LinkingPage, Prospect)] == before


def test_a_newer_export_shows_what_is_new_closed_and_lost(project: Project) -> None:
    _loaded(project)
    _send(project, "own-new.csv", _csv("tidyclock.example", "https://two.example/links"))
    _send(project, "b-new.csv", _csv("rival-b.example", "https://three.example/links"))
    work.run_until_idle()
    with db.reading() as s:
        snapshot = s.scalars(select(Snapshot).order_by(Snapshot.id.desc())).first()
        assert snapshot is not None
        assert (snapshot.changes["new"], snapshot.changes["closed"]) == (["three.example"], ["two.example"])
        two = s.scalar(select(Prospect).where(Prospect.domain == "two.example"))
        assert two is not None and (two.stage, two.set_aside_rule) == ("set_aside", "already_linking")


def test_an_import_can_be_taken_out_and_put_back(project: Project) -> None:
    _loaded(project)
    with db.transaction() as s:
        imp = s.scalar(select(Import).where(Import.filename == "b.csv"))
        assert imp is not None
        token = service.take_out(s, s.get_one(Project, project.id), imp)
    work.run_until_idle()
    with db.reading() as s:
        one = s.scalar(select(Prospect).where(Prospect.domain == "one.example"))
        assert one is not None and one.competitors == "A"
    with db.transaction() as s:
        undo.take_back(s, token, project.id)
    work.run_until_idle()
    with db.reading() as s:
        one = s.scalar(select(Prospect).where(Prospect.domain == "one.example"))
        assert one is not None and one.competitors == "AB"


def test_a_look_alike_is_refused_and_our_own_file_is_not_taken_for_a_rivals(project: Project) -> None:
    refused = _send(project, "k.csv", b"Keyword,Volume,KD\nkiln,10,2\n")
    assert refused.state == "refused"
    assert refused.refused is not None and "organic keywords" in refused.refused["reason"]
    with pytest.raises(BadInput, match="your own site"):
        _send(project, "own.csv", _csv("tidyclock.example", "https://ours.example/links"), owner="rival-a.example")
    with pytest.raises(BadInput, match="a competitor"):
        _send(project, "a.csv", _csv("rival-a.example", "https://ours.example/links"), owner="mine")
    with pytest.raises(Refused, match="whose links"):
        _send(project, "c.csv", _csv("unknown.example", "https://ours.example/links"))


def test_naming_an_unknown_domain_adds_it_as_a_competitor(project: Project) -> None:
    _send(project, "c.csv", _csv("third.example", "https://four.example/links"), owner="third.example")
    work.run_until_idle()
    with db.reading() as s:
        four = s.scalar(select(Prospect).where(Prospect.domain == "four.example"))
        assert four is not None and four.competitors == "C"


def test_lost_links_and_other_languages_are_set_aside_with_their_reason(project: Project) -> None:
    _send(project, "a.csv", _csv("rival-a.example", "https://gone.example/links", lost="2026-01-01"))
    _send(project, "b.csv", _csv("rival-b.example", "https://autre.example/liens", language="fr"))
    work.run_until_idle()
    with db.reading() as s:
        rules = {p.domain: (p.stage, p.set_aside_rule) for p in s.scalars(select(Prospect))}
    assert rules == {"gone.example": ("set_aside", "lost"), "autre.example": ("set_aside", "language")}


def test_a_gap_file_counts_for_each_rival_in_its_columns(project: Project) -> None:
    _send(
        project,
        "gap.csv",
        b"Domain,Authority Score,Matches,tidyclock.example,rival-a.example,rival-b.example\nfive.example,45,2,0,3,1\nsix.example,40,1,2,0,1\n",
    )
    work.run_until_idle()
    with db.reading() as s:
        rows = {r.domain: (r.in_gap, r.overlap, r.links_total, r.own_links) for r in s.scalars(select(GapDomain))}
    assert rows == {"five.example": (True, 2, 4, 0), "six.example": (False, 1, 1, 2)}


def test_a_cancelled_import_leaves_nothing_and_a_killed_one_goes_on(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = [f"https://s{i}.example/links" for i in range(30)]
    monkeypatch.setattr(run, "keep", partial(run.keep, sizes=Sizes(first=900, other=900)))
    imp = _send(project, "a.csv", _csv("rival-a.example", *pages))
    reached: list[int] = []

    def killed(self: work.Running, done: int, total: int | None = None, step: str | None = None) -> None:
        reached.append(done)
        if len(reached) == 3:  # the start, and two blocks
            raise work.Stopped("lost")

    with monkeypatch.context() as m:
        m.setattr(work.Running, "progress", killed)
        work.run_next()
    assert len(list(intake.rows_folder(imp).glob("part-*"))) == 2
    with db.transaction() as s:
        s.get_one(Job, imp.job_id).state = "queued"
    work.run_until_idle()
    with db.reading() as s:
        done = s.get_one(Import, imp.id)
        assert (done.state, done.rows_read, done.accepted) == ("done", 30, 30)
        assert s.scalar(select(func.count()).select_from(Prospect)) == 30
    second = _send(project, "b.csv", _csv("rival-b.example", *pages))
    with monkeypatch.context() as m:
        m.setattr(work.Running, "progress", lambda *a, **k: (_ for _ in ()).throw(work.Stopped("cancel")))
        work.run_next()
    with db.reading() as s:
        assert s.get_one(Import, second.id).state == "cancelled"
    assert not intake.rows_folder(second).exists() and not blobs.path(second.sha256).exists()
    third = _send(project, "b.csv", _csv("rival-b.example", *pages))
    with db.transaction() as s:
        work.wish(s, s.get_one(Job, third.job_id), "cancel")
    with db.reading() as s:
        assert s.get_one(Import, third.id).state == "cancelled"
    assert not blobs.path(third.sha256).exists() and blobs.path(imp.sha256).exists()


def test_a_full_disk_is_told_and_nothing_is_stored(
    project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Full(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(28, "No space left on device")

    with pytest.raises(Refused, match="disk is full"), db.transaction() as s:
        service.receive(s, s.get_one(Project, project.id), "a.csv", Full())
    with db.reading() as s:
        assert s.scalar(select(func.count()).select_from(Import)) == 0


def test_a_mapping_by_hand_is_remembered_for_the_same_header(project: Project) -> None:
    data = b"Wo;Wohin\nhttps://one.example/links;https://rival-a.example/\n"
    imp = _send(project, "x.csv", data)
    assert imp.state == "refused"
    with db.transaction() as s:
        here = s.get_one(Project, project.id)
        imp = s.get_one(Import, imp.id)
        service.remember_mapping(s, here, imp, {"Wo": "source_url", "Wohin": "target_url"})
        assert imp.state == "uploaded"
    other = _send(project, "y.csv", data.replace(b"one.example", b"two.example"))
    assert (other.state, other.grain) == ("queued", "backlink")


def test_a_strong_site_with_a_new_link_to_a_known_rival_is_an_alert(project: Project) -> None:
    def strong() -> list[dict[str, object]]:
        with db.reading() as s:
            last = s.scalars(select(Snapshot).order_by(Snapshot.id.desc())).first()
            return list(last.changes["strong"]) if last else []

    def rows(target: str, *sites: tuple[str, int]) -> bytes:
        lines = [
            f"Useful links,https://{name}/useful-links,en,{dr},1,https://{target}/,see,false,\n" for name, dr in sites
        ]
        return (HEAD + "".join(lines)).encode()

    _send(project, "a1.csv", rows("rival-a.example", ("old.example", 80), ("small.example", 12)))
    work.run_until_idle()
    assert strong() == []  # a rival's first file is no news
    _send(project, "a2.csv", rows("rival-a.example", ("new.example", 71), ("weak.example", 20)))
    _send(project, "b1.csv", rows("rival-b.example", ("old.example", 80), ("other.example", 90)))
    work.run_until_idle()
    assert strong() == [{"domain": "new.example", "dr": 71.0, "to": "A"}]  # B was not known before
    _send(project, "b2.csv", rows("rival-b.example", ("new.example", 71)))
    work.run_until_idle()
    assert strong() == [{"domain": "new.example", "dr": 71.0, "to": "B"}]


def test_every_usable_table_of_an_archive_becomes_an_import_of_its_own(project: Project) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as z:
        z.writestr("exports/rival-a.example.csv", _csv("rival-a.example", "https://one.example/useful-links"))
        z.writestr("exports/rival-b.example.csv", _csv("rival-b.example", "https://one.example/resources"))
        z.writestr("exports/keywords.csv", "Keyword,Volume,KD\nkiln,10,2\n")
    _send(project, "all.zip", data.getvalue())
    with db.transaction() as s:
        service.start_all(s, s.get_one(Project, project.id))
    work.run_until_idle()
    with db.reading() as s:
        rows = s.execute(
            select(Import.preview, Import.target, Import.state, Import.rows_read).order_by(Import.id)
        ).all()
        assert [(preview["table"], *rest) for preview, *rest in rows] == [
            ("rival-a.example.csv", "rival-a.example", "done", 1),
            ("rival-b.example.csv", "rival-b.example", "done", 1),
        ]
        one = s.scalars(select(Prospect)).one()
        assert (one.domain, one.competitors) == ("one.example", "AB")
    assert _send(project, "again.zip", data.getvalue()).preview["table"] == "rival-a.example.csv"


def test_what_two_vendors_say_of_one_rival_is_not_added_up(project: Project) -> None:
    _send(project, "a.csv", _csv("rival-a.example", *(f"https://one.example/p{i}" for i in range(5))))
    semrush = "Page ascore,Source title,Source url,Target url,Anchor,Nofollow\n" + "".join(
        f"31,T,https://one.example/p{i},https://rival-a.example/,x,false\n" for i in range(3)
    )
    _send(project, "b.csv", semrush.encode())
    _send(project, "b2.csv", semrush.replace("/p", "/q").encode())
    work.run_until_idle()
    with db.reading() as s:
        row = s.scalars(select(GapDomain)).one()
    assert (row.overlap, row.links_total) == (1, 6)  # one vendor's two files together; the other's five are among them
