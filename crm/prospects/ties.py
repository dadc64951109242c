"""Ties that an outsider cannot copy (realism) and why the linked site earned the link."""

from crm.prospects.phrases import Phrases
from crm.prospects.reading import Reading
from crm.prospects.tie_words import EARNED, REALISM
from crm.vocabulary import EarnedBecause, Realism

SITEWIDE = 100  # links of one group; more is a footer or a side column
_TIES = Phrases(REALISM)
_EARNED = Phrases(EARNED)
# Words that tell a tie only when they stand in the page's headline or right beside the link.
_ORDER = ("investor", "affiliate", "sponsor", "customer", "founder", "partner", "widget", "footer")
# Ties that the words beside the link tell, not those of the headline.
_BESIDE = frozenset({"widget", "footer", "founder", "customer", "sponsor", "partner", "affiliate"})


def realism(r: Reading) -> tuple[Realism, str]:
    """The tie and one sentence on it; REALISTIC with an empty sentence when none is seen."""
    page = r.signs
    if page.sponsored:
        return Realism.SPONSOR, "the link is marked as paid, an outsider would have to pay as well"
    head = _TIES.find(r.headline[:6], page.title) | _TIES.find(r.slug[:4])
    near = _TIES.find((*r.before[-6:], *r.anchor, *r.after[:4]), page.anchor)
    for tie in _ORDER:
        phrase = (head.get(tie) if tie not in ("widget", "footer") else None) or (
            near.get(tie) if tie in _BESIDE else None
        )
        if phrase and not (tie == "founder" and r.is_home):
            return Realism(tie), f"“{phrase}” tells of a tie ({tie}) that an outsider does not have"
    if page.sitewide or (page.links_in_group or 0) >= SITEWIDE:
        return Realism.FOOTER, "the same link stands on every page of the site"
    return Realism.REALISTIC, ""


def earned(r: Reading) -> EarnedBecause | None:
    """Why the link was given, from the linked page first, then from the words of the link; None when nothing tells."""
    page = r.signs
    target = _EARNED.find(r.target_slug)
    anchor = _EARNED.find(r.anchor, page.anchor)
    around = _EARNED.find((*r.before[-6:], *r.after[:6]), page.ctx_before + page.ctx_after)
    for found in (anchor, target, around):
        for reason in ("data", "utility", "opinion"):
            if reason in found:
                return EarnedBecause(reason)
    tie, _why = realism(r)
    if tie not in (Realism.REALISTIC, Realism.FOOTER, Realism.WIDGET):
        return EarnedBecause.RELATIONSHIP
    compact = "".join(r.anchor)
    if compact and (compact in r.brands or r.target_is_home):
        return EarnedBecause.BRAND
    return EarnedBecause.UTILITY if r.target_slug else None
