"""What an answer wants, heard by its build: roles of words that stand near each other (phrases/builds.txt).

phrases/*.txt hold whole turns of speech; here a rule names the roles whose meeting makes a meaning, so that wordings
nobody listed are heard too. Firm rules always count; faint ones only where nothing else was understood.
"""

from collections import Counter
from dataclasses import dataclass

from crm.inbox.date_words import MONTHS
from crm.inbox.lexicon import Sentence, fold_word
from crm.inbox.roles import Marks, Roles, languages, together
from crm.vocabulary import Intent

_ROLES = Roles("builds")
CONTRAST = frozenset(
    "but however aber sondern mais pero sino ma mas porem maar ale lecz instead revanche doch jednak".split()
)
_COMMON: dict[str, set[str]] = {}
for _line in (
    "en the and to of is it for on with that this we you your i are have be would not my our if can will in at do what",
    "de der die das und ist nicht ich wir sie ein eine zu mit auf fur den dem im es bei uns ihr von noch kein auch was",
    "fr a le la les et est pas je nous vous un une de des du pour que ce sur dans votre notre ne en au avec qui mais",
    "es a el la los y es no lo que de en un una por para con se su nos me si mas del al pero le ya este hola gracias",
    "it a il la le e di non che un una per con si mi ci del sono lo in ma al vostro nostro ho da grazie gli nella i",
    "nl de het een en is niet ik we wij je jullie u van op voor met dat die er in te om ons nog geen maar dit naar aan",
    "pt o a os e de nao que um uma para com se por do da no na em voces nos seu sua vou mas esta isso obrigado os ja",
    "pl i w na nie sie z do to jest o ze jak my wy ale za po dla prosze jest moge czy mam juz ten tym od nas was",
    "sv och att det inte jag vi er ni en ett for pa med till har som den av om",
    "da og at det ikke jeg vi jer en et for pa med til har som den af om",
):
    for _word in _line.split()[1:]:
        _COMMON.setdefault(_word, set()).add(_line[:2])
_LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da")
_DAYS = frozenset(fold_word(name) for name in MONTHS)
_LONGEST = 120  # words of a sentence that are looked at


@dataclass(frozen=True)
class Rule:
    """Roles that must meet within so many words; `never`: roles that must be absent from the sentence;
    `unsaid`: roles that must not stand in the few words before; `asked`: whether the sentence must (not) ask."""

    intent: Intent
    roles: tuple[str, ...]
    within: int
    never: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ("no",)
    asked: bool | None = None
    opens: int = _LONGEST  # the last place at which it may begin
    longest: int = _LONGEST
    over: tuple[Intent, ...] = ()  # what it silences


