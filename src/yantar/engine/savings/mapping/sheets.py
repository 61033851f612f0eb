"""Files of lists as rows of cells: CSV line by line, workbooks row by row; nothing is held that grows with the file."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, NamedTuple

from charset_normalizer import from_bytes

SAMPLE = 256 * 1024
LINE_LIMIT = 1 << 20
"""Characters of a line."""
RECORD_LINES, RECORD_LIMIT = 200, 256 * 1024
"""Lines and characters that a quoted record may have before its quotation mark counts as never closed."""
DELIMITERS = ";\t,|"
_RUSSIAN = ("cp1251", "cp866", "koi8_r", "mac_cyrillic")
_FREQUENT = {letter: weight for weight, letters in ((3, "оеаинтсрвл"), (2, "кмдпуяыьгз"), (1, "бчйхжшюцщэфъё")) for letter in letters}
_SEP = re.compile(r"^sep=(.)\r?\n", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f]")
_MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<head", b"<meta", b"{", b"[")


class Row(NamedTuple):
    """A row: its line (of a sheet: its number), its cells, where it begins in the file and how long it is in bytes (-1, 0: not one run
    of bytes), and the reason why it can't be used as it stands ("": it can)."""

    line: int
    cells: Sequence[Any]
    offset: int = -1
    length: int = 0
    reason: str = ""


class NotAList(ValueError):
    """The file is no table. `code`: empty, not_a_table, encoding, damaged, encrypted, bomb, hostile, old_format."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of a file. `rows` reads it from its beginning, each time anew; `done` says how many bytes of the file are read."""

    name: str
    rows: Callable[[], Iterator[Row]]
    done: Callable[[], int]
    encoding: str = ""
    delimiter: str = ""
    epoch_1904: bool = False


class ListFileOpened:
    """An opened file: "csv" or "xlsx" and its sheets. Close it. Raises NotAList."""

    def __init__(self, path: Path, *, encoding: str = "auto", delimiter: str = "auto") -> None:
        self.path, self.size = path, path.stat().st_size
        if not self.size:
            raise NotAList("empty")
        self.stream: BinaryIO = path.open("rb")
        try:
            head = self.stream.read(8)
            self.stream.seek(0)
            if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
                from .workbooks import sheets_of

                self.form, self.sheets = "xlsx", sheets_of(self.stream)
            elif head.startswith(b"\xd0\xcf\x11\xe0"):
                raise NotAList("old_format")
            else:
                self.form, self.sheets = "csv", [_csv_sheet(self.stream, path.name, encoding, delimiter)]
        except BaseException:
            self.stream.close()
            raise

    def __enter__(self) -> ListFileOpened:
        return self

    def __exit__(self, *_about: object) -> None:
        self.stream.close()


def _csv_sheet(stream: BinaryIO, name: str, encoding: str, delimiter: str) -> Sheet:
    sample = stream.read(SAMPLE)
    if encoding == "auto":
        encoding = encoding_of(stream, sample)
    else:
        try:
            codecs.lookup(encoding)
        except LookupError:
            raise NotAList("encoding") from None
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(sample)
    if sample.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP) or len(_CONTROL.findall(text)) * 100 > len(text):
        raise NotAList("not_a_table")
    stated = _SEP.match(text)
    if delimiter == "auto":
        # The last line of a sample may be cut in the middle.
        lines = text.splitlines(keepends=True)[1 if stated else 0 :]
        delimiter = stated[1] if stated else delimiter_of("".join(lines[:-1] if len(lines) > 1 and len(sample) == SAMPLE else lines))
    plain = encoding.startswith("utf-16") or ("\n" not in text and "\r" in text)
    lines_of = _text_lines if plain else _byte_lines
    return Sheet(name, lambda: _records(lines_of(stream, encoding), delimiter, bool(stated)), stream.tell, encoding, delimiter)


def encoding_of(stream: BinaryIO, sample: bytes) -> str:
    """The encoding of a text file, by its bytes. Raises NotAList where it is no text or can't be told."""
    if sample.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\x00" in sample:
        even, odd = sample[::2].count(0), sample[1::2].count(0)
        # Even Russian UTF-16 has zero bytes: its spaces, digits, delimiters and line ends.
        if max(even, odd) * 50 >= len(sample) and min(even, odd) * 20 <= max(even, odd):
            return "utf-16-be" if even > odd else "utf-16-le"
        if (even + odd) * 100 > len(sample):
            raise NotAList("not_a_table")
        sample = sample.replace(b"\x00", b"")
    if _mostly_utf8(sample):
        return "utf-8"
    return _single_byte(sample)


def _mostly_utf8(sample: bytes) -> bool:
    """UTF-8, perhaps with a few broken letters: these are the row's problem, not the file's."""
    text = codecs.getincrementaldecoder("utf-8")(errors="replace").decode(sample)
    high = sum(1 for char in text if ord(char) > 127)
    return text.count("\ufffd") * 10 <= high


