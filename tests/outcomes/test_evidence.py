"""Is the link there? One fixture for each way in which a page can hold, hide or lose a link."""

from collections.abc import Iterator

import pytest

from crm.fetched import Fetched
from crm.outcomes import evidence, run
from crm.outcomes.evidence import LinkEvidence
from tests.little_web import Answer, LittleWeb

TARGET = "https://ours.example/guide"
PAGE = "http://blog.example/post"
LINK = '<a href="https://ours.example/guide">the guide</a>'


def body(inner: str, head: str = "") -> str:
    return (
        f"<html lang=en><head><title>A post</title>{head}</head><body><header><nav><a href='/'>Home</a></nav></header>"
        f"<main><article><h1>A post</h1>{inner}<p>More words about clocks, so that the page is a page.</p></article></main>"
        "<div id=comments></div><footer>© Blog</footer></body></html>"
    )


@pytest.fixture
def web() -> Iterator[LittleWeb]:
    with LittleWeb() as running:
        running["ours.example", "/guide"] = "<h1>Our guide</h1>"
        yield running


def look(web: LittleWeb, route: object, target: str = TARGET) -> LinkEvidence:
    web["blog.example", "/post"] = route  # type: ignore[assignment]
    return run.look_now(PAGE, target, fetcher=web.fetcher(seconds=2)).evidence


def test_a_plain_link_is_there_with_anchor_sentence_and_place(web: LittleWeb) -> None:
    seen = look(web, body(f"<p>For the theory, read {LINK} by our friends.</p>"))
    assert (seen.present, seen.rel, seen.anchor, seen.position, seen.indexable) == (True, "", "the guide", "main", True)
    assert seen.snippet == "For the theory, read the guide by our friends." and seen.status == 200
    assert seen.chain == () and seen.canonical is None and "main part" in seen.why


@pytest.mark.parametrize(
    "href",
    ["http://www.ours.example/guide/", "//ours.example/guide#part", "https://ours.example/guide?utm_source=blog", "HTTPS://OURS.example/guide"],
)  # fmt: skip
def test_other_spellings_of_the_target_count(web: LittleWeb, href: str) -> None:
    assert look(web, body(f"<p><a href='{href}'>x</a></p>")).present is True


@pytest.mark.parametrize("rel", ["nofollow", "sponsored", "ugc", "noopener nofollow ugc"])
def test_rel_is_reported_as_it_stands(web: LittleWeb, rel: str) -> None:
    seen = look(web, body(f"<p><a rel='{rel}' href='{TARGET}'>x</a></p>"))
    assert seen.present is True and seen.rel == rel and rel.split()[-1] in seen.why


def test_a_followed_link_goes_before_a_nofollow_one(web: LittleWeb) -> None:
    seen = look(web, body(f"<p><a rel=nofollow href='{TARGET}'>one</a></p><p><a href='{TARGET}'>two</a></p>"))
    assert seen.anchor == "two" and seen.rel == ""


def test_an_old_address_that_redirects_to_the_target_counts_with_its_chain(web: LittleWeb) -> None:
    web["ours.example", "/old"] = Answer(status=301, headers={"Location": "/guide"})
    seen = look(web, body("<p><a href='https://ours.example/old'>x</a></p>"))
    assert seen.present is True and "redirect" in seen.why
    assert [(c["of"], c["status"]) for c in seen.chain] == [("link", 301)]


def test_a_redirector_of_the_site_counts(web: LittleWeb) -> None:
    web["blog.example", "/go/guide"] = Answer(status=302, headers={"Location": TARGET})
    assert look(web, body("<p><a href='/go/guide'>x</a></p>")).present is True
    assert look(web, body(f"<p><a href='/out?url={TARGET}'>x</a></p>")).present is True


def test_a_target_that_has_moved_is_found_under_its_new_address(web: LittleWeb) -> None:
    web["ours.example", "/guide"] = Answer(status=301, headers={"Location": "/guides/clocks"})
    web["ours.example", "/guides/clocks"] = "<h1>Our guide</h1>"
    assert look(web, body("<p><a href='https://ours.example/guides/clocks'>x</a></p>")).present is True


