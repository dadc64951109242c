"""Link types and noise on typical pages; the whole labelled set is judged in test_labels.py."""

import pytest

from crm.prospects.classify import assess, classify
from crm.prospects.noise import Around, flags, noise
from crm.prospects.signs import PageSigns
from crm.vocabulary import LinkType, Realism


@pytest.mark.parametrize(
    ("url", "title", "rule"),
    [
        ("https://pl.search.yahoo.com/mobile/s?q=turbotax", "turbotax — Wyniki wyszukiwarki", "search_results"),
        ("https://board.example.net/viewtopic.php?t=373", "Fonds de solidarité", "forum"),
        ("https://shop.example.com/product/blue-chair", "Blue chair - add to cart", "shop"),
        ("https://example.com/coupons/acme", "Acme coupon codes", "coupon"),
        ("https://example.org/2019/05/", "May 2019", "archive_listing"),
        ("https://www.youtube.com/watch?v=1", "A film", "profile"),
        ("https://example.com/datenschutz", "Datenschutzerklärung", "legal"),
    ],
)
def test_a_page_that_nobody_would_change_is_noise_by_name(url: str, title: str, rule: str) -> None:
    found = noise(PageSigns(url, title=title))
    assert rule in {n.rule for n in found}
    assert all(n.why for n in found)


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        (PageSigns("https://a.example/resources", title="Resources - A"), LinkType.RESOURCE_PAGE),
        (PageSigns("https://a.example/blog/10-best-time-trackers", title="10 best time trackers"), LinkType.LIST_POST),
        (PageSigns("https://a.example/nos-partenaires", title="Nos partenaires"), LinkType.PARTNERSHIP),
        (PageSigns("https://www.theguardian.com/money/2026/x", title="Rents rise"), LinkType.DIGITAL_PR),
        (PageSigns("https://www.gelbeseiten.de/gsbiz/1", title="Malermeister Kurz"), LinkType.LOCAL_CITATION),
        (
            PageSigns("https://a.example/p", title="Old guide", target_url="https://b.example/x", target_http=404),
            LinkType.BROKEN_LINK,
        ),
        (
            PageSigns("https://a.example/p", title="A look at Acme", kind="mention", our_brands=("Acme",)),
            LinkType.UNLINKED_MENTION,
        ),
        (
            PageSigns("https://a.example/blog/gastbeitrag-von-mia", title="Gastbeitrag von Mia"),
            LinkType.GUEST_CONTRIBUTION,
        ),
        (
            PageSigns("https://a.example/blog/how-we-bill-by-the-hour", title="How we bill by the hour"),
            LinkType.EDITORIAL_MENTION,
        ),
    ],
)
def test_each_link_type_is_told_with_a_reason(page: PageSigns, kind: LinkType) -> None:
    found = classify(page)
    assert found.link_type == kind
    assert found.why and 0 < found.confidence <= 1


def test_a_noise_page_has_no_link_type() -> None:
    both = assess(PageSigns("https://www.booking.com/hotel/x", title="Hotel"))
    assert both.noise and both.classified.link_type is None


def test_a_paid_link_is_no_realistic_prospect() -> None:
    assert classify(PageSigns("https://a.example/x", sponsored=True)).realism == Realism.SPONSOR


def test_project_facts_are_flags_and_never_noise() -> None:
    page = PageSigns("https://blog.rival.example/post", title="News from Rival", language="ru", is_lost=True)
    found = flags(page, Around(competitors=frozenset({"rival.example"}), markets=frozenset({"en"})))
    assert [f.rule for f in found] == ["competitor", "lost", "language"]
    assert noise(page) == []


@pytest.mark.parametrize(
    "url", ["", "http://", "://", "https://[::1", "mailto:x@y", "http://a b/ö?q=%zz", "javascript:alert(1)"]
)
def test_a_broken_address_never_fails(url: str) -> None:
    assert assess(PageSigns(url)).classified.confidence > 0
