"""How discounts are distributed: quantiles, histogram, bidders against savings. Functions over an outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from .engines import run
from .groups import COLUMNS
from .outcome import MILLION
from .result import Dimension, Measure, measure

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


@dataclass(frozen=True, slots=True)
class Bin:
    """Discounts from `low` up to but not including `high` per cent; the first bin may reach down to any overrun (low None), the last holds
    100 % too."""

    low: int | None
    high: int
    procedures: int
    baseline: Decimal
    saved: Decimal


def histogram(con: BaseBackend, rows: ibis.Table, *, width: int = 5) -> list[Bin]:
    """Procedures of E2 by discount, in bins of `width` per cent from 0 to 100; one more below 0 where decisions let overruns in.

    Raises ValueError when 100 is not a multiple of the width.
    """
    if width < 1 or 100 % width:
        raise ValueError("100 must be a multiple of the width")
    counted = rows.filter((rows["class"] != "excluded") & rows.discount.notnull())
    step = (counted.discount // (width * MILLION // 100)).cast("int64")
    found = run(con, counted.group_by(step=step).agg(n=counted.count(), baseline=counted.baseline.sum(), awarded=counted.awarded.sum()))
    last = 100 // width - 1
    sums: dict[int, tuple[int, Decimal, Decimal]] = {}
    for row in found:
        place = max(-1, min(row["step"], last))
        n, baseline, saved = sums.get(place, (0, Decimal(0), Decimal(0)))
        sums[place] = (n + row["n"], baseline + row["baseline"], saved + row["baseline"] - row["awarded"])
    places = range(-1 if -1 in sums else 0, last + 1)
    empty = (0, Decimal(0), Decimal(0))
    return [Bin(None if place < 0 else place * width, (place + 1) * width, *sums.get(place, empty)) for place in places]


@dataclass(frozen=True, slots=True)
class Spread:
    """Savings of a group with their spread: quartiles are of single procedures, `measure` is by sums. `one_bid`: procedures with one bid."""

    values: dict[str, Any]
    measure: Measure
    one_bid: int
    lower: str | None
    median: str | None
    upper: str | None


def spread(con: BaseBackend, rows: ibis.Table, by: Sequence[Dimension], *, first: bool = False) -> list[Spread]:
    """Savings of E2 (`first`: of E1) by dimensions, with number and spread; in the order of the dimensions' values as text."""
    import ibis

    counted = rows.filter(rows["class"] == "E1") if first else rows.filter(rows["class"] != "excluded")
    keys = {dimension: counted[COLUMNS[dimension]] for dimension in by}
    names = {"buyer_name": counted.buyer_name.max()} if "buyer" in by else {}
    one = counted["class"] == "E2"
    sums = counted.group_by(**keys).agg(
        n=counted.count(), baseline=counted.baseline.sum(), awarded=counted.awarded.sum(), one_bid=counted.count(where=one), **names
    )
    # The ranks that R-8 needs, by whole numbers: (3n+5)/12, (6n+6)/12 and (9n+7)/12 are the places of the quartiles.
    known = counted.filter(counted.discount.notnull()).select(**keys, discount=counted.discount)
    window = ibis.window(group_by=list(by), order_by=known.discount)
    ranked = known.mutate(rank=ibis.row_number().over(window) + 1, n=known.count().over(ibis.window(group_by=list(by))))
    wanted: Any = ibis.literal(False)
    for factor, plus in _PLACES.values():
        low = ((ranked.n * factor + plus) // 12).cast("int64")
        low = (low < 1).ifelse(1, low)
        wanted |= (ranked["rank"] == low) | (ranked["rank"] == low + 1)
    ranks: dict[tuple[Any, ...], dict[int, int]] = {}
    totals: dict[tuple[Any, ...], int] = {}
    for row in run(con, ranked.filter(wanted)):
        key = tuple(row[dimension] for dimension in by)
        ranks.setdefault(key, {})[row["rank"]] = row["discount"]
        totals[key] = row["n"]
    answer = []
    for row in run(con, sums):
        key = tuple(row[dimension] for dimension in by)
        found = {name: _from_ranks(ranks.get(key, {}), totals.get(key, 0), quantile) for name, quantile in QUARTILES.items()}
        values = {name: row[name] for name in (*by, *names)}
        counted_sums = measure(row["n"], row["baseline"] or Decimal(0), row["awarded"] or Decimal(0))
        lower, median, upper = found.values()
        answer.append(Spread(values, counted_sums, row["one_bid"], lower, median, upper))
    return sorted(answer, key=lambda entry: tuple(str(entry.values[dimension]) for dimension in by))


_PLACES = {"lower": (3, 5), "median": (6, 6), "upper": (9, 7)}


def _from_ranks(values: Mapping[int, int], n: int, quantile: Fraction) -> str | None:
    if not n:
        return None
    low, high, part = r8_ranks(n, quantile)
    return millionths(values[low] + (values[high] - values[low]) * part)