def test_a_page_that_has_moved_is_followed_with_its_chain(web: LittleWeb) -> None:
    web["blog.example", "/new"] = body(f"<p>{LINK}</p>")
    seen = look(web, Answer(status=301, headers={"Location": "/new"}))
    assert seen.present is True and seen.chain[0] == {"of": "page", "url": PAGE, "status": 301}


def test_a_link_to_another_page_of_ours_is_not_the_link(web: LittleWeb) -> None:
    seen = look(web, body("<p><a href='https://ours.example/'>x</a></p>"))
    assert seen.present is False and "https://ours.example/" in seen.why


def test_no_link_is_no_link(web: LittleWeb) -> None:
    seen = look(web, body("<p>Nothing here.</p>"))
    assert seen.present is False and seen.snippet == "" and seen.position == ""


@pytest.mark.parametrize(
    ("html", "place"),
    [
        (f"<html><body><main><h1>T</h1><p>Text</p></main><footer>{LINK}</footer></body></html>", "footer"),
        (f"<html><body><main><h1>T</h1><p>Text</p></main><aside>{LINK}</aside></body></html>", "sidebar"),
        (f"<html><body><nav>{LINK}</nav><main><h1>T</h1><p>Text</p></main></body></html>", "nav"),
        (f"<html><body><main><h1>T</h1><p>Text</p></main><ol class='comment-list'><li>{LINK}</li></ol></body></html>", "comment"),
    ],
)  # fmt: skip
def test_the_place_on_the_page_is_told(web: LittleWeb, html: str, place: str) -> None:
    seen = look(web, html)
    assert seen.present is True and seen.position == place


@pytest.mark.parametrize(
    ("head", "headers"),
    [
        ("<meta name=robots content='noindex, follow'>", {}),
        ("<meta name=googlebot content=none>", {}),
        ("", {"X-Robots-Tag": "noindex"}),
        ("", {"X-Robots-Tag": "otherbot: nofollow, googlebot: noindex"}),
        ("<link rel=canonical href='https://blog.example/another'>", {}),
    ],
)
def test_a_page_that_engines_leave_out_is_not_indexable(web: LittleWeb, head: str, headers: dict[str, str]) -> None:
    seen = look(web, Answer(body(f"<p>{LINK}</p>", head), headers=headers))
    assert seen.present is True and seen.indexable is False


def test_noindex_for_another_robot_changes_nothing(web: LittleWeb) -> None:
    seen = look(web, Answer(body(f"<p>{LINK}</p>"), headers={"X-Robots-Tag": "otherbot: noindex, nofollow"}))
    assert seen.indexable is True


def test_canonical_to_itself_is_fine_and_elsewhere_is_named(web: LittleWeb) -> None:
    seen = look(web, body(f"<p>{LINK}</p>", f"<link rel=canonical href='{PAGE}'>"))
    assert seen.indexable is True and seen.canonical == PAGE
    seen = look(web, body(f"<p>{LINK}</p>", "<link rel=canonical href='/other'>"))
    assert seen.canonical == "http://blog.example/other" and "canonical" in seen.why


def test_robots_txt_that_shuts_engines_out_makes_it_not_indexable(web: LittleWeb) -> None:
    web["blog.example", "/robots.txt"] = "User-agent: Googlebot\nDisallow: /\n"
    seen = look(web, body(f"<p>{LINK}</p>"))
    assert seen.present is True and seen.indexable is False and "robots.txt" in seen.why


def test_robots_txt_that_shuts_us_out_leaves_it_open(web: LittleWeb) -> None:
    web["blog.example", "/robots.txt"] = "User-agent: Backloop\nDisallow: /\n"
    seen = look(web, body(f"<p>{LINK}</p>"))
    assert seen.present is None and seen.outcome == "robots" and "robots.txt" in seen.why


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_a_refusal_or_a_fault_leaves_it_open(web: LittleWeb, status: int) -> None:
    seen = look(web, Answer("<p>no", status))
    assert seen.present is None and seen.status == status and str(status) in seen.why


