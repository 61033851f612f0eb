"""The clock and the state of a case: alarms, extension, suspension, registration, lateness."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yantar.engine.deadlines import (
    STATUS_TEXTS,
    Case,
    Extension,
    LastDay,
    Span,
    Status,
    Suspension,
    Unit,
    clock,
    known_on,
    passport_term,
    state,
)
from yantar.engine.working_days import WorkingCalendar

from .given import APPEAL, CALENDARS, COMPLAINT, INFORMATION, RECEIVED, REGISTERED, REMARK, RU, SERVICE, cases

OPEN = Case(RECEIVED, REGISTERED)
DAY = timedelta(days=1)


def test_the_clock_of_an_appeal() -> None:
    now = clock(OPEN, APPEAL, RU)
    assert (now.start, now.days, now.unit, now.due, now.moved) == (REGISTERED, 30, Unit.CALENDAR, date(2026, 12, 23), LastDay.NONE)
    assert (now.registration_due, now.forward_due, now.extension_until) == (date(2026, 11, 23), date(2026, 11, 30), date(2026, 12, 23))
    assert [tuple(alarm) for alarm in now.alarms] == [(50, 15, date(2026, 12, 8)), (80, 24, date(2026, 12, 17)), (100, 30, date(2026, 12, 23))]


def test_an_extension_carries_the_last_day_and_the_alarms_with_it() -> None:
    # 23 November + 60 days = 22 January 2027, a Friday.
    now = clock(Case(RECEIVED, REGISTERED, extensions=[Extension(date(2026, 12, 20), 30)]), APPEAL, RU)
    assert (now.days, now.extended, now.due, now.first_due, now.extension_until) == (60, 30, date(2027, 1, 22), date(2026, 12, 23), None)
    # The 30th day of 60 is 23 December; the 48th, 10 January 2027, is the last of the days off around the New Year: warned before them.
    assert [(alarm.number, alarm.day) for alarm in now.alarms] == [
        (30, date(2026, 12, 23)),
        (48, date(2026, 12, 30)),
        (60, date(2027, 1, 22)),
    ]


def test_a_request_for_information_is_extended_within_seven_days_by_fifteen() -> None:
    now = clock(OPEN, INFORMATION, RU)
    assert (now.due, now.extension_until) == (date(2026, 12, 23), date(2026, 11, 30))
    # 45 days end on 7 January 2027, Christmas: the working day before binds.
    longer = clock(Case(RECEIVED, REGISTERED, extensions=[Extension(date(2026, 11, 30), 15)]), INFORMATION, RU)
    assert (longer.counted, longer.due, longer.moved) == (date(2027, 1, 7), date(2026, 12, 30), LastDay.BEFORE)


def test_a_service_by_its_passport() -> None:
    working = passport_term(10, "working", SERVICE)
    assert (working.days, working.last_day, working.counted_from) == (10, "after", "registration")
    assert clock(Case(RECEIVED, REGISTERED, working), SERVICE, RU).due == date(2026, 12, 7)
    # 12 calendar days from Monday end on Saturday, 5 December: by the Civil Code on Monday.
    assert clock(Case(RECEIVED, REGISTERED, passport_term(12, "calendar", SERVICE)), SERVICE, RU).due == date(2026, 12, 7)
    for days, unit, kind in ((0, "working", SERVICE), (5, "weeks", SERVICE), (5, "working", APPEAL)):
        with pytest.raises(ValueError):
            passport_term(days, unit, kind)


def test_a_limit_may_be_counted_from_the_receipt() -> None:
    own = Span(5, Unit.WORKING, LastDay.NONE, "receipt")
    assert clock(Case(RECEIVED, REGISTERED, own), SERVICE, RU).due == date(2026, 11, 27)
    assert clock(Case(RECEIVED, REGISTERED, own._replace(counted_from="registration")), SERVICE, RU).due == date(2026, 11, 30)


def test_suspensions_push_the_last_day_and_an_open_one_leaves_it_unknown() -> None:
    ten = Span(10)
    one = Suspension(date(2026, 11, 25), date(2026, 12, 2))
    now = clock(Case(RECEIVED, REGISTERED, ten, suspensions=[one]), SERVICE, RU)
    # Counted: 24 and 25 November, then 3, 4, 7–11 and 14 December.
    assert now.due == date(2026, 12, 14) and now.pauses[0] == (date(2026, 11, 26), date(2026, 12, 2))
    two = clock(Case(RECEIVED, REGISTERED, ten, suspensions=[one, Suspension(date(2026, 12, 3), date(2026, 12, 7))]), SERVICE, RU)
    assert two.due == date(2026, 12, 16)
    waiting = clock(Case(RECEIVED, REGISTERED, ten, suspensions=[Suspension(date(2026, 11, 30))]), SERVICE, RU)
    assert (waiting.due, waiting.counted, waiting.first_due, waiting.extension_until) == (None, None, None, None)
    # The fifth of ten days was 30 November, before the suspension took hold; the others nobody knows.
    assert [alarm.day for alarm in waiting.alarms] == [date(2026, 11, 30), None, None]


@pytest.mark.parametrize(
    ("on", "status", "left", "overdue", "used", "alarm"),
    [
        (date(2026, 11, 19), Status.UNREGISTERED, 3, 0, 0, 0),
        (date(2026, 11, 20), Status.UNREGISTERED, 3, 0, 0, 0),
        (date(2026, 11, 22), Status.UNREGISTERED, 1, 0, 0, 0),
        (date(2026, 11, 23), Status.IN_TIME, 30, 0, 0, 0),
        (date(2026, 12, 7), Status.IN_TIME, 16, 0, 14, 0),
        (date(2026, 12, 8), Status.WARNED, 15, 0, 15, 50),
        (date(2026, 12, 17), Status.WARNED, 6, 0, 24, 80),
        (date(2026, 12, 23), Status.WARNED, 0, 0, 30, 100),
        (date(2026, 12, 24), Status.OVERDUE, 0, 1, 30, 100),
        (date(2027, 12, 23), Status.OVERDUE, 0, 365, 30, 100),
    ],
)
def test_how_an_appeal_stands_from_day_to_day(on: date, status: Status, left: int, overdue: int, used: int, alarm: int) -> None:
    now = state(OPEN, APPEAL, RU, on)
    assert (now.status, now.left, now.overdue, now.used, now.alarm) == (status, left, overdue, used, alarm)
    assert now.due == (date(2026, 11, 23) if status is Status.UNREGISTERED else date(2026, 12, 23))


def test_registered_late_and_never() -> None:
    now = state(Case(RECEIVED), APPEAL, RU, date(2026, 11, 26))
    assert (now.status, now.due, now.overdue, now.left) == (Status.UNREGISTERED, date(2026, 11, 23), 3, 0)
    assert clock(Case(RECEIVED), APPEAL, RU).alarms[0].day is None


@pytest.mark.parametrize(
    ("done", "status", "overdue", "used"),
    [(date(2026, 12, 1), Status.DONE, 0, 8), (date(2026, 12, 23), Status.DONE, 0, 30), (date(2026, 12, 25), Status.DONE_LATE, 2, 30)],
)
def test_what_is_done_stands_still(done: date, status: Status, overdue: int, used: int) -> None:
    case = Case(RECEIVED, REGISTERED, done=done)
    for later in (0, 1, 400):
        now = state(case, APPEAL, RU, done + later * DAY)
        assert (now.status, now.overdue, now.used, now.left, now.alarm) == (status, overdue, used, 0, 0)
    assert state(case, APPEAL, RU, done - DAY).status in (Status.IN_TIME, Status.WARNED, Status.OVERDUE)


def test_suspended_as_it_was_known() -> None:
    case = Case(RECEIVED, REGISTERED, Span(10), suspensions=[Suspension(date(2026, 11, 25), date(2026, 12, 2))])
    seen = {day: state(case, SERVICE, RU, date(2026, 11, 1) + (day - 1) * DAY) for day in (24, 25, 26, 31, 32, 33, 44)}
    assert [now.status for now in seen.values()] == [
        Status.IN_TIME,
        Status.SUSPENDED,
        Status.SUSPENDED,
        Status.SUSPENDED,
        Status.SUSPENDED,
        Status.IN_TIME,
        Status.WARNED,
    ]
    # On the day of suspending nobody knows until when; on the day of resuming everybody does.
    assert [now.due for now in seen.values()] == [date(2026, 12, 7), None, None, None, date(2026, 12, 14), date(2026, 12, 14), date(2026, 12, 14)]
    assert [now.used for now in seen.values()] == [1, 2, 2, 2, 2, 3, 10]
    assert seen[26].left is None and [seen[day].left for day in (32, 33, 44)] == [8, 7, 0]


def test_suspending_what_is_overdue_does_not_heal_it() -> None:
    case = Case(RECEIVED, REGISTERED, Span(3), suspensions=[Suspension(date(2026, 11, 30))])
    now = state(case, SERVICE, RU, date(2026, 12, 4))
    assert (now.status, now.due, now.overdue) == (Status.OVERDUE, date(2026, 11, 26), 8)


def test_no_alarms_and_own_alarms() -> None:
    assert clock(OPEN, REMARK, RU, alarms=()).alarms == () and state(OPEN, REMARK, RU, date(2027, 1, 30), alarms=()).alarm == 0
    assert [alarm.number for alarm in clock(OPEN, REMARK, RU, alarms=(1, 33, 99, 100)).alarms] == [1, 4, 10, 10]


def test_an_alarm_never_comes_after_the_day_due_or_before_there_is_work() -> None:
    # Registered on 30 December 2025: up to 11 January nothing is worked; the limit of 7 days ends on the 12th.
    case = Case(date(2025, 12, 30), date(2025, 12, 30), Span(7, Unit.CALENDAR, LastDay.BEFORE))
    assert {alarm.day for alarm in clock(case, SERVICE, RU).alarms} == {date(2026, 1, 12)}


def test_an_alarm_on_days_off_with_no_work_around_them() -> None:
    # Friday and two calendar days that nothing moves: Sunday is due, and no alarm may wait for Monday.
    friday = date(2026, 11, 27)
    assert {alarm.day for alarm in clock(Case(friday, friday, Span(2, Unit.CALENDAR)), SERVICE, RU).alarms} == {date(2026, 11, 29)}
    # Suspended on the Saturday: the one day of the limit was that Saturday.
    waits = Case(friday, friday, Span(1, Unit.CALENDAR), suspensions=[Suspension(date(2026, 11, 28))])
    assert {alarm.day for alarm in clock(waits, SERVICE, RU).alarms} == {date(2026, 11, 28)}


def test_an_extension_holds_from_the_day_on_which_it_was_decided() -> None:
    case = Case(RECEIVED, REGISTERED, extensions=[Extension(date(2026, 12, 17), 30)])
    before, after = (state(case, APPEAL, RU, date(2026, 12, day)) for day in (16, 17))
    assert (before.due, before.days, before.status) == (date(2026, 12, 23), 30, Status.WARNED)
    assert (after.due, after.days, after.status) == (date(2027, 1, 22), 60, Status.IN_TIME)


def test_absurd_dates_break_nothing() -> None:
    for received in (date.min, date(1026, 1, 1), date(9999, 12, 30), date.max):
        for on in (date.min, date(2026, 11, 23), date.max):
            now = state(Case(received, received), APPEAL, RU, on)
            assert now.due is not None and now.due >= received
    assert clock(Case(date.max, date.max), APPEAL, RU).due == RU.previous_working(date.max)


@given(cases(), CALENDARS)
def test_the_days_are_in_order(case: Case, calendar: WorkingCalendar) -> None:
    now = clock(case, SERVICE, calendar)
    days = [alarm.day for alarm in now.alarms if alarm.day is not None]
    assert days == sorted(days)
    assert now.start is not None and all(day > now.start for day in days)
    if now.due is not None:
        assert days[-1] == now.due and len(days) == 3
        assert now.first_due is not None and now.first_due <= now.due
        assert all(calendar.is_working(day) for day in days[:-1]) or now.moved is LastDay.NONE
    else:
        assert case.suspensions[-1].resumed is None


@given(cases(), CALENDARS, st.integers(-5, 200))
def test_the_state_agrees_with_the_clock_of_what_was_known(case: Case, calendar: WorkingCalendar, days: int) -> None:
    on = case.received + days * DAY
    now = state(case, SERVICE, calendar, on)
    seen = clock(known_on(case, on), SERVICE, calendar)
    assert now.days == seen.days and 0 <= now.used <= now.days
    if now.status is Status.UNREGISTERED:
        assert seen.start is None and now.due == seen.registration_due
    else:
        assert now.due == seen.due
        assert (now.status is Status.OVERDUE) == (seen.due is not None and seen.due < on)
        assert (now.status is Status.WARNED) <= (now.alarm > 0)
    assert (now.overdue > 0) == (now.due is not None and on > now.due)


@given(cases(open_ended=False), CALENDARS, st.integers(0, 120))
def test_waiting_longer_never_brings_the_day_due_nearer(case: Case, calendar: WorkingCalendar, days: int) -> None:
    if not case.suspensions:
        return
    last = case.suspensions[-1]
    assert last.resumed is not None
    longer = Case(
        case.received, case.registered, case.term, "", [*case.suspensions[:-1], Suspension(last.since, last.resumed + days * DAY)], case.extensions
    )
    one, two = clock(case, SERVICE, calendar).due, clock(longer, SERVICE, calendar).due
    assert one is not None and two is not None and one <= two


def test_every_status_has_words_and_complaints_know_their_case() -> None:
    assert set(STATUS_TEXTS) == set(Status)
    assert clock(Case(RECEIVED, REGISTERED, variant="intake_refused"), COMPLAINT, RU).due == date(2026, 11, 30)
