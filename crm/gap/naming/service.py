"""Remembers what the columns of a header mean, per organisation."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import clock
from crm.gap import headers
from crm.models.accounts import Project
from crm.models.gap import HeaderMapping


def remember(s: Session, project: Project, header: Sequence[str], mapping: Mapping[str, str], grain: str) -> None:
    """Store the mapping for every file with this header."""
    row = s.scalar(select(HeaderMapping).where(*_where(project, header)))
    if row is None:
        row = HeaderMapping(organisation_id=project.organisation_id, header_sha256=header_key(header))
        row.created_at = clock.now()
        s.add(row)
    row.mapping, row.grain = dict(mapping), grain
    s.flush()


def remembered(s: Session, project: Project, header: Sequence[str]) -> dict[str, Any] | None:
    """The mapping that a person made for this header, or None."""
    return s.scalar(select(HeaderMapping.mapping).where(*_where(project, header)))


def header_key(header: Sequence[str]) -> str:
    """The hash under which a mapping by hand is found again: the folded header words in order."""
    return hashlib.sha256("\n".join(headers.normal(cell) for cell in header).encode()).hexdigest()


def _where(project: Project, header: Sequence[str]) -> tuple[Any, ...]:
    return (HeaderMapping.organisation_id == project.organisation_id, HeaderMapping.header_sha256 == header_key(header))
