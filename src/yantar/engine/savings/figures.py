"""The figures of a dataset by a method: computed exactly, reconciled with the input, with their weak points beside them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from . import cells as grid
from .cells import Cell, cell, cells_of, count, prepared, total, under
from .dataset import Dataset
from .distribution import quartiles
from .engines import duck, held, run
from .facts import NO_CURRENCY, currency_of
from .groups import COLUMNS, group_row, group_sums, order
from .method import MARKS, Method
from .outcome import OWN, Decision, outcome
from .result import (
    DIMENSIONS,
    ContractStage,
    Dimension,
    Excluded,
    Input,
    Lost,
    Measure,
    MethodNamed,
    Moved,
    Named,
    Net,
    Quarantine,
    QuarantineReason,
    Reconciliation,
    Result,
    measure,
    money,
    share,
)

if TYPE_CHECKING:
    import ibis
    from ibis.backends import BaseBackend

    from .dataset import Tables

Period = tuple[date | None, date | None]
ACTIONS = ("rejected", "set_aside", "repaired")


class DecisionsRefused(ValueError):
    """Decisions that can't be carried out. `problems`: pairs of a procedure and why: unknown (no such procedure in the dataset), or the
    reason of the method that no decision sets aside (the numbers are not there)."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{procedure}: {why}" for procedure, why in problems))
        self.problems = tuple(problems)


def usual_currency(con: BaseBackend, tables: Tables) -> str:
    """The currency of most procedures that state a value, else a lot's value, else an award; of equals the first code; XXX without any."""
    for table in (tables.procedures, tables.lots, tables.awards):
        stated = table.filter(table.amount.notnull())
        rows = run(con, stated.group_by(currency=currency_of(stated.currency)).agg(n=stated.procedure_id.nunique()))
        if rows:
            return str(min(rows, key=lambda row: (-row["n"], row["currency"]))["currency"])
    return NO_CURRENCY


def savings(
    dataset: Dataset,
    method: Method,
    *,
    by: Sequence[Dimension] = (),
    period: Period = (None, None),
    only: Mapping[Dimension, Sequence[str | int]] | None = None,
    currency: str | None = None,
    decisions: Sequence[Decision] = (),
    population: int | None = None,
    sensitivity: bool = True,
    engine: BaseBackend | None = None,
    stored: ibis.Table | None = None,
) -> Result:
    """Savings of a dataset.

    `by`: dimensions to group by, all combinations; `period`: first and last day of `published_on`, both included; `only`: values of
    dimensions that count; `currency`: of the figures, the most frequent one unless told; `population`: inhabitants; `engine`: an Ibis
    backend, a DuckDB of its own unless told; `stored`: a table of an outcome kept before, of this method, currency and these decisions.
    Raises DecisionsRefused; ValueError for an unknown dimension.
    """
    if unknown := (set(by) | set(only or ())) - set(DIMENSIONS):
        raise ValueError(f"no dimension {', '.join(sorted(unknown))}")
    con = engine if engine is not None else duck()
    tables = dataset.tables(con)
    chosen = currency or usual_currency(con, tables)
    day = date.fromisoformat(dataset.manifest.data_on) if dataset.manifest.data_on else None
    columns = {*grid.KEYS, *_SUMMED, *(COLUMNS[dimension] for dimension in (*by, *(only or ())))}
    # Short ones go together, so that figures by any of them come of one statement.
    columns |= _SHORT if columns & _SHORT else set()
    columns |= {"buyer_name"} if "buyer" in by else set()
    columns |= {"procedure_id", "decided"} if decisions else set()
    own = tuple(name for name in OWN if name in columns)

    def whole() -> ibis.Table:
        rows = stored if stored is not None else outcome(tables, method, currency=chosen, decisions=decisions, data_on=day, own=own)
        return prepared(rows, method, chosen).select(*sorted(columns))

    everything = dataset.manifest.counts.procedures
    same = None if decisions or not method.sha256 else (dataset.manifest.sha256, method.sha256, chosen, frozenset(columns))
    with held(con, whole, same) if stored is None else nullcontext(whole()) as kept:
        population_rows = inside(kept, period, only)
        found = [cell(row) for row in run(con, cells_of(population_rows))]
        applied = _applied(con, kept, population_rows, method, decisions)
        sums = run(con, group_sums(population_rows, by)) if by else []
        indicators = {**_indicators(found, method), **quartiles(con, population_rows)}
    groups = [group_row(row, by) for row in sorted(sums, key=order(method, chosen, by))]
    answer = _figures(found, method, chosen)
    days = sorted(day for entry in found for day in (entry.first_on, entry.last_on) if day is not None)
    e1: Measure = answer["E1"]
    return Result(
        method=MethodNamed(id=method.id, title=method.title, sha256=method.sha256),
        manifest={**dataset.manifest.model_dump(mode="json"), "sha256": dataset.manifest.sha256},
        currency=chosen,
        parameters={
            "from": period[0].isoformat() if period[0] else None,
            "to": period[1].isoformat() if period[1] else None,
            "by": list(by),
            "only": {dimension: list(values) for dimension, values in (only or {}).items()},
            "population": population,
        },
        decisions=len(applied),
        decisions_sha256=decisions_hash(applied) if applied else "",
        input=Input(
            records=dataset.manifest.counts.records,
            procedures=count(found),
            value=money(total((entry for entry in found if entry.input_currency == chosen), "input_value")),
            outside=everything - count(found),
            first_on=days[0].isoformat() if days else None,
            last_on=days[-1].isoformat() if days else None,
        ),
        per_inhabitant=_per_inhabitant(e1, population),
        indicators=indicators,
        groups=tuple(groups),
        sensitivity=_scenarios(found, method, e1) if sensitivity else (),
        quarantine=_quarantine(con, tables),
        **answer,
    )


