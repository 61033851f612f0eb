"""Workbooks (.xlsx) row by row, after a look through the archive: what would unfold beyond reason is not opened."""

from __future__ import annotations

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

from .sheets import NotAList, Row, Sheet
from .values import Unsaved

CHUNK = 1 << 20
MAX_ENTRIES = 2_000
MAX_UNPACKED = 2 << 30
"""Bytes of a workbook unpacked; a full sheet of a million rows and twenty columns has about one GB."""
MAX_RATIO, RATIO_FROM = 200, 64 << 20
"""Unpacked to packed, once more than RATIO_FROM is unpacked. Real lists reach some 30."""
MAX_COLUMNS = 400
LAST_ROW = 1_048_576
_BATCH = 500
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")


def sheets_of(stream: BinaryIO) -> list[Sheet]:
    """The visible sheets of a workbook. Raises NotAList: damaged, encrypted, a bomb, hostile, no workbook."""
    formulas = _look_through(stream)
    book = _open(stream, data_only=True)
    from openpyxl.utils.datetime import MAC_EPOCH

    mac = book.epoch == MAC_EPOCH
    found = []
    for index, sheet in enumerate(book.worksheets):
        if sheet.sheet_state == "visible":
            found.append(_sheet(stream, book, index, str(sheet.title), formulas, mac))
    if not found:
        raise NotAList("empty")
    return found


def _sheet(stream: BinaryIO, book: Any, index: int, title: str, formulas: bool, mac: bool) -> Sheet:
    done = [0]

    def rows() -> Iterator[Row]:
        values = _cells(book, index)
        texts = _cells(_open(stream, data_only=False), index) if formulas else None
        for number, cells in enumerate(values, 1):
            if number > LAST_ROW:
                raise NotAList("hostile")
            if texts is not None:
                cells = tuple(_with_formula(*pair) for pair in zip(cells, next(texts, ()), strict=False))
            done[0] = number
            yield Row(number, cells)

    return Sheet(title, rows, lambda: 0, epoch_1904=mac)


def _with_formula(value: Any, text: Any) -> Any:
    if value is None and text is not None:
        return Unsaved(text if isinstance(text, str) else "=")
    return value


def _cells(book: Any, index: int) -> Iterator[tuple[Any, ...]]:
    sheet = book.worksheets[index]
    # Programs write wrong dimensions ("A1" for a full sheet); without them every cell is read.
    sheet.reset_dimensions()
    rows = (cells[:MAX_COLUMNS] for cells in sheet.iter_rows(values_only=True))
    more = True
    while more:
        with warnings.catch_warnings():
            # openpyxl tells of decorations that it leaves out.
            warnings.simplefilter("ignore")
            try:
                batch = list(islice(rows, _BATCH))
            except (ParseError, ValueError, KeyError, IndexError, TypeError, AttributeError, OSError, zipfile.BadZipFile, zlib.error, EOFError):
                raise NotAList("damaged") from None
        more = len(batch) == _BATCH
        yield from batch


def _open(stream: BinaryIO, *, data_only: bool) -> Any:
    import openpyxl

    stream.seek(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return openpyxl.load_workbook(stream, read_only=True, data_only=data_only, keep_links=False)
        except Exception as error:
            # Whatever a malformed workbook makes the reader raise, the file is no workbook.
            if isinstance(error, MemoryError):
                raise
            raise NotAList("damaged") from None


def _look_through(stream: BinaryIO) -> bool:
    """Unpack everything once without keeping it; True: some sheet has formulas. Raises NotAList."""
    packed = stream.seek(0, 2)
    stream.seek(0)
    formulas = False
    try:
        with zipfile.ZipFile(stream) as archive:
            infos = archive.infolist()
            names = {info.filename for info in infos}
            if any(info.flag_bits & 1 for info in infos):
                raise NotAList("encrypted")
            if "xl/workbook.xml" not in names:
                raise NotAList("not_a_table")
            declared = sum(info.file_size for info in infos)
            if len(infos) > MAX_ENTRIES or len(names) != len(infos) or _too_much(declared, packed):
                raise NotAList("bomb")
            real = 0
            for info in infos:
                tail = b""
                with archive.open(info) as part:
                    while chunk := part.read(CHUNK):
                        real += len(chunk)
                        if _too_much(real, packed):
                            raise NotAList("bomb")
                        window = tail + chunk
                        if info.filename.endswith((".xml", ".rels")) and _DOCTYPE.search(window):
                            raise NotAList("hostile")
                        formulas = formulas or (info.filename.startswith("xl/worksheets/") and bool(_FORMULA.search(window)))
                        tail = window[-64:]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise NotAList("damaged") from error
    stream.seek(0)
    return formulas


def _too_much(unpacked: int, packed: int) -> bool:
    return unpacked > MAX_UNPACKED or (unpacked > RATIO_FROM and unpacked > packed * MAX_RATIO)
