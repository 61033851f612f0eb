"""What a rule found and examined in a dataset written by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.engine.savings.given import Row, dataset
from yantar.engine.savings.engines import duck, run
from yantar.engine.savings.flags import count_by_flag, flags


class Answer:
    """Rows of one rule by procedure and lot, and the procedures it could be computed for."""

    def __init__(self, folder: Path, rule: str, rows: Mapping[str, Any], **asked: Any) -> None:
        con = duck(threads=1)
        tables = dataset(folder, **rows).tables(con)
        self.rows = sorted(run(con, flags(tables, rules=[rule], **asked)), key=lambda row: (row["procedure_id"], row["lot_id"], row["subject"]))
        (self.count,) = run(con, count_by_flag(tables, rules=[rule], **asked))
        assert all(row["flag"] == rule for row in self.rows)
        assert self.count["rows"] == len(self.rows)
        assert self.count["procedures"] == len({row["procedure_id"] for row in self.rows})

    @property
    def found(self) -> list[tuple[str, str, str, str, str]]:
        """procedure, lot, subject, value, threshold."""
        return [tuple(row[name] for name in ("procedure_id", "lot_id", "subject", "value", "threshold")) for row in self.rows]

    @property
    def where(self) -> list[tuple[str, str]]:
        """procedure and lot."""
        return [(row["procedure_id"], row["lot_id"]) for row in self.rows]

    @property
    def examined(self) -> int:
        """Procedures the rule could be computed for."""
        return int(self.count["examined"])


def bids(procedure: str, *given: tuple[str, Any, str]) -> list[Row]:
    """Bids as (bidder, amount, status), numbered b1, b2, …"""
    return [
        {"procedure_id": procedure, "bid_id": f"b{n}", "bidder_id": bidder, "amount": amount, "status": status}
        for n, (bidder, amount, status) in enumerate(given, 1)
    ]


def won(procedure: str, supplier: str, amount: Any = None, **more: Any) -> Row:
    """An active award."""
    return {"procedure_id": procedure, "award_id": "a1", "supplier_id": supplier, "amount": amount, **more}
