"""The clock of one case: when it is due, when staff are warned, and how it stands on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from yantar.engine.deadlines.checks import checked, latest_extension, start_of
from yantar.engine.deadlines.counting import Pause, days_run, due_after, end_of, nth_day, pauses_of, working_from, working_until
from yantar.engine.deadlines.facts import ALARMS, Case, LastDay, Rules, Span, Suspension, Term, Unit
from yantar.engine.steps import gettext_noop
from yantar.engine.working_days import WorkingCalendar


class Status(StrEnum):
    """How a case stands."""

    UNREGISTERED = "unregistered"
    IN_TIME = "in_time"
    WARNED = "warned"
    SUSPENDED = "suspended"
    OVERDUE = "overdue"
    DONE = "done"
    DONE_LATE = "done_late"


STATUS_TEXTS: dict[Status, str] = {
    Status.UNREGISTERED: gettext_noop("not registered yet"),
    Status.IN_TIME: gettext_noop("in time"),
    Status.WARNED: gettext_noop("the limit is drawing near"),
    Status.SUSPENDED: gettext_noop("suspended"),
    Status.OVERDUE: gettext_noop("overdue"),
    Status.DONE: gettext_noop("answered in time"),
    Status.DONE_LATE: gettext_noop("answered late"),
}
"""English wording; the same strings are the keys of the translations."""


class Alarm(NamedTuple):
    """At `percent` of the limit, its `number`-th day, staff are warned on `day`; None while nobody knows when that will be.

    An alarm falls on a working day: where the day is off, on the one before. At 100 it is the day due.
    """

    percent: int
    number: int
    day: date | None


@dataclass(frozen=True, slots=True)
class Clock:
    """The days that bind a case.

    `days` in `unit`, of which `extended` by an extension, are counted after `start` (None: not registered yet). `counted` is the day
    counted last and `due` the day that binds, by the rule `moved` (see `counting.End`); both None before registration and while a
    suspension is open. `first_due`: the day due without the extension. `registration_due` and `forward_due`: None where the kind sets no
    limit; `extension_until`: the last day for an extension, None when none is possible (any more).
    """

    start: date | None
    days: int
    extended: int
    unit: Unit
    counted: date | None
    due: date | None
    moved: LastDay
    first_due: date | None
    alarms: tuple[Alarm, ...]
    pauses: tuple[Pause, ...]
    registration_due: date | None
    forward_due: date | None
    extension_until: date | None


class State(NamedTuple):
    """How a case stands on the day `on`, by what had happened until then.

    `due`: the day that binds, of the registration while there is none. `overdue`: calendar days late, on time 0. `left`: days of the
    limit's unit from the next day up to the day due, 0 on it and after it; None while nobody knows. `used` of `days` have run.
    `alarm`: the highest percentage reached while open, else 0.
    """

    status: Status
    on: date
    due: date | None
    overdue: int
    left: int | None
    used: int
    days: int
    alarm: int


def passport_term(days: int, unit: str, rules: Rules) -> Span:
    """The limit that the passport of a service gives, with the rule of the last day and the event from the law.

    Raises ValueError when the law leaves no limit to passports, for another unit than Unit's, or fewer than 1 day.
    """
    term = rules.term("answer")
    if term is None or term.days != 0:
        raise ValueError("the law itself sets this limit")
    if days < 1:
        raise ValueError("a limit has at least one day")
    return Span(days, Unit(unit), term.last_day, term.counted_from)


def clock(case: Case, rules: Rules, calendar: WorkingCalendar, *, alarms: Sequence[int] = ALARMS) -> Clock:
    """The days that bind a case; `alarms`: rising percentages (1–100) of the limit. Raises InvalidCase with all contradictions at once."""
    term = checked(case, rules)
    registration = rules.term("registration", case.variant)
    registration_due = due_after(case.received, registration, calendar) if registration else None
    extended = sum(one.days for one in case.extensions)
    days = term.days + extended
    if case.registered is None:
        waiting = tuple(Alarm(percent, _number(days, percent), None) for percent in alarms)
        return Clock(None, days, 0, Unit(term.unit), None, None, LastDay.NONE, None, waiting, (), registration_due, None, None)
    pauses = pauses_of(case.suspensions, rules.suspension)
    start = start_of(case, case.registered, term)
    end = end_of(start, days, term.unit, term.last_day, calendar, pauses)
    first = end_of(start, term.days, term.unit, term.last_day, calendar, pauses) if extended else end
    forward = rules.term("forward", case.variant)
    return Clock(
        start=start,
        days=days,
        extended=extended,
        unit=Unit(term.unit),
        counted=end.counted,
        due=end.due,
        moved=end.moved,
        first_due=first.due,
        alarms=tuple(_alarm(percent, start, days, term, end.due, calendar, pauses) for percent in alarms),
        pauses=pauses,
        registration_due=registration_due,
        forward_due=due_after(case.registered, forward, calendar) if forward else None,
        extension_until=None if case.extensions or case.done is not None else latest_extension(case, case.registered, term, rules, calendar),
    )


def due_of(case: Case, rules: Rules, calendar: WorkingCalendar) -> date | None:
    """The day due alone, as in `clock`, for many cases at once. Raises InvalidCase with all contradictions at once."""
    term = checked(case, rules)
    if case.registered is None:
        return None
    days = term.days + sum(one.days for one in case.extensions)
    pauses = pauses_of(case.suspensions, rules.suspension)
    return end_of(start_of(case, case.registered, term), days, term.unit, term.last_day, calendar, pauses).due


def _number(days: int, percent: int) -> int:
    return -(-days * percent // 100)


def _alarm(percent: int, start: date, days: int, term: Term, due: date | None, calendar: WorkingCalendar, pauses: Sequence[Pause]) -> Alarm:
    number = _number(days, percent)
    if percent >= 100:
        return Alarm(percent, number, due)
    day = nth_day(start, number, term.unit, calendar, pauses)
    if day is not None:
        # Warned at leisure before a day off, but never on or before the start, and never after the day due.
        day = working_until(day, start, calendar, pauses) or working_from(day, calendar, pauses) or day
    return Alarm(percent, number, day if day is None or due is None else min(day, due))


def known_on(case: Case, on: date) -> Case:
    """The case as it was known at the end of a day: what came later has not happened yet."""
    return Case(
        received=case.received,
        registered=case.registered if case.registered is not None and case.registered <= on else None,
        term=case.term,
        variant=case.variant,
        suspensions=tuple(
            Suspension(one.since, one.resumed if one.resumed is not None and one.resumed <= on else None)
            for one in case.suspensions
            if one.since <= on
        ),
        extensions=tuple(one for one in case.extensions if one.decided <= on),
        done=case.done if case.done is not None and case.done <= on else None,
    )


def state(case: Case, rules: Rules, calendar: WorkingCalendar, on: date, *, alarms: Sequence[int] = ALARMS) -> State:
    """How a case stands on a day. The day due itself is still in time. Raises InvalidCase with all contradictions of the whole case."""
    checked(case, rules)
    case = known_on(case, on)
    now = clock(case, rules, calendar, alarms=alarms)
    if now.start is None:
        late = _late(now.registration_due, on)
        registration = rules.term("registration", case.variant)
        left = None if registration is None else _left(now.registration_due, max(on, case.received), registration.unit, calendar, ())
        return State(Status.UNREGISTERED, on, now.registration_due, late, left, 0, now.days, 0)
    end = on if case.done is None else case.done
    used = now.days if now.counted is not None and now.counted <= end else min(now.days, _run(now, end, calendar))
    late = _late(now.due, end)
    if case.done is not None:
        return State(Status.DONE_LATE if late else Status.DONE, on, now.due, late, 0, used, now.days, 0)
    left = _left(now.due, on, now.unit, calendar, now.pauses)
    if late:
        return State(Status.OVERDUE, on, now.due, late, 0, used, now.days, now.alarms[-1].percent if now.alarms else 0)
    reached = max((alarm.percent for alarm in now.alarms if alarm.day is not None and alarm.day <= on), default=0)
    # Suspended is who has no day to keep, or stands in a pause before it.
    suspended = now.due is None or any(pause.holds(on) for pause in now.pauses)
    status = Status.SUSPENDED if suspended else Status.WARNED if reached else Status.IN_TIME
    return State(status, on, now.due, 0, left, used, now.days, reached)


def _late(due: date | None, day: date) -> int:
    return 0 if due is None else max(0, (day - due).days)


def _run(now: Clock, until: date, calendar: WorkingCalendar) -> int:
    return days_run(now.start, until, now.unit, calendar, now.pauses) if now.start is not None else 0


def _left(due: date | None, on: date, unit: str, calendar: WorkingCalendar, pauses: Sequence[Pause]) -> int | None:
    if due is None:
        return None
    return days_run(on, due, unit, calendar, pauses)
