"""The screens of prospects: what Ada sees, what she can do, and what Cleo, a stranger, sees (nothing)."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from crm import clock, db
from crm.models.accounts import Competitor
from crm.models.contacts import Contact, Person, PersonAddress
from crm.models.events import Undo
from crm.models.gap import Import, LinkingPage
from crm.models.prospects import Prospect
from crm.prospects import service
from crm.prospects.found import FoundDomain
from crm.prospects.signs import PageSigns
from crm.targets import service as targets
from crm.vocabulary import Stage
from tests.conftest import World

TYPES = [
    ("/resources", "Useful resources for freelancers"),
    ("/blog/10-best-time-trackers", "10 best time trackers"),
    ("/blog/how-we-track-time", "How we track time"),
    ("/viewtopic.php?t=1", "Which time tracker?"),
    ("/news/time-study", "New study: how long we work"),
]


def prospects(s: object) -> list[Prospect]:
    return list(s.scalars(select(Prospect).order_by(Prospect.id)))  # type: ignore[attr-defined]


@pytest.fixture
def filled(world: World) -> Iterator[World]:
    """Thirty domains of five kinds, each with one linking page."""
    with db.transaction() as s:
        s.add(world.project)
        targets.add(
            s,
            world.project,
            "https://tidyclock.example/guide",
            title="Time tracking guide",
            keywords=["time tracking", "track time"],
        )
        rival = Competitor(project_id=world.project.id, domain="rival.example", position=0, created_at=clock.now())
        file = Import(project_id=world.project.id, filename="r.csv", sha256="0", size=1, uploaded_at=clock.now())
        s.add_all([rival, file])
        s.flush()
        found = []
        for n in range(30):
            path, title = TYPES[n % 5]
            url = f"https://site{n:02}.example{path}"
            row = LinkingPage(
                project_id=world.project.id,
                import_id=file.id,
                competitor_id=rival.id,
                file_row=n,
                source_url=url,
                source_key=url,
                source_domain=f"site{n:02}.example",
                title=title,
                anchor="time tracker",
                target_url="https://rival.example/time-tracking",
                nofollow=False,
                ctx_before="We like this",
                ctx_after="a lot.",
            )
            s.add(row)
            s.flush()
            page = PageSigns(url, title=title, anchor="time tracker", target_url=row.target_url)
            found.append(
                FoundDomain(
                    f"site{n:02}.example",
                    "A",
                    1,
                    row.id,
                    (page,),
                    dr=float(20 + n),
                    traffic=500.0,
                    nofollow=False,
                    language="en",
                )
            )
        service.upsert(s, world.project, found)
    yield world


def test_the_list_shows_open_prospects_best_first_with_counts_per_stage(ada: FlaskClient, filled: World) -> None:
    html = ada.get("/prospects").get_data(as_text=True)
    assert "24 here" in html and "Set aside" in html
    assert "site00.example" in html and "site03.example" not in html
    assert 'aria-current="page">Open' in html


QUERIES = [
    "layout=board",
    "stage=set_aside",
    "type=resource_page&overlap=1&badge=dr40&badge=follow",
    "q=study",
    "sort=-dr",
    "sort=domain&per=50",
    "only=A",
    "contact=no&contacted=no",
    "stage=all&sort=type",
    "q=%25%27%22",
    "sort=evil&per=9999&after=x&before=~",
    "action=add_to_media_list",
    "score=5&realism=realistic",
    "target=nothing&idea=nothing&rule=x",
]


def test_every_filter_and_order_answers(ada: FlaskClient, filled: World) -> None:
    for query in QUERIES:
        answer = ada.get(f"/prospects?{query}")
        assert answer.status_code == 200, query
        assert "style=" not in answer.get_data(as_text=True), query


def walked(filled: World, sort: str) -> None:
    from crm.prospects import queries
    from crm.prospects.filters import wanted

    with db.reading() as s:
        seen, key, pages = [], "", []
        while True:
            shown = queries.listing(
                s, filled.project, wanted({"sort": sort, "per": "25", "after": key, "stage": "all"})
            )
            seen += [r.prospect.domain for r in shown.rows]
            pages.append(shown)
            if not shown.after:
                break
            key = shown.after
        assert len(seen) == len(set(seen)) == 30
        back = queries.listing(
            s, filled.project, wanted({"sort": sort, "per": "25", "before": pages[1].before, "stage": "all"})
        )
    assert [r.prospect.domain for r in back.rows] == seen[:25]


def test_paging_by_key_walks_through_everything_once_and_back(filled: World) -> None:
    for sort in ["-rank", "rank", "domain", "-domain", "-dr", "type", "-found", "-score"]:
        walked(filled, sort)


def test_a_list_needs_few_statements_however_long_it_is(ada: FlaskClient, filled: World) -> None:
    ada.get("/prospects")
    seen: list[str] = []
    event.listen(db.engine(), "before_cursor_execute", lambda c, cur, sql, *rest: seen.append(sql))
    ada.get("/prospects?per=25")
    assert len(seen) <= 32, len(seen)  # sign-in, rail and list together


def test_one_prospect_shows_evidence_reasons_pitch_and_its_place_in_the_list(ada: FlaskClient, filled: World) -> None:
    with db.reading() as s:
        ids = [p.public_id for p in prospects(s) if p.stage == Stage.FOUND]
    html = ada.get(f"/prospects/{ids[0]}?from=stage%3Dfound").get_data(as_text=True)
    assert "of 24" in html and "We like this" in html and "<mark>time tracker</mark>" in html
    for words in (
        "Placement brief",
        "Safe to contact",
        "The chance, step by step",
        "×",
        "Not on your do-not-contact list",
    ):
        assert words in html
    assert "Previous prospect" in html or "Next prospect" in html
    assert ada.get(f"/prospects/{ids[0]}?peek=1").status_code == 200


def test_a_selection_is_set_aside_with_one_undo(ada: FlaskClient, filled: World) -> None:
    with db.reading() as s:
        ids = [p.public_id for p in prospects(s) if p.stage == Stage.FOUND][:3]
    answer = ada.post(
        "/prospects/bulk", data={"act": "set_aside", "reason": "off_topic", "prospect": ids, "next": "/prospects"}
    )
    assert answer.status_code == 303 and answer.location == "/prospects"
    with db.reading() as s:
        gone = [p for p in prospects(s) if p.public_id in ids]
        assert {(p.stage, p.set_aside_rule) for p in gone} == {("set_aside", "off_topic")}
        token = s.scalars(select(Undo.public_id)).one()
    ada.post(f"/undo/{token}", data={"next": "/prospects"})
    with db.reading() as s:
        assert {p.stage for p in prospects(s) if p.public_id in ids} == {"found"}


def test_everything_that_matches_can_be_chosen_at_once(ada: FlaskClient, filled: World) -> None:
    ada.post("/prospects/bulk?stage=found&type=resource_page", data={"act": "accept", "everything": "1"})
    with db.reading() as s:
        accepted = [p for p in prospects(s) if p.stage == Stage.PROSPECT]
    assert len(accepted) == 6 and {p.link_type for p in accepted} == {"resource_page"}


def test_triage_decides_card_by_card(ada: FlaskClient, filled: World) -> None:
    html = ada.get("/prospects/triage").get_data(as_text=True)
    assert "24 left" in html and 'data-key="Enter"' in html and "What" not in html.split("</header>")[0]
    with db.reading() as s:
        best = s.scalars(
            select(Prospect).where(Prospect.stage == "found").order_by(Prospect.rank_value.desc(), Prospect.id.desc())
        ).first()
    assert best is not None and best.domain in html
    ada.post(f"/prospects/{best.public_id}/act", data={"act": "accept", "next": "/prospects/triage"})
    after = ada.get("/prospects/triage").get_data(as_text=True)
    assert "23 left" in after


def test_put_back_from_the_list_of_disqualified_sites(ada: FlaskClient, filled: World) -> None:
    html = ada.get("/prospects/disqualified").get_data(as_text=True)
    assert "site03.example" in html and "forum" in html.lower()
    with db.reading() as s:
        forum = next(p for p in prospects(s) if p.stage == Stage.SET_ASIDE)
    ada.post(f"/prospects/{forum.public_id}/act", data={"act": "put_back"})
    with db.reading() as s:
        assert s.get_one(Prospect, forum.id).stage == Stage.FOUND


def test_the_media_list_holds_publishers(ada: FlaskClient, filled: World) -> None:
    assert ada.get("/prospects/media-list").status_code == 200


def test_words_by_hand_are_kept_and_shown(ada: FlaskClient, filled: World) -> None:
    with db.reading() as s:
        p = next(p for p in prospects(s) if p.stage == Stage.FOUND)
    url = f"/prospects/{p.public_id}"
    for path, data in (
        ("/type", {"type": "guest_contribution"}),
        ("/action", {"action": "add_to_media_list"}),
        ("/override", {"part": "value", "level": "high", "reason": "they know us"}),
        ("/notes", {"text": "Ask for <b>Ines</b>"}),
        ("/stage", {"stage": "prospect"}),
    ):
        assert ada.post(url + path, data=data).status_code == 303, path
    html = ada.get(url).get_data(as_text=True)
    assert "Guest post" in html and "they know us" in html and "machine:" in html
    assert "Ask for &lt;b&gt;Ines&lt;/b&gt;" in html and "Accepted as a prospect" in html


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/type", {"type": "nonsense"}),
        ("/action", {}),
        ("/override", {"part": "value", "level": "high"}),
        ("/notes", {"text": " "}),
        ("/act", {"act": "drop"}),
        ("/stage", {"stage": "replied"}),
    ],
)
def test_bad_input_is_answered_with_a_sentence(ada: FlaskClient, filled: World, path: str, data: dict) -> None:
    with db.reading() as s:
        p = next(p for p in prospects(s) if p.stage == Stage.FOUND)
    answer = ada.post(f"/prospects/{p.public_id}{path}", data=data)
    assert answer.status_code in (409, 422)


def test_the_export_cannot_carry_formulas(ada: FlaskClient, filled: World) -> None:
    with db.transaction() as s:
        page = s.scalars(select(LinkingPage).order_by(LinkingPage.id)).first()
        assert page is not None
        page.title = '=HYPERLINK("http://x")'
    text = ada.get("/prospects/export.csv?stage=all").get_data(as_text=True)
    assert text.startswith("\ufeffdomain,") and text.count("\n") == 31
    assert "'=HYPERLINK" in text and ",=HYPERLINK" not in text


def test_a_contact_makes_the_next_step_adding_to_a_batch(ada: FlaskClient, filled: World) -> None:
    with db.transaction() as s:
        p = next(p for p in prospects(s) if p.link_type == "resource_page")
        person = Person(organisation_id=filled.ada.organisation_id, name="Ines", created_at=clock.now())
        s.add(person)
        s.flush()
        address = PersonAddress(
            organisation_id=filled.ada.organisation_id,
            person_id=person.id,
            address="ines@site.example",
            normal="ines@site.example",
            domain="site.example",
        )
        s.add(address)
        s.flush()
        s.add(
            Contact(
                prospect_id=p.id,
                person_id=person.id,
                address_id=address.id,
                kind="named",
                source_kind="page",
                source_url="https://site.example/about",
                found_at=clock.now(),
                found_by="page",
            )
        )
        s.flush()
        from crm.journal import Actor

        service.accept(s, [p], Actor("user", filled.ada.public_id))
        assert p.stage == Stage.READY
    html = ada.get(f"/prospects/{p.public_id}").get_data(as_text=True)
    assert "ines@site.example" in html and f"/batches/new?prospect={p.public_id}" in html
    assert (
        ada.post("/prospects/to-batch", data={"prospect": [p.public_id]}).location
        == f"/batches/new?prospect={p.public_id}"
    )


def test_a_stranger_sees_nothing_of_it(cleo: FlaskClient, filled: World) -> None:
    with db.reading() as s:
        p = prospects(s)[0]
    assert p.domain not in cleo.get("/prospects?stage=all").get_data(as_text=True)
    assert cleo.get(f"/prospects/{p.public_id}").status_code == 404
    assert cleo.post(f"/prospects/{p.public_id}/act", data={"act": "accept"}).status_code == 404
    assert p.domain not in cleo.get("/prospects/export.csv?stage=all").get_data(as_text=True)
    cleo.post("/prospects/bulk", data={"act": "accept", "prospect": [p.public_id]})
    with db.reading() as s:
        assert s.get_one(Prospect, p.id).stage == Stage.FOUND
