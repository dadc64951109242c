"""Uploads in parts, gone on with after a reload, a lost connection or a restart. Pure but for files.

An upload is a folder with `data` and `about.json`. Its name is made of the person, the project and the file, so the
same file chosen again is the same upload. The next part must begin where `data` ends.
"""

import hashlib
import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

PART = 8 << 20  # bytes of one part, as the browser is told
KEPT_DAYS = 7
_CHUNK = 1 << 20


@dataclass(frozen=True)
class File:
    """What the browser says of a file."""

    name: str
    size: int
    changed: str  # the time of the last change, in the browser's own form


@dataclass(frozen=True)
class Upload:
    """An upload that is under way; `offset` bytes of it are here."""

    id: str
    file: File
    owner: str
    offset: int
    folder: Path

    @property
    def data(self) -> Path:
        """The bytes so far."""
        return self.folder / "data"


class WrongPart(Exception):
    """The part does not fit: `offset` says where the next one must begin."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset


def begin(root: Path, owner: str, file: File) -> Upload:
    """Start an upload, or find the one of the same file that was not finished. `owner` names person and project."""
    told = json.dumps([owner, file.name, file.size, file.changed])
    id_ = hashlib.sha256(told.encode()).hexdigest()[:32]
    folder = root / id_
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "about.json").write_text(json.dumps({"owner": owner, **asdict(file)}), encoding="utf-8")
    (folder / "data").touch()
    return _read(folder)


def find(root: Path, owner: str, id_: str) -> Upload | None:
    """The upload with this id if it is the owner's."""
    folder = root / id_
    if not id_.isalnum() or len(id_) != 32 or not (folder / "about.json").is_file():
        return None
    found = _read(folder)
    return found if found.owner == owner else None


def unfinished(root: Path, owner: str) -> list[Upload]:
    """What the owner began and did not end, by name of the file."""
    if not root.is_dir():
        return []
    found = [_read(folder) for folder in root.iterdir() if (folder / "about.json").is_file()]
    return sorted((one for one in found if one.owner == owner), key=lambda one: one.file.name)


def add(upload: Upload, offset: int, part: IO[bytes], sha256: str = "") -> int:
    """Write a part behind what is there and return the new end. Raises WrongPart; then nothing of it stays.

    `sha256` is the part's checksum in hex; empty where the browser cannot make one.
    """
    have = upload.data.stat().st_size
    if offset != have:
        raise WrongPart(f"{have:,} bytes are here; the part begins at {offset:,}", have)
    digest, end = hashlib.sha256(), have
    with upload.data.open("r+b") as out:
        out.seek(have)
        try:
            while chunk := part.read(_CHUNK):
                digest.update(chunk)
                end += len(chunk)
                out.write(chunk)
        except OSError:
            out.truncate(have)
            raise
        if end > upload.file.size or (sha256 and digest.hexdigest() != sha256.lower()):
            out.truncate(have)
            reason = "more bytes than the file has" if end > upload.file.size else "the part was damaged on its way"
            raise WrongPart(reason, have)
    return end


def drop(upload: Upload) -> None:
    """Forget an upload."""
    shutil.rmtree(upload.folder, ignore_errors=True)


def sweep(root: Path, before: float) -> None:
    """Forget uploads that were last written before this time (seconds since 1970)."""
    if root.is_dir():
        for folder in list(root.iterdir()):
            data = folder / "data"
            if not data.exists() or data.stat().st_mtime < before:
                shutil.rmtree(folder, ignore_errors=True)


def _read(folder: Path) -> Upload:
    told = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    file = File(told["name"], told["size"], told["changed"])
    return Upload(folder.name, file, told["owner"], (folder / "data").stat().st_size, folder)
