"""Which page of ours a linking page is near to, and when none is."""

import pytest

from crm.prospects.relevance import TargetText, TopicIndex, context, is_homepage, language, page_text, url_words

GUIDE = TargetText(
    "The complete guide to time tracking for small teams",
    "time tracking",
    ("time tracking", "timesheet template"),
    "Time tracking shows where hours go. Timesheets, billable hours, payroll, attendance. " * 30,
    "https://tidyclock.example/guide/time-tracking",
)
COST = TargetText("Project cost calculator", "project budget", ("project cost", "budget calculator"))
GERMAN = TargetText("Zeiterfassung für kleine Teams", "Zeiterfassung", ("stundenzettel vorlage",))
JAPANESE = TargetText("勤怠管理ガイド", "勤怠管理", ("タイムカード",))
HOME = TargetText("Tidyclock", "", (), "", "https://tidyclock.example/", is_homepage=True)


@pytest.fixture(scope="module")
def index() -> TopicIndex:
    return TopicIndex([GUIDE, COST, GERMAN, JAPANESE, HOME])


@pytest.mark.parametrize(
    ("title", "page"),
    [
        ("Best time tracking software for freelancers", 0),
        ("Employee timesheets: free templates", 0),
        ("How agencies estimate the budgets of projects", 1),
        ("Arbeitszeiterfassung und Stundenzettel im Betrieb", 2),
        ("勤怠管理システムの選び方", 3),
        ("Ten pizza recipes for a party", None),
        ("Football results of Saturday", None),
    ],
)
def test_the_nearest_page_is_chosen_and_below_the_line_none(index: TopicIndex, title: str, page: int | None) -> None:
    assert index.best([page_text(title=title)])[0].page == page


def test_topic_is_between_none_and_full(index: TopicIndex) -> None:
    values = index.topic("time tracking for small teams")
    assert len(values) == 5 and values[0] == 1.0 and all(0 <= v <= 1 for v in values)
    assert index.topic("") == [0.0] * 5


def test_a_page_without_words_is_not_known_rather_than_unfit(index: TopicIndex) -> None:
    assert index.best([page_text(url="https://a.example/12345")])[0].topic is None


def test_words_of_the_address_and_the_anchor_speak_too(index: TopicIndex) -> None:
    bare = page_text(title="Links we like", url="https://blog.example/2024/05/time-tracking-tools.html")
    assert index.best([bare])[0].page == 0
    assert url_words("https://www.a.example/blog/2024/Time_tracking-tools.html?x=1") == "Time tracking tools"


def test_a_long_page_on_the_topic_is_near_as_well(index: TopicIndex) -> None:
    text = "Billable hours and attendance go into timesheets, and time tracking makes payroll easier. " * 60
    assert index.topic(page_text(title="Payroll basics", text=text))[0] > 0.5


def test_a_project_without_target_pages_fits_nothing() -> None:
    assert TopicIndex([]).best(["time tracking"])[0].page is None
    assert TopicIndex([]).topics(["a", "b"]).shape == (2, 0)


def test_many_texts_give_the_same_as_one_by_one(index: TopicIndex) -> None:
    texts = [f"time tracking for trade number {word}" for word in ("bakers", "roofers", "nurses")]
    assert [list(row) for row in index.topics(texts)] == [index.topic(text) for text in texts]


def test_context_asks_where_the_rivals_link_went(index: TopicIndex) -> None:
    brands = ["Clockly"]
    assert context("https://clockly.example/guides/time-tracking", "this guide", brands, index, 0) == 1.0
    assert context("https://clockly.example/", "Clockly", brands, index, 0) == 0.0
    assert context("https://clockly.example/pricing", "clockly", brands, index, 0) == 0.0
    assert context("https://clockly.example/", "Clockly", brands, index, 4) == 1.0
    assert context("https://clockly.example/p/8817", "here", brands, index, 0) is None
    assert context("", "", brands, index, 0) is None


def test_language_is_the_same_another_or_not_known() -> None:
    assert (language("de-AT", ["de"]), language("fr", ["de", "en"]), language("", ["de"])) == (1.0, 0.0, None)
    assert language("de", []) is None


def test_home_pages_are_recognised() -> None:
    assert all(
        is_homepage(u)
        for u in ("https://a.example", "https://a.example/", "a.example/index.html", "https://a.example/de/")
    )
    assert not any(is_homepage(u) for u in ("", "https://a.example/guide", "https://a.example/de/preise"))
