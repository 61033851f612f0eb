"""Small lists written by hand, taken in, and read back as plain rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq

from yantar.engine.savings.dataset import Manifest, open_dataset
from yantar.engine.savings.ingest import Options, ingest
from yantar.engine.savings.mapping import Mapping

HEAD = "Номер извещения;Предмет;Заказчик;ИНН;Способ;Закон;НМЦК;Дата;Число заявок;Победитель;Цена контракта;Дата контракта;Цена после изменений;Статус"
ROW = "0335;Бумага;Минфин;3900000009;Электронный аукцион;44-ФЗ;12 000,50;03.03.2025;3;ООО «Север»;11 000,00;20.03.2025;11 500,00;Завершена"
INN = "3900000009"


def row(**changes: str) -> str:
    """ROW with other cells, named as fields of HEAD: number, amount, date, bids, price, status, inn, method, signed, after, title, winner."""
    places = ("number", "title", "buyer", "inn", "method", "law", "amount", "date", "bids", "winner", "price", "signed", "after", "status")
    cells = ROW.split(";")
    for name, value in changes.items():
        cells[places.index(name)] = value
    return ";".join(cells)


def csv(folder: Path, *rows: str, name: str = "list.csv", encoding: str = "utf-8", head: str = HEAD) -> Path:
    """A CSV file of rows."""
    path = folder / name
    path.write_bytes("\n".join([head, *rows, ""]).encode(encoding))
    return path


def xlsx(folder: Path, *rows: Sequence[Any], name: str = "list.xlsx", sheet: str = "Лист1") -> Path:
    """A workbook of rows of cells."""
    book = openpyxl.Workbook()
    book.active.title = sheet  # type: ignore[union-attr]
    for cells in rows:
        book.active.append(list(cells))  # type: ignore[union-attr]
    path = folder / name
    book.save(path)
    return path


class Taken:
    """What came out of an ingest."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.manifest, self.dataset = manifest, open_dataset(folder, verify=True)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table."""
        return [one for part in self.dataset.parts(table) for one in pq.read_table(part).to_pylist()]

    def one(self, table: str) -> dict[str, Any]:
        """The only row of a table."""
        (only,) = self.rows(table)
        return only

    def said(self) -> list[tuple[int, str, str, str, str]]:
        """The quarantine: line, field, value, reason, action."""
        return sorted((q["line"], q["field"], q["value"], q["reason"], q["action"]) for q in self.rows("quarantine"))


def taken(into: Path, *paths: Path, mapping: Mapping | None = None, law: str = "") -> Taken:
    """Take lists in."""
    return Taken(into, ingest(list(paths), into, options=Options(mapping=mapping, law=law)))


def two_files(**sessions: Any) -> dict[str, Any]:
    """A mapping of sessions and bids as plain values, changed at will."""
    return {
        "id": "two",
        "title": {"ru": "Два файла", "en": "Two files"},
        "files": [
            {
                "id": "sessions",
                "rows": "procedure",
                "columns": [
                    {"headings": ["id"], "field": "procedure_id", "required": True},
                    {"headings": ["price"], "field": "amount", "required": True},
                    {"headings": ["end"], "field": "award_amount"},
                    {"headings": ["winner"], "field": "supplier_id", "prefix": "s-"},
                ],
                "constants": {"currency": "RUB", "status": "complete", "award_status": "active"},
                "rules": [{"when": {"field": "supplier_id", "is": "empty"}, "set": {"status": "unsuccessful", "award_status": "unsuccessful"}}],
                **sessions,
            },
            {
                "id": "bids",
                "rows": "bid",
                "joined_to": "sessions",
                "missing": {"ru": "Участники неизвестны.", "en": "The bidders are not known."},
                "columns": [
                    {"headings": ["session"], "field": "procedure_id", "required": True},
                    {"headings": ["bidder"], "field": "bidder_id", "required": True, "prefix": "s-"},
                    {"headings": ["offer"], "field": "bid_amount"},
                ],
            },
        ],
    }