def _single_byte(sample: bytes) -> str:
    """Russian in one byte a letter: the code page whose reading looks most like Russian; otherwise what a statistic says."""
    scores = {}
    for name in _RUSSIAN:
        letters = [char for char in sample.decode(name, errors="replace") if ord(char) > 127]
        # Running text is lower case with common letters; a wrong code page turns it into capitals, frames and signs.
        scores[name] = sum(_FREQUENT.get(char, 0.5 if char.lower() in _FREQUENT else -2) for char in letters) / max(1, len(letters))
    best = max(_RUSSIAN, key=lambda name: scores[name])
    if scores[best] >= 0.5:
        return best
    match = from_bytes(sample[:65536]).best()
    if match is None:
        raise NotAList("encoding")
    return match.encoding


def delimiter_of(text: str) -> str:
    """The delimiter that cuts most rows of a sample into the same number of cells; a semicolon where none does."""
    best, best_score = ";", 0.0
    for rank, delimiter in enumerate(DELIMITERS):
        counts: Counter[int] = Counter()
        for line in text.splitlines()[:500]:
            try:
                counts.update(len(cells) for cells in csv.reader([line], delimiter=delimiter) if any(cell.strip() for cell in cells))
            except csv.Error:
                continue
        rows = sum(counts.values())
        wide = [(times, width) for width, times in counts.items() if width > 1]
        if rows and wide:
            times, _width = max(wide)
            score = times / rows - rank * 0.01
            if times * 2 >= rows and score > best_score:
                best, best_score = delimiter, score
    return best


class _Line(NamedTuple):
    number: int
    text: str
    offset: int
    length: int
    too_long: bool = False


def _byte_lines(stream: BinaryIO, encoding: str) -> Iterator[_Line]:
    """Lines with the place where they begin, for encodings in which a line feed is one byte."""
    stream.seek(0)
    number, offset = 0, 0
    plain = "utf-8" if encoding == "utf-8-sig" else encoding
    while raw := stream.readline(LINE_LIMIT):
        number += 1
        start, offset = offset, offset + len(raw)
        too_long = len(raw) == LINE_LIMIT and not raw.endswith(b"\n")
        more = raw
        while too_long and more and not more.endswith(b"\n"):
            more = stream.readline(LINE_LIMIT)
            offset += len(more)
        if number == 1 and raw.startswith(codecs.BOM_UTF8):
            raw = raw[3:]
        yield _Line(number, raw[:200].decode(plain, "replace") if too_long else raw.decode(plain, "replace"), start, offset - start, too_long)


def _text_lines(stream: BinaryIO, encoding: str) -> Iterator[_Line]:
    stream.seek(0)
    text = io.TextIOWrapper(io.BufferedReader(_Left(stream)), encoding=encoding, errors="replace", newline=None)
    number = 0
    while line := text.readline(LINE_LIMIT):
        number += 1
        too_long = len(line) == LINE_LIMIT and not line.endswith("\n")
        more = line
        while too_long and more and not more.endswith("\n"):
            more = text.readline(LINE_LIMIT)
        yield _Line(number, line[:200] if too_long else line, -1, 0, too_long)


class _Left(io.RawIOBase):
    """A reader that leaves the file beneath it open when it is let go."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _records(lines: Iterator[_Line], delimiter: str, stated: bool) -> Iterator[Row]:
    """Records of CSV. One that breaks the rules takes only its own first line with it."""
    waiting: deque[_Line] = deque()

    def following() -> _Line | None:
        return waiting.popleft() if waiting else next(lines, None)

    if stated:
        next(lines, None)
    while (first := following()) is not None:
        if first.too_long:
            yield Row(first.number, [first.text], first.offset, first.length, "too_long")
            continue
        if '"' not in first.text:
            yield _row(first, first.text, first.length, delimiter)
            continue
        taken, size = [first], len(first.text)
        quotes = first.text.count('"')
        while quotes % 2 and len(taken) < RECORD_LINES and size < RECORD_LIMIT:
            more = following()
            if more is None or more.too_long:
                if more is not None:
                    waiting.appendleft(more)
                break
            taken.append(more)
            size += len(more.text)
            quotes += more.text.count('"')
        if quotes % 2:
            waiting.extendleft(reversed(taken[1:]))
            yield Row(first.number, [first.text.rstrip("\r\n")], first.offset, first.length, "quote_open")
            continue
        yield _row(first, "".join(line.text for line in taken), sum(line.length for line in taken), delimiter)


def _row(first: _Line, text: str, length: int, delimiter: str) -> Row:
    try:
        cells = next(csv.reader(io.StringIO(text.replace("\x00", ""), newline=""), delimiter=delimiter), [])
    except csv.Error:
        return Row(first.number, [text.rstrip("\r\n")[:200]], first.offset, length, "quote_open")
    return Row(first.number, cells, first.offset, length)
