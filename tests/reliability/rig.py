"""A small world for tests of the outbox: a mailbox, a batch, people with planned mails, and words that need no facts."""

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from crm import clock
from crm.adapters.accounts import Account
from crm.adapters.smtp import Go, SendResult, Verdict
from crm.batches.service import Rendered
from crm.mailboxes import service as mailboxes
from crm.mailboxes.providers import Endpoint
from crm.models.accounts import Organisation, Project
from crm.models.batches import Batch, BatchStep, Enrollment
from crm.models.contacts import Contact, Person, PersonAddress
from crm.models.mail import Touch
from crm.models.mailboxes import Mailbox
from crm.models.prospects import Prospect
from crm.outbox.freezing import service as freezing

OPEN_ALWAYS = {"window": {"days": list(range(7)), "from": "00:00", "to": "24:00"}, "prefer": None, "holidays": False}
NO_LIMITS = {
    "hour_cap": 10**6,
    "day_cap": 10**6,
    "new_cap": 10**6,
    "min_gap_s": 0,
    "jitter_s": 0,
    "ramp": {},
    "saves_sent": True,
}


def plain_words(s: Session, enrollment: Enrollment, step_no: int) -> Rendered:
    """Words that need nothing: the rules of sending are tested, not those of writing."""
    return Rendered(f"About your page {enrollment.public_id}", f"Hello,\n\nthis is mail {step_no}.\n\nAda")


@contextmanager
def words_of_our_own() -> Iterator[None]:
    """Replace the rendering of pitches by `plain_words`."""
    real = freezing.batches.render_touch
    freezing.batches.render_touch = plain_words  # type: ignore[assignment]
    try:
        yield
    finally:
        freezing.batches.render_touch = real


def make_project(s: Session, sending: dict[str, Any] | None = None) -> Project:
    organisation = Organisation(name="Tidyclock", created_at=clock.now())
    s.add(organisation)
    s.flush()
    settings = {"sending": OPEN_ALWAYS if sending is None else sending}
    project = Project(
        organisation_id=organisation.id,
        name="Tidyclock",
        domain="tidyclock.example",
        settings=settings,
        created_at=clock.now(),
    )
    s.add(project)
    s.flush()
    return project


def make_mailbox(
    s: Session, project: Project, port: int = 1, address: str = "ada@tidyclock.example", **caps: Any
) -> Mailbox:
    organisation = s.get_one(Organisation, project.organisation_id)
    plain = Endpoint("127.0.0.1", port, "plain")
    mailbox = mailboxes.connect(
        s, organisation, project, address=address, smtp=plain, imap=plain, password="practice", sender_name="Ada Lindt",
        postal_address="1 Clock Lane, Berlin", caps=NO_LIMITS | caps,
    )  # fmt: skip
    mailbox.inbound_synced_at = clock.now()
    return mailbox


def make_batch(s: Session, project: Project, delays: tuple[int, ...] = ()) -> Batch:
    """A running batch with 1 + len(delays) steps."""
    now = clock.now()
    batch = Batch(
        project_id=project.id,
        name="First group",
        angle="resource_page",
        state="running",
        created_at=now,
        approved_at=now,
    )
    s.add(batch)
    s.flush()
    for n, delay in enumerate((0, *delays), start=1):
        s.add(BatchStep(batch_id=batch.id, step_no=n, subject="About {{ page_short }}", body="Hello", delay_days=delay))
    s.flush()
    return batch


def enroll(
    s: Session,
    batch: Batch,
    mailbox: Mailbox,
    n: int,
    *,
    start: int = 0,
    zone: str = "Europe/Berlin",
    host: str = "",
    planned: bool = True,
) -> list[Enrollment]:
    """n people at n sites, each with a planned first touch that is due now."""
    made = []
    project = s.get_one(Project, batch.project_id)
    for k in range(start, start + n):
        domain = f"site{k}.example"
        mail_host = host or domain
        prospect = Prospect(
            project_id=project.id, domain=domain, stage="in_batch", stage_at=clock.now(), created_at=clock.now()
        )
        person = Person(organisation_id=project.organisation_id, name=f"Person {k}", created_at=clock.now())
        s.add_all([prospect, person])
        s.flush()
        normal = f"person{k}@{mail_host}"
        address = PersonAddress(
            organisation_id=project.organisation_id,
            person_id=person.id,
            address=normal,
            normal=normal,
            domain=mail_host,
        )
        s.add(address)
        s.flush()
        contact = Contact(
            prospect_id=prospect.id,
            person_id=person.id,
            address_id=address.id,
            kind="named",
            source_kind="page",
            source_url=f"https://{domain}/about",
            found_at=clock.now(),
            found_by="test",
        )
        s.add(contact)
        s.flush()
        made.append(_enrollment(batch, mailbox, prospect, contact, domain, zone, project.organisation_id))
    s.add_all(made)
    s.flush()
    now = clock.now()
    local = now.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M:%S") if planned else None
    s.add_all(
        Touch(enrollment_id=e.id, step_no=1, planned_local=local, time_zone=zone, due_at=now, created_at=now)
        for e in made
    )
    s.flush()
    return made


def _enrollment(
    batch: Batch, mailbox: Mailbox, prospect: Prospect, contact: Contact, domain: str, zone: str, organisation_id: int
) -> Enrollment:
    return Enrollment(
        organisation_id=organisation_id,
        batch_id=batch.id,
        prospect_id=prospect.id,
        contact_id=contact.id,
        person_id=contact.person_id,
        mailbox_id=mailbox.id,
        root_domain=domain,
        time_zone=zone,
        time_zone_assumed=False,
        state="active",
        created_at=clock.now(),
    )


@dataclass
class FakePost:
    """A post office in memory: `answers` by recipient or "", `before_data` and `after` are called at their points."""

    answers: dict[str, SendResult] = field(default_factory=dict)
    delivered: list[tuple[str, bytes]] = field(default_factory=list)
    in_sent: set[str] | None = None
    before: Any = None  # (rcpt) right before the gate
    between: Any = None  # (rcpt) after the gate, before the server takes it
    after: Any = None  # (rcpt) after the server took it

    def send(
        self, account: Account, wire: bytes, sender: str, rcpt: str, *, deadline: float, go: Go | None = None
    ) -> SendResult:
        answer = self.answers.get(rcpt) or self.answers.get("")
        if self.before:
            self.before(rcpt)
        if answer is not None and answer.phase in ("connect", "tls", "auth", "mail", "rcpt"):
            return answer
        if go is not None and not go():
            return SendResult(Verdict.WITHDRAWN, "rcpt")
        if self.between:
            self.between(rcpt)
        if answer is None or answer.verdict is Verdict.IN_DOUBT and answer.text == "taken":
            self.delivered.append((rcpt, wire))
        if self.after:
            self.after(rcpt)
        return answer or SendResult(Verdict.SENT, "answered", 250, "2.0.0", "taken")

    def sent_ids(self, account: Account, folder: str | None, ids: Collection[str]) -> set[str]:
        taken = {w.split(b"Message-ID: <")[1].split(b">")[0].decode() for _, w in self.delivered}
        return set(ids) & (taken if self.in_sent is None else self.in_sent)

    def file_copy(self, account: Account, folder: str | None, message_id: str, wire: bytes, at: datetime) -> None:
        self.in_sent = (self.in_sent or set()) | {message_id}

    def close(self) -> None:
        pass

    def rcpts(self) -> list[str]:
        return [rcpt for rcpt, _ in self.delivered]


LEASE = timedelta(seconds=float(os.environ.get("RIG_LEASE", "30")))
