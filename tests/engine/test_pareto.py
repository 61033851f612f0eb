"""Pareto analysis: order, shares and classes."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yantar.engine.pareto import pareto


def test_rows_shares_and_classes() -> None:
    rows = pareto({"people": 2, "systems": 60, "rules": 20, "premises": 3, "process": 15, "none": 0})
    assert [(row.key, row.number, row.cumulative, row.group) for row in rows] == [
        ("systems", 60, Fraction("0.6"), "A"),
        ("rules", 20, Fraction("0.8"), "A"),
        ("process", 15, Fraction("0.95"), "B"),
        ("premises", 3, Fraction("0.98"), "C"),
        ("people", 2, Fraction(1), "C"),
    ]
    assert rows[0].share == Fraction(3, 5)


def test_the_row_that_crosses_a_limit_still_belongs_to_the_class() -> None:
    assert [row.group for row in pareto({"a": 79, "b": 20, "c": 1})] == ["A", "A", "C"]
    assert [row.group for row in pareto({"a": 100})] == ["A"]


def test_equal_counts_stand_in_the_order_of_their_keys() -> None:
    assert [row.key for row in pareto({"b": 1, "c": 2, "a": 1})] == ["c", "a", "b"]


def test_nothing_counted_gives_no_rows_and_less_than_nothing_is_refused() -> None:
    assert pareto({}) == pareto({"a": 0}) == ()
    with pytest.raises(ValueError, match="0 or more"):
        pareto({"a": -1})


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 1000), max_size=20))
def test_shares_add_up_and_classes_follow_each_other(counts: dict[str, int]) -> None:
    rows = pareto(counts)
    assert {row.key: row.number for row in rows} == {key: count for key, count in counts.items() if count}
    assert sum(row.share for row in rows) == (1 if rows else 0)
    assert not rows or rows[-1].cumulative == 1
    assert [row.group for row in rows] == sorted(row.group for row in rows)
    assert [row.number for row in rows] == sorted((row.number for row in rows), reverse=True)
