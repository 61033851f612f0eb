"""A table file as sheets of rows, whichever program wrote it."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy as _

from yantar.core.problems import Problem

from .containers import CHUNK, kind_of, look_through, size_of
from .csvs import CsvRows
from .messages import said
from .tables import SERVICE_SHEETS, heading_key
from .xlsx import XlsxFile

MAX_CSV = 128 * 1024 * 1024
"""Bytes of all CSV files of one archive; they are kept in memory."""


@dataclass(slots=True)
class SheetRows:
    """A sheet: each iteration over `rows` reads it from the beginning as (row number, cells).

    Row numbers are those the office program shows. `expected` is a guess of how many there are (0: unknown).
    """

    name: str
    rows: Iterable[tuple[int, Any]]
    expected: int = 0


@dataclass(slots=True)
class Book:
    """A file that was opened. `notes` are things worth telling that stop nothing."""

    kind: str
    sheets: list[SheetRows]
    sha256: str
    epoch_1904: bool = False
    notes: list[Problem] = field(default_factory=list)


def sha256_of(file: BinaryIO) -> str:
    """The hash of a seekable file; it is left at its beginning."""
    file.seek(0)
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def read(file: BinaryIO, filename: str) -> Book:
    """Open a table file: XLSX, CSV in the encodings and with the delimiters offices use, or a ZIP of CSV files as the export makes it.

    The kind is told by content; `filename` only names the sheet of a CSV. The file must be seekable and
    stay open while rows are read. Raises Refused with one problem when it isn't such a file, is damaged,
    too large or hostile; reading rows may raise it too.
    """
    kind = kind_of(file)
    digest = sha256_of(file)
    suffix = PurePath(filename).suffix.lower()
    stem = PurePath(filename.replace("\\", "/")).stem or "CSV"
    if kind == "xlsx":
        book = _xlsx(file, digest)
    elif kind == "csv-zip":
        book = Book("csv", _csv_entries(file), digest)
    else:
        rows = CsvRows(file, stem)
        book = Book("csv", [SheetRows(stem, rows, max(1, rows.size // 60))], digest)
    if kind == "xlsx" and suffix not in (".xlsx", ".xlsm", ".xltx", ".xltm", "") or kind == "text" and suffix not in (".csv", ".txt", ".tsv", ""):
        shown = "XLSX" if kind == "xlsx" else "CSV"
        book.notes.append(
            Problem(said(_("By its content the file is %(kind)s, whatever its name says; it was read so."), kind=shown), code="file.extension")
        )
    return book


def _xlsx(file: BinaryIO, digest: str) -> Book:
    opened = XlsxFile(file)
    book = Book("xlsx", [SheetRows(s.name, s, s.expected) for s in opened.sheets], digest, opened.epoch_1904)
    if opened.has_macros:
        book.notes.append(Problem(_("The workbook contains macros. They were neither run nor read; only the cells were."), code="file.macros"))
    if opened.has_links:
        book.notes.append(
            Problem(_("The workbook refers to other files. They were not opened; the values saved in the cells were taken."), code="file.links")
        )
    hidden = sum(1 for name in opened.hidden if heading_key(name) not in SERVICE_SHEETS)
    if hidden:
        book.notes.append(Problem(said(_("Hidden sheets were not read: %(count)d."), count=hidden), code="file.hidden_sheets"))
    return book


def _csv_entries(file: BinaryIO) -> list[SheetRows]:
    look_through(file, MAX_CSV)
    sheets = []
    with zipfile.ZipFile(file) as archive:
        for info in archive.infolist():
            unpacked = io.BytesIO(archive.read(info))
            if size_of(unpacked) == 0:
                continue
            rows = CsvRows(unpacked, PurePath(info.filename).stem)
            sheets.append(SheetRows(rows.name, rows, max(1, rows.size // 60)))
    file.seek(0)
    return sheets
