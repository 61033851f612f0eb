"""R028: different bidders named the same price."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .examined import examined
from .rule import Rule

if TYPE_CHECKING:
    import ibis

    from .ground import Ground
    from .thresholds import Thresholds


PRICE = ("procedure_id", "lot_id", "currency", "amount")


def examine(ground: Ground, thresholds: Thresholds) -> ibis.Table:
    """Priced bids of named bidders in competitive procedures where prices are the bidders' own. `value`: the price they share."""
    import ibis

    p = ground.held(thresholds, "method", "unit_price")
    p = p.filter(p.method.isin(ground.common.competitive) & ~p.unit_price)
    b = ground.bids
    b = b.filter((b.amount > 0) & (b.currency != "") & (b.bidder_id != "") & ~b.spread)
    rows = b.select(*PRICE, "bidder_id")
    # Few prices are named twice: who named them is looked at only there. Procedures are chosen last, once for all bids.
    twice = rows.group_by(*PRICE).aggregate(n=rows.count())
    near = rows.inner_join(twice.filter(twice.n > 1).select(*PRICE), list(PRICE)).select(*rows.columns)
    groups = near.group_by(*PRICE).aggregate(a=near.bidder_id.min(), b=near.bidder_id.max())
    shared = groups.filter(groups.a != groups.b).select(*PRICE, shared=ibis.literal(True))
    rows = rows.left_join(shared, list(PRICE)).select(*PRICE, "bidder_id", "shared").semi_join(p, "procedure_id")
    return examined(
        rows,
        subject=rows.bidder_id,
        kind="bidder",
        flagged=rows.shared,
        value=rows.amount.cast("string") + " " + rows.currency,
        threshold="=",
    )


RULE = Rule("R028", examine)
