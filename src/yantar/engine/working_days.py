"""Working days of a region: official holidays and their transfers, weekends, and what a government adds to them itself.

The base is the `holidays` library, which for Russia knows the yearly transfers decreed by the federal government. For a year whose
decree it does not know yet, a holiday that falls on a day of rest moves to the next working day (Labour Code of the Russian
Federation, art. 112 part 2; the January holidays move only by decree), and `confirmed` says so. Days are whole; hours, and the
shorter day before a holiday, are no part of this calendar. Everything saturates at `date.min` and `date.max`, like `dates`.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import MAXYEAR, MINYEAR, date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

import holidays

_DECREED_YEARLY = frozenset({"RU"})
"""Countries whose transfers are decided anew for every year."""
_LAST_MONTH_DAY = (12, 31)


class DayKind(StrEnum):
    """Why a day is worked or not; those of the government itself win over the official ones."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    TRANSFERRED_WORKED = "transferred_worked"
    """A day of the weekend that is worked, because its rest was moved elsewhere."""
    OWN_OFF = "own_off"
    OWN_WORKED = "own_worked"

    @property
    def working(self) -> bool:
        """Whether a day of this kind counts."""
        return self in (DayKind.WORKDAY, DayKind.TRANSFERRED_WORKED, DayKind.OWN_WORKED)


class CountedDay(NamedTuple):
    """One day of an explanation. `names`: names of the official holiday by language code, empty where there is none."""

    day: date
    kind: DayKind
    names: Mapping[str, str]

    @property
    def working(self) -> bool:
        """Whether the day counted."""
        return self.kind.working


class _Year(NamedTuple):
    """One year as ordinals of `date`: working days in order, official days off, and days of the weekend that are worked."""

    working: tuple[int, ...]
    off: frozenset[date]
    worked: frozenset[date]


def _split(region: str) -> tuple[str, str | None]:
    country, _, subdivision = region.partition("-")
    return country, subdivision or None


def _official(region: str, year: int, language: str | None = None) -> holidays.HolidayBase:
    country, subdivision = _split(region)
    try:
        return holidays.country_holidays(country, subdiv=subdivision, years=year, expand=False, language=language)
    except NotImplementedError as error:
        raise ValueError(f"no calendar is known for the region {region!r}") from error


@lru_cache(maxsize=64)
def _weekend(region: str) -> frozenset[int]:
    if not region:
        return frozenset({5, 6})
    return frozenset(_official(region, 2001).weekend)


@lru_cache(maxsize=64)
def _decreed_until(region: str) -> int:
    """Last year whose transfers are known; the end of time where holidays move by a lasting rule or not at all."""
    if _split(region)[0] not in _DECREED_YEARLY:
        return MAXYEAR
    known: dict[int, object] = _official(region, 2001).special_public_holidays
    return max(known)


