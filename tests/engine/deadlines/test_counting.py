"""Limits to the day: worked examples of the production calendars of 2025 and 2026, and a walk day by day as an oracle."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yantar.engine.deadlines import LastDay, Pause, Span, Suspension, Unit, due_after, end_of
from yantar.engine.deadlines.counting import days_run, nth_day, pauses_of, working_from, working_until
from yantar.engine.working_days import WorkingCalendar

from .given import APPEAL, CALENDARS, COMPLAINT, INFORMATION, PLAIN, REMARK, RU, SERVICE, SUSPENSION_RULES

STARTS = st.dates(date(2025, 12, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("kind", "key", "event", "due"),
    [
        # 59-FZ: registration within 3 days; a Saturday goes to Monday.
        (APPEAL, "registration", date(2026, 11, 20), date(2026, 11, 23)),
        (APPEAL, "registration", date(2026, 11, 18), date(2026, 11, 23)),
        # Forwarding within 7 calendar days of the registration; when that is a day off, the working day before.
        (APPEAL, "forward", date(2026, 11, 23), date(2026, 11, 30)),
        (APPEAL, "forward", date(2026, 11, 21), date(2026, 11, 27)),
        # From 30 December 2025 on seven days bring us to 6 January with no working day in between: the next one binds.
        (APPEAL, "forward", date(2025, 12, 30), date(2026, 1, 12)),
        # 59-FZ, the answer: 30 calendar days. 25 November + 30 = 25 December, Friday; 26 November + 30 = Saturday → Friday.
        (APPEAL, "answer", date(2026, 11, 25), date(2026, 12, 25)),
        (APPEAL, "answer", date(2026, 11, 26), date(2026, 12, 25)),
        # 4 December 2025 + 30 = 3 January 2026, a holiday; 31 December is off too: 30 December binds.
        (APPEAL, "answer", date(2025, 12, 4), date(2025, 12, 30)),
        # 210-FZ art. 11.2: 15 working days, past Unity Day of 2026 (4 November, Wednesday); 5 in the named cases.
        (COMPLAINT, "answer", date(2026, 10, 23), date(2026, 11, 16)),
        (COMPLAINT, "registration", date(2026, 11, 20), date(2026, 11, 23)),
        (COMPLAINT, "measures", date(2026, 11, 23), date(2026, 11, 30)),
        # 8-FZ: notice of postponement within 7 days.
        (INFORMATION, "extension_notice", date(2026, 11, 23), date(2026, 11, 30)),
        (INFORMATION, "answer", date(2026, 11, 23), date(2026, 12, 23)),
        (REMARK, "answer", date(2026, 11, 23), date(2026, 12, 7)),
        (SERVICE, "interagency_sent", date(2026, 11, 20), date(2026, 11, 24)),
    ],
)
def test_limits_of_the_laws(kind: Any, key: str, event: date, due: date) -> None:
    assert due_after(event, kind.term(key), RU) == due


@pytest.mark.parametrize("variant", ["intake_refused", "not_corrected"])
def test_a_complaint_in_a_named_case_has_five_working_days(variant: str) -> None:
    term = COMPLAINT.term("answer", variant)
    assert term is not None and due_after(date(2026, 11, 23), term, RU) == date(2026, 11, 30)
    assert COMPLAINT.term("answer", "another") is COMPLAINT.term("answer")
    assert APPEAL.term("measures") is None


@pytest.mark.parametrize(
    ("last_day", "due"),
    [("none", date(2026, 12, 26)), ("before", date(2026, 12, 25)), ("after", date(2026, 12, 28))],
)
def test_the_three_rules_of_the_last_day(last_day: str, due: date) -> None:
    # The 30th day after 26 November 2026 is a Saturday.
    end = end_of(date(2026, 11, 26), 30, "calendar", last_day, RU)
    assert (end.counted, end.due, end.moved) == (date(2026, 12, 26), due, last_day)
    # A working day is never moved, whatever the rule; nor is a limit in working days.
    assert end_of(date(2026, 11, 25), 30, "calendar", last_day, RU) == (date(2026, 12, 25), date(2026, 12, 25), LastDay.NONE)
    assert end_of(date(2026, 11, 26), 3, "working", last_day, RU).due == date(2026, 12, 1)


def test_an_own_day_off_of_the_government_moves_the_limit() -> None:
    own = WorkingCalendar("RU", days_off=frozenset({date(2026, 12, 25)}))
    answer = APPEAL.term("answer")
    assert answer is not None and due_after(date(2026, 11, 25), answer, own) == date(2026, 12, 24)
    assert due_after(date(2026, 12, 23), Span(3), own) == date(2026, 12, 29)


def test_what_of_a_suspension_is_taken_out() -> None:
    one = [Suspension(date(2026, 11, 24), date(2026, 11, 27))]
    rule = SERVICE.suspension
    assert rule is not None
    found = {
        (stops, again): pauses_of(one, replace(rule, stops=stops, runs_again=again))
        for stops in ("same_day", "next_day")
        for again in ("same_day", "next_day")
    }
    assert {key: [tuple(pause) for pause in rows] for key, rows in found.items()} == {
        ("same_day", "same_day"): [(date(2026, 11, 24), date(2026, 11, 26))],
        ("same_day", "next_day"): [(date(2026, 11, 24), date(2026, 11, 27))],
        ("next_day", "same_day"): [(date(2026, 11, 25), date(2026, 11, 26))],
        ("next_day", "next_day"): [(date(2026, 11, 25), date(2026, 11, 27))],
    }
    assert pauses_of(one, None) == found["next_day", "next_day"]
    # Resumed on its own day it takes nothing, unless that day itself is out.
    same = [Suspension(date(2026, 11, 24), date(2026, 11, 24))]
    assert pauses_of(same, rule) == () and pauses_of(same, replace(rule, stops="same_day")) == ((date(2026, 11, 24), date(2026, 11, 24)),)


def test_the_working_day_before_never_lies_before_a_suspension_that_has_ended() -> None:
    # One day is left when the suspension ends on Friday; it is a Saturday, and the working day before it was suspended: Monday binds.
    pause = (Pause(date(2026, 11, 24), date(2026, 11, 27)),)
    assert end_of(date(2026, 11, 20), 4, "calendar", "before", RU, pause) == (date(2026, 11, 28), date(2026, 11, 30), LastDay.AFTER)
    assert end_of(date(2026, 11, 20), 4, "calendar", "before", RU) == (date(2026, 11, 24), date(2026, 11, 24), LastDay.NONE)


def test_everything_saturates_at_the_edges() -> None:
    for unit in Unit:
        assert nth_day(date.max, 5, unit, PLAIN) == date.max
        assert nth_day(date(9999, 12, 30), 3_650, unit, PLAIN) == date.max
        assert nth_day(date.min, 1, unit, PLAIN) == date(1, 1, 2)
        assert nth_day(date(2026, 1, 1), 3, unit, PLAIN, [Pause(date(2026, 1, 1), date.max)]) == date.max
    assert end_of(date(9999, 12, 20), 60, "calendar", "after", RU).due == date.max
    assert end_of(date(9999, 12, 20), 60, "calendar", "before", RU).due == RU.previous_working(date.max)
    with pytest.raises(ValueError, match="at least one day"):
        due_after(date(2026, 1, 1), SERVICE.term("answer"), RU)  # type: ignore[arg-type]


def walked(start: date, days: int, unit: str, calendar: WorkingCalendar, pauses: tuple[Pause, ...]) -> date | None:
    """The n-th day that runs, found by walking."""
    day, run = start, 0
    while run < days:
        day += timedelta(1)
        if any(pause.last is None and day >= pause.first for pause in pauses):
            return None
        run += not any(pause.holds(day) for pause in pauses) and (unit == "calendar" or calendar.is_working(day))
    return day


@st.composite
def paused(draw: st.DrawFn) -> tuple[date, tuple[Pause, ...]]:
    start = draw(STARTS)
    day, rows = start, []
    for last in draw(st.sampled_from([[], [False], [True], [False, False, True], [False, False]])):
        since = day + timedelta(draw(st.integers(0, 15)))
        day = since + timedelta(draw(st.integers(0, 15)))
        rows.append(Suspension(since, None if last else day))
    return start, pauses_of(rows, draw(SUSPENSION_RULES))


@given(paused(), st.integers(1, 45), st.sampled_from(list(Unit)), CALENDARS)
def test_counting_agrees_with_walking(timeline: tuple[date, tuple[Pause, ...]], days: int, unit: Unit, calendar: WorkingCalendar) -> None:
    start, pauses = timeline
    found = nth_day(start, days, unit, calendar, pauses)
    assert found == walked(start, days, unit, calendar, pauses)
    if found is not None:
        assert days_run(start, found, unit, calendar, pauses) == days
        assert days_run(start, found - timedelta(1), unit, calendar, pauses) == days - 1


@given(paused(), st.integers(1, 45), st.sampled_from(list(LastDay)), CALENDARS)
def test_the_rule_of_the_last_day_goes_to_the_nearest_day_that_runs_and_is_worked(
    timeline: tuple[date, tuple[Pause, ...]], days: int, last_day: LastDay, calendar: WorkingCalendar
) -> None:
    start, pauses = timeline
    counted, due, moved = end_of(start, days, Unit.CALENDAR, last_day, calendar, pauses)
    if counted is None or due is None:
        assert moved is (LastDay.NONE if counted is None else LastDay.AFTER) and pauses[-1].last is None
        return

    def fits(day: date) -> bool:
        return calendar.is_working(day) and not any(pause.holds(day) for pause in pauses)

    low, high = sorted((counted, due))
    between = [low + timedelta(number) for number in range(1, (high - low).days)]
    assert (moved is LastDay.NONE) == (due == counted)
    assert moved is LastDay.NONE or (fits(due) and not any(fits(day) for day in between))
    assert moved in (LastDay.NONE, last_day) or (moved is LastDay.AFTER and last_day is LastDay.BEFORE)
    if last_day is not LastDay.NONE:
        assert fits(due) and due > start
    if last_day is LastDay.BEFORE and moved is LastDay.AFTER:
        assert working_until(counted, start, calendar, pauses) is None and working_from(counted, calendar, pauses) == due


@given(paused(), st.integers(1, 44), st.sampled_from(list(Unit)), st.sampled_from(list(LastDay)), CALENDARS)
def test_a_longer_limit_never_ends_sooner(
    timeline: tuple[date, tuple[Pause, ...]], days: int, unit: Unit, last_day: LastDay, calendar: WorkingCalendar
) -> None:
    start, pauses = timeline
    one, two = (end_of(start, count, unit, last_day, calendar, pauses).due for count in (days, days + 1))
    assert one is None or two is None or one <= two
