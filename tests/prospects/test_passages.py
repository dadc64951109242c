"""The sentence on their page, the passage of ours, for whom a page is written and how it speaks."""

import pytest

from crm.pages.facts import facts
from crm.prospects import passages
from crm.prospects.audience import audience, tone
from crm.prospects.brief import BriefInputs, brief
from crm.prospects.passages import Quote
from crm.vocabulary import Action, LinkType

RIVAL = "https://rival.example/rate-sheet"


def page(inner: str, title: str = "Kit", lang: str = "en") -> dict[str, object]:
    html = f"<html lang={lang}><head><title>{title}</title></head><body><nav><a href='/'>Home</a></nav><main><article><h1>{title}</h1>{inner}</article></main></body></html>"
    return facts(html, "https://blog.example/kit").to_dict()


def test_their_sentence_is_quoted_with_its_heading_and_nothing_around_it() -> None:
    seen = page(
        "<h2>Before you quote</h2><p>Prices are hard. Fill in the <a href='https://rival.example/rate-sheet?utm_source=x'>"
        "hourly rate sheet</a> and round up. Then sleep.</p>"
    )
    assert passages.quote(seen, RIVAL) == Quote(
        "Fill in the ", "hourly rate sheet", " and round up.", "Before you quote", "main", ""
    )


def test_of_equal_words_the_place_counts_that_names_the_linked_site_or_shares_the_exports_words() -> None:
    text = (
        "<p>A rate sheet saves an hour.</p><p>Take the <a href='https://rival.example/x'>rate sheet</a> by {who}.</p>"
    )
    assert passages.quote(page(text.format(who="Rival")), RIVAL).before == "Take the "  # type: ignore[union-attr]
    seen = passages.quote(page(text.format(who="them")), RIVAL, "take the by them")
    assert seen is not None and seen.before == "Take the "


@pytest.mark.parametrize(
    "inner",
    ["<p>No link.</p>", f"<p style='display:none'><a href='{RIVAL}'>sheet</a></p>", f"<p><a href='{RIVAL}'></a></p>"],
)
def test_without_a_visible_link_nothing_is_quoted(inner: str) -> None:
    assert passages.quote(page(inner), RIVAL) is None


OURS = (
    "We are a small team.\nAn hourly rate must pay for holidays. Fill in the sheet and the rate follows.\n"
    "Our office dog sleeps all day.\nEinen Stundensatz berechnet man mit Urlaub und Krankheit."
)


def test_our_passage_is_the_one_that_speaks_of_the_same() -> None:
    assert passages.ours(OURS, ["hourly rate sheet", "Before you quote"]).startswith("An hourly rate must pay")
    assert passages.ours(OURS, ["Stundensatz mit Urlaub berechnen"]).startswith("Einen Stundensatz")
    assert passages.ours(OURS, ["sourdough bread"]) == passages.ours("", ["rate"]) == passages.ours(OURS, []) == ""


def test_common_ground_and_what_is_lacking_are_words() -> None:
    words = passages.subjects("Invoices and holidays. Invoices late. Invoices! Holidays: holidays.", ["blog.example"])
    assert words == ["invoices", "holidays"] or words == ["holidays", "invoices"]
    assert passages.shared(OURS, ["holidays", "invoices"]) == ["holidays"]
    assert passages.lacking(OURS, ["rate sheet", "invoices templates"]) == ["invoices", "templates"]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("The API has an SDK for Python. Open the repository on GitHub and send a pull request.", "developers"),
        ("Your campaign needs a landing page. Marketers measure the conversion rate of a newsletter.", "marketers"),
        ("Our members meet at the chapter. The association and the federation pay for membership.", "members of an association"),
        ("Told reporters, a spokeswoman said. Our newsroom and its correspondent asked journalists.", "readers of news"),
        ("Freelancers send an invoice to clients; bookkeeping for the self employed sole trader.", "the self-employed and small firms"),
        ("Rain falls on the hills and the sheep stand still.", ""),
    ],
)  # fmt: skip
def test_the_audience_is_told_only_when_the_page_makes_it_plain(text: str, who: str) -> None:
    assert audience(page(f"<p>{text}</p>")) == who


def test_the_tone_is_told_in_words_and_the_german_address_rightly() -> None:
    you = "You don't need much. You track your hours, you'll see. " * 8
    assert "“you”" in tone(page(f"<p>{you}</p>")) and "everyday short forms" in tone(page(f"<p>{you}</p>"))
    near = (
        "Damit du deine Stunden im Blick hast, schreibst du sie auf. Das hilft dir sehr, wenn du Rechnungen stellst. "
        * 5
    )
    far = (
        "Damit haben Sie Ihre Stunden im Blick, und wir helfen Ihnen gern dabei, wenn Sie Rechnungen stellen wollen. "
        * 5
    )
    assert "“du”" in tone(page(f"<p>{near}</p>", lang="de")) and "“Sie”" in tone(page(f"<p>{far}</p>", lang="de"))
    assert tone(page("<p>Too short.</p>")) == ""


def test_the_brief_says_where_the_link_goes_and_what_has_to_change_first() -> None:
    quote = Quote("Fill in the ", "rate sheet", " first.", "Before you quote", "main")
    made = brief(
        BriefInputs(
            LinkType.RESOURCE_PAGE, Action.PITCH, page_title="Kit", topic=0.4, relevance=60, quote=quote,
            audience="developers", tone="speaks as “we”", lacking=("invoices",), unfit=("Says noindex.",),
        )
    )  # fmt: skip
    assert made.where == "In the text, under “Before you quote”, in the same sentence as “rate sheet”."
    assert made.changes[0] == made.first == "Says noindex." and "“invoices”" in made.changes[1]
    assert made.style[0].startswith("Written for developers: offer documentation")
    none = brief(BriefInputs(LinkType.RESOURCE_PAGE, Action.CREATE_PAGE, topic=0.1))
    assert none.first.startswith("Make a page") and none.where == "" and none.style == ()
