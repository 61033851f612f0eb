"""Y101: the price fell so far that the law's measures against dumping apply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .exact import MILLION, as_fraction, millionths
from .examined import examined
from .priced import priced
from .rule import Rule

if TYPE_CHECKING:
    import ibis

    from .ground import Ground
    from .thresholds import Thresholds


def examine(ground: Ground, thresholds: Thresholds) -> ibis.Table:
    """Contests of `priced`. `value`: how far the award is below the baseline, as a fraction of it."""
    import ibis

    rows = priced(ground, thresholds, percent="percent")
    fall = rows.baseline - rows.awarded
    held = ibis.greatest(fall, ibis.literal(0, "decimal(38, 2)"))
    return examined(
        rows,
        subject=rows.supplier_id,
        kind="supplier",
        flagged=fall * 100 >= rows.baseline * rows.percent,
        value=as_fraction(millionths(held, rows.baseline)),
        threshold=as_fraction((rows.percent * (MILLION // 100)).cast("int64")),
    )


RULE = Rule("Y101", examine)
