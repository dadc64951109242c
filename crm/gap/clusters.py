"""Groups of strong sites that link to one page or topic of rivals which we do not cover. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from crm import domains

STRONG = 40.0  # authority on the DR scale from which a site counts
LEAST = 3  # sites that make a cluster
ALIKE = 0.6  # share of the smaller page's words that two pages of one topic have in common
COVERED = 0.6  # share of a cluster's words that one of our pages has
_STOP = frozenset(
    """the and for with your you our from into how what why when are was best top guide page pages html php index www
    com blog post posts article articles news category tag product products about de la le les des und der die das für
    fur pour avec dans sur une las los del para con por que amp http https home default aspx""".split()
)
_KINDS = (
    ("data study", ("study", "statistics", "stats", "data", "report", "survey", "benchmark", "research", "chiffres")),
    (
        "tool",
        ("calculator", "calculateur", "simulateur", "generator", "tool", "checker", "converter", "rechner", "outil"),
    ),
    ("template", ("template", "templates", "checklist", "modele", "vorlage", "worksheet")),
    ("glossary", ("glossary", "definition", "meaning", "lexique", "terms")),
    ("comparison", ("comparison", "alternative", "alternatives", "versus", "review", "reviews")),
)


@dataclass(frozen=True, slots=True)
class Linked:
    """One linking page of a gap site. `chance` is the site's chance of a link, `dr` its authority if known."""

    domain: str
    dr: float | None
    link_type: str
    target_url: str
    anchor: str
    source_url: str
    chance: float


@dataclass(frozen=True, slots=True)
class Covered:
    """One of our pages, as words."""

    url: str
    title: str = ""
    topic: str = ""
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cluster:
    """An asset that strong sites would have a reason to link to."""

    key: str
    title: str
    asset_kind: str
    rival_pages: tuple[str, ...]
    domains: tuple[str, ...]
    expected_links: float
    by_type: dict[str, int]
    words: tuple[str, ...]
    examples: tuple[str, ...]


def clusters(pages: Iterable[Linked], ours: Sequence[Covered]) -> list[Cluster]:
    """Clusters of at least three strong sites, most expected links first, without topics that we cover already."""
    groups: dict[frozenset[str], list[Linked]] = {}
    for page in pages:
        if page.dr is None or page.dr < STRONG:
            continue
        topic = words_of(page.target_url)
        if len(topic) < 2:  # a home page or a bare category says nothing about a topic
            continue
        groups.setdefault(_like(topic, groups), []).append(page)
    known = [_our_words(page) for page in ours]
    found = [_cluster(topic, members) for topic, members in groups.items() if len({m.domain for m in members}) >= LEAST]
    open_ = [c for c in found if not any(_covers(words, c.words) for words in known)]
    return sorted(open_, key=lambda c: (-c.expected_links, c.key))


def words_of(url: str) -> frozenset[str]:
    """The telling words of an address's path."""
    path = domains.url_key(url).partition("/")[2].partition("?")[0]
    return frozenset(words_in(unquote(path)))


def words_in(text: str) -> list[str]:
    """The telling words of a text, in order."""
    return [w for w in re.findall(r"[^\W_]+", text.casefold()) if len(w) > 2 and w not in _STOP and not w.isdigit()]


def _like(topic: frozenset[str], groups: dict[frozenset[str], list[Linked]]) -> frozenset[str]:
    """The group whose page speaks of the same; the topic itself when there is none."""
    if topic in groups:
        return topic
    for other in groups:
        both = len(topic & other)
        if both >= 2 and both >= ALIKE * min(len(topic), len(other)):
            return other
    return topic


def _our_words(page: Covered) -> frozenset[str]:
    return frozenset([*words_of(page.url), *words_in(" ".join((page.title, page.topic, *page.keywords)))])


def _covers(ours: frozenset[str], wanted: Sequence[str]) -> bool:
    return sum(1 for w in wanted if w in ours) >= COVERED * len(wanted)


def _cluster(topic: frozenset[str], members: Sequence[Linked]) -> Cluster:
    chances = {m.domain: m.chance for m in members}
    rivals = Counter(domains.normal_url(m.target_url) for m in members)
    anchors = Counter(m.anchor.strip() for m in members if 4 < len(m.anchor.strip()) < 70 and "://" not in m.anchor)
    main = rivals.most_common(1)[0][0]
    parts = unquote(domains.url_key(main).partition("?")[0]).split("/")[1:]
    slug = max(parts, key=lambda part: len(words_in(part)))
    title = re.sub(r"\.(html?|php|aspx)\Z", "", slug).replace("-", " ").replace("_", " ").strip().capitalize()
    told = " ".join([*topic, *(a for a, _n in anchors.most_common(3))])
    by_type = Counter({m.domain: m.link_type for m in members}.values())
    return Cluster(
        key=" ".join(sorted(topic)),
        title=title or main,
        asset_kind=next((kind for kind, marks in _KINDS if set(marks) & set(words_in(told))), "guide"),
        rival_pages=tuple(url for url, _n in rivals.most_common(5)),
        domains=tuple(sorted(chances)),
        expected_links=round(sum(chances.values()), 3),
        by_type=dict(by_type.most_common()),
        words=tuple(sorted(topic)),
        examples=tuple(dict.fromkeys(m.source_url for m in members))[:5],
    )
