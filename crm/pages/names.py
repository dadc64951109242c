"""Is this the name of a person? A wrong name in a greeting is worse than none, so doubt means no. Pure."""

import re
import unicodedata

from crm.pages.given import GIVEN

_PARTICLES = frozenset(
    "de da do dos das del della di du des la le van von der den ter ten zu zur bin ibn al el y e af av mac mc st "
    "st. dell' d' o' abu ben bat".split()
)
_TITLES = re.compile(r"^(dr|prof|mr|mrs|ms|mx|sir|dipl\.?-ing|ing|mag|rev|fr|hr|herr|frau)\.?\s+", re.IGNORECASE)
_ROLE_WORDS = frozenset(
    # English
    "admin administrator administration editor editors editorial editor-in-chief team staff webmaster moderator author "
    "authors writer writers contributor contributors guest anonymous anon unknown user member press news newsroom desk "
    "support info contact office sales marketing department agency media magazine blog blogger group company inc llc "
    "ltd plc corp corporation gmbh ag kg ug sarl sas bv oy ab srl spa foundation association society institute "
    "university college school department committee council community project projects crew board official home "
    "system root test demo default owner site website web online digital studio studios solutions services service "
    "partners network labs lab club shop store the our your this all more read by posted about us me wire bureau "
    "correspondent reporter columnist producer publisher publications collective guide guides daily weekly times "
    "journal post review reviews central hub world today tips advice sponsored promoted advertiser bot robot ai chatgpt "  # noqa: E501
    # German
    "redaktion redaktionsteam gastautor gastbeitrag verwaltung verein verlag praktikant praktikantin autorenteam team "
    "wir unser unsere mitarbeiter leser gast benutzer "
    # French, Spanish, Italian, Dutch, Portuguese, Nordic
    "rédaction redaction équipe equipe redacción redaccion equipo redazione redactie redação redacao redaktionen "
    "redaksjonen toimitus administrateur administrador amministratore beheerder invité invitado ospite la-rédaction "
    # Russian, Polish, Czech
    "редакция админ администратор redakcja redakce редакции администрация команда сайт сайта автор гость аноним "
    "агентство служба пресс-служба компания корреспондент zespół zespol redakcji autor autorzy autorka gość firma "
    "spółka stowarzyszenie fundacja portal agencja użytkownik nieznany "
    # Offices and bodies in German, French, Spanish, Italian, Dutch, Portuguese
    "presse pressestelle pressemitteilung kommunikation verband stiftung amt agentur autoren experten geschäftsstelle "
    "rédacteur rédacteurs rédactrice association société agence auteurs comité asociación asociacion fundación "
    "fundacion colaborador colaboradores autores comunicación comunicacion prensa agencia asesoría associazione "
    "fondazione ufficio stampa autori stichting vereniging medewerker gastredacteur equipa convidado "
    # What a piece is
    "interview ein eine gespräch kommentar gastkommentar essay porträt reportage bericht kolumne entretien propos "
    "entrevista reportaje intervista entrevistas wywiad rozmowa gesprek un une una een "
    # Unnamed persons and tools
    "customer client reader readers participant respondent intern interns developers maintainers volunteers experts "
    "wordpress shopify hubspot wire-service".split()
)
# Words of names of businesses, which are surnames as well: after a known given name they pass.
_BRAND_WORDS = frozenset(
    "analytics software technologies technology consulting consultants capital ventures holdings bank insurance health "
    "medical clinic hospital dental law legal attorneys realty travel tours adventures photography films records "
    "pictures entertainment recipes kitchen cooking living finance financial academy education learning museum library "
    "archive theatre coffee bakery brewery farm farms garden gardens hotel hotels restaurant outdoor outdoors fitness "
    "sports gazette herald tribune observer chronicle express cloud data engineering research security product design "
    "designs content docs documentation communications success growth strategy works house street collection trust "
    "council-news logistics energy foods supply tools gear brands global international maps trails routes reisen wandern technik "  # noqa: E501
    "beratung immobilien versicherung conseil voyages viajes salud consultoría viaggi reizen podróże".split()
)
_SHORT_MARKS = frozenset("HQ UK US USA TV EU AI IT HR PR AG UG KG SA NV PL DE FR ES".split())
# German bodies are written in one word; English trades in the plural are businesses.
_BODY = re.compile(
    r"\w{2}(?:verein|verband|redaktion|agentur|zeitung|magazin|zentrum|gruppe|schule|gesellschaft|stiftung|portal|dienst)$"  # noqa: E501
    r"|^(?:outfitt|build|mak|advis|plann|design|trad|retail|suppli|develop|consult|engineer|brew|travell?|explor|hik|lov)"  # noqa: E501
    r"(?:ers|ors)$|^(?:rentals|associates|brothers|investments|properties|essentials|insider|insiders|nation|network)$"
)
_CJK_ROLES = ("編集", "運営", "事務", "管理人", "管理者", "スタッフ", "株式会社", "会社", "チーム", "ライター", "広報", "担当",  # noqa: E501
              "編輯", "编辑", "管理员", "小编", "작성자", "관리자", "편집", "協会", "大学", "研究所", "委員会", "ブログ")  # fmt: skip  # noqa: E501
