"""Which procedures ask for a decision: the doubtful kinds of the method (its data), as conditions over an outcome."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from yantar.engine.savings.method import MARKS, Doubtful, Method


def outliers_of(method: Method) -> Mapping[str, Doubtful]:
    """The kinds of outliers of a method, by id, in its order."""
    return {kind.id: kind for kind in method.doubtful}


def outlier_sql(method: Method, kind: str = "", *, largest: Collection[str] = ()) -> tuple[str, list[Any]]:
    """The condition over an outcome and its parameters; of one kind, or of any. `largest`: ids of the largest contributions to E1."""
    chosen = [outliers_of(method)[kind]] if kind else list(method.doubtful)
    parts = [_condition(one) for one in chosen if not one.top]
    params: list[Any] = []
    if any(one.top for one in chosen):
        parts.append("procedure_id IN (SELECT unnest(?::VARCHAR[]))")
        params.append(list(largest))
    return f"({' OR '.join(parts)})", params


def kinds_of(method: Method, row: Mapping[str, Any], largest: Collection[str] = ()) -> tuple[str, ...]:
    """The kinds of outliers that a procedure is."""
    marks = int(row["marks"])
    found = []
    for one in method.doubtful:
        if one.top:
            holds = row["procedure_id"] in largest
        elif one.reason:
            holds = row["reason"] == one.reason
        else:
            within = row["class"] == one.within if one.within else row["class"] != "excluded"
            holds = within and bool(marks >> MARKS.index(one.mark) & 1)
        if holds:
            found.append(one.id)
    return tuple(found)


def _condition(kind: Doubtful) -> str:
    if kind.reason:
        return f"reason = '{kind.reason}'"
    counted = f"class = '{kind.within}'" if kind.within else "class <> 'excluded'"
    return f"({counted} AND (marks & {1 << MARKS.index(kind.mark)}) <> 0)"
