"""Verbs on people, addresses and suppression."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from nameparser import HumanName
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from crm import clock, domains
from crm.adapters import keys
from crm.contacts import addresses
from crm.contacts.asking import queries as asking
from crm.errors import BadInput
from crm.journal import SYSTEM, Actor, record
from crm.models.accounts import Project
from crm.models.contacts import Contact, Person, PersonAddress, Suppression
from crm.models.prospects import Prospect
from crm.prospects import service as prospects
from crm.vocabulary import Action, ContactKind, Stage

RECONTACT_LOCK = timedelta(days=100)
PITCHES = tuple(a.value for a in (Action.PITCH, Action.OFFER_UPDATE, Action.GUEST, Action.REPLACE_BROKEN))
RANK_OF_KIND = {k.value: i for i, k in enumerate(ContactKind)}


@dataclass(frozen=True)
class Verdict:
    """May this address be written to now, and if not, why."""

    ok: bool
    reason: str = ""


def add(
    s: Session,
    prospect: Prospect,
    *,
    address: str,
    name: str = "",
    role: str = "",
    kind: ContactKind | None = None,
    source_kind: str,
    source_url: str,
    method: str = "",
    confidence: float = 0.5,
    found_by: str,
    actor: Actor = SYSTEM,
) -> Contact:
    """A person at a prospect, with the page where the address stands. The same address again updates the contact.

    Raises BadInput for an address or a name that cannot be used, and when the source is missing: the law wants it told.
    """
    try:
        parsed, clean = addresses.parse(address), addresses.clean_name(name)
    except ValueError as error:
        raise BadInput(str(error), field="address") from error
    if not source_url.strip() or not source_kind.strip():
        raise BadInput("Say where the address was found; without a source nobody may be written to.", field="source")
    if addresses.is_forbidden(parsed.written):
        raise BadInput(f"{parsed.written} is read by nobody who could place a link.", field="address")
    project = s.get_one(Project, prospect.project_id)
    row = _address_row(s, project.organisation_id, parsed, clean)
    contact = s.scalar(
        select(Contact).where(Contact.prospect_id == prospect.id, Contact.address_id == row.id)
    ) or Contact(prospect_id=prospect.id, address_id=row.id, person_id=row.person_id)
    kind = kind or (ContactKind.ROLE if addresses.is_role(parsed.written) or not clean else ContactKind.NAMED)
    contact.kind, contact.role, contact.method = kind.value, role or contact.role or "", method
    contact.source_kind, contact.source_url, contact.confidence = source_kind, source_url, confidence
    contact.found_at, contact.found_by = clock.now(), found_by
    is_new = contact.id is None
    s.add(contact)
    s.flush()
    if is_new:
        record(
            s, "contact.added", contact, project=project, actor=actor, data={"source": source_url, "kind": kind.value}
        )
    rank(s, prospect)
    return contact


def add_by_hand(s: Session, prospect: Prospect, form: Mapping[str, str], actor: Actor) -> Contact:
    """A contact that a person typed in: `address`, `name`, `role`, `source_url` (default: the site itself)."""
    return add(
        s,
        prospect,
        address=form.get("address", ""),
        name=form.get("name", ""),
        role=form.get("role", ""),
        source_kind="by_hand",
        source_url=form.get("source_url", "").strip() or f"https://{prospect.domain}/",
        method="by hand",
        confidence=0.9,
        found_by=actor.id or "",
        actor=actor,
    )


def accept_best(s: Session, project: Project, limit: int, actor: Actor, user_id: int | None) -> tuple[list[int], str]:
    """Accept the best found prospects whose next step is a pitch; returns their ids and the undo token."""
    query = (
        select(Prospect)
        .where(
            Prospect.project_id == project.id,
            Prospect.stage == Stage.FOUND.value,
            Prospect.action.in_(PITCHES),
        )
        .order_by(Prospect.rank_value.desc(), Prospect.id)
        .limit(limit)
    )
    best = list(s.scalars(query))
    _, token = prospects.accept(s, best, actor, user_id=user_id)
    return [p.id for p in best], token


def rank(s: Session, prospect: Prospect) -> None:
    """Order the contacts of a prospect: surest kind first, then confidence; and move the prospect to Ready."""
    rows = list(s.scalars(select(Contact).where(Contact.prospect_id == prospect.id, Contact.retired_at.is_(None))))
    rows.sort(key=lambda c: (RANK_OF_KIND[c.kind], -c.confidence, c.id))
    for place, contact in enumerate(rows):
        contact.rank = place
    if rows and prospect.stage == Stage.PROSPECT:
        prospects.set_stage(s, prospect, Stage.READY, "a contact was found", SYSTEM)


def best_contact(s: Session, prospect: Prospect) -> Contact | None:
    """Whom to write to first: the best-ranked contact that is neither retired nor suppressed, at a domain that takes
    mail. Guessed addresses only where the project takes them."""
    project = s.get_one(Project, prospect.project_id)
    unsure = (
        [ContactKind.UNKNOWN]
        if project.settings.get("guessed_contacts")
        else [ContactKind.GUESSED, ContactKind.UNKNOWN]
    )
    query = (
        select(Contact)
        .options(joinedload(Contact.person), joinedload(Contact.address))
        .where(Contact.prospect_id == prospect.id, Contact.retired_at.is_(None))
        .order_by(Contact.rank, Contact.id)
    )
    for contact in s.scalars(query):
        usable = contact.kind not in unsure and contact.address.stale_at is None and contact.address.mx_ok is not False
        if usable and suppressed(s, project.organisation_id, contact.address.normal) is None:
            return contact
    return None


def retire(s: Session, contact: Contact, reason: str) -> None:
    """Take a contact out of use; the person stays known."""
    contact.retired_at, contact.retired_reason = clock.now(), reason


def mark_stale(s: Session, organisation_id: int, normal: str, reason: str) -> None:
    """Remember that mail to this address came back."""
    row = s.scalar(
        select(PersonAddress).where(PersonAddress.organisation_id == organisation_id, PersonAddress.normal == normal)
    )
    if row is not None:
        row.stale_at, row.stale_reason = clock.now(), reason


def suppress(
    s: Session,
    *,
    organisation_id: int,
    kind: str,
    value: str,
    reason: str,
    detail: str = "",
    actor: Actor = SYSTEM,
) -> Suppression:
    """Never write to this `address` or `domain` again, in any project. The same again is harmless."""
    normal = _normal_value(kind, value)
    row = s.scalar(
        select(Suppression).where(
            Suppression.organisation_id == organisation_id, Suppression.kind == kind, Suppression.value == normal
        )
    )
    if row is not None:
        return row
    row = Suppression(
        organisation_id=organisation_id,
        kind=kind,
        value=normal,
        reason=reason,
        detail=detail,
        created_at=clock.now(),
    )
    s.add(row)
    s.flush()
    record(s, "suppression.added", row, organisation_id=organisation_id, actor=actor, data={"reason": reason})
    return row


def suppressed(s: Session, organisation_id: int, normal: str) -> Suppression | None:
    """The entry that forbids this normal address: by itself, by its domain, or by the hash an erasure left."""
    host = normal.rpartition("@")[2]
    hosts, hashes = [host, domains.registrable(host) or host], erasure_hashes(normal)
    return asking.entry(s, organisation_id, normal, hosts, hashes)


def may_contact(
    s: Session,
    *,
    organisation_id: int,
    address_normal: str,
    root_domain: str,
    enrollment_id: int | None = None,
) -> Verdict:
    """Whether a mail may go to this address now. Asked at review and again inside the claim.

    No: suppressed; somebody of the same site is being written to by another enrollment; the site had a pitch from
    another enrollment in the last 100 days, unless it named a day to be asked again and that day has come.
    """
    entry = suppressed(s, organisation_id, address_normal)
    if entry is not None:
        return Verdict(False, f"never write: {entry.reason.replace('_', ' ')} since {entry.created_at:%d %b %Y}")
    if addresses.is_forbidden(address_normal):
        return Verdict(False, "nobody reads this address")
    since = clock.now() - RECONTACT_LOCK
    busy, recent = asking.site(s, organisation_id, root_domain, enrollment_id or 0, since)
    if busy:
        return Verdict(False, f"somebody at {root_domain} is being written to already")
    if recent and not asking.named_this_day(s, organisation_id, root_domain, clock.now()):
        return Verdict(False, f"{root_domain} had a pitch in the last {RECONTACT_LOCK.days} days")
    return Verdict(True)


def erasure_hashes(normal: str) -> list[str]:
    """The keyed hashes under which an erased address may stand, newest pepper first (HMAC-SHA256)."""
    peppers = [base64.urlsafe_b64decode(k) for k in keys.keys("erasure")]
    return [hmac.new(p, normal.encode(), hashlib.sha256).hexdigest() for p in peppers]


def _address_row(s: Session, organisation_id: int, parsed: addresses.Address, name: str) -> PersonAddress:
    row = s.scalar(
        select(PersonAddress).where(
            PersonAddress.organisation_id == organisation_id, PersonAddress.normal == parsed.normal
        )
    )
    if row is not None:
        person = s.get_one(Person, row.person_id)
        if name and not person.name:
            _set_name(person, name)
        return row
    person = Person(organisation_id=organisation_id, created_at=clock.now())
    if name:
        _set_name(person, name)
    s.add(person)
    s.flush()
    row = PersonAddress(
        organisation_id=organisation_id,
        person_id=person.id,
        address=parsed.written,
        normal=parsed.normal,
        domain=parsed.domain,
    )
    s.add(row)
    s.flush()
    return row


def _set_name(person: Person, name: str) -> None:
    parts = HumanName(name)
    person.name, person.first_name, person.last_name = name, parts.first, parts.last


def _normal_value(kind: str, value: str) -> str:
    try:
        if kind == "address":
            return addresses.normal_form(value)
        host = domains.host(value) or value.strip().lower().lstrip("@")
    except ValueError as error:
        raise BadInput(str(error), field="value") from error
    if kind != "domain" or "." not in host:
        raise BadInput(f"“{value}” is neither an address nor a domain.", field="value")
    return host
