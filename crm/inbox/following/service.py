"""The consequences of an incoming mail: what stops, what is suppressed, what waits, what a person must see.

Stopping is always allowed, for it is the safe direction; anything else asks `match.may_change` (the trust rule).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import domains
from crm.contacts import addresses
from crm.contacts import service as contacts
from crm.contacts.linking import service as linking
from crm.inbox.bounce import Failure
from crm.inbox.classify import Classified
from crm.inbox.match import may_change
from crm.inbox.matching.queries import Match, answered, own_addresses, sent_to
from crm.inbox.meanings import machine_outcome
from crm.inbox.verdict import fold
from crm.journal import Actor
from crm.models.batches import Batch, Enrollment
from crm.models.mail import InboundMessage, Message, Thread
from crm.models.outcomes import Outcome
from crm.models.prospects import Prospect
from crm.outbox import schedule
from crm.outbox import service as outbox
from crm.outcomes import service as outcomes
from crm.vocabulary import BounceVerdict, EnrollmentState, Intent, MailKind, OutcomeKind, StopReason

WRITER = Actor("recipient")
AWAY_DAYS = 5  # business days, where no day of return is named
BY_LINK = "used the opt-out link"
UNPLACED = timedelta(hours=24)


@dataclass(frozen=True)
class Arrival:
    """An incoming mail with all that is known of it."""

    organisation_id: int
    inbound: InboundMessage
    found: Classified
    match: Match
    thread: Thread | None
    trusted: bool | None

    @property
    def proven(self) -> bool:
        """Whether it may change more than the sequence's running on."""
        return may_change(self.match.by, self.trusted)

    @property
    def placed(self) -> bool:
        """Whether it is known which conversation it belongs to."""
        return self.thread is not None


def follow(s: Session, arrival: Arrival) -> None:
    """Do what follows. Opt-out and stop come first of all."""
    kind = arrival.found.kind
    if kind is MailKind.OPTOUT:
        _opt_out(s, arrival)
    elif kind is MailKind.REPLY:
        _reply(s, arrival)
    elif kind is MailKind.AUTO_REPLY:
        _automatic(s, arrival)
    elif kind is MailKind.BOUNCE:
        _bounce(s, arrival)
    elif kind is MailKind.COMPLAINT:
        _complaint(s, arrival)
    elif kind is MailKind.DELIVERED:
        _sorted(arrival, "Delivered; nothing to do")


def by_hand(s: Session, organisation_id: int, to: tuple[str, ...], at: datetime) -> list[Enrollment]:
    """The user wrote to somebody by hand: that person's sequences end. Returns them."""
    own = own_addresses(s, organisation_id)
    normals = [n for n in (normal_of(a) for a in to if a not in own) if n]
    found = sent_to(s, organisation_id, normals, at - timedelta(days=120)) if normals else []
    for enrollment in found:
        outbox.stop(s, enrollment, StopReason.MANUAL_MAIL, Actor("user"), "you wrote by hand")
    return found


def opted_out_by_link(s: Session, message_public_id: str) -> bool:
    """The recipient of this mail pressed "Stop writing to me": the outbox closes the address, and the outcome says so.
    Pressing twice changes nothing."""
    if not outbox.opt_out(s, message_public_id):
        return False
    message = s.scalars(select(Message).where(Message.public_id == message_public_id)).one()
    enrollment = s.get(Enrollment, message.enrollment_id) if message.enrollment_id else None
    if enrollment is None:
        return True
    said = select(Outcome.id).where(Outcome.enrollment_id == enrollment.id, Outcome.note == BY_LINK)
    if s.scalar(said) is None:
        prospect = s.get_one(Prospect, enrollment.prospect_id)
        outcomes.mark(s, prospect, OutcomeKind.NO_FIT, actor=WRITER, enrollment=enrollment, note=BY_LINK)
    return True


def normal_of(address: str) -> str:
    """The normal form of an address, '' where it is none."""
    try:
        return addresses.normal_form(address)
    except ValueError:
        return ""


