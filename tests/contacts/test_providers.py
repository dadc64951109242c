"""Address services: nothing leaves without a key, only the domain leaves with one, and guesses stay out by default."""

import json
from collections.abc import Iterator
from typing import Any

import httpcore2
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from crm import db
from crm.adapters import dns, lookup, vault, web
from crm.adapters.network import LoopbackWorld, NotAllowed
from crm.contacts import run, service
from crm.contacts.providers import kinds
from crm.contacts.providers import run as asking
from crm.contacts.providers import service as providers
from crm.errors import BadInput
from crm.models.accounts import Project
from crm.models.contacts import Contact, ContactProvider, PersonAddress
from crm.models.prospects import Prospect
from crm.vocabulary import ContactKind
from tests.conftest import World
from tests.contacts.test_reading_prospects import take
from tests.little_web import Answer, LittleWeb

KEY = "canary-key-7731"
SITE = "quillpost.example"
PAGE = "<html lang=en><title>Links</title><body><main><h1>Links</h1><p>Nobody is named here.</p></main></body></html>"
HUNTER = {
    "data": {
        "domain": SITE,
        "emails": [
            {"value": f"info@{SITE}", "type": "generic", "confidence": 95, "sources": [{"uri": f"https://{SITE}/c"}]},
            {"value": f"ada.quill@{SITE}", "type": "personal", "confidence": 92, "first_name": "Ada", "last_name": "Quill",
             "position": "Editor", "sources": [{"uri": f"https://{SITE}/team"}], "verification": {"status": "valid"}},
            {"value": f"b.moss@{SITE}", "type": "personal", "confidence": 40, "first_name": "Bo", "last_name": "Moss",
             "sources": [], "verification": {"status": None}},
            {"value": "not an address", "confidence": 1},
        ],
    }
}  # fmt: skip


class Service:
    """A network on which one host answers JSON; it writes down what it was asked, and by name only that host."""

    def __init__(self, little: LittleWeb, host: str) -> None:
        self._inner, self._host = LoopbackWorld(host, little.port), host

    def connect(self, host: str, port: int, timeout: float) -> httpcore2.NetworkStream:
        if host != self._host:
            raise NotAllowed(f"{host} is not the service")
        return self._inner.connect(host, port, timeout)


@pytest.fixture
def little() -> Iterator[LittleWeb]:
    with LittleWeb() as served:
        served[SITE, "/links"] = PAGE
        served[SITE, "/"] = PAGE
        before = web.default_fetcher()
        web.install(served.fetcher(pause=0.0))
        lookup.install(lookup.Lookup(Service(served, "api.hunter.io")))
        yield served
        web.install(before)
        lookup.install(None)


@pytest.fixture(autouse=True)
def names() -> Iterator[None]:
    before = dns.default()
    dns.install(Names())
    yield
    dns.install(before)


class Names:
    """Every domain takes mail but nomail.example; silent.example does not answer."""

    def txt(self, name: str) -> list[str]:
        return []

    def mx(self, name: str) -> list[str]:
        if name == "silent.example":
            raise dns.NoAnswer("no answer")
        return [""] if name == "nomail.example" else ["mx." + name]


def headers_of(little: LittleWeb, answer: Any = HUNTER, status: int = 200) -> list[dict[str, str]]:
    """Serve `answer` at the place of Hunter's API; returns the list that fills with the headers of each request."""
    seen: list[dict[str, str]] = []

    def reply(handler: Any) -> Answer:
        seen.append(dict(handler.headers))
        return Answer(json.dumps(answer), status, {"Content-Type": "application/json"})

    little["api.hunter.io", f"/v2/domain-search?domain={SITE}&limit=10"] = reply
    return seen


def with_key(world: World, **more: Any) -> None:
    with db.transaction() as s:
        providers.save(s, world.project.organisation_id, **{"kind": "hunter", "key": KEY, **more})


