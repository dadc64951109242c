"""Asked twice for every mail, so the statements are put together once."""

from datetime import datetime

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from crm.models.accounts import Project
from crm.models.batches import Enrollment
from crm.models.contacts import Suppression
from crm.models.mail import Message
from crm.models.prospects import Prospect
from crm.vocabulary import EnrollmentState, MessageState

LIVE = (EnrollmentState.ACTIVE.value, EnrollmentState.PAUSED.value)
LEFT_US = (MessageState.SENT.value, MessageState.SENDING.value, MessageState.IN_DOUBT.value, MessageState.REVIEW.value)
_ENTRY = (
    select(Suppression)
    .where(
        Suppression.organisation_id == bindparam("organisation"),
        ((Suppression.kind == "address") & (Suppression.value == bindparam("normal")))
        | ((Suppression.kind == "domain") & Suppression.value.in_(bindparam("hosts", expanding=True)))
        | ((Suppression.kind == "address_hash") & Suppression.value.in_(bindparam("hashes", expanding=True))),
    )
    .limit(1)
)
_OTHERS = (
    Enrollment.organisation_id == bindparam("organisation"),
    Enrollment.root_domain == bindparam("site"),
    Enrollment.id != bindparam("own"),
)
_LEFT = (Message.enrollment_id == Enrollment.id, Message.state.in_(LEFT_US))
_SITE = select(
    exists().where(*_OTHERS, Enrollment.state.in_(LIVE)),
    exists().where(*_OTHERS, *_LEFT, Message.claimed_at > bindparam("since", type_=Message.claimed_at.type)),
)


def entry(s: Session, organisation_id: int, normal: str, hosts: list[str], hashes: list[str]) -> Suppression | None:
    """The entry that forbids the address: by itself, by one of its hosts, or by the hash that an erasure left."""
    values = {"organisation": organisation_id, "normal": normal, "hosts": hosts, "hashes": hashes}
    return s.scalar(_ENTRY, values)


def site(s: Session, organisation_id: int, root_domain: str, own: int, since: datetime) -> tuple[bool, bool]:
    """Whether another enrollment than `own` writes to the site now, and whether one has written to it since then."""
    values = {"organisation": organisation_id, "site": root_domain, "own": own, "since": since}
    busy, recent = s.execute(_SITE, values).one()
    return bool(busy), bool(recent)


def named_this_day(s: Session, organisation_id: int, root_domain: str, now: datetime) -> bool:
    """Whether the site itself named a day to be asked again, and that day has come."""
    named = select(Prospect.id).join(Project, Project.id == Prospect.project_id)
    here = (Project.organisation_id == organisation_id, Prospect.domain == root_domain)
    return s.scalar(named.where(*here, Prospect.wake_on <= now).limit(1)) is not None
