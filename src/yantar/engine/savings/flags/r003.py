"""R003: bidders had little time. Bidding period of an open procedure shorter than the days that are expected for it."""

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
    """Open procedures with both ends of the period. `value`: whole days, rounded down."""
    p = ground.held(thresholds, "method", "status", "opens", "closes", days="days")
    p = p.filter((p.method == "open") & p.status.notin(ground.common.not_held) & p.opens.notnull() & (p.closes >= p.opens))
    length = p.closes - p.opens
    return examined(
        p,
        subject=p.procedure_id,
        kind="procedure",
        flagged=length < p.days * DAY,
        value=((length - length % DAY) / DAY).round().cast("int64").cast("string"),
        threshold=p.days.cast("string"),
    )


RULE = Rule("R003", examine)
