"""Is the link there, on pages that make it hard: style sheets, colours, redirects that look like none, cloaks."""

from collections.abc import Iterator

import pytest

from crm.outcomes import leading, run
from crm.outcomes.evidence import LinkEvidence
from tests.little_web import Answer, LittleWeb
from tests.outcomes.test_evidence import LINK, PAGE, TARGET, body


@pytest.fixture
def web() -> Iterator[LittleWeb]:
    with LittleWeb() as running:
        running["ours.example", "/guide"] = "<h1>Our guide</h1>"
        yield running


def look(web: LittleWeb, route: object) -> LinkEvidence:
    web["blog.example", "/post"] = route  # type: ignore[assignment]
    return run.look_now(PAGE, TARGET, fetcher=web.fetcher(seconds=2)).evidence


@pytest.mark.parametrize(
    ("css", "html"),
    [
        (".ads .x{display:none}", f"<div class=ads><p class=x>{LINK}</p></div>"),
        ("div.x.y { display : none !important }", f"<div class='x y'>{LINK}</div>"),
        ("article > .x a{position:absolute;left:-9999px}", f"<p class=x>{LINK}</p>"),
        ("#sponsors{visibility:hidden}", f"<div id=sponsors>{LINK}</div>"),
        ("[data-seo]{opacity:0}", f"<p data-seo=1>{LINK}</p>"),
        ("@media screen{.x{display:none}}", f"<p class=x>{LINK}</p>"),
        (".x{height:0;overflow:hidden}", f"<p class=x>{LINK}</p>"),
        (".x{clip-path:inset(100%)}", f"<p class=x>{LINK}</p>"),
        (".x{transform:scale(0)}", f"<p class=x>{LINK}</p>"),
        (".x{font-size:1px}", f"<p class=x>{LINK}</p>"),
        (".x{display:block} p.x{display:none}", f"<p class=x>{LINK}</p>"),
        (".x{color:#fff;background:white}", f"<p class=x>{LINK}</p>"),
        (".x a{color:#fff}", f"<p class=x>{LINK}</p>"),
        ("body{background:#222} .x a{color:#222222}", f"<p class=x>{LINK}</p>"),
        ("", f"<p style='background:#eee'>{LINK.replace('<a ', '<a style=color:#eeeeee ')}</p>"),
        ("", f"<p style='color:transparent'>{LINK}</p>"),
        ("", f"<dialog>{LINK}</dialog>"),
        ("", f"<p>Text <a href='{TARGET}'></a> text.</p>"),
        ("", f"<p>Text <a href='{TARGET}'>.</a> text.</p>"),
        ("", f"<p>Text <a href='{TARGET}'>&#8203;</a> text.</p>"),
    ],
)  # fmt: skip
def test_however_it_is_done_a_link_that_no_reader_sees_is_not_there(web: LittleWeb, css: str, html: str) -> None:
    seen = look(web, body(html, f"<style>{css}</style>"))
    assert seen.present is False and seen.hidden and "no reader sees it" in seen.why


@pytest.mark.parametrize(
    ("css", "html"),
    [
        (".x{display:none} .x.open{display:block}", f"<p class='x open'>{LINK}</p>"),
        ("p.x{display:none} .x{display:block !important}", f"<p class=x>{LINK}</p>"),
        ("@media print{.x{display:none}}", f"<p class=x>{LINK}</p>"),
        ("@media (max-width:600px){.x{display:none}}", f"<p class=x>{LINK}</p>"),
        (".x:hover{display:none}", f"<p class=x>{LINK}</p>"),
        (".x{margin-left:-100px}", f"<p class=x>{LINK}</p>"),
        (".x{background:#07c} .x a{color:#fff}", f"<p class=x>{LINK}</p>"),
        (".x{background:url(dark.png)} .x a{color:#fff}", f"<p class=x>{LINK}</p>"),
        (".tab-pane{display:none} .tab-pane.active{display:block}", f"<div class=tab-pane role=tabpanel>{LINK}</div>"),
        ("#more{display:none}", f"<button aria-controls=more>More</button><div id=more>{LINK}</div>"),
        ("", f"<details><summary>Sources</summary><p>{LINK}</p></details>"),
        ("", f"<p style='display:none'>{LINK}</p><p>Again {LINK}.</p>"),
        ("", f"<a class='icon' href='{TARGET}'></a>"),
        ("", f"<a href='{TARGET}'><img src=x></a>"),
        (".x{opacity:0.9;left:0;font-size:0.9em;max-width:1px0}", f"<p class=x>{LINK}</p>"),
    ],
)  # fmt: skip
def test_what_a_reader_can_see_or_open_is_there(web: LittleWeb, css: str, html: str) -> None:
    seen = look(web, body(html, f"<style>{css}</style>"))
    assert seen.present is True and seen.hidden == "", seen.why


