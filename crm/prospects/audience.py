"""Who reads a site and how it speaks to them, from one page of it: what to offer, and in which tone to write. Pure.

What works differs by audience: developers want documentation and code, marketers templates and calculators,
associations neutral explanations, the press a comment or figures.
"""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from crm.prospects.phrases import Phrases, words

ENOUGH_POINTS = 3.0
AHEAD = 1.3  # how far the first must be before the second
MIN_WORDS = 60
OFFERS = {
    "developers": "documentation and code that runs",
    "marketers": "a template or a calculator they can use at once",
    "members of an association": "a neutral explanation that sells nothing",
    "readers of news": "a comment that can be quoted, or figures of a survey",
    "teachers and students": "a plain explanation with sources",
    "the self-employed and small firms": "a worked example or a sheet to fill in",
}
_TABLE = {
    "developers": "developer*;programm*;software engineer*;source code;code example*;api;apis;sdk;github;gitlab;"
    "open source;repository;repositories;javascript;typescript;python;kubernetes;docker;backend;frontend;devops;"
    "command line;pull request*;entwickler*;quellcode;desarrollador*;développeur*;sviluppator*",
    "marketers": "marketing;marketer*;seo;content strategy;campaign*;conversion rate*;lead generation;copywrit*;"
    "growth;newsletter*;brand awareness;social media;landing page*;werbung;agentur;agentur*;agencia*;agenzia*",
    "members of an association": "association;associations;our members;membership;chapter*;federation;guild;"
    "nonprofit;non profit;charity;chamber of commerce;trade body;verband;verein;mitglieder;innung;kammer;"
    "asociación;asociados;federación;fédération;adhérents;associazione;soci",
    "readers of news": "newsroom;reporter*;editor in chief;breaking news;journalist*;spokes*;told reporters;"
    "according to figures;correspondent*;redaktion;redaktionell*;periodista*;rédaction;redazione;giornalist*",
    "teachers and students": "students;student*;teacher*;classroom*;curriculum;lecture*;university;library guide*;"
    "course;courses;homework;seminar*;studierende;schüler*;unterricht;estudiantes;profesor*;étudiants;enseignant*",
    "the self-employed and small firms": "freelanc*;self employed;sole trader*;small business*;invoice*;invoicing;"
    "bookkeep*;clients;hourly rate*;solo;studio owner*;selbständig*;selbstständig*;freiberufl*;rechnung*;autónom*;"
    "indépendant*;liberi professionisti;partita iva",
}
_PHRASES = Phrases({f"{who};{phrase}": phrase for who, table in _TABLE.items() for phrase in table.split(";")})
_SENTENCE = re.compile(r"[.!?。！？]+(?:\s|$)")
_SHORT_FORMS = re.compile(r"\b\w+[’'](?:s|re|ll|ve|t|d|m)\b", re.IGNORECASE)


def audience(facts: Mapping[str, Any]) -> str:
    """For whom the page is written, one of OFFERS; empty when the page does not make it plain."""
    head = f"{facts.get('title') or ''} {facts.get('h1') or ''} {' '.join(facts.get('headings') or ())}"
    text = f"{facts.get('description') or ''} {facts.get('text') or ''}"[:12_000]
    in_head, in_text = _counts(head), _counts(text)
    points = {who: 2.0 * min(2, in_head[who]) + min(6, in_text[who]) for who in OFFERS}
    if "news" in (facts.get("kinds") or ()):
        points["readers of news"] += 3
    if "docs" in (facts.get("kinds") or ()):
        points["developers"] += 2
    best, second = sorted(points, key=lambda who: -points[who])[:2]
    return best if points[best] >= ENOUGH_POINTS and points[best] >= AHEAD * points[second] else ""


def tone(facts: Mapping[str, Any]) -> str:
    """How the page speaks to its readers, as advice for the mail; empty when there is too little text."""
    text = str(facts.get("text") or "")[:12_000]
    said = words(text)
    if len(said) < MIN_WORDS:
        return ""
    found = [_address(text, said, str(facts.get("language") or "")[:2].lower())]
    long = len(said) / max(1, len(_SENTENCE.findall(text)))
    if 4 <= long <= 60:
        plain = "short sentences" if long < 15 else "sentences of middle length" if long < 23 else "long sentences"
        found.append(f"{plain} ({long:.0f} words each)")
    if (facts.get("language") or "en")[:2].lower() == "en":
        found.append("everyday short forms" if _share(_SHORT_FORMS.findall(text), said) > 0.008 else "no short forms")
    if text.count("!") >= 4:
        found.append("exclamation marks (leave yours out)")
    return ", ".join(x for x in found if x)


def _counts(text: str) -> Counter[str]:
    """How many different phrases of each audience stand in the text."""
    return Counter(tag.partition(";")[0] for tag in _PHRASES.find(words(text), text))


def _address(text: str, said: list[str], language: str) -> str:
    """The form of address, which in some languages is a choice that a stranger must get right."""
    pairs = {
        "de": (r"\b(du|dich|dir|dein\w*)\b", r"(?<![.!?:]\s)(?<!^)\b(Sie|Ihnen|Ihr|Ihre\w*)\b", "du", "Sie"),
        "fr": (r"\b(tu|ton|tes|toi)\b", r"\b(vous|votre|vos)\b", "tu", "vous"),
        "es": (r"\b(tú|tu|tus|te)\b", r"\b(usted|ustedes)\b", "tú", "usted"),
        "it": (r"\b(tu|tuo|tua|tuoi|ti)\b", r"\b(Lei|Suo|Sua)\b", "tu", "Lei"),
        "nl": (r"\b(je|jij|jouw)\b", r"\b(u|uw)\b", "je", "u"),
    }
    if language in pairs:
        near, far, near_word, far_word = pairs[language]
        n_near = len(re.findall(near, text, re.IGNORECASE))
        n_far = len(re.findall(far, text))
        if max(n_near, n_far) < 2:
            return ""
        return f"readers are addressed with “{near_word if n_near > n_far else far_word}”"
    you, we = said.count("you") + said.count("your"), said.count("we") + said.count("our")
    first = said.count("i") + said.count("my")
    if you / len(said) > 0.012:
        return "speaks to its readers as “you”"
    if first > we and first / len(said) > 0.008:
        return "told by one person as “I”"
    return "speaks as “we”" if we / len(said) > 0.008 else "speaks of things, not to people"


def _share(found: list[str], said: list[str]) -> float:
    return len(found) / len(said) if said else 0.0
