"""What an answer wants: the fifteen intents, by phrases that people say, each shown with the words that decided.

Several may hold, one leads. Hostile always carries opt-out. Only the writer's own words are read, never the quoted
original; a bare subject counts when the body is empty. Opt-outs missed and people taken for machines cost most.
"""

import re
from dataclasses import dataclass
from datetime import date

from crm.inbox.dates import later_day
from crm.inbox.lexicon import Sentence, find, fold_word, phrases, sentences
from crm.vocabulary import Intent

# Which intent leads where several hold.
LEADS = (
    Intent.HOSTILE, Intent.OPTOUT, Intent.PLACED, Intent.ASKS_PAYMENT, Intent.ASKS_SWAP, Intent.WANTS_GUEST_POST,
    Intent.FORWARDS, Intent.WRONG_PERSON, Intent.NO_FIT, Intent.NOT_NOW, Intent.NEEDS_ASSET, Intent.INTERESTED,
    Intent.QUESTION,
)  # fmt: skip
_LISTS: tuple[tuple[Intent, tuple[str, ...]], ...] = tuple(
    (intent, phrases(name))
    for intent, name in (
        (Intent.OPTOUT, "optout"),
        (Intent.HOSTILE, "hostile"),
        (Intent.PLACED, "placed"),
        (Intent.ASKS_PAYMENT, "asks_payment"),
        (Intent.ASKS_SWAP, "asks_swap"),
        (Intent.WANTS_GUEST_POST, "guest_post"),
        (Intent.FORWARDS, "forwards"),
        (Intent.WRONG_PERSON, "wrong_person"),
        (Intent.NO_FIT, "no_fit"),
        (Intent.NOT_NOW, "not_now"),
        (Intent.NEEDS_ASSET, "needs_asset"),
        (Intent.INTERESTED, "interested"),
    )
)
BARE = frozenset(p.strip() for p in phrases("bare_optout"))
NOT_HOSTILE = phrases("not_hostile")
ASKS_FOR = phrases("asks_for")
_NEGATIONS = {
    "not", "no", "never", "without", "hardly", "nor", "neither", "nicht", "kein", "keine", "keinen", "keiner",
    "nie", "weder", "pas", "jamais", "aucun", "aucune", "ni", "sans", "nunca", "ningun", "ninguna", "sin",
    "tampoco", "non", "mai", "nessun", "nessuna", "senza",
    "nao", "nenhum", "nenhuma", "sem", "niet", "geen", "nooit", "zonder", "zaden", "zadnych", "bez", "don", "ne",
}  # fmt: skip
_MONEY = re.compile(
    r"[€$£]\s{0,2}\d|\d\s{0,2}(?:[€$£]|(?:eur|euros?|usd|gbp|pln|zł|dollars?|pounds?|chf|reais)(?![^\W\d_]))|r\$\s?\d",
    re.I,
)
_GREETING = re.compile(
    r"^(?:hi|hello|hey|dear|hallo|guten tag|bonjour|hola|ciao|olá|beste|dag|cześć|dzień dobry|salve)\b[^\n]{0,40}$",
    re.I,
)
_RE = re.compile(r"^\s*(?:(?:re|aw|antw|sv|odp|rif|r|res|fwd?|wg|tr)\s*(?:\[\d+\])?\s*:\s*)+", re.I)


@dataclass(frozen=True)
class Hit:
    """A phrase that speaks for an intent, and where it stands in the text."""

    intent: Intent
    phrase: str
    start: int
    end: int
    sentence: int


@dataclass(frozen=True)
class Meaning:
    """What an answer wants: the leading intent, all that hold, the phrases, and the day named for later."""

    intent: Intent | None
    intents: tuple[Intent, ...] = ()
    hits: tuple[Hit, ...] = ()
    later_on: date | None = None

    @property
    def phrases(self) -> list[str]:
        """The deciding words, each once."""
        return list(dict.fromkeys(h.phrase for h in self.hits))

    @property
    def human(self) -> bool:
        """Whether a person's decision was read (not a mere pleasantry or question)."""
        return any(
            i
            not in (
                Intent.QUESTION,
                Intent.NOT_NOW,
                Intent.FORWARDS,
                Intent.INTERESTED,
                Intent.WRONG_PERSON,
                Intent.NEEDS_ASSET,
            )
            for i in self.intents
        )


