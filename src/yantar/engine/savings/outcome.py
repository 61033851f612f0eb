"""What each procedure counts for: one expression, one row per procedure, the base of every figure, page and drill-down.

The expression is Ibis only, so that DuckDB and Spark run the same. Money is never divided here, except for `discount`, which is
corrected to be exact. Booleans are never null.

Columns: the procedure's own (`OWN`), then
year, method_name            year of published_on (null without one); the national name of the method, else the OCDS method
input_value, input_currency  tender's value, else the sum of its lots, else 0 (which stands in the currency of the figures)
baseline, baseline_source    null without one; "lots", "tender" or ""
awarded, awards, award_currency   sum of active awards (null without an amount), their number
saved, discount              baseline less awarded, null unless both are in the figures' currency; in millionths of the baseline, rounded down
bidders, bidders_greater     admitted bidders (null: unknown); the same or the declared number where that is greater
bidders_group, band          "1" … "5", "6+", "unknown"; id of the price band of the baseline (else of the input value)
tender_value, budget_value   alternative baselines, null unless in the figures' currency
lots_rest, lots_difference   value of lots without an award; tender's value less the lots (both 0 unless baseline_source is "lots")
contracted                   live contracts after amendments, where every award has one; else null
net_state                    "young" (or unusable), "kept" or "broken"; increase, repeat_cost: see result.Net
holds, marks                 which reasons (bits in the order of the method) and marks (in the order of method.MARKS) hold
decided                      "include", "exclude" or ""
reason, class                first reason that holds, else ""; "E1", "E2" (counted in E2 alone) or "excluded"
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import reduce
from operator import add, and_, or_
from typing import TYPE_CHECKING, Literal, NamedTuple

from .facts import award_facts, bidder_facts, bought_again, contract_facts, currency_of, lot_facts
from .method import MARKS, Method

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir

    from .dataset import Tables

OWN = (
    "procedure_id",
    "source",
    "line",
    "offset",
    "length",
    "publisher",
    "tender_id",
    "title",
    "buyer_id",
    "buyer_name",
    "buyer_inn",
    "method",
    "category",
    "law",
    "status",
    "published_on",
    "data_on",
)
MILLION = 1_000_000
DEEPEST = -99_999_999
"""Least `discount`: an award at a hundred times the baseline and more."""


class Decision(NamedTuple):
    """What a person decided about a doubtful procedure."""

    procedure_id: str
    choice: Literal["include", "exclude"]
    reason: str = ""


def months_before(day: date, months: int) -> date:
    """The same day of the month so many months before; the last day of the month where there is none."""
    import calendar

    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def outcome(
    tables: Tables,
    method: Method,
    *,
    currency: str,
    decisions: Iterable[Decision] = (),
    data_on: date | None = None,
    own: Sequence[str] = OWN,
) -> ibis.Table:
    """One row per procedure (columns above).

    `currency`: of the figures (XXX: not stated). `data_on`: date of the data; without one, no contract is old enough for `net`. `own`:
    which of the procedure's own columns are wanted; what comes of them is there in any case.
    """
    facts = (
        award_facts(tables, method),
        lot_facts(tables, method),
        bidder_facts(tables, method),
        contract_facts(tables, method),
        bought_again(tables, method, currency),
    )
    rows = _gathered(tables.procedures, facts, own)
    rows = _values(rows, currency)
    rows = rows.mutate(**_discount(rows), **_bidders(rows, method, currency), **_contracted(rows, currency))
    return _classes(rows, method, currency, decisions, own, data_on)


_READ = (
    *("procedure_id", "method", "method_details", "law", "status", "vat", "amount", "budget_amount", "budget_currency", "published_on"),
    "declared_bidders",
)
"""Columns of a procedure that decide what it counts for (with currency, framework and unit_price)."""
_COUNTS = (
    *("awards", "unstated", "award_null", "award_with", "award_without", "whole"),
    *("lots", "lots_cancelled", "lots_void", "lots_null", "lots_with", "lots_without"),
    *("named", "named_found", "named_null", "named_with", "named_without"),
    *("bids", "admitted", "any_contract", "contracts", "contract_null", "covered", "loose", "terminated", "unsigned"),
)
_SUMS = (
    *("award_least", "awarded", "award_low", "award_high", "lots_value", "lots_low", "lots_high", "named_value", "rest_value"),
    *("contracted", "contract_low", "contract_high", "signed_on", "again"),
)


def _gathered(procedures: ibis.Table, facts: Sequence[ibis.Table], own: Sequence[str]) -> ibis.Table:
    """Procedures with the facts; counts of what a procedure has none of are 0."""
    rows = procedures
    for position, fact in enumerate(facts):
        rows = rows.left_join(fact, "procedure_id", rname=f"fact{position}_{{name}}")
    return rows.select(
        *dict.fromkeys((*_READ, *own)),
        *_SUMS,
        **{name: rows[name].fill_null(0) for name in _COUNTS},
        framework=rows.framework.fill_null(False),
        unit_price=rows.unit_price.fill_null(False),
        tender_currency=currency_of(rows.currency),
    )


def _values(rows: ibis.Table, currency: str) -> ibis.Table:
    """Input value, baseline and its source, awarded, alternatives."""
    import ibis

    one_currency = (rows.lots_low == rows.lots_high).fill_null(False)
    by_lots = (rows.whole == 0) & (rows.named > 0) & (rows.named_found == rows.named) & (rows.named_null == 0)
    whole = (rows.lots == 0) | ((rows.whole > 0) & (rows.lots_void == 0)) | ((rows.whole == 0) & (rows.named_found == rows.lots))
    all_lots = whole & (rows.lots > 0) & (rows.lots_null == 0)
    source = ibis.cases((by_lots, "lots"), (whole & rows.amount.notnull(), "tender"), (all_lots, "all_lots"), else_="")
    rows = rows.mutate(source_=source, one_lot_currency=one_currency)
    from_lots, from_tender = rows.source_ == "lots", rows.source_ == "tender"
    nothing = ibis.literal(0).cast("decimal(18, 2)")
    input_value = ibis.cases((rows.amount.notnull(), rows.amount), (rows.one_lot_currency, rows.lots_value), else_=nothing)
    rows = rows.mutate(
        baseline=ibis.cases((from_lots, rows.named_value), (from_tender, rows.amount), (rows.source_ == "all_lots", rows.lots_value)),
        baseline_currency=ibis.cases((from_tender, rows.tender_currency), (rows.source_ != "", rows.lots_low), else_=""),
        baseline_source=(rows.source_ == "all_lots").ifelse("lots", rows.source_),
        input_value=input_value,
        input_currency=ibis.cases((rows.amount.notnull(), rows.tender_currency), (rows.one_lot_currency, rows.lots_low), else_=currency),
        award_currency=(rows.award_low == rows.award_high).fill_null(False).ifelse(rows.award_low, ""),
        tender_value=(rows.tender_currency == currency).ifelse(rows.amount, ibis.null()),
        budget_value=(currency_of(rows.budget_currency) == currency).ifelse(rows.budget_amount, ibis.null()),
        lots_rest=from_lots.ifelse(rows.rest_value.fill_null(nothing), nothing),
        lots_difference=from_lots.ifelse(input_value - rows.lots_value, nothing),
    )
    lots_mixed = (rows.baseline_source == "lots") & (~rows.one_lot_currency | (rows.input_currency != rows.baseline_currency))
    mixed = lots_mixed | ((rows.awards > rows.award_null) & (rows.award_currency != rows.baseline_currency))
    mixed = (rows.baseline.notnull() & mixed).fill_null(False)
    usable = ~mixed & (rows.baseline_currency == currency) & rows.baseline.notnull() & (rows.awards > 0) & (rows.award_null == 0)
    usable = usable.fill_null(False)
    return rows.mutate(mixed=mixed, usable=usable, saved=usable.ifelse(rows.baseline - rows.awarded, ibis.null()))


def _discount(rows: ibis.Table) -> dict[str, ir.Column]:
    """Saved in millionths of the baseline, rounded down: by binary fractions where these leave no doubt, else by products of decimals."""
    import ibis

    positive = rows.usable & (rows.baseline > 0)
    binary = rows.saved.cast("float64") / positive.ifelse(rows.baseline, ibis.null()).cast("float64") * MILLION
    floor = binary.floor()
    near = (floor < DEEPEST).ifelse(DEEPEST, floor).cast("int64")
    # A binary fraction is wrong here by less than a thousandth of a step; only next to a whole number could the floor be another one.
    part = (binary - floor) * 1000
    sure = (floor < DEEPEST) | ((part > 1) & (part < 999))
    target = rows.saved * MILLION
    exact = ibis.cases(
        (sure, near),
        (rows.baseline * near.cast("decimal(9, 0)") > target, near - 1),
        (rows.baseline * (near + 1).cast("decimal(9, 0)") <= target, near + 1),
        else_=near,
    )
    return {"discount": positive.ifelse(exact, ibis.null())}


def _bidders(rows: ibis.Table, method: Method, currency: str) -> dict[str, ir.Column]:
    """Bidders, their group, the price band, year and the method's name."""
    import ibis

    bidders = (rows.bids > 0).ifelse(rows.admitted, rows.declared_bidders)
    greater = (bidders.isnull() | (rows.declared_bidders > bidders)).fill_null(False).ifelse(rows.declared_bidders, bidders)
    most = method.bidders.grouped_from
    group = ibis.cases((bidders.isnull(), "unknown"), (bidders >= most, f"{most}+"), else_=bidders.cast("string"))
    value = rows.baseline.notnull().ifelse(rows.baseline, rows.input_value)
    in_currency = rows.baseline.notnull().ifelse(rows.baseline_currency, rows.input_currency) == currency
    bands = method.bands_of(currency)
    band: ir.StringValue = ibis.literal(method.no_band.id)
    if bands:
        limits = [(value <= ibis.literal(entry.upto).cast("decimal(18, 2)"), entry.id) for entry in bands[:-1]]
        band = in_currency.ifelse(ibis.cases(*limits, else_=bands[-1].id), method.no_band.id)
    return {
        "bidders": bidders,
        "bidders_greater": greater,
        "bidders_group": group,
        "band": band,
        "year": rows.published_on.year().cast("int64"),
        "method_name": (rows.method_details == "").ifelse(rows.method, rows.method_details),
    }


