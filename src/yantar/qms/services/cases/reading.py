"""A case feed as rows: CSV as programs write it, plain or packed by gzip, read in a stream however large it is."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any

from django.utils.translation import gettext_lazy as _

from yantar.core.problems import Problem, Refused

from .checking import COLUMNS

LONGEST = 1 << 20
"""Bytes without an end of line: that is no list of cases."""
NAMES = {
    "service": ("service", "service_code", "услуга", "код услуги"),
    "number": ("number", "case", "номер", "номер дела"),
    "site": ("site", "site_code", "площадка", "код площадки"),
    "received": ("received", "received_on", "получено", "дата получения"),
    "registered": ("registered", "registered_on", "зарегистрировано", "дата регистрации"),
    "suspended_days": ("suspended_days", "suspended", "дней приостановки"),
    "done": ("done", "done_on", "завершено", "дата завершения"),
    "outcome": ("outcome", "result", "результат"),
    "waiting_minutes": ("waiting_minutes", "waiting", "ожидание, минут"),
}
"""How the heading may call the columns, in any letter case and any order; what is not named there is empty in every row."""
REQUIRED = ("service", "number", "received", "outcome")

Rows = Iterator[tuple[int, Sequence[str]]]


class Counted(io.RawIOBase):
    """A file that knows how much of it was read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.done = file, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._file.read(len(buffer))
        buffer[: len(piece)] = piece
        self.done += len(piece)
        return len(piece)


class _Lines(io.RawIOBase):
    """A stream of lines: one that never ends is not read into memory."""

    def __init__(self, stream: Any) -> None:
        self._stream, self._since = stream, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._stream.read(len(buffer))
        buffer[: len(piece)] = piece
        self._since = 0 if b"\n" in piece else self._since + len(piece)
        if self._since > LONGEST:
            raise Refused(Problem(_("A line is too long: this is not a list of cases."), code="too_long"))
        return len(piece)


def rows_of(file: IO[bytes], counted: Callable[[Counted], None] | None = None) -> Rows:
    """The rows of a file with their line numbers (the heading is line 1), each with nine texts in the order of COLUMNS.

    The first line names the columns; comma, semicolon and tabulator are recognised. A row of another length comes as it is, so that it
    is told. Raises Refused where the heading lacks a column, a line is too long, or the packing is damaged.
    """
    raw = Counted(file)
    if counted is not None:
        counted(raw)
    buffered = io.BufferedReader(raw, 1 << 18)
    packed = buffered.peek(2)[:2] == b"\x1f\x8b"
    stream: Any = gzip.GzipFile(fileobj=buffered) if packed else buffered
    lines = io.BufferedReader(_Lines(stream), 1 << 18)
    text = io.TextIOWrapper(lines, encoding="utf-8-sig", errors="replace", newline="")
    try:
        yield from _parsed(text)
    except (gzip.BadGzipFile, EOFError, OSError) as error:
        raise Refused(Problem(_("The file is damaged: it could not be unpacked to its end."), code="damaged")) from error


def _parsed(text: io.TextIOWrapper) -> Rows:
    heading = text.readline(LONGEST)
    if not heading.strip():
        raise Refused(Problem(_("The file is empty."), code="empty"))
    delimiter = max(",;\t", key=heading.count)
    order = _order(next(csv.reader([heading], delimiter=delimiter)))
    width, plain = len(order), order == list(range(len(COLUMNS)))
    places = [order.index(place) if place in order else None for place in range(len(COLUMNS))]
    reader = csv.reader(text, delimiter=delimiter)
    while True:
        try:
            for row in reader:
                if len(row) != width:
                    if row:
                        yield reader.line_num + 1, row if len(row) != len(COLUMNS) else [*row, ""]
                elif plain:
                    yield reader.line_num + 1, row
                else:
                    yield reader.line_num + 1, ["" if place is None else row[place] for place in places]
            return
        except csv.Error:
            yield reader.line_num + 1, []


def _order(heading: Sequence[str]) -> list[int]:
    """Which of COLUMNS stands at each place; raises Refused with everything wrong in the heading."""
    by_name = {name: place for place, column in enumerate(COLUMNS) for name in NAMES[column]}
    found, problems = [], []
    for name in heading:
        place = by_name.get(" ".join(name.split()).casefold())
        if place is None:
            problems.append(Problem(_("This column is not known. There are: %(names)s.") % {"names": ", ".join(COLUMNS)}, code="heading", row=1))
        elif place in found:
            problems.append(Problem(_("This column stands twice."), code="heading.twice", row=1, column=COLUMNS[place]))
        found.append(-1 if place is None else place)
    problems += [
        Problem(_("This column is missing."), code="heading.missing", row=1, column=name) for name in REQUIRED if COLUMNS.index(name) not in found
    ]
    if problems:
        raise Refused(problems)
    return found
