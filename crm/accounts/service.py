"""Verbs on organisations, users and projects."""

import hashlib
import hmac
import secrets
from datetime import timedelta
from functools import cache
from zoneinfo import available_timezones

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from email_validator import EmailNotValidError, validate_email
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from crm import clock, domains
from crm.errors import BadInput, Refused
from crm.journal import SYSTEM, Actor, record
from crm.models.accounts import (
    AuditEntry,
    Competitor,
    LoginAttempt,
    Organisation,
    Project,
    ProjectMember,
    SavedView,
    User,
)
from crm.models.events import Setting
from crm.vocabulary import CompetitorKind, Role

MIN_PASSWORD, MAX_PASSWORD = 12, 128
MAX_COMPETITORS = 10
FREE_TRIES = 5
ONE_TIME = "one_time_sign_in"
_hasher = PasswordHasher()


def create_owner(s: Session, *, email: str, name: str, password: str | None, organisation: str = "") -> User:
    """The first user with an organisation of one. Raises BadInput on a weak password or a bad address."""
    now = clock.now()
    home = Organisation(name=organisation or name or "My team", created_at=now)
    s.add(home)
    s.flush()
    user = _new_user(home.id, email, name, password)
    s.add(user)
    s.flush()
    record(s, "user.created", user, organisation_id=home.id)
    return user


def add_user(s: Session, project: Project, *, email: str, name: str, password: str, role: Role, actor: Actor) -> User:
    """A further person of the same organisation, member of this project."""
    if s.scalar(select(User.id).where(User.email == email.strip().lower())):
        raise BadInput("Somebody with this address exists already.", field="email")
    user = _new_user(project.organisation_id, email, name, password)
    s.add(user)
    s.flush()
    s.add(ProjectMember(project_id=project.id, user_id=user.id, role=role.value))
    audit(s, "user.added", actor, project.organisation_id, user=user.public_id, role=role.value)
    return user


def authenticate(s: Session, email: str, password: str, ip: str) -> User | None:
    """The user if the password is right; the same time and answer for unknown users. Raises Refused while delayed.

    After five wrong tries per account or address the wait doubles from one second up to 15 minutes.
    """
    names = (f"email:{email.strip().lower()}", f"ip:{ip}")
    wait = max(_wait_seconds(s, key) for key in names)
    if wait > 0:
        raise Refused(f"Too many wrong tries. Wait {int(wait) + 1} seconds and try again.")
    user = s.scalar(select(User).where(User.email == email.strip().lower(), User.disabled_at.is_(None)))
    if _matches(user.password_hash if user else None, password) and user is not None:
        s.execute(delete(LoginAttempt).where(LoginAttempt.key == names[0]))
        audit(s, "login", Actor("user", user.public_id), user.organisation_id)
        return user
    now = clock.real_now()
    s.add_all(LoginAttempt(key=key, at=now) for key in names)
    audit(s, "login.failed", Actor("user"), user.organisation_id if user else None)
    return None


def set_password(s: Session, user: User, password: str, actor: Actor) -> None:
    """A new password ends every session of this user."""
    _check_password(password)
    user.password_hash = _hasher.hash(password)
    user.session_epoch += 1
    audit(s, "password.changed", actor, user.organisation_id)


def end_sessions(s: Session, user: User) -> None:
    """Make every cookie of this user worthless."""
    user.session_epoch += 1


def one_time_token(s: Session, user: User) -> str:
    """A sign-in address that works once; only its hash is stored. For the practice world."""
    token = secrets.token_urlsafe(24)
    row = s.scalar(select(Setting).where(Setting.name == ONE_TIME)) or Setting(name=ONE_TIME)
    row.value = {"sha256": _sha(token), "user": user.public_id}
    s.add(row)
    return token


def redeem(s: Session, token: str) -> User | None:
    """The user of a one-time token, which is spent by this; None when it is wrong or was used."""
    row = s.scalar(select(Setting).where(Setting.name == ONE_TIME))
    if row is None or not hmac.compare_digest(row.value.get("sha256", ""), _sha(token)):
        return None
    user = s.scalar(select(User).where(User.public_id == row.value["user"], User.disabled_at.is_(None)))
    s.delete(row)
    return user


def create_project(
    s: Session,
    owner: User,
    *,
    domain: str,
    name: str = "",
    brand_names: list[str] | None = None,
    languages: list[str] | None = None,
    countries: list[str] | None = None,
) -> Project:
    """A site for which links shall be won. Raises BadInput when `domain` is none, Refused when it exists."""
    own = domains.registrable(domain)
    if own is None:
        raise BadInput(f"“{domain}” is not a domain. Write it like example.com.", field="domain")
    here = select(Project.id).where(Project.organisation_id == owner.organisation_id, Project.domain == own)
    if s.scalar(here):
        raise Refused(f"There is a project for {own} already.")
    project = Project(
        organisation_id=owner.organisation_id,
        name=name or own,
        domain=own,
        brand_names=brand_names or [own.split(".")[0].capitalize()],
        languages=languages or [],
        countries=countries or [],
        created_at=clock.now(),
    )
    s.add(project)
    s.flush()
    s.add(ProjectMember(project_id=project.id, user_id=owner.id, role=Role.OWNER.value))
    record(s, "project.created", project, project=project, actor=Actor("user", owner.public_id))
    return project


