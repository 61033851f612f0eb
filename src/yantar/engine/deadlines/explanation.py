"""Which days counted and which did not, and why: the spans that a page shows beside a deadline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from yantar.engine.dates import add_days, day_after
from yantar.engine.deadlines.checks import checked, start_of
from yantar.engine.deadlines.clock import Clock, clock
from yantar.engine.deadlines.counting import Pause
from yantar.engine.deadlines.facts import Case, LastDay, Rules, Unit
from yantar.engine.steps import gettext_noop
from yantar.engine.working_days import CountedDay, DayKind, WorkingCalendar

MOST_EXPLAINED = 800
"""So many days are told one by one; a limit that runs longer says that it goes on."""


class Why(StrEnum):
    """Why the days of a span counted or not."""

    EVENT = "event"
    COUNTED = "counted"
    EXTENDED = "extended"
    OFF = "off"
    SUSPENDED = "suspended"
    MOVED = "moved"
    GIVEN_BACK = "given_back"
    GOES_ON = "goes_on"

    @property
    def counts(self) -> bool:
        """Whether days of such a span are counted."""
        return self in (Why.COUNTED, Why.EXTENDED, Why.GIVEN_BACK)


WHY_TEXTS: dict[Why, str] = {
    Why.EVENT: gettext_noop("the day of the event itself: counting begins on the day after"),
    Why.COUNTED: gettext_noop("counted"),
    Why.EXTENDED: gettext_noop("counted, by the extension"),
    Why.OFF: gettext_noop("day off: not counted"),
    Why.SUSPENDED: gettext_noop("suspended: not counted"),
    Why.MOVED: gettext_noop("the last day is a day off: moved to the next working day"),
    Why.GIVEN_BACK: gettext_noop("counted, but the last day is a day off: due on the working day before"),
    Why.GOES_ON: gettext_noop("and so on: the limit is too long to show every day"),
}
"""English wording; the same strings are the keys of the translations."""
DAY_TEXTS: dict[DayKind, str] = {
    DayKind.WORKDAY: gettext_noop("working day"),
    DayKind.WEEKEND: gettext_noop("weekend"),
    DayKind.HOLIDAY: gettext_noop("public holiday"),
    DayKind.TRANSFERRED_WORKED: gettext_noop("weekend day that is worked: its rest was moved"),
    DayKind.OWN_OFF: gettext_noop("day off by decision of the government"),
    DayKind.OWN_WORKED: gettext_noop("working day by decision of the government"),
}
"""English wording; the same strings are the keys of the translations."""


class ExplainedSpan(NamedTuple):
    """Days from `first` to `last`, both included, that were treated alike.

    `day_kind`: what sort of days they are, None where it did not matter; `names`: of the public holiday by language ("ru", "en").
    `counted`: how many of them count, `total`: how many had counted by their end.
    """

    first: date
    last: date
    why: Why
    day_kind: DayKind | None
    names: Mapping[str, str]
    counted: int
    total: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """How the day due came about. `spans` follow each other without a gap; what they counted adds up to the limit once the day is known.

    `unconfirmed_years`: years within it for which the transfers of holidays are not decreed yet, so that the day may still move.
    """

    clock: Clock
    spans: tuple[ExplainedSpan, ...]
    unconfirmed_years: tuple[int, ...]


def explain(case: Case, rules: Rules, calendar: WorkingCalendar, *, until: date | None = None) -> Explanation:
    """Day by day from the event to the day due (or the one counted last, where that is later).

    While the day due is not known, the days up to `until` are told, by default to the first day of the open suspension. Nothing is told
    before registration. Raises InvalidCase with all contradictions at once.
    """
    now = clock(case, rules, calendar)
    if case.registered is None:
        return Explanation(now, (), ())
    start = start_of(case, case.registered, checked(case, rules))
    known = now.counted is not None and now.due is not None
    # Where the day is not known, the last pause is the open one.
    last = max(now.counted or start, now.due or start) if known else max(now.pauses[-1].first, until or date.min)
    cut = add_days(start, MOST_EXPLAINED)
    spans = _spans(now, start, min(last, cut), calendar)
    if last > cut:
        total = now.days if now.due else spans[-1].total
        spans.append(ExplainedSpan(day_after(cut), last, Why.GOES_ON, None, {}, total - spans[-1].total, total))
    years = tuple(year for year in range(start.year, min(last, cut).year + 1) if not calendar.confirmed(year))
    return Explanation(now, tuple(spans), years)


def _spans(now: Clock, start: date, last: date, calendar: WorkingCalendar) -> list[ExplainedSpan]:
    spans: list[ExplainedSpan] = []
    total = 0
    for day in calendar.explain(start, last):
        why = Why.EVENT if day.day == start else _why(now, day, total)
        total += why.counts
        # Where every calendar day counts it does not matter what sort of day it is; where the last one was moved it does.
        matters = why in (Why.OFF, Why.MOVED, Why.GIVEN_BACK) or (why.counts and now.unit is Unit.WORKING)
        kind, names = (day.kind, day.names) if matters else (None, {})
        before = spans[-1] if spans else None
        if before is not None and (before.why, before.day_kind, before.names) == (why, kind, names):
            spans[-1] = before._replace(last=day.day, counted=before.counted + why.counts, total=total)
        else:
            spans.append(ExplainedSpan(day.day, day.day, why, kind, names, int(why.counts), total))
    return spans


def _why(now: Clock, day: CountedDay, total: int) -> Why:
    if _paused(day.day, now.pauses):
        return Why.SUSPENDED
    if total >= now.days:
        return Why.MOVED
    if now.unit is Unit.WORKING and not day.working:
        return Why.OFF
    if now.moved is LastDay.BEFORE and now.due is not None and day.day > now.due:
        return Why.GIVEN_BACK
    return Why.EXTENDED if total >= now.days - now.extended else Why.COUNTED


def _paused(day: date, pauses: tuple[Pause, ...]) -> bool:
    return any(pause.holds(day) for pause in pauses)
