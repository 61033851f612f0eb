"""R018: a single bid in a competitive procedure, or for a lot of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .examined import examined
from .rule import Rule

if TYPE_CHECKING:
    import ibis

    from .ground import Ground
    from .thresholds import Thresholds


def examine(ground: Ground, thresholds: Thresholds) -> ibis.Table:
    """Competitive procedures with at least one bidder: lots by their bids; the whole by what it declares, else by its bids."""
    p = ground.held(thresholds, "method", "status", "declared_bidders")
    p = p.filter(p.method.isin(ground.common.competitive) & p.status.notin(ground.common.not_held)).select("procedure_id", "declared_bidders")
    met = ground.contests.select("procedure_id", "lot_id", "bids", "unnamed", "bidder_first", "bidder_last")
    joined = p.left_join(met, "procedure_id")
    joined = joined.mutate(lot_id=joined.lot_id.fill_null(""))
    # A bidder that nobody names can't be told from another: each such bid is one.
    one = (joined.bids == 1) | ((joined.unnamed == 0) & (joined.bidder_first == joined.bidder_last))
    joined = joined.mutate(one=((joined.lot_id == "") & joined.declared_bidders.notnull()).ifelse(joined.declared_bidders == 1, one))
    joined = joined.filter(joined.bids.notnull() | (joined.declared_bidders >= 1))
    joined = joined.filter((joined.lot_id != "") | joined.declared_bidders.isnull() | (joined.declared_bidders >= 1))
    return examined(joined, subject=joined.bidder_first.fill_null(""), kind="bidder", flagged=joined.one, value="1", threshold="1")


RULE = Rule("R018", examine)
