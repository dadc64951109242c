"""Bytes of an upload to a file named by its content, without holding it in memory. Pure but for files."""

import errno
import hashlib
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_CHUNK = 1 << 20


class DiskFull(OSError):
    """There is no room left; nothing of the upload was kept."""


@dataclass(frozen=True)
class Kept:
    """Where an upload lies now."""

    sha256: str
    size: int
    path: Path


def keep(stream: IO[bytes], where: Callable[[str], Path], scratch: Path) -> Kept:
    """Copy `stream` to `where(sha256)`; the same content again costs nothing. Raises DiskFull."""
    scratch.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    handle, name = tempfile.mkstemp(dir=scratch, prefix="upload-")
    half = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                out.write(chunk)
        target = where(digest.hexdigest())
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            half.replace(target)
        return Kept(digest.hexdigest(), size, target)
    except OSError as e:
        if e.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(e.errno, "no room left on the disk") from e
        raise
    finally:
        half.unlink(missing_ok=True)


def adopt(path: Path, where: Callable[[str], Path]) -> Kept:
    """Move a file that is on this disk already to `where(sha256)`."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    target = where(digest.hexdigest())
    target.parent.mkdir(parents=True, exist_ok=True)
    path.replace(target)
    return Kept(digest.hexdigest(), size, target)
