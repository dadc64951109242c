"""Signs of noise in the shape of an address or a link rather than in its words."""

import re
from collections.abc import Iterator

from crm.prospects.phrases import Phrases, words
from crm.prospects.reading import Reading

LINK_DUMP = 1000  # outgoing links; no page that people read has as many
MANY_LINKS = 300
SITEWIDE_GROUP = 1000
CHEAP_TLDS = frozenset(
    """xyz top sbs cfd click icu monster homes cyou site online space store website buzz rest bond
        quest lol mom autos boats hair skin makeup beauty pics wiki cv tk ml ga cf gq men win bid
        loan date racing download stream party review trade webcam science work life live fun shop""".split()
)
GAMBLING_TLDS = frozenset("casino bet poker porn sex xxx adult".split())
STAGING = frozenset("test staging stage uat houtai cpanel preview".split())
MAYBE_STAGING = frozenset("dev old beta demo backup mirror mail webmail m2".split())
SURE_FORUM = frozenset("viewtopic showthread viewthread forum forums foro foros foren thread threads bbs phpbb".split())
SURE_PROFILE = frozenset("user users member members profile profiles profil profils u userinfo memberlist".split())
MEMBERS = frozenset("members member mitglieder mitglied membres adherents leden socios soci partners".split())
DOCS = frozenset("docs doc help support developer developers api wiki learn".split())
SURE_SHOP = frozenset(
    """products produits produkte productos produtos prodotti producten produkty produs termek vare tuote urun produk
        product produit produkt producto prodotto produto dp
        cart checkout panier warenkorb basket""".split()
)
LISTINGS = frozenset("tag tags category categories categorie categoria kategorie kategoria schlagwort etiqueta".split())
ARTICLE_FOLDERS = frozenset(
    """blog blogs article articles news artikel artikels articulo articulos articolo articoli
        artigo artykul stories magazin""".split()
)
SEARCH_FOLDERS = frozenset("search images results url webhp".split())
# Platforms that mark every link of every author as written by users.
MARK_EVERYTHING = frozenset("medium.com substack.com wikipedia.org dev.to hackernoon.com note.com github.com".split())
ABOUT_SITES = frozenset("domain domains site sites website www whois host report stats similar info url".split())
FEEDS = frozenset("feed rss rss.xml feed.xml atom.xml sitemap.xml sitemap".split())
DOORS = frozenset("login signin register cart checkout my-account wp-login.php".split())
_IMAGE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|avif|bmp)(?:$|\?)", re.IGNORECASE)
_DATE_ONLY = re.compile(r"^/(?:[a-z-]+/)?(?:19|20)\d\d/\d\d?(?:/\d\d?)?/?$")
_YEAR_ONLY = re.compile(r"/(?:[a-z-]+/)?(?:19|20)\d\d/?")
_PAGE_N = re.compile(r"/page/\d+/?$")
_THREAD = re.compile(
    r"viewtopic\.php|showthread\.php|viewthread\.php|/t\d+(?:p\d+)?-|/topic[,-]\d|[/?]threads?/"
    r"|index\.php\?topic=|/t/[\w-]+/\d+(?:/\d+)?$|/forum/t/|/support/topic/|/issues/\d+$|/discussions/\d+$|/q/\d+$|/questions/\d"
)
_HOST_NAME = re.compile(r"(?:[a-z0-9-]+\.)+(?!html?$|php$|aspx?$|jsp$|xml$|pdf$)[a-z]{2,12}")
_COMMENT = re.compile(
    r"(?:#comment|/comment-page-|replytocom=|/comments?/\d|/(?:comments|commentaires|comentarios|kommentare|commenti)"
    r"(?:\.html?|/)?$)"
)
_VOWELS = re.compile(r"[aeiouy]")
_CITATION = re.compile(r"\[?\d{1,2}\]?")
_LIST_PAGE = re.compile(
    r"(?:domain-list|site-list|website-list|domains?)[-/](?:part/)?\d+|/page-[0-9a-f]{16,}|/list-[0-9a-f]{16,}"
)
_HEX = re.compile(r"(?:^|[/-])[0-9a-f]{20,}(?![0-9a-f]|\Z)|/[0-9a-f]{20,}\Z")
_SOURCE_COLON = re.compile(r"^\s*[^\s:]{2,24}(?:\s\S{2,12})?\s*[:：](?!//)\s*\S+\s*$")
_COPIED = Phrases(
    {
        "copied": """read the original; bai goc; bai bao goc; bai viet goc; original artikel lesen;
        lire l original; leer original; ler original; leggi l originale; lees origineel;
        przeczytaj oryginal; читати оригінал; 원본 기사; 原文を読む; อ่านต้นฉบับ; اقرا المقال الاصلي;
        read original article; read the original article; original article; read full article on;
        source #; read more on; read on; originally published; original source; original post;
        first published on; article source; source originale; lire l article original;
        article original; artikel im original; originalartikel; zum original; articulo original;
        leer articulo original; fuente original; fonte originale; articolo originale;
        artigo original; bron artikel; oorspronkelijk artikel; artykul oryginalny; читать оригинал;
        оригинал статьи; 阅读原文; 原文链接; 原文へ; 원문 보기; baca artikel asli; artikel asli;
        doc bai goc; orijinal makale"""
    }
)
_SOURCE = Phrases(
    {
        "source": """source; джерело; แหล่งที่มา; มาจาก; חדשות; zrodlo artykulu; origen; herkunft; pramen;
        fuentes; izvor; sources; sumber; quelle; fuente; fonte; bron; zrodlo; источник; via;
        читать далее; read more; continue reading; weiterlesen; lire la suite; seguir leyendo;
        leggi tutto; منبع خبر; منبع; المصدر; مصدر; 来源; 來源; 出典; 출처;
        nguon; kaynak; pinagmulan; sursa; zdroj; forras; kilde; kalla"""
    }
)
_SELLS = Phrases(
    {
        "sells": """black hat; seo backlinks; backlinks; backlink; dofollow article links; dofollow links;
        fast ranking; google seo; buy links; link wheel; telegram chanel; seo links; pbn links;
        black links; 外链; 快速排名; rank higher; seo services; unique domains only; safe links;
        100 safe"""
    }
)