def contacts() -> dict[str, tuple[str, str, str]]:
    with db.reading() as s:
        rows = s.execute(
            select(PersonAddress.address, Contact.kind, Contact.source_url, Contact.source_kind).join(
                Contact, Contact.address_id == PersonAddress.id
            )
        )
        return {a: (k, u, sk) for a, k, u, sk in rows}


def test_without_a_key_nothing_leaves(world: World, little: LittleWeb) -> None:
    seen = headers_of(little)
    found = run.find(take(world, SITE))
    assert found.n_contacts == 0 and seen == []
    assert {host for host, _path, _agent in little.asked} <= {SITE, "rival.example"}


def test_with_a_key_only_the_domain_leaves_and_each_address_has_its_page(world: World, little: LittleWeb) -> None:
    seen = headers_of(little)
    with_key(world)
    assert run.find(take(world, SITE)).n_contacts == 2
    (asked,) = seen
    assert (
        {k.lower(): v for k, v in asked.items()}["x-api-key"] == KEY
        and "Cookie" not in asked
        and "Referer" not in asked
    )
    assert [p for h, p, _ in little.asked if h == "api.hunter.io"] == [f"/v2/domain-search?domain={SITE}&limit=10"]
    assert contacts() == {
        f"info@{SITE}": ("role", f"https://{SITE}/c", "provider"),
        f"ada.quill@{SITE}": ("named_verified", f"https://{SITE}/team", "provider"),
    }


def test_a_guess_of_the_service_is_kept_only_where_the_project_takes_guesses(world: World, little: LittleWeb) -> None:
    headers_of(little, {"data": {"emails": [HUNTER["data"]["emails"][2]]}})  # type: ignore[index]
    with_key(world)
    prospect = take(world, SITE)
    found = run.find(prospect)
    assert found.n_contacts == 0 and "only guessed" in found.why and contacts() == {}
    with db.transaction() as s:
        s.get_one(Project, world.project.id).settings = {"guessed_contacts": True}
    run.find(prospect)
    assert contacts()[f"b.moss@{SITE}"][0] == "guessed"
    with db.reading() as s:
        assert service.best_contact(s, s.get_one(Prospect, prospect)) is not None
    with db.transaction() as s:
        s.get_one(Project, world.project.id).settings = {}
    with db.reading() as s:
        assert service.best_contact(s, s.get_one(Prospect, prospect)) is None


def test_a_person_on_the_pages_makes_the_question_needless(world: World, little: LittleWeb) -> None:
    seen = headers_of(little)
    with_key(world)
    named = f'<p class="byline">By Ada Quill</p><a href="mailto:ada@{SITE}">mail</a>'
    little[SITE, "/links"] = PAGE.replace("<p>Nobody is named here.</p>", named)
    assert run.find(take(world, SITE)).n_contacts == 1 and seen == []


@pytest.mark.parametrize(
    ("status", "words"), [(401, "does not accept the key"), (429, "quota"), (500, "status 500"), (302, "status 302")]
)
def test_a_refusal_is_told_in_words_without_the_key(world: World, little: LittleWeb, status: int, words: str) -> None:
    headers_of(little, {"errors": [{"details": KEY}]}, status)
    with_key(world)
    found = run.find(take(world, SITE))
    assert found.n_contacts == 0 and words in found.why and KEY not in found.why
    with db.reading() as s:
        assert words in s.scalars(select(ContactProvider.last_error)).one()


def test_the_key_is_sealed_bound_to_its_row_and_never_in_the_database(world: World) -> None:
    with_key(world)
    with db.reading() as s:
        row = s.scalars(select(ContactProvider)).one()
        assert KEY not in str(s.execute(text("select * from contact_provider")).all())
        assert vault.unseal(row.sealed_key, f"provider:{row.public_id}") == KEY
        assert KEY not in repr(row)


def test_the_questions_of_a_day_are_counted(world: World, little: LittleWeb) -> None:
    seen = headers_of(little, {"data": {"emails": []}})
    with_key(world, daily=1)
    home = world.project.organisation_id
    assert asking.ask(home, SITE, "") == ([], "")
    assert "used up" in asking.ask(home, SITE, "")[1] and len(seen) == 1


