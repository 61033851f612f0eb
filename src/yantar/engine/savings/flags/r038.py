"""R038: a buyer or an organiser disqualifies, or a bidder is disqualified, unusually often."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .exact import MILLION, as_fraction, fence_scale, fence_text, fences, millionths
from .examined import examined
from .rule import Rule

if TYPE_CHECKING:
    import ibis

    from .ground import Ground
    from .thresholds import Thresholds


def examine(ground: Ground, thresholds: Thresholds) -> ibis.Table:
    """Procedures with bids whose outcome is known, one row a party. `value`: share of the party's bids that were disqualified."""
    p = ground.held(thresholds, "buyer_id", "entity_id", most="ratio")
    b = ground.tables.bids
    b = b.filter(b.status.isin(ground.common.submitted))
    b = b.select("procedure_id", "bidder_id", out=b.status.isin(ground.common.disqualified).cast("int64"))
    each = b.group_by("procedure_id").aggregate(bids=b.count(), out=b.out.sum()).inner_join(p, "procedure_id")
    # Where nobody is ever disqualified, the publisher does not say who was.
    known = ground.tables.bids.aggregate(judged=ground.tables.bids.status.isin(ground.common.disqualified).cast("int64").sum())
    each = each.cross_join(known.filter(known.judged > 0))
    columns = ("procedure_id", "party", "bids", "out", "most")
    buyers = _often(ground, thresholds, each.mutate(party=each.buyer_id).select(*columns), "buyer", least="procedures")
    entities = _often(ground, thresholds, each.mutate(party=each.entity_id).select(*columns), "entity", least="procedures")
    met = b.group_by("procedure_id", "bidder_id").aggregate(bids=b.count(), out=b.out.sum())
    met = met.inner_join(each.select("procedure_id", "most"), "procedure_id")
    bidders = _often(ground, thresholds, met.mutate(party=met.bidder_id).select(*columns), "bidder", least="bids")
    return buyers.union(entities, bidders)


def _often(ground: Ground, thresholds: Thresholds, rows: ibis.Table, kind: str, *, least: str) -> ibis.Table:
    rows = rows.filter(rows.party != "")
    by = rows.group_by("party").aggregate(n=rows.count(), bids=rows.bids.sum(), out=rows.out.sum())
    enough = int(thresholds.fixed(least) or 2)
    by = by.filter((by.n if least == "procedures" else by.bids) >= enough)
    by = by.select("party", x=millionths(by.out, by.bids))
    factor, scale = ground.common.fence, fence_scale(ground.common.fence)
    by = by.cross_join(fences(by.select("x"), factor))
    rows = rows.inner_join(by, "party")
    if thresholds.given("ratio"):
        often, text = rows.x >= rows.most * MILLION, rows.most.cast("string")
    else:
        at = rows.x * scale
        often, text = (at >= rows.upper) & (at > rows.q3), fence_text(rows.upper, scale)
    return examined(rows, subject=rows.party, kind=kind, flagged=often & (rows.out > 0), value=as_fraction(rows.x), threshold=text)


RULE = Rule("R038", examine)
