"""A text of any length in blocks of whole records, as UTF-8. Pure but for reading."""

import codecs
from collections.abc import Iterator

from crm.gap.files import Part
from crm.gap.records import MAX_LINES

FIRST = 1 << 20  # a file up to this size is one block, and the reader's
SIZE = 12 << 20
_CHUNK = 4 << 20
_TAIL = 128 << 10


def cut(part: Part, *, first: int = FIRST, size: int = SIZE) -> Iterator[bytes]:
    """Blocks in order; the same file with the same sizes is always cut at the same places."""
    waiting = bytearray()
    window = want = first
    for chunk in _utf8(part):
        waiting += chunk
        while len(waiting) >= window:
            at = boundary(memoryview(waiting)[:window].tobytes())
            if not at and window < 8 * max(want, size):
                window *= 2
                continue
            at = at or waiting.rfind(b"\n", 0, window) + 1 or window
            yield bytes(memoryview(waiting)[:at])
            del waiting[:at]
            window = want = size
    if waiting:
        yield bytes(waiting)


def boundary(data: bytes) -> int:
    """Where the last record surely ends: behind a run of lines with whole quotes, longer than any quoted cell is.

    0 when no such place is found.
    """
    if b'"' not in data:
        return data.rfind(b"\n") + 1
    tail = _TAIL
    while True:
        start = max(0, len(data) - tail)
        if found := _calm(data[start:], whole=start == 0):
            return start + found
        if start == 0:
            return 0
        tail *= 8


def _calm(data: bytes, *, whole: bool) -> int:
    lines = data.split(b"\n")[:-1]
    run = at = found = 0
    for number, line in enumerate(lines):
        at += len(line) + 1
        run = 0 if line.count(b'"') % 2 or (number == 0 and not whole) else run + 1
        if run > MAX_LINES:
            found = at
    return found


def _utf8(part: Part) -> Iterator[bytes]:
    if part.open is None:
        return
    decoder = None if part.encoding == "utf-8" else codecs.getincrementaldecoder(part.encoding)("replace")
    with part.open() as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk if decoder is None else decoder.decode(chunk).encode()
        if decoder is not None and (rest := decoder.decode(b"", final=True)):
            yield rest.encode()
