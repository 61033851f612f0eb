"""Exact ratios and quartiles inside expressions: whole millionths, ranks, and nothing that depends on the engine."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis

MILLION = 1_000_000
LARGEST = 10**12
"""A ratio of more than a million is taken as a million."""


def wide(amount: ibis.Value) -> ibis.Value:
    """The same number with room to be multiplied: DuckDB keeps products of DECIMAL(18) in 18 digits and refuses more."""
    return amount.cast("decimal(38, 2)")


def millionths(part: ibis.Value, whole: ibis.Value) -> ibis.Value:
    """part / whole in whole millionths, rounded half up; part ≥ 0, whole > 0.

    An engine divides decimals as binary fractions. So the quotient is only a first guess, put right by multiplying back.
    """
    import ibis

    part, whole = wide(part), wide(whole)
    # Cut off before it becomes a whole number: kopecks of a billion-fold quotient would not fit.
    guess = ibis.least(part.cast("float64") * 1e6 / whole.cast("float64"), ibis.literal(float(LARGEST))).round().cast("int64")
    twice = part * (2 * MILLION)
    return ibis.cases(
        (guess >= LARGEST, ibis.literal(LARGEST, "int64")),
        (whole * (guess * 2 - 1) > twice, guess - 1),
        (whole * (guess * 2 + 1) <= twice, guess + 1),
        else_=guess,
    )


def as_fraction(number: ibis.Value) -> ibis.Value:
    """Whole millionths as text with six places: 12345 is "0.012345"."""
    size = number.abs()
    rest = size % MILLION
    whole = ((size - rest) / MILLION).round().cast("int64")
    return (number < 0).ifelse("-", "") + whole.cast("string") + "." + rest.cast("string").lpad(6, "0")


SCALE = 300
"""Quantiles are kept in 300ths: (n + 1/3)·p + 1/3 with p in per cent is a whole number of 300ths."""


def quantiles(values: ibis.Table, **percentiles: int) -> ibis.Table:
    """One row: `n` and each quantile by Hyndman and Fan's definition 8, times SCALE (whole numbers), of the column `x` (int64).

    Definition 8: the value at rank (n + 1/3)·p + 1/3, straight between neighbours, held within the first and the last.
    """
    import ibis

    ranked = values.select(x=values.x, rank=ibis.row_number().over(order_by=values.x) + 1)
    counted = ranked.cross_join(values.aggregate(n=values.x.count()))
    found = {}
    for name, percent in percentiles.items():
        place = ((counted.n * 3 + 1) * percent + 100).cast("int64")
        inside = ibis.least(ibis.greatest(place, SCALE), counted.n * SCALE)
        rest = inside % SCALE
        below = (inside - rest) == counted.rank * SCALE
        above = (inside - rest) == (counted.rank - 1) * SCALE
        found[name] = (ibis.ifelse(below, counted.x * (SCALE - rest), 0) + ibis.ifelse(above, counted.x * rest, 0)).sum().cast("int64")
    return counted.aggregate(n=counted.n.max(), **found)


def fences(values: ibis.Table, factor: Decimal) -> ibis.Table:
    """One row: `q1`, `q3`, `lower` = Q1 − factor·IQR and `upper` = Q3 + factor·IQR of the column `x`, all times `fence_scale(factor)`."""
    found = quantiles(values, q1=25, q3=75)
    share = Fraction(factor)
    times, by = share.denominator, share.numerator
    spread = (found.q3 - found.q1) * by
    return found.select(q1=found.q1 * times, q3=found.q3 * times, lower=found.q1 * times - spread, upper=found.q3 * times + spread)


def fence_scale(factor: Decimal) -> int:
    """By how much the numbers of `fences` are multiplied."""
    return SCALE * Fraction(factor).denominator


def fence_text(number: ibis.Value, scale: int) -> ibis.Value:
    """A fence of millionths as text with six places."""
    import ibis

    rounded = ibis.ifelse(number >= 0, number + scale // 2, number - scale // 2)
    # Towards zero: the rest has the sign of the number on every engine.
    return as_fraction(((rounded - rounded % scale) / scale).round().cast("int64"))
