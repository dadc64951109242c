"""Records of a delimited text, one at a time, that survive a quote which is opened and never closed. Pure."""

import csv
import io
from collections import deque
from collections.abc import Iterator
from typing import IO

from crm.gap.files import Part

MAX_LINES = 60  # a quoted cell spans this many lines at most; longer means that its closing quote is missing


class Broken(list[str]):
    """A line that is no record; `reason` says why. Equal to an empty list, so that counts stay simple."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


def records(part: Part, delimiter: str, *, cell_limit: int = 32_768, width: int = 0) -> Iterator[list[str]]:
    """Records in order without blank lines; lines that cannot be read come as `Broken`.

    `width` > 0 is the header's number of cells: a record over several lines with another number of cells and an odd
    number of quotes is taken for broken quoting; only its first line is lost and reading goes on with the next line.
    """
    if part.cells is not None:
        for row in part.cells:
            if any(row):
                yield list(row)
        return
    if part.open is None:
        return
    with part.open() as raw:
        yield from _delimited(raw, part.encoding, delimiter, cell_limit, width)


def _delimited(raw: IO[bytes], encoding: str, delimiter: str, cell_limit: int, width: int) -> Iterator[list[str]]:
    lines = _Lines(io.TextIOWrapper(raw, encoding=encoding, errors="replace", newline=""))
    csv.field_size_limit(max(cell_limit * 4, 131_072))
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as e:
            row = Broken(_sentence(e))
        taken = len(lines.taken)
        odd = taken > 1 and sum(line.count('"') for line in lines.taken) % 2 == 1
        wrong = width and taken > 1 and len(row) != width and odd
        if isinstance(row, Broken) or wrong or taken > MAX_LINES:
            lines.push_back(taken - 1)
            reader = csv.reader(lines, delimiter=delimiter)
            yield row if isinstance(row, Broken) and taken <= 1 else Broken("a quote is opened and never closed")
        elif row and (len(row) > 1 or row[0].strip()):
            yield row
        lines.taken.clear()


def _sentence(error: csv.Error) -> str:
    return "a cell is too long" if "field larger" in str(error) else f"the line cannot be read ({error})"


class _Lines:
    """The lines of a text, without its byte-order mark, that remembers what the current record took."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._waiting: deque[str] = deque()
        self._first = True
        self.taken: list[str] = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._waiting.popleft() if self._waiting else next(self._text)
        if self._first:
            self._first = False
            line = line.lstrip("\ufeff")
            if line.lower().startswith("sep=") and len(line.strip()) == 5:
                return next(self)
        if len(self.taken) >= MAX_LINES + 1:
            self._waiting.appendleft(line)
            raise csv.Error("a quote is opened and never closed")
        self.taken.append(line)
        return line

    def push_back(self, count: int) -> None:
        """Give the last `count` lines of the current record back to be read again."""
        if count > 0:
            self._waiting.extendleft(reversed(self.taken[-count:]))
