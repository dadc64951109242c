"""Characters: what somebody does about a mail, and when. Pure; everything follows from the seed and the mail.

The rates are hidden from the product and differ from the guesses it ships with: it has to find them out.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from crm.practice.cast import LINK_TYPE_OF, OWN, Kind, Person, Site, World
from crm.practice.dice import dice, slug, weighted
from crm.practice.hearing import Heard
from crm.practice.ledger import Reaction
from crm.practice.topics import NEAR
from crm.vocabulary import Angle, LinkType

INTEREST: dict[LinkType, float] = {
    LinkType.RESOURCE_PAGE: 0.30, LinkType.LIST_POST: 0.07, LinkType.EDITORIAL_MENTION: 0.13,
    LinkType.GUEST_CONTRIBUTION: 0.30, LinkType.BROKEN_LINK: 0.42, LinkType.PARTNERSHIP: 0.20,
    LinkType.DIGITAL_PR: 0.03, LinkType.UNLINKED_MENTION: 0.55, LinkType.LOCAL_CITATION: 0.34,
}  # fmt: skip
KEEPS_WORD = 0.66  # of those who say yes, how many put the link up
RIGHT: dict[Kind, dict[Angle, float]] = {
    Kind.RESOURCE: {Angle.RESOURCE_PAGE: 1.0, Angle.LIST_POST: 0.7, Angle.EDITORIAL: 0.6},
    Kind.DEAD: {Angle.BROKEN_LINK: 1.0, Angle.RESOURCE_PAGE: 0.5, Angle.EDITORIAL: 0.4},
    Kind.LISTS: {Angle.LIST_POST: 1.0, Angle.RESOURCE_PAGE: 0.5, Angle.EDITORIAL: 0.6},
    Kind.BLOG: {Angle.EDITORIAL: 1.0, Angle.GUEST_POST: 0.6, Angle.RESOURCE_PAGE: 0.5, Angle.BROKEN_LINK: 0.4},
    Kind.GUEST: {Angle.GUEST_POST: 1.0, Angle.EDITORIAL: 0.4},
    Kind.PARTNER: {Angle.PARTNERSHIP: 1.0, Angle.RESOURCE_PAGE: 0.6},
    Kind.NEWS: {Angle.PR: 1.0, Angle.EDITORIAL: 0.5},
    Kind.MENTION: {Angle.UNLINKED_MENTION: 1.0, Angle.EDITORIAL: 0.5},
    Kind.LOCAL: {Angle.PARTNERSHIP: 1.0, Angle.RESOURCE_PAGE: 0.8, Angle.LIST_POST: 0.6},
    Kind.FOREIGN: {Angle.EDITORIAL: 0.8, Angle.RESOURCE_PAGE: 0.8},
}
LOOKS_LIKE = {Kind.DEAD: LinkType.RESOURCE_PAGE}
NO: tuple[tuple[str, float], ...] = (
    ("silent", 60.0), ("no_fit", 13.0), ("not_now", 5.0), ("question", 4.0), ("optout", 3.0), ("asks_swap", 2.0),
    ("wrong_person", 2.5), ("forwards", 2.0), ("needs_asset", 2.0), ("hostile", 1.0), ("complaint", 0.4),
)  # fmt: skip
PAYS = {Kind.GUEST: 22.0, Kind.LISTS: 24.0, Kind.COUPON: 60.0, Kind.NEWS: 4.0}
STOPS = frozenset(
    "interested placed live wants_guest_post no_fit not_now question optout asks_swap asks_payment wrong_person "
    "forwards needs_asset hostile complaint dead".split()
)


@dataclass(frozen=True)
class Reader:
    """A person at their site, in one world."""

    world: World
    person: Person
    site: Site

    def dice(self, *keys: object) -> Random:
        """This person's own luck."""
        return dice(self.world.seed, self.person.address, *keys)


def chance_of_interest(reader: Reader, heard: Heard) -> float:
    """How likely a yes is, 0 to 1: from the kind of site, the fit of angle and topic, and the care in the mail."""
    site, person = reader.site, reader.person
    link_type = LINK_TYPE_OF.get(site.kind)
    if link_type is None or refuses(reader):
        return 0.0
    chance = INTEREST[link_type] * dice(reader.world.seed, "mood", link_type).uniform(0.75, 1.3)
    right = RIGHT.get(site.kind, {})
    chance *= max((right.get(angle, 0.3) for angle in heard.angles), default=0.35)
    chance *= 1.0 if heard.page else 0.28
    chance *= _topical(site.topic, heard.topic)
    chance *= 1.12 if person.personal else 0.72
    chance *= 1.08 if heard.greets or not person.personal else 0.9
    chance *= 0.65 if heard.n_words > 230 or heard.n_words < 25 else 1.0
    chance *= 0.4 if site.language != "en" else 1.0
    rivals = {link.target.split("/")[2] for page in site.pages for link in page.links} - {OWN}
    chance *= 0.8 + 0.13 * len(rivals)
    return min(0.9, chance * math.exp(-(site.dr - 40) / 20 * 0.12))


