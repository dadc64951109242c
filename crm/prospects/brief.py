"""The placement brief: where our link would stand, why it belongs there, and what has to be done first. Pure.

A pitch that names the page, the sentence and the gain is answered; a general request is not.
"""

from dataclasses import dataclass

from crm.prospects.actions import LOW_RELEVANCE
from crm.vocabulary import Action, EarnedBecause, LinkType


@dataclass(frozen=True, slots=True)
class BriefInputs:
    """`topic` 0-1 between the linking page and our page, None when not known."""

    link_type: LinkType | None
    action: Action | None
    page_title: str = ""
    page_path: str = ""
    anchor: str = ""
    ours_title: str = ""
    ours_path: str = ""
    topic: float | None = None
    relevance: float = 0.0
    overlap: int = 0
    earned: EarnedBecause | None = None
    stale: str = ""
    n_links: int | None = None


@dataclass(frozen=True, slots=True)
class Brief:
    """Sentences for people: what to ask for, why it fits, and what to change first (empty when nothing)."""

    ask: str
    fits: tuple[str, ...]
    first: str


def brief(at: BriefInputs) -> Brief:
    """Write the brief of one prospect from what is known; leaves out what is not."""
    where = f"“{at.page_title[:90]}”" if at.page_title else at.page_path or "the linking page"
    ours = at.ours_title or at.ours_path or "your page"
    return Brief(_ask(at, where, ours), tuple(_fits(at, ours)), _first(at))


def _ask(at: BriefInputs, where: str, ours: str) -> str:
    beside = f" beside “{at.anchor[:60]}”" if at.anchor else ""
    asks = {
        LinkType.RESOURCE_PAGE: f"Offer “{ours}” for the list on {where}{beside}.",
        LinkType.LIST_POST: f"Offer “{ours}” as one entry more on {where}{beside}.",
        LinkType.BROKEN_LINK: f"Tell them that the link on {where} is dead, and offer “{ours}” in its place.",
        LinkType.GUEST_CONTRIBUTION: f"Offer the site of {where} a contribution of your own; “{ours}” shows the level.",
        LinkType.PARTNERSHIP: f"Ask to be listed on {where}, if there is a real relation to name.",
        LinkType.DIGITAL_PR: f"Keep the author of {where} on the media list for your next data or comment.",
        LinkType.UNLINKED_MENTION: f"Thank them for naming you on {where} and ask for the link.",
        LinkType.LOCAL_CITATION: f"Complete your entry on {where}.",
        LinkType.EDITORIAL_MENTION: f"Show how “{ours}” adds to the passage on {where}{beside}.",
    }
    if at.stale and at.action == Action.OFFER_UPDATE:
        return f"Offer to bring {where} up to date ({at.stale}), with “{ours}” as one of the new sources."
    return asks[at.link_type or LinkType.EDITORIAL_MENTION]


def _fits(at: BriefInputs, ours: str) -> list[str]:
    found = []
    if at.topic is not None:
        strength = "the same topic" if at.topic >= 0.8 else "a near topic" if at.topic >= 0.4 else "another topic"
        found.append(f"Page and “{ours}” are about {strength} (match {at.topic:.2f}).")
    if at.overlap >= 2:
        found.append(f"It links to {at.overlap} of your competitors, so it adds such links as a habit.")
    reasons = {
        EarnedBecause.DATA: "The competitor earned the link with figures: name yours.",
        EarnedBecause.UTILITY: "The competitor earned the link with something useful: say what yours does better.",
        EarnedBecause.OPINION: "The competitor earned the link with a view: bring your own.",
        EarnedBecause.BRAND: "The link names the competitor itself: a page of equal weight is needed.",
        EarnedBecause.RELATIONSHIP: "The link comes from a relation: without one this is hard.",
    }
    if at.earned:
        found.append(reasons[at.earned])
    if at.n_links and at.n_links > 60:
        found.append(f"The page links to {at.n_links} other sites, so each link carries less.")
    return found


def _first(at: BriefInputs) -> str:
    if at.action == Action.CREATE_PAGE:
        return "Make a page that deserves this link first; none of yours covers what the page links to."
    if at.relevance < LOW_RELEVANCE:
        return "The site is far from your topic: leave it unless you know better."
    if at.topic is not None and at.topic < 0.5:
        return "Add the part that this page's readers look for to your page before you write."
    return ""