_CJK = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af々]{1,8}([ \u3000・=][\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af々]{1,8})?"
)
_HAS_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_TOKEN = re.compile(r"[^\W\d_]+(?:['’\-‐][^\W\d_]+)*\.?|[^\W\d_]['’][^\W\d_]+")
_CAMEL = re.compile(r"[a-zß-ÿ][A-ZÀ-Þ]")
_CAMEL_OK = re.compile(r"^(Mc|Mac|De|Di|Da|La|Le|Van|Von|O['’]|D['’]|Fitz)[A-ZÀ-Þ]")


def person(text: str, *, sites: tuple[str, ...] = (), single: bool = False) -> str | None:
    """The name in tidy form when `text` is one person's name, else None.

    `sites` are names of the site and its publisher: equal to one of them, a name counts only when it begins with a
    known given name. `single` accepts one word, as in "by Maria".
    """
    name = tidy(text)
    if not 2 <= len(name) <= 60 or "@" in name or "/" in name:
        return None
    if _HAS_CJK.search(name):
        return _east_asian(name, sites)
    tokens = name.split(" ")
    if not _shaped_like_a_name(name, tokens, single):
        return None
    words = [t.strip(".,").casefold() for t in tokens]
    if words[0] in ("του", "τησ", "των", "ο", "η", "οι"):  # casefold knows no final sigma
        return None  # Greek bylines bend the name after the article
    if any(w in _ROLE_WORDS for w in words):
        return None
    known = fold(tokens[0]) in GIVEN
    if tokens[-1] in _SHORT_MARKS or (not known and any(w in _BRAND_WORDS or _BODY.search(w) for w in words)):
        return None
    if any(same(name, site) for site in sites) and any(w in _BRAND_WORDS for w in words):
        return None
    if any(same(name, site) or (len(tokens) == 1 and fold(name) in fold(site).split()) for site in sites) and not known:
        return None
    if len(tokens) == 1 and not known and len(name) < 3:
        return None
    return name


def tidy(text: str) -> str:
    """A name without commas, brackets and what follows them, and with shouting taken out."""
    name = " ".join(text.replace("\u3000", " ").split()).strip(" \t,;:|·•»«>–—-\"“”„'()[]")
    name = re.split(r"\s*[,(|·•»\[]|\s+[–—-]\s+", name)[0].strip()
    name = re.sub(r"(さん|氏|先生)$", "", name)
    if name.isupper() and len(name) > 4 and " " in name:
        name = " ".join(w.capitalize() for w in name.split(" "))
    return name


def first_of_several(text: str) -> str:
    """The first of "Ann Lee and Bo Ray"."""
    return re.split(r"\s+(?:and|und|et|y|e|og|och|en|with|mit|&|\+)\s+|\s*[,;/&、]\s*", text.strip(), maxsplit=1)[0]


def same(one: str, other: str) -> bool:
    """Are these the same words, whatever the case, accents and spaces?"""
    return bool(one) and _squeezed(one) == _squeezed(other)


def fold(text: str) -> str:
    """Lower case without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


def _squeezed(text: str) -> str:
    return re.sub(r"\W", "", fold(text))


def _shaped_like_a_name(name: str, tokens: list[str], single: bool) -> bool:
    if not (1 if single else 2) <= len(tokens) <= 5:
        return False
    for i, token in enumerate(tokens):
        word = token.strip('“”"')
        if not _TOKEN.fullmatch(word):
            return False
        if word.casefold() in _PARTICLES and len(tokens) > 1:
            continue
        if not _HAS_CASE.search(word):
            continue
        if not word[0].isupper() or (word.isupper() and len(word) > 2 and i == 0):
            return False
        if _CAMEL.search(word) and not _CAMEL_OK.match(word):
            return False
    return not (len(tokens) == 1 and name.isupper())


_HAS_CASE = re.compile(r"[A-Za-zÀ-ÿА-я]")


def _east_asian(name: str, sites: tuple[str, ...]) -> str | None:
    if any(role in name for role in _CJK_ROLES) or not _CJK.fullmatch(name) or len(name) > 12:
        return None
    if not re.search(r"[\u3400-\u9fff\uac00-\ud7af・= ]", name):
        return None  # kana alone are nicknames nearly always
    if re.fullmatch(r"[阿小老大][\u3400-\u9fff]{1,2}", name):
        return None  # as are "Little" and "Old" with a word
    return None if any(same(name, site) for site in sites) else name