def _contracted(rows: ibis.Table, currency: str) -> dict[str, ir.Column]:
    """What the contracts say, where every award has one."""
    import ibis

    complete = (rows.contracts > 0) & (rows.contract_null == 0) & (rows.covered + rows.loose >= rows.awards)
    complete &= (rows.contract_low == currency) & (rows.contract_high == currency)
    return {"contracted": complete.fill_null(False).ifelse(rows.contracted, ibis.null())}


def _net(rows: ibis.Table, method: Method, data_on: date | None) -> dict[str, ir.Column]:
    """What the contracts took back."""
    import ibis

    old: ir.BooleanValue = ibis.literal(False)
    if data_on is not None:
        old = (rows.signed_on <= months_before(data_on, method.net_months)).fill_null(False)
    old &= (rows.any_contract > 0) & (rows.unsigned == 0)
    broken = (rows.terminated > 0) | (rows.contracts == 0)
    state = ibis.cases((~old, "young"), (broken, "broken"), (rows.contracted.notnull(), "kept"), else_="young")
    nothing = ibis.literal(0).cast("decimal(18, 2)")
    grown = (state == "kept") & (rows.contracted > rows.awarded)
    dearer = (state == "broken") & (rows.again > rows.awarded)
    return {
        "net_state": state,
        "increase": grown.fill_null(False).ifelse(rows.contracted - rows.awarded, nothing),
        "repeat_cost": dearer.fill_null(False).ifelse(rows.again - rows.awarded, nothing),
    }


