"""Everything the page of one prospect shows. A fixed number of statements, whatever the history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from crm import clock
from crm.learning.model import Fitted
from crm.models.accounts import Competitor, Project, User
from crm.models.contacts import Contact, Suppression
from crm.models.events import Event
from crm.models.gap import LinkingPage
from crm.models.learning import LearnedFit
from crm.models.mail import Message
from crm.models.outcomes import Outcome, Reminder
from crm.models.prospects import Note, Prospect
from crm.models.targets import TargetPage
from crm.prospects import actions, scoring
from crm.prospects.brief import Brief
from crm.prospects.looking.queries import Look, brief_of, look
from crm.prospects.ranking.service import ground_inputs
from crm.prospects.scoring import Part
from crm.prospects.showing.story import Line, tell
from crm.vocabulary import LinkType

EVIDENCE_SHOWN = 12
HISTORY_SHOWN = 60
RECONTACT = timedelta(days=100)


@dataclass(frozen=True)
class Evidence:
    """A page of the prospect that links to a competitor."""

    page: LinkingPage
    letter: str
    rival: str

    @property
    def path(self) -> str:
        """The address without its site."""
        parts = urlsplit(self.page.source_url)
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    @property
    def rel(self) -> str:
        """Whether the link counts, in words."""
        if self.page.is_lost:
            return "link gone when last looked at"
        return {True: "nofollow", False: "dofollow", None: "follow not known"}[self.page.nofollow]


@dataclass(frozen=True)
class Check:
    """One line of "safe to contact"."""

    level: str  # ok, warn, bad
    words: str
    url: str = ""
    action: str = ""


@dataclass(frozen=True)
class Factor:
    """One reason for the chance: its words and what it multiplies the odds with."""

    words: str
    factor: float

    @property
    def sign(self) -> str:
        """Helps, hurts or leaves it."""
        return "pos" if self.factor > 1.02 else "neg" if self.factor < 0.98 else "cau"


@dataclass(frozen=True)
class Detail:
    """The page of one prospect."""

    prospect: Prospect
    evidence: list[Evidence]
    n_evidence: int
    parts: tuple[Part, ...]
    factors: list[Factor]
    badges: list[tuple[str, str]]
    target: TargetPage | None
    targets: list[TargetPage]
    brief: Brief
    look: Look | None
    runner_up: tuple[str, float] | None
    contacts: list[Contact]
    checks: list[Check]
    history: list[Line]
    todo: list[Reminder]
    all_letters: str


def detail(s: Session, project: Project, p: Prospect) -> Detail:
    """Load and word everything about one prospect."""
    rivals = {
        r.id: r
        for r in s.scalars(select(Competitor).where(Competitor.project_id == project.id).order_by(Competitor.position))
    }
    pages = _pages(s, p)
    contacts = _contacts(s, p)
    targets = _targets(s, project)
    target = next((t for t in targets if t.id == p.target_page_id), None)
    kind = contacts[0].kind if contacts else None
    inputs = ground_inputs(p, kind, target.weight if target else 1.0, scoring.DEFAULT_DR)
    fitted = _fitted(s, project)
    row = _model_row(p, kind, rivals, pages, target)
    return Detail(
        prospect=p,
        evidence=[_evidence(page, rivals) for page in pages[:EVIDENCE_SHOWN]],
        n_evidence=len(pages),
        parts=scoring.score(inputs, p.chance).parts,
        factors=[Factor(words, factor) for words, factor in fitted.explain(row)],
        badges=scoring.badges(inputs),
        target=target,
        targets=targets,
        brief=brief_of(s, p, pages[0] if pages else None, target),
        look=look(s, project, p, pages[0] if pages else None, targets),
        runner_up=_runner_up(fitted, row, p),
        contacts=contacts,
        checks=_checks(s, project, p, contacts),
        history=_history(s, p),
        todo=_todo(s, p),
        all_letters="".join(r.letter for r in rivals.values()),
    )


def _pages(s: Session, p: Prospect) -> list[LinkingPage]:
    """Evidence, the page to pitch first, then the newest; one line per page and rival."""
    query = select(LinkingPage).where(
        LinkingPage.project_id == p.project_id,
        LinkingPage.source_domain == p.domain,
        LinkingPage.competitor_id.is_not(None),
    )
    rows = list(s.scalars(query.order_by(LinkingPage.last_seen.desc(), LinkingPage.id).limit(400)))
    seen: set[tuple[str, int | None]] = set()
    kept: list[LinkingPage] = []
    for page in sorted(rows, key=lambda page: page.id != p.best_page_id):
        key = (page.source_key, page.competitor_id)
        if key not in seen:
            seen.add(key)
            kept.append(page)
    return kept


def _evidence(page: LinkingPage, rivals: Mapping[int, Competitor]) -> Evidence:
    rival = rivals.get(page.competitor_id or 0)
    return Evidence(page, rival.letter if rival else "", rival.domain if rival else "")


def _contacts(s: Session, p: Prospect) -> list[Contact]:
    query = select(Contact).where(Contact.prospect_id == p.id, Contact.retired_at.is_(None))
    query = query.options(joinedload(Contact.person), joinedload(Contact.address))
    return list(s.scalars(query.order_by(Contact.rank, Contact.id)))


def _targets(s: Session, project: Project) -> list[TargetPage]:
    query = select(TargetPage).where(TargetPage.project_id == project.id, TargetPage.archived_at.is_(None))
    return list(s.scalars(query.order_by(TargetPage.weight.desc(), TargetPage.id)))


def _fitted(s: Session, project: Project) -> Fitted:
    query = select(LearnedFit.params).where(LearnedFit.project_id == project.id, LearnedFit.active.is_(True))
    return Fitted.from_params(s.scalar(query.order_by(LearnedFit.id.desc()).limit(1)))


def _model_row(
    p: Prospect, kind: str | None, rivals: Mapping[int, Competitor], pages: list[LinkingPage], target: TargetPage | None
) -> dict[str, Any]:
    best = next((page for page in pages if page.id == p.best_page_id), None)
    rival = rivals.get(best.competitor_id or 0) if best else None
    return {
        "link_type": p.link_type,
        "relevance": p.relevance,
        "dr": p.dr,
        "overlap": max(1, p.overlap),
        "contact_kind": kind or "unknown",
        "competitor": rival.domain if rival else None,
        "target_page": target.url if target else None,
    }


def _runner_up(fitted: Fitted, row: dict[str, Any], p: Prospect) -> tuple[str, float] | None:
    """The next best angle that makes sense for the same page, with its chance."""
    ways = {
        LinkType.BROKEN_LINK: LinkType.RESOURCE_PAGE,
        LinkType.RESOURCE_PAGE: LinkType.EDITORIAL_MENTION,
        LinkType.LIST_POST: LinkType.EDITORIAL_MENTION,
        LinkType.EDITORIAL_MENTION: LinkType.GUEST_CONTRIBUTION,
        LinkType.GUEST_CONTRIBUTION: LinkType.EDITORIAL_MENTION,
        LinkType.DIGITAL_PR: LinkType.EDITORIAL_MENTION,
    }
    other = ways.get(LinkType(p.link_type)) if p.link_type else None
    if other is None:
        return None
    return actions.ANGLES[other].value, float(fitted.chance(_frame({**row, "link_type": other.value}))[0])


def _frame(row: dict[str, Any]) -> Any:
    import pandas as pd

    return pd.DataFrame([row])


def _checks(s: Session, project: Project, p: Prospect, contacts: list[Contact]) -> list[Check]:
    """What speaks against writing, as recorded; asked again at review and before each mail leaves."""
    addresses = [c.address.normal for c in contacts]
    barred = s.scalar(
        select(Suppression).where(
            Suppression.organisation_id == project.organisation_id,
            or_(
                (Suppression.kind == "domain") & (Suppression.value == p.domain),
                (Suppression.kind == "address") & Suppression.value.in_(addresses),
            ),
        )
    )
    last: datetime | None = s.scalar(
        select(Message.sent_at)
        .where(
            Message.organisation_id == project.organisation_id,
            Message.root_domain == p.domain,
            Message.sent_at.is_not(None),
        )
        .order_by(Message.sent_at.desc())
        .limit(1)
    )
    return [*_said(barred, last), *_contact_check(contacts), *_harm(p)]


def _said(barred: Suppression | None, last: datetime | None) -> list[Check]:
    found = [
        Check("bad", f"On your do-not-contact list: {barred.reason.replace('_', ' ')}", "/contacts/never", "Open")
        if barred
        else Check("ok", "Not on your do-not-contact list")
    ]
    if last is None:
        found.append(Check("ok", "No mail to this domain yet, by any project"))
    elif clock.now() - last < RECONTACT:
        found.append(Check("warn", f"Last mail to this domain {(clock.now() - last).days} days ago"))
    else:
        found.append(Check("ok", "No mail to this domain in 100 days"))
    return found


def _contact_check(contacts: list[Contact]) -> list[Check]:
    if not contacts:
        return [Check("warn", "No contact yet")]
    if contacts[0].kind == "guessed":
        return [Check("warn", "The address is a guess")]
    return [Check("ok", "The address was found on a page" if contacts[0].source_url else "The address has a source")]


def _harm(p: Prospect) -> list[Check]:
    return [Check("bad", f"A link from here may harm: {p.harm}")] if p.harm else []


def _history(s: Session, p: Prospect) -> list[Line]:
    events = s.scalars(
        select(Event)
        .where(Event.subject_type == "prospect", Event.subject_id == p.id)
        .order_by(Event.at.desc(), Event.id.desc())
        .limit(HISTORY_SHOWN)
    )
    notes = list(s.scalars(select(Note).where(Note.prospect_id == p.id).order_by(Note.at.desc()).limit(HISTORY_SHOWN)))
    outcomes = s.scalars(
        select(Outcome).where(Outcome.prospect_id == p.id).order_by(Outcome.at.desc()).limit(HISTORY_SHOWN)
    )
    names = {u.public_id: u.name for u in s.scalars(select(User).where(User.organisation_id == _organisation(s, p)))}
    found = s.scalars(select(Contact).where(Contact.prospect_id == p.id).options(joinedload(Contact.address)))
    return tell(p, list(events), notes, list(outcomes), list(found), names)


def _todo(s: Session, p: Prospect) -> list[Reminder]:
    query = select(Reminder).where(Reminder.prospect_id == p.id, Reminder.done_at.is_(None))
    return list(s.scalars(query.order_by(Reminder.due_on, Reminder.id).limit(20)))


def _organisation(s: Session, p: Prospect) -> int | None:
    return s.scalar(select(Project.organisation_id).where(Project.id == p.project_id))
