"""Ages, medians, shares on time and days in states."""

from datetime import date, timedelta
from fractions import Fraction
from statistics import median as plain_median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yantar.engine.ageing import Deadline, Step, buckets, days_in_states, median, median_days, on_time, part, percentile

TODAY = date(2026, 11, 23)
AGES = st.lists(st.integers(0, 1000), max_size=50)


def test_a_bound_belongs_to_the_bucket_that_it_ends() -> None:
    found = buckets([0, 30, 31, 60, 90, 180, 181, 900])
    assert [tuple(bucket) for bucket in found] == [(0, 30, 2), (31, 60, 2), (61, 90, 1), (91, 180, 1), (181, None, 2)]
    assert [bucket.number for bucket in buckets([])] == [0] * 5
    assert [tuple(bucket) for bucket in buckets([3, 4], ())] == [(0, None, 2)]


@pytest.mark.parametrize(("ages", "bounds"), [([-1], (30,)), ([1], (30, 30)), ([1], (60, 30)), ([1], (-1,))])
def test_negative_ages_and_bounds_out_of_order_are_refused(ages: list[int], bounds: tuple[int, ...]) -> None:
    with pytest.raises(ValueError):
        buckets(ages, bounds)


@given(AGES, st.lists(st.integers(0, 500), unique=True, max_size=6).map(sorted))
def test_every_age_lies_in_one_bucket(ages: list[int], bounds: list[int]) -> None:
    found = buckets(ages, bounds)
    assert sum(bucket.number for bucket in found) == len(ages)
    for bucket in found:
        assert bucket.number == sum(bucket.lower <= age and (bucket.upper is None or age <= bucket.upper) for age in ages)


@pytest.mark.parametrize(("values", "middle"), [([], None), ([5], 5), ([9, 1, 4], 4), ([1, 2], Fraction(3, 2)), ([7, 7, 1, 7], 7)])
def test_the_median(values: list[int], middle: Fraction | None) -> None:
    assert median(values) == middle


@pytest.mark.parametrize(
    ("values", "share", "answer"),
    [
        ([], "0.95", None),
        ([1, 2, 3, 4], "0.5", 2),
        ([1, 2, 3, 4], "0.51", 3),
        ([4, 3, 2, 1], "1", 4),
        ([1, 2], "0", 1),
        (list(range(1, 101)), "0.95", 95),
    ],
)
def test_a_percentile_is_a_value_that_was_there(values: list[int], share: str, answer: int | None) -> None:
    assert percentile(values, Fraction(share)) == answer


def test_a_share_outside_is_refused() -> None:
    for call in (lambda: percentile([1], Fraction(2)), lambda: part(3, 2), lambda: part(-1, 2)):
        with pytest.raises(ValueError):
            call()


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=50), st.fractions(0, 1))
def test_medians_and_percentiles_agree_with_their_definition(values: list[int], share: Fraction) -> None:
    assert median(values) == Fraction(plain_median(values)).limit_denominator(2)
    found = percentile(values, share)
    assert found in values
    assert Fraction(sum(value <= found for value in values), len(values)) >= share


def test_no_whole_has_no_parts() -> None:
    assert part(0, 0) is None and part(0, 5) == 0 and part(2, 5) == Fraction(2, 5)


def test_on_time_counts_what_is_late_and_open_but_not_what_may_still_come() -> None:
    day = timedelta(days=1)
    rows = [
        Deadline(TODAY, TODAY),
        Deadline(TODAY - day, TODAY),
        Deadline(TODAY - day, None),
        Deadline(TODAY, None),
        Deadline(TODAY + day, TODAY - day),
    ]
    assert on_time(rows, TODAY) == Fraction(2, 4)
    assert on_time([Deadline(TODAY, None)], TODAY) is None


def test_days_in_states_add_up_over_visits() -> None:
    steps = [
        Step(date(2026, 1, 1), "open"),
        Step(date(2026, 1, 4), "analysis"),
        Step(date(2026, 1, 14), "plan"),
        Step(date(2026, 1, 15), "analysis"),
        Step(date(2026, 1, 20), "closed"),
    ]
    assert days_in_states(steps, TODAY, final=["closed"]) == {"open": 3, "analysis": 15, "plan": 1}
    assert days_in_states(steps[:2], date(2026, 1, 10)) == {"open": 3, "analysis": 6}
    assert days_in_states([], TODAY) == {}
    with pytest.raises(ValueError, match="order"):
        days_in_states([steps[1], steps[0]], TODAY)


def test_medians_of_many_lives() -> None:
    assert median_days([{"open": 1, "plan": 5}, {"open": 3}, {"open": 8}]) == {"open": 3, "plan": 5}


@given(st.lists(st.tuples(st.integers(0, 100), st.sampled_from("abc")), min_size=1, max_size=12), st.integers(0, 50))
def test_the_days_of_all_states_are_the_whole_span(moves: list[tuple[int, str]], rest: int) -> None:
    steps = [Step(TODAY + timedelta(days=days), state) for days, state in sorted(moves)]
    until = steps[-1].day + timedelta(days=rest)
    assert sum(days_in_states(steps, until).values()) == (until - steps[0].day).days
