"""People, their addresses, and whom we never write to."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.db import Base, HasId, HasPublicId, one_of
from crm.vocabulary import ContactKind


class Person(HasPublicId, Base):
    """A human or a role desk, once per organisation."""

    __tablename__ = "person"
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(default="")
    first_name: Mapped[str] = mapped_column(default="")
    last_name: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")
    time_zone: Mapped[str] = mapped_column(default="")  # IANA; empty: assumed from the domain or the mailbox
    subscriber_kind: Mapped[str] = mapped_column(default="unknown")  # company, sole_trader, unknown
    interests: Mapped[str] = mapped_column(default="")
    erased_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class PersonAddress(HasId, Base):
    """One address belongs to one person of the organisation."""

    __tablename__ = "person_address"
    __table_args__ = (UniqueConstraint("organisation_id", "normal"),)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    address: Mapped[str]  # as written
    normal: Mapped[str]  # contacts.addresses.normal_form(): lower case, A-label, no plus tag, no Gmail dots
    domain: Mapped[str] = mapped_column(index=True)  # registrable domain of the address
    mx_ok: Mapped[bool | None]
    stale_at: Mapped[datetime | None]  # a bounce said so
    stale_reason: Mapped[str | None]


class Contact(HasPublicId, Base):
    """A person at a prospect, with the page where the address was found. No source, no mail."""

    __tablename__ = "contact"
    __table_args__ = (UniqueConstraint("prospect_id", "address_id"), one_of("kind", ContactKind))
    prospect_id: Mapped[int] = mapped_column(ForeignKey("prospect.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    address_id: Mapped[int] = mapped_column(ForeignKey("person_address.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    role: Mapped[str] = mapped_column(default="")  # author, editor, owner, press ...
    source_kind: Mapped[str]  # page, import, by_hand, provider, reply
    source_url: Mapped[str]
    method: Mapped[str] = mapped_column(default="")  # mailto, json-ld, byline, obfuscated ...
    confidence: Mapped[float] = mapped_column(default=0.5)
    found_at: Mapped[datetime]
    found_by: Mapped[str]
    rank: Mapped[int] = mapped_column(default=0)  # 0 is the one we write to first
    retired_at: Mapped[datetime | None]
    retired_reason: Mapped[str | None]
    person: Mapped[Person] = relationship(lazy="raise")
    address: Mapped[PersonAddress] = relationship(lazy="raise")


class Suppression(HasPublicId, Base):
    """A lasting "never write". After an erasure only the keyed hash stays."""

    __tablename__ = "suppression"
    __table_args__ = (UniqueConstraint("organisation_id", "kind", "value"),)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str]  # address, domain, or address_hash (hmac-sha256 with the erasure pepper)
    value: Mapped[str]  # normal form
    reason: Mapped[str]  # opt_out, bounce, complaint, by_hand, import, erasure
    detail: Mapped[str] = mapped_column(default="")
    source_event: Mapped[str | None]
    created_at: Mapped[datetime]


class ContactProvider(HasPublicId, Base):
    """A service that knows addresses, with the key of the user. Without a row nothing is asked of anybody."""

    __tablename__ = "contact_provider"
    __table_args__ = (UniqueConstraint("organisation_id", "kind"),)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str]  # hunter, http
    template: Mapped[str] = mapped_column(default="")  # of the http kind: the address with {domain}
    header: Mapped[str] = mapped_column(default="")  # of the http kind: where the key goes
    sealed_key: Mapped[str]
    daily: Mapped[int] = mapped_column(default=50)
    used_on: Mapped[str] = mapped_column(default="")
    used: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
