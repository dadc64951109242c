"""What the contact screens show."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from crm.models.accounts import Project
from crm.models.batches import Batch, Enrollment
from crm.models.contacts import Contact, Person, PersonAddress, Suppression
from crm.models.mail import InboundMessage, Message
from crm.models.prospects import Prospect

PAGE = 50


@dataclass(frozen=True)
class ContactRow:
    """A contact with its person, address and site."""

    contact: Contact
    person: Person
    address: PersonAddress
    prospect: Prospect


@dataclass(frozen=True)
class Written:
    """One mail to or from a person."""

    at: datetime | None
    words: str
    batch: str


def contacts(s: Session, project: Project, *, q: str = "", kind: str = "", after: int = 0) -> list[ContactRow]:
    """Contacts of the project, newest first, `PAGE` at a time; `after` is the last id of the page before."""
    query = _rows(project).order_by(Contact.id.desc()).limit(PAGE)
    if after:
        query = query.where(Contact.id < after)
    if kind:
        query = query.where(Contact.kind == kind)
    if q:
        like = f"%{q.strip().lower()}%"
        query = query.where(
            PersonAddress.normal.like(like) | func.lower(Person.name).like(like) | Prospect.domain.like(like)
        )
    return [ContactRow(*row) for row in s.execute(query)]


def contact_detail(s: Session, project: Project, contact: Contact) -> dict[str, Any]:
    """The person behind a contact: other sites, mails, suppression."""
    row = ContactRow(*s.execute(_rows(project).where(Contact.id == contact.id)).one())
    elsewhere = _rows(project).where(Contact.person_id == contact.person_id, Contact.id != contact.id)
    sent = (
        select(Message.sent_at, Message.subject, Batch.name)
        .outerjoin(Enrollment, Enrollment.id == Message.enrollment_id)
        .outerjoin(Batch, Batch.id == Enrollment.batch_id)
        .where(Message.person_id == contact.person_id, Message.sent_at.is_not(None))
        .order_by(Message.sent_at)
    )
    return {
        "row": row,
        "elsewhere": [ContactRow(*r) for r in s.execute(elsewhere)],
        "mails": [Written(at, subject, batch or "") for at, subject, batch in s.execute(sent)],
    }


def of_prospect(s: Session, prospect: Prospect) -> list[Contact]:
    """The contacts of a prospect in the order in which they would be written to."""
    query = (
        select(Contact)
        .options(joinedload(Contact.person), joinedload(Contact.address))
        .where(Contact.prospect_id == prospect.id, Contact.retired_at.is_(None))
        .order_by(Contact.rank, Contact.id)
    )
    return list(s.scalars(query))


def suppressions(s: Session, organisation_id: int) -> list[Suppression]:
    """Whom we never write to, newest first."""
    query = select(Suppression).where(Suppression.organisation_id == organisation_id).order_by(Suppression.id.desc())
    return list(s.scalars(query.limit(1000)))


def everything_on(s: Session, person: Person) -> dict[str, Any]:
    """All that is stored on one person, for the person (GDPR article 15)."""
    found = select(Contact, Prospect.domain).join(Prospect, Prospect.id == Contact.prospect_id)
    sent = select(Message).where(Message.person_id == person.id).order_by(Message.id)
    addresses = list(s.scalars(select(PersonAddress).where(PersonAddress.person_id == person.id)))
    received = select(InboundMessage).where(InboundMessage.from_address.in_([a.address for a in addresses]))
    return {
        "name": person.name,
        "language": person.language,
        "time_zone": person.time_zone,
        "addresses": [{"address": a.address, "came_back": a.stale_reason} for a in addresses],
        "found": [
            {"site": d, "page": c.source_url, "method": c.method, "at": c.found_at, "by": c.found_by, "role": c.role}
            for c, d in s.execute(found.where(Contact.person_id == person.id))
        ],
        "sent": [
            {"at": m.sent_at, "to": m.rcpt, "subject": m.subject, "text": m.body_text, "state": m.state}
            for m in s.scalars(sent)
        ],
        "received": [
            {"at": m.at, "subject": m.subject, "text": m.full_text, "kind": m.kind} for m in s.scalars(received)
        ],
    }


def _rows(project: Project) -> Any:
    return (
        select(Contact, Person, PersonAddress, Prospect)
        .join(Person, Person.id == Contact.person_id)
        .join(PersonAddress, PersonAddress.id == Contact.address_id)
        .join(Prospect, Prospect.id == Contact.prospect_id)
        .where(Prospect.project_id == project.id, Contact.retired_at.is_(None))
    )
