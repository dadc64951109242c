"""What the headline of a linking page says about how the link was got: a list, a collection, news, an interview.

The headline is the title without the site's own name; where the title is missing, the last part of the address.
"""

import itertools
import re
from collections.abc import Iterator

from crm.prospects import type_words
from crm.prospects.phrases import Phrases
from crm.prospects.reading import Reading

# type: points when the words are what the page is, and when the headline merely has them
POINTS = {
    "resource_page": (1.5, 0.5),
    "list_post": (2.0, 1.0),
    "tips": (0.2, 0.2),
    "guest_contribution": (1.6, 1.2),
    "partnership": (1.6, 0.5),
    "digital_pr": (0.8, 0.7),
    "local_citation": (1.2, 1.0),
    "broken_link": (0.8, 0.6),
}
# What a word counts for that stands in the rest of the title, often the site's own name ("Office de tourisme ...").
TITLE_POINTS = {"local_citation": 1.0, "partnership": 0.5, "resource_page": 0.3, "guest_contribution": 0.5}
PAGE_WORDS = frozenset({"partnership", "resource_page"})  # words that name a page when its address ends with them
LINK_ENDINGS = ("links", "linkliste", "linksammlung", "linktipps")  # German and Dutch words grow at the front
LIST_LINKS = 10
NOT_A_LIST = frozenset("practice practices way time friend friends wishes man buy western known by".split())
# Plural superlatives: in any place of a headline they announce a list.
SUPERLATIVES = frozenset(
    """meilleurs meilleures mejores migliori melhores besten najlepsze najlepszych najlepsi лучшие лучших
    nejlepsi""".split()
)
ADVICE = frozenset(
    """idees conseils astuces pratiques facons ideas consejos practicas maneras ideen tipps praktiken idee consigli
    pratiche modi ideias dicas praticas formas pomysly praktyki sposoby praktik""".split()
)
# What a number counts when the headline is news or advice, not a list: time, money, people, measures.
UNITS = frozenset(
    """year years month months week weeks day days hour hours minute minutes percent per million billion thousand people
    men women dead killed injured arrested euro euros dollars usd jahre jahren tage stunden minuten prozent millionen
    menschen tote ans mois jours heures pour cent millions personnes morts anos meses dias horas por ciento millones
    personas muertos anni mesi giorni ore milioni persone jaar dagen uur procent miljoen doden lat dni godzin osob
    лет дней часов человек процентов mm cm km kg m m2 gb mb tb ghz am pm th st rd nd vs""".split()
)
# What a company does in the news about it; told only when the headline begins with the linked site's name.
PR_VERBS = frozenset(
    """raises launches announces opens acquires appoints names partners joins expands unveils releases closes secures
    lands wins reports cuts hires buys recalls moves zieht plant baut feiert lance leve ouvre rachete nomme annonce
    recrute installe startet eroffnet
    ubernimmt meldet sammelt erhalt lanza cierra abre compra anuncia levanta ficha lancia apre raccoglie acquisisce
    lanceert haalt opent neemt uruchamia otwiera pozyskal przejmuje запускает открывает привлек lanserar oppnar
    lanserer apner lancerer abner""".split()
)
_DECIMAL = re.compile(r"\s*\d+[.,:]\d")
_INNER_COUNT = re.compile(
    r"(?:\b(?:les|los|las|gli|i|le|die|de|the|os|as|top)|[:\u2013\u2014-])\s+(\d{1,2})\s+(\w+)", re.IGNORECASE
)
_JAPANESE_COUNT = re.compile(r"\d+\s*[選个個款種]")
_FINDING = re.compile(
    r"\s*(?:new |neue |nouvelle )?(?:study|survey|poll|research|studie|umfrage|auswertung|etude|étude|enquête|sondage"
    r"|baromètre|estudio|encuesta|informe|indagine|sondaggio|ricerca|studio|onderzoek|badanie|sondaż|исследование|опрос"
    r"|estudo|pesquisa|undersökning|undersøgelse)\s*:",
    re.IGNORECASE,
)
_HEADLINE = Phrases(type_words.HEADLINE)
_BUTTON = Phrases({"button": type_words.WEBSITE_BUTTON})


