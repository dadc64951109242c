"""A person's word on an answer: the outcome with its consequences, the label for the rules, and the way back."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from crm import clock, undo
from crm.contacts import service as contacts
from crm.contacts.privacy import service as privacy
from crm.errors import NotFound, Refused
from crm.inbox.following.service import normal_of
from crm.inbox.meanings import label_of
from crm.journal import Actor
from crm.models.accounts import Project
from crm.models.batches import Enrollment
from crm.models.contacts import Contact, Suppression
from crm.models.gap import LinkingPage
from crm.models.learning import IntentLabel
from crm.models.mail import InboundMessage, Thread
from crm.models.outcomes import Outcome
from crm.models.prospects import Prospect
from crm.models.targets import TargetPage
from crm.outcomes import service as outcomes
from crm.vocabulary import Intent, OutcomeKind


def relabel(
    s: Session,
    thread: Thread,
    outcome: OutcomeKind,
    *,
    actor: Actor,
    user_id: int | None = None,
    note: str = "",
    remind_on: date | None = None,
) -> Outcome:
    """A person says what the last answer of a conversation meant. What follows from it is done (again), and the word
    is kept as a label. Raises Refused for a conversation without a prospect."""
    if thread.prospect_id is None:
        raise Refused("This conversation belongs to no prospect, so it has no outcome.")
    prospect = s.get_one(Prospect, thread.prospect_id)
    inbound = last_answer(s, thread)
    enrollment = s.get(Enrollment, thread.enrollment_id) if thread.enrollment_id else None
    if inbound is not None:
        _label(s, inbound, outcome, actor, user_id)
        if outcome is not OutcomeKind.NEVER_AGAIN:
            _lift_machine_opt_out(s, thread, inbound, prospect, actor)
    marked = outcomes.mark(
        s, prospect, outcome, actor=actor, enrollment=enrollment, inbound=inbound, note=note, remind_on=remind_on
    )
    thread.needs_you_at, thread.sorted_line = None, f"You said: {outcome.value.replace('_', ' ')}"
    s.flush()
    return marked


def decide(
    s: Session,
    thread: Thread,
    outcome: OutcomeKind,
    *,
    actor: Actor,
    user_id: int | None = None,
    note: str = "",
    remind_on: date | None = None,
    page_url: str = "",
) -> tuple[str, str]:
    """`relabel` from the screen; a page where the link stands, or will, is watched. Returns the toast and its undo."""
    before = {
        "thread": thread.id,
        "needs_you_at": thread.needs_you_at.isoformat() if thread.needs_you_at else None,
        "sorted_line": thread.sorted_line,
    }
    prospect = s.get_one(Prospect, thread.prospect_id) if thread.prospect_id else None
    stage = prospect.stage if prospect else ""
    marked = relabel(s, thread, outcome, actor=actor, user_id=user_id, note=note, remind_on=remind_on)
    assert prospect is not None  # relabel refuses a conversation without one
    if outcome in (OutcomeKind.PLACED, OutcomeKind.INTERESTED):
        where = page_url or _linking_page(s, prospect)
        if where:
            _watch(s, thread, prospect, where, actor)
    inner = outcomes.offer_undo(s, marked, stage_before=stage, user_id=user_id)
    words = f"Marked {prospect.domain} as “{outcome.value.replace('_', ' ')}”"
    token = undo.offer(
        s, "inbox.outcome", before | {"inner": inner}, words, project_id=prospect.project_id, user_id=user_id
    )
    return words, token


def last_answer(s: Session, thread: Thread) -> InboundMessage | None:
    """The latest mail of a conversation that came from the other side."""
    query = select(InboundMessage).where(InboundMessage.thread_id == thread.id, InboundMessage.is_own.is_(False))
    return s.scalar(query.order_by(InboundMessage.at.desc(), InboundMessage.id.desc()).limit(1))


def answered_by_hand(s: Session, thread: Thread) -> None:
    """An answer was written: the conversation waits for the other side."""
    thread.needs_you_at, thread.sorted_line, thread.last_at = None, None, clock.now()
    s.flush()


def propose_contact(s: Session, thread: Thread, address: str, name: str, actor: Actor) -> Contact:
    """Keep the colleague whom an answer named as a contact of the prospect; the answer is the source."""
    inbound = last_answer(s, thread)
    if thread.prospect_id is None or inbound is None or address.lower() not in inbound.full_text.lower():
        raise NotFound("That address does not stand in the answer.")
    prospect = s.get_one(Prospect, thread.prospect_id)
    return contacts.add(
        s, prospect, address=address, name=name, source_kind="reply", source_url=f"mail:{inbound.public_id}",
        method="named in an answer", confidence=0.9, found_by="reply", actor=actor,
    )  # fmt: skip


def place_by_hand(s: Session, inbound: InboundMessage | None, thread: Thread, actor: Actor) -> None:
    """A person says to which conversation a mail belongs; the conversation's site is not written to any more."""
    if inbound is None:
        raise NotFound("There is no such mail waiting to be placed.")
    inbound.thread_id, inbound.enrollment_id, inbound.matched_by = thread.id, thread.enrollment_id, "person"
    thread.last_at, thread.needs_you_at = max(thread.last_at, inbound.at), clock.now()
    if thread.prospect_id is not None:
        enrollment = s.get(Enrollment, thread.enrollment_id) if thread.enrollment_id else None
        prospect = s.get_one(Prospect, thread.prospect_id)
        kind = OutcomeKind.REPLIED
        outcomes.mark(s, prospect, kind, actor=actor, enrollment=enrollment, inbound=inbound, machine=True)


