"""What forms of the prospect screens send: which rows, which act, which words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from crm.errors import BadInput
from crm.journal import Actor
from crm.models.prospects import Prospect
from crm.prospects import service
from crm.prospects.filters import Wanted, wanted
from crm.vocabulary import Action, LinkType, Stage

# What the toast says, with the number of prospects that changed.
CHANGED = {
    "accept": "%d accepted.",
    "set_aside": "%d set aside.",
    "put_back": "%d put back.",
    "archive": "%d archived.",
    "informational": "%d kept as information.",
    "needs_asset": "%d wait for a better page.",
}


@dataclass(frozen=True)
class BulkAct:
    """One act on several rows: those named, or everything that the list's query finds (`everything`)."""

    act: str
    ids: list[str]
    everything: Wanted | None
    reason: str
    detail: str


def bulk(form: Any, args: Mapping[str, Any]) -> BulkAct:
    """Read the form of a list. Raises BadInput when nothing is selected or the act is unknown."""
    act = str(form.get("act", ""))
    if act not in CHANGED:
        raise BadInput("Choose what shall be done with the selection.")
    ids = [str(v) for v in form.getlist("prospect")]
    everything = wanted(args) if form.get("everything") == "1" else None
    if not ids and everything is None:
        raise BadInput("Select at least one prospect first.")
    return BulkAct(act, ids, everything, str(form.get("reason", "")) or "other", str(form.get("detail", "")))


def one(form: Any, public_id: str) -> BulkAct:
    """The same act on a single prospect."""
    act = str(form.get("act", ""))
    if act not in CHANGED:
        raise BadInput("Choose what shall be done with this prospect.")
    return BulkAct(act, [public_id], None, str(form.get("reason", "")) or "other", str(form.get("detail", "")))


def act_on(s: Session, asked: BulkAct, found: Sequence[Prospect], actor: Actor, user_id: int | None) -> tuple[int, str]:
    """Do it; returns how many changed and the token that undoes all of them."""
    if asked.act == "accept":
        return service.accept(s, found, actor, user_id=user_id)
    if asked.act == "set_aside":
        return service.set_aside(s, found, asked.reason, actor, detail=asked.detail, user_id=user_id)
    if asked.act == "put_back":
        return service.put_back(s, found, actor, user_id=user_id)
    verb = {
        "archive": service.archive,
        "informational": service.mark_informational,
        "needs_asset": service.needs_asset,
    }[asked.act]
    return verb(s, found, asked.detail, actor, user_id=user_id)


def link_type(form: Mapping[str, Any]) -> LinkType:
    """The chosen link type. Raises BadInput."""
    value = str(form.get("type", ""))
    if value not in set(LinkType):
        raise BadInput("Choose one of the nine link types.", field="type")
    return LinkType(value)


def action(form: Mapping[str, Any]) -> Action:
    """The chosen next step. Raises BadInput."""
    value = str(form.get("action", ""))
    if value not in set(Action):
        raise BadInput("Choose one of the next steps.", field="action")
    return Action(value)


def stage(form: Mapping[str, Any]) -> Stage:
    """The chosen stage. Raises BadInput."""
    value = str(form.get("stage", ""))
    if value not in set(Stage):
        raise BadInput("Choose one of the stages.", field="stage")
    return Stage(value)
