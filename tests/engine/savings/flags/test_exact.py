"""Ratios to the millionth and quantiles by definition 8, against Python's fractions."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from yantar.engine.savings.engines import duck, run
from yantar.engine.savings.flags.exact import LARGEST, SCALE, as_fraction, fence_scale, fence_text, fences, millionths, quantiles


@pytest.fixture(scope="module")
def con() -> Any:
    return duck(threads=1)


def table_of(con: Any, made: pa.Table) -> Any:
    """An Arrow table as a table of the engine."""
    con.con.register("made", made)
    return con.table("made")


def by_fractions(values: list[int], percent: int) -> Fraction:
    """The value at rank (n + 1/3)·p + 1/3, straight between neighbours."""
    ordered, n = sorted(values), len(values)
    rank = min(max((n + Fraction(1, 3)) * Fraction(percent, 100) + Fraction(1, 3), Fraction(1)), Fraction(n))
    below = int(rank)
    above = min(below + 1, n)
    return ordered[below - 1] + (rank - below) * (ordered[above - 1] - ordered[below - 1])


@settings(max_examples=15, deadline=None)
@given(values=st.lists(st.integers(0, 10**9), min_size=1, max_size=30), percent=st.integers(1, 99))
def test_quantiles(con: Any, values: list[int], percent: int) -> None:
    table = table_of(con, pa.table({"x": pa.array(values, pa.int64())}))
    (row,) = run(con, quantiles(table, q=percent))
    assert Fraction(int(row["q"]), SCALE) == by_fractions(values, percent)
    assert row["n"] == len(values)


@settings(max_examples=15, deadline=None)
@given(values=st.lists(st.integers(0, 10**6), min_size=1, max_size=30))
def test_fences(con: Any, values: list[int]) -> None:
    factor = Decimal("1.5")
    table = fences(table_of(con, pa.table({"x": pa.array(values, pa.int64())})), factor)
    scale = fence_scale(factor)
    (row,) = run(con, table.mutate(text=fence_text(table.lower, scale)))
    q1, q3 = by_fractions(values, 25), by_fractions(values, 75)
    lower = q1 - (q3 - q1) * Fraction(3, 2)
    assert Fraction(int(row["lower"]), scale) == lower
    assert Fraction(int(row["upper"]), scale) == q3 + (q3 - q1) * Fraction(3, 2)
    away = int(abs(lower) + Fraction(1, 2)) * (1 if lower >= 0 else -1)
    assert Decimal(row["text"]) == Decimal(away).scaleb(-6)


MONEY = st.decimals(min_value="0.01", max_value="9999999999999999.99", places=2)


@settings(max_examples=20, deadline=None)
@example(pairs=[(Decimal("9999999999999999.99"), Decimal("0.01")), (Decimal("92233720368.55"), Decimal("0.01"))])
@given(pairs=st.lists(st.tuples(st.one_of(MONEY, st.just(Decimal("0.00"))), MONEY), min_size=1, max_size=20))
def test_millionths(con: Any, pairs: list[tuple[Decimal, Decimal]]) -> None:
    kind = pa.decimal128(18, 2)
    table = table_of(
        con,
        pa.table(
            {"id": range(len(pairs)), "part": pa.array([part for part, _ in pairs], kind), "whole": pa.array([whole for _, whole in pairs], kind)}
        ),
    )
    rows = run(con, table.select("id", q=millionths(table.part, table.whole)).order_by("id"))
    for row, (part, whole) in zip(rows, pairs, strict=True):
        exact = Fraction(part) / Fraction(whole) * 10**6
        assert row["q"] == min(int(exact + Fraction(1, 2)), LARGEST)


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0.000000"), (1, "0.000001"), (12_345, "0.012345"), (25_000_000, "25.000000"), (-1_500_000, "-1.500000")]
)
def test_as_text(con: Any, number: int, text: str) -> None:
    table = table_of(con, pa.table({"x": pa.array([number], pa.int64())}))
    assert run(con, table.select(t=as_fraction(table.x))) == [{"t": text}]
