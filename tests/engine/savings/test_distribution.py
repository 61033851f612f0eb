"""Quantiles by exact ranks (R-8), worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yantar.engine.savings.distribution import millionths, quantile_of, r8_ranks


@pytest.mark.parametrize(
    ("values", "quantile", "expected"),
    [
        ([7], Fraction(1, 2), Fraction(7)),
        ([1, 2], Fraction(1, 2), Fraction(3, 2)),
        ([1, 2, 3, 4], Fraction(1, 4), Fraction(17, 12)),
        ([1, 2, 3, 4], Fraction(3, 4), Fraction(43, 12)),
        ([1, 2, 3, 4, 5], Fraction(1, 2), Fraction(3)),
        ([0, 0, 0, 12], Fraction(3, 4), Fraction(7)),
    ],
)
def test_r8(values: list[int], quantile: Fraction, expected: Fraction) -> None:
    counts = {value: values.count(value) for value in values}
    assert quantile_of(counts, quantile) == expected


def test_nothing_has_no_quantile() -> None:
    assert quantile_of({}, Fraction(1, 2)) is None


def test_millionths_are_rounded_once() -> None:
    assert millionths(Fraction(1_000_001, 2)) == "0.500000"
    assert millionths(Fraction(1_000_003, 2)) == "0.500002"
    assert millionths(Fraction(-1, 3)) == "0.000000"


@given(st.integers(1, 10**9), st.integers(0, 100))
def test_ranks_stay_within_the_values(n: int, percent: int) -> None:
    low, high, part = r8_ranks(n, Fraction(percent, 100))
    assert 1 <= low <= high <= n and 0 <= part < 1 and high - low <= 1
