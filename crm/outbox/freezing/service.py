"""From plan to fact: a touch gets its moment, and when that has come its words are frozen into one mail."""

import base64
import hashlib
from collections import Counter
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config import Settings
from crm import clock, journal
from crm.adapters import keys
from crm.batches import render
from crm.batches import service as batches
from crm.batches.law import consent_needed
from crm.db import new_public_id
from crm.errors import CrmError, Refused
from crm.models.accounts import Project
from crm.models.batches import Batch, Enrollment
from crm.models.contacts import Person
from crm.models.events import Event
from crm.models.mail import Message, MessageAlias, Touch
from crm.models.mailboxes import Mailbox
from crm.outbox import compose, optout, schedule
from crm.outbox.compose import CannotCompose, Draft
from crm.outbox.objections.queries import LATE, Case, caps_of, rules_of
from crm.outbox.schedule import NeverOpen
from crm.outbox.zones import zone_for
from crm.vocabulary import EnrollmentState, MessageState, TouchState

PLAN_AT_ONCE = 200


def plan_due(s: Session) -> int:
    """Give planned first touches their moment in the recipient's hours; returns how many. At most 200 at a time."""
    query = (
        select(Touch, Enrollment, Batch, Project, Mailbox)
        .join(Enrollment, Enrollment.id == Touch.enrollment_id)
        .join(Batch, Batch.id == Enrollment.batch_id)
        .join(Project, Project.id == Batch.project_id)
        .join(Mailbox, Mailbox.id == Enrollment.mailbox_id)
        .where(
            Touch.state == TouchState.PLANNED.value,
            Touch.planned_local.is_(None),
            Enrollment.state == EnrollmentState.ACTIVE.value,
        )
        .order_by(Touch.id)
        .limit(PLAN_AT_ONCE)
        .with_for_update(of=Touch, skip_locked=True)
    )
    rows = list(s.execute(query))
    taken: dict[int, Counter[date]] = {}
    for touch, enrollment, batch, project, mailbox in rows:
        if mailbox.id not in taken:
            taken[mailbox.id] = _taken_days(s, mailbox.id)
        _plan_first(s, touch, enrollment, batch, project, mailbox, taken[mailbox.id])
    s.flush()
    return len(rows)


def plan_next(s: Session, sent: Message, case: Case, delay_days: int) -> Touch:
    """The touch after `sent`: business days after the mail really left, in the recipient's calendar."""
    assert case.enrollment is not None and case.project is not None and sent.sent_at is not None
    enrollment = case.enrollment
    rules = rules_of(case.project, case.mailbox, enrollment.root_domain)
    seed = f"{enrollment.public_id}:{(sent.step_no or 0) + 1}"
    try:
        planned = schedule.next_send_time(sent.sent_at, delay_days, enrollment.time_zone, rules, seed)
        local, due, words = planned.local, planned.due_at, None
    except NeverOpen as error:
        local, due, words = None, sent.sent_at, str(error)
    touch = Touch(
        enrollment_id=enrollment.id,
        step_no=(sent.step_no or 0) + 1,
        generation=enrollment.generation,
        state=(TouchState.NEEDS_DATA if words else TouchState.PLANNED).value,
        state_reason=words,
        planned_local=local,
        time_zone=enrollment.time_zone,
        due_at=due,
        created_at=clock.now(),
    )
    s.add(touch)
    return touch


def freeze(s: Session, touch: Touch, case: Case) -> Message | None:
    """Make the mail of a due touch, once and for all. None when words are missing: it then waits for a person."""
    try:
        _ask_first(s, touch, case)
        message = _made(s, touch, case)
    except (CrmError, CannotCompose) as error:
        touch.state, touch.state_reason = TouchState.NEEDS_DATA.value, str(error)
        journal.record(s, "touch.held", touch, project=case.project, data={"why": str(error)})
        return None
    s.add(message)
    touch.state, touch.state_reason = TouchState.FROZEN.value, None
    s.flush()
    return message


def _ask_first(s: Session, touch: Touch, case: Case) -> None:
    """Where the law wants consent before a first mail, a person says yes to each, or once for the project under
    Settings, Sending. Raises Refused with the law's sentence."""
    assert case.enrollment is not None and case.project is not None
    sending = dict(case.project.settings or {}).get("sending") or {}
    if touch.step_no > 1 or sending.get("consent"):
        return
    person = s.get(Person, case.enrollment.person_id) if case.enrollment.person_id else None
    law = consent_needed(person.country if person else "", case.enrollment.root_domain)
    if not law:
        return
    mine = (Event.kind == "touch.released", Event.subject_type == "touch", Event.subject_id == touch.id)
    if s.scalar(select(Event.id).where(*mine, Event.actor_kind == "user").limit(1)) is None:
        raise Refused(f"{law} It leaves when you say so.")


def replan(touch: Touch, enrollment: Enrollment) -> None:
    """Derive the moment again from the wall-clock plan: the zone's rules or the recipient's zone may have changed."""
    if touch.planned_local is None:
        return
    touch.time_zone = enrollment.time_zone
    touch.due_at = schedule.instant_of(touch.planned_local, touch.time_zone)


def is_late(touch: Touch, now: datetime) -> bool:
    """Whether so much time has passed since its moment that a person must look first."""
    return now - touch.due_at > LATE