def _reply(s: Session, arrival: Arrival) -> None:
    if not arrival.placed:
        _unplaced(s, arrival)
        return
    _know_writer(s, arrival)
    _stop_site(s, arrival, StopReason.REPLY, "answered")
    outcome = machine_outcome(arrival.found.meaning.intent) if arrival.proven else OutcomeKind.REPLIED
    _mark(s, arrival, outcome, remind_on=arrival.found.meaning.later_on)
    if outcome is OutcomeKind.NO_FIT:
        if _says_only_no_thanks(arrival.found.reply_text):
            _suppress(s, arrival, "opt_out")
        _sorted(arrival, "Said no; sequence stopped, this project does not ask again")
    else:
        _needs_you(arrival)


def _says_only_no_thanks(text: str) -> bool:
    """Our own mails promise that a bare "no thanks" ends the matter for good."""
    words = fold(text).strip(" .!,")
    return len(words) < 40 and words.startswith(("no thanks", "no thank you", "no, thanks", "no, thank you"))


def _opt_out(s: Session, arrival: Arrival) -> None:
    """Suppression before anything else; only a mail that the provider itself calls forged is left to a person."""
    if arrival.trusted is not False:
        _suppress(s, arrival, "opt_out")
    _stop_site(s, arrival, StopReason.OPT_OUT, "asked not to be written to")
    if not arrival.placed:
        _unplaced(s, arrival)
    elif arrival.trusted is not False:
        _mark(s, arrival, OutcomeKind.NEVER_AGAIN if arrival.proven else OutcomeKind.NO_FIT)
        _sorted(arrival, "Asked not to be written to; on the do-not-contact list")
    else:
        _needs_you(arrival)


def _automatic(s: Session, arrival: Arrival) -> None:
    auto, enrollment = arrival.found.auto, arrival.match.enrollment
    if auto is None or enrollment is None:
        return
    if auto.left:
        outbox.stop(s, enrollment, StopReason.REPLY, WRITER, "left the company")
        if arrival.proven:
            _mark(s, arrival, OutcomeKind.WRONG_PERSON)
        _needs_you(arrival)
    elif auto.intent is Intent.OUT_OF_OFFICE:
        until = _back(auto.return_on, arrival.inbound.at)
        outbox.postpone(s, enrollment, until)
        _sorted(arrival, f"Out of office; the next mail waits until {until:%d %b %Y}")
    else:
        _sorted(arrival, "A receipt by machine; the sequence goes on")


def _bounce(s: Session, arrival: Arrival) -> None:
    message, enrollment, report = arrival.match.message, arrival.match.enrollment, arrival.found.report
    if message is None or report is None:
        return
    failure = _failure_of(arrival)
    verdict = failure.verdict if failure else BounceVerdict.TEMPORARY
    if report.delayed:
        _sorted(arrival, "Delayed on its way; nothing to do")
        return
    if enrollment is not None and answered(s, enrollment.id):
        contacts.mark_stale(s, arrival.organisation_id, message.rcpt_normal, "bounced after an answer")
        _sorted(arrival, "Came back after an answer; the answer counts")
        return
    dead = verdict is BounceVerdict.DEAD_ADDRESS
    if dead:
        contacts.mark_stale(s, arrival.organisation_id, message.rcpt_normal, failure.reason if failure else "")
        _suppress(s, arrival, "bounce")
    if enrollment is not None:
        words = f"bounced: {verdict.value.replace('_', ' ')}"
        outbox.stop(s, enrollment, StopReason.BOUNCE, WRITER, words)
        _mark(s, arrival, OutcomeKind.BOUNCED)
    outbox.check_breakers(s, message)
    ending = "address suppressed, next contact wanted" if dead else "the address is kept"
    _sorted(arrival, f"Came back ({verdict.value.replace('_', ' ')}); {ending}")


def _complaint(s: Session, arrival: Arrival) -> None:
    """Somebody pressed "spam": the heaviest word there is. The batch waits for a person."""
    enrollment = arrival.match.enrollment
    _suppress(s, arrival, "complaint")
    _stop_site(s, arrival, StopReason.COMPLAINT, "complained")
    if enrollment is not None:
        outbox.pause(s, s.get_one(Batch, enrollment.batch_id), "a recipient complained", WRITER)
        _mark(s, arrival, OutcomeKind.NEVER_AGAIN)
    _needs_you(arrival)


