"""Verbs on prospects: taking them over from the gap, and every decision that a person makes about one."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import clock, undo
from crm.errors import BadInput
from crm.journal import SYSTEM, Actor, record
from crm.models.accounts import Project, User
from crm.models.contacts import Contact
from crm.models.gap import DomainRule
from crm.models.prospects import Note, Prospect
from crm.prospects import stages
from crm.prospects.overruling.service import override, set_action, set_link_type, set_target_page
from crm.prospects.ranking.service import rescore
from crm.prospects.taking.service import reassess, upsert
from crm.vocabulary import Action, Stage

__all__ = [
    "accept",
    "add_note",
    "archive",
    "mark_informational",
    "needs_asset",
    "override",
    "put_back",
    "reassess",
    "rescore",
    "set_action",
    "set_aside",
    "set_link_type",
    "set_stage",
    "set_target_page",
    "step_back",
    "upsert",
]
INFORMATIONAL = "informational"
# Why people set a prospect aside; the first word is stored, the second is shown.
REASONS = {
    "off_topic": "off topic",
    "low_quality": "low quality or spam",
    "no_editorial": "nobody edits this page",
    "competitor_tied": "tied to a competitor",
    "language": "wrong language or market",
    "paid_only": "only paid links",
    "other": "another reason",
}
KEPT_FIELDS = ("stage", "stage_reason", "set_aside_rule", "action", "action_why", "angle", "overrides")
MOST_AT_ONCE = 5000


def set_stage(s: Session, prospect: Prospect, stage: Stage, reason: str, actor: Actor = SYSTEM) -> None:
    """Move a prospect to another stage and write it into the journal. Raises Refused for a move that makes no sense.

    Staying where it is changes nothing.
    """
    current = Stage(prospect.stage)
    if current == stage:
        return
    stages.check(current, stage, prospect.domain)
    _move(s, prospect, stage, reason, actor)


def step_back(s: Session, prospect: Prospect, stage: Stage, actor: Actor = SYSTEM) -> None:
    """Put a prospect back where it stood before something was undone; the table of moves does not bind this way."""
    if prospect.stage != stage.value:
        _move(s, prospect, stage, "undone", actor)


def accept(s: Session, prospects: Iterable[Prospect], actor: Actor, *, user_id: int | None = None) -> tuple[int, str]:
    """Make them prospects (ready when a contact is known); returns how many changed and the undo token."""
    chosen = [p for p in prospects if p.stage in (Stage.FOUND.value, Stage.SET_ASIDE.value)]
    ready = _with_contact(s, chosen)
    token = _remember(s, chosen, "accepted", user_id)
    for p in chosen:
        if p.stage == Stage.SET_ASIDE.value:
            _rule(s, p, "keep", "accepted", user_id)
            p.set_aside_rule = None
        if p.action in (Action.ARCHIVE.value, Action.INFORMATIONAL.value):
            p.action, p.action_why = Action.PITCH.value, "accepted by a person"
        _move(s, p, Stage.READY if p.id in ready else Stage.PROSPECT, "accepted", actor)
    return len(chosen), token


def set_aside(
    s: Session,
    prospects: Iterable[Prospect],
    reason: str,
    actor: Actor,
    *,
    detail: str = "",
    user_id: int | None = None,
) -> tuple[int, str]:
    """Take prospects off the list, with one of REASONS; holds for every later import. Returns (changed, undo token)."""
    if reason not in REASONS:
        raise BadInput(f"Say why: {', '.join(REASONS.values())}.", field="reason")
    words = detail.strip()[:300] or REASONS[reason]
    return _close(s, prospects, reason, words, Action.ARCHIVE, actor, user_id)


def archive(
    s: Session, prospects: Iterable[Prospect], why: str, actor: Actor, *, user_id: int | None = None
) -> tuple[int, str]:
    """Disqualify for good; stays on the list of disqualified sites with its reason."""
    return _close(s, prospects, "archived", why.strip()[:300] or "archived", Action.ARCHIVE, actor, user_id)


def mark_informational(
    s: Session, prospects: Iterable[Prospect], why: str, actor: Actor, *, user_id: int | None = None
) -> tuple[int, str]:
    """Worth knowing, not worth a mail: a tie that an outsider cannot copy."""
    words = why.strip()[:300] or "marked as informational"
    return _close(s, prospects, INFORMATIONAL, words, Action.INFORMATIONAL, actor, user_id)


def needs_asset(
    s: Session, prospects: Iterable[Prospect], why: str, actor: Actor, *, user_id: int | None = None
) -> tuple[int, str]:
    """A better page has to be made first; the prospect waits where it is with that as its next step."""
    chosen = [p for p in prospects if p.action != Action.CREATE_PAGE.value]
    token = _remember(s, chosen, "marked as needing an asset", user_id)
    for p in chosen:
        p.action, p.action_why = Action.CREATE_PAGE.value, why.strip()[:300] or "needs a better page of yours first"
        p.overrides = {**(p.overrides or {}), "action": {"level": p.action, "reason": p.action_why, "by": actor.id}}
        record(s, "prospect.needs_asset", p, project=_project(s, p), actor=actor, data={"why": p.action_why})
    return len(chosen), token


def put_back(s: Session, prospects: Iterable[Prospect], actor: Actor, *, user_id: int | None = None) -> tuple[int, str]:
    """Take a setting-aside of any date back, the machine's too: the domain is kept from now on, whatever rules say."""
    chosen = [p for p in prospects if p.stage == Stage.SET_ASIDE.value]
    token = _remember(s, chosen, "put back", user_id)
    for p in chosen:
        data = {"rule": p.set_aside_rule, "label": "keep", "was": p.stage_reason}
        _rule(s, p, "keep", "put back by a person", user_id)
        p.set_aside_rule = None
        if p.action in (Action.ARCHIVE.value, Action.INFORMATIONAL.value):
            p.action, p.action_why = Action.PITCH.value, "put back by a person"
        _move(s, p, Stage.FOUND, "put back by a person", actor)
        record(s, "prospect.put_back", p, project=_project(s, p), actor=actor, data=data)
    return len(chosen), token


