"""Which days counted: spans without gaps that add up, with the names of holidays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given

from yantar.engine.deadlines import (
    DAY_TEXTS,
    WHY_TEXTS,
    Case,
    Extension,
    InvalidCase,
    LastDay,
    Span,
    Suspension,
    Unit,
    Why,
    explain,
)
from yantar.engine.deadlines.explanation import MOST_EXPLAINED
from yantar.engine.working_days import DayKind, WorkingCalendar

from .given import APPEAL, CALENDARS, PLAIN, RECEIVED, REGISTERED, RU, SERVICE, cases


def brief(case: Case, calendar: WorkingCalendar = RU, kind: object = SERVICE) -> list[tuple[str, str, str, int]]:
    """Spans as (first, last, why and sort of day, running total)."""
    found = explain(case, kind, calendar).spans  # type: ignore[arg-type]
    return [(str(s.first)[5:], str(s.last)[5:], f"{s.why} {s.day_kind or ''}".strip(), s.total) for s in found]


def test_working_days_past_a_holiday_and_a_suspension() -> None:
    case = Case(date(2026, 10, 30), date(2026, 10, 30), Span(6), suspensions=[Suspension(date(2026, 11, 6), date(2026, 11, 10))])
    assert brief(case) == [
        ("10-30", "10-30", "event", 0),
        ("10-31", "11-01", "off weekend", 0),
        ("11-02", "11-03", "counted workday", 2),
        ("11-04", "11-04", "off holiday", 2),
        ("11-05", "11-06", "counted workday", 4),
        ("11-07", "11-10", "suspended", 4),
        ("11-11", "11-12", "counted workday", 6),
    ]
    holiday = explain(case, SERVICE, RU).spans[3]
    assert holiday.names == {"ru": "День народного единства", "en": "Unity Day"} and holiday.counted == 0


def test_calendar_days_are_one_span_and_the_last_day_goes_back_or_forward() -> None:
    back = Case(date(2026, 11, 26), date(2026, 11, 26))
    assert brief(back, kind=APPEAL) == [
        ("11-26", "11-26", "event", 0),
        ("11-27", "12-25", "counted", 29),
        ("12-26", "12-26", "given_back weekend", 30),
    ]
    forward = Case(date(2026, 11, 26), date(2026, 11, 26), Span(30, Unit.CALENDAR, LastDay.AFTER))
    assert brief(forward)[1:] == [("11-27", "12-26", "counted", 30), ("12-27", "12-27", "moved weekend", 30), ("12-28", "12-28", "moved workday", 30)]


def test_the_days_of_an_extension_stand_apart() -> None:
    case = Case(RECEIVED, REGISTERED, extensions=[Extension(date(2026, 12, 1), 2)], term=Span(3))
    assert brief(case, kind=APPEAL)[1:] == [
        ("11-24", "11-26", "counted workday", 3),
        ("11-27", "11-27", "extended workday", 4),
        ("11-28", "11-29", "off weekend", 4),
        ("11-30", "11-30", "extended workday", 5),
    ]


def test_own_days_of_the_government_are_named_as_such() -> None:
    own = WorkingCalendar("RU", days_off=frozenset({date(2026, 11, 25)}), worked=frozenset({date(2026, 11, 28)}))
    assert brief(Case(RECEIVED, REGISTERED, Span(4)), own)[1:] == [
        ("11-24", "11-24", "counted workday", 1),
        ("11-25", "11-25", "off own_off", 1),
        ("11-26", "11-27", "counted workday", 3),
        ("11-28", "11-28", "counted own_worked", 4),
    ]


def test_while_it_waits_the_days_so_far_are_told() -> None:
    case = Case(RECEIVED, REGISTERED, Span(10), suspensions=[Suspension(date(2026, 11, 25))])
    assert brief(case)[-1] == ("11-26", "11-26", "suspended", 2)
    found = explain(case, SERVICE, RU, until=date(2026, 12, 10))
    assert (found.clock.due, found.spans[-1].last, found.spans[-1].total) == (None, date(2026, 12, 10), 2)
    assert explain(Case(RECEIVED), APPEAL, RU).spans == ()
    with pytest.raises(InvalidCase):
        explain(Case(RECEIVED, REGISTERED), SERVICE, RU)


def test_years_without_a_decree_are_named() -> None:
    assert explain(Case(RECEIVED, REGISTERED), APPEAL, RU).unconfirmed_years == ()
    case = Case(date(2029, 12, 20), date(2029, 12, 20), Span(30))
    assert explain(case, SERVICE, RU).unconfirmed_years == (2029, 2030)
    assert explain(case, SERVICE, PLAIN).unconfirmed_years == ()


def test_a_long_limit_says_that_it_goes_on() -> None:
    found = explain(Case(REGISTERED, REGISTERED, Span(3_650)), SERVICE, RU)
    assert found.spans[-1].why is Why.GOES_ON and found.spans[-1].last == found.clock.due and found.spans[-1].total == 3_650
    assert (found.spans[-1].first - REGISTERED).days == MOST_EXPLAINED + 1
    assert sum(span.counted for span in found.spans) == 3_650
    at_the_end = explain(Case(date.max, date.max), APPEAL, RU)
    assert [span.why for span in at_the_end.spans] == [Why.EVENT]


@given(cases(), CALENDARS)
def test_the_spans_have_no_gap_and_add_up(case: Case, calendar: WorkingCalendar) -> None:
    found = explain(case, SERVICE, calendar)
    spans, now = found.spans, found.clock
    assert spans[0].why is Why.EVENT and spans[0].first == spans[0].last == case.registered
    for before, after in zip(spans, spans[1:], strict=False):
        assert after.first - before.last == timedelta(days=1)
        assert after.total == before.total + after.counted
        assert (before.why, before.day_kind, before.names) != (after.why, after.day_kind, after.names)
    for span in spans:
        length = (span.last - span.first).days + 1
        assert span.counted == (length if span.why.counts else 0)
    if now.due is not None and now.counted is not None:
        assert spans[-1].last == max(now.due, now.counted) and spans[-1].total == now.days
        extended = [span for span in spans if span.why is Why.EXTENDED]
        given_back = sum(span.counted for span in spans if span.why is Why.GIVEN_BACK)
        assert sum(span.counted for span in extended) <= now.extended <= sum(span.counted for span in extended) + given_back
    else:
        assert spans[-1].why is Why.SUSPENDED or now.counted is not None


def test_everything_has_words() -> None:
    assert set(WHY_TEXTS) == set(Why) and set(DAY_TEXTS) == set(DayKind)