_SUMMED = (
    *("input_value", "baseline", "awarded", "awarded_any", "tender_value", "budget_value", "lots_rest", "lots_difference", "contracted"),
    *("increase", "repeat_cost", "bidders", "published_on", "discount"),
)
_SHORT = {column for dimension, column in COLUMNS.items() if dimension != "buyer"}


def inside(rows: ibis.Table, period: Period, only: Mapping[Dimension, Sequence[str | int]] | None = None) -> ibis.Table:
    """The rows of an outcome within a period (procedures without a day fall outside of any) and of these values of dimensions."""
    start, end = period
    if start is not None:
        rows = rows.filter((rows.published_on >= start).fill_null(False))
    if end is not None:
        rows = rows.filter((rows.published_on <= end).fill_null(False))
    for dimension, values in (only or {}).items():
        rows = rows.filter(rows[COLUMNS[dimension]].isin(list(values)).fill_null(False))
    return rows


def decisions_hash(decisions: Sequence[Decision]) -> str:
    """SHA-256 of decisions as canonical JSON, by procedure."""
    content = sorted([decision.procedure_id, decision.choice, decision.reason] for decision in decisions)
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def _applied(con: BaseBackend, rows: ibis.Table, population: ibis.Table, method: Method, decisions: Sequence[Decision]) -> list[Decision]:
    """Decisions on procedures of the population. Raises DecisionsRefused when one can't be carried out."""
    if not decisions:
        return []
    known = {row["procedure_id"]: row for row in run(con, rows.filter(rows.decided != "").select("procedure_id", "class", "reason"))}
    problems = [(decision.procedure_id, "unknown") for decision in decisions if decision.procedure_id not in known]
    for decision in decisions:
        row = known.get(decision.procedure_id)
        if row is not None and decision.choice == "include" and row["class"] == "excluded":
            problems.append((decision.procedure_id, row["reason"]))
    if problems:
        raise DecisionsRefused(problems)
    within = {row["procedure_id"] for row in run(con, population.filter(population.decided != "").select("procedure_id"))}
    return [decision for decision in decisions if decision.procedure_id in within]


def _measure(cells: Sequence[Cell]) -> Measure:
    return measure(count(cells), total(cells, "baseline"), total(cells, "awarded"))


def _figures(found: Sequence[Cell], method: Method, currency: str) -> dict[str, Any]:
    """Everything that comes of the cells alone."""
    first = [entry for entry in found if entry.counted == "E1"]
    second = [entry for entry in found if entry.counted == "E2"]
    both = [*first, *second]
    out = [entry for entry in found if entry.counted == "excluded"]
    signed = [entry for entry in first if entry.contract]
    stage = measure(count(signed), total(signed, "baseline"), total(signed, "contracted"))
    return {
        "E1": _measure(first),
        "E2": _measure(both),
        "one_bid": _measure(second),
        "contract_stage": ContractStage(**stage.model_dump(), without_contract=count(first) - count(signed)),
        "net": _net(first),
        "lost": _lost(both, out, method, currency),
        "excluded": _excluded(out, method, currency),
        "named": _named(found, method),
        "reconciliation": _reconciliation(found, both, out, currency),
    }


def _net(first: Sequence[Cell]) -> Net:
    old = [entry for entry in first if entry.net_state != "young"]
    broken = [entry for entry in old if entry.net_state == "broken"]
    baseline, saved = total(old, "baseline"), total(old, "baseline") - total(old, "awarded")
    increases, again = total(old, "increase"), total(old, "repeat_cost")
    terminated = total(broken, "baseline") - total(broken, "awarded")
    net = saved - increases - terminated - again
    return Net(
        procedures=count(old),
        baseline=money(baseline),
        saved=money(saved),
        increases=money(increases),
        terminated=money(terminated),
        bought_again=money(again),
        net=money(net),
        share=share(net, baseline),
        too_young=count(first) - count(old),
    )


def _lost(both: Sequence[Cell], out: Sequence[Cell], method: Method, currency: str) -> Lost:
    reasons = {reason.id for reason in method.reasons if reason.lost}
    cells = [entry for entry in out if entry.reason in reasons]
    value = total((entry for entry in cells if entry.input_currency == currency), "input_value") + total(both, "lots_rest")
    return Lost(procedures=count(cells), value=money(value))


