"""A person's word above the machine's, each with its entry in the journal."""

from typing import Any

from sqlalchemy.orm import Session

from crm.errors import BadInput
from crm.journal import Actor, record
from crm.models.accounts import Project
from crm.models.prospects import Prospect
from crm.models.targets import TargetPage
from crm.prospects import scoring
from crm.prospects.ranking.service import PARTS, rescore
from crm.vocabulary import Action, LinkType


def override(s: Session, prospect: Prospect, part: str, level: str, reason: str, actor: Actor, *, by: str = "") -> None:
    """A person's word on relevance, feasibility or value: high, medium, low, or empty to take it back. The machine's
    value stays visible beside it. Raises BadInput without a reason."""
    if part not in PARTS:
        raise BadInput("Relevance, feasibility or value can be overruled.", field="part")
    if level and level not in scoring.LEVELS:
        raise BadInput("Choose high, medium or low.", field="level")
    if level and not reason.strip():
        raise BadInput("Say why: the next person will want to know.", field="reason")
    said = {k: v for k, v in (prospect.overrides or {}).items() if k != part}
    if level:
        said[part] = {"level": level, "reason": reason.strip()[:500], "by": by or (actor.id or "")}
    prospect.overrides = said
    _note(s, prospect, "prospect.override", actor, {"part": part, "level": level, "reason": reason})
    rescore(s, prospect.project_id, [prospect.id])


def set_link_type(s: Session, prospect: Prospect, kind: LinkType, actor: Actor) -> None:
    """The link type by hand; stands above every later import and is a label for the rules."""
    data = {"from": prospect.link_type, "to": kind.value, "label": kind.value}
    prospect.link_type, prospect.link_type_by = kind.value, actor.id or actor.kind
    prospect.link_type_confidence, prospect.link_type_why = 1.0, ["set by hand"]
    _note(s, prospect, "prospect.link_type", actor, data)
    rescore(s, prospect.project_id, [prospect.id])


def set_action(s: Session, prospect: Prospect, action: Action, why: str, actor: Actor) -> None:
    """The next step by hand."""
    said = {
        **(prospect.overrides or {}),
        "action": {"level": action.value, "reason": why.strip()[:300], "by": actor.id},
    }
    prospect.overrides = said
    prospect.action, prospect.action_why = action.value, why.strip()[:300] or "chosen by hand"
    _note(s, prospect, "prospect.action", actor, {"action": action.value, "why": why})


def set_target_page(s: Session, prospect: Prospect, page: TargetPage, actor: Actor) -> None:
    """The page of ours to pitch, by hand."""
    prospect.overrides = {**(prospect.overrides or {}), "target_page": {"level": page.public_id, "by": actor.id}}
    prospect.target_page_id = page.id
    _note(s, prospect, "prospect.target_page", actor, {"url": page.url})
    rescore(s, prospect.project_id, [prospect.id])


def _note(s: Session, prospect: Prospect, kind: str, actor: Actor, data: dict[str, Any]) -> None:
    s.flush()
    record(s, kind, prospect, project=s.get_one(Project, prospect.project_id), actor=actor, data=data)
