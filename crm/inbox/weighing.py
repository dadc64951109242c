"""From what was heard in an answer to what holds and what leads. Pure; `intent.py` hears."""

import re
from dataclasses import dataclass

from crm.inbox.builds import passed_on, spoken
from crm.inbox.lexicon import Sentence
from crm.vocabulary import Intent

# Which intent leads where several hold.
LEADS = (
    Intent.HOSTILE, Intent.OPTOUT, Intent.PLACED, Intent.ASKS_PAYMENT, Intent.ASKS_SWAP, Intent.WANTS_GUEST_POST,
    Intent.FORWARDS, Intent.WRONG_PERSON, Intent.NO_FIT, Intent.NOT_NOW, Intent.NEEDS_ASSET, Intent.INTERESTED,
    Intent.QUESTION,
)  # fmt: skip
_CONDITIONS = {
    "need", "needs", "require", "before", "first", "once", "but", "however", "only", "brauche", "brauchen",
    "benotigen", "benotige", "sobald", "aber", "vorher", "besoin", "mais", "avant", "necesito", "necesitamos", "pero",
    "antes", "serve", "servirebbe", "servono", "ma", "prima", "precisamos", "preciso", "mas", "nodig", "maar",
    "eerst", "potrzebujemy", "potrzebuje", "ale", "najpierw",
}  # fmt: skip
_MONEY = re.compile(
    r"[€$£]\s{0,2}\d|\d\s{0,2}(?:[€$£]|(?:eur|euros?|usd|gbp|pln|zł|dollars?|pounds?|chf|reais)(?![^\W\d_]))|r\$\s?\d",
    re.I,
)


@dataclass(frozen=True)
class Hit:
    """A phrase that speaks for an intent, and where it stands in the text."""

    intent: Intent
    phrase: str
    start: int
    end: int
    sentence: int


def settle(hits: list[Hit], text: str) -> list[Intent]:
    """From what was heard to what holds: weak signs give way to strong ones."""
    heard = {h.intent for h in hits}
    if Intent.HOSTILE in heard:
        heard.add(Intent.OPTOUT)
    if _MONEY.search(text):
        heard.add(Intent.ASKS_PAYMENT)
    if Intent.OPTOUT in heard:
        return [i for i in LEADS if i in heard & {Intent.HOSTILE, Intent.OPTOUT, Intent.NO_FIT, Intent.WRONG_PERSON}]
    return _weigh(heard)


def _weigh(heard: set[Intent]) -> list[Intent]:
    """Where two readings exclude each other, the one that was said more plainly stays."""
    if heard & {Intent.ASKS_PAYMENT, Intent.ASKS_SWAP, Intent.WANTS_GUEST_POST}:
        heard.discard(Intent.NO_FIT)
    if Intent.PLACED in heard:
        heard -= {Intent.NO_FIT, Intent.NOT_NOW, Intent.FORWARDS, Intent.WRONG_PERSON, Intent.NEEDS_ASSET}
    if Intent.NO_FIT in heard:
        heard -= {Intent.INTERESTED, Intent.NEEDS_ASSET}
    if Intent.NOT_NOW in heard and Intent.NO_FIT in heard:
        heard.discard(Intent.NO_FIT)
    if heard & {Intent.FORWARDS, Intent.WRONG_PERSON}:
        heard -= {Intent.NO_FIT, Intent.NEEDS_ASSET}
    if Intent.NOT_NOW in heard:
        heard -= {Intent.NEEDS_ASSET}
    return [i for i in LEADS if i in heard]


def leading(held: list[Intent], hits: list[Hit], parts: list[Sentence], text: str) -> Intent | None:
    """Which of the intents leads. Who says "not me" and names nobody, only an office, is the wrong person."""
    if _agreed_first(held, hits, parts):
        return Intent.INTERESTED
    if Intent.WRONG_PERSON in held and Intent.FORWARDS in held and "@" not in text:
        told = [parts[h.sentence] for h in hits if h.intent is Intent.FORWARDS and h.sentence >= 0]
        if not any(passed_on(part, spoken(parts)) for part in told):
            return Intent.WRONG_PERSON
    return next((i for i in LEADS if i in held), None)


def _agreed_first(held: list[Intent], hits: list[Hit], parts: list[Sentence]) -> bool:
    """Whether somebody agrees and then merely asks for something, without making it a condition."""
    if not held or set(held) - {Intent.INTERESTED, Intent.NEEDS_ASSET, Intent.QUESTION} or len(held) < 2:
        return False
    agreed = min((h.sentence for h in hits if h.intent is Intent.INTERESTED), default=99)
    wanted = [h for h in hits if h.intent is Intent.NEEDS_ASSET]
    asked = [h.sentence for h in wanted if not any(w in h.phrase.lower() for w in ("url", "link", "adres"))]
    said = [" ".join(part.words for part in parts[agreed : at + 1]).split() for at in asked]
    return all(at > agreed for at in asked) and not any(_CONDITIONS & set(words) for words in said)
