"""A rule: its expression with what its file says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .data import RuleData, Words, load

if TYPE_CHECKING:
    import ibis

    from ..dataset import Tables
    from .ground import Ground
    from .thresholds import Overrides, Thresholds

EXAMINED = ("procedure_id", "lot_id", "subject", "subject_kind", "flagged", "value", "threshold")
"""Columns of what a rule examined."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One named rule.

    `examine(ground, thresholds)`: one row for everything the rule could be computed for (columns EXAMINED), flagged or not, so that a
    share is one of what was examined. `lot_id` is empty where the whole procedure is examined.
    """

    code: str
    examine: Callable[[Ground, Thresholds], ibis.Table]

    @property
    def data(self) -> RuleData:
        """Words, thresholds, sources."""
        return load(self.code)

    @property
    def needs(self) -> tuple[str, ...]:
        """Columns it reads (table.column, `a|b`: one of them)."""
        return self.data.needs

    def words(self, language: str) -> Words:
        """What is said of it in "en" or "ru"."""
        return self.data.words(language)

    def expression(self, tables: Tables, thresholds: Overrides | None = None) -> ibis.Table:
        """What it flags in these tables: procedure_id, lot_id, subject, subject_kind, value, threshold."""
        from .ground import Ground

        ground = Ground(tables, overrides=thresholds or {})
        found = self.examine(ground, ground.thresholds(self.data))
        return found.filter(found.flagged).drop("flagged")
