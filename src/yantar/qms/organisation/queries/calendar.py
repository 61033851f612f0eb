"""The calendar of working days: the official one of the country with what the government changed itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.conf import settings

from yantar.engine.working_days import CountedDay, WorkingCalendar

from ..models import CalendarDay, DayChange

FIRST_YEAR, LAST_YEAR = 1992, 2099
"""Years for which the calendar is kept: from the first whole year of the official one that we know."""

# Calendars remember the years they have counted, so an unchanged one is worth keeping.
_calendar = lru_cache(maxsize=8)(WorkingCalendar)


def official_calendar() -> WorkingCalendar:
    """The official calendar, without the government's own days."""
    return _calendar(settings.CALENDAR_REGION)


def working_calendar() -> WorkingCalendar:
    """The calendar by which the government counts, as it is now. One query; what was counted for an equal calendar is kept."""
    rows = list(CalendarDay.objects.order_by().values_list("day", "kind"))
    off, worked = (frozenset(day for day, kind in rows if kind == wanted) for wanted in (DayChange.OFF, DayChange.WORKED))
    return _calendar(settings.CALENDAR_REGION, off, worked)


@dataclass(frozen=True, slots=True)
class ShownDay:
    """A day of a year's page: what it is and, where the government changed it, the change."""

    counted: CountedDay
    change: CalendarDay | None


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """A year of the calendar: its days in order, the government's own changes in it, and whether the official transfers are known."""

    year: int
    days: tuple[ShownDay, ...]
    changes: tuple[CalendarDay, ...]
    confirmed: bool

    @property
    def working(self) -> int:
        """How many days are worked."""
        return sum(shown.counted.working for shown in self.days)


def calendar_year(year: int) -> CalendarYear:
    """One year of the calendar; it is nobody's secret. Two queries. Raises ValueError outside FIRST_YEAR to LAST_YEAR."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(year)
    calendar = working_calendar()
    changes = tuple(CalendarDay.objects.filter(day__year=year).order_by("day"))
    by_day = {row.day: row for row in changes}
    days = tuple(ShownDay(counted, by_day.get(counted.day)) for counted in calendar.explain(date(year, 1, 1), date(year, 12, 31)))
    return CalendarYear(year, days, changes, calendar.confirmed(year))
