"""Bylines in plain text: "By Ann Lee", "Von Anna Schmidt", "文：山田太郎". Pure."""

import re

from crm.pages import leaves, names, zones
from crm.pages.dom import Page, clean, node_text

_LEADS = (
    r"tekst i (?:zdjęcia|foto)|text und (?:fotos?|bilder)|textes? et photos?|texto y fotos?|testo e foto|"
    r"(?:words|text|story|article|post|report|guide|recipe|interview)(?: and (?:photos|images|pictures))? by"
    r"|(?:this )?(?:page|site|list|website|directory|resource)(?: is)? "
    r"(?:maintained|compiled|curated|kept|created|written) by"
    r"|(?:originally )?(?:written|posted|published|submitted|contributed|authored|compiled|created|maintained|curated|researched|prepared) by"  # noqa: E501
    r"|words(?=\s*[:：])|by|author|authored by|about the author|written and photographed by|the author|our author|posted on .{6,24} by|published .{6,24} by"  # noqa: E501
    r"|(?:ein (?:beitrag|artikel) )?von|(?:text|autor|autorin|verfasser|verfasserin|über den autor|über die autorin)|(?:verfasst|geschrieben|zusammengestellt|gesammelt|betreut|erstellt|veröffentlicht|eingestellt) von"  # noqa: E501
    r"|par|auteur|autrice|(?:écrit|rédigé|publié|proposé|compilé|rassemblé) par|texte|por|autora?|(?:escrito|publicado|redactado) por|texto|di|autore|(?:scritto|pubblicato) da|a cura di|testo di|testo"  # noqa: E501
    r"|(?:ein(?:e)? )?(?:interview|gespräch|kommentar|gastkommentar|essay|porträt|reportage|bericht|kolumne) von"
    r"|(?:propos )?recueillis? par|entretien (?:réalisé )?par|(?:una )?entrevista (?:de|por)|(?:un['’])?intervista di"
    r"|door|(?:geschreven|geplaatst) door|av|skriven av|skrevet av|af|skrevet af|tekst|autor(?:ka)?|tekst:|napsal[a]?|kirjoittanut|kirjoittaja|автор(?: (?:статьи|текста|материала))?|текст(?=\s*:)|írta|szerző"  # noqa: E501
    r"|przez|(?:opublikowan[eoy]|napisan[eoy]|dodan[eoy]) przez|napisała?|autorstwa|опубликовал[а]?|опубликовано|yazar|yazan|scris de"  # noqa: E501
    r"|(?:haber|yazı|muhabir)(?=\s*:)|articol de|teksti(?=\s*:)|oleh|penulis|tác giả|γράφει (?:ο|η)|מאת|بقلم|كتبت?(?=\s*:)"  # noqa: E501
    r"|文|著者|執筆(?:者)?|ライター|書いた人|この記事を書いた人|投稿者|作者|筆者|記者|取材・文|글|작성자|글쓴이|기자"
)
_NAME = (
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af々]{1,8}(?:[ \u3000・][\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af々]{1,8})?"
    r"|(?:(?:Dr|Prof|Mr|Mrs|Ms)\.? )?[^\W\d_][\w'’.\-]{0,24}(?: (?:(?:de|da|dos|das|del|della|di|du|la|le|van|von|der|den|ten|zu|bin|al|el|y|e)\b|[A-Z]\.|[^\W\d_a-z][\w'’\-]{0,24})){0,4}"  # noqa: E501
)
_LINE = re.compile(
    rf"^(?:[•·|—–-]\s*)?(?P<lead>(?i:{_LEADS}))(?:(?<=[\u3040-\u9fff\uac00-\ud7af])|\b)\s*[:：・／]?\s*(?P<name>{_NAME})(?P<rest>.*)$"
)
_AFTER_DATE = re.compile(
    rf"(?:\d{{4}}|ago|vor \d+ \w+)\s*(?:[|·•,/–—-]\s*)?(?i:by|von|par|por|di|door|av|przez|av|af|de|от|posted by|written by|verfasst von|(?:author|autor|auteur|autore|автор|текст|text)\s?:)\s+(?P<name>{_NAME})(?P<rest>.*)$"  # noqa: E501
)
_SHORT_LEADS = frozenset(
    {"by", "von", "par", "por", "di", "door", "av", "af", "text", "texte", "texto", "testo", "tekst", "文", "글"}
)
_ENDS_BYLINE = re.compile(
    r"^\s*(?:$|[|·•,;(/»«–—\-\[@]|\s(?:on|am|le|el|il|op|den|in|for|at|and|und|et|y|e|&|vom|published|posted|updated|last|is a|is an|ist|reviewed|edited|medically|fact|photo|foto|bilder|\d)|\d|さん|が|写真|\s(?:写真|撮影|編集|構成|絵|イラスト)|、|。|/|\.$|\.\s)",  # noqa: E501
    re.IGNORECASE,
)
_WRITTEN_BY = re.compile(
    rf"(?i:\b(?:written|authored) by|\bwords by|\bautore?:|\bauteur ?:|\bgeschrieben von|\bécrit par|\bescrito por)\s+(?P<name>{_NAME})"  # noqa: E501
)
_GUEST = re.compile(
    r"(?i:guest (?:post|article|contribution|blog(?: post)?|author|column)(?: (?:is|was))?(?: (?:written|contributed|provided))?\s*(?:by|from|:)|contributed by guest(?: author)?|gast(?:beitrag|artikel|autorin|autor)(?: ist)?\s*(?:von|:)"  # noqa: E501
    r"|article invité (?:de|par)|invitad[oa]:|artículo invitado (?:de|por)|articolo ospite di|寄稿[:：])\s*(?P<name>"
    + _NAME
    + ")"
)
_I_AM = re.compile(
    r"(?i:\bI am|\bI['’]m|\bmy name is|\bich bin|\bich heiße|\bmein name ist|\bje m['’]appelle|\bje suis|\bme llamo|\bmi nombre es|\bmi chiamo|\bik ben|\bjag heter|\bjeg heter)\s+(?P<name>"  # noqa: E501
    r"[^\W\d_a-z][\w'’\-]{1,24}(?: (?:(?:de|da|van|von|der)\b|[A-Z]\.|[^\W\d_a-z][\w'’\-]{1,24})){1,3})"
)
_BEFORE = re.compile(rf"(?:^|[\s|·•,–—-])(?:{_LEADS})\s*[:：]?\s*$", re.IGNORECASE)


