"""A figure as a workbook whose totals are formulas over the sheet of its procedures: who changes a cell sees the total move."""

# ruff: noqa: S608 - names of our own columns

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from yantar.engine.savings.method import Method, load_method

from ..models import Figure
from .lists import MEMORY, plain

MOST_ROWS = 200_000
"""Procedures that the book lists one by one. An office program takes 1,048,576 rows, but writing them takes minutes and opening them most
of a desk computer's memory; above this the sheet has a row for each group, and the list itself is in the CSV and Parquet files."""
_GROUPED = "coalesce(class, '') AS class, reason, input_currency, year, method_name, band, bidders_group"


def write(figure: Figure, path: Path, language: str) -> None:
    """Write the workbook in a language."""
    import xlsxwriter  # type: ignore[import-untyped]

    from . import figure_file

    source = figure_file(figure, "parquet").path
    with override(language):
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "constant_memory": True}
        with xlsxwriter.Workbook(str(path), options) as made:
            made.set_properties({"title": f"{figure.number}. {plain(figure.title)}", "created": datetime(2000, 1, 1)})
            _Book(made, figure, source, language, path.parent / "spill").write()


class _Book:
    def __init__(self, book: Any, figure: Figure, source: Path, language: str, spill: Path) -> None:
        self.book, self.figure, self.source, self.language, self.spill = book, figure, source, language, spill
        self.method: Method = load_method(figure.method)
        self.answer: dict[str, Any] = figure.defended
        self.head = book.add_format({"bold": True, "bg_color": "#FFE8B8", "border": 1, "border_color": "#C9A227", "text_wrap": True, "valign": "top"})
        self.day = book.add_format({"num_format": "dd.mm.yyyy", "align": "left"})
        self.money = book.add_format({"num_format": "#,##0.00"})
        self.share = book.add_format({"num_format": "0.0000%"})
        self.count = book.add_format({"num_format": "#,##0"})
        self.bold = book.add_format({"bold": True})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.whole = int(self.answer["input"]["procedures"]) <= MOST_ROWS
        self.rows_name = _("Procedures") if self.whole else _("Groups")

    def words(self, of: Any) -> str:
        """A text of data in the book's language."""
        one = of if isinstance(of, dict) else {"ru": of.ru, "en": of.en}
        return str(one[self.language])

    def write(self) -> None:
        # Totals come first in the book, so their sheet is made first; in constant memory each sheet is written from top to bottom.
        totals = self.book.add_worksheet(_("Totals")[:31])
        listed = self.book.add_worksheet(self.rows_name[:31])
        # A sheet's rows are known only when they are written; the formulas name whole columns, so they need no count.
        self._totals(totals)
        self._listed(listed)
        self._decisions()
        self._about()

    # --- totals

    def _column(self, letter: str) -> str:
        return f"'{self.rows_name}'!${letter}:${letter}"

    def _sum(self, letter: str, **where: str) -> str:
        """Sum of a column where columns have values."""
        pairs = "".join(f',{self._column(column)},"{value}"' for column, value in where.items())
        return f"=ROUND(SUMIFS({self._column(letter)}{pairs}),2)"

    def _number(self, **where: str) -> str:
        """Number of procedures where columns have values."""
        pairs = ",".join(f'{self._column(column)},"{value}"' for column, value in where.items())
        return f"=COUNTIFS({pairs})" if self.whole else self._sum("A", **where)

    def _totals(self, page: Any) -> None:
        at = _Columns(self.whole)
        currency = self.answer["currency"]
        page.set_column(0, 0, 52)
        page.set_column(1, 5, 22)
        page.write_string(0, 0, f"{self.figure.number}. {plain(self.figure.title)}", self.bold)
        page.write_string(
            1, 0, _("The totals are formulas over the sheet “%(sheet)s”. Currency: %(currency)s.") % {"sheet": self.rows_name, "currency": currency}
        )
        if not self.whole:
            page.write_string(2, 0, self._grouped_note())
        row = 3
        for place, words in enumerate((_("Measure"), _("Procedures"), _("Baseline"), _("Awarded"), _("Saved"), _("Share"))):
            page.write_string(row, place, words, self.head)
        for title, klass, measure in (
            (_("E1: two bidders and more"), "E1", self.answer["E1"]),
            (_("One bidder"), "E2", self.answer["one_bid"]),
        ):
            row += 1
            values = (measure["procedures"], measure["baseline"], measure["awarded"])
            formulas = (self._number(**{at.klass: klass}), self._sum(at.baseline, **{at.klass: klass}), self._sum(at.awarded, **{at.klass: klass}))
            self._measure(page, row, title, formulas, values)
        row += 1
        both = self.answer["E2"]
        summed = tuple(f"={letter}{row - 1}+{letter}{row}" for letter in "BCD")
        self._measure(page, row, _("E2: one bidder and more"), summed, (both["procedures"], both["baseline"], both["awarded"]))
        e2 = row
        row += 2
        for place, words in enumerate((_("Left out, by reason"), _("Procedures"), _("Value in the input"))):
            page.write_string(row, place, words, self.head)
        first = row + 2
        for one in self.answer["excluded"]:
            row += 1
            where = {at.klass: "excluded", at.reason: one["reason"]}
            page.write_string(row, 0, self.words(one["title"]))
            page.write_formula(row, 1, self._number(**where), self.count, one["procedures"])
            page.write_formula(row, 2, self._sum(at.value, **where, **{at.currency: currency}), self.money, float(one["value"]))
        last = row + 1
        self._reconciliation(page, row + 2, e2, (first, last) if last >= first else None, at)

    def _grouped_note(self) -> str:
        words = _(
            "%(n)s procedures are more than the %(most)s that a workbook lists: here is a row for each group."
            " All of them are in the CSV and Parquet files."
        )
        given = {"n": int(self.answer["input"]["procedures"]), "most": MOST_ROWS}
        return words % {name: number_format(number, force_grouping=True) for name, number in given.items()}

    def _measure(self, page: Any, row: int, title: str, formulas: Sequence[str], values: Sequence[Any]) -> None:
        procedures, baseline, awarded = values
        saved = Decimal(baseline) - Decimal(awarded)
        page.write_string(row, 0, title)
        page.write_formula(row, 1, formulas[0], self.count, int(procedures))
        page.write_formula(row, 2, formulas[1], self.money, float(baseline))
        page.write_formula(row, 3, formulas[2], self.money, float(awarded))
        page.write_formula(row, 4, f"=ROUND(C{row + 1}-D{row + 1},2)", self.money, float(saved))
        page.write_formula(
            row, 5, f"=IF(C{row + 1}=0,0,E{row + 1}/C{row + 1})", self.share, float(saved / Decimal(baseline)) if Decimal(baseline) else 0
        )

    def _reconciliation(self, page: Any, row: int, e2: int, left_out: tuple[int, int] | None, at: _Columns) -> None:
        check = self.answer["reconciliation"]
        for place, words in enumerate((_("Reconciliation"), _("Procedures"), _("Value"))):
            page.write_string(row, place, words, self.head)
        currency = self.answer["currency"]
        every = f"=COUNTA({self._column(at.klass)})-1" if self.whole else f"=SUM({self._column('A')})"
        excluded = tuple(f"=SUM({letter}{left_out[0]}:{letter}{left_out[1]})" if left_out else "=0" for letter in "BC")
        top = row + 1
        lines: tuple[tuple[str, str | None, Any, str | None, str], ...] = (
            (_("Input"), every, check["input_procedures"], self._sum(at.value, **{at.currency: currency}), check["input_value"]),
            (_("Counted (E2)"), f"=B{e2 + 1}", check["included_procedures"], f"=C{e2 + 1}", check["included_baseline"]),
            (_("Lots without an award, in counted procedures"), None, None, None, check["included_lots_not_awarded"]),
            (_("Tender's value less its lots, in counted procedures"), None, None, None, check["included_difference"]),
            (_("Left out"), excluded[0], check["excluded_procedures"], excluded[1], check["excluded_value"]),
        )
        for title, formula, number, amount, value in lines:
            row += 1
            page.write_string(row, 0, title)
            if formula is not None:
                page.write_formula(row, 1, formula, self.count, number)
            if amount is not None:
                page.write_formula(row, 2, amount, self.money, float(value))
            else:
                page.write_number(row, 2, float(value), self.money)
        row += 1
        page.write_string(row, 0, _("Difference: must be zero"), self.bold)
        page.write_formula(row, 1, f"=B{top + 1}-B{top + 2}-B{top + 5}", self.count, int(check["difference_procedures"]))
        page.write_formula(row, 2, f"=ROUND(C{top + 1}-SUM(C{top + 2}:C{top + 5}),2)", self.money, float(check["difference_value"]))

    # --- rows

    def _listed(self, page: Any) -> None:
        at = _Columns(self.whole)
        page.freeze_panes(1, 1)
        for place, (words, wide) in enumerate(at.heads()):
            page.set_column(place, place, wide)
            page.write_string(0, place, words, self.head)
        for number, row in enumerate(self._rows(), 1):
            for place, value in enumerate(row):
                self._cell(page, number, place, value)
            if self.whole and row[at.place(at.klass)] != "excluded":
                saved = row[at.place(at.baseline)] - row[at.place(at.awarded)]
                place = at.place(at.awarded) + 1
                page.write_formula(number, place, f"={at.baseline}{number + 1}-{at.awarded}{number + 1}", self.money, float(saved))

    def _cell(self, page: Any, number: int, place: int, value: Any) -> None:
        if value is None:
            return
        if isinstance(value, date):
            page.write_datetime(number, place, datetime(value.year, value.month, value.day), self.day)
        elif isinstance(value, Decimal):
            page.write_number(number, place, float(value), self.money)
        elif isinstance(value, int):
            page.write_number(number, place, value)
        elif value:
            page.write_string(number, place, plain(str(value)))

    def _rows(self) -> Iterator[list[Any]]:
        import duckdb

        titles = {one.id: self.words(one.title) for one in (*self.method.reasons, self.method.settled_out)}
        columns = (
            "procedure_id, tender_id, title, buyer_name, buyer_inn, published_on, method_name, bidders, band, class, reason, decided, input_value,"
            " input_currency, baseline, awarded"
            if self.whole
            else f"count(*) AS n, {_GROUPED}, sum(input_value), sum(baseline), sum(awarded)"
        )
        tail = " ORDER BY procedure_id" if self.whole else " GROUP BY ALL ORDER BY ALL"
        with duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": str(self.spill)}) as con:
            answer = con.execute(f"SELECT {columns} FROM read_parquet(?){tail}", [str(self.source)])
            while batch := answer.fetchmany(5000):
                for row in batch:
                    if not self.whole:
                        yield list(row)
                        continue
                    *most, baseline, awarded = row
                    # Without words of the reason, a code would have to be looked up.
                    yield [*most, titles.get(row[10], ""), baseline, awarded]

    # --- the rest

    def _decisions(self) -> None:
        page = self.book.add_worksheet(_("Decisions")[:31])
        for place, (words, wide) in enumerate(((_("Procedure"), 30), (_("Decision"), 14), (_("Reason"), 100))):
            page.set_column(place, place, wide)
            page.write_string(0, place, words, self.head)
        named = {"include": _("Count it"), "exclude": _("Leave it out")}
        for number, one in enumerate(self.figure.settlements, 1):
            for place, value in enumerate((one["procedure"], named[one["choice"]], one["reason"])):
                page.write_string(number, place, plain(value), self.wrapped)

    def _about(self) -> None:
        page = self.book.add_worksheet(_("Method")[:31])
        page.set_column(0, 0, 34)
        page.set_column(1, 1, 110)
        lines = [
            (_("Method"), f"{self.method.id}. {self.words(self.method.title)}"),
            (_("SHA-256 of the method"), self.answer["method"]["sha256"]),
            *((self.words(one.title), self.words(one.text)) for one in self.method.formulas),
            (_("Records"), plain(f"{self.figure.dataset.title}. {self.figure.dataset.origin}")),
            (_("SHA-256 of the manifest"), self.figure.dataset.sha256),
            *((plain(one["name"]), f"SHA-256 {one['sha256']}") for one in self.answer["manifest"]["input"]),
            (_("Parameters"), json.dumps(self.answer["parameters"], ensure_ascii=False, sort_keys=True)),
            (_("To repeat it"), f"yantar savings --repeat {self.figure.number}.json FILE…"),
        ]
        for number, (title, text) in enumerate(lines):
            page.write_string(number, 0, title, self.wrapped)
            page.write_string(number, 1, text, self.wrapped)


