"""The calendar that open deadlines were last computed by, and what has changed since: common to cases of services and to appeals.

Days off are looked at from five years back to ten years ahead: open deadlines lie within. The calendar changes by an action of the
government, or because the official one became known for one more year; either way its print differs from the one that was kept.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, timedelta

from yantar.core import clock
from yantar.core.actions import current
from yantar.engine.deadlines import ChangedDay
from yantar.engine.working_days import WorkingCalendar
from yantar.qms.organisation.queries import working_calendar

from .models import CalendarApplied

BACK, AHEAD = 5, 10
"""Whole years before and after the present one."""
CASES, APPEALS = "cases", "appeals"


@dataclass(frozen=True, slots=True)
class CalendarChange:
    """The calendar that deadlines were computed by (`old`, None: never before), the present one, and the days in which they differ."""

    old: WorkingCalendar | None
    new: WorkingCalendar
    days: tuple[ChangedDay, ...]


def _span(today: date) -> tuple[date, date]:
    return date(max(today.year - BACK, 1), 1, 1), date(min(today.year + AHEAD, 9999), 12, 31)


def _days_off(calendar: WorkingCalendar, first: date, last: date) -> list[str]:
    worked = set(calendar.working_days(first, last))
    return [day.isoformat() for number in range((last - first).days + 1) if (day := first + timedelta(days=number)) not in worked]


def _print(days_off: list[str]) -> str:
    return hashlib.sha256(json.dumps(days_off).encode()).hexdigest()


def _as_it_was(days_off: list[str]) -> WorkingCalendar:
    """A calendar of weekends alone that is corrected to the days that were kept; outside of them it knows weekends only."""
    off = {date.fromisoformat(day) for day in days_off}
    first, last = min(off).replace(month=1, day=1), max(off).replace(month=12, day=31)
    every = {first + timedelta(days=number) for number in range((last - first).days + 1)}
    return WorkingCalendar("", frozenset(off), frozenset(day for day in every - off if day.weekday() >= 5))


def calendar_change(purpose: str) -> CalendarChange | None:
    """What has changed since the deadlines of this purpose (CASES, APPEALS) were last computed; None: nothing. Two queries.

    Where they were never computed, `old` is None and no days are named: remember the calendar then and move nothing.
    """
    new = working_calendar()
    kept = CalendarApplied.objects.filter(purpose=purpose).first()
    if kept is None:
        return CalendarChange(None, new, ())
    off = _days_off(new, *_span(clock.today()))
    if _print(off) == kept.print:
        return None
    before, after = set(kept.days_off), set(off)
    # A new year of the span is no change of the calendar.
    common = max(min(before), min(after))[:4], min(max(before), max(after))[:4]
    differing = sorted(day for day in before ^ after if common[0] <= day[:4] <= common[1])
    return CalendarChange(_as_it_was(kept.days_off), new, tuple(ChangedDay(date.fromisoformat(day), day in before) for day in differing))


def remember_calendar(purpose: str, calendar: WorkingCalendar) -> CalendarApplied:
    """Keep that the deadlines of a purpose are now computed by this calendar. Only inside an action."""
    current()
    off = _days_off(calendar, *_span(clock.today()))
    kept, _new = CalendarApplied.objects.update_or_create(
        purpose=purpose, defaults={"print": _print(off), "days_off": off, "applied_at": clock.now()}
    )
    return kept
