"""Which procedures ask for a decision: counted with a mark that makes them doubtful, or left out for a reason that people may set aside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yantar.engine.savings.method import MARKS, Method
from yantar.engine.savings.result import Words

DOUBTFUL = ("heavy", "award_status_unstated", "lots_not_linked")
"""Marks of counted procedures that ask for a look."""
USUAL = ("not_competitive",)
"""Reasons that people may set aside, but that need no look: most purchases of a government are small and direct."""


def outliers_of(method: Method) -> Mapping[str, Words]:
    """The kinds of outliers of a method, by id."""
    marks = {mark.id: mark.title for mark in method.marks if mark.id in DOUBTFUL}
    return marks | {reason.id: reason.title for reason in method.reasons if reason.settle and reason.id not in USUAL}


def outlier_sql(method: Method, kind: str = "") -> str:
    """The condition over an outcome; of one kind, or of any."""
    kinds = outliers_of(method)
    chosen = [kind] if kind else list(kinds)
    bits = sum(1 << MARKS.index(one) for one in chosen if one in MARKS)
    reasons = [one for one in chosen if one not in MARKS]
    parts = []
    if bits:
        parts.append(f"(class <> 'excluded' AND (marks & {bits}) <> 0)")
    if reasons:
        parts.append("(class = 'excluded' AND reason IN ({}))".format(", ".join(f"'{one}'" for one in reasons)))
    return f"({' OR '.join(parts)})"


def kinds_of(method: Method, row: Mapping[str, Any]) -> tuple[str, ...]:
    """The kinds of outliers that a procedure is."""
    kinds = outliers_of(method)
    if row["class"] == "excluded":
        return (row["reason"],) if row["reason"] in kinds else ()
    marks = int(row["marks"])
    return tuple(one for bit, one in enumerate(MARKS) if marks >> bit & 1 and one in kinds)
