"""R025: somebody bids more than most and hardly ever wins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .exact import MILLION, SCALE, as_fraction, fence_scale, fence_text, fences, millionths, quantiles
from .examined import examined
from .rule import Rule

if TYPE_CHECKING:
    import ibis

    from .ground import Ground
    from .thresholds import Thresholds


def examine(ground: Ground, thresholds: Thresholds) -> ibis.Table:
    """Valid bids of named bidders in contests with one winner, one row a contest and bidder. `value`: share of contests won."""
    p = ground.held(thresholds, least="ratio")
    o = ground.offers
    o = o.filter(o.single & o.valid & (o.bidder_id != ""))
    entries = o.group_by("procedure_id", "lot_id", "bidder_id").aggregate(won=o.won.max()).inner_join(p, "procedure_id")
    by = entries.group_by("bidder_id").aggregate(entered=entries.count(), wins=entries.won.cast("int64").sum())
    by = by.select("bidder_id", "entered", x=millionths(by.wins, by.entered))
    percentile = int(thresholds.fixed("percentile") or 75)
    top = quantiles(by.select(x=by.entered), top=percentile).drop("n")
    factor, scale = ground.common.fence, fence_scale(ground.common.fence)
    by = by.cross_join(top).cross_join(fences(by.select("x"), factor))
    rows = entries.inner_join(by, "bidder_id")
    busy = rows.entered * SCALE >= rows.top
    if thresholds.given("ratio"):
        few, text = rows.x <= rows.least * MILLION, rows.least.cast("string")
    else:
        at = rows.x * scale
        few, text = (at <= rows.lower) & (at < rows.q1), fence_text(rows.lower, scale)
    return examined(rows, subject=rows.bidder_id, kind="bidder", flagged=busy & few & ~rows.won, value=as_fraction(rows.x), threshold=text)


RULE = Rule("R025", examine)
