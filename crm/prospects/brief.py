"""The placement brief: where our link would stand, why it belongs there, and what has to be done first. Pure.

A pitch that names the page, the sentence and the gain is answered; a general request is not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from crm.prospects.actions import LOW_RELEVANCE
from crm.prospects.audience import OFFERS
from crm.prospects.passages import Quote
from crm.vocabulary import Action, EarnedBecause, LinkType


@dataclass(frozen=True, slots=True)
class BriefInputs:
    """`topic` 0-1 between the linking page and our page, None when not known. `quote`, `passage`, `audience`, `tone`,
    `shared` and `lacking` need the page to have been read; `unfit` are the faults of our page's last health check."""

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
    quote: Quote | None = None
    passage: str = ""
    audience: str = ""
    tone: str = ""
    shared: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    unfit: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Brief:
    """Sentences for people: what to ask for, why it fits, what to change first (empty when nothing), where the link
    would stand, and whom the page speaks to. `quote` is their sentence, `passage` ours."""

    ask: str
    fits: tuple[str, ...]
    changes: tuple[str, ...]
    where: str = ""
    style: tuple[str, ...] = ()
    quote: Quote | None = None
    passage: str = ""

    @property
    def first(self) -> str:
        """What has to be done before anything else."""
        return self.changes[0] if self.changes else ""


def brief(at: BriefInputs) -> Brief:
    """Write the brief of one prospect from what is known; leaves out what is not."""
    where = f"“{at.page_title[:90]}”" if at.page_title else at.page_path or "the linking page"
    ours = at.ours_title or at.ours_path or "your page"
    changes = tuple(dict.fromkeys(_changes(at)))
    return Brief(_ask(at, where, ours), tuple(_fits(at, ours)), changes, _where(at), _style(at), at.quote, at.passage)


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
    if at.shared:
        found.append(f"Both speak of {_listed(at.shared)}.")
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


def _changes(at: BriefInputs) -> list[str]:
    if at.action == Action.CREATE_PAGE:
        return ["Make a page that deserves this link first; none of yours covers what the page links to."]
    found = list(at.unfit)
    if at.relevance < LOW_RELEVANCE:
        found.append("The site is far from your topic: leave it unless you know better.")
    elif at.lacking and not at.passage:
        words = _listed([f"“{w}”" for w in at.lacking])
        found.append(f"Their readers are sent to something about {words}; your page does not speak of that yet.")
    elif at.topic is not None and at.topic < 0.5:
        found.append("Add the part that this page's readers look for to your page before you write.")
    return found


def _where(at: BriefInputs) -> str:
    if at.quote is None:
        return ""
    parts = {"main": "the text", "sidebar": "the sidebar", "footer": "the footer", "nav": "the menu"}
    if at.quote.position == "comment":
        return "Their link stands in a visitor's comment: nobody edits that."
    place = f"In {parts.get(at.quote.position, 'the text')}"
    under = f", under “{at.quote.heading}”" if at.quote.heading else ""
    beside = "in the same sentence as" if at.quote.before or at.quote.after else "right after"
    taking = "in the place of" if at.link_type == LinkType.BROKEN_LINK else beside
    return f"{place}{under}, {taking} “{at.quote.anchor[:80]}”."


def _style(at: BriefInputs) -> tuple[str, ...]:
    found = [f"Written for {at.audience}: offer {OFFERS[at.audience]}."] if at.audience in OFFERS else []
    return tuple([*found, f"Its tone: {at.tone}."] if at.tone else found)


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else list(words))
