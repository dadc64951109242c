"""Ideas for content come from strong sites that link to one topic which we do not cover."""

from crm.gap.clusters import Covered, Linked, clusters


def _page(
    domain: str, target: str, dr: float | None = 50, chance: float = 0.1, anchor: str = "tax calculator"
) -> Linked:
    return Linked(domain, dr, "resource_page", target, anchor, f"https://{domain}/links", chance)


THREE = [_page(f"s{i}.example", "https://rival.example/tools/tax-calculator") for i in range(3)]


def test_three_strong_sites_on_one_page_make_an_idea() -> None:
    (found,) = clusters(THREE, [])
    assert found.domains == ("s0.example", "s1.example", "s2.example")
    assert (found.asset_kind, round(found.expected_links, 2)) == ("tool", 0.3)
    assert found.title == "Tax calculator"
    assert found.by_type == {"resource_page": 3}


def test_covering_the_topic_removes_the_idea() -> None:
    assert clusters(THREE, [Covered("https://own.example/tax-calculator-tools")]) == []
    assert clusters(THREE, [Covered("https://own.example/x", topic="calculator of tax", keywords=("tools",))]) == []
    assert len(clusters(THREE, [Covered("https://own.example/gardening-guide")])) == 1


def test_weak_and_unknown_sites_and_too_few_do_not_count() -> None:
    assert clusters([*THREE[:2], _page("weak.example", THREE[0].target_url, dr=39)], []) == []
    assert clusters([*THREE[:2], _page("what.example", THREE[0].target_url, dr=None)], []) == []
    assert clusters([THREE[0], THREE[0], THREE[0]], []) == []


def test_pages_of_two_rivals_on_one_topic_are_one_idea() -> None:
    pages = [*THREE[:2], _page("s9.example", "https://other.example/free-tax-calculator")]
    (found,) = clusters(pages, [])
    assert len(found.rival_pages) == 2


def test_home_pages_say_nothing_about_a_topic() -> None:
    assert clusters([_page(f"s{i}.example", "https://rival.example/") for i in range(5)], []) == []


def test_most_expected_links_come_first() -> None:
    other = [
        _page(f"t{i}.example", "https://rival.example/remote-work-statistics", chance=0.2, anchor="") for i in range(3)
    ]
    assert [c.asset_kind for c in clusters([*THREE, *other], [])] == ["data study", "tool"]
