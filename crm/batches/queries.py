"""What the batch screens show, and what a mail is made of. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm import clock
from crm.batches import letters, plan, review
from crm.batches.law import consent_needed
from crm.batches.letters import Letter, Recipient
from crm.batches.lint import Finding
from crm.batches.starters import Step
from crm.batches.writing.queries import enrolled, first_mails, recipient_of, steps_of
from crm.contacts.service import may_contact
from crm.models.accounts import Project
from crm.models.batches import Batch, Enrollment
from crm.models.mail import Message
from crm.models.mailboxes import Mailbox
from crm.models.targets import TargetPage
from crm.outbox.schedule import ramp_from
from crm.targets import service as targets_service
from crm.vocabulary import EnrollmentState, MailboxState, MessageState

COMPOSING = (EnrollmentState.DRAFT.value, EnrollmentState.HELD.value)
LIVE = (EnrollmentState.ACTIVE.value, EnrollmentState.PAUSED.value)
SKIPPED = "skipped at review"


@dataclass(frozen=True)
class Addressee:
    """One line of the recipients' list, with the mails and the remarks."""

    enrollment: Enrollment
    recipient: Recipient
    letters: tuple[Letter, ...]
    findings: tuple[Finding, ...]
    proposed: bool
    evidence: str

    @property
    def name(self) -> str:
        """Name of the person, else the address, else that nobody is known."""
        contact = self.enrollment.contact
        return (contact.person.name or contact.address.address) if contact else "No contact"

    @property
    def address(self) -> str:
        """Where the mail goes; empty without a contact."""
        return self.enrollment.contact.address.address if self.enrollment.contact else ""

    @property
    def held(self) -> str:
        """Why this person would not be mailed; empty: ready."""
        if self.enrollment.state == EnrollmentState.HELD and self.enrollment.hold_reason == SKIPPED:
            return SKIPPED
        return next((f.words for f in self.findings if f.level == "error"), "")

    @property
    def live(self) -> bool:
        """Whether the sequence runs: words of mails that have not left may still change."""
        return self.enrollment.state in LIVE

    @property
    def composing(self) -> bool:
        """Whether the mails may still be changed and approved."""
        return self.enrollment.state in COMPOSING


@dataclass(frozen=True)
class Composition:
    """A batch with all its words, as composer, review, preview and approval see it."""

    batch: Batch
    steps: tuple[Step, ...]
    addressees: tuple[Addressee, ...]
    mailbox: Mailbox | None
    verdict: review.Verdict
    checks: tuple[Finding, ...]
    ahead: plan.Preview

    @property
    def ready(self) -> list[Addressee]:
        """Who would be mailed if the batch were scheduled now."""
        return [a for a in self.addressees if a.composing and not a.held]

    @property
    def held(self) -> list[Addressee]:
        """Who waits for a person."""
        return [a for a in self.addressees if a.composing and a.held]


def composition(s: Session, batch: Batch) -> Composition:
    """Everything about a batch that is being composed (or runs), checked as of now."""
    project = s.get_one(Project, batch.project_id)
    mailbox = s.get(Mailbox, batch.mailbox_id) if batch.mailbox_id else None
    enrollments = enrolled(s, batch)
    steps = steps_of(s, batch)
    wordings = first_mails(s, batch)
    people = [recipient_of(e, project, batch, mailbox, wordings) for e in enrollments]
    mails, found = letters.all_remarks(people, steps)
    addressees = []
    for enrollment, person in zip(enrollments, people, strict=True):
        filled = letters.fill(person)
        remarks = (*_contact_remarks(s, enrollment), *found[person.key])
        addressees.append(
            Addressee(enrollment, person, tuple(mails[person.key]), remarks, filled.proposed, filled.opening.evidence)
        )
    composing = [a for a in addressees if a.composing]
    firsts = [letters.draft_of(a.letters[0], a.recipient) for a in composing if not a.letters[0].fault]
    names = {a.recipient.key: a.recipient.site for a in addressees}
    checks = review.summary(firsts, {a.recipient.key: a.findings for a in composing}, names)
    return Composition(
        batch,
        steps,
        tuple(addressees),
        mailbox,
        review.judge(_plan(s, batch, steps, composing, mailbox)),
        tuple(checks),
        _ahead(project, batch, steps, [a.enrollment for a in composing if not a.held], mailbox),
    )


def pages_of(s: Session, enrollments: Sequence[Enrollment]) -> list[review.PageHealth]:
    """The newest look at each page of ours that these people are asked to link."""
    targets = {e.prospect.target_page.id: e.prospect.target_page for e in enrollments if e.prospect.target_page}
    return [_health(s, t) for t in targets.values()]


