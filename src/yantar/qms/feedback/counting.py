"""Counts of ratings, kept with every change of a rating: each figure is a sum of these rows.

Rows are written in one statement and always in one order, so that any number of ratings may be counted at once and none waits in a circle.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from math import floor
from typing import NamedTuple

from django.db import connection

OVERALL = "overall"
"""Stands for a criterion: the rating as a whole, the mean of its criteria rounded to a value of the scale (halves up).

So the number of people and the share of the satisfied among them are exact, however many questions each answered.
"""
AT_ONCE = 2_000


class Cell(NamedTuple):
    """One row of counts. `site` 0: none."""

    service: int
    authority: int
    site: int
    month: date
    criterion: str
    value: int


def overall(scores: Mapping[str, int]) -> int:
    """The rating as a whole: the mean of its values, halves up. Raises ZeroDivisionError without values."""
    return floor(Fraction(sum(scores.values()), len(scores)) + Fraction(1, 2))


def cells(service: int, authority: int, site: int | None, rated_on: date, scores: Mapping[str, int]) -> list[Cell]:
    """The rows that one rating counts in."""
    month = rated_on.replace(day=1)
    values = {**scores, OVERALL: overall(scores)}
    return [Cell(service, authority, site or 0, month, criterion, value) for criterion, value in values.items()]


def add(found: Iterable[Cell], by: int = 1) -> None:
    """Count the cells of some ratings: `by` 1 to count, −1 to take back. Inside a transaction, as its last writing."""
    counts = Counter(found)
    ordered = sorted(counts.items())
    for start in range(0, len(ordered), AT_ONCE):
        _write([(*cell, by * number) for cell, number in ordered[start : start + AT_ONCE]])


def _write(rows: list[tuple[int, int, int, date, str, int, int]]) -> None:
    values = ", ".join(["(%s, %s, nullif(%s, 0)::bigint, %s, %s, %s, %s)"] * len(rows))
    statement = (
        "INSERT INTO feedback_ratingcount AS c (service_id, authority_id, site_id, month, criterion, value, count)"  # noqa: S608
        f" VALUES {values}"
        " ON CONFLICT (service_id, authority_id, site_id, month, criterion, value) DO UPDATE SET count = c.count + excluded.count"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for row in rows for value in row])
