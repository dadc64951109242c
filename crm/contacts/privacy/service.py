"""Verbs of privacy: lifting a suppression where that is allowed, and erasing a person."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from crm import clock
from crm.contacts import service as contacts
from crm.errors import Refused
from crm.journal import Actor, record
from crm.models.contacts import Contact, Person, PersonAddress, Suppression
from crm.models.mail import InboundMessage, Message


def lift(s: Session, entry: Suppression, actor: Actor, *, misread: bool = False) -> None:
    """Take a suppression back. Opt-outs, complaints and erasures stay for good. Raises Refused for those.

    `misread`: a person read the answer and found no opt-out in it; the entry was the rules' mistake.
    """
    if entry.reason in ("opt_out", "complaint", "erasure") and not (misread and entry.reason == "opt_out"):
        raise Refused("This person asked never to be written to again; that cannot be lifted.")
    record(s, "suppression.lifted", entry, organisation_id=entry.organisation_id, actor=actor)
    s.delete(entry)


def erase(s: Session, person: Person, actor: Actor) -> int:
    """Forget a person: name, addresses, words and notes go; a keyed hash of each address stays so that nobody writes
    again, and so do the anonymous outcomes from which the model learns. Returns how many addresses were erased."""
    rows = list(s.scalars(select(PersonAddress).where(PersonAddress.person_id == person.id)))
    for row in rows:
        digest = contacts.erasure_hashes(row.normal)[0]
        s.add(
            Suppression(
                organisation_id=person.organisation_id,
                kind="address_hash",
                value=digest,
                reason="erasure",
                created_at=clock.now(),
            )
        )
        s.execute(
            update(InboundMessage)
            .where(InboundMessage.from_address == row.address)
            .values(from_address="", from_name="", reply_text="", full_text="", subject="", phrases=[])
        )
        row.address, row.normal, row.domain = "", f"erased:{digest[:16]}", ""
    s.execute(
        update(Message)
        .where(Message.person_id == person.id)
        .values(rcpt="", rcpt_normal="", body_text="", subject="", rendered=b"")
    )
    person.name = person.first_name = person.last_name = person.interests = ""
    person.erased_at = clock.now()
    for contact in s.scalars(select(Contact).where(Contact.person_id == person.id)):
        contacts.retire(s, contact, "erased")
    record(s, "person.erased", person, organisation_id=person.organisation_id, actor=actor)
    return len(rows)
