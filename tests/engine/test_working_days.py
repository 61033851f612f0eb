"""Working days: official calendars of single years, the government's own changes, and arithmetic that can't contradict itself."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yantar.engine.working_days import DayKind, WorkingCalendar

RU = WorkingCalendar("RU")
PLAIN = WorkingCalendar("")
DAYS = st.dates(date(2003, 1, 1), date(2032, 12, 31))
OWN = st.frozensets(st.dates(date(2024, 1, 1), date(2027, 12, 31)), max_size=30)
CALENDARS = st.builds(WorkingCalendar, st.sampled_from(["RU", ""]), OWN, OWN)


@pytest.mark.parametrize(
    ("year", "working"),
    # Working days of a five-day week by the production calendars of these years.
    [(2010, 249), (2011, 248), (2012, 249), (2024, 248), (2025, 247), (2026, 247)],
)
def test_working_days_of_a_year_by_the_production_calendar(year: int, working: int) -> None:
    assert len(RU.working_days(date(year, 1, 1), date(year, 12, 31))) == working
    assert RU.confirmed(year)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 1, 9), DayKind.HOLIDAY),  # moved from 3 January
        (date(2026, 1, 12), DayKind.WORKDAY),
        (date(2026, 3, 9), DayKind.HOLIDAY),  # for 8 March, a Sunday
        (date(2026, 11, 23), DayKind.WORKDAY),
        (date(2026, 11, 22), DayKind.WEEKEND),
        (date(2025, 11, 1), DayKind.TRANSFERRED_WORKED),  # a Saturday worked for 3 November
        (date(2025, 11, 3), DayKind.HOLIDAY),
    ],
)
def test_what_sort_of_day_it_is(day: date, kind: DayKind) -> None:
    assert RU.kind(day) is kind
    assert RU.is_working(day) is kind.working


def test_a_year_without_a_decree_follows_the_lasting_rule_and_says_so() -> None:
    assert not RU.confirmed(2030)
    # 23 February 2030 and 9 March 2030 are Saturdays; the holiday of 23 February moves to Monday, 25 February.
    assert RU.kind(date(2030, 2, 23)) is RU.kind(date(2030, 2, 25)) is DayKind.HOLIDAY
    # 12 June 2033 is a Sunday; January's holidays do not move by themselves: 8 January 2033 is a Saturday, the 10th is worked.
    assert not RU.is_working(date(2033, 6, 13)) and RU.is_working(date(2033, 1, 10))


def test_the_governments_own_days_win_and_a_day_off_wins_over_a_worked_one() -> None:
    monday, saturday = date(2026, 11, 23), date(2026, 11, 28)
    own = WorkingCalendar("RU", frozenset({monday}), frozenset({saturday, monday, date(2026, 1, 9)}))
    assert (own.kind(monday), own.kind(saturday), own.kind(date(2026, 1, 9))) == (DayKind.OWN_OFF, DayKind.OWN_WORKED, DayKind.OWN_WORKED)
    assert own.working_days(monday, saturday)[-1] == saturday
    assert own == WorkingCalendar("RU", frozenset({monday}), frozenset({saturday, date(2026, 1, 9)}))
    assert hash(own) != hash(RU) and RU.is_working(monday)


@pytest.mark.parametrize(
    ("day", "count", "answer"),
    [
        (date(2026, 11, 23), 3, date(2026, 11, 26)),
        (date(2026, 11, 23), 5, date(2026, 11, 30)),
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
        (date(2026, 11, 21), -1, date(2026, 11, 20)),
        (date(2026, 11, 21), 0, date(2026, 11, 21)),
        (date(2025, 12, 30), 1, date(2026, 1, 12)),  # 31 December and the first eleven days of January are off
        (date(2026, 1, 12), -1, date(2025, 12, 30)),
        (date(2026, 11, 3), 1, date(2026, 11, 5)),
    ],
)
def test_days_are_added_and_taken_off(day: date, count: int, answer: date) -> None:
    assert RU.add(day, count) == answer


def test_next_and_previous_working_day() -> None:
    assert RU.next_working(date(2026, 11, 21)) == RU.next_working(date(2026, 11, 23)) == date(2026, 11, 23)
    assert RU.previous_working(date(2026, 11, 22)) == RU.previous_working(date(2026, 11, 20)) == date(2026, 11, 20)


def test_an_explanation_names_every_day_in_both_languages() -> None:
    days = RU.explain(date(2026, 11, 3), date(2026, 11, 7))
    assert [(row.day.day, row.kind, row.working) for row in days] == [
        (3, DayKind.WORKDAY, True),
        (4, DayKind.HOLIDAY, False),
        (5, DayKind.WORKDAY, True),
        (6, DayKind.WORKDAY, True),
        (7, DayKind.WEEKEND, False),
    ]
    assert days[1].names["ru"] == "День народного единства" and days[1].names["en"] == "Unity Day"
    assert days[0].names == {}
    assert PLAIN.explain(date(2026, 11, 4), date(2026, 11, 4))[0].kind is DayKind.WORKDAY


def test_other_regions_and_unknown_ones() -> None:
    assert not WorkingCalendar("DE-BY").is_working(date(2026, 1, 6)) and WorkingCalendar("DE").is_working(date(2026, 1, 6))
    assert WorkingCalendar("IL").is_working(date(2026, 11, 22)) and not WorkingCalendar("IL").is_working(date(2026, 11, 20))
    assert WorkingCalendar("DE").confirmed(2090)
    for region in ("XX", "RU-XX"):
        with pytest.raises(ValueError, match=region):
            WorkingCalendar(region)


def test_the_ends_of_time_are_not_crossed() -> None:
    assert PLAIN.add(date(9999, 12, 30), 10) == date.max
    assert PLAIN.add(date(1, 1, 3), -10) == date.min
    assert PLAIN.between(date(9999, 12, 1), date.max) == 22


@given(CALENDARS, DAYS, st.integers(-300, 300))
def test_counting_undoes_adding(calendar: WorkingCalendar, day: date, count: int) -> None:
    answer = calendar.add(day, count)
    assert calendar.between(day, answer) == count
    assert count == 0 or calendar.is_working(answer)


@given(CALENDARS, DAYS, st.integers(1, 60), st.integers(1, 60))
def test_adding_twice_is_adding_the_sum(calendar: WorkingCalendar, day: date, one: int, two: int) -> None:
    assert calendar.add(calendar.add(day, one), two) == calendar.add(day, one + two)
    assert calendar.add(calendar.add(day, -one), -two) == calendar.add(day, -one - two)


@given(CALENDARS, DAYS, st.integers(0, 500))
def test_a_period_agrees_with_its_days_one_by_one(calendar: WorkingCalendar, first: date, length: int) -> None:
    last = first + timedelta(days=length)
    one_by_one = tuple(row.day for row in calendar.explain(first, last) if row.working)
    assert calendar.working_days(first, last) == one_by_one
    assert calendar.between(first - timedelta(days=1), last) == len(one_by_one)
    assert calendar.between(last + timedelta(days=1), first) == -len(one_by_one)
    assert calendar.working_days(last, first) == (one_by_one if length == 0 else ())


@given(DAYS)
def test_a_day_is_worked_when_it_is_its_own_next_one(day: date) -> None:
    following = RU.next_working(day)
    assert RU.is_working(following) and (following == day) is RU.is_working(day)
    assert not RU.working_days(day, following - timedelta(days=1))