def add_note(s: Session, prospect: Prospect, text: str, *, user_id: int | None, actor: Actor = SYSTEM) -> Note:
    """Write a remark. Raises BadInput when it is empty."""
    if not text.strip():
        raise BadInput("Write something first.", field="text")
    note = Note(prospect_id=prospect.id, user_id=user_id, at=clock.now(), text=text.strip()[:4000])
    s.add(note)
    s.flush()
    record(s, "prospect.note", prospect, project=_project(s, prospect), actor=actor, data={"note": note.id})
    return note


def _close(
    s: Session,
    prospects: Iterable[Prospect],
    rule: str,
    words: str,
    action: Action,
    actor: Actor,
    user_id: int | None,
) -> tuple[int, str]:
    """Set aside what may be set aside, as one act with one undo."""
    open_ones = [p for p in prospects if stages.may_move(Stage(p.stage), Stage.SET_ASIDE)]
    chosen = [p for p in open_ones if (p.stage, p.set_aside_rule) != (Stage.SET_ASIDE.value, rule)]
    token = _remember(s, chosen, "set aside", user_id)
    for p in chosen:
        _rule(s, p, "set_aside", words, user_id)
        p.action, p.action_why, p.set_aside_rule = action.value, words, rule
        _move(s, p, Stage.SET_ASIDE, words, actor)
    return len(chosen), token


def _move(s: Session, prospect: Prospect, stage: Stage, reason: str, actor: Actor) -> None:
    data = {"from": prospect.stage, "to": stage.value, "reason": reason}
    prospect.stage, prospect.stage_at, prospect.stage_reason = stage.value, clock.now(), reason
    record(s, "prospect.stage", prospect, project=_project(s, prospect), actor=actor, data=data)


def _project(s: Session, prospect: Prospect) -> Project:
    return s.get_one(Project, prospect.project_id)


def _with_contact(s: Session, prospects: Sequence[Prospect]) -> set[int]:
    ids = [p.id for p in prospects]
    query = select(Contact.prospect_id).where(Contact.prospect_id.in_(ids), Contact.retired_at.is_(None)).distinct()
    return set(s.scalars(query))


def _rule(s: Session, prospect: Prospect, verdict: str, reason: str, user_id: int | None) -> None:
    """A person's word about the domain, above every rule of the machine, for good."""
    query = select(DomainRule).where(DomainRule.project_id == prospect.project_id, DomainRule.domain == prospect.domain)
    rule = s.scalar(query) or DomainRule(project_id=prospect.project_id, domain=prospect.domain)
    rule.verdict, rule.reason, rule.by_user_id, rule.at = verdict, reason, user_id, clock.now()
    s.add(rule)


def _remember(s: Session, prospects: Sequence[Prospect], done: str, user_id: int | None) -> str:
    """Offer one undo for the whole set; empty when nothing will change."""
    if not prospects:
        return ""
    if len(prospects) > MOST_AT_ONCE:
        raise BadInput(f"At most {MOST_AT_ONCE:,} at once; narrow the list first.")
    domains = [p.domain for p in prospects]
    project_id = prospects[0].project_id
    rules = s.execute(
        select(DomainRule.domain, DomainRule.verdict, DomainRule.reason).where(
            DomainRule.project_id == project_id, DomainRule.domain.in_(domains)
        )
    )
    params = {
        "rows": [{"id": p.id, **{name: _plain(getattr(p, name)) for name in KEPT_FIELDS}} for p in prospects],
        "rules": {domain: [verdict, reason] for domain, verdict, reason in rules},
        "user": user_id,
    }
    words = f"{domains[0]} {done}" if len(domains) == 1 else f"{len(domains):,} prospects {done}"
    return undo.offer(s, "prospects.restore", params, words, project_id=project_id, user_id=user_id)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


@undo.handler("prospects.restore")
def _restore(s: Session, params: dict[str, Any]) -> None:
    """Put stage, action and the domain's rule back to what they were before the act."""
    before = {row["id"]: row for row in params["rows"]}
    actor = Actor("user", s.scalar(select(User.public_id).where(User.id == params.get("user"))))
    for p in s.scalars(select(Prospect).where(Prospect.id.in_(before))):
        row = before[p.id]
        if p.stage != row["stage"]:
            _move(s, p, Stage(row["stage"]), "taken back", actor)
        for name in KEPT_FIELDS:
            if name != "stage":
                setattr(p, name, row[name])
        rule = s.scalar(select(DomainRule).where(DomainRule.project_id == p.project_id, DomainRule.domain == p.domain))
        earlier = params["rules"].get(p.domain)
        if rule is not None and earlier is None:
            s.delete(rule)
        elif rule is not None and earlier is not None:
            rule.verdict, rule.reason = earlier
