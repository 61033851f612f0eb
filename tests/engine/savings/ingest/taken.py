"""Releases by hand, taken in, and what came out as rows."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from yantar.engine.savings.dataset import open_dataset
from yantar.engine.savings.ingest import Options, Source, ingest
from yantar.engine.savings.tables import TABLES, Kind

ARROW_NAMES = {
    Kind.TEXT: "VARCHAR",
    Kind.MONEY: "DECIMAL(18,2)",
    Kind.COUNT: "BIGINT",
    Kind.FLAG: "BOOLEAN",
    Kind.DAY: "DATE",
}
SMALL = Options(threads=2)


def release(ocid: str = "ocds-213czf-1", **fields: Any) -> dict[str, Any]:
    """A compiled release: one lot, two bids, an award and a contract, all in order; fields given replace whole sections."""
    return {
        "ocid": ocid,
        "id": "r",
        "date": "2025-04-01T12:00:00+02:00",
        "tag": ["compiled"],
        "buyer": {"id": "RU-INN-3900000001", "name": "Министерство"},
        "tender": {
            "id": "n1",
            "title": "Бумага",
            "status": "complete",
            "procurementMethod": "open",
            "value": {"amount": 1000, "currency": "RUB"},
            "tenderPeriod": {"startDate": "2025-03-01T00:00:00+02:00", "endDate": "2025-03-10T00:00:00Z"},
            "numberOfTenderers": 2,
            "lots": [{"id": "1", "status": "complete", "value": {"amount": 1000, "currency": "RUB"}}],
        },
        "bids": {
            "details": [
                {
                    "id": f"b{n}",
                    "status": "valid",
                    "date": "2025-03-09T00:00:00Z",
                    "tenderers": [{"id": f"s{n}", "name": f"Поставщик {n}"}],
                    "value": {"amount": 900 + n, "currency": "RUB"},
                    "relatedLots": ["1"],
                }
                for n in (1, 2)
            ]
        },
        "awards": [
            {
                "id": "a1",
                "status": "active",
                "date": "2025-03-15",
                "value": {"amount": 901, "currency": "RUB"},
                "suppliers": [{"id": "s1", "name": "Поставщик 1"}],
                "relatedLots": ["1"],
                "relatedBid": "b1",
            }
        ],
        "contracts": [
            {
                "id": "c1",
                "awardID": "a1",
                "status": "active",
                "dateSigned": "2025-03-20",
                "value": {"amount": 901.5, "currency": "RUB"},
                "amendments": [{"id": "m1", "date": "2025-03-25", "rationale": "Рост цен"}],
            }
        ],
        **fields,
    }


def lines(records: Iterable[Any]) -> bytes:
    """JSON Lines. Bytes and texts stand as they are."""
    out = []
    for record in records:
        if isinstance(record, str):
            record = record.encode()
        out.append(record if isinstance(record, bytes) else json.dumps(record, ensure_ascii=False).encode())
    return b"\n".join(out) + b"\n"


class Taken:
    """A dataset with its rows."""

    def __init__(self, folder: Path) -> None:
        self.dataset = open_dataset(folder, verify=True)
        self.manifest = self.dataset.manifest
        self.counts = self.manifest.counts
        records = self.counts
        assert records.records == records.procedures + records.merged + records.superseded + records.rejected
        assert records.records == sum(one.records for one in self.manifest.input)
        assert records.procedures == len(self.rows("procedures")) == len({row["procedure_id"] for row in self.rows("procedures")})

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Rows of a table, sorted by all columns."""
        with duckdb.connect() as con:
            parts = [str(part) for part in self.dataset.parts(table)]
            found = con.execute("SELECT * FROM read_parquet($parts) ORDER BY ALL", {"parts": parts})
            names = [(one[0], str(one[1])) for one in found.description]
            assert [name for name, _type in names] == list(TABLES[table].types)
            assert [type_ for _name, type_ in names] == [ARROW_NAMES[column.kind] for column in TABLES[table].columns]
            return [dict(zip([name for name, _type in names], row, strict=True)) for row in found.fetchall()]

    def one(self, table: str) -> dict[str, Any]:
        """The only row of a table."""
        (row,) = self.rows(table)
        return row

    def notes(self) -> list[tuple[str, str, str, str]]:
        """The quarantine: field, value, reason, action."""
        return [(row["field"], row["value"], row["reason"], row["action"]) for row in self.rows("quarantine")]

    def everything(self, *but: str) -> dict[str, list[dict[str, Any]]]:
        """All tables; columns named are left out."""
        return {name: [{key: one for key, one in row.items() if key not in but} for row in self.rows(name)] for name in TABLES}


def taken(folder: Path, *records: Any, options: Options = SMALL) -> Taken:
    """Records as JSON Lines, taken in."""
    path = folder / "input.jsonl"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(lines(records))
    return took(folder / "dataset", path, options=options)


def took(into: Path, *inputs: Source | Path, options: Options = SMALL) -> Taken:
    """Inputs taken in."""
    manifest = ingest(inputs, into, options=options)
    made = Taken(into)
    assert made.manifest == manifest
    return made


__all__ = ["Decimal", "Taken", "date", "lines", "release", "taken", "took"]
