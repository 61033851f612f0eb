"""Thresholds as expressions: which value holds for a procedure, by its law, its day, its method and its size."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from .data import ANY, RuleData, Span, Value

if TYPE_CHECKING:
    import ibis

Overrides = Mapping[str, Mapping[str, "str | Decimal | int | Mapping[str, Any]"]]
"""Thresholds that somebody sets: rule → name → value, or rule → name → law → value. They replace all rows of the file."""

_TYPES = {
    "days": "int64",
    "count": "int64",
    "percentile": "int64",
    "percent": "decimal(9, 2)",
    "money": "decimal(18, 2)",
    "fraction": "decimal(12, 6)",
}
_PLACES = {"percent": 2, "money": 2, "fraction": 6}


class UnknownThreshold(ValueError):
    """An override that names no threshold of a rule, or gives no number."""


class Thresholds:
    """The thresholds of one rule over a table with law, published_on, method_details, amount and currency."""

    def __init__(self, data: RuleData, overrides: Mapping[str, Any] | None = None) -> None:
        """Raises UnknownThreshold."""
        self.data = data
        self._rows = {name: one.values for name, one in data.thresholds.items()}
        for name, given in (overrides or {}).items():
            if name not in data.thresholds:
                raise UnknownThreshold(f"{data.code} has no threshold {name}")
            by_law = given if isinstance(given, Mapping) else {ANY: given}
            try:
                self._rows[name] = tuple(Value(law=law, value=Decimal(str(value)), source="set by the user") for law, value in by_law.items())
            except (InvalidOperation, ValueError):  # pydantic's is a ValueError
                raise UnknownThreshold(f"{data.code} {name}: not a number") from None
            unit = data.thresholds[name].unit
            if not all(row.value is not None and _held(row.value, unit) for row in self._rows[name]):
                raise UnknownThreshold(f"{data.code} {name}: not a number of {unit}")

    def fixed(self, name: str) -> Decimal | None:
        """The value that holds for every procedure, where one does: a single row without a condition. Else None."""
        rows = self._rows[name]
        return rows[0].value if len(rows) == 1 and _everywhere(rows[0]) else None

    def given(self, name: str) -> bool:
        """Whether a value is there at all: of the file or of the user. Without one, the rule computes its own bound."""
        return bool(self._rows[name])

    def value(self, name: str, procedures: ibis.Table) -> ibis.Value:
        """The value for each procedure; null where none holds. The first row that fits counts; `any` serves laws without rows of their own."""
        import ibis

        rows, kind = self._rows[name], _TYPES[self.data.thresholds[name].unit]

        def literal(value: Decimal | None) -> ibis.Value:
            if value is None:
                return ibis.null(kind)
            return ibis.literal(value if kind.startswith("decimal") else int(value), kind)

        if (one := self.fixed(name)) is not None:
            return literal(one)
        own = sorted({row.law for row in rows} - {ANY})
        branches = [(_fits(row, procedures, own), literal(row.value)) for row in rows]
        return ibis.cases(*branches) if branches else ibis.null(kind)

    def applies(self, procedures: ibis.Table) -> ibis.Value:
        """Whether the rule holds for the procedure: its law and day are within the rule's, and every threshold has a value."""
        import ibis

        spans = self.data.holds
        own = sorted({span.law for span in spans} - {ANY})
        conditions = [] if any(_everywhere(span) for span in spans) else [ibis.or_(*(_fits(span, procedures, own) for span in spans))]
        for name in self.data.thresholds:
            if self.fixed(name) is None and self._rows[name]:
                conditions.append(self.value(name, procedures).notnull())
        return ibis.and_(*conditions) if conditions else ibis.literal(True)


def _held(value: Decimal, unit: str) -> bool:
    """Whether the number is one of its unit: not negative, not too long, no more places than the unit has."""
    if not value.is_finite() or value < 0 or value >= 10**12:
        return False
    if unit == "percentile" and not 0 < value < 100:
        return False
    return value == round(value, _PLACES.get(unit, 0))


def _everywhere(row: Span) -> bool:
    bounded = isinstance(row, Value) and (row.methods or row.above is not None or row.up_to is not None)
    return row.law == ANY and row.valid_from is None and row.valid_to is None and not bounded


def _fits(row: Span, p: ibis.Table, own: list[str]) -> ibis.Value:
    import ibis

    conditions = []
    if row.law != ANY:
        conditions.append(p.law == row.law)
    elif own:
        conditions.append(p.law.notin(own))
    if row.valid_from is not None:
        conditions.append(p.published_on >= ibis.literal(row.valid_from))
    if row.valid_to is not None:
        conditions.append(p.published_on < ibis.literal(row.valid_to))
    if isinstance(row, Value):
        if row.methods:
            name = p.method_details.lower()
            conditions.append(ibis.or_(*(name.contains(part) for part in row.methods)))
        if row.above is not None or row.up_to is not None:
            conditions.append(p.currency == row.currency)
        if row.above is not None:
            conditions.append(p.amount > ibis.literal(row.above, "decimal(18, 2)"))
        if row.up_to is not None:
            conditions.append(p.amount <= ibis.literal(row.up_to, "decimal(18, 2)"))
    # A condition on what is not stated is null, and null is no yes.
    return ibis.and_(*conditions).fill_null(False) if conditions else ibis.literal(True)