FIRM = (
    Rule(Intent.ASKS_SWAP, ("cite", "ours", "if"), 10),
    Rule(Intent.ASKS_SWAP, ("if", "you", "cite", "also"), 9),
    Rule(Intent.ASKS_SWAP, ("cite", "ours", "also"), 7, asked=True),
    Rule(Intent.ASKS_SWAP, ("want", "link", "fromyou"), 9, never=("writing",)),
    Rule(Intent.ASKS_SWAP, ("cite", "cite", "ours", "you"), 9, never=("gone",)),
    Rule(Intent.WANTS_GUEST_POST, ("writing", "piece", "ours"), 8, never=("gone",), asked=True),
    Rule(Intent.WANTS_GUEST_POST, ("fresh", "piece", "byyou"), 9),
    Rule(Intent.WANTS_GUEST_POST, ("want", "piece", "byyou"), 7, never=("adding", "where")),
    Rule(Intent.WANTS_GUEST_POST, ("topics", "send"), 8),
    Rule(Intent.WANTS_GUEST_POST, ("accept", "external"), 5),
    Rule(Intent.WANTS_GUEST_POST, ("draft",), 1),
    Rule(Intent.WANTS_GUEST_POST, ("author", "bio"), 9),
    Rule(Intent.WANTS_GUEST_POST, ("contribute",), 1, asked=True),
    Rule(Intent.ASKS_PAYMENT, ("no", "free"), 5, unsaid=(), never=("if",), asked=False),
    Rule(Intent.WANTS_GUEST_POST, ("if", "writing", "piece"), 8),
    Rule(Intent.FORWARDS, ("pass", "colleague"), 6, never=("until",)),
    Rule(Intent.FORWARDS, ("better", "turn", "address"), 9, over=(Intent.NOT_NOW,)),
    Rule(Intent.FORWARDS, ("adding", "thread"), 6, over=(Intent.INTERESTED, Intent.PLACED)),
    Rule(Intent.FORWARDS, ("asked", "colleague"), 4),
    Rule(Intent.FORWARDS, ("copied",), 1, over=(Intent.PLACED,)),
    Rule(Intent.NEEDS_ASSET, ("need", "asset"), 9, asked=True, over=(Intent.NO_FIT,)),
    Rule(Intent.NEEDS_ASSET, ("without", "asset"), 4, unsaid=(), over=(Intent.NO_FIT,)),
    Rule(Intent.NEEDS_ASSET, ("only", "with", "asset"), 6, unsaid=(), over=(Intent.NO_FIT,)),
    Rule(Intent.NO_FIT, ("only", "referring"), 7, never=("if", "need", "you"), unsaid=(), asked=False,
         over=(Intent.NOT_NOW, Intent.INTERESTED)),
    Rule(Intent.NO_FIT, ("stopped", "adding"), 4, unsaid=(), asked=False, over=(Intent.INTERESTED, Intent.PLACED)),
    Rule(Intent.NOT_NOW, ("until", "frozen", "day"), 9, unsaid=()),
    Rule(Intent.NOT_NOW, ("remind", "day"), 8, unsaid=(), over=(Intent.NO_FIT,)),
    Rule(Intent.INTERESTED, ("butyes",), 1, over=(Intent.NOT_NOW,)),
    Rule(Intent.PLACED, ("link", "did"), 2, never=("will",), opens=1, longest=10, asked=False),
    Rule(Intent.HOSTILE, ("another", "mail", "threat"), 14),
)  # fmt: skip
FAINT = (
    Rule(Intent.PLACED, ("done",), 1, opens=1, longest=5, asked=False),
    Rule(Intent.PLACED, ("done", "appear"), 12, opens=1, asked=False),
    Rule(Intent.PLACED, ("just", "did"), 4, never=("if", "will"), asked=False),
    Rule(Intent.PLACED, ("didit", "target"), 3, never=("if", "will"), asked=False),
    Rule(Intent.PLACED, ("have", "did", "target"), 8, never=("if", "will", "until"), asked=False),
    Rule(Intent.PLACED, ("just", "inside"), 4, never=("if", "will"), asked=False),
    Rule(Intent.PLACED, ("been", "did"), 4, never=("if", "will", "until"), asked=False),
    Rule(Intent.PLACED, ("appear", "spot"), 8, never=("if",), asked=False),
    Rule(Intent.PLACED, ("live", "since"), 3, never=("if", "will"), asked=False),
    Rule(Intent.FORWARDS, ("turn", "address"), 8),
    Rule(Intent.FORWARDS, ("pass", "person"), 4, never=("until", "adding")),
    Rule(Intent.WRONG_PERSON, ("gone", "belongings"), 5, unsaid=(), asked=False),
    Rule(Intent.WRONG_PERSON, ("mistake",), 1, opens=3, longest=14, unsaid=(), asked=False),
    Rule(Intent.WRONG_PERSON, ("no", "owner"), 5, unsaid=(), asked=False),
    Rule(Intent.ASKS_PAYMENT, ("where", "worth"), 6, asked=True),
    Rule(Intent.WRONG_PERSON, ("mean", "ourselves"), 14, unsaid=(), asked=False),
    Rule(Intent.WRONG_PERSON, ("no", "longer", "work"), 6, unsaid=(), asked=False),
    Rule(Intent.WRONG_PERSON, ("no", "handles"), 4, unsaid=(), asked=False),
    Rule(Intent.NOT_NOW, ("after", "season"), 4, unsaid=()),
    Rule(Intent.NOT_NOW, ("no", "until", "day"), 9, unsaid=()),
    Rule(Intent.NEEDS_ASSET, ("need", "asset"), 9),
    Rule(Intent.NO_FIT, ("little", "value", "reader"), 12, unsaid=(), asked=False),
    Rule(Intent.NO_FIT, ("no", "cite"), 4, unsaid=(), asked=False, never=("if", "dead")),
    Rule(Intent.NO_FIT, ("no", "refers"), 4, unsaid=(), asked=False, never=("if",)),
    Rule(Intent.NO_FIT, ("no", "something"), 4, unsaid=(), asked=False),
    Rule(Intent.NO_FIT, ("no", "suggestions"), 4, unsaid=(), asked=False),
    Rule(Intent.NO_FIT, ("keep", "short"), 5, unsaid=(), asked=False),
    Rule(Intent.NO_FIT, ("no", "touch"), 6, unsaid=(), asked=False, never=("if",)),
    Rule(Intent.NO_FIT, ("no", "forus"), 6, unsaid=(), asked=False, longest=12),
    Rule(Intent.INTERESTED, ("where", "pointing"), 6, asked=True),
    Rule(Intent.INTERESTED, ("will", "live"), 4, asked=False),
    Rule(Intent.INTERESTED, ("adding", "mine", "target"), 6, asked=False),
    Rule(Intent.INTERESTED, ("true", "link", "dead"), 9, unsaid=()),
    Rule(Intent.INTERESTED, ("yes",), 1, opens=2, asked=False),
)


