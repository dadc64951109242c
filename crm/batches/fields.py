"""The names a pitch may use, and how each is filled from what is known. Pure.

Every field but `opening_line` has exactly one way to be computed; a word written by a person (for one recipient or for
the whole batch) stands above it. `opening_line` is proposed by openings.py.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

MAX_VALUE = 500
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ue000-\uf8ff\ufeff]+")
_SEPARATORS = (" | ", " – ", " — ", " · ", " :: ", " » ", " - ")
_EMPTY_ANCHORS = {"here", "click here", "link", "website", "read more", "source", "this", "more", "visit", "homepage"}


@dataclass(frozen=True)
class Field:
    """One name for templates: what it holds, an example, and whether it shows that we know the recipient's page."""

    name: str
    words: str
    example: str
    personal: bool = False


_ALL = (
    Field("greeting", "“Hi Ines”, or “Hello” when the name is unknown", "Hi Ines"),
    Field("first_name", "First name of the contact; may be empty", "Ines"),
    Field("full_name", "Whole name of the contact; may be empty", "Ines Vidal"),
    Field("role", "Role of the contact, as found; may be empty", "editor"),
    Field("site", "The recipient's site", "freelancestack.example"),
    Field(
        "opening_line",
        "The personal first line, proposed from the linking page",
        "On “The invoicing kit” the link “rate worksheet” takes readers to rival.example.",
        True,
    ),
    Field("page_title", "Title of the linking page", "Invoicing and hours, the complete kit", True),
    Field(
        "page_short",
        "The same title in at most 40 characters, for subjects",
        "Invoicing and hours, the complete kit",
        True,
    ),
    Field("page_url", "Address of the linking page", "https://freelancestack.example/kit", True),
    Field("anchor", "Words of the link to the competitor", "free hourly rate worksheet", True),
    Field("link_context", "The words around that link; may be empty", "Before you quote a fixed price", True),
    Field("heading", "The heading above that link; empty until the page was read", "Before you quote", True),
    Field("audience", "For whom their page is written; may be empty", "the self-employed and small firms", True),
    Field("placement", "Where our link would go", "next to “free hourly rate worksheet”", True),
    Field("competitor_site", "The competitor that is linked", "rival.example", True),
    Field("competitor_page", "The competitor's linked page, without https://", "rival.example/rate-sheet", True),
    Field("dead_since", "Day since which a broken link fails; may be empty", "3 November 2026", True),
    Field("target_url", "Address of our page", "https://tidyclock.example/rate-worksheet"),
    Field("target_title", "Title of our page", "Hourly rate worksheet"),
    Field(
        "our_passage",
        "The passage of our page that answers theirs; may be empty",
        "An hourly rate must pay for holidays as well.",
    ),
    Field("topic", "Topic of our page", "hourly rates for freelancers"),
    Field("what_it_adds", "What our page adds for their readers, one sentence", "It also counts holidays."),
    Field("finding", "A figure from our page, for the press; may be empty", "41% of invoices were paid late."),
    Field("post_idea", "A title for a guest post", "Fixed prices: a worked example"),
    Field("brand", "Our name", "Tidyclock"),
    Field("own_site", "Our site", "tidyclock.example"),
    Field("sender_name", "Who signs", "Mara Lindt"),
)
FIELDS: Mapping[str, Field] = {f.name: f for f in _ALL}
MAY_BE_EMPTY = frozenset(
    "first_name full_name role link_context heading audience our_passage dead_since finding".split()
)
FOR_THE_BATCH = ("what_it_adds", "finding", "post_idea")


@dataclass(frozen=True)
class Facts:
    """What is known of one recipient, the linking page, our page and the sender; empty text means unknown."""

    first_name: str = ""
    full_name: str = ""
    role: str = ""
    site: str = ""
    page_url: str = ""
    page_title: str = ""
    anchor: str = ""
    ctx_before: str = ""
    ctx_after: str = ""
    competitor_url: str = ""
    dead_since: str = ""
    target_url: str = ""
    target_title: str = ""
    target_kind: str = "guide"
    target_text: str = ""
    our_passage: str = ""
    heading: str = ""
    audience: str = ""
    topic: str = ""
    keywords: tuple[str, ...] = ()
    brand: str = ""
    own_site: str = ""
    sender_name: str = ""


def clean(text: object) -> str:
    """One line of at most 500 characters without control, direction and private-use characters."""
    return " ".join(_CONTROL.sub(" ", str(text or "")).split())[:MAX_VALUE]


def values(facts: Facts, *written: Mapping[str, object]) -> dict[str, str]:
    """Every field for one recipient. Earlier mappings of `written` win; blank or unknown names in them are ignored."""
    made = _computed(facts)
    for words in reversed(written):
        made.update({name: clean(text) for name, text in words.items() if name in FIELDS and clean(text)})
    return made


def _computed(facts: Facts) -> dict[str, str]:
    return {
        "greeting": f"Hi {clean(facts.first_name)}" if clean(facts.first_name) else "Hello",
        "first_name": clean(facts.first_name),
        "full_name": clean(facts.full_name),
        "role": clean(facts.role),
        "site": clean(facts.site),
        "opening_line": "",
        "page_title": page_title(facts),
        "page_short": _shorten(page_title(facts), 40),
        "page_url": _url(facts.page_url),
        "anchor": anchor(facts) or competitor_site(facts),
        "link_context": link_context(facts),
        "heading": clean(facts.heading),
        "audience": clean(facts.audience),
        "placement": placement(facts),
        "competitor_site": competitor_site(facts),
        "competitor_page": competitor_page(facts),
        "dead_since": clean(facts.dead_since),
        "target_url": _url(facts.target_url),
        "target_title": clean(facts.target_title) or clean(facts.topic).capitalize(),
        "our_passage": clean(facts.our_passage),
        "topic": clean(facts.topic),
        "what_it_adds": what_it_adds(facts),
        "finding": finding(facts),
        "post_idea": post_idea(facts),
        "brand": clean(facts.brand),
        "own_site": clean(facts.own_site),
        "sender_name": clean(facts.sender_name),
    }


