"""What the gap hands over: one referring domain with its evidence. Plain values."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from crm.prospects.classify import Assessed, Classified, assess
from crm.prospects.noise import Noise
from crm.prospects.signs import PageSigns
from crm.vocabulary import LinkType


@dataclass(frozen=True)
class FoundDomain:
    """A referring domain of the gap. `competitors` are the letters of the rivals it links to ("ACD"); `best_page_id`
    is the inner id of the linking page to show first; `noise` is given when every page of the domain is noise."""

    domain: str
    competitors: str
    links_total: int
    best_page_id: int | None = None
    pages: Sequence[PageSigns] = field(default_factory=tuple)
    dr: float | None = None
    dr_source: str = ""
    traffic: float | None = None
    nofollow: bool | None = None
    language: str = ""
    n_ext_links: int | None = None
    noise: Sequence[Noise] = field(default_factory=tuple)
    harm: str | None = None  # why a link from here may harm, by the tools' own spam scores


@dataclass(frozen=True)
class Verdict:
    """The domain as a whole: noise, or the link type of the page that tells most."""

    noise: Noise | None
    classified: Classified
    best: PageSigns | None


@dataclass(frozen=True)
class Counts:
    """What an upsert did."""

    new: int = 0
    updated: int = 0
    set_aside: int = 0
    informational: int = 0
    open: int = 0  # waiting for a person's word
    kept: int = 0  # decided by a person or in work: figures refreshed, stage untouched


def judge(found: FoundDomain, *, keep: bool = False) -> Verdict:
    """Noise only when all of its pages are; else the type of its most telling page that is not noise.

    `keep` is a person's word that the domain is no noise: its pages are then classified as if no rule had fired.
    """
    seen = [(page, _as_kept(page) if keep else assess(page)) for page in found.pages]
    clean = [(page, a) for page, a in seen if not a.noise]
    if clean:
        page, best = max(clean, key=lambda pair: _telling(pair[1]))
        given = next(iter(found.noise), None) if not keep else None
        return Verdict(given, best.classified, page)
    if seen:
        page, first = seen[0]
        return Verdict(None if keep else first.noise[0], first.classified, page)
    unknown = assess(PageSigns(f"https://{found.domain}/")).classified
    return Verdict(next(iter(found.noise), None) if not keep else None, unknown, None)


def _telling(a: Assessed) -> tuple[bool, float]:
    """Special types beat the plain editorial mention: they say how such a link is got."""
    special = a.classified.link_type not in (None, LinkType.EDITORIAL_MENTION)
    return special, a.classified.confidence


def _as_kept(page: PageSigns) -> Assessed:
    return assess(page, believe_noise=False)
