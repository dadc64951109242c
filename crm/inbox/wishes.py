"""A wish to be left alone, heard by its build: a verb of ending, forbidding, erasing or objecting, and its object.

phrases/wishes.txt holds, for each language, the words of a role; the rules below say which roles must stand near
each other in one sentence. That covers wordings nobody listed, where phrases/optout.txt holds whole turns of speech.
"""

import re
from bisect import bisect_left

from crm.inbox.lexicon import Sentence
from crm.inbox.roles import Marks, Roles

_ROLES = Roles("wishes")
# What must stand together, and within how many words of the first.
_RULES: tuple[tuple[tuple[str, ...], int], ...] = (
    (("cease", "approach"), 6),
    (("forbid", "reach", "again"), 6),
    (("forbid", "want", "passive"), 8),
    (("nix", "post", "please"), 6),
    (("erase", "us", "list"), 8),
    (("leave", "how"), 6),
    (("enough", "approach"), 6),
    (("forbid", "use", "mine"), 8),
    (("box", "forbid", "use"), 16),
    (("asked", "forbid", "reach"), 9),
    (("let", "us", "outside"), 6),
    (("forbid", "use", "ends"), 8),
    (("forbid", "insist"), 5),
    (("erase", "mine"), 7),
    (("object", "data"), 8),
)
# A matter of pages and tickets: there "remove" and "no more" speak of those.
_ELSEWHERE = frozenset(
    "link links backlink url page article anchor parameter ticket case seite artikel lien enlace pagina articolo artigo"
    " strona strony verlinkung anker paragraph section absatz needed necessary notwendig notig necessaire necesario"
    " resource post posts guest gast gastbeitrag gastbeitrage anfrage bild image images foto logo".split()
)
# Who says these of himself gives no order: "we stopped our newsletter", "I never write to readers again".
_OWN = {
    "en": frozenset("i we they he she who".split()),
    "de": frozenset({"wir", "ich"}),
    "fr": frozenset({"nous", "je", "j"}),
    "es": frozenset({"nosotros", "yo"}),
    "it": frozenset({"noi", "io"}),
    "nl": frozenset({"wij", "we", "ik"}),
    "pt": frozenset({"nos", "eu"}),
    "pl": frozenset({"my", "ja"}),
}
# A matter that is only named as the mails' topic: "do not write to us about links".
_ABOUT = frozenset(
    "about regarding concerning re wegen uber bezuglich sujet propos concernant sobre acerca proposito riguardo over"
    " inzake omtrent sprawie dotyczace dotyczacych om angaende vedrorende".split()
)
_STOPS = frozenset(
    "stop stoppen stopp arretez arrete stoppez basta smettetela smettila smetta paren parad pare parem chega aufhoren"
    " ophouden kap przestancie przestan przestac dosc koniec sluta lopeta durun yeter stopper".split()
)
_POLITE = frozenset(
    "please now it this thanks thank you bitte jetzt damit danke svp s il vous plait te merci maintenant por favor ya"
    " gracias per favore adesso grazie ora alsjeblieft alstublieft aub hiermee nu ja agora obrigado obrigada prosze juz"
    " z tym tack tak kiitos lutfen ok hi hello hallo bonjour hola just".split()
)
# Who has done it already gives no order.
_HAVE = frozenset("ho abbiamo ha hanno he hemos han ai avons have has had habe haben heb hebben".split())
_INSTEAD = frozenset("instead new use neue statt nouvelle nueva nuova nieuwe nova nowy".split())
_WANT = tuple(
    "want wish like consent agree veux voul souhait desir tien dese quier quer vogl desider wil wens wunsch mocht woll"
    " chc zycz accept".split()
)
_THAT = frozenset({"que", "dass", "damit", "that", "so"})  # "make sure that I no longer get these"
_LATER = frozenset(
    "before until till unless earlier vor bevor avant antes prima voor przed fore before until once sooner".split()
)
_BANS = ("verbitt", "untersag", "verbiet")  # said in the first person, and yet an order
_ORDERED = frozenset({"en"})
_WEAK = frozenset("take get pull clear cut".split())  # mean erasing only with one of the next line
_AWAY = frozenset("off of out from".split())
_PLAIN = frozenset({"erase", "delete", "purge"})  # stand after what they mean, too: "my address? Erase it"
_ONCE_ASKED = frozenset("please kindly and but want send with get receive so thanks then with".split())
_LONG_WORDS = ("unsubscribe", "uitschrijven", "desinscription", "desabonnement", "disiscrivetemi", "descadastrar")
_UNSPACED = re.compile(
    r"配信(?:を)?(?:停止|解除|不要)|(?:送ら|送信し|連絡し|メールし|配信し)ない(?:で|よう)|(?:メール|ご?連絡|営業)(?:は|を)?(?:不要|お断り|控え|やめ|止め)"
    r"|(?:アドレス|連絡先|リスト|個人情報|データ)(?:を|から|は)[^。\n]{0,12}(?:削除|除外|外し)|登録(?:を)?解除"
    r"|不要再(?:给我|给我们|发|联系)|别再(?:发|联系)|请(?:将我|把我)[^。\n]{0,12}(?:移除|删除)"
    r"|수신 ?거부|보내지 ?(?:마|말)"
)


