"""Y103: the contract was raised after the award."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .exact import MILLION, as_fraction, millionths, wide
from .examined import examined
from .rule import Rule

if TYPE_CHECKING:
    import ibis

    from .ground import Ground
    from .thresholds import Thresholds


def examine(ground: Ground, thresholds: Thresholds) -> ibis.Table:
    """Awards with contracts, both priced in one currency. `value`: rise as a fraction of the award, against the sum of its contracts.

    The contract is tied to the award it names; without a name, to the only active award of the procedure.
    """
    import ibis

    p = ground.held(thresholds, "unit_price", "framework", percent="percent")
    p = p.filter(~p.unit_price & ~p.framework).select("procedure_id", "percent")
    a, c = ground.tables.awards, ground.tables.contracts
    a = a.filter(a.status.isin(ground.common.award_active) & (a.amount > 0) & (a.currency != ""))
    a = a.select("procedure_id", "award_id", "supplier_id", "vat", award=a.amount, award_currency=a.currency)
    only = a.group_by("procedure_id").aggregate(award_id=a.award_id.min(), n=a.count())
    only = only.filter(only.n == 1).select("procedure_id", sole=only.award_id)
    c = c.filter(c.status != "cancelled").left_join(only, "procedure_id")
    c = c.mutate(award_id=(c.award_id == "").ifelse(c.sole.fill_null(""), c.award_id))
    sums = c.group_by("procedure_id", "award_id").aggregate(
        amount=c.amount.sum(),
        unpriced=(c.amount > 0).fill_null(False).ifelse(0, 1).sum(),
        low=c.currency.min(),
        high=c.currency.max(),
        vat_low=c.vat.min(),
        vat_high=c.vat.max(),
        contract_id=c.contract_id.min(),
    )
    rows = sums.inner_join(a, ["procedure_id", "award_id"]).inner_join(p, "procedure_id")
    same = (rows.vat == "") | (rows.vat_high == "") | ((rows.vat_low == rows.vat) & (rows.vat_high == rows.vat))
    rows = rows.filter((rows.unpriced == 0) & (rows.low == rows.award_currency) & (rows.high == rows.award_currency) & same)
    rise = wide(rows.amount) - wide(rows.award)
    held = ibis.greatest(rise, ibis.literal(0, "decimal(38, 2)"))
    return examined(
        rows,
        subject=rows.contract_id,
        kind="contract",
        flagged=rise * 100 > wide(rows.award) * rows.percent,
        value=as_fraction(millionths(held, rows.award)),
        threshold=as_fraction((rows.percent * (MILLION // 100)).cast("int64")),
    )


RULE = Rule("Y103", examine)
