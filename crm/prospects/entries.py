"""Signs of noise in what a page is for: an entry about the linked site, an offer with a price, somebody's own corner.

Such pages are made by machines or by the linked site's own people; nobody there decides to add another link.
"""

import re
from collections.abc import Iterator

from crm.prospects import type_words
from crm.prospects.phrases import Phrases
from crm.prospects.reading import Reading

ROOMS = frozenset("profile profiles profil user users member account".split())
# Services where anybody puts up a page of a few lines; a site of many articles there has a host of its own.
OPEN_PAGES = frozenset("telegra.ph sites.google.com justpaste.it pastebin.com rentry.co teletype.in".split())
JOB_LABELS = frozenset("jobs job careers career karriere stellen emploi empleo lavoro recruiting apply".split())
# Words of a post that somebody hires for; with the employer's name they make a job advertisement.
POSTS = frozenset(
    """engineer developer manager designer analyst specialist assistant director intern internship officer lead
    representative coordinator consultant werkstudent entwickler entwicklerin ingenieur mitarbeiter praktikant berater
    stagiaire developpeur developpeuse conseiller charge desarrollador ingeniero asistente sviluppatore ingegnere
    medewerker ontwikkelaar specjalista programista inzynier""".split()
)
AT = frozenset("at bei chez en presso bij w @".split())
ASKED_DAYS = frozenset("checkin checkout check_in check_out arrival departure anreise abreise checkindate".split())
COMMERCE = frozenset(
    "buy cheap cheapest discount online best price sale kaufen billig acheter comprar acquista".split()
)
_HANDLE = re.compile(r"\(@[\w.]{2,30}\)")
_PRICE = re.compile(r"(?:[€$£¥]\s?\d|\d[\d.,]*\s?(?:€|£|zł|EUR|USD|CHF|PLN|руб|₽|kr\b|円))")
_ALPHABET = re.compile(r"\b(?:starting|beginning) with [a-z0-9]\b|\bpage \d+(?: of \d+)?$", re.IGNORECASE)
_TYPES = Phrases(
    {
        kind: type_words.HEADLINE[kind]
        for kind in ("partnership", "local_citation", "resource_page", "guest_contribution", "digital_pr", "list_post")
    }
)
_FOLDERS = frozenset(
    " ".join(type_words.FOLDERS[kind] for kind in type_words.FOLDERS if kind != "local_citation").split()
)
_SHOP_BUTTON = Phrases(
    {
        "button": """zum shop; zum angebot; zum handler; to shop; to the shop; go to shop; go to store; visit store;
        view deal; see deal; get deal; buy now; shop now; check price; voir l offre; voir le prix; aller au magasin;
        acheter; ver oferta; ir a la tienda; comprar; vai al negozio; vedi offerta; acquista; naar winkel;
        bekijk aanbieding; do sklepu; sprawdz cene; kup teraz; в магазин; купить; ショップへ"""
    }
)
_REVIEWED = Phrases(
    {
        "reviews": """reviews; customer reviews; erfahrungen; bewertungen; erfahrungsberichte; avis; avis clients;
        fiable ou arnaque; opiniones; recensioni; opinie; beoordelingen; ervaringen; avaliacoes; reclame aqui; отзывы;
        口コミ; 評判; 评价; 리뷰; recenze; omdomen; anmeldelser"""
    }
)


def signs(r: Reading) -> Iterator[tuple[str, float, str]]:
    """(rule, points, why) of what the page is for."""
    yield from _entry(r)
    yield from _offer(r)
    yield from _own_corner(r)
    if _ALPHABET.search(r.signs.title.strip()):
        yield "archive_listing", 0.6, "a page of a long list of pages"
    yield from _job(r)


def _entry(r: Reading) -> Iterator[tuple[str, float, str]]:
    """A page that is about nothing but the linked site, and is no partner's, association's or town's."""
    if len(r.labels) > 1 and r.labels[0] in r.brands and r.labels[-1] not in r.brands:
        yield "profile", 1.0, "a page that this service keeps for the linked site"
    if not r.brands or r.is_home or not 1 <= len(r.segments) <= 4:
        return
    named = bool(r.brands & {"".join(r.slug), "".join(r.slug[:-1])} - {""})
    about = named or bool(r.brands & {"".join(r.headline[:n]) for n in (1, 2, 3)})
    if not about:
        return
    if _REVIEWED.find(r.title, r.signs.title) and (named or len(r.headline) <= 5):
        yield "site_report", 0.7, "a page of reviews of the linked site"
    kinds = _TYPES.find(r.title, r.signs.title)
    if named and not kinds and not _FOLDERS & {*r.segments[:-1], *r.labels}:
        yield "profile", 0.6, "an entry about the linked site and nothing else"


def _offer(r: Reading) -> Iterator[tuple[str, float, str]]:
    if _SHOP_BUTTON.find(r.anchor, r.signs.anchor) and len(r.anchor) <= 4:
        yield "shop", 0.6, "the link is a shop's button"
    if _PRICE.search(r.signs.title):
        yield "shop", 0.4, "a price in the title"
        yield "booking", 0.4, "a price in the title"
    if ASKED_DAYS & r.query.keys():
        yield "booking", 1.0, "the address asks for days of arrival or departure"
    title = r.signs.title.strip()
    if title and title == title.lower() and len(r.title) >= 5 and len(COMMERCE & set(r.title)) >= 2:
        yield "spam", 1.0, "the title is a row of words to be found for"
    wanted = re.search(r"://(?:www\.)?([^/]+)", r.signs.target_url)
    if wanted and wanted[1].lower() in r.query.values():
        yield "site_report", 1.0, "the address asks a machine about the linked site"


def _job(r: Reading) -> Iterator[tuple[str, float, str]]:
    if JOB_LABELS & set(r.labels[:-1]) or r.tld in ("jobs", "careers"):
        yield "job_ad", 0.7, "the address is that of a jobs service"
    elif any({"jobs", "job", "stellenangebote", "emploi"} & set(s.split("-")) for s in r.segments[:-1]):
        yield "job_ad", 0.6, "the address lies among job advertisements"
    if POSTS & set(r.headline) and AT & set(r.headline) and any(w in r.brands for w in r.headline):
        yield "job_ad", 0.5, "the headline is a post and an employer"


def _own_corner(r: Reading) -> Iterator[tuple[str, float, str]]:
    if _HANDLE.search(r.signs.title):
        yield "profile", 1.0, "the title is a user's name"
    if len(r.segments) >= 3 and r.segments[-1] in ROOMS and r.segments[-3] in ROOMS:
        yield "profile", 1.0, "the address is that of a member"
    if r.host in OPEN_PAGES:
        yield "spam", 1.0, f"{r.host} takes a page from anybody"
