"""From what each side holds of a site to the site's place in the gap, with reasons. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crm.gap.analysis import OWN, SiteLinks
from crm.prospects.signs import PageSigns


@dataclass(frozen=True, slots=True)
class Place:
    """A referring domain of a snapshot; `why_not` names why it is not in the gap."""

    domain: str
    links: Mapping[str, int]  # rival's side -> links
    own_links: int
    links_total: int
    in_gap: bool
    why_not: str | None
    lost: bool
    best_page: str
    language: str
    external_links: int | None
    nofollow: bool | None
    scores: Mapping[str, float]  # dr, semrush_as, moz_da, majestic_tf, traffic

    @property
    def overlap(self) -> int:
        """Number of rivals it links to."""
        return len(self.links)


_SCORES = ("dr", "semrush_as", "moz_da", "majestic_tf", "traffic")


def place(domain: str, held: Sequence[SiteLinks], *, own: frozenset[str], rivals: frozenset[str]) -> Place:
    """Where a site stands. `own` and `rivals` are registrable domains that are never prospects.

    A lost link to us no longer counts as linking to us; a site whose every link is lost stays, marked.
    """
    ours = [h for h in held if h.side == OWN]
    theirs = [h for h in held if h.side != OWN]
    own_live = sum(h.live for h in ours)
    why_not: str | None
    if domain in own:
        why_not = "own"
    elif domain in rivals:
        why_not = "competitor"
    elif own_live:
        why_not = "already_linking"
    else:
        why_not = None if theirs else "lost_to_us"
    best = next((h for h in sorted(theirs, key=lambda h: (not h.best_page, h.side))), None)
    known = [h.all_nofollow for h in theirs if h.all_nofollow is not None]
    return Place(
        domain,
        {h.side: h.links for h in theirs},
        sum(h.links for h in ours),
        sum(h.links for h in theirs),
        why_not is None,
        why_not,
        bool(theirs) and not any(h.live for h in theirs),
        best.best_page if best else "",
        next((h.language for h in held if h.language), ""),
        min((h.external_links for h in theirs if h.external_links is not None), default=None),
        all(known) if known else None,
        {name: max(found) for name in _SCORES if (found := [v for h in held if (v := getattr(h, name)) is not None])},
    )


def signs_of(row: Mapping[str, Any], brands: tuple[str, ...], our_brands: tuple[str, ...]) -> PageSigns:
    """What the classifier may know of a page, from its record in the column files."""
    return PageSigns(
        source_url=row["source_url"],
        title=row["title"],
        anchor=row["anchor"],
        ctx_before=row["ctx_before"],
        ctx_after=row["ctx_after"],
        kind=row["kind"],
        nofollow=row["nofollow"],
        external_links=row["external_links"],
        page_type=row["page_type"],
        platform=row["platform"],
        target_url=row["target_url"],
        language=row["language"],
        brands=brands,
        our_brands=our_brands,
        ugc=row["ugc"],
        sponsored=row["sponsored"],
        sitewide=row["sitewide"],
        is_spam=row["is_spam"],
        is_lost=row["is_lost"],
        source_http=row["source_http"],
        target_http=row["target_http"],
        links_in_group=row["links_in_group"],
        internal_links=row["internal_links"],
        page_category=row["page_category"],
        author=row["author"],
    )
