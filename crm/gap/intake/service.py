"""Where the files of an import lie, how they come in parts, and how they go when they are not wanted."""

import shutil
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Settings
from crm import clock, work
from crm.adapters import blobs
from crm.errors import BadInput, NotFound, Refused
from crm.gap.files import Limits
from crm.gap.intake import parts
from crm.gap.intake.parts import File, Upload
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


def machine_limits() -> Limits:
    """Rows from the settings; the rest as for any upload."""
    settings = Settings()
    return Limits(rows=settings.import_max_rows, unpacked=max(Limits.unpacked, 64 * settings.upload_limit_mb * 2**20))


def largest_file() -> int:
    """Bytes of the largest file that is taken in parts."""
    return Settings().upload_file_mb * 2**20


def part_size() -> int:
    """Bytes of one part; a request may hold a little more."""
    return min(parts.PART, Settings().upload_limit_mb * 2**20 // 2)


def sizes() -> dict[str, int]:
    """What the import screen says of its limits: MiB of a file and of a request, rows of a file; bytes of a part."""
    settings = Settings()
    limits = {"file": settings.upload_file_mb, "request": settings.upload_limit_mb, "rows": settings.import_max_rows}
    return {**limits, "part": part_size()}


def begin_upload(owner: str, file: File) -> Upload:
    """Start to take a file in parts, or go on with it. Raises BadInput above the limit, Refused without room."""
    limit = largest_file()
    if not file.name or file.size <= 0:
        raise BadInput("The file is empty.")
    if file.size > limit:
        raise BadInput(
            f"{file.name} has {file.size / 2**20:,.0f} MiB; files up to {limit / 2**20:,.0f} MiB are taken here "
            "(the setting BACKLOOP_UPLOAD_FILE_MB). Use `flask import FILE` or the watched folder for larger ones."
        )
    root = uploads_root()
    parts.sweep(root, clock.real_now().timestamp() - parts.KEPT_DAYS * 86400)
    root.mkdir(parents=True, exist_ok=True)
    upload = parts.begin(root, owner, file)
    if shutil.disk_usage(root).free < file.size - upload.offset:
        parts.drop(upload)
        raise Refused(f"{file.name}: the disk has no room for it. Nothing was stored; make room and send it again.")
    return upload


def upload_of(owner: str, id_: str) -> Upload:
    """The unfinished upload of this owner. Raises NotFound."""
    found = parts.find(uploads_root(), owner, id_)
    if found is None:
        raise NotFound("This upload is not here any more. Choose the file again.")
    return found


def unfinished_uploads(owner: str) -> list[Upload]:
    """What the owner began to send and did not end."""
    return parts.unfinished(uploads_root(), owner)


def uploads_root() -> Path:
    """The folder of uploads under way, beside the stored files."""
    return rows_root().with_name("uploads")