@undo.handler("inbox.outcome")
def _take_back(s: Session, params: dict[str, Any]) -> None:
    thread = s.get_one(Thread, params["thread"])
    waiting = params["needs_you_at"]
    thread.needs_you_at = datetime.fromisoformat(waiting) if waiting else None
    thread.sorted_line = params["sorted_line"]
    if thread.project_id is not None:
        undo.take_back(s, params["inner"], thread.project_id)
    inbound = last_answer(s, thread)
    if inbound is not None:
        label = select(IntentLabel).where(IntentLabel.inbound_id == inbound.id).order_by(IntentLabel.id.desc()).limit(1)
        row = s.scalar(label)
        if row is not None:
            inbound.intent, inbound.intent_by = row.machine_intent or inbound.intent, "machine"
            s.delete(row)


def _label(s: Session, inbound: InboundMessage, outcome: OutcomeKind, actor: Actor, user_id: int | None) -> None:
    label = label_of(outcome)
    if label is None:
        return
    earlier = s.scalar(select(IntentLabel.machine_intent).where(IntentLabel.inbound_id == inbound.id).limit(1))
    machine = inbound.intent if inbound.intent_by == "machine" else earlier
    row = IntentLabel(
        inbound_id=inbound.id, machine_intent=machine, intent=label.value, by_user_id=user_id, at=clock.now()
    )
    s.add(row)
    inbound.intent, inbound.intent_by = label.value, actor.id or actor.kind


def _lift_machine_opt_out(
    s: Session, thread: Thread, inbound: InboundMessage, prospect: Prospect, actor: Actor
) -> None:
    """The rules heard a wish to be left alone and a person heard something else: the rules' entries go."""
    machine = s.scalar(
        select(Outcome.id).where(
            Outcome.inbound_id == inbound.id, Outcome.machine, Outcome.kind == OutcomeKind.NEVER_AGAIN.value
        )
    )
    if machine is None or Intent.OPTOUT.value not in (inbound.intents or []):
        return
    project = s.get_one(Project, prospect.project_id)
    values = [normal_of(inbound.from_address), prospect.domain]
    entries = select(Suppression).where(
        Suppression.organisation_id == project.organisation_id,
        Suppression.value.in_(values),
        Suppression.reason.in_(("opt_out", "asked us to stop")),
        Suppression.created_at >= inbound.read_at,
    )
    for entry in s.scalars(entries):
        privacy.lift(s, entry, actor, misread=True)
    s.execute(update(Thread).where(Thread.id == thread.id).values(sorted_line=None))


def _watch(s: Session, thread: Thread, prospect: Prospect, page_url: str, actor: Actor) -> None:
    target = s.get(TargetPage, prospect.target_page_id) if prospect.target_page_id else None
    project = s.get_one(Project, prospect.project_id)
    enrollment = s.get(Enrollment, thread.enrollment_id) if thread.enrollment_id else None
    url = target.url if target is not None else f"https://{project.domain}/"
    outcomes.watch(s, project, page_url, url, prospect=prospect, enrollment=enrollment, actor=actor)


def _linking_page(s: Session, prospect: Prospect) -> str:
    """The page that was pitched: people who agree put the link there and seldom tell."""
    return s.scalar(select(LinkingPage.source_url).where(LinkingPage.id == prospect.best_page_id)) or ""