def refuses(reader: Reader) -> bool:
    """Whether this world grants no link of the type that this site looks like (a page of links with a dead one looks
    like any other page of links)."""
    refused, kind = reader.world.refused, reader.site.kind
    return refused is not None and (LINK_TYPE_OF.get(kind) == refused or LOOKS_LIKE.get(kind) == refused)


def _topical(topic: str, asked: str | None) -> float:
    if topic not in NEAR:
        return 0.12
    if asked is None:
        return 0.4
    return 1.25 if topic == asked else 0.85


def react(reader: Reader, heard: Heard, earlier: list[Heard], now: datetime) -> list[Reaction]:
    """What follows from one mail that arrived at `now`; `earlier` are those of the same sequence before it."""
    trait, address = reader.person.trait, reader.person.address
    if heard.step == 0:
        return _second_thought(reader, now)
    if trait in ("dead", "full"):
        return [Reaction(now + timedelta(minutes=2), address, trait, {"step": heard.step})]
    first: list[Reaction] = []
    if trait == "ticket" and heard.step == 1:
        first.append(Reaction(now + timedelta(minutes=4), address, "ticket", {}))
    if trait in ("away", "left") and heard.step == 1:
        back = (now + timedelta(days=reader.dice("back").randint(4, 11))).date()
        first.append(Reaction(now + timedelta(minutes=6), address, trait, {"back": back.isoformat()}))
    if trait == "left":
        return first
    notices = weighted(reader.dice("attention"), ((1, 66.0), (2, 20.0), (3, 7.0), (0, 7.0)))
    if heard.step != notices:
        return first
    return first + _decide(reader, best_of([*earlier, heard]), now)


def best_of(mails: list[Heard]) -> Heard:
    """A sequence as one mail: a page named once is remembered."""
    page = next((m.page for m in mails if m.page), None)
    target = next((m.target for m in mails if m.target), None)
    topic = next((m.topic for m in mails if m.topic), None)
    angles = frozenset[Angle]().union(*(m.angles for m in mails[:1]))
    return Heard(mails[-1].step, page, target, topic, angles, mails[0].greets, mails[0].n_words)


def _decide(reader: Reader, heard: Heard, now: datetime) -> list[Reaction]:
    r = reader.dice("decision")
    at = awake(now + timedelta(hours=min(120.0, r.lognormvariate(math.log(15), 1.1))), r)
    if reader.dice("will").random() < chance_of_interest(reader, heard):
        return _yes(reader, heard, at)
    pays = PAYS.get(reader.site.kind, 1.5)
    kind = weighted(r, (*NO, ("asks_payment", pays)))
    return [] if kind == "silent" else [Reaction(at, reader.person.address, kind, {})]


def _yes(reader: Reader, heard: Heard, at: datetime) -> list[Reaction]:
    r = reader.dice("yes")
    address, site = reader.person.address, reader.site
    wants_text = site.kind is Kind.GUEST or (site.kind is Kind.BLOG and Angle.GUEST_POST in heard.angles)
    word = "wants_guest_post" if wants_text else "interested"
    if r.random() > KEEPS_WORD:
        return [Reaction(at, address, word, {})]
    place = {"path": _where(reader, heard, wants_text), "target": heard.target or f"https://{OWN}/"}
    if not wants_text and r.random() < 0.3:
        return [Reaction(at, address, "place", place), Reaction(at + timedelta(minutes=9), address, "placed", place)]
    later = awake(at + timedelta(days=min(16.0, r.lognormvariate(math.log(4), 0.7))), r)
    plan = [Reaction(at, address, word, {}), Reaction(later, address, "place", place)]
    if wants_text or r.random() < 0.6:
        plan.append(Reaction(later + timedelta(hours=r.randint(1, 5)), address, "live", place))
    return plan


def _where(reader: Reader, heard: Heard, wants_text: bool) -> str:
    if wants_text:
        return f"/guest/{slug(heard.topic or 'hours')}-and-money-{reader.dice('page').randint(10, 99)}/"
    linking = [page.path for page in reader.site.linking_pages]
    return heard.page if heard.page in linking else (linking[0] if linking else "/")


def _second_thought(reader: Reader, now: datetime) -> list[Reaction]:
    """An answer written by hand: some who hesitated now do it."""
    r = reader.dice("second thought")
    if LINK_TYPE_OF.get(reader.site.kind) is None or refuses(reader) or r.random() > 0.4:
        return []
    at = awake(now + timedelta(hours=r.uniform(20, 90)), r)
    place = {
        "path": _where(reader, Heard(0, None, None, None, frozenset(), False, 0), False),
        "target": f"https://{OWN}/",
    }
    address = reader.person.address
    return [Reaction(at, address, "place", place), Reaction(at + timedelta(minutes=20), address, "placed", place)]


def awake(moment: datetime, r: Random) -> datetime:
    """The same moment, or the next one at which people write mail (07 to 20 UTC, seldom at weekends)."""
    if moment.hour < 7:
        moment = moment.replace(hour=7, minute=r.randint(5, 55))
    if moment.hour >= 20:
        moment = (moment + timedelta(days=1)).replace(hour=7, minute=r.randint(5, 55))
    if moment.weekday() >= 5 and r.random() < 0.75:
        moment += timedelta(days=7 - moment.weekday())
    return moment.replace(microsecond=0)
