"""R036: the lowest bid was disqualified."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .examined import examined
from .ground import KEY
from .rule import Rule

if TYPE_CHECKING:
    import ibis

    from .ground import Ground
    from .thresholds import Thresholds


def examine(ground: Ground, thresholds: Thresholds) -> ibis.Table:
    """Contests with an active award, all bids priced in one currency, decided by price alone. `value`: the lowest bid.

    Where a bid that was not disqualified is as low, the lowest bid was not disqualified.
    """
    import ibis

    p = ground.held(thresholds, "method_details", "unit_price")
    name = p.method_details.lower()
    p = p.filter(~p.unit_price & ~ibis.or_(*(name.contains(part) for part in ground.common.not_by_price)))
    b, c = ground.bids, ground.contests
    c = c.filter((c.actives > 0) & (c.unpriced == 0) & (c.low_currency == c.high_currency) & (c.unknown < c.bids))
    c = c.semi_join(p, "procedure_id")
    c = c.mutate(flagged=(c.thrown == c.low) & (c.kept.isnull() | (c.kept > c.low)))
    lowest = b.inner_join(c.filter(c.flagged).select(*KEY, "low"), list(KEY))
    lowest = lowest.filter(lowest.disqualified & (lowest.amount == lowest.low)).group_by(*KEY).aggregate(bid_id=ibis._.bid_id.min())
    c = c.left_join(lowest, list(KEY))
    c = c.select(*KEY, "flagged", "low", "kept", "low_currency", bid_id=c.bid_id.fill_null(""))
    return examined(
        c,
        subject=c.bid_id,
        kind="bid",
        flagged=c.flagged,
        value=c.low.cast("string") + " " + c.low_currency,
        threshold=(c.kept.cast("string") + " " + c.low_currency).fill_null(""),
    )


RULE = Rule("R036", examine)
