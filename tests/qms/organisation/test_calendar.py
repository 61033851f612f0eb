"""The calendar of working days: the official one, changed by people who may."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from tests.factories import AuthorityFactory, with_role
from yantar.core import clock
from yantar.core.models import JournalEntry
from yantar.engine.working_days import DayKind, WorkingCalendar
from yantar.qms.organisation import actions, queries
from yantar.qms.organisation.models import WHOLE_GOVERNMENT_ONLY, CalendarDay, Role

from .conftest import BY, refused

pytestmark = pytest.mark.django_db
FRIDAY, SATURDAY = date(2026, 11, 27), date(2026, 11, 28)
HOLIDAY = date(2026, 11, 4)
ORDER = {"source": "Постановление правительства № 5", "reason": "Перенос по постановлению"}


def change(day: date, kind: str, **more: str) -> CalendarDay | None:
    return actions.change_calendar(by=BY, day=day, kind=kind, **(ORDER | more))


def test_without_changes_it_is_the_official_calendar() -> None:
    assert queries.working_calendar() == queries.official_calendar() == WorkingCalendar("RU")


def test_days_are_changed_corrected_and_taken_back() -> None:
    made = change(FRIDAY, "off", note="  День   города ")
    change(SATURDAY, "worked")
    calendar = queries.working_calendar()
    assert (calendar.kind(FRIDAY), calendar.kind(SATURDAY)) == (DayKind.OWN_OFF, DayKind.OWN_WORKED)
    assert made is not None and (made.note, made.checked_on) == ("День города", clock.today())
    corrected = change(FRIDAY, "off", note="День края")
    assert corrected is not None and (corrected.pk, corrected.note) == (made.pk, "День края")
    assert change(FRIDAY, actions.OFFICIAL, source="") is None
    assert queries.working_calendar().kind(FRIDAY) is DayKind.WORKDAY
    kept = JournalEntry.objects.filter(action="organisation.change_calendar").order_by("seq").values_list("decided", flat=True)
    rows = [json.loads(decided) for decided in kept]
    assert len(rows) == 4
    assert rows[3]["was"] == {"kind": "off", "source": ORDER["source"], "note": "День края"}
    assert rows[3]["day"] == "2026-11-27" and rows[0]["reason"] == ORDER["reason"]


def test_an_official_holiday_may_be_worked() -> None:
    change(HOLIDAY, "worked")
    assert queries.working_calendar().is_working(HOLIDAY)


@pytest.mark.parametrize(
    ("day", "kind", "more", "codes"),
    [
        (FRIDAY, "worked", {}, ["nothing_changed"]),
        (SATURDAY, "off", {}, ["nothing_changed"]),
        (HOLIDAY, "off", {"reason": " "}, ["nothing_changed", "reason_missing"]),
        (FRIDAY, "off", {"source": " ", "reason": ""}, ["blank", "reason_missing"]),
        (FRIDAY, "half", {}, ["invalid_choice"]),
        (FRIDAY, actions.OFFICIAL, {"reason": ""}, ["nothing_changed", "reason_missing"]),
        (date(1991, 5, 6), "off", {"reason": ""}, ["out_of_range", "reason_missing"]),
        (date(2100, 1, 1), "worked", {}, ["out_of_range"]),
        (FRIDAY, "off", {"note": "x" * 301}, ["max_length"]),
    ],
)
def test_what_changes_nothing_or_says_too_little_is_refused(day: date, kind: str, more: dict[str, str], codes: list[str]) -> None:
    with refused(*codes):
        change(day, kind, **more)
    assert not CalendarDay.objects.exists()


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.ADMINISTRATOR, Role.HEAD_OF_QUALITY)])
def test_others_may_not_change_it(role: Role) -> None:
    with pytest.raises(PermissionDenied):
        actions.change_calendar(by=with_role(role, None if role in WHOLE_GOVERNMENT_ONLY else AuthorityFactory()), day=FRIDAY, kind="off", **ORDER)


def test_a_year_shows_its_days_and_changes() -> None:
    change(FRIDAY, "off")
    change(date(2027, 11, 26), "off")
    year = queries.calendar_year(2026)
    assert (len(year.days), year.working, year.confirmed) == (365, 246, True)
    assert [row.day for row in year.changes] == [FRIDAY]
    assert [shown.counted.day for shown in year.days if shown.change] == [FRIDAY]
    assert not queries.calendar_year(2031).confirmed
    for wrong in (1991, 2100):
        with pytest.raises(ValueError, match=str(wrong)):
            queries.calendar_year(wrong)


@pytest.mark.parametrize("changes", [1, 3])
def test_the_calendar_takes_one_query_and_a_year_two(changes: int, django_assert_num_queries) -> None:
    for number in range(changes):
        change(date(2026, 11, 23 + number), "off")
    with django_assert_num_queries(1):
        calendar = queries.working_calendar()
    with django_assert_num_queries(2):
        year = queries.calendar_year(2026)
    assert len(calendar.days_off) == len(year.changes) == changes


def test_an_unchanged_calendar_remembers_what_it_counted() -> None:
    first = queries.working_calendar()
    assert queries.working_calendar() is first
    change(FRIDAY, "off")
    assert queries.working_calendar() is not first


def test_another_region_has_another_base(settings) -> None:
    settings.CALENDAR_REGION = "DE-BY"
    assert not queries.working_calendar().is_working(date(2026, 1, 6)) and queries.working_calendar().is_working(HOLIDAY)
