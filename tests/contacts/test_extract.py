"""Whom a site's own pages name: the author first, then staff, then a desk, and nobody who is not there."""

from crm.contacts.extract import Read, belongs_to, candidates, form_route, worth_reading
from crm.vocabulary import ContactKind


def page(url: str, linking: bool = False, author: str | None = None, emails=(), links=(), kinds=()) -> Read:  # type: ignore[no-untyped-def]
    facts = {
        "author": author,
        "emails": [{"value": e, "source": url, "method": "mailto"} for e in emails],
        "links": [{"url": u, "anchor": a, "rel": "", "position": "nav"} for u, a in links],
        "kinds": list(kinds),
    }
    return Read(url, linking, facts)


def test_the_author_of_the_linking_page_comes_first() -> None:
    linking = page("https://blog.example/guide", True, "Ines Vidal")
    contact = page("https://blog.example/contact", emails=("info@blog.example", "ines@blog.example"))
    found = candidates([linking, contact], "blog.example")
    assert found[0].address == "ines@blog.example"
    assert (found[0].name, found[0].kind, found[0].role) == ("Ines Vidal", ContactKind.NAMED, "author")
    assert found[0].source_url == "https://blog.example/contact"
    assert found[1].kind is ContactKind.ROLE


def test_a_desk_never_gets_a_name() -> None:
    found = candidates([page("https://blog.example/", True, "Ines Vidal", ("editor@blog.example",))], "blog.example")
    assert found[0].name == ""
    assert found[0].role == "editor"


def test_addresses_of_other_sites_and_daemons_are_left_out() -> None:
    emails = ("sales@agency.example", "noreply@blog.example", "x@@blog.example")
    assert candidates([page("https://blog.example/", True, None, emails)], "blog.example") == []


def test_a_free_mail_address_beside_the_byline_is_the_authors() -> None:
    found = candidates([page("https://blog.example/p", True, "Tom Akers", ("tomwrites@gmail.com",))], "blog.example")
    assert found[0].name == "Tom Akers"


def test_pages_about_people_are_read_first_and_other_sites_never() -> None:
    links = [
        ("https://blog.example/shop", "Shop"),
        ("https://blog.example/contact-us", "Contact"),
        ("https://blog.example/author/ines-vidal", "Ines Vidal"),
        ("https://other.example/contact", "Contact"),
    ]
    order = worth_reading(page("https://blog.example/guide", True, "Ines Vidal", links=links))
    assert order == ["https://blog.example/author/ines-vidal", "https://blog.example/contact-us"]


def test_names_are_found_in_the_shapes_of_addresses() -> None:
    assert belongs_to("j.roe", "Jane Roe")
    assert belongs_to("roe", "Jane Q. Roe")
    assert belongs_to("ines.vidal", "Inés Vidal")
    assert not belongs_to("bob", "Jane Roe")
    assert not belongs_to("info", "")


def test_a_contact_form_is_a_route() -> None:
    assert form_route([page("https://blog.example/contact", kinds=("contact_form",))]) == "https://blog.example/contact"
