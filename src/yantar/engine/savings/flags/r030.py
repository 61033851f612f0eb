"""R030: the winning bid came after the deadline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .examined import examined
from .rule import Rule

if TYPE_CHECKING:
    import ibis

    from .ground import Ground
    from .thresholds import Thresholds

DAY = 86_400


def examine(ground: Ground, thresholds: Thresholds) -> ibis.Table:
    """Active awards' bids with a moment, in procedures with a deadline. `value`: seconds after the deadline.

    The bid is the one the award names, else every valid bid of the supplier: then one in time clears all. A deadline at midnight is a
    day without an hour, so its whole day is in time.
    """
    p = ground.held(thresholds, "closes")
    p = p.filter(p.closes.notnull())
    p = p.select("procedure_id", deadline=p.closes + (p.closes % DAY == 0).ifelse(DAY - 1, 0))
    a = ground.awards
    a = a.filter(a.active).select("procedure_id", "lot_id", "supplier_id", won_bid=a.bid_id)
    b = ground.bids
    b = b.filter(b.valid & b.submitted.notnull()).select("procedure_id", "lot_id", "bid_id", "bidder_id", "submitted")
    rows = b.inner_join(a, ["procedure_id", "lot_id"])
    own = (rows.bidder_id == rows.supplier_id) & (rows.bidder_id != "")
    rows = rows.filter((rows.won_bid == "").ifelse(own, rows.won_bid == rows.bid_id))
    first = rows.group_by("procedure_id", "lot_id", "supplier_id").aggregate(submitted=rows.submitted.min(), bid_id=rows.bid_id.min())
    first = first.inner_join(p, "procedure_id")
    late = first.submitted - first.deadline
    return examined(first, subject=first.bid_id, kind="bid", flagged=late > 0, value=late.cast("string"), threshold="0")


RULE = Rule("R030", examine)