def test_a_style_sheet_of_the_site_that_hides_it_is_read_and_one_of_others_is_not(web: LittleWeb) -> None:
    css = Answer(".partners{display:none}", headers={"Content-Type": "text/css"})
    web["blog.example", "/s.css"] = web["cdn.example", "/s.css"] = css
    hidden = f"<p class=partners>{LINK}</p>"
    seen = look(web, body(hidden, "<link rel=stylesheet href=/s.css?v=1><link rel='StyleSheet' href='/s.css'>"))
    assert seen.present is False and seen.hidden == "display: none"
    assert look(web, body(hidden, "<link rel=stylesheet href=https://cdn.example/s.css>")).present is True
    assert ("cdn.example", "/s.css") not in {(host, path) for host, path, _ in web.asked}


def test_a_page_where_nothing_is_found_asks_for_no_style_sheet(web: LittleWeb) -> None:
    look(web, body("<p>Nothing.</p>", "<link rel=stylesheet href=/s.css>"))
    assert "/s.css" not in web.paths("blog.example")


@pytest.mark.parametrize(
    ("head", "headers", "indexable"),
    [
        ("", {"Link": "<https://blog.example/other>; rel=\"canonical\""}, False),
        ("", {"Link": "<https://blog.example/post>; rel=canonical, <https://blog.example/de>; rel=alternate"}, True),
        ("", {"X-Robots-Tag": "max-video-preview: -1, noindex"}, False),
        ("", {"X-Robots-Tag": "max-image-preview: none"}, True),
        ("<meta name=ROBOTS content='max-image-preview:none, max-snippet:-1'>", {}, True),
        ("<meta name=robots content='index, follow, max-image-preview:large'>", {}, True),
        ("<meta name=robots content='NOINDEX'>", {}, False),
        ("<link rel=canonical href='https://www.blog.example/post/?utm_source=x'>", {}, True),
    ],
)  # fmt: skip
def test_what_engines_are_told_is_read_rightly(
    web: LittleWeb, head: str, headers: dict[str, str], indexable: bool
) -> None:
    seen = look(web, Answer(body(f"<p>{LINK}</p>", head), headers=headers))
    assert seen.present is True and seen.indexable is indexable, seen.why


def test_a_page_shut_to_us_and_to_engines_is_open_but_known_not_to_be_listed(web: LittleWeb) -> None:
    web["blog.example", "/robots.txt"] = "User-agent: *\nDisallow: /\n"
    seen = look(web, body(f"<p>{LINK}</p>"))
    assert seen.present is None and seen.indexable is False and seen.outcome == "robots"


@pytest.mark.parametrize("place", ["short.example/x7", "blog.example/abc"])
def test_a_redirect_under_any_name_counts(web: LittleWeb, place: str) -> None:
    host, _, path = place.partition("/")
    web[host, "/" + path] = Answer(status=302, headers={"Location": TARGET})
    seen = look(web, body(f"<p><a rel=sponsored href='https://{place}'>x</a></p>"))
    assert seen.present is True and seen.chain[0]["status"] == 302


def test_a_page_between_that_sends_the_browser_on_counts(web: LittleWeb) -> None:
    web["blog.example", "/go/7"] = f"<meta http-equiv=refresh content='0;url={TARGET}'><p>One moment.</p>"
    seen = look(web, body("<p><a href='/go/7'>x</a></p>"))
    assert seen.present is True and seen.chain[-1]["url"].endswith("/go/7")


def test_a_linking_page_that_sends_the_browser_on_is_followed(web: LittleWeb) -> None:
    web["blog.example", "/new"] = body(f"<p>{LINK}</p>")
    seen = look(web, "<meta http-equiv='Refresh' content='1; URL=/new'><p>Moved.</p>")
    assert seen.present is True and seen.chain[0] == {"of": "page", "url": PAGE, "status": 200}


