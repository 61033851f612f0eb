"""Counting days past pauses: which days run, the n-th of them, and where a limit ends. Saturates at `date.max`, like `dates`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from yantar.engine.dates import add_days, day_after, day_before
from yantar.engine.deadlines.facts import LastDay, Suspension, SuspensionRule, Term, Turn, Unit
from yantar.engine.working_days import WorkingCalendar


class Pause(NamedTuple):
    """Days that do not run, from `first` to `last`, both included; None: nobody knows yet until when."""

    first: date
    last: date | None

    def holds(self, day: date) -> bool:
        """Whether the day lies in the pause."""
        return self.first <= day and (self.last is None or day <= self.last)


class _Turns(NamedTuple):
    """How it is with every event: its own day belongs to what went before."""

    stops: str = Turn.NEXT_DAY
    runs_again: str = Turn.NEXT_DAY


_USUAL = _Turns()


def pauses_of(suspensions: Sequence[Suspension], rule: SuspensionRule | None) -> tuple[Pause, ...]:
    """The days that the suspensions take out, in order; one that is resumed on its own day may take none.

    The suspensions must be in order, without an overlap (see `checks`). Without a rule both turns take hold on the next day.
    """
    rule = rule or _USUAL
    found = []
    for row in suspensions:
        first = row.since if rule.stops == Turn.SAME_DAY else day_after(row.since)
        last = row.resumed
        if last is not None and rule.runs_again == Turn.SAME_DAY:
            last = day_before(last)
        if last is None or first <= last:
            found.append(Pause(first, last))
    return tuple(found)


def _step(day: date, count: int, unit: str, calendar: WorkingCalendar) -> date:
    return calendar.add(day, count) if unit == Unit.WORKING else add_days(day, count)


def _between(earlier: date, later: date, unit: str, calendar: WorkingCalendar) -> int:
    if later <= earlier:
        return 0
    return calendar.between(earlier, later) if unit == Unit.WORKING else (later - earlier).days


def nth_day(start: date, count: int, unit: str, calendar: WorkingCalendar, pauses: Sequence[Pause] = ()) -> date | None:
    """The `count`-th day (1 or more) that runs after `start`; None when an open pause comes before it."""
    position, left = start, count
    for pause in pauses:
        end = _step(position, left, unit, calendar)
        if end < pause.first:
            return end
        left -= _between(position, day_before(pause.first), unit, calendar)
        if pause.last is None:
            return None
        position = pause.last
    return _step(position, left, unit, calendar)


def days_run(start: date, until: date, unit: str, calendar: WorkingCalendar, pauses: Sequence[Pause] = ()) -> int:
    """How many days ran after `start` up to `until`, which counts too; 0 when `until` lies before."""
    position, run = start, 0
    for pause in pauses:
        # A pause may also lie before `start`, when only the rest of a limit is counted.
        if until < pause.first:
            break
        run += _between(position, day_before(pause.first), unit, calendar)
        if pause.last is None:
            return run
        position = max(position, pause.last)
    return run + _between(position, until, unit, calendar)


def working_from(day: date, calendar: WorkingCalendar, pauses: Sequence[Pause] = ()) -> date | None:
    """The day itself when it is worked and runs, else the next one that is; None within an open pause."""
    day = calendar.next_working(day)
    for pause in pauses:
        if pause.holds(day):
            if pause.last is None:
                return None
            day = calendar.next_working(day_after(pause.last)) if pause.last < date.max else date.max
    return day


def working_until(day: date, after: date, calendar: WorkingCalendar, pauses: Sequence[Pause] = ()) -> date | None:
    """The day itself when it is worked, else the last working day before it; `day` must be one that runs.

    None when that would lie on or before `after`, or before a pause that has ended since: nobody could keep it.
    """
    floor = max([after, *(pause.last for pause in pauses if pause.last is not None and pause.last < day)])
    found = calendar.previous_working(day)
    return found if found > floor else None


class End(NamedTuple):
    """Where a limit ends: the day that was counted last, and the day `due` after the rule of the last day.

    Both None while an open pause comes before. `moved`: the rule that made them differ, NONE where they are the same. A day before
    that would lie on or before the start, or before a suspension that has ended since, can't be kept: then the next working day is taken.
    """

    counted: date | None
    due: date | None
    moved: LastDay


def end_of(start: date, days: int, unit: str, last_day: str, calendar: WorkingCalendar, pauses: Sequence[Pause] = ()) -> End:
    """Where `days` (1 or more) in `unit` after `start` end by the rule of the last day."""
    counted = nth_day(start, days, unit, calendar, pauses)
    if counted is None:
        return End(None, None, LastDay.NONE)
    if last_day == LastDay.NONE or unit == Unit.WORKING or calendar.is_working(counted):
        return End(counted, counted, LastDay.NONE)
    if last_day == LastDay.BEFORE and (before := working_until(counted, start, calendar, pauses)) is not None:
        return End(counted, before, LastDay.BEFORE)
    due = working_from(counted, calendar, pauses)
    return End(counted, due, LastDay.NONE if due == counted else LastDay.AFTER)


def due_after(event: date, term: Term, calendar: WorkingCalendar) -> date:
    """By when a limit that is never suspended is to be kept: registration, forwarding, a notice, measures after a decision.

    `event`: the day that the limit is counted from; it does not count itself. Raises ValueError for a limit without days.
    """
    if term.days < 1:
        raise ValueError("a limit has at least one day")
    due = end_of(event, term.days, term.unit, term.last_day, calendar).due
    assert due is not None  # only an open pause leaves it unknown
    return due
