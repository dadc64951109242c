"""The first line of a mail, proposed from what the linking page shows. Pure.

A proposal only says what the evidence says: which page, which link, which words around it. It never claims that the
page was enjoyed. A person reads it at review and may write a better one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from crm.batches.fields import Facts, anchor, clean, competitor_page, competitor_site, link_context, page_title
from crm.vocabulary import Angle


@dataclass(frozen=True)
class Opening:
    """The words, and which evidence on the linking page they rest on. Empty: nothing to say."""

    text: str
    evidence: str = ""


@dataclass(frozen=True)
class _Frames:
    """Sentences for three strengths of evidence: words around the link, the link's own words, the title alone."""

    context: tuple[str, ...]
    anchor: tuple[str, ...]
    title: tuple[str, ...]


_GENERAL = _Frames(
    (
        "On “{title}” the passage “{context}” sends readers to {rival}.",
        "One line on “{title}” made me write: “{context}”, with a link to {rival}.",
    ),
    (
        "On “{title}” the link “{anchor}” takes readers to {rival}.",
        "“{title}” points its readers to {rival} with the words “{anchor}”.",
    ),
    ("“{title}” links to {page}.",),
)
_FRAMES: Mapping[Angle, _Frames] = {
    Angle.BROKEN_LINK: _Frames(
        ("On “{title}”, where it says “{context}”, the link to {page} is dead{since}.",),
        ("On “{title}”, the link “{anchor}” to {page} is dead{since}.",),
        ("On “{title}”, the link to {page} is dead{since}.",),
    ),
    Angle.LIST_POST: _Frames(
        ("“{title}” includes {rival} and says “{context}”.",),
        ("“{title}” includes {rival} under “{anchor}”.",),
        ("“{title}” includes {rival}.",),
    ),
    Angle.EDITORIAL: _Frames(
        ("In “{title}” you write “{context}” and cite {rival} for it.",),
        ("In “{title}” you cite {rival} at “{anchor}”.",),
        ("In “{title}” you cite {page}.",),
    ),
    Angle.GUEST_POST: _Frames(
        ("“{title}” on {site} sends readers to {rival} at “{context}”.",),
        ("“{title}” on {site} sends readers to {rival} for “{anchor}”.",),
        ("“{title}” on {site} links to {page}.",),
    ),
    Angle.PR: _Frames(
        ("Your piece “{title}” has the line “{context}”, with {rival} as the source.",),
        ("Your piece “{title}” uses {rival} as the source for “{anchor}”.",),
        ("Your piece “{title}” uses {rival} as a source.",),
    ),
    Angle.UNLINKED_MENTION: _Frames(
        ("“{title}” mentions {brand}: “{context}”.",),
        ("“{title}” mentions {brand}, near “{anchor}”.",),
        ("“{title}” mentions {brand}.",),
    ),
    Angle.PARTNERSHIP: _Frames(
        ("“{title}” names {rival} with the words “{context}”.",),
        ("“{title}” names {rival} under “{anchor}”.",),
        ("“{title}” names {rival}.",),
    ),
}


def propose(facts: Facts, angle: Angle, turn: int = 0) -> Opening:
    """The strongest sentence that the evidence allows. `turn` picks between equal sentences (use the recipient's place
    in the batch). Empty when the linking page has no title and no telling address, or nothing of a rival is known."""
    title = page_title(facts)
    known = clean(facts.brand) if angle is Angle.UNLINKED_MENTION else competitor_site(facts)
    if not title or title == "your home page" or not known:
        return Opening("")
    frames = _FRAMES.get(angle, _GENERAL)
    context, words = link_context(facts), anchor(facts)
    choice, evidence = frames.title, "title"
    if context:
        choice, evidence = frames.context, "title and words around the link"
    elif words:
        choice, evidence = frames.anchor, "title and words of the link"
    since = clean(facts.dead_since)
    text = choice[turn % len(choice)].format(
        title=title,
        context=context,
        anchor=words,
        rival=competitor_site(facts),
        page=competitor_page(facts),
        brand=clean(facts.brand),
        site=clean(facts.site),
        since=f" since {since}" if since else "",
    )
    return Opening(text[:1].upper() + text[1:], evidence)


def same_words(a: str, b: str) -> bool:
    """Two first lines that differ only in case, spaces or punctuation are one line."""
    return bool(_core(a)) and _core(a) == _core(b)


def _core(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
