"""Facts of pages in the shape of common content systems; the truth of each stands in truth.json beside them."""

import json
from pathlib import Path
from typing import Any

import pytest

from crm.pages.facts import PageFacts, facts

PAGES = Path(__file__).parents[1] / "specimens" / "pages"
TRUTH: dict[str, dict[str, Any]] = json.loads((PAGES / "truth.json").read_text("utf-8"))


def read(name: str) -> PageFacts:
    return facts((PAGES / name).read_bytes())


@pytest.fixture(scope="module")
def all_facts() -> dict[str, PageFacts]:
    return {name: read(name) for name in TRUTH}


def test_there_are_at_least_thirty_specimens_and_each_has_its_truth() -> None:
    assert len(TRUTH) >= 30
    assert {p.name for p in PAGES.glob("*.html")} == set(TRUTH)


def test_the_author_is_the_one_named_or_nobody(all_facts: dict[str, PageFacts]) -> None:
    assert {n: f.author for n, f in all_facts.items()} == {n: t["author"] for n, t in TRUTH.items()}
    assert all((f.author is None) == (f.author_source is None) for f in all_facts.values())


def test_every_address_is_found_and_none_is_invented(all_facts: dict[str, PageFacts]) -> None:
    found = {n: sorted(e.value for e in f.emails) for n, f in all_facts.items()}
    assert found == {n: sorted(t["emails"]) for n, t in TRUTH.items()}


@pytest.mark.parametrize("key", ["published_on", "updated_on", "language"])
def test_dates_and_language_are_those_of_the_page(all_facts: dict[str, PageFacts], key: str) -> None:
    assert {n: getattr(f, key) for n, f in all_facts.items() if key in TRUTH[n]} == {
        n: t[key] for n, t in TRUTH.items() if key in t
    }


def test_links_have_the_right_place_and_rel(all_facts: dict[str, PageFacts]) -> None:
    for name, found in all_facts.items():
        seen: dict[str, list[str]] = {}
        for link in found.links:
            seen.setdefault(link.url, [link.position, link.rel])
        for url, expected in TRUTH[name]["links"].items():
            assert seen.get(url) == expected, (name, url)


def test_each_page_has_the_kinds_that_were_labelled(all_facts: dict[str, PageFacts]) -> None:
    assert {n: sorted(set(t["kinds"]) - set(all_facts[n].kinds)) for n, t in TRUTH.items()} == {n: [] for n in TRUTH}


def test_facts_survive_storing() -> None:
    found = read("ghost-casper.html")
    assert PageFacts.from_dict(json.loads(json.dumps(found.to_dict()))) == found


@pytest.mark.parametrize(
    "html",
    [
        "",
        "\0\0",
        "<",
        "<html>",
        "<!-- ",
        "<a href=",
        "<p>" * 5000,
        b"\xff\xfe\x00",
        "<script type='application/ld+json'>{",
    ],
)
def test_broken_pages_give_empty_facts_and_no_error(html: str | bytes) -> None:
    found = facts(html)
    assert found.author is None and found.emails == ()


def test_relative_links_are_joined_to_the_address_of_the_page() -> None:
    found = facts(
        "<base href='/sub/'><a href='x y'>1</a><a href='//b.example/z'>2</a><a href='#t'>3</a>", "https://a.example/p"
    )
    assert [x.url for x in found.links] == ["https://a.example/sub/x y", "https://b.example/z"]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("jane [at] trailnotes [dot] example", "jane@trailnotes.example"),
        ("mail jane.doe AT trail-notes DOT co DOT uk now", "jane.doe@trail-notes.co.uk"),
        ("info(ät)seite.de", "info@seite.de"),
        ("contacto (arroba) sitio (punto) es", "contacto@sitio.es"),
        ("info＠example.co.jp", "info@example.co.jp"),
        ("info★example.jp", "info@example.jp"),
        ("jane @ trail.example", "jane@trail.example"),
        ("<span style='unicode-bidi:bidi-override;direction:rtl'>elpmaxe.t@enaj</span>", "jane@t.example"),
        ("jane<span style='display:none'>null</span>@t.example", "jane@t.example"),
        ("<style>.x{display:none}</style>jane<b class=x>no</b>@t.example", "jane@t.example"),
        ("<a data-email='amFuZUB0LmV4YW1wbGU='>x</a>", "jane@t.example"),
        ("<p><script>var u='kim'; var d='t.example'; document.write(u+'@'+d);</script>", "kim@t.example"),
        ("<p><script>document.write(['kim','t.example'].join('@'))</script>", "kim@t.example"),
        ("<a href=\"javascript:linkTo_UnCryptMailto('ocknvq,kphqBuejwng0fg');\">x</a>", "info@schule.de"),
        ("<a href='mailto:%6a%61%6e%65%40t.example?subject=x'>x</a>", "jane@t.example"),
        ("jane&#64;t&#46;example", "jane@t.example"),
        ("jane@site[.]example", "jane@site.example"),
        ("vendula (zavináč) web (tečka) example", "vendula@web.example"),
        ("jane&#8203;@t.example", "jane@t.example"),
        ("Write to jane at trail dot example please, we read all", "jane@trail.example"),
        ("Desk: info @ t.example, open until noon on all days", "info@t.example"),
        ("E-mail: jane@t.example<noscript></noscript>", "jane@t.example"),
        ("<noscript>jane@t.example</noscript>", "jane@t.example"),
        ("<script>const u='kim',d='t.example'; a.href=`mailto:${u}@${d}`;</script>", "kim@t.example"),
        ("<script>x='elpmaxe.t@mik'.split('').reverse().join('')</script>", "kim@t.example"),
        ("<button data-clipboard-text='jane@t.example'>copy</button>", "jane@t.example"),
    ],
)  # fmt: skip
def test_a_hidden_address_is_read(text: str, address: str) -> None:
    assert [e.value for e in facts(f"<p>{text}</p>").emails] == [address]


