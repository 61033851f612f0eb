"""Small datasets written by hand: rows as keywords, everything not named as the ingest leaves it when nothing is stated."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from yantar.engine.savings.dataset import MANIFEST, Counts, Dataset, InputFile, Manifest, TableFile, Tables, open_dataset
from yantar.engine.savings.engines import duck
from yantar.engine.savings.tables import TABLES, Column, Kind

Row = Mapping[str, Any]
Rows = Sequence[Row]

ARROW = {Kind.TEXT: pa.string(), Kind.MONEY: pa.decimal128(18, 2), Kind.COUNT: pa.int64(), Kind.FLAG: pa.bool_(), Kind.DAY: pa.date32()}
EMPTY: dict[Kind, Any] = {Kind.TEXT: "", Kind.MONEY: None, Kind.COUNT: None, Kind.FLAG: False, Kind.DAY: None}
DEFAULTS: dict[str, Row] = {
    "procedures": {
        "source": 0,
        "line": 1,
        "offset": -1,
        "length": 0,
        "method": "open",
        "status": "complete",
        "currency": "RUB",
        "published_on": date(2025, 3, 3),
        "data_on": date(2026, 11, 23),
        "buyer_id": "RU-INN-3900000001",
        "buyer_inn": "3900000001",
        "buyer_name": "Министерство",
    },
    "lots": {"status": "complete", "currency": "RUB"},
    "bids": {"status": "valid", "currency": "RUB", "members": 1, "lots": 0},
    "awards": {"status": "active", "currency": "RUB", "members": 1, "lots": 0},
    "contracts": {"status": "active", "currency": "RUB", "amendments": 0},
    "quarantine": {"source": 0, "line": 1, "action": "set_aside"},
}


def _cell(column: Column, row: Row, defaults: Row) -> Any:
    value = row.get(column.name, defaults.get(column.name, EMPTY[column.kind]))
    if column.kind is Kind.MONEY and value is not None:
        return Decimal(str(value)).quantize(Decimal("0.01"))
    if column.kind is Kind.DAY and isinstance(value, str):
        return date.fromisoformat(value)
    return value


def arrow(name: str, rows: Rows) -> pa.Table:
    """Rows as an Arrow table of the flat table's types. A column that is none of the table's raises KeyError."""
    table = TABLES[name]
    for row in rows:
        if unknown := set(row) - set(table.types):
            raise KeyError(f"{name} has no {', '.join(sorted(unknown))}")
    defaults = DEFAULTS.get(name, {})
    return pa.table({column.name: pa.array([_cell(column, row, defaults) for row in rows], ARROW[column.kind]) for column in table.columns})


def dataset(folder: Path, **rows: Rows) -> Dataset:
    """A dataset written into a folder: `dataset(tmp_path, procedures=[{"procedure_id": "a", "amount": 100}], bids=[…])`."""
    files = []
    for name in TABLES:
        part = folder / name / "part-00001.parquet"
        part.parent.mkdir(parents=True, exist_ok=True)
        made = arrow(name, rows.get(name, ()))
        pq.write_table(made, part, compression="zstd")
        content = part.read_bytes()
        files.append(TableFile(name=f"{name}/{part.name}", rows=made.num_rows, bytes=len(content), sha256=hashlib.sha256(content).hexdigest()))
    count = len(rows.get("procedures", ()))
    manifest = Manifest(
        program="test",
        input=(InputFile(name="by hand", bytes=0, sha256=hashlib.sha256(b"").hexdigest(), form="ocds-lines", records=count),),
        tables=tuple(files),
        counts=Counts(records=count, procedures=count),
        data_on="2026-11-23",
    )
    (folder / MANIFEST).write_bytes(manifest.canonical())
    return open_dataset(folder, verify=True)


def tables(folder: Path, **rows: Rows) -> Tables:
    """The same, as tables of a DuckDB of its own."""
    return dataset(folder, **rows).tables(duck(threads=1))