def signs(r: Reading) -> Iterator[tuple[str, float, str]]:
    """(rule, points, why) of everything the shape of the page, its address and its link says."""
    yield from _load(r)
    yield from _address(r)
    yield from _listing(r)
    yield from _host(r)
    yield from _link(r)
    yield from _copy(r)
    yield from _doorway(r)
    yield from _price_page(r)


def is_article(r: Reading) -> bool:
    """Whether the address looks like that of an article: a dated path or a long slug in words."""
    letters = [w for w in r.slug if not w.isdigit()]
    return (
        r.has_date
        or len(letters) >= 4
        or any(s in ("blog", "blogs", "article", "articles", "news") for s in (*r.segments, *r.labels[:-1]))
    )


def looks_like_search(r: Reading) -> bool:
    """Whether a page of a search engine is a list of results rather than one of its other services."""
    asked = any(k in r.query for k in ("q", "p", "query", "wd", "text", "word", "s", "search"))
    return (
        asked or "search" in r.labels or any(s in ("search", "images", "results", "url", "webhp") for s in r.segments)
    )


def same_story(r: Reading) -> float:
    """Share of the linked page's slug that stands in this page's title: near 1 when one is a copy of the other."""
    wanted = {w for w in r.target_slug if len(w) > 2}
    return len(wanted & set(r.title)) / len(wanted) if len(wanted) >= 3 else 0.0


def _load(r: Reading) -> Iterator[tuple[str, float, str]]:
    links = r.signs.external_links
    if links is None:
        return
    if links >= LINK_DUMP:
        yield "spam", 1.0, f"the page links to {links:,} other pages"
    elif links >= MANY_LINKS:
        for rule in ("directory", "seo_spam", "spam"):
            yield rule, 0.5, f"the page links to {links:,} other pages"


def _address(r: Reading) -> Iterator[tuple[str, float, str]]:
    full = f"{r.path}?{'&'.join(f'{k}={v}' for k, v in r.query.items())}" if r.query else r.path
    if _THREAD.search(full):
        yield "forum", 1.0, "the address is that of a forum thread"
    if _COMMENT.search(r.signs.source_url.lower()):
        yield "comment", 1.0, "the address points into comments"
    if "read-blog" in r.segments or "read-article" in r.segments:
        yield "profile", 1.0, "a member's post on a social network anybody can join"
    if (looks_like_search(r) and r.query) or (r.segments[:1] == ("search",) and len(r.segments) > 1):
        yield "search_results", 0.6, "the address carries a search"
    if r.path.endswith("/story.php") and "title" in r.query:
        yield "profile", 1.0, "a social bookmark that anybody can set"
    if r.path.startswith("/@") and (len(r.segments) == 1 or r.segments[1].isdigit()):
        yield "profile", 1.0, "the address is that of a profile"
    if _LIST_PAGE.search(r.path) or _HEX.search(r.path):
        yield "spam", 0.6, "the address is a number in a generated list"
        yield "seo_spam", 0.5, "the address is a number in a generated list"
    if len(r.segments) >= 2 and _HOST_NAME.fullmatch(r.segments[-1]) and r.segments[-2] in ABOUT_SITES:
        yield "site_report", 0.7, "the page is about a domain"
    if r.signs.target_url and _names_target(r):
        alone = bool(r.segments) and bool(_HOST_NAME.fullmatch(r.segments[-1]))
        yield "site_report", 1.0 if alone else 0.7, "the address names the linked site's domain"


