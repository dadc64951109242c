"""What speaks for a new look at the gap, each with the occurrence it rests on. Reads only."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm import clock
from crm.learning import queries
from crm.learning.triggers import response_drop
from crm.models.accounts import Competitor, Project
from crm.models.batches import Batch
from crm.models.events import Event
from crm.models.gap import LinkingPage, Snapshot
from crm.models.learning import RerunReason
from crm.models.targets import HealthCheck, TargetPage
from crm.vocabulary import Angle

QUARTER = timedelta(days=92)
CAMPAIGN = 5  # new sites that link to one page of a rival before it is said
# Entries of the journal that make the last gap out of date: (kinds, words, where to go).
HAPPENED = (
    (
        ("content.published",),
        "A new asset is published: its waiting prospects can be pitched.",
        "/prospects?stage=open",
    ),
    (("target.added", "target.archived"), "The target pages changed: other rivals may matter now.", "/gap/rivals"),
    (("competitor.added", "competitor.removed"), "The set of competitors changed.", "/import"),
    (("rivals.changed",), "Other sites lead the results for your keywords now.", "/gap/rivals"),
    (("learning.reset",), "The scoring was changed by hand.", "/gap"),
)


@dataclass(frozen=True)
class Reason:
    """Why the gap should be looked at again. `kind` names the reason and its occurrence: closed, it stays closed."""

    kind: str
    words: str
    url: str


def reasons(s: Session, project: Project) -> list[Reason]:
    """Everything that speaks for a new look now: answers fell, an asset is out, pages or rivals changed, age ..."""
    last = s.scalar(select(Snapshot).where(Snapshot.project_id == project.id).order_by(Snapshot.id.desc()).limit(1))
    found = []
    now = clock.now()
    drop = response_drop(queries.pitches(s, project.id), pd.Timestamp(now))
    if drop and drop.fell:
        found.append(Reason(f"answers:{now:%Y-%m}", drop.words(), "/report/conversion?by=template"))
    fit = queries.latest_fit(s, project.id)
    if fit and fit.measures.get("stepped_back"):
        found.append(
            Reason(f"stepped_back:{fit.id}", "The score stepped back to the shipped weights.", "/report/learned")
        )
    if last is None:
        return found
    if now - last.at > QUARTER:
        found.append(Reason(f"age:{last.id}", f"The last gap is {(now - last.at).days} days old.", "/import"))
    return [*found, *_rivals(s, project.id, last), *_since(s, project.id, last)]


def fired(s: Session, project_id: int) -> list[RerunReason]:
    """Reasons that are open, newest first."""
    query = select(RerunReason).where(RerunReason.project_id == project_id, RerunReason.closed_at.is_(None))
    return list(s.scalars(query.order_by(RerunReason.id.desc())))


def _rivals(s: Session, project_id: int, last: Snapshot) -> list[Reason]:
    """Rivals that grew, and pages of theirs that many new sites link to."""
    rivals = list(s.scalars(select(Competitor).where(Competitor.project_id == project_id)))
    name = {c.letter: c.domain for c in rivals}
    found = [
        Reason(
            f"spike:{last.id}:{side}",
            f"{name.get(side, side)} gained {more} referring domains: something of theirs earns links.",
            f"/gap/pages?rival={side}&sort=-first" if side in name else "/gap",
        )
        for side, more in ((last.changes or {}).get("spikes") or {}).items()
    ]
    before = s.scalar(
        select(Snapshot.at)
        .where(Snapshot.project_id == project_id, Snapshot.id < last.id, Snapshot.n_domains > 0)
        .order_by(Snapshot.id.desc())
        .limit(1)
    )
    return [*found, *_campaigns(s, project_id, last, before, {c.id: c for c in rivals})] if before else found


def _campaigns(
    s: Session, project_id: int, last: Snapshot, before: datetime, rivals: dict[int, Competitor]
) -> list[Reason]:
    sites = func.count(func.distinct(LinkingPage.source_domain))
    query = (
        select(LinkingPage.competitor_id, LinkingPage.target_url, sites)
        .where(
            LinkingPage.project_id == project_id,
            LinkingPage.competitor_id.in_(rivals),
            LinkingPage.link_type.is_not(None),
            LinkingPage.first_seen > before.date(),
        )
        .group_by(LinkingPage.competitor_id, LinkingPage.target_url)
        .having(sites >= CAMPAIGN)
    )
    found = s.execute(query.order_by(sites.desc(), LinkingPage.target_url).limit(3))
    named = [(rivals[rival_id], target, n) for rival_id, target, n in found if rival_id is not None]
    return [
        Reason(
            f"campaign:{last.id}:{target}"[:200],
            f"{n} new sites link to {target} of {rival.domain} since {before:%-d %b}: it earns attention.",
            f"/gap/pages?rival={rival.letter}&sort=-first",
        )
        for rival, target, n in named
    ]


def _since(s: Session, project_id: int, last: Snapshot) -> list[Reason]:
    """What happened after the last gap that makes it out of date."""
    query = select(Event.kind, func.max(Event.id)).where(Event.project_id == project_id, Event.at > last.at)
    newest: dict[str, int] = {kind: int(n) for kind, n in s.execute(query.group_by(Event.kind))}
    found = []
    for names, words, url in HAPPENED:
        at = max((newest[name] for name in names if name in newest), default=0)
        if at:
            found.append(Reason(f"{names[0]}:{at}", words, url))
    pr = select(func.max(Batch.id)).where(
        Batch.project_id == project_id, Batch.angle == Angle.PR.value, Batch.approved_at > last.at
    )
    if (batch := s.scalar(pr)) is not None:
        words = "A digital PR push began: the media list should be fresh."
        found.append(Reason(f"pr:{batch}", words, "/prospects/media-list"))
    mended = (
        select(func.max(HealthCheck.target_page_id))
        .join(TargetPage, TargetPage.id == HealthCheck.target_page_id)
        .where(TargetPage.project_id == project_id, HealthCheck.passed, HealthCheck.at > last.at)
        .where(HealthCheck.target_page_id.in_(select(HealthCheck.target_page_id).where(HealthCheck.passed.is_(False))))
    )
    if (page := s.scalar(mended)) is not None:
        words = "Own pages were repaired: prospects that waited for them can be pitched."
        found.append(Reason(f"mended:{last.id}:{page}", words, "/targets"))
    return found
