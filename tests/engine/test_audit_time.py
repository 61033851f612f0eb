"""Audit time by IAF MD 5: the worked numbers, the limits and the progression beyond the table."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yantar.engine.audit_time import STEP_TEXTS, Adjustment, audit_time, half, initial_days
from yantar.library.loader import load_audit_time

TABLE = load_audit_time()


@pytest.mark.parametrize(
    ("personnel", "days"),
    [(1, "1.5"), (5, "1.5"), (6, "2"), (55, "5"), (180, "9"), (175, "8"), (176, "9"), (10700, "22"), (10701, "23"), (13375, "23"), (13376, "24")],
)
def test_days_by_the_table_and_beyond_it(personnel: int, days: str) -> None:
    assert initial_days(personnel, TABLE) == Decimal(days)


def test_worked_example_of_180_people() -> None:
    result = audit_time(180, [], TABLE)
    assert (result.initial, result.surveillance, result.recertification) == (9, 3, 6)
    assert result.onsite_minimum == Fraction("7.2")
    assert [(step.code, step.value) for step in result.steps] == [
        ("table", "9"),
        ("initial", "9"),
        ("surveillance", "3"),
        ("recertification", "6"),
        ("onsite", "7.2"),
    ]


def test_reduction_stops_at_thirty_per_cent() -> None:
    result = audit_time(180, [Adjustment("mature", Decimal("-0.25")), Adjustment("simple", Decimal("-0.20"))], TABLE)
    assert result.limited
    assert result.share == Fraction(-3, 10)
    assert (result.adjusted, result.initial) == (Fraction("6.3"), Decimal("6.5"))
    limit = next(step for step in result.steps if step.code == "reduction_limited")
    assert (limit.params["asked"], limit.params["limit"], limit.value) == ("45", "30", "-30")


def test_exactly_thirty_per_cent_is_not_limited() -> None:
    result = audit_time(180, [Adjustment("mature", Decimal("-0.30"))], TABLE)
    assert (result.limited, result.initial) == (False, Decimal("6.5"))


def test_increase_has_no_limit() -> None:
    assert audit_time(180, [Adjustment("many sites", Decimal("1.5"))], TABLE).initial == Decimal("22.5")


@pytest.mark.parametrize(("value", "rounded"), [("5.3", "5.5"), ("5.2", "5"), ("5.25", "5.5"), ("5.74", "5.5"), ("5.75", "6"), ("0", "0")])
def test_rounding_to_the_nearest_half(value: str, rounded: str) -> None:
    assert half(Decimal(value)) == Decimal(rounded)


@pytest.mark.parametrize("personnel", [0, -1])
def test_fewer_than_one_person_is_refused(personnel: int) -> None:
    with pytest.raises(ValueError, match="1 or more"):
        audit_time(personnel, [], TABLE)


def test_a_binary_fraction_is_refused() -> None:
    with pytest.raises(TypeError):
        audit_time(10, [Adjustment("mature", -0.1)], TABLE)  # type: ignore[arg-type]


shares = st.decimals(min_value="-0.5", max_value="1", places=2)


@given(st.integers(1, 200_000), st.lists(shares, max_size=4))
def test_every_result_is_explained_and_consistent(personnel: int, values: list[Decimal]) -> None:
    result = audit_time(personnel, [Adjustment("reason", share) for share in values], TABLE)
    assert result.adjusted >= Fraction(result.table_days) * Fraction(7, 10)
    assert abs(Fraction(result.initial) - result.adjusted) <= Fraction(1, 4)
    assert result.surveillance <= result.recertification <= result.initial
    assert all(STEP_TEXTS[step.code] % step.params for step in result.steps)


@given(st.integers(1, 200_000), st.integers(0, 1000))
def test_more_people_never_take_less_time(personnel: int, more: int) -> None:
    assert initial_days(personnel, TABLE) <= initial_days(personnel + more, TABLE)