def read_intent(text: str, subject: str = "", on: date | None = None) -> Meaning:
    """The meaning of the writer's own words in `text`; `subject` counts by itself when it says stop or stands alone."""
    bare = _bare(text, subject)
    body = text if text.strip() else _RE.sub("", subject)
    parts = sentences(body)
    hits = [h for at, part in enumerate(parts) for h in _hits(part, at, body)]
    if bare:
        hits.append(Hit(Intent.OPTOUT, bare, 0, 0, -1))
    held = _settle(hits, parts, body)
    if not held and any(p.asks for p in parts):
        held = [Intent.QUESTION]
    elif any(p.asks for p in parts) and held and set(held) <= {Intent.INTERESTED, Intent.FORWARDS, Intent.WRONG_PERSON}:
        held = [*held, Intent.QUESTION]
    lead = next((i for i in LEADS if i in held), None)
    shown = tuple(h for h in hits if h.intent in held)
    later = later_day(body, on) if Intent.NOT_NOW in held else None
    ordered = tuple(i for i in LEADS if i in held)
    return Meaning(lead, ordered, shown, later)


def _bare(text: str, subject: str) -> str:
    """The whole body, its first line, or the whole subject, where it is nothing but a wish to be left alone."""
    lines = [line.strip() for line in text.strip().split("\n") if line.strip() and not _GREETING.match(line.strip())]
    candidates = [" ".join(lines)] if len(" ".join(lines)) < 60 else []
    candidates += [lines[0]] if lines and len(lines) <= 4 else []
    candidates.append(_RE.sub("", subject))
    for candidate in candidates:
        folded = " ".join(fold_word(w) for w in re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", candidate[:120]))
        if (
            folded in BARE
            or folded.removesuffix(" thanks")
            .removesuffix(" thank you")
            .removesuffix(" merci")
            .removesuffix(" danke")
            .removesuffix(" please")
            .strip()
            in BARE
        ):
            return candidate.strip()
    return ""


def _hits(part: Sentence, at: int, text: str) -> list[Hit]:
    out = []
    for intent, listed in _LISTS:
        if intent is Intent.HOSTILE and any(find(part.words, p) for p in NOT_HOSTILE):
            continue
        place = next((f for f in (find(part.words, p) for p in listed) if f and not _denied(part, f, intent)), None)
        if place:
            start, end = part.span(*place)
            out.append(Hit(intent, " ".join(text[start:end].split()), start, end, at))
    return out


def _denied(part: Sentence, place: tuple[int, int], intent: Intent) -> bool:
    """Whether a 'not' stands shortly before a phrase that only counts when it is affirmed."""
    if intent not in (
        Intent.INTERESTED,
        Intent.PLACED,
        Intent.ASKS_SWAP,
        Intent.WANTS_GUEST_POST,
        Intent.ASKS_PAYMENT,
        Intent.NEEDS_ASSET,
    ):
        return False
    before = part.words[: place[0]].split()[-6:]
    near = before[-4:] if intent in (Intent.INTERESTED, Intent.PLACED) else before
    inside = part.words[place[0] : place[1]].split()
    if intent in (Intent.INTERESTED, Intent.PLACED) and inside[:1] and inside[0] in _NEGATIONS | {"can", "problem"}:
        return False
    denied = (
        any(w in _NEGATIONS for w in near)
        or intent in (Intent.INTERESTED, Intent.PLACED)
        and any(w in _NEGATIONS for w in inside[1:-1])
    )
    return denied and not any(
        w in ("only", "just", "nur", "solo", "so", "seulement", "tylko", "alleen", "if", "free", "problem")
        for w in near
    )


def _settle(hits: list[Hit], parts: list[Sentence], text: str) -> list[Intent]:
    """From what was heard to what holds: weak signs give way to strong ones."""
    heard = {h.intent for h in hits}
    if Intent.HOSTILE in heard:
        heard.add(Intent.OPTOUT)
    if _MONEY.search(text):
        heard.add(Intent.ASKS_PAYMENT)
    if Intent.OPTOUT in heard:
        return [i for i in LEADS if i in heard & {Intent.HOSTILE, Intent.OPTOUT, Intent.NO_FIT, Intent.WRONG_PERSON}]
    if Intent.NEEDS_ASSET in heard and not any(
        find(parts[h.sentence].words, p) for h in hits if h.intent is Intent.NEEDS_ASSET for p in ASKS_FOR
    ):
        heard.discard(Intent.NEEDS_ASSET)
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
