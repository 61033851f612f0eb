"""CSV as offices save it: its encoding, its delimiter, its rows."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from charset_normalizer import from_bytes
from django.utils.translation import gettext_lazy as _

from yantar.core.problems import Problem, Refused

from .containers import SAVE_AS_XLSX, refusal
from .messages import said

SAMPLE = 256 * 1024
DELIMITERS = ";\t,|"
RUSSIAN = ("cp1251", "cp866", "koi8_r", "mac_cyrillic")
_FREQUENT = {letter: weight for weight, letters in ((3, "оеаинтсрвл"), (2, "кмдпуяыьгз"), (1, "бчйхжшюцщэфъё")) for letter in letters}
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f]")
_SEP = re.compile(r"^sep=(.)\r?\n", re.IGNORECASE)


def encoding_of(file: BinaryIO) -> str:
    """The encoding of a text file. Raises Refused when it is no text or can't be told."""
    file.seek(0)
    sample = file.read(SAMPLE)
    file.seek(0)
    if sample.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\x00" in sample:
        even, odd = sample[::2].count(0), sample[1::2].count(0)
        # Even Russian UTF-16 has zero bytes: its spaces, digits, delimiters and line ends.
        if min(even, odd) == 0 and max(even, odd) * 50 >= len(sample):
            return "utf-16-be" if even else "utf-16-le"
        raise not_text()
    if _is_utf8(file):
        return "utf-8"
    return _single_byte(sample)


def not_text() -> Refused:
    """The refusal of binary rubbish."""
    return refusal(said(_("This is not a table. %(advice)s"), advice=SAVE_AS_XLSX), "file.not_a_table")


def _is_utf8(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := file.read(1 << 20):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return True


def _single_byte(sample: bytes) -> str:
    """Russian in one byte a letter: the code page whose reading looks most like Russian; otherwise what a statistic says."""
    scores = {}
    for name in RUSSIAN:
        text = sample.decode(name, errors="replace")
        letters = [char for char in text if ord(char) > 127]
        # Running text is lower case with common letters; a wrong code page turns it into capitals, frames and signs.
        scores[name] = sum(_FREQUENT.get(char, 0.5 if char.lower() in _FREQUENT else -2) for char in letters) / max(1, len(letters))
    best = max(RUSSIAN, key=lambda name: scores[name])
    if scores[best] >= 0.5:
        return best
    match = from_bytes(sample[:65536]).best()
    if match is None:
        raise refusal(_("The encoding of the text can't be told. Save the file as “CSV UTF-8” or as XLSX."), "file.encoding")
    return match.encoding


def delimiter_of(text: str) -> str:
    """The delimiter that cuts most rows of the sample into the same number of cells; a semicolon where none does."""
    best, best_score = ";", 0.0
    for rank, delimiter in enumerate(DELIMITERS):
        counts: Counter[int] = Counter()
        try:
            for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
                if any(cell.strip() for cell in cells):
                    counts[len(cells)] += 1
        except csv.Error:
            continue
        rows = sum(counts.values())
        wide = [(times, width) for width, times in counts.items() if width > 1]
        if not rows or not wide:
            continue
        times, width = max(wide)
        score = times / rows - rank * 0.01
        if times * 2 >= rows and score > best_score:
            best, best_score = delimiter, score
    return best


class CsvRows:
    """The rows of one CSV stream, from the beginning at each iteration; the row number counts records, as an office program shows them."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self.file = file
        self.name = name
        self.encoding = encoding_of(file)
        start = file.read(SAMPLE)
        file.seek(0)
        text = codecs.getincrementaldecoder(self.encoding)(errors="replace").decode(start)
        if len(_CONTROL.findall(text)) * 100 > len(text):
            raise not_text()
        stated = _SEP.match(text)
        self.skip = 1 if stated else 0
        # The last line of a sample may be cut in the middle.
        lines = text.splitlines(keepends=True)[self.skip :]
        self.delimiter = stated.group(1) if stated else delimiter_of("".join(lines[:-1] if len(lines) > 1 and len(start) == SAMPLE else lines))
        self.size = file.seek(0, 2)
        file.seek(0)

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        self.file.seek(0)
        stream = io.TextIOWrapper(io.BufferedReader(_Open(self.file), 1 << 16), encoding=self.encoding, newline="")
        number = 0
        try:
            for _line in range(self.skip):
                stream.readline()
                number += 1
            for cells in csv.reader(stream, delimiter=self.delimiter):
                number += 1
                yield number, cells
        except csv.Error as error:
            raise Refused(
                Problem(
                    _("From this row on the file can't be divided into cells: a quotation mark is opened and not closed."),
                    code="file.quotes",
                    sheet=self.name,
                    row=number + 1,
                )
            ) from error
        except UnicodeDecodeError as error:
            raise Refused(
                Problem(
                    said(
                        _("After this row there are characters that the encoding %(encoding)s doesn't have. Save the file as “CSV UTF-8”."),
                        encoding=self.encoding,
                    ),
                    code="file.encoding",
                    sheet=self.name,
                    row=number + 1,
                )
            ) from error


class _Open(io.RawIOBase):
    """A reader that leaves the file beneath it open when it is closed."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
