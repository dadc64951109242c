"""Verbs of the watch over placed links: claim what is due, keep a check with its proof, act on what changed."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from crm import clock, domains
from crm.adapters import blobs
from crm.fetched import Fetched
from crm.journal import SYSTEM, Actor, record
from crm.models.accounts import Project
from crm.models.batches import Enrollment
from crm.models.gap import LinkingPage
from crm.models.outcomes import Placement, PlacementCheck
from crm.models.prospects import Prospect
from crm.outcomes import monitor
from crm.outcomes.evidence import LinkEvidence
from crm.outcomes.monitor import Change, Verdict, Watched
from crm.outcomes.service import mark, remind, watch
from crm.prospects import service as prospects
from crm.prospects import stages
from crm.vocabulary import Channel, OutcomeKind, PlacementState, Stage

HELD_FOR = timedelta(hours=1)
PITCHED = (Stage.CONTACTED.value, Stage.REPLIED.value, Stage.INTERESTED.value)
KEPT_HEADERS = ("content-type", "date", "last-modified", "x-robots-tag", "link", "server", "etag")


def claim_due(s: Session, limit: int) -> list[int]:
    """Ids of placements whose check is due, put off by an hour so that no other worker takes them meanwhile."""
    now = clock.now()
    due = select(Placement.id, Placement.next_check_at).where(Placement.next_check_at <= now)
    claimed = []
    for placement_id, at in s.execute(due.order_by(Placement.next_check_at, Placement.id).limit(limit)).all():
        mine = update(Placement).where(Placement.id == placement_id, Placement.next_check_at == at)
        if s.connection().execute(mine.values(next_check_at=now + HELD_FOR)).rowcount == 1:
            claimed.append(placement_id)
    return claimed


def take_reported(s: Session) -> int:
    """Watch links that an export of our own shows on sites we have pitched and nobody told us of; returns how many.

    Our own check has to see such a link before it counts, as with any other.
    """
    watched = select(Placement.id).where(
        Placement.project_id == LinkingPage.project_id, Placement.page_key == LinkingPage.source_key
    )
    query = (
        select(LinkingPage, Prospect)
        .join(
            Prospect, (Prospect.project_id == LinkingPage.project_id) & (Prospect.domain == LinkingPage.source_domain)
        )
        .where(
            LinkingPage.competitor_id.is_(None),
            LinkingPage.is_lost.is_not(True),
            LinkingPage.target_url != "",
            Prospect.stage.in_(PITCHED),
            ~watched.exists(),
        )
    )
    n = 0
    for page, prospect in s.execute(query.order_by(LinkingPage.id).limit(200)).all():
        project = s.get_one(Project, page.project_id)
        if any(domains.is_within(page.target_url, own) for own in (project.domain, *project.own_domains)):
            note = "found in an export, not reported"
            watch(
                s,
                project,
                page.source_url,
                page.target_url,
                prospect=prospect,
                enrollment=_last(s, prospect),
                note=note,
            )
            n += 1
    return n


def keep_check(
    s: Session, placement_id: int, seen: LinkEvidence, page: Fetched, *, actor: Actor = SYSTEM
) -> PlacementCheck:
    """Store one look with its proof, move the placement's state, and do what follows."""
    placement = s.scalars(select(Placement).where(Placement.id == placement_id).with_for_update()).one()
    project = s.get_one(Project, placement.project_id)
    now = clock.now()
    before = Watched(
        PlacementState(placement.state),
        placement.rel,
        placement.indexable,
        tuple(placement.failed_on or ()),
        placement.live_at is not None,
    )
    verdict = monitor.judge(before, seen, now.date())
    check = _row(s, placement, seen, page, verdict)
    placement.state, placement.failed_on = verdict.state.value, list(verdict.failed_on)
    placement.last_checked_at = now
    started = placement.live_at or placement.reported_at
    placement.next_check_at = monitor.next_check(started, now, verdict.failed_on, sure=seen.present is not None)
    if seen.present:
        placement.live_at = placement.live_at or now
        placement.lost_at = None
        placement.anchor, placement.position, placement.indexable = seen.anchor[:500], seen.position, seen.indexable
        if verdict.change in (Change.WENT_LIVE, Change.FOUND_AGAIN, Change.BACK_TO_NORMAL):
            placement.rel = seen.rel
    _act(s, project, placement, verdict, seen, actor)
    s.flush()
    return check


def _row(s: Session, placement: Placement, seen: LinkEvidence, page: Fetched, verdict: Verdict) -> PlacementCheck:
    facts = seen.to_dict()
    facts["headers"] = {k: v for k, v in page.headers.items() if k in KEPT_HEADERS}
    facts["final_url"], facts["change"], facts["bytes"] = page.final_url, verdict.change.value, len(page.body)
    check = PlacementCheck(
        placement_id=placement.id,
        at=clock.now(),
        present=seen.present,
        why=verdict.why,
        status=seen.status,
        facts=facts,
        snippet=seen.snippet,
        proof_sha256=blobs.put(page.body, page.content_type or "text/html") if page.body else None,
    )
    s.add(check)
    s.flush()
    return check


def _act(
    s: Session, project: Project, placement: Placement, verdict: Verdict, seen: LinkEvidence, actor: Actor
) -> None:
    if verdict.change == Change.NONE:
        return
    data = {"why": verdict.why, "page": placement.page_url}
    record(s, f"placement.{verdict.change.value}", placement, project=project, actor=actor, data=data)
    prospect = s.get(Prospect, placement.prospect_id) if placement.prospect_id else None
    site = domains.display(prospect.domain if prospect else domains.host(placement.page_url) or "")
    if verdict.change in (Change.WENT_LIVE, Change.FOUND_AGAIN) and prospect is not None:
        _placed(s, prospect, placement, actor)
    if verdict.change == Change.LOST:
        placement.lost_at = clock.now()
        if prospect is not None and stages.may_move(Stage(prospect.stage), Stage.LOST):
            prospects.set_stage(s, prospect, Stage.LOST, "the link is gone", actor)
        _reclaim(s, project, placement, f"{site} dropped your link ({verdict.why}): ask for it back")
    if verdict.change == Change.CHANGED:
        _reclaim(s, project, placement, f"{site} changed your link: {verdict.why}")


def _placed(s: Session, prospect: Prospect, placement: Placement, actor: Actor) -> None:
    """The link was seen by our own check: that is the win, whoever told us of it."""
    if prospect.stage == Stage.PLACED.value or placement.channel != Channel.OUTREACH.value:
        return
    enrollment = s.get(Enrollment, placement.enrollment_id) if placement.enrollment_id else _last(s, prospect)
    mark(s, prospect, OutcomeKind.PLACED, actor=actor, enrollment=enrollment, note=f"seen on {placement.page_url}")


def _last(s: Session, prospect: Prospect) -> Enrollment | None:
    query = select(Enrollment).where(Enrollment.prospect_id == prospect.id).order_by(Enrollment.id.desc()).limit(1)
    return s.scalar(query)


def _reclaim(s: Session, project: Project, placement: Placement, words: str) -> None:
    remind(s, project.id, words[:500], clock.now().date(), prospect_id=placement.prospect_id)
