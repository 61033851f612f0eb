"""A book to rows of declared tables, with everything that is wrong in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from yantar.core.problems import Problem, Refused

from .books import Book, SheetRows
from .cells import CLEAR, Unfit, convert, is_empty, shown
from .containers import refusal
from .headings import LOOK_IN, Layout, find_layout, list_layout, texts, unnumbered
from .messages import said
from .names import clean
from .progress import EVERY, Progress
from .tables import SERVICE_SHEETS, TableSpec, heading_key

MAX_ROWS = 400_000
MAX_PROBLEMS = 5_000
MAX_NOTES = 1_000
_EXAMPLE = re.compile(r"(?:пример|example)\s*:", re.IGNORECASE)
_TOTAL = re.compile(r"(?:итого|всего|total)\b", re.IGNORECASE)


@dataclass(slots=True)
class ParsedRow:
    """A row of a table: converted values of its filled cells by column key (CLEAR where a lone dash stands)."""

    layout: Layout
    number: int
    values: dict[str, Any]

    def get(self, key: str, default: Any = None) -> Any:
        """The value, or the default where the cell is empty, cleared or the column absent."""
        value = self.values.get(key)
        return default if value is None or value is CLEAR else value

    def given(self, key: str) -> bool:
        """Whether the file says something about it."""
        return key in self.values

    def problem(self, key: str, message: Any, code: str, value: Any = None) -> Problem:
        """A problem at this row and column. `value` defaults to what was read there."""
        if value is None and key:
            value = self.get(key)
        return Problem(
            message,
            code=code,
            sheet=self.layout.sheet,
            row=self.number,
            column=self.layout.heading(key) if key else "",
            value="" if value is None else shown(value),
        )


@dataclass(slots=True)
class Parsed:
    """What a book contains: rows by table key, problems that forbid taking it, notes on what was left out or understood."""

    tables: dict[str, list[ParsedRow]]
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    sha256: str = ""

    @property
    def count(self) -> int:
        """Rows of all tables."""
        return sum(len(rows) for rows in self.tables.values())


def parse(book: Book, specs: Sequence[TableSpec], progress: Progress | None = None) -> Parsed:
    """Read every sheet of the book into the tables it contains.

    Nothing is raised for what is wrong in cells or headings: it is all in `problems`, each with sheet,
    row, column and value. Raises Refused when rows can't be read at all, and Cancelled.
    """
    progress = progress or Progress()
    parsed = Parsed({spec.key: [] for spec in specs}, notes=list(book.notes), sha256=book.sha256)
    expected = sum(sheet.expected for sheet in book.sheets)
    before = 0
    found = False
    for sheet in book.sheets:
        if heading_key(sheet.name) in SERVICE_SHEETS:
            continue
        begin = before

        def tell(number: int, begin: int = begin) -> None:
            progress.at(begin + number, expected)

        found = _Sheet(sheet, specs, parsed, book.epoch_1904, tell).read() or found
        before += sheet.expected
    if not found and not parsed.problems:
        parsed.problems.append(
            Problem(
                said(_("No table was found. Its header must contain these columns: %(tables)s."), tables=_wanted(specs)),
                code="table.none",
            )
        )
    if len(parsed.problems) > MAX_PROBLEMS:
        more = len(parsed.problems) - MAX_PROBLEMS
        del parsed.problems[MAX_PROBLEMS:]
        parsed.problems.append(Problem(said(_("There are %(count)d more problems like these."), count=more), code="table.more"))
    return parsed


class _wanted:
    """The required columns of each table, in the reader's language."""

    def __init__(self, specs: Sequence[TableSpec]) -> None:
        self._specs = specs

    def __str__(self) -> str:
        return "; ".join(f"{spec.title}: " + ", ".join(f"“{c.title}”" for c in spec.required) for spec in self._specs)


class _titles:
    """Headings of columns in the reader's language."""

    def __init__(self, spec: TableSpec, keys: Sequence[str]) -> None:
        self._spec = spec
        self._keys = keys

    def __str__(self) -> str:
        return ", ".join(f"“{self._spec.column(key).title}”" for key in self._keys)