def has_left(s: Session, batch: Batch) -> bool:
    """Whether a mail of this batch is on its way or gone."""
    gone = (
        MessageState.SENDING.value,
        MessageState.SENT.value,
        MessageState.IN_DOUBT.value,
        MessageState.REVIEW.value,
    )
    query = (
        select(func.count(Message.id))
        .join(Enrollment, Enrollment.id == Message.enrollment_id)
        .where(Enrollment.batch_id == batch.id, Message.state.in_(gone))
    )
    return bool(s.scalar(query))


def _contact_remarks(s: Session, e: Enrollment) -> list[Finding]:
    if e.state not in COMPOSING:
        return []
    if e.contact is None or e.contact.retired_at is not None:
        return [Finding("no_contact", "error", "No contact is known here. Find or add one.", "contact")]
    verdict = may_contact(
        s,
        organisation_id=e.organisation_id,
        address_normal=e.contact.address.normal,
        root_domain=e.root_domain,
        enrollment_id=e.id,
    )
    found = [] if verdict.ok else [Finding("may_not", "error", f"{_capital(verdict.reason)}.", "contact")]
    if _is_busy(s, e):
        words = "This person is in another running sequence; one at a time."
        found.append(Finding("busy", "error", words, "contact"))
    if e.contact.address.stale_at is not None:
        found.append(Finding("stale", "error", "Mail to this address came back. Choose another contact.", "contact"))
    if e.contact.person.subscriber_kind == "sole_trader":
        words = "A sole trader: in the UK and the EU such a person must have agreed before the first mail."
        found.append(Finding("sole_trader", "warn", words, "contact"))
    law = consent_needed(e.contact.person.country, e.root_domain)
    if law:
        found.append(Finding("consent", "warn", law, "contact"))
    if e.contact.kind == "guessed":
        found.append(Finding("guessed", "warn", "The address is a guess that nobody verified.", "contact"))
    return found


def _is_busy(s: Session, e: Enrollment) -> bool:
    query = select(Enrollment.id).where(
        Enrollment.organisation_id == e.organisation_id,
        Enrollment.person_id == e.person_id,
        Enrollment.id != e.id,
        Enrollment.state.in_(LIVE),
    )
    return e.person_id is not None and s.scalar(query.limit(1)) is not None


def _plan(
    s: Session, batch: Batch, steps: Sequence[Step], composing: Sequence[Addressee], mailbox: Mailbox | None
) -> review.Plan:
    ready = [a for a in composing if not a.held]
    return review.Plan(
        n_ready=len(ready),
        n_held=len(composing) - len(ready),
        n_steps=len(steps),
        expected_links=sum(a.enrollment.prospect.chance for a in ready),
        pages=tuple(pages_of(s, [a.enrollment for a in ready])),
        sender=_sender(mailbox) if mailbox else None,
        override=str((batch.gate_override or {}).get("reason", "")),
    )


def zone_of(e: Enrollment, mailbox: Mailbox | None) -> tuple[str, bool]:
    """The recipient's time zone and whether it is assumed."""
    person = e.contact.person if e.contact else None
    return plan.zone_for(
        known=person.time_zone if person else "",
        country=person.country if person else "",
        domain=e.root_domain,
        mailbox_zone=mailbox.time_zone if mailbox else "UTC",
    )


def _ahead(
    project: Project, batch: Batch, steps: Sequence[Step], people: Sequence[Enrollment], mailbox: Mailbox | None
) -> plan.Preview:
    settings = dict(project.settings or {}).get("sending") or {}
    sending = plan.Sending(settings)
    if mailbox is not None:
        cap = ramp_from(mailbox.ramp or {}).new_cap(mailbox.new_cap)
        sending = plan.Sending(
            settings, mailbox.window or {}, mailbox.time_zone, cap, mailbox.min_gap_s, mailbox.jitter_s
        )
    return plan.look_ahead(
        clock.now(),
        batch.start_at,
        [plan.Person(e.public_id, *zone_of(e, mailbox), e.root_domain) for e in people],
        sending,
        [step.delay_days for step in steps[1:]],
    )


def _sender(mailbox: Mailbox) -> review.Sender:
    trouble = {
        MailboxState.NEEDS_LOGIN.value: "its password is refused; sign in again",
        MailboxState.RECOVERING.value: "it is being compared with its Sent folder after a restore",
    }.get(mailbox.state, "")
    if mailbox.removed_at is not None:
        trouble = "it was removed"
    return review.Sender(mailbox.address, mailbox.sender_name, mailbox.postal_address, trouble, mailbox.new_cap or 1)


def _health(s: Session, target: TargetPage) -> review.PageHealth:
    title = target.title or urlsplit(target.url).path or target.url
    judged = not targets_service.unjudged(target)
    if targets_service.last_check(s, target) is None:
        return review.PageHealth(title, None, judged=judged)
    bad = [words.rstrip(".") for words in targets_service.gate(s, target)]
    return review.PageHealth(title, not bad, "; ".join(bad), judged)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
