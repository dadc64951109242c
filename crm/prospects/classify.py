"""The link type of a linking page: how somebody got this link, from an export's columns and the page when it was read.

Every sign adds points to one type and leaves its reason; the type with most points wins, an ordinary article in which
nothing special stands out is an editorial mention. Confidence is the winner's share after a soft maximum.
"""

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from crm.prospects import headlines, page_facts, shape, ties, type_words
from crm.prospects.known_hosts import GUEST_PLATFORMS, LOCAL, NEWS, WIKIS, WIRES
from crm.prospects.noise import Noise, judge
from crm.prospects.phrases import Phrases
from crm.prospects.reading import Reading, read
from crm.prospects.signs import PageSigns
from crm.vocabulary import EarnedBecause, LinkType, Realism

BASE = 1.0  # what an editorial mention has before anything is known
SHARPNESS = 1.6
GONE = frozenset({404, 410, 451, 500, 502, 503, 521, 522, 523, 525, 530})
FOLDER_POINTS = {
    "resource_page": (1.3, 0.5),
    "guest_contribution": (0.9, 1.3),
    "partnership": (1.4, 0.9),
    "digital_pr": (0.6, 0.6),
    "local_citation": (0.6, 0.6),
    "editorial_mention": (0.1, 0.15),
}
LINK_POINTS = {
    "digital_pr": 0.4,
    "guest_contribution": 1.0,
    "partnership": 0.6,
    "resource_page": 0.3,
    "local_citation": 0.4,
    "list_post": 0.5,
}
NEWS_FOLDERS = frozenset(
    """news noticies actualitat nachrichten noticias notizie nieuws wiadomosci novosti uutiset nyheter nyheder
    haberler""".split()
)
LOGO_WALL = 30  # so many links and pictures that link: a wall of logos
LOGO_WORDS = 4  # a picture with more words is a card in an article, not a logo
WEAK_FOLDERS = frozenset("business service services company companies story stories tech money".split())
SURE_NEWS = frozenset(
    """news times herald tribune gazette chronicle zeitung tagblatt nachrichten diario periodico jornal corriere
    giornale journal dagblad krant courant kurier gazeta novosti vesti noticias notizie depeche quotidiano gazzetta
    nieuws wiadomosci dziennik folha correio""".split()
)
AUTHOR_FOLDERS = frozenset("author authors autor auteur autore".split())
LIBRARIES = frozenset(
    "library libguides guides lib bib biblioguias bibliotheque bibliothek biblioteca biblioteka".split()
)
NEWS_LABELS = frozenset("news press presse prensa stampa noticias nachrichten actu newsroom".split())
SITE_POINTS = {"digital_pr": 0.7, "partnership": 0.7, "local_citation": 0.6, "resource_page": 0.5}
_LINK = Phrases(type_words.LINK)
_SITE = [(part, kind) for kind, listed in type_words.SITE_NAMES.items() for part in listed.split()]
Sign = tuple[str, float, str]


@dataclass(frozen=True, slots=True)
class Classified:
    """The link type with its reasons; `link_type` is None when the page is noise."""

    link_type: LinkType | None
    confidence: float
    why: list[str]
    realism: Realism
    earned_because: EarnedBecause | None


@dataclass(frozen=True, slots=True)
class Assessed:
    """Noise and type of one page, found in one pass."""

    noise: list[Noise]
    classified: Classified


def classify(page: PageSigns) -> Classified:
    """How the link on this page was got. Never fails; little known means low confidence."""
    return assess(page).classified


def assess(page: PageSigns, *, believe_noise: bool = True) -> Assessed:
    """Noise and link type together; the page is taken apart once. A person's word may overrule the noise rules."""
    reading = read(page)
    noise = judge(reading) if believe_noise else []
    realism, tie = ties.realism(reading)
    earned = ties.earned(reading)
    if noise:
        nothing = Classified(None, 0.9, [f"not a page to pitch: {noise[0].why}"], realism, earned)
        return Assessed(noise, nothing)
    points, why = weigh(reading)
    best = max(points, key=lambda t: (points[t], t))
    reasons = why[best] or ["an ordinary article: nothing marks the link as anything else"]
    if tie:
        reasons = [*reasons, tie]
    return Assessed([], Classified(LinkType(best), _confidence(points, best), reasons, realism, earned))


def weigh(reading: Reading) -> tuple[dict[str, float], dict[str, list[str]]]:
    """Points and reasons of every link type for a page that is not noise."""
    points: dict[str, float] = dict.fromkeys((t.value for t in LinkType), 0.0)
    points[LinkType.EDITORIAL_MENTION.value] = BASE
    why: dict[str, list[str]] = defaultdict(list)
    for find in (_broken_or_unlinked, _site, headlines.signs, _folders, _link, _form, page_facts.signs):
        for kind, weight, reason in find(reading):
            points[kind] += weight
            if reason and weight > 0 and reason not in why[kind]:
                why[kind].append(reason)
    return points, why


def _confidence(points: dict[str, float], best: str) -> float:
    top = points[best]
    total = sum(math.exp(SHARPNESS * (max(p, 0.0) - top)) for p in points.values())
    return round(1.0 / total, 2)


