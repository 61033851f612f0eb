"""Which table a sheet is and where its columns stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl.utils import get_column_letter

from .cells import is_empty, shown
from .names import clean
from .tables import TableSpec, heading_key

LOOK_IN = 20
"""Rows from the first filled one in which the header is looked for."""

ORDINAL = {"", "п", "пп", "nпп", "n", "no", "номер", "номерпп", "номерпорядку", "попорядку"}
"""Keys of headings over running numbers, as «№ п/п»."""


_BULLET = re.compile(r"^(?:\d{1,4}[.)]\s*|[•●▪·*–—-]\s+)(?=\S)")


def unnumbered(text: str) -> str:
    """The text of an item of a list without its number or bullet."""
    return _BULLET.sub("", clean(text))


@dataclass(slots=True)
class Layout:
    """Where a table stands in a sheet: `positions` by column key, `headings` as they are written there by column key.

    `header` is the header's row number (0: a list without one); `unknown` are headings that mean nothing here.
    """

    spec: TableSpec
    sheet: str
    header: int
    positions: dict[str, int]
    headings: dict[str, str]
    cells: tuple[str, ...] = ()
    unknown: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    by_title: bool = False

    @property
    def missing(self) -> list[str]:
        """Keys of required columns that the sheet lacks."""
        return [column.key for column in self.spec.required if column.key not in self.positions]

    def heading(self, key: str) -> str:
        """The heading of a column as the sheet has it, or as it should be called."""
        return self.headings.get(key) or self.spec.column(key).title


def texts(row: Sequence[Any]) -> list[str]:
    """The cells of a row as heading keys."""
    return [heading_key(clean(cell)) if isinstance(cell, str) else "" for cell in row]


def _match(spec: TableSpec, sheet: str, number: int, row: Sequence[Any]) -> Layout:
    layout = Layout(spec, sheet, number, {}, {}, by_title=spec.knows_sheet(sheet))
    keys = texts(row)
    layout.cells = tuple(keys)
    known = {word: column.key for column in spec.columns for word in column.keys}
    for position, key in enumerate(keys):
        column = known.get(key) if key else None
        if column is None:
            if not is_empty(row[position]) and key not in ORDINAL:
                layout.unknown.append(shown(clean(str(row[position]))))
        elif column in layout.positions:
            layout.doubled.append(column)
        else:
            layout.positions[column] = position
            layout.headings[column] = shown(clean(str(row[position]))).rstrip(" *:")
    return layout


def find_layout(sheet: str, head: Sequence[tuple[int, Sequence[Any]]], specs: Sequence[TableSpec]) -> Layout | None:
    """The table that the first filled rows of a sheet begin, or None when no row looks like a header of one.

    A sheet called like a table is that table. Otherwise a header must have all required columns or at
    least two known ones; the one that knows more wins, then the order of the specs.
    """
    titled = [spec for spec in specs if spec.knows_sheet(sheet)]
    best: Layout | None = None
    best_score = (0, 0, 0)
    for number, row in head:
        for rank, spec in enumerate(titled or specs):
            layout = _match(spec, sheet, number, row)
            known = len(layout.positions)
            if not known or (layout.missing and known < 2 and not titled):
                continue
            score = (known - 2 * len(layout.missing), known, -rank)
            if best is None or score > best_score:
                best, best_score = layout, score
    return best


def list_layout(sheet: str, head: Sequence[tuple[int, Sequence[Any]]], spec: TableSpec) -> Layout | None:
    """A sheet without a header that is a plain list: one column of text, perhaps running numbers before it."""
    filled: dict[int, int] = {}
    accepted = 0
    for _number, row in head:
        for position, cell in enumerate(row):
            if isinstance(cell, str) and not is_empty(cell) and not cell.strip(" .)").isdigit():
                filled[position] = filled.get(position, 0) + 1
                accepted += spec.list_accepts(unnumbered(cell))
    if not filled or not accepted:
        return None
    position = max(filled, key=lambda p: filled[p])
    others = sum(count for p, count in filled.items() if p != position)
    if others > filled[position] // 2:
        return None
    return Layout(spec, sheet, 0, {spec.list_column: position}, {spec.list_column: get_column_letter(position + 1)})