@pytest.mark.parametrize(
    "text",
    ["meet us at example.com today", "@jane@mastodon.social", "logo@2x.png", "git@github.com", "<code>a@b.com</code>",
     "Lunch at point reyes", "you@example.com", "name@domain.com", "1.2.3@latest", "<div class=comments>kim@t.example</div>",
     "look at foo.bar", "We arrived at this point in time.", "I work at a dot com company", "look at the dot in it",
     "stop at any . As we said", "Find us @ facebook.com and like it today", "see you @ fosdem.be tomorrow, all of you",
     "editor@example.com", "you@mustermann.de", "605a7bae@sentry-next.wixpress.com",
     "5a7bae4d844d278b89dc95ae0a9123ff@sentry.io"],
)  # fmt: skip
def test_what_is_no_address_of_the_site_is_left_out(text: str) -> None:
    assert facts(f"<p>{text}</p>").emails == ()


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("By Jane Doe", "Jane Doe"), ("by Jane Doe on March 3, 2024", "Jane Doe"), ("By JANE DOE | 3 min read", "Jane Doe"),
        ("Von Anna Schmidt, 3. März 2024", "Anna Schmidt"), ("Par Zoé Lefèvre", "Zoé Lefèvre"), ("文：山田太郎", "山田太郎"),
        ("By Ludwig van der Berg", "Ludwig van der Berg"), ("By Pat O'Connor", "Pat O'Connor"), ("By Maria", "Maria"),
        ("By Jean-Luc Picard and Beverly Crusher", "Jean-Luc Picard"), ("Written by: Sam Ko", "Sam Ko"),
        ("By admin", None), ("By Editorial Team", None), ("By the way, this works", None), ("By Acme Media GmbH", None),
        ("Von der Redaktion", None), ("By TechCorner", None), ("By using this site you agree", None), ("文：編集部", None),
        ("Photo by Jane Doe", None), ("Edited by Jane Doe", None), ("By bus or by train", None), ("By Guest Author", None),
    ],
)  # fmt: skip
def test_a_byline_names_a_person_or_nobody(line: str, name: str | None) -> None:
    page = f"<html><body><main><h1>A title of a page</h1><p>{line}</p><p>Some text of the page that follows.</p></main>"
    assert facts(page).author == name
    marked = f"<html><body><article><h1>A title</h1><div class=byline>{line}</div><p>Some text.</p></article>"
    assert facts(marked).author == name


@pytest.mark.parametrize(
    ("form", "is_contact"),
    [("<form action=/contact method=post><input name=email><textarea name=message></textarea></form>", True),
     ("<form class=wpcf7-form action='#wpcf7-f1'><textarea name=your-message></textarea></form>", True),
     ("<div id=respond><form id=commentform action=/wp-comments-post.php><textarea name=comment></textarea></form></div>", False),
     ("<form role=search action=/search><input name=q></form>", False), ("<form class=newsletter><input type=email></form>", False)],
)  # fmt: skip
def test_a_contact_form_is_told_from_other_forms(form: str, is_contact: bool) -> None:
    found = facts(f"<html><body><main><h1>Get in touch</h1><p>Write us.</p>{form}</main></body></html>")
    assert ("contact_form" in found.kinds) is is_contact
