"""Undo in place of "Are you sure?": the inverse of an act, valid 30 minutes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import clock
from crm.errors import NotFound, Refused
from crm.models.events import Undo

VALID = timedelta(minutes=30)
Inverse = Callable[[Session, dict[str, Any]], None]
_inverses: dict[str, Inverse] = {}


def handler(kind: str) -> Callable[[Inverse], Inverse]:
    """Register the function that takes an act of this kind back."""

    def keep(function: Inverse) -> Inverse:
        _inverses[kind] = function
        return function

    return keep


def offer(
    s: Session, kind: str, params: dict[str, Any], words: str, *, project_id: int, user_id: int | None = None
) -> str:
    """Remember how to take an act back; returns the token of `POST /undo/<token>`."""
    if kind not in _inverses:
        raise ValueError(f"nobody knows how to undo {kind}")
    row = Undo(project_id=project_id, user_id=user_id, kind=kind, params=params, words=words, created_at=clock.now())
    s.add(row)
    s.flush()
    return row.public_id


def take_back(s: Session, token: str, project_id: int) -> str:
    """Run the inverse once and return the words of what was taken back. Raises NotFound or Refused."""
    row = s.scalar(select(Undo).where(Undo.public_id == token, Undo.project_id == project_id).with_for_update())
    if row is None:
        raise NotFound("There is nothing to undo here.")
    if row.used_at is not None:
        raise Refused("That was already undone.")
    if clock.now() - row.created_at > VALID:
        raise Refused("Too late to undo: that is possible for 30 minutes.")
    _inverses[row.kind](s, row.params)
    row.used_at = clock.now()
    return row.words
