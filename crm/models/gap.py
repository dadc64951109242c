"""Uploaded exports, the rows kept as evidence, snapshots of the gap, and rules learned from overrides."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Base, HasId, HasPublicId, one_of
from crm.vocabulary import ImportState


class Import(HasPublicId, Base):
    """One uploaded file. accepted + duplicates + rejected = rows_read."""

    __tablename__ = "import_file"
    __table_args__ = (one_of("state", ImportState), Index("ix_import_sha", "project_id", "sha256"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), index=True)
    filename: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    state: Mapped[str] = mapped_column(default=ImportState.UPLOADED.value)
    tool: Mapped[str | None]
    report: Mapped[str | None]
    grain: Mapped[str | None]
    encoding: Mapped[str | None]
    delimiter: Mapped[str | None]
    is_mine: Mapped[bool] = mapped_column(default=False)
    competitor_id: Mapped[int | None] = mapped_column(ForeignKey("competitor.id", ondelete="SET NULL"))
    target: Mapped[str | None]  # domain whose links the file lists, as recognised
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)  # header -> canonical, when mapped by hand
    preview: Mapped[dict[str, Any]] = mapped_column(default=dict)  # header, first rows, preamble
    warnings: Mapped[list[Any]] = mapped_column(default=list)
    refused: Mapped[dict[str, Any] | None]  # {reason, export_instead}
    rows_read: Mapped[int] = mapped_column(default=0)
    accepted: Mapped[int] = mapped_column(default=0)
    duplicates: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    rows_file: Mapped[str | None]  # name of the compressed column file with every canonical row
    exported_on: Mapped[date | None]
    uploaded_at: Mapped[datetime]
    imported_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id", ondelete="SET NULL"))


class ImportReject(HasId, Base):
    """One line that could not be used, with its number (header not counted) and the reason."""

    __tablename__ = "import_reject"
    import_id: Mapped[int] = mapped_column(ForeignKey("import_file.id", ondelete="CASCADE"), index=True)
    row: Mapped[int]
    reason: Mapped[str]


class HeaderMapping(HasId, Base):
    """A mapping made by hand, found again by the header's hash."""

    __tablename__ = "header_mapping"
    __table_args__ = (UniqueConstraint("organisation_id", "header_sha256"),)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    header_sha256: Mapped[str]
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    grain: Mapped[str]
    created_at: Mapped[datetime]


class LinkingPage(HasPublicId, Base):
    """Evidence: a page of a gap domain that links to a competitor (or to us), as one import row said it."""

    __tablename__ = "linking_page"
    __table_args__ = (
        UniqueConstraint("import_id", "file_row"),
        Index("ix_linking_domain", "project_id", "source_domain"),
    )
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    import_id: Mapped[int] = mapped_column(ForeignKey("import_file.id", ondelete="CASCADE"))
    competitor_id: Mapped[int | None] = mapped_column(ForeignKey("competitor.id", ondelete="SET NULL"))  # NULL: ours
    file_row: Mapped[int]
    source_url: Mapped[str]
    source_key: Mapped[str] = mapped_column(index=True)
    source_domain: Mapped[str]  # registrable, A-label
    title: Mapped[str] = mapped_column(default="")
    target_url: Mapped[str] = mapped_column(default="")
    anchor: Mapped[str] = mapped_column(default="")
    ctx_before: Mapped[str] = mapped_column(default="")
    ctx_after: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default="unknown")
    nofollow: Mapped[bool | None]
    is_lost: Mapped[bool | None]
    first_seen: Mapped[date | None]
    last_seen: Mapped[date | None]
    language: Mapped[str] = mapped_column(default="")
    external_links: Mapped[int | None]
    page_traffic: Mapped[float | None]
    metrics: Mapped[list[Any]] = mapped_column(default=list)  # [{vendor, name, level, value}]
    noise: Mapped[list[Any]] = mapped_column(default=list)  # [{rule, why}]
    link_type: Mapped[str | None]
    confidence: Mapped[float | None]
    why: Mapped[list[Any]] = mapped_column(default=list)
    realism: Mapped[str | None]


class Snapshot(HasPublicId, Base):
    """The gap as computed once."""

    __tablename__ = "gap_snapshot"
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    import_ids: Mapped[list[Any]] = mapped_column(default=list)
    n_rows: Mapped[int] = mapped_column(default=0)
    n_domains: Mapped[int] = mapped_column(default=0)
    n_gap: Mapped[int] = mapped_column(default=0)
    n_noise: Mapped[int] = mapped_column(default=0)
    benchmark: Mapped[dict[str, Any]] = mapped_column(default=dict)  # side by side figures per competitor
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict)  # new, closed, lost against the one before


class GapDomain(HasId, Base):
    """One referring domain of a snapshot with the counts per competitor."""

    __tablename__ = "gap_domain"
    __table_args__ = (
        UniqueConstraint("snapshot_id", "domain"),
        Index("ix_gap_domain_overlap", "snapshot_id", "in_gap", "overlap"),
    )
    snapshot_id: Mapped[int] = mapped_column(ForeignKey("gap_snapshot.id", ondelete="CASCADE"))
    domain: Mapped[str]
    links: Mapped[dict[str, Any]] = mapped_column(default=dict)  # {competitor public_id: number of linking pages}
    own_links: Mapped[int] = mapped_column(default=0)
    overlap: Mapped[int] = mapped_column(default=0)
    links_total: Mapped[int] = mapped_column(default=0)
    in_gap: Mapped[bool]
    why_not: Mapped[str | None]  # own, competitor, already_linking, lost ...
    best_page: Mapped[str] = mapped_column(default="")
    metrics: Mapped[dict[str, Any]] = mapped_column(default=dict)


class DomainRule(HasId, Base):
    """What a person decided about a domain: 'keep' or 'set_aside'; stands above every noise rule, for good."""

    __tablename__ = "domain_rule"
    __table_args__ = (UniqueConstraint("project_id", "domain"),)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    domain: Mapped[str]
    verdict: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]
