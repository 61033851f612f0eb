"""Red flags: questions to ask about a procedure, never a verdict. One named rule a module, its words and thresholds in library/flags.

A rule examines what its inputs allow and says of each whether it is flagged; so a share is one of what was examined, and a rule whose
inputs are missing says so and does not say zero. Codes with R are those of Cardinal's documentation (open-contracting/cardinal-rs),
with Y our own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from . import r003, r018, r024, r025, r028, r030, r035, r036, r038, r058, y101, y102, y103, y104
from .rule import Rule
from .thresholds import Overrides, UnknownThreshold

if TYPE_CHECKING:
    import ibis

    from ..dataset import Tables

__all__ = ["COLUMNS", "RULES", "Rule", "UnknownRule", "UnknownThreshold", "count_by_buyer", "count_by_flag", "flags"]

_MODULES = (r003, r018, r024, r025, r028, r030, r035, r036, r038, r058, y101, y102, y103, y104)

RULES: Mapping[str, Rule] = MappingProxyType({module.RULE.code: module.RULE for module in _MODULES})
"""All rules by code, in the order in which they are shown."""

COLUMNS = ("procedure_id", "lot_id", "flag", "subject", "subject_kind", "value", "threshold")
"""Columns of `flags`."""


class UnknownRule(ValueError):
    """A code that no rule has."""


def chosen(rules: Iterable[str] | None) -> tuple[Rule, ...]:
    """Rules by their codes, without a choice all of them. Raises UnknownRule."""
    codes = tuple(RULES) if rules is None else tuple(dict.fromkeys(code.strip().upper() for code in rules))
    unknown = [code for code in codes if code not in RULES]
    if unknown:
        raise UnknownRule(", ".join(unknown))
    return tuple(RULES[code] for code in codes)


def _examined(tables: Tables, rules: tuple[Rule, ...], thresholds: Overrides | None, law: str, on: date | None) -> list[tuple[Rule, ibis.Table]]:
    from .ground import Ground

    unknown = set(thresholds or {}) - set(RULES)
    if unknown:
        raise UnknownRule(", ".join(sorted(unknown)))
    ground = Ground(tables, overrides=thresholds, law=law, on=on)
    return [(rule, rule.examine(ground, ground.thresholds(rule.data))) for rule in rules]


def flags(
    tables: Tables, *, rules: Iterable[str] | None = None, thresholds: Overrides | None = None, law: str = "", on: date | None = None
) -> ibis.Table:
    """Everything that the rules found, one row for a procedure (or lot) and subject; columns COLUMNS, all text.

    `rules`: codes; all without. `thresholds`: values that go before those of the files, rule → name → value or {law: value}. `law`: of
    procedures that state none. `on`: the day that counts for procedures without a day of publication; without it, rules and thresholds
    with dates do not hold for them. Raises UnknownRule, UnknownThreshold.
    """
    import ibis

    parts = []
    for rule, rows in _examined(tables, chosen(rules), thresholds, law, on):
        parts.append(rows.filter(rows.flagged).mutate(flag=ibis.literal(rule.code)).select(*COLUMNS))
    return parts[0].union(*parts[1:]) if len(parts) > 1 else parts[0]


def count_by_flag(
    tables: Tables, *, rules: Iterable[str] | None = None, thresholds: Overrides | None = None, law: str = "", on: date | None = None
) -> ibis.Table:
    """One row a rule: `flag`, `procedures` (flagged), `rows` (flagged), `examined` (procedures the rule could be computed for).

    A rule that examined nothing is not computable in this dataset; its zeros say nothing. Arguments as for `flags`.
    """
    import ibis

    parts = []
    for rule, rows in _examined(tables, chosen(rules), thresholds, law, on):
        per = rows.group_by("procedure_id").aggregate(found=rows.flagged.cast("int64").sum())
        total = per.aggregate(procedures=(per.found > 0).cast("int64").sum().fill_null(0), rows=per.found.sum().fill_null(0), examined=per.count())
        parts.append(total.select(ibis.literal(rule.code).name("flag"), *(total[name].cast("int64") for name in ("procedures", "rows", "examined"))))
    return parts[0].union(*parts[1:]) if len(parts) > 1 else parts[0]


def count_by_buyer(
    tables: Tables, *, rules: Iterable[str] | None = None, thresholds: Overrides | None = None, law: str = "", on: date | None = None
) -> ibis.Table:
    """One row a buyer and rule that could be computed for it: `buyer_id`, `flag`, `procedures` (flagged), `examined`.

    A buyer without a row of a rule has no procedure that the rule could be computed for. Arguments as for `flags`.
    """
    import ibis

    parts = []
    buyers = tables.procedures.select("procedure_id", "buyer_id")
    for rule, rows in _examined(tables, chosen(rules), thresholds, law, on):
        per = rows.group_by("procedure_id").aggregate(found=rows.flagged.cast("int64").max()).inner_join(buyers, "procedure_id")
        by = per.group_by("buyer_id").aggregate(procedures=per.found.sum(), examined=per.count())
        parts.append(by.select("buyer_id", ibis.literal(rule.code).name("flag"), by.procedures.cast("int64"), by.examined.cast("int64")))
    return parts[0].union(*parts[1:]) if len(parts) > 1 else parts[0]
