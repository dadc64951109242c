"""Where the files of an import lie, and how they go when it is not wanted."""

import shutil
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import work
from crm.adapters import blobs
from crm.models.gap import Import
from crm.vocabulary import ImportState


def rows_root() -> Path:
    """The folder of column files, beside the folder of uploads."""
    return blobs.path("0" * 64).parents[1].with_name("rows")


def rows_folder(imp: Import) -> Path:
    """The column files of one import."""
    return rows_root() / imp.public_id


def drop_rows(imp: Import) -> None:
    """Delete the column files of an import that will not be finished."""
    shutil.rmtree(rows_folder(imp), ignore_errors=True)


def cancel(s: Session, imp: Import) -> None:
    """End an import that is not wanted: its column files go, and its upload unless another import is made of it."""
    imp.state = ImportState.CANCELLED.value
    drop_rows(imp)
    others = select(Import.id).where(Import.sha256 == imp.sha256, Import.id != imp.id)
    if s.scalar(others.where(Import.state != ImportState.CANCELLED.value).limit(1)) is None:
        blobs.path(imp.sha256).unlink(missing_ok=True)


@work.dropped("import")
def _never_started(s: Session, params: dict[str, Any]) -> None:
    cancel(s, s.get_one(Import, params["import_id"]))