# Who last changed a page of a manual need not have written it.
_LAST_HAND = re.compile(
    r"\blast (?:updated|edited|modified|changed)\b|\bzuletzt (?:geändert|bearbeitet|aktualisiert)|dernière (?:modification|mise à jour)"  # noqa: E501
    r"|última (?:actualización|modificación|edición)|ostatnia (?:aktualizacja|edycja)|последнее (?:изменение|обновление)|最終更新",  # noqa: E501
    re.IGNORECASE,
)
# What others say, and what stands below pictures, holds no byline of the page.
_SPOKEN = (
    "aside, blockquote, q, cite, figcaption, [class*=testimonial], [class*=quote], [class*=caption], "
    "[class*=photo-credit]"
)


PAID = re.compile(
    r"\b(?:sponsored|promoted|presented|paid|partner content|brought to you|in partnership|advertorial|anzeige|werbung"
    r"|publireportage|sponsorisé|patrocinad[oa]|sponsorizzato|gesponsord|sponsorowany)\b",
    re.IGNORECASE,
)


def in_marked(text: str, sites: tuple[str, ...]) -> str | None:
    """The name in the text of an element marked as byline, with or without "By"."""
    if PAID.search(text):
        return None
    for line in re.split(r"\n|(?<=\w)\s{2,}|\s[|·•]\s", text):
        for pattern in (_LINE, _AFTER_DATE):
            found = pattern.search(line.strip())
            if found and (name := _named(found, sites, single=len(text) < 120)):
                return name
    inside = _WRITTEN_BY.search(text)
    if inside and (name := names.person(_cut(inside.group("name")), sites=sites)):
        return name
    return names.person(names.first_of_several(text), sites=sites) if len(text) <= 60 else None


def leads_to(whole: str, name: str) -> bool:
    """Does the name open the text, or follow a word that leads to an author? ("Edited by" does not.)"""
    at = whole.find(name)
    before = whole[:at].strip() if at >= 0 else ""
    if PAID.search(before):
        return False
    if re.search(
        r"(edited|reviewed|checked|photos?|images?|fotos?|translated|illustrat\w+|foto|bild|photographs?)\s*(by|von|par|por|:)?\s*$",
        before,
        re.I,
    ):
        return False
    return len(before) <= 60 or bool(_BEFORE.search(before))


