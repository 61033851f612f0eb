"""How far the winner is below the next bidder: what R024 (too close) and R058 (too far) have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .exact import MILLION, as_fraction, fence_scale, fence_text, fences
from .examined import examined

if TYPE_CHECKING:
    import ibis

    from .ground import Ground
    from .thresholds import Thresholds


def outliers(ground: Ground, thresholds: Thresholds, *, low: bool) -> ibis.Table:
    """Contests of `ground.differences` beyond the lower or the upper fence, or beyond the threshold `difference` where one is set.

    Beyond a fence also means off the quartile: where all differences are alike, none is an outlier.
    """
    p = ground.held(thresholds, "unit_price", bound="difference")
    p = p.filter(~p.unit_price)
    c = ground.differences.inner_join(p, "procedure_id")
    if thresholds.given("difference"):
        limit = c.bound * MILLION
        flagged, text = (c.x <= limit) if low else (c.x >= limit), c.bound.cast("string")
    else:
        factor, scale = ground.common.fence, fence_scale(ground.common.fence)
        c = c.cross_join(fences(ground.differences.select("x"), factor))
        at = c.x * scale
        flagged = (at <= c.lower) & (at < c.q1) if low else (at >= c.upper) & (at > c.q3)
        text = fence_text(c.lower if low else c.upper, scale)
    return examined(c, subject=c.supplier_id, kind="supplier", flagged=flagged, value=as_fraction(c.x), threshold=text)
