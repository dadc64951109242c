"""Stored files by their content: a folder now, an object store later."""

import hashlib
import os
import tempfile
from pathlib import Path

_root: Path | None = None


def use(folder: Path) -> None:
    """Keep the files below `folder`."""
    global _root
    _root = folder


def put(data: bytes, media_type: str = "application/octet-stream") -> str:
    """Store bytes once; returns their sha256 in hex. A crash leaves either the whole file or none.

    `media_type` is for stores that keep it; a folder does not.
    """
    digest = hashlib.sha256(data).hexdigest()
    target = path(digest)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent)
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        Path(name).replace(target)
    return digest


def get(digest: str) -> bytes:
    """The bytes stored under this sha256. Raises FileNotFoundError."""
    return path(digest).read_bytes()


def path(digest: str) -> Path:
    """Where the file with this sha256 lies (it need not exist)."""
    if _root is None:
        raise RuntimeError("no folder for stored files; create_app() or blobs.use(folder) comes first")
    if len(digest) != 64 or not digest.isalnum():
        raise ValueError("not a sha256")
    return _root / digest[:2] / digest
