"""Entries of effort on one prospect or batch. Reads only."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.models.accounts import User
from crm.models.batches import Batch
from crm.models.prospects import Effort, Prospect

KINDS = {"prospect": Prospect, "batch": Batch}
COUNTED = "counted on the page"  # note of the entries that grow by themselves


@dataclass(frozen=True)
class Spent:
    """Everything noted on one subject, newest first, with the name of who worked."""

    entries: list[tuple[Effort, str]]

    @property
    def minutes(self) -> float:
        """All minutes."""
        return sum(e.minutes for e, _ in self.entries)


def of(s: Session, kind: str, subject: Prospect | Batch) -> Spent:
    """The entries of a prospect or batch."""
    query = (
        select(Effort, User.name)
        .outerjoin(User, User.id == Effort.by_user_id)
        .where(Effort.project_id == subject.project_id, Effort.subject_type == kind, Effort.subject_id == subject.id)
        .order_by(Effort.at.desc(), Effort.id.desc())
    )
    return Spent([(effort, name or "") for effort, name in s.execute(query)])
