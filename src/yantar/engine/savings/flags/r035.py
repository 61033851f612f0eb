"""R035: everybody but the winner was disqualified."""

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
    """Decided contests whose bids all say whether they were valid. `value`: how many other bidders were disqualified."""
    p = ground.held(thresholds, least="bidders")
    b, c = ground.bids, ground.contests
    c = c.filter((c.actives > 0) & (c.undecided == 0) & (c.unknown == 0) & (c.unnamed == 0) & c.valid_first.notnull())
    c = c.inner_join(p, "procedure_id")
    alone = (c.valid_first == c.valid_last) & (c.supplier_id == c.valid_first) & (c.last_supplier == c.valid_first)
    c = c.select(*KEY, "supplier_id", "least", alone=alone)
    thrown = b.filter(b.disqualified).inner_join(c.filter(c.alone), list(KEY))
    thrown = thrown.filter(thrown.bidder_id != thrown.supplier_id)
    others = thrown.group_by(*KEY).aggregate(others=thrown.bidder_id.nunique())
    c = c.left_join(others, list(KEY))
    c = c.select(*KEY, "supplier_id", "least", others=c.others.fill_null(0))
    return examined(
        c, subject=c.supplier_id, kind="supplier", flagged=c.others >= c.least, value=c.others.cast("string"), threshold=c.least.cast("string")
    )


RULE = Rule("R035", examine)
