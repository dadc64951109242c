"""Which part of a page an element opens: nav, sidebar, footer, comment, or none of its own. Pure.

Signs are the element's name and role and the whole words of its id and classes. Words like "has-sidebar" stand on
wrappers of everything, so the caller never asks about elements that contain the main content.
"""

import re
from collections.abc import Mapping

MAIN, NAV, SIDEBAR, FOOTER, COMMENT = "main", "nav", "sidebar", "footer", "comment"

_COMMENT = re.compile(
    r"comments?|comments?[-_]?(list|body|content|area|text|section|thread|wrap|wrapper|item|container|block|box|page)"
    r"|commentlist|respond|responses|disqus\w*|kommentare?|commentaires?|comentarios?|commenti|webmentions?|trackbacks?"
    r"|pingbacks?|pings|giscus|utterances|remark42|fb-comments|guestbook|gaestebuch|post-comments?|article-comments?"
    r"|blog-comments|comment-?tree|commtext|user-?comments|reader-?comments|review-?list|reviews|(customer|product|user)-?reviews|reviews-?section"
)
_SIDEBAR = re.compile(
    r"([\w-]*[-_])?side-?bar([-_]?(inner|widget|area|right|left|primary|secondary|content|main|\d|column|box|module))*"
    r"|widgets?|widget[-_]area|secondary|tertiary|rail|right-?rail|left-?rail|aside|blogroll|side-?col(umn)?|sidenav"
    r"|right-?col(umn)?|left-?col(umn)?|related|related[-_]?(posts|articles|content|stories|links)|recommended|read-?next"
    r"|more-?(posts|stories|articles|from)|you-?may-?(also-?)?like|popular-?posts|recent-?posts|outbrain|taboola"
    r"|polecane|polecamy|powiazane|czytaj-(takze|tez)|aehnliche|ähnliche[-\w]*|verwandte?[-\w]*|weitere-?(artikel|beitraege)"
    r"|leggi-anche|correlati|articoli-correlati|relacionad[oa]s?|entradas-relacionadas|te-puede-interesar|lire-aussi"
    r"|a-lire-aussi|articles-similaires|similaires|lees-ook|gerelateerd|las-mer|relaterade|souvisejici|kapcsolodo"
    r"|beta|gamma|module-typelist|typelist|hatena-module|jp-relatedposts|readmore-posts|further-reading-cards"
)
_FOOTER = re.compile(
    r"([a-z0-9]+[-_]+)*footer"
    r"([-_](?!link)[\w-]+)?|colophon|copyright|copyrights|powered(by)?|site-?info|legal|bottom-?bar|subfooter"
    r"|foot|fuss|fusszeile|pied(-de-page)?|page-?foot|credit-?line"
)
_NOT_FOOTER = re.compile(
    r"(entry|post|article|card|comment|content|section|modal|table|story|note|block)s?[-_]+foot[\w-]*"
)
_NAV = re.compile(
    r"([\w-]*[-_])?([a-z]{0,8}nav|navbar|navigation|breadcrumbs?|pagination|pager|paging|topbar|toc|menubar|mainmenu|navbox|navi)"
    r"([-_](?!content)[\w-]+)?|(main|top|site|primary|secondary|side|mobile|header|global|footer|user|page)[-_]?menu"
    r"|menu|menu[-_](main|top|primary|container|list|wrap|inner|bar|item)|masthead|brotkrumen|navlinks|table-of-contents"
    r"|skip-?links?|language-?switcher|langs?|hauptmenue?|navigation-?\w*|post-navigation|nav-links|tabs"
)
_HEAD = re.compile(
    r"((?!entry|post|article|card|content|section|story|title|block)[a-z0-9]+[-_]+)?header([-_]?(bar|inner|top|wrap|main))?"
)
_NOT_ZONE = re.compile(r"(has|no|with|without|is|hide|show|js|wp|page-template|single|t|col|u)-[\w-]+")
_BOXES = frozenset({"div", "section", "footer", "ul", "table"})
_PLAIN = frozenset({"html", "body", "main", "article", "h1", "title"})


def opened_by(tag: str, attributes: Mapping[str, str | None], *, in_main: bool, in_article: bool) -> str | None:
    """The zone that this element opens, or None when it says nothing.

    `in_main` and `in_article` tell whether the element stands inside of <main> or <article>: a header or footer there
    belongs to the text, not to the site.
    """
    if tag in _PLAIN:
        return None
    words = _words(attributes)
    role = (attributes.get("role") or "").lower()
    if any(_COMMENT.fullmatch(w) for w in words) or _says_comment(attributes):
        return COMMENT
    if _is_footer(tag, role, words, in_main=in_main, in_article=in_article):
        return FOOTER
    if tag == "nav" or role in ("navigation", "menubar", "menu") or any(_NAV.fullmatch(w) for w in words):
        return NAV
    if role in ("complementary",) or any(_SIDEBAR.fullmatch(w) for w in words) or (tag == "aside" and not in_article):
        return SIDEBAR
    if (tag == "header" or role == "banner") and not (in_main or in_article):
        return NAV
    if not (in_main or in_article) and any(_HEAD.fullmatch(w) for w in words):
        return NAV
    return None


def is_article(attributes: Mapping[str, str | None]) -> bool:
    """Microdata of an article: its own foot is no foot of the site."""
    return (attributes.get("itemtype") or "").rstrip("/").endswith(("/Article", "/NewsArticle", "/BlogPosting"))


def nested(outer: str, opened: str | None) -> str:
    """The zone inside of `outer` after an element opened `opened`: comments and footers swallow what is in them."""
    if opened is None or outer in (COMMENT, FOOTER):
        return COMMENT if opened == COMMENT and outer == FOOTER else outer
    if outer == NAV and opened == SIDEBAR:
        return NAV
    return opened


def _says_comment(attributes: Mapping[str, str | None]) -> bool:
    """Microdata: replies of forums and remarks below articles are both schema.org comments."""
    kind = (attributes.get("itemtype") or "").lower().rstrip("/")
    return "comment" in (attributes.get("itemprop") or "").lower().split() or kind.endswith(
        ("/comment", "/usercomments")
    )


def _is_footer(tag: str, role: str, words: list[str], *, in_main: bool, in_article: bool) -> bool:
    if any(_NOT_FOOTER.fullmatch(w) for w in words):
        return False
    if any(w in ("credit", "credits") for w in words) and tag in _BOXES:  # a line of credit is a byline
        return not in_article
    if role == "contentinfo" or any(_FOOTER.fullmatch(w) for w in words):
        return not in_article or role == "contentinfo"
    return tag == "footer" and not in_article


def _words(attributes: Mapping[str, str | None]) -> list[str]:
    both = f"{attributes.get('id') or ''} {attributes.get('class') or ''}".lower().split()
    words = [w.replace("__", "-").strip("-_") for w in both if len(w) <= 60]
    return [w for w in words if not _NOT_ZONE.fullmatch(w)]
