"""Suggested groups, the list of batches, and a running batch in figures. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from crm import clock
from crm.batches.queries import COMPOSING, LIVE
from crm.batches.suggest import SIZE, Candidate, Group, Pick, Picked, best, groups
from crm.learning.batching import pick as pick_nine_in_ten
from crm.learning.model import Fitted
from crm.models.accounts import Competitor, Project
from crm.models.batches import Batch, Enrollment
from crm.models.contacts import Contact, PersonAddress, Suppression
from crm.models.gap import LinkingPage
from crm.models.learning import LearnedFit
from crm.models.mail import InboundMessage, Message
from crm.models.outcomes import Placement
from crm.models.prospects import Prospect
from crm.models.targets import TargetPage
from crm.vocabulary import (
    Action,
    Angle,
    ContactKind,
    LinkType,
    MailKind,
    PlacementState,
    Realism,
    Stage,
)

CONSIDERED = 3000  # the best by rank; nobody composes batches from the tail of a list of 50,000
_NO_PITCH = (Action.CREATE_PAGE.value, Action.INFORMATIONAL.value, Action.ARCHIVE.value)
_UNUSABLE = (ContactKind.GUESSED.value, ContactKind.UNKNOWN.value)


@dataclass(frozen=True)
class Counted:
    """A batch in a list, with what has become of it."""

    batch: Batch
    people: int
    held: int
    sent: int
    replies: int
    placed: int


def suggest(s: Session, project: Project, size: int = SIZE) -> list[Group]:
    """The batches worth making now, best first. After 50 pitches one place in ten goes to exploring."""
    fit = s.scalar(
        select(LearnedFit)
        .where(LearnedFit.project_id == project.id, LearnedFit.active.is_(True))
        .order_by(LearnedFit.id.desc())
        .limit(1)
    )
    rows = {c.id: (c, traits) for c, traits in _candidates(s, project)}
    learned = _picker(fit, {key: traits for key, (_, traits) in rows.items()}) if fit else best
    return groups([c for c, _ in rows.values()], size=size, pick=learned)


def find_group(s: Session, project: Project, key: str, size: int = SIZE) -> Group | None:
    """The suggestion of this name, as it stands now."""
    return next((g for g in suggest(s, project, size) if g.key == key), None)


def group_like(s: Session, project: Project, batch: Batch) -> Group | None:
    """The suggestion that fits a batch's angle and link type."""
    fits = (g for g in suggest(s, project) if g.angle == batch.angle and batch.link_type in (None, g.link_type))
    return next(fits, None)


def prospects_of(s: Session, project: Project, public_ids: Sequence[str]) -> list[Prospect]:
    """These prospects of the project, best first; ids of others are ignored."""
    query = select(Prospect).where(Prospect.project_id == project.id, Prospect.public_id.in_(public_ids))
    return list(s.scalars(query.order_by(Prospect.rank_value.desc(), Prospect.id)))


def mailable(s: Session, prospects: Sequence[Prospect]) -> set[int]:
    """Which of these prospects have a contact that may be written to, by inner id."""
    query = (
        select(Contact.prospect_id)
        .join(PersonAddress, PersonAddress.id == Contact.address_id)
        .where(
            Contact.prospect_id.in_([p.id for p in prospects]),
            Contact.retired_at.is_(None),
            Contact.kind.not_in(_UNUSABLE),
            PersonAddress.stale_at.is_(None),
        )
    )
    return set(s.scalars(query))


def batches(s: Session, project: Project) -> list[Counted]:
    """Every batch of the project, the newest first."""
    rows = list(s.scalars(select(Batch).where(Batch.project_id == project.id).order_by(Batch.id.desc())))
    ids = [b.id for b in rows]
    people = _tally(s, select(Enrollment.batch_id, func.count()).where(Enrollment.batch_id.in_(ids)))
    held = _tally(
        s, select(Enrollment.batch_id, func.count()).where(Enrollment.batch_id.in_(ids), Enrollment.state == "held")
    )
    sent = _tally(s, _per_batch(Message.enrollment_id, ids).where(Message.state == "sent", Message.step_no == 1))
    replies = _tally(
        s, _per_batch(InboundMessage.enrollment_id, ids).where(InboundMessage.kind == MailKind.REPLY.value)
    )
    live = Placement.state.in_((PlacementState.LIVE.value, PlacementState.CHANGED.value))
    placed = _tally(s, _per_batch(Placement.enrollment_id, ids).where(live))
    return [
        Counted(b, people.get(b.id, 0), held.get(b.id, 0), sent.get(b.id, 0), replies.get(b.id, 0), placed.get(b.id, 0))
        for b in rows
    ]