def wished(part: Sentence, text: str, joined: bool = False) -> tuple[int, int] | None:
    """Where in the folded words of `part` (token numbers, first and last) somebody asks to be left alone, or None.

    `text` is the mail's text, for the scripts that put no spaces between words. Of a `joined` pair of sentences only
    what is to be erased or left unused is looked for. Time grows linearly with the sentence.
    """
    if not part.tokens:
        return None
    if _UNSPACED.search(text, part.tokens[0].start, part.tokens[-1].end):
        return 0, len(part.tokens) - 1
    words = [t.word for t in part.tokens[:200]]
    mistyped = next((i for i, w in enumerate(words) if _mistyped(w)), None)
    if mistyped is not None and len(words) <= 12:
        return mistyped, mistyped
    marks = _ROLES.marks(words)
    for language in {lang for lang, role in marks if role == "erase"}:
        named = [at for at, word in enumerate(words) if word == "@mail"]
        if named and not any(w in _INSTEAD for w in words):
            marks[language, "mine"] = sorted({*marks.get((language, "mine"), ()), *named})
    if len(words) <= 5 and _STOPS & set(words) and set(words) <= _STOPS | _POLITE:
        return 0, len(words) - 1
    for roles, within in _RULES:
        if joined and roles[0] not in ("erase", "box"):
            continue
        for language in sorted({lang for lang, role in marks if role == roles[0]}):
            place = _together(part, words, marks, language, roles, within)
            if place and (roles[0] in ("object", "box", "leave") or not _of_pages(part, words, place)):
                return place
    return None


def _of_pages(part: Sentence, words: list[str], place: tuple[int, int]) -> bool:
    """Whether the words of a wish speak of pages, links or tickets, other than as the topic of the mails."""
    near = range(max(0, place[0] - 2), min(len(words), place[1] + 5))
    named = [at for at in near if words[at] in _ELSEWHERE and not _ABOUT & set(words[max(0, at - 3) : at])]
    return any(not _parted(part, min(max(at, place[0]), place[1]), at) for at in named)


def followed(parts: list[Sentence], at: int) -> Sentence:
    """A sentence of eight words or fewer together with the one before it: "My address? Erase it."."""
    part = parts[at]
    if not at or len(part.tokens) > 8 or not part.tokens:
        return part
    before = parts[at - 1]
    return Sentence(before.words + part.words.lstrip(), before.tokens + part.tokens, part.asks, part.commas)


def _together(
    part: Sentence,
    words: list[str],
    marks: Marks,
    language: str,
    roles: tuple[str, ...],
    within: int,
) -> tuple[int, int] | None:
    """Where the roles of a rule stand near the first one, each on a word of its own."""
    for at in marks[language, roles[0]][:30]:
        if not _ordered_away(part, words, at, roles[0], language):
            continue
        if words[at] in _WEAK and not _AWAY & set(words[at : at + within + 1]):
            continue
        taken = [at]
        for role in roles[1:]:
            places = marks.get((language, role), [])
            lowest = at if language in _ORDERED and role != "again" else at - within
            if language in _ORDERED and words[at] in _PLAIN:
                lowest = at - within
            near = [p for p in places[bisect_left(places, lowest) :][: 2 * within] if p <= at + within]
            whole = role != "reach" or roles[0] == "asked"
            free = next((p for p in near if p not in taken and (whole or not _parted(part, at, p))), None)
            if free is None:
                break
            taken.append(free)
        if len(taken) == len(roles):
            return min(taken), max(taken)
    return None


def _parted(part: Sentence, one: int, other: int) -> bool:
    """Whether a comma stands between two words."""
    first, last = sorted((one, other))
    return any(part.tokens[first].end <= c <= part.tokens[last].start for c in part.commas)


def _ordered_away(part: Sentence, words: list[str], at: int, role: str, language: str) -> bool:
    """Whether the word begins an order or a wish, not a tale of the writer's own doings."""
    before = words[at - 1] if at else ""
    if role == "erase" and before in _HAVE:
        return False
    if role == "forbid" and any(w in _LATER for w in words):
        return False
    if role == "object" and before == "your":
        return False
    own = before in _OWN.get(language, ()) and not words[at].startswith(_BANS) and not _parted(part, at - 1, at)
    if role == "erase" and before in _HAVE:
        return False
    if role == "forbid" and any(w.startswith(_WANT) for w in words[at + 1 : at + 4]):
        own = False
    if role in ("cease", "forbid", "erase") and own and (words[at - 2 : at - 1] or [""])[0] not in _THAT:
        return False
    if words[at : at + 1] == ["stop"] and words[at + 1 : at + 2] in (["by"], ["shop"]):
        return False
    if role == "cease" and words[at] == "no" and at and before not in _ONCE_ASKED:
        return any(part.tokens[at - 1].end <= c <= part.tokens[at].start for c in part.commas)
    return not (role == "cease" and before in ("not", "did"))


def _mistyped(word: str) -> bool:
    """Whether a long word is one of the words of leaving a list with up to two letters wrong or missing."""
    return any(
        word[:2] == right[:2] and abs(len(word) - len(right)) <= 2 and _distance(word, right) <= 2
        for right in _LONG_WORDS
        if len(word) >= 9
    )


def _distance(one: str, other: str) -> int:
    """Letters to change, add or drop to make one word the other."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (a != b))
    return row[-1]
