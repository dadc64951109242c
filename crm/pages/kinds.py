"""What sort of page it is, in words that classification and contact finding use. A page may be several. Pure."""

import re
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from crm.pages import zones
from crm.pages.dom import Page, node_text
from crm.pages.structured import Structured, is_type

# Each kind: words of the title or the first heading, and words of the path.
_BY_WORDS = (
    ("write_for_us",
     r"write for (us|\w+)|guest post(ing|s)? (guidelines?|submission)|submit (a|your) (guest )?(post|article|story)|contributor guidelines|become a contributor|contribute to|pitch us|gastbeitrag (schreiben|einreichen)|gastautor werden|escribe para|écrire pour|scrivi per noi|寄稿(者募集|募集)|ライター募集",  # noqa: E501
     r"write-?for-?us|guest-?post|contribute|submission|contributor|gastbeitrag|gastautor|become-an?-(author|contributor)"),  # noqa: E501
    ("resources",
     r"\bresources?\b|\b(helpful|useful|recommended|favou?rite|handy) (\w+ ){0,3}(websites?|sites|links|reading|blogs|books)\b|links|useful links|helpful links|link ?list|recommended (links|reading|sites|tools)|further reading|links(ammlung| collection| page)?$|ressources|recursos|risorse|nützliche links|linktipps|liens utiles|länkar|lenker|odkazy|przydatne linki|enlaces|リンク集|おすすめリンク|toolbox|reading list|bookmarks|blogroll",  # noqa: E501
     r"resources?|links?|link-?list|useful-?links|toolbox|linksammlung|ressourcen|recursos|ressources|blogroll|reading-list"),  # noqa: E501
    ("about", r"^(about( us| me)?|über (uns|mich)|wer wir sind|om (mig|oss|meg)|over (mij|ons)|o (mnie|nas|nás)|à propos|qui (suis-je|sommes-nous)|sobre (mí|nosotros)|chi (sono|siamo)|who we are|our (team|story)|meet the team|プロフィール|会社概要|このサイトについて|about .{3,30})$",  # noqa: E501
     r"about(-us|-me)?|om-mig|om-oss|over-ons|o-nas|ueber-uns|uber-uns|ueber-mich|a-propos|qui-sommes-nous|sobre(-mi|-nosotros)?|chi-siamo|team|staff|masthead|our-team"),  # noqa: E501
    ("contact", r"^(contact( us| me)?|get in touch|kontakta oss|kontakt oss|kontakty|contato|yhteystiedot|kontakt|impressum|contactez-nous|contacto|contatti|contatto|imprint|お問い合わせ|write to us|kontaktieren .*|contact .{2,30})$",  # noqa: E501
     r"contact(-us|-me)?|kontakt|impressum|imprint|contacto|contatti|mentions-legales|inquiry|otoiawase|get-in-touch"),
    ("directory", r"\bdirectory\b|branchenbuch|verzeichnis|business listings?|annuaire|directorio|company profiles?", r"directory|listing|listings|branchenbuch|verzeichnis|annuaire|companies"),  # noqa: E501
    ("profile", r"^(profile|author archives?|author|posts by|articles by|beiträge von|viewing profile|user profile|member)\b.*|profile of |'s profile| profile$",  # noqa: E501
     r"author|authors|profile|profiles|user|users|member|members|u|people|autor"),
    ("coupon", r"\b(coupons?|promo codes?|discount codes?|vouchers?|gutscheine?|rabattcode)\b", r"coupons?|promo-?codes?|deals|vouchers?|gutscheine?"),  # noqa: E501
    ("news", r"\bpress release\b|pressemitteilung|communiqué de presse", r"news|press|press-?releases?|presse|newsroom"),  # noqa: E501
    ("docs", r"\b(documentation|api reference|user guide|user manual)\b|dokumentation", r"docs|documentation|manual|reference|handbook"),  # noqa: E501
)  # fmt: skip
_LIST_TITLE = re.compile(
    r"^\W*(the |our |my |die |les |los |las |i |le )?(top |best |besten )?(\d{1,3}\+?|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|fünf|sechs|sieben|acht|neun|zehn|cinq|dix|cinco|diez|dieci) .{3,}|\b(top|best) \d{1,3}\b|\b\d{1,3} (best|top|great|free|useful|essential|tools|ways|tips|sites|blogs|books|things|ideas|examples|resources|apps|alternatives|reasons)\b"  # noqa: E501
    r"|^(the )?best .{3,}|roundup|round-up|\balternatives\b|die (\d+ )?besten|les \d+ meilleur|los \d+ mejores|le migliori|\d+選|まとめ|おすすめ\d*",  # noqa: E501
    re.IGNORECASE,
)  # fmt: skip
_SOFT_404 = re.compile(
    r"\b(page|seite|article|post|content|site|link) (you (are|were) looking for )?(not found|does ?n[o']t exist|no longer (exists|available)|cannot be found|could not be found|nicht gefunden|existiert nicht)"  # noqa: E501
    r"|^(error )?404\b|\b404\b.{0,12}(error|not found|fehler|seite)|\berror 404|not found$|nothing (was )?found|page introuvable|página no encontrada|pagina non trovata"  # noqa: E501
    r"|oops.{0,40}(page|exist|found|moved)|ページが見つかりません|お探しのページ|this domain (is|may be) for sale|domain (is )?parked|buy this domain",  # noqa: E501
    re.IGNORECASE,
)  # fmt: skip
_FORUMS = re.compile(
    r"phpbb|vbulletin|discourse|xenforo|smf|simple machines|mybb|flarum|invision|vanilla|bbpress|woltlab|fluxbb", re.I
)
_WIKIS = re.compile(r"mediawiki|dokuwiki|confluence|tiddlywiki|xwiki|moinmoin|pmwiki|wikijs|twiki|bookstack", re.I)
_DOCS = re.compile(r"mkdocs|sphinx|docusaurus|gitbook|read the docs|vitepress|docsify|mdbook|antora|docutils", re.I)
_ARTICLE_CHARS = 600
_SINGLE = re.compile(r"\b(single-post|post-template|node-type-(?:article|blog|news|story)|page-node-type-article|td-post-template)")  # fmt: skip  # noqa: E501