def _plan_first(
    s: Session,
    touch: Touch,
    enrollment: Enrollment,
    batch: Batch,
    project: Project,
    mailbox: Mailbox,
    taken: Counter[date],
) -> None:
    if enrollment.time_zone_assumed and enrollment.time_zone in ("", "UTC"):
        person = s.get(Person, enrollment.person_id) if enrollment.person_id else None
        enrollment.time_zone, enrollment.time_zone_assumed = zone_for(
            known=person.time_zone if person else "",
            country=person.country if person else "",
            domain=enrollment.root_domain,
            mailbox_zone=mailbox.time_zone,
        )
    cap = caps_of(mailbox).new
    start = max(clock.now(), touch.due_at, batch.start_at or touch.due_at)
    rules = rules_of(project, mailbox, enrollment.root_domain)
    full = [day for day, n in taken.items() if n >= cap]
    try:
        planned = schedule.first_send(start, enrollment.time_zone, rules, enrollment.public_id, full_days=full)
    except NeverOpen as error:
        touch.state, touch.state_reason = TouchState.NEEDS_DATA.value, str(error)
        return
    touch.planned_local, touch.time_zone, touch.due_at = planned.local, planned.zone, planned.due_at
    taken[date.fromisoformat(planned.local[:10])] += 1


def _taken_days(s: Session, mailbox_id: int) -> Counter[date]:
    """First mails already planned from this mailbox, by local day."""
    day = func.substr(Touch.planned_local, 1, 10)
    query = (
        select(day, func.count())
        .join(Enrollment, Enrollment.id == Touch.enrollment_id)
        .where(
            Enrollment.mailbox_id == mailbox_id,
            Touch.step_no == 1,
            Touch.planned_local.is_not(None),
            Touch.state.in_((TouchState.PLANNED.value, TouchState.FROZEN.value)),
            Touch.due_at > clock.now() - LATE,
        )
        .group_by(day)
    )
    return Counter({date.fromisoformat(d): n for d, n in s.execute(query)})


def _made(s: Session, touch: Touch, case: Case) -> Message:
    enrollment, mailbox = case.enrollment, case.mailbox
    assert enrollment is not None and case.contact is not None and case.address is not None
    before = _sent_before(s, enrollment.id) if touch.step_no > 1 else []
    words = batches.render_touch(s, enrollment, touch.step_no)
    public_id, now = new_public_id(), clock.now()
    url = optout.url(_public_base_url(), keys.keys("unsubscribe"), public_id)
    text = render.with_closing(words.body, render.closing(mailbox.postal_address, url))
    subject = compose.reply_subject(before[0].subject) if before else words.subject
    rcpt = compose.envelope(case.address.address)
    message_id = compose.message_id(
        message_id_key(), enrollment.public_id, touch.step_no, touch.generation, mailbox.address
    )
    chain = _chain(s, before)
    draft = Draft(
        message_id=message_id,
        sender=mailbox.address,
        sender_name=mailbox.sender_name,
        rcpt=rcpt,
        rcpt_name=s.get_one(Person, case.contact.person_id).name,
        subject=subject,
        body=text,
        at=now,
        in_reply_to=chain[-1] if chain else None,
        references=tuple(chain),
        unsubscribe_mailto=f"{mailbox.address}?subject=unsubscribe {public_id}",
        unsubscribe_url=url,
    )
    message = _message(touch, case, draft, compose.compose(draft))
    message.public_id, message.thread_id = public_id, before[-1].thread_id if before else None
    return message


def _message(touch: Touch, case: Case, draft: Draft, wire: bytes) -> Message:
    enrollment, address = case.enrollment, case.address
    assert enrollment is not None and address is not None
    return Message(
        organisation_id=enrollment.organisation_id,
        mailbox_id=case.mailbox.id,
        enrollment_id=enrollment.id,
        touch_id=touch.id,
        person_id=enrollment.person_id,
        step_no=touch.step_no,
        generation=touch.generation,
        rcpt=draft.rcpt,
        rcpt_normal=address.normal,
        rcpt_domain=address.domain,
        root_domain=enrollment.root_domain,
        message_id=draft.message_id,
        in_reply_to=draft.in_reply_to,
        references=list(draft.references),
        subject=draft.subject,
        body_text=compose.body_text(draft.body),
        rendered=wire,
        body_sha256=hashlib.sha256(wire).hexdigest(),
        state=MessageState.QUEUED.value,
        due_at=touch.due_at,
        not_after=draft.at + LATE,
        created_at=draft.at,
    )


def _sent_before(s: Session, enrollment_id: int) -> list[Message]:
    query = select(Message).where(Message.enrollment_id == enrollment_id, Message.state == MessageState.SENT.value)
    return list(s.scalars(query.order_by(Message.sent_at, Message.id)))


def _chain(s: Session, before: list[Message]) -> list[str]:
    """Message-IDs as the recipient saw them: under the provider's own id where it wrote a new one."""
    if not before:
        return []
    ids = [m.id for m in before]
    seen = {
        a.message_pk: a.seen_id
        for a in s.scalars(select(MessageAlias).where(MessageAlias.message_pk.in_(ids)).order_by(MessageAlias.id))
    }
    return [seen.get(m.id, m.message_id) for m in before][-compose.MAX_REFERENCES :]


def expected_id(s: Session, touch: Touch) -> str:
    """The Message-ID that this touch will get, or has got in a life that the database has forgotten."""
    enrollment = s.get_one(Enrollment, touch.enrollment_id)
    mailbox = s.get_one(Mailbox, enrollment.mailbox_id)
    return compose.message_id(message_id_key(), enrollment.public_id, touch.step_no, touch.generation, mailbox.address)


@lru_cache(maxsize=1)
def _public_base_url() -> str:
    return Settings().public_base_url  # type: ignore[call-arg]


def message_id_key() -> bytes:
    """The key of all Message-IDs: the oldest one, since an id must never change."""
    return base64.urlsafe_b64decode(keys.keys("message_id")[-1])
