"""Whether a corrective action worked, and by when each of its steps is due (audits.md §6; every figure is data of the library).

A verdict compares what was observed with a baseline and a target that were fixed before acting. Time limits count working days from
the day after opening, and calendar days where the limit is one of the whole corrective action.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple, Protocol

from yantar.engine.dates import add_days, add_months
from yantar.engine.steps import gettext_noop
from yantar.engine.working_days import WorkingCalendar

WHY_TEXTS: dict[str, str] = {
    "too_few_cases": gettext_noop("Too few cases have been observed"),
    "window_too_short": gettext_noop("The period of observation is too short"),
    "target_met": gettext_noop("The target is met"),
    "target_missed": gettext_noop("The target is missed"),
    "half_closed": gettext_noop("At least half of the gap is closed"),
    "little_closed": gettext_noop("Less than half of the gap is closed"),
    "recurred": gettext_noop("The problem has come back"),
    "no_recurrence": gettext_noop("The problem has not come back"),
}
"""English wording of the codes of `Judgement.why`; the same strings are the keys of the translations."""

Number = Decimal | Fraction | int
OVERALL = "overall"


class _Stage(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def working_days(self) -> int: ...


class _Grade(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def overall_days(self) -> int: ...
    @property
    def effect_days(self) -> int: ...


class _Escalation(Protocol):
    @property
    def after_days(self) -> int: ...
    @property
    def to(self) -> str: ...


class TimersTable(Protocol):
    """Time limits: stages in order, grades that have limits, levels of escalation in order, and what an effect is judged on."""

    @property
    def stages(self) -> Sequence[_Stage]: ...
    @property
    def grades(self) -> Sequence[_Grade]: ...
    @property
    def escalation(self) -> Sequence[_Escalation]: ...
    @property
    def minimum_cases(self) -> int: ...
    @property
    def minimum_days(self) -> int: ...
    @property
    def partly_from(self) -> Fraction: ...
    @property
    def recurrence_months(self) -> int: ...


class Verdict(StrEnum):
    EFFECTIVE = "effective"
    PARTLY = "partly"
    NOT_EFFECTIVE = "not_effective"


class Judgement(NamedTuple):
    """The verdict, None while too little was observed; `closed` is the share of the gap that was closed (below 0: it grew).

    `why`: codes "target_met", "target_missed", "half_closed", "little_closed", "recurred", "no_recurrence", and what is lacking:
    "too_few_cases", "window_too_short".
    """

    verdict: Verdict | None
    closed: Fraction
    why: tuple[str, ...]


def judge(
    *,
    direction: str,
    baseline: Number,
    target: Number,
    observed: Number,
    cases: int,
    window_days: int,
    recurrences: int,
    timers: TimersTable,
    minimum_cases: int | None = None,
) -> Judgement:
    """Verdict on an effect (audits.md §6): effective when the target is met without a recurrence, partly when enough of the gap was
    closed, else not effective. A target that was met is no more than partly effective when the problem came back.

    `direction`: "down" (less is better) or "up". `minimum_cases`: a number of its own instead of the table's, where a process has
    fewer cases. `window_days`: days observed, both ends included. Raises ValueError for an unknown direction, negative counts and
    a target on the wrong side of the baseline, TypeError for a binary fraction.
    """
    if direction not in ("down", "up"):
        raise ValueError("direction is 'down' or 'up'")
    if min(cases, window_days, recurrences) < 0:
        raise ValueError("cases, days and recurrences are 0 or more")
    sign = 1 if direction == "up" else -1
    before, wanted, after = (sign * _exact(value) for value in (baseline, target, observed))
    gap = wanted - before
    if gap < 0:
        raise ValueError("the target is worse than the baseline")
    met = after >= wanted
    closed = (after - before) / gap if gap else Fraction(1 if met else 0)
    lacking = []
    if cases < (timers.minimum_cases if minimum_cases is None else minimum_cases):
        lacking.append("too_few_cases")
    if window_days < timers.minimum_days:
        lacking.append("window_too_short")
    again = "recurred" if recurrences else "no_recurrence"
    if met:
        verdict, why = (Verdict.PARTLY if recurrences else Verdict.EFFECTIVE), ["target_met"]
    elif gap and closed >= timers.partly_from:
        verdict, why = Verdict.PARTLY, ["target_missed", "half_closed"]
    else:
        verdict, why = Verdict.NOT_EFFECTIVE, ["target_missed", "little_closed"]
    return Judgement(None if lacking else verdict, closed, (*lacking, *why, again))


def _exact(value: Number) -> Fraction:
    if not isinstance(value, Decimal | Fraction | int):
        raise TypeError("a measured value is a Decimal, a Fraction or an int, not a binary number")
    return Fraction(value)


class Period(NamedTuple):
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """Length in days."""
        return (self.last - self.first).days + 1


def baseline_period(check_first: date, check_last: date, acted_from: date) -> Period:
    """The period before acting that is exactly as long as the period of the check and ends the day before `acted_from`.

    Raises ValueError when the check ends before it begins or begins before acting.
    """
    if check_last < check_first or check_first < acted_from:
        raise ValueError("the check follows the action and ends after it began")
    length = (check_last - check_first).days
    last = add_days(acted_from, -1)
    return Period(add_days(last, -length), last)


def effect_due(done_on: date, grade: str, timers: TimersTable) -> date:
    """The day on which the effect is judged unless people fix another one: never sooner than the least window allows.

    `done_on`: when the last action was done. A grade without a row of its own is treated as the mildest. Raises ValueError without rows.
    """
    own = [row.effect_days for row in timers.grades if row.key == grade] or [min(row.effect_days for row in timers.grades)]
    return add_days(done_on, max(own[0], timers.minimum_days))


class BodyLimits(NamedTuple):
    """What a certification body says itself, in calendar days; None where it says nothing (certification.md §2)."""

    major_days: int | None = None
    minor_plan_days: int | None = None


def deadlines(grade: str, opened_on: date, calendar: WorkingCalendar, timers: TimersTable, body_limits: BodyLimits | None = None) -> dict[str, date]:
    """By when each stage is due, in order, and at last "overall"; empty for a grade without time limits.

    A body's days for a major go before the overall limit, its days for the plan of a minor before the plan's. No stage is due later
    than the whole.
    """
    limits = body_limits or BodyLimits()
    row = next((row for row in timers.grades if row.key == grade), None)
    if row is None:
        return {}
    overall = add_days(opened_on, limits.major_days if grade == "major" and limits.major_days is not None else row.overall_days)
    result = {stage.key: calendar.add(opened_on, stage.working_days) for stage in timers.stages}
    if grade == "minor" and limits.minor_plan_days is not None and "plan" in result:
        result["plan"] = add_days(opened_on, limits.minor_plan_days)
    capped = {}
    latest = overall
    for key in reversed(result):
        latest = capped[key] = min(result[key], latest)
    return {key: capped[key] for key in result} | {OVERALL: overall}


class Escalation(NamedTuple):
    """How late something is and who is told: `to` is "" while nobody is; `next_on` the day on which `next_to` is told, None at the top."""

    days_late: int
    to: str
    reached: tuple[str, ...]
    next_to: str
    next_on: date | None


def escalation(due: date | None, today: date, timers: TimersTable) -> Escalation:
    """Whom lateness has reached: the head of the authority, later the government's head of quality. On the day itself nothing is late."""
    if due is None:
        return Escalation(0, "", (), "", None)
    late = max(0, (today - due).days)
    reached = tuple(row.to for row in timers.escalation if late >= row.after_days)
    coming = next((row for row in timers.escalation if late < row.after_days), None)
    return Escalation(
        late,
        reached[-1] if reached else "",
        reached,
        coming.to if coming else "",
        due + timedelta(days=coming.after_days) if coming else None,
    )


class Earlier(NamedTuple):
    """An earlier finding as far as recurrence is concerned; `clause` or `process` may be "" where it was not named."""

    id: int | str
    clause: str
    process: str
    closed_on: date | None


def recurrence_of(clause: str, process: str, raised_on: date, earlier: Iterable[Earlier], timers: TimersTable) -> Earlier | None:
    """The latest closed finding of the same clause and process, closed at most `recurrence_months` before; None when there is none.

    Both must be named and the same. One that is still open is no recurrence (the new one belongs to it).
    """
    if not clause or not process:
        return None
    found = [
        row
        for row in earlier
        if (row.clause, row.process) == (clause, process)
        and row.closed_on is not None
        and row.closed_on <= raised_on <= add_months(row.closed_on, timers.recurrence_months)
    ]
    return max(found, key=lambda row: (row.closed_on or date.min, str(row.id)), default=None)