def kinds(page: Page, said: Structured, status: int | None = None) -> tuple[str, ...]:
    """The kinds of a page, strongest first: not_found, soft_404, write_for_us, resources, list, contact_form ..."""
    title = page.tree.css_first("title")
    heads = [t for t in (node_text(title) if title is not None else "", _heading(page)) if t]
    main = page.text_of(zones.MAIN)
    if status in (404, 410):
        return ("not_found",)
    if _soft_404(heads, main):
        return ("soft_404",) if status is not None else ("not_found", "soft_404")
    found = [kind for kind, words, paths in _BY_WORDS if _says(heads, words, page.address, paths)]
    found += [k for k in (_software(page, said), _by_data(said, page)) if k]
    if _is_list(page, heads):
        found.append("list")
    if _tools_table(page):
        found.append("tools_table")
    if any(s.zone == zones.COMMENT and page.text[s.start : s.end].strip() for s in page.spans):
        found.append("comments")
    if _contact_form(page):
        found.append("contact_form")
    if _is_article(page, said, main, found):
        found.append("article")
    if _is_home(page.address):
        found.append("home")
    return tuple(dict.fromkeys(found))


def _heading(page: Page) -> str:
    return node_text(page.heading) if page.heading is not None else ""


def _says(heads: list[str], words: str, address: str, paths: str) -> bool:
    parts = [re.split(r"\s+[|–—·•»«-]\s+", h) for h in heads]
    if any(re.search(words, p[0].strip(), re.IGNORECASE) for p in parts):
        return True
    if any(re.fullmatch(words, p[-1].strip(), re.IGNORECASE) for p in parts):
        return True
    if "directory" in paths and any(re.search(r"business directory|\bdirectory$", h, re.IGNORECASE) for h in heads):
        return True
    segments = [re.sub(r"\.(html?|php|aspx?)$", "", x) for x in urlsplit(address).path.lower().split("/") if x]
    return any(re.fullmatch(paths, x) for x in segments[:3])


def _soft_404(heads: list[str], main: str) -> bool:
    if any(_SOFT_404.search(h) for h in heads):
        return len(main) < 1500
    return len(main) < 400 and bool(_SOFT_404.search(main[:300]))