def _names_target(r: Reading) -> bool:
    from_target = [b for b in r.brands if len(b) >= 6]
    compact = re.sub(r"[^a-z0-9]", "", r.path)
    host = re.search(r"://(?:www\.)?([^/]+)", r.signs.target_url)
    if not host:
        return False
    name = re.sub(r"[^a-z0-9]", "", host.group(1).lower())
    return bool(from_target) and len(name) >= 6 and name in compact


def _listing(r: Reading) -> Iterator[tuple[str, float, str]]:
    if any(s in SURE_FORUM for s in r.segments[:-1]):
        yield "forum", 0.4, "the address lies in a forum"
    member = r.segments[-2] if 2 <= len(r.segments) <= 3 else ""
    if member in SURE_PROFILE and not (DOCS & set(r.labels[:-1])):
        listed = member in MEMBERS and "".join(r.slug) in r.brands
        yield "profile", -0.6 if listed else 0.4, "the address is that of a member"
    if any(s in SURE_SHOP for s in r.segments):
        last = r.segments[-2:-1] and r.segments[-2] in SURE_SHOP and len(r.slug) >= 2
        yield "shop", 0.9 if last else 0.4, "the address is that of a product"
    if r.segments and r.segments[-1] in FEEDS:
        yield "feed", 0.5, "the address is a feed"
    if r.segments and r.segments[-1] in DOORS:
        yield "login", 0.5, "an account page"
    if _PAGE_N.search(r.path) or (_DATE_ONLY.search(r.path) and not r.query):
        yield "archive_listing", 1.0, "a page of an archive, not a post"
    elif _YEAR_ONLY.fullmatch(r.path):
        alone = len(r.headline) == 1 and r.headline[0].isdigit()
        yield "archive_listing", 1.0 if alone else 0.5, "the archive of a year"
    elif (
        any(s in LISTINGS for s in r.segments[:-1]) and len(r.segments) <= 4 and not re.search(r"\d{3}", r.segments[-1])
    ):
        yield "archive_listing", 0.5, "the address is that of a category or tag"
    if "message-boards" in r.signs.platform and "," not in r.signs.platform:
        yield "forum", 1.0, "the site runs forum software"


def _host(r: Reading) -> Iterator[tuple[str, float, str]]:
    if len(r.labels) > 1 and r.labels[0] in STAGING:
        yield "mirror", 1.0, f"“{r.labels[0]}.” is a copy of a site, not the site"
    elif len(r.labels) > 1 and r.labels[0] in MAYBE_STAGING:
        yield "mirror", 0.6, f"“{r.labels[0]}.” is often a copy of a site"
    if r.tld in CHEAP_TLDS and r.segments and _meaningless(r.segments[-1]) and len(r.segments) <= 2:
        yield "spam", 0.3, "the address says nothing"
    if r.labels and (_random(r.labels[-1]) or (r.labels[-1].startswith("xn--") and r.tld in CHEAP_TLDS)):
        yield "spam", 0.4, "the site's name is a random row of letters"
    if r.tld in GAMBLING_TLDS:
        yield "adult_pills", 1.0, f"the ending .{r.tld}"
    if r.tld in CHEAP_TLDS:
        yield "spam", 0.2, f"the ending .{r.tld} is used mostly for throw-away sites"
        yield "seo_spam", 0.2, f"the ending .{r.tld} is used mostly for throw-away sites"
        yield "adult_pills", 0.3, f"the ending .{r.tld} is used mostly for throw-away sites"
        yield "directory", 0.2, f"the ending .{r.tld} is used mostly for throw-away sites"


def _random(name: str) -> bool:
    letters = re.sub(r"[^a-z]", "", name)
    if len(letters) < 7:
        return False
    runs = re.findall(r"[^aeiouy]{5,}", letters)
    return bool(runs) or len(_VOWELS.findall(letters)) / len(letters) < 0.16


def _meaningless(folder: str) -> bool:
    mixed = re.search(r"\d", folder) and re.search(r"[a-z]", folder)
    return bool(mixed) or (len(folder) >= 3 and not _VOWELS.search(folder))


