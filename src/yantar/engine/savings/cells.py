"""Cells: procedures alike in everything that decides what they count for, summed up. A few hundred rows hold every figure and scenario.

The database groups once; what is counted under which doubtful choice is then decided here, on whole cells, with exact sums.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from .method import MARKS, Method, Scenario

if TYPE_CHECKING:
    import ibis

Class = Literal["E1", "E2", "excluded"]
KEYS = (
    *("class", "reason", "holds", "marks", "usable", "input_currency", "baseline_source", "known", "at_most", "tender_state", "budget_state"),
    *("contract", "net_state"),
)
_ALTERNATIVE = {1: "no_baseline", 2: "zero_baseline", 3: "above_baseline"}
_BY_BASELINE = ("no_baseline", "zero_baseline", "above_baseline", "mixed_currencies", "other_currency")


@dataclass(frozen=True, slots=True)
class Cell:
    """Procedures alike. `counted`: E1, E2 (in E2 alone) or excluded. `known`, `at_most`: bidders by the bids, and by the greater of bids and
    declared, cut off at what is competitive, -1 unknown. States of alternative baselines: 0 usable, 1 none, 2 zero, 3 below the award."""

    counted: Class
    reason: str
    holds: int
    marks: int
    usable: bool
    input_currency: str
    known: int
    at_most: int
    tender_state: int
    budget_state: int
    contract: bool
    net_state: str
    procedures: int
    input_value: Decimal
    baseline: Decimal
    awarded: Decimal
    awarded_any: Decimal
    tender: Decimal
    budget: Decimal
    lots_rest: Decimal
    lots_difference: Decimal
    contracted: Decimal
    increase: Decimal
    repeat_cost: Decimal
    bidders: int
    first_on: date | None
    last_on: date | None


def prepared(rows: ibis.Table, method: Method, currency: str) -> ibis.Table:
    """An outcome with the keys of cells."""
    import ibis

    enough = method.bidders.competitive
    awarded = (rows.award_currency == currency).ifelse(rows.awarded, ibis.null())

    def state(value: Any) -> Any:
        return ibis.cases(((value.isnull() | awarded.isnull()), 1), (value <= 0, 2), (awarded > value, 3), else_=0).cast("int64")

    return rows.mutate(
        known=rows.bidders.isnull().ifelse(-1, (rows.bidders > enough).ifelse(enough, rows.bidders)).cast("int64"),
        at_most=rows.bidders_greater.isnull().ifelse(-1, (rows.bidders_greater > enough).ifelse(enough, rows.bidders_greater)).cast("int64"),
        tender_state=state(rows.tender_value),
        budget_state=state(rows.budget_value),
        contract=rows.contracted.notnull(),
        awarded_any=awarded,
    )


def cells_of(rows: ibis.Table) -> ibis.Table:
    """The cells of a prepared outcome."""
    return rows.group_by(*KEYS).agg(
        procedures=rows.count(),
        input_value=rows.input_value.sum(),
        baseline=rows.baseline.sum(where=rows.usable),
        awarded=rows.awarded.sum(where=rows.usable),
        awarded_any=rows.awarded_any.sum(),
        tender=rows.tender_value.sum(),
        budget=rows.budget_value.sum(),
        lots_rest=rows.lots_rest.sum(),
        lots_difference=rows.lots_difference.sum(),
        contracted_sum=rows.contracted.sum(),
        increase_sum=rows.increase.sum(),
        repeat_sum=rows.repeat_cost.sum(),
        bidders_sum=rows.bidders.sum(),
        first_on=rows.published_on.min(),
        last_on=rows.published_on.max(),
    )


def cell(row: Mapping[str, Any]) -> Cell:
    """A row of `cells_of`."""

    def money(name: str) -> Decimal:
        return Decimal(row[name] or 0)

    return Cell(
        counted=row["class"],
        reason=row["reason"],
        holds=int(row["holds"]),
        marks=int(row["marks"]),
        usable=bool(row["usable"]),
        input_currency=row["input_currency"],
        known=int(row["known"]),
        at_most=int(row["at_most"]),
        tender_state=int(row["tender_state"]),
        budget_state=int(row["budget_state"]),
        contract=bool(row["contract"]),
        net_state=row["net_state"],
        procedures=int(row["procedures"]),
        input_value=money("input_value"),
        baseline=money("baseline"),
        awarded=money("awarded"),
        awarded_any=money("awarded_any"),
        tender=money("tender"),
        budget=money("budget"),
        lots_rest=money("lots_rest"),
        lots_difference=money("lots_difference"),
        contracted=money("contracted_sum"),
        increase=money("increase_sum"),
        repeat_cost=money("repeat_sum"),
        bidders=int(row["bidders_sum"] or 0),
        first_on=row["first_on"],
        last_on=row["last_on"],
    )


def under(found: Cell, method: Method, scenario: Scenario) -> tuple[Class, Decimal, Decimal]:
    """What a cell counts for under a doubtful choice, its baseline and what was awarded."""
    bits = {reason.id: 1 << position for position, reason in enumerate(method.reasons)}
    holds, known = found.holds, found.known
    baseline, awarded, usable = found.baseline, found.awarded, found.usable
    if scenario.baseline != "base":
        state = found.tender_state if scenario.baseline == "tender" else found.budget_state
        baseline = found.tender if scenario.baseline == "tender" else found.budget
        awarded, usable = found.awarded_any, state in (0, 3)
        holds &= ~sum(bits[id_] for id_ in _BY_BASELINE)
        if state:
            holds |= bits[_ALTERNATIVE[state]]
    if scenario.bidders == "greater":
        known = found.at_most
        if known >= 1:
            holds &= ~(bits["no_bids"] | bits["bidders_unknown"])
        if known >= method.bidders.competitive:
            holds &= ~bits["method_unknown"]
    holds &= ~sum(bits[id_] for id_ in scenario.count)
    left = any(found.marks >> position & 1 for position, mark in enumerate(MARKS) if mark in scenario.leave)
    if holds or left or not usable or found.reason == method.settled_out.id:
        return "excluded", Decimal(0), Decimal(0)
    return ("E1" if known >= method.bidders.competitive else "E2"), baseline, awarded


def total(cells: Iterable[Cell], field: str) -> Decimal:
    """Sum of a field of money."""
    return sum((getattr(found, field) for found in cells), Decimal(0))


def count(cells: Iterable[Cell]) -> int:
    """How many procedures."""
    return sum(found.procedures for found in cells)
