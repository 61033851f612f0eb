"""Tables out: XLSX with headings, lists and explanations; CSV for other programs; empty templates."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

import xlsxwriter  # type: ignore[import-untyped]
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from yantar.core import clock

from .tables import Choice, Column, TableSpec, in_russian

_FORMULA_LIKE = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_INLINE_LIST = 250
"""Characters that a list of values may have inside a validation rule; longer ones stand on a sheet of their own."""
_LAST_VALIDATED = 1_048_575
_KIND_HELP = {
    "text": lambda: _("text"),
    "code": lambda: _("text without spaces"),
    "date": lambda: _("date, as 15.03.2010"),
    "int": lambda: _("whole number"),
    "decimal": lambda: _("number"),
    "choice": lambda: _("one of the list"),
    "bool": lambda: _("yes or no"),
    "inn": lambda: _("10 digits with a check digit"),
    "ogrn": lambda: _("13 digits with a check digit"),
}


@dataclass(slots=True)
class Sheet:
    """A table to write: rows are mappings by column key; what is absent or None is an empty cell."""

    spec: TableSpec
    rows: Iterable[Mapping[str, Any]] = ()
    example: bool = False


def write_xlsx(sheets: Sequence[Sheet], target: BinaryIO) -> None:
    """Write a workbook in the reader's language: a sheet per table and one of explanations. Row by row, whatever the size."""
    book = xlsxwriter.Workbook(
        target,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "dd.mm.yyyy",
        },
    )
    # The moment of making would make every export of the same facts a different file.
    book.set_properties({"title": _("Yantar"), "created": datetime(2000, 1, 1)})
    styles = {
        "head": book.add_format({"bold": True, "bg_color": "#FFE8B8", "border": 1, "border_color": "#C9A227", "text_wrap": True, "valign": "top"}),
        "must": book.add_format({"bold": True, "bg_color": "#F5B942", "border": 1, "border_color": "#C9A227", "text_wrap": True, "valign": "top"}),
        "date": book.add_format({"num_format": "dd.mm.yyyy"}),
        "text": book.add_format({"num_format": "@"}),
        "example": book.add_format({"italic": True, "font_color": "#767676", "num_format": "@"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        "bold": book.add_format({"bold": True}),
    }
    lists: list[tuple[TableSpec, Column]] = []
    for sheet in sheets:
        page = book.add_worksheet(sheet.spec.title)
        page.freeze_panes(1, 1)
        page.set_row(0, 32)
        for index, column in enumerate(sheet.spec.columns):
            page.set_column(index, index, column.width, styles["text"] if column.kind in ("code", "inn", "ogrn") else None)
            page.write_string(0, index, column.title + (" *" if column.required else ""), styles["must" if column.required else "head"])
            _validate(page, index, column, sheet.spec, lists)
        number = 1
        if sheet.example:
            for index, column in enumerate(sheet.spec.columns):
                text = column.example or ""
                page.write_string(number, index, _("Example: %(text)s") % {"text": text} if index == 0 else text, styles["example"])
            number += 1
        for row in sheet.rows:
            for index, column in enumerate(sheet.spec.columns):
                _cell(page, number, index, column, row.get(column.key), styles)
            number += 1
        page.autofilter(0, 0, max(number - 1, 1), len(sheet.spec.columns) - 1)
    _explain(book, [sheet.spec for sheet in sheets], styles)
    if lists:
        _lists(book, lists)
    book.close()


def _labels(choices: Sequence[Choice]) -> list[str]:
    return [choice.label for choice in choices]


def _list_sheet() -> str:
    return "Списки" if in_russian() else "Lists"


def _help_sheet() -> str:
    return "Пояснения" if in_russian() else "Notes"


def _words(column: Column) -> list[str]:
    return _labels(column.choices) if column.kind == "choice" else ([_("yes"), _("no")] if column.kind == "bool" else [])


def _validate(page: Any, index: int, column: Column, spec: TableSpec, lists: list[tuple[TableSpec, Column]]) -> None:
    words = _words(column)
    if not words:
        return
    source: Any = words
    if sum(len(word) + 1 for word in words) > _INLINE_LIST:
        lists.append((spec, column))
        letter = get_column_letter(len(lists))
        source = f"='{_list_sheet()}'!${letter}$1:${letter}${len(words)}"
    page.data_validation(1, index, _LAST_VALIDATED, index, {"validate": "list", "source": source, "error_type": "warning"})


def _lists(book: Any, lists: list[tuple[TableSpec, Column]]) -> None:
    page = book.add_worksheet(_list_sheet())
    page.hide()
    longest = max(len(_words(column)) for _spec, column in lists)
    for number in range(longest):
        for index, (_spec, column) in enumerate(lists):
            words = _words(column)
            if number < len(words):
                page.write_string(number, index, words[number])


def _explain(book: Any, specs: Sequence[TableSpec], styles: Mapping[str, Any]) -> None:
    page = book.add_worksheet(_help_sheet())
    for index, width in enumerate((22, 34, 12, 26, 90)):
        page.set_column(index, index, width)
    number = 0
    for line in (
        _("Columns marked with * are required. The order of columns and extra columns don't matter."),
        _("An empty cell leaves what is recorded as it is; a lone dash empties it."),
        _("Importing the same file twice changes nothing."),
    ):
        page.write_string(number, 0, line)
        number += 1
    number += 1
    for index, heading in enumerate((_("Sheet"), _("Column"), _("Required"), _("What to write"), _("Explanation"))):
        page.write_string(number, index, heading, styles["head"])
    for spec in specs:
        for column in spec.columns:
            number += 1
            words = _words(column)
            page.write_string(number, 0, spec.title, styles["wrap"])
            page.write_string(number, 1, column.title, styles["bold"])
            page.write_string(number, 2, _("yes") if column.required else "", styles["wrap"])
            page.write_string(number, 3, ", ".join(words) if words else _KIND_HELP[column.kind](), styles["wrap"])
            page.write_string(number, 4, column.help, styles["wrap"])


def _cell(page: Any, row: int, index: int, column: Column, value: Any, styles: Mapping[str, Any]) -> None:
    if value is None or value == "":
        return
    if column.kind == "date" and isinstance(value, date):
        page.write_datetime(row, index, datetime(value.year, value.month, value.day), styles["date"])
    elif column.kind in ("int", "decimal") and isinstance(value, (int, float, Decimal)):
        page.write_number(row, index, float(value))
    else:
        text = _as_text(column, value)
        # The sheet keeps text as text; only what looks like our own guard needs another apostrophe, so that reading takes off one.
        page.write_string(
            row, index, "'" + text if _GUARDED.match(text) else text, styles["text"] if column.kind in ("code", "inn", "ogrn") else None
        )


def _as_text(column: Column, value: Any) -> str:
    if column.kind == "bool":
        return _("yes") if value else _("no")
    if column.kind == "choice":
        return next((choice.label for choice in column.choices if choice.key == value), str(value))
    return str(value)


def safe(text: str) -> str:
    """Text that no spreadsheet program runs as a formula when it opens a CSV; reading takes the apostrophe off again."""
    return "'" + text if _FORMULA_LIKE.match(text) else text


def write_csv(sheet: Sheet, target: BinaryIO) -> None:
    """Write one table as CSV in UTF-8 with a byte order mark; semicolons for a Russian reader, commas for an English one."""
    stream = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(stream, delimiter=";" if in_russian() else ",", lineterminator="\r\n")
    writer.writerow([column.title + (" *" if column.required else "") for column in sheet.spec.columns])
    if sheet.example:
        cells = [column.example for column in sheet.spec.columns]
        writer.writerow([_("Example: %(text)s") % {"text": cells[0]}, *(safe(cell) for cell in cells[1:])])
    for row in sheet.rows:
        writer.writerow([_csv_cell(column, row.get(column.key)) for column in sheet.spec.columns])
    stream.flush()
    stream.detach()


def _csv_cell(column: Column, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y") if in_russian() else value.isoformat()
    if column.kind in ("int", "decimal"):
        text = f"{value:f}" if isinstance(value, Decimal) else str(value)
        return text.replace(".", ",") if in_russian() else text
    return safe(_as_text(column, value))


def write_csv_zip(sheets: Sequence[Sheet], target: BinaryIO) -> None:
    """Write several tables as CSV files in one ZIP, as `books.read` takes them again."""
    moment = clock.now().timetuple()[:6]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for sheet in sheets:
            info = zipfile.ZipInfo(f"{sheet.spec.title}.csv", date_time=moment)
            info.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(info, "w") as entry:
                write_csv(sheet, entry)  # type: ignore[arg-type]


FORMATS: dict[str, tuple[str, str]] = {
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
    "csv": ("application/zip", ".zip"),
}
"""Formats of an export: content type and the end of the file's name."""

_WRITERS: dict[str, Callable[[Sequence[Sheet], BinaryIO], None]] = {"xlsx": write_xlsx, "csv": write_csv_zip}


def write(sheets: Sequence[Sheet], fmt: str, target: BinaryIO) -> None:
    """Write tables in a format of FORMATS. Raises KeyError for another."""
    _WRITERS[fmt](sheets, target)


def template(specs: Sequence[TableSpec]) -> bytes:
    """An empty workbook to fill in, with an example row in each sheet that the import leaves out."""
    target = io.BytesIO()
    write_xlsx([Sheet(spec, example=True) for spec in specs], target)
    return target.getvalue()
