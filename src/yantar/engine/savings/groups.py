"""Figures by buyer, year, method, price band, bidders, law and their combinations."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .method import Method
from .result import Dimension, measure

if TYPE_CHECKING:
    import ibis

COLUMNS: dict[Dimension, str] = {
    "buyer": "buyer_id",
    "year": "year",
    "method": "method_name",
    "band": "band",
    "bidders": "bidders_group",
    "law": "law",
}
"""Where an outcome keeps each dimension."""


def group_sums(rows: ibis.Table, by: Sequence[Dimension]) -> ibis.Table:
    """Sums of E1, E2 and the contract stage over an outcome, for each combination of dimensions that has a counted procedure."""
    counted = rows.filter(rows["class"] != "excluded")
    first = counted["class"] == "E1"
    signed = first & counted.contracted.notnull()
    names = {"buyer_name": counted.buyer_name.max()} if "buyer" in by else {}
    return counted.group_by(**{dimension: counted[COLUMNS[dimension]] for dimension in by}).agg(
        n1=first.cast("int64").sum(),
        b1=counted.baseline.sum(where=first),
        a1=counted.awarded.sum(where=first),
        n2=counted.count(),
        b2=counted.baseline.sum(),
        a2=counted.awarded.sum(),
        nc=signed.cast("int64").sum(),
        bc=counted.baseline.sum(where=signed),
        ac=counted.contracted.sum(where=signed),
        **names,
    )


def group_row(row: dict[str, Any], by: Sequence[Dimension]) -> dict[str, Any]:
    """A group in the form that is published."""
    named: dict[str, Any] = {dimension: row[dimension] for dimension in by}
    if "buyer" in by:
        named["buyer_name"] = row["buyer_name"]
    zero = Decimal(0)
    stage = measure(row["nc"], row["bc"] or zero, row["ac"] or zero).model_dump() | {"without_contract": row["n1"] - row["nc"]}
    return {
        **named,
        "E1": measure(row["n1"], row["b1"] or zero, row["a1"] or zero).model_dump(),
        "E2": measure(row["n2"], row["b2"] or zero, row["a2"] or zero).model_dump(),
        "contract_stage": stage,
    }


def order(method: Method, currency: str, by: Sequence[Dimension]) -> Any:
    """The key to sort groups by: bands from the smallest, bidders by number, undated and unknown last."""
    bands = {band.id: position for position, band in enumerate(method.bands_of(currency))}

    def key(row: dict[str, Any]) -> tuple[Any, ...]:
        parts: list[Any] = []
        for dimension in by:
            value = row[dimension]
            if dimension == "band":
                parts.append((bands.get(value, len(bands)), ""))
            elif dimension == "bidders":
                digits = value.removesuffix("+")
                parts.append((int(digits) if digits.isdecimal() else 1_000_000, value))
            elif value is None:
                parts.append((9_999, ""))
            else:
                parts.append((value, "") if dimension == "year" else (0, value))
        return tuple(parts)

    return key
