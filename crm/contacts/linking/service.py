"""A person who writes from another address than the one we wrote to keeps both."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import journal
from crm.contacts import addresses
from crm.journal import Actor
from crm.models.contacts import Person, PersonAddress


def link_address(s: Session, organisation_id: int, person_id: int, address: str) -> bool:
    """Note that this address is the person's too; False when it is known already, to whomever it belongs."""
    parsed = addresses.parse(address)
    known = select(PersonAddress.id).where(
        PersonAddress.organisation_id == organisation_id, PersonAddress.normal == parsed.normal
    )
    if s.scalar(known) is not None:
        return False
    row = PersonAddress(
        organisation_id=organisation_id,
        person_id=person_id,
        address=parsed.written,
        normal=parsed.normal,
        domain=parsed.domain,
    )
    s.add(row)
    s.flush()
    person = s.get_one(Person, person_id)
    journal.record(s, "person.address_linked", person, organisation_id=organisation_id, actor=Actor("recipient"))
    return True
