"""One meaning of host, site and page key for the whole product."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm import domains

SITES = [
    ("https://www.Example.com/a?b#c", "example.com"),
    ("blog.example.co.uk", "example.co.uk"),
    ("https://x.wordpress.com/post", "x.wordpress.com"),
    ("https://www.wordpress.com", "wordpress.com"),
    ("a.b.github.io", "b.github.io"),
    ("github.io", "github.io"),
    ("x.blogspot.de", "x.blogspot.de"),
    ("x.blogspot.com.au/2020", "x.blogspot.com.au"),
    ("pages.substack.com", "pages.substack.com"),
    ("https://medium.com/@Ann/story-1", "medium.com/@ann"),
    ("https://medium.com/about", "medium.com"),
    ("https://ann.medium.com/story", "ann.medium.com"),
    ("https://sites.google.com/view/my-club/home", "sites.google.com/view/my-club"),
    ("https://bücher.example/x", "xn--bcher-kva.example"),
    ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
    ("http://93.184.216.34/a", "93.184.216.34"),
    ("//cdn.example.com:8443/a", "example.com"),
    ("co.uk", None),
    ("na", None),
    ("", None),
    ("mailto:a@example.com", None),
    ("javascript:alert(1)", None),
    ("https://user@example.com/", None),
    ("android-app://com.example.app/x", None),
    ("https://exa mple.com/", None),
    ("https://1.2.3/", None),
]


@pytest.mark.parametrize(("given_text", "site"), SITES)
def test_the_site_of_a_url_is_its_registrable_domain_or_its_name_on_a_shared_host(
    given_text: str, site: str | None
) -> None:
    assert domains.registrable(given_text) == site


def test_the_private_section_can_be_switched_off() -> None:
    assert domains.registrable("a.b.github.io", private=False) == "github.io"
    assert domains.registrable("x.blogspot.com", private=False) == "blogspot.com"
    assert domains.registrable("https://medium.com/@ann", private=False) == "medium.com"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://www.example.com/a/", "https://example.com/a"),
        ("https://example.com/a?utm_source=x&gclid=1&id=7", "example.com/a?id=7"),
        ("https://example.com/a b", "https://example.com/a%20b"),
        ("https://example.com/é", "https://example.com/%C3%A9"),
        ("https://example.com/?ref=z", "EXAMPLE.com:443/#top"),
        ("https://example.com/?srsltid=1&fbclid=2&msclkid=3&gad_source=4", "https://example.com"),
    ],
)
def test_spellings_of_one_page_share_a_key(one: str, other: str) -> None:
    assert domains.url_key(one) == domains.url_key(other)


@pytest.mark.parametrize("other", ["https://example.com/B", "https://example.com/a?id=2", "https://sub.example.com/a"])
def test_different_pages_keep_different_keys(other: str) -> None:
    assert domains.url_key("https://example.com/a") != domains.url_key(other)


def test_a_url_becomes_fetchable_without_losing_its_scheme_port_or_query() -> None:
    assert domains.normal_url("www.example.com/a b?q=ü") == "https://www.example.com/a%20b?q=%C3%BC"
    assert domains.normal_url("HTTP://Example.com:80") == "http://example.com/"
    assert domains.normal_url("http://example.com:8080/x#y") == "http://example.com:8080/x"
    assert domains.normal_url(" not a url ") == "not a url"


def test_people_read_unicode_and_broken_labels_stay() -> None:
    assert domains.display("xn--bcher-kva.example") == "bücher.example"
    assert domains.display("xn--zzzzzzzz99999.example") == "xn--zzzzzzzz99999.example"
    assert domains.display("medium.com/@ann") == "medium.com/@ann"


def test_a_subdomain_is_within_and_a_lookalike_is_not() -> None:
    assert domains.is_within("https://shop.example.com/x", "example.com")
    assert domains.is_within("example.com", "example.com")
    assert not domains.is_within("notexample.com", "example.com")
    assert domains.is_within("https://medium.com/@ann/x", "medium.com/@ann")
    assert not domains.is_within("https://medium.com/@bob/x", "medium.com/@ann")


@given(st.text(max_size=80))
def test_any_text_gets_an_answer_and_never_an_error(text: str) -> None:
    key, site = domains.url_key(text), domains.registrable(text)
    assert isinstance(domains.normal_url(text), str)
    assert (site is None) or domains.host(text) is not None
    assert isinstance(domains.display(site or text), str)
    assert isinstance(key, str)


@given(
    st.from_regex(
        r"(https?://)?([a-z]{1,8}\.){1,3}(com|org|co\.uk|github\.io)(/[a-zA-Z0-9é ?=&%]{0,12})?", fullmatch=True
    )
)
def test_normal_forms_are_stable(url: str) -> None:
    once = domains.normal_url(url)
    assert domains.normal_url(once) == once
    assert domains.url_key(once) == domains.url_key(url)
    assert domains.registrable(once) == domains.registrable(url)
    site = domains.registrable(url)
    assert site is None or domains.registrable(site) == site


@pytest.mark.parametrize(
    ("host", "shown"),
    [("xn--pple-43d.com", "xn--pple-43d.com"), ("xn--e1argc3h.com", "xn--e1argc3h.com"), ("xn--ggle-55da.com", "xn--ggle-55da.com"),
     ("xn--80adxhks.xn--p1ai", "москва.рф"), ("xn--mnchen-3ya.de", "münchen.de"), ("xn--r8jz45g.jp", "例え.jp"), ("xn--d1abbgf6aiiy.com", "президент.com")],
)  # fmt: skip
def test_a_name_that_looks_like_another_is_shown_as_it_is_written_in_the_net(host: str, shown: str) -> None:
    assert domains.display(host) == shown
