"""Verbs on what became of a pitch: say the outcome, watch a link, keep what a check saw."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from crm import clock, domains, undo
from crm.contacts import service as contacts
from crm.errors import BadInput
from crm.journal import SYSTEM, Actor, record
from crm.models.accounts import Project
from crm.models.batches import Enrollment
from crm.models.contacts import Contact, PersonAddress
from crm.models.mail import InboundMessage
from crm.models.outcomes import Outcome, Placement, Referral, Reminder
from crm.models.prospects import Prospect
from crm.outbox import service as outbox
from crm.outcomes import consequences
from crm.outcomes.referrals import ReferralFile
from crm.outcomes.undoing.service import before as as_before
from crm.outcomes.undoing.service import offer as offer_undo
from crm.prospects import service as prospects
from crm.prospects import stages
from crm.vocabulary import Channel, OutcomeKind, Stage

__all__ = [
    "confirm",
    "keep_referrals",
    "mark",
    "offer_undo",
    "remind",
    "set_channel",
    "stop_watching",
    "watch",
]
NOT_REPLACED = (OutcomeKind.SENT.value, OutcomeKind.PLACED.value)


def mark(
    s: Session,
    prospect: Prospect,
    kind: OutcomeKind,
    *,
    actor: Actor,
    enrollment: Enrollment | None = None,
    inbound: InboundMessage | None = None,
    machine: bool = False,
    note: str = "",
    remind_on: date | None = None,
) -> Outcome:
    """Say what became of a prospect; stage, follow-ups, reminders and the do-not-contact list follow from it.

    A person's word takes the place of what was said before of the same answer. Marking again re-runs what follows.
    """
    project = s.get_one(Project, prospect.project_id)
    now = clock.now()
    kept = as_before(s, prospect, enrollment)
    _replace_earlier(s, prospect, kind, enrollment, inbound, machine=machine)
    outcome = Outcome(
        project_id=project.id,
        prospect_id=prospect.id,
        enrollment_id=enrollment.id if enrollment is not None else None,
        inbound_id=inbound.id if inbound is not None else None,
        kind=kind.value,
        machine=machine,
        confirmed_at=None if machine else now,
        at=now,
        by=actor.id or actor.kind,
        note=note[:2000],
    )
    s.add(outcome)
    s.flush()
    before = prospect.stage
    made = _follow(s, project, prospect, enrollment, kind, actor, note, remind_on)
    data = {"kind": kind.value, "machine": machine, "stage_before": before, "reminder": made, "before": kept}
    batch_id = enrollment.batch_id if enrollment is not None else None
    record(s, "outcome.marked", outcome, project=project, actor=actor, batch_id=batch_id, data=data)
    return outcome


def confirm(s: Session, outcome: Outcome, actor: Actor) -> None:
    """A person agrees with what the machine said."""
    outcome.confirmed_at = clock.now()
    outcome.by = actor.id or actor.kind
    s.flush()


def watch(
    s: Session,
    project: Project,
    page_url: str,
    target_url: str,
    *,
    prospect: Prospect | None = None,
    enrollment: Enrollment | None = None,
    channel: str = Channel.OUTREACH.value,
    cost_minor: int = 0,
    currency: str = "EUR",
    note: str = "",
    actor: Actor = SYSTEM,
) -> Placement:
    """Watch a link: it is looked for at once, then by the schedule. The same page and target are watched once.

    Raises BadInput for addresses that are none, and for a page of our own site.
    """
    page, target = domains.normal_url(page_url), domains.normal_url(target_url)
    for address, field in ((page, "page_url"), (target, "target_url")):
        if domains.host(address) is None:
            raise BadInput("This is not the address of a page; it begins with https://", field=field)
    if any(domains.is_within(page, own) for own in (project.domain, *project.own_domains)):
        raise BadInput("The page that links must be somebody else's, not one of yours.", field="page_url")
    if channel not in [c.value for c in Channel]:
        raise BadInput("Say where the link came from.", field="channel")
    keys = (domains.url_key(page), domains.url_key(target))
    known = s.scalar(
        select(Placement).where(
            Placement.project_id == project.id, Placement.page_key == keys[0], Placement.target_key == keys[1]
        )
    )
    if known is not None:
        return _joined(s, known, prospect, enrollment)
    placement = Placement(
        project_id=project.id, prospect_id=prospect.id if prospect else _prospect_id(s, project, page),
        enrollment_id=enrollment.id if enrollment else None, page_url=page, page_key=keys[0], target_url=target,
        target_key=keys[1], channel=channel, cost_minor=cost_minor, currency=currency, note=note[:1000],
        paid=channel == Channel.BOUGHT.value, reported_at=clock.now(), next_check_at=clock.now(), failed_on=[],
    )  # fmt: skip
    s.add(placement)
    s.flush()
    record(s, "placement.watched", placement, project=project, actor=actor, data={"page": page, "target": target})
    return placement


def set_channel(s: Session, placement: Placement, channel: str, cost_minor: int, currency: str) -> None:
    """Say where a link came from and what it cost, in minor units of the currency."""
    if channel not in [c.value for c in Channel]:
        raise BadInput("Choose one of the channels.", field="channel")
    if cost_minor < 0:
        raise BadInput("A cost cannot be below zero.", field="cost")
    placement.channel, placement.paid = channel, channel == Channel.BOUGHT.value
    placement.cost_minor, placement.currency = cost_minor, currency.upper()[:3] or "EUR"
    s.flush()


def stop_watching(s: Session, placement: Placement, *, user_id: int | None = None) -> str:
    """Look no more for a link; its state and proofs stay. Returns the undo token."""
    at = placement.next_check_at
    params = {"placement": placement.id, "next": at.isoformat() if at else None}
    placement.next_check_at = None
    s.flush()
    return undo.offer(s, "placement.stop", params, "Stopped looking", project_id=placement.project_id, user_id=user_id)


@undo.handler("placement.stop")
def _watch_again(s: Session, params: dict[str, Any]) -> None:
    at = params["next"]
    s.get_one(Placement, params["placement"]).next_check_at = datetime.fromisoformat(at) if at else clock.now()


def keep_referrals(
    s: Session, project: Project, found: ReferralFile, starts_on: date | None = None, ends_on: date | None = None
) -> int:
    """Store visits from sites; the same file again changes nothing. Returns how many lines are now kept.

    Days that are given stand above those of the file. Raises BadInput when neither tells them.
    """
    starts_on, ends_on = starts_on or found.starts_on, ends_on or found.ends_on
    if starts_on is None or ends_on is None:
        raise BadInput("The file does not say its days; give the first and the last one.", field="starts")
    for row in found.rows:
        key = {
            "source_domain": row.source_domain,
            "landing_url": row.landing_url,
            "starts_on": starts_on,
            "ends_on": ends_on,
        }
        kept = s.scalar(select(Referral).filter_by(project_id=project.id, **key))
        if kept is None:
            kept = Referral(project_id=project.id, **key)
            s.add(kept)
        kept.sessions, kept.engaged, kept.conversions = row.sessions, row.engaged, row.conversions
    s.flush()
    return len(found.rows)


def remind(s: Session, project_id: int, text: str, due_on: date, *, prospect_id: int | None = None) -> Reminder:
    """Put a line on Today from a day on."""
    reminder = Reminder(
        project_id=project_id, prospect_id=prospect_id, due_on=due_on, text=text, created_at=clock.now()
    )
    s.add(reminder)
    s.flush()
    return reminder


def _follow(
    s: Session,
    project: Project,
    prospect: Prospect,
    enrollment: Enrollment | None,
    kind: OutcomeKind,
    actor: Actor,
    note: str,
    remind_on: date | None,
) -> bool:
    """Do what the table says; returns whether a reminder was made."""
    what = consequences.of(kind)
    if enrollment is not None and what.stop is not None:
        outbox.stop(s, enrollment, what.stop, actor)
    if what.stage is not None and _moves(Stage(prospect.stage), what.stage):
        prospects.set_stage(s, prospect, what.stage, kind.value.replace("_", " "), actor)
    if what.needs_asset:
        prospects.needs_asset(s, [prospect], note or "asked for a better page", actor)
    if what.suppress:
        _close_for_good(s, project, prospect, enrollment, actor)
    prospect.wake_on = None
    if what.wake_in_days is not None:
        day = remind_on or (clock.now() + timedelta(days=what.wake_in_days)).date()
        prospect.wake_on = datetime.combine(day, time(0), tzinfo=UTC)
        return True
    if remind_on is not None:
        what = replace(what, remind_in_days=0, reminder=what.reminder or "{site}: ask again?")
    if what.remind_in_days is None:
        return False
    due = remind_on or (clock.now() + timedelta(days=what.remind_in_days)).date()
    remind(s, project.id, what.reminder.format(site=domains.display(prospect.domain)), due, prospect_id=prospect.id)
    return True


def _moves(current: Stage, wanted: Stage) -> bool:
    """Does the outcome move the prospect? A mere answer or mail never takes back what is further on."""
    further = {
        Stage.CONTACTED: {Stage.REPLIED, Stage.INTERESTED, Stage.PLACED, Stage.DECLINED, Stage.LOST},
        Stage.REPLIED: {Stage.PLACED},
        Stage.PROSPECT: {Stage.PLACED},
    }
    return current not in further.get(wanted, set()) and stages.may_move(current, wanted)


def _replace_earlier(
    s: Session,
    prospect: Prospect,
    kind: OutcomeKind,
    enrollment: Enrollment | None,
    inbound: InboundMessage | None,
    *,
    machine: bool,
) -> None:
    """What was said before of the same answer no longer counts; of a sequence, only the machine's unconfirmed words."""
    rows = update(Outcome).where(Outcome.prospect_id == prospect.id, Outcome.replaced_at.is_(None))
    if inbound is not None:
        same = rows.where(Outcome.inbound_id == inbound.id)
        s.execute((same.where(Outcome.machine) if machine else same).values(replaced_at=clock.now()))
    elif enrollment is not None and not machine and kind.value not in NOT_REPLACED:
        mine = rows.where(Outcome.enrollment_id == enrollment.id, Outcome.machine, Outcome.confirmed_at.is_(None))
        s.execute(mine.where(Outcome.kind.not_in(NOT_REPLACED)).values(replaced_at=clock.now()))


def _close_for_good(
    s: Session, project: Project, prospect: Prospect, enrollment: Enrollment | None, actor: Actor
) -> None:
    said: dict[str, Any] = {"organisation_id": project.organisation_id, "reason": "asked us to stop", "actor": actor}
    contacts.suppress(s, kind="domain", value=prospect.domain, **said)
    if enrollment is not None and enrollment.contact_id is not None:
        contact = s.get_one(Contact, enrollment.contact_id)
        contacts.suppress(s, kind="address", value=s.get_one(PersonAddress, contact.address_id).address, **said)


def _joined(s: Session, known: Placement, prospect: Prospect | None, enrollment: Enrollment | None) -> Placement:
    known.prospect_id = known.prospect_id or (prospect.id if prospect else None)
    known.enrollment_id = known.enrollment_id or (enrollment.id if enrollment else None)
    s.flush()
    return known


def _prospect_id(s: Session, project: Project, page: str) -> int | None:
    site = domains.registrable(page)
    return s.scalar(select(Prospect.id).where(Prospect.project_id == project.id, Prospect.domain == site))
