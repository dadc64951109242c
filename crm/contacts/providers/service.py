"""The services an organisation has given a key for. The key is sealed in the vault and never shown again."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import clock
from crm.adapters import vault
from crm.contacts.providers import kinds
from crm.db import new_public_id
from crm.errors import BadInput
from crm.models.contacts import ContactProvider

KINDS = ("hunter", "http")
DAILY = 50


def save(
    s: Session, organisation_id: int, *, kind: str, key: str, template: str = "", header: str = "", daily: int = DAILY
) -> ContactProvider:
    """Keep or replace the key of one kind of service. Raises BadInput with what is wrong."""
    if kind not in KINDS:
        raise BadInput("Choose Hunter or another service.", field="kind")
    if not key.strip() or not key.strip().isprintable() or not key.isascii():
        raise BadInput("Paste the key that the service gave you.", field="key")
    if fault := kinds.fault_of(kind, template.strip(), header.strip()):
        raise BadInput(fault, field="template")
    row = of_kind(s, organisation_id, kind)
    if row is None:
        row = ContactProvider(
            organisation_id=organisation_id, kind=kind, public_id=new_public_id(), created_at=clock.now()
        )
        s.add(row)
    row.template, row.header = ("", "") if kind == "hunter" else (template.strip(), header.strip())
    row.daily, row.last_error = max(1, min(5000, daily)), ""
    row.sealed_key = vault.seal(key.strip(), f"provider:{row.public_id}")
    s.flush()
    return row


def of_kind(s: Session, organisation_id: int, kind: str) -> ContactProvider | None:
    """The stored service of a kind."""
    mine = (ContactProvider.organisation_id == organisation_id, ContactProvider.kind == kind)
    return s.scalar(select(ContactProvider).where(*mine))


def all_of(s: Session, organisation_id: int) -> list[ContactProvider]:
    """Those with a key, in the order in which they are asked."""
    mine = select(ContactProvider).where(ContactProvider.organisation_id == organisation_id)
    return list(s.scalars(mine.order_by(ContactProvider.id)))


def take_one(s: Session, row: ContactProvider) -> bool:
    """Count one question against the day; False when the day's are used up."""
    today = f"{clock.now():%Y-%m-%d}"
    if row.used_on != today:
        row.used_on, row.used = today, 0
    if row.used >= row.daily:
        return False
    row.used += 1
    return True


def remove(s: Session, row: ContactProvider) -> None:
    """Forget the key: from now on nothing is asked."""
    s.delete(row)
    s.flush()