def in_lines(page: Page, sites: tuple[str, ...], *, changed_by_many: bool = False) -> str | None:
    """A byline that stands as a line of its own near the heading or at the end of the content.

    `changed_by_many` is for manuals: there the last hand is not the author.
    """
    lines = [clean(x) for x in page.text_of(zones.MAIN).split("\n") if x.strip()]
    heading = node_text(page.heading) if page.heading is not None else ""
    at = next((i for i, line in enumerate(lines) if heading and line.startswith(heading[:40])), 0)
    spoken = [clean(node_text(n)) for n in page.tree.css(_SPOKEN)[:60]]
    near = [*lines[at + 1 : at + 7], *lines[max(0, at - 3) : at], *lines[-6:]] if len(lines) > 1 else lines
    near = [*near, *(leaf.text for leaf in leaves.near_heading(page) if _stands_alone(leaf))]
    for i, line in enumerate(near):
        if len(line) > 220:
            continue
        joined = (
            f"{line} {near[i + 1]}"
            if i + 1 < len(near) and re.fullmatch(rf"(?:{_LEADS})\s*[:：]?", line, re.I)
            else line
        )
        if (changed_by_many and _LAST_HAND.search(joined)) or any(line in text for text in spoken):
            continue
        for pattern in (_LINE, _AFTER_DATE):
            if (found := pattern.search(joined)) and (name := _named(found, sites, single=len(joined) < 60)):
                return name
    return None


def is_review(page: Page) -> bool:
    """Does the heading or title call the page a review?"""
    title = page.tree.css_first("title")
    return any(_REVIEW.search(node_text(n)) for n in (page.heading, title) if n is not None)


def reviewed(page: Page, sites: tuple[str, ...]) -> str | None:
    """Who wrote a review: "Reviewed by Ann Lee" under the heading of a review of a book, film or place.

    On pages of advice the same words name who checked the text, so the page must call itself a review.
    """
    if not is_review(page):
        return None
    lines = [clean(x) for x in page.text_of(zones.MAIN).split("\n") if x.strip()]
    for line in [*lines[:9], *lines[-4:]]:
        found = _REVIEW_BY.search(line) if len(line) <= 160 else None
        if found and not _CHECKED.search(line) and (name := _named(found, sites, single=False)):
            return name
    return None


_REVIEW = re.compile(r"\breview\b|\brezension\b|\bkritik\b|\brecensione\b|\breseña\b|\brecensie\b|\brecenzja\b", re.I)
_REVIEW_BY = re.compile(
    rf"^(?i:review(?:ed)? by|rezensi(?:ert|on) von|kritik von|recensione di|recensito da|reseña de|recensie (?:van|door))\s+(?P<name>{_NAME})(?P<rest>.*)$"  # noqa: E501
)
_CHECKED = re.compile(r"medical|clinical|fact|expert|legal|\b(?:MD|M\.D|RN|DVM|PhD|DDS|RD|CPA|Esq)\b", re.I)


def _stands_alone(leaf: leaves.Leaf) -> bool:
    """Does nothing stand before it, or only a date or a sign, or does it name its craft itself ("Text: Ann Lee")?"""
    return not leaf.before()[-1:].isalpha() or ":" in leaf.text[:20]


def guest(text: str, sites: tuple[str, ...]) -> str | None:
    """The name after "guest post by"."""
    found = _GUEST.search(text)
    return names.person(_cut(found.group("name")), sites=sites) if found else None


def introduced(text: str) -> str | None:
    """The name in "I'm Ann Lee", for pages about a person."""
    found = _I_AM.search(text)
    return names.person(_cut(found.group("name"))) if found else None


def _named(found: re.Match[str], sites: tuple[str, ...], *, single: bool) -> str | None:
    raw, rest = found.group("name"), found.group("rest")
    name = _cut(raw)
    if name != raw:
        rest = raw[len(name) :] + rest
    if not _ENDS_BYLINE.match(rest):
        return None
    return names.person(name, sites=sites, single=single)


def _cut(name: str) -> str:
    """Without trailing words that are no part of a name, as "Ann Lee On", "Ann Lee und", "Ann Lee Published"."""
    words = name.split()
    while len(words) > 1 and (
        words[-1].lower().strip(".") in _TAIL or not words[-1][0].isupper() and words[-1].isascii()
    ):
        words.pop()
    for i, word in enumerate(words[1:], start=1):
        if word.lower() in _TAIL:
            return " ".join(words[:i])
    return " ".join(words)


_TAIL = frozenset(
    "on in at and und et for am vom published posted updated last is the with from jan feb mar apr may jun jul aug sep oct nov dec "  # noqa: E501
    "january february march april june july august september october november december editor senior staff contributing "  # noqa: E501
    "guest founder photos foto fotos photo bilder".split()
)
