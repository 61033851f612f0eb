"""Y102: awarded above the baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .examined import examined
from .priced import money_text, priced
from .rule import Rule

if TYPE_CHECKING:
    import ibis

    from .ground import Ground
    from .thresholds import Thresholds


def examine(ground: Ground, thresholds: Thresholds) -> ibis.Table:
    """Contests of `priced`. `value`: awarded; `threshold`: the baseline."""
    rows = priced(ground, thresholds, percent="percent")
    return examined(
        rows,
        subject=rows.supplier_id,
        kind="supplier",
        flagged=(rows.awarded - rows.baseline) * 100 > rows.baseline * rows.percent,
        value=money_text(rows.awarded, rows.currency),
        threshold=money_text(rows.baseline, rows.currency),
    )


RULE = Rule("Y102", examine)