def page_title(facts: Facts) -> str:
    """The page's own title without the site's name at its end; words of the address when there is none."""
    title = clean(facts.page_title).replace("“", "'").replace("”", "'").replace('"', "'")
    label = _letters(facts.site.rsplit(".", 1)[0])
    for separator in _SEPARATORS:
        head, _, tail = title.rpartition(separator)
        name = _letters(tail)
        if head and _same_name(name, label):
            title = head
    return _shorten(title, 90) or _path_words(facts.page_url)


def anchor(facts: Facts) -> str:
    """The words of the link; empty when they say nothing (a bare address, “here”)."""
    words = clean(facts.anchor).replace("“", "'").replace("”", "'").strip(" .,:;→»>")
    if words.lower() in _EMPTY_ANCHORS or words.startswith(("http://", "https://", "www.")):
        return ""
    return _shorten(words, 80)


def link_context(facts: Facts) -> str:
    """The part of the sentence around the link, at most 6 words before and 4 after; empty when fewer than
    four words stand beside it."""
    before = re.split(r"(?<=[.!?])\s+", clean(facts.ctx_before))[-1].split()
    after = re.split(r"(?<=[.!?])\s+", clean(facts.ctx_after))[0].split()
    if len(before) + len(after) < 4:
        return ""
    before = before if len(before) <= 6 else ["…", *before[-6:]]
    after = after if len(after) <= 4 else [*after[:4], "…"]
    middle = clean(facts.anchor)
    gap = "" if after and after[0][:1] in ".,;:!?)" else " "
    text = " ".join([*before, middle]).strip() + gap + " ".join(after)
    return text.strip(" .,;:-–").replace("“", "'").replace("”", "'").replace('"', "'")


def placement(facts: Facts) -> str:
    """Where on the page our link belongs, in words that follow “it would fit”."""
    words = anchor(facts)
    if words:
        return f"next to “{words}”"
    site = competitor_site(facts)
    return f"next to your link to {site}" if site else ""


def competitor_site(facts: Facts) -> str:
    """Host of the linked competitor page without www."""
    return (urlsplit(clean(facts.competitor_url)).hostname or "").removeprefix("www.")


def competitor_page(facts: Facts) -> str:
    """The competitor's page as people read addresses: no scheme, no query, no slash at the end."""
    parts = urlsplit(clean(facts.competitor_url))
    return _shorten((competitor_site(facts) + parts.path).rstrip("/"), 90) if parts.hostname else ""


def what_it_adds(facts: Facts) -> str:
    """One sentence from the topic and those keywords that our page really contains; empty when no topic is known."""
    topic = clean(facts.topic)
    if not topic:
        return ""
    has = [k for k in map(clean, facts.keywords) if _adds_to(k, topic) and _stands_in(k, facts.target_text)]
    including = f", including {_listed(has[:2])}" if has else ""
    lead = {
        "asset": f"It covers {topic}",
        "comparison": f"It is a side-by-side comparison for {topic}",
        "product": f"It shows what {topic} looks like in use",
        "homepage": f"{clean(facts.brand) or 'The site'} is about {topic}",
    }
    return f"{lead.get(facts.target_kind, f'It is a guide to {topic}')}{including}."


def finding(facts: Facts) -> str:
    """The first sentence of our page that holds a percentage or a count of something; empty when there is none."""
    for sentence in re.split(r"(?<=[.!?])\s+", facts.target_text[:20_000]):
        words = clean(sentence)
        if 30 <= len(words) <= 220 and re.search(r"\d+ ?%|\d+ (?:in|of|out of) \d+|\b\d{2,3}(?:,\d{3})+ \w+", words):
            return words
    return ""


def post_idea(facts: Facts) -> str:
    """A working title from a keyword that the linking page's title does not hold yet."""
    title = page_title(facts).lower()
    for words in (*map(clean, facts.keywords), clean(facts.topic)):
        if words and words.lower() not in title:
            return f"{words[:1].upper()}{words[1:]}: a worked example"
    return ""


def _adds_to(keyword: str, topic: str) -> bool:
    return bool(keyword) and keyword.lower() not in topic.lower() and topic.lower() not in keyword.lower()


def _stands_in(keyword: str, text: str) -> bool:
    return not text.strip() or keyword.lower() in text.lower()


def _listed(words: list[str]) -> str:
    return " and ".join(words)


def _url(address: str) -> str:
    """An address is whole or absent: half of one would be a wrong link."""
    text = str(address or "").strip()
    return text if len(text) <= MAX_VALUE and clean(text) == text and " " not in text else ""


def _same_name(a: str, b: str) -> bool:
    """Whether one name is the other, or the better part of it (“The Paper Kite” and “paperkite”)."""
    short, long = sorted((a, b), key=len)
    return len(short) >= 3 and short in long and 2 * len(short) >= len(long)


def _letters(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())


def _path_words(url: str) -> str:
    parts = [p for p in urlsplit(url).path.split("/") if p]
    if not parts:
        return "your home page" if urlsplit(url).hostname else ""
    name = re.sub(r"\.\w{2,5}$", "", unquote(parts[-1]))
    words = clean(re.sub(r"[-_+]+", " ", name))
    return words[:1].upper() + words[1:90] if re.search(r"[^\W\d]{3}", words) else ""


def _shorten(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:-–|") + "…"
