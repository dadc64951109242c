"""The bytes of an upload as tables: what kind of file by its content, unpacked within limits, its encoding. Pure.

A zip or workbook holds several tables. Nothing is ever written to disk and no name inside an archive is used as a path.
"""

import codecs
import gzip
import io
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, cast

from python_calamine import CalamineError, CalamineWorkbook

_CHUNK = 1 << 20
_FOREIGN = {
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"SQLite": "a database",
    b"PAR1": "a Parquet file",
}


class Unreadable(Exception):
    """The file cannot be a table; `reason` says why and `instead` what to give."""

    def __init__(self, reason: str, instead: str = "a CSV, TSV or XLSX export, or a zip or gz of one") -> None:
        super().__init__(reason)
        self.reason = reason
        self.instead = instead


@dataclass(frozen=True)
class Limits:
    """How much one upload may hold; the defaults protect a server, a command may raise them."""

    unpacked: int = 200 * 1024 * 1024  # bytes after unpacking
    ratio: int = 100  # unpacked to packed, asked above one megabyte
    members: int = 50
    rows: int = 1_000_000
    columns: int = 200
    cell: int = 32_768  # characters


@dataclass(frozen=True)
class Part:
    """One table: text that `open` gives afresh each time, or the cells of a sheet."""

    name: str  # member or sheet; "" for the file itself
    encoding: str = ""
    open: Callable[[], IO[bytes]] | None = None
    cells: tuple[tuple[str, ...], ...] | None = None
    warnings: tuple[str, ...] = ()


def parts(path: Path, limits: Limits) -> list[Part]:
    """All tables of a file. Raises Unreadable with a sentence, OSError when the path cannot be opened."""
    with path.open("rb") as f:
        head = f.read(8)
    if not head:
        raise Unreadable("The file is empty.", "the export again; a download that was cut short is often empty")
    if head.startswith(b"PK\x03\x04"):
        return _from_zip(path, limits)
    if head.startswith(b"\x1f\x8b"):
        return [_text("", _unzipped(path, limits))]
    return [_text("", lambda: path.open("rb"))]


def _from_zip(path: Path, limits: Limits) -> list[Part]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if not m.is_dir()]
            _check_zip(members, path.stat().st_size, limits)
            names = {m.filename for m in members}
            if "[Content_Types].xml" in names or "mimetype" in names:
                return _sheets(io.BytesIO(path.read_bytes()), "", limits)
            wanted = [
                m for m in members if not m.filename.startswith("__MACOSX") and not _base(m.filename).startswith(".")
            ]
            found = [part for m in wanted for part in _member(archive, path, m, limits)]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as e:
        raise Unreadable(
            f"The zip file is damaged or protected by a password ({e}).", "the archive again, or the file in it"
        ) from e
    if not found:
        raise Unreadable("The zip file holds no table.", "a zip with the CSV or XLSX export in it")
    return found


def _check_zip(members: list[zipfile.ZipInfo], packed: int, limits: Limits) -> None:
    size = sum(m.file_size for m in members)
    if len(members) > limits.members:
        raise Unreadable(
            f"The archive holds {len(members):,} files; {limits.members} are allowed.", "the files themselves"
        )
    if size > limits.unpacked or (size > _CHUNK and size > limits.ratio * max(packed, 1)):
        raise _too_large(size, limits)


def _too_large(size: int, limits: Limits) -> Unreadable:
    return Unreadable(
        f"The archive unpacks to {size / 1e6:,.0f} MB or more; at most {limits.unpacked / 1e6:,.0f} MB "
        f"and {limits.ratio} times its own size are allowed.",
        "the export unpacked, or in smaller pieces",
    )


def _member(archive: zipfile.ZipFile, path: Path, member: zipfile.ZipInfo, limits: Limits) -> list[Part]:
    with archive.open(member) as f:
        head = f.read(4)
    if head.startswith(b"PK\x03\x04"):
        inner = io.BytesIO(_capped(archive.open(member), limits))
        with zipfile.ZipFile(inner) as book:
            _check_zip(book.infolist(), member.file_size, limits)
            if "[Content_Types].xml" not in book.namelist():
                raise Unreadable(f"The zip holds another zip ({_base(member.filename)}).", "the inner zip by itself")
        return _sheets(inner, _base(member.filename), limits)
    if not head:
        return []

    def fresh() -> IO[bytes]:
        with zipfile.ZipFile(path) as again:  # the member keeps the file open until it is closed itself
            return _counted(again.open(member.filename), limits.unpacked, limits)

    return [_text(_base(member.filename), fresh)]


