"""Calendar arithmetic shared by the rules: whole months, whole years and days, without surprises at the edges.

Every function saturates at `date.min` and `date.max` instead of raising, so that a mistyped year in somebody's register
gives a flagged certificate and never a broken page.
"""

from datetime import MAXYEAR, MINYEAR, date, timedelta

ONE_DAY = timedelta(days=1)
_LAST_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def add_months(day: date, months: int) -> date:
    """The same day of the month, `months` later (earlier when negative).

    Where the target month has no such day, its last day is taken: 31 August + 6 months = 28 (or 29) February, and 29 February +
    12 months = 28 February. Periods in months and years end so by the Civil Code of the Russian Federation too (art. 192 part 3).
    The clamping is not undone by adding again: 31 January + 1 month + 1 month = 28 March. Saturates at `date.min`, `date.max`.
    """
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > MAXYEAR:
        return date.max
    if year < MINYEAR:
        return date.min
    number = day.day
    if number > 28:
        last = _LAST_DAYS[month0]
        if month0 == 1 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0):
            last = 29
        if number > last:
            number = last
    return date(year, month0 + 1, number)


def add_years(day: date, years: int) -> date:
    """The same day `years` later; 29 February becomes 28 February in a common year. Saturates like `add_months`."""
    return add_months(day, 12 * years)


def add_days(day: date, days: int) -> date:
    """`days` later (earlier when negative), saturating at `date.min` and `date.max`."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min


def day_after(day: date) -> date:
    """The next day; `date.max` has none and is returned as it is."""
    return day + ONE_DAY if day < date.max else day


def day_before(day: date) -> date:
    """The day before; `date.min` has none and is returned as it is."""
    return day - ONE_DAY if day > date.min else day