def test_links_of_the_menu_and_of_strangers_comments_are_not_all_followed(web: LittleWeb) -> None:
    many = "".join(f"<p><a href='https://s{n}.example/'>s{n}</a></p>" for n in range(40))
    assert look(web, body(many)).present is False
    assert len({host for host, _, _ in web.asked if host.startswith("s")}) == leading.MAX_CANDIDATES


def shown(ours: str, theirs: str) -> object:
    return lambda h: Answer(body(ours if "Backloop" in h.headers["User-Agent"] else theirs))


def test_a_worse_rel_for_browsers_is_the_one_reported(web: LittleWeb) -> None:
    worse = LINK.replace("<a ", "<a rel=nofollow ")
    seen = look(web, shown(f"<p>{LINK}</p>", f"<p>{worse}</p>"))
    assert seen.present is True and seen.rel == "nofollow" and "our reader is shown" in seen.why


def test_a_link_hidden_from_browsers_only_is_not_there(web: LittleWeb) -> None:
    seen = look(web, shown(f"<p>{LINK}</p>", f"<p hidden>{LINK}</p>"))
    assert seen.present is False and "hidden" in seen.why


def test_a_page_that_is_gone_for_browsers_is_not_there(web: LittleWeb) -> None:
    def answer(handler: object) -> Answer:
        ours = "Backloop" in handler.headers["User-Agent"]  # type: ignore[attr-defined]
        return Answer(body(f"<p>{LINK}</p>"), 200 if ours else 404)

    seen = look(web, answer)
    assert seen.present is False and "a browser is told" in seen.why


def test_an_app_shell_with_menu_and_footer_cannot_be_told(web: LittleWeb) -> None:
    menu = "".join(f"<li><a href='/{n}'>Section number {n}</a></li>" for n in range(40))
    html = f"<html><body><nav><ul>{menu}</ul></nav><div id=app></div><footer>© Blog</footer><script src=/a.js></script></body></html>"
    assert look(web, html).present is None


@pytest.mark.parametrize(
    "html",
    [
        f"<p><a href='#' onclick=\"location.href='{TARGET}'\">x</a></p>",
        f"<p><span class=link data-href='{TARGET}'>x</span></p>",
        f"<script>document.write('<a href=\\'{TARGET}\\'>x</a>')</script>",
        "<script>var u='https%3A%2F%2Fours.example%2Fguide'</script>",
    ],
)
def test_an_address_that_only_a_script_makes_a_link_of_cannot_be_told(web: LittleWeb, html: str) -> None:
    assert look(web, body(html)).present is None


@pytest.mark.parametrize(
    "html",
    [
        f"<img usemap='#m' src=x><map name=m><area href='{TARGET}' alt=guide></map>",
        f"<svg><a href='{TARGET}'><text>guide</text></a></svg>",
        "<p><a href='https://ours.example/guide?source=blog&mc_cid=1'>x</a></p>",
        "<p><a href='https://ours.example/guide/index.html'>x</a></p>",
    ],
)
def test_links_of_drawings_and_addresses_with_marks_of_campaigns_count(web: LittleWeb, html: str) -> None:
    assert look(web, body(html)).present is True


def test_a_page_of_ours_that_names_the_target_as_canonical_counts_and_is_said(web: LittleWeb) -> None:
    head = "<link rel=canonical href='https://ours.example/guide'>"
    web["ours.example", "/guide?lang=en"] = f"<html><head>{head}</head><body><h1>Guide</h1></body></html>"
    seen = look(web, body("<p><a href='https://ours.example/guide?lang=en'>x</a></p>"))
    assert seen.present is True and "canonical address" in seen.why
    web["ours.example", "/guide?lang=en"] = "<h1>Another page</h1>"
    assert look(web, body("<p><a href='https://ours.example/guide?lang=en'>x</a></p>")).present is False


def test_white_words_in_the_way_of_old_pages_are_not_there(web: LittleWeb) -> None:
    assert look(web, body(f"<p><font color=#FFFFFF>{LINK}</font></p>")).present is False
    dark = f"<table bgcolor=#000000><tr><td><font color=white>{LINK}</font></td></tr></table>"
    assert look(web, body(dark)).present is True
