"""When a page was published and changed, as days in ISO form. Pure; what is not on the page is None.

Order: JSON-LD, meta elements, microdata and <time> of the content, words like "Last updated", then htmldate, then a
date in the address.
"""

import re
from dataclasses import dataclass
from datetime import date

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crm.pages import leaves, zones
from crm.pages.dom import Page, clean, node_text
from crm.pages.structured import Structured, is_type, values

_MONTHS = (
    "jan stycznia ledna января ocak tammikuuta january januar jänner janvier enero gennaio januari janeiro ene gen janv ianuarie január januára ιανουαρίου січня gener يناير ינואר",  # noqa: E501
    "feb lutego února unora февраля şubat helmikuuta february februar février fevrier febrero febbraio februari fevereiro fév febr februarie február februára φεβρουαρίου лютого febrer فبراير פברואר",  # noqa: E501
    "mar marca března brezna марта mart maaliskuuta march märz maerz mars marzo maart março marca mrz mär marts martie március maret μαρτίου березня març مارس מרץ",  # noqa: E501
    "apr kwietnia dubna апреля nisan huhtikuuta april avril abril aprile avr abr aprilie április apríla απριλίου квітня أبريل אפריל",  # noqa: E501
    "may maja května мая mayıs toukokuuta mai mayo maggio mei maio mag maj május mája μαΐου травня maig مايو מאי",  # noqa: E501
    "jun czerwca června июня haziran kesäkuuta june juni juin junio giugno junho giu iunie június júna ιουνίου червня juny يونيو יוני",  # noqa: E501
    "jul lipca července июля temmuz heinäkuuta july juli juillet julio luglio julho lug juil iulie július júla ιουλίου липня juliol يوليو יולי",  # noqa: E501
    "aug sierpnia srpna августа ağustos elokuuta august août aout agosto augustus augusti ago augusztus augusta agustus αυγούστου серпня agost أغسطس אוגוסט",  # noqa: E501
    "sep września září сентября eylül syyskuuta sept september septembre septiembre settembre setembro set septembrie szeptember septembra σεπτεμβρίου вересня setembre سبتمبر ספטמבר",  # noqa: E501
    "oct października října октября ekim lokakuuta october oktober octobre octubre ottobre outubro okt ott out octombrie október októbra οκτωβρίου жовтня أكتوبر אוקטובר",  # noqa: E501
    "nov listopada listopadu ноября kasım marraskuuta november novembre noviembre novembro noiembrie novembra νοεμβρίου листопада نوفمبر נובמבר",  # noqa: E501
    "dec grudnia prosince декабря aralık joulukuuta december dezember décembre decembre diciembre dicembre dezembro dez déc dic des desember decembrie decembra desembre δεκεμβρίου грудня ديسمبر דצמבר",  # noqa: E501
)
_MONTH = {name: i + 1 for i, names in enumerate(_MONTHS) for name in names.split()}
_NAMES = "|".join(sorted(map(re.escape, _MONTH), key=len, reverse=True))
_FORMS = (
    re.compile(r"(?P<y>(?:19|20)\d\d)[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?P<y>(?:19|20)\d\d) ?[年년] ?(?P<m>\d{1,2}) ?[月월] ?(?P<d>\d{1,2}) ?[日일]"),
    re.compile(rf"(?<!\d)(?P<d>\d{{1,2}})(?:\.|st|nd|rd|th|er|º)? (?:de |of |ב)?(?P<n>{_NAMES})\.?,? (?:de |del )?(?P<y>(?:19|20)\d\d)", re.I),  # noqa: E501
    re.compile(rf"\b(?P<n>{_NAMES})\.? (?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y>(?:19|20)\d\d)", re.I),
    re.compile(rf"(?P<y>(?:19|20)\d\d)\. ?(?P<n>{_NAMES}) (?P<d>\d{{1,2}})\b", re.I),
    re.compile(r"(?P<y>(?:19|20)\d\d)\. ?(?P<m>\d{1,2})\. ?(?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?P<d>\d{1,2}) tháng (?P<m>\d{1,2}),? (?:năm )?(?P<y>(?:19|20)\d\d)"),
    re.compile(r"(?<![\d.])(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>(?:19|20)\d\d)(?!\d)"),
    re.compile(r"(?<![\d-])(?P<d>\d{1,2})-(?P<m>\d{1,2})-(?P<y>(?:19|20)\d\d)(?!\d)"),
    re.compile(r"(?<![\d/])(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<y>(?:19|20)\d\d)(?!\d)"),
)  # fmt: skip
_UPDATED = re.compile(
    r"last (?:updated?|modified|edited|changed|revised|reviewed)|updated?|modified|revised|zuletzt (?:aktualisiert|geändert"  # noqa: E501
    r"|bearbeitet)|(?:letzte )?aktualisier(?:t|ung)|letzte änderung|geändert|stand|mis(?:e)? à jour|dernière (?:mise à jour|modification)|modifié"  # noqa: E501
    r"|actualizado|última (?:actualización|modificación)|aggiornato|ultim[ao] (?:aggiornamento|modifica)|bijgewerkt|laatst (?:bijgewerkt|gewijzigd)"  # noqa: E501
    r"|atualizado|senast uppdaterad|uppdaterad|sist oppdatert|zaktualizowano|aktualizacja|обновлено|更新日|最終更新(?:日)?|更新|수정",  # noqa: E501
    re.I,
)  # fmt: skip
_PUBLISHED = re.compile(
    r"(?:first )?(?:published|posted|written|created|date)|veröffentlicht|erstellt|publié|publicado|pubblicato|geplaatst"  # noqa: E501
    r"|gepubliceerd|publicerad|publisert|公開日?|投稿日?|掲載日?|作成日?|일자|опубликовано|am|on|le|il|el|op",
    re.I,
)
_AFTER_WORD = re.compile(
    r"\b(?:published|posted|veröffentlicht|erstellt|publié|publicado|pubblicato|gepubliceerd)(?: on| am| le| el| il| op)?\s*:?\s*"  # noqa: E501
    r"(?=\D{0,12}\d)|(?:公開日?|投稿日?)\s*[:：]?",
    re.I,
)
_TIME_UPDATED = re.compile(r"updated|modified|aktualisiert|dt-updated|revision|lastmod|mise-a-jour")
_EARLIEST, _NEAR = 1995, 90