def _excluded(out: Sequence[Cell], method: Method, currency: str) -> tuple[Excluded, ...]:
    answer = []
    for reason in (*method.reasons, method.settled_out):
        cells = [entry for entry in out if entry.reason == reason.id]
        if not cells:
            continue
        answer.append(
            Excluded(
                reason=reason.id,
                title=reason.title,
                procedures=count(cells),
                value=money(total((entry for entry in cells if entry.input_currency == currency), "input_value")),
                other_currencies=_others(cells, currency),
                lost=reason.lost,
            )
        )
    return tuple(answer)


def _others(cells: Sequence[Cell], currency: str) -> dict[str, str]:
    codes = sorted({entry.input_currency for entry in cells} - {currency})
    return {code: money(total((entry for entry in cells if entry.input_currency == code), "input_value")) for code in codes}


def _named(found: Sequence[Cell], method: Method) -> tuple[Named, ...]:
    answer = []
    for rule in method.named:
        if rule.within == "excluded":
            cells = [entry for entry in found if entry.reason == rule.id]
        else:
            within = ("E1",) if rule.within == "E1" else ("E1", "E2")
            bit = MARKS.index(rule.id)
            cells = [entry for entry in found if entry.counted in within and entry.marks >> bit & 1]
        counted = _measure(cells)
        answer.append(Named(id=rule.id, title=method.title_of(rule.id), within=rule.within, **counted.model_dump(exclude={"share"})))
    return tuple(answer)


def _reconciliation(found: Sequence[Cell], both: Sequence[Cell], out: Sequence[Cell], currency: str) -> Reconciliation:
    def here(cells: Sequence[Cell]) -> Decimal:
        return total((entry for entry in cells if entry.input_currency == currency), "input_value")

    baseline, rest, difference = total(both, "baseline"), total(both, "lots_rest"), total(both, "lots_difference")
    return Reconciliation(
        input_procedures=count(found),
        input_value=money(here(found)),
        included_procedures=count(both),
        included_baseline=money(baseline),
        included_lots_not_awarded=money(rest),
        included_difference=money(difference),
        excluded_procedures=count(out),
        excluded_value=money(here(out)),
        other_currencies=_others(found, currency),
        difference_procedures=count(found) - count(both) - count(out),
        difference_value=money(here(found) - baseline - rest - difference - here(out)),
    )


def _scenarios(found: Sequence[Cell], method: Method, raw: Measure) -> tuple[Moved, ...]:
    answer = []
    for scenario in method.sensitivity:
        sums = {"E1": (0, Decimal(0), Decimal(0)), "E2": (0, Decimal(0), Decimal(0)), "excluded": (0, Decimal(0), Decimal(0))}
        for entry in found:
            counted, baseline, awarded = under(entry, method, scenario)
            n, b, a = sums[counted]
            sums[counted] = (n + entry.procedures, b + baseline, a + awarded)
        one, two = sums["E1"], sums["E2"]
        first, both = measure(*one), measure(one[0] + two[0], one[1] + two[1], one[2] + two[2])
        moved = money(Decimal(first.saved) - Decimal(raw.saved))
        answer.append(Moved(id=scenario.id, title=scenario.title, E1=first, E2=both, moved=moved))
    return tuple(answer)


def _indicators(found: Sequence[Cell], method: Method) -> dict[str, str]:
    """average_bidders, one_bid_share (of E2), known_bidders_share (of procedures with an active award): six places."""
    both = [entry for entry in found if entry.counted != "excluded"]
    one = [entry for entry in both if entry.counted == "E2"]
    known = [entry for entry in both if entry.known >= 0]
    unawarded = {"unfinished", "cancelled", "failed", "no_award"}
    awarded = [entry for entry in found if entry.reason not in unawarded]
    stated = [entry for entry in awarded if entry.known >= 0]
    pairs = {
        "average_bidders": (sum(entry.bidders for entry in known), count(known)),
        "one_bid_share": (count(one), count(both)),
        "known_bidders_share": (count(stated), count(awarded)),
    }
    answer = {name: share(Decimal(part), Decimal(whole)) for name, (part, whole) in pairs.items()}
    return {name: value for name, value in answer.items() if value is not None}


def _per_inhabitant(first: Measure, population: int | None) -> str | None:
    """Saved E1 per inhabitant, half up to the kopeck."""
    if not population:
        return None
    from decimal import ROUND_HALF_UP

    return money((Decimal(first.saved) / population).quantize(Decimal("0.01"), ROUND_HALF_UP))


def _quarantine(con: BaseBackend, tables: Tables) -> Quarantine:
    rows = tables.quarantine
    counted = run(con, rows.group_by("reason", "action", "field").agg(n=rows.count()))
    reasons = sorted(
        (QuarantineReason(reason=row["reason"], action=row["action"], field=row["field"], rows=row["n"]) for row in counted),
        key=lambda entry: (ACTIONS.index(entry.action), entry.reason, entry.field),
    )
    by_action = {action: sum(entry.rows for entry in reasons if entry.action == action) for action in ACTIONS}
    return Quarantine(**by_action, reasons=tuple(reasons))
