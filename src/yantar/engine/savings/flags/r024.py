"""R024: the next bidder was unusually close to the winner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .rule import Rule
from .spread import outliers

if TYPE_CHECKING:
    import ibis

    from .ground import Ground
    from .thresholds import Thresholds


def examine(ground: Ground, thresholds: Thresholds) -> ibis.Table:
    """Contests won by the lowest valid bid with another bidder to compare with. `value`: difference as a fraction of the winner's."""
    return outliers(ground, thresholds, low=True)


RULE = Rule("R024", examine)