def _broken_or_unlinked(r: Reading) -> Iterator[Sign]:
    page = r.signs
    if page.target_http in GONE:
        yield "broken_link", 4.0, f"the linked page answers {page.target_http}"
    named = {"".join(b.lower().split()) for b in page.our_brands if b}
    text = "".join((page.title + page.ctx_before + page.anchor + page.ctx_after).lower().split())
    if page.kind == "mention":
        yield "unlinked_mention", 4.0, "the page names the brand without a link"
    elif not page.target_url and named and any(n in text for n in named):
        yield "unlinked_mention", 4.0, "the page names you without a link"


def _site(r: Reading) -> Iterator[Sign]:
    for names, kind, points, words in (
        (LOCAL, "local_citation", 2.4, "a directory of local businesses"),
        (WIRES, "digital_pr", 2.2, "a wire for press releases"),
        (NEWS, "digital_pr", 1.6, "a news publisher"),
        (GUEST_PLATFORMS, "guest_contribution", 1.2, "a platform where anybody may write"),
        (WIKIS, "editorial_mention", 2.0, "an encyclopedia: the link is a reference"),
    ):
        if {r.host, r.domain.split("/")[0], _house(r)} & names:
            yield kind, points, f"{r.domain} is {words}"
            return
    if not r.labels:
        return
    name = r.labels[-1]
    done: set[str] = set()
    for part, kind in _SITE:
        if kind not in done and _calls_itself(name, part):
            done.add(kind)
            sure = part in SURE_NEWS and (name.endswith(part) or part in name.split("-"))
            dated = 0.4 if kind == "digital_pr" and r.has_date and part != "magazine" else 0.0
            yield kind, (1.3 if sure else SITE_POINTS[kind]) + dated, f"the site calls itself “{part}”"
    if LIBRARIES & set(r.labels[:-1]):
        yield "resource_page", 0.9, "a library's guide"
    if r.tld in ("press", "news", "media") or (len(r.labels) > 1 and r.labels[0] in NEWS_LABELS):
        yield "digital_pr", 0.6, "the address is that of a news service"


def _house(r: Reading) -> str:
    """The .com name of a house that also stands under other countries' endings ("prnewswire.co.uk")."""
    return f"{r.labels[-1]}.com" if r.labels and len(r.labels[-1]) >= 7 else ""


def _calls_itself(name: str, part: str) -> bool:
    if part in name.split("-"):
        return True
    return (len(part) >= 4 and (name.endswith(part) or name.startswith(part))) or (len(part) >= 6 and part in name)


def _folders(r: Reading) -> Iterator[Sign]:
    done: set[str] = set()
    last = len(r.segments) - 1
    for at, segment in enumerate(r.segments[:6]):
        name = segment.removesuffix(".html").removesuffix(".php").removesuffix(".htm")
        pieces = name.split("-")
        whole = name in type_words.FOLDER_TYPES
        words = [name] if whole else ([pieces[-1], pieces[0]] if 2 <= len(pieces) <= 3 and at < last else [])
        for word in words:
            for kind in type_words.FOLDER_TYPES.get(word, ()):
                if kind not in done:
                    done.add(kind)
                    if word in AUTHOR_FOLDERS:
                        yield kind, 0.9, "the page of an author, with what the author wrote of himself"
                    points = FOLDER_POINTS[kind][0 if at == last else 1] * (1.0 if whole else 0.7)
                    points *= 0.5 if word in WEAK_FOLDERS else 1.0
                    yield kind, points, f"“/{name}/” in the address"


def _link(r: Reading) -> Iterator[Sign]:
    around = (*r.before[-12:], *r.anchor, *r.after[:12])
    text = r.signs.ctx_before + r.signs.anchor + r.signs.ctx_after
    for kind, phrase in _LINK.find(around, text).items():
        yield kind, LINK_POINTS[kind], f"“{phrase}” beside the link"


def _form(r: Reading) -> Iterator[Sign]:
    """What the form of the page and of the link tells."""
    page = r.signs
    article = shape.is_article(r)
    if len(r.segments) >= 2 and NEWS_FOLDERS & set(r.segments[:2]) and article:
        yield "digital_pr", 0.7, "an article in a news section"
    if article:
        yield "editorial_mention", 0.2, "the address is that of an article"
        yield "partnership", -0.4, ""
        yield "resource_page", -0.3, ""
    if page.kind == "image" and not article and len(r.anchor) <= LOGO_WORDS:
        many = (page.external_links or 0) >= LOGO_WALL
        yield "partnership", 1.1 if many else 0.6, "a logo or picture links, outside an article"
    if page.sitewide or (page.links_in_group or 0) > 100:
        yield "partnership", 0.6, "the same link stands on every page of the site"
    if r.is_home:
        yield "partnership", 0.5, "the link stands on the home page"
        yield "editorial_mention", -0.3, ""
    links = page.external_links or 0
    if links >= 40 and len(r.slug) <= 3 and not article and not r.is_home and page.kind != "image":
        yield "resource_page", 1.1 if links >= 100 else 0.5, f"a page with {links} links to other sites"
    if page.sponsored:
        yield "partnership", 0.6, "the link is marked as sponsored"
    if "wiki" in page.platform and "," not in page.platform:
        yield "editorial_mention", 0.6, "a wiki: the link is a reference"
