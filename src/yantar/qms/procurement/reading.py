"""The stored Parquet of a dataset, read by embedded DuckDB. For callers that have checked who asks."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from yantar.engine.savings.tables import TABLES

from .folders import OUTCOME, derived, records_of
from .models import Dataset

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Row = dict[str, Any]
MEMORY = "256MB"
"""What the pages of one process may hold at once."""


@lru_cache(maxsize=1)
def _database(process: int) -> DuckDBPyConnection:
    import duckdb

    con = duckdb.connect(":memory:", config={"memory_limit": MEMORY, "threads": 2})
    spill = Path(settings.PROCUREMENT_ROOT) / "work" / "pages"
    con.execute(f"SET temp_directory = '{str(spill).replace(chr(39), chr(39) * 2)}'")
    # The footers of Parquet files are read once: a dataset never changes.
    con.execute("SET enable_object_cache = true")
    return con


def rows(sql: str, params: Sequence[Any] = ()) -> list[Row]:
    """The rows of a query; money comes as Decimal, days as date."""
    # A process has one database; each question has a cursor of its own, so threads don't disturb each other.
    with _database(os.getpid()).cursor() as cursor:
        cursor.execute(sql, list(params))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def outcome_of(dataset: Dataset, ids: Iterable[str]) -> dict[str, Row]:
    """The outcome of some procedures by their ids; those that the dataset hasn't are missing."""
    wanted = list(ids)
    if not wanted:
        return {}
    sql = "SELECT * FROM read_parquet(?) WHERE procedure_id IN (SELECT unnest(?::VARCHAR[]))"
    return {row["procedure_id"]: row for row in rows(sql, [str(derived(dataset, OUTCOME)), wanted])}


def tables_of(dataset: Dataset, procedure_id: str) -> Mapping[str, list[Row]]:
    """The rows of a procedure in every flat table."""
    found = {}
    for name in TABLES:
        parts = [str(records_of(dataset) / part["name"]) for part in dataset.manifest["tables"] if part["name"].startswith(f"{name}/")]
        found[name] = rows("SELECT * FROM read_parquet(?) WHERE procedure_id = ?", [parts, procedure_id]) if parts else []
    return found