def test_a_timeout_leaves_it_open(web: LittleWeb) -> None:
    web["blog.example", "/post"] = Answer(body(f"<p>{LINK}</p>"), wait_s=3)
    seen = run.look_now(PAGE, TARGET, fetcher=web.fetcher(seconds=0.5)).evidence
    assert seen.present is None and seen.outcome == "timeout"


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_has_no_link(web: LittleWeb, status: int) -> None:
    seen = look(web, Answer(body(f"<p>{LINK}</p>"), status))
    assert seen.present is False and "gone" in seen.why


def test_a_page_that_says_not_found_under_200_has_no_link(web: LittleWeb) -> None:
    html = "<html><head><title>Page not found</title></head><body><main><h1>Page not found</h1><p>Sorry.</p></main></body></html>"
    assert look(web, html).present is False


@pytest.mark.parametrize(
    "html",
    [
        "<html><body><div id=root></div><script src=/app.js></script></body></html>",
        "<html><body><noscript>You need to enable JavaScript to run this app.</noscript><script src=/a.js></script></body></html>",
        body(f"<script>render({{href: '{TARGET}'}})</script>"),
        body('<script>window.DATA={"url":"https:\\/\\/ours.example\\/guide"}</script>'),
    ],
)
def test_what_scripts_write_cannot_be_told(web: LittleWeb, html: str) -> None:
    assert look(web, html).present is None


@pytest.mark.parametrize(
    "html",
    [
        f"<p style='display: none'>{LINK}</p>",
        f"<div hidden>{LINK}</div>",
        f"<style>.x{{visibility:hidden}}</style><p class=x>{LINK}</p>",
        f"<p style='position:absolute;left:-9999px'>{LINK}</p>",
        f"<span style='font-size:0'>{LINK}</span>",
        f"<noscript>{LINK}</noscript>",
    ],
)
def test_a_link_that_no_reader_sees_is_not_there(web: LittleWeb, html: str) -> None:
    seen = look(web, body(html))
    assert seen.present is False and seen.hidden and "no reader sees it" in seen.why
    assert seen.anchor == "the guide"


def test_a_link_in_a_remark_or_as_text_is_not_there(web: LittleWeb) -> None:
    assert "remark" in look(web, body(f"<!-- {LINK} -->")).why
    seen = look(web, body("<p>See https://ours.example/guide</p>"))
    assert seen.present is False and "not a link" in seen.why


def test_a_link_shown_to_our_reader_only_is_not_there(web: LittleWeb) -> None:
    def cloaked(handler: object) -> Answer:
        ours = "Backloop" in handler.headers["User-Agent"]  # type: ignore[attr-defined]
        return Answer(body(f"<p>{LINK if ours else 'nothing'}</p>"))

    seen = look(web, cloaked)
    assert seen.present is False and "our reader only" in seen.why


def test_a_link_shown_to_browsers_only_is_there_and_said_to_be(web: LittleWeb) -> None:
    def cloaked(handler: object) -> Answer:
        ours = "Backloop" in handler.headers["User-Agent"]  # type: ignore[attr-defined]
        return Answer(body(f"<p>{'nothing' if ours else LINK}</p>"))

    seen = look(web, cloaked)
    assert seen.present is True and "browser" in seen.why


def test_an_image_link_has_its_alternative_text_as_anchor(web: LittleWeb) -> None:
    seen = look(web, body(f"<p><a href='{TARGET}'><img src=x alt='Our guide'></a></p>"))
    assert seen.anchor == "Our guide"


def test_a_very_long_page_is_open_when_its_read_part_has_no_link() -> None:
    page = Fetched(PAGE, PAGE, 200, "too_large", "", text=body("<p>x</p>"))
    assert evidence.look(page, TARGET).present is None


def test_source_in_a_file_is_looked_into_without_a_network() -> None:
    seen = run.look_at_source(body(f"<p>Read {LINK}.</p>").encode(), "", TARGET)
    assert seen.present is True and seen.status is None and seen.snippet == "Read the guide."