def test_any_service_with_an_address_and_a_header_will_do(world: World, little: LittleWeb) -> None:
    lookup.install(lookup.Lookup(Service(little, "people.example")))
    seen: list[dict[str, str]] = []

    def reply(handler: Any) -> Answer:
        seen.append(dict(handler.headers))
        people = [
            {"email": f"ada@{SITE}", "full_name": "Ada Quill", "score": 0.8, "sources": [{"url": f"https://{SITE}/t"}]}
        ]
        return Answer(json.dumps({"result": {"people": people}}), 200, {"Content-Type": "application/json"})

    little["people.example", f"/find?site={SITE}"] = reply
    with_key(world, kind="http", template="https://people.example/find?site={domain}", header="Authorization")
    ((kind, answer),), why = asking.ask(world.project.organisation_id, SITE, "")
    assert (kind, why, answer.address, answer.kind) == ("http", "", f"ada@{SITE}", ContactKind.NAMED)
    assert answer.confidence == 0.8 and seen[0]["Authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    ("template", "header", "words"),
    [("http://a.example/{domain}", "", "https"), ("https://a.example/x", "", "{domain}"), ("nonsense", "", "https"),
     ("https://{domain}/x", "", "host"), ("https://a.example/{domain}", "X: y", "header"), ("https://a.example/{domain}", "X\r\nY", "header")],
)  # fmt: skip
def test_settings_that_cannot_work_are_refused_in_words(world: World, template: str, header: str, words: str) -> None:
    with db.transaction() as s, pytest.raises(BadInput, match=words.replace("{", "\\{")):
        providers.save(s, world.project.organisation_id, kind="http", key=KEY, template=template, header=header)


def test_a_service_on_a_private_address_is_never_asked() -> None:
    with pytest.raises(lookup.LookupFailed, match="cannot be asked"):
        lookup.Lookup().json("https://127.0.0.1/x", {"X-API-KEY": KEY})


@pytest.mark.parametrize(
    "answer", [None, [], {}, {"data": None}, {"data": {"emails": {}}}, "x", {"a": [1, None, {"email": 3}]}]
)
def test_answers_of_any_shape_do_not_break_the_reader(answer: Any) -> None:
    assert kinds.Hunter().read(answer) == [] and kinds.Generic("https://a.example/{domain}").read(answer) == []


def test_a_domain_without_a_mail_server_is_marked_and_not_written_to(world: World, little: LittleWeb) -> None:
    for host, fits in (("nomail.example", False), ("silent.example", None), ("takes.example", True)):
        little[host, "/links"] = PAGE.replace("<p>", f'<p><a href="mailto:info@{host}">mail</a> ')
        prospect = take(world, host)
        assert run.find(prospect).n_contacts == 1
        with db.reading() as s:
            row = s.scalars(select(PersonAddress).where(PersonAddress.domain == host)).one()
            assert row.mx_ok is fits
            assert (service.best_contact(s, s.get_one(Prospect, prospect)) is not None) is (fits is not False)


def test_the_screen_keeps_a_key_shows_it_never_and_forgets_it(world: World, ada: FlaskClient) -> None:
    empty = ada.get("/contacts/services").text
    assert "Without a key nothing is asked" in empty
    ada.post("/contacts/services", data={"kind": "hunter", "key": KEY, "daily": "7"})
    shown = ada.get("/contacts/services").text
    assert "api.hunter.io" in shown and "0 of 7" in shown and KEY not in shown
    ada.post("/contacts/services/guesses", data={"wanted": "on"})
    assert "are taken, and marked" in ada.get("/contacts/services").text
    with db.reading() as s:
        row = s.scalars(select(ContactProvider)).one()
    ada.post(f"/contacts/services/{row.public_id}/remove")
    with db.reading() as s:
        assert s.scalars(select(ContactProvider)).all() == []
    bad = ada.post("/contacts/services", data={"kind": "hunter", "key": ""})
    assert bad.status_code in (302, 303, 400, 422)
    assert "Without a key nothing is asked" in ada.get("/contacts/services").text