def add_competitor(
    s: Session,
    project: Project,
    address: str,
    *,
    kind: CompetitorKind = CompetitorKind.SERP,
    why: str = "",
    actor: Actor = SYSTEM,
) -> Competitor:
    """A rival by domain, or by page when `address` has a path. Adding the same again returns the one that exists."""
    domain = domains.registrable(address)
    if domain is None:
        raise BadInput(f"“{address}” is not a domain or page. Write it like rival.com.", field="competitor")
    if domain == project.domain or domain in project.own_domains:
        raise BadInput(f"{domain} is your own site; name a rival.", field="competitor")
    path = address.split("//")[-1].partition("/")[2]
    url = domains.normal_url(address) if path else ""
    same = select(Competitor).where(
        Competitor.project_id == project.id, Competitor.domain == domain, Competitor.url == url
    )
    found = s.scalar(same)
    if found is not None:
        return found
    n = s.scalar(select(func.count()).where(Competitor.project_id == project.id)) or 0
    if n >= MAX_COMPETITORS:
        raise Refused(f"{MAX_COMPETITORS} competitors are the most; remove one first.")
    taken = set(s.scalars(select(Competitor.position).where(Competitor.project_id == project.id)))
    position = next(i for i in range(MAX_COMPETITORS) if i not in taken)
    rival = Competitor(
        project_id=project.id,
        domain=domain,
        url=url,
        kind=kind.value,
        why=why,
        position=position,
        created_at=clock.now(),
    )
    s.add(rival)
    s.flush()
    record(s, "competitor.added", rival, project=project, actor=actor, data={"domain": domain})
    return rival


def remove_competitor(s: Session, project: Project, rival: Competitor, actor: Actor) -> None:
    """Take a rival out; imports of its links stay and may be given to another."""
    record(s, "competitor.removed", rival, project=project, actor=actor, data={"domain": rival.domain})
    s.delete(rival)


def save_view(s: Session, project: Project, name: str, url: str) -> SavedView:
    """Keep a URL of the project under a name. Raises BadInput without a name."""
    if not name.strip():
        raise BadInput("Give the view a name.", field="name")
    view = SavedView(project_id=project.id, name=name.strip()[:80], url=url, created_at=clock.now())
    s.add(view)
    s.flush()
    return view


def change_profile(s: Session, user: User, *, name: str, time_zone: str, password: str, actor: Actor) -> None:
    """Name and zone of a user, and a new password when one is given. Raises BadInput on an unknown zone."""
    if time_zone and time_zone not in available_timezones():
        raise BadInput(f"“{time_zone}” is no time zone. Write it like Europe/Lisbon.", field="time_zone")
    user.name, user.time_zone = name.strip() or user.name, time_zone or "UTC"
    if password:
        set_password(s, user, password, actor)


def stop_all(s: Session, organisation: Organisation, reason: str, actor: Actor) -> None:
    """No mail of this organisation leaves until `resume_all`; the sender looks before each mail."""
    organisation.stopped_at, organisation.stop_reason = clock.now(), reason
    record(s, "organisation.stopped", organisation, organisation_id=organisation.id, actor=actor)
    audit(s, "stop_all", actor, organisation.id, reason=reason)


def resume_all(s: Session, organisation: Organisation, actor: Actor) -> None:
    """Let mail leave again."""
    organisation.stopped_at, organisation.stop_reason = None, None
    record(s, "organisation.resumed", organisation, organisation_id=organisation.id, actor=actor)
    audit(s, "resume_all", actor, organisation.id)


def audit(s: Session, kind: str, actor: Actor, organisation_id: int | None, **data: str) -> None:
    """Write a security entry (sign-ins, exports, erasures, role changes); no secret ever goes in here."""
    who = f"{actor.kind}:{actor.id or ''}"
    s.add(AuditEntry(organisation_id=organisation_id, at=clock.real_now(), actor=who, kind=kind, data=data))


def _new_user(organisation_id: int, email: str, name: str, password: str | None) -> User:
    try:
        address = validate_email(email, check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError as error:
        raise BadInput(f"“{email}” is not an e-mail address: {error}", field="email") from error
    if password is not None:
        _check_password(password)
    return User(
        organisation_id=organisation_id,
        email=address,
        name=name.strip() or address.split("@")[0],
        password_hash=_hasher.hash(password) if password is not None else None,
        created_at=clock.now(),
    )


def _check_password(password: str) -> None:
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise BadInput(f"A password has {MIN_PASSWORD} to {MAX_PASSWORD} characters.", field="password")


def _matches(stored: str | None, password: str) -> bool:
    try:
        return _hasher.verify(stored or _nobody(), password) and stored is not None
    except (Argon2Error, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    """A hash to compare with when there is no such user, so that both answers take the same time."""
    return _hasher.hash("no such user has this password")


def _wait_seconds(s: Session, key: str) -> float:
    now = clock.real_now()
    recent = select(func.count(), func.max(LoginAttempt.at)).where(
        LoginAttempt.key == key, LoginAttempt.at > now - timedelta(hours=1)
    )
    n, last = s.execute(recent).one()
    if n < FREE_TRIES or last is None:
        return 0.0
    pause: float = min(900.0, 2.0 ** (n - FREE_TRIES))
    return float(pause - (now - last).total_seconds())


def _sha(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