@lru_cache(maxsize=2_048)
def _base(region: str, year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Official days off (not the plain weekend) and worked days of the weekend of one year."""
    if not region:
        return frozenset(), frozenset()
    official = _official(region, year)
    off = {day for day in official if day.year == year}
    worked = frozenset(day for day in official.weekend_workdays if day.year == year)
    if year > _decreed_until(region):
        weekend = _weekend(region)
        for day in sorted(off):
            if day.month != 1 and day.weekday() in weekend:
                moved = day
                while moved in off or moved.weekday() in weekend:
                    moved += timedelta(days=1)
                off.add(moved)
    return frozenset(off), worked


@lru_cache(maxsize=512)
def _names(region: str, year: int) -> Mapping[date, Mapping[str, str]]:
    """Official names by day and language code ("ru", "en"), as far as the library has them."""
    if not region:
        return {}
    result: dict[date, dict[str, str]] = {}
    supported = _official(region, year).supported_languages
    for code, language in (("ru", "ru"), ("en", next((name for name in supported if name.startswith("en")), None))):
        if language in supported or not supported:
            for day, name in _official(region, year, language).items():
                result.setdefault(day, {})[code] = name
    return result


@dataclass(frozen=True)
class WorkingCalendar:
    """The working days of one region.

    `region`: country as in ISO 3166-1 alpha-2, with "-" and a subdivision where the `holidays` library knows it ("RU", "DE-BY"); ""
    for weekends alone. `days_off` and `worked` are the government's own changes; `days_off` wins where a day stands in both.
    Two calendars with the same three values are equal. Raises ValueError for a region without a calendar.
    """

    region: str = "RU"
    days_off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    _years: dict[int, _Year] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Also when lists were given: a calendar is a value and must stay hashable.
        object.__setattr__(self, "days_off", frozenset(self.days_off))
        object.__setattr__(self, "worked", frozenset(self.worked) - self.days_off)
        _weekend(self.region)

    def _year(self, year: int) -> _Year:
        known = self._years.get(year)
        if known is None:
            off, worked = _base(self.region, year)
            first = date(year, 1, 1).toordinal()
            last = date(year, *_LAST_MONTH_DAY).toordinal()
            days = (date.fromordinal(number) for number in range(first, last + 1))
            working = tuple(day.toordinal() for day in days if self._kind(day, off, worked).working)
            known = self._years[year] = _Year(working, off, worked)
        return known

    def _kind(self, day: date, off: frozenset[date], worked: frozenset[date]) -> DayKind:
        if day in self.days_off:
            return DayKind.OWN_OFF
        if day in self.worked:
            return DayKind.OWN_WORKED
        if day in worked:
            return DayKind.TRANSFERRED_WORKED
        if day in off:
            return DayKind.HOLIDAY
        return DayKind.WEEKEND if day.weekday() in _weekend(self.region) else DayKind.WORKDAY

    def kind(self, day: date) -> DayKind:
        """What sort of day this is."""
        year = self._year(day.year)
        return self._kind(day, year.off, year.worked)

    def is_working(self, day: date) -> bool:
        """Whether the day is worked."""
        return self.kind(day).working

    def confirmed(self, year: int) -> bool:
        """Whether the official transfers of the year are known; otherwise the lasting rule of the law was applied."""
        return year <= _decreed_until(self.region)

    def next_working(self, day: date) -> date:
        """The day itself when it is worked, otherwise the next day that is."""
        return day if self.is_working(day) else self.add(day, 1)

    def previous_working(self, day: date) -> date:
        """The day itself when it is worked, otherwise the last one before it that was."""
        return day if self.is_working(day) else self.add(day, -1)

    def add(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`; before it when negative; `day` itself, worked or not, when 0.

        The day itself never counts, as with a period that begins on the day after an event (Civil Code of the Russian Federation,
        art. 191). Saturates at `date.max` and `date.min`.
        """
        if count == 0:
            return day
        year, number = day.year, day.toordinal()
        days = self._year(year).working
        # Position of the answer among the working days of the year, then carried into the years beside it.
        place = bisect_right(days, number) + count - 1 if count > 0 else bisect_left(days, number) + count
        while place >= len(days):
            if year == MAXYEAR:
                return date.max
            place -= len(days)
            year += 1
            days = self._year(year).working
        while place < 0:
            if year == MINYEAR:
                return date.min
            year -= 1
            days = self._year(year).working
            place += len(days)
        return date.fromordinal(days[place])

    def between(self, earlier: date, later: date) -> int:
        """Working days after `earlier` up to and including `later`, so that ``between(d, add(d, n)) == n``.

        Negative when `later` lies before `earlier`: then the working days from `later` up to the day before `earlier`.
        """
        if later < earlier:
            return -(self._before(earlier) - self._before(later) + self._whole_years(later.year, earlier.year))
        return self._up_to(later) - self._up_to(earlier) + self._whole_years(earlier.year, later.year)

    def _whole_years(self, first: int, last: int) -> int:
        return sum(len(self._year(year).working) for year in range(first, last))

    def _before(self, day: date) -> int:
        return bisect_left(self._year(day.year).working, day.toordinal())

    def _up_to(self, day: date) -> int:
        return bisect_right(self._year(day.year).working, day.toordinal())

    def working_days(self, first: date, last: date) -> tuple[date, ...]:
        """The working days from `first` to `last`, both included, in order; empty when `last` lies before `first`."""
        low, high = first.toordinal(), last.toordinal()
        result: list[date] = []
        for year in range(first.year, last.year + 1):
            days = self._year(year).working
            result += map(date.fromordinal, days[bisect_left(days, low) : bisect_right(days, high)])
        return tuple(result)

    def explain(self, first: date, last: date) -> tuple[CountedDay, ...]:
        """Every day from `first` to `last`, both included, with the reason why it counts or not."""
        result = []
        for number in range(first.toordinal(), last.toordinal() + 1):
            day = date.fromordinal(number)
            kind = self.kind(day)
            result.append(CountedDay(day, kind, _names(self.region, day.year).get(day, {}) if kind is DayKind.HOLIDAY else {}))
        return tuple(result)
