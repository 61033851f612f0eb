"""A changed calendar moves what is open, and says why."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from yantar.engine.deadlines import Case, Extension, Span, Suspension, changed_days, clock, moved_deadlines
from yantar.engine.working_days import WorkingCalendar

from .given import APPEAL, CALENDARS, INFORMATION, RECEIVED, REGISTERED, REMARK, RU, SERVICE, cases

BRIDGE = date(2026, 12, 4)
OFF = WorkingCalendar("RU", days_off=frozenset({BRIDGE, date(2026, 12, 23)}), worked=frozenset({date(2026, 12, 12)}))


def test_open_cases_move_and_say_by_which_days() -> None:
    found = moved_deadlines(
        [
            ("remark", Case(RECEIVED, REGISTERED), REMARK),
            ("appeal", Case(RECEIVED, REGISTERED), APPEAL),
            ("done", Case(RECEIVED, REGISTERED, done=BRIDGE), REMARK),
            ("early", Case(date(2026, 11, 9), date(2026, 11, 9)), REMARK),
            ("waits", Case(RECEIVED, REGISTERED, Span(10), suspensions=[Suspension(REGISTERED)]), SERVICE),
            ("new", Case(RECEIVED), APPEAL),
            ("wrong", Case(RECEIVED, REGISTERED), SERVICE),
        ],
        RU,
        OFF,
    )
    assert [(row.key, row.before, row.after, row.days) for row in found.moved] == [
        ("remark", date(2026, 12, 7), date(2026, 12, 8), 1),
        ("appeal", date(2026, 12, 23), date(2026, 12, 22), -1),
    ]
    assert [tuple(day) for day in found.moved[0].because] == [(BRIDGE, False)]
    assert [tuple(day) for day in found.moved[1].because] == [(BRIDGE, False), (date(2026, 12, 12), True), (date(2026, 12, 23), False)]
    assert found.unchanged == 3
    assert [(key, problems[0].code) for key, problems in found.invalid] == [("wrong", "no_term")]


def test_an_extension_that_came_in_time_stays_one() -> None:
    # The notice was possible up to 30 November; when that day becomes a day off, up to Friday the 27th.
    off = WorkingCalendar("RU", days_off=frozenset({date(2026, 11, 30), date(2027, 1, 11)}))
    case = Case(RECEIVED, REGISTERED, extensions=[Extension(date(2026, 11, 30), 15)])
    assert clock(case, INFORMATION, off).extended == 15
    assert moved_deadlines([("one", case, INFORMATION)], RU, off).unchanged == 1


def test_only_the_last_days_of_an_absurd_time_are_compared() -> None:
    assert changed_days(date.min, BRIDGE, RU, OFF) == ((BRIDGE, False),)
    assert changed_days(BRIDGE, RECEIVED, RU, OFF) == ()


@given(st.lists(cases(), max_size=4), CALENDARS, CALENDARS)
def test_moving_there_and_back_are_opposites(rows: list[Case], old: WorkingCalendar, new: WorkingCalendar) -> None:
    numbered = [(number, case, SERVICE) for number, case in enumerate(rows)]
    there, back = moved_deadlines(numbered, old, new), moved_deadlines(numbered, new, old)
    assert [(row.key, row.after, row.before, -row.days) for row in back.moved] == [(row.key, row.before, row.after, row.days) for row in there.moved]
    assert len(there.moved) + there.unchanged == len(rows) and there.invalid == ()
    for row in there.moved:
        assert (row.before, row.after) == (clock(rows[row.key], SERVICE, old).due, clock(rows[row.key], SERVICE, new).due)
        assert row.because
    assert moved_deadlines(numbered, old, old).moved == ()