def _software(page: Page, said: Structured) -> str | None:
    generator = " ".join(said.meta.get("generator", [])) + " " + said.first("application-name")
    body = page.tree.body
    signs = ((body.attributes.get("id") or "") + " " + (body.attributes.get("class") or "")) if body is not None else ""
    footer = page.text_of(zones.FOOTER)[-300:]
    if (
        _WIKIS.search(generator)
        or "mediawiki" in signs
        or page.tree.css_first("#mw-content-text, .dokuwiki") is not None
    ):
        return "wiki"
    if (
        _FORUMS.search(generator)
        or _FORUMS.search(footer)
        or signs.split()[:1] == ["phpbb"]
        or (
            page.tree.css_first(
                '#phpbb, [itemtype$="/QAPage"], [itemtype$="/DiscussionForumPosting"], .postprofile, .viewtopic, .topic-post, .p-body-pageContent .message, #posts .postbody'  # noqa: E501
            )
            is not None
        )
    ):
        return "forum"
    if said.is_article() or page.tree.css_first('[itemtype*="BlogPosting"]') is not None:
        return None
    if (
        _DOCS.search(generator)
        or _DOCS.search(footer)
        or page.tree.css_first(".md-content, .rst-content, .theme-doc-markdown")
    ):
        return "docs"
    return None


def _by_data(said: Structured, page: Page) -> str | None:
    for node in said.nodes:
        if is_type(node, "NewsArticle", "ReportageNewsArticle"):
            return "news"
        if is_type(node, "ProfilePage"):
            return "profile"
        if is_type(node, "Product", "Offer", "ProductGroup"):
            return "product"
        if is_type(node, "DiscussionForumPosting", "QAPage"):
            return "forum"
    return "product" if said.first("og:type").lower().startswith("product") else None


def _is_list(page: Page, heads: list[str]) -> bool:
    """A title that counts or ranks, or content that is mostly items with an outside link each."""
    if any(_LIST_TITLE.search(h) for h in heads):
        return True
    place = page.main_node or page.tree.body
    if place is None:
        return False
    items = [li for li in place.css("li, dt, h2, h3") if page.zone_of(li) == zones.MAIN]
    linked = [li for li in items if _outside(li, page)]
    return len(linked) >= 6 and len(linked) >= 0.5 * len(items)


def _tools_table(page: Page) -> bool:
    place = page.main_node or page.tree.body
    for table in place.css("table") if place is not None else []:
        if page.zone_of(table) == zones.MAIN and len(table.css("table")) <= 1:
            rows = [r for r in table.css("tr") if r.css_first("td") is not None and _outside(r, page)]
            if len(rows) >= 3:
                return True
    return False


_NO_CONTACT = re.compile(r"comment|respond|search|newsletter|subscribe|login|register|review|reply|checkout", re.I)


def _contact_form(page: Page) -> bool:
    """A form with room for a message; those for comments, reviews and search are something else."""
    for form in page.tree.css("form")[:20]:
        signs = " ".join(form.attributes.get(n) or "" for n in ("id", "class", "action", "name"))
        if form.css_first("textarea") is None or _NO_CONTACT.search(signs):
            continue
        if page.zone_of(form) in (zones.MAIN, zones.FOOTER, zones.SIDEBAR):
            return True
    return False


def _outside(node: LexborNode, page: Page) -> bool:
    own = urlsplit(page.address).netloc.removeprefix("www.")
    for link in node.css("a[href]"):
        host = urlsplit(link.attributes.get("href") or "").netloc.removeprefix("www.")
        if host and host != own:
            return True
    return False


def _is_article(page: Page, said: Structured, main: str, found: list[str]) -> bool:
    if said.is_article() and "forum" not in found:
        return True
    if {"forum", "wiki", "docs", "directory", "coupon", "product", "profile", "about", "contact"} & set(found):
        return False
    if page.heading is None or said.lists_others():
        return False
    body = page.tree.body
    if said.first("article:published_time") or _SINGLE.search(body.attributes.get("class") or "" if body else ""):
        return True
    own = page.tree.css_first("article h1, .hentry h1, article .entry-title")
    return len(main) >= _ARTICLE_CHARS or (own is not None and own.css_first("a") is None)


def _is_home(address: str) -> bool:
    return (
        bool(address)
        and urlsplit(address).path.rstrip("/") in ("", "/index.html", "/index.php")
        and not urlsplit(address).query
    )