@dataclass(frozen=True)
class Dates:
    """Days in ISO form, or None."""

    published_on: str | None = None
    updated_on: str | None = None


def dates(page: Page, said: Structured, *, latest: date | None = None, lists_others: bool = False) -> Dates:
    """Both days of a page. `latest` drops days that lie in the future of it.

    With `lists_others` (an author's page) the days in sight are those of the works listed, and only what the page
    tells machines counts.
    """
    published = _from_data(said, "datePublished", "dateCreated", "uploadDate") or _meta_published(said)
    updated = _from_data(said, "dateModified") or _meta_updated(said)
    lists_others = lists_others or (len(_listed(page)) >= 3 and not said.is_article())
    seen = Dates() if lists_others else _from_elements(page)
    words = Dates() if lists_others else _from_words(page)
    published = published or seen.published_on or words.published_on or (None if lists_others else _alone(page))
    updated = updated or seen.updated_on or words.updated_on
    goods = any(is_type(n, "Product") for n in said.nodes) and not said.is_article()  # days there are those of opinions
    if published is None and updated is None and not lists_others and not goods:
        published = _by_library(page) or _in_address(page.address)
    if latest is not None:
        published = published if published and published <= latest.isoformat() else None
        updated = updated if updated and updated <= latest.isoformat() else None
    return Dates(published, updated)


def day_in(text: str, *, month_first: bool = True) -> str | None:
    """The first date written in a text, as ISO day."""
    best: tuple[int, str] | None = None
    for form in _FORMS:
        found = form.search(text)
        day = _day(found, month_first) if found else None
        if found and day and (best is None or found.start() < best[0]):
            best = (found.start(), day)
    return best[1] if best else None


def _day(found: re.Match[str], month_first: bool) -> str | None:
    part = found.groupdict()
    if "a" in part:
        one, two = int(part["a"]), int(part["b"])
        month, day = (one, two) if (month_first and one <= 12) or two > 12 else (two, one)
    else:
        month = _MONTH[part["n"].lower()] if part.get("n") else int(part["m"])
        day = int(part["d"])
    try:
        made = date(int(part["y"]), month, day)
    except ValueError:
        return None
    return made.isoformat() if made.year >= _EARLIEST else None


def _from_data(said: Structured, *names: str) -> str | None:
    main = said.main() or {}
    return next((d for n in names for v in values(main.get(n)) if (d := day_in(str(v)))), None)


def _meta_published(said: Structured) -> str | None:
    names = (
        "article:published_time", "og:article:published_time", "datepublished", "date", "dc.date", "dc.date.issued",
        "dcterms.created", "dcterms.issued", "dcterms.date", "dc.date.created", "publish-date", "publish_date", "pubdate",  # noqa: E501
        "parsely-pub-date", "sailthru.date", "article.published", "citation_publication_date", "created", "article_date_original",  # noqa: E501
    )  # fmt: skip
    return day_in(said.first(*names))


def _meta_updated(said: Structured) -> str | None:
    names = (
        "article:modified_time", "og:updated_time", "datemodified", "last-modified", "dcterms.modified", "dc.date.modified",  # noqa: E501
        "revised", "lastmod", "modified", "article.updated", "git-revision-date", "date.modified", "last-update",
    )  # fmt: skip
    return day_in(said.first(*names))


def _from_elements(page: Page) -> Dates:
    published: str | None = None
    updated: str | None = None
    wanted = 'time, [itemprop~="datePublished"], [itemprop~="dateModified"], .dt-published, .dt-updated, abbr.published'
    wanted += ", .git-revision-date-localized-plugin, .published, .entry-date, .post-date, .date-header"
    for node in page.tree.css(wanted)[:60]:
        zone, before = page.zone_of(node), _words_before(node)
        noted = zone == zones.FOOTER and _UPDATED.search(before)
        if (zone not in (zones.MAIN, zones.NAV) and not noted) or _in_other_item(node, page):
            continue
        signs = " ".join(node.attributes.get(n) or "" for n in ("class", "itemprop", "id")).lower()
        attribute = next(
            (node.attributes.get(n) for n in ("datetime", "content", "title") if node.attributes.get(n)), ""
        )
        day = day_in(attribute or "") or day_in(node_text(node), month_first=_month_first(page))
        if day is None:
            continue
        if (_TIME_UPDATED.search(signs) and "published" not in signs) or _UPDATED.search(before):
            updated = updated or day
        elif published is None:
            published = day
    return Dates(published, updated)