def _base(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2]


def _unzipped(path: Path, limits: Limits) -> Callable[[], IO[bytes]]:
    allowed = min(limits.unpacked, max(_CHUNK, limits.ratio * path.stat().st_size))

    def fresh() -> IO[bytes]:
        return _counted(gzip.GzipFile(path, "rb"), allowed, limits)

    return fresh


def _counted(inner: IO[bytes] | gzip.GzipFile, allowed: int, limits: Limits) -> IO[bytes]:
    return cast("IO[bytes]", io.BufferedReader(_Counted(inner, allowed, limits)))


class _Counted(io.RawIOBase):
    """A stream that raises Unreadable once more than `allowed` bytes came out of it, or when it is cut short."""

    def __init__(self, inner: IO[bytes] | gzip.GzipFile, allowed: int, limits: Limits) -> None:
        self._inner, self._left, self._allowed, self._limits = inner, allowed, allowed, limits

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        try:
            data = self._inner.read(len(buffer))
        except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile) as e:
            raise Unreadable(
                "The packed file ends early or is damaged.", "the file again; the download was cut short"
            ) from e
        self._left -= len(data)
        if self._left < 0:
            raise _too_large(self._allowed, self._limits)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._inner.close()
        super().close()


def _capped(stream: IO[bytes], limits: Limits) -> bytes:
    data = stream.read(limits.unpacked + 1)
    if len(data) > limits.unpacked:
        raise _too_large(len(data), limits)
    return data


def _sheets(book: IO[bytes], prefix: str, limits: Limits) -> list[Part]:
    try:
        workbook = CalamineWorkbook.from_filelike(book)  # type: ignore[arg-type]
        found = []
        for name in workbook.sheet_names:
            rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=True)
            if len(rows) > limits.rows + 30:
                raise Unreadable(f"Sheet {name} has {len(rows):,} rows; {limits.rows:,} are allowed.", "smaller pieces")
            if rows:
                cells = tuple(tuple(_cell(value) for value in row) for row in rows)
                found.append(Part(f"{prefix}:{name}" if prefix else name, "xlsx", cells=cells))
    except (CalamineError, OSError, ValueError) as e:
        raise Unreadable(f"The workbook cannot be opened ({str(e)[:120]}).", "the export as CSV") from e
    if not found:
        raise Unreadable("The workbook has no filled sheet.", "the sheet with the export in it")
    return found


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return "" if value is None or isinstance(value, timedelta) else str(value)


def _text(name: str, fresh: Callable[[], IO[bytes]]) -> Part:
    with fresh() as f:
        head = f.read(8192)
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t")[:16].lower()
    for magic, what in _FOREIGN.items():
        if head.startswith(magic):
            raise Unreadable(f"This is {what}, not a table.")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("This is an old Excel workbook (.xls).", "the same sheet saved as .xlsx or CSV")
    if start.startswith((b"<!doctype html", b"<html", b"<?xml")):
        raise Unreadable(
            "This is a web page, not a table.", "the export itself; a saved page or a log-in page was given"
        )
    encoding = _encoding(head, fresh)
    if encoding.startswith("utf-16"):
        return Part(name, encoding, fresh)
    if sum(b < 9 or 13 < b < 32 for b in head) > len(head) // 50:
        raise Unreadable("This is not a table: the file holds binary data.")
    warnings = ("The file is not UTF-8; it was read as Windows-1252.",) if encoding == "cp1252" else ()
    return Part(name, encoding, fresh, warnings=warnings)


def _encoding(head: bytes, fresh: Callable[[], IO[bytes]]) -> str:
    if head.startswith(codecs.BOM_UTF16_LE):
        return "utf-16le"
    if head.startswith(codecs.BOM_UTF16_BE):
        return "utf-16be"
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8"
    sample = head[:4096]
    half = max(1, len(sample) // 2)
    if sample[1::2].count(0) > 0.2 * half and sample[1::2].count(0) > 4 * sample[::2].count(0):
        return "utf-16le"
    if sample[::2].count(0) > 0.2 * half and sample[::2].count(0) > 4 * sample[1::2].count(0):
        return "utf-16be"
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    try:
        with fresh() as f:
            while chunk := f.read(_CHUNK):
                if not chunk.isascii() or decoder.getstate()[0]:
                    decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"
