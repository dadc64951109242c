"""What an answer wants: the fifteen intents, by phrases that people say, each shown with the words that decided.

Several may hold, one leads. Hostile always carries opt-out. Only the writer's own words are read, never the quoted
original; a bare subject counts when the body is empty. Opt-outs missed and people taken for machines cost most.
"""

import re
from dataclasses import dataclass
from datetime import date

from crm.inbox.auto_words import AWAY
from crm.inbox.builds import CONTRAST, FAINT, FIRM, Rule, built, spoken
from crm.inbox.dates import later_day
from crm.inbox.lexicon import Phrases, Sentence, fold_word, phrases, sentences
from crm.inbox.verdict import first_phrase, fold
from crm.inbox.weighing import LEADS, Hit, leading, settle
from crm.inbox.wishes import followed, wished
from crm.vocabulary import Intent

_LISTS: tuple[tuple[Intent, Phrases], ...] = tuple(
    (intent, Phrases(phrases(name)))
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
UNLESS = {
    Intent.HOSTILE: Phrases(phrases("not_hostile")),
    Intent.OPTOUT: Phrases(phrases("not_optout")),
    Intent.FORWARDS: Phrases(phrases("not_forwards")),
    Intent.NO_FIT: Phrases(phrases("not_no_fit")),
}
ASKS_FOR = Phrases(phrases("asks_for"))
STOP_WORDS = Phrases(phrases("stop_words"))
MAIL_WORDS = Phrases(phrases("mail_words"))
_NEGATIONS = {
    "selten", "rarement", "raramente", "zelden", "rzadko",
    "not", "no", "never", "without", "hardly", "rarely", "nor", "neither", "nicht", "kein", "keine", "keinen", "keiner",
    "nie", "weder", "pas", "jamais", "aucun", "aucune", "ni", "sans", "nunca", "ningun", "ninguna", "sin",
    "tampoco", "non", "mai", "nessun", "nessuna", "senza",
    "nao", "nenhum", "nenhuma", "sem", "niet", "geen", "nooit", "zonder", "zaden", "zadnych", "bez", "don", "ne", "n",
}  # fmt: skip
_AFFIRMED = {
    Intent.INTERESTED, Intent.PLACED, Intent.ASKS_SWAP, Intent.WANTS_GUEST_POST, Intent.ASKS_PAYMENT,
    Intent.NEEDS_ASSET, Intent.FORWARDS,
}  # fmt: skip
_COMING = {
    "will", "when", "once", "wird", "werden", "sobald", "sera", "quand", "estara", "quedara", "cuando", "sara", "andra",
    "quando", "wordt", "worden", "zodra", "ficara", "bedzie", "zostanie", "kiedy", "gdy", "if", "wenn", "si", "se",
    "als", "jesli",
}  # fmt: skip
_SOFTENED = {"only", "just", "nur", "solo", "so", "seulement", "tylko", "alleen", "if", "free", "problem"}
_MATTER = {
    "link", "links", "backlink", "page", "article", "post", "url", "guide", "seite", "beitrag", "artikel", "lien",
    "liens", "enlace", "enlaces", "pagina", "articulo", "collegamento", "articolo", "artigo", "strona",
    "strony", "artykul",
}  # fmt: skip
_WEEKS = ("week", "woche", "semaine", "semana", "settimana", "tygod", "tydz")
_GREETING = re.compile(
    r"^(?:hi|hello|hey|dear|hallo|guten tag|bonjour|hola|ciao|olá|beste|dag|cześć|dzień dobry|salve)\b[^\n]{0,40}$",
    re.I,
)
_OF_OWN_DOINGS = re.compile(r" ?(?:do not|never) (?:write|contact|email|send|mail|reach|follow|bother|use)\b")
_RE = re.compile(r"^\s*(?:(?:re|aw|antw|sv|odp|rif|r|res|fwd?|wg|tr)\s*(?:\[\d+\])?\s*:\s*)+", re.I)


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

    @property
    def engaged(self) -> bool:
        """Whether the writer takes up our matter at all."""
        return bool({Intent.INTERESTED, Intent.NEEDS_ASSET, Intent.PLACED, Intent.NO_FIT} & set(self.intents))


def read_intent(text: str, subject: str = "", on: date | None = None) -> Meaning:
    """The meaning of the writer's own words in `text`; `subject` counts by itself when it says stop or stands alone."""
    bare = _bare(text, subject)
    body = text if text.strip() else _RE.sub("", subject)
    parts = sentences(body)
    hits = [h for at, part in enumerate(parts) for h in _hits(part, at, body)]
    if bare:
        hits.append(Hit(Intent.OPTOUT, bare, 0, 0, -1))
    if not any(h.intent is Intent.OPTOUT for h in hits):
        hits += _built_wishes(parts, body)
    firm, silenced = _built(parts, FIRM, body, hits)
    hits = _without_haste([h for h in [*hits, *firm] if h.intent not in silenced])
    held = settle(hits, body)
    if not held:
        hits += _built(parts, FAINT, body, hits)[0]
        held = settle(hits, body)
    wish = _wish_to_be_left(held, parts, body)
    if wish is not None:
        hits, held = [*hits, wish], [Intent.OPTOUT, *held]
    if not held and any(p.asks for p in parts):
        held = [Intent.QUESTION]
    elif any(p.asks for p in parts) and held and set(held) <= {Intent.INTERESTED, Intent.FORWARDS, Intent.WRONG_PERSON}:
        held = [*held, Intent.QUESTION]
    lead = leading(held, hits, parts, body)
    shown = tuple(h for h in hits if h.intent in held)
    later = later_day(body, on) if Intent.NOT_NOW in held else None
    ordered = tuple(dict.fromkeys(i for i in (lead, *LEADS) if i is not None and i in held))
    return Meaning(lead, ordered, shown, later)


def _built(
    parts: list[Sentence], rules: tuple[Rule, ...], text: str, heard: list[Hit]
) -> tuple[list[Hit], set[Intent]]:
    """What the sentences say by their build, beside what was heard in each; and what that silences."""
    out: list[Hit] = []
    silenced: set[Intent] = set()
    tongues = spoken(parts)
    for at, part in enumerate(parts[:60]):
        for found in built(part, rules, tongues):
            silenced |= set(found.over)
            if not any(h.intent is found.intent and h.sentence == at for h in heard):
                start, end = part.tokens[found.first].start, part.tokens[found.last].end
                out.append(Hit(found.intent, " ".join(text[start:end].split()), start, end, at))
    return out, silenced


def _built_wishes(parts: list[Sentence], text: str) -> list[Hit]:
    """An opt-out that no phrase holds but whose build shows it; an absence notice has none."""
    if first_phrase(fold(text), AWAY):
        return []
    for at in range(len(parts)):
        for part in dict.fromkeys((parts[at], followed(parts, at))):
            place = None if part.words in UNLESS[Intent.OPTOUT] else wished(part, text, part is not parts[at])
            if place:
                start, end = part.tokens[place[0]].start, part.tokens[place[1]].end
                return [Hit(Intent.OPTOUT, " ".join(text[start:end].split()), start, end, at)]
    return []


def _without_haste(hits: list[Hit]) -> list[Hit]:
    """Who agrees and names next week does it then; that is no putting off."""
    if not any(h.intent is Intent.INTERESTED for h in hits):
        return hits
    return [h for h in hits if h.intent is not Intent.NOT_NOW or not any(w in h.phrase.lower() for w in _WEEKS)]


def _wish_to_be_left(held: list[Intent], parts: list[Sentence], text: str) -> Hit | None:
    """A short answer that decides nothing else, and speaks of ending and of mail in one sentence."""
    if (
        first_phrase(fold(text), AWAY)
        or set(held) - {Intent.NO_FIT, Intent.NOT_NOW}
        or sum(len(p.tokens) for p in parts) > 45
    ):
        return None
    for at, part in enumerate(parts):
        ends, mail = (next(listed.places(part.words), None) for listed in (STOP_WORDS, MAIL_WORDS))
        about_links = any(w in _MATTER for w in part.words.split())
        if ends and mail and not about_links and part.words not in UNLESS[Intent.OPTOUT]:
            start, end = part.span(min(ends[0], mail[0]), max(ends[1], mail[1]))
            return Hit(Intent.OPTOUT, " ".join(text[start:end].split()), start, end, at)
    return None


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
        if intent in UNLESS and part.words in UNLESS[intent]:
            continue
        if intent is Intent.NEEDS_ASSET and part.words not in ASKS_FOR:
            continue
        place = next((f for f in listed.places(part.words) if not _denied(part, f, intent)), None)
        if place:
            start, end = part.span(*place)
            out.append(Hit(intent, " ".join(text[start:end].split()), start, end, at))
    return out


def _denied(part: Sentence, place: tuple[int, int], intent: Intent) -> bool:
    """Whether a 'not' stands shortly before a phrase that only counts when it is affirmed."""
    if intent is Intent.OPTOUT:
        if _OF_OWN_DOINGS.match(part.words[place[0] :]) and _before(part, place[0])[-1:] in (["i"], ["we"], ["they"]):
            return True
        return part.broken(*place) and not part.words[place[0] :].startswith(("unsubscribe", "remove", "stop", "bitte"))
    if intent not in _AFFIRMED:
        return False
    inside = part.words[place[0] : place[1]].split()
    yes = intent in (Intent.INTERESTED, Intent.PLACED)
    if yes and inside[:1] and inside[0] in _NEGATIONS | {"can", "problem"}:
        return False
    near = _before(part, place[0])[-6:]
    if intent is Intent.PLACED and any(w in _COMING for w in near[-3:]):
        return True
    denied = any(w in _NEGATIONS for w in near) or yes and any(w in _NEGATIONS for w in inside[1:-1])
    return denied and not any(w in _SOFTENED for w in near)


def _before(part: Sentence, start: int) -> list[str]:
    """The words before a phrase, back to the last comma or word of contrast."""
    out: list[str] = []
    offset = 1
    after = 0
    for token in part.tokens:
        if offset >= start:
            if any(after <= at <= token.start for at in part.commas):
                return []
            break
        if token.word in CONTRAST or any(after <= at <= token.start for at in part.commas):
            out = []
        if token.word not in CONTRAST:
            out.append(token.word)
        after = token.end
        offset += len(token.word) + 1
    return out