def _conditions(rows: ibis.Table, method: Method, currency: str) -> Mapping[str, ir.BooleanValue]:
    """Every reason by its id: does it hold, whatever the others say."""
    tenders, enough = method.tenders, method.bidders.competitive
    none, few = rows.awards == 0, (rows.bidders < enough) | rows.bidders.isnull()
    lots_void = none & (rows.lots > 0) & (rows.lots_void == rows.lots)
    cancelled = rows.status.isin(tenders.cancelled) | (lots_void & (rows.lots_cancelled == rows.lots))
    closed = rows.method.isin(method.methods.not_competitive)
    listed = closed | rows.method.isin(method.methods.competitive)
    name = rows.method_details.lower()
    single = reduce(or_, (name.contains(part) for part in method.methods.national_not_competitive))
    by_tender, by_all = rows.source_ == "tender", rows.source_ == "all_lots"
    with_tax = (rows.award_with > 0) | (by_tender & (rows.vat == "with")) | (by_all & (rows.lots_with > 0))
    with_tax |= (rows.source_ == "lots") & (rows.named_with > 0)
    no_tax = (rows.award_without > 0) | (by_tender & (rows.vat == "without")) | (by_all & (rows.lots_without > 0))
    no_tax |= (rows.source_ == "lots") & (rows.named_without > 0)
    return {
        "unfinished": none & rows.status.isin(tenders.unfinished),
        "cancelled": cancelled,
        "failed": (none & rows.status.isin(tenders.failed)) | lots_void,
        "no_award": none,
        "not_competitive": listed.ifelse(closed, single),
        "method_unknown": ~listed & few,
        "framework": rows.framework,
        "unit_price": rows.unit_price,
        "no_baseline": rows.baseline.isnull(),
        "zero_baseline": rows.baseline <= 0,
        "award_without_amount": rows.award_null > 0,
        "mixed_currencies": rows.mixed,
        "other_currency": rows.baseline_currency != currency,
        "mixed_vat": with_tax & no_tax,
        "zero_award": rows.award_least <= 0,
        "above_baseline": rows.usable & (rows.awarded > rows.baseline),
        "no_bids": rows.bidders == 0,
        "bidders_unknown": rows.bidders.isnull(),
    }