class _Columns:
    """Letters of the columns that the formulas name."""

    def __init__(self, whole: bool) -> None:
        self.whole = whole
        self.klass, self.reason, self.value, self.currency = ("J", "K", "M", "N") if whole else ("B", "C", "I", "D")
        self.baseline, self.awarded = ("P", "Q") if whole else ("J", "K")

    @staticmethod
    def place(letter: str) -> int:
        """The column's number, from 0."""
        return ord(letter) - ord("A")

    def heads(self) -> tuple[tuple[str, int], ...]:
        """Headings and widths."""
        if not self.whole:
            return (
                (_("Procedures"), 14),
                (_("Class"), 10),
                (_("Reason (code)"), 20),
                (_("Currency of the input"), 12),
                (_("Year"), 8),
                (_("Method"), 40),
                (_("Price band"), 16),
                (_("Bidders"), 10),
                (_("Value in the input"), 20),
                (_("Baseline"), 20),
                (_("Awarded"), 20),
            )
        return (
            (_("Procedure"), 28),
            (_("Notice"), 22),
            (_("Title"), 50),
            (_("Buyer"), 40),
            (_("INN"), 14),
            (_("Published on"), 12),
            (_("Method"), 30),
            (_("Bidders"), 9),
            (_("Price band"), 14),
            (_("Class"), 10),
            (_("Reason (code)"), 18),
            (_("Decided"), 10),
            (_("Value in the input"), 18),
            (_("Currency of the input"), 10),
            (_("Why it is left out"), 36),
            (_("Baseline"), 18),
            (_("Awarded"), 18),
            (_("Saved"), 18),
        )