def signs(r: Reading) -> Iterator[tuple[str, float, str]]:
    """(type, points, why) of everything the headline and the rest of the title say."""
    found = {**_HEADLINE.find(r.slug), **_HEADLINE.find(r.headline, r.signs.title)}
    for kind, phrase in found.items():
        yield _of_phrase(r, kind, phrase)
    for kind, phrase in _HEADLINE.find(r.title, r.signs.title).items():
        if kind in TITLE_POINTS and kind not in found:
            whole = any(len(part) <= 3 and phrase in " ".join(part) for part in r.title_parts)
            yield kind, TITLE_POINTS[kind] + (0.7 if whole else 0.0), f"“{phrase}” in the title"
    if not {"list_post", "tips"} & found.keys():
        yield from _list(r)
    if len(r.headline) <= 3 and any(w.endswith(LINK_ENDINGS) for w in (*r.headline, *r.slug)):
        yield "resource_page", 1.2, "a page that calls itself a list of links"
    yield from _news(r)
    yield from _entry(r)


def _of_phrase(r: Reading, kind: str, phrase: str) -> tuple[str, float, str]:
    words, slug = r.headline or r.slug, " ".join(r.slug)
    counted = sum(not w.isdigit() for w in words)
    starts = " ".join(words).startswith(phrase) or slug.startswith(phrase)
    is_it = _is_the_subject(kind, len(phrase.split()), counted, starts) or (kind == "list_post" and _counts(r))
    if kind == "list_post" and not is_it:
        is_it = any(a in SUPERLATIVES and b not in ADVICE for a, b in itertools.pairwise(words))
    strong, weak = POINTS[kind]
    if kind in PAGE_WORDS and slug.endswith(phrase):
        weak += 0.6
    if kind == "resource_page" and len(words) <= 6 and " ".join(words).endswith(phrase):
        strong, is_it = strong + 0.6, True
    if kind == "list_post" and (r.signs.external_links or 0) >= LIST_LINKS:
        weak += 0.5
    return "list_post" if kind == "tips" else kind, strong if is_it else weak, f"“{phrase}” in the headline"


def _is_the_subject(kind: str, n_phrase: int, n_headline: int, starts: bool) -> bool:
    """Whether the words found are what the page is, not something that its headline mentions."""
    if (
        n_headline <= (2 if kind == "partnership" and n_phrase == 1 else 3)
        or n_phrase >= 3
        or (n_phrase == 2 and n_headline <= 6)
    ):
        return True
    return starts and kind not in ("digital_pr", "partnership")


def _list(r: Reading) -> Iterator[tuple[str, float, str]]:
    """Lists that say so by a number or by “best”. A page that is known to link to few others is none."""
    words = r.headline or r.slug
    if words[:1] == ("best",) and not NOT_A_LIST & set(words[1:2]):
        yield "list_post", 1.6, "the headline starts with “best”"
    elif r.signs.external_links is None or r.signs.external_links >= LIST_LINKS:
        inner = _INNER_COUNT.search(r.signs.title)
        counted = inner and int(inner[1]) >= 3 and inner[2].lower() not in UNITS
        if _counts(r) or counted or _JAPANESE_COUNT.search(r.signs.title):
            yield "list_post", 1.5, "a headline that counts things"


def _counts(r: Reading) -> bool:
    """Whether the headline starts with a number of things ("15 comptes ..."), not with a year or a measure."""
    first = r.headline[0].removesuffix("x") if r.headline and not _DECIMAL.match(r.signs.title) else ""
    counts = first.isdigit() and 3 <= int(first) <= 199
    return counts and len(r.headline) >= 3 and not UNITS & set(r.headline[1:3])


def _news(r: Reading) -> Iterator[tuple[str, float, str]]:
    if _FINDING.match(r.signs.title):
        yield "digital_pr", 1.2, "the headline tells what a study found"
    for n in (1, 2):
        rest = r.headline[n : n + 2]
        if "".join(r.headline[:n]) in r.brands and PR_VERBS & set(rest):
            yield "digital_pr", 1.4, "news about the linked site itself"
            return


def _entry(r: Reading) -> Iterator[tuple[str, float, str]]:
    """A page about the linked site alone, or its entry in a list."""
    if {"".join(r.headline), "".join(r.slug)} & r.brands:
        if any("resource_page" in type_words.FOLDER_TYPES.get(segment, ()) for segment in r.segments[:-1]):
            yield "resource_page", 1.2, "an entry of a collection of resources"
        yield "local_citation", 0.4, "the page is an entry about the linked site"
        yield "partnership", 0.4, "the page is an entry about the linked site"
    elif 2 <= len(r.headline) <= 5 and {r.headline[0], "".join(r.headline[:2])} & r.brands:
        yield "local_citation", 0.3, "the headline is the linked site's name and a place or trade"
    if _BUTTON.find(r.anchor, r.signs.anchor) and len(r.anchor) <= 3:
        yield "local_citation", 0.5, "the link is the “website” button of a listing"
        yield "partnership", 0.4, "the link is the “website” button of a listing"