def _marks(rows: ibis.Table, method: Method, currency: str) -> Mapping[str, ir.BooleanValue]:
    import ibis

    limit = method.small_upto.get(currency)
    small = ibis.literal(False) if limit is None else rows.baseline <= ibis.literal(limit).cast("decimal(18, 2)")
    return {
        "heavy": rows.usable & (rows.baseline > 0) & (rows.saved * 100 >= rows.baseline * method.heavy_percent),
        "award_status_unstated": rows.unstated > 0,
        "lots_not_linked": (rows.lots > 1) & (rows.whole > 0),
        "small": rows.usable & small,
    }


def _classes(rows: ibis.Table, method: Method, currency: str, decisions: Iterable[Decision], own: Sequence[str], data_on: date | None) -> ibis.Table:
    """Reasons in their order, and what the procedure counts for."""
    import ibis

    choices = list(decisions)
    kept = rows.procedure_id.isin([decision.procedure_id for decision in choices if decision.choice == "include"])
    thrown = rows.procedure_id.isin([decision.procedure_id for decision in choices if decision.choice == "exclude"])
    conditions = {id_: condition.fill_null(False) for id_, condition in _conditions(rows, method, currency).items()}
    if choices:
        settled = {reason.id for reason in method.reasons if reason.settle}
        conditions = {id_: and_(condition, ~kept) if id_ in settled else condition for id_, condition in conditions.items()}
    ordered = [reason.id for reason in method.reasons]
    marks = {id_: condition.fill_null(False) for id_, condition in _marks(rows, method, currency).items()}
    competitive = (rows.bidders >= method.bidders.competitive).fill_null(False)
    rows = rows.mutate(
        holds=reduce(add, (conditions[id_].ifelse(1 << bit, 0).cast("int64") for bit, id_ in enumerate(ordered))),
        marks=reduce(add, (marks[id_].ifelse(1 << bit, 0).cast("int64") for bit, id_ in enumerate(MARKS))),
        decided=ibis.cases((kept, "include"), (thrown, "exclude"), else_="") if choices else ibis.literal(""),
        competitive=competitive,
        **_net(rows, method, data_on),
    )
    first = [((rows.holds & (1 << bit)) != 0, id_) for bit, id_ in enumerate(ordered)]
    reason = ibis.cases((rows.holds == 0, ""), *first, else_="")
    if choices:
        reason = ((rows.holds == 0) & (rows.decided == "exclude")).ifelse(method.settled_out.id, reason)
    out = (rows.holds != 0) | (rows.decided == "exclude")
    counted = ibis.cases((out, "excluded"), (rows.competitive, "E1"), else_="E2")
    return rows.select(
        *own,
        "year",
        "method_name",
        "input_value",
        "input_currency",
        "baseline",
        "baseline_currency",
        "baseline_source",
        "awarded",
        "awards",
        "award_currency",
        "usable",
        "saved",
        "discount",
        "bidders",
        "bidders_greater",
        "bidders_group",
        "band",
        "lots",
        "tender_value",
        "budget_value",
        "lots_rest",
        "lots_difference",
        "contracted",
        "signed_on",
        "net_state",
        "increase",
        "repeat_cost",
        "holds",
        "marks",
        "decided",
        reason=reason,
        **{"class": counted},
    )
