"""Months, years and days at the edges of the calendar."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yantar.engine.dates import add_days, add_months, add_years, day_after, day_before


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        (date(2010, 3, 15), 12, date(2011, 3, 15)),
        (date(2013, 3, 14), 6, date(2013, 9, 14)),
        (date(2013, 8, 31), 6, date(2014, 2, 28)),  # February has no 31st
        (date(2015, 8, 31), 6, date(2016, 2, 29)),  # nor in a leap year, but it has a 29th
        (date(2012, 2, 29), 12, date(2013, 2, 28)),
        (date(2012, 2, 29), 48, date(2016, 2, 29)),
        (date(2096, 2, 29), 48, date(2100, 2, 28)),  # 2100 is no leap year
        (date(1996, 2, 29), 48, date(2000, 2, 29)),  # 2000 is one
        (date(2011, 1, 31), 1, date(2011, 2, 28)),
        (date(2011, 3, 31), 1, date(2011, 4, 30)),
        (date(2011, 12, 31), 1, date(2012, 1, 31)),
        (date(2011, 3, 31), -1, date(2011, 2, 28)),
        (date(2011, 1, 15), -1, date(2010, 12, 15)),
        (date(2011, 1, 15), 0, date(2011, 1, 15)),
        (date(9999, 6, 1), 12, date.max),
        (date(1, 6, 1), -12, date.min),
    ],
)
def test_months_end_on_the_last_day_that_exists(start, months, expected):
    assert add_months(start, months) == expected


def test_years_are_twelve_months():
    assert add_years(date(2008, 2, 29), 3) == date(2011, 2, 28)
    assert add_years(date(2008, 2, 29), 4) == date(2012, 2, 29)


def test_days_saturate():
    assert add_days(date(2012, 2, 28), 1) == date(2012, 2, 29)
    assert add_days(date.max, 1) == date.max
    assert add_days(date.min, -1) == date.min
    assert day_after(date(2011, 12, 31)) == date(2012, 1, 1)
    assert day_before(date(2012, 3, 1)) == date(2012, 2, 29)
    assert day_after(date.max) == date.max
    assert day_before(date.min) == date.min


@given(st.dates(), st.integers(-2000, 2000), st.dates())
def test_later_days_never_come_to_earlier_ones(start, months, other):
    first, second = sorted((start, other))
    assert add_months(first, months) <= add_months(second, months)
    if date.min < add_months(start, months) < date.max:
        moved = add_months(start, months)
        assert (moved.year * 12 + moved.month) - (start.year * 12 + start.month) == months
        assert moved.day <= start.day