def _unplaced(s: Session, arrival: Arrival) -> None:
    """Somebody of a site that we write to, but which conversation is unknown: its mails wait a day for a person."""
    until = arrival.inbound.read_at + UNPLACED
    live = select(Enrollment).where(
        Enrollment.organisation_id == arrival.organisation_id,
        Enrollment.root_domain == arrival.match.domain,
        Enrollment.state.in_((EnrollmentState.ACTIVE.value, EnrollmentState.PAUSED.value)),
    )
    for enrollment in s.scalars(live):
        outbox.hold(s, enrollment, until, "an answer from this site could not be placed")


def _know_writer(s: Session, arrival: Arrival) -> None:
    """Who answers from another address names our Message-ID: from now on that address is the same person's. Only
    within the site that we wrote to; a colleague elsewhere stays a stranger."""
    message, mail = arrival.match.message, arrival.found.mail
    here = normal_of(mail.from_address)
    if not arrival.proven or message is None or message.person_id is None or not here:
        return
    host = here.rpartition("@")[2]
    same_site = (domains.registrable(host) or host) in (message.root_domain, message.rcpt_domain)
    if same_site and not addresses.is_forbidden(here):
        linking.link_address(s, arrival.organisation_id, message.person_id, mail.from_address)


def _stop_site(s: Session, arrival: Arrival, reason: StopReason, words: str) -> None:
    """One person's word ends every sequence to the whole site; the one that was answered carries the reason itself."""
    enrollment = arrival.match.enrollment
    if enrollment is not None:
        outbox.stop(s, enrollment, reason, WRITER, words)
    root = enrollment.root_domain if enrollment is not None else arrival.match.domain
    if root:
        outbox.stop_domain(
            s, arrival.organisation_id, root, StopReason.DOMAIN if reason is StopReason.REPLY else reason, WRITER, words
        )


def _suppress(s: Session, arrival: Arrival, reason: str) -> None:
    """The address that our mail went to, and the writer's own where it is of the same site."""
    message, mail = arrival.match.message, arrival.found.mail
    named = [message.rcpt] if message is not None else []
    if reason == "opt_out" and normal_of(mail.from_address) and mail.from_address not in named:
        named.append(mail.from_address)
    for address in named:
        contacts.suppress(
            s, organisation_id=arrival.organisation_id, kind="address", value=address, reason=reason,
            detail=", ".join(arrival.found.meaning.phrases)[:200], actor=WRITER,
        )  # fmt: skip


def _mark(s: Session, arrival: Arrival, kind: OutcomeKind, remind_on: date | None = None) -> None:
    thread = arrival.thread
    prospect = s.get(Prospect, thread.prospect_id) if thread is not None and thread.prospect_id else None
    if prospect is not None:
        outcomes.mark(
            s, prospect, kind, actor=WRITER, enrollment=arrival.match.enrollment, inbound=arrival.inbound, machine=True,
            remind_on=remind_on if kind is OutcomeKind.NOT_NOW else None,
        )  # fmt: skip


def _failure_of(arrival: Arrival) -> Failure | None:
    report, message = arrival.found.report, arrival.match.message
    if report is None or message is None:
        return None
    mine = [f for f in report.failures if normal_of(f.address) == message.rcpt_normal]
    return next(iter(mine or report.failures), None)


def _back(return_on: date | None, at: datetime) -> datetime:
    """The morning of the day of return, else of the fifth business day from the mail."""
    day = return_on or schedule.add_business_days(at.date(), AWAY_DAYS)
    return datetime.combine(day, time(7), UTC)


def _needs_you(arrival: Arrival) -> None:
    if arrival.thread is not None:
        arrival.thread.needs_you_at = arrival.inbound.read_at
        arrival.thread.sorted_line = None


def _sorted(arrival: Arrival, line: str) -> None:
    """Done without a person; an answer that still waits in the same conversation goes on waiting."""
    if arrival.thread is not None and arrival.thread.needs_you_at is None:
        arrival.thread.sorted_line = line
