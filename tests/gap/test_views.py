"""The gap and import screens: every number opens its rows, and a stranger sees nothing of it."""

import io

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from crm import db, work
from crm.accounts import service as accounts
from crm.contacts import run as contacts_run  # noqa: F401  registers the handler of contact files
from crm.gap import run  # noqa: F401  registers the handlers of imports and the gap
from crm.models.accounts import Competitor, Project
from crm.models.gap import Import

HEAD = "Referring page title,Referring page URL,Language,Domain rating,UR,Target URL,Anchor,Nofollow,Lost\n"


def _file(name: str, target: str, *pages: str) -> tuple[io.BytesIO, str]:
    text = HEAD + "".join(
        f"Useful =links {i},{page},en,{30 + i},{i},https://{target}/,see,false,\n" for i, page in enumerate(pages)
    )
    return io.BytesIO(text.encode()), name


@pytest.fixture
def loaded(ada: FlaskClient, world) -> FlaskClient:  # type: ignore[no-untyped-def]
    with db.transaction() as s:
        project = s.get_one(Project, world.project.id)
        accounts.add_competitor(s, project, "rival-a.example")
        accounts.add_competitor(s, project, "rival-b.example")
    files = [
        _file("own.csv", "tidyclock.example", "https://ours.example/links"),
        _file(
            "a.csv",
            "rival-a.example",
            "https://one.example/useful-links",
            "https://ours.example/x",
            "https://two.example/resources",
        ),
        _file("b.csv", "rival-b.example", "https://one.example/resources"),
    ]
    assert ada.post("/import", data={"files": files}).status_code == 303
    assert ada.post("/import/start").status_code == 303
    work.run_until_idle()
    return ada


def test_files_dropped_together_are_recognised_imported_and_shown(loaded: FlaskClient) -> None:
    page = loaded.get("/import").text
    assert all(name in page for name in ("own.csv", "a.csv", "b.csv", "Imported"))
    gap = loaded.get("/gap").text
    assert "one.example" in gap and "two.example" in gap
    assert "ours.example" not in gap


def test_numbers_and_columns_of_the_chart_open_their_rows(loaded: FlaskClient) -> None:
    assert "two.example" not in loaded.get("/gap?only=AB").text.partition('id="list"')[2]
    assert "one.example" in loaded.get("/gap?only=AB").text
    assert "Links to exactly" in loaded.get("/gap?as=table").text
    for url in ("/gap?stage=all", "/gap?stage=set_aside", "/gap?stage=ready", "/gap?overlap=3", "/gap?type=list_post"):
        assert loaded.get(url).status_code == 200


def test_the_same_gap_page_by_page(loaded: FlaskClient) -> None:
    everything = loaded.get("/gap/pages").text
    assert "https://one.example/useful-links" in everything and "https://one.example/resources" in everything
    only_b = loaded.get("/gap/pages?rival=B").text
    assert "https://one.example/resources" in only_b and "useful-links" not in only_b
    assert "two.example" not in loaded.get("/gap/pages?overlap=2&noise=no&contacted=no").text
    assert "https://two.example/resources" in loaded.get("/gap/pages?domain=two.example").text


def test_what_is_outside_the_gap_has_its_reason(loaded: FlaskClient) -> None:
    page = loaded.get("/gap/outside?why=already_linking").text
    assert "ours.example" in page and "Link to you already" in page


def test_sides_and_changes_have_their_screens(loaded: FlaskClient) -> None:
    assert "rival-a.example" in loaded.get("/gap/benchmark").text
    assert "This is the first snapshot" not in loaded.get("/gap/changes?kind=new").text
    assert loaded.post("/gap/compute").status_code == 303


def test_the_export_holds_no_formula(loaded: FlaskClient) -> None:
    answer = loaded.get("/gap?export=csv")
    assert answer.mimetype == "text/csv"
    assert "one.example" in answer.text


def test_an_unknown_owner_is_asked_for_and_a_refusal_is_explained(ada: FlaskClient) -> None:
    file, name = _file("c.csv", "third.example", "https://four.example/links")
    where = ada.post("/import", data={"files": [(file, name)]}).headers["Location"]
    assert "neither you nor a competitor yet" in ada.get(where).text
    assert ada.post(f"{where}/start", data={"owner": "other", "domain": "third.example"}).status_code == 303
    with db.reading() as s:
        assert s.scalar(select(Competitor.domain)) == "third.example"
    refused = ada.post("/import", data={"files": [(io.BytesIO(b"Keyword,Volume,KD\nkiln,10,2\n"), "k.csv")]})
    page = ada.get(refused.headers["Location"]).text
    assert "organic keywords" in page and "Give instead" in page


def test_columns_can_be_named_by_hand(ada: FlaskClient) -> None:
    data = b"Wo;Wohin\nhttps://one.example/links;https://tidyclock.example/\n"
    where = ada.post("/import", data={"files": [(io.BytesIO(data), "x.csv")]}).headers["Location"]
    assert ada.post(f"{where}/columns", data={"c0": "source_url", "c1": "target_url"}).status_code == 303
    assert "Start import" in ada.get(where).text
    assert ada.post(f"{where}/columns", data={"c0": "no such meaning"}).status_code == 422


def test_an_import_is_taken_out_with_undo(loaded: FlaskClient) -> None:
    with db.reading() as s:
        imp = s.scalar(select(Import).where(Import.filename == "b.csv"))
    assert imp is not None
    assert loaded.post(f"/import/{imp.public_id}/undo").status_code == 303
    assert "Undo" in loaded.get("/import").text
    work.run_until_idle()
    assert "one.example" not in loaded.get("/gap?only=AB").text.partition('id="list"')[2]


def test_a_stranger_sees_nothing_of_it(loaded: FlaskClient, cleo: FlaskClient) -> None:
    with db.reading() as s:
        imp = s.scalar(select(Import))
    assert imp is not None
    assert cleo.get(f"/import/{imp.public_id}").status_code == 404
    assert cleo.post(f"/import/{imp.public_id}/start").status_code == 404
    assert cleo.post(f"/import/{imp.public_id}/undo").status_code == 404
    for url in ("/gap", "/gap/pages", "/gap/outside", "/import", "/gap?export=csv"):
        page = cleo.get(url).text
        assert "one.example" not in page and "own.csv" not in page


def test_a_contact_file_dropped_here_reaches_the_contacts(loaded: FlaskClient) -> None:
    data = b"Email,First name,Last name,Website\nann@one.example,Ann,One,one.example\nbob@nowhere.example,Bob,X,nowhere.example\n"
    where = loaded.post("/import", data={"files": [(io.BytesIO(data), "people.csv")]}).headers["Location"]
    assert loaded.post(f"{where}/start").status_code == 303
    work.run_until_idle()
    page = loaded.get(where).text
    assert "Imported" in loaded.get("/import").text and "rows read" in page
    assert "ann@one.example" in loaded.get("/contacts").text
