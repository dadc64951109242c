"""The unattended demo's person at the inbox: a rule of thumb that says what each answer was, and watches for links."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import domains
from crm.db import reading, transaction
from crm.journal import Actor
from crm.models.accounts import Project
from crm.models.batches import Batch, Enrollment
from crm.models.gap import LinkingPage
from crm.models.mail import InboundMessage
from crm.models.mailboxes import Mailbox
from crm.models.outcomes import Placement
from crm.models.prospects import Prospect
from crm.models.targets import TargetPage
from crm.outbox import service as outbox
from crm.outcomes import run as outcomes_run
from crm.outcomes import service as outcomes
from crm.vocabulary import BatchState, Intent, MailboxState, MailKind, OutcomeKind, PlacementState, Stage

ACTOR = Actor("practice", "stand-in")
MEANS = {
    Intent.INTERESTED: OutcomeKind.INTERESTED,
    Intent.WANTS_GUEST_POST: OutcomeKind.WANTS_GUEST_POST,
    Intent.ASKS_PAYMENT: OutcomeKind.ASKS_PAYMENT,
    Intent.ASKS_SWAP: OutcomeKind.ASKS_SWAP,
    Intent.FORWARDS: OutcomeKind.FORWARDED,
    Intent.NEEDS_ASSET: OutcomeKind.NEEDS_ASSET,
    Intent.NOT_NOW: OutcomeKind.NOT_NOW,
    Intent.NO_FIT: OutcomeKind.NO_FIT,
    Intent.WRONG_PERSON: OutcomeKind.WRONG_PERSON,
    Intent.HOSTILE: OutcomeKind.NEVER_AGAIN,
    Intent.OPTOUT: OutcomeKind.NEVER_AGAIN,
}
_URL = re.compile(r"https?://[^\s<>\")\]]+")


class StandIn:
    """Goes through the answers that came since it last looked, in the order in which they came."""

    def __init__(self, project_id: int) -> None:
        self._project_id = project_id
        self._seen = 0

    def morning(self) -> None:
        """Look at what the product has stopped by itself over night, and let it go on."""
        with transaction() as s:
            for box in s.scalars(
                select(Mailbox).where(Mailbox.state == MailboxState.PAUSED, Mailbox.removed_at.is_(None))
            ):
                outbox.resume(s, box, ACTOR)
            for batch in s.scalars(select(Batch).where(Batch.state == BatchState.PAUSED).order_by(Batch.id)):
                outbox.resume(s, batch, ACTOR)

    def look(self) -> int:
        """Mark the outcome of each new answer and check the pages that it names; returns how many there were."""
        with reading() as s:
            new = select(InboundMessage.id).where(
                InboundMessage.id > self._seen, InboundMessage.kind.in_((MailKind.REPLY, MailKind.OPTOUT))
            )
            numbers = list(s.scalars(new.where(InboundMessage.enrollment_id.is_not(None)).order_by(InboundMessage.id)))
        for number in numbers:
            self._one(number)
            self._seen = number
        return len(numbers)

    def _one(self, number: int) -> None:
        with transaction() as s:
            mail = s.get_one(InboundMessage, number)
            enrollment = s.get_one(Enrollment, mail.enrollment_id)
            prospect = s.get_one(Prospect, enrollment.prospect_id)
            named = _named_page(mail, prospect.domain)
            kind = MEANS.get(Intent(mail.intent)) if mail.intent else None
            watched = []
            if named or kind in (OutcomeKind.INTERESTED, OutcomeKind.WANTS_GUEST_POST):
                watched.append(_watch(s, prospect, enrollment, named))
            if kind and not named and prospect.stage not in (Stage.PLACED,):
                outcomes.mark(s, prospect, kind, actor=ACTOR, enrollment=enrollment, inbound=mail)
        for placement_id in watched if named else []:
            self._confirm(placement_id, number)

    def _confirm(self, placement_id: int, number: int) -> None:
        """Only a link that our own check saw counts as placed."""
        outcomes_run.check(placement_id)
        with transaction() as s:
            placement = s.get_one(Placement, placement_id)
            if placement.state != PlacementState.LIVE or placement.prospect_id is None:
                return
            prospect = s.get_one(Prospect, placement.prospect_id)
            if prospect.stage != Stage.PLACED:
                mail = s.get_one(InboundMessage, number)
                enrollment = s.get_one(Enrollment, mail.enrollment_id)
                outcomes.mark(s, prospect, OutcomeKind.PLACED, actor=ACTOR, enrollment=enrollment, inbound=mail)


def _named_page(mail: InboundMessage, domain: str) -> str:
    """The page of the prospect's own site that an answer names, outside of quoted lines."""
    for url in _URL.findall(mail.reply_text):
        if domains.registrable(url) == domain:
            return str(url).rstrip(".,;:!?'")
    return ""


def _watch(s: Session, prospect: Prospect, enrollment: Enrollment, named: str) -> int:
    project = s.get_one(Project, prospect.project_id)
    page = s.get(LinkingPage, prospect.best_page_id) if prospect.best_page_id else None
    target = s.get_one(TargetPage, prospect.target_page_id)
    where = named or (page.source_url if page else f"https://{prospect.domain}/")
    return outcomes.watch(s, project, where, target.url, prospect=prospect, enrollment=enrollment).id
