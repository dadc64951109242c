"""Everything that the Today screen shows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm import clock
from crm.learning import queries as learning
from crm.models.accounts import Project
from crm.models.batches import Batch, Enrollment
from crm.models.events import Job
from crm.models.mail import InboundMessage, Message
from crm.models.mailboxes import Mailbox
from crm.models.outcomes import Outcome, Placement
from crm.models.prospects import Prospect
from crm.reports import charts, queries, today
from crm.reports.desk.tasks.queries import Count, tasks
from crm.vocabulary import JobState, MailboxState, MessageState, OutcomeKind, Stage

OPEN_JOBS = (JobState.QUEUED.value, JobState.RUNNING.value, JobState.PAUSED.value)
BOUNCE_LIMIT = 0.03
SHOWN_JOBS = 3


@dataclass(frozen=True)
class Health:
    """A mailbox at a glance."""

    mailbox: Mailbox
    sent_today: int
    next_at: datetime | None
    next_to: str
    bounced: float | None  # share of the mails of 30 days
    ok: bool


@dataclass(frozen=True)
class Line:
    """Something that happened."""

    tone: str
    icon: str
    words: str
    at: datetime
    url: str


@dataclass(frozen=True)
class Desk:
    """The Today screen."""

    now: datetime
    tasks: list[today.Task]
    headline: str
    people: str
    jobs: list[Job]
    week_bars: list[charts.Bar]
    this_week: int
    average: float
    links: int
    health: list[Health]
    lines: list[Line]
    next_best: list[Prospect]


def desk(s: Session, project: Project) -> Desk:
    """Gather it."""
    now = clock.now()
    waiting: Count = tasks(s, project, now)
    weeks = queries.weekly_links(s, project.id, now)
    health = [_health(s, box, now) for box in _mailboxes(s, project)]
    jobs = select(Job).where(Job.project_id == project.id, Job.state.in_(OPEN_JOBS)).order_by(Job.id).limit(SHOWN_JOBS)
    total = s.scalar(
        select(func.count(Placement.id)).where(Placement.project_id == project.id, Placement.live_at.is_not(None))
    )
    return Desk(
        now=now,
        tasks=waiting.tasks,
        headline=today.headline(waiting.tasks),
        people=today.people(waiting.people),
        jobs=list(s.scalars(jobs)),
        week_bars=charts.bars([n for _, n in weeks], [f"week of {day:%-d %b}" for day, _ in weeks]),
        this_week=weeks[-1][1],
        average=sum(n for _, n in weeks[:-1]) / max(1, len(weeks) - 1),
        links=total or 0,
        health=health,
        lines=_lines(s, project, now - timedelta(days=7)),
        next_best=[] if waiting.tasks else _next_best(s, project),
    )


def _mailboxes(s: Session, project: Project) -> list[Mailbox]:
    mine = (Mailbox.project_id == project.id) | (Mailbox.project_id.is_(None))
    query = select(Mailbox).where(
        Mailbox.organisation_id == project.organisation_id, mine, Mailbox.removed_at.is_(None)
    )
    return list(s.scalars(query.order_by(Mailbox.id).limit(4)))


def _health(s: Session, box: Mailbox, now: datetime) -> Health:
    of_box = Message.mailbox_id == box.id
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    sent = select(func.count(Message.id)).where(of_box, Message.state == MessageState.SENT.value)
    month = s.scalar(sent.where(Message.sent_at >= now - timedelta(days=30))) or 0
    bounced = s.scalar(
        select(func.count(func.distinct(Outcome.id)))
        .join(Enrollment, Enrollment.id == Outcome.enrollment_id)
        .where(
            Enrollment.mailbox_id == box.id,
            Outcome.kind == OutcomeKind.BOUNCED.value,
            Outcome.at >= now - timedelta(days=30),
        )
    )
    due = select(Message.due_at, Message.rcpt_domain).where(of_box, Message.state == MessageState.QUEUED.value)
    following = s.execute(due.order_by(Message.due_at).limit(1)).first()
    share = (bounced or 0) / month if month else None
    return Health(
        mailbox=box,
        sent_today=s.scalar(sent.where(Message.sent_at >= day)) or 0,
        next_at=following[0] if following else None,
        next_to=following[1] if following else "",
        bounced=share,
        ok=box.state == MailboxState.OK.value and (share or 0) <= BOUNCE_LIMIT,
    )


def _lines(s: Session, project: Project, since: datetime) -> list[Line]:
    """What happened in the last seven days, newest first."""
    found: list[Line] = []
    placed = select(Placement).where(Placement.project_id == project.id, Placement.live_at >= since)
    for p in s.scalars(placed):
        follow = "nofollow" if "nofollow" in p.rel else "follow"
        words = f"Link placed on {_host(p.page_url)}, {follow}, seen on the live page"
        found.append(Line("good", "link-2", words, _at(p.live_at), f"/links/{p.public_id}"))
    fit = learning.latest_fit(s, project.id)
    if fit and fit.at >= since and fit.verdict and fit.n_sent:
        found.append(Line("acc", "trending-up", fit.verdict, fit.at, "/report/learned"))
    for b in s.scalars(select(Batch).where(Batch.project_id == project.id, Batch.approved_at >= since)):
        found.append(
            Line("", "send", f"Batch “{b.name}” was approved", _at(b.approved_at), f"/batches/{b.public_id}/run")
        )
    answers = (
        select(Prospect, func.max(InboundMessage.at))
        .join(Enrollment, Enrollment.prospect_id == Prospect.id)
        .join(InboundMessage, InboundMessage.enrollment_id == Enrollment.id)
        .where(Prospect.project_id == project.id, InboundMessage.kind == "reply", InboundMessage.at >= since)
        .group_by(Prospect.id)
    )
    for prospect, at in s.execute(answers):
        found.append(
            Line("", "message-square", f"{prospect.domain} answered", _at(at), f"/prospects/{prospect.public_id}")
        )
    return sorted(found, key=lambda line: line.at, reverse=True)[:8]


def _next_best(s: Session, project: Project) -> list[Prospect]:
    query = select(Prospect).where(
        Prospect.project_id == project.id, Prospect.stage.in_((Stage.READY.value, Stage.PROSPECT.value))
    )
    return list(s.scalars(query.order_by(Prospect.rank_value.desc(), Prospect.id).limit(25)))


def _at(moment: Any) -> datetime:
    return moment if isinstance(moment, datetime) else clock.now()


def _host(url: str) -> str:
    return url.split("//")[-1].split("/")[0].removeprefix("www.")
