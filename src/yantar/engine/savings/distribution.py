"""How discounts are distributed: quantiles by exact ranks."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from .engines import run
from .outcome import MILLION

if TYPE_CHECKING:
    import ibis
    from ibis.backends import BaseBackend

QUARTILES = {"discount_lower_quartile": Fraction(1, 4), "discount_median": Fraction(1, 2), "discount_upper_quartile": Fraction(3, 4)}
COARSE = 1_000
"""Width of a coarse step of discounts, in millionths: quantiles are looked up in two passes, so that few rows leave the database."""


def r8_ranks(n: int, quantile: Fraction) -> tuple[int, int, Fraction]:
    """The two ranks (from 1) that an R-8 quantile of n values lies between, and its place between them (Hyndman and Fan 1996, no. 8)."""
    third = Fraction(1, 3)
    place = (n + third) * quantile + third
    place = min(max(place, Fraction(1)), Fraction(n))
    low = place.numerator // place.denominator
    return low, min(low + 1, n), place - low


def quantile_of(counts: Mapping[int, int], quantile: Fraction) -> Fraction | None:
    """R-8 quantile of values given with how often each occurs; None without values."""
    n = sum(counts.values())
    if not n:
        return None
    low, high, part = r8_ranks(n, quantile)
    values = [_at(counts, rank) for rank in (low, high)]
    return values[0] + (values[1] - values[0]) * part


def _at(counts: Mapping[int, int], rank: int) -> Fraction:
    passed = 0
    for value in sorted(counts):
        passed += counts[value]
        if passed >= rank:
            return Fraction(value)
    raise IndexError(rank)


def millionths(value: Fraction) -> str:
    """A share in millionths as a decimal string with six places, half to even."""
    return format((Decimal(value.numerator) / Decimal(value.denominator) / MILLION).quantize(Decimal("0.000001"), ROUND_HALF_EVEN) + 0, "f")


def quartiles(con: BaseBackend, rows: ibis.Table) -> dict[str, str]:
    """Lower quartile, median and upper quartile (R-8) of the discounts of the procedures in E2."""
    counted = rows.filter((rows["class"] != "excluded") & rows.discount.notnull())
    steps = counted.group_by(step=(counted.discount // COARSE).cast("int64")).agg(n=counted.count())
    coarse = {row["step"]: row["n"] for row in run(con, steps)}
    n = sum(coarse.values())
    if not n:
        return {}
    ranks = {rank for quantile in QUARTILES.values() for rank in r8_ranks(n, quantile)[:2]}
    needed = {int(_at(coarse, rank)) for rank in ranks}
    fine_rows = counted.filter((counted.discount // COARSE).cast("int64").isin(sorted(needed)))
    fine = {row["discount"]: row["n"] for row in run(con, fine_rows.group_by("discount").agg(n=fine_rows.count()))}
    # What lies in other steps only shifts ranks: its first value stands for all of it.
    counts = {step * COARSE: number for step, number in coarse.items() if step not in needed} | fine
    answer: dict[str, str] = {}
    for name, quantile in QUARTILES.items():
        value = quantile_of(counts, quantile)
        if value is not None:
            answer[name] = millionths(value)
    return answer
