"""A contest's baseline beside what was awarded for it: what Y101 and Y102 have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .exact import wide
from .ground import KEY

if TYPE_CHECKING:
    import ibis

    from .ground import Ground
    from .thresholds import Thresholds


def priced(ground: Ground, thresholds: Thresholds, **values: str) -> ibis.Table:
    """Decided contests with `baseline` > 0 and `awarded` > 0 in one currency on one VAT basis; no frameworks, no prices of a unit.

    Baseline: the lot's value, or the tender's where the whole was awarded.
    """

    p = ground.held(thresholds, "amount", "currency", "vat", "framework", "unit_price", "method", **values)
    p = p.filter(~p.framework & ~p.unit_price & p.method.notin(ground.common.direct)).drop("framework", "unit_price", "method")
    a, lots = ground.awards, ground.tables.lots
    sums = a.group_by(*KEY).aggregate(
        supplier_id=a.supplier_id.min(where=a.active),
        awarded=a.amount.sum(where=a.active),
        priced=(a.active & (a.amount > 0).fill_null(False) & ~a.spread).cast("int64").sum(),
        actives=a.active.cast("int64").sum(),
        unsettled=(~a.settled).cast("int64").sum(),
        low=a.currency.min(where=a.active),
        high=a.currency.max(where=a.active),
        vat_low=a.vat.min(where=a.active & (a.vat != "")),
        vat_high=a.vat.max(where=a.active & (a.vat != "")),
    )
    sums = sums.filter((sums.actives > 0) & (sums.priced == sums.actives) & (sums.unsettled == 0) & (sums.low == sums.high) & (sums.low != ""))
    extra = list(values)
    whole = sums.filter(sums.lot_id == "").inner_join(p, "procedure_id")
    whole = whole.select(*sums.columns, *extra, baseline=whole.amount, base_currency=whole.currency, base_vat=whole.vat)
    by_lot = sums.filter(sums.lot_id != "").inner_join(lots.select(*KEY, "amount", "currency", "vat"), list(KEY))
    by_lot = by_lot.inner_join(p.select("procedure_id", *extra), "procedure_id")
    by_lot = by_lot.select(*sums.columns, *extra, baseline=by_lot.amount, base_currency=by_lot.currency, base_vat=by_lot.vat)
    rows = whole.union(by_lot)
    low, high = rows.vat_low.fill_null(rows.base_vat), rows.vat_high.fill_null(rows.base_vat)
    same = (rows.base_vat == "") | ((low == rows.base_vat) & (high == rows.base_vat))
    rows = rows.filter((rows.baseline > 0) & (rows.base_currency == rows.low) & same)
    return rows.select(*KEY, "supplier_id", *extra, baseline=wide(rows.baseline), awarded=wide(rows.awarded), currency=rows.low)


def money_text(amount: ibis.Value, currency: ibis.Value) -> ibis.Value:
    """An amount with its currency."""
    return amount.cast("string") + " " + currency
