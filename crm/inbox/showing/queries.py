"""The lists and one conversation of the inbox, as frozen values."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from crm import clock
from crm.inbox.marking import Piece, addresses_named, pages_named, pieces
from crm.inbox.meanings import outcome_of
from crm.models.accounts import Project
from crm.models.batches import Batch, Enrollment
from crm.models.gap import LinkingPage
from crm.models.mail import InboundMessage, Message, Thread
from crm.models.mailboxes import Mailbox
from crm.models.prospects import Prospect
from crm.models.targets import TargetPage
from crm.vocabulary import EnrollmentState, Intent, MailKind, MessageState, OutcomeKind

TABS = ("needs", "waiting", "sorted")
PAGE = 50
M = MessageState
SHOWN_STATES = tuple(x.value for x in (M.SENT, M.QUEUED, M.CLAIMED, M.SENDING, M.IN_DOUBT))
CHIPS = {
    Intent.INTERESTED: ("good", "circle-check"), Intent.PLACED: ("good", "link-2"),
    Intent.NEEDS_ASSET: ("good", "image"), Intent.QUESTION: ("info", "circle-help"),
    Intent.ASKS_PAYMENT: ("warn", "triangle-alert"), Intent.ASKS_SWAP: ("warn", "rotate-ccw"),
    Intent.WANTS_GUEST_POST: ("info", "pencil"), Intent.FORWARDS: ("info", "users"),
    Intent.WRONG_PERSON: ("info", "user-round"), Intent.NOT_NOW: ("", "clock"), Intent.NO_FIT: ("bad", "circle-x"),
    Intent.OPTOUT: ("bad", "ban"), Intent.HOSTILE: ("bad", "ban"), Intent.OUT_OF_OFFICE: ("", "calendar"),
    Intent.AUTO_ACK: ("", "inbox"),
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    public_id: str
    name: str
    snippet: str
    at: datetime
    domain: str
    intent: str
    tone: str
    icon: str
    line: str


@dataclass(frozen=True)
class Item:
    """One mail of a conversation."""

    mine: bool
    name: str
    to: str
    at: datetime
    body: list[Piece]
    full: str
    note: str
    state: str


@dataclass(frozen=True)
class Colleague:
    """A person whom an answer named."""

    address: str


@dataclass(frozen=True)
class Conversation:
    """One conversation with everything beside it."""

    thread: Thread
    items: list[Item]
    last: InboundMessage | None
    prospect: Prospect | None
    batch: Batch | None
    target: TargetPage | None
    page_url: str
    suggested: OutcomeKind | None
    reads_as: list[str]
    colleagues: list[Colleague]
    stopped: str
    untrusted: bool
    time_zone: str


def counts(s: Session, project: Project) -> dict[str, int]:
    """How many conversations stand under each tab."""
    found = {}
    for tab in TABS:
        query = select(func.count(Thread.id)).where(Thread.project_id == project.id, *_where(tab))
        found[tab] = int(s.scalar(query) or 0)
    return found


def tab_of(thread: Thread) -> str:
    """The tab under which a conversation stands."""
    return "needs" if thread.needs_you_at else "sorted" if thread.sorted_line else "waiting"


def rows(s: Session, project: Project, tab: str, page: int = 1) -> list[Row]:
    """A page of a tab: the longest waiting first under "needs you", else the newest first."""
    query = select(Thread).where(Thread.project_id == project.id, *_where(tab))
    order = (Thread.needs_you_at.desc(),) if tab == "needs" else (Thread.last_at.desc(), Thread.id.desc())
    threads = list(s.scalars(query.order_by(*order).limit(PAGE).offset((max(page, 1) - 1) * PAGE)))
    sites = _sites(s, [t.prospect_id for t in threads if t.prospect_id])
    latest = _latest(s, [t.id for t in threads])
    sent = _last_sent(s, [t.id for t in threads if t.id not in latest])
    return [_row(t, latest.get(t.id), sent.get(t.id), sites.get(t.prospect_id or 0, "")) for t in threads]


def sorted_today(s: Session, project: Project) -> list[tuple[str, int]]:
    """What was done without a person in the last day, grouped by what it was."""
    since = clock.now() - timedelta(days=1)
    query = (
        select(InboundMessage.kind, InboundMessage.intent, func.count())
        .join(Thread, Thread.id == InboundMessage.thread_id)
        .where(Thread.project_id == project.id, Thread.sorted_line.is_not(None), InboundMessage.read_at >= since)
        .where(InboundMessage.is_own.is_(False))
        .group_by(InboundMessage.kind, InboundMessage.intent)
    )
    return [(_group(kind, intent), n) for kind, intent, n in s.execute(query)]


def unplaced(s: Session, project: Project) -> list[InboundMessage]:
    """Answers of which only the site is known; a person says where they belong."""
    query = (
        select(InboundMessage)
        .join(Mailbox, Mailbox.id == InboundMessage.mailbox_id)
        .where(Mailbox.organisation_id == project.organisation_id, InboundMessage.thread_id.is_(None))
        .where(InboundMessage.is_own.is_(False))
        .where((Mailbox.project_id == project.id) | Mailbox.project_id.is_(None))
    )
    return list(s.scalars(query.order_by(InboundMessage.at.desc()).limit(PAGE)))


def next_waiting(s: Session, project: Project, after: Thread) -> Thread | None:
    """The next conversation that needs a person, leaving out the one just done."""
    query = select(Thread).where(
        Thread.project_id == project.id, Thread.needs_you_at.is_not(None), Thread.id != after.id
    )
    return s.scalar(query.where(Thread.id != after.id).order_by(Thread.needs_you_at.desc()).limit(1))


def conversation(s: Session, thread: Thread) -> Conversation:
    """Everything about one conversation."""
    received = list(s.scalars(select(InboundMessage).where(InboundMessage.thread_id == thread.id)))
    sent = list(s.scalars(select(Message).where(Message.thread_id == thread.id, Message.state.in_(SHOWN_STATES))))
    items = [_received(m) for m in received] + [_sent(m) for m in sent]
    theirs = sorted((m for m in received if not m.is_own), key=lambda m: (m.at, m.id))
    last = theirs[-1] if theirs else None
    prospect = s.get(Prospect, thread.prospect_id) if thread.prospect_id else None
    enrollment = s.get(Enrollment, thread.enrollment_id) if thread.enrollment_id else None
    batch = s.get(Batch, enrollment.batch_id) if enrollment else None
    target = s.get(TargetPage, prospect.target_page_id) if prospect and prospect.target_page_id else None
    answer = last.reply_text if last else ""
    named = pages_named(answer, prospect.domain) if prospect else []
    known = [last.from_address, *(m.rcpt for m in sent)] if last else []
    return Conversation(
        thread=thread, items=sorted(items, key=lambda i: (i.at, not i.mine)), last=last, prospect=prospect, batch=batch,
        target=target,
        page_url=named[0] if named else _best_page(s, prospect), suggested=outcome_of(last.intent) if last else None,
        reads_as=_reads_as(last), colleagues=[Colleague(a) for a in addresses_named(answer, known)][:3],
        stopped=_stopped(enrollment), untrusted=bool(last and last.trusted is False),
        time_zone=enrollment.time_zone if enrollment else "UTC",
    )  # fmt: skip


def _where(tab: str) -> list[ColumnElement[bool]]:
    if tab == "needs":
        return [Thread.needs_you_at.is_not(None)]
    if tab == "sorted":
        return [Thread.needs_you_at.is_(None), Thread.sorted_line.is_not(None)]
    return [Thread.needs_you_at.is_(None), Thread.sorted_line.is_(None)]


def _sites(s: Session, ids: list[int]) -> dict[int, str]:
    found = s.execute(select(Prospect.id, Prospect.domain).where(Prospect.id.in_(ids)))
    return {number: domain for number, domain in found}  # noqa: C416 - rows are not pairs to a type checker


def _latest(s: Session, thread_ids: list[int]) -> dict[int, InboundMessage]:
    query = select(InboundMessage).where(InboundMessage.thread_id.in_(thread_ids), InboundMessage.is_own.is_(False))
    return {m.thread_id: m for m in s.scalars(query.order_by(InboundMessage.at, InboundMessage.id)) if m.thread_id}


def _last_sent(s: Session, thread_ids: list[int]) -> dict[int, Message]:
    query = select(Message).where(Message.thread_id.in_(thread_ids)).order_by(Message.id)
    return {m.thread_id: m for m in s.scalars(query) if m.thread_id}


def _row(thread: Thread, mail: InboundMessage | None, sent: Message | None, site: str) -> Row:
    intent = mail.intent if mail and mail.intent else ""
    tone, icon = CHIPS.get(Intent(intent), ("", "mail")) if intent else ("", "mail")
    name = (mail.from_name or mail.from_address) if mail else (sent.rcpt if sent else thread.subject)
    said = (mail.reply_text or mail.subject) if mail else thread.subject
    if mail and mail.kind == MailKind.BOUNCE:
        name, said = site or name, "; ".join(mail.verdict.get("recipients", [])) or mail.subject
    return Row(
        thread.public_id, name, " ".join(said.split())[:180], thread.needs_you_at or thread.last_at, site, intent, tone,
        icon, thread.sorted_line or "",
    )  # fmt: skip


def _group(kind: str, intent: str | None) -> str:
    if kind == MailKind.AUTO_REPLY:
        return "receipt" if intent == Intent.AUTO_ACK else "away"
    return kind if kind in (MailKind.BOUNCE, MailKind.OPTOUT) else "refused"


def _received(mail: InboundMessage) -> Item:
    text = mail.reply_text or ("" if mail.full_text else "(empty mail)")
    shown = text or mail.full_text[:1500]
    note = "could not be read" if mail.quarantined else ""
    return Item(
        mail.is_own, mail.from_name or mail.from_address, "", mail.at, pieces(shown, mail.phrases or []),
        mail.full_text, note, mail.kind,
    )  # fmt: skip


def _sent(mail: Message) -> Item:
    note = "" if mail.state == M.SENT else "on its way"
    return Item(True, "", mail.rcpt, mail.sent_at or mail.created_at, pieces(mail.body_text, []), "", note, "sent")


def _best_page(s: Session, prospect: Prospect | None) -> str:
    page = s.get(LinkingPage, prospect.best_page_id) if prospect and prospect.best_page_id else None
    return page.source_url if page is not None else ""


def _reads_as(last: InboundMessage | None) -> list[str]:
    return [str(i) for i in (last.intents or [])] if last is not None else []


def _stopped(enrollment: Enrollment | None) -> str:
    if enrollment is None or enrollment.state in (EnrollmentState.ACTIVE.value, EnrollmentState.PAUSED.value):
        return ""
    return enrollment.stop_reason or enrollment.state


def thread_of(s: Session, project: Project, public_id: str) -> Thread | None:
    """One conversation of a project by its public id."""
    return s.scalar(select(Thread).where(Thread.project_id == project.id, Thread.public_id == public_id))


def mailboxes(s: Session) -> list[tuple[int, str]]:
    """Every connected mailbox."""
    query = select(Mailbox.id, Mailbox.address).where(Mailbox.removed_at.is_(None)).order_by(Mailbox.id)
    return [(number, address) for number, address in s.execute(query)]
