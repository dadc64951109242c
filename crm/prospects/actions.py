"""The next step of a prospect: exactly one, with the reason in words.

The order of the questions is the order of the guides: is it worth anything, could an outsider get such a link, do we
have a page that deserves it, and then which way fits the kind of link.
"""

import re
from dataclasses import dataclass
from datetime import date

from crm.vocabulary import Action, Angle, LinkType, Realism

STALE_YEARS = 2  # a page that names no later year than this many ago is called stale
STALE_DAYS = 540  # 18 months without a change
LOW_RELEVANCE = 20.0  # below it no authority makes a prospect
THIN_FIT = 0.25  # topic fit of our best page below which a better page has to be made first; as relevance.FITS
_YEAR = re.compile(r"(?<!\d)(20[0-3]\d)(?!\d)")
ANGLES = {
    LinkType.RESOURCE_PAGE: Angle.RESOURCE_PAGE,
    LinkType.EDITORIAL_MENTION: Angle.EDITORIAL,
    LinkType.LIST_POST: Angle.LIST_POST,
    LinkType.GUEST_CONTRIBUTION: Angle.GUEST_POST,
    LinkType.BROKEN_LINK: Angle.BROKEN_LINK,
    LinkType.PARTNERSHIP: Angle.PARTNERSHIP,
    LinkType.DIGITAL_PR: Angle.PR,
    LinkType.UNLINKED_MENTION: Angle.UNLINKED_MENTION,
    LinkType.LOCAL_CITATION: Angle.RESOURCE_PAGE,
}
# A real relation may be built; these other ties cannot be copied.
OPEN_TIES = frozenset({Realism.REALISTIC, Realism.PARTNER})
# Links that do not need a page of ours to fit a topic.
WITHOUT_FIT = frozenset({LinkType.UNLINKED_MENTION, LinkType.LOCAL_CITATION, LinkType.DIGITAL_PR, LinkType.PARTNERSHIP})


@dataclass(frozen=True, slots=True)
class Situation:
    """What decides the next step. `relevance` 0-100; `topic_fit` 0-1 of our best page, None when not known;
    `has_page` False when the project has no page that may be pitched; `stale` is a sentence or empty."""

    link_type: LinkType | None
    realism: Realism = Realism.REALISTIC
    relevance: float = 50.0
    topic_fit: float | None = None
    has_page: bool = True
    page_is_home: bool = False
    stale: str = ""
    noise: str = ""
    harm: str = ""
    suppressed: bool = False


@dataclass(frozen=True, slots=True)
class NextStep:
    """One action, why, and the angle of a pitch where the action is one."""

    action: Action
    why: str
    angle: Angle | None = None


def next_step(at: Situation) -> NextStep:
    """The next action of a prospect. Never fails; an unknown type is pitched as an editorial mention."""
    closed = _closed(at)
    if closed:
        return closed
    kind = at.link_type or LinkType.EDITORIAL_MENTION
    angle = ANGLES[kind]
    if not at.has_page:
        return NextStep(Action.CREATE_PAGE, "no page of yours may be pitched yet", angle)
    if kind not in WITHOUT_FIT and not at.page_is_home and at.topic_fit is not None and at.topic_fit < THIN_FIT:
        return NextStep(Action.CREATE_PAGE, "none of your pages is about what this page links to", angle)
    return _way(kind, at, angle)


def stale(title: str, url: str, today: date, *, changed: date | None = None, dead_links: int = 0) -> str:
    """A sentence when a linking page looks left behind, else empty.

    Signs: the latest year that its title or address names, the day it was last changed, links on it that are dead.
    """
    years = [int(y) for y in _YEAR.findall(f"{title} {url}") if int(y) <= today.year + 1]
    if changed is not None:
        days = (today - changed).days
        if days > STALE_DAYS:
            return f"not changed since {changed:%B %Y}"
    elif years and max(years) <= today.year - STALE_YEARS:
        return f"the page still speaks of {max(years)}"
    if dead_links >= 2:
        return f"{dead_links} of its links are dead"
    return ""


def _closed(at: Situation) -> NextStep | None:
    """Prospects that will not be pitched."""
    if at.suppressed:
        return NextStep(Action.ARCHIVE, "on your do-not-contact list")
    if at.harm:
        return NextStep(Action.ARCHIVE, f"a link from here may harm: {at.harm}")
    if at.noise:
        return NextStep(Action.ARCHIVE, at.noise)
    if at.realism not in OPEN_TIES:
        return NextStep(Action.INFORMATIONAL, f"{TIES[at.realism]}: an outsider cannot copy this link")
    if at.relevance < LOW_RELEVANCE:
        return NextStep(Action.ARCHIVE, f"off topic: relevance {at.relevance:.0f} is below {LOW_RELEVANCE:.0f}")
    return None


def _way(kind: LinkType, at: Situation, angle: Angle) -> NextStep:
    if kind == LinkType.BROKEN_LINK:
        return NextStep(Action.REPLACE_BROKEN, "its link to your competitor is dead, yours can take the place", angle)
    if kind == LinkType.DIGITAL_PR:
        return NextStep(Action.MEDIA_LIST, "a publisher: keep it for data, comments and news", angle)
    if kind == LinkType.GUEST_CONTRIBUTION:
        return NextStep(Action.GUEST, "it publishes contributions from outside", angle)
    if at.stale and kind in (LinkType.RESOURCE_PAGE, LinkType.LIST_POST, LinkType.EDITORIAL_MENTION):
        return NextStep(Action.OFFER_UPDATE, f"{at.stale}: offer an update", angle)
    return NextStep(Action.PITCH, WHY_PITCH[kind], angle)


TIES = {
    Realism.FOUNDER: "the site belongs to the same people",
    Realism.SPONSOR: "a sponsor's link",
    Realism.CUSTOMER: "a customer's or supplier's link",
    Realism.PARTNER: "a partner's link",
    Realism.INVESTOR: "an investor's link",
    Realism.LOCAL: "a link among neighbours",
    Realism.AFFILIATE: "an affiliate's link",
    Realism.WIDGET: "a widget or badge set it",
    Realism.FOOTER: "it stands in the footer of every page",
}
WHY_PITCH = {
    LinkType.RESOURCE_PAGE: "a list of resources where your page belongs",
    LinkType.EDITORIAL_MENTION: "an article that could name your page as well",
    LinkType.LIST_POST: "a list that could take one entry more",
    LinkType.PARTNERSHIP: "it links to partners: worth asking if you have a real relation",
    LinkType.UNLINKED_MENTION: "it names you already and only lacks the link",
    LinkType.LOCAL_CITATION: "a listing that wants to be complete",
}
