"""Risk of a process: every limit of the table from both sides, the bands, what nobody knows, and the next day due."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yantar.engine.risk import Value, next_due, score, whole_months
from yantar.library.loader import load_risk

TABLE = load_risk()
CLEAN: dict[str, Value] = {
    "cases_per_year": 0,
    "legal_weight": 0,
    "last_result": "clean",
    "complaints_per_1000": 0,
    "breaches_percent": 0,
    "changes": 0,
    "months_since_audit": 0,
}
WORST: dict[str, Value] = {
    "cases_per_year": "vulnerable",
    "legal_weight": 3,
    "last_result": "open_major",
    "complaints_per_1000": 11,
    "breaches_percent": 6,
    "changes": 3,
    "months_since_audit": "never",
}


@pytest.mark.parametrize(
    ("factor", "value", "level"),
    [
        *[
            ("cases_per_year", value, level)
            for value, level in ((99, 0), (100, 1), (4999, 1), (5000, 2), (50_000, 2), (50_001, 3), ("vulnerable", 3))
        ],
        *[("legal_weight", value, value) for value in range(4)],
        *[("last_result", value, level) for value, level in (("clean", 0), ("observations", 1), ("minor", 2), ("open_major", 3))],
        *[
            ("complaints_per_1000", Decimal(value), level)
            for value, level in (("0.49", 0), ("0.5", 1), ("2.99", 1), ("3", 2), ("10", 2), ("10.01", 3))
        ],
        *[("breaches_percent", Decimal(value), level) for value, level in (("0", 0), ("0.01", 1), ("1", 1), ("1.01", 2), ("5", 2), ("5.01", 3))],
        *[("changes", value, level) for value, level in ((0, 0), (1, 1), (2, 2), (3, 3))],
        *[("months_since_audit", value, level) for value, level in ((5, 0), (6, 1), (12, 1), (13, 2), (24, 2), (25, 3), ("never", 3))],
    ],
)
def test_the_level_of_each_factor(factor: str, value: Value, level: int) -> None:
    line = next(line for line in score({factor: value}, TABLE).lines if line.factor == factor)
    assert (line.level, line.points, line.known, line.value) == (level, level * line.weight, True, value)


def test_weights_are_those_of_the_facts() -> None:
    assert [factor.weight for factor in TABLE.factors] == [3, 3, 3, 2, 2, 2, 1]
    assert score(WORST, TABLE).maximum == 48


@pytest.mark.parametrize(
    ("inputs", "points", "band", "months"),
    [
        (CLEAN, 0, "low", 24),
        (WORST, 48, "high", 6),
        (CLEAN | {"cases_per_year": 60_000, "changes": 2}, 13, "low", 24),  # 0.27
        (CLEAN | {"cases_per_year": 60_000, "legal_weight": 2}, 15, "medium", 12),  # 0.3125
        (WORST | {"legal_weight": 0, "last_result": "clean", "months_since_audit": 12}, 28, "medium", 12),  # 0.583
        (WORST | {"legal_weight": 0, "last_result": "clean", "months_since_audit": 13}, 29, "high", 6),  # 0.604
    ],
)
def test_points_band_and_frequency(inputs: dict[str, Value], points: int, band: str, months: int) -> None:
    result = score(inputs, TABLE)
    assert (result.points, result.share, result.band, result.months) == (points, Fraction(points, 48), band, months)
    assert result.unknown == ()


def test_the_bands_begin_exactly_at_their_limits() -> None:
    assert [(band.key, band.least, band.months) for band in TABLE.bands] == [
        ("high", Fraction(3, 5), 6),
        ("medium", Fraction(3, 10), 12),
        ("low", 0, 24),
    ]


def test_what_nobody_knows_counts_as_one_and_is_named() -> None:
    result = score(CLEAN | {"complaints_per_1000": None, "legal_weight": ""}, TABLE)
    assert result.unknown == ("legal_weight", "complaints_per_1000")
    assert result.points == 3 + 2
    lines = {line.factor: line for line in result.lines}
    assert (lines["legal_weight"].known, lines["legal_weight"].value, lines["legal_weight"].level) == (False, None, 1)
    assert score({}, TABLE).points == 16 and len(score({}, TABLE).unknown) == 7


def test_a_line_shows_the_limit_that_was_reached() -> None:
    lines = {line.factor: line for line in score({"cases_per_year": 70_000, "changes": 1, "breaches_percent": 0}, TABLE).lines}
    assert lines["cases_per_year"].reached == (50_000, True)
    assert lines["changes"].reached == (1, False)
    assert lines["breaches_percent"].reached is None


@pytest.mark.parametrize(
    ("inputs", "error"),
    [
        ({"weather": 1}, ValueError),
        ({"changes": -1}, ValueError),
        ({"legal_weight": 4}, ValueError),
        ({"last_result": "splendid"}, ValueError),
        ({"complaints_per_1000": 0.5}, TypeError),
        ({"changes": True}, TypeError),
    ],
)
def test_what_the_table_does_not_know_is_refused(inputs: dict[str, Value], error: type[Exception]) -> None:
    with pytest.raises(error):
        score(inputs, TABLE)


NUMBERS = {
    name: st.decimals(0, 100_000, places=2) for name in ("cases_per_year", "complaints_per_1000", "breaches_percent", "changes", "months_since_audit")
}


@given(st.fixed_dictionaries({}, optional=NUMBERS), st.sampled_from(sorted(NUMBERS)), st.decimals(0, 100_000, places=2))
def test_more_of_anything_is_never_less_risk(inputs: dict[str, Value], name: str, more: Decimal) -> None:
    known = inputs | {name: inputs.get(name) or Decimal(0)}
    before, after = score(known, TABLE), score(known | {name: known[name] + more}, TABLE)  # type: ignore[operator]
    assert before.points <= after.points <= before.points + 9
    assert before.months >= after.months
    assert before.points == sum(line.weight * line.level for line in before.lines)


@pytest.mark.parametrize(
    ("last", "months", "triggers", "day", "why"),
    [
        (date(2026, 1, 31), 6, [], date(2026, 7, 31), "interval"),
        (date(2026, 8, 31), 6, [], date(2027, 2, 28), "interval"),
        (date(2026, 1, 1), 12, [date(2026, 3, 1)], date(2026, 4, 30), "trigger"),
        (date(2026, 1, 1), 12, [date(2026, 6, 1), date(2026, 3, 1)], date(2026, 4, 30), "trigger"),
        (date(2026, 1, 1), 12, [date(2025, 12, 1), date(2026, 1, 1)], date(2027, 1, 1), "interval"),
        (date(2026, 1, 1), 12, [date(2026, 12, 1)], date(2027, 1, 1), "interval"),
    ],
)
def test_the_next_day_due(last: date, months: int, triggers: list[date], day: date, why: str) -> None:
    due = next_due(last, months, triggers, trigger_days=TABLE.trigger_days)
    assert (due.day, due.why) == (day, why)
    assert (due.trigger in triggers) is (why == "trigger")


DAYS = st.dates(date(2000, 1, 1), date(2050, 1, 1))


@given(DAYS, st.sampled_from([6, 12, 24]), st.lists(DAYS, max_size=5), DAYS)
def test_a_trigger_only_brings_the_audit_nearer(last: date, months: int, triggers: list[date], more: date) -> None:
    first, second = next_due(last, months, triggers), next_due(last, months, [*triggers, more])
    assert last < second.day <= first.day
    assert second.trigger is None or second.day == second.trigger + timedelta(days=60)


@pytest.mark.parametrize(
    ("earlier", "later", "months"),
    [
        (date(2026, 1, 31), date(2026, 2, 28), 1),
        (date(2026, 1, 31), date(2026, 2, 27), 0),
        (date(2024, 11, 24), date(2026, 11, 23), 23),
        (date(2024, 11, 23), date(2026, 11, 23), 24),
        (date(2026, 11, 23), date(2026, 1, 1), 0),
    ],
)
def test_whole_months(earlier: date, later: date, months: int) -> None:
    assert whole_months(earlier, later) == months