def _link(r: Reading) -> Iterator[tuple[str, float, str]]:
    page = r.signs
    if page.is_spam:
        yield "spam", 1.0, "the export's tool calls the page spam"
    if page.ugc and not ({r.host, r.domain.split("/")[0]} & MARK_EVERYTHING):
        yield "comment", 1.0, "the link is marked as written by users"
    if page.kind == "redirect":
        yield "redirect", 1.0, "a redirect, not a link that somebody set"
    if _IMAGE.search(page.target_url):
        yield "scraper", 1.0, "the link only fetches an image file"
    if page.links_in_group and page.links_in_group >= SITEWIDE_GROUP:
        yield "sitewide", 1.0, f"the same link stands on {page.links_in_group:,} pages of the site"
    for text, found in ((page.anchor, r.anchor), (page.ctx_before, r.before)):
        if hit := _SELLS.find(found, text):
            yield "seo_spam", 0.6, f"the link's text sells links (“{hit['sells']}”)"
    if len(page.anchor) > 160:
        yield "seo_spam", 0.3, "the link's text is very long"


def _copy(r: Reading) -> Iterator[tuple[str, float, str]]:
    """Syndicated or scraped copies: their link is a note of the source."""
    anchor = r.anchor
    credits = len(anchor) >= 2 and anchor[1] in r.brands and bool(_SOURCE.find(anchor[:1], r.signs.anchor))
    if credits or _COPIED.find(anchor, r.signs.anchor):
        yield "scraper", 1.0, f"the link is a note of the source (“{r.signs.anchor[:60]}”)"
    elif len(anchor) <= 4 and _SOURCE.find(anchor[:2], r.signs.anchor):
        named = bool(r.brands & {"".join(anchor[1:]), "".join(anchor[2:])})
        alone = 0 < (r.signs.external_links or 0) <= 6
        yield "scraper", 1.0 if named or alone else 0.6, f"the link is a note of the source (“{r.signs.anchor[:60]}”)"
    if _SOURCE_COLON.search(r.signs.anchor) and "".join(words(r.signs.anchor.rsplit(":", 1)[-1])) in r.brands:
        yield "scraper", 1.0, f"the link is a note of the source (“{r.signs.anchor[:60]}”)"
    bare = not anchor or "".join(anchor) in r.brands or "http" in anchor[:1] or len(anchor) <= 2
    story = same_story(r)
    few = (r.signs.external_links or 0) <= 12
    if bare and few and story >= 0.6:
        yield "scraper", 0.7, "the page tells the linked article again under the same title"
    if bare and few and r.slug and all(w.isdigit() and len(w) >= 5 for w in r.slug) and r.target_slug:
        weight = 1.0 if ARTICLE_FOLDERS & set(r.segments) else 0.5
        yield "scraper", weight, "a numbered news item with nothing but a note of the source"
    if _CITATION.fullmatch(r.signs.anchor.strip()) and not (r.signs.external_links or 0) > 60:
        machine = bool({"ai", "ki", "ia", "gpt", "chatgpt", "ask"} & {*r.title, *r.path_words, *r.labels, r.tld})
        yield "autogenerated", 1.0 if machine else 0.5, "a bare footnote number, as machines that answer set it"


def _price_page(r: Reading) -> Iterator[tuple[str, float, str]]:
    """Pages that machines make for each coin, share or currency: a short title that is the thing's name."""
    if len(r.headline) <= 3 and len(r.segments) <= 3:
        yield "price_page", 0.4, "a page made for one coin, share or currency"


def _doorway(r: Reading) -> Iterator[tuple[str, float, str]]:
    """Pages planted on other people's sites: keyword titles in lower case under random folders."""
    title = r.signs.title.strip()
    short = min(len(r.title), len(r.slug), 6)
    lower = bool(title) and title == title.lower() and short >= 3 and r.title[:short] == r.slug[:short]
    planted = "wp-content" in r.segments or "wp-includes" in r.segments
    if planted and not r.path.endswith((".pdf", ".doc", ".docx", ".ppt", ".pptx", ".xls", ".xlsx", ".epub")):
        yield "spam", 1.0, "the page hides in the site's upload folder"
    if lower:
        yield "spam", 0.3, "the title is a row of keywords"
        if len(r.segments) == 2 and r.segments[0] not in ARTICLE_FOLDERS and r.title == r.slug:
            yield "spam", 0.4, "the title is nothing but the address"
            if _meaningless(r.segments[0]):
                yield "spam", 0.4, "the page lies in a folder without a name"
    if len(r.query) == 1 and r.segments == () and next(iter(r.query.values())).isdigit():
        key = next(iter(r.query))
        if key not in ("p", "page_id", "id"):
            yield "spam", 0.7, "the address is a bare number on the home page"