def _listed(page: Page) -> list[LexborNode]:
    """Linked headings of articles in the content: three of them make a list of other pages."""
    return [n for n in page.tree.css("article h2 a, article h3 a, .post h2 a") if page.zone_of(n) == zones.MAIN]


def _in_other_item(node: LexborNode, page: Page) -> bool:
    """Inside a card of another article: an <article> or list item that holds no <h1> while the page has one."""
    above = node.parent
    listed = _listed(page)
    while above is not None and above.tag not in ("body", "main"):
        if above.tag == "article" and len(listed) >= 3 and above.css_first("h2 a, h3 a") is not None:
            return True
        if above.tag == "article" or "card" in (above.attributes.get("class") or "").lower().split():
            return (
                page.heading is not None
                and above.css_first("h1") is None
                and above.tag == "article"
                and (page.tree.css_first("article h1") is not None)
            )
        above = above.parent
    return False


def _words_before(node: LexborNode) -> str:
    """The text that stands just before an element within its parent."""
    words: list[str] = []
    sibling = node.prev or (node.parent.prev if node.parent is not None and node.parent.tag in ("p", "span") else None)
    while sibling is not None and len("".join(words)) < 40:
        words.insert(0, sibling.text_content or "" if sibling.tag == "-text" else node_text(sibling))
        if sibling.tag == "br":
            break
        sibling = sibling.prev
    return clean("".join(words))[-40:]


def _from_words(page: Page) -> Dates:
    """Dates that stand right after a word of publishing or changing, or alone in a line near the heading."""
    published: str | None = None
    updated: str | None = None
    month_first = _month_first(page)
    for line in _lines(page):
        if len(line) > 200:
            continue
        for found in _UPDATED.finditer(line):
            updated = updated or day_in(line[found.end() : found.end() + 40], month_first=month_first)
        before_update = _UPDATED.split(line)[0]
        day = day_in(before_update, month_first=month_first)
        if published is None and (said := _AFTER_WORD.search(line)):
            published = day_in(line[said.end() : said.end() + 30], month_first=month_first)
        if day and published is None and (len(line) <= _NEAR or _PUBLISHED.search(before_update)):
            published = day
    return Dates(published, updated)


def _alone(page: Page) -> str | None:
    """The date that is all an element near the heading holds, though its neighbours touch it."""
    for leaf in leaves.near_heading(page):
        day = day_in(leaf.text, month_first=_month_first(page)) if len(leaf.text) <= 30 else None
        if day and not _UPDATED.search(leaf.text + " " + leaf.before()[-20:]):
            return day
    return None


def _lines(page: Page) -> list[str]:
    """Lines of the content near its head, and near its end, where such notes stand; footers count for changes only."""
    main = [clean(x) for x in page.text_of(zones.MAIN, zones.NAV).split("\n") if x.strip()]
    footer = [clean(x) for x in page.text_of(zones.FOOTER).split("\n") if _UPDATED.search(x)]
    heading = node_text(page.heading) if page.heading is not None else ""
    start = next((i for i, line in enumerate(main) if heading and line.startswith(heading[:40])), 0)
    return [*main[max(0, start - 4) : start + 8], *[x for x in main[-8:] if _UPDATED.search(x)], *footer]


def _month_first(page: Page) -> bool:
    html = page.tree.css_first("html")
    said = ((html.attributes.get("lang") if html is not None else "") or "").lower()
    return said in ("", "en", "en-us", "en_us")


def _by_library(page: Page) -> str | None:
    from htmldate import find_date  # heavy, and needed on few pages

    head = page.tree.head.html if page.tree.head is not None else ""
    body = _without_others(page)
    try:
        found = find_date(f"<html>{head}<body>{body}</body></html>", extensive_search=False, original_date=True)
    except Exception:  # a library for strangers' pages: whatever it trips over, there is no date
        return None
    return str(found) if found else None


def _without_others(page: Page) -> str:
    """The content without comments, other articles and footers, whose dates are not the page's own."""
    copy = LexborHTMLParser((page.main_node.html if page.main_node is not None else "") or "<html></html>")
    others = "#comments, .comments, .comments-area, .comment-list, .comment, #disqus_thread, aside, footer, nav, form"
    for node in copy.css(f"{others}, .related, .related-posts, .jp-relatedposts, [class*=related], [class*=recent]"):
        node.decompose()
    return copy.html or ""


_ADDRESS = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?=[/-])")


def _in_address(address: str) -> str | None:
    found = _ADDRESS.search(address)
    return day_in("-".join(found.groups())) if found else None
