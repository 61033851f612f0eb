"""XLSX read row by row with openpyxl, after the archive was looked through."""

from __future__ import annotations

import itertools
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from django.utils.translation import gettext_lazy as _
from openpyxl import DEFUSEDXML
from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import MAC_EPOCH
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook.workbook import Workbook

from yantar.core.problems import Refused

from .containers import hostile, look_through, refusal

MAX_COLUMNS = 128
LAST_ROW = 1_048_576
"""The last row that a sheet of the format can have."""
_BATCH = 500

if not DEFUSEDXML:  # pragma: no cover - the environment took the protection away
    raise RuntimeError("openpyxl must read XML through defusedxml; don't set OPENPYXL_DEFUSEDXML")


class Uncalculated:
    """A cell with a formula whose result was never saved."""

    __slots__ = ("formula",)

    def __init__(self, formula: str) -> None:
        self.formula = formula

    def __str__(self) -> str:
        return self.formula


class XlsxRows:
    """The rows of one sheet, from the beginning at each iteration."""

    def __init__(self, file: XlsxFile, index: int) -> None:
        self._file = file
        sheet = file.values.worksheets[index]
        self.name = str(sheet.title)
        self.expected = min(sheet.max_row or 0, LAST_ROW)
        # Programs write wrong dimensions ("A1" for a full sheet); without them every cell is read.
        sheet.reset_dimensions()  # type: ignore[attr-defined]
        self._sheet = sheet
        path = str(getattr(sheet, "_worksheet_path", ""))
        self._formulas = path in file.archive.formulas
        self._index = index
        self._fills = _vertical(file.archive.merged.get(path, []))

    def __iter__(self) -> Iterator[tuple[int, tuple[Any, ...]]]:
        rows: Iterator[tuple[Any, ...]] = self._sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True)
        if self._formulas:
            formulas = self._file.formulas().worksheets[self._index]
            formulas.reset_dimensions()  # type: ignore[attr-defined]
            rows = (
                _with_formulas(values, texts) for values, texts in zip(rows, formulas.iter_rows(max_col=MAX_COLUMNS, values_only=True), strict=False)
            )
        open_fills: dict[int, tuple[int, Any]] = {}
        number = 0
        more = True
        while more:
            batch = _batch(rows)
            more = len(batch) == _BATCH
            for row in batch:
                number += 1
                if number > LAST_ROW:
                    raise refusal(_("The workbook has rows that no office program can have. It is not opened."), "file.hostile")
                if number in self._fills or open_fills:
                    row = self._filled(number, row, open_fills)
                yield number, row

    def _filled(self, number: int, row: tuple[Any, ...], fills: dict[int, tuple[int, Any]]) -> tuple[Any, ...]:
        """Give every row of a vertically merged cell its value."""
        cells = list(row)
        for column, (last, value) in list(fills.items()):
            if number <= last and cells[column] is None:
                cells[column] = value
            if number >= last:
                del fills[column]
        for column, last in self._fills.get(number, ()):
            if column < len(cells):
                fills[column] = (last, cells[column])
        return tuple(cells)


def _vertical(merged: list[tuple[str, int, str, int]]) -> dict[int, list[tuple[int, int]]]:
    fills: dict[int, list[tuple[int, int]]] = {}
    for first, top, _last, bottom in merged:
        column = column_index_from_string(first) - 1
        if bottom > top and column < MAX_COLUMNS:
            fills.setdefault(top, []).append((column, bottom))
    return fills


def _with_formulas(values: tuple[Any, ...], texts: tuple[Any, ...]) -> tuple[Any, ...]:
    if not any(isinstance(text, str) and text.startswith("=") or not isinstance(text, (str, int, float, type(None))) for text in texts):
        return values
    result = list(values)
    for index, text in enumerate(texts[: len(result)]):
        if result[index] is None and text is not None:
            result[index] = Uncalculated(text if isinstance(text, str) else str(getattr(text, "text", "=")))
    return tuple(result)


def _batch(rows: Iterator[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The next rows. openpyxl warns of decorations that it leaves out; nobody can do anything about that."""
    with warnings.catch_warnings(), _reading():
        warnings.simplefilter("ignore")
        return list(itertools.islice(rows, _BATCH))


class _reading:
    """Whatever a malformed workbook makes the reader raise becomes a refusal."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if error is None or isinstance(error, (Refused, MemoryError)) or not isinstance(error, Exception):
            return
        if isinstance(error, DefusedXmlException):
            raise hostile() from error
        if isinstance(
            error,
            (
                ParseError,
                ValueError,
                KeyError,
                IndexError,
                TypeError,
                AttributeError,
                OSError,
                zipfile.BadZipFile,
                InvalidFileException,
                EOFError,
            ),
        ):
            raise refusal(
                _("The content of the workbook can't be read. Open it in the office program, save it again as .xlsx and take the new copy."),
                "file.unreadable",
            ) from error


class XlsxFile:
    """An opened workbook: its sheets, and what the look through its archive found. Raises Refused."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.archive = look_through(file)
        self.values = self._open(data_only=True)
        self.epoch_1904 = self.values.epoch == MAC_EPOCH
        self._formulas: Workbook | None = None
        self.has_macros = any(name.endswith("vbaProject.bin") for name in self.archive.names)
        self.has_links = any(name.startswith("xl/externalLinks/") for name in self.archive.names)
        self.hidden = [str(sheet.title) for sheet in self.values.worksheets if sheet.sheet_state != "visible"]
        self.sheets = [XlsxRows(self, index) for index, sheet in enumerate(self.values.worksheets) if sheet.sheet_state == "visible"]

    def formulas(self) -> Workbook:
        """The same workbook with formulas instead of their saved results."""
        if self._formulas is None:
            self._formulas = self._open(data_only=False)
        return self._formulas

    def _open(self, *, data_only: bool) -> Workbook:
        self.file.seek(0)
        with warnings.catch_warnings(), _reading():
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(self.file, read_only=True, data_only=data_only, keep_links=False, keep_vba=False)
