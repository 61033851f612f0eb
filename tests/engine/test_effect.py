"""Effect of a corrective action, its time limits and who is told when it is late."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from yantar.engine.effect import (
    OVERALL,
    WHY_TEXTS,
    BodyLimits,
    Earlier,
    Verdict,
    baseline_period,
    deadlines,
    effect_due,
    escalation,
    judge,
    recurrence_of,
)
from yantar.engine.working_days import WorkingCalendar
from yantar.library.loader import load_timers

TIMERS = load_timers()
RU = WorkingCalendar("RU")
ENOUGH: dict[str, Any] = {"cases": 30, "window_days": 90, "recurrences": 0, "timers": TIMERS}
VALUES = st.decimals(-1000, 1000, places=2)


@pytest.mark.parametrize(
    ("direction", "baseline", "target", "observed", "recurrences", "verdict", "closed"),
    [
        ("down", 20, 5, 5, 0, Verdict.EFFECTIVE, Fraction(1)),
        ("down", 20, 5, 4, 0, Verdict.EFFECTIVE, Fraction(16, 15)),
        ("down", 20, 5, 5, 1, Verdict.PARTLY, Fraction(1)),
        ("down", 20, 10, 15, 0, Verdict.PARTLY, Fraction(1, 2)),
        ("down", 20, 10, 16, 0, Verdict.NOT_EFFECTIVE, Fraction(2, 5)),
        ("down", 20, 10, 25, 0, Verdict.NOT_EFFECTIVE, Fraction(-1, 2)),
        ("up", 60, 90, 90, 0, Verdict.EFFECTIVE, Fraction(1)),
        ("up", 60, 90, 75, 2, Verdict.PARTLY, Fraction(1, 2)),
        ("up", 60, 90, 60, 0, Verdict.NOT_EFFECTIVE, Fraction(0)),
        ("down", 0, 0, 0, 0, Verdict.EFFECTIVE, Fraction(1)),
        ("down", 0, 0, 1, 0, Verdict.NOT_EFFECTIVE, Fraction(0)),
    ],
)
def test_the_verdict(direction: str, baseline: int, target: int, observed: int, recurrences: int, verdict: Verdict, closed: Fraction) -> None:
    judged = judge(direction=direction, baseline=baseline, target=target, observed=observed, **(ENOUGH | {"recurrences": recurrences}))
    assert (judged.verdict, judged.closed) == (verdict, closed)
    assert judged.why[-1] == ("recurred" if recurrences else "no_recurrence")
    assert set(judged.why) <= WHY_TEXTS.keys()


@pytest.mark.parametrize(
    ("cases", "days", "lacking"),
    [(29, 90, ("too_few_cases",)), (30, 89, ("window_too_short",)), (0, 0, ("too_few_cases", "window_too_short")), (30, 90, ())],
)
def test_no_verdict_before_enough_was_observed(cases: int, days: int, lacking: tuple[str, ...]) -> None:
    judged = judge(direction="down", baseline=9, target=1, observed=0, **(ENOUGH | {"cases": cases, "window_days": days}))
    assert (judged.verdict is None) is bool(lacking)
    assert judged.why == (*lacking, "target_met", "no_recurrence")


def test_a_rare_process_may_have_its_own_least_number_of_cases() -> None:
    judged = judge(direction="down", baseline=9, target=1, observed=0, minimum_cases=4, **(ENOUGH | {"cases": 4}))
    assert judged.verdict is Verdict.EFFECTIVE


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"direction": "sideways"}, ValueError),
        ({"direction": "up"}, ValueError),
        ({"cases": -1}, ValueError),
        ({"recurrences": -1}, ValueError),
        ({"observed": 1.5}, TypeError),
    ],
)
def test_what_can_not_be_judged_is_refused(changed: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        judge(**({"direction": "down", "baseline": 9, "target": Decimal(1), "observed": 2} | ENOUGH | changed))


@given(VALUES, VALUES, VALUES, VALUES, st.integers(0, 3))
def test_better_is_never_judged_worse_and_directions_mirror(one: Decimal, two: Decimal, observed: Decimal, better: Decimal, recurrences: int) -> None:
    baseline, target = max(one, two), min(one, two)
    assume(better <= observed)
    given_ = ENOUGH | {"recurrences": recurrences}
    rank = [Verdict.NOT_EFFECTIVE, Verdict.PARTLY, Verdict.EFFECTIVE]
    first = judge(direction="down", baseline=baseline, target=target, observed=observed, **given_)
    second = judge(direction="down", baseline=baseline, target=target, observed=better, **given_)
    mirror = judge(direction="up", baseline=-baseline, target=-target, observed=-observed, **given_)
    assert first == mirror and first.verdict and second.verdict
    assert rank.index(second.verdict) >= rank.index(first.verdict)
    assert first.verdict is not Verdict.EFFECTIVE or not recurrences


def test_the_baseline_is_as_long_as_the_check_and_ends_before_acting() -> None:
    period = baseline_period(date(2026, 9, 1), date(2026, 11, 29), acted_from=date(2026, 8, 20))
    assert (period.first, period.last, period.days) == (date(2026, 5, 22), date(2026, 8, 19), 90)
    for first, last in ((date(2026, 9, 1), date(2026, 8, 31)), (date(2026, 8, 19), date(2026, 9, 1))):
        with pytest.raises(ValueError, match="follows the action"):
            baseline_period(first, last, acted_from=date(2026, 8, 20))


@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.integers(0, 400), st.integers(0, 700))
def test_baseline_and_check_are_equally_long_and_never_meet(acted: date, wait: int, length: int) -> None:
    first = acted + timedelta(days=wait)
    period = baseline_period(first, first + timedelta(days=length), acted)
    assert period.days == length + 1 and period.last < acted <= first


@pytest.mark.parametrize(("grade", "days"), [("major", 180), ("minor", 90), ("observation", 90)])
def test_when_the_effect_is_judged(grade: str, days: int) -> None:
    assert effect_due(date(2026, 11, 23), grade, TIMERS) == date(2026, 11, 23) + timedelta(days=days)


@pytest.mark.parametrize(
    ("grade", "limits", "expected"),
    [
        # 3, 5, 15 and 20 working days from Monday 23 November 2026; 90 and 180 days in all.
        ("major", None, ["2026-11-26", "2026-11-30", "2026-12-14", "2026-12-21", "2027-02-21"]),
        ("minor", None, ["2026-11-26", "2026-11-30", "2026-12-14", "2026-12-21", "2027-05-22"]),
        ("major", BodyLimits(major_days=60), ["2026-11-26", "2026-11-30", "2026-12-14", "2026-12-21", "2027-01-22"]),
        ("major", BodyLimits(major_days=10), ["2026-11-26", "2026-11-30", "2026-12-03", "2026-12-03", "2026-12-03"]),
        ("minor", BodyLimits(major_days=10, minor_plan_days=14), ["2026-11-26", "2026-11-30", "2026-12-07", "2026-12-07", "2027-05-22"]),
        ("minor", BodyLimits(minor_plan_days=90), ["2026-11-26", "2026-11-30", "2026-12-14", "2027-02-21", "2027-05-22"]),
    ],
)
def test_by_when_each_stage_is_due(grade: str, limits: BodyLimits | None, expected: list[str]) -> None:
    due = deadlines(grade, date(2026, 11, 23), RU, TIMERS, limits)
    assert list(due) == ["acknowledge", "containment", "analysis", "plan", OVERALL]
    assert [day.isoformat() for day in due.values()] == expected


def test_new_years_holidays_lengthen_the_stages() -> None:
    assert deadlines("minor", date(2026, 12, 30), RU, TIMERS)["acknowledge"] == date(2027, 1, 13)


@pytest.mark.parametrize("grade", ["observation", "ofi", "conform", "strength"])
def test_what_is_no_nonconformity_has_no_time_limits(grade: str) -> None:
    assert deadlines(grade, date(2026, 11, 23), RU, TIMERS) == {}


@given(
    st.sampled_from(["major", "minor"]),
    st.dates(date(2010, 1, 1), date(2030, 1, 1)),
    st.builds(BodyLimits, st.none() | st.integers(1, 400), st.none() | st.integers(1, 400)),
)
def test_stages_follow_each_other_and_end_within_the_whole(grade: str, opened: date, limits: BodyLimits) -> None:
    days = list(deadlines(grade, opened, RU, TIMERS, limits).values())
    assert days == sorted(days) and days[0] > opened


@pytest.mark.parametrize(
    ("late", "to", "reached", "next_to", "next_after"),
    [
        (-5, "", (), "authority_head", 14),
        (0, "", (), "authority_head", 14),
        (13, "", (), "authority_head", 14),
        (14, "authority_head", ("authority_head",), "government_quality", 30),
        (29, "authority_head", ("authority_head",), "government_quality", 30),
        (30, "government_quality", ("authority_head", "government_quality"), "", None),
        (400, "government_quality", ("authority_head", "government_quality"), "", None),
    ],
)
def test_who_is_told_when_it_is_late(late: int, to: str, reached: tuple[str, ...], next_to: str, next_after: int | None) -> None:
    due = date(2026, 11, 23)
    told = escalation(due, due + timedelta(days=late), TIMERS)
    assert (told.to, told.reached, told.next_to, told.days_late) == (to, reached, next_to, max(late, 0))
    assert told.next_on == (due + timedelta(days=next_after) if next_after else None)


def test_what_is_not_due_is_never_late() -> None:
    assert escalation(None, date(2026, 11, 23), TIMERS) == (0, "", (), "", None)


CLOSED = date(2025, 11, 23)


@pytest.mark.parametrize(
    ("clause", "process", "closed_on", "raised_on", "found"),
    [
        ("8.5.1", "P1", CLOSED, date(2026, 11, 23), True),
        ("8.5.1", "P1", CLOSED, date(2026, 11, 24), False),
        ("8.5.1", "P1", CLOSED, CLOSED, True),
        ("8.5.1", "P1", CLOSED, CLOSED - timedelta(days=1), False),
        ("8.5.1", "P1", None, CLOSED, False),
        ("8.5.1", "P2", CLOSED, CLOSED, False),
        ("8.5", "P1", CLOSED, CLOSED, False),
    ],
)
def test_a_recurrence_is_the_same_clause_and_process_within_twelve_months(
    clause: str, process: str, closed_on: date | None, raised_on: date, found: bool
) -> None:
    earlier = Earlier(7, "8.5.1", "P1", closed_on)
    assert recurrence_of(clause, process, raised_on, [earlier], TIMERS) == (earlier if found else None)


def test_the_latest_recurrence_counts_and_what_is_not_named_recurs_never() -> None:
    rows = [Earlier(1, "8.5.1", "P1", CLOSED), Earlier(2, "8.5.1", "P1", CLOSED + timedelta(days=30)), Earlier(3, "", "", CLOSED)]
    assert recurrence_of("8.5.1", "P1", date(2026, 3, 1), rows, TIMERS) == rows[1]
    assert recurrence_of("", "", date(2026, 3, 1), rows, TIMERS) is None