class _Sheet:
    """The reading of one sheet."""

    def __init__(self, sheet: SheetRows, specs: Sequence[TableSpec], parsed: Parsed, epoch_1904: bool, tell: Callable[[int], None]) -> None:
        self.sheet = sheet
        self.specs = specs
        self.parsed = parsed
        self.epoch_1904 = epoch_1904
        self.tell = tell

    def note(self, message: Any, code: str, row: int | None = None, value: str = "") -> None:
        if len(self.parsed.notes) < MAX_NOTES:
            self.parsed.notes.append(Problem(message, code=code, sheet=self.sheet.name, row=row, value=value))

    def filled(self) -> Iterator[tuple[int, Sequence[Any]]]:
        """Rows in which something stands."""
        count = 0
        for number, row in self.sheet.rows:
            if number % EVERY == 0:
                self.tell(number)
            # Most cells of a wide row are None; only what remains is looked at closely.
            if any(not is_empty(cell) for cell in [cell for cell in row if cell is not None and cell != ""]):
                count += 1
                if count > MAX_ROWS:
                    raise refusal(
                        said(_("There are more than %(limit)d filled rows in one sheet. Divide the file into several."), limit=MAX_ROWS),
                        "file.too_many_rows",
                    )
                yield number, row

    def read(self) -> bool:
        """Whether the sheet was a table."""
        rows = self.filled()
        head: list[tuple[int, Sequence[Any]]] = []
        for row in rows:
            head.append(row)
            if len(head) == LOOK_IN:
                break
        if not head:
            return False
        layout = find_layout(self.sheet.name, head, self.specs)
        if layout is None:
            layout = self._as_list(head)
        if layout is None:
            self._unknown(head)
            return False
        if not self._layout_fits(layout):
            return True
        self._rows(layout, [(n, r) for n, r in head if n > layout.header], rows)
        return True

    def _as_list(self, head: list[tuple[int, Sequence[Any]]]) -> Layout | None:
        for spec in self.specs:
            layout = list_layout(self.sheet.name, head, spec) if spec.list_column else None
            if layout is not None:
                self.note(
                    said(_("There is no header; the sheet was taken as a list: %(column)s."), column=_titles(spec, [spec.list_column])),
                    "table.list",
                )
                return layout
        return None

    def _unknown(self, head: list[tuple[int, Sequence[Any]]]) -> None:
        titled = [spec for spec in self.specs if spec.knows_sheet(self.sheet.name)]
        if titled:
            self.parsed.problems.append(
                Problem(
                    said(
                        _("The header was not found. It must contain these columns: %(columns)s."),
                        columns=_titles(titled[0], [c.key for c in titled[0].required]),
                    ),
                    code="table.no_header",
                    sheet=self.sheet.name,
                )
            )
        else:
            self.note(_("The sheet was not read: no header of a known table was found in it."), "table.unknown_sheet")

    def _layout_fits(self, layout: Layout) -> bool:
        for key in layout.missing:
            self.parsed.problems.append(
                Problem(
                    said(_("The required column %(column)s is missing."), column=_titles(layout.spec, [key])),
                    code="column.missing",
                    sheet=self.sheet.name,
                    row=layout.header or None,
                    column=layout.spec.column(key).title,
                )
            )
        for key in layout.doubled:
            self.parsed.problems.append(
                Problem(
                    _("The column occurs twice. Leave one of them."),
                    code="column.twice",
                    sheet=self.sheet.name,
                    row=layout.header or None,
                    column=layout.heading(key),
                )
            )
        for heading in layout.unknown:
            self.note(
                said(_("The column “%(heading)s” was not read: it means nothing here."), heading=heading),
                "column.unknown",
                layout.header,
                heading,
            )
        return not layout.missing and not layout.doubled

    def _rows(self, layout: Layout, head: list[tuple[int, Sequence[Any]]], rest: Iterator[tuple[int, Sequence[Any]]]) -> None:
        into = self.parsed.tables[layout.spec.key]
        columns = [(column, layout.positions[column.key]) for column in layout.spec.columns if column.key in layout.positions]
        begun = layout.header > 0
        width = max([*layout.positions.values(), *(i for i, key in enumerate(layout.cells) if key)]) + 1
        for number, whole in _chain(head, rest):
            row = whole[:width]
            if all(is_empty(row[position]) for _column, position in columns if position < len(row)):
                continue
            lone = _lone(row)
            if lone is not None and layout.spec.is_group(lone):
                self.note(
                    said(_("“%(text)s” was taken as a heading of a group, not as a row."), text=shown(lone)),
                    "row.group",
                    number,
                    shown(lone),
                )
                continue
            if self._skipped(layout, number, row):
                continue
            if not begun:
                text = row[columns[0][1]] if columns[0][1] < len(row) else None
                if not isinstance(text, str) or not layout.spec.list_accepts(unnumbered(text)):
                    self.note(_("The row was taken as a title of the list."), "row.title", number, shown(lone or ""))
                    continue
                begun = True
            values: dict[str, Any] = {}
            for column, position in columns:
                cell = row[position] if position < len(row) else None
                if cell is None or cell == "":
                    if column.required:
                        self._unfit(layout, number, column.key, Unfit(_("A value is needed here."), "cell.required"), "")
                    continue
                if isinstance(cell, str) and (not layout.header or column.key == layout.spec.list_column):
                    cell = unnumbered(cell)
                try:
                    if is_empty(cell):
                        if column.required:
                            raise Unfit(_("A value is needed here."), "cell.required")
                        continue
                    values[column.key] = convert(column, cell, epoch_1904=self.epoch_1904)
                except Unfit as unfit:
                    self._unfit(layout, number, column.key, unfit, shown(cell))
            into.append(ParsedRow(layout, number, values))

    def _skipped(self, layout: Layout, number: int, row: Sequence[Any]) -> bool:
        """Rows that are no data: examples of the template, totals, repeated headers, numbers of columns."""
        first = next((cell for cell in row if not is_empty(cell)), None)
        text = first.strip() if isinstance(first, str) else ""
        if _EXAMPLE.match(text):
            self.note(_("The example row was left out."), "row.example", number)
            return True
        if _TOTAL.match(text):
            self.note(_("The row of totals was left out."), "row.total", number, shown(clean(text)))
            return True
        if not layout.header:
            return False
        if first in (1, "1"):
            filled = [cell for cell in row if not is_empty(cell)]
            return len(filled) >= 3 and [clean(str(cell)) for cell in filled] == [str(n) for n in range(1, len(filled) + 1)]
        return self._is_header(layout, row)

    @staticmethod
    def _is_header(layout: Layout, row: Sequence[Any]) -> bool:
        """Whether the row repeats the header, as after a page break; what doesn't begin like it doesn't."""
        positions = sorted(layout.positions.values())
        for position in positions[:2]:
            cell = row[position] if position < len(row) else None
            if not isinstance(cell, str) or heading_key(cell) != layout.cells[position]:
                return False
        keys = texts(row)
        same = sum(1 for position in positions if position < len(keys) and keys[position] == layout.cells[position])
        return same == len(positions) or same >= 3

    def _unfit(self, layout: Layout, number: int, key: str, unfit: Unfit, value: str) -> None:
        self.parsed.problems.append(
            Problem(unfit.message, code=unfit.code, sheet=self.sheet.name, row=number, column=layout.heading(key), value=value)
        )


def _lone(row: Sequence[Any]) -> str | None:
    """The text of the only filled cell of a row."""
    only: str | None = None
    for cell in row:
        if is_empty(cell):
            continue
        if only is not None or not isinstance(cell, str):
            return None
        only = clean(cell)
    return only


def _chain(head: list[tuple[int, Sequence[Any]]], rest: Iterator[tuple[int, Sequence[Any]]]) -> Iterator[tuple[int, Sequence[Any]]]:
    yield from head
    yield from rest


def refuse_problems(parsed: Parsed) -> None:
    """Raise Refused with everything that is wrong, if anything is."""
    if parsed.problems:
        raise Refused(parsed.problems)