@dataclass(frozen=True)
class Found:
    """A rule that held: its meaning, and the first and last word of it within the sentence."""

    intent: Intent
    first: int
    last: int
    over: tuple[Intent, ...] = ()


def spoken(parts: list[Sentence]) -> frozenset[str]:
    """The languages that the text may be in, by its commonest words; all of them where none stands out."""
    counts: Counter[str] = Counter()
    for part in parts[:40]:
        words = part.words.split()[:_LONGEST]
        for word in words:
            counts.update(dict.fromkeys(_COMMON.get(word, ()), 2))
        counts.update({lang: len(held) for lang, held in _places(words).items()})
    most = max(counts.values(), default=0)
    return frozenset(lang for lang in _LANGUAGES if counts[lang] >= 0.6 * most)


def _places(words: list[str]) -> dict[str, set[int]]:
    """For each language, the words that play any role in it."""
    out: dict[str, set[int]] = {}
    for (lang, _), places in _ROLES.marks(words).items():
        out.setdefault(lang, set()).update(places)
    return out


def built(part: Sentence, rules: tuple[Rule, ...], tongues: frozenset[str]) -> list[Found]:
    """What the sentence says by the rules given, in one of the languages; each meaning once."""
    words = [t.word for t in part.tokens[:_LONGEST]]
    marks = _ROLES.marks(words)
    marks = {key: places for key, places in marks.items() if key[0] in tongues}
    present = {lang for lang, _ in marks}
    for at, token in enumerate(part.tokens[:_LONGEST]):
        role = "address" if token.word == "@mail" else "day" if token.word in _DAYS or token.word[:1].isdigit() else ""
        for language in present if role else ():
            marks.setdefault((language, role), []).append(at)
    out: dict[Intent, Found] = {}
    for rule in rules:
        known = out.get(rule.intent)
        if known and set(rule.over) <= set(known.over):
            continue
        if place := _holds(rule, part, words, marks):
            out[rule.intent] = Found(rule.intent, *place, rule.over)
    return list(out.values())


def _holds(rule: Rule, part: Sentence, words: list[str], marks: Marks) -> tuple[int, int] | None:
    if len(words) > rule.longest or rule.asked is not None and rule.asked is not part.asks:
        return None
    for language in languages(marks, rule.roles[0]):
        if any((language, role) in marks for role in rule.never):
            continue
        for place in together(marks, language, rule.roles, rule.within):
            if place[0] > rule.opens:
                continue
            begins = max(place[0] - 4, _clause(part, place[0]))
            if not any(begins <= p < place[1] for role in rule.unsaid for p in marks.get((language, role), ())):
                return place
    return None


def _clause(part: Sentence, at: int) -> int:
    """The word with which the clause begins that holds the word at `at`."""
    for k in range(at, 0, -1):
        if part.tokens[k - 1].word in CONTRAST:
            return k
        if any(part.tokens[k - 1].end <= c <= part.tokens[k].start for c in part.commas):
            return k
    return 0


def passed_on(part: Sentence, tongues: frozenset[str]) -> bool:
    """Whether somebody has been told already, or is named: passed on, copied in, "she looks after it"."""
    held = {role for lang, role in _ROLES.marks([t.word for t in part.tokens[:_LONGEST]]) if lang in tongues}
    return bool(held & {"pass", "copied"}) or {"handles", "person"} <= held