def _candidates(s: Session, project: Project) -> list[tuple[Candidate, dict[str, object]]]:
    best_rank = (
        select(Contact.prospect_id, func.min(Contact.id).label("contact_id"))
        .join(PersonAddress, PersonAddress.id == Contact.address_id)
        .where(
            Contact.retired_at.is_(None),
            Contact.kind.not_in(_UNUSABLE),
            PersonAddress.stale_at.is_(None),
            ~_suppressed(project),
        )
        .group_by(Contact.prospect_id)
        .subquery()
    )
    busy = select(Enrollment.prospect_id).where(Enrollment.state.in_((*COMPOSING, *LIVE)))
    query = (
        select(Prospect, TargetPage, Contact.person_id, Contact.kind, Competitor.domain)
        .outerjoin(TargetPage, TargetPage.id == Prospect.target_page_id)
        .outerjoin(LinkingPage, LinkingPage.id == Prospect.best_page_id)
        .outerjoin(Competitor, Competitor.id == LinkingPage.competitor_id)
        .outerjoin(best_rank, best_rank.c.prospect_id == Prospect.id)
        .outerjoin(Contact, Contact.id == best_rank.c.contact_id)
        .where(
            Prospect.project_id == project.id,
            Prospect.stage.in_((Stage.PROSPECT.value, Stage.READY.value)),
            _open_tie(),
            or_(Prospect.action.is_(None), Prospect.action.not_in(_NO_PITCH)),
            or_(Prospect.wake_on.is_(None), Prospect.wake_on <= clock.now()),
            Prospect.target_page_id.is_not(None),
            Prospect.id.not_in(busy),
        )
        .order_by(Prospect.rank_value.desc(), Prospect.id)
        .limit(CONSIDERED)
    )
    return [_candidate(*row) for row in s.execute(query)]


def _open_tie() -> ColumnElement[bool]:
    """Ties that an outsider may have as well: none, or that of an association which lists its members and partners."""
    member = (Prospect.realism == Realism.PARTNER.value) & (Prospect.link_type == LinkType.PARTNERSHIP.value)
    return or_(Prospect.realism == Realism.REALISTIC.value, member & (Prospect.action == Action.PITCH.value))


def _candidate(
    p: Prospect, ours: TargetPage | None, person: int | None, kind: str | None, rival: str | None
) -> tuple[Candidate, dict[str, object]]:
    made = Candidate(
        id=p.public_id,
        domain=p.domain,
        link_type=p.link_type or "resource_page",
        page_type=(ours.page_type if ours else None) or "guide",
        chance=p.chance,
        rank_value=p.rank_value,
        person_key=str(person or ""),
        angle=p.angle if p.angle in set(Angle) else None,
    )
    traits: dict[str, object] = {
        "link_type": p.link_type,
        "relevance": p.relevance,
        "dr": p.dr,
        "overlap": p.overlap,
        "contact_kind": kind or "unknown",
        "competitor": rival,
        "target_page": ours.url if ours else None,
        "worth": min(100.0, p.rank_value / p.chance) if p.chance else 0.0,
    }
    return made, traits


def _picker(fit: LearnedFit, traits: dict[str, dict[str, object]]) -> Pick:
    """Nine places in ten by rank value, one by a draw from what is learned; the same until the next refit."""
    fitted = Fitted.from_params(fit.params)

    def choose(candidates: Sequence[Candidate], size: int) -> list[Picked]:
        ordered = sorted(candidates, key=lambda c: (-c.rank_value, c.domain))
        if not ordered:
            return []
        frame = pd.DataFrame([traits[c.id] for c in ordered])
        picks = pick_nine_in_ten(frame, fitted, size=size, rng=np.random.default_rng([fit.id, len(ordered)]))
        pairs = zip(picks.positions, picks.exploring, strict=True)
        return [Picked(ordered[int(i)], bool(exploring)) for i, exploring in pairs]

    return choose


def _suppressed(project: Project) -> ColumnElement[bool]:
    """Whether an address (or its domain) stands on the never-write list."""
    here = Suppression.organisation_id == project.organisation_id
    by_address = (Suppression.kind == "address") & (Suppression.value == PersonAddress.normal)
    by_domain = (Suppression.kind == "domain") & (Suppression.value == PersonAddress.domain)
    return select(Suppression.id).where(here, or_(by_address, by_domain)).exists()


def _per_batch(column: InstrumentedAttribute[Any], ids: Sequence[int]) -> Select[int, int]:
    people = func.count(func.distinct(Enrollment.id))
    joined = select(Enrollment.batch_id, people).join_from(column.class_, Enrollment, Enrollment.id == column)
    return joined.where(Enrollment.batch_id.in_(ids))


def _tally(s: Session, query: Select[int, int]) -> dict[int, int]:
    return {row[0]: row[1] for row in s.execute(query.group_by(Enrollment.batch_id))}
